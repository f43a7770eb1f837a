/** Random valid SPIR-V modules with one fixed interface. */
package dev.zhulong.fuzz.generator;
