#include "zl_model.h"

#include <atomic>
#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <memory>
#include <new>
#include <string>

#include "Vzl_gpu.h"
#include "Vzl_gpu___024root.h"
#include "verilated.h"
#if VM_COVERAGE
#include "verilated_cov.h"
#endif
#include "zl_memory.h"
#ifdef ZL_TRACE
#include "zl_trace.h"
#endif
#if VM_TRACE
#include "zl_wave.h"
#endif

namespace {

constexpr uint64_t kResetCycles = 8;
// The device answers a register access at the latest when a drain of its has run out.
constexpr uint64_t kAccessCycles = 100000;
// Time is looked at once in so many cycles.
constexpr uint64_t kBatchCycles = 4096;
// The interrupt line follows the last event by a cycle or two.
constexpr uint32_t kIdleCycles = 4;
// Host memory is far: a round trip over PCIe, and its bandwidth.
constexpr uint32_t kHostLatency = 200;
constexpr uint32_t kHostCyclesPerLine = 2;
constexpr uint32_t kControl = 0x020;
constexpr uint32_t kControlLaunch = 1;
constexpr uint32_t kQueueTail = 0x608;
constexpr uint32_t kAllOnes = UINT32_MAX;
#ifdef ZL_TRACE
constexpr bool kChecked = true;
#else
constexpr bool kChecked = false;
#endif

// Makes the next edge of the clock a rising one without evaluating the falling one, on which
// nothing depends: half the work. The name of the previous value is Verilator's, by version.
template <class Root>
auto lower_clock(Root* root, int) -> decltype(root->__Vtrigrprev__TOP__clk_i, true) {
  root->__Vtrigrprev__TOP__clk_i = 0;
  return true;
}

template <class Root>
auto lower_clock(Root* root, long) -> decltype(root->__Vtrigprevexpr___TOP__clk_i__0, true) {
  root->__Vtrigprevexpr___TOP__clk_i__0 = 0;
  return true;
}

template <class Root>
bool lower_clock(Root*, ...) {
  return false;
}

}  // namespace

struct zl_model {
  zl_model(void* bytes, uint64_t size)
      : top(make_top(&context)),
        memory({top.get()}, zl::DeviceBytes(bytes, size)),
        host({top.get()}) {
    host.set_timing(kHostLatency, kHostCyclesPerLine, 0, 0);
  }

  static std::unique_ptr<Vzl_gpu> make_top(VerilatedContext* context) {
#if VM_TRACE
    context->traceEverOn(true);
#endif
    return std::make_unique<Vzl_gpu>(context);
  }

  ~zl_model() { top->final(); }

  void tick() {
    // Assertions sample what is there before the edge, so with them the inputs always settle.
    bool offered = memory.before_edge(cycle);
    offered |= host.before_edge(cycle);
#if VM_TRACE
    bool seen = wave.covers(cycle);
    offered |= seen;
#endif
    if (offered || kChecked) {
      top->eval();
      memory.note_taken();
      host.note_taken();
    }
#ifdef ZL_TRACE
    // Before the edge, with all inputs settled: what an event says then is what the edge does.
    if (trace.on()) {
      const char* wrong = trace.take(top.get());
      if (wrong != nullptr && failure.empty()) {
        failure = "retire trace in cycle " + std::to_string(cycle) + ": " + wrong;
      }
    }
#endif
#if VM_TRACE
    if (seen) {
      wave.low(cycle);
    }
#endif
    top->clk_i = 1;
    top->eval();
#if VM_TRACE
    if (seen) {
      wave.high(cycle);
    }
#endif
    top->clk_i = 0;
    if (!lower_clock(top->rootp, 0)) {
      top->eval();
    }
    memory.after_edge();
    host.after_edge();
    cycle++;
  }

  VerilatedContext context;
  std::unique_ptr<Vzl_gpu> top;
  zl::Memory<zl::DevicePort<Vzl_gpu>, zl::DeviceBytes> memory;
  zl::Memory<zl::HostPort<Vzl_gpu>, zl::HostWindows> host;
  uint64_t cycle = 0;
  std::atomic<bool> stop{false};
  std::string failure;
#ifdef ZL_TRACE
  zl::Trace trace;
#endif
#if VM_TRACE
  zl::Wave wave;
#endif
};

