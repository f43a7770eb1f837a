// Puts the trace events of the device into program order, one record an instruction.
//
// The device reports the issue of an instruction, and later, in any order, its result and its
// store, all with the warp's instruction number. A record leaves when all of its events have come
// and so have those of the warp's earlier instructions. zl_model.h describes the record.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <deque>

#include "verilated.h"

namespace zl {

constexpr uint32_t kCores = ZL_CORES;
constexpr uint32_t kWarps = ZL_WARPS;
constexpr uint32_t kLanes = ZL_LANES;
constexpr uint32_t kRecordWords = 8 + 3 * kLanes;
constexpr uint32_t kNoRegister = UINT32_MAX;
constexpr uint32_t kNoSequence = UINT32_MAX;

// Bits of a Verilator port, whose C++ type depends on its width. width is 1 to 32.
template <class T>
uint32_t bits(const T& port, uint32_t low, uint32_t width) {
  uint32_t mask = width == 32 ? UINT32_MAX : (uint32_t{1} << width) - 1;
  return static_cast<uint32_t>(static_cast<uint64_t>(port) >> low) & mask;
}

template <std::size_t N>
uint32_t bits(const VlWide<N>& port, uint32_t low, uint32_t width) {
  uint32_t mask = width == 32 ? UINT32_MAX : (uint32_t{1} << width) - 1;
  uint64_t word = port[low / 32];
  if (low % 32 + width > 32) {
    word |= static_cast<uint64_t>(port[low / 32 + 1]) << 32;
  }
  return static_cast<uint32_t>(word >> (low % 32)) & mask;
}

class Trace {
 public:
  // Where records go; null turns the trace off and forgets what is waiting.
  void set_target(uint32_t* records, uint64_t capacity) {
    records_ = records;
    capacity_ = capacity;
    written_ = 0;
    if (records == nullptr) {
      forget();
    }
  }

  bool on() const { return records_ != nullptr; }
  bool full() const { return written_ == capacity_ && !ready_.empty(); }
  uint64_t written() const { return written_; }

  // Starts at the first word of the target again.
  void rewind() {
    written_ = 0;
    deliver();
  }

  // Forgets instructions that have not retired, because a fault or a reset has cancelled them, and
  // those that retired after the last run of work that is over.
  void forget() {
    ready_.clear();
    for (auto& core : waiting_) {
      for (auto& warp : core) {
        warp.clear();
      }
    }
  }

  // Takes the events of one cycle. Returns what is wrong with them, or null.
  template <class Top>
  const char* take(const Top* top) {
    const char* wrong = nullptr;
    for (uint32_t c = 0; c < kCores; c++) {
      if (bits(top->tr_start_valid_o, c, 1)) {
        start(top, c);
      }
      if (bits(top->tr_issue_valid_o, c, 1)) {
        issue(top, c);
      }
      if (bits(top->tr_int_valid_o, c, 1)) {
        wrong = result(c, top->tr_int_warp_o, top->tr_int_seq_o, top->tr_int_rd_o,
            top->tr_int_mask_o, top->tr_int_data_o, wrong);
      }
      if (bits(top->tr_float_valid_o, c, 1)) {
        wrong = result(c, top->tr_float_warp_o, top->tr_float_seq_o, top->tr_float_rd_o,
            top->tr_float_mask_o, top->tr_float_data_o, wrong);
      }
      if (bits(top->tr_store_valid_o, c, 1)) {
        wrong = store(top, c, wrong);
      }
    }
    return wrong;
  }

  // Writes the records that have left to the target, as far as it has room.
  void deliver() {
    while (!ready_.empty() && written_ < capacity_) {
      std::memcpy(records_ + written_ * kRecordWords, ready_.front().data(), sizeof(Record));
      ready_.pop_front();
      written_++;
    }
  }

 private:
  static constexpr uint32_t kWarpBits = 5;
  static constexpr uint32_t kSeqBits = 16;
  static constexpr uint32_t kRegisterBits = 6;

  using Record = std::array<uint32_t, kRecordWords>;

  struct Instruction {
    bool awaits_result;
    bool awaits_store;
    Record record;
  };

  Instruction* find(uint32_t core, uint32_t warp, uint32_t seq) {
    for (Instruction& instruction : waiting_[core][warp]) {
      if (instruction.record[7] == seq) {
        return &instruction;
      }
    }
    return nullptr;
  }

