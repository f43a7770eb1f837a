#include "zl_dut.h"

#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "Vdut.h"
#include "verilated.h"
#include "verilated_sym_props.h"
#include "verilated_syms.h"
#if VM_COVERAGE
#include "verilated_cov.h"
#endif
#if ZL_SAVABLE
#include "verilated_save.h"
#endif
#if VM_TRACE
#include "verilated_fst_c.h"
#endif
// Generated: kDescription, kPorts and port_address.
#include "zl_dut_ports.h"

namespace {

constexpr uint64_t kHalfCycle = 5;
constexpr size_t kMostText = 1 << 20;
constexpr int kWaveDepth = 99;

}  // namespace

struct zl_dut {
  explicit zl_dut(uint32_t seed) {
    context.randReset(seed == 0 ? 0 : 2);
    // Zero would be the time of day.
    int positive = static_cast<int>(seed & INT32_MAX);
    context.randSeed(positive == 0 ? 1 : positive);
#if VM_TRACE
    context.traceEverOn(true);
#endif
    top = std::make_unique<Vdut>(&context);
  }

  ~zl_dut() {
#if VM_TRACE
    if (wave != nullptr) {
      wave->close();
    }
#endif
    top->final();
  }

  int32_t status() const {
    return failed ? ZL_DUT_FAILED : finished ? ZL_DUT_FINISHED : ZL_DUT_RUNNING;
  }

  void advance(uint64_t units) {
#if VM_TRACE
    if (wave != nullptr) {
      wave->dump(context.time());
    }
#endif
    context.timeInc(units);
  }

  VerilatedContext context;
  std::unique_ptr<Vdut> top;
#if VM_TRACE
  std::unique_ptr<VerilatedFstC> wave;
#endif
  std::vector<uint8_t> buffer;
  std::string text;
  std::string stop_file;
  int32_t stop_line = 0;
  bool finished = false;
  bool failed = false;
};

namespace {

// The design that this thread evaluates, for what the runtime prints.
thread_local zl_dut* current = nullptr;

// Verilator's runtime looks up the context of the thread, which may be that of another design.
void enter(zl_dut* dut) {
  current = dut;
  Verilated::threadContextp(dut == nullptr ? nullptr : &dut->context);
}

void print(const std::string& text) {
  if (current != nullptr && current->text.size() < kMostText) {
    current->text += text;
  }
}

void stop_at(const char* file, int line) {
  if (current != nullptr && current->status() == ZL_DUT_RUNNING) {
    current->stop_file = file == nullptr ? "" : file;
    current->stop_line = line;
  }
}

uint64_t read(const Port& port, const void* address) {
  switch (port.bytes) {
    case 1: return *static_cast<const uint8_t*>(address);
    case 2: return *static_cast<const uint16_t*>(address);
    case 4: return *static_cast<const uint32_t*>(address);
    default: return *static_cast<const uint64_t*>(address);
  }
}

void cycle(zl_dut* dut, uint8_t* clock) {
  *clock = 1;
  dut->top->eval();
  dut->advance(kHalfCycle);
  *clock = 0;
  dut->top->eval();
  dut->advance(kHalfCycle);
}

#if ZL_SAVABLE
// Verilator's state to and from a vector instead of a file.
class StateWriter : public VerilatedSerialize {
 public:
  explicit StateWriter(std::vector<uint8_t>* target) : target_(target) {
    target_->clear();
    m_isOpen = true;
    header();
  }
  ~StateWriter() override {
    trailer();
    flush();
  }
  void close() override { flush(); }
  void flush() override {
    target_->insert(target_->end(), m_bufp, m_cp);
    m_cp = m_bufp;
  }

 private:
  std::vector<uint8_t>* target_;
};

class StateReader : public VerilatedDeserialize {
 public:
  StateReader(const uint8_t* source, size_t bytes) : next_(source), left_(bytes) {
    m_isOpen = true;
    m_endp = m_bufp;
    header();
  }
  void close() override {}
  void flush() override {}
  bool ended_early() const { return ended_early_ || m_cp > m_endp; }
  void fill() override {
    // What is not read yet moves to the front, and the rest of the buffer is filled.
    ended_early_ |= m_cp > m_endp;
    size_t unread = m_cp < m_endp ? m_endp - m_cp : 0;
    std::memmove(m_bufp, m_cp, unread);
    size_t more = bufferSize() - unread < left_ ? bufferSize() - unread : left_;
    std::memcpy(m_bufp + unread, next_, more);
    next_ += more;
    left_ -= more;
    m_cp = m_bufp;
    m_endp = m_bufp + unread + more;
  }

 private:
  const uint8_t* next_;
  size_t left_;
  bool ended_early_ = false;
};
#endif

}  // namespace

extern "C" void zl_dut_print(const char* format, ...) {
  char text[4096];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  print(text);
}

// Verilator's runtime calls these, and must not end the process.
void vl_finish(const char* file, int line, const char*) {
  stop_at(file, line);
  if (current != nullptr) {
    current->finished = true;
  }
}

void vl_stop(const char* file, int line, const char*) {
  stop_at(file, line);
  if (current != nullptr) {
    current->failed = true;
  }
}

void vl_fatal(const char* file, int line, const char*, const char* message) {
  stop_at(file, line);
  print(std::string(message) + "\n");
  if (current != nullptr) {
    current->failed = true;
  }
}

