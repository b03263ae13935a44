/* medium_tracks.c: the tracks of a disc, and where the next one would be. */
#include "medium.h"

static bool plausible(int64_t lba) {
  return lba >= -150 && lba < MEDIUM_ADDRESS_MAX;
}

/* A track's entry; none for the one that the next write would open, which can
   only be the last. */
static bool read_track(struct recorder *r,
                       struct medium *out,
                       unsigned number,
                       bool is_last,
                       struct failure *f) {
  struct mmc_track t;
  struct medium_track *track;
  if (!mmc_track_information(recorder_link(r), number, &t, f))
    return false;
  if (is_last && t.blank && !t.reserved && !t.damaged)
    return true;
  if (!plausible(t.start) || t.size > MEDIUM_ADDRESS_MAX ||
      (t.has_nwa &&
       (!plausible(t.nwa) || t.free_blocks > MEDIUM_ADDRESS_MAX)))
    return medium_nonsense(f, "a track's address");
  track = &out->tracks[out->track_count++];
  *track = (struct medium_track){
    .number = (uint16_t)number,
    .session = (uint16_t)t.session,
    .data = (t.control & 0x04) != 0,
    .open = t.has_nwa,
    .damaged = t.damaged,
    .reserved = t.reserved,
    .incremental = t.packet,
    .has_last = t.has_last && plausible(t.last),
    .copied = t.copied,
    .control = t.control,
    .data_mode = t.data_mode,
    .start = t.start,
    .blocks = t.size,
    .size = t.size,
    .free_blocks = t.free_blocks,
    .last = t.last,
  };
  if (t.has_nwa)
    track->blocks = t.nwa > t.start ? (uint32_t)(t.nwa - t.start) : 0;
  return true;
}

/* Random writing (feature 20h) needs no READ TRACK INFORMATION, and
   tcmu-runner's DVD-RAM knows none: then all of the disc is one track. */
static bool is_unknown(const struct failure *f) {
  return f->has_sense && f->key == KEY_ILLEGAL_REQUEST && f->asc == 0x20;
}

static bool
whole_disc(struct recorder *r, struct medium *out, struct failure *f) {
  int64_t last;
  if (!mmc_capacity(recorder_link(r), &last, f))
    return false;
  if (last < 0 || last >= MEDIUM_ADDRESS_MAX)
    return medium_nonsense(f, "its capacity");
  out->tracks[out->track_count++] = (struct medium_track){
    .number = 1,
    .session = 1,
    .data = true,
    .blocks = (uint32_t)last + 1,
    .size = (uint32_t)last + 1,
  };
  return true;
}

bool medium_read_tracks(struct recorder *r,
                        struct medium *out,
                        const struct mmc_disc *disc,
                        struct failure *f) {
  unsigned last = disc->last_session_last;
  unsigned most =
    profile_is_cd(out->profile) ? MEDIUM_CD_TRACKS_MAX : MEDIUM_TRACKS_MAX;
  /* An empty session's only track is one that is not there yet. */
  if (disc->last_session == 0 && last == disc->last_session_first)
    last--;
  if (last > most)
    return medium_nonsense(f, "more tracks than such a disc can have");
  if (disc->first_track == 0)
    return medium_nonsense(f, "a first track 0");
  for (unsigned n = disc->first_track; n <= last; n++) {
    if (read_track(r, out, n, n == last, f))
      continue;
    if (last == 1 && profile_is_overwritable(out->profile) && is_unknown(f))
      return whole_disc(r, out, f);
    /* The one that the next write would open: drives refuse to tell of it when
       the disc is full (drives.md 3). One that is recorded must be told of. */
    return n == disc->last_session_last && disc->status == 1 &&
           !profile_is_overwritable(out->profile) && f->has_sense &&
           f->key == KEY_ILLEGAL_REQUEST;
  }
  return true;
}

/* Some drives name no next writable address before they know how the track is
   to be written (drives.md 1). */
static bool set_page_as_it_is(struct recorder *r, const struct medium *m) {
  struct failure ignored;
  return (m->ways & WAY_TAO) != 0 &&
         mmc_repeat_write_page(recorder_link(r), &ignored);
}

static bool ask_next_writable(struct recorder *r,
                              struct medium *out,
                              unsigned last_track,
                              struct mmc_track *t,
                              struct failure *f) {
  struct transport *link = recorder_link(r);
  unsigned number = profile_is(out->profile, TRAIT_MANY_TRACKS)
                      ? last_track
                      : MMC_TRACK_INVISIBLE;
  if (mmc_track_information(link, number, t, f))
    return true;
  return f->has_sense && f->key == KEY_ILLEGAL_REQUEST &&
         set_page_as_it_is(r, out) && mmc_track_information(link, number, t, f);
}

/* Where writing would go on, and how much fits. */
bool medium_read_next_writable(struct recorder *r,
                               struct medium *out,
                               unsigned last_track,
                               struct failure *f) {
  struct mmc_track t;
  if (!ask_next_writable(r, out, last_track, &t, f)) {
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
  if (!plausible(t.nwa) || t.start >= MEDIUM_ADDRESS_MAX ||
      (int64_t)(t.nwa > t.start ? t.nwa : t.start) + t.free_blocks >
        MEDIUM_ADDRESS_MAX)
    return medium_nonsense(f, "the next writable address");
  out->has_nwa = true;
  /* -150 on a blank disc is a quirk (drives.md 3): the track's start counts. */
  out->next_writable = t.nwa < t.start && t.start >= 0 ? t.start : t.nwa;
  out->free_blocks = t.free_blocks;
  return true;
}
