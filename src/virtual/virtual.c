/* virtual.c: the transport: opening by path, taking the drive for oneself,
   letting it go. Several transports may lead to one drive (registry.c). */
#include "virtual.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "family.h"
#include "registry.h"

#define BUFFER_LEAST (64u << 10)
#define BUFFER_MOST (1u << 30)
#define PACKET_MOST                                                            \
  (16u << 20) /* bytes; as much as a good host adapter moves */

static const struct {
  unsigned minutes;
  int32_t leadout_max;
} lengths[] = {{80, 359849}, {74, 332849}};

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* What the options mean, once they have been checked. */
struct wanted {
  const struct vmodel *model; /* NULL: the one for the disc */
  bool empty;                 /* no disc at all */
  enum vkind kind;            /* 0: whatever there is */
  int32_t leadout_max;        /* 0: whatever there is */
  uint32_t quirks;
};

static bool check_minutes(const struct virtual_options *o,
                          struct wanted *w,
                          struct failure *f) {
  for (unsigned i = 0; i < COUNT(lengths); i++)
    if (o->minutes == lengths[i].minutes)
      w->leadout_max = lengths[i].leadout_max;
  if (o->minutes != 0 && w->leadout_max == 0)
    return fail(f,
                FAIL_UNSUPPORTED,
                "there are CDs of 74 and 80 minutes, not of %u",
                o->minutes);
  if (o->minutes != 0 && w->kind != 0 && !vdisc_kind(w->kind)->family->cd)
    return fail(f, FAIL_UNSUPPORTED, "only CDs are measured in minutes");
  return true;
}

static bool no_such_medium(const char *name, struct failure *f) {
  char names[160] = "";
  size_t len = 0;
  for (unsigned i = 1; i < VKIND_COUNT; i++)
    if (vgeometry(i) != NULL)
      len += (size_t)snprintf(
        names + len, sizeof names - len, "%s ", vgeometry(i)->name);
  return fail(f,
              FAIL_UNSUPPORTED,
              "there is no virtual medium \"%.60s\"; there are: %snone",
              name,
              names);
}

static bool check_medium(const struct virtual_options *o,
                         struct wanted *w,
                         struct failure *f) {
  w->empty = o->medium != NULL && strcmp(o->medium, "none") == 0;
  if (o->medium != NULL && !w->empty) {
    w->kind = vgeometry_kind(o->medium);
    if (w->kind == 0)
      return no_such_medium(o->medium, f);
  }
  if (w->model != NULL && w->kind != 0 && !vmodel_reads(w->model, w->kind))
    return fail(f,
                FAIL_UNSUPPORTED,
                "the drive \"%s\" takes no disc of the kind %s",
                w->model->name,
                o->medium);
  return check_minutes(o, w, f);
}

static bool check_serial(const char *serial, struct failure *f) {
  size_t len = strlen(serial);
  if (len == 0 || len > VSERIAL_MAX)
    return fail(
      f, FAIL_UNSUPPORTED, "a serial number has 1 to %u letters", VSERIAL_MAX);
  for (size_t i = 0; i < len; i++)
    if (serial[i] < ' ' || serial[i] > '~')
      return fail(f, FAIL_UNSUPPORTED, "a serial number is plain ASCII");
  return true;
}

/* All of it before anything is made: a mistake leaves no disc file behind. */
static bool check_options(const struct virtual_options *o,
                          struct wanted *w,
                          struct failure *f) {
  memset(w, 0, sizeof *w);
  if (o->model != NULL)
    w->model = vmodel_find(o->model);
  if (o->model != NULL && w->model == NULL)
    return fail(
      f, FAIL_UNSUPPORTED, "there is no virtual drive \"%s\"", o->model);
  if (!isfinite(o->pace) || o->pace < 0)
    return fail(f, FAIL_UNSUPPORTED, "a drive's pace is a number from 0 up");
  if (o->buffer != 0 && (o->buffer < BUFFER_LEAST || o->buffer > BUFFER_MOST))
    return fail(f, FAIL_UNSUPPORTED, "a buffer has 64 KiB to 1 GiB");
  if (o->serial != NULL && !check_serial(o->serial, f))
    return false;
  return vquirks_parse(o->quirks, &w->quirks, f) && check_medium(o, w, f);
}

