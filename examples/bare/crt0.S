# Start-up code of bare C programs: stack, global pointer, zeroed .bss, main, exit code, end.
# The stack pointer is not set by hardware: each hart's stack ends at 0xffff0000 - (mhartid << 13).

    .section .text.start, "ax"
    .globl _start
_start:
    .option push
    .option norelax
    la      gp, __global_pointer$
    .option pop
    csrr    t0, mhartid
    slli    t0, t0, 13
    li      sp, 0xffff0000
    sub     sp, sp, t0

    la      t0, __bss_start
    la      t1, __bss_end
1:  bgeu    t0, t1, 2f
    sw      zero, 0(t0)
    addi    t0, t0, 4
    j       1b

2:  csrr    a0, mscratch
    call    main
    # The exit code's place in the result block.
    li      t0, 0x88
    sw      a0, 0(t0)
    fence
    # tmc x0: the warp ends.
    .insn   r 0x0b, 0, 0, x0, x0, x0
