// The AXI4 memory behind the device: a timed queue over the caller's bytes.
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

class Memory {
 public:
  Memory(void* bytes, uint64_t size) : bytes_(static_cast<uint8_t*>(bytes)), size_(size) {}

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
  template <class Top>
  bool before_edge(Top* top, uint64_t now) {
    bool accept = !held_ && now >= next_accept_ && (jitter_ == 0 || (random() & 3) != 0);
    bool write = top->m_axi_awvalid_o && top->m_axi_wvalid_o;
    bool read = top->m_axi_arvalid_o;
    // Reads and writes that compete take turns.
    bool take_write = accept && write && !(read && last_was_write_);
    bool take_read = accept && read && !take_write;
    top->m_axi_awready_i = take_write;
    top->m_axi_wready_i = take_write;
    top->m_axi_arready_i = take_read;
    if (take_write || take_read) {
      next_accept_ = now + cycles_per_line_;
      last_was_write_ = take_write;
    }
    if (take_write) {
      MemoryRequest& request = writes_.push();
      request.due = now + latency();
      request.address = top->m_axi_awaddr_o;
      request.id = top->m_axi_awid_o;
      request.strobe = top->m_axi_wstrb_o;
      std::memcpy(request.data, &top->m_axi_wdata_o[0], kLineBytes);
    }
    if (take_read) {
      MemoryRequest& request = reads_.push();
      request.due = now + latency();
      request.address = top->m_axi_araddr_o;
      request.id = top->m_axi_arid_o;
    }
    if (!held_ && !top->m_axi_rvalid_i && !reads_.empty()) {
      offer_read(top, now);
    }
    if (!held_ && !top->m_axi_bvalid_i && !writes_.empty()) {
      offer_write(top, now);
    }
    return top->m_axi_rvalid_i || top->m_axi_bvalid_i;
  }

  // Notes which of the offered responses the device takes at the edge.
  template <class Top>
  void note_taken(const Top* top) {
    read_taken_ = top->m_axi_rvalid_i && top->m_axi_rready_o;
    write_taken_ = top->m_axi_bvalid_i && top->m_axi_bready_o;
  }

  // Withdraws the responses that the device took at the edge.
  template <class Top>
  void after_edge(Top* top) {
    if (read_taken_) {
      top->m_axi_rvalid_i = 0;
    }
    if (write_taken_) {
      top->m_axi_bvalid_i = 0;
    }
    read_taken_ = false;
    write_taken_ = false;
  }

 private:
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

#ifdef __wasm__
  void read_line(uint64_t address, void* line) { zl_read_line(address, line); }

  void write_line(const MemoryRequest& request) {
    zl_write_line(request.address, request.data, request.strobe);
  }
#else
  void read_line(uint64_t address, void* line) {
    std::memcpy(line, bytes_ + address, kLineBytes);
  }

  void write_line(const MemoryRequest& request) {
    uint8_t* target = bytes_ + request.address;
    const uint8_t* source = reinterpret_cast<const uint8_t*>(request.data);
    if (request.strobe == UINT64_MAX) {
      std::memcpy(target, source, kLineBytes);
    } else {
      for (uint64_t left = request.strobe; left != 0; left &= left - 1) {
        int byte = __builtin_ctzll(left);
        target[byte] = source[byte];
      }
    }
  }
#endif

  template <class Top>
  void offer_read(Top* top, uint64_t now) {
    uint32_t index = due(reads_, now);
    if (index == kNone) {
      return;
    }
    const MemoryRequest& request = reads_.at(index);
    bool mapped = request.address + kLineBytes <= size_;
    top->m_axi_rvalid_i = 1;
    top->m_axi_rid_i = request.id;
    top->m_axi_rlast_i = 1;
    top->m_axi_rresp_i = mapped ? kOkay : kDecodeError;
    if (mapped) {
      read_line(request.address, &top->m_axi_rdata_i[0]);
    }
    reads_.remove(index);
  }

  template <class Top>
  void offer_write(Top* top, uint64_t now) {
    uint32_t index = due(writes_, now);
    if (index == kNone) {
      return;
    }
    const MemoryRequest& request = writes_.at(index);
    bool mapped = request.address + kLineBytes <= size_;
    top->m_axi_bvalid_i = 1;
    top->m_axi_bid_i = request.id;
    top->m_axi_bresp_i = mapped ? kOkay : kDecodeError;
    if (mapped) {
      write_line(request);
    }
    writes_.remove(index);
  }

  uint8_t* bytes_;
  uint64_t size_;
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
