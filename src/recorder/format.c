/* format.c: FORMAT UNIT by names (MMC-6 6.5; drives.md 10). */
#include "chore.h"
#include "closing.h"
#include "format.h"

#include <string.h>

enum { FOV = 0x80, DCRT = 0x20 }; /* options are valid; no certification */
enum pick { FIRST, LARGEST };

#define ALL_BLOCKS 0xFFFFFFFFu
#define RESTART 1u
#define SEQUENTIAL_ONLY 1 /* BD-R: no pseudo-overwrite */
#define FULL_CERTIFICATION 2

/* The first row of a profile is its default; "default" and its own name. */
static const struct {
  uint16_t profile;
  const char *kind;
  uint8_t type;
  enum pick pick;
  uint8_t sub_type, options;
  bool grows;
} kinds[] = {
  {PROFILE_DVD_RAM, "default", FORMAT_FULL, FIRST, 0, FOV | DCRT, false},
  {PROFILE_DVD_RAM, "full", FORMAT_FULL, FIRST, 0, FOV, false},
  {PROFILE_DVD_RAM, "least_spare", FORMAT_FULL, LARGEST, 0, FOV | DCRT, false},
  {PROFILE_DVD_RW, "default", FORMAT_QUICK, FIRST, 0, 0, true},
  {PROFILE_DVD_RW, "full", FORMAT_FULL_PACKETS, FIRST, 0, 0, false},
  {PROFILE_DVD_RW_OVERWRITE, "default", FORMAT_QUICK, FIRST, 0, 0, true},
  {PROFILE_DVD_RW_OVERWRITE, "full", FORMAT_FULL_PACKETS, FIRST, 0, 0, false},
  {PROFILE_DVD_PLUS_RW, "default", FORMAT_DVD_PLUS_RW, FIRST, 0, 0, false},
  {PROFILE_BD_RE, "default", FORMAT_FULL, FIRST, 0, FOV, false},
  {PROFILE_BD_RE, "full", FORMAT_SPARE, FIRST, FULL_CERTIFICATION, FOV, false},
  {PROFILE_BD_RE, "least_spare", FORMAT_SPARE, LARGEST, 0, FOV, false},
  {PROFILE_BD_RE, "no_spare", FORMAT_NO_SPARE, FIRST, 0, FOV, false},
  {PROFILE_BD_R, "default", FORMAT_FULL, FIRST, SEQUENTIAL_ONLY, FOV, false},
  {PROFILE_BD_R,
   "least_spare",
   FORMAT_BD_R_SPARE,
   LARGEST,
   SEQUENTIAL_ONLY,
   FOV,
   false},
};

static const struct mmc_format *
offer(const struct mmc_formats *formats, uint8_t type, enum pick pick) {
  const struct mmc_format *found = NULL;
  for (unsigned i = 0; i < formats->count; i++) {
    const struct mmc_format *one = &formats->list[i];
    if (one->type != type)
      continue;
    if (found == NULL || (pick == LARGEST && one->blocks > found->blocks))
      found = one;
  }
  return found;
}

bool format_choose(const struct medium *m,
                   const char *kind,
                   struct format_choice *out,
                   struct failure *f) {
  const char *name = profile_name(m->profile);
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    const struct mmc_format *offered;
    if (kinds[i].profile != m->profile || strcmp(kinds[i].kind, kind) != 0)
      continue;
    offered = offer(&m->formats, kinds[i].type, kinds[i].pick);
    if (offered == NULL)
      return fail(f,
                  FAIL_UNSUPPORTED,
                  "format: the drive does not offer \"%s\" for this disc as it "
                  "is",
                  kind);
    out->format = *offered;
    out->sub_type = kinds[i].sub_type;
    out->options = kinds[i].options;
    out->grows = kinds[i].grows;
    return true;
  }
  return fail(f,
              FAIL_MEDIUM_INVALID_TYPE,
              "format: %s has no format \"%s\"",
              name != NULL ? name : "such a disc",
              kind);
}

/* The drive does not stop for anybody; what the disc is then is known. */
bool format_and_wait(struct recorder *r,
                     const struct format_choice *choice,
                     const struct ready_watch *watch,
                     struct failure *f) {
  struct mmc_format format = choice->format;
  struct failure ignored;
  bool ok;
  if (choice->grows)
    format.blocks = 0;
  mmc_prevent_removal(recorder_link(r), true, &ignored);
  ok = medium_check_same(r, f) &&
       mmc_format(
         recorder_link(r), &format, choice->sub_type, choice->options, f) &&
       wait_ready(&r->patience, READY_AFTER_BLANK, watch, f) &&
       synchronise_and_wait(r, NULL, f);
  recorder_unlock_tray(r);
  return ok;
}

bool format_restart(struct recorder *r,
                    const struct ready_watch *watch,
                    struct failure *f) {
  struct format_choice go_on = {
    .format = {FORMAT_DVD_PLUS_RW, ALL_BLOCKS, RESTART}};
  return format_and_wait(r, &go_on, watch, f);
}

static bool check(struct chore *c,
                  const struct medium *m,
                  struct format_choice *choice,
                  struct failure *f) {
  if (m->state == MEDIUM_NONE)
    return fail(
      f, FAIL_MEDIUM_NOT_PRESENT, "format: there is no disc in the recorder");
  return format_choose(m, c->how.kind, choice, f);
}

/* Sequential discs are blank afterwards, the others can be overwritten. */
static bool is_formatted(const struct medium *m) {
  return m->state == MEDIUM_OVERWRITABLE || m->state == MEDIUM_BLANK;
}

bool chore_format(struct chore *c, struct failure *f) {
  struct recorder *r = c->job.recorder;
  struct ready_watch watch = job_watch(&c->job, true);
  struct format_choice choice;
  struct medium m;
  job_phase(&c->job, "formatting", 65536);
  if (!medium_read_watched(r, &watch, &m, f) || !job_go_on(&c->job, f) ||
      !check(c, &m, &choice, f))
    return false;
  watch = job_watch(&c->job, false);
  if (!format_and_wait(r, &choice, &watch, f) || !medium_read(r, &m, f))
    return false;
  if (job_cancelled(&c->job))
    return fail(f,
                FAIL_USER_ABORT,
                "format: cancelled; the drive had to finish, the disc is %s",
                medium_state_names[m.state]);
  if (m.state == MEDIUM_NONE)
    return fail(f,
                FAIL_MEDIUM_NOT_PRESENT,
                "format: the drive reports success, and then that there is no "
                "disc in it");
  return is_formatted(&m) ||
         fail(f,
              FAIL_GENERIC,
              "format: the drive reports success, but the disc is %s",
              medium_state_names[m.state]);
}
