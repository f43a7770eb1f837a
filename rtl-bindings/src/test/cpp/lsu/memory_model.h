// Memory behind a line port: requests take effect at a random time between their acceptance and
// their response, and responses come in any order, as AXI allows for different IDs.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <random>
#include <unordered_map>
#include <vector>

using Line = std::array<uint8_t, 64>;

struct MemoryModel {
  struct Timing {
    int latency = 1;     // cycles, at least
    int jitter = 0;      // added at random, which reorders
    int stall_percent = 0;  // of cycles without ready
  };

  struct Operation {
    bool write;
    uint32_t line;
    unsigned tag;
    Line data;
    uint64_t strb;
    bool applied;
    long apply_at;
    long respond_at;
  };

  std::unordered_map<uint32_t, Line> lines;
  std::vector<Operation> operations;
  Timing timing;
  uint32_t error_line = 0xFFFFFFFF;  // refused
  std::mt19937 random{1};
  long reads = 0;
  long writes = 0;
  int most_reads = 0;

  Line& at(uint32_t line) { return lines.try_emplace(line, Line{}).first->second; }

  void accept(long cycle, bool write, uint32_t line, unsigned tag, const uint8_t* data,
              uint64_t strb) {
    long extra = timing.jitter ? long(random() % (timing.jitter + 1)) : 0;
    long respond = cycle + timing.latency + extra;
    Operation op{write, line, tag, {}, strb, false, 0, respond};
    if (write) memcpy(op.data.data(), data, 64);
    op.apply_at = cycle + 1 + long(random() % uint64_t(respond - cycle));
    operations.push_back(op);
    (write ? writes : reads)++;
    int in_flight = 0;
    for (const auto& o : operations) in_flight += !o.write;
    if (in_flight > most_reads) most_reads = in_flight;
  }

  void apply(long cycle) {
    for (auto& op : operations) {
      if (op.applied || op.apply_at > cycle) continue;
      op.applied = true;
      Line& line = at(op.line);
      if (!op.write) {
        op.data = line;
      } else if (op.line != error_line) {
        for (int b = 0; b < 64; b++) {
          if (op.strb >> b & 1) line[b] = op.data[b];
        }
      }
    }
  }

  // The operation to answer in this cycle, or -1.
  int ready(long cycle) const {
    int best = -1;
    for (size_t i = 0; i < operations.size(); i++) {
      const auto& op = operations[i];
      if (!op.applied || op.respond_at > cycle) continue;
      if (best < 0 || op.respond_at < operations[best].respond_at) best = int(i);
    }
    return best;
  }
};
