/* source.h: where the bytes of a track come from. The burn engine reads a
   source from a thread of its own and knows nothing else about it; whoever
   makes one (a file, a pipe, pushed chunks, a directory tree) embeds
   'struct source' as its first member. No Lua below this line. */
#ifndef DISCRECORDER_SOURCE_H
#define DISCRECORDER_SOURCE_H

#include "../failure.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SOURCE_BLOCK 2048
#define SOURCE_RAW_BLOCK 2352 /* 588 frames of CD audio */

struct source;

struct source_ops {
  /* What comes is what counts: its last block is filled up with zeros, and it
     may have no length beforehand. Else it is whole blocks. */
  bool stream;
  const char *kind; /* "file", "bytes", "gather", "pipe", "push", "tree",
                       "audio", "join", "sectors": messages */
  /*
  ** Begin to read from the first byte. Called before the first read of every
  ** burn; a source that can be read only once fails the second time.
  */
  bool (*open)(struct source *s, struct failure *f);
  /*
  ** Up to len bytes, at least one; 0 at the end; -1 on a failure. Never more
  ** in all than the length. May block; 'cancel' from another thread wakes it
  ** and makes it fail with user_abort.
  */
  ptrdiff_t (*read)(struct source *s, void *buf, size_t len, struct failure *f);
  /*
  ** Called after the last byte was read: is what was read still what is there?
  ** A file that shrank, grew or changed meanwhile is a failure (bad_file).
  */
  bool (*check)(struct source *s, struct failure *f);
  /* The end of a reading, good or bad; the source can be opened again. */
  void (*shut)(struct source *s);
  /* Wake a blocked read. May be NULL where reads never block for long. */
  void (*cancel)(struct source *s);
  /*
  ** Name what stands in a block of the source (0 is the first): a path on the
  ** disc. False when nobody knows. May be NULL.
  */
  bool (*locate)(struct source *s, uint32_t block, char *name, size_t size);
  void (*free)(struct source *s);
};

/* Worth knowing before the burn, but no failure: "name_too_long_for_joliet". */
struct source_warning {
  const char *code; /* a literal */
  char message[320];
};

/* What an audio file is, before anything was done to it. */
struct source_audio {
  const char *format; /* "flac": a literal */
  char encoding[48];  /* "Signed 24 bit PCM" */
  int rate;           /* Hz */
  int channels;
  int64_t frames;      /* one sample of each channel */
  int64_t from, total; /* in frames of CD audio: this part's first, all */
  bool exact;          /* nothing is converted: bit for bit */
  char title[128];     /* its tags, in UTF-8; "" where it has none */
  char artist[128];
  char album[128];
  bool dithers;
};

struct source {
  const struct source_ops *ops;
  atomic_int refs;    /* one for each Lua object and each burn that holds it */
  int64_t length;     /* bytes, or -1 while nobody knows */
  atomic_bool in_use; /* one burn or reader at a time: source_claim */
  /* Found when the source was made; owned by it, never changed afterwards. */
  const struct source_warning *warnings;
  size_t warning_count;
  /* Not NULL: the bytes are CD audio, whose blocks have SOURCE_RAW_BLOCK. */
  const struct source_audio *audio;
};

static inline void source_ref(struct source *s) {
  atomic_fetch_add(&s->refs, 1);
}

static inline void source_unref(struct source *s) {
  if (s != NULL && atomic_fetch_sub(&s->refs, 1) == 1)
    s->ops->free(s);
}

/*
** Whoever reads a source claims it first, before 'open', and releases it after
** 'shut'. False: somebody else reads it. A claim also tells the writer of a
** push source that his bytes will be wanted, so claim when the burn starts.
*/
static inline bool source_claim(struct source *s) {
  return !atomic_exchange(&s->in_use, true);
}

static inline void source_release(struct source *s) {
  atomic_store(&s->in_use, false);
}

/* For those who make one: one reference, for the caller. */
static inline void
source_init(struct source *s, const struct source_ops *ops, int64_t length) {
  s->ops = ops;
  atomic_init(&s->refs, 1);
  s->length = length;
  atomic_init(&s->in_use, false);
  s->warnings = NULL;
  s->warning_count = 0;
  s->audio = NULL;
}

/* A regular file, all of it. Opened and measured now, compared with that when
   it is opened to be read and at every 'check'. */
struct source *source_file(const char *path, struct failure *f);

/* Bytes in memory, which are copied. */
struct source *source_bytes(const void *data, size_t length, struct failure *f);

/* Bytes in memory that come one after the other, each copied once; none yet.
   Adding fails (busy) while something reads it. */
struct source *source_gather(struct failure *f);
bool source_gather_add(struct source *s,
                       const void *data,
                       size_t len,
                       struct failure *f);

/* A pipe, socket or character device of which 'length' bytes are read (-1: as
   many as come), from a path (a FIFO, /dev/stdin) or a descriptor (which is
   duplicated). */
struct source *source_pipe(const char *path, int64_t length, struct failure *f);
struct source *source_pipe_fd(int fd, int64_t length, struct failure *f);

/* A part of a file of sectors: blocks of user data are in them, or with 'whole'
   sectors of mode 2, of which it then gives 2352 bytes each (mode_2.h). */
struct sector_layout {
  int64_t offset; /* bytes before the first */
  int64_t count;
  uint32_t size; /* bytes of one: at most 2448 */
  uint32_t skip; /* of them, before the 2048 of user data */
  bool whole;    /* the bytes of one are the last of a sector; 2324: the data of
                    form 2 */
};

struct source *source_sectors(const char *path,
                              const struct sector_layout *layout,
                              struct failure *f);

/* CD audio in parts: a source, which it counts and claims when it is opened, or
   NULL: silence. Bytes that are no audio by themselves count as samples. */
struct join_part {
  struct source *source;
  int64_t length; /* bytes; a source's own */
};

struct source *
source_join(const struct join_part *parts, unsigned count, struct failure *f);

/*
** Chunks pushed by the program itself, through a buffer of 'room' bytes.
** source_push_write takes what fits at once, or waits up to timeout_ms for room
** and returns how much it took; -1 when the burn is over, the source was ended,
** or, with 'needs_reader', when there is no room and nothing reads it.
** source_push_end says that no more comes.
*/
struct source *source_push(int64_t length, size_t room, struct failure *f);
ptrdiff_t source_push_write(struct source *s,
                            const void *data,
                            size_t len,
                            unsigned timeout_ms,
                            bool needs_reader,
                            struct failure *f);
bool source_push_end(struct source *s, struct failure *f);

#endif
