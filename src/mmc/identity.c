/* identity.c: what a drive says of itself: INQUIRY and GET CONFIGURATION. */
#include "mmc.h"

#include "../bytes.h"
#include <stddef.h>
#include <string.h>

/* Copy a field of text: printable ASCII, no blanks around it: some drives put
   their serial number at the end of its field. */
static void copy_text(char *out, size_t size, const uint8_t *from, size_t len) {
  size_t n;
  for (; len > 0 && (*from == ' ' || *from == '\0'); len--)
    from++;
  n = len < size - 1 ? len : size - 1;
  for (size_t i = 0; i < n; i++)
    out[i] = from[i] >= 0x20 && from[i] < 0x7F ? (char)from[i] : ' ';
  while (n > 0 && out[n - 1] == ' ')
    n--;
  out[n] = '\0';
}

bool mmc_inquiry(struct transport *t,
                 struct mmc_inquiry *out,
                 struct failure *f) {
  uint8_t buf[36];
  struct packet p = mmc_packet(OP_INQUIRY, MMC_TIMEOUT);
  mmc_expect(&p, buf, sizeof buf);
  p.cdb[4] = sizeof buf;
  if (!mmc_run(t, &p, f))
    return false;
  out->type = buf[0] & 0x1F;
  copy_text(out->vendor, sizeof out->vendor, buf + 8, 8);
  copy_text(out->product, sizeof out->product, buf + 16, 16);
  copy_text(out->revision, sizeof out->revision, buf + 32, 4);
  return true;
}

bool mmc_serial_page(struct transport *t,
                     char *out,
                     size_t size,
                     struct failure *f) {
  uint8_t buf[68];
  size_t len;
  struct packet p = mmc_packet(OP_INQUIRY, MMC_TIMEOUT);
  mmc_expect(&p, buf, sizeof buf);
  p.cdb[1] = 0x01; /* EVPD */
  p.cdb[2] = 0x80;
  p.cdb[4] = sizeof buf;
  out[0] = '\0';
  if (!mmc_run(t, &p, f))
    return false;
  len = buf[3] < sizeof buf - 4 ? buf[3] : sizeof buf - 4;
  if (buf[1] == 0x80)
    copy_text(out, size, buf + 4, len);
  return true;
}

/* One function per feature that matters; 'd' is the payload of 'len' bytes and
   may be shorter than the standard says. */
typedef void feature_reader(struct mmc_configuration *c,
                            bool current,
                            const uint8_t *d,
                            size_t len);

static void profile_list(struct mmc_configuration *c,
                         bool current,
                         const uint8_t *d,
                         size_t len) {
  (void)current;
  for (size_t i = 0; i + 4 <= len && c->profile_count < 64; i += 4)
    c->profiles[c->profile_count++] = get_be16(d + i);
}

static void removable(struct mmc_configuration *c,
                      bool current,
                      const uint8_t *d,
                      size_t len) {
  (void)current;
  if (len < 1)
    return;
  c->can_load = (d[0] & 0x10) != 0;
  c->can_eject = (d[0] & 0x08) != 0;
  c->can_lock = (d[0] & 0x01) != 0;
}

static void incremental(struct mmc_configuration *c,
                        bool current,
                        const uint8_t *d,
                        size_t len) {
  (void)current;
  c->incremental_buf = len >= 3 && (d[2] & 0x01) != 0;
}

static void minus_write(struct mmc_configuration *c,
                        bool current,
                        const uint8_t *d,
                        size_t len) {
  (void)current;
  if (len < 1)
    return;
  c->minus_buf = (d[0] & 0x40) != 0;
  c->minus_test = (d[0] & 0x04) != 0;
}

static void plus_rw(struct mmc_configuration *c,
                    bool current,
                    const uint8_t *d,
                    size_t len) {
  c->plus_rw_current = current && len >= 1 && (d[0] & 0x01) != 0;
}

static void track_at_once(struct mmc_configuration *c,
                          bool current,
                          const uint8_t *d,
                          size_t len) {
  (void)current;
  if (len < 1)
    return;
  c->tao_buf = (d[0] & 0x40) != 0;
  c->tao_test = (d[0] & 0x04) != 0;
}

