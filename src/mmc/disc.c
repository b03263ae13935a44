/* disc.c: what a drive says of the disc in it: READ DISC INFORMATION, READ
   TRACK INFORMATION, READ CAPACITY, and READ TOC for ATIP. */
#include "mmc.h"

#include "../bytes.h"
#include <string.h>

/* Room for the reply stands in bytes 7 and 8 of these commands. */
static struct packet question(uint8_t opcode, void *buf, size_t room) {
  struct packet p = mmc_packet(opcode, MMC_TIMEOUT_INFO);
  mmc_expect(&p, buf, room);
  put_be16(p.cdb + 7, (unsigned)room);
  return p;
}

/* Minute, second, frame to LBA; minutes from 90 on lie before the program area
   (Orange Book; drives.md 3). */
static int32_t msf_to_lba(uint8_t m, uint8_t s, uint8_t f) {
  int32_t frames = (m * 60 + s) * 75 + f;
  return m < 90 ? frames - 150 : frames - 450150;
}

static bool is_cd_profile_address(const uint8_t *a) {
  return a[0] == 0 && a[2] < 60 && a[3] < 75 && a[1] < 100;
}

static void decode_disc(const uint8_t *buf, size_t len, struct mmc_disc *out) {
  out->status = buf[2] & 3;
  out->last_session = buf[2] >> 2 & 3;
  out->erasable = (buf[2] & 0x10) != 0;
  out->first_track = buf[3];
  out->sessions = buf[4] | (unsigned)buf[9] << 8;
  out->last_session_first = buf[5] | (unsigned)buf[10] << 8;
  out->last_session_last = buf[6] | (unsigned)buf[11] << 8;
  out->background = buf[7] & 3;
  out->type = buf[8];
  if (len >= 24 && get_be32(buf + 20) != 0xFFFFFFFF &&
      get_be32(buf + 20) != 0 && is_cd_profile_address(buf + 20)) {
    out->has_last_lead_out = true;
    out->last_lead_out = msf_to_lba(buf[21], buf[22], buf[23]);
  }
  if (len >= 24)
    out->end = get_be32(buf + 20);
  if (len >= 34)
    out->opc_entries = buf[33];
}

bool mmc_disc_information(struct transport *t,
                          struct mmc_disc *out,
                          struct failure *f) {
  uint8_t buf[34];
  struct packet p = question(OP_READ_DISC_INFORMATION, buf, sizeof buf);
  size_t len = mmc_ask(t, &p, 2, 12, f);
  memset(out, 0, sizeof *out);
  if (len == 0)
    return false;
  decode_disc(buf, len, out);
  return true;
}

bool mmc_track_information(struct transport *t,
                           uint32_t number,
                           struct mmc_track *out,
                           struct failure *f) {
  uint8_t buf[36];
  size_t len;
  struct packet p = question(OP_READ_TRACK_INFORMATION, buf, sizeof buf);
  memset(out, 0, sizeof *out);
  p.cdb[1] = 0x01; /* the number is a track's */
  put_be32(p.cdb + 2, number);
  len = mmc_ask(t, &p, 2, 28, f);
  if (len == 0)
    return false;
  out->number = buf[2] | (unsigned)buf[32] << 8;
  out->session = buf[3] | (unsigned)buf[33] << 8;
  out->damaged = (buf[5] & 0x20) != 0;
  out->copied = (buf[5] & 0x10) != 0;
  out->control = buf[5] & 0x0F;
  out->data_mode = buf[6] & 0x0F;
  out->reserved = (buf[6] & 0x80) != 0;
  out->blank = (buf[6] & 0x40) != 0;
  out->packet = (buf[6] & 0x20) != 0;
  out->has_nwa = (buf[7] & 0x01) != 0;
  out->has_last = (buf[7] & 0x02) != 0 && len >= 32;
  out->start = (int32_t)get_be32(buf + 8);
  out->nwa = (int32_t)get_be32(buf + 12);
  out->free_blocks = get_be32(buf + 16);
  out->size = get_be32(buf + 24);
  out->last = (int32_t)get_be32(buf + 28);
  return true;
}

bool mmc_capacity(struct transport *t, int64_t *last, struct failure *f) {
  uint8_t buf[8];
  struct packet p = mmc_packet(OP_READ_CAPACITY, MMC_TIMEOUT_INFO);
  mmc_expect(&p, buf, sizeof buf);
  if (mmc_ask(t, &p, 0, sizeof buf, f) == 0)
    return false;
  *last = get_be32(buf) == 0 ? -1 : (int64_t)get_be32(buf);
  return true;
}

bool mmc_atip(struct transport *t, struct mmc_atip *out, struct failure *f) {
  uint8_t buf[28];
  struct packet p = question(OP_READ_TOC, buf, sizeof buf);
  memset(out, 0, sizeof *out);
  p.cdb[1] = 0x02; /* MSF */
  p.cdb[2] = 0x04; /* ATIP */
  if (mmc_ask(t, &p, 2, 15, f) == 0)
    return false;
  out->has_lead_in = buf[8] != 0 || buf[9] != 0 || buf[10] != 0;
  memcpy(out->lead_in, buf + 8, 3);
  out->last_lead_out = msf_to_lba(buf[12], buf[13], buf[14]);
  return true;
}

int32_t mmc_lead_in(const struct mmc_atip *atip) {
  return msf_to_lba(atip->lead_in[0], atip->lead_in[1], atip->lead_in[2]);
}
