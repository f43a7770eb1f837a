// What a word of memory may hold, when several cores write it and nobody knows in which order.
//
// Every write has a value of its own, a time when it began and a time when it was certainly done:
// its acknowledgement, or the end of a read that saw it. A read may see a write unless that was
// certainly done before another one began which was certainly done before the read began.
#pragma once

#include <climits>
#include <cstdint>
#include <vector>

class History {
 public:
  // The word holds value from the start.
  explicit History(uint32_t value) { writes_.push_back({value, -2, -1}); }

  void begin(uint32_t value, long now) { writes_.push_back({value, now, LONG_MAX}); }

  void end(uint32_t value, long now) {
    for (Write& write : writes_) {
      if (write.value == value && now < write.done) write.done = now;
    }
    forget(now);
  }

  // Whether a read that began then may see value now; if so, no later read sees an older one.
  bool sees(uint32_t value, long began, long now) {
    for (Write& write : writes_) {
      if (write.value != value) continue;
      for (const Write& later : writes_) {
        if (later.begun > write.done && later.done < began) return false;
      }
      if (now < write.done) write.done = now;
      return true;
    }
    return false;
  }

 private:
  struct Write {
    uint32_t value;
    long begun;
    long done;
  };

  // Reads take at most kLongest cycles, so that writes replaced before that are never seen.
  void forget(long now) {
    constexpr long kLongest = 20000;
    long newest = LONG_MIN;
    for (const Write& write : writes_) {
      if (write.done < now - kLongest && write.begun > newest) newest = write.begun;
    }
    std::erase_if(writes_, [&](const Write& write) { return write.done < newest; });
  }

  std::vector<Write> writes_;
};
