package dev.zhulong.firmware.asm;

/** Assembly sources that GNU as and our assembler both take. */
final class Sources {
  private Sources() {}

  static final String PSEUDO =
      """
      .globl _start
      _start:
        nop
        li a0, 0
        li a1, -1
        li a2, 2047
        li a3, 2048
        li a4, -2048
        li a5, -2049
        li a6, 0x12345678
        li a7, 0xfffff800
        li t0, 0x7fffffff
        li t1, 0x80000000
        li t2, 0x1000
        li t3, 'A'
        li t4, (1 << 4) | 3 - 2 * 4
        mv a0, a1
        not a0, a1
        neg a0, a1
        zext.b a0, a1
        seqz a0, a1
        snez a0, a1
        sltz a0, a1
        sgtz a0, a1
        sgt a0, a1, a2
        sgtu a0, a1, a2
        beqz a0, 1f
        bnez a0, 1f
        blez a0, 1f
        bgez a0, 1f
        bltz a0, 1f
        bgtz a0, 1f
        bgt a0, a1, 1f
        ble a0, a1, 1f
        bgtu a0, a1, 1f
        bleu a0, a1, 1f
      1:
        j 1b
        jal 1b
        jal t0, 1b
        jr a0
        jr 4(a0)
        jalr a0
        jalr 8(a0)
        jalr a0, a1
        jalr a0, 12(a1)
        jalr a0, a1, 16
        jalr a0, (a1)
        ret
        call away
        tail away
        call t0, away
        jump away, t2
        la a0, away
        lla a1, away + 4
        lw a0, away
        lbu a1, away
        sw a0, away, t0
        flw fa0, away, t0
        fsw fa0, away, t1
        lw a0, (a1)
        sw a0, (a1)
        lui a0, %hi(away)
        addi a0, a0, %lo(away)
        lw a1, %lo(away)(a0)
        sw a1, %lo(away + 4)(a0)
      2:
        auipc a0, %pcrel_hi(away)
        addi a1, a0, %pcrel_lo(2b)
        sw a1, %pcrel_lo(2b)(a0)
        add a0, a1, 5
        and a0, a1, 6
        or a0, a1, 7
        xor a0, a1, -8
        slt a0, a1, 9
        sltu a0, a1, 10
        sll a0, a1, 11
        srl a0, a1, 12
        sra a0, a1, 13
        ror a0, a1, 14
        fmv.s fa0, fa1
        fabs.s fa0, fa1
        fneg.s fa0, fa1
        fgt.s a0, fa1, fa2
        fge.s a0, fa1, fa2
        fmv.x.s a0, fa1
        fmv.s.x fa0, a1
        csrr a0, mscratch
        csrw mscratch, a1
        csrs mscratch, a1
        csrc mscratch, a1
        csrw mscratch, 3
        csrwi mscratch, 3
        csrsi mscratch, 3
        csrci mscratch, 3
        csrrw a0, mscratch, 7
        csrrs a0, 0x340, 7
        csrrc a0, 0x340, a2
        frcsr a0
        fscsr a0
        fscsr a0, a1
        frrm a0
        fsrm a0
        fsrm a0, a1
        fsrmi 3
        fsrmi a0, 3
        frflags a0
        fsflags a0
        fsflags a0, a1
        fsflagsi 3
        fsflagsi a0, 3
        rdcycle a0
        rdinstreth a0
        fence
        fence rw, w
        fence.tso
        fence.i
        ecall
        ebreak
        unimp
        fcvt.w.s a0, fa0
        fcvt.w.s a0, fa0, rtz
        fcvt.s.w fa0, a0
        fcvt.s.wu fa0, a0, rup
        fadd.s fa0, fa1, fa2, rne
        fmadd.s fa0, fa1, fa2, fa3
        lr.w a0, (a1)
        lr.w.aq a0, 0(a1)
        sc.w.rl a0, a2, (a1)
        amoadd.w.aqrl a0, a2, (a1)
      away:
        nop
      """;

