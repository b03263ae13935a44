/* tree_scan.c: list every folder, look at everything in it, refuse what cannot
   be put on a disc. The tree is walked while it grows: no recursion. */
#include "tree_nodes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool fail_host(struct failure *f, int err, const char *path) {
  char shown[SHOWN_PATH];
  return fail_errno(f, err, FAIL_BAD_FILE, "%s", shown_path(path, shown));
}

static bool
read_link(struct tree_node *n, const char *path, struct failure *f) {
  char target[PATH_MAX];
  ssize_t len = readlink(path, target, sizeof target - 1);
  if (len < 0)
    return fail_host(f, errno, path);
  n->target = strndup(target, (size_t)len);
  return n->target != NULL ? true : fail(f, FAIL_NO_MEMORY, "out of memory");
}

/* Only opening a file tells whether it can be read. */
static bool try_file(struct tree_source *t,
                     struct tree_node *n,
                     struct stat *st,
                     struct failure *f) {
  int fd = tree_open_file(t, n, f);
  bool ok;
  if (fd < 0)
    return false;
  ok = fstat(fd, st) == 0;
  if (!ok)
    fail_errno(f, errno, FAIL_BAD_FILE, "%s", n->name);
  close(fd);
  return ok;
}

static void keep_attributes(struct tree_node *n, const struct stat *st) {
  measure_take(&n->measure, st);
  n->atime = st->st_atime;
  n->ctime = st->st_ctime;
  n->rdev = st->st_rdev;
  n->mode = st->st_mode;
  n->uid = st->st_uid;
  n->gid = st->st_gid;
  n->found = true;
}

/* A followed link back to a folder above it would never end. */
static bool is_loop(const struct tree_node *n) {
  for (const struct tree_node *up = n->parent; up != NULL; up = up->parent)
    if (up->found && up->measure.dev == n->measure.dev &&
        up->measure.ino == n->measure.ino)
      return true;
  return false;
}

bool tree_look(struct tree_source *t,
               struct tree_node *n,
               bool follow,
               struct failure *f) {
  char path[PATH_MAX], shown[SHOWN_PATH];
  struct stat st;
  if (!tree_host_path(n, path, f))
    return false;
  if (lstat(path, &st) != 0)
    return fail_host(f, errno, path);
  if (follow && S_ISLNK(st.st_mode)) {
    n->followed = true;
    if (stat(path, &st) != 0)
      return errno == ENOENT
               ? fail(f,
                      FAIL_BAD_FILE,
                      "%s is a link to something that does not exist",
                      shown_path(path, shown))
               : fail_host(f, errno, path);
  }
  if (S_ISREG(st.st_mode) && !try_file(t, n, &st, f))
    return false;
  keep_attributes(n, &st);
  if (S_ISLNK(st.st_mode))
    return read_link(n, path, f);
  if (S_ISDIR(st.st_mode) && n->followed && is_loop(n))
    return fail(f,
                FAIL_BAD_FILE,
                "%s is a link back to a folder that it is in",
                shown_path(path, shown));
  return true;
}

/* A name that is on the disc already, because the caller named it: fine only
   for a folder that was made on the way to something else. */
static bool
meet(struct tree_source *t, struct tree_node *there, struct failure *f) {
  char path[PATH_MAX], shown[SHOWN_PATH];
  if (there->host == NULL && S_ISDIR(there->mode) && there != t->manifest) {
    if (!tree_look(t, there, t->options.follow_links, f))
      return false;
    if (S_ISDIR(there->mode))
      return true;
  }
  fail(f,
       FAIL_FILE_EXISTS,
       "%s would be on the disc twice",
       shown_path(tree_disc_path(there, path, sizeof path), shown));
  f->advice = "Map one of them to another name on the disc.";
  return false;
}

/* The youngest child of a folder goes again. */
static void drop(struct tree_node *n) {
  n->parent->first = n->next;
  n->parent = NULL;
  tree_free_nodes(n);
}

