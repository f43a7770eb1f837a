operands:
  csrr ra, mscratch
  lw ra, 0(ra)
  csrr sp, local_id_x
  fmv.w.x ft0, zero
  lui gp, 0x3fc00
  fmv.w.x ft1, gp
  lui gp, 0x40000
  lui tp, 0xff
  lui t0, 0x12345
  addi t0, t0, 1656
  sh3add ra, sp, ra
  lw t1, 0(ra)
  flw ft2, 4(ra)
  add tp, ra, tp
  zext.h t1, t1
  andn sp, sp, t1
  rori sp, sp, 27
  slti t1, sp, 100
  czero.eqz sp, sp, t1
  fcvt.s.w ft3, sp
  fnmsub.s ft0, ft2, ft3, ft0
  flt.s sp, ft0, ft1
  fmv.x.w t1, ft0
  czero.nez gp, gp, sp
  czero.eqz sp, t1, sp
  or sp, sp, gp
  fmv.w.x ft0, sp
  fsw ft0, 16(tp)
  sw t0, -8(ra)
  sw zero, 0(ra)
  tmc zero
