/* virtual.h: a disc file in memory, blank again for each input, and what a
   recorder makes of the drive that it is in. */
#ifndef DISCRECORDER_FUZZ_VIRTUAL_H
#define DISCRECORDER_FUZZ_VIRTUAL_H

#include "input.h"
#include "memory_file.h"

#include "../src/recorder/medium.h"
#include "../src/virtual/virtual.h"

#include <fcntl.h>
#include <unistd.h>

#define DISC_CELL 4096
#define DISC_SLOT 65536
#define DISC_SLOTS 3
#define DISC_USED 16384 /* bytes of a slot that may not be zeros */

static const char *const disc_kinds[] = {
  "cd-r",
  "cd-rw",
  "dvd+r",
  "dvd+r-dl",
  "dvd-r",
  "dvd-r-dl",
  "dvd-rw",
  "dvd+rw",
  "dvd-ram",
  "bd-r",
  "bd-r-tl",
  "bd-re",
  "bd-r-dl",
  "bd-r-ql",
  "bd-re-dl",
  "bd-re-tl",
};

#define DISC_KINDS (sizeof disc_kinds / sizeof *disc_kinds)

/* What a new disc of a kind has in its file, from the drive that makes one. */
struct disc_model {
  off_t size;
  uint8_t head[24], cell[24], slots[DISC_SLOTS][DISC_USED];
};

static inline void disc_model_make(struct disc_model *m, const char *kind) {
  char path[] = "/tmp/discrecorder-fuzz.XXXXXX";
  struct virtual_options options = {.path = path, .medium = kind};
  struct transport *t;
  struct failure f;
  int fd = mkstemp(path);
  must(fd >= 0 && close(fd) == 0 && unlink(path) == 0);
  t = virtual_open(&options, &f);
  must(t != NULL);
  transport_close(t);
  fd = open(path, O_RDONLY | O_CLOEXEC);
  must(fd >= 0 && unlink(path) == 0);
  m->size = lseek(fd, 0, SEEK_END);
  must(pread(fd, m->head, sizeof m->head, 0) > 0);
  must(pread(fd, m->cell, sizeof m->cell, DISC_CELL) > 0);
  for (int i = 0; i < DISC_SLOTS; i++)
    must(pread(fd, m->slots[i], DISC_USED, DISC_SLOT * (i + 1)) == DISC_USED);
  close(fd);
}

/* The file in memory becomes a new disc of a kind. */
static inline void disc_reset(unsigned kind) {
  static struct disc_model models[DISC_KINDS];
  struct disc_model *m = &models[kind];
  if (m->size == 0)
    disc_model_make(m, disc_kinds[kind]);
  memory_file_reset(m->size);
  memory_file_put(m->head, sizeof m->head, 0);
  memory_file_put(m->cell, sizeof m->cell, DISC_CELL);
  for (int i = 0; i < DISC_SLOTS; i++)
    memory_file_put(m->slots[i], DISC_USED, DISC_SLOT * (i + 1));
}

static inline void check_tracks(const struct medium *m) {
  for (unsigned i = 0; i < m->track_count; i++) {
    const struct medium_track *t = &m->tracks[i];
    must(t->number == i + 1);
    must(t->start >= 0 && (int64_t)t->start + t->blocks < MEDIUM_ADDRESS_MAX);
    must(i == 0 || t->start >= m->tracks[i - 1].start);
  }
}

/* What a drive says of itself holds together, whatever came before. */
static inline void check_drive(struct transport *t) {
  static struct recorder r;
  static struct medium m;
  struct failure f = {.message = ""};
  memset(&r, 0, sizeof r);
  r.t = t;
  patience_init(&r.patience, t);
  r.id.configured = true;
  if (medium_read(&r, &m, &f)) {
    must(m.state <= MEDIUM_UNSUPPORTED);
    check_tracks(&m);
  } else {
    must(f.code < FAIL_COUNT && f.message[0] != '\0');
  }
}

#endif
