/** How precise the compiler's functions are, measured on any device against GNU MPFR. */
module dev.zhulong.precision {
  requires dev.zhulong.compiler;
  requires transitive dev.zhulong.hal;

  exports dev.zhulong.precision;
}
