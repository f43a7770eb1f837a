// The AXI4 memories behind the device, its own and the host's: a timed queue over the caller's
// bytes.
//
// A request is accepted when the bandwidth allows it, waits for its latency, and takes effect with
// its response, not earlier: a device that reads a line whose write is not yet acknowledged gets
// the old contents, as AXI4 permits.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

namespace zl {

constexpr uint32_t kLineBytes = 64;

#ifdef __wasm__
// The device memory is the host's and stays outside of the module's own, which may be smaller.
extern "C" {
__attribute__((import_module("zl"), import_name("read_line"))) void zl_read_line(
    uint64_t address, void* line);
__attribute__((import_module("zl"), import_name("write_line"))) void zl_write_line(
    uint64_t address, const void* line, uint64_t strobe);
// Of host memory; zero where there is none at the address.
__attribute__((import_module("zl"), import_name("read_host_line"))) int32_t zl_read_host_line(
    uint64_t address, void* line);
__attribute__((import_module("zl"), import_name("write_host_line"))) int32_t zl_write_host_line(
    uint64_t address, const void* line, uint64_t strobe);
}
#endif

struct MemoryRequest {
  uint64_t due;  // cycle of the earliest response
  uint64_t address;
  uint32_t id;
  uint64_t strobe;
  uint32_t data[kLineBytes / 4];
};

// Requests in the order of acceptance. A vector used as a ring, grown only when a device has more
// requests in flight than ever before.
class RequestQueue {
 public:
  RequestQueue() : entries_(256) {}

  bool empty() const { return count_ == 0; }
  uint32_t size() const { return count_; }
  MemoryRequest& at(uint32_t index) { return entries_[(head_ + index) & (entries_.size() - 1)]; }

  MemoryRequest& push() {
    if (count_ == entries_.size()) {
      std::vector<MemoryRequest> larger(entries_.size() * 2);
      for (uint32_t i = 0; i < count_; i++) {
        larger[i] = at(i);
      }
      entries_.swap(larger);
      head_ = 0;
    }
    return at(count_++);
  }

  // Removes an entry; those before it move up, so that the order of the others stays.
  void remove(uint32_t index) {
    for (uint32_t i = index; i > 0; i--) {
      at(i) = at(i - 1);
    }
    head_ = (head_ + 1) & (entries_.size() - 1);
    count_--;
  }

 private:
  std::vector<MemoryRequest> entries_;
  uint32_t head_ = 0;
  uint32_t count_ = 0;
};

inline void write_bytes(uint8_t* target, const void* line, uint64_t strobe) {
  if (strobe == UINT64_MAX) {
    std::memcpy(target, line, kLineBytes);
    return;
  }
  for (uint64_t left = strobe; left != 0; left &= left - 1) {
    int byte = __builtin_ctzll(left);
    target[byte] = static_cast<const uint8_t*>(line)[byte];
  }
}

// Device memory, from address 0 on.
class DeviceBytes {
 public:
  DeviceBytes(void* bytes, uint64_t size) : bytes_(static_cast<uint8_t*>(bytes)), size_(size) {}

  bool read(uint64_t address, void* line) {
    if (address + kLineBytes > size_) {
      return false;
    }
#ifdef __wasm__
    zl_read_line(address, line);
#else
    std::memcpy(line, bytes_ + address, kLineBytes);
#endif
    return true;
  }

  bool write(uint64_t address, const void* line, uint64_t strobe) {
    if (address + kLineBytes > size_) {
      return false;
    }
#ifdef __wasm__
    zl_write_line(address, line, strobe);
#else
    write_bytes(bytes_ + address, line, strobe);
#endif
    return true;
  }

 private:
  uint8_t* bytes_;
  uint64_t size_;
};

// What the host lets the device see of its memory: windows that do not overlap.
class HostWindows {
 public:
  void map(uint64_t address, void* bytes, uint64_t size) {
    windows_.push_back({address, size, static_cast<uint8_t*>(bytes)});
  }

  bool unmap(uint64_t address) {
    for (auto window = windows_.begin(); window != windows_.end(); ++window) {
      if (window->address == address) {
        windows_.erase(window);
        return true;
      }
    }
    return false;
  }

#ifdef __wasm__
  bool read(uint64_t address, void* line) { return zl_read_host_line(address, line) != 0; }

