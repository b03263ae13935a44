/* tree_image.c: what libisofs does: its picture of the tree, the layout, the
   image as a stream. What it keeps is one per process (message queue, character
   set, lists that it never locks), so all of it but reading is under one lock,
   and it is never finished. */
#include <stdint.h> /* libisofs.h wants it first */

#include "tree_nodes.h"

#define LIBISOFS_WITHOUT_LIBBURN 1 /* struct burn_source from libisofs.h */
#include <libisofs/libisofs.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FIFO_BLOCKS 1024

/* Recursive: an import calls Lua to read, and Lua may collect another tree. */
static pthread_mutex_t iso_lock;
static pthread_once_t iso_lock_once = PTHREAD_ONCE_INIT;
unsigned int tree_fs_id;

/* Once per process; the lock is held. Names are taken as UTF-8 whatever the
   locale says, and nothing is ever printed. */
static bool start_libisofs(struct failure *f) {
  if (tree_fs_id != 0)
    return true;
  if (iso_init_with_flag(1) < 0 || iso_set_local_charset("UTF-8", 0) <= 0 ||
      iso_set_msgs_severities("MISHAP", "NEVER", "") <= 0)
    return fail(f, FAIL_GENERIC, "libisofs does not start");
  tree_fs_id = ++iso_fs_global_id;
  return true;
}

static void make_lock(void) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
  pthread_mutex_init(&iso_lock, &attributes);
  pthread_mutexattr_destroy(&attributes);
}

void tree_lock(void) {
  pthread_once(&iso_lock_once, make_lock);
  pthread_mutex_lock(&iso_lock);
}

void tree_unlock(void) {
  pthread_mutex_unlock(&iso_lock);
}

bool tree_use_libisofs(struct failure *f) {
  bool ok;
  tree_lock();
  ok = start_libisofs(f);
  tree_unlock();
  return ok;
}

/* Empties the queue, which all images share; the last text stays. */
bool tree_fail_iso(struct tree_source *t,
                   int code,
                   const char *what,
                   struct failure *f) {
  char *text = malloc(ISO_MSGS_MESSAGE_LEN), severity[80], last[200] = "";
  int error, id, own = iso_image_get_msg_id(t->image);
  while (text != NULL &&
         iso_obtain_msgs("MISHAP", &error, &id, text, severity) == 1)
    if (id == own)
      snprintf(last, sizeof last, "%s", text);
  free(text);
  if (code == (int)ISO_OUT_OF_MEM)
    return fail(f, FAIL_NO_MEMORY, "%s: out of memory", what);
  if (last[0] == '\0' && code < 0)
    snprintf(last, sizeof last, "%s", iso_error_to_msg(code));
  return fail(f, FAIL_INVALID_IMAGE, "%s: %s", what, last);
}

static void copy_attributes(IsoNode *to, const struct tree_node *n) {
  iso_node_set_permissions(to, n->mode & 07777);
  iso_node_set_uid(to, n->uid);
  iso_node_set_gid(to, n->gid);
  iso_node_set_mtime(to, (time_t)n->measure.mtime);
  iso_node_set_atime(to, (time_t)n->atime);
  iso_node_set_ctime(to, (time_t)n->ctime);
}

static int add_file(struct tree_source *t, struct tree_node *n, IsoNode **to) {
  struct iso_stream *stream = tree_new_stream(t, n);
  IsoFile *file = NULL;
  int ret;
  if (stream == NULL)
    return (int)ISO_OUT_OF_MEM;
  ret =
    iso_image_add_new_file(t->image, n->parent->iso, n->name, stream, &file);
  if (ret < 0) {
    iso_stream_unref(stream);
    return ret;
  }
  /* Heavier is earlier: the files follow each other as in our own list. */
  iso_node_set_sort_weight((IsoNode *)file, (int)(t->file_count - n->index));
  *to = (IsoNode *)file;
  return ret;
}

