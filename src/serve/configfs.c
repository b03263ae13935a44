/* configfs.c: setting up and taking down, step by step; each step is a folder,
   a link or a line in a file. */
#include "configfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A real drive may take an hour for a whole disc; 30 s is the kernel's own. */
#define COMMAND_SECONDS "7200"
#define HBA_FIRST 0u
#define HBA_MOST 4096u
#define BLOCK "2048"
#define SIZE "1073741824" /* any multiple; the drive answers READ CAPACITY */

static void forget(char *path) {
  path[0] = '\0';
}

bool config_join(char *path, const char *folder, const char *name) {
  int len = snprintf(path, SERVE_PATH_MAX, "%s/%s", folder, name);
  return len > 0 && len < SERVE_PATH_MAX;
}

bool config_write(const char *folder,
                  const char *file,
                  const char *text,
                  struct failure *f) {
  char path[SERVE_PATH_MAX];
  int fd, err = 0;
  if (!config_join(path, folder, file))
    return fail(f, FAIL_GENERIC, "serve: a path is too long");
  fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, text, strlen(text)) < 0)
    err = errno;
  if (fd >= 0)
    close(fd);
  if (err == 0)
    return true;
  return fail_errno(
    f, err, FAIL_GENERIC, "serve: \"%.60s\" into %.160s", text, path);
}

bool config_read(const char *folder,
                 const char *file,
                 char *text,
                 size_t size) {
  char path[SERVE_PATH_MAX];
  ssize_t len;
  int fd;
  if (!config_join(path, folder, file))
    return false;
  fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return false;
  len = read(fd, text, size - 1);
  close(fd);
  if (len < 0)
    return false;
  text[len] = '\0';
  text[strcspn(text, "\n")] = '\0';
  return true;
}

/* A folder; one that exists is somebody else's, errno says so. */
static bool make(char *path, const char *folder, const char *name) {
  if (!config_join(path, folder, name)) {
    errno = ENAMETOOLONG;
    forget(path);
    return false;
  }
  if (mkdir(path, 0755) == 0)
    return true;
  forget(path);
  return false;
}

static bool cannot_make(const char *what, struct failure *f) {
  return fail_errno(
    f, errno, FAIL_GENERIC, "serve: a %s in " CONFIGFS_TARGET, what);
}

/* A number of its own, so that what others serve stays apart. */
static bool make_hba(struct config *c, unsigned *number, struct failure *f) {
  for (unsigned n = HBA_FIRST; n < HBA_MOST; n++) {
    char name[32];
    snprintf(name, sizeof name, "user_%u", n);
    if (make(c->hba, CONFIGFS_TARGET "/core", name)) {
      *number = n;
      return true;
    }
    if (errno != EEXIST)
      break;
  }
  return cannot_make("user backstore", f);
}

bool config_make_backstore(struct config *c, uint32_t hash, struct failure *f) {
  char name[64], text[128], attributes[SERVE_PATH_MAX];
  unsigned number = 0;
  memset(c, 0, sizeof *c);
  if (!make_hba(c, &number, f))
    return false;
  snprintf(name, sizeof name, SERVE_NAME "%08x", (unsigned)hash);
  snprintf(c->id, sizeof c->id, SERVE_ID, number, (unsigned)hash);
  snprintf(text, sizeof text, "dev_config=%s", c->id);
  if (!make(c->backstore, c->hba, name))
    return cannot_make("backstore", f);
  if (!config_join(attributes, c->backstore, "attrib"))
    return fail(f, FAIL_GENERIC, "serve: a path is too long");
  return config_write(c->backstore, "control", text, f) &&
         config_write(c->backstore, "control", "dev_size=" SIZE, f) &&
         config_write(c->backstore, "control", "hw_block_size=" BLOCK, f) &&
         config_write(c->backstore, "control", "nl_reply_supported=-1", f) &&
         config_write(c->backstore, "enable", "1", f) &&
         config_write(attributes, "cmd_time_out", COMMAND_SECONDS, f);
}

bool config_make_host(struct config *c, uint32_t hash, struct failure *f) {
  char name[32];
  for (unsigned i = 0; c->naa[0] == '\0'; i++) {
    snprintf(name, sizeof name, SERVE_NAA "%08x", (unsigned)(hash + i));
    if (!make(c->naa, CONFIGFS_TARGET "/loopback", name) && errno != EEXIST)
      return cannot_make("loop-back host", f);
  }
  if (!make(c->tpg, c->naa, "tpgt_1"))
    return cannot_make("target portal", f);
  if (!config_write(c->tpg, "nexus", name, f))
    return false;
  if (!make(c->lun, c->tpg, "lun/lun_0"))
    return cannot_make("logical unit", f);
  if (!config_join(c->link, c->lun, "discrecorder") ||
      symlink(c->backstore, c->link) != 0) {
    forget(c->link);
    return cannot_make("link", f);
  }
  return true;
}

/* What is gone already is gone. */
static bool take_away(char *path, int (*how)(const char *), struct failure *f) {
  char gone[SERVE_PATH_MAX];
  if (path[0] == '\0')
    return true;
  memcpy(gone, path, sizeof gone);
  forget(path);
  if (how(gone) == 0 || errno == ENOENT)
    return true;
  return fail_errno(f, errno, FAIL_GENERIC, "serve: removing %.200s", gone);
}

void config_give_up(const struct config *c) {
  char action[SERVE_PATH_MAX];
  struct failure ignored;
  if (c->backstore[0] == '\0' || !config_join(action, c->backstore, "action"))
    return;
  config_write(action, "block_dev", "1", &ignored);
  config_write(action, "reset_ring", "1", &ignored);
}

bool config_remove_host(struct config *c, struct failure *f) {
  return take_away(c->link, unlink, f) && take_away(c->lun, rmdir, f) &&
         take_away(c->tpg, rmdir, f) && take_away(c->naa, rmdir, f);
}

bool config_remove_backstore(struct config *c, struct failure *f) {
  struct failure ignored;
  if (!take_away(c->backstore, rmdir, f))
    return false;
  /* Another's backstore may stand in it by now; then it stays. */
  take_away(c->hba, rmdir, &ignored);
  return true;
}