namespace {

// The model that this thread evaluates, for what the runtime prints.
thread_local zl_model* current = nullptr;

// Verilator's runtime looks up the context of the thread, which may be that of another model.
void enter(zl_model* model) {
  current = model;
  Verilated::threadContextp(model == nullptr ? nullptr : &model->context);
}

void report(const std::string& text) {
  if (current != nullptr && current->failure.size() < 4096) {
    current->failure += text;
  }
}

uint64_t nanoseconds() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

zl_model* create(void* memory, uint64_t bytes) {
  auto model = std::make_unique<zl_model>(memory, bytes);
  enter(model.get());
  model->top->rst_ni = 0;
  for (uint64_t i = 0; i < kResetCycles; i++) {
    model->tick();
  }
  model->top->rst_ni = 1;
  for (uint64_t i = 0; i < kAccessCycles && !model->top->idle_o; i++) {
    model->tick();
  }
  return model.release();
}

}  // namespace

extern "C" void zl_model_print(const char* format, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  report(text);
}

// Verilator's runtime calls these, and must not end the process.
void vl_finish(const char* file, int line, const char*) {
  report(std::string(file) + ":" + std::to_string(line) + ": $finish\n");
}

void vl_stop(const char* file, int line, const char*) {
  report(std::string(file) + ":" + std::to_string(line) + ": $stop\n");
}

void vl_fatal(const char* file, int line, const char*, const char* message) {
  report(std::string(file == nullptr ? "" : file) + ":" + std::to_string(line) + ": " + message
      + "\n");
}

