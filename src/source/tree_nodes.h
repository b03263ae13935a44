/* tree_nodes.h: what the tree_*.c files share: our own picture of the tree,
   from which libisofs' is made, and which outlives every burn of it. */
#ifndef DISCRECORDER_TREE_NODES_H
#define DISCRECORDER_TREE_NODES_H

#include "measure.h"
#include "tree.h"
#include <limits.h>
#include <pthread.h>
#include <stddef.h>

struct burn_source;
struct Iso_Image;
struct Iso_Dir;
struct Iso_Node;
struct iso_stream;

/*
** One object on the disc. The root has no name and no parent. 'host' is the
** absolute path on this machine where it cannot be told from the parent's and
** the name: for what a caller named himself. A folder without a place on this
** machine (made for a mapping) has neither, and 'found' is false.
** Children are a list while they are gathered, sorted by name (bytes) at the
** end. Nothing here changes once the tree is made.
*/
struct tree_node {
  struct tree_node *parent;
  struct tree_node *next;  /* brother, or next in a list of work */
  struct tree_node *first; /* of a folder: its children */
  char *host;
  union {
    char *target;        /* of a link */
    struct Iso_Dir *iso; /* of a folder, while libisofs' tree is made */
    uint32_t block;      /* of a file: its first */
  };
  struct measure measure; /* of a file */
  int64_t atime, ctime;
  dev_t rdev;
  mode_t mode;
  uid_t uid;
  gid_t gid;
  uint32_t index; /* of a file: its number in tree.files */
  bool found;     /* seen on this machine */
  bool kept;      /* of a file: it is on the disc already, as it is here */
  bool patched;   /* of a file: the disc has a boot info table in it */
  bool followed;  /* reached through a link, so that it is opened through it */
  char name[];
};

/* Things worth a warning: each is counted, the first one is named. */
enum tree_notice {
  NOTICE_SOCKET,
  NOTICE_JOLIET_LONG,
  NOTICE_JOLIET_CHARACTER,
  NOTICE_INVALID_UTF8,
  NOTICE_VOLUME_ID,
  NOTICE_VOLUME_ID_JOLIET,
  NOTICE_COUNT
};

/*
** 'failed', once true, means that 'failure' is complete: the thread of libisofs
** that reads the files writes both, whoever reads the image reads them. All
** else that changes after the making belongs to the one who reads the source.
*/
struct tree_source {
  struct source base;
  struct tree_options options; /* without paths and patterns, once made */
  char *volume_id, *manifest_name;
  struct tree_node *root;
  struct tree_node **files; /* every regular file that the image will hold, in
                               its order */
  uint32_t file_count;
  struct tree_node *manifest; /* one of the files, its bytes are here: */
  char *manifest_text;
  int64_t now; /* when it was made, or the date given */
  struct source_warning warnings[NOTICE_COUNT];
  size_t notice_counts[NOTICE_COUNT];
  char *notice_paths[NOTICE_COUNT];
  uint32_t first_block, end_block; /* where the files' contents are */

  struct Iso_Image *image;
  bool based;                 /* the image began as a disc's */
  uint8_t *head;              /* TREE_HEAD bytes for a disc's start, or NULL */
  struct burn_source *stream; /* NULL while nobody reads */
  int64_t got;
  atomic_bool cancelled;
  atomic_bool failed;
  struct failure failure;
  /* Of libisofs' thread: the file that it reads. */
  int fd;
  int64_t file_got;
  unsigned char *buffer;
  size_t buffer_at, buffer_filled;
};

/* tree_add.c: nodes, and what callers name. */
bool tree_add_paths(struct tree_source *t, struct failure *f);
struct tree_node *tree_new_node(struct tree_node *parent,
                                const char *name,
                                size_t name_len,
                                struct failure *f);
struct tree_node *tree_find_child(struct tree_node *dir, const char *name);
void tree_free_nodes(struct tree_node *root);

/* tree_scan.c: list, look, sort, number the files. */
bool tree_scan(struct tree_source *t, struct failure *f);
/* The node after n: children first, then brothers; NULL at the end. */
struct tree_node *tree_next(const struct tree_node *n);
/* What a path on this machine is; fills the node in, opens a file once. */
bool tree_look(struct tree_source *t,
               struct tree_node *n,
               bool follow,
               struct failure *f);

/* tree_names.c: paths, and what names may be. */
bool tree_host_path(const struct tree_node *n,
                    char path[PATH_MAX],
                    struct failure *f);
/* "/a/b"; cut at the front when it is longer. */
const char *tree_disc_path(const struct tree_node *n, char *path, size_t size);
bool tree_check_name(struct tree_source *t,
                     const struct tree_node *n,
                     struct failure *f);
bool tree_excluded(const struct tree_source *t, const struct tree_node *n);
bool tree_check_volume_id(struct tree_source *t, struct failure *f);

/* tree_notice.c */
void tree_notice(struct tree_source *t,
                 enum tree_notice notice,
                 const struct tree_node *n);
void tree_make_warnings(struct tree_source *t);

/* tree_manifest.c */
bool tree_add_manifest(struct tree_source *t, struct failure *f);
bool tree_make_manifest(struct tree_source *t, struct failure *f);

/* tree_file.c: the files' bytes, as libisofs' thread asks for them. */
struct iso_stream *tree_new_stream(struct tree_source *t,
                                   struct tree_node *file);
int tree_open_file(struct tree_source *t,
                   const struct tree_node *file,
                   struct failure *f);
bool tree_check_files(struct tree_source *t, struct failure *f);

/* tree_boot.c: before the sums are made, and when the tree stands. */
bool tree_check_boot(struct tree_source *t, struct failure *f);
bool tree_add_boot(struct tree_source *t, struct failure *f);

/* tree_base.c: the tree of a disc beneath ours. */
bool tree_import_base(struct tree_source *t, struct failure *f);
/* Make way for a node where the disc has something of its name. True: it is to
   be added; false with *there: the disc's own node stands for it. */
bool tree_make_way(struct tree_source *t,
                   struct tree_node *n,
                   struct Iso_Node **there);
/* What was in a folder and is not in ours any more. */
void tree_drop_missing(struct tree_source *t, struct tree_node *dir);
/* Files that stay where they are take no room. */
void tree_leave_out_kept(struct tree_source *t);

/* tree_image.c: everything that libisofs does. */
bool tree_make_image(struct tree_source *t, struct failure *f);
bool tree_start(struct tree_source *t, struct failure *f);
/* As read(2), but all that was asked for or nothing: 0 when libisofs gave up.
 */
ptrdiff_t tree_take(struct tree_source *t, void *buf, size_t len);
void tree_stop(struct tree_source *t);
void tree_free_image(struct tree_source *t);
bool tree_fail_iso(struct tree_source *t,
                   int code,
                   const char *what,
                   struct failure *f);
/* Start libisofs, unless it is started: before anything else of it. */
bool tree_use_libisofs(struct failure *f);
/* All of libisofs but the reading of an image is done under one lock. */
void tree_lock(void);
void tree_unlock(void);
extern unsigned int tree_fs_id;

#endif