static bool
add_node(struct tree_source *t, struct tree_node *n, struct failure *f) {
  IsoDir *parent = n->parent->iso;
  IsoNode *to = NULL;
  int ret;
  if (S_ISSOCK(n->mode))
    return true;
  if (!tree_make_way(t, n, &to))
    ret = 1;
  else if (S_ISDIR(n->mode))
    ret = iso_image_add_new_dir(t->image, parent, n->name, (IsoDir **)&to);
  else if (S_ISREG(n->mode))
    ret = add_file(t, n, &to);
  else if (S_ISLNK(n->mode))
    ret = iso_image_add_new_symlink(
      t->image, parent, n->name, n->target, (IsoSymlink **)&to);
  else
    ret = iso_image_add_new_special(
      t->image, parent, n->name, n->mode, n->rdev, (IsoSpecial **)&to);
  if (ret < 0)
    return tree_fail_iso(t, ret, n->name, f);
  if (S_ISDIR(n->mode))
    n->iso = (IsoDir *)to;
  copy_attributes(to, n);
  return true;
}

/* Backwards: libisofs looks for a name's place from the start of the folder,
   so that a name before all others is found its place at once. */
static bool
add_children(struct tree_source *t, struct tree_node *dir, struct failure *f) {
  struct tree_node **list, *n;
  size_t count = 0;
  bool ok = true;
  for (n = dir->first; n != NULL; n = n->next)
    count++;
  list = malloc((count + 1) * sizeof *list);
  if (list == NULL)
    return fail(f, FAIL_NO_MEMORY, "out of memory");
  count = 0;
  for (n = dir->first; n != NULL; n = n->next)
    list[count++] = n;
  while (ok && count > 0)
    ok = add_node(t, list[--count], f);
  free(list);
  return ok;
}

static bool new_image(struct tree_source *t, struct failure *f) {
  int ret;
  if (t->image != NULL) { /* the disc's */
    iso_image_set_volume_id(t->image, t->volume_id);
    return true;
  }
  ret = iso_image_new(t->volume_id, &t->image);
  if (ret >= 0)
    return true;
  t->image = NULL;
  return fail(f, FAIL_NO_MEMORY, "libisofs: %s", iso_error_to_msg(ret));
}

static bool add_everything(struct tree_source *t, struct failure *f) {
  if (!new_image(t, f))
    return false;
  iso_image_set_truncate_mode(t->image, 0, 255);
  t->root->iso = iso_image_get_root(t->image);
  copy_attributes((IsoNode *)t->root->iso, t->root);
  for (struct tree_node *n = t->root; n != NULL; n = tree_next(n)) {
    if (!S_ISDIR(n->mode))
      continue;
    tree_drop_missing(t, n);
    if (!add_children(t, n, f))
      return false;
  }
  tree_leave_out_kept(t);
  return tree_add_boot(t, f);
}

/* 16 digits: libisofs has no other way to fix the volume's own dates. */
static bool set_dates(const struct tree_source *t, IsoWriteOpts *o) {
  time_t now = (time_t)t->now;
  char digits[32];
  struct tm tm;
  if (gmtime_r(&now, &tm) == NULL ||
      strftime(digits, sizeof digits, "%Y%m%d%H%M%S00", &tm) != 16)
    return false;
  if (t->options.has_date) {
    iso_write_opts_set_replace_timestamps(o, 2);
    iso_write_opts_set_default_timestamp(o, now);
  }
  return iso_write_opts_set_pvd_times(o, now, now, 0, 0, digits) >= 0;
}

