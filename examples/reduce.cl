// ./zl run examples/reduce.cl --grid 4 --bind in=iota:i32:256 --bind sums=zeros:i32:4 --push local:256 --print sums
kernel __attribute__((reqd_work_group_size(64, 1, 1)))
void reduce(global const int *in, global int *sums, local int *part) {
  uint at = get_local_id(0);
  part[at] = in[get_global_id(0)];
  for (uint width = get_local_size(0) / 2; width > 0; width /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (at < width) {
      part[at] += part[at + width];
    }
  }
  if (at == 0) {
    sums[get_group_id(0)] = part[0];
  }
}
