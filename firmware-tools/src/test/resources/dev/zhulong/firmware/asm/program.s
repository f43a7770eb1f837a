 .option norelax
 .text
 .globl _start
 .type _start, @function
 .equ N, 10
_start:
 la a0, msg   # comment
 lui a1, %hi(msg)
 addi a1, a1, %lo(msg)
 lw a2, %lo(val)(a1)
 sw a2, %lo(val)(a1)
1: auipc a3, %pcrel_hi(val)
 lw a4, %pcrel_lo(1b)(a3)
 sw a4, %pcrel_lo(1b)(a3)
 lw a5, val
 sw a5, val, t0
 flw fa0, val, t0
 fsw fa0, val, t1
 call func
 tail func
 li a0, 0x12345678
 li a0, -1
 li a0, 2047
 li a0, 2048
 li a0, 0xfffff800
 li a0, N*4+(3<<2)
 j 1f
 beqz a0, 1b
 bgt a0,a1,1f
 blez a0, 1f
 bleu a0,a1,_start
1: mv a0,a1 ; not a2,a3
 neg a0,a1
 seqz a0,a1
 snez a0,a1
 sltz a0,a1
 sgtz a0,a1
 zext.b a0,a1
 zext.h a0,a1
 sext.b a0,a1
 csrr a0, mscratch
 csrw fcsr, a0
 csrwi frm, 3
 csrw frm, 3
 csrr a1, 0xcc0
 frcsr a0
 fscsr a0
 fscsr a0,a1
 fsrm a0
 fsrmi 2
 fsrmi a0,2
 fsflags a0
 frflags a1
 rdcycle a0
 fence
 fence rw,w
 fence.i
 lr.w a0,(a1)
 sc.w.rl a0,a2,(a1)
 amoadd.w.aqrl a0,a2,0(a1)
 fadd.s fa0,fa1,fa2
 fadd.s fa0,fa1,fa2,rtz
 fmadd.s fa0,fa1,fa2,fa3,rup
 fcvt.w.s a0,fa0,rtz
 fcvt.s.w fa0,a0
 fsqrt.s fa0,fa1
 fmv.s fa0,fa1
 fabs.s fa0,fa1
 fneg.s fa0,fa1
 fgt.s a0,fa0,fa1
 fge.s a0,fa0,fa1
 fmv.x.w a0,fa0
 add a0,a1,5
 and a0,a1,-3
 sll a0,a1,3
 rori a0,a1,3
 ror a0,a1,3
 jr a0
 jr 4(a0)
 jalr a0
 jalr a0,a1
 jalr a0,8(a1)
 jalr a0,a1,8
 jal func
 jal a0, func
 ebreak
 ecall
 .balign 16
func: ret
 .size _start, .-_start
 .data
val: .word 1,2, msg, func+4, .-val
 .half 3,-1
 .byte 'a','\n', 0xff
 .float 1.5
 .align 3
 .section .rodata
msg: .asciz "hi\n\101"
 .ascii "a","b"
 .zero 5
 .bss
buf: .space 64
