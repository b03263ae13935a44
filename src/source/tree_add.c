/* tree_add.c: nodes, and the paths that the caller named: each becomes a node,
   and the folders above it on the disc are made where there are none. */
#include "tree_nodes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct tree_node *tree_new_node(struct tree_node *parent,
                                const char *name,
                                size_t name_len,
                                struct failure *f) {
  struct tree_node *n = calloc(1, sizeof *n + name_len + 1);
  if (n == NULL) {
    fail(f, FAIL_NO_MEMORY, "out of memory");
    return NULL;
  }
  memcpy(n->name, name, name_len);
  n->parent = parent;
  if (parent != NULL) {
    n->next = parent->first;
    parent->first = n;
  }
  return n;
}

/* Children first, without recursion: a node is freed on the way up. */
void tree_free_nodes(struct tree_node *n) {
  while (n != NULL) {
    struct tree_node *up = n->parent, *child = n->first;
    if (child != NULL) {
      n->first = child->next;
      n = child;
      continue;
    }
    if (S_ISLNK(n->mode))
      free(n->target);
    free(n->host);
    free(n);
    n = up;
  }
}

struct tree_node *tree_find_child(struct tree_node *dir, const char *name) {
  struct tree_node *n = dir->first;
  while (n != NULL && strcmp(n->name, name) != 0)
    n = n->next;
  return n;
}

static void make_folder(struct tree_source *t, struct tree_node *n) {
  n->mode = S_IFDIR | 0755;
  n->measure.mtime = n->atime = n->ctime = t->now;
}

/* An absolute path without slashes at its end. */
static char *absolute(const char *path, struct failure *f) {
  char cwd[PATH_MAX] = "", *full = NULL;
  int len;
  if (*path == '\0') { /* an unset variable is not the current folder */
    fail(f, FAIL_BAD_FILE, "a path is empty");
    return NULL;
  }
  if (*path != '/' && getcwd(cwd, sizeof cwd) == NULL) {
    fail_errno(f, errno, FAIL_BAD_FILE, "the current folder");
    return NULL;
  }
  len = asprintf(&full, "%s%s%s", cwd, *path == '/' ? "" : "/", path);
  if (len < 0) {
    fail(f, FAIL_NO_MEMORY, "out of memory");
    return NULL;
  }
  while (len > 1 && full[len - 1] == '/')
    full[--len] = '\0';
  return full;
}

/* The last part of a path; of ".", ".." and "/" that of what they stand for. */
static char *base_name(const char *path, struct failure *f) {
  const char *base = strrchr(path, '/') + 1;
  char *real = NULL, *result = NULL;
  char shown[SHOWN_PATH];
  if (*base == '\0' || strcmp(base, ".") == 0 || strcmp(base, "..") == 0) {
    real = realpath(path, NULL);
    if (real == NULL) {
      fail_errno(f, errno, FAIL_BAD_FILE, "%s", shown_path(path, shown));
      return NULL;
    }
    base = strrchr(real, '/') + 1;
  }
  if (*base == '\0')
    fail(f, FAIL_BAD_FILE, "%s has no name of its own", path);
  else if (asprintf(&result, "/%s", base) < 0) {
    result = NULL;
    fail(f, FAIL_NO_MEMORY, "out of memory");
  }
  free(real);
  return result;
}

static bool
fail_taken(struct failure *f, const struct tree_node *n, const char *what) {
  char path[PATH_MAX], shown[SHOWN_PATH];
  fail(f,
       FAIL_FILE_EXISTS,
       "%s %s",
       shown_path(tree_disc_path(n, path, sizeof path), shown),
       what);
  f->advice = "Map one of them to another name on the disc.";
  return false;
}

/* The node of a path on the disc, made with the folders above it. */
static struct tree_node *
make_way(struct tree_source *t, const char *disc, struct failure *f) {
  struct tree_node *n = t->root;
  char shown[SHOWN_PATH];
  for (;;) {
    struct tree_node *child;
    char name[PATH_MAX];
    size_t len;
    disc += strspn(disc, "/");
    len = strcspn(disc, "/");
    if (len == 0)
      return n;
    if (!S_ISDIR(n->mode)) {
      fail_taken(f, n, "would have to be a file and a folder");
      return NULL;
    }
    snprintf(name, sizeof name, "%.*s", (int)(len < 4000 ? len : 4000), disc);
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
      fail(
        f, FAIL_BAD_FILE, "%s is no name on a disc", shown_path(name, shown));
      return NULL;
    }
    child = tree_find_child(n, name);
    if (child == NULL) {
      child = tree_new_node(n, name, strlen(name), f);
      if (child == NULL)
        return NULL;
      make_folder(t, child);
      if (!tree_check_name(t, child, f))
        return NULL;
    }
    n = child;
    disc += len;
  }
}

static bool is_folder(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/*
** A node that was made for a path, or for the way to another one, becomes what
** the path is. Links that a caller named are followed where he said what they
** are to be on the disc, unless they lead nowhere, or are to be kept.
*/
static bool become(struct tree_source *t,
                   struct tree_node *n,
                   char *host,
                   bool follow,
                   struct failure *f) {
  struct stat st;
  bool way = n->first != NULL;
  if (n->host != NULL || n == t->manifest) {
    free(host);
    return fail_taken(f, n, "would be on the disc twice");
  }
  n->host = host;
  follow = follow && (stat(host, &st) == 0 || t->options.follow_links);
  if (!tree_look(t, n, follow || t->options.follow_links, f))
    return false;
  if ((way || n == t->root) && !S_ISDIR(n->mode))
    return fail_taken(f, n, "would have to be a file and a folder");
  if (S_ISSOCK(n->mode))
    tree_notice(t, NOTICE_SOCKET, n);
  return true;
}

static bool add_path(struct tree_source *t,
                     const struct tree_path *path,
                     bool only,
                     struct failure *f) {
  char *host = absolute(path->host, f), *base = NULL;
  const char *disc = path->disc;
  struct tree_node *n = NULL;
  if (host == NULL)
    return false;
  if (disc == NULL && only && is_folder(host))
    disc = "/";
  if (disc == NULL)
    disc = base = base_name(host, f);
  if (disc != NULL)
    n = make_way(t, disc, f);
  free(base);
  if (n == NULL) {
    free(host);
    return false;
  }
  return become(
    t, n, host, (only || path->disc != NULL) && !t->options.keep_links, f);
}

bool tree_add_paths(struct tree_source *t, struct failure *f) {
  t->root = tree_new_node(NULL, "", 0, f);
  if (t->root == NULL)
    return false;
  make_folder(t, t->root);
  if (t->options.path_count == 0)
    return fail(f, FAIL_BAD_FILE, "there is nothing to put on the disc");
  if (t->manifest_name != NULL && !tree_add_manifest(t, f))
    return false;
  for (size_t i = 0; i < t->options.path_count; i++)
    if (!add_path(t, &t->options.paths[i], t->options.path_count == 1, f))
      return false;
  return true;
}
