/* describe.c: a disc's description as the bytes of a slot, and back. What is
   read is hostile until every number in it has been checked. */
#include <string.h>

#include "../bytes.h"
#include "disc.h"

enum {
  TAG_MEDIUM = 1,
  TAG_SESSION,
  TAG_TRACK,
  TAG_FORMAT,
  TAG_CODE,
  TAG_INDEX
};
enum { TAG_CRITICAL = 0x8000 };
enum { MEDIUM_LEN = 8, SESSION_LEN = 8, TRACK_LEN = 32, FORMAT_LEN = 30 };
enum { CODE_LEN = 16, INDEX_LEN = 8 };
enum { VALUE_MAX = 32 };

_Static_assert(VDISC_HEAD + 4 + MEDIUM_LEN + 4 + FORMAT_LEN +
                   VSESSIONS_MAX * (4 + SESSION_LEN) +
                   VTRACKS_MAX * (4 + TRACK_LEN) +
                   (VTRACKS + 1) * (4 + CODE_LEN) +
                   VINDEXES_MAX * (4 + INDEX_LEN) <=
                 VDISC_FILLED,
               "a full disc's description fits");

/* IEEE 802.3, reflected, bit by bit: a description is a few hundred bytes. */
static uint32_t crc32(const uint8_t *p, size_t len) {
  uint32_t crc = 0xFFFFFFFFu;
  for (size_t i = 0; i < len; i++) {
    crc ^= p[i];
    for (int bit = 0; bit < 8; bit++)
      crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
  }
  return ~crc;
}

static uint8_t *record(uint8_t *p, unsigned tag, unsigned len) {
  put_be16(p, tag);
  put_be16(p + 2, len);
  memset(p + 4, 0, len);
  return p + 4;
}

static uint8_t *encode_track(uint8_t *p, const struct vtrack *t) {
  uint8_t *v = record(p, TAG_TRACK, TRACK_LEN);
  v[0] = t->number;
  v[1] = t->session;
  v[2] = t->state;
  v[3] = (uint8_t)((t->damaged ? 1 : 0) | (t->was_reserved ? 2 : 0) |
                   (t->at_rest ? 4 : 0) | (t->copied ? 8 : 0) |
                   (t->at_once ? 16 : 0));
  v[4] = t->control;
  v[5] = t->data_mode;
  v[6] = t->block_type;
  put_be32(v + 8, (uint32_t)t->start);
  put_be32(v + 12, t->blocks);
  put_be32(v + 16, t->runout);
  put_be32(v + 20, t->reserved);
  put_be32(v + 24, t->pregap);
  memcpy(v + 28, t->subheader, sizeof t->subheader);
  return v + TRACK_LEN;
}

static uint8_t *
encode_code(uint8_t *p, unsigned track, const char *code, size_t len) {
  uint8_t *v;
  if (code[0] == '\0')
    return p;
  v = record(p, TAG_CODE, CODE_LEN);
  v[0] = (uint8_t)track;
  memcpy(v + 2, code, len);
  return v + CODE_LEN;
}

static uint8_t *encode_index(uint8_t *p, const struct vindex *i) {
  uint8_t *v = record(p, TAG_INDEX, INDEX_LEN);
  v[0] = i->track;
  v[1] = i->index;
  put_be32(v + 4, (uint32_t)i->lba);
  return v + INDEX_LEN;
}

static uint8_t *encode_format(uint8_t *p, const struct vformat *f) {
  uint8_t *v = record(p, TAG_FORMAT, FORMAT_LEN);
  v[0] = f->type;
  v[1] = (uint8_t)((f->minimal ? 1 : 0) | (f->disc_at_once ? 2 : 0) |
                   (f->background ? 4 : 0) | (f->write_protected ? 8 : 0) |
                   (f->boundary_set ? 16 : 0) | (f->pseudo_overwrite ? 32 : 0));
  put_be32(v + 2, f->capacity);
  put_be32(v + 6, f->spare);
  put_be32(v + 10, f->spare_used);
  put_be32(v + 14, f->layer_boundary);
  put_be32(v + 18, f->recorded);
  return v + FORMAT_LEN;
}

