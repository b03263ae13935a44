/* percent.c: percent-encoding taken off (RFC 3986, 2.1). */
#include "percent.h"

static int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

bool percent_decode(char *s, struct failure *f) {
  char *to = s;
  for (const char *from = s; *from != '\0'; to++) {
    int high, low;
    if (*from != '%') {
      *to = *from++;
      continue;
    }
    high = hex_digit(from[1]);
    low = high < 0 ? -1 : hex_digit(from[2]);
    if (low < 0 || high + low == 0)
      return fail(f,
                  FAIL_UNSUPPORTED,
                  "the address has a percent sign that encodes nothing: "
                  "\"%.10s\" (a percent sign itself is %%25)",
                  from);
    *to = (char)(high * 16 + low);
    from += 3;
  }
  *to = '\0';
  return true;
}
