#!/bin/sh
# Builds the bench of the load-store unit and runs it: run.sh [--lanes L] [--dcache KB] -- BENCH OPTIONS
# A small cache replaces more lines, and so finds more.
set -e
lanes=4
dcache=16
while [ $# -gt 0 ]; do
  case "$1" in
    --lanes) lanes=$2; shift 2 ;;
    --dcache) dcache=$2; shift 2 ;;
    --) shift; break ;;
    *) break ;;
  esac
done
here=$(cd "$(dirname "$0")" && pwd)
sv=$here/../../../main/systemverilog
build=${ZL_BENCH_BUILD:-/tmp/zl-lsu-bench}/l${lanes}d$dcache
mkdir -p "$build"
isa=$build/zl_isa_pkg.sv
java=${JAVA_HOME:-/usr/lib/jvm/temurin-25-jdk-amd64}/bin
"$java/javac" -d "$build/isa" "$here"/../../../../../firmware-tools/src/main/java/dev/zhulong/firmware/isa/*.java
"$java/java" -cp "$build/isa" dev.zhulong.firmware.isa.SystemVerilogPackage >"$isa"
verilator --cc --exe --build -j 2 --assert -O3 --x-assign fast --x-initial fast \
  --top-module zl_lsu "-GLANES=$lanes" "-GDCACHE_KB=$dcache" --Mdir "$build" \
  -CFLAGS "-std=c++20 -O2 -DBENCH_LANES=$lanes" \
  -MAKEFLAGS "CXX=${CXX:-clang++-19} LINK=${CXX:-clang++-19}" -o lsu_bench \
  "$isa" "$sv/zl_pkg.sv" "$sv/zl_local_memory.sv" "$sv/zl_dcache.sv" "$sv/zl_lsu.sv" \
  "$here/lsu_bench.cpp" >"$build/build.log" 2>&1 || {
  grep -m 40 -E "rror" "$build/build.log" >&2
  exit 1
}
exec "$build/lsu_bench" "$@"
