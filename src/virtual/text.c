/* text.c: CD-TEXT: READ TOC format 5 (MMC-6 6.26.3.7), read from the lead-in as
   it was recorded: four packs of 18 bytes in the R to W of each block, six bits
   a byte, over and over again. */
#include <string.h>

#include "../bytes.h"
#include "atip.h"
#include "family.h"
#include "quirk.h"
#include "subchannel.h"
#include "toc.h"

#define PACK 18u
#define PACK_RAW 24u    /* of six bits */
#define PACKS_MAX 2048u /* eight languages of 256 */

static void unpack(const uint8_t *raw, uint8_t *pack) {
  for (unsigned i = 0; i < PACK_RAW; i += 4, raw += 4, pack += 3) {
    uint32_t word = (raw[0] & 63u) << 18 | (raw[1] & 63u) << 12 |
                    (raw[2] & 63u) << 6 | (raw[3] & 63u);
    put_be24(pack, word);
  }
}

/* What was never written is not summed: there is much of it. */
static bool good(const uint8_t *pack) {
  return pack[0] != 0 &&
         vsubchannel_crc(pack, PACK - 2) == get_be16(pack + PACK - 2);
}

/* Where the lead-in of a session with text begins and ends. */
static bool lead_in(struct vmedium *m, int32_t *from, int32_t *to) {
  unsigned first, last;
  for (unsigned i = 0; i < m->nsessions && m->sessions[i].closed; i++) {
    const struct vtrack *t;
    if (!m->sessions[i].text || !vmedium_tracks_of(m, i + 1, &first, &last))
      continue;
    t = vmedium_track(m, first);
    *to = t->start - (int32_t)t->pregap;
    *from = i == 0 ? vatip_lead_in((enum vkind)m->kind)
                   : *to - (int32_t)(vgeometry(m->kind)->lead_in - VPREGAP);
    return true;
  }
  return false;
}

/* The packs of one round; how many bytes. */
static unsigned collect(struct vdrive *d, uint8_t *packs) {
  int32_t from, to;
  unsigned len = 0;
  if (!lead_in(&d->medium, &from, &to))
    return 0;
  for (int32_t lba = from; lba < to && len < PACKS_MAX * PACK; lba++) {
    uint8_t raw[VBLOCK_SUBCHANNEL];
    if (vdisc_read_in(&d->disc, VREGION_SUBCHANNEL, lba, raw, 1) != 1)
      break;
    for (unsigned i = 0; i < VBLOCK_SUBCHANNEL; i += PACK_RAW) {
      uint8_t *pack = packs + len;
      unpack(raw + i, pack);
      if (!good(pack))
        continue;
      if (len > 0 && memcmp(pack, packs, PACK) == 0)
        return len;
      len += PACK;
    }
  }
  return len;
}

void vtoc_text(struct vdrive *d, struct packet *p) {
  uint8_t r[4 + (PACKS_MAX + 4) * PACK] = {0};
  unsigned len = collect(d, r + 4);
  if (len == 0) {
    vrefuse_field(p);
    return;
  }
  for (unsigned at = 0; vquirk(d, VQUIRK_NO_TEXT_CRC) && at < len; at += PACK)
    put_be16(r + 4 + at + PACK - 2, 0);
  put_be16(r, len + 2);
  vreply(p, r, 4 + len, get_be16(p->cdb + 7));
}
