/* toc.h: the two forms of a table of contents that all families have. */
#ifndef DISCRECORDER_VIRTUAL_TOC_H
#define DISCRECORDER_VIRTUAL_TOC_H

#include "drive.h"

/* Format 0: tracks from a number on, and the last lead-out. */
void vtoc_tracks(const struct vdrive *d, struct packet *p, bool msf);
/* Format 1: the first track of the last closed session. */
void vtoc_sessions(struct vdrive *d, struct packet *p, bool msf);

/* Formats 0 and 1 of what looks like one track of so many blocks. */
void vtoc_whole(struct packet *p, bool msf, unsigned format, int32_t blocks);

/* Format 5: CD-TEXT (text.c). */
void vtoc_text(struct vdrive *d, struct packet *p);

#endif
