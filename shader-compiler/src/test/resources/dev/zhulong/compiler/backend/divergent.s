divergent:
  csrr ra, mscratch
  lw sp, 0(ra)
  csrr gp, local_id_x
  lw ra, 8(ra)
  sh2add sp, gp, sp
  lw tp, 0(sp)
  slt t0, tp, gp
  split t1, t0
  beq t0, zero, .L4
  li t0, 77
  csrr t2, active_lanes
  addi gp, tp, 0
.L2:
  mul gp, gp, gp
  remu gp, gp, t0
  sltiu tp, gp, 20
  pred tp, t2
  bne tp, zero, .L2
  j .L5
.L4:
  sw zero, 0(sp)
.L5:
  join t1
  bne ra, zero, .L7
  sw gp, 0(sp)
  tmc zero
.L7:
  csrr ra, slot_id
  csrr sp, group_warps
  bar ra, sp
  tmc zero
