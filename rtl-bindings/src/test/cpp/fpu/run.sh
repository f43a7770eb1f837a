#!/bin/sh
# Builds the bench of the floating-point units and runs it: run.sh BENCH OPTIONS
set -e
here=$(cd "$(dirname "$0")" && pwd)
sv=$here/../../../main/systemverilog
build=${ZL_BENCH_BUILD:-/tmp/zl-fpu-bench}
mkdir -p "$build"
verilator --cc --exe --build -j 2 --assert -O3 --x-assign fast --x-initial fast \
  --top-module fpu_bench_top --Mdir "$build" \
  -CFLAGS "-std=c++20 -O3 -frounding-math" \
  -MAKEFLAGS "CXX=${CXX:-clang++-19} LINK=${CXX:-clang++-19}" -o fpu_bench \
  "$sv/zl_fpu_pkg.sv" "$sv/zl_fpu_fma.sv" "$sv/zl_fpu_div_sqrt.sv" "$sv/zl_fpu_misc.sv" \
  "$here/fpu_bench_top.sv" "$here/fpu_bench.cpp" >"$build/build.log" 2>&1 || {
  grep -m 40 -E "rror" "$build/build.log" >&2
  exit 1
}
exec "$build/fpu_bench" "$@"
