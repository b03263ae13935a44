/* medium.c: asking a drive about its disc, and making one state of the answers
   (drives.md 3). */
#include "medium.h"

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

bool medium_nonsense(struct failure *f, const char *what) {
  return fail(
    f, FAIL_DISC_INFO, "the drive's account of the disc is absurd: %s", what);
}

static enum medium_state of_sequence(const struct medium *m,
                                     const struct mmc_disc *disc) {
  static const enum medium_state of_status[] = {
    MEDIUM_BLANK, MEDIUM_APPENDABLE, MEDIUM_COMPLETE, MEDIUM_UNSUPPORTED};
  if (disc->last_session == 2)
    return MEDIUM_DAMAGED;
  for (unsigned i = 0; i < m->track_count; i++)
    if (m->tracks[i].damaged && disc->status != 2)
      return MEDIUM_DAMAGED;
  /* Formatted, and nothing on it yet: a BD-R has an empty session then. */
  if (m->profile == PROFILE_BD_R && disc->status == 1 &&
      disc->last_session == 0 && disc->sessions == 1)
    return MEDIUM_BLANK;
  return of_status[disc->status];
}

/* Of a disc whose blocks can be overwritten only one thing matters: is it
   formatted? A drive that does not say so of its capacities says it of the disc
   (a DVD+RW: of its background format). */
static enum medium_state of_overwritable(const struct medium *m,
                                         const struct mmc_disc *disc) {
  if (disc->last_session == 2)
    return MEDIUM_UNFORMATTED;
  if (profile_is(m->profile, TRAIT_BACKGROUND))
    return disc->background == 0 ? MEDIUM_UNFORMATTED : MEDIUM_OVERWRITABLE;
  if (m->formats.current != MMC_CAPACITY_UNKNOWN)
    return m->formats.current == MMC_CAPACITY_UNFORMATTED ? MEDIUM_UNFORMATTED
                                                          : MEDIUM_OVERWRITABLE;
  return disc->status == 0 ? MEDIUM_UNFORMATTED : MEDIUM_OVERWRITABLE;
}

static enum medium_state derive_state(const struct medium *m,
                                      const struct mmc_disc *disc) {
  if (profile_name(m->profile) == NULL)
    return MEDIUM_UNSUPPORTED;
  if (profile_is(m->profile, TRAIT_ROM))
    return MEDIUM_COMPLETE;
  return profile_is_overwritable(m->profile) ? of_overwritable(m, disc)
                                             : of_sequence(m, disc);
}

uint32_t medium_format_blocks(const struct medium *m,
                              enum mmc_format_type type) {
  for (unsigned i = 0; i < m->formats.count; i++)
    if (m->formats.list[i].type == type &&
        m->formats.list[i].blocks < MEDIUM_ADDRESS_MAX)
      return m->formats.list[i].blocks;
  return 0;
}

/* A DVD-RW's border, where it can be overwritten (drives.md 10). */
static bool grows(uint16_t profile) {
  return profile_blanked(profile) != profile;
}

/* As far as the disc goes. */
static uint32_t restricted_room(const struct medium *m) {
  const struct mmc_formats *formats = &m->formats;
  uint32_t more = medium_format_blocks(m, FORMAT_QUICK_GROW);
  if (formats->current != MMC_CAPACITY_FORMATTED ||
      formats->current_blocks >= MEDIUM_ADDRESS_MAX)
    return medium_format_blocks(m, FORMAT_FULL_PACKETS);
  return formats->current_blocks +
         (more < MEDIUM_ADDRESS_MAX - formats->current_blocks ? more : 0);
}

/* All of it is free, and writing begins where the caller wants. */
static void derive_room(struct medium *out) {
  out->has_nwa = out->state == MEDIUM_OVERWRITABLE;
  out->next_writable = 0;
  if (out->has_nwa && grows(out->profile) && out->formats.count > 0)
    out->capacity_blocks = restricted_room(out);
  out->free_blocks = out->has_nwa ? out->capacity_blocks : 0;
}

