package dev.zhulong.simulator.lockstep;

import dev.zhulong.rtl.Mutation;
import java.util.List;
import java.util.stream.Stream;

/**
 * Deliberate bugs, each of which verification must catch. They are spread over the units, and each
 * imitates what a designer may really get wrong.
 */
final class MutationTable {
  private MutationTable() {}

  /** All of them. */
  static List<Mutation> all() {
    return Stream.of(withoutL2(), sharedCache()).flatMap(List::stream).toList();
  }

  /** Those of a device without L2; a mutation's number is its place, from 1. */
  static List<Mutation> withoutL2() {
    return Stream.of(
            integerUnits(),
            floatUnits(),
            issueOperandsAndWriteBack(),
            fetchAndDecode(),
            warpsAndDivergence(),
            dispatcher(),
            loadStoreUnitAndMemories(),
            hostInterface(),
            beyondTheCore())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Mutation> integerUnits() {
    return List.of(
        new Mutation(
            "alu-add-carry",
            "zl_alu.sv",
            "return a + b;",
            "return {a[31:16] + b[31:16], a[15:0] + b[15:0]};",
            "a carry lost between the halves of the adder"),
        new Mutation(
            "alu-sra-sign",
            "zl_alu.sv",
            "$unsigned($signed(a) >>> s)",
            "a >> s",
            "an arithmetic shift without the sign"),
        new Mutation(
            "alu-slt-unsigned",
            "zl_alu.sv",
            "{31'd0, $signed(a) < $signed(b)}",
            "{31'd0, a < b}",
            "a signed comparison made unsigned"),
        new Mutation(
            "alu-rol-distance",
            "zl_alu.sv",
            "a >> (6'd32 - {1'b0, s})",
            "a >> (6'd31 - {1'b0, s})",
            "a rotation off by one"),
        new Mutation(
            "alu-clz-zero",
            "zl_alu.sv",
            "word == '0 ? 6'd32 : count",
            "count",
            "the special case of a zero operand forgotten"),
        new Mutation(
            "alu-czero",
            "zl_alu.sv",
            "b != '0 ? '0 : a",
            "b[30:0] != '0 ? '0 : a",
            "a condition that ignores one bit"),
        new Mutation(
            "mul-high-sign",
            "zl_multiplier.sv",
            "b[31] && !s1_op_q[1]",
            "b[31]",
            "the second operand of MULHSU and MULHU taken as signed"),
        new Mutation(
            "texture-mirror-off-by-one",
            "zl_texture.sv",
            "~x[23:0]",
            "-x[23:0]",
            "a mirrored coordinate one unit too far"),
        new Mutation(
            "texture-saturation",
            "zl_texture.sv",
            "x[25:24] == 2'b10",
            "1'b0",
            "a clamped coordinate below -1 that is not saturated"),
        new Mutation(
            "texture-weight-truncated",
            "zl_texture.sv",
            "(product + 40'sh8000) >>> 16",
            "product >>> 16",
            "the weight of a texel cut off and not rounded"),
        new Mutation(
            "texture-repeat-last",
            "zl_texture.sv",
            "second = i == $signed({13'd0, last}) ? '0 : i[11:0] + 12'd1;",
            "second = i[11:0] + 12'd1;",
            "the last texel's neighbour outside of the image"),
        new Mutation(
            "texture-weights-sum",
            "zl_texture.sv",
            "near = 9'd256 - {1'b0, far};",
            "near = 9'd255 - {1'b0, far};",
            "two weights that do not add up to one"),
        new Mutation(
            "texture-color-zero",
            "zl_texture.sv",
            "if (value[23:0] == '0) return '0;",
            "if (1'b0) return '0;",
            "black that is not zero"),
        new Mutation(
            "merge-nan-kept",
            "zl_merge.sv",
            "v[30:23] == 8'hff && v[22:0] != '0",
            "1'b0",
            "a colour that is no number taken as the largest"),
        new Mutation(
            "merge-small-dropped",
            "zl_merge.sv",
            "v[30:23] < 8'd116",
            "v[30:23] < 8'd117",
            "the smallest colours that reach a step of ten bits dropped"),
        new Mutation(
            "merge-no-float-rounding",
            "zl_merge.sv",
            "SUM_W'({half, 9'd0})",
            "SUM_W'(0)",
            "a field without the rounding of the fused multiply-add"),
        new Mutation(
            "merge-scale-power-of-two",
            "zl_merge.sv",
            "(SUM_W'(v) << width) - SUM_W'(v)",
            "SUM_W'(v) << width",
            "a colour times 2^width"),
        new Mutation(
            "merge-unpack-truncated",
            "zl_merge.sv",
            "24'(aligned[9] && (aligned[8:0] != '0 || aligned[10]))",
            "24'd0",
            "an unpacked field cut off and not rounded"),
        new Mutation(
            "merge-inverse",
            "zl_merge.sv",
            "24'h820821",
            "24'h820820",
            "the inverse of 63 rounded down"),
        new Mutation(
            "merge-float-slot",
            "zl_issue.sv",
            "unit_ready_float[UNIT_MERGE] = !float_slots_q[5] && !float_gap;",
            "unit_ready_float[UNIT_MERGE] = !float_gap;",
            "an unpacked colour in the cycle of a fused multiply-add"),
        new Mutation(
            "coverage-inactive-lanes",
            "zl_coverage.sv",
            "mask_i[l]",
            "1'b1",
            "coverage of lanes that are not active"),
        new Mutation(
            "coverage-third-place",
            "zl_coverage.sv",
            "{b_i[l*32+:31], 1'b0}",
            "{b_i[l*32+:31], 1'b1}",
            "the third place one unit too far"),
        new Mutation(
            "coverage-step-missing",
            "zl_coverage.sv",
            "!beyond(far, step)",
            "!far[31]",
            "the fourth place taken for the third"),
        new Mutation(
            "texture-float-slot",
            "zl_issue.sv",
            "unit_ready_float[UNIT_TEXTURE] = !float_slots_q[5] && !float_gap;",
            "unit_ready_float[UNIT_TEXTURE] = !float_gap;",
            "a colour in the cycle of a fused multiply-add"),
        new Mutation(
            "div-by-zero-sign",
            "zl_divider.sv",
            "(a[31] ^ b[31]) && b != '0",
            "a[31] ^ b[31]",
            "a negative quotient of a division by zero"),
        new Mutation(
            "div-remainder-sign",
            "zl_divider.sv",
            "negate_remainder_q[l] <= !op_i[0] && a[31];",
            "negate_remainder_q[l] <= !op_i[0] && (a[31] ^ b[31]);",
            "a remainder with the quotient's sign"),
        new Mutation(
            "div-last-step",
            "zl_divider.sv",
            "step_q == 4'd15",
            "step_q == 4'd14",
            "a division that ends two bits early"));
  }

  private static List<Mutation> floatUnits() {
    return List.of(
        new Mutation(
            "fpu-ties-away",
            "zl_fpu_pkg.sv",
            "return guard & (sticky | last);",
            "return guard;",
            "ties rounded away from zero instead of to even"),
        new Mutation(
            "fpu-overflow-infinity",
            "zl_fpu_pkg.sv",
            "to_infinity ? INFINITY : LARGEST_FINITE",
            "INFINITY",
            "overflow to infinity in every rounding mode"),
        new Mutation(
            "fpu-underflow-exact",
            "zl_fpu_pkg.sv",
            "tiny & inexact",
            "tiny",
            "underflow raised for exact results"),
        new Mutation(
            "fma-sticky",
            "zl_fpu_fma.sv",
            "smaller[0] = smaller[0] | lost;",
            "",
            "bits lost in alignment do not reach the rounding"),
        new Mutation(
            "fma-zero-sign",
            "zl_fpu_fma.sv",
            "sum == 64'b0 ? zero_sign : addend.sign ^ addend.addend_frame ^ sum[63]",
            "addend.sign ^ addend.addend_frame ^ sum[63]",
            "the sign of an exact zero difference"),
        new Mutation(
            "fma-invalid",
            "zl_fpu_fma.sv",
            "product_infinite && (a == 31'b0 || b == 31'b0)",
            "product_infinite && a == 31'b0",
            "infinity times zero, in one order of the operands only"),
        new Mutation(
            "fpu-min-nan",
            "zl_fpu_misc.sv",
            "is_nan(b[30:0]) ? CANONICAL_NAN : b",
            "b",
            "a NaN's payload passed through by FMIN and FMAX"),
        new Mutation(
            "fpu-compare-quiet",
            "zl_fpu_misc.sv",
            "op != MISC_EQ || is_signalling_nan(a[30:0]) || is_signalling_nan(b[30:0])",
            "is_signalling_nan(a[30:0]) || is_signalling_nan(b[30:0])",
            "an ordered comparison that does not signal quiet NaNs"),
        new Mutation(
            "fpu-convert-nan",
            "zl_fpu_misc.sv",
            "prepared.sign && !prepared.nan ? 32'h8000_0000 : 32'h7fff_ffff",
            "prepared.sign ? 32'h8000_0000 : 32'h7fff_ffff",
            "a negative NaN converted to the least integer"),
        new Mutation(
            "fdiv-sticky",
            "zl_fpu_div_sqrt.sv",
            "lost || partial.remainder != '0",
            "lost",
            "the remainder does not reach the rounding"),
        new Mutation(
            "fsqrt-recurrence",
            "zl_fpu_div_sqrt.sv",
            "(quotient << 1) | weight",
            "quotient << 1",
            "the square root's subtrahend without its last bit"),
        new Mutation(
            "fflags-overwrite",
            "zl_csr.sv",
            "fflags_q[w] <= fflags_q[w] | flags;",
            "fflags_q[w] <= flags;",
            "float flags overwritten instead of accrued"));
  }

  private static List<Mutation> issueOperandsAndWriteBack() {
    return List.of(
        new Mutation(
            "scoreboard-stuck",
            "zl_issue.sv",
            "if (int_release_i) pending[int_warp_i[IDX_W-1:0]][int_rd_i] = 1'b0;",
            "if (int_release_i && int_rd_i != 6'd17) "
                + "pending[int_warp_i[IDX_W-1:0]][int_rd_i] = 1'b0;",
            "the pending bit of one register is never cleared"),
        new Mutation(
            "scoreboard-unset",
            "zl_issue.sv",
            "if (issued && tracked) next[chosen.rd] = 1'b1;",
            "if (issued && tracked && chosen.unit != UNIT_LSU) next[chosen.rd] = 1'b1;",
            "loads do not mark their register as pending"),
        new Mutation(
            "scoreboard-early",
            "zl_issue.sv",
            "if (float_release_valid_q[3] && float_release_q[3].warp == WARP_W'(w))\n"
                + "        next[float_release_q[3].rd] = 1'b0;",
            "if (float_release_valid_q[4] && float_release_q[4].warp == WARP_W'(w))\n"
                + "        next[float_release_q[4].rd] = 1'b0;",
            "a pending bit cleared one cycle early"),
        new Mutation(
            "issue-write-order",
            "zl_issue.sv",
            "!(busy[key.rd] && (key.writes || key.unit > UNIT_CONTROL))",
            "1'b1",
            "a younger result overtakes an older one of the same register"),
        new Mutation(
            "issue-no-drain",
            "zl_issue.sv",
            "key.drains && (busy != '0 || !drained_q[w])",
            "1'b0",
            "float flags read before the operations have ended"),
        new Mutation(
            "bypass-missing",
            "zl_operand_read.sv",
            "bypassed(ex_b_q, ex_key_q.use2, ex_key_q.rs2, ex_tag_o.warp)",
            "ex_b_q",
            "the bypass of the second operand at execute is missing"),
        new Mutation(
            "bypass-warp",
            "zl_operand_read.sv",
            "wb_int_valid_i && wb_int_tag_i.warp == warp && wb_int_tag_i.rd == register",
            "wb_int_valid_i && wb_int_tag_i.rd == register",
            "a bypass takes another warp's result"),
        new Mutation(
            "bypass-lanes",
            "zl_operand_read.sv",
            "if (mask[l]) merged[l*32+:32] = data[l*32+:32];",
            "merged[l*32+:32] = data[l*32+:32];",
            "a bypass overwrites lanes that the result does not have"),
        new Mutation(
            "registers-not-cleared",
            "zl_register_file.sv",
            "for (int unsigned w = 0; w < WARPS; w++) if (start_warps_i[w]) "
                + "int_written_q[w] <= '0;",
            "",
            "registers of an earlier program show through"),
        new Mutation(
            "register-lanes",
            "zl_register_file.sv",
            "if (wb_float_mask_i[l]) row[l*32+:32] = wb_float_data_i[l*32+:32];",
            "row[l*32+:32] = wb_float_data_i[l*32+:32];",
            "a write to lanes that are off"),
        new Mutation(
            "write-back-collision",
            "zl_writeback.sv",
            "!int_reserved_i && !div_valid_i",
            "!int_reserved_i",
            "a load's result lost when the divider's comes in the same cycle"));
  }

  private static List<Mutation> fetchAndDecode() {
    return List.of(
        new Mutation(
            "fetch-kill",
            "zl_fetch.sv",
            "kill_q[w] <= !answered && (kill_q[w] || (flush_i[w] && inflight_q[w]));",
            "kill_q[w] <= 1'b0;",
            "a block that was requested before a redirect is executed"),
        new Mutation(
            "fetch-branch-target",
            "zl_fetch.sv",
            "{{20{word[31]}}, word[7], word[30:25], word[11:8], 1'b0}",
            "{{20{word[31]}}, word[7], word[30:27], 1'b1, word[25], word[11:8], 1'b0}",
            "one bit of a backward branch's displacement ignored"),
        new Mutation(
            "decode-store-offset",
            "zl_decode.sv",
            "{{20{w[31]}}, w[31:25], w[11:7]}",
            "{20'd0, w[31:25], w[11:7]}",
            "store offsets are not sign-extended"),
        new Mutation(
            "icache-stale-line",
            "zl_warp_control.sv",
            "icache_invalidate_o <= 1'b1;",
            "",
            "FENCE.I leaves old code in the instruction cache"),
        new Mutation(
            "icache-block",
            "zl_icache.sv",
            "fill_data_q[{pc[5:4], 7'd0}+:128]",
            "fill_data_q[{pc[5], 8'd0}+:128]",
            "one bit of the place in a line ignored when the line comes from memory"));
  }

  private static List<Mutation> warpsAndDivergence() {
    return List.of(
        new Mutation(
            "branch-condition",
            "zl_warp_control.sv",
            "$signed(x) >= $signed(y)",
            "$signed(x) > $signed(y)",
            "BGE not taken for equal operands"),
        new Mutation(
            "branch-lanes",
            "zl_warp_control.sv",
            "taken &= mask_i;",
            "",
            "lanes that are off take part in a branch"),
        new Mutation(
            "jalr-bit-0",
            "zl_warp_control.sv",
            "target = (a + imm_i) & ~32'd1;",
            "target = a + imm_i;",
            "JALR keeps bit 0 of its target"),
        new Mutation(
            "leader",
            "zl_warp_control.sv",
            "if (mask[l]) leader_word = row[l*32+:32];",
            "leader_word = row[l*32+:32];",
            "scalar operands from the highest lane even if it is off"),
        new Mutation(
            "split-tie",
            "zl_warp_control.sv",
            "count_lanes(yes) >= count_lanes(no)",
            "count_lanes(yes) > count_lanes(no)",
            "SPLIT goes on with the wrong half on a tie"),
        new Mutation(
            "split-other-half",
            "zl_warp_control.sv",
            "keep_yes ? no : yes",
            "mask_i",
            "SPLIT pushes the whole mask as the other half"),
        new Mutation(
            "join-mask",
            "zl_warp_control.sv",
            "lane_mask_o[w] <= entry.whole;",
            "lane_mask_o[w] <= entry.other;",
            "the second JOIN does not restore the whole mask"),
        new Mutation(
            "join-level",
            "zl_warp_control.sv",
            "level_q[w] <= top;",
            "",
            "the second JOIN does not pop"),
        new Mutation(
            "join-address",
            "zl_warp_control.sv",
            "target = entry.pc;",
            "target = entry.pc + 32'd4;",
            "the other half starts one instruction late"),
        new Mutation(
            "pred-restore",
            "zl_warp_control.sv",
            "if (next == '0) next = b[LANES-1:0];",
            "if (next == '0) next = mask_i;",
            "PRED keeps its mask instead of restoring the one it is given"),
        new Mutation(
            "barrier-count",
            "zl_warp_control.sv",
            "32'(arrived) >= b",
            "32'(arrived) + 32'd1 >= b",
            "a barrier opens one warp early"),
        new Mutation(
            "barrier-id",
            "zl_warp_control.sv",
            "barrier_wait_q[i] && barrier_id_q[i] == a[IDX_W-1:0]",
            "barrier_wait_q[i]",
            "barriers of different ids taken for one"),
        new Mutation(
            "wspawn-count",
            "zl_warp_control.sv",
            "i != 0 && i < a && i != 32'(w)",
            "i != 0 && i + 1 < a && i != 32'(w)",
            "WSPAWN starts one warp too few"),
        new Mutation(
            "vote-lanes",
            "zl_shuffle.sv",
            "mask_i[l] && a_i[l*32]",
            "a_i[l*32]",
            "lanes that are off take part in a vote"),
        new Mutation(
            "shuffle-clamp",
            "zl_shuffle.sv",
            "!source[6] && source[5:0] >= high",
            "!source[6]",
            "SHFL.UP ignores its clamp"),
        new Mutation(
            "shuffle-segment",
            "zl_shuffle.sv",
            "{1'b0, low | (offset & ~segment)}",
            "{1'b0, low | offset}",
            "SHFL.IDX ignores its segments"),
        new Mutation(
            "csr-scope",
            "zl_csr.sv",
            "frm_o[w] <= value[2:0];",
            "frm_o[0] <= value[2:0];",
            "a rounding mode written for another warp"),
        new Mutation(
            "csr-leader",
            "zl_csr.sv",
            "if (mask_i[l]) operand = a_i[l*32+:32];",
            "operand = a_i[l*32+:32];",
            "a CSR takes the value of a lane that is off"),
        new Mutation(
            "lane-counter",
            "zl_csr.sv",
            "lane_instructions_o + 64'(lanes)",
            "lane_instructions_o + 64'd1",
            "retired lane-instructions counted as one an instruction"));
  }

  private static List<Mutation> dispatcher() {
    return List.of(
        new Mutation(
            "dispatch-last-mask",
            "zl_dispatcher.sv",
            "start_mask_o[i] <= i < left;",
            "start_mask_o[i] <= (i <= left);",
            "a workgroup's last warp has a lane too many"),
        new Mutation(
            "dispatch-local-id",
            "zl_dispatcher.sv",
            "y == group_y",
            "y > group_y",
            "local ids run past the workgroup's edge"),
        new Mutation(
            "dispatch-slice",
            "zl_dispatcher.sv",
            "32'(slot_q) * slice_bytes_q",
            "32'(slot_q) * local_bytes_i",
            "slices of local memory overlap"),
        new Mutation(
            "dispatch-walk",
            "zl_dispatcher.sv",
            "group_id_q[63:32] <= group_id_q[63:32] + 32'd1;",
            "group_id_q[63:32] <= '0;",
            "a row of workgroups is run again"));
  }

  private static List<Mutation> loadStoreUnitAndMemories() {
    return List.of(
        new Mutation(
            "load-sign",
            "zl_lsu.sv",
            "{24{value[7] && !zero_extends}}",
            "24'd0",
            "LB without its sign"),
        new Mutation(
            "store-lost-byte",
            "zl_lsu.sv",
            "(bytes << offset[1:0])",
            "((bytes << offset[1:0]) & 4'b0111)",
            "the last byte of a word is not stored"),
        new Mutation(
            "store-highest-lane",
            "zl_lsu.sv",
            "bytes[2'(b)-offset[1:0]] && 2'(b) >= offset[1:0]",
            "bytes[2'(b)-offset[1:0]] && 2'(b) >= offset[1:0] && !strb[{offset[5:2], 2'(b)}]",
            "the lowest lane wins a byte that several store to"),
        new Mutation(
            "coalescer-line",
            "zl_lsu.sv",
            "s1_addr_q[l*32+6+:26] == acc_line",
            "s1_addr_q[l*32+7+:25] == acc_line[25:1]",
            "lanes of neighbouring lines served as one"),
        new Mutation(
            "load-gather",
            "zl_lsu.sv",
            "left_q[fill_entry][l]\n"
                + "            && mshr_q[fill_entry][l*5+:5] == {1'b1, fill_mshr}",
            "left_q[fill_entry][l]",
            "lanes take their word from another lane's line"),
        new Mutation(
            "local-bank-conflict",
            "zl_lsu.sv",
            "claimed[bank] && rows[{bank, 4'd0}+:16] == {2'd0, s1_addr_q[l*32+2+:14]}",
            "claimed[bank]",
            "lanes of different words of a bank served together"),
        new Mutation(
            "local-bank-swap",
            "zl_local_memory.sv",
            "bank_data[{bank_q[l*BANK_W+:BANK_W], 5'd0}+:32]",
            "bank_data[l*32+:32]",
            "each lane reads its own bank"),
        new Mutation(
            "amo-same-word",
            "zl_lsu.sv",
            "words[place] || ((is_lr || is_sc) && (words | (16'd1 << place)) == '1)",
            "(is_lr || is_sc) && (words | (16'd1 << place)) == '1",
            "atomic operations of lanes on one word lose updates"),
        new Mutation(
            "region-bound",
            "zl_lsu.sv",
            "last <= {1'b0, size}",
            "last <= {1'b0, size} + 33'd4",
            "a region reaches a word too far"),
        new Mutation(
            "region-permission",
            "zl_lsu.sv",
            "(region_flags_i[r*3+:2] & needs) == needs",
            "(region_flags_i[r*3+:2] & 2'b11) != '0",
            "a region's permission to read allows writes"),
        new Mutation(
            "fault-lane",
            "zl_lsu.sv",
            "if (left[l]) check_lane = LANE_W'(l);",
            "if (left[l] && check_lane == '0) check_lane = LANE_W'(l);",
            "the fault record names the highest lane"),
        new Mutation(
            "fence-no-wait",
            "zl_lsu.sv",
            "!drops && drained && !s2_valid_q",
            "!drops && !s2_valid_q",
            "a fence does not wait for stores"),
        new Mutation(
            "console-lane",
            "zl_lsu.sv",
            "s1_data_q[{step_lead, 5'd0}+:8]",
            "s1_data_q[7:0]",
            "every console byte is lane 0's"),
        new Mutation(
            "store-merge",
            "zl_dcache.sv",
            "(st_new_q ? '0 : open_strb_q[st_open_q]) | store_strb_i",
            "store_strb_i",
            "a store to a line makes the earlier one forgotten"),
        new Mutation(
            "store-hit",
            "zl_dcache.sv",
            "acc_in_cache && acc_write_i",
            "1'b0",
            "a store that hits leaves the old data in the cache"),
        new Mutation(
            "fill-forward",
            "zl_dcache.sv",
            "open_valid_q[e] && open_line_q[e] == line",
            "1'b0",
            "a line from memory hides stores that are still combined"),
        new Mutation(
            "read-passes-write",
            "zl_dcache.sv",
            "if (sent_valid_q[s] && sent_line_q[s] == line) read_able = 1'b0;",
            "",
            "a read overtakes an unanswered write of its line"),
        new Mutation(
            "cache-stale-line",
            "zl_dcache.sv",
            "if (!rst_ni || invalidate_i) valid_q <= '0;",
            "if (!rst_ni) valid_q <= '0;",
            "a fence leaves old lines in the data cache"),
        new Mutation(
            "cache-tag",
            "zl_dcache.sv",
            "tags[w*LTAG_W+:LTAG_W] == acc_line_i[25:SET_W]",
            "tags[w*LTAG_W+:2] == acc_line_i[SET_W+:2]",
            "high address bits ignored by the data cache"));
  }

  private static List<Mutation> hostInterface() {
    return List.of(
        new Mutation(
            "host-interrupt-clear",
            "zl_host_interface.sv",
            "if (s_axil_wdata_i[1]) irq_fault_q <= 1'b0;",
            "if (s_axil_wdata_i[0]) irq_fault_q <= 1'b0;",
            "the fault interrupt cleared with another one"),
        new Mutation(
            "host-empty-launch",
            "zl_host_interface.sv",
            "if (plan_empty_i && !queued_q) irq_done_q <= 1'b1;",
            "",
            "no interrupt when a launch has nothing to do"),
        new Mutation(
            "host-region-size",
            "zl_host_interface.sv",
            "region_size_q[32'(s_axil_araddr_i[7:4])*32+:32]",
            "region_base_q[32'(s_axil_araddr_i[7:4])*32+:32]",
            "a region's base read in place of its size"),
        new Mutation(
            "host-stop-place",
            "zl_issue.sv",
            "if (start_warps_i[w]) pc_o[w] <= start_pc_i;",
            "",
            "a warp that is stopped before its first instruction is where the last program was"),
        new Mutation(
            "launch-too-large",
            "zl_dispatcher.sv",
            "invocations_q[31:0] > WARPS * LANES",
            "invocations_q[31:0] > WARPS * LANES + LANES",
            "a workgroup of one warp too many is not refused"));
  }

  private static List<Mutation> beyondTheCore() {
    return List.of(
        new Mutation(
            "amo-lost-update",
            "zl_atomic_unit.sv",
            "dirty[w] = 1'b1;",
            "",
            "the result of an atomic operation never reaches memory"),
        new Mutation(
            "amo-min-sign",
            "zl_pkg.sv",
            "$signed(old) < $signed(operand) ? old : operand",
            "old < operand ? old : operand",
            "AMOMIN made unsigned"),
        new Mutation(
            "response-id",
            "zl_axi_master.sv",
            "axi_bvalid_i ? axi_bid_i : axi_rid_i",
            "axi_rid_i",
            "a write's answer goes to the reader"),
        new Mutation(
            "global-barrier-count",
            "zl_global_barrier.sv",
            "arrived >= count_i[c*32+:32]",
            "arrived + 32'd1 >= count_i[c*32+:32]",
            "a barrier across cores opens one core early"));
  }

  /** Those of the L2; a mutation's number is its place, from 1. */
  static List<Mutation> sharedCache() {
    return List.of(
        new Mutation(
            "l2-write-hit",
            "zl_l2_bank.sv",
            "sends && look_write && hit",
            "1'b0",
            "a write leaves the old line in the L2"),
        new Mutation(
            "l2-write-bytes",
            "zl_l2_bank.sv",
            """
            data_q[row] <= zl_pkg::merge_bytes(
                data_q[row], retry ? queue_data_q[queue_head_q] : new_data_q[new_head_q],
                retry ? queue_strb_q[queue_head_q] : new_strb_q[new_head_q]);""",
            "data_q[row] <= retry ? queue_data_q[queue_head_q] : new_data_q[new_head_q];",
            "a write that hits replaces the whole line in the L2"),
        new Mutation(
            "l2-old-launch",
            "zl_l2_bank.sv",
            "if (!rst_ni || invalidate_i) live_q <= '0;",
            "if (!rst_ni) live_q <= '0;",
            "a launch sees lines of the one before"),
        new Mutation(
            "l2-join-kind",
            "zl_l2_bank.sv",
            "entry_write_q[match_entry] == look_write",
            "1'b1",
            "a read joins a write that is on its way"),
        new Mutation(
            "l2-answer-turn",
            "zl_l2_bank.sv",
            "if (joins) target = entry_head_q[entry] + entry_count_q[entry][TARGET_W-1:0];",
            "if (joins) target = entry_count_q[entry][TARGET_W-1:0];",
            "requests for one line are answered in a wrong turn"),
        new Mutation(
            "l2-way",
            "zl_l2_bank.sv",
            "row = {set, WAY_W'(w)};",
            "row = {set, WAY_W'(w ^ 1)};",
            "a hit takes the line of the neighbouring way"),
        new Mutation(
            "l2-two-entries",
            "zl_l2_bank.sv",
            "!match && free",
            "free",
            "a line is read while it is being written"),
        new Mutation(
            "l2-set",
            "zl_l2_bank.sv",
            "tags[way*LTAG_W+:LTAG_W] = entry_line_q[fill_entry_q][25:SET_W+2];",
            "tags[way*LTAG_W+:LTAG_W] = entry_line_q[0][25:SET_W+2];",
            "a line is installed under the tag of another one"));
  }
}
