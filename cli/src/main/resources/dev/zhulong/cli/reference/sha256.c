// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
static const unsigned ROUND[64] = {
  0x428a2f98u, 0x71374491u, 0xb5c0fbcfu, 0xe9b5dba5u, 0x3956c25bu, 0x59f111f1u,
  0x923f82a4u, 0xab1c5ed5u, 0xd807aa98u, 0x12835b01u, 0x243185beu, 0x550c7dc3u,
  0x72be5d74u, 0x80deb1feu, 0x9bdc06a7u, 0xc19bf174u, 0xe49b69c1u, 0xefbe4786u,
  0x0fc19dc6u, 0x240ca1ccu, 0x2de92c6fu, 0x4a7484aau, 0x5cb0a9dcu, 0x76f988dau,
  0x983e5152u, 0xa831c66du, 0xb00327c8u, 0xbf597fc7u, 0xc6e00bf3u, 0xd5a79147u,
  0x06ca6351u, 0x14292967u, 0x27b70a85u, 0x2e1b2138u, 0x4d2c6dfcu, 0x53380d13u,
  0x650a7354u, 0x766a0abbu, 0x81c2c92eu, 0x92722c85u, 0xa2bfe8a1u, 0xa81a664bu,
  0xc24b8b70u, 0xc76c51a3u, 0xd192e819u, 0xd6990624u, 0xf40e3585u, 0x106aa070u,
  0x19a4c116u, 0x1e376c08u, 0x2748774cu, 0x34b0bcb5u, 0x391c0cb3u, 0x4ed8aa4au,
  0x5b9cca4fu, 0x682e6ff3u, 0x748f82eeu, 0x78a5636fu, 0x84c87814u, 0x8cc70208u,
  0x90befffau, 0xa4506cebu, 0xbef9a3f7u, 0xc67178f2u};

// The same of the square roots of the first eight.
static const unsigned START[8] = {
  0x6a09e667u, 0xbb67ae85u, 0x3c6ef372u, 0xa54ff53au,
  0x510e527fu, 0x9b05688cu, 0x1f83d9abu, 0x5be0cd19u};

static unsigned rotate(unsigned x, int by) {
  return x >> by | x << (32 - by);
}

INVOCATION void invocation(
    const unsigned *restrict blocks, unsigned *restrict digests, unsigned n, unsigned message) {
  if (message >= n) {
    return;
  }
  unsigned w[16];
  for (int t = 0; t < 16; t++) {
    w[t] = blocks[message * 16 + t];
  }
  unsigned a = START[0], b = START[1], c = START[2], d = START[3];
  unsigned e = START[4], f = START[5], g = START[6], h = START[7];
  for (int t = 0; t < 64; t++) {
    if (t >= 16) {
      unsigned early = w[(t + 1) & 15];
      unsigned late = w[(t + 14) & 15];
      unsigned small0 = rotate(early, 7) ^ rotate(early, 18) ^ early >> 3;
      unsigned small1 = rotate(late, 17) ^ rotate(late, 19) ^ late >> 10;
      w[t & 15] += small0 + w[(t + 9) & 15] + small1;
    }
    unsigned big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    unsigned choice = (e & f) ^ (~e & g);
    unsigned first = h + big1 + choice + ROUND[t] + w[t & 15];
    unsigned big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    unsigned majority = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + big0 + majority;
  }
  unsigned at = message * 8;
  digests[at] = START[0] + a;
  digests[at + 1] = START[1] + b;
  digests[at + 2] = START[2] + c;
  digests[at + 3] = START[3] + d;
  digests[at + 4] = START[4] + e;
  digests[at + 5] = START[5] + f;
  digests[at + 6] = START[6] + g;
  digests[at + 7] = START[7] + h;
}

void kernel(const unsigned *restrict blocks, unsigned *restrict digests, unsigned n) {
  for (unsigned message = 0; message < n; message++) {
    invocation(blocks, digests, n, message);
  }
}
