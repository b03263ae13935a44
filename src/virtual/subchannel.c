/* subchannel.c: the Q sub-channel, made from what the disc file says; and READ
   SUB-CHANNEL (MMC-6 6.24). */
#include "subchannel.h"

#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "commands.h"
#include "family.h"
#include "sector.h"

enum { ADR_POSITION = 1, ADR_MCN, ADR_ISRC };
enum { COPY = 2 };               /* of the control nibble: it may be copied */
enum { NO_AUDIO_STATUS = 0x15 }; /* it plays nothing by itself */

/* Once in so many blocks MCN and ISRC take the place of the position. */
#define CODE_EVERY 100
#define MCN_AT 25
#define ISRC_AT 75

uint16_t vsubchannel_crc(const uint8_t *p, unsigned len) {
  unsigned crc = 0;
  for (unsigned i = 0; i < len; i++) {
    crc ^= (unsigned)p[i] << 8;
    for (int bit = 0; bit < 8; bit++)
      crc = crc << 1 ^ (crc & 0x8000 ? 0x1021 : 0);
    crc &= 0xFFFF;
  }
  return (uint16_t)~crc;
}

/* The index that a block belongs to. */
static unsigned
index_of(const struct vmedium *m, const struct vtrack *t, int32_t lba) {
  unsigned index = 1;
  if (lba < t->start)
    return 0;
  for (unsigned i = 0; i < m->nindexes; i++)
    if (m->indexes[i].track == t->number && m->indexes[i].lba <= lba)
      index = m->indexes[i].index;
  return index;
}

/* Its time within the track: in a pregap that runs down, to 0 in the last. */
static int32_t time_of(const struct vtrack *t, int32_t lba) {
  return lba < t->start ? t->start - lba - 1 : lba - t->start;
}

/* Does anything begin there? The position must be told, then. */
static bool
begins(const struct vmedium *m, const struct vtrack *t, int32_t lba) {
  if (lba == t->start || lba == t->start - (int32_t)vtrack_pregap(m, t))
    return true;
  for (unsigned i = 0; i < m->nindexes; i++)
    if (m->indexes[i].lba == lba)
      return true;
  return false;
}

/* Once in CODE_EVERY blocks, one later where something begins. */
static bool
turn(const struct vmedium *m, const struct vtrack *t, int32_t lba, int at) {
  int phase = (lba + 150) % CODE_EVERY;
  return (phase == at && !begins(m, t, lba)) ||
         (phase == at + 1 && begins(m, t, lba - 1));
}

/* Of a copy the copy bit changes 9.375 times a second (IEC 60908), every four
   blocks. */
static uint8_t control_at(const struct vtrack *t, int32_t lba) {
  if (!t->copied)
    return t->control;
  return (uint8_t)((t->control & ~COPY) | ((lba + 150) / 4 % 2 * COPY));
}

static uint8_t bcd(unsigned n) {
  return (uint8_t)(n / 10 << 4 | n % 10);
}

static void put_msf(uint8_t *p, int32_t frames) {
  p[0] = bcd((unsigned)frames / 4500);
  p[1] = bcd((unsigned)frames / 75 % 60);
  p[2] = bcd((unsigned)frames % 75);
}

/* Decimal digits, two a byte; the last byte may have one. */
static void put_digits(uint8_t *p, const char *digits, unsigned n) {
  for (unsigned i = 0; i < n; i++)
    p[i / 2] |= (uint8_t)((digits[i] - '0') << (i % 2 == 0 ? 4 : 0));
}

/* Five characters of six bits and two of nothing, then seven digits. */
static void put_isrc(uint8_t *p, const char *isrc) {
  uint32_t word = 0;
  for (unsigned i = 0; i < 5; i++) {
    unsigned c = (unsigned char)isrc[i];
    word = word << 6 | (c <= '9' ? c - '0' : c - 'A' + 0x11);
  }
  put_be32(p, word << 2);
  put_digits(p + 4, isrc + 5, 7);
}

