/* codes.c: what a CD says of itself in its sub-channels: CD-TEXT, catalogue
   number, ISRC. */
#include "mmc.h"

#include "../bytes.h"
#include <stdlib.h>
#include <string.h>

#define TEXT_HEADER 4
#define TEXT_PACK 18
#define FORMAT_TEXT 5
#define FORMAT_MCN 2
#define FORMAT_ISRC 3

/* A whole reply, header and all; how much of it came. */
static size_t
ask_text(struct transport *t, uint8_t *reply, size_t room, struct failure *f) {
  struct packet p = mmc_packet(OP_READ_TOC, MMC_TIMEOUT_INFO);
  mmc_expect(&p, reply, room);
  p.cdb[2] = FORMAT_TEXT;
  put_be16(p.cdb + 7, (unsigned)room);
  return mmc_ask(t, &p, 2, TEXT_HEADER, f);
}

/* x^16 + x^12 + x^5 + 1, inverted (MMC-3 Annex J). */
static unsigned pack_crc(const uint8_t *pack) {
  unsigned crc = 0;
  for (unsigned i = 0; i < TEXT_PACK - 2; i++) {
    crc ^= (unsigned)pack[i] << 8;
    for (int bit = 0; bit < 8; bit++)
      crc = (crc << 1 ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xFFFF;
  }
  return ~crc & 0xFFFF;
}

/* Some drives check the CRCs and tell zeros in their place (drives.md 5). */
static void restore_crcs(uint8_t *packs, size_t len) {
  for (size_t at = 0; at + TEXT_PACK <= len; at += TEXT_PACK)
    if (get_be16(packs + at + TEXT_PACK - 2) != 0)
      return;
  for (size_t at = 0; at + TEXT_PACK <= len; at += TEXT_PACK)
    put_be16(packs + at + TEXT_PACK - 2, pack_crc(packs + at));
}

bool mmc_cd_text(struct transport *t,
                 uint8_t *packs,
                 size_t room,
                 size_t *len,
                 struct failure *f) {
  uint8_t header[TEXT_HEADER], *reply;
  size_t all;
  *len = 0;
  if (ask_text(t, header, sizeof header, f) == 0)
    return false;
  all = (size_t)get_be16(header) + 2;
  if (all > room + TEXT_HEADER)
    all = room + TEXT_HEADER;
  if (all <= TEXT_HEADER)
    return true;
  reply = malloc(all);
  if (reply == NULL)
    return fail(f, FAIL_NO_MEMORY, "out of memory");
  all = ask_text(t, reply, all, f);
  if (all > TEXT_HEADER) {
    *len = all - TEXT_HEADER;
    memcpy(packs, reply + TEXT_HEADER, *len);
    restore_crcs(packs, *len);
  }
  free(reply);
  return all > 0;
}

bool mmc_code(struct transport *t,
              unsigned track,
              char out[14],
              struct failure *f) {
  uint8_t reply[24];
  bool isrc = track > 0;
  struct packet p = mmc_packet(OP_READ_SUBCHANNEL, MMC_TIMEOUT_INFO);
  mmc_expect(&p, reply, sizeof reply);
  out[0] = '\0';
  p.cdb[2] = 0x40; /* SubQ */
  p.cdb[3] = isrc ? FORMAT_ISRC : FORMAT_MCN;
  p.cdb[6] = (uint8_t)track;
  put_be16(p.cdb + 7, sizeof reply);
  if (!mmc_run(t, &p, f))
    return false;
  if (p.moved < sizeof reply || (reply[8] & 0x80) == 0)
    return true;
  memcpy(out, reply + 9, isrc ? 12 : 13);
  out[isrc ? 12 : 13] = '\0';
  return true;
}
