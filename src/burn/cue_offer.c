/* cue_offer.c: see cue_offer.h. */
#include "cue_offer.h"

#include "cd.h"
#include "cue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ADDRESS_OUT_OF_RANGE 0x21 /* asc, with 05h */

static bool refused(struct burn *b, struct failure *f) {
  char why[200];
  bool too_long = f->has_sense && f->key == KEY_ILLEGAL_REQUEST &&
                  f->asc == ADDRESS_OUT_OF_RANGE && f->ascq == 0x00;
  if (!f->has_sense || f->key != KEY_ILLEGAL_REQUEST)
    return false;
  snprintf(why, sizeof why, "%.199s", f->message);
  fail(f,
       too_long ? FAIL_DISC_FULL : FAIL_INITIALIZE_WRITE,
       "the drive refuses what is to be recorded: %s",
       why);
  if (b->spec.overburn && too_long)
    f->advice = "This drive does not overburn: use a larger disc.";
  return false;
}

/* Drives disagree about how CD-TEXT is announced, and about the control nibble
   of codes (drives.md 5). */
static const struct variant {
  enum cd_data_block block;
  bool lead_in; /* its time in the sheet */
  bool plain_codes;
} variants[] = {
  {CD_BLOCK_RAW, false, false},
  {CD_BLOCK_RAW, true, false},
  {CD_BLOCK_TEXT, false, false},
  {CD_BLOCK_TEXT, true, false},
  {CD_BLOCK_RAW, false, true},
  {CD_BLOCK_RAW, true, true},
  {CD_BLOCK_TEXT, false, true},
  {CD_BLOCK_TEXT, true, true},
};

static bool codes_have_control(const struct burn_spec *spec) {
  if (spec->mcn[0] != '\0' && spec->tracks[0].control != 0)
    return true;
  for (unsigned i = 0; i < spec->track_count; i++)
    if (spec->tracks[i].isrc[0] != '\0' && spec->tracks[i].control != 0)
      return true;
  return false;
}

/* Is it another one than those before, for this job? */
static bool differs(const struct burn_spec *spec, const struct variant *v) {
  bool of_text = v->block == CD_BLOCK_TEXT || v->lead_in;
  return (!of_text || spec->text_packs > 0) &&
         (!v->plain_codes || codes_have_control(spec));
}

static bool
send_sheet(struct burn *b, const struct variant *how, struct failure *f) {
  struct transport *link = recorder_link(b->job.recorder);
  struct cue_manner manner = {.plain_codes = how->plain_codes};
  struct mmc_atip atip;
  struct cue cue;
  bool ok;
  if (!cd_set_session_page(b, how->block, b->spec.simulate, f))
    return false;
  if (how->lead_in) {
    if (!mmc_atip(link, &atip, f))
      return false;
    memcpy(manner.lead_in, atip.lead_in, sizeof manner.lead_in);
  }
  if (!cue_make(
        &b->spec, &b->plan, b->medium.track_count + 1, &manner, &cue, f))
    return false;
  ok = mmc_send_cue_sheet(link, cue.bytes, cue.len, f);
  free(cue.bytes);
  return ok;
}

/* What counts is why the first one was refused. */
bool cue_offer(struct burn *b, struct failure *f) {
  struct failure other;
  bool ok = send_sheet(b, &variants[0], f);
  for (size_t i = 1; !ok && i < sizeof variants / sizeof *variants; i++) {
    if (!f->has_sense || f->key != KEY_ILLEGAL_REQUEST)
      return false;
    if (!differs(&b->spec, &variants[i]))
      continue;
    ok = send_sheet(b, &variants[i], &other);
    if (!ok && !other.has_sense) {
      *f = other;
      return false;
    }
  }
  return ok || refused(b, f);
}
