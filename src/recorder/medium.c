/* medium.c: asking a drive about its disc, and making one state of the answers
   (drives.md 3). */
#include "medium.h"

#include <stdio.h>
#include <string.h>

const char *const medium_state_names[] = {
  [MEDIUM_NONE] = "none",
  [MEDIUM_BLANK] = "blank",
  [MEDIUM_APPENDABLE] = "appendable",
  [MEDIUM_COMPLETE] = "complete",
  [MEDIUM_OVERWRITABLE] = "overwritable",
  [MEDIUM_UNFORMATTED] = "unformatted",
  [MEDIUM_DAMAGED] = "damaged",
  [MEDIUM_UNSUPPORTED] = "unsupported",
};

static const struct {
  uint16_t profile;
  const char *name;
} profiles[] = {
  {PROFILE_CD_ROM, "cd-rom"},
  {PROFILE_CD_R, "cd-r"},
  {PROFILE_CD_RW, "cd-rw"},
  {PROFILE_DVD_ROM, "dvd-rom"},
  {PROFILE_DVD_R, "dvd-r"},
  {PROFILE_DVD_RAM, "dvd-ram"},
  {PROFILE_DVD_RW_OVERWRITE, "dvd-rw-overwrite"},
  {PROFILE_DVD_RW, "dvd-rw"},
  {PROFILE_DVD_R_DL, "dvd-r-dl"},
  {PROFILE_DVD_R_DL_JUMP, "dvd-r-dl-jump"},
  {PROFILE_DVD_PLUS_RW, "dvd+rw"},
  {PROFILE_DVD_PLUS_R, "dvd+r"},
  {PROFILE_DVD_PLUS_RW_DL, "dvd+rw-dl"},
  {PROFILE_DVD_PLUS_R_DL, "dvd+r-dl"},
  {PROFILE_BD_ROM, "bd-rom"},
  {PROFILE_BD_R, "bd-r"},
  {PROFILE_BD_R_RANDOM, "bd-r-random"},
  {PROFILE_BD_RE, "bd-re"},
};

const char *profile_name(uint16_t profile) {
  for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++)
    if (profiles[i].profile == profile)
      return profiles[i].name;
  return NULL;
}

uint16_t profile_by_name(const char *name) {
  for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++)
    if (strcmp(profiles[i].name, name) == 0)
      return profiles[i].profile;
  return PROFILE_NONE;
}

bool profile_is_cd(uint16_t profile) {
  return profile == PROFILE_CD_R || profile == PROFILE_CD_RW ||
         profile == PROFILE_CD_ROM;
}

static bool is_rom(uint16_t profile) {
  return profile == PROFILE_CD_ROM || profile == PROFILE_DVD_ROM ||
         profile == PROFILE_BD_ROM;
}

/* No CD, DVD or BD reaches beyond 2^27 blocks; a number outside is nonsense. */
#define ADDRESS_MAX (INT32_C(1) << 27)

static bool plausible(int64_t lba) {
  return lba >= -150 && lba < ADDRESS_MAX;
}

static bool nonsense(struct failure *f, const char *what) {
  return fail(
    f, FAIL_DISC_INFO, "the drive's account of the disc is absurd: %s", what);
}

/* A track's entry; none for the one that the next write would open. */
static bool read_track(struct recorder *r,
                       struct medium *out,
                       unsigned number,
                       struct failure *f) {
  struct mmc_track t;
  struct medium_track *track;
  if (!mmc_track_information(recorder_link(r), number, &t, f))
    return false;
  if (t.blank && !t.reserved && !t.damaged)
    return true;
  if (!plausible(t.start) || t.size > ADDRESS_MAX ||
      (t.has_nwa && !plausible(t.nwa)))
    return nonsense(f, "a track's address");
  track = &out->tracks[out->track_count++];
  *track = (struct medium_track){
    .number = (uint16_t)number,
    .session = (uint16_t)t.session,
    .data = (t.control & 0x04) != 0,
    .open = t.has_nwa,
    .damaged = t.damaged,
    .start = t.start,
    .blocks = t.size,
  };
  if (t.has_nwa && t.nwa >= t.start)
    track->blocks = (uint32_t)(t.nwa - t.start);
  return true;
}

static bool read_tracks(struct recorder *r,
                        struct medium *out,
                        const struct mmc_disc *disc,
                        struct failure *f) {
  unsigned last = disc->last_session_last;
  unsigned most = profile_is_cd(out->profile) ? MEDIUM_CD_TRACKS_MAX
                                              : MEDIUM_TRACKS_MAX;
  /* An empty session's only track is one that is not there yet. */
  if (disc->last_session == 0 && last == disc->last_session_first)
    last--;
  if (last > most)
    return nonsense(f, "more tracks than such a disc can have");
  if (disc->first_track == 0)
    return nonsense(f, "a first track 0");
  for (unsigned n = disc->first_track; n <= last; n++) {
    if (read_track(r, out, n, f))
      continue;
    /* The one that the next write would open: drives refuse to tell of it when
       the disc is full (drives.md 3). */
    return n == last && disc->status == 1 && f->has_sense &&
           f->key == KEY_ILLEGAL_REQUEST;
  }
  return true;
}

/* Some drives name no next writable address before they know how the track is
   to be written (drives.md 1). */
static bool set_page_as_it_is(struct recorder *r, const struct medium *m) {
  struct failure ignored;
  return m->tao && mmc_repeat_write_page(recorder_link(r), &ignored);
}

static bool ask_next_writable(struct recorder *r,
                              struct medium *out,
                              struct mmc_track *t,
                              struct failure *f) {
  struct transport *link = recorder_link(r);
  if (mmc_track_information(link, MMC_TRACK_INVISIBLE, t, f))
    return true;
  return f->has_sense && f->key == KEY_ILLEGAL_REQUEST &&
         set_page_as_it_is(r, out) &&
         mmc_track_information(link, MMC_TRACK_INVISIBLE, t, f);
}