  // A start is a record of its own, between those of the warp's former and its new work.
  template <class Top>
  void start(const Top* top, uint32_t core) {
    uint32_t warp = bits(top->tr_start_warp_o, 0, kWarpBits);
    Instruction started = {};
    Record& record = started.record;
    record[0] = core;
    record[1] = warp;
    record[2] = top->tr_start_pc_o;
    record[4] = bits(top->tr_start_mask_o, 0, kLanes);
    record[5] = kNoRegister;
    record[7] = kNoSequence;
    for (uint32_t axis = 0; axis < 3; axis++) {
      record[8 + axis] = bits(top->tr_start_group_id_o, axis * 32, 32);
    }
    record[11] = top->tr_start_rank_o;
    record[12] = bits(top->tr_start_slot_o, 0, kWarpBits);
    record[13] = top->tr_start_local_base_o;
    waiting_[core][warp].push_back(started);
    retire(core, warp);
  }

  template <class Top>
  void issue(const Top* top, uint32_t core) {
    uint32_t warp = bits(top->tr_issue_warp_o, core * kWarpBits, kWarpBits);
    Instruction instruction = {};
    instruction.awaits_result = bits(top->tr_issue_has_result_o, core, 1);
    instruction.awaits_store = bits(top->tr_issue_is_store_o, core, 1);
    Record& record = instruction.record;
    record[0] = core;
    record[1] = warp;
    record[2] = bits(top->tr_issue_pc_o, core * 32, 32);
    record[3] = bits(top->tr_issue_instr_o, core * 32, 32);
    record[4] = bits(top->tr_issue_mask_o, core * kLanes, kLanes);
    record[5] = kNoRegister;
    record[7] = bits(top->tr_issue_seq_o, core * kSeqBits, kSeqBits);
    waiting_[core][warp].push_back(instruction);
    retire(core, warp);
  }

  template <class Warp, class Seq, class Register, class Mask, class Data>
  const char* result(uint32_t core, const Warp& warps, const Seq& seqs, const Register& registers,
      const Mask& masks, const Data& data, const char* wrong) {
    uint32_t warp = bits(warps, core * kWarpBits, kWarpBits);
    Instruction* instruction = find(core, warp, bits(seqs, core * kSeqBits, kSeqBits));
    if (instruction == nullptr || !instruction->awaits_result) {
      return "a register was written by no instruction that awaits a result";
    }
    uint32_t mask = bits(masks, core * kLanes, kLanes);
    instruction->awaits_result = false;
    instruction->record[5] = bits(registers, core * kRegisterBits, kRegisterBits);
    for (uint32_t l = 0; l < kLanes; l++) {
      if (mask >> l & 1) {
        instruction->record[8 + l] = bits(data, (core * kLanes + l) * 32, 32);
      }
    }
    if (mask != instruction->record[4]) {
      wrong = "a result was written for other lanes than the instruction has";
    }
    retire(core, warp);
    return wrong;
  }

  template <class Top>
  const char* store(const Top* top, uint32_t core, const char* wrong) {
    uint32_t warp = bits(top->tr_store_warp_o, core * kWarpBits, kWarpBits);
    uint32_t seq = bits(top->tr_store_seq_o, core * kSeqBits, kSeqBits);
    Instruction* instruction = find(core, warp, seq);
    if (instruction == nullptr || !instruction->awaits_store) {
      return "memory was written by no instruction that stores";
    }
    uint32_t size = instruction->record[3] >> 12 & 3;
    uint32_t value_mask = size == 0 ? 0xff : size == 1 ? 0xffff : UINT32_MAX;
    uint32_t mask = bits(top->tr_store_mask_o, core * kLanes, kLanes);
    instruction->awaits_store = false;
    instruction->record[6] = mask;
    for (uint32_t l = 0; l < kLanes; l++) {
      if (mask >> l & 1) {
        uint32_t low = (core * kLanes + l) * 32;
        instruction->record[8 + kLanes + l] = bits(top->tr_store_addr_o, low, 32);
        instruction->record[8 + 2 * kLanes + l] = bits(top->tr_store_data_o, low, 32) & value_mask;
      }
    }
    retire(core, warp);
    return wrong;
  }

  void retire(uint32_t core, uint32_t warp) {
    std::deque<Instruction>& queue = waiting_[core][warp];
    while (!queue.empty() && !queue.front().awaits_result && !queue.front().awaits_store) {
      ready_.push_back(queue.front().record);
      queue.pop_front();
    }
  }

  uint32_t* records_ = nullptr;
  uint64_t capacity_ = 0;
  uint64_t written_ = 0;
  std::deque<Instruction> waiting_[kCores][kWarps];
  std::deque<Record> ready_;
};

}  // namespace zl
