/* Any verilated design as a C library.
 *
 * The design's ports are plain memory: zl_dut_port gives the address of each, and the caller reads
 * and writes it between the calls below. How a port lies there follows from its width, as Verilator
 * has it: 8, 16, 32 or 64 bits for up to that many, and 32-bit words, lowest first, for more. Bits
 * above the width of an input must be zero. An unpacked array is its elements one after the other,
 * the lowest indices first.
 *
 * A design belongs to one thread at a time.
 *
 *   zl_dut *dut = zl_dut_create(1);
 *   uint8_t *enable = zl_dut_port(dut, 2);
 *   *enable = 1;
 *   zl_dut_step(dut, 0, 100);                         port 0 is the clock
 *   zl_dut_destroy(dut);
 */
#ifndef ZL_DUT_H
#define ZL_DUT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Changes whenever a function or the description changes its shape or meaning. */
#define ZL_DUT_ABI_VERSION 2

/* What came of an evaluation. */
#define ZL_DUT_RUNNING 0
#define ZL_DUT_MET 1 /* zl_dut_step_until: the port has the value */
#define ZL_DUT_FINISHED 2 /* $finish was executed */
#define ZL_DUT_FAILED 3 /* an assertion failed, or $stop, $error or $fatal was executed */

typedef struct zl_dut zl_dut;

/* ZL_DUT_ABI_VERSION of the library. */
uint32_t zl_dut_abi_version(void);

/* The ports in lines of text, in the order of their numbers; see InterfaceText.java. */
const char *zl_dut_description(void);

/* Makes an instance; uninitialised registers have values that follow from the seed, and are zero for
 * seed 0. Returns NULL when the host has no memory for it. */
zl_dut *zl_dut_create(uint32_t seed);

/* Runs the final blocks and frees an instance; NULL is allowed. */
void zl_dut_destroy(zl_dut *dut);

/* Address of a port; NULL if there is no such port. */
void *zl_dut_port(zl_dut *dut, uint32_t port);

/* Lets the outputs follow the inputs. */
int32_t zl_dut_eval(zl_dut *dut);

/* Runs full cycles of a clock: inputs settle, rising edge, falling edge. Ends early at $finish or a
 * failure. */
int32_t zl_dut_step(zl_dut *dut, uint32_t clock, uint64_t cycles);

/* Runs until a port of up to 64 bits has a value (equal 1) or has another one (equal 0), at most so
 * many cycles; the port is looked at before each cycle and after the last. */
int32_t zl_dut_step_until(
    zl_dut *dut, uint32_t clock, uint64_t cycles, uint32_t port, uint64_t value, int32_t equal);

/* Writes the state to the waveform and lets time pass. */
void zl_dut_advance(zl_dut *dut, uint64_t units);

/* Time units since zl_dut_create. A cycle has ten. */
uint64_t zl_dut_time(const zl_dut *dut);

/* What the design printed since zl_dut_forget_text, messages of failures included. */
const char *zl_dut_text(const zl_dut *dut);
void zl_dut_forget_text(zl_dut *dut);

/* Where the first failure or $finish was: file as Verilator was given it, "" if unknown, and line. */
const char *zl_dut_stop_file(const zl_dut *dut);
int32_t zl_dut_stop_line(const zl_dut *dut);

/* Starts a waveform in FST; -1 when the library was built without. */
int32_t zl_dut_start_trace(zl_dut *dut, const char *path);

/* Ends the waveform, if there is one, and closes its file. */
void zl_dut_stop_trace(zl_dut *dut);

/* A buffer of the instance's for the functions below, at least of so many bytes; holds what it held.
 * The address is good until the next call. */
void *zl_dut_buffer(zl_dut *dut, uint64_t bytes);

/* Writes the state of all registers and memories, and the time, to the buffer: its bytes, or -1 when
 * the library was built without. */
int64_t zl_dut_save(zl_dut *dut);

/* Takes the state from the first bytes of the buffer, which zl_dut_save of the same design wrote: 0,
 * 1 when it is none, or -1 when the library was built without. */
int32_t zl_dut_restore(zl_dut *dut, uint64_t bytes);

/* Looks a signal up whose scope and name are in the buffer, a NUL behind each. What it is goes to the
 * buffer as a line of text: bits of an element, then for each unpacked dimension lowest index and
 * size. Returns the address of its first element; NULL if there is none that was made visible. */
void *zl_dut_signal(zl_dut *dut);

/* Writes how often each line has run, in Verilator's format; -1 when the library does not count. */
int32_t zl_dut_write_coverage(zl_dut *dut, const char *path);

#ifdef __cplusplus
}
#endif

#endif
