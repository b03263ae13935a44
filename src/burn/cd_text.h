/* cd_text.h: CD-TEXT in the lead-in of a session that is recorded at once. */
#ifndef DISCRECORDER_CD_TEXT_H
#define DISCRECORDER_CD_TEXT_H

#include "burn.h"

/* The packs of the job, over and over, from where the lead-in begins to before
   the first pregap; nothing when there are none. */
bool cd_text_write(struct burn *b, struct failure *f);

#endif
