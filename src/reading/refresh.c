/* refresh.c: what is read next comes from the medium and not from the drive's
   buffer (design.md 5): by a reload, or else by reading so much elsewhere that
   the buffer holds nothing of what was written, and by FUA where the drive
   knows it. */
#include "reading.h"

#define BUFFER_MOST (16u * 1024 * 1024) /* bytes; no drive has more */
#define BLOCKS_AT_ONCE (RING_PIECE / MMC_BLOCK)
#define SECTORS_AT_ONCE (RING_PIECE / MMC_RAW_BLOCK)
#define FAILURES_MOST 8 /* a drive that reads nothing is not asked for ever */

/* What was opened is closed again, also when the job is cancelled meanwhile. */
static bool close_tray(struct recorder *r, struct failure *f) {
  atomic_bool *cancelled = r->patience.cancelled;
  bool ok;
  r->patience.cancelled = NULL;
  ok = mmc_tray(recorder_link(r), MMC_LOAD, false, f);
  r->patience.cancelled = cancelled;
  return ok;
}

/* === by reading elsewhere === */

struct flush {
  struct job *job;
  uint32_t left; /* blocks that are still to be read */
  unsigned failures;
};

static bool is_no_data(const struct failure *f) {
  return f->has_sense && f->key == KEY_ILLEGAL_REQUEST && f->asc == 0x64 &&
         f->ascq == 0x00;
}

/* How many blocks were read, of data or of audio: either fills a buffer. */
static unsigned
read_any(struct recorder *r, int32_t lba, unsigned blocks, uint8_t *piece) {
  struct failure f;
  if (mmc_read(recorder_link(r), lba, blocks, piece, false, &f))
    return blocks;
  if (blocks > SECTORS_AT_ONCE)
    blocks = SECTORS_AT_ONCE;
  return is_no_data(&f) &&
             mmc_read_raw(recorder_link(r), lba, blocks, piece, &f)
           ? blocks
           : 0;
}

/* What cannot be read is no failure, here. False: cancelled. */
static bool
read_away(struct flush *flush, int32_t from, int32_t end, struct failure *f) {
  uint8_t piece[RING_PIECE];
  while (from < end && flush->left > 0 && flush->failures < FAILURES_MOST) {
    unsigned n = BLOCKS_AT_ONCE, got;
    if (n > flush->left)
      n = flush->left;
    if (n > (uint32_t)(end - from))
      n = (uint32_t)(end - from);
    if (!job_go_on(flush->job, f))
      return false;
    got = read_any(flush->job->recorder, from, n, piece);
    flush->left -= got;
    flush->failures += got == 0;
    from += (int32_t)(got > 0 ? got : n);
  }
  return true;
}

static uint32_t buffer_blocks(struct recorder *r) {
  struct mmc_capabilities page;
  struct failure ignored;
  if (!mmc_capabilities(recorder_link(r), &page, &ignored) ||
      page.buffer_kib == 0 || page.buffer_kib > BUFFER_MOST / 1024)
    return BUFFER_MOST / MMC_BLOCK;
  return page.buffer_kib / (MMC_BLOCK / 1024);
}

/* Around what is to be proved first; then its beginning, which was written
   longest ago, so that its end is pushed out. */
static bool push_out(struct job *j,
                     const struct stretch *proved,
                     struct warnings *w,
                     struct failure *f) {
  struct recorder *r = j->recorder;
  struct failure ignored;
  uint32_t holds = buffer_blocks(r);
  struct flush flush = {.job = j, .left = holds};
  int64_t last;
  int32_t end = proved->end;
  if (mmc_capacity(recorder_link(r), &last, &ignored) && last >= end &&
      last < INT32_MAX)
    end = (int32_t)last + 1;
  if (!read_away(&flush, 0, proved->start, f) ||
      !read_away(&flush, proved->end, end, f) ||
      !read_away(&flush, proved->start, proved->end, f))
    return false;
  if (flush.left > 0)
    add_warning(
      w,
      "smaller_than_buffer",
      "the drive's buffer holds %u blocks and only %u could be read first: "
      "what was read back may come from it, unless the drive obeys FUA",
      (unsigned)holds,
      (unsigned)(holds - flush.left));
  return true;
}

/* READ CD, which audio takes, has no FUA. */
static bool refuses_fua(struct recorder *r, int32_t lba) {
  uint8_t block[MMC_BLOCK];
  struct failure f;
  return !mmc_read(recorder_link(r), lba, 1, block, true, &f) &&
         (is_no_data(&f) || (f.has_sense && f.key == KEY_ILLEGAL_REQUEST &&
                             f.asc == 0x24 && f.ascq == 0x00));
}

static const char *past_buffer(struct job *j,
                               const struct stretch *proved,
                               struct warnings *w,
                               struct failure *f) {
  if (!push_out(j, proved, w, f))
    return NULL;
  return refuses_fua(j->recorder, proved->start) ? "flush" : "fua";
}

const char *reading_refresh(struct job *j,
                            const struct stretch *proved,
                            struct warnings *w,
                            struct failure *f) {
  struct recorder *r = j->recorder;
  struct transport *link = recorder_link(r);
  struct ready_watch watch = job_watch(j, true);
  struct failure ignored;
  if (!r->id.can_load)
    return past_buffer(j, proved, w, f);
  recorder_unlock_tray(r);
  if (!mmc_tray(link, MMC_EJECT, false, f)) {
    if (!f->has_sense)
      close_tray(r, &ignored); /* nobody knows whether it opened */
    return past_buffer(j, proved, w, f);
  }
  if (!close_tray(r, f) ||
      !wait_ready(&r->patience, READY_AFTER_LOAD, &watch, f)) {
    f->advice = "Close the tray by hand and check the disc with verify.";
    return NULL;
  }
  return "reload";
}
