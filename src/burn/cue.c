/* cue.c: see cue.h. */
#include "cue.h"

#include "cd.h"
#include <stdlib.h>
#include <string.h>

#define LEAD_OUT 0xAA
#define LEAD_OUT_INDEX 1
#define COPIED 0x80

enum adr { ADR_POSITION = 1, ADR_MCN, ADR_ISRC };

/* What the blocks of a part are: all are sent but pauses, which the drive
   makes. */
enum form {
  FORM_AUDIO = 0x00,
  FORM_AUDIO_PAUSE = 0x01,
  FORM_MODE_1 = 0x10,
  FORM_MODE_1_PAUSE = 0x14,
  FORM_XA = 0x20, /* 2336 bytes: subheader, data, EDC, ECC */
  FORM_XA_PAUSE = 0x24,
  FORM_TEXT = 0x41 /* lead-in: 96 bytes a block, R to W */
};

/* With two for each code. */
static size_t entries_of(const struct burn_spec *spec) {
  size_t count = 2 + 1 + 1; /* MCN, lead-in, lead-out */
  for (unsigned i = 0; i < spec->track_count; i++)
    count += 2 + 2 + spec->tracks[i].index_count; /* ISRC, indexes 0 and 1 */
  return count;
}

static uint8_t *add(struct cue *cue, uint8_t control, enum adr adr) {
  uint8_t *entry = cue->bytes + cue->len;
  entry[0] = (uint8_t)(control << 4 | adr);
  cue->len += MMC_CUE_ENTRY;
  return entry;
}

static void put_msf(uint8_t *out, int32_t lba) {
  int32_t frames = lba + CD_PREGAP;
  out[0] = (uint8_t)(frames / (60 * 75));
  out[1] = (uint8_t)(frames / 75 % 60);
  out[2] = (uint8_t)(frames % 75);
}

static void add_mcn(struct cue *cue, const char *mcn, uint8_t control) {
  if (mcn[0] == '\0')
    return;
  memcpy(add(cue, control, ADR_MCN) + 1, mcn, 7);
  memcpy(add(cue, control, ADR_MCN) + 1, mcn + 7, MCN_LENGTH - 7);
}

static void
add_isrc(struct cue *cue, const char *isrc, uint8_t control, unsigned number) {
  for (size_t half = 0; half < 2 && isrc[0] != '\0'; half++) {
    uint8_t *entry = add(cue, control, ADR_ISRC);
    entry[1] = (uint8_t)number;
    memcpy(entry + 2, isrc + half * (ISRC_LENGTH / 2), ISRC_LENGTH / 2);
  }
}

/* Before and after the tracks. */
static enum form pause_of(const struct burn_track *t) {
  return t->audio    ? FORM_AUDIO_PAUSE
         : t->mode_2 ? FORM_XA_PAUSE
                     : FORM_MODE_1_PAUSE;
}

static enum form form_of(const struct burn_track *t) {
  return t->audio ? FORM_AUDIO : t->mode_2 ? FORM_XA : FORM_MODE_1;
}

static void add_lead_in(struct cue *cue,
                        const struct burn_spec *spec,
                        const uint8_t lead_in[3]) {
  uint8_t *entry = add(cue, spec->tracks[0].control, ADR_POSITION);
  entry[3] = spec->text_packs > 0 ? FORM_TEXT : pause_of(&spec->tracks[0]);
  memcpy(entry + 5, lead_in, 3);
}

static void add_index(struct cue *cue,
                      const struct burn_track *t,
                      unsigned number,
                      unsigned index,
                      int32_t lba) {
  uint8_t *entry = add(cue, t->control, ADR_POSITION);
  entry[1] = (uint8_t)number;
  entry[2] = (uint8_t)index;
  entry[3] = form_of(t);
  entry[4] = t->copied ? COPIED : 0;
  put_msf(entry + 5, lba);
}

static void add_track(struct cue *cue,
                      const struct burn_track *t,
                      const struct plan_track *place,
                      unsigned number,
                      bool plain_codes) {
  add_isrc(cue, t->isrc, plain_codes ? 0 : t->control, number);
  if (place->pregap > 0)
    add_index(cue, t, number, 0, place->start - (int32_t)place->pregap);
  add_index(cue, t, number, 1, place->start);
  for (unsigned i = 0; i < t->index_count; i++)
    add_index(cue, t, number, 2 + i, place->start + (int32_t)t->indexes[i]);
}

static void add_lead_out(struct cue *cue,
                         const struct burn_track *last,
                         const struct plan_track *place) {
  uint8_t *entry = add(cue, last->control, ADR_POSITION);
  entry[1] = LEAD_OUT;
  entry[2] = LEAD_OUT_INDEX;
  entry[3] = pause_of(last);
  put_msf(entry + 5, place->start + (int32_t)(place->blocks + place->padding));
}

bool cue_make(const struct burn_spec *spec,
              const struct plan *plan,
              unsigned first_number,
              const struct cue_manner *how,
              struct cue *out,
              struct failure *f) {
  unsigned last = spec->track_count - 1;
  out->len = 0;
  out->bytes = calloc(entries_of(spec), MMC_CUE_ENTRY);
  if (out->bytes == NULL)
    return fail(f, FAIL_NO_MEMORY, "burn: out of memory");
  add_mcn(out, spec->mcn, how->plain_codes ? 0 : spec->tracks[0].control);
  add_lead_in(out, spec, how->lead_in);
  for (unsigned i = 0; i <= last; i++)
    add_track(out,
              &spec->tracks[i],
              &plan->tracks[i],
              first_number + i,
              how->plain_codes);
  add_lead_out(out, &spec->tracks[last], &plan->tracks[last]);
  return true;
}
