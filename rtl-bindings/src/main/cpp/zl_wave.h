// Writes the signals of the device to a waveform file, within a window of cycles.
//
// Cycle 0 is the one in which the first launch is written. Cycle n lies between 10 n ns and
// 10 n + 10 ns of the file, with the rising edge of the clock in the middle; what a signal shows
// before that edge is what the edge samples.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>

#include "gtkwave/fstapi.h"
#include "verilated_fst_c.h"

namespace zl {

class Wave {
 public:
  ~Wave() { close(); }

  // Opens the file; from and to are the first cycle and the one after the last.
  template <class Top>
  bool open(Top* top, const char* path, uint64_t from, uint64_t to) {
    close();
    path_ = path;
    vcd_ = path_.size() > 4 && path_.compare(path_.size() - 4, 4, ".vcd") == 0;
    from_ = from;
    to_ = to;
    // The writer does not say why it cannot write.
    FILE* file = std::fopen(path, "wb");
    if (file == nullptr) {
      return false;
    }
    std::fclose(file);
    if (!attached_) {
      top->trace(&writer_, kLevels);
      writer_.set_time_unit("1ns");
      writer_.set_time_resolution("1ns");
      attached_ = true;
    }
    writer_.open(written().c_str());
    empty_ = true;
    return true;
  }

  // The first launch begins in this cycle.
  void launch(uint64_t cycle) { origin_ = std::min(origin_, cycle); }

  bool covers(uint64_t cycle) const {
    return writer_.isOpen() && cycle >= origin_ && cycle - origin_ >= from_ && cycle - origin_ < to_;
  }

  void low(uint64_t cycle) { dump(10 * (cycle - origin_)); }
  void high(uint64_t cycle) { dump(10 * (cycle - origin_) + 5); }

  void close() {
    if (!writer_.isOpen()) {
      return;
    }
    if (empty_) {
      // Readers reject a file without any time in it.
      dump(0);
    }
    writer_.close();
    if (vcd_) {
      convert();
    }
  }

 private:
  static constexpr int kLevels = 99;

  void dump(uint64_t nanoseconds) {
    writer_.dump(nanoseconds);
    empty_ = false;
  }

  std::string written() const { return vcd_ ? path_ + ".fst" : path_; }

  void convert() {
    void* reader = fstReaderOpen(written().c_str());
    FILE* file = std::fopen(path_.c_str(), "wb");
    if (reader != nullptr && file != nullptr) {
      fstReaderProcessHier(reader, file);
      // Reading the hierarchy clears the choice of signals.
      fstReaderSetFacProcessMaskAll(reader);
      fstReaderIterBlocks(reader, nullptr, nullptr, file);
    }
    if (file != nullptr) {
      std::fclose(file);
    }
    if (reader != nullptr) {
      fstReaderClose(reader);
    }
    std::remove(written().c_str());
  }

  VerilatedFstC writer_;
  std::string path_;
  bool vcd_ = false;
  bool attached_ = false;
  bool empty_ = true;
  uint64_t origin_ = UINT64_MAX;
  uint64_t from_ = 0;
  uint64_t to_ = UINT64_MAX;
};

}  // namespace zl
