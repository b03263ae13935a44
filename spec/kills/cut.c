/* cut.c: the files that a power cut leaves, made from what shim.c wrote down.

     cut LOG                        how many changes there are, and at which
                                    something was put on the disk
     cut LOG FOLDER CUT MODE SEED   the files as they stand when the power fails
                                    before change CUT, from 0 on

   What was put on the disk is there. Of what came after that, the mode says
   what had reached the disk by chance, and the seed draws:

     none     nothing
     all      everything: the program was killed, and no power failed
     changes  some changes and not others
     pages    each page of 4096 bytes as it was at a moment of its own
     sectors  each sector of 512 bytes
     early    what is before 1 MiB, which is how a disc file describes itself
     late     what is behind that: the sectors of the disc

   A file's length and the names in the folder are as they were at a moment of
   their own, too. */
#include "log.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEBIBYTE (UINT64_C(1) << 20)

enum mode { NONE, ALL, CHANGES, PAGES, SECTORS, EARLY, LATE, MODES };

static const char *const mode_names[MODES] = {
  "none", "all", "changes", "pages", "sectors", "early", "late"};

struct change {
  struct kills_change head;
  const uint8_t *bytes;
};

/* One file, or the folder, which is file 0. */
struct file {
  uint64_t number;
  int fd;
  uint64_t synced; /* changes before this one are on the disk */
};

static struct change *changes;
static uint64_t nchanges, cut, seed;
static struct file files[KILLS_FILES + 1];
static unsigned nfiles;
static enum mode mode;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

/* === chance === */

/* The same number for the same place and seed (splitmix64). */
static uint64_t drawn(uint64_t a, uint64_t b) {
  uint64_t z = seed + a * UINT64_C(0x9E3779B97F4A7C15) + b;
  for (int i = 0; i < 3; i++) {
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    z ^= z >> 31;
  }
  return z;
}

/* Up to which change, that one not included, a place of a file has come. */
static uint64_t moment(const struct file *f, uint64_t place) {
  if (mode == NONE)
    return f->synced;
  if (mode == ALL)
    return cut;
  return f->synced + drawn(f->number + 1, place) % (cut - f->synced + 1);
}

/* Has change 'i' reached the disk at this place? */
static bool reached(const struct file *f, uint64_t i, uint64_t offset) {
  if (i < f->synced)
    return true;
  switch (mode) {
    case CHANGES:
      return drawn(i, 0) % 2 == 0;
    case PAGES:
      return i < moment(f, offset / 4096);
    case SECTORS:
      return i < moment(f, offset / 512);
    case EARLY:
      return offset < MEBIBYTE;
    case LATE:
      return offset >= MEBIBYTE;
    default:
      return mode == ALL;
  }
}

/* === the log === */

static void load(const char *path) {
  struct stat st;
  uint8_t *all;
  uint64_t at = 0, room = 0;
  int fd = open(path, O_RDONLY);
  if (fd < 0 || fstat(fd, &st) != 0)
    fail(path);
  all = malloc((size_t)st.st_size + 1);
  if (all == NULL || read(fd, all, (size_t)st.st_size) != st.st_size)
    fail(path);
  close(fd);
  while (at + sizeof(struct kills_change) <= (uint64_t)st.st_size) {
    struct change c;
    memcpy(&c.head, all + at, sizeof c.head);
    at += sizeof c.head;
    c.bytes = all + at;
    at += c.head.nbytes;
    if (at > (uint64_t)st.st_size)
      break;
    if (nchanges == room) {
      room = room * 2 + 64;
      changes = realloc(changes, room * sizeof *changes);
      if (changes == NULL)
        fail("memory");
    }
    changes[nchanges++] = c;
  }
}

static int list(void) {
  printf("changes %llu\n", (unsigned long long)nchanges);
  for (uint64_t i = 0; i < nchanges; i++)
    if (changes[i].head.what == KILLS_SYNC ||
        changes[i].head.what == KILLS_SYNC_FOLDER)
      printf("sync %llu\n", (unsigned long long)i);
  return 0;
}

/* === the files === */

