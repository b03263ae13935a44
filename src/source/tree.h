/* tree.h: a tree of files as a source: an ISO 9660 image with Rock Ridge and
   Joliet, made by libisofs while it is read. Only discrecorder.tree links it.
 */
#ifndef DISCRECORDER_TREE_H
#define DISCRECORDER_TREE_H

#include "source.h"

/* The end of 2155: what an image can hold of a year is a byte. */
#define TREE_LAST_DATE INT64_C(5869583999)

#define TREE_HEAD ((size_t)32 * SOURCE_BLOCK)

enum tree_md5 { TREE_MD5_NONE, TREE_MD5_SESSION, TREE_MD5_FILES };

struct tree_path {
  const char *disc; /* "/on/disc"; NULL: by the path's base name */
  const char *host;
};

struct block_reader;

/* A disc that the image is added to as a new session. */
struct tree_base {
  uint32_t at; /* where it will begin; 0: it is a disc's first */
  const struct block_reader *reader; /* NULL: the disc's own tree is left out */
  uint32_t start; /* of the session whose tree is taken over */
  const uint8_t
    *head;           /* what TREE_HEAD bytes at a disc's start hold, where they
                        can be overwritten to lead to the new tree; or NULL */
  bool replace;      /* what is named takes the place of whole folders */
  bool only_changed; /* a file with the disc's size and time stays there */
  bool remove_missing; /* of folders that are named: what is not in them here */
};

/* El Torito's numbers. */
enum tree_platform {
  TREE_PLATFORM_X86 = 0,
  TREE_PLATFORM_POWERPC = 1,
  TREE_PLATFORM_MAC = 2,
  TREE_PLATFORM_EFI = 0xEF
};

enum tree_emulation { /* what a BIOS makes of the image; IMAPI's order */
                      TREE_EMULATE_NONE,
                      TREE_EMULATE_1200,
                      TREE_EMULATE_1440,
                      TREE_EMULATE_2880,
                      TREE_EMULATE_HARD_DISK
};

#define TREE_BOOT_MOST 32 /* entries: what libisofs has room for */

/* One entry of the boot catalog. */
struct tree_boot {
  const char *image; /* "/on/disc": a file of the tree */
  enum tree_platform platform;
  enum tree_emulation emulation;
  uint16_t load_segment; /* 0: 7C0h; these two without an emulation only */
  uint16_t load_sectors; /* of 512 bytes; 0: as the platform wants it */
  bool info_table;       /* patch the image, as isolinux and GRUB want it */
  bool hidden;           /* in no folder */
  char id[28]; /* of the maker (24 bytes of the first one), padded with zeros */
};

struct tree_options {
  const struct tree_path *paths;
  size_t path_count;
  const char *const *exclude; /* shell patterns */
  size_t exclude_count;
  const char *volume_id; /* NULL: the disc's, else "ISOIMAGE" */
  const char *manifest;  /* its name in the root; NULL: none */
  enum tree_md5 md5;
  bool follow_links;
  bool keep_links; /* those that have a 'disc' of their own, too */
  bool allow_invalid_utf8;
  bool has_date; /* every time stamp is 'date' */
  int64_t date;  /* seconds since 1970 */
  const struct tree_boot *boot;
  size_t boot_count;
  const char *boot_catalog; /* "/on/disc"; NULL: in no folder */
  struct tree_base base;
};

/* Everything that can be refused is refused here: all folders are listed, all
   files opened once and measured, and with a manifest read. NULL: failed. */
struct source *source_tree(const struct tree_options *options,
                           struct failure *f);

/* For the start of the disc, to be written after the tree: what was given as
   its base's head, now leading to this tree. NULL: none was given. */
const uint8_t *source_tree_head(const struct source *s);

#endif
