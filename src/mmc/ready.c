/* ready.c: TEST UNIT READY and REQUEST SENSE, the two commands that polls are
   made of. */
#include "mmc.h"

#include "../transport/opcodes.h"

bool mmc_test_unit_ready(struct transport *t, struct failure *f) {
  struct packet p = mmc_packet(OP_TEST_UNIT_READY, MMC_TIMEOUT);
  return mmc_run(t, &p, f);
}

bool mmc_progress(struct transport *t, int32_t *progress, struct failure *f) {
  uint8_t buf[18];
  struct sense s;
  struct packet p = mmc_packet(OP_REQUEST_SENSE, MMC_TIMEOUT);
  mmc_expect(&p, buf, sizeof buf);
  p.cdb[4] = sizeof buf;
  *progress = -1;
  if (!mmc_run(t, &p, f))
    return false;
  if (!sense_decode(buf, p.moved, &s))
    return true;
  if (s.key == KEY_UNIT_ATTENTION)
    return fail_sense(f, opcode_name(p.cdb[0]), &s);
  if (s.has_progress)
    *progress = s.progress;
  return true;
}