static struct file *file_of(uint64_t number) {
  char name[32];
  for (unsigned i = 0; i < nfiles; i++)
    if (files[i].number == number)
      return &files[i];
  if (nfiles > KILLS_FILES)
    fail("too many files");
  files[nfiles].number = number;
  files[nfiles].fd = -1;
  if (number != 0) {
    snprintf(name, sizeof name, "#%llu", (unsigned long long)number);
    files[nfiles].fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (files[nfiles].fd < 0)
      fail(name);
  }
  return &files[nfiles++];
}

/* What there was before the first change was on the disk. */
static void note_syncs(void) {
  for (uint64_t i = 0; i < cut; i++) {
    struct file *f = file_of(changes[i].head.file);
    if (changes[i].head.what == KILLS_SYNC)
      f->synced = i;
    else if (changes[i].head.what == KILLS_SYNC_FOLDER)
      file_of(0)->synced = i;
  }
}

/* Sector by sector: each has its own fate. */
static void put_bytes(const struct file *f, uint64_t i) {
  const struct change *c = &changes[i];
  uint64_t at = c->head.offset, end = at + c->head.nbytes;
  while (at < end) {
    uint64_t stop = (at / 512 + 1) * 512;
    if (stop > end)
      stop = end;
    if (reached(f, i, at) && pwrite(f->fd,
                                    c->bytes + (at - c->head.offset),
                                    (size_t)(stop - at),
                                    (off_t)at) < 0)
      fail("pwrite");
    at = stop;
  }
}

/* A length is one place of the file, as far as its fate goes. */
#define LENGTH_PLACE UINT64_MAX

static void put_content(const struct file *f) {
  uint64_t size = 0, kept = 0, until = moment(f, LENGTH_PLACE);
  for (uint64_t i = 0; i < cut; i++) {
    const struct kills_change *h = &changes[i].head;
    if (h->file != f->number)
      continue;
    if (h->what == KILLS_WRITE) {
      put_bytes(f, i);
      size = h->offset + h->nbytes > size ? h->offset + h->nbytes : size;
    } else if (h->what == KILLS_LENGTH) {
      size = h->len;
      if (i < until && ftruncate(f->fd, (off_t)size) != 0)
        fail("ftruncate");
    } else if (h->what == KILLS_HOLE && reached(f, i, h->offset)) {
      if (fallocate(f->fd,
                    FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                    (off_t)h->offset,
                    (off_t)h->len) != 0)
        fail("fallocate");
    }
    if (i < until)
      kept = size;
  }
  if (ftruncate(f->fd, (off_t)kept) != 0)
    fail("ftruncate");
}

static void put_names(void) {
  const struct file *folder = file_of(0);
  uint64_t until = moment(folder, 0);
  for (uint64_t i = 0; i < until; i++) {
    const struct change *c = &changes[i];
    char name[256], own[32];
    snprintf(name, sizeof name, "%.*s", (int)c->head.nbytes, c->bytes);
    if (c->head.what == KILLS_LINK) {
      snprintf(own, sizeof own, "#%llu", (unsigned long long)c->head.file);
      unlink(name);
      if (link(own, name) != 0)
        fail(name);
    } else if (c->head.what == KILLS_UNLINK) {
      unlink(name);
    }
  }
}

int main(int argc, char **argv) {
  if (argc != 2 && argc != 6)
    return 2;
  load(argv[1]);
  if (argc == 2)
    return list();
  cut = strtoull(argv[3], NULL, 10);
  seed = strtoull(argv[5], NULL, 10);
  while (mode < MODES && strcmp(argv[4], mode_names[mode]) != 0)
    mode++;
  if (cut > nchanges || mode == MODES)
    return 2;
  if (chdir(argv[2]) != 0)
    fail(argv[2]);
  file_of(0);
  note_syncs();
  for (unsigned i = 0; i < nfiles; i++)
    if (files[i].number != 0)
      put_content(&files[i]);
  put_names();
  /* What was told before the power failed was told. */
  for (uint64_t i = 0; i < cut; i++)
    if (changes[i].head.what == KILLS_LINK && changes[i].head.nbytes > 5 &&
        memcmp(changes[i].bytes, "told.", 5) == 0)
      printf("%.*s\n", (int)changes[i].head.nbytes, changes[i].bytes);
  for (unsigned i = 0; i < nfiles; i++) {
    char own[32];
    snprintf(own, sizeof own, "#%llu", (unsigned long long)files[i].number);
    unlink(own);
  }
  return 0;
}
