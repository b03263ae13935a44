/* identity.c: who a drive is: names, serial number, a GUID that stays the same
   across boots, and what it can do as far as that does not change. */
#include "profile.h"
#include "recorder.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

/* The name space of our GUIDs (RFC 4122 4.3), itself a random UUID. */
static const uint8_t name_space[16] = {0x6B,
                                       0x1D,
                                       0xC2,
                                       0x52,
                                       0x8E,
                                       0x0F,
                                       0x4C,
                                       0x3B,
                                       0x9A,
                                       0x57,
                                       0x21,
                                       0xD4,
                                       0x70,
                                       0x5E,
                                       0xB9,
                                       0x66};

#define NAME_ROOM (ADDRESS_ROOM + 128)

/* A version 5 UUID: SHA-1 of name space and name (RFC 4122 4.3). */
static bool name_uuid(const char *name, char *out, struct failure *f) {
  uint8_t digest[EVP_MAX_MD_SIZE];
  uint8_t input[16 + NAME_ROOM];
  size_t len = strlen(name);
  memcpy(input, name_space, 16);
  memcpy(input + 16, name, len);
  if (EVP_Digest(input, 16 + len, digest, NULL, EVP_sha1(), NULL) != 1)
    return fail(f, FAIL_NO_MEMORY, "recorder: SHA-1 is not available");
  digest[6] = (uint8_t)((digest[6] & 0x0F) | 0x50);
  digest[8] = (uint8_t)((digest[8] & 0x3F) | 0x80);
  for (int i = 0, at = 0; i < 16; i++) {
    at += snprintf(out + at, 3, "%02x", digest[i]);
    if (i == 3 || i == 5 || i == 7 || i == 9)
      out[at++] = '-';
  }
  return true;
}

/* Some USB bridges have no serial number of their own, or all the same zeros.
 */
static bool has_serial(const struct identity *id) {
  return id->serial[strspn(id->serial, "0 ")] != '\0';
}

/* What names, serial number and nothing else have in common with another drive
   is told apart by the port that it is plugged into. */
static bool
make_guid(const struct transport *t, struct identity *id, struct failure *f) {
  const char *place = t->port != NULL ? t->port : id->address;
  bool alone = has_serial(id) && !t->alike;
  char name[NAME_ROOM];
  snprintf(name,
           sizeof name,
           "%s|%s|%s%s%s",
           id->vendor,
           id->product,
           has_serial(id) ? id->serial : "",
           has_serial(id) && !alone ? "|" : "",
           alone ? "" : place);
  return name_uuid(name, id->guid, f);
}

static void take_configuration(struct identity *id,
                               const struct mmc_configuration *c) {
  for (unsigned i = 0; i < c->profile_count; i++)
    if (profile_is(c->profiles[i], TRAIT_ERASABLE))
      id->rewritable = true;
  id->can_load = c->can_load;
  id->can_eject = c->can_eject;
  memcpy(id->serial, c->serial, sizeof id->serial);
}

/* A drive that did not answer at all is named: a command's name says nothing to
   somebody who only opened it. */
static bool no_answer(const char *address, struct failure *f) {
  static const char command[] = "INQUIRY: ";
  char what[sizeof f->message];
  const char *rest = f->message;
  if (f->has_sense)
    return false;
  if (strncmp(rest, command, sizeof command - 1) == 0)
    rest += sizeof command - 1;
  snprintf(what, sizeof what, "%s", rest);
  snprintf(f->message, sizeof f->message, "%.160s: %.150s", address, what);
  return false;
}

bool recorder_identify(struct recorder *r, struct failure *f) {
  struct identity *id = &r->id;
  struct mmc_inquiry inquiry;
  struct mmc_configuration configuration;
  struct mmc_capabilities capabilities;
  struct failure ignored;
  struct transport *link = recorder_link(r);
  bool configured;
  if (!mmc_inquiry(link, &inquiry, f))
    return no_answer(id->address, f);
  if (inquiry.type != 5)
    return fail(f,
                FAIL_DEVICE_INVALID_TYPE,
                "%s is no CD, DVD or BD drive (device type %u)",
                id->address,
                inquiry.type);
  memcpy(id->vendor, inquiry.vendor, sizeof id->vendor);
  memcpy(id->product, inquiry.product, sizeof id->product);
  memcpy(id->revision, inquiry.revision, sizeof id->revision);
  configured = mmc_configuration(link, &configuration, &ignored);
  id->configured = configured;
  if (configured)
    take_configuration(id, &configuration);
  if (id->serial[0] == '\0')
    mmc_serial_page(link, id->serial, sizeof id->serial, &ignored);
  if (mmc_capabilities(link, &capabilities, &ignored)) {
    id->underrun_free = capabilities.underrun_free;
    id->test_write = capabilities.test_write;
    id->buffer = capabilities.buffer_kib < UINT32_MAX / 1024
                   ? capabilities.buffer_kib * 1024
                   : 0;
    if (!configured) /* before MMC-2 the page is all there is */
      id->rewritable = capabilities.writes_cd_rw;
    r->properties.max_write_speed = capabilities.max_write;
  }
  return make_guid(r->t, id, f);
}

bool recorder_refresh_properties(struct recorder *r, struct failure *f) {
  struct mmc_speeds speeds;
  struct failure why;
  if (!recorder_check_present(r, f))
    return false;
  if (atomic_load(&r->working))
    return true;
  if (mmc_speeds(recorder_link(r), &speeds, &why)) {
    if (speeds.max_write > 0)
      r->properties.max_write_speed = speeds.max_write;
    return true;
  }
  if (why.code != FAIL_DEVICE_NOT_PRESENT)
    return true;
  *f = why;
  return false;
}
