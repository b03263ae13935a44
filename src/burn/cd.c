/* cd.c: see cd.h. */
#include "cd.h"

#include "burn.h"

#define FIRST_BORDER 11400 /* blocks of lead-out and lead-in after it */
#define LATER_BORDER 6900
#define FRAMES 75 /* blocks in a second */

/* === plan === */

uint32_t
cd_padding(const struct burn_track *t, uint32_t blocks, bool generous) {
  uint32_t padded = blocks;
  if (t->has_padding)
    padded += t->padding;
  else if (generous && !t->audio)
    padded += CD_DATA_PAD;
  if (padded < CD_TRACK_MIN)
    padded = CD_TRACK_MIN;
  return padded - blocks;
}

uint32_t cd_left_after(const struct medium *medium, uint32_t used) {
  uint32_t gone = used + (medium->sessions == 0 ? FIRST_BORDER : LATER_BORDER);
  return medium->free_blocks > gone ? medium->free_blocks - gone : 0;
}

void cd_warn_short(const struct burn_spec *spec, struct plan *plan) {
  for (unsigned i = 0; i < plan->track_count; i++)
    if (spec->tracks[i].audio && plan->tracks[i].blocks < CD_TRACK_MIN &&
        !plan->tracks[i].open_ended)
      add_warning(&plan->warnings,
                  "short_track",
                  "track %u is shorter than four seconds: silence follows it",
                  i + 1);
}

/* === what a job asks for === */

static const char *in_track(const struct burn_track *t) {
  if (t->pregap_source != NULL || t->pregap_length > 0)
    return "audio before index 1";
  if (t->has_pregap)
    return "a pregap of its own";
  if (t->sectors)
    return "data with subheaders";
  return t->index_count > 0 ? "an index" : NULL;
}

const char *cd_needs_session_at_once(const struct burn_spec *spec,
                                     unsigned *track) {
  *track = 0;
  if (spec->text_packs > 0)
    return "CD-TEXT";
  for (unsigned i = 0; i < spec->track_count; i++)
    if (in_track(&spec->tracks[i]) != NULL) {
      *track = i + 1;
      return in_track(&spec->tracks[i]);
    }
  return NULL;
}

static const char *only_of_cds(const struct burn_spec *spec) {
  unsigned track;
  if (plan_has_audio(spec))
    return "audio";
  if (spec->overburn)
    return "overburn";
  if (plan_has_mode_2(spec))
    return "data in mode 2";
  if (spec->mcn[0] != '\0')
    return "a catalogue number";
  for (unsigned i = 0; i < spec->track_count; i++) {
    if (spec->tracks[i].isrc[0] != '\0')
      return "an ISRC";
    if (spec->tracks[i].has_padding)
      return "padding of its own";
  }
  return cd_needs_session_at_once(spec, &track);
}

bool cd_features_unused(const struct burn_spec *spec,
                        const struct medium *medium,
                        struct failure *f) {
  const char *what = only_of_cds(spec), *name = profile_name(medium->profile);
  if (what == NULL)
    return true;
  fail(f,
       FAIL_MEDIUM_INVALID_TYPE,
       "%s: only CDs have that, and this disc is a %s",
       what,
       name != NULL ? name : "disc of unknown kind");
  f->advice = "Use a CD-R or a CD-RW.";
  return false;
}

/* === is there room === */

/* Of audio in minutes, since that is what people count. */
static bool too_small(const struct burn_spec *spec,
                      uint64_t need,
                      uint32_t room,
                      struct failure *f) {
  uint64_t over = need - room;
  if (!plan_has_audio(spec))
    disc_too_small(need, room, f);
  else
    fail(f,
         FAIL_DISC_FULL,
         "%llu blocks are needed and %u are free: %llu blocks (%llu:%02llu "
         "minutes) too many",
         (unsigned long long)need,
         (unsigned)room,
         (unsigned long long)over,
         (unsigned long long)(over / (60 * FRAMES)),
         (unsigned long long)(over / FRAMES % 60));
  f->advice = "Use a larger disc; or say `overburn`: many drives write a "
              "little further than a disc says it goes.";
  return false;
}

bool cd_check_room(const struct burn_spec *spec,
                   const struct medium *medium,
                   uint64_t need,
                   uint32_t room,
                   struct plan *plan,
                   struct failure *f) {
  if (medium->track_count + spec->track_count > CD_TRACKS_MAX)
    return fail(f,
                FAIL_UNSUPPORTED,
                "the disc has %u tracks and the job %u more: a CD has %d at "
                "most",
                medium->track_count,
                spec->track_count,
                CD_TRACKS_MAX);
  if (need <= room)
    return true;
  if (!spec->overburn || need > CD_BLOCKS_MAX)
    return too_small(spec, need, room, f);
  add_warning(
    &plan->warnings,
    "overburn",
    "%llu blocks more than the disc says it has: the drive may refuse them",
    (unsigned long long)(need - room));
  return true;
}

