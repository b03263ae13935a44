/* trace.c: traces as `replay:` reads them, and a drive that is asked what it is
   by them. An input is what the file holds. */
#include "memory_path.h"

#include "../src/mmc/mmc.h"
#include "../src/transport/replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static uint8_t blocks[2 * MMC_BLOCK];
  struct failure f = {.message = ""};
  struct transport *t = replay_open(memory_path(data, size), &f);
  struct mmc_inquiry inquiry;
  struct mmc_configuration configuration;
  struct mmc_disc disc;
  if (t == NULL) {
    must(f.code < FAIL_COUNT && f.message[0] != '\0');
    return 0;
  }
  if (transport_acquire(t, &f)) {
    mmc_inquiry(t, &inquiry, &f);
    mmc_configuration(t, &configuration, &f);
    mmc_test_unit_ready(t, &f);
    mmc_disc_information(t, &disc, &f);
    mmc_write(t, 0, 2, blocks, MMC_BLOCK, &f);
    mmc_read(t, 0, 2, blocks, false, &f);
    transport_release(t);
  }
  transport_close(t);
  return 0;
}
