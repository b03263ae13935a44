/* tree_import.c: libisofs as a reader: its data source is our block_reader. */
#include <stdint.h> /* libisofs.h wants it first */

#include "tree_import.h"

#include "tree_nodes.h"
#include <libisofs/libisofs.h>
#include <stdlib.h>
#include <string.h>

static int data_open(IsoDataSource *source) {
  (void)source;
  return 1;
}

static int data_close(IsoDataSource *source) {
  (void)source;
  return 1;
}

/* The image keeps its data source; the reader is the caller's, and gone when
   the tree is there. Files of the disc are referred to then, and never read. */
struct lent {
  const struct block_reader *reader;
};

static int data_read(IsoDataSource *source, uint32_t block, uint8_t *out) {
  const struct block_reader *reader = ((struct lent *)source->data)->reader;
  if (reader != NULL && reader->read(reader->context, block, out))
    return 1;
  return (int)ISO_DATA_SOURCE_FAILURE;
}

static void data_free(IsoDataSource *source) {
  free(source->data);
}

static IsoDataSource *new_data_source(const struct block_reader *reader) {
  IsoDataSource *source = calloc(1, sizeof *source);
  struct lent *lent = malloc(sizeof *lent);
  if (source == NULL || lent == NULL) {
    free(source);
    free(lent);
    return NULL;
  }
  lent->reader = reader;
  source->refcount = 1;
  source->open = data_open;
  source->close = data_close;
  source->read_block = data_read;
  source->free_data = data_free;
  source->data = lent;
  return source;
}

struct Iso_Image *tree_import(const struct block_reader *reader,
                              uint32_t start,
                              struct failure *f) {
  IsoDataSource *source;
  IsoReadOpts *options = NULL;
  IsoImage *image = NULL;
  int result = (int)ISO_OUT_OF_MEM;
  if (!tree_use_libisofs(f))
    return NULL;
  tree_lock();
  source = new_data_source(reader);
  if (source != NULL && iso_read_opts_new(&options, 0) == 1 &&
      iso_image_new(NULL, &image) == 1) {
    iso_read_opts_set_start_block(options, start);
    result = iso_image_import(image, source, options, NULL);
  }
  if (result == (int)ISO_OUT_OF_MEM) {
    fail(f,
         FAIL_NO_MEMORY,
         "the disc's file system cannot be read: out of memory");
  } else if (result < 0) {
    fail(f,
         FAIL_INVALID_IMAGE,
         "the disc's file system cannot be read: %s",
         iso_error_to_msg(result));
    f->culprit = CULPRIT_MEDIUM;
  }
  if (result < 0) {
    if (image != NULL)
      iso_image_unref(image);
    image = NULL;
  }
  if (options != NULL)
    iso_read_opts_free(options);
  if (source != NULL) {
    ((struct lent *)source->data)->reader = NULL;
    iso_data_source_unref(source);
  }
  tree_unlock();
  return image;
}

void tree_import_free(struct Iso_Image *image) {
  if (image == NULL)
    return;
  tree_lock();
  iso_image_unref(image);
  tree_unlock();
}

bool md5_tag_decode(const uint8_t *block, struct md5_tag *tag) {
  char data[2048], md5[16];
  memcpy(data, block, sizeof data);
  memset(tag, 0, sizeof *tag);
  if (iso_util_decode_md5_tag(data,
                              &tag->type,
                              &tag->position,
                              &tag->range_start,
                              &tag->range_size,
                              &tag->next,
                              md5,
                              0) != 1)
    return false;
  memcpy(tag->md5, md5, sizeof tag->md5);
  return true;
}