/* An absolute path without links, also of what does not exist. */
static char *canonical_path(const char *path) {
  char *whole = realpath(path, NULL), *copy, *slash, *folder;
  const char *base;
  size_t len;
  if (whole != NULL)
    return whole;
  copy = strdup(path);
  if (copy == NULL)
    return NULL;
  slash = strrchr(copy, '/');
  base = slash == NULL ? path : path + (slash - copy) + 1;
  if (slash != NULL)
    *slash = '\0';
  folder = realpath(slash == NULL ? "." : slash == copy ? "/" : copy, NULL);
  free(copy);
  if (folder == NULL)
    return strdup(path);
  len = strlen(folder) + strlen(base) + 2;
  whole = malloc(len);
  if (whole != NULL) {
    strcpy(whole, folder);
    strcat(whole, "/");
    strcat(whole, base);
  }
  free(folder);
  return whole;
}

static bool other_disc(struct failure *f) {
  f->advice = "Leave that key out of the address, or name another file.";
  return false;
}

/* Is the disc that there is already the one that is asked for? */
static bool suits_disc(struct vdrive *d,
                       const struct virtual_options *o,
                       const struct wanted *w,
                       struct failure *f) {
  enum vkind kind = 0;
  int32_t leadout_max = 0;
  pthread_mutex_lock(&d->mutex);
  if (d->disc.fd >= 0 && d->medium.kind != 0) {
    kind = d->medium.kind;
    leadout_max = d->medium.leadout_max;
  }
  pthread_mutex_unlock(&d->mutex);
  if (kind == 0)
    return true;
  if (w->kind != 0 && w->kind != kind) {
    fail(f,
         FAIL_MEDIUM_INVALID_TYPE,
         "the disc %s is a %s, not a %s",
         o->path,
         vgeometry(kind)->name,
         o->medium);
    return other_disc(f);
  }
  if (w->leadout_max != 0 && w->leadout_max != leadout_max) {
    fail(f,
         FAIL_MEDIUM_INVALID_TYPE,
         "the disc %s is no CD of %u minutes",
         o->path,
         o->minutes);
    return other_disc(f);
  }
  return true;
}

/* And the drive? */
static bool suits(struct vdrive *d,
                  const struct virtual_options *o,
                  const struct wanted *w,
                  struct failure *f) {
  if (o->model != NULL && d->model != w->model)
    return fail(f,
                FAIL_UNSUPPORTED,
                "the drive %s is open already, as a \"%s\"",
                o->path,
                d->model->name);
  if (o->quirks != NULL && d->quirks != w->quirks)
    return fail(f,
                FAIL_UNSUPPORTED,
                "the drive %s is open already, with other quirks",
                o->path);
  return suits_disc(d, o, w, f);
}

/* Find the drive or make it. The registry is locked. */
static struct vdrive *find_or_make(const struct virtual_options *o,
                                   const struct wanted *w,
                                   const char *canonical,
                                   struct failure *f) {
  struct vdrive *d;
  struct stat st;
  bool exists = true;
  if (w->empty) {
    d = vregistry_by_path(canonical);
  } else {
    if (w->kind != 0 && lstat(o->path, &st) != 0 && errno == ENOENT &&
        !vdisc_create(o->path,
                      w->kind,
                      w->leadout_max != 0 ? w->leadout_max
                                          : vgeometry(w->kind)->end_default,
                      &exists,
                      f) &&
        !exists)
      return NULL;
    d =
      stat(o->path, &st) == 0 ? vregistry_by_file(st.st_dev, st.st_ino) : NULL;
    if (d == NULL && stat(o->path, &st) == 0 &&
        vregistry_holding(st.st_dev, st.st_ino) != NULL) {
      fail(f,
           FAIL_DEVICE_NOT_ACCESSIBLE,
           "the disc %s is in another drive",
           o->path);
      return NULL;
    }
  }
  if (d != NULL)
    return suits(d, o, w, f) ? d : NULL;
  d = vdrive_make(o, w->model, canonical, f);
  if (d == NULL)
    return NULL;
  d->quirks = w->quirks;
  if (!suits(d, o, w, f)) {
    vdrive_free(d);
    return NULL;
  }
  vregistry_add(d);
  return d;
}

