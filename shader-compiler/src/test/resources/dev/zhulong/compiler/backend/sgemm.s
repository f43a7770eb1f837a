sgemm:
  csrr ra, mscratch
  lw sp, 24(ra)
  lw gp, 0(ra)
  lw tp, 8(ra)
  lw ra, 16(ra)
  csrr t0, local_id_y
  csrr t1, group_id_y
  sh3add t0, t1, t0
  csrr t1, local_id_x
  mul t0, sp, t0
  csrr t2, group_id_x
  fmv.w.x ft0, zero
  sh3add t1, t2, t1
  bgeu zero, sp, .L10
  sltiu t2, sp, -9
  sltiu s0, sp, 8
  fmv.w.x ft1, zero
  andn t2, t2, s0
  li s0, 1
  li s1, 0
  beq t2, zero, .L5
  sh2add t2, t0, gp
  sh2add s0, t1, tp
  fmv.w.x ft1, zero
  addi a0, sp, -7
  slli a1, sp, 5
  li s1, 0
.L3:
  flw ft0, 0(t2)
  flw ft2, 0(s0)
  sh2add a2, sp, s0
  flw ft3, 4(t2)
  flw ft4, 0(a2)
  sh2add a2, sp, a2
  flw ft5, 8(t2)
  flw ft6, 0(a2)
  sh2add a2, sp, a2
  fmadd.s ft0, ft0, ft2, ft1
  flw ft1, 12(t2)
  flw ft2, 0(a2)
  sh2add a2, sp, a2
  fmadd.s ft0, ft3, ft4, ft0
  flw ft3, 16(t2)
  flw ft4, 0(a2)
  sh2add a2, sp, a2
  fmadd.s ft0, ft5, ft6, ft0
  flw ft5, 20(t2)
  flw ft6, 0(a2)
  sh2add a2, sp, a2
  fmadd.s ft0, ft1, ft2, ft0
  flw ft1, 24(t2)
  flw ft2, 0(a2)
  sh2add a2, sp, a2
  fmadd.s ft0, ft3, ft4, ft0
  flw ft3, 28(t2)
  flw ft4, 0(a2)
  addi s1, s1, 8
  fmadd.s ft0, ft5, ft6, ft0
  addi t2, t2, 32
  add s0, s0, a1
  fmadd.s ft0, ft1, ft2, ft0
  fmadd.s ft1, ft3, ft4, ft0
  bltu s1, a0, .L3
  sltu s0, s1, sp
.L5:
  fsgnj.s ft0, ft1, ft1
  beq s0, zero, .L9
  mul t2, s1, sp
  sh2add gp, t0, gp
  sh2add gp, s1, gp
  sh2add tp, t2, tp
  sh2add tp, t1, tp
  fsgnj.s ft0, ft1, ft1
.L7:
  flw ft1, 0(gp)
  flw ft2, 0(tp)
  addi s1, s1, 1
  addi gp, gp, 4
  sh2add tp, sp, tp
  fmadd.s ft0, ft1, ft2, ft0
  bltu s1, sp, .L7
.L9:
.L10:
  add sp, t1, t0
  sh2add ra, sp, ra
  fsw ft0, 0(ra)
  tmc zero
