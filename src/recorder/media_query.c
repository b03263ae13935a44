/* media_query.c: from our medium to IMAPI's enumerations (imapi.h, MEDIA_TYPES
   and MEDIA_FLAGS). */
#include "media_query.h"

#include <string.h>

/* CD-Extra (Blue Book): an audio session, then a data session. */
static bool is_cd_extra(const struct medium *m) {
  const struct medium_track *first, *last;
  if (m->track_count < 2)
    return false;
  first = &m->tracks[0];
  last = &m->tracks[m->track_count - 1];
  return !first->data && last->data && last->session > first->session;
}

static const char *type_name(const struct medium *m) {
  if (!profile_is_cd(m->profile))
    return "special";
  if (is_cd_extra(m))
    return "cd_extra";
  switch (m->disc_type) {
    case 0x00:
    case 0xFF: /* undefined: nothing is recorded yet */
      return "cdda_cdrom";
    case 0x10:
      return "cd_i";
    case 0x20:
      return "cd_rom_xa";
    default:
      return "cd_other";
  }
}

void media_type_of(const struct medium *m, struct media_type *out) {
  memset(out, 0, sizeof *out);
  out->name = "none";
  if (m->state == MEDIUM_NONE)
    return;
  out->name = type_name(m);
  out->blank = m->state == MEDIUM_BLANK;
  out->rw = m->erasable;
  out->writable = m->state == MEDIUM_BLANK || m->state == MEDIUM_APPENDABLE ||
                  m->state == MEDIUM_OVERWRITABLE;
  out->unusable = m->state == MEDIUM_DAMAGED || m->state == MEDIUM_UNSUPPORTED;
}

bool media_info_of(const struct medium *m,
                   struct media_info *out,
                   struct failure *f) {
  memset(out, 0, sizeof *out);
  if (m->state == MEDIUM_NONE)
    return fail(f,
                FAIL_MEDIUM_NOT_PRESENT,
                "query_media_info: there is no disc in the recorder");
  out->sessions = m->sessions;
  for (unsigned i = 0; i < m->track_count; i++) {
    /* Of the previous session, which is closed: an open one has no last track
       yet. */
    if (m->tracks[i].session > m->sessions)
      continue;
    out->last_track = m->tracks[i].number;
    out->start_address = m->tracks[i].start;
  }
  if (m->has_nwa) {
    out->next_writable = m->next_writable;
    out->free_blocks = m->free_blocks;
  }
  return true;
}
