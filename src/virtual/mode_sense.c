/* mode_sense.c: MODE SENSE, both forms, and page 2Ah. */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "commands.h"
#include "mode_pages.h"

enum { PC_CURRENT, PC_CHANGEABLE, PC_DEFAULT, PC_SAVED };

#define PAGES_MAX 512

/* What a profile of the drive sets in page 2Ah. */
static const struct {
  uint16_t profile;
  uint8_t reads, writes;
} bits[] = {
  {PROFILE_CD_RW, 0, 0x02},
  {PROFILE_DVD_ROM, 0x08, 0},
  {PROFILE_DVD_R, 0x10, 0x10},
  {PROFILE_DVD_RAM, 0x20, 0x20},
};

/* Page 2Ah, CD capabilities (MMC-3, which everybody still reads). */
static unsigned capabilities(const struct vdrive *d, unsigned pc, uint8_t *r) {
  const uint16_t *speeds;
  unsigned n = vdrive_write_speeds(d, &speeds);
  unsigned len = 32 + 4 * n;
  memset(r, 0, len);
  r[0] = PAGE_CAPABILITIES;
  r[1] = (uint8_t)(len - 2);
  if (pc == PC_CHANGEABLE)
    return len;
  r[2] = 0x03; /* reads CD-R, CD-RW */
  r[3] = 0x05; /* writes CD-R, test writes */
  for (unsigned i = 0; i < sizeof bits / sizeof *bits; i++)
    if (vmodel_has(d->model, bits[i].profile)) {
      r[2] |= bits[i].reads;
      r[3] |= bits[i].writes;
    }
  r[4] = 0xF0; /* underrun free, multisession, mode 2 of both forms */
  /* MCN, ISRC, R-W; READ CD of audio, to the sample */
  r[5] = 0x67;
  r[6] = 0x29 | (vdrive_prevented(d) ? 2 : 0); /* tray; ejects, locks */
  put_be16(r + 8, vdrive_max_read_speed(d));
  put_be16(r + 12, d->buffer / 1024 > 0xFFFF ? 0xFFFF : d->buffer / 1024);
  put_be16(r + 14, vdrive_read_speed(d));
  put_be16(r + 18, vdrive_max_write_speed(d));
  put_be16(r + 20, vdrive_write_speed(d));
  put_be16(r + 28, vdrive_write_speed(d));
  put_be16(r + 30, n);
  for (unsigned i = 0; i < n; i++)
    put_be16(r + 32 + 4 * i + 2, speeds[i]);
  return len;
}

static unsigned
kept(const struct vdrive *d, unsigned i, unsigned pc, uint8_t *r) {
  const struct vpage_row *row = &vpage_rows[i];
  uint8_t page[VPAGE_MAX];
  vpage_default(d, i, page);
  if (pc == PC_CURRENT)
    memcpy(page, d->pages[i], row->len);
  else if (pc == PC_CHANGEABLE)
    memcpy(page, row->mask, row->len);
  memcpy(r, page, row->len);
  r[0] = row->code;
  r[1] = row->len - 2;
  return row->len;
}

/* The pages asked for, in ascending order; 0: there is none such. */
static unsigned
collect(const struct vdrive *d, unsigned page, unsigned pc, uint8_t *r) {
  unsigned len = 0;
  for (unsigned i = 0; i < VPAGE_COUNT; i++)
    if (page == PAGE_ALL || page == vpage_rows[i].code)
      len += kept(d, i, pc, r + len);
  if (page == PAGE_ALL || page == PAGE_CAPABILITIES)
    len += capabilities(d, pc, r + len);
  return len;
}

/* Fills in the pages after 'head' bytes of r; 0: refused. */
static unsigned
sense(const struct vdrive *d, struct packet *p, unsigned head, uint8_t *r) {
  unsigned pc = p->cdb[2] >> 6, len;
  if (pc == PC_SAVED) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x39, 0x00); /* saving not supported */
    return 0;
  }
  len = p->cdb[3] == 0 ? collect(d, p->cdb[2] & 0x3F, pc, r + head) : 0;
  if (len == 0) {
    vrefuse_field(p);
    return 0;
  }
  return head + len;
}

void vcmd_mode_sense_10(struct vtransport *t, struct packet *p) {
  uint8_t r[8 + PAGES_MAX] = {0};
  unsigned len = sense(t->drive, p, 8, r);
  if (len == 0)
    return;
  put_be16(r, len - 2);
  vreply(p, r, len, get_be16(p->cdb + 7));
}

/* The short form has a block descriptor unless it is asked not to: those who
   still use it (cdparanoia) read the block length there. */
void vcmd_mode_sense_6(struct vtransport *t, struct packet *p) {
  uint8_t r[4 + 8 + PAGES_MAX] = {0};
  unsigned head = p->cdb[1] & 0x08 ? 4 : 12;
  unsigned len = sense(t->drive, p, head, r);
  if (len == 0)
    return;
  r[0] = len - 1 > 0xFF ? 0xFF : (uint8_t)(len - 1);
  if (head == 12) {
    r[3] = 8;
    put_be16(r + 10, VBLOCK);
  }
  vreply(p, r, len, p->cdb[4]);
}
