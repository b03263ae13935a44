/* speed.h: how fast the drive is to read and write, whatever is in it. */
#ifndef DISCRECORDER_SPEED_H
#define DISCRECORDER_SPEED_H

#include "medium.h"
#include "warnings.h"

/*
** kB/s at most, 0: as fast as it goes. CDs take SET CD SPEED; DVD and BD take
** SET STREAMING, and SET CD SPEED where the drive refuses that. A drive that
** refuses both keeps its own speed: that is the warning speed_not_set. False:
** it gave no answer.
*/
bool speed_set(struct recorder *r,
               uint32_t read,
               uint32_t write,
               struct warnings *w,
               struct failure *f);
/* As if no speed had been asked for. What the drive says to it does not matter:
   it is free to be slow. */
void speed_lift(struct recorder *r);

#endif
