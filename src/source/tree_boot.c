/* tree_boot.c: El Torito: the boot catalog, and the files of the tree that a
   firmware starts (El Torito Bootable CD-ROM Format Specification 1.0). */
#include <stdint.h> /* libisofs.h wants it first */

#include "tree_nodes.h"

#include <libisofs/libisofs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KIB 1024
#define SECTOR 512      /* what a catalog counts in */
#define ISOLINUX_SIZE 4 /* sectors that BIOSes load of an image for them */
#define PATCH_INFO_TABLE 1

static const struct {
  enum eltorito_boot_media_type type;
  int64_t size; /* that the image has to have; 0: any */
  const char *name;
} emulations[] = {
  [TREE_EMULATE_NONE] = {ELTORITO_NO_EMUL, 0, "none"},
  [TREE_EMULATE_1200] = {ELTORITO_FLOPPY_EMUL, 1200 * KIB, "1.2m"},
  [TREE_EMULATE_1440] = {ELTORITO_FLOPPY_EMUL, 1440 * KIB, "1.44m"},
  [TREE_EMULATE_2880] = {ELTORITO_FLOPPY_EMUL, 2880 * KIB, "2.88m"},
  [TREE_EMULATE_HARD_DISK] = {ELTORITO_HARD_DISC_EMUL, 0, "hard_disk"},
};

/* The node of a path on the disc, or NULL. */
static struct tree_node *find(struct tree_source *t, const char *path) {
  struct tree_node *n = t->root;
  while (n != NULL && *path != '\0') {
    char name[NAME_MAX + 1];
    size_t len = strcspn(++path, "/");
    if (len >= sizeof name || !S_ISDIR(n->mode))
      return NULL;
    memcpy(name, path, len);
    name[len] = '\0';
    path += len;
    n = tree_find_child(n, name);
  }
  return n;
}

static bool check_entry(struct tree_source *t,
                        const struct tree_boot *e,
                        struct failure *f) {
  char shown[SHOWN_PATH];
  struct tree_node *n = find(t, e->image);
  int64_t size = emulations[e->emulation].size;
  shown_path(e->image, shown);
  if (n == NULL || !S_ISREG(n->mode))
    return fail(f, FAIL_BAD_FILE, "boot: no file of the tree is %s", shown);
  if (n->measure.size == 0)
    return fail(f, FAIL_BAD_FILE, "boot: %s is empty", shown);
  if (size != 0 && n->measure.size != size)
    return fail(f,
                FAIL_BAD_FILE,
                "boot: %s has %lld bytes, and a floppy of %s has %lld",
                shown,
                (long long)n->measure.size,
                emulations[e->emulation].name,
                (long long)size);
  n->patched = n->patched || e->info_table;
  return true;
}

/* The folder must be there, and the name free. */
static bool check_catalog(struct tree_source *t, struct failure *f) {
  const char *path = t->options.boot_catalog;
  char shown[SHOWN_PATH], folder[PATH_MAX];
  size_t len = (size_t)(strrchr(path, '/') - path);
  struct tree_node *n;
  snprintf(folder, sizeof folder, "%.*s", (int)len, path);
  n = find(t, folder);
  shown_path(path, shown);
  if (n == NULL || !S_ISDIR(n->mode) || path[len + 1] == '\0')
    return fail(
      f, FAIL_BAD_FILE, "boot: there is no folder for the catalog %s", shown);
  return find(t, path) == NULL ||
         fail(f, FAIL_FILE_EXISTS, "boot: %s is a file of the tree", shown);
}

bool tree_check_boot(struct tree_source *t, struct failure *f) {
  const struct tree_options *o = &t->options;
  if (o->boot_count == 0)
    return true;
  if (o->base.at != 0)
    return fail(f,
                FAIL_BOOTIMAGE_AND_NONBLANK_DISC,
                "boot: a disc that holds something cannot be made bootable");
  for (size_t i = 0; i < o->boot_count; i++)
    if (!check_entry(t, &o->boot[i], f))
      return false;
  return o->boot_catalog == NULL || check_catalog(t, f);
}

/* One that nobody sees still needs a name that nobody has. */
static void name_catalog(struct tree_source *t, char *name, size_t size) {
  snprintf(name, size, "/boot.cat");
  for (unsigned i = 1; find(t, name) != NULL; i++)
    snprintf(name, size, "/boot%u.cat", i);
}

static int hide(struct tree_source *t, const char *path) {
  IsoNode *node = NULL;
  int ret = iso_tree_path_to_node(t->image, path, &node);
  if (ret == 1)
    iso_node_set_hidden(
      node, LIBISO_HIDE_ON_RR | LIBISO_HIDE_ON_JOLIET | LIBISO_HIDE_BUT_WRITE);
  return ret;
}

/* A BIOS loads the first few sectors, which know how to load the rest; EFI
   wants all of its file system. */
static void set_load(ElToritoBootImage *image, const struct tree_boot *e) {
  if (e->emulation != TREE_EMULATE_NONE)
    return;
  el_torito_set_load_seg(image, (short)e->load_segment);
  if (e->load_sectors > 0)
    el_torito_set_load_size(image, (short)e->load_sectors);
  else if (e->platform == TREE_PLATFORM_EFI)
    el_torito_set_full_load(image, 1);
  else
    el_torito_set_load_size(image, ISOLINUX_SIZE);
}

static int add_entry(struct tree_source *t,
                     const struct tree_boot *e,
                     const char *catalog,
                     bool first) {
  enum eltorito_boot_media_type type = emulations[e->emulation].type;
  ElToritoBootImage *image = NULL;
  uint8_t id[28];
  int ret =
    first ? iso_image_set_boot_image(t->image, e->image, type, catalog, &image)
          : iso_image_add_boot_image(t->image, e->image, type, 0, &image);
  if (ret < 0)
    return ret;
  memcpy(id, e->id, sizeof id);
  el_torito_set_boot_platform_id(image, e->platform);
  el_torito_set_id_string(image, id);
  el_torito_set_isolinux_options(
    image, e->info_table ? PATCH_INFO_TABLE : 0, 0);
  set_load(image, e);
  return e->hidden ? hide(t, e->image) : 1;
}

bool tree_add_boot(struct tree_source *t, struct failure *f) {
  const struct tree_options *o = &t->options;
  char name[32];
  const char *catalog = o->boot_catalog;
  if (o->boot_count == 0)
    return true;
  if (catalog == NULL) {
    name_catalog(t, name, sizeof name);
    catalog = name;
  }
  for (size_t i = 0; i < o->boot_count; i++) {
    int ret = add_entry(t, &o->boot[i], catalog, i == 0);
    if (ret < 0)
      return tree_fail_iso(t, ret, o->boot[i].image, f);
  }
  /* Behind all files, whose places are counted from the first. */
  iso_image_set_boot_catalog_weight(t->image, -1);
  if (o->boot_catalog == NULL)
    iso_image_set_boot_catalog_hidden(
      t->image,
      LIBISO_HIDE_ON_RR | LIBISO_HIDE_ON_JOLIET | LIBISO_HIDE_BUT_WRITE);
  return true;
}