/* Before anything else is asked of it: what is left out may be unreadable. */
static bool left_out(const struct tree_source *t, struct tree_node *n) {
  char path[PATH_MAX];
  struct stat st;
  struct failure ignored;
  if (t->options.exclude_count == 0)
    return false;
  if (tree_host_path(n, path, &ignored) && lstat(path, &st) == 0)
    n->mode = st.st_mode & S_IFMT;
  if (S_ISLNK(n->mode)) /* as a folder only when it becomes one */
    n->mode =
      t->options.follow_links && stat(path, &st) == 0 ? st.st_mode & S_IFMT : 0;
  return tree_excluded(t, n);
}

/* One entry of a folder, which held the nodes from 'named' on before. */
static bool add_entry(struct tree_source *t,
                      struct tree_node *dir,
                      const char *name,
                      struct tree_node *named,
                      struct failure *f) {
  struct tree_node *n = tree_new_node(dir, name, strlen(name), f);
  if (n == NULL)
    return false;
  if (left_out(t, n)) {
    drop(n);
    return true;
  }
  for (; named != NULL; named = named->next) {
    if (strcmp(named->name, name) != 0)
      continue;
    drop(n);
    return meet(t, named, f);
  }
  if (!tree_look(t, n, t->options.follow_links, f))
    return false;
  if (S_ISSOCK(n->mode)) {
    tree_notice(t, NOTICE_SOCKET, n);
    drop(n);
    return true;
  }
  return tree_check_name(t, n, f);
}

static bool
list_folder(struct tree_source *t, struct tree_node *dir, struct failure *f) {
  struct tree_node *named = dir->first;
  struct dirent *entry;
  char path[PATH_MAX];
  bool ok = true;
  DIR *d;
  if (!tree_host_path(dir, path, f))
    return false;
  d = opendir(path);
  if (d == NULL)
    return fail_host(f, errno, path);
  while (ok) {
    errno = 0;
    entry = readdir(d);
    if (entry == NULL) {
      ok = errno == 0 || fail_host(f, errno, path);
      break;
    }
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
      ok = add_entry(t, dir, entry->d_name, named, f);
  }
  closedir(d);
  return ok;
}

static int by_name(const void *a, const void *b) {
  return strcmp((*(struct tree_node *const *)a)->name,
                (*(struct tree_node *const *)b)->name);
}

static bool sort_folder(struct tree_node *dir, struct failure *f) {
  struct tree_node **list, *n;
  size_t count = 0;
  for (n = dir->first; n != NULL; n = n->next)
    count++;
  if (count < 2)
    return true;
  list = malloc(count * sizeof *list);
  if (list == NULL)
    return fail(f, FAIL_NO_MEMORY, "out of memory");
  count = 0;
  for (n = dir->first; n != NULL; n = n->next)
    list[count++] = n;
  qsort(list, count, sizeof *list, by_name);
  dir->first = list[0];
  for (size_t i = 0; i < count; i++)
    list[i]->next = i + 1 < count ? list[i + 1] : NULL;
  free(list);
  return true;
}

struct tree_node *tree_next(const struct tree_node *n) {
  if (n->first != NULL)
    return n->first;
  while (n != NULL && n->next == NULL)
    n = n->parent;
  return n == NULL ? NULL : n->next;
}

/* The files, as they follow each other in the tree and on the disc. */
static bool number_files(struct tree_source *t, struct failure *f) {
  uint32_t count = 0;
  for (struct tree_node *n = t->root; n != NULL; n = tree_next(n))
    if (S_ISREG(n->mode))
      n->index = count++;
  t->file_count = count;
  t->files = malloc(((size_t)count + 1) * sizeof *t->files);
  if (t->files == NULL)
    return fail(f, FAIL_NO_MEMORY, "out of memory");
  for (struct tree_node *n = t->root; n != NULL; n = tree_next(n))
    if (S_ISREG(n->mode))
      t->files[n->index] = n;
  return true;
}

bool tree_scan(struct tree_source *t, struct failure *f) {
  for (struct tree_node *n = t->root; n != NULL; n = tree_next(n)) {
    if (!S_ISDIR(n->mode))
      continue;
    if (n->found && !list_folder(t, n, f))
      return false;
    if (!sort_folder(n, f))
      return false;
  }
  return number_files(t, f);
}