extern "C" {

uint32_t zl_model_abi_version(void) { return ZL_MODEL_ABI_VERSION; }

zl_model* zl_model_create(void* memory, uint64_t bytes) {
#if __cpp_exceptions
  try {
    return create(memory, bytes);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
#else
  return create(memory, bytes);
#endif
}

void zl_model_destroy(zl_model* model) {
  enter(model);
  delete model;
  enter(nullptr);
}

uint32_t zl_model_read32(zl_model* model, uint32_t offset) {
  enter(model);
  Vzl_gpu* top = model->top.get();
  uint32_t value = kAllOnes;
  top->s_axil_araddr_i = static_cast<uint16_t>(offset);
  top->s_axil_arvalid_i = 1;
  top->s_axil_rready_i = 1;
  for (uint64_t i = 0; i < kAccessCycles; i++) {
    bool accepted = top->s_axil_arvalid_i && top->s_axil_arready_o;
    bool answered = top->s_axil_rvalid_o;
    uint32_t data = top->s_axil_rdata_o;
    bool error = top->s_axil_rresp_o != 0;
    model->tick();
    if (accepted) {
      top->s_axil_arvalid_i = 0;
    }
    if (answered) {
      value = error ? kAllOnes : data;
      break;
    }
  }
  top->s_axil_arvalid_i = 0;
  top->s_axil_rready_i = 0;
  return value;
}

void zl_model_write32(zl_model* model, uint32_t offset, uint32_t value) {
  enter(model);
  Vzl_gpu* top = model->top.get();
#ifdef ZL_TRACE
  if (offset == kControl) {
    model->trace.forget();
  }
#endif
#if VM_TRACE
  if ((offset == kControl && (value & kControlLaunch) != 0) || offset == kQueueTail) {
    model->wave.launch(model->cycle);
  }
#endif
  top->s_axil_awaddr_i = static_cast<uint16_t>(offset);
  top->s_axil_wdata_i = value;
  top->s_axil_wstrb_i = 0xf;
  top->s_axil_awvalid_i = 1;
  top->s_axil_wvalid_i = 1;
  top->s_axil_bready_i = 1;
  for (uint64_t i = 0; i < kAccessCycles; i++) {
    bool address_accepted = top->s_axil_awvalid_i && top->s_axil_awready_o;
    bool data_accepted = top->s_axil_wvalid_i && top->s_axil_wready_o;
    bool answered = top->s_axil_bvalid_o;
    model->tick();
    if (address_accepted) {
      top->s_axil_awvalid_i = 0;
    }
    if (data_accepted) {
      top->s_axil_wvalid_i = 0;
    }
    if (answered) {
      break;
    }
  }
  top->s_axil_awvalid_i = 0;
  top->s_axil_wvalid_i = 0;
  top->s_axil_bready_i = 0;
}

void zl_model_set_memory(
    zl_model* model, uint32_t latency, uint32_t cycles_per_line, uint32_t jitter, uint64_t seed) {
  model->memory.set_timing(latency, cycles_per_line, jitter, seed);
  model->host.set_timing(kHostLatency, kHostCyclesPerLine, jitter, ~seed);
}

void zl_model_map_host(zl_model* model, uint64_t address, void* bytes, uint64_t size) {
  model->host.bytes().map(address, bytes, size);
}

int32_t zl_model_unmap_host(zl_model* model, uint64_t address) {
  return model->host.bytes().unmap(address) ? 0 : -1;
}

void zl_model_hold_memory(zl_model* model, int32_t held) { model->memory.hold(held != 0); }

int32_t zl_model_run(zl_model* model, uint64_t max_cycles, uint64_t max_nanoseconds) {
  enter(model);
  const Vzl_gpu* top = model->top.get();
  uint64_t end_time = max_nanoseconds == 0 ? UINT64_MAX : nanoseconds() + max_nanoseconds;
  uint64_t end_cycle = model->cycle + max_cycles;
  uint32_t idle = 0;
#ifdef ZL_TRACE
  if (model->trace.on()) {
    model->trace.rewind();
  }
#endif
  for (;;) {
    uint64_t left = end_cycle - model->cycle;
    uint64_t batch_end = model->cycle + (left < kBatchCycles ? left : kBatchCycles);
    while (model->cycle != batch_end) {
#ifdef ZL_TRACE
      if (model->trace.full()) {
        return ZL_MODEL_TRACE_FULL;
      }
#endif
      if (top->irq_o) {
        return ZL_MODEL_INTERRUPT;
      }
      if (!model->failure.empty()) {
        return ZL_MODEL_FAILED;
      }
      if (top->idle_o) {
        if (idle++ == kIdleCycles) {
          return ZL_MODEL_IDLE;
        }
      }
      model->tick();
#ifdef ZL_TRACE
      if (model->trace.on()) {
        model->trace.deliver();
      }
#endif
    }
    if (model->cycle == end_cycle) {
      return ZL_MODEL_CYCLES;
    }
    if (model->stop.exchange(false, std::memory_order_relaxed)) {
      return ZL_MODEL_STOPPED;
    }
    if (end_time != UINT64_MAX && nanoseconds() >= end_time) {
      return ZL_MODEL_DEADLINE;
    }
  }
}

void zl_model_stop(zl_model* model) { model->stop.store(true, std::memory_order_relaxed); }

uint64_t zl_model_cycles(const zl_model* model) { return model->cycle; }

int32_t zl_model_interrupt(const zl_model* model) { return model->top->irq_o; }

const char* zl_model_failure(const zl_model* model) { return model->failure.c_str(); }

int32_t zl_model_checked(void) { return kChecked; }

int32_t zl_model_trace(zl_model* model, uint32_t* records, uint64_t capacity) {
#ifdef ZL_TRACE
  model->trace.set_target(records, capacity);
  return 0;
#else
  (void)model;
  (void)records;
  (void)capacity;
  return -1;
#endif
}

uint64_t zl_model_trace_count(const zl_model* model) {
#ifdef ZL_TRACE
  return model->trace.written();
#else
  (void)model;
  return 0;
#endif
}

uint32_t zl_model_trace_words(void) { return 8 + 3 * ZL_LANES; }

uint32_t zl_model_lanes(void) { return ZL_LANES; }

int32_t zl_model_open_wave(zl_model* model, const char* path, uint64_t from, uint64_t to) {
#if VM_TRACE
  enter(model);
  return model->wave.open(model->top.get(), path, from, to) ? 0 : 1;
#else
  (void)model;
  (void)path;
  (void)from;
  (void)to;
  return -1;
#endif
}

void zl_model_close_wave(zl_model* model) {
#if VM_TRACE
  enter(model);
  model->wave.close();
#else
  (void)model;
#endif
}

int32_t zl_model_select_mutant(zl_model* model, uint32_t mutant) {
#ifdef ZL_MUTATED
  model->top->mutant_i = mutant;
  return 0;
#else
  (void)model;
  (void)mutant;
  return -1;
#endif
}

int32_t zl_model_write_coverage(zl_model* model, const char* path) {
#if VM_COVERAGE
  enter(model);
  model->context.coveragep()->write(path);
  return 0;
#else
  (void)model;
  (void)path;
  return -1;
#endif
}

}  // extern "C"
