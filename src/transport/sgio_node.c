/* sgio_node.c: sr or sg node, or neither: told by the number of the node and by
   /sys. A disk is never sent a command to find out that it is one. */
#include "sgio_node.h"

#ifdef __linux__

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "sgio_sys.h"

#define SR_MAJOR 11 /* Documentation/admin-guide/devices.txt */
#define SG_MAJOR 21
#define LOOP_MAJOR 7
#define TYPE_OPTICAL 5

/* === what it is instead === */

static const char use_the_drive[] =
  "A recorder is a node like /dev/sr0; `discrecorder list` shows those found.";

static bool wrong_type(struct failure *f, const char *path, const char *what) {
  fail(f, FAIL_DEVICE_INVALID_TYPE, "%.200s is %s, not a recorder", path, what);
  f->culprit = CULPRIT_PROGRAM;
  f->advice = use_the_drive;
  return false;
}

static bool refuse_block(const struct sgio_system *s,
                         const char *path,
                         dev_t device,
                         struct failure *f) {
  char line[16];
  if (sgio_read_line(s,
                     line,
                     sizeof line,
                     "/sys/dev/block/%u:%u/partition",
                     major(device),
                     minor(device)))
    return wrong_type(f, path, "a partition of a disk");
  if (major(device) == LOOP_MAJOR)
    return wrong_type(f, path, "a loop device");
  return wrong_type(f, path, "a disk");
}

static bool refuse_char(const char *path, dev_t device, struct failure *f) {
  unsigned number = major(device);
  if (number == 4 || number == 5 || (number >= 136 && number <= 143))
    return wrong_type(f, path, "a terminal");
  return wrong_type(f, path, "a character device of another kind");
}

static bool refuse_file(const char *path, mode_t mode, struct failure *f) {
  const char *what = S_ISDIR(mode)    ? "folder"
                     : S_ISREG(mode)  ? "file"
                     : S_ISFIFO(mode) ? "pipe"
                                      : "socket";
  fail(f, FAIL_UNSUPPORTED, "%.200s is a %s, not a drive", path, what);
  f->advice = "A disc file is virtual:PATH; a drive is its device node.";
  return false;
}

/* === the two kinds === */

/* "sr0" from /sys, else from the number, which is the same everywhere. */
static void name_node(const struct sgio_system *s,
                      struct sgio_node *node,
                      const char *kind,
                      unsigned number,
                      unsigned minor_number) {
  char link[512];
  const char *slash;
  snprintf(node->name,
           sizeof node->name,
           "%s%u",
           node->generic ? "sg" : "sr",
           minor_number);
  if (!sgio_sys_link(
        s, link, sizeof link, "/sys/dev/%s/%u:%u", kind, number, minor_number))
    return;
  slash = strrchr(link, '/');
  if (slash != NULL && strlen(slash + 1) < sizeof node->name)
    snprintf(node->name,
             sizeof node->name,
             "%.*s",
             (int)sizeof node->name - 1,
             slash + 1);
}

static void set_name(char out[48], const char *name) {
  snprintf(out, 48, "/dev/%.40s", name);
}

static void
take_sr(const struct sgio_system *s, dev_t device, struct sgio_node *node) {
  char name[40];
  node->major = major(device);
  node->minor = minor(device);
  name_node(s, node, "block", node->major, node->minor);
  if (sgio_sys_first(s,
                     name,
                     sizeof name,
                     "/sys/dev/block/%u:%u/device/scsi_generic",
                     node->major,
                     node->minor))
    set_name(node->other, name);
}

static bool take_sg(const struct sgio_system *s,
                    dev_t device,
                    struct sgio_node *node,
                    struct failure *f) {
  unsigned number = minor(device);
  char text[64], name[40];
  node->generic = true;
  name_node(s, node, "char", SG_MAJOR, number);
  /* Without /sys there is no telling a drive from a disk: nothing is sent. */
  if (!sgio_read_line(s,
                      text,
                      sizeof text,
                      "/sys/dev/char/%u:%u/device/type",
                      SG_MAJOR,
                      number))
    return fail(f,
                FAIL_DEVICE_NOT_ACCESSIBLE,
                "%.200s may be a disk: /sys does not tell",
                node->path) ||
           advise(f, "Mount /sys, or use the drive's sr node.");
  if (atoi(text) != TYPE_OPTICAL)
    return wrong_type(f, node->path, "the sg node of a device of another kind");
  if (!sgio_sys_first(s,
                      name,
                      sizeof name,
                      "/sys/dev/char/%u:%u/device/block",
                      SG_MAJOR,
                      number))
    return true; /* sr_mod is not loaded */
  set_name(node->twin, name);
  if (sgio_read_line(s,
                     text,
                     sizeof text,
                     "/sys/dev/char/%u:%u/device/block/%s/dev",
                     SG_MAJOR,
                     number,
                     name) &&
      sscanf(text, "%u:%u", &node->major, &node->minor) != 2)
    node->major = node->minor = 0;
  return true;
}

