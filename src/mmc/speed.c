/* speed.c: how fast a drive can write and read, and is to: GET PERFORMANCE,
   mode page 2Ah, SET CD SPEED, SET STREAMING. All speeds are kB/s of 1000
   bytes. */
#include "mmc.h"

#include "../bytes.h"
#include <string.h>

/* A mode page after the header and the block descriptors that some drives
   insert although asked not to; NULL when the reply does not hold 'least' bytes
   of it. */
static const uint8_t *find_page(
  const uint8_t *buf, size_t moved, uint8_t code, size_t least, size_t *len) {
  size_t at = 8 + (size_t)get_be16(buf + 6);
  if (moved < 8 || at + 2 > moved || (buf[at] & 0x3F) != code)
    return NULL;
  *len = (size_t)buf[at + 1] + 2;
  if (*len > moved - at)
    *len = moved - at;
  return *len >= least ? buf + at : NULL;
}

static void
page_speeds(const uint8_t *page, size_t len, struct mmc_capabilities *out) {
  size_t count;
  if (len < 32)
    return;
  count = get_be16(page + 30);
  for (size_t i = 0; i < count && 36 + 4 * i <= len && out->speed_count < 32;
       i++)
    out->speeds[out->speed_count++] = get_be16(page + 34 + 4 * i);
}

bool mmc_capabilities(struct transport *t,
                      struct mmc_capabilities *out,
                      struct failure *f) {
  uint8_t buf[256];
  const uint8_t *page;
  size_t len;
  struct packet p = mmc_packet(OP_MODE_SENSE_10, MMC_TIMEOUT);
  memset(out, 0, sizeof *out);
  mmc_expect(&p, buf, sizeof buf);
  p.cdb[1] = 0x08; /* no block descriptors */
  p.cdb[2] = PAGE_CAPABILITIES;
  put_be16(p.cdb + 7, sizeof buf);
  if (!mmc_run(t, &p, f))
    return false;
  page = find_page(buf, p.moved, PAGE_CAPABILITIES, 20, &len);
  if (page == NULL)
    return fail(f, FAIL_DISC_INFO, "MODE SENSE(10): no usable page 2Ah");
  out->writes_cd_r = (page[3] & 0x01) != 0;
  out->writes_cd_rw = (page[3] & 0x02) != 0;
  out->test_write = (page[3] & 0x04) != 0;
  out->underrun_free = (page[4] & 0x80) != 0;
  out->max_read = get_be16(page + 8);
  out->buffer_kib = get_be16(page + 12);
  out->max_write = get_be16(page + 18);
  out->current_write = len >= 30   ? get_be16(page + 28)
                       : len >= 22 ? get_be16(page + 20)
                                   : 0;
  page_speeds(page, len, out);
  return true;
}

/* Insert in descending order, each speed once. */
static void add_speed(struct mmc_speeds *s, uint32_t speed) {
  unsigned at = 0;
  if (speed == 0 || s->count == 32)
    return;
  while (at < s->count && s->write[at] > speed)
    at++;
  if (at < s->count && s->write[at] == speed)
    return;
  memmove(s->write + at + 1, s->write + at, (s->count - at) * sizeof *s->write);
  s->write[at] = speed;
  s->count++;
}

/* Write speed descriptors, MMC-6 6.8 type 03h. */
static bool
performance(struct transport *t, struct mmc_speeds *out, struct failure *f) {
  uint8_t buf[8 + 16 * 32];
  size_t len;
  struct packet p = mmc_packet(OP_GET_PERFORMANCE, MMC_TIMEOUT);
  mmc_expect(&p, buf, sizeof buf);
  put_be16(p.cdb + 8, 32);
  p.cdb[10] = 0x03;
  if (!mmc_run(t, &p, f))
    return false;
  if (p.moved < 8)
    return fail(f, FAIL_DISC_INFO, "GET PERFORMANCE: reply too short");
  len = get_be32(buf) < sizeof buf - 4 ? get_be32(buf) + 4 : sizeof buf;
  if (len > p.moved)
    len = p.moved;
  for (size_t at = 8; at + 16 <= len; at += 16) {
    uint32_t end = get_be32(buf + at + 4), read = get_be32(buf + at + 8);
    add_speed(out, get_be32(buf + at + 12));
    if (read > out->max_read)
      out->max_read = read;
    if (end > out->end)
      out->end = end;
  }
  return true;
}

bool mmc_speeds(struct transport *t,
                struct mmc_speeds *out,
                struct failure *f) {
  struct mmc_capabilities caps;
  struct failure ignored;
  memset(out, 0, sizeof *out);
  if (!performance(t, out, f) && (!f->has_sense || f->key != 5))
    return false;
  if (!mmc_capabilities(t, &caps, out->count > 0 ? &ignored : f))
    return out->count > 0;
  if (out->count == 0)
    for (unsigned i = 0; i < caps.speed_count; i++)
      add_speed(out, caps.speeds[i]);
  if (out->count == 0)
    add_speed(out, caps.max_write);
  if (caps.max_read > out->max_read)
    out->max_read = caps.max_read;
  out->current_write = caps.current_write;
  out->max_write = out->count > 0 ? out->write[0] : caps.max_write;
  return true;
}

bool mmc_set_cd_speed(struct transport *t,
                      unsigned read_kb,
                      unsigned write_kb,
                      struct failure *f) {
  struct packet p = mmc_packet(OP_SET_CD_SPEED, MMC_TIMEOUT);
  put_be16(p.cdb + 2, read_kb > 0xFFFF ? 0xFFFF : read_kb);
  put_be16(p.cdb + 4, write_kb > 0xFFFF ? 0xFFFF : write_kb);
  return mmc_run(t, &p, f);
}

#define STREAMING_LEN 28
#define RESTORE_DEFAULTS 0x04 /* RDD: nothing else in the list counts */

static bool streaming(struct transport *t,
                      const uint8_t list[STREAMING_LEN],
                      struct failure *f) {
  struct packet p = mmc_packet(OP_SET_STREAMING, MMC_TIMEOUT);
  mmc_carry(&p, list, STREAMING_LEN);
  put_be16(p.cdb + 9, STREAMING_LEN);
  return mmc_run(t, &p, f);
}

bool mmc_set_streaming(struct transport *t,
                       uint32_t end,
                       uint32_t read_kb,
                       uint32_t write_kb,
                       struct failure *f) {
  uint8_t list[STREAMING_LEN] = {0};
  put_be32(list + 8, end);
  put_be32(list + 12, read_kb);
  put_be32(list + 16, 1000); /* kB in so many milliseconds */
  put_be32(list + 20, write_kb);
  put_be32(list + 24, 1000);
  return streaming(t, list, f);
}

bool mmc_restore_streaming(struct transport *t, struct failure *f) {
  static const uint8_t list[STREAMING_LEN] = {RESTORE_DEFAULTS};
  return streaming(t, list, f);
}
