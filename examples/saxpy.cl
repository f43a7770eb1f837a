// ./zl run examples/saxpy.cl --local 64 --grid 16 --bind x=iota:f32:1024 --bind y=zeros:f32:1024 --push f32:2,u32:1024 --print y:8
kernel void saxpy(global const float *x, global float *y, float a, uint n) {
  uint i = get_global_id(0);
  if (i < n) {
    y[i] = a * x[i] + y[i];
  }
}