void vsubchannel_q(const struct vmedium *m,
                   const struct vtrack *t,
                   int32_t lba,
                   uint8_t q[VQ_LEN]) {
  unsigned index = index_of(m, t, lba), adr = ADR_POSITION;
  int32_t absolute = lba + 150;
  memset(q, 0, VQ_LEN);
  if (m->mcn[0] != '\0' && turn(m, t, lba, MCN_AT))
    adr = ADR_MCN;
  if (t->isrc[0] != '\0' && index > 0 && turn(m, t, lba, ISRC_AT))
    adr = ADR_ISRC;
  q[0] = (uint8_t)(control_at(t, lba) << 4 | adr);
  if (adr == ADR_MCN) {
    put_digits(q + 1, m->mcn, VMCN_LEN);
  } else if (adr == ADR_ISRC) {
    put_isrc(q + 1, t->isrc);
  } else {
    q[1] = bcd(t->number);
    q[2] = bcd(index);
    put_msf(q + 3, time_of(t, lba));
    put_msf(q + 7, absolute);
  }
  if (adr != ADR_POSITION)
    q[9] = bcd((unsigned)absolute % 75);
  put_be16(q + 10, vsubchannel_crc(q, 10));
  q[15] = index == 0 ? 0x80 : 0; /* P: a pause */
}

void vsubchannel_raw(const uint8_t q[VQ_LEN], uint8_t raw[VBLOCK_SUBCHANNEL]) {
  for (unsigned i = 0; i < VBLOCK_SUBCHANNEL; i++)
    raw[i] = (uint8_t)((q[15] & 0x80) | (q[i / 8] >> (7 - i % 8) & 1) << 6);
}

/* {=== READ SUB-CHANNEL === */

static void put_address(uint8_t *p, int32_t lba, bool msf, bool relative) {
  if (!msf) {
    put_be32(p, (uint32_t)lba);
    return;
  }
  p[0] = 0;
  vmsf(p + 1, relative ? lba - 150 : lba);
}

static unsigned position(const struct vdrive *d, bool msf, uint8_t *r) {
  const struct vmedium *m = &d->medium;
  struct vplace place;
  int32_t relative;
  r[4] = 1;
  vplace_at(m, d->position, &place);
  if (place.track == NULL)
    return 16;
  relative = time_of(place.track, d->position);
  r[5] = (uint8_t)(ADR_POSITION << 4 | control_at(place.track, d->position));
  r[6] = place.track->number;
  r[7] = (uint8_t)index_of(m, place.track, d->position);
  put_address(r + 8, d->position, msf, false);
  if (!msf && d->position < place.track->start)
    relative = -relative - 1;
  put_address(r + 12, relative, msf, true);
  return 16;
}

static void code(uint8_t *p, const char *text, size_t len) {
  if (text[0] == '\0')
    return;
  p[0] = 0x80; /* valid */
  memcpy(p + 1, text, len);
}

static unsigned catalogue(const struct vdrive *d, uint8_t *r) {
  r[4] = 2;
  code(r + 8, d->medium.mcn, VMCN_LEN);
  return 24;
}

static unsigned isrc(struct vdrive *d, unsigned number, uint8_t *r) {
  const struct vtrack *t = vmedium_track(&d->medium, number);
  if (t == NULL)
    return 0;
  r[4] = 3;
  r[5] = (uint8_t)(ADR_ISRC << 4 | t->control);
  r[6] = t->number;
  code(r + 8, t->isrc, VISRC_LEN);
  return 24;
}

void vcmd_read_subchannel(struct vtransport *t, struct packet *p) {
  struct vdrive *d = t->drive;
  bool msf = (p->cdb[1] & 0x02) != 0, q = (p->cdb[2] & 0x40) != 0;
  uint8_t r[24] = {[1] = NO_AUDIO_STATUS};
  unsigned len = 0, format = p->cdb[3];
  if (!vdrive_on_cd(d)) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x30, 0x02);
    return;
  }
  if (!q)
    len = 4;
  else if (format == 1)
    len = position(d, msf, r);
  else if (format == 2)
    len = catalogue(d, r);
  else if (format == 3)
    len = isrc(d, p->cdb[6], r);
  if (len == 0) {
    vrefuse_field(p);
    return;
  }
  put_be16(r + 2, len - 4);
  vreply(p, r, len, get_be16(p->cdb + 7));
}

/* ===} */