/* {=== The transport's own functions === */

static bool acquire(struct transport *base, struct failure *f) {
  struct vtransport *t = (struct vtransport *)base;
  struct vdrive *d = t->drive;
  enum packet_status why = PACKET_GOOD;
  bool good;
  pthread_mutex_lock(&d->mutex);
  good = vdrive_enter(t, &why);
  if (good)
    d->owner = t;
  pthread_mutex_unlock(&d->mutex);
  if (good)
    return true;
  if (why == PACKET_GONE)
    return fail(f, FAIL_DEVICE_NOT_PRESENT, "the drive is not there");
  return fail(f, FAIL_DEVICE_NOT_ACCESSIBLE, "somebody else uses the drive");
}

static void release(struct transport *base) {
  struct vtransport *t = (struct vtransport *)base;
  struct vdrive *d = t->drive;
  pthread_mutex_lock(&d->mutex);
  if (d->owner == t) {
    d->owner = NULL;
    vdrive_leave(t);
  }
  pthread_mutex_unlock(&d->mutex);
}

static void close_transport(struct transport *base) {
  struct vtransport *t = (struct vtransport *)base, **at;
  struct vdrive *d = t->drive;
  release(base);
  vregistry_lock();
  pthread_mutex_lock(&d->mutex);
  for (at = &d->transports; *at != t; at = &(*at)->next)
    ;
  *at = t->next;
  pthread_mutex_unlock(&d->mutex);
  /* Under the registry's lock, so that nobody opens the file meanwhile and
     finds it locked by a drive that is going away. */
  if (--d->opens == 0) {
    vregistry_remove(d);
    vdrive_free(d);
  }
  vregistry_unlock();
  free(t);
}

static bool present(struct transport *base) {
  struct vdrive *d = ((struct vtransport *)base)->drive;
  return atomic_load_explicit(&d->plugged, memory_order_relaxed) &&
         atomic_load_explicit(&d->powered, memory_order_relaxed);
}

static const struct transport_ops ops = {
  .name = "virtual",
  .run = vdrive_run,
  .acquire = acquire,
  .release = release,
  .close = close_transport,
  .present = present,
};

/* ===} */

struct transport *virtual_open(const struct virtual_options *options,
                               struct failure *f) {
  struct wanted wanted;
  struct vtransport *t;
  struct vdrive *d = NULL;
  char *canonical;
  if (!check_options(options, &wanted, f))
    return NULL;
  t = calloc(1, sizeof *t);
  canonical = canonical_path(options->path);
  if (t == NULL || canonical == NULL) {
    free(t);
    free(canonical);
    fail(f, FAIL_NO_MEMORY, "no memory for a drive");
    return NULL;
  }
  vregistry_lock();
  d = find_or_make(options, &wanted, canonical, f);
  if (d != NULL) {
    t->base.ops = &ops;
    t->base.clock = &d->clock->base;
    t->base.max_bytes = PACKET_MOST;
    t->drive = d;
    d->opens++;
    pthread_mutex_lock(&d->mutex);
    t->next = d->transports;
    d->transports = t;
    pthread_mutex_unlock(&d->mutex);
  }
  vregistry_unlock();
  free(canonical);
  if (d != NULL)
    return &t->base;
  free(t);
  return NULL;
}
