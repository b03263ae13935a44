/* tree_file.c: the files' bytes, handed to libisofs by a stream class of our
   own. libisofs' own would pad a file that shrank with zeros and say nothing,
   and read in steps of 2048 bytes. All of it but the checks runs in libisofs'
   writer thread, one file at a time. */
#include <stdint.h> /* libisofs.h wants it first */

#include "tree_nodes.h"

#include <errno.h>
#include <fcntl.h>
#include <libisofs/libisofs.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK ((size_t)256 << 10)

/* A stream knows the file; the file does not know its tree. */
struct tree_stream {
  struct tree_source *tree;
  struct tree_node *file;
};

int tree_open_file(struct tree_source *t,
                   const struct tree_node *file,
                   struct failure *f) {
  char path[PATH_MAX], shown[SHOWN_PATH];
  int fd;
  (void)t;
  if (!tree_host_path(file, path, f))
    return -1;
  fd = open(path,
            O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY |
              (file->followed ? 0 : O_NOFOLLOW));
  if (fd < 0)
    fail_errno(f, errno, FAIL_BAD_FILE, "%s", shown_path(path, shown));
  return fd;
}

/* The reader learns it from 'failed'; a fatal code ends libisofs' thread. */
static int give_up(struct tree_source *t) {
  atomic_store(&t->failed, true);
  return (int)ISO_FATAL_ERROR;
}

static bool compare_open(struct tree_source *t, const struct tree_node *file) {
  char path[PATH_MAX];
  struct stat st;
  if (!tree_host_path(file, path, &t->failure))
    return false;
  if (fstat(t->fd, &st) != 0)
    return fail_errno(&t->failure, errno, FAIL_BAD_FILE, "%s", file->name);
  return measure_compare(&file->measure, &st, path, &t->failure);
}

static int stream_open(IsoStream *stream) {
  struct tree_stream *self = stream->data;
  struct tree_source *t = self->tree;
  t->file_got = 0;
  t->buffer_at = t->buffer_filled = 0;
  /* The first failure is the one that counts, and its reader may be at it. */
  if (atomic_load(&t->failed))
    return (int)ISO_FATAL_ERROR;
  if (self->file == t->manifest)
    return 1;
  t->fd = tree_open_file(t, self->file, &t->failure);
  if (t->fd < 0)
    return give_up(t);
  if (!compare_open(t, self->file)) {
    close(t->fd);
    t->fd = -1;
    return give_up(t);
  }
  posix_fadvise(t->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  return 1;
}

static int stream_close(IsoStream *stream) {
  struct tree_stream *self = stream->data;
  struct tree_source *t = self->tree;
  bool same = self->file == t->manifest || atomic_load(&t->failed) ||
              atomic_load(&t->cancelled) || compare_open(t, self->file);
  if (t->fd >= 0)
    close(t->fd);
  t->fd = -1;
  return same ? 1 : give_up(t);
}

static off_t stream_get_size(IsoStream *stream) {
  return ((struct tree_stream *)stream->data)->file->measure.size;
}

/* The next chunk of the file into the buffer. */
static bool refill(struct tree_source *t, const struct tree_node *file) {
  char path[PATH_MAX], shown[SHOWN_PATH];
  ssize_t n;
  if (atomic_load(&t->cancelled))
    return fail(&t->failure, FAIL_USER_ABORT, "reading was cancelled");
  do
    n = read(t->fd, t->buffer, CHUNK);
  while (n < 0 && errno == EINTR);
  if (n > 0) {
    t->buffer_at = 0;
    t->buffer_filled = (size_t)n;
    return true;
  }
  if (!tree_host_path(file, path, &t->failure))
    return false;
  if (n < 0)
    return fail_errno(
      &t->failure, errno, FAIL_BAD_FILE, "%s", shown_path(path, shown));
  return fail(&t->failure,
              FAIL_BAD_FILE,
              "%s shrank meanwhile, from %lld to %lld bytes",
              shown_path(path, shown),
              (long long)file->measure.size,
              (long long)t->file_got);
}

static int stream_read(IsoStream *stream, void *buf, size_t count) {
  struct tree_stream *self = stream->data;
  struct tree_source *t = self->tree;
  int64_t left = self->file->measure.size - t->file_got;
  unsigned char *to = buf;
  size_t done = 0;
  if ((uint64_t)left < count)
    count = (size_t)left;
  if (self->file == t->manifest) {
    memcpy(buf, t->manifest_text + t->file_got, count);
    done = count;
  }
  while (done < count) {
    size_t n;
    if (t->buffer_at == t->buffer_filled && !refill(t, self->file))
      return give_up(t);
    n = t->buffer_filled - t->buffer_at;
    if (n > count - done)
      n = count - done;
    memcpy(to + done, t->buffer + t->buffer_at, n);
    t->buffer_at += n;
    done += n;
  }
  t->file_got += (int64_t)done;
  return (int)done;
}

static int stream_is_repeatable(IsoStream *stream) {
  (void)stream;
  return 1;
}

/* Not the machine's inode numbers: they would put copies of a tree in another
   order, and one file with two names on the disc once. */
static void stream_get_id(IsoStream *stream,
                          unsigned int *fs_id,
                          dev_t *dev_id,
                          ino_t *ino_id) {
  struct tree_stream *self = stream->data;
  *fs_id = tree_fs_id;
  *dev_id = 0;
  *ino_id = (ino_t)self->file->index + 1;
}

static void stream_free(IsoStream *stream) {
  free(stream->data);
}

static int stream_update_size(IsoStream *stream) {
  (void)stream;
  return 1;
}

static IsoStream *stream_get_input_stream(IsoStream *stream, int flag) {
  (void)stream, (void)flag;
  return NULL;
}

static int stream_clone(IsoStream *old, IsoStream **copy, int flag) {
  (void)old, (void)copy, (void)flag;
  return (int)ISO_STREAM_NO_CLONE;
}

static IsoStreamIface stream_class = {
  .version = 4,
  .type = {'u', 's', 'e', 'r'},
  .open = stream_open,
  .close = stream_close,
  .get_size = stream_get_size,
  .read = stream_read,
  .is_repeatable = stream_is_repeatable,
  .get_id = stream_get_id,
  .free = stream_free,
  .update_size = stream_update_size,
  .get_input_stream = stream_get_input_stream,
  .cmp_ino = NULL,
  .clone_stream = stream_clone,
};

struct iso_stream *tree_new_stream(struct tree_source *t,
                                   struct tree_node *file) {
  struct tree_stream *self = malloc(sizeof *self);
  IsoStream *stream = malloc(sizeof *stream);
  if (t->buffer == NULL)
    t->buffer = malloc(CHUNK);
  if (self == NULL || stream == NULL || t->buffer == NULL) {
    free(self);
    free(stream);
    return NULL;
  }
  self->tree = t;
  self->file = file;
  stream->class = &stream_class;
  stream->refcount = 1;
  stream->data = self;
  return stream;
}

bool tree_check_files(struct tree_source *t, struct failure *f) {
  char path[PATH_MAX], shown[SHOWN_PATH];
  for (uint32_t i = 0; i < t->file_count; i++) {
    const struct tree_node *n = t->files[i];
    struct stat st;
    if (n == t->manifest)
      continue;
    if (!tree_host_path(n, path, f))
      return false;
    if ((n->followed ? stat : lstat)(path, &st) != 0)
      return fail_errno(f, errno, FAIL_BAD_FILE, "%s", shown_path(path, shown));
    if (!measure_compare(&n->measure, &st, path, f))
      return false;
  }
  return true;
}
