/** Random draws, compared with what the rules for coverage say. */
package dev.zhulong.fuzz.drawing;
