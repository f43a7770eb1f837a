/* The ZL1 cycle model as a C library.
 *
 * A model is the verilated core with a clock, a reset, an AXI4-Lite host port and an AXI4 memory
 * whose contents the caller provides. Time passes only inside zl_model_run, zl_model_read32 and
 * zl_model_write32. A model belongs to one thread at a time; only zl_model_stop may be called
 * from another one. Nothing here allocates after zl_model_create, except growth of the trace's
 * waiting list.
 *
 * A first program:
 *
 *   zl_model *model = zl_model_create(memory, 4ull << 30);
 *   zl_model_set_memory(model, 30, 1, 0, 0);
 *   zl_model_write32(model, 0x044, 0x80000000u);      entry
 *   zl_model_write32(model, 0x02c, 3);                interrupt when done or faulted
 *   zl_model_write32(model, 0x020, 1);                launch
 *   zl_model_run(model, 1000000, 0);                  ZL_MODEL_INTERRUPT
 *   zl_model_destroy(model);
 */
#ifndef ZL_MODEL_H
#define ZL_MODEL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Changes whenever a function or the trace record changes its shape or meaning. */
#define ZL_MODEL_ABI_VERSION 5

/* Why zl_model_run returned. */
#define ZL_MODEL_INTERRUPT 0 /* the interrupt line is high */
#define ZL_MODEL_CYCLES 1 /* max_cycles have passed */
#define ZL_MODEL_DEADLINE 2 /* max_nanoseconds have passed */
#define ZL_MODEL_STOPPED 3 /* zl_model_stop was called */
#define ZL_MODEL_IDLE 4 /* no work is running, so no interrupt can come by itself */
#define ZL_MODEL_TRACE_FULL 5 /* the trace buffer is full; take the records and run again */
#define ZL_MODEL_FAILED 6 /* the model itself is broken: see zl_model_failure */

typedef struct zl_model zl_model;

/* ZL_MODEL_ABI_VERSION of the library. */
uint32_t zl_model_abi_version(void);

/* Makes a model that has been reset.
 *
 * memory  device memory from address 0 on; stays the caller's and must outlive the model
 * bytes   its size; a multiple of 64, at most 4 GiB. An AXI access above it is answered DECERR.
 * Returns NULL when the host has no memory for it.
 */
zl_model *zl_model_create(void *memory, uint64_t bytes);

/* Frees a model; NULL is allowed. */
void zl_model_destroy(zl_model *model);

/* One AXI4-Lite read of a host register; offset is a multiple of 4 below 65536. Takes a few cycles.
 * Returns all-ones when the port does not answer or answers with an error. */
uint32_t zl_model_read32(zl_model *model, uint32_t offset);

/* One AXI4-Lite write of a host register, returns when it is acknowledged. */
void zl_model_write32(zl_model *model, uint32_t offset, uint32_t value);

/* The timing of the memory; holds from the next request on. A new model has 30, 1, 0, 0.
 *
 * latency          cycles from the acceptance of a request to its earliest response, 1 to 65535
 * cycles_per_line  least distance of two accepted 64-byte requests (reads and writes together),
 *                  1 to 65535
 * jitter           0, or the most cycles by which a request's latency is lengthened at random; with
 *                  it, responses of different ids overtake one another and the ports are not ready
 *                  at random times. For test benches.
 * seed             of the random numbers
 */
void zl_model_set_memory(
    zl_model *model, uint32_t latency, uint32_t cycles_per_line, uint32_t jitter, uint64_t seed);

/* Lets the device read and write host memory, in whole lines of 64 bytes; elsewhere its accesses
 * there are answered DECERR.
 *
 * address  what the device calls it; a multiple of 64
 * bytes    the memory; stays the caller's, until it is unmapped or the model is destroyed. In
 *          WebAssembly it is not used: there the lines come from the imports of zl_memory.h.
 * size     a multiple of 64; the range must not meet another one that is mapped
 */
void zl_model_map_host(zl_model *model, uint64_t address, void *bytes, uint64_t size);

/* Takes host memory back that was mapped at this address, when no copy uses it.
 * Returns 0, or -1 when none was mapped there. */
int32_t zl_model_unmap_host(zl_model *model, uint64_t address);

/* Lets the memory neither accept nor answer anything (held 1) until it is released (held 0). What
 * was in flight is answered late, not lost. For test benches. */
void zl_model_hold_memory(zl_model *model, int32_t held);

/* Runs until one of the events named above; which one is the result. Returns at once when the
 * interrupt line is high already or the device is idle.
 *
 * max_cycles       0 to 2^63 - 1
 * max_nanoseconds  of wall-clock time; 0 for no limit. Looked at every few thousand cycles.
 */
