/* cd_sao.c: session at once, CD-R and CD-RW (docs/engine.md, "Session at
   once"): the drive is told of all tracks by a cue sheet, takes their blocks
   and pregaps without a break, and writes the lead-out when it is flushed. */
#include "burn.h"
#include "cd.h"
#include "cd_text.h"
#include "cue_offer.h"
#include "../recorder/packets.h"

#include <stdlib.h>
#include <string.h>

/* What is sent of a sector of mode 2: all that follows its header. */
#define SENT_SECTOR (MODE_2_SECTOR - MODE_2_SUBHEADER)

/* === plan === */

/* Blocks between a track and the one before that are its own: what the job says
   of them, or the two seconds that there must be where audio, mode 1 and mode 2
   meet. */
static uint32_t own_pregap(const struct burn_spec *spec, unsigned i) {
  const struct burn_track *t = &spec->tracks[i];
  if (t->pregap_length > 0)
    return (uint32_t)(t->pregap_length / track_block(t));
  if (t->has_pregap)
    return t->pregap;
  return i > 0 && !track_alike(t, &t[-1]) ? CD_PREGAP : 0;
}

static bool data_before_audio(const struct burn_spec *spec, unsigned i) {
  return i + 1 < spec->track_count && !spec->tracks[i].audio &&
         spec->tracks[i + 1].audio;
}

static uint32_t padding_of(const struct burn_spec *spec,
                           const struct plan *plan,
                           unsigned i,
                           bool generous) {
  return cd_padding(&spec->tracks[i],
                    plan->tracks[i].blocks,
                    generous || data_before_audio(spec, i));
}

/* From where the first track would begin without a pregap of its own. */
static uint64_t
extent(const struct burn_spec *spec, const struct plan *plan, bool generous) {
  uint64_t at = 0;
  for (unsigned i = 0; i < plan->track_count; i++) {
    at += own_pregap(spec, i);
    at += plan->tracks[i].blocks;
    at += padding_of(spec, plan, i, generous);
  }
  return at;
}

static void lay_out(const struct burn_spec *spec,
                    int32_t at,
                    bool generous,
                    struct plan *plan) {
  for (unsigned i = 0; i < plan->track_count; i++) {
    struct plan_track *t = &plan->tracks[i];
    uint32_t own = own_pregap(spec, i);
    t->pregap = own + (i == 0 ? CD_PREGAP : 0);
    t->start = at + (int32_t)own;
    t->padding = padding_of(spec, plan, i, generous);
    at = t->start + (int32_t)(t->blocks + t->padding);
  }
}

static bool
check_pregap(const struct burn_spec *spec, unsigned i, struct failure *f) {
  const struct burn_track *t = &spec->tracks[i];
  if (i == 0 || track_alike(t, &t[-1]) || own_pregap(spec, i) >= CD_PREGAP)
    return true;
  return fail(f,
              FAIL_UNSUPPORTED,
              "track %u: a pregap of %u blocks is too short: where %s meet "
              "there must be %d",
              i + 1,
              (unsigned)own_pregap(spec, i),
              t->audio == t[-1].audio ? "modes 1 and 2" : "data and audio",
              CD_PREGAP);
}

static bool check_indexes(const struct burn_track *t,
                          const struct plan_track *place,
                          unsigned number,
                          struct failure *f) {
  for (unsigned i = 0; i < t->index_count; i++)
    if (t->indexes[i] >= place->blocks)
      return fail(f,
                  FAIL_BAD_FILE,
                  "track %u: index %u begins at block %u, and the track has %u",
                  number,
                  i + 2,
                  (unsigned)t->indexes[i],
                  (unsigned)place->blocks);
  return true;
}

static bool check_tracks(const struct burn_spec *spec,
                         const struct plan *plan,
                         struct failure *f) {
  if (plan->tracks[0].open_ended)
    return fail(f,
                FAIL_UNSUPPORTED,
                "session at once: the length must be known beforehand");
  for (unsigned i = 0; i < spec->track_count; i++)
    if (!check_pregap(spec, i, f) ||
        !check_indexes(&spec->tracks[i], &plan->tracks[i], i + 1, f))
      return false;
  return true;
}

static bool check_session(const struct burn_spec *spec,
                          const struct medium *medium,
                          struct failure *f) {
  if (!medium->has_nwa)
    return fail(f, FAIL_DISC_INFO, "the drive names no next writable address");
  if (medium->last_session != 0) {
    fail(f,
         FAIL_UNSUPPORTED,
         "session at once: the disc's last session is still open");
    f->culprit = CULPRIT_MEDIUM;
    f->advice = "Close it with `finish` first.";
    return false;
  }
  if (spec->text_packs > 0 && medium->state != MEDIUM_BLANK) {
    fail(f,
         FAIL_UNSUPPORTED,
         "CD-TEXT stands in the first session's lead-in, and this disc has one "
         "already");
    f->advice = "Use a blank disc, or leave the texts out.";
    return false;
  }
  return true;
}

/* The lead-out begins at the disc's last possible address at the latest; what
   is called free may leave out the run-out of a track. */