static void plus_r(struct mmc_configuration *c,
                   bool current,
                   const uint8_t *d,
                   size_t len) {
  c->plus_r_current =
    c->plus_r_current || (current && len >= 1 && (d[0] & 0x01) != 0);
}

static void mastering(struct mmc_configuration *c,
                      bool current,
                      const uint8_t *d,
                      size_t len) {
  if (len < 1)
    return;
  c->sao_current = current && (d[0] & 0x20) != 0;
  c->sao_buf = (d[0] & 0x40) != 0;
  c->sao_test = (d[0] & 0x04) != 0;
}

static void streaming(struct mmc_configuration *c,
                      bool current,
                      const uint8_t *d,
                      size_t len) {
  (void)current;
  if (len < 1)
    return;
  c->streaming_writes = (d[0] & 0x01) != 0;
}

static void serial_number(struct mmc_configuration *c,
                          bool current,
                          const uint8_t *d,
                          size_t len) {
  (void)current;
  copy_text(c->serial, sizeof c->serial, d, len);
}

#define CURRENT(name) offsetof(struct mmc_configuration, name)

static const struct {
  uint16_t code;
  size_t current;       /* a flag that is true when the feature is; 0: none */
  feature_reader *read; /* NULL: nothing else of it matters */
} features[] = {
  {FEATURE_PROFILE_LIST, 0, profile_list},
  {FEATURE_REMOVABLE_MEDIUM, 0, removable},
  {FEATURE_RANDOM_WRITABLE, CURRENT(random_writable_current), NULL},
  {FEATURE_INCREMENTAL_STREAMING, CURRENT(incremental_current), incremental},
  {FEATURE_FORMATTABLE, CURRENT(formattable_current), NULL},
  /* Profile 13h has 002Ch, and some drives 0026h. */
  {FEATURE_RESTRICTED_OVERWRITE, CURRENT(rigid_overwrite_current), NULL},
  {FEATURE_DVD_PLUS_RW, 0, plus_rw},
  {FEATURE_DVD_PLUS_R, 0, plus_r},
  {FEATURE_RIGID_OVERWRITE, CURRENT(rigid_overwrite_current), NULL},
  {FEATURE_DVD_MINUS_WRITE, CURRENT(minus_current), minus_write},
  {FEATURE_BD_R_PSEUDO_OVERWRITE, CURRENT(pseudo_overwrite_current), NULL},
  {FEATURE_DVD_PLUS_R_DL, 0, plus_r},
  {FEATURE_BD_WRITE, CURRENT(bd_write_current), NULL},
  {FEATURE_CD_TRACK_AT_ONCE, CURRENT(tao_current), track_at_once},
  {FEATURE_CD_MASTERING, 0, mastering},
  {FEATURE_REAL_TIME_STREAMING, 0, streaming},
  {FEATURE_SERIAL_NUMBER, 0, serial_number},
};

static void
read_features(struct mmc_configuration *out, const uint8_t *buf, size_t len) {
  size_t at = 8;
  while (at + 4 <= len) {
    uint16_t code = get_be16(buf + at);
    bool current = (buf[at + 2] & 0x01) != 0;
    size_t size = buf[at + 3];
    if (at + 4 + size > len)
      size = len - at - 4;
    for (size_t i = 0; i < sizeof features / sizeof *features; i++) {
      if (features[i].code != code)
        continue;
      if (current && features[i].current > 0)
        *(bool *)((char *)out + features[i].current) = true;
      if (features[i].read != NULL)
        features[i].read(out, current, buf + at + 4, size);
    }
    at += 4 + size;
  }
}

bool mmc_configuration(struct transport *t,
                       struct mmc_configuration *out,
                       struct failure *f) {
  uint8_t buf[2048];
  size_t len;
  struct packet p = mmc_packet(OP_GET_CONFIGURATION, MMC_TIMEOUT_INFO);
  memset(out, 0, sizeof *out);
  mmc_expect(&p, buf, sizeof buf);
  put_be16(p.cdb + 7, sizeof buf);
  len = mmc_ask(t, &p, 4, 8, f);
  if (len == 0)
    return false;
  out->profile = get_be16(buf + 6);
  read_features(out, buf, len);
  return true;
}
