// riscv64-unknown-elf-gcc -O2 -march=rv32imf_zicsr -mabi=ilp32f -nostdlib -ffreestanding -T link.ld crt0.S hello.c -o hello.elf
// A bare program: console, integers, floats, and an exit code that is the number of failed checks.

static volatile char *const console = (volatile char *)0x40;

static void print(const char *text) {
  while (*text) {
    *console = *text++;
  }
}

static void print_number(unsigned value) {
  char digits[11];
  int at = 10;
  digits[at] = 0;
  do {
    digits[--at] = (char)('0' + value % 10);
    value /= 10;
  } while (value);
  print(&digits[at]);
}

static unsigned primes_below(unsigned limit) {
  static unsigned char composite[1000];
  unsigned count = 0;
  for (unsigned i = 2; i < limit; i++) {
    if (!composite[i]) {
      count++;
      for (unsigned j = i * i; j < limit; j += i) {
        composite[j] = 1;
      }
    }
  }
  return count;
}

static float square_root(float x) {
  float guess = x;
  for (int i = 0; i < 20; i++) {
    guess = 0.5f * (guess + x / guess);
  }
  return guess;
}

int main(void) {
  int failures = 0;
  unsigned primes = primes_below(1000);
  print("primes below 1000: ");
  print_number(primes);
  print("\n");
  failures += primes != 168;
  float root = square_root(2.0f);
  print("sqrt(2) * 1000000: ");
  print_number((unsigned)(root * 1000000.0f));
  print("\n");
  failures += root < 1.414213f || root > 1.414215f;
  return failures;
}