  static final String DIRECTIVES =
      """
      .globl _start
      .set four, 4
      .equ eight, four * 2
      sixteen = eight << 1
      .text
      _start: li a0, sixteen ; addi a1, a0, -eight # two statements
        lw a0, eight(sp)
        /* a comment
           of two lines */ nop
        .balign 32
        nop
        .align 3
        nop
        .p2align 4
      start: .word 1, 2, start, end + 4, end - start
      end:
        .section .rodata
      texts: .ascii "ab\\n", "c\\t\\"\\\\"
        .asciz "zero"
        .string "\\101\\x42\\0x", "é"
        .byte 1, -1, 255, 'x', '\\n'
        .balign 4
        .half 0x1234, -2
        .short 7
        .word texts, other - texts, . - texts, .
        .dword 0x123456789abcdef0
        .data
        .byte 1
        .balign 8, 0xaa
      other:
        .word other, start, 0xffffffff, -1, 1 + 2 * 3 - (4 / 2) % 3, ~0, !5, 6 | 1, 6 ^ 2, 7 & 3
        .zero 5
        .space 3, 0x55
        .skip 2
        .fill 3, 2, 0x1234
        .float 1.5, -2.25, 0.1, 3
        .double 1e10
        .p2align 3,,2
        .byte 9
        .type other, @object
        .size other, . - other
        .bss
      zeros: .zero 100
        .balign 16
      more: .space 4
        .data
        .word zeros, more, more - zeros
        .set four, 5
        .byte four, eight
        .section .rodata
        .byte 77
        .previous
        .byte 78
      """;

  static final String INSN =
      """
      .globl _start
      _start:
        .insn r 0x0b, 0, 0, x0, x0, x0
        .insn r 0x0b, 4, 1, a0, a1, a2
        .insn r CUSTOM_0, 7, 0x7f, a0, a1, a2
        .insn r 0x43, 0, 0, fa0, fa1, fa2, fa3
        .insn r4 0x43, 7, 0, fa0, fa1, fa2, fa3
        .insn i 0x13, 0, a0, a1, -5
        .insn i 0x03, 2, a0, 12(a1)
        .insn i OP_IMM, 7, a0, a1, 255
        .insn s 0x23, 2, a0, -12(a1)
        .insn sb 0x63, 0, a0, a1, _start
        .insn b 0x63, 1, a0, a1, _start
        .insn u 0x37, a0, 0x12345
        .insn uj 0x6f, a0, _start
        .insn j 0x6f, ra, _start
        .insn 0x0000700b
        .insn 4, 0x0200400b
      """;

  static final String PROGRAM =
      """
      # Sums an array, prints the result as digits, and counts in memory.
        .option norelax
        .text
        .globl _start
        .type _start, @function
      _start:
        csrr s0, mscratch
        la a0, numbers
        lw a1, count
        call sum
        la t0, result
        sw a0, 0(t0)
        lui t1, %hi(result)
        lw a2, %lo(result)(t1)
        bne a0, a2, fail
        li a3, 0x40
        mv a1, a0
      1:
        li t2, 10
        remu t3, a1, t2
        divu a1, a1, t2
        addi t3, t3, '0'
        sb t3, (a3)
        bnez a1, 1b
        la t0, table
        lw t1, 4(t0)
        jr t1
      fail:
        ebreak
        .size _start, . - _start
      sum:
        mv t0, zero
        beqz a1, 2f
      1:
        lw t1, 0(a0)
        add t0, t0, t1
        addi a0, a0, 4
        addi a1, a1, -1
        bgtz a1, 1b
      2:
        mv a0, t0
        ret
      done:
        fence
        flw fa0, third, t0
        fmul.s fa1, fa0, fa0, rtz
        sw zero, counter, t5
        tail _start
        .section .rodata
      numbers: .word 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
      count: .word (count - numbers) / 4
      table: .word _start, done, table - numbers
      third: .float 0.333333333
      name: .asciz "sum"
        .data
        .balign 4
      result: .word 0
      pointers: .word counter, name, pointers
        .bss
        .balign 4
      counter: .space 4
      """;

  static final String FAR_BRANCHES =
      """
      .globl _start
      _start:
        beq a0, a1, far
        bltu a0, a1, near
        bnez a0, far
      near:
        .zero 4080
        bge a0, a1, _start
        beq a0, a1, _start
        .zero 400
      far:
        bgeu a0, a1, _start
        blez a0, far
        .section .rodata
        .word far - near
      """;
}
