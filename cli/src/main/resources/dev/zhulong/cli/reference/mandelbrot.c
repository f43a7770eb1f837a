enum { LIMIT = 96 };

static float of_bits(unsigned bits) {
  float x;
  __builtin_memcpy(&x, &bits, 4);
  return x;
}

static unsigned bits_of(float x) {
  unsigned bits;
  __builtin_memcpy(&bits, &x, 4);
  return bits;
}

static float fma(float a, float b, float c) {
  return __builtin_fmaf(a, b, c);
}

static float limit(float x, float low, float high) {
  return __builtin_fminf(__builtin_fmaxf(x, low), high);
}

/* The functions log2 and cos to the same accuracy, and by the same method, as the shader has them. */
static float log2_of(float x) {
  unsigned bits = bits_of(x);
  if (bits - 0x800000u >= 0x7f000000u) {
    return of_bits(bits < 0x800000u ? 0xff800000u : bits);
  }
  int shifted = (int)(bits - 0x3f3504f3u);
  float f = of_bits((unsigned)(shifted & 0x7fffff) + 0x3f3504f3u) - 1;
  float p = 0x1.02cf86p-3f;
  p = fma(f, p, -0x1.a83d1p-3f);
  p = fma(f, p, 0x1.b935ccp-3f);
  p = fma(f, p, -0x1.e95f92p-3f);
  p = fma(f, p, 0x1.26dcf2p-2f);
  p = fma(f, p, -0x1.715c68p-2f);
  p = fma(f, p, 0x1.ec736ep-2f);
  p = fma(f, p, -0x1.71547p-1f);
  p = fma(f, p, 0x1.715476p0f);
  return fma(f, p, (float)(shifted >> 23));
}

static float cos_of(float x) {
  float rounded = fma(x, 0x1.45f306p-2f, 0.5f) + 0x1.8p23f;
  float multiple = rounded - 0x1.8p23f - 0.5f;
  float r = fma(-multiple, 0x1.921fb6p1f, x);
  r = fma(-multiple, -0x1.777a5cp-24f, r);
  r = fma(-multiple, -0x1.ee59dap-49f, r);
  r = limit(r, -1.6f, 1.6f);
  float r2 = r * r;
  float p = 0x1.5dc94p-19f;
  p = fma(r2, p, -0x1.9f70f2p-13f);
  p = fma(r2, p, 0x1.110edap-7f);
  p = fma(r2, p, -0x1.55554cp-3f);
  float sine = fma(r * r2, p, r);
  return of_bits(bits_of(sine) ^ bits_of(rounded) << 31);
}

static unsigned byte_of(float x) {
  return (unsigned)(int)__builtin_rintf(limit(x, 0, 1) * 255);
}

INVOCATION void invocation(
    unsigned *restrict pixels, unsigned width, unsigned height, unsigned px, unsigned py) {
  if (px >= width || py >= height) {
    return;
  }
  float scale = 2.4f / (float)height;
  float cx = ((float)px - (float)width * 0.68f) * scale;
  float cy = ((float)py - (float)height * 0.5f) * scale;
  float x = 0;
  float y = 0;
  int i = 0;
  while (i < LIMIT && x * x + y * y < 16) {
    float next = x * x - y * y + cx;
    y = 2 * x * y + cy;
    x = next;
    i++;
  }
  float red = 0;
  float green = 0;
  float blue = 0;
  if (i < LIMIT) {
    float count = (float)i + 1 - log2_of(0.5f * log2_of(x * x + y * y));
    float phase = 3 + count * 0.15f;
    red = 0.5f + 0.5f * cos_of(phase);
    green = 0.5f + 0.5f * cos_of(0.6f + phase);
    blue = 0.5f + 0.5f * cos_of(1 + phase);
  }
  pixels[py * width + px] =
      byte_of(red) | byte_of(green) << 8 | byte_of(blue) << 16 | 0xff000000u;
}

void kernel(unsigned *restrict pixels, unsigned width, unsigned height) {
  for (unsigned py = 0; py < height; py++) {
    for (unsigned px = 0; px < width; px++) {
      invocation(pixels, width, height, px, py);
    }
  }
}
