#!/bin/sh
# Builds the bench of the dispatcher for a shape and runs it: run.sh [--cores C] [--warps W] [--lanes L]
set -e
cores=1
warps=4
lanes=4
while [ $# -gt 0 ]; do
  case "$1" in
    --cores) cores=$2; shift 2 ;;
    --warps) warps=$2; shift 2 ;;
    --lanes) lanes=$2; shift 2 ;;
    *) echo "run.sh: unknown option $1" >&2; exit 2 ;;
  esac
done
here=$(cd "$(dirname "$0")" && pwd)
sv=$here/../../../main/systemverilog
build=${ZL_BENCH_BUILD:-/tmp/zl-dispatcher-bench}/c${cores}w${warps}t$lanes
mkdir -p "$build"
isa=$build/zl_isa_pkg.sv
java=${JAVA_HOME:-/usr/lib/jvm/temurin-25-jdk-amd64}/bin
"$java/javac" -d "$build/isa" "$here"/../../../../../firmware-tools/src/main/java/dev/zhulong/firmware/isa/*.java
"$java/java" -cp "$build/isa" dev.zhulong.firmware.isa.SystemVerilogPackage >"$isa"
verilator --cc --exe --build -j 2 --assert -O3 --x-assign unique --x-initial unique \
  --top-module zl_dispatcher "-GCORES=$cores" "-GWARPS=$warps" "-GLANES=$lanes" --Mdir "$build" \
  -CFLAGS "-std=c++20 -O1 -DZL_CORES=$cores -DZL_WARPS=$warps -DZL_LANES=$lanes" \
  -MAKEFLAGS "CXX=${CXX:-clang++-19} LINK=${CXX:-clang++-19}" -o dispatcher_bench \
  "$isa" "$sv/zl_pkg.sv" "$sv/zl_dispatcher.sv" \
  "$here/dispatcher_bench.cpp" >"$build/build.log" 2>&1 || {
  grep -m 40 -E "rror" "$build/build.log" >&2
  exit 1
}
exec "$build/dispatcher_bench"
