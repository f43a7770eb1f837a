#!/bin/sh
# Builds the bench of the load-store unit and runs it:
#   run.sh [--lanes L] [--dcache KB] [--cores 2] -- BENCH OPTIONS
# With two cores the atomic operations are tested, else all of a core's.
# A small cache replaces more lines, and so finds more.
set -e
lanes=4
dcache=16
cores=1
while [ $# -gt 0 ]; do
  case "$1" in
    --lanes) lanes=$2; shift 2 ;;
    --cores) cores=$2; shift 2 ;;
    --dcache) dcache=$2; shift 2 ;;
    --) shift; break ;;
    *) break ;;
  esac
done
here=$(cd "$(dirname "$0")" && pwd)
sv=$here/../../../main/systemverilog
build=${ZL_BENCH_BUILD:-/tmp/zl-lsu-bench}/l${lanes}d${dcache}c$cores
bench=lsu_bench
[ "$cores" = 1 ] || bench=atomic_bench
mkdir -p "$build"
isa=$build/zl_isa_pkg.sv
java=${JAVA_HOME:-/usr/lib/jvm/temurin-25-jdk-amd64}/bin
"$java/javac" -d "$build/isa" "$here"/../../../../../firmware-tools/src/main/java/dev/zhulong/firmware/isa/*.java
"$java/java" -cp "$build/isa" dev.zhulong.firmware.isa.SystemVerilogPackage >"$isa"
verilator --cc --exe --build -j 2 --assert -O3 --x-assign fast --x-initial fast \
  -Wno-UNUSEDSIGNAL --top-module lsu_system "-GLANES=$lanes" "-GDCACHE_KB=$dcache" "-GCORES=$cores" --Mdir "$build" \
  -CFLAGS "-std=c++20 -O2 -DBENCH_LANES=$lanes" \
  -MAKEFLAGS "CXX=${CXX:-clang++-19} LINK=${CXX:-clang++-19}" -o "$bench" \
  "$isa" "$sv/zl_pkg.sv" "$sv/zl_local_memory.sv" "$sv/zl_dcache.sv" "$sv/zl_lsu.sv" "$sv/zl_memory_arbiter.sv" \
  "$sv/zl_atomic_unit.sv" "$here/lsu_system.sv" \
  "$here/$bench.cpp" >"$build/build.log" 2>&1 || {
  grep -m 40 -E "rror" "$build/build.log" >&2
  exit 1
}
exec "$build/$bench" "$@"
