/* overdue.c: a command that was answered GOOD after its time was over has
   perhaps done nothing: some systems report a time-out as success (drives.md
   9). What the drive says of the track decides. */
#include "sequence.h"

#define TRIES 3

int write_taken(struct burn *b, int32_t lba, unsigned blocks) {
  struct recorder *r = b->job.recorder;
  struct failure ignored;
  struct mmc_track t;
  /* In a first pregap a drive names block 0, whatever it has taken. */
  if (lba < 0)
    return -1;
  if (!wait_ready(&r->patience, READY_AFTER_WRITE, NULL, &ignored) ||
      !sequence_next_track(r, b->medium.profile, &t, &ignored) || !t.has_nwa)
    return -1;
  /* Nothing of a first WRITE: there may be no track yet, and -150 as its
     address (drives.md 3). */
  if (t.nwa == lba || (t.nwa < t.start && t.start == lba))
    return 0;
  return t.nwa == lba + (int32_t)blocks ? 1 : -1;
}

bool write_and_look(struct burn *b,
                    int32_t lba,
                    unsigned blocks,
                    const void *data,
                    struct failure *f) {
  struct recorder *r = b->job.recorder;
  for (int i = 0; i < TRIES; i++) {
    unsigned before = r->patience.overdue;
    int done;
    if (mmc_write(recorder_link(r), lba, blocks, data, b->sent, f))
      return true;
    if (r->patience.overdue == before)
      return false;
    done = write_taken(b, lba, blocks);
    if (done < 0)
      return false;
    add_warning(
      &b->report.warnings,
      "write_timed_out",
      "a WRITE at block %d took longer than it may; the drive had %s of it",
      (int)lba,
      done ? "all" : "nothing");
    if (done)
      return true;
  }
  return false;
}
