/* shim.c: what a program does to the files in one folder, seen from beneath it
   (LD_PRELOAD): counted, so that it can be killed at the n-th change, and
   written down, so that cut.c can make what a power cut leaves.

     KILLS_FOLDER  its absolute path, without links
     KILLS_AT      the change at which to die, from 1
     KILLS_PART    thousandths of that change that are done before
     KILLS_STOP    set: it is done, and the program stopped (SIGSTOP), not killed
     KILLS_LOG     where to write down all changes
     KILLS_COUNT   where to write how many there were, at the end

   The lock guards the count and the log; a change is made while it is held, so
   that both have the order of the files. */
#include "log.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char folder[PATH_MAX];
static size_t folder_len;
static unsigned long count, at;
static unsigned part;
static bool stops;
static int log_fd = -1;
/* By their numbers; 0: it is gone, and another file may have its inode. */
static ino_t known[KILLS_FILES];
static unsigned nknown;

static unsigned long number(const char *name) {
  const char *text = getenv(name);
  return text == NULL ? 0 : strtoul(text, NULL, 10);
}

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("KILLS_FOLDER"), *log = getenv("KILLS_LOG");
  if (path == NULL)
    return;
  folder_len = (size_t)snprintf(folder, sizeof folder, "%s/", path);
  at = number("KILLS_AT");
  stops = getenv("KILLS_STOP") != NULL;
  part = stops ? 1000 : (unsigned)number("KILLS_PART");
  if (log != NULL)
    log_fd = (int)syscall(SYS_openat,
                          AT_FDCWD,
                          log,
                          O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
                          0600);
}

__attribute__((destructor)) static void end(void) {
  const char *path = getenv("KILLS_COUNT");
  FILE *out = path == NULL ? NULL : fopen(path, "we");
  if (out == NULL)
    return;
  fprintf(out, "%lu\n", count);
  fclose(out);
}

/* === which files === */

static const char *within(const char *path) {
  if (folder_len == 0 || path == NULL || strncmp(path, folder, folder_len) != 0)
    return NULL;
  return path + folder_len;
}

/* The path of a descriptor that is a file in the folder, or the folder itself
   ("."); NULL: it is neither. */
static const char *name_of(int fd, char path[PATH_MAX]) {
  char link[64];
  ssize_t n;
  if (folder_len == 0)
    return NULL;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  n = readlink(link, path, PATH_MAX - 1);
  if (n < 0)
    return NULL;
  path[n] = '\0';
  if ((size_t)n == folder_len - 1 && strncmp(path, folder, (size_t)n) == 0)
    return ".";
  return within(path);
}

/* === the log === */

static void put(const void *data, size_t len) {
  const char *p = data;
  while (len > 0) {
    ssize_t n = syscall(SYS_write, log_fd, p, len);
    if (n <= 0)
      _exit(99);
    p += n;
    len -= (size_t)n;
  }
}

static void write_down(enum kills_what what,
                       unsigned file,
                       off_t offset,
                       uint64_t len,
                       const void *bytes,
                       size_t nbytes) {
  struct kills_change c = {what, (uint32_t)nbytes, file, (uint64_t)offset, len};
  if (log_fd < 0)
    return;
  put(&c, sizeof c);
  put(bytes, nbytes);
}

static void write_name(enum kills_what what, unsigned file, const char *name) {
  write_down(what, file, 0, 0, name, strlen(name));
}

/* A file's number in the log. One that was opened with its name comes into it
   with its first change; one without gets it by a link. */
static unsigned file_of(ino_t inode, const char *name) {
  for (unsigned i = 0; i < nknown; i++)
    if (known[i] == inode)
      return i + 1;
  if (nknown == KILLS_FILES)
    _exit(99);
  known[nknown++] = inode;
  if (strchr(name, '#') == NULL)
    write_name(KILLS_LINK, nknown, name);
  return nknown;
}

static unsigned file_at(int fd, const char *name) {
  struct stat st;
  return fstat(fd, &st) == 0 ? file_of(st.st_ino, name) : 0;
}

/* The system may give its number to another file. */
static void forget(const char *path) {
  struct stat st;
  if (lstat(path, &st) != 0)
    return;
  for (unsigned i = 0; i < nknown; i++)
    if (known[i] == st.st_ino)
      known[i] = 0;
}

/* What stdio wrote past us: all of it is told anew. */
static void all_of(int fd, unsigned file) {
  char link[64], data[65536];
  int in;
  off_t offset = 0;
  ssize_t n;
  if ((fcntl(fd, F_GETFL) & O_ACCMODE) != O_WRONLY)
    return;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  in = open(link, O_RDONLY | O_CLOEXEC);
  while (in >= 0 && (n = pread(in, data, sizeof data, offset)) > 0) {
    write_down(KILLS_WRITE, file, offset, (uint64_t)n, data, (size_t)n);
    offset += n;
  }
  if (in >= 0)
    close(in);
}

/* === dying === */

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;)
    pause();
}

/* The lock is held until done(). True: this is the one to die in. */
static bool next(void) {
  pthread_mutex_lock(&lock);
  return ++count == at;
}

