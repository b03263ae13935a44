/* modules.c: what must be there before anything is set up: root, the kernel's
   modules, configfs. Each that is missing is named, with what to do. */
#include "configfs.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CONFIGFS "/sys/kernel/config"

/* The module, and where one sees that it is there, be it built in. */
static const struct {
  const char *module, *sign;
  bool needed;
} modules[] = {
  {"configfs", CONFIGFS, true},
  {"target_core_mod", "/sys/module/target_core_mod", true},
  {"target_core_user", "/sys/module/target_core_user", true},
  {"tcm_loop", "/sys/module/tcm_loop", true},
  {"sr_mod", "/sys/module/sr_mod", true},
  {"sg", "/sys/module/sg", false},
};

static bool exists(const char *path) {
  struct stat st;
  return stat(path, &st) == 0;
}

/* What modprobe says is not passed on: the sign tells whether it worked. */
static void load(const char *module) {
  char name[] = "modprobe", quiet[] = "-q", argument[64];
  char *const argv[] = {name, quiet, argument, NULL};
  char path[] = "PATH=/usr/sbin:/sbin:/usr/bin:/bin";
  char *const environment[] = {path, NULL};
  static const char *const programs[] = {
    "/usr/sbin/modprobe", "/sbin/modprobe", "/usr/bin/modprobe"};
  pid_t pid;
  int status;
  snprintf(argument, sizeof argument, "%s", module);
  for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
    if (access(programs[i], X_OK) == 0 &&
        posix_spawn(&pid, programs[i], NULL, NULL, argv, environment) == 0) {
      while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
      return;
    }
}

/* The target core makes its folder in configfs when it is loaded. */
static bool mount_configfs(struct failure *f) {
  if (exists(CONFIGFS_TARGET) ||
      mount("configfs", CONFIGFS, "configfs", 0, NULL) == 0 || errno == EBUSY)
    return true;
  fail_errno(f, errno, FAIL_DEVICE_NOT_ACCESSIBLE, "serve: mounting " CONFIGFS);
  f->advice = "Mount it: mount -t configfs configfs " CONFIGFS;
  return false;
}

static bool missing(const char *module, struct failure *f) {
  fail(f,
       FAIL_UNSUPPORTED,
       "serve: this kernel has no module %s, and it could not be loaded",
       module);
  f->culprit = CULPRIT_PERMISSION;
  f->advice = "Install the kernel's package of modules, or load it on the host "
              "(modprobe); not every kernel is built with it.";
  return false;
}

bool config_ready(struct failure *f) {
  if (geteuid() != 0) {
    fail(f,
         FAIL_DEVICE_NOT_ACCESSIBLE,
         "serve: only root may make devices of the kernel");
    f->retryable = false;
    f->advice = "Run it as root, with sudo for example.";
    return false;
  }
  for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
    if (!exists(modules[i].sign))
      load(modules[i].module);
    if (!exists(modules[i].sign) && modules[i].needed)
      return missing(modules[i].module, f);
  }
  if (!mount_configfs(f))
    return false;
  /* Whoever mounts late still gets these: they come with the fabric. */
  if (!exists(CONFIGFS_TARGET "/core"))
    return missing("target_core_mod", f);
  if (!exists(CONFIGFS_TARGET "/loopback") &&
      mkdir(CONFIGFS_TARGET "/loopback", 0755) != 0 && errno != EEXIST)
    return fail_errno(
      f, errno, FAIL_GENERIC, "serve: " CONFIGFS_TARGET "/loopback");
  return true;
}

int config_lock(struct failure *f) {
  int fd = open(CONFIGFS_TARGET "/core", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  while (fd >= 0 && flock(fd, LOCK_EX) != 0) {
    if (errno == EINTR)
      continue;
    fail_errno(f, errno, FAIL_GENERIC, "serve: locking " CONFIGFS_TARGET);
    close(fd);
    return -1;
  }
  if (fd < 0)
    fail_errno(f, errno, FAIL_GENERIC, "serve: " CONFIGFS_TARGET "/core");
  return fd;
}
