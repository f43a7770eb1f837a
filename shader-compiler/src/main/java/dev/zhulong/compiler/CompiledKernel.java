package dev.zhulong.compiler;

import dev.zhulong.compiler.ir.Kernel;
import dev.zhulong.compiler.ir.TextWriter;
import dev.zhulong.firmware.link.KernelInfo;

/** A compiled kernel: the image to load, and the forms it went through. */
public final class CompiledKernel {
  private final byte[] elf;
  private final KernelInfo info;
  private final byte[] spirv;
  private final Kernel kernel;
  private final String assembly;

  CompiledKernel(byte[] elf, KernelInfo info, byte[] spirv, Kernel kernel, String assembly) {
    this.elf = elf;
    this.info = info;
    this.spirv = spirv;
    this.kernel = kernel;
    this.assembly = assembly;
  }

  /** The image as an ELF file, with line table and kernel information. */
  public byte[] elf() {
    return elf.clone();
  }

  /** What the image says about itself. */
  public KernelInfo info() {
    return info;
  }

  /** The SPIR-V binary that it was made from. */
  public byte[] spirv() {
    return spirv.clone();
  }

  /** The intermediate representation before code generation, as text. */
  public String ir() {
    return TextWriter.write(kernel);
  }

  /** The machine code as text that the assembler accepts. */
  public String assembly() {
    return assembly;
  }
}
