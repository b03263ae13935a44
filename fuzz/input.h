/* input.h: a fuzzer's bytes, taken one after the other. What is not there any
   more is zero. */
#ifndef DISCRECORDER_FUZZ_INPUT_H
#define DISCRECORDER_FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
  const uint8_t *at;
  size_t left;
};

static inline uint8_t take_byte(struct input *in) {
  if (in->left == 0)
    return 0;
  in->left--;
  return *in->at++;
}

static inline unsigned take_16(struct input *in) {
  unsigned high = take_byte(in);
  return high << 8 | take_byte(in);
}

/* Returns how many there were. */
static inline size_t take_bytes(struct input *in, void *to, size_t n) {
  if (n > in->left)
    n = in->left;
  if (n > 0)
    memcpy(to, in->at, n);
  in->at += n;
  in->left -= n;
  return n;
}

/* What must hold, whatever the input. */
#define must(holds)                                                            \
  do {                                                                         \
    if (!(holds)) {                                                            \
      fprintf(                                                                 \
        stderr, "fuzz: %s:%d: not so: %s\n", __FILE__, __LINE__, #holds);      \
      abort();                                                                 \
    }                                                                          \
  } while (0)

#endif