/* Where writing would go on, and how much fits. */
static bool read_next_writable(struct recorder *r,
                               struct medium *out,
                               unsigned last_track,
                               struct failure *f) {
  struct mmc_track t;
  if (!ask_next_writable(r, out, &t, f)) {
    if (!f->has_sense || f->key != KEY_ILLEGAL_REQUEST)
      return false;
    /* CD writers refuse on a full disc (drives.md 3); some others do not know
       this number and have the track as their last one (B.8). */
    if (profile_is_cd(out->profile) ||
        !mmc_track_information(recorder_link(r), last_track, &t, f))
      return f->has_sense && f->key == KEY_ILLEGAL_REQUEST;
  }
  if (!t.has_nwa)
    return true;
  if (!plausible(t.nwa) || t.free_blocks > ADDRESS_MAX)
    return nonsense(f, "the next writable address");
  out->has_nwa = true;
  /* -150 on a blank disc is a quirk (drives.md 3): the track's start counts. */
  out->next_writable = t.nwa < t.start && t.start >= 0 ? t.start : t.nwa;
  out->free_blocks = t.free_blocks;
  return true;
}

static enum medium_state derive_state(const struct medium *m,
                                      const struct mmc_disc *disc) {
  static const enum medium_state of_status[] = {
    MEDIUM_BLANK, MEDIUM_APPENDABLE, MEDIUM_COMPLETE, MEDIUM_UNSUPPORTED};
  if (profile_name(m->profile) == NULL)
    return MEDIUM_UNSUPPORTED;
  if (is_rom(m->profile))
    return MEDIUM_COMPLETE;
  if (disc->last_session == 2)
    return MEDIUM_DAMAGED;
  for (unsigned i = 0; i < m->track_count; i++)
    if (m->tracks[i].damaged && disc->status != 2)
      return MEDIUM_DAMAGED;
  return of_status[disc->status];
}

/* CDs: the lead-in time that the ATIP gives identifies the maker (Orange Book),
   and the last possible lead-out is the disc's size. */
static void read_atip(struct recorder *r, struct medium *out) {
  struct mmc_atip atip;
  struct failure ignored;
  if (!profile_is_cd(out->profile) ||
      !mmc_atip(recorder_link(r), &atip, &ignored))
    return;
  if (atip.has_lead_in)
    snprintf(out->media_id,
             sizeof out->media_id,
             "%02um%02us%02uf",
             atip.lead_in[0],
             atip.lead_in[1],
             atip.lead_in[2]);
  if (atip.last_lead_out > 0)
    out->capacity_blocks = (uint32_t)atip.last_lead_out;
}

static void derive_capacity(struct recorder *r,
                            struct medium *out,
                            const struct mmc_disc *disc) {
  int64_t last;
  struct failure ignored;
  /* A time on CDs, an address on others (drives.md 3), which need it not. */
  if (out->capacity_blocks == 0 && profile_is_cd(out->profile) &&
      disc->has_last_lead_out && disc->last_lead_out > 0)
    out->capacity_blocks = (uint32_t)disc->last_lead_out;
  if (out->capacity_blocks == 0 && out->has_nwa && out->next_writable >= 0)
    out->capacity_blocks = (uint32_t)out->next_writable + out->free_blocks;
  if (out->capacity_blocks == 0 &&
      mmc_capacity(recorder_link(r), &last, &ignored) && last > 0 &&
      last < ADDRESS_MAX)
    out->capacity_blocks = (uint32_t)last + 1;
}

static bool
read_disc(struct recorder *r, struct medium *out, struct failure *f) {
  struct mmc_disc disc;
  struct failure ignored;
  if (!mmc_disc_information(recorder_link(r), &disc, f))
    return false;
  if (disc.sessions == 0)
    return nonsense(f, "no session at all");
  out->erasable = disc.erasable;
  out->disc_type = disc.type;
  out->last_session = disc.last_session;
  out->sessions = disc.last_session == 3 ? disc.sessions : disc.sessions - 1;
  if (disc.status != 0 && !read_tracks(r, out, &disc, f))
    return false;
  if (disc.status < 2 && !read_next_writable(r, out, disc.last_session_last, f))
    return false;
  out->state = derive_state(out, &disc);
  read_atip(r, out);
  derive_capacity(r, out, &disc);
  mmc_speeds(recorder_link(r), &out->speeds, &ignored);
  return true;
}

bool medium_read(struct recorder *r, struct medium *out, struct failure *f) {
  return medium_read_watched(r, NULL, out, f);
}

bool medium_read_watched(struct recorder *r,
                         const struct ready_watch *watch,
                         struct medium *out,
                         struct failure *f) {
  struct mmc_configuration c;
  struct transport *link = recorder_link(r);
  memset(out, 0, sizeof *out);
  if (!wait_ready(&r->patience, READY_AFTER_LOAD, watch, f)) {
    if (f->code != FAIL_MEDIUM_NOT_PRESENT)
      return false;
    out->state = MEDIUM_NONE;
    return true;
  }
  if (mmc_configuration(link, &c, f)) {
    out->profile = c.profile;
    out->tao = c.tao_current;
    out->plus_r = c.plus_r_current;
    out->test_write = c.tao_current && c.tao_test;
    out->underrun_free = c.tao_current && c.tao_buf;
  } else if (!f->has_sense || f->key != KEY_ILLEGAL_REQUEST ||
             !medium_infer(r, out, f)) {
    return false;
  }
  return read_disc(r, out, f);
}