/* === what else is known of the drive === */

static unsigned long queue_number(const struct sgio_system *s,
                                  const struct sgio_node *node,
                                  const char *name) {
  char text[32];
  if (node->major == 0 || !sgio_read_line(s,
                                          text,
                                          sizeof text,
                                          "/sys/dev/block/%u:%u/queue/%s",
                                          node->major,
                                          node->minor,
                                          name))
    return 0;
  return strtoul(text, NULL, 10);
}

/* What the queue takes in one request: its length, and its pieces of memory, of
   which a buffer needs one more than pages when it does not begin at one. */
static uint32_t queue_limit(const struct sgio_system *s,
                            const struct sgio_node *node) {
  const unsigned long page = 4096, most = 16 * 1024 * 1024;
  unsigned long length = queue_number(s, node, "max_hw_sectors_kb"), pieces;
  if (length == 0 || length > most / 1024)
    length = length == 0 ? 0 : most / 1024;
  pieces = queue_number(s, node, "max_segments");
  length *= 1024;
  if (length > 0 && pieces > 1 && pieces < length / page + 1)
    length = (pieces - 1) * page;
  return (uint32_t)(length - length % 2048);
}

bool sgio_node_find(const struct sgio_system *s,
                    const char *path,
                    struct sgio_node *node,
                    struct failure *f) {
  struct stat st;
  memset(node, 0, sizeof *node);
  if (strlen(path) >= sizeof node->path)
    return fail(f, FAIL_UNSUPPORTED, "the path of the drive is too long");
  memcpy(node->path, path, strlen(path) + 1);
  if (s->stat(s, path, &st) != 0) {
    fail_errno(f, errno, FAIL_DEVICE_NOT_PRESENT, "no drive at %.200s", path);
    if (path[0] != '/')
      f->advice = "An address is virtual:PATH or an absolute device node.";
    return false;
  }
  if (!S_ISBLK(st.st_mode) && !S_ISCHR(st.st_mode))
    return refuse_file(path, st.st_mode, f);
  if (S_ISBLK(st.st_mode) && major(st.st_rdev) != SR_MAJOR)
    return refuse_block(s, path, st.st_rdev, f);
  if (S_ISCHR(st.st_mode) && major(st.st_rdev) != SG_MAJOR)
    return refuse_char(path, st.st_rdev, f);
  if (S_ISBLK(st.st_mode))
    take_sr(s, st.st_rdev, node);
  else if (!take_sg(s, st.st_rdev, node, f))
    return false;
  node->max_bytes = queue_limit(s, node);
  sgio_node_place(s, node);
  return true;
}

/* === why not === */

static void group_name(gid_t gid, char *out, size_t size) {
  char room[4096];
  struct group entry, *found = NULL;
  if (getgrgid_r(gid, &entry, room, sizeof room, &found) == 0 && found != NULL)
    snprintf(out, size, "%s", entry.gr_name);
  else
    snprintf(out, size, "%lu", (unsigned long)gid);
}

bool sgio_node_denied(const struct sgio_system *s,
                      const char *path,
                      int err,
                      struct failure *f) {
  struct stat st;
  char group[64];
  if (err == ENXIO || err == ENODEV || err == ENOENT)
    return fail_errno(
      f, err, FAIL_DEVICE_NOT_PRESENT, "no drive behind %.200s", path);
  fail_errno(f, err, FAIL_DEVICE_NOT_ACCESSIBLE, "%.200s", path);
  if ((err != EACCES && err != EPERM) || s->stat(s, path, &st) != 0)
    return false;
  group_name(st.st_gid, group, sizeof group);
  fail(f,
       FAIL_DEVICE_NOT_ACCESSIBLE,
       "%.200s: %s; it belongs to group %s (mode %03o)",
       path,
       strerror(err),
       group,
       (unsigned)st.st_mode & 0777);
  f->retryable = false;
  f->advice = err == EPERM
                ? "In a container, let it use the device (--device); else run "
                  "`discrecorder doctor`."
                : "Join that group (sudo usermod -aG GROUP USER), log in anew "
                  "and try again; `discrecorder doctor` tells more.";
  return false;
}

#endif
