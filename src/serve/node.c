/* node.c: tcm_loop tells the host's number, sysfs the rest. */
#include "node.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "../transport/clock.h"

#define TRIES 200 /* of 50 ms */
#define SCAN_AT 20
#define SG_TRIES 20 /* sg attaches in the same breath */

/* The only entry of a folder in sysfs that begins so. */
static bool only_entry(const char *folder, const char *prefix, char *name) {
  DIR *d = opendir(folder);
  struct dirent *e;
  bool found = false;
  while (d != NULL && !found && (e = readdir(d)) != NULL)
    if (strncmp(e->d_name, prefix, strlen(prefix)) == 0 &&
        strlen(e->d_name) < NODE_MAX - 5) {
      strcpy(name, e->d_name);
      found = true;
    }
  if (d != NULL)
    closedir(d);
  return found;
}

bool node_make(const char *in_sysfs, const char *path, mode_t mode) {
  char number[32];
  unsigned major, minor;
  struct stat st;
  if (!config_read(in_sysfs, "dev", number, sizeof number) ||
      sscanf(number, "%u:%u", &major, &minor) != 2) {
    errno = ENOENT;
    return false;
  }
  if (stat(path, &st) != 0 && errno == ENOENT)
    (void)mknod(path, mode, makedev(major, minor));
  if (stat(path, &st) != 0)
    return false;
  if ((st.st_mode & S_IFMT) == (mode & S_IFMT) &&
      st.st_rdev == makedev(major, minor))
    return true;
  errno = ENXIO;
  return false;
}

static bool find(const char *device,
                 const char *class,
                 const char *prefix,
                 mode_t kind,
                 char *node) {
  char folder[SERVE_PATH_MAX], in_sysfs[SERVE_PATH_MAX], name[NODE_MAX];
  if (!config_join(folder, device, class) ||
      !only_entry(folder, prefix, name) || !config_join(in_sysfs, folder, name))
    return false;
  snprintf(node, NODE_MAX, "/dev/%.58s", name);
  return node_make(in_sysfs, node, kind | 0660);
}

static void pause_shortly(void) {
  clock_sleep(clock_monotonic(), 50 * CLOCK_MS);
}

bool node_wait(const struct config *c, char *sr, char *sg, struct failure *f) {
  char device[SERVE_PATH_MAX], host[SERVE_PATH_MAX], address[32];
  struct failure ignored;
  unsigned number = 0;
  sr[0] = sg[0] = '\0';
  if (!config_read(c->tpg, "address", address, sizeof address) ||
      sscanf(address, "%u:", &number) != 1)
    return fail(f, FAIL_GENERIC, "serve: tcm_loop tells no host number");
  snprintf(
    device, sizeof device, "/sys/class/scsi_device/%.20s:0/device", address);
  snprintf(host, sizeof host, "/sys/class/scsi_host/host%u", number);
  for (int i = 0; i < TRIES; i++) {
    if (find(device, "block", "sr", S_IFBLK, sr)) {
      for (int j = 0; j < SG_TRIES; j++) {
        if (find(device, "scsi_generic", "sg", S_IFCHR, sg))
          return true;
        pause_shortly();
      }
      sg[0] = '\0';
      return true;
    }
    if (i == SCAN_AT)
      config_write(host, "scan", "- - -", &ignored);
    pause_shortly();
  }
  fail(f, FAIL_GENERIC, "serve: the kernel made no /dev/sr of the recorder");
  f->advice = "Look at what the kernel says (dmesg).";
  return false;
}
