#!/bin/sh
# Builds the bench of the shared L2 and runs it:
#   run.sh [--cores C] [--kib K] -- BENCH OPTIONS
# A small cache replaces more lines, and so finds more.
set -e
cores=4
kib=16
while [ $# -gt 0 ]; do
  case "$1" in
    --cores) cores=$2; shift 2 ;;
    --kib) kib=$2; shift 2 ;;
    --) shift; break ;;
    *) break ;;
  esac
done
here=$(cd "$(dirname "$0")" && pwd)
sv=$here/../../../main/systemverilog
build=${ZL_BENCH_BUILD:-/tmp/zl-l2-bench}/l2c${cores}k$kib
mkdir -p "$build"
verilator --cc --exe --build -j 2 --assert -O3 --x-assign fast --x-initial fast \
  -Wno-UNUSEDSIGNAL --top-module zl_l2 "-GCORES=$cores" "-GL2_KB=$kib" --Mdir "$build" \
  -CFLAGS "-std=c++20 -O2 -DBENCH_CORES=$cores" \
  -MAKEFLAGS "CXX=${CXX:-clang++-19} LINK=${CXX:-clang++-19}" -o l2_bench \
  "$sv/zl_pkg.sv" "$sv/zl_memory_arbiter.sv" "$sv/zl_atomic_unit.sv" "$sv/zl_l2_bank.sv" "$sv/zl_l2.sv" \
  "$here/l2_bench.cpp" >"$build/build.log" 2>&1 || {
  grep -m 40 -E "rror" "$build/build.log" >&2
  exit 1
}
exec "$build/l2_bench" "$@"
