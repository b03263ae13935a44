/* map.c: the map of a rescue, which GNU ddrescue or anybody may have written.
   An input is what the file holds. */
#include "memory_path.h"

#include "../src/reading/rescue_map.h"

#define BLOCKS 64
#define BLOCK 2048

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char disc[] = "0123456789abcdef0123456789abcdef";
  struct failure f = {.message = ""};
  struct rescue_map map;
  uint32_t all = 0;
  must(rescue_map_init(&map, BLOCKS, BLOCK, disc));
  if (rescue_map_load(&map, memory_path(data, size), &f))
    for (int i = 0; i < RESCUE_STATUSES; i++)
      all += rescue_map_count(&map, (enum rescue_status)i);
  else
    must((f.code == FAIL_BAD_FILE || f.code == FAIL_WRONG_DISC) &&
         f.message[0] != '\0');
  must(all == 0 || all == BLOCKS);
  rescue_map_free(&map);
  return 0;
}