  bool write(uint64_t address, const void* line, uint64_t strobe) {
    return zl_write_host_line(address, line, strobe) != 0;
  }
#else
  bool read(uint64_t address, void* line) {
    const uint8_t* bytes = find(address);
    if (bytes != nullptr) {
      std::memcpy(line, bytes, kLineBytes);
    }
    return bytes != nullptr;
  }

  bool write(uint64_t address, const void* line, uint64_t strobe) {
    uint8_t* bytes = find(address);
    if (bytes != nullptr) {
      write_bytes(bytes, line, strobe);
    }
    return bytes != nullptr;
  }
#endif

 private:
  struct Window {
    uint64_t address;
    uint64_t size;
    uint8_t* bytes;
  };

  uint8_t* find(uint64_t address) const {
    for (const Window& window : windows_) {
      uint64_t at = address - window.address;
      if (at < window.size && window.size - at >= kLineBytes) {
        return window.bytes + at;
      }
    }
    return nullptr;
  }

  std::vector<Window> windows_;
};

// The pins of an AXI4 master of the device.
#define ZL_AXI_PORT(NAME, PIN)                                     \
  template <class Top>                                             \
  struct NAME {                                                    \
    Top* top;                                                      \
    auto& awready() { return top->PIN##awready_i; }                \
    auto& wready() { return top->PIN##wready_i; }                  \
    auto& arready() { return top->PIN##arready_i; }                \
    auto& rvalid() { return top->PIN##rvalid_i; }                  \
    auto& rid() { return top->PIN##rid_i; }                        \
    auto& rlast() { return top->PIN##rlast_i; }                    \
    auto& rresp() { return top->PIN##rresp_i; }                    \
    auto& rdata() { return top->PIN##rdata_i; }                    \
    auto& bvalid() { return top->PIN##bvalid_i; }                  \
    auto& bid() { return top->PIN##bid_i; }                        \
    auto& bresp() { return top->PIN##bresp_i; }                    \
    const auto& awvalid() const { return top->PIN##awvalid_o; }    \
    const auto& awaddr() const { return top->PIN##awaddr_o; }      \
    const auto& awid() const { return top->PIN##awid_o; }          \
    const auto& wvalid() const { return top->PIN##wvalid_o; }      \
    const auto& wstrb() const { return top->PIN##wstrb_o; }        \
    const auto& wdata() const { return top->PIN##wdata_o; }        \
    const auto& arvalid() const { return top->PIN##arvalid_o; }    \
    const auto& araddr() const { return top->PIN##araddr_o; }      \
    const auto& arid() const { return top->PIN##arid_o; }          \
    const auto& rready() const { return top->PIN##rready_o; }      \
    const auto& bready() const { return top->PIN##bready_o; }      \
  }

ZL_AXI_PORT(DevicePort, m_axi_);
ZL_AXI_PORT(HostPort, h_axi_);
#undef ZL_AXI_PORT

template <class Port, class Bytes>
class Memory {
 public:
  explicit Memory(Port port, Bytes bytes = Bytes()) : port_(port), bytes_(bytes) {}

  Bytes& bytes() { return bytes_; }

  void set_timing(uint32_t latency, uint32_t cycles_per_line, uint32_t jitter, uint64_t seed) {
    latency_ = latency < 1 ? 1 : latency;
    cycles_per_line_ = cycles_per_line < 1 ? 1 : cycles_per_line;
    jitter_ = jitter;
    random_ = seed * 0x9e3779b97f4a7c15ull + 1;
  }

  // A memory that is held accepts nothing and answers nothing.
  void hold(bool held) { held_ = held; }

  // Sets the inputs of the device for the clock edge at cycle now, from its outputs before it.
  // Returns whether it offers a response: then the device has to be evaluated before the edge,
  // because its readiness may depend on what is offered.
  bool before_edge(uint64_t now) {
    if (quiet()) {
      return false;
    }
    bool accept = !held_ && now >= next_accept_ && (jitter_ == 0 || (random() & 3) != 0);
    bool write = port_.awvalid() && port_.wvalid();
    bool read = port_.arvalid();
    // Reads and writes that compete take turns.
    bool take_write = accept && write && !(read && last_was_write_);
    bool take_read = accept && read && !take_write;
    port_.awready() = take_write;
    port_.wready() = take_write;
    port_.arready() = take_read;
    if (take_write || take_read) {
      next_accept_ = now + cycles_per_line_;
      last_was_write_ = take_write;
    }
    if (take_write) {
      MemoryRequest& request = writes_.push();
      request.due = now + latency();
      request.address = port_.awaddr();
      request.id = port_.awid();
      request.strobe = port_.wstrb();
      std::memcpy(request.data, &port_.wdata()[0], kLineBytes);
    }
    if (take_read) {
      MemoryRequest& request = reads_.push();
      request.due = now + latency();
      request.address = port_.araddr();
      request.id = port_.arid();
    }
    if (!held_ && !port_.rvalid() && !reads_.empty()) {
      offer_read(now);
    }
    if (!held_ && !port_.bvalid() && !writes_.empty()) {
      offer_write(now);
    }
    return port_.rvalid() || port_.bvalid();
  }

  // Notes which of the offered responses the device takes at the edge.
  void note_taken() {
    read_taken_ = port_.rvalid() && port_.rready();
    write_taken_ = port_.bvalid() && port_.bready();
  }

  // Withdraws the responses that the device took at the edge.
  void after_edge() {
    if (read_taken_) {
      port_.rvalid() = 0;
    }
    if (write_taken_) {
      port_.bvalid() = 0;
    }
    read_taken_ = false;
    write_taken_ = false;
  }

 private:
  // Nothing asked for and nothing to answer: the ready lines may stay as they are, low.
  bool quiet() {
    return !port_.awvalid() && !port_.arvalid() && reads_.empty() && writes_.empty()
        && !port_.rvalid() && !port_.bvalid() && !port_.awready() && !port_.arready() && jitter_ == 0;
  }

  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr uint8_t kOkay = 0;
  static constexpr uint8_t kDecodeError = 3;

  uint64_t latency() { return latency_ + (jitter_ == 0 ? 0 : random() % (jitter_ + 1)); }

  uint64_t random() {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    return random_ >> 11;
  }

  // The oldest request that is due and not behind another one of its id.
  uint32_t due(RequestQueue& queue, uint64_t now) {
    if (jitter_ == 0) {
      return queue.at(0).due <= now ? 0 : kNone;
    }
    uint64_t seen[4] = {};
    for (uint32_t i = 0; i < queue.size(); i++) {
      const MemoryRequest& request = queue.at(i);
      uint64_t& word = seen[(request.id >> 6) & 3];
      uint64_t bit = uint64_t{1} << (request.id & 63);
      if (request.due <= now && (word & bit) == 0) {
        return i;
      }
      word |= bit;
    }
    return kNone;
  }

  void offer_read(uint64_t now) {
    uint32_t index = due(reads_, now);
    if (index == kNone) {
      return;
    }
    const MemoryRequest& request = reads_.at(index);
    bool mapped = bytes_.read(request.address, &port_.rdata()[0]);
    port_.rvalid() = 1;
    port_.rid() = request.id;
    port_.rlast() = 1;
    port_.rresp() = mapped ? kOkay : kDecodeError;
    reads_.remove(index);
  }

  void offer_write(uint64_t now) {
    uint32_t index = due(writes_, now);
    if (index == kNone) {
      return;
    }
    const MemoryRequest& request = writes_.at(index);
    bool mapped = bytes_.write(request.address, request.data, request.strobe);
    port_.bvalid() = 1;
    port_.bid() = request.id;
    port_.bresp() = mapped ? kOkay : kDecodeError;
    writes_.remove(index);
  }

  Port port_;
  Bytes bytes_;
  uint32_t latency_ = 30;
  uint32_t cycles_per_line_ = 1;
  uint32_t jitter_ = 0;
  uint64_t random_ = 1;
  bool held_ = false;
  uint64_t next_accept_ = 0;
  bool last_was_write_ = false;
  bool read_taken_ = false;
  bool write_taken_ = false;
  RequestQueue reads_;
  RequestQueue writes_;
};

}  // namespace zl
