// Included before every file of a design: what it prints goes to its instance instead of standard
// output, which belongs to the program.
#pragma once

extern "C" void zl_dut_print(const char* format, ...) __attribute__((format(printf, 1, 2)));

#define VL_PRINTF zl_dut_print
