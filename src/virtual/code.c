/* code.c: what a catalogue number and an ISRC are made of (ISO 3901). */
#include "medium.h"

static bool digits(const char *s, unsigned n) {
  for (unsigned i = 0; i < n; i++)
    if (s[i] < '0' || s[i] > '9')
      return false;
  return true;
}

bool vcode_is_mcn(const char *s) {
  return digits(s, VMCN_LEN);
}

/* It begins with five that may be letters. */
bool vcode_is_isrc(const char *s) {
  for (unsigned i = 0; i < 5; i++)
    if (!(s[i] >= 'A' && s[i] <= 'Z') && !digits(s + i, 1))
      return false;
  return digits(s + 5, VISRC_LEN - 5);
}
