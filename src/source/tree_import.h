/* tree_import.h: the tree that is on a disc already, read by libisofs block by
   block. Only discrecorder.tree links it. */
#ifndef DISCRECORDER_TREE_IMPORT_H
#define DISCRECORDER_TREE_IMPORT_H

#include "../failure.h"
#include <stddef.h>
#include <stdint.h>

struct Iso_Image;

/* Whoever can read the disc. */
struct block_reader {
  /* One block of 2048 bytes; false: it cannot be read. */
  bool (*read)(void *context, uint32_t block, uint8_t *out);
  void *context;
};

/* The tree whose volume descriptors follow 'start'. NULL: the failure says why;
   when a read failed, 'read' knows more. To be given to tree_import_free. The
   reader is not used any more afterwards. */
struct Iso_Image *tree_import(const struct block_reader *reader,
                              uint32_t start,
                              struct failure *f);
void tree_import_free(struct Iso_Image *image);

/* What a libisofs MD5 tag says (its doc/checksums.txt). */
struct md5_tag {
  int type; /* 1 session, 2 superblock, 3 tree, 4 relocated superblock */
  uint32_t position, range_start, range_size, next;
  uint8_t md5[16];
};

/* False: the block holds no tag, or a damaged one. */
bool md5_tag_decode(const uint8_t *block, struct md5_tag *tag);

#endif
