/* address.c: addresses of recorders with all their keys, and rules of faults.
   An input is an address. */
#include "input.h"

#include "../src/transport/address.h"
#include "../src/transport/fault.h"

#define ROOM 16384

static void faults(const char *text) {
  struct failure f = {.message = ""};
  struct fault_rule *rules;
  size_t count;
  if (fault_parse(text, &rules, &count, &f)) {
    must(rules != NULL && count > 0);
    fault_check(rules, count, &f);
    free(rules);
  } else {
    must(rules == NULL && f.message[0] != '\0');
  }
}

/* What was made absolute stays so. */
static void absolute(const char *text) {
  static char once[ROOM], twice[ROOM];
  struct failure f = {.message = ""};
  if (!address_absolute(text, once, sizeof once, &f))
    return;
  must(address_absolute(once, twice, sizeof twice, &f));
  must(strcmp(once, twice) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct failure f = {.message = ""};
  struct address a;
  char *text = malloc(size + 1);
  must(text != NULL);
  memcpy(text, data, size);
  text[size] = '\0';
  absolute(text);
  if (address_parse(text, &a, &f)) {
    if (a.faults != NULL)
      faults(a.faults);
    address_free(&a);
  } else {
    must(f.message[0] != '\0' && f.advice != NULL);
  }
  faults(text);
  free(text);
  return 0;
}
