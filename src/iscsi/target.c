/* target.c: addresses of drives in other machines. */
#include "target.h"

#include "../transport/percent.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PORT 3260
#define SCHEME "iscsi://"
#define LUN_MAX 255 /* peripheral device addressing (SAM-5 4.7.7.2) */

static bool wrong(struct failure *f, const char *what) {
  fail(f, FAIL_UNSUPPORTED, "the address of an iSCSI drive %s", what);
  f->advice = "Write iscsi://HOST[:PORT]/TARGET/LUN, for example "
              "iscsi://station/iqn.2020-01.org.example:burner/1.";
  return false;
}

static bool copy(char *out,
                 size_t size,
                 const char *text,
                 const char *what,
                 struct failure *f) {
  if ((size_t)snprintf(out, size, "%s", text) < size)
    return true;
  return wrong(f, what);
}

/* What iSCSI names are made of (RFC 3722, here without national letters). */
static bool is_name(const char *s) {
  size_t n = strspn(s,
                    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                    "0123456789.:-_");
  return n > 0 && s[n] == '\0' && n <= TARGET_NAME_MAX;
}

/* A number without sign or blanks, at most 'most'; -1: it is none. */
static long number(const char *s, long most) {
  long n = 0;
  if (*s == '\0')
    return -1;
  for (; *s != '\0'; s++) {
    if (!isdigit((unsigned char)*s))
      return -1;
    n = n * 10 + (*s - '0');
    if (n > most)
      return -1;
  }
  return n;
}

/* host, host:port, [::1], [::1]:port */
static bool take_portal(struct target *t, char *text, struct failure *f) {
  char *end = text, *colon;
  long port = PORT;
  if (*text == '[') {
    end = strchr(text, ']');
    if (end == NULL)
      return wrong(f, "has no ] after its host");
    end++;
    if (*end != '\0' && *end != ':')
      return wrong(f, "has a strange host");
  }
  colon = strchr(end, ':');
  if (colon != NULL) {
    *colon = '\0';
    port = number(colon + 1, 65535);
    if (port <= 0)
      return wrong(f, "has a port that is no number from 1 to 65535");
  }
  if (*text == '\0' || text[strcspn(text, " ,/?#@")] != '\0')
    return wrong(f, "names no host");
  if ((size_t)snprintf(t->portal, sizeof t->portal, "%s:%ld", text, port) >=
      sizeof t->portal)
    return wrong(f, "has a host that is too long");
  return true;
}

/* [user[:password]@], cut off from the host. */
static bool take_user(struct target *t, char **text, struct failure *f) {
  char *at = strrchr(*text, '@'), *colon;
  const char *password = getenv(TARGET_PASSWORD);
  if (at == NULL)
    return true;
  *at = '\0';
  colon = strchr(*text, ':');
  if (colon != NULL) {
    *colon++ = '\0';
    if (!percent_decode(colon, f))
      return false;
    password = colon;
  }
  if (!percent_decode(*text, f))
    return false;
  if (password == NULL)
    password = "";
  if (**text == '\0')
    return wrong(f, "names no user before the @");
  if (!copy(t->user, sizeof t->user, *text, "has too long a user", f) ||
      !copy(t->password,
            sizeof t->password,
            password,
            "has too long a password",
            f))
    return false;
  *text = at + 1;
  return true;
}

static bool take_keys(struct target *t, char *query, struct failure *f) {
  static const char key[] = "initiator=";
  if (strncmp(query, key, sizeof key - 1) != 0)
    return wrong(f, "has an unknown key; there is: initiator");
  query += sizeof key - 1;
  if (!percent_decode(query, f))
    return false;
  if (!is_name(query))
    return wrong(f, "has an initiator that is no iSCSI name");
  t->own_initiator = true;
  return copy(t->initiator, sizeof t->initiator, query, "is too long", f);
}

/* One name for each machine, so that targets can know it. */
static void default_initiator(struct target *t) {
  char host[128] = "";
  if (gethostname(host, sizeof host - 1) != 0 || !is_name(host))
    strcpy(host, "host");
  snprintf(
    t->initiator, sizeof t->initiator, "iqn.2026-01.org.discrecorder:%s", host);
}

static bool take_apart(struct target *t, char *text, struct failure *f) {
  char *host = text, *name, *lun, *query = strchr(text, '?');
  long n;
  if (query != NULL) {
    *query++ = '\0';
    if (!take_keys(t, query, f))
      return false;
  }
  name = strchr(host, '/');
  lun = strrchr(host, '/');
  if (name == NULL || lun == name)
    return wrong(f, "names a host, a target and a unit");
  *name++ = '\0';
  *lun++ = '\0';
  n = number(lun, LUN_MAX);
  if (n < 0)
    return wrong(f, "ends with a unit number from 0 to 255");
  t->lun = (unsigned)n;
  if (!percent_decode(name, f))
    return false;
  if (!is_name(name))
    return wrong(f, "has a target that is no iSCSI name");
  return copy(t->name, sizeof t->name, name, "is too long", f) &&
         take_user(t, &host, f) && take_portal(t, host, f);
}

bool target_parse(const char *address, struct target *t, struct failure *f) {
  char *text;
  bool ok;
  memset(t, 0, sizeof *t);
  default_initiator(t);
  if (strncmp(address, SCHEME, sizeof SCHEME - 1) != 0)
    return wrong(f, "begins with iscsi://");
  text = strdup(address + sizeof SCHEME - 1);
  if (text == NULL)
    return fail(f, FAIL_NO_MEMORY, "no memory for an address");
  ok = take_apart(t, text, f);
  explicit_bzero(text, strlen(text)); /* a password may be in it */
  free(text);
  return ok;
}

/* A user as it must stand in an address. */
static void encode(const char *s, char *out, size_t size) {
  size_t used = 0;
  for (; *s != '\0' && used + 4 <= size; s++) {
    unsigned char c = (unsigned char)*s;
    if (c < 0x80 && (isalnum(c) || strchr("-._~", c) != NULL))
      out[used++] = (char)c;
    else
      used += (size_t)snprintf(out + used, size - used, "%%%02X", c);
  }
  out[used] = '\0';
}

bool target_address(const struct target *t,
                    char *out,
                    size_t size,
                    struct failure *f) {
  char user[3 * sizeof t->user + 1];
  int n;
  encode(t->user, user, sizeof user);
  n = snprintf(out,
               size,
               SCHEME "%s%s%s/%s/%u%s%s",
               user,
               user[0] != '\0' ? "@" : "",
               t->portal,
               t->name,
               t->lun,
               t->own_initiator ? "?initiator=" : "",
               t->own_initiator ? t->initiator : "");
  if (n >= 0 && (size_t)n < size)
    return true;
  return fail(f, FAIL_UNSUPPORTED, "the address is too long");
}