size_t vdescription_encode(uint8_t slot[VDISC_FILLED],
                           uint64_t generation,
                           const struct vmedium *m) {
  uint8_t *p = slot + VDISC_HEAD, *v;
  size_t len;
  v = record(p, TAG_MEDIUM, MEDIUM_LEN);
  v[0] = m->kind;
  v[1] = (uint8_t)((m->finalised ? 1 : 0) | (m->blanking ? 2 : 0));
  put_be32(v + 4, (uint32_t)m->leadout_max);
  p = v + MEDIUM_LEN;
  if (vgeometry(m->kind)->formats)
    p = encode_format(p, &m->format);
  for (unsigned i = 0; i < m->nsessions; i++) {
    const struct vsession *s = &m->sessions[i];
    v = record(p, TAG_SESSION, SESSION_LEN);
    v[0] = s->number;
    v[1] = (uint8_t)((s->closed ? 1 : 0) | (s->next_allowed ? 2 : 0) |
                     (s->text ? 4 : 0));
    v[2] = s->format;
    put_be32(v + 4, (uint32_t)s->leadout);
    p = v + SESSION_LEN;
  }
  for (unsigned i = 0; i < m->ntracks; i++)
    p = encode_track(p, &m->tracks[i]);
  p = encode_code(p, 0, m->mcn, VMCN_LEN);
  for (unsigned i = 0; i < m->ntracks; i++)
    p = encode_code(p, m->tracks[i].number, m->tracks[i].isrc, VISRC_LEN);
  for (unsigned i = 0; i < m->nindexes; i++)
    p = encode_index(p, &m->indexes[i]);
  len = (size_t)(p - slot);
  memcpy(slot, "DESC", 4);
  put_be32(slot + 8, (uint32_t)(len - VDISC_HEAD));
  put_be32(slot + 12, 0);
  put_be64(slot + 16, generation);
  put_be32(slot + 4, crc32(slot + 8, len - 8));
  return len;
}

static bool decode_medium(const uint8_t *v, struct vmedium *m) {
  const struct vgeometry *g = vgeometry(v[0]);
  uint32_t leadout = get_be32(v + 4);
  if (m->kind != 0 || g == NULL || leadout < (uint32_t)g->end_least ||
      leadout > (uint32_t)g->end_most)
    return false;
  m->kind = v[0];
  m->finalised = (v[1] & 1) != 0;
  m->blanking = (v[1] & 2) != 0;
  m->leadout_max = (int32_t)leadout;
  return true;
}

static bool decode_session(const uint8_t *v, struct vmedium *m) {
  struct vsession *s = &m->sessions[m->nsessions];
  if (m->nsessions >= VSESSIONS_MAX || v[0] != m->nsessions + 1)
    return false;
  memset(s, 0, sizeof *s);
  s->number = v[0];
  s->closed = (v[1] & 1) != 0;
  s->next_allowed = (v[1] & 2) != 0;
  s->text = (v[1] & 4) != 0;
  s->format = v[2];
  s->leadout = (int32_t)get_be32(v + 4);
  m->nsessions++;
  return true;
}

static bool decode_track(const uint8_t *v, struct vmedium *m) {
  struct vtrack *t = &m->tracks[m->ntracks];
  if (m->ntracks >= VTRACKS_MAX || v[0] != m->ntracks + 1)
    return false;
  memset(t, 0, sizeof *t);
  t->number = v[0];
  t->session = v[1];
  t->state = v[2];
  t->damaged = (v[3] & 1) != 0;
  t->was_reserved = (v[3] & 2) != 0;
  t->at_rest = (v[3] & 4) != 0;
  t->copied = (v[3] & 8) != 0;
  t->at_once = (v[3] & 16) != 0;
  t->control = v[4] & 0x0F;
  t->data_mode = v[5] & 0x0F;
  t->block_type = v[6] & 0x0F;
  t->start = (int32_t)get_be32(v + 8);
  t->blocks = get_be32(v + 12);
  t->runout = get_be32(v + 16);
  t->reserved = get_be32(v + 20);
  t->pregap = get_be32(v + 24);
  memcpy(t->subheader, v + 28, sizeof t->subheader);
  m->ntracks++;
  return true;
}

