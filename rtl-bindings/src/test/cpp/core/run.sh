#!/bin/sh
# Builds the core bench for a shape and runs it:
#   run.sh [--lanes L] [--warps W] [--standin | --view FILE] -- BENCH OPTIONS
# --standin replaces caches and load-store unit by a stand-in with random stalls; --view takes the
# core from the Verilog that synthesis reads (zl synth --view), which has to be of the same shape.
set -e
lanes=4
warps=4
memory=caches
while [ $# -gt 0 ]; do
  case "$1" in
    --lanes) lanes=$2; shift 2 ;;
    --warps) warps=$2; shift 2 ;;
    --standin) memory=standin; shift ;;
    --view) memory=view; view=$2; shift 2 ;;
    --) shift; break ;;
    *) break ;;
  esac
done
here=$(cd "$(dirname "$0")" && pwd)
sv=$here/../../../main/systemverilog
build=${ZL_BENCH_BUILD:-/tmp/zl-core-bench}/w${warps}l${lanes}-$memory
mkdir -p "$build"
if [ "$memory" = view ]; then
  sources=$view
  parameters=
else
  parameters="-GWARPS=$warps -GLANES=$lanes"
  isa=$build/zl_isa_pkg.sv
  java=${JAVA_HOME:-/usr/lib/jvm/temurin-25-jdk-amd64}/bin
  tables=$here/../../../../../firmware-tools/src/main/java/dev/zhulong/firmware/isa
  "$java/javac" -d "$build/isa" "$tables"/*.java
  "$java/java" -cp "$build/isa" dev.zhulong.firmware.isa.SystemVerilogPackage >"$isa"
  sources="$sv/zl_fpu_pkg.sv $isa $sv/zl_pkg.sv"
  case "$memory" in
    standin) sources="$sources $sv/zl_memory_arbiter.sv $here/standin_memory.sv" ;;
    *)
      for unit in dcache icache local_memory lsu memory_arbiter; do
        sources="$sources $sv/zl_$unit.sv"
      done ;;
  esac
  for unit in alu core core_debug csr decode divider fetch fpu_div_sqrt fpu_fma fpu_misc issue lsu_queue \
      multiplier operand_read register_file shuffle texture merge coverage warp_control \
      writeback; do
    sources="$sources $sv/zl_$unit.sv"
  done
fi
verilator --cc --exe --build -j 2 --assert -O3 --x-assign fast --x-initial fast \
  -Wno-fatal -Wno-lint -Wno-style --top-module zl_core $parameters \
  --Mdir "$build" \
  -CFLAGS "-std=c++20 -O2 -frounding-math -I$here -DBENCH_WARPS=$warps -DBENCH_LANES=$lanes" \
  -MAKEFLAGS "CXX=${CXX:-clang++-19} LINK=${CXX:-clang++-19}" \
  -o core_bench $sources "$here/core_bench.cpp" >"$build/build.log" 2>&1 || {
  grep -m 40 -E "rror" "$build/build.log" >&2
  exit 1
}
exec "$build/core_bench" "$@"
