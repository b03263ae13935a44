/* subchannel.c: see subchannel.h. */
#include "subchannel.h"

#include "../bytes.h"
#include <stdlib.h>
#include <string.h>

#define Q_LENGTH 16
#define SECTOR (MMC_RAW_BLOCK + Q_LENGTH)
#define Q_NEAR 75 /* blocks: no drive is further off */

static int from_bcd(uint8_t byte) {
  return (byte >> 4) <= 9 && (byte & 15) <= 9 ? (byte >> 4) * 10 + (byte & 15)
                                              : -1;
}

static int from_binary(uint8_t byte) {
  return byte;
}

static bool
to_blocks(const uint8_t *msf, int (*number)(uint8_t), int32_t *out) {
  int m = number(msf[0]), s = number(msf[1]), frame = number(msf[2]);
  *out = (m * 60 + s) * 75 + frame;
  return m >= 0 && s >= 0 && s < 60 && frame >= 0 && frame < 75;
}

/* A position is one when it is about where it was asked for. */
static bool to_position(const uint8_t *q,
                        int32_t lba,
                        int (*number)(uint8_t),
                        struct mmc_q *out) {
  int track = q[1] == MMC_TRACK_LEAD_OUT ? q[1] : number(q[1]);
  int index = number(q[2]);
  int32_t absolute;
  if (track < 1 || index < 0 || index > 99 ||
      !to_blocks(q + 3, number, &out->relative) ||
      !to_blocks(q + 7, number, &absolute))
    return false;
  out->track = (uint8_t)track;
  out->index = (uint8_t)index;
  out->absolute = absolute - 150;
  return labs((long)out->absolute - lba) < Q_NEAR;
}

static bool put_digits(char *out, const uint8_t *bytes, unsigned count) {
  for (unsigned i = 0; i < count; i++) {
    unsigned digit = i % 2 == 0 ? bytes[i / 2] >> 4 : bytes[i / 2] & 15u;
    if (digit > 9)
      return false;
    out[i] = (char)('0' + digit);
  }
  out[count] = '\0';
  return true;
}

/* Five characters of six bits, two bits of nothing, then seven digits. */
static bool put_isrc(char *out, const uint8_t *bytes) {
  uint32_t word = get_be32(bytes) >> 2;
  for (unsigned i = 0; i < 5; i++) {
    unsigned c = word >> (24 - 6 * i) & 0x3F;
    if (c > 9 && (c < 0x11 || c > 0x2A))
      return false;
    out[i] = (char)(c <= 9 ? '0' + c : 'A' + (c - 0x11));
  }
  return put_digits(out + 5, bytes + 4, 7);
}

/* Most drives give it as it is on the disc, in BCD; some as binary. */
static void decode(const uint8_t *q, int32_t lba, struct mmc_q *out) {
  bool ok = false;
  memset(out, 0, sizeof *out);
  out->control = q[0] >> 4;
  switch (q[0] & 15) {
    case MMC_ADR_POSITION:
      ok = to_position(q, lba, from_bcd, out) ||
           to_position(q, lba, from_binary, out);
      break;
    case MMC_ADR_MCN:
      ok = put_digits(out->code, q + 1, MMC_MCN_LENGTH);
      break;
    case MMC_ADR_ISRC:
      ok = put_isrc(out->code, q + 1);
      break;
  }
  if (ok)
    out->adr = (enum mmc_adr)(q[0] & 15);
}

bool mmc_read_q(struct transport *t,
                int32_t lba,
                unsigned blocks,
                struct mmc_q *out,
                struct failure *f) {
  uint8_t sectors[MMC_Q_AT_ONCE * SECTOR];
  struct packet p = mmc_packet(OP_READ_CD, MMC_TIMEOUT);
  mmc_expect(&p, sectors, (size_t)blocks * SECTOR);
  put_be32(p.cdb + 2, (uint32_t)lba);
  put_be24(p.cdb + 6, blocks);
  p.cdb[9] = 0xF8; /* with the sector, since some drives give no Q alone */
  p.cdb[10] = 0x02;
  if (!mmc_run(t, &p, f))
    return false;
  for (unsigned i = 0; i < blocks; i++)
    decode(
      sectors + (size_t)i * SECTOR + MMC_RAW_BLOCK, lba + (int32_t)i, &out[i]);
  return true;
}