int32_t zl_model_run(zl_model *model, uint64_t max_cycles, uint64_t max_nanoseconds);

/* Makes a running zl_model_run return soon, or the next one at once. Any thread. */
void zl_model_stop(zl_model *model);

/* Clock cycles since zl_model_create, those of register accesses included. */
uint64_t zl_model_cycles(const zl_model *model);

/* The state of the interrupt line, 0 or 1. */
int32_t zl_model_interrupt(const zl_model *model);

/* What broke, for ZL_MODEL_FAILED: a failed assertion of the RTL or a broken rule of AXI. An empty
 * string while nothing has; owned by the model. */
const char *zl_model_failure(const zl_model *model);

/* 1 when the library was built with assertions and trace, 0 for the fast variant. */
int32_t zl_model_checked(void);

/* The retire trace (checked variant only).
 *
 * Records one retired warp-instruction each, in program order for every {core, warp}; records of
 * different warps interleave in any order. A faulting instruction, and instructions of the same
 * warp behind a load that a fault cancelled, have no record. A record is 8 + 3 * LANES words of
 * 32 bits:
 *
 *   word              contents
 *   0                 core
 *   1                 warp
 *   2                 pc
 *   3                 instruction word
 *   4                 lane mask before the instruction
 *   5                 rd: 0 to 31 integer, 32 to 63 float, 0xffffffff none (x0 counts as none)
 *   6                 store mask: the lanes that store; zero for other instructions
 *   7                 number of the instruction in its hardware warp since reset, modulo 65536
 *   8 + lane          result, for the lanes of the mask when rd is not none; else 0
 *   8 + LANES + lane  byte address of the store, for the lanes of the store mask; else 0
 *   8 + 2*LANES+lane  stored value, zero-extended from the size of the store; else 0
 *
 * A record whose word 7 is 0xffffffff is no instruction: the dispatcher starts the warp. Word 2 is
 * the entry, word 4 the starting lanes, words 8 to 10 the workgroup id, 11 the warp's rank in the
 * workgroup, 12 its slot, 13 the address of its local memory.
 *
 * Example, LANES = 4, warp 2 with lanes 0 and 1 active:
 *
 *   sb a0, 3(a1) at 0x80000010, a0 = {0x1ff, 0x100}, a1 = {0x10000, 0x10040}
 *   0 2 80000010 00a581a3 3 ffffffff 3 4  0 0 0 0  10003 10043 0 0  ff 0 0 0
 *
 *   fadd.s ft1, ft2, ft3 at 0x80000014, results 1.5 and -2.0
 *   0 2 80000014 003170d3 3 21 0 5  3fc00000 c0000000 0 0  0 0 0 0  0 0 0 0
 */

/* Turns tracing on or off (records NULL). Every zl_model_run starts at the first word of records
 * and writes at most capacity records, each of zl_model_trace_words() words. Register accesses
 * write none: what retires in them is delivered by the next run.
 * Returns 0, or -1 in the fast variant, which has no trace. */
int32_t zl_model_trace(zl_model *model, uint32_t *records, uint64_t capacity);

/* Records that the last zl_model_run wrote. */
uint64_t zl_model_trace_count(const zl_model *model);

/* 32-bit words in a record. */
uint32_t zl_model_trace_words(void);

/* Lanes of a warp, so that a record can be taken apart without a register access. */
uint32_t zl_model_lanes(void);

/* Writes the signals of the device to a waveform file from now on, until zl_model_close_wave or
 * zl_model_destroy; one that is open is closed first.
 *
 * path  in GTKWave's FST format, or as VCD where it ends in .vcd
 * from  first cycle that is written. Cycle 0 is the one in which the model's first launch is
 *       written to the CONTROL register, or the queue's doorbell is; cycle n is 10 n to 10 n + 10 ns of the file, with the
 *       rising edge of the clock at 10 n + 5 ns.
 * to    cycle after the last one; UINT64_MAX for no end
 *
 * Returns 0; 1 when the file cannot be written; -1 in a library built without waveforms. */
int32_t zl_model_open_wave(zl_model *model, const char *path, uint64_t from, uint64_t to);

/* Completes the waveform file, if one is open. */
void zl_model_close_wave(zl_model *model);

/* Makes one of the deliberate bugs of a mutated build take effect from the next cycle on: the number
 * of its mutation, from 1; 0 is the core as it is written.
 * Returns 0, or -1 in a library without mutations. */
int32_t zl_model_select_mutant(zl_model *model, uint32_t mutant);

/* Writes how often each line of the SystemVerilog has run since zl_model_create, in Verilator's
 * format of coverage data.
 * Returns 0, or -1 in a library built without line coverage. */
int32_t zl_model_write_coverage(zl_model *model, const char *path);

#ifdef __cplusplus
}
#endif

#endif
