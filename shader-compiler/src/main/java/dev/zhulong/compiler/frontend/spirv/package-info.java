/**
 * The SPIR-V front end: binary to IR.
 *
 * <p>{@code SpirvReader} decodes words into a {@code SpirvModule}; {@code Translation} walks the
 * entry point's function and inlines the others. Values are lists of scalars ({@code Ids}),
 * pointers are descriptions of places ({@code Pointer}), so vectors, structs and access chains
 * leave no trace in the IR but the scalars' loads and stores. {@code FunctionTranslator} makes a
 * tree of IF and LOOP of the structured control flow.
 *
 * <p>Any bytes are allowed in: what is malformed or unsupported ends in a {@code Rejection} that
 * names the instruction and, where the module has debug information, the source line.
 */
package dev.zhulong.compiler.frontend.spirv;
