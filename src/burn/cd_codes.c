/* cd_codes.c: what a CD says of itself besides its blocks: CD-TEXT, catalogue
   number, ISRCs. Drives that do not read these, or take long to find them, are
   many: only what is read, and is another, makes a burn fail. */
#include "burn.h"

#include <stdlib.h>
#include <string.h>

static bool is_among(const uint8_t *pack, const uint8_t *packs, size_t len) {
  for (size_t at = 0; at + TEXT_PACK <= len; at += TEXT_PACK)
    if (memcmp(packs + at, pack, TEXT_PACK) == 0)
      return true;
  return false;
}

static void unread(struct burn *b, const char *what) {
  add_warning(
    &b->report.warnings,
    "codes_unread",
    "the drive does not tell %s: whether it is on the disc was not seen",
    what);
}

static bool compare_text(struct burn *b,
                         const uint8_t *packs,
                         size_t len,
                         struct failure *f) {
  for (unsigned i = 0; i < b->spec.text_packs; i++)
    if (!is_among(b->spec.text + (size_t)i * TEXT_PACK, packs, len))
      return fail(f,
                  FAIL_VERIFY_FAILED,
                  "the disc's CD-TEXT is not what was written: pack %u of %u "
                  "is missing",
                  i + 1,
                  b->spec.text_packs);
  return true;
}

static bool check_text(struct burn *b, struct failure *f) {
  size_t room = (size_t)TEXT_PACKS_MAX * TEXT_PACK, len = 0;
  uint8_t *packs = malloc(room);
  bool ok;
  if (packs == NULL)
    return fail(f, FAIL_NO_MEMORY, "burn: out of memory");
  ok = mmc_cd_text(recorder_link(b->job.recorder), packs, room, &len, f);
  if (ok)
    ok = compare_text(b, packs, len, f);
  else if (f->has_sense) {
    unread(b, "CD-TEXT");
    ok = true;
  }
  free(packs);
  return ok;
}

/* 'track' 0: the catalogue number. */
static bool check_code(struct burn *b,
                       unsigned track,
                       const char *code,
                       const char *what,
                       struct failure *f) {
  char found[14];
  if (code[0] == '\0')
    return true;
  if (!mmc_code(recorder_link(b->job.recorder), track, found, f)) {
    if (!f->has_sense)
      return false;
    found[0] = '\0';
  }
  if (found[0] == '\0')
    unread(b, what);
  else if (strcmp(found, code) != 0)
    return fail(f,
                FAIL_VERIFY_FAILED,
                "%s reads back as %s, and %s was written",
                what,
                found,
                code);
  return true;
}

bool cd_check_codes(struct burn *b, struct failure *f) {
  unsigned first = b->medium.track_count + 1;
  if (!b->spec.verify)
    return true;
  if (b->spec.text_packs > 0 && !check_text(b, f))
    return false;
  if (!check_code(b, 0, b->spec.mcn, "the catalogue number", f))
    return false;
  for (unsigned i = 0; i < b->report.track_count; i++)
    if (!check_code(b, first + i, b->spec.tracks[i].isrc, "an ISRC", f))
      return false;
  return true;
}
