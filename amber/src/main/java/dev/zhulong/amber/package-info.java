/**
 * Shader test scripts in AmberScript and VkScript.
 *
 * <p>Two parsers make the same {@code Script}: buffers with their first contents, compute
 * pipelines, and commands in order. Everything that can be wrong with a script without running it
 * is found there. {@link dev.zhulong.amber.ScriptRunner} compiles the shaders, launches them
 * through the driver and checks what the script expects. A script that needs what this machine does
 * not have is skipped, with the reason.
 */
package dev.zhulong.amber;
