#!/bin/sh
# Builds the bench of the instruction cache and runs it: run.sh BENCH OPTIONS
set -e
here=$(cd "$(dirname "$0")" && pwd)
sv=$here/../../../main/systemverilog
build=${ZL_BENCH_BUILD:-/tmp/zl-icache-bench}
mkdir -p "$build"
isa=$build/zl_isa_pkg.sv
java=${JAVA_HOME:-/usr/lib/jvm/temurin-25-jdk-amd64}/bin
"$java/javac" -d "$build/isa" "$here"/../../../../../firmware-tools/src/main/java/dev/zhulong/firmware/isa/*.java
"$java/java" -cp "$build/isa" dev.zhulong.firmware.isa.SystemVerilogPackage >"$isa"
verilator --cc --exe --build -j 2 --assert -O3 --x-assign fast --x-initial fast \
  --top-module zl_icache --Mdir "$build" \
  -CFLAGS "-std=c++20 -O2" \
  -MAKEFLAGS "CXX=${CXX:-clang++-19} LINK=${CXX:-clang++-19}" -o icache_bench \
  "$isa" "$sv/zl_pkg.sv" "$sv/zl_icache.sv" \
  "$here/icache_bench.cpp" >"$build/build.log" 2>&1 || {
  grep -m 40 -E "rror" "$build/build.log" >&2
  exit 1
}
exec "$build/icache_bench" "$@"
