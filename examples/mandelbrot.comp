// ./zl run examples/mandelbrot.comp --grid 64,48 --bind 0=zeros:u32:196608 --push u32:512,u32:384 --dump 0=mandelbrot.png:512x384
// The Mandelbrot set as a picture of rgba8 pixels, coloured by a smooth escape count.
#version 450
layout(local_size_x = 8, local_size_y = 8) in;

layout(binding = 0) writeonly buffer Image { uint pixels[]; };
layout(push_constant) uniform Push {
  uint width;
  uint height;
};

const int LIMIT = 96;

void main() {
  uvec2 p = gl_GlobalInvocationID.xy;
  if (p.x >= width || p.y >= height) {
    return;
  }
  vec2 c = (vec2(p) - vec2(width, height) * vec2(0.68, 0.5)) * (2.4 / float(height));
  vec2 z = vec2(0.0);
  int i = 0;
  while (i < LIMIT && dot(z, z) < 16.0) {
    z = vec2(z.x * z.x - z.y * z.y, 2.0 * z.x * z.y) + c;
    i++;
  }
  vec3 colour = vec3(0.0);
  if (i < LIMIT) {
    float smooth_count = float(i) + 1.0 - log2(0.5 * log2(dot(z, z)));
    vec3 phase = vec3(0.0, 0.6, 1.0) + 3.0 + smooth_count * 0.15;
    colour = 0.5 + 0.5 * cos(phase);
  }
  pixels[p.y * width + p.x] = packUnorm4x8(vec4(colour, 1.0));
}
