/* disc.h: the disc file (docs/disc-file.md): opening, making, describing,
   counting. It knows the bytes of the file and nothing of drives. */
#ifndef DISCRECORDER_VIRTUAL_DISC_H
#define DISCRECORDER_VIRTUAL_DISC_H

#include <stddef.h>
#include <sys/types.h>

#include "../failure.h"
#include "medium.h"

#define VDISC_HEAD 24u      /* bytes of a slot before its records */
#define VDISC_SLOT 65536u   /* bytes of a slot */
#define VDISC_FILLED 16384u /* bytes of it that this version can fill */
#define VDISC_SLOTS 3u      /* of a file; those of version 1 have 2 */
#define VDISC_UNSETTLED VDISC_SLOTS
#define VDISC_DATA 1048576     /* where sector data begins */
#define VDISC_COUNT_EVERY 256u /* blocks between two counts in the cell */

/* Where in the file the blocks of a kind stand; all but the first on CDs only.
 */
enum vregion {
  VREGION_DATA,      /* 2048 bytes: what the host sees of a data sector */
  VREGION_RAW,       /* 2352 bytes: audio, sectors of mode 2 (mode_2.h) */
  VREGION_SUBCHANNEL /* 96 bytes, P to W, as they were sent */
};

static inline uint32_t vregion_block(enum vregion region) {
  static const uint16_t bytes[] = {VBLOCK, VBLOCK_RAW, VBLOCK_SUBCHANNEL};
  return bytes[region];
}

static inline enum vregion vtrack_region(const struct vtrack *t) {
  return vtrack_is_audio(t) || vtrack_is_mixed(t) ? VREGION_RAW : VREGION_DATA;
}

/* What the cell of the file says. */
struct vcell {
  uint64_t begun;  /* generation last begun */
  uint64_t counts; /* generation that 'blocks' belongs to */
  uint64_t blocks;
};

/* An open disc file; fd is -1 when there is none. Not locked by itself. */
struct vdisc {
  int fd;
  dev_t dev;
  ino_t ino;
  bool readonly;
  bool locked;
  bool nameless;       /* it had no name at first: it is being made, or its file
                          system counts no links */
  unsigned slots;      /* how many the file has */
  unsigned slot;       /* where the description in use stands */
  unsigned settled;    /* the one that the host's disk has, whatever comes;
                          VDISC_UNSETTLED: nobody knows */
  uint64_t generation; /* and its generation */
  struct vcell cell;   /* as last read or written here */
  int error;           /* errno of the latest change that failed, or 0 */
  uint8_t *buf;        /* VDISC_SLOT bytes: loading again needs no memory */
};

/* Open a disc file and read its description. */
bool vdisc_open(struct vdisc *disc,
                struct vmedium *m,
                const char *path,
                struct failure *f);
/* Read the description again. */
bool vdisc_load(struct vdisc *disc,
                struct vmedium *m,
                const char *name,
                struct failure *f);
/* Make a blank disc. False with *exists: there was something there by then. */
bool vdisc_create(const char *path,
                  enum vkind kind,
                  int32_t leadout_max,
                  bool *exists,
                  struct failure *f);
void vdisc_close(struct vdisc *disc);

/* Take the lock, without waiting. False: somebody else has it. */
bool vdisc_lock(struct vdisc *disc);
void vdisc_unlock(struct vdisc *disc);
/* Has anybody else changed the disc since it was read or written here? */
bool vdisc_changed(const struct vdisc *disc);

/* Each returns false when the file could not be written, with errno; ENOENT:
   it was removed meanwhile. */
bool vdisc_store(struct vdisc *disc, const struct vmedium *m);
bool vdisc_count(struct vdisc *disc, uint32_t blocks);
bool vdisc_write(struct vdisc *disc, int32_t lba, const void *data, size_t len);
bool vdisc_zero(struct vdisc *disc, int32_t lba, uint32_t blocks);
/* The same elsewhere than in VREGION_DATA. */
bool vdisc_write_in(struct vdisc *disc,
                    enum vregion region,
                    int32_t lba,
                    const void *data,
                    uint32_t blocks);
bool vdisc_zero_in(struct vdisc *disc,
                   enum vregion region,
                   int32_t lba,
                   uint32_t blocks);
bool vdisc_wipe(struct vdisc *disc); /* drop all sector data */
/* Make the file as long as the medium wants it: a power cut may have left it
   shorter, while a session was open. */
bool vdisc_cover(struct vdisc *disc, const struct vmedium *m);
bool vdisc_sync(struct vdisc *disc);

/* The end of what the file must hold: tracks of closed sessions. */
off_t vdisc_end(const struct vmedium *m);

/* Bytes really read, in whole blocks. */
size_t
vdisc_read(const struct vdisc *disc, int32_t lba, void *data, size_t len);
/* Blocks really read. */
uint32_t vdisc_read_in(const struct vdisc *disc,
                       enum vregion region,
                       int32_t lba,
                       void *data,
                       uint32_t blocks);

/* describe.c: the records of a slot. 'encode' returns the bytes used;
   'decode' checks everything and says what is wrong, or NULL. */
size_t vdescription_encode(uint8_t slot[VDISC_FILLED],
                           uint64_t generation,
                           const struct vmedium *m);
const char *vdescription_decode(const uint8_t *slot,
                                uint64_t *generation,
                                struct vmedium *m);

/* describe_check.c */
bool vdescription_consistent(struct vmedium *m);

#endif
