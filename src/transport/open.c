/* open.c: which transport an address leads to, and in which order decorators go
   around it: the fault inside, the trace outside, since a trace tells what the
   engine saw. */
#include "open.h"

#include "../virtual/virtual.h"
#include "address.h"
#include "cdio.h"
#include "fault.h"
#include "registry.h"
#include "replay.h"
#include "sgio.h"
#include "trace.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct transport *open_virtual(const struct address *a,
                                      const struct transport_options *options,
                                      struct failure *f) {
  struct virtual_options drive = a->drive;
  struct stat st;
  if (options->existing && drive.medium != NULL &&
      strcmp(drive.medium, "none") != 0 && stat(drive.path, &st) != 0) {
    fail(
      f, FAIL_DEVICE_NOT_PRESENT, "there is no disc file %.200s", drive.path);
    f->culprit = CULPRIT_DATA;
    f->advice =
      "Only burning or formatting makes one: do that to this address first.";
    return NULL;
  }
  return virtual_open(&drive, f);
}

/* A relative path can be no device node: it would be another one elsewhere. */
static void refuse_relative(const char *path, struct failure *f) {
  struct stat st;
  if (stat(path, &st) != 0)
    fail_errno(f, errno, FAIL_DEVICE_NOT_PRESENT, "no drive at %.200s", path);
  else
    fail(f,
         FAIL_UNSUPPORTED,
         "%.200s is a %s, not the absolute path of a drive",
         path,
         S_ISDIR(st.st_mode)   ? "folder"
         : S_ISREG(st.st_mode) ? "file"
                               : "node");
  f->advice = "An address is virtual:PATH or an absolute device node.";
}

static void refuse_scheme(const struct address *a, struct failure *f) {
  if (a->kind == ADDRESS_MODULE) {
    fail(f,
         FAIL_UNSUPPORTED,
         "%s: addresses need the module discrecorder.%s, which is not there",
         a->scheme,
         a->scheme);
    f->advice = "Install the rock discrecorder-iscsi.";
    return;
  }
  fail(f,
       FAIL_UNSUPPORTED,
       "\"%.60s:\" begins no address that is known",
       a->scheme);
  f->advice = "An address is virtual:PATH or an absolute device node.";
}

/* What carries the packets, undecorated. */
static struct transport *open_inner(const char *address,
                                    const struct address *a,
                                    const struct transport_options *options,
                                    struct failure *f) {
  switch (a->kind) {
    case ADDRESS_VIRTUAL:
      return open_virtual(a, options, f);
    case ADDRESS_NODE:
      return sgio_open(a->path, f);
    case ADDRESS_REPLAY:
      return replay_open(a->path, f);
    case ADDRESS_CDIO:
      return cdio_open_drive(a->path, f);
    case ADDRESS_MODULE:
      if (transport_scheme(a->scheme) != NULL)
        return transport_scheme(a->scheme)->open(address, f);
      break;
    case ADDRESS_UNKNOWN:
      break;
  }
  if (a->scheme != NULL)
    refuse_scheme(a, f);
  else
    refuse_relative(a->path, f);
  return NULL;
}

/* The rules of the address, then those of the options; *rules may be NULL. */
static bool join_faults(const struct address *a,
                        const struct transport_options *options,
                        struct fault_rule **rules,
                        size_t *count,
                        struct failure *f) {
  struct fault_rule *all;
  *rules = NULL;
  *count = 0;
  if (a->faults != NULL && !fault_parse(a->faults, rules, count, f))
    return false;
  if (options->fault_count == 0)
    return true;
  all = realloc(*rules, (*count + options->fault_count) * sizeof *all);
  if (all == NULL) {
    free(*rules);
    *rules = NULL;
    return fail(f, FAIL_NO_MEMORY, "no memory for faults");
  }
  memcpy(all + *count, options->faults, options->fault_count * sizeof *all);
  *rules = all;
  *count += options->fault_count;
  return true;
}

/* A decorator in place of what it wraps; without one, all of it is closed. */
static struct transport *or_close(struct transport *decorated,
                                  struct transport *inner) {
  if (decorated == NULL)
    transport_close(inner);
  return decorated;
}

static struct transport *wrap_trace(struct transport *t,
                                    const char *address,
                                    const struct transport_options *options,
                                    struct failure *f) {
  const char *program =
    options->program != NULL ? options->program : "discrecorder";
  char absolute[PATH_MAX * 4];
  if (!address_absolute(address, absolute, sizeof absolute, f))
    return NULL;
  return trace_wrap(t, options->trace, absolute, program, f);
}

/* Open a parsed address. The faults are looked at first: a mistake in them
   must not leave a new disc file behind. */
static struct transport *open_parsed(const char *address,
                                     const struct address *a,
                                     const struct transport_options *options,
                                     struct failure *f) {
  struct transport *t = NULL;
  struct fault_rule *rules;
  size_t count;
  if (!join_faults(a, options, &rules, &count, f))
    return NULL;
  if (fault_check(rules, count, f))
    t = open_inner(address, a, options, f);
  if (t != NULL && count > 0)
    t = or_close(fault_wrap(t, rules, count, f), t);
  if (t != NULL && options->trace != NULL)
    t = or_close(wrap_trace(t, address, options, f), t);
  free(rules);
  return t;
}

struct transport *transport_open(const char *address,
                                 const struct transport_options *options,
                                 struct failure *f) {
  static const struct transport_options none;
  struct transport *t = NULL;
  struct address a;
  if (address_parse(address, &a, f)) {
    t = open_parsed(address, &a, options != NULL ? options : &none, f);
    address_free(&a);
  }
  if (t == NULL)
    address_advise(f);
  return t;
}

struct transport *transport_inner(struct transport *t) {
  while (t->next != NULL)
    t = t->next;
  return t;
}

bool transport_is_virtual(struct transport *t) {
  return strcmp(transport_inner(t)->ops->name, "virtual") == 0;
}