static uint32_t room(const struct medium *medium) {
  uint32_t start = (uint32_t)medium->next_writable;
  uint32_t all =
    medium->capacity_blocks > start ? medium->capacity_blocks - start : 0;
  return all > medium->free_blocks ? all : medium->free_blocks;
}

static bool sao_plan(const struct burn_spec *spec,
                     const struct medium *medium,
                     struct plan *plan,
                     struct failure *f) {
  uint64_t most = extent(spec, plan, true), need;
  uint32_t have = room(medium);
  bool generous = most <= have;
  if (!check_session(spec, medium, f) || !check_tracks(spec, plan, f))
    return false;
  need = extent(spec, plan, generous);
  if (!cd_check_room(spec, medium, need, have, plan, f))
    return false;
  cd_warn_short(spec, plan);
  lay_out(spec, medium->next_writable, generous, plan);
  plan->used = (uint32_t)need;
  if (spec->keep_open)
    plan->capacity_after = cd_left_after(medium, plan->used);
  return true;
}

/* === writing === */

static bool sao_prepare(struct burn *b, struct failure *f) {
  size_t most = packet_raw_blocks(b->job.recorder, b->spec.packet);
  if (plan_has_mode_2(&b->spec) && b->sectors == NULL &&
      (b->sectors = malloc(most * SENT_SECTOR)) == NULL)
    return fail(f, FAIL_NO_MEMORY, "burn: no memory for sectors of mode 2");
  return cd_set_session_page(b, CD_BLOCK_RAW, b->spec.simulate, f) &&
         calibrate_and_wait(b, f);
}

static bool sao_open_track(struct burn *b,
                           unsigned index,
                           int32_t *start,
                           struct failure *f) {
  struct failure ignored;
  struct mmc_track t;
  *start = b->plan.tracks[index].start;
  if (b->spec.tracks[index].mode_2)
    b->sent = SENT_SECTOR;
  if (index > 0)
    return true;
  /* Some drives want to be asked, whatever they answer (drives.md 5). */
  mmc_track_information(
    recorder_link(b->job.recorder), MMC_TRACK_INVISIBLE, &t, &ignored);
  return cue_offer(b, f);
}

/* One after the other, with a subheader if it has none. The drive makes EDC and
   ECC, whatever stands in their places. */
static void put_sectors(struct burn *b, const uint8_t *data, unsigned blocks) {
  uint8_t sector[MODE_2_SECTOR] = {0};
  mode_2_subheader(sector, SUBMODE_DATA);
  for (unsigned i = 0; i < blocks; i++, data += b->block) {
    if (b->block == MODE_2_SECTOR)
      memcpy(sector, data, MODE_2_SECTOR);
    else
      memcpy(sector + MODE_2_DATA, data, b->block);
    memcpy(b->sectors + (size_t)i * SENT_SECTOR,
           sector + MODE_2_SUBHEADER,
           SENT_SECTOR);
  }
}

static bool sao_write(struct burn *b,
                      int32_t lba,
                      unsigned blocks,
                      const void *data,
                      struct failure *f) {
  if (b->sent == b->block)
    return write_and_look(b, lba, blocks, data, f);
  put_sectors(b, data, blocks);
  return write_and_look(b, lba, blocks, b->sectors, f);
}

/* Tracks end where the sheet says; the flush after the last one ends all. */
static bool sao_close_track(struct burn *b, unsigned index, struct failure *f) {
  (void)b, (void)index, (void)f;
  return true;
}

/* A session that is still open after its flush is closed as others are. */
static bool sao_close_session(struct burn *b, struct failure *f) {
  struct recorder *r = b->job.recorder;
  struct ready_watch watch = job_watch(&b->job, false);
  struct mmc_disc disc;
  if (!synchronise_and_wait(r, &watch, f))
    return false;
  if (b->spec.simulate) /* the test bit may stick (drives.md 5) */
    return cd_set_track_page(b, &b->spec.tracks[0], false, f);
  if (!mmc_disc_information(recorder_link(r), &disc, f))
    return false;
  return disc.status >= 2 || disc.last_session == 0 ||
         close_session_and_wait(r, &watch, f);
}

/* The flush fills up what the sheet has promised. Where that did not end the
   session, or nothing was begun, the sheet goes with the page. */
static void sao_recover(struct burn *b) {
  struct failure ignored;
  synchronise_and_wait(b->job.recorder, NULL, &ignored);
  b->spec.keep_open = true;
  cd_set_track_page(b, &b->spec.tracks[0], false, &ignored);
  if (!b->spec.simulate)
    cd_leave_in_order(b);
}

const struct write_mode cd_sao_mode = {
  .name = "sao",
  .request = MODE_SAO,
  .way = WAY_SAO,
  .unit = 1,
  .without_pause = true,
  .plan = sao_plan,
  .prepare = sao_prepare,
  .open_track = sao_open_track,
  .write_lead_in = cd_text_write,
  .write = sao_write,
  .close_track = sao_close_track,
  .close_session = sao_close_session,
  .end_session = cd_end_session,
  .recover = sao_recover,
};