static void read_readable(struct recorder *r, struct medium *out) {
  int64_t last;
  struct failure ignored;
  if (mmc_capacity(recorder_link(r), &last, &ignored) && last > 0 &&
      last < MEDIUM_ADDRESS_MAX)
    out->readable_blocks = (uint32_t)last + 1;
}

static void derive_capacity(struct medium *out, const struct mmc_disc *disc) {
  uint32_t from = out->next_writable > 0 ? (uint32_t)out->next_writable : 0;
  /* A time on CDs, an address on others (drives.md 3): of DVD-R more than is
     called free (drives.md 6). */
  if (out->capacity_blocks == 0 && profile_is_cd(out->profile) &&
      disc->has_last_lead_out && disc->last_lead_out > 0)
    out->capacity_blocks = (uint32_t)disc->last_lead_out;
  if (profile_is(out->profile, TRAIT_DVD_MINUS) &&
      disc->end < MEDIUM_ADDRESS_MAX)
    out->capacity_blocks = disc->end;
  /* Of one that is not formatted, what it could hold at most. */
  if (profile_is_overwritable(out->profile) &&
      (out->formats.current == MMC_CAPACITY_FORMATTED ||
       out->formats.current == MMC_CAPACITY_UNFORMATTED) &&
      out->formats.current_blocks < MEDIUM_ADDRESS_MAX)
    out->capacity_blocks = out->formats.current_blocks;
  /* Nor is it less than what can still be written, whatever else it says. */
  if (out->has_nwa && out->capacity_blocks < from + out->free_blocks)
    out->capacity_blocks = from + out->free_blocks;
  if (out->capacity_blocks == 0)
    out->capacity_blocks = out->readable_blocks;
}

static bool
read_disc(struct recorder *r, struct medium *out, struct failure *f) {
  struct mmc_disc disc;
  struct failure ignored;
  if (!mmc_disc_information(recorder_link(r), &disc, f))
    return false;
  if (disc.sessions == 0)
    return medium_nonsense(f, "no session at all");
  out->erasable = disc.erasable;
  out->calibrated = disc.opc_entries > 0;
  out->disc_type = disc.type;
  out->last_session = disc.last_session;
  out->sessions = disc.last_session == 3 ? disc.sessions : disc.sessions - 1;
  out->background_format = disc.background;
  if (disc.status != 0 && !medium_read_tracks(r, out, &disc, f))
    return false;
  if (disc.status < 2 && !profile_is_overwritable(out->profile) &&
      !medium_read_next_writable(r, out, disc.last_session_last, f))
    return false;
  if (out->has_nwa)
    out->next_track = disc.last_session_last;
  /* A drive that refuses has no formats. A DVD-RW's border is told by them
     alone. */
  if (out->formattable && !mmc_formats(recorder_link(r), &out->formats, f) &&
      (!f->has_sense || grows(out->profile)))
    return false;
  out->state = derive_state(out, &disc);
  medium_read_id(r, out);
  medium_read_protection(r, out);
  read_readable(r, out);
  derive_capacity(out, &disc);
  if (profile_is_overwritable(out->profile))
    derive_room(out);
  mmc_speeds(recorder_link(r), &out->speeds, &ignored);
  return true;
}

bool medium_check_same(struct recorder *r, struct failure *f) {
  return !atomic_load(&r->patience.medium_changed) ||
         fail(f,
              FAIL_WRONG_DISC,
              "the disc was changed after it had been looked at");
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
  /* What it says of a new disc it has said when it is ready. */
  atomic_store(&r->patience.medium_changed, false);
  if (mmc_configuration(link, &c, f)) {
    medium_take_configuration(out, &c);
  } else if (r->id.configured || !f->has_sense ||
             f->key != KEY_ILLEGAL_REQUEST || !medium_infer(r, out, f)) {
    return false;
  }
  return read_disc(r, out, f);
}
