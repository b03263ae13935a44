/* restricted_format.c: formatting DVD-RW for restricted overwriting (MMC-6
   6.5.4.2): all of it (00h, 10h), quickly (15h), or the last border longer
   (11h, quickly 13h). A quick format writes what it was told to and leaves the
   border open. */
#include "../mmc_names.h"
#include "family.h"
#include "record.h"

#define LEAD_IN_SECONDS 60.0 /* and the recording management area */
#define GROW_SECONDS 10.0

enum { FULL = 0x00, GROW = 0x11, QUICK_GROW = 0x13, QUICK = 0x15 };
enum { FULL_PACKETS = 0x10 };

/* What a format type asks for. */
static const struct type {
  uint8_t type;
  uint16_t parameter; /* length of a block, or of a packet */
  bool grows;         /* a border that is closed; keeps what is there */
  bool quick;         /* 0 blocks will do; the border stays open */
} types[] = {
  {FULL, VBLOCK, false, false},
  {FULL_PACKETS, 16, false, false},
  {QUICK, 16, false, true},
  {QUICK_GROW, 16, true, true},
  {GROW, 16, true, false},
};

#define TYPES (sizeof types / sizeof *types)

static const struct type *find(unsigned type) {
  for (unsigned i = 0; i < TYPES; i++)
    if (types[i].type == type)
      return &types[i];
  return NULL;
}

/* What there is of a border to be made longer. */
static uint32_t formatted(const struct vmedium *m) {
  return m->format.type != 0 && m->sessions[0].closed ? m->tracks[0].blocks : 0;
}

unsigned vrestricted_formats(const struct vdrive *d,
                             struct vformat_row rows[VFORMATS_MAX]) {
  const struct vmedium *m = &d->medium;
  uint32_t all = (uint32_t)vmedium_end(m), now = formatted(m);
  unsigned n = 0;
  for (unsigned i = 0; i < TYPES; i++)
    if (!types[i].grows || now > 0)
      rows[n++] =
        (struct vformat_row){.type = types[i].type,
                             .blocks = types[i].grows ? all - now : all,
                             .parameter = types[i].parameter};
  return n;
}

void vrestricted_lay_out(struct vmedium *m,
                         unsigned type,
                         uint32_t blocks,
                         bool open) {
  struct vsession *s = &m->sessions[0];
  struct vtrack *t = &m->tracks[0];
  vmedium_lay_out(m, type, blocks, 0); /* what is left is no spare area */
  /* However long the border is: overwriting never comes to an end. */
  m->finalised = false;
  s->next_allowed = true;
  if (!open)
    return;
  s->closed = false;
  s->leadout = 0;
  t->state = VTRACK_OPEN;
  t->at_rest = true;
}

static bool finish_format(struct vdrive *d) {
  const struct vformat to = d->formatting_to;
  const struct type *type = find(to.type - 1u);
  struct vmedium before = d->medium;
  uint32_t from = 0;
  if (type->grows)
    from = d->medium.tracks[0].blocks;
  else if (!d->lost.on && !vdisc_wipe(&d->disc))
    return false;
  if (!d->lost.on && to.capacity > from &&
      !vdisc_zero(&d->disc, (int32_t)from, to.capacity - from))
    return false;
  vrestricted_lay_out(&d->medium, to.type, to.capacity, type->quick);
  return vmedium_seal(d, &before);
}

static void
grow(struct vdrive *d, struct packet *p, const struct vformat_request *r) {
  struct vlong what = {.finish = finish_format, .ascq = 0x04};
  d->formatting_to = (struct vformat){
    .type = VFORMAT(r->type), .capacity = formatted(&d->medium) + r->blocks};
  if (!vbuffer_flush(d))
    vrefuse(p, KEY_MEDIUM_ERROR, 0x31, 0x01); /* format command failed */
  else
    vlong_begin(d,
                p,
                r->immediate,
                what,
                GROW_SECONDS + vdrive_write_seconds(d, r->blocks));
}

void vrestricted_format(struct vdrive *d,
                        struct packet *p,
                        const struct vformat_request *r) {
  const struct type *type = find(r->type);
  uint32_t all = (uint32_t)vmedium_end(&d->medium);
  uint32_t most = type->grows ? all - formatted(&d->medium) : all;
  struct vformat to = {.type = VFORMAT(r->type), .capacity = r->blocks};
  if (r->subtype != 0 || r->parameter != type->parameter || r->blocks > most ||
      r->blocks % vgeometry(d->medium.kind)->unit != 0 ||
      (r->blocks == 0 && !type->quick))
    vformat_refuse(p);
  else if (type->grows)
    grow(d, p, r);
  else
    vformat_begin_with(d,
                       p,
                       r,
                       &to,
                       LEAD_IN_SECONDS + vdrive_write_seconds(d, r->blocks),
                       finish_format);
}
