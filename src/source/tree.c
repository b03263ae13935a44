/* tree.c: a tree of files as a source. It is made in steps: what the caller
   named, what is in it, the sums, libisofs' picture of it; then it can be read
   any number of times, and gives the same bytes or fails. */
#include "tree.h"

#include "tree_nodes.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define READ_MOST ((size_t)4 << 20)

static bool tree_open(struct source *s, struct failure *f) {
  struct tree_source *t = (struct tree_source *)s;
  t->got = 0;
  atomic_store(&t->failed, false);
  return tree_check_files(t, f) && tree_start(t, f);
}

static ptrdiff_t
tree_read(struct source *s, void *buf, size_t len, struct failure *f) {
  struct tree_source *t = (struct tree_source *)s;
  ptrdiff_t n;
  if (atomic_load(&t->cancelled)) {
    fail(f, FAIL_USER_ABORT, "reading was cancelled");
    return -1;
  }
  /* libisofs loses the end when it is asked for more than there is. */
  if (len > (uint64_t)(s->length - t->got))
    len = (size_t)(s->length - t->got);
  if (len > READ_MOST)
    len = READ_MOST;
  if (len == 0)
    return 0;
  n = tree_take(t, buf, len);
  if (atomic_load(&t->failed)) {
    *f = t->failure;
    return -1;
  }
  if (n <= 0) {
    tree_fail_iso(t, 0, "libisofs ended before the end of the image", f);
    return -1;
  }
  t->got += n;
  return n;
}

static bool tree_check(struct source *s, struct failure *f) {
  struct tree_source *t = (struct tree_source *)s;
  if (atomic_load(&t->failed)) {
    *f = t->failure;
    return false;
  }
  return tree_check_files(t, f);
}

static void tree_shut(struct source *s) {
  struct tree_source *t = (struct tree_source *)s;
  tree_stop(t);
  atomic_store(&t->cancelled, false);
}

/* The files' reader sees it at its next chunk; the image's at its next read. */
static void tree_cancel(struct source *s) {
  atomic_store(&((struct tree_source *)s)->cancelled, true);
}

/* The last file that begins at or before a block. Empty ones begin where the
   next one does, so they are never the last. */
static bool
tree_locate(struct source *s, uint32_t block, char *name, size_t size) {
  struct tree_source *t = (struct tree_source *)s;
  uint32_t low = 0, high = t->file_count;
  char path[PATH_MAX];
  if (size == 0 || block >= (uint64_t)s->length / SOURCE_BLOCK)
    return false;
  if (block < t->first_block || block >= t->end_block) {
    snprintf(name, size, "file system structures");
    return true;
  }
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (t->files[middle]->block <= block)
      low = middle;
    else
      high = middle;
  }
  snprintf(name, size, "%s", tree_disc_path(t->files[low], path, sizeof path));
  return true;
}

static void tree_free(struct source *s) {
  struct tree_source *t = (struct tree_source *)s;
  tree_stop(t);
  tree_free_image(t);
  tree_free_nodes(t->root);
  for (int i = 0; i < NOTICE_COUNT; i++)
    free(t->notice_paths[i]);
  free(t->files);
  free(t->buffer);
  free(t->manifest_text);
  free(t->manifest_name);
  free(t->volume_id);
  free(t->head);
  free(t);
}

static const struct source_ops tree_ops = {
  .kind = "tree",
  .open = tree_open,
  .read = tree_read,
  .check = tree_check,
  .shut = tree_shut,
  .cancel = tree_cancel,
  .locate = tree_locate,
  .free = tree_free,
};

static bool keep_options(struct tree_source *t, const struct tree_options *o) {
  t->options = *o;
  t->now = o->has_date ? o->date : (int64_t)time(NULL);
  if (o->volume_id != NULL || o->base.reader == NULL)
    t->volume_id = strdup(o->volume_id != NULL ? o->volume_id : "ISOIMAGE");
  if (o->manifest != NULL)
    t->manifest_name = strdup(o->manifest);
  if (o->base.head != NULL) {
    t->head = malloc(TREE_HEAD);
    if (t->head == NULL)
      return false;
    memcpy(t->head, o->base.head, TREE_HEAD);
  }
  return (t->volume_id != NULL || o->base.reader != NULL) &&
         (o->manifest == NULL || t->manifest_name != NULL);
}

/* The disc first: a script that is wrong about it need not wait for the rest.
 */
static bool make(struct tree_source *t, struct failure *f) {
  return tree_import_base(t, f) && tree_check_volume_id(t, f) &&
         tree_add_paths(t, f) && tree_scan(t, f) && tree_check_boot(t, f) &&
         (t->manifest == NULL || tree_make_manifest(t, f)) &&
         tree_make_image(t, f);
}

struct source *source_tree(const struct tree_options *options,
                           struct failure *f) {
  struct tree_source *t = calloc(1, sizeof *t);
  if (t == NULL) {
    fail(f, FAIL_NO_MEMORY, "out of memory");
    return NULL;
  }
  source_init(&t->base, &tree_ops, -1);
  atomic_init(&t->cancelled, false);
  atomic_init(&t->failed, false);
  t->fd = -1;
  if (!keep_options(t, options))
    fail(f, FAIL_NO_MEMORY, "out of memory");
  else if (make(t, f)) {
    /* They belong to the caller, who may free them now. */
    t->options.paths = NULL;
    t->options.path_count = 0;
    t->options.exclude = NULL;
    t->options.exclude_count = 0;
    t->options.boot = NULL;
    t->options.boot_count = 0;
    t->options.boot_catalog = NULL;
    t->options.base.reader = NULL;
    t->options.base.head = NULL;
    tree_make_warnings(t);
    return &t->base;
  }
  tree_free(&t->base);
  return NULL;
}

const uint8_t *source_tree_head(const struct source *s) {
  return ((const struct tree_source *)s)->head;
}
