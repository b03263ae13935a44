/* media_id.c: who made a disc. CDs tell it by the lead-in time in their ATIP
   (Orange Book), others by READ DISC STRUCTURE (MMC-6 6.22). */
#include "medium.h"

#include <stdio.h>
#include <string.h>

/* The last possible lead-out is a CD's size. */
static void read_atip(struct recorder *r, struct medium *out) {
  struct mmc_atip atip;
  struct failure ignored;
  if (!mmc_atip(recorder_link(r), &atip, &ignored))
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

/* Where it stands: bytes of a structure, counted after its four of header. */
struct field {
  uint8_t at, len;
};

enum { BOOK = 0x00 };

static const struct place {
  uint16_t profile;
  bool bd;
  uint8_t format;
  struct field fields[2];
  const char *between; /* a manufacturer and its type, or one name in two */
} places[] = {
  {PROFILE_DVD_PLUS_R, false, 0x11, {{19, 8}, {27, 3}}, "/"},
  {PROFILE_DVD_PLUS_R_DL, false, 0x11, {{19, 8}, {27, 3}}, "/"},
  {PROFILE_DVD_PLUS_RW, false, 0x11, {{19, 8}, {27, 3}}, "/"},
  /* Blocks 3 and 4 of the pre-recorded lead-in, a byte of number before each.
   */
  {PROFILE_DVD_R, false, 0x0E, {{17, 6}, {25, 6}}, ""},
  {PROFILE_DVD_R_DL, false, 0x0E, {{17, 6}, {25, 6}}, ""},
  {PROFILE_DVD_RW, false, 0x0E, {{17, 6}, {25, 6}}, ""},
  {PROFILE_DVD_RW_OVERWRITE, false, 0x0E, {{17, 6}, {25, 6}}, ""},
  {PROFILE_BD_R, true, 0x00, {{100, 6}, {106, 3}}, "/"},
  {PROFILE_BD_RE, true, 0x00, {{100, 6}, {106, 3}}, "/"},
};

/* Printable characters, up to the first that is none; no blanks at the end. */
static void
read_field(const struct field *field, const uint8_t *data, char out[9]) {
  size_t n = 0;
  while (n < field->len && data[field->at + n] >= 0x20 &&
         data[field->at + n] < 0x7F) {
    out[n] = (char)data[field->at + n];
    n++;
  }
  while (n > 0 && out[n - 1] == ' ')
    n--;
  out[n] = '\0';
}

static void read_structure(struct recorder *r,
                           const struct place *place,
                           struct medium *out) {
  uint8_t data[128] = {0};
  char parts[2][9];
  struct failure ignored;
  mmc_disc_structure(
    recorder_link(r), place->bd, place->format, data, sizeof data, &ignored);
  for (size_t i = 0; i < 2; i++)
    read_field(&place->fields[i], data, parts[i]);
  snprintf(out->media_id,
           sizeof out->media_id,
           "%s%s%s",
           parts[0],
           parts[1][0] != '\0' ? place->between : "",
           parts[1]);
}

static void read_book(struct recorder *r, struct medium *out) {
  uint8_t data[17];
  struct failure ignored;
  out->has_book =
    mmc_disc_structure(
      recorder_link(r), false, BOOK, data, sizeof data, &ignored) > 0;
  out->book = out->has_book ? data[0] : 0;
}

void medium_read_id(struct recorder *r, struct medium *out) {
  if (profile_is_cd(out->profile))
    read_atip(r, out);
  if (profile_is(out->profile, TRAIT_DVD))
    read_book(r, out);
  for (size_t i = 0; i < sizeof places / sizeof *places; i++)
    if (places[i].profile == out->profile)
      read_structure(r, &places[i], out);
}
