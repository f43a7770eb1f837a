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

/* log2 of a positive normal number: twice the area hyperbolic tangent of (m - 1) / (m + 1). */
static float logarithm(float x) {
  int shifted = (int)(bits_of(x) - 0x3f3504f3u);
  float m = of_bits((unsigned)(shifted & 0x7fffff) + 0x3f3504f3u);
  float s = (m - 1) / (m + 1);
  float s2 = s * s;
  float series = 1 + s2 * (1 / 3.0f + s2 * (1 / 5.0f + s2 * (1 / 7.0f + s2 * (1 / 9.0f))));
  return (float)(shifted >> 23) + 2.8853900818f * s * series;
}

/* cos as sin of x less the nearest odd multiple of half of pi; odd multiples change the sign. */
static float cosine(float x) {
  float rounded = (x * 0.31830988618f + 0.5f) + 12582912.0f;
  float multiple = rounded - 12582912.0f - 0.5f;
  float r = x - multiple * 3.140625f;
  r -= multiple * 9.67653589793e-4f;
  float r2 = r * r;
  float series =
      1 + r2 * (-1 / 6.0f + r2 * (1 / 120.0f + r2 * (-1 / 5040.0f + r2 * (1 / 362880.0f))));
  return of_bits(bits_of(r * series) ^ bits_of(rounded) << 31);
}

static unsigned byte(float x) {
  x = x < 0 ? 0 : x > 1 ? 1 : x;
  return (unsigned)(x * 255 + 0.5f);
}

void kernel(unsigned *restrict pixels, unsigned width, unsigned height) {
  float scale = 2.4f / (float)height;
  for (unsigned py = 0; py < height; py++) {
    for (unsigned px = 0; px < width; px++) {
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
        float count = (float)i + 1 - logarithm(0.5f * logarithm(x * x + y * y));
        float phase = 3 + count * 0.15f;
        red = 0.5f + 0.5f * cosine(phase);
        green = 0.5f + 0.5f * cosine(0.6f + phase);
        blue = 0.5f + 0.5f * cosine(1 + phase);
      }
      pixels[py * width + px] =
          byte(red) | byte(green) << 8 | byte(blue) << 16 | 0xff000000u;
    }
  }
}