static void done(bool last) {
  if (last && stops)
    raise(SIGSTOP);
  else if (last)
    die();
  pthread_mutex_unlock(&lock);
}

/* One that is not divided is done or not. */
static bool whole(void) {
  bool last = next();
  if (last && part < 500)
    die();
  return last;
}

/* A process is killed between two pages of a write. */
static size_t cut_short(off_t offset, size_t len) {
  off_t end = offset + (off_t)(len * part / 1000);
  if (part == 1000)
    return len;
  end -= end % 4096;
  return end > offset ? (size_t)(end - offset) : 0;
}

/* === what changes files === */

/* A pointer to a function as POSIX has it (dlsym, Rationale). */
#define REAL(name)                                                             \
  static __typeof__(name) *real;                                               \
  if (real == NULL)                                                            \
  *(void **)&real = dlsym(RTLD_NEXT, #name)

ssize_t pwrite(int fd, const void *data, size_t len, off_t offset) {
  char path[PATH_MAX];
  const char *name = name_of(fd, path);
  unsigned file;
  ssize_t n;
  bool last;
  REAL(pwrite);
  if (name == NULL)
    return real(fd, data, len, offset);
  last = next();
  file = file_at(fd, name);
  if (last)
    len = cut_short(offset, len);
  n = real(fd, data, len, offset);
  if (n > 0)
    write_down(KILLS_WRITE, file, offset, (uint64_t)n, data, (size_t)n);
  done(last);
  return n;
}

ssize_t write(int fd, const void *data, size_t len) {
  char path[PATH_MAX];
  REAL(write);
  if (name_of(fd, path) == NULL)
    return real(fd, data, len);
  {
    off_t offset = lseek(fd, 0, SEEK_CUR);
    ssize_t n = pwrite(fd, data, len, offset);
    if (n > 0)
      lseek(fd, offset + n, SEEK_SET);
    return n;
  }
}

/* A change of one file that is not divided. */
struct change {
  unsigned file; /* 0: the folder itself */
  bool last;
};

/* False: it is none of the folder's. */
static bool begin_change(struct change *c, int fd) {
  char path[PATH_MAX];
  const char *name = name_of(fd, path);
  if (name == NULL)
    return false;
  c->last = whole();
  c->file = strcmp(name, ".") == 0 ? 0 : file_at(fd, name);
  return true;
}

static int end_change(const struct change *c,
                      int result,
                      enum kills_what what,
                      off_t offset,
                      off_t len) {
  if (result == 0)
    write_down(what, c->file, offset, (uint64_t)len, NULL, 0);
  done(c->last);
  return result;
}

int ftruncate(int fd, off_t len) {
  struct change c;
  REAL(ftruncate);
  if (!begin_change(&c, fd))
    return real(fd, len);
  return end_change(&c, real(fd, len), KILLS_LENGTH, 0, len);
}

int fallocate(int fd, int mode, off_t offset, off_t len) {
  struct change c;
  REAL(fallocate);
  if (!begin_change(&c, fd))
    return real(fd, mode, offset, len);
  return end_change(&c, real(fd, mode, offset, len), KILLS_HOLE, offset, len);
}

static int sync_file(int fd, int (*real)(int)) {
  struct change c;
  if (!begin_change(&c, fd))
    return real(fd);
  if (c.file == 0)
    return end_change(&c, real(fd), KILLS_SYNC_FOLDER, 0, 0);
  all_of(fd, c.file);
  return end_change(&c, real(fd), KILLS_SYNC, 0, 0);
}

int fdatasync(int fd) {
  REAL(fdatasync);
  return sync_file(fd, real);
}

int fsync(int fd) {
  REAL(fsync);
  return sync_file(fd, real);
}

int rename(const char *from, const char *to) {
  struct stat st;
  unsigned file;
  bool last;
  int result;
  REAL(rename);
  if (within(from) == NULL || within(to) == NULL || stat(from, &st) != 0)
    return real(from, to);
  last = whole();
  file = file_of(st.st_ino, within(from));
  forget(to);
  result = real(from, to);
  if (result == 0) {
    write_name(KILLS_LINK, file, within(to));
    write_name(KILLS_UNLINK, 0, within(from));
  }
  done(last);
  return result;
}

int linkat(int in, const char *from, int folder_fd, const char *to, int flags) {
  struct stat st;
  unsigned file;
  bool last;
  int result;
  REAL(linkat);
  if (within(to) == NULL || stat(from, &st) != 0)
    return real(in, from, folder_fd, to, flags);
  last = whole();
  file = file_of(st.st_ino, "#");
  result = real(in, from, folder_fd, to, flags);
  if (result == 0)
    write_name(KILLS_LINK, file, within(to));
  done(last);
  return result;
}

int unlink(const char *path) {
  const char *name = within(path);
  bool last;
  int result;
  REAL(unlink);
  if (name == NULL)
    return real(path);
  last = whole();
  forget(path);
  result = real(path);
  if (result == 0)
    write_name(KILLS_UNLINK, 0, name);
  done(last);
  return result;
}
