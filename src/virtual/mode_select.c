/* mode_select.c: MODE SELECT(10). All of the list is checked before any of it
   is taken: a refused list leaves every page as it was. */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "commands.h"
#include "family.h"
#include "mode_pages.h"

static const struct vsense length_error = {KEY_ILLEGAL_REQUEST, 0x1A, 0x00};
static const struct vsense invalid_field = {KEY_ILLEGAL_REQUEST, 0x26, 0x00};
static const struct vsense fine = {0, 0, 0};

/* Page 05h: only what this drive can record with. Of a DVD+R the page says
   nothing, and how it was to be recorded is not looked at (MMC-6 7.5.4): hosts
   ask for what fits a DVD-R there. */
static bool write_parameters(const struct vdrive *d, const uint8_t *page) {
  unsigned multi_session = page[3] >> 6, format = page[8];
  if (vdrive_family(d)->modes != NULL && vwrite_mode_find(d, page) == NULL)
    return false;
  if (multi_session == 2) /* reserved */
    return false;
  if (vdrive_on_cd(d) && get_be16(page + 14) > VPAUSE_MAX)
    return false;
  return format == 0x00 || format == 0x10 || format == 0x20;
}

static struct vsense take_page(const struct vdrive *d,
                               uint8_t pages[][VPAGE_MAX],
                               const uint8_t *p,
                               size_t left,
                               size_t *used) {
  unsigned i = 0;
  /* Neither PS, which is MODE SENSE's, nor subpages. */
  while (i < VPAGE_COUNT && vpage_rows[i].code != p[0])
    i++;
  if (i == VPAGE_COUNT || (left >= 2 && p[1] != vpage_rows[i].len - 2))
    return invalid_field;
  if (left < vpage_rows[i].len)
    return length_error;
  for (unsigned at = 2; at < vpage_rows[i].len; at++)
    if ((p[at] ^ pages[i][at]) & ~vpage_rows[i].mask[at])
      return invalid_field;
  if (i == VPAGE_WRITE_PARAMETERS && !write_parameters(d, p))
    return invalid_field;
  memcpy(pages[i], p, vpage_rows[i].len);
  *used = vpage_rows[i].len;
  return fine;
}

static struct vsense take_list(const struct vdrive *d,
                               uint8_t pages[][VPAGE_MAX],
                               const uint8_t *list,
                               size_t len) {
  size_t at = 8, used = 0;
  unsigned descriptors;
  if (len < 8)
    return length_error;
  descriptors = get_be16(list + 6);
  if (descriptors != 0 && descriptors != 8)
    return invalid_field;
  at += descriptors;
  if (at > len)
    return length_error;
  while (at < len) {
    struct vsense s = take_page(d, pages, list + at, len - at, &used);
    if (s.key != 0)
      return s;
    at += used;
  }
  return fine;
}

void vcmd_mode_select_10(struct vtransport *t, struct packet *p) {
  struct vdrive *d = t->drive;
  size_t len = get_be16(p->cdb + 7);
  uint8_t pages[VPAGE_COUNT][VPAGE_MAX];
  const uint8_t *list;
  struct vsense s;
  /* Page format it must be; nothing can be saved. */
  if ((p->cdb[1] & 0x11) != 0x10) {
    vrefuse_field(p);
    return;
  }
  if (len == 0)
    return;
  list = vparameters(p, len);
  if (list == NULL)
    return;
  memcpy(pages, d->pages, sizeof pages);
  pages[VPAGE_WRITE_PARAMETERS][0] = 0; /* to see whether it was sent */
  s = take_list(d, pages, list, len);
  if (s.key != 0) {
    vrefuse(p, s.key, s.asc, s.ascq);
    return;
  }
  /* Without the test bit there is no test, and no place where it has got to. */
  if (!(pages[VPAGE_WRITE_PARAMETERS][2] & 0x10))
    d->test_next = -1;
  if (pages[VPAGE_WRITE_PARAMETERS][0] != 0)
    d->page_05_set = true;
  pages[VPAGE_WRITE_PARAMETERS][0] = PAGE_WRITE_PARAMETERS;
  memcpy(d->pages, pages, sizeof pages);
}
