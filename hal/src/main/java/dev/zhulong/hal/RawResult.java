package dev.zhulong.hal;

/**
 * How a bare program ended.
 *
 * @param exitCode the word it left in the result block
 * @param statistics what it cost
 */
public record RawResult(int exitCode, LaunchStatistics statistics) {}