extern "C" {

uint32_t zl_dut_abi_version(void) { return ZL_DUT_ABI_VERSION; }

const char* zl_dut_description(void) { return kDescription; }

zl_dut* zl_dut_create(uint32_t seed) {
#if __cpp_exceptions
  try {
    return new zl_dut(seed);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
#else
  return new zl_dut(seed);
#endif
}

void zl_dut_destroy(zl_dut* dut) {
  enter(dut);
  delete dut;
  enter(nullptr);
}

void* zl_dut_port(zl_dut* dut, uint32_t port) { return port_address(dut->top.get(), port); }

int32_t zl_dut_eval(zl_dut* dut) {
  enter(dut);
  dut->top->eval();
  return dut->status();
}

int32_t zl_dut_step(zl_dut* dut, uint32_t clock, uint64_t cycles) {
  enter(dut);
  uint8_t* pin = static_cast<uint8_t*>(port_address(dut->top.get(), clock));
  if (cycles > 0) {
    dut->top->eval();
  }
  for (uint64_t i = 0; i < cycles && dut->status() == ZL_DUT_RUNNING; i++) {
    cycle(dut, pin);
  }
  return dut->status();
}

int32_t zl_dut_step_until(
    zl_dut* dut, uint32_t clock, uint64_t cycles, uint32_t port, uint64_t value, int32_t equal) {
  enter(dut);
  uint8_t* pin = static_cast<uint8_t*>(port_address(dut->top.get(), clock));
  const void* watched = port_address(dut->top.get(), port);
  dut->top->eval();
  for (uint64_t i = 0; dut->status() == ZL_DUT_RUNNING; i++) {
    if ((read(kPorts[port], watched) == value) == (equal != 0)) {
      return ZL_DUT_MET;
    }
    if (i == cycles) {
      break;
    }
    cycle(dut, pin);
  }
  return dut->status();
}

void zl_dut_advance(zl_dut* dut, uint64_t units) { dut->advance(units); }

uint64_t zl_dut_time(const zl_dut* dut) { return dut->context.time(); }

const char* zl_dut_text(const zl_dut* dut) { return dut->text.c_str(); }

void zl_dut_forget_text(zl_dut* dut) { dut->text.clear(); }

const char* zl_dut_stop_file(const zl_dut* dut) { return dut->stop_file.c_str(); }

int32_t zl_dut_stop_line(const zl_dut* dut) { return dut->stop_line; }

int32_t zl_dut_start_trace(zl_dut* dut, const char* path) {
#if VM_TRACE
  enter(dut);
  zl_dut_stop_trace(dut);
  dut->wave = std::make_unique<VerilatedFstC>();
  dut->top->trace(dut->wave.get(), kWaveDepth);
  dut->wave->open(path);
  return 0;
#else
  (void)dut;
  (void)path;
  return -1;
#endif
}

void zl_dut_stop_trace(zl_dut* dut) {
#if VM_TRACE
  if (dut->wave != nullptr) {
    dut->wave->close();
    dut->wave.reset();
  }
#else
  (void)dut;
#endif
}

void* zl_dut_buffer(zl_dut* dut, uint64_t bytes) {
  if (dut->buffer.size() < bytes) {
    dut->buffer.resize(bytes);
  }
  return dut->buffer.data();
}

int64_t zl_dut_save(zl_dut* dut) {
#if ZL_SAVABLE
  enter(dut);
  {
    StateWriter writer(&dut->buffer);
    writer << &dut->context;
    writer << *dut->top;
  }
  return static_cast<int64_t>(dut->buffer.size());
#else
  (void)dut;
  return -1;
#endif
}

int32_t zl_dut_restore(zl_dut* dut, uint64_t bytes) {
#if ZL_SAVABLE
  enter(dut);
  StateReader reader(dut->buffer.data(), bytes);
  dut->finished = false;
  dut->failed = false;
  reader >> &dut->context;
  reader >> *dut->top;
  return dut->failed || reader.ended_early() ? 1 : 0;
#else
  (void)dut;
  (void)bytes;
  return -1;
#endif
}

void* zl_dut_signal(zl_dut* dut) {
  enter(dut);
  const char* scope_name = reinterpret_cast<const char*>(dut->buffer.data());
  const char* name = scope_name + std::strlen(scope_name) + 1;
  const VerilatedScope* scope = dut->context.scopeFind(scope_name);
  const VerilatedVar* variable = scope == nullptr ? nullptr : scope->varFind(name);
  if (variable == nullptr) {
    return nullptr;
  }
  std::string text = std::to_string(variable->packed().elements());
  for (int i = 1; i <= variable->udims(); i++) {
    text += " " + std::to_string(variable->low(i)) + " " + std::to_string(variable->elements(i));
  }
  zl_dut_buffer(dut, text.size() + 1);
  std::memcpy(dut->buffer.data(), text.c_str(), text.size() + 1);
  return variable->datap();
}

int32_t zl_dut_write_coverage(zl_dut* dut, const char* path) {
#if VM_COVERAGE
  enter(dut);
  dut->context.coveragep()->write(path);
  return 0;
#else
  (void)dut;
  (void)path;
  return -1;
#endif
}

}  // extern "C"
