/* tree_base.c: the tree that is on a disc already, beneath the one that is
   added to it (docs/append.md). Under libisofs' lock, but for the import, which
   takes it itself. */
#include <stdint.h> /* libisofs.h wants it first */

#include "tree_import.h"
#include "tree_nodes.h"

#include <libisofs/libisofs.h>
#include <string.h>

bool tree_import_base(struct tree_source *t, struct failure *f) {
  const struct tree_base *base = &t->options.base;
  const char *id;
  if (base->reader == NULL)
    return true;
  t->image = tree_import(base->reader, base->start, f);
  if (t->image == NULL)
    return false;
  t->based = true;
  id = iso_image_get_volume_id(t->image);
  if (t->volume_id == NULL)
    t->volume_id = strdup(id != NULL && id[0] != '\0' ? id : "ISOIMAGE");
  return t->volume_id != NULL || fail(f, FAIL_NO_MEMORY, "out of memory");
}

/* Did the caller say himself what it is to be on the disc? */
static bool is_named(const struct tree_node *n) {
  return n->host != NULL;
}

static bool is_unchanged(IsoNode *there, const struct tree_node *n) {
  return iso_node_get_type(there) == LIBISO_FILE &&
         iso_file_get_size((IsoFile *)there) == n->measure.size &&
         iso_node_get_mtime(there) == (time_t)n->measure.mtime;
}

/* May the disc's node stay for ours? */
static bool
stays(const struct tree_source *t, struct tree_node *n, IsoNode *there) {
  const struct tree_base *base = &t->options.base;
  if (S_ISDIR(n->mode))
    return iso_node_get_type(there) == LIBISO_DIR &&
           !(base->replace && is_named(n));
  n->kept = S_ISREG(n->mode) && n != t->manifest && base->only_changed &&
            is_unchanged(there, n);
  return n->kept;
}

bool tree_make_way(struct tree_source *t,
                   struct tree_node *n,
                   struct Iso_Node **there) {
  IsoNode *node = NULL;
  if (!t->based || iso_dir_get_node(n->parent->iso, n->name, &node) != 1)
    return true;
  if (stays(t, n, node)) {
    *there = node;
    return false;
  }
  iso_node_remove(node);
  return true;
}

/* Names are in the order of their bytes on both sides. */
void tree_drop_missing(struct tree_source *t, struct tree_node *dir) {
  const struct tree_base *base = &t->options.base;
  /* The root cannot be replaced itself. */
  bool all = base->replace && is_named(dir);
  const struct tree_node *here = dir->first;
  IsoDirIter *iter;
  IsoNode *node;
  if (!t->based || !(all || (base->remove_missing && dir->found)) ||
      iso_dir_get_children(dir->iso, &iter) != 1)
    return;
  while (iso_dir_iter_next(iter, &node) == 1) {
    const char *name = iso_node_get_name(node);
    while (here != NULL && strcmp(here->name, name) < 0)
      here = here->next;
    if (iso_node_get_type(node) == LIBISO_BOOT)
      continue; /* the boot catalog: no file of anybody's */
    if (all || here == NULL || strcmp(here->name, name) != 0)
      iso_dir_iter_remove(iter);
  }
  iso_dir_iter_free(iter);
}

void tree_leave_out_kept(struct tree_source *t) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < t->file_count; i++)
    if (!t->files[i]->kept)
      t->files[count++] = t->files[i];
  t->file_count = count;
}
