/* sequence.h: recording in sequence on discs whose tracks come to rest when the
   buffer is flushed and go on later: fragments of DVD+R, RZones of DVD-R. */
#ifndef DISCRECORDER_VIRTUAL_SEQUENCE_H
#define DISCRECORDER_VIRTUAL_SEQUENCE_H

#include "drive.h"

struct vshown;

/* What a vwrite_mode does; 'how' says which, whether it is a test, and whether
   the buffer may run empty. */
void vsequence_write(struct vdrive *d,
                     struct packet *p,
                     int32_t lba,
                     uint32_t n,
                     const struct vrecording *how);
bool vsequence_flush(struct vdrive *d);
/* A reserved track where the next one would be, its size rounded up. */
void vsequence_reserve(struct vdrive *d, struct packet *p, uint32_t size);
/* The unfinished track that is not reserved, or NULL. */
struct vtrack *vsequence_invisible(struct vmedium *m);
/* Blocks that a track which is not complete can have. */
uint32_t vsequence_room(const struct vdrive *d, const struct vtrack *t);
/* A track as these discs show it; what a family tells otherwise it says after
   that. */
void vsequence_show_track(const struct vdrive *d,
                          const struct vtrack *t,
                          struct vshown *s);
/* The invisible track that is begun, as its family shows it; false: there is
   none, and 's' is empty. */
bool vsequence_show_begun(struct vdrive *d, struct vshown *s);
/* The place after the last track, as a track: its number, extent and next
   writable address. False: there is none. */
bool vsequence_show_space(const struct vdrive *d, struct vshown *s);
bool vsequence_show_place(const struct vdrive *d,
                          const struct vspace *space,
                          struct vshown *s);
/* A test write moves on, and leaves no trace when it is over. */
void vsequence_show_test(const struct vdrive *d, struct vshown *s);
/* Into READ DISC INFORMATION: where the lead-in (intro, border-in) of the next
   session will be, or that of the open one is; the last possible lead-out. */
void vsequence_disc_addresses(const struct vdrive *d, uint8_t *r);
enum { VINCOMPLETE_TRACK = 0x03, VEMPTY_TRACK = 0x04 };
/* CLOSE SESSION, or all of the disc: may it be done? False: the packet is
   refused; or the session is empty, then there is nothing to do. 'empty': what
   5/72 says of a reserved track that nothing was written to. */
bool vsequence_may_close(struct vdrive *d,
                         struct packet *p,
                         bool disc,
                         uint8_t empty);
/* CLOSE TRACK: a track is padded and complete after so many seconds, besides
   the padding. */
void vsequence_close_track(struct vdrive *d,
                           struct packet *p,
                           bool immediate,
                           double seconds);

#endif
