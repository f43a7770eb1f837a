// Included before every file of the model: what Verilator's runtime prints, a failed assertion
// above all, goes to the model instead of standard output, which belongs to the program.
#pragma once

extern "C" void zl_model_print(const char* format, ...) __attribute__((format(printf, 1, 2)));

#define VL_PRINTF zl_model_print