/* === page 05h === */

enum session_format { FORMAT_CD_ROM = 0x00, FORMAT_XA = 0x20 };

static bool set_page_with_pause(struct burn *b,
                                const struct burn_track *t,
                                struct mmc_write_page *page,
                                struct failure *f) {
  struct transport *link = recorder_link(b->job.recorder);
  page->has_audio_pause = t->audio;
  page->audio_pause = b->spec.audio_gap;
  if (mmc_set_write_page(link, page, f))
    return true;
  if (!t->audio || b->spec.audio_gap == CD_PREGAP || !f->has_sense ||
      f->key != KEY_ILLEGAL_REQUEST)
    return false;
  page->has_audio_pause = false;
  if (!mmc_set_write_page(link, page, f))
    return false;
  b->spec.audio_gap = CD_PREGAP;
  add_warning(
    &b->report.warnings,
    "audio_gap_refused",
    "the drive makes no other pauses between tracks than of two seconds");
  return true;
}

static struct mmc_write_page
page_of(const struct burn *b, enum mmc_write_type type, bool test) {
  return (struct mmc_write_page){
    .type = type,
    .underrun_free = b->spec.underrun_free && b->medium.underrun_free,
    .test = test,
    .next_session = b->spec.keep_open,
    .session_format = plan_has_mode_2(&b->spec) ? FORMAT_XA : FORMAT_CD_ROM,
  };
}

bool cd_set_session_page(struct burn *b,
                         enum cd_data_block block,
                         bool test,
                         struct failure *f) {
  struct mmc_write_page page = page_of(b, MMC_WRITE_SAO, test);
  page.data_block = (uint8_t)block;
  return mmc_set_write_page(recorder_link(b->job.recorder), &page, f);
}

bool cd_set_track_page(struct burn *b,
                       const struct burn_track *t,
                       bool test,
                       struct failure *f) {
  struct mmc_write_page page = page_of(b, MMC_WRITE_TAO, test);
  page.track_mode = t->control;
  page.copied = t->copied;
  page.data_block = t->audio    ? CD_BLOCK_RAW
                    : t->mode_2 ? CD_BLOCK_FORM_1
                                : CD_BLOCK_MODE_1;
  page.submode = t->mode_2 ? SUBMODE_DATA : 0;
  page.mcn = b->spec.mcn[0] != '\0' ? b->spec.mcn : NULL;
  page.isrc = t->isrc[0] != '\0' ? t->isrc : NULL;
  return set_page_with_pause(b, t, &page, f);
}

/* === ending === */

/* As the first track of the session that is open wants it. */
static uint8_t format_of_open_session(struct recorder *r) {
  struct failure ignored;
  struct mmc_disc disc;
  struct mmc_track t;
  bool known = mmc_disc_information(recorder_link(r), &disc, &ignored) &&
               mmc_track_information(
                 recorder_link(r), disc.last_session_first, &t, &ignored);
  return known && (t.control & CONTROL_DATA) && t.data_mode == 2
           ? FORMAT_XA
           : FORMAT_CD_ROM;
}

bool cd_end_session(struct recorder *r,
                    bool keep_open,
                    const struct ready_watch *watch,
                    struct failure *f) {
  struct mmc_write_page page = {
    .type = MMC_WRITE_TAO,
    .underrun_free = true,
    .next_session = keep_open,
    .track_mode = CONTROL_DATA,
    .data_block = CD_BLOCK_MODE_1,
    .session_format = format_of_open_session(r),
  };
  if (!mmc_set_write_page(recorder_link(r), &page, f))
    return false;
  return close_session_and_wait(r, watch, f);
}

/* A write error leaves the track open and damaged: CLOSE SESSION is refused
   until it is closed. A track that the flush has ended is left alone, since
   drives fail a CLOSE TRACK for it (drives.md 5). */
static void end_open_track(struct recorder *r, unsigned number) {
  struct failure ignored;
  struct mmc_track t;
  if (mmc_track_information(recorder_link(r), number, &t, &ignored) &&
      !t.blank && (t.damaged || t.has_nwa))
    close_track_and_wait(r, number, NULL, &t, &ignored);
}

void cd_leave_in_order(struct burn *b) {
  struct recorder *r = b->job.recorder;
  struct failure ignored;
  struct mmc_disc disc;
  if (!mmc_disc_information(recorder_link(r), &disc, &ignored) ||
      disc.status >= 2 || disc.last_session == 0)
    return;
  end_open_track(r, disc.last_session_last);
  close_session_and_wait(r, NULL, &ignored);
}
