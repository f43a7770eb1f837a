// A C++ main over the library of a model: does what a recording of a driver's accesses says, and
// tells what each launch of it took. Java's harness is measured against it.
//
//   replay RECORDING LATENCY CYCLES_PER_LINE TIMES
//
// The recording is a sequence of steps, in the byte order of the machine:
//   'm' uint64 address, uint64 length, bytes    copy to device memory
//   'w' uint32 offset, uint32 value             write a host register
//   'l' uint32 offset, uint32 value,            write a host register, then run until the
//       uint32 status, uint32 cycles            interrupt; the offsets of the registers that
//                                               hold the interrupts and the cycles
// For each launch it prints a line: cycles, and from the write to the interrupt nanoseconds
// of time and of processor time.
#include <sys/mman.h>

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

#include "zl_model.h"

namespace {

constexpr uint64_t kMemoryBytes = uint64_t{1} << 32;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "replay: %s\n", what);
  std::exit(1);
}

class Recording {
 public:
  explicit Recording(const char* path) {
    FILE* file = std::fopen(path, "rb");
    if (file == nullptr) {
      fail("the recording cannot be read");
    }
    uint8_t block[65536];
    for (size_t n = 0; (n = std::fread(block, 1, sizeof block, file)) != 0;) {
      bytes_.insert(bytes_.end(), block, block + n);
    }
    std::fclose(file);
  }

  void rewind() { next_ = 0; }
  bool more() const { return next_ < bytes_.size(); }

  const uint8_t* take(uint64_t count) {
    if (count > bytes_.size() - next_) {
      fail("the recording ends too early");
    }
    const uint8_t* start = bytes_.data() + next_;
    next_ += count;
    return start;
  }

  template <class T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof value), sizeof value);
    return value;
  }

 private:
  std::vector<uint8_t> bytes_;
  size_t next_ = 0;
};

uint64_t nanoseconds(clockid_t clock) {
  timespec time;
  clock_gettime(clock, &time);
  return uint64_t{1000000000} * time.tv_sec + time.tv_nsec;
}

void launch(zl_model* model, Recording& recording) {
  uint32_t offset = recording.number<uint32_t>();
  uint32_t value = recording.number<uint32_t>();
  uint32_t status = recording.number<uint32_t>();
  uint32_t cycles = recording.number<uint32_t>();
  uint64_t wall = nanoseconds(CLOCK_MONOTONIC);
  uint64_t processor = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
  zl_model_write32(model, offset, value);
  if (zl_model_run(model, UINT64_MAX, 0) != ZL_MODEL_INTERRUPT) {
    fail("the launch ended without an interrupt");
  }
  processor = nanoseconds(CLOCK_THREAD_CPUTIME_ID) - processor;
  wall = nanoseconds(CLOCK_MONOTONIC) - wall;
  uint64_t spent = zl_model_read32(model, cycles);
  spent |= uint64_t{zl_model_read32(model, cycles + 4)} << 32;
  std::printf("%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", spent, wall, processor);
  zl_model_write32(model, status, zl_model_read32(model, status));
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 5) {
    fail("wanted: RECORDING LATENCY CYCLES_PER_LINE TIMES");
  }
  void* memory = mmap(nullptr, kMemoryBytes, PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    fail("no address space for the device's memory");
  }
  Recording recording(arguments[1]);
  zl_model* model = zl_model_create(memory, kMemoryBytes);
  if (model == nullptr) {
    fail("no memory for the model");
  }
  zl_model_set_memory(model, std::atoi(arguments[2]), std::atoi(arguments[3]), 0, 0);
  for (int times = std::atoi(arguments[4]); times > 0; times--) {
    recording.rewind();
    while (recording.more()) {
      switch (recording.number<uint8_t>()) {
        case 'm': {
          uint64_t address = recording.number<uint64_t>();
          uint64_t length = recording.number<uint64_t>();
          if (address > kMemoryBytes || length > kMemoryBytes - address) {
            fail("the recording writes beyond memory");
          }
          std::memcpy(static_cast<uint8_t*>(memory) + address, recording.take(length), length);
          break;
        }
        case 'w': {
          uint32_t offset = recording.number<uint32_t>();
          zl_model_write32(model, offset, recording.number<uint32_t>());
          break;
        }
        case 'l':
          launch(model, recording);
          break;
        default:
          fail("the recording has an unknown step");
      }
    }
  }
  zl_model_destroy(model);
  return 0;
}
