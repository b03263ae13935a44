/* tray.c: START STOP UNIT and PREVENT ALLOW MEDIUM REMOVAL. */
#include "mmc.h"

bool mmc_tray(struct transport *t,
              enum mmc_tray act,
              bool immediate,
              struct failure *f) {
  struct packet p = mmc_packet(OP_START_STOP_UNIT, MMC_TIMEOUT_LOAD);
  p.cdb[1] = immediate ? 0x01 : 0;
  p.cdb[4] = (uint8_t)act; /* LoEj, Start */
  return mmc_run(t, &p, f);
}

bool mmc_prevent_removal(struct transport *t, bool prevent, struct failure *f) {
  struct packet p = mmc_packet(OP_PREVENT_ALLOW, MMC_TIMEOUT);
  p.cdb[4] = prevent ? 0x01 : 0;
  return mmc_run(t, &p, f);
}