/* RRIP 1.10 without serial numbers: they are the machine's business. */
static IsoWriteOpts *new_options(const struct tree_source *t) {
  enum tree_md5 md5 = t->options.md5;
  IsoWriteOpts *o;
  if (iso_write_opts_new(&o, 0) < 0)
    return NULL;
  iso_write_opts_set_iso_level(o, 3);
  iso_write_opts_set_rockridge(o, 1);
  iso_write_opts_set_joliet(o, 1);
  iso_write_opts_set_aaip(o, md5 == TREE_MD5_FILES);
  iso_write_opts_set_record_md5(o, md5 != TREE_MD5_NONE, md5 == TREE_MD5_FILES);
  iso_write_opts_set_rrip_version_1_10(o, 1);
  iso_write_opts_set_rrip_1_10_px_ino(o, 0);
  iso_write_opts_set_hardlinks(o, 0);
  iso_write_opts_set_allow_deep_paths(o, 1);
  iso_write_opts_set_allow_longer_paths(o, 1);
  iso_write_opts_set_joliet_longer_paths(o, 1);
  iso_write_opts_set_relaxed_vol_atts(o, 1);
  iso_write_opts_set_dir_rec_mtime(o, 3);
  iso_write_opts_set_always_gmt(o, 1);
  iso_write_opts_set_sort_files(o, 1);
  iso_write_opts_set_output_charset(o, "UTF-8");
  iso_write_opts_set_fifo_size(o, FIFO_BLOCKS);
  iso_write_opts_set_ms_block(o, t->options.base.at);
  iso_write_opts_set_appendable(o, t->based);
  if (!set_dates(t, o)) {
    iso_write_opts_free(o);
    return NULL;
  }
  return o;
}

/* The lock is held. libisofs' thread takes none of the process's signals. */
static struct burn_source *new_stream(struct tree_source *t,
                                      bool only_measure,
                                      uint32_t *start,
                                      struct failure *f) {
  struct burn_source *stream = NULL;
  IsoWriteOpts *o = new_options(t);
  sigset_t all, old;
  int ret;
  if (o == NULL) {
    fail(f, FAIL_NO_MEMORY, "libisofs takes no options");
    return NULL;
  }
  if (only_measure) {
    iso_write_opts_set_will_cancel(o, 1);
    if (t->head != NULL) /* complete when this returns */
      iso_write_opts_set_overwrite_buf(o, t->head);
  }
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  ret = iso_image_create_burn_source(t->image, o, &stream);
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  if (ret < 0) {
    tree_fail_iso(t, ret, "the image", f);
    stream = NULL;
  } else if (iso_write_opts_get_data_start(o, start, 0) < 0)
    *start = 0;
  iso_write_opts_free(o);
  return stream;
}

static void free_stream(struct burn_source *stream) {
  stream->cancel(stream); /* ends the thread, and waits for that */
  stream->free_data(stream);
  free(stream);
}

/* Files follow each other from the block after 'start', which stands for all
   that is empty. */
static void lay_out(struct tree_source *t, uint32_t start) {
  uint32_t block = start + 1;
  t->first_block = block;
  for (uint32_t i = 0; i < t->file_count; i++) {
    t->files[i]->block = block;
    block +=
      (uint32_t)((t->files[i]->measure.size + SOURCE_BLOCK - 1) / SOURCE_BLOCK);
  }
  t->end_block = block;
}

bool tree_make_image(struct tree_source *t, struct failure *f) {
  struct burn_source *stream = NULL;
  uint32_t start = 0;
  tree_lock();
  if (start_libisofs(f) && add_everything(t, f))
    stream = new_stream(t, true, &start, f);
  if (stream != NULL) {
    t->base.length = stream->get_size(stream);
    lay_out(t, start);
    free_stream(stream);
  }
  tree_unlock();
  return stream != NULL;
}

bool tree_start(struct tree_source *t, struct failure *f) {
  uint32_t start;
  bool ok = false;
  tree_lock();
  t->stream = new_stream(t, false, &start, f);
  if (t->stream != NULL) {
    ok = t->stream->get_size(t->stream) == t->base.length ||
         fail(f, FAIL_GENERIC, "libisofs changed the size of the image");
    if (!ok) {
      free_stream(t->stream);
      t->stream = NULL;
    }
  }
  tree_unlock();
  return ok;
}

ptrdiff_t tree_take(struct tree_source *t, void *buf, size_t len) {
  return t->stream->read_xt(t->stream, buf, (int)len);
}

/* Without the lock: the thread that is waited for may be reading a slow file,
   and other trees need not wait for that. */
void tree_stop(struct tree_source *t) {
  if (t->stream != NULL)
    free_stream(t->stream);
  t->stream = NULL;
}

void tree_free_image(struct tree_source *t) {
  if (t->image == NULL)
    return;
  tree_lock();
  iso_image_unref(t->image);
  tree_unlock();
}
