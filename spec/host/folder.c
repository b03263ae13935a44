/* folder.c: folders of plain files. */
#include "folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE 65536

static void fail(const char *path) {
  perror(path);
  _exit(2);
}

static void join(char *path, const char *folder, const char *name) {
  if (snprintf(path, FOLDER_PATH, "%s/%s", folder, name) >= FOLDER_PATH)
    fail(folder);
}

void folder_make(const char *path) {
  if (mkdir(path, 0777) != 0)
    fail(path);
}

/* Call a function for what is in a folder. */
static void each(const char *folder,
                 void (*f)(const char *path, const char *name, const void *arg),
                 const void *arg) {
  DIR *d = opendir(folder);
  const struct dirent *e;
  char path[FOLDER_PATH];
  if (d == NULL)
    fail(folder);
  while ((e = readdir(d)) != NULL) {
    if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
      continue;
    join(path, folder, e->d_name);
    f(path, e->d_name, arg);
  }
  closedir(d);
}

static void remove_one(const char *path, const char *name, const void *arg) {
  (void)name;
  (void)arg;
  if (unlink(path) == 0)
    return;
  folder_empty(path);
  if (rmdir(path) != 0)
    fail(path);
}

void folder_empty(const char *path) {
  each(path, remove_one, NULL);
}

/* The bytes from 'at' to 'end', where both files have their places. */
static void copy_bytes(int from, int to, off_t at, off_t end) {
  static char piece[PIECE];
  while (at < end) {
    size_t left = end - at < PIECE ? (size_t)(end - at) : PIECE;
    ssize_t n = pread(from, piece, left, at);
    if (n <= 0 || pwrite(to, piece, (size_t)n, at) != n)
      fail("copying");
    at += n;
  }
}

static void copy_one(const char *path, const char *name, const void *arg) {
  char copy[FOLDER_PATH];
  struct stat s;
  off_t at = 0;
  int from = open(path, O_RDONLY | O_CLOEXEC), to;
  join(copy, arg, name);
  to = open(copy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (from < 0 || to < 0 || fstat(from, &s) != 0)
    fail(copy);
  while ((at = lseek(from, at, SEEK_DATA)) >= 0) {
    off_t end = lseek(from, at, SEEK_HOLE);
    copy_bytes(from, to, at, end);
    at = end;
  }
  if (ftruncate(to, s.st_size) != 0)
    fail(copy);
  close(from);
  close(to);
}

void folder_copy(const char *from, const char *to) {
  each(from, copy_one, to);
}

long folder_entries(const char *path) {
  DIR *d = opendir(path);
  long n = 0;
  if (d == NULL)
    fail(path);
  while (readdir(d) != NULL)
    n++;
  closedir(d);
  return n;
}