static bool decode_code(const uint8_t *v, struct vmedium *m) {
  const char *code = (const char *)v + 2;
  unsigned len = v[0] == 0 ? VMCN_LEN : VISRC_LEN;
  if (v[0] > m->ntracks || v[0] > VTRACKS)
    return false;
  if (v[0] == 0 ? !vcode_is_mcn(code) : !vcode_is_isrc(code))
    return false;
  memcpy(v[0] == 0 ? m->mcn : m->tracks[v[0] - 1].isrc, code, len);
  return true;
}

/* Each within its track, after the one before. */
static bool decode_index(const uint8_t *v, struct vmedium *m) {
  struct vindex i = {v[0], v[1], (int32_t)get_be32(v + 4)};
  const struct vindex *last = &m->indexes[m->nindexes];
  if (m->nindexes >= VINDEXES_MAX || i.track == 0 || i.track > m->ntracks ||
      i.index < 2 || i.index > 99 || i.lba <= m->tracks[i.track - 1].start ||
      i.lba >= vmedium_reach(m))
    return false;
  if (m->nindexes > 0 &&
      (last[-1].lba >= i.lba || last[-1].track > i.track ||
       (last[-1].track == i.track && last[-1].index >= i.index)))
    return false;
  m->indexes[m->nindexes++] = i;
  return true;
}

static bool decode_format(const uint8_t *v, struct vmedium *m) {
  struct vformat *f = &m->format;
  f->type = v[0];
  f->minimal = (v[1] & 1) != 0;
  f->disc_at_once = (v[1] & 2) != 0;
  f->background = (v[1] & 4) != 0;
  f->write_protected = (v[1] & 8) != 0;
  f->boundary_set = (v[1] & 16) != 0;
  f->pseudo_overwrite = (v[1] & 32) != 0;
  f->capacity = get_be32(v + 2);
  f->spare = get_be32(v + 6);
  f->spare_used = get_be32(v + 10);
  f->layer_boundary = get_be32(v + 14);
  f->recorded = get_be32(v + 18);
  return true;
}

/* Records to fields. Every value is copied into zeros of the length that is
   known here, so that older and newer files read alike. */
static const char *
decode_records(const uint8_t *p, size_t len, struct vmedium *m) {
  while (len > 0) {
    uint8_t v[VALUE_MAX] = {0};
    unsigned tag, size;
    bool good = true;
    if (len < 4)
      return "a record is cut off";
    tag = get_be16(p);
    size = get_be16(p + 2);
    if (size > len - 4)
      return "a record is cut off";
    memcpy(v, p + 4, size < sizeof v ? size : sizeof v);
    if (tag == TAG_MEDIUM)
      good = decode_medium(v, m);
    else if (tag == TAG_SESSION)
      good = decode_session(v, m);
    else if (tag == TAG_TRACK)
      good = decode_track(v, m);
    else if (tag == TAG_FORMAT)
      good = decode_format(v, m);
    else if (tag == TAG_CODE)
      good = decode_code(v, m);
    else if (tag == TAG_INDEX)
      good = decode_index(v, m);
    else if (tag & TAG_CRITICAL)
      return "it needs a newer version";
    if (!good)
      return "a record holds what cannot be";
    p += 4 + size;
    len -= 4 + size;
  }
  return m->kind != 0 ? NULL : "the medium's record is missing";
}

const char *vdescription_decode(const uint8_t *slot,
                                uint64_t *generation,
                                struct vmedium *m) {
  uint32_t len = get_be32(slot + 8);
  const char *wrong;
  memset(m, 0, sizeof *m);
  if (memcmp(slot, "DESC", 4) != 0)
    return "no description";
  if (len > VDISC_SLOT - VDISC_HEAD)
    return "its description is too long";
  if (get_be32(slot + 4) != crc32(slot + 8, len + VDISC_HEAD - 8))
    return "the checksum of its description is wrong";
  *generation = get_be64(slot + 16);
  if (*generation == 0 || *generation > INT64_MAX)
    return "its description has an impossible generation";
  wrong = decode_records(slot + VDISC_HEAD, len, m);
  if (wrong == NULL && !vdescription_consistent(m))
    wrong = "its sessions and tracks contradict each other";
  return wrong;
}
