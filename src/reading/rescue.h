/* rescue.h: the job that reads a damaged disc to a file: past what cannot be
   read, back to it, and on where it was broken off. docs/copy.md. */
#ifndef DISCRECORDER_RESCUE_H
#define DISCRECORDER_RESCUE_H

#include "reading.h"
#include "rescue_map.h"

struct rescue_piece {
  enum sectors kind;
  int32_t start;
  uint32_t blocks;
  uint32_t at; /* block of the file */
  /* after */
  bool hashed;
  uint8_t sha256[DIGEST_SIZE];
};

/*
** Everything but the job is its thread's own until it is done. Pieces stand in
** the order of the file and do not overlap there; all have blocks of one size.
*/
struct rescue {
  struct job job; /* first */
  unsigned count;
  struct rescue_piece *pieces;
  char *path, *map_path;
  uint32_t retries;
  uint32_t speed; /* kB/s at most; 0: as it is */
  int32_t shift;  /* bytes after its place where the drive has audio */
  bool twice;     /* audio counts when two readings of it agree */
  struct rescue_map map;

  uint32_t total;    /* blocks that are to be read */
  uint32_t finished; /* of them, those that are */
  bool resumed;
  int32_t first_bad; /* LBA, where there are bad ones */
  double seconds;
  struct warnings warnings;
  int fd;
  uint64_t unsaved; /* bytes since the map was written */
};

/* Takes over 'pieces' (malloced), also when it fails. The file is to have
   'blocks' blocks of 'block' bytes; 'disc' is the map's. */
struct rescue *rescue_new(struct recorder *r,
                          struct rescue_piece *pieces,
                          unsigned count,
                          uint32_t blocks,
                          size_t block,
                          const char *disc,
                          struct failure *f);

/* === between its files === */

/* More than one block in a packet: with one more of audio 62 KiB. */
#define RESCUE_AT_ONCE 26u

enum attempt { ATTEMPT_ENDED, ATTEMPT_UNREAD, ATTEMPT_READ };

/* Blocks of a piece, by their place in the file, at most RESCUE_AT_ONCE. */
enum attempt rescue_fetch(struct rescue *s,
                          const struct rescue_piece *p,
                          uint32_t at,
                          uint32_t n,
                          uint8_t *data,
                          struct failure *f);
bool rescue_store(struct rescue *s,
                  const uint8_t *data,
                  size_t len,
                  uint64_t offset,
                  struct failure *f);
/* The same, into the file and the map. What cannot be read becomes
   'otherwise'. ATTEMPT_ENDED: no use in going on. */
enum attempt rescue_attempt(struct rescue *s,
                            const struct rescue_piece *p,
                            uint32_t at,
                            uint32_t n,
                            enum rescue_status otherwise,
                            struct failure *f);
/* Whatever can be read. False: broken off. */
bool rescue_passes(struct rescue *s, struct failure *f);
/* rescue_twice.c: a piece of audio once more: what reads otherwise than it
   stands in the file is read until two readings agree, or is bad. */
bool rescue_again(struct rescue *s,
                  const struct rescue_piece *p,
                  struct failure *f);
bool rescue_save(struct rescue *s, struct failure *f);

#endif
