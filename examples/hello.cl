// ./zl run examples/hello.cl --local 4 --grid 1 --push f32:0.1
kernel void hello(float x) {
  int i = get_global_id(0);
  printf("%s from %d: %.3f %v4hhd|%5d|%-5x|%e|%g|%lu|%c|100%%\n", "hello", i, x * i, (char4)(i, -1, 2, 3), -i, i + 30, x, x, 1ul << 40, 'z');
}
