/* write.c: the commands that change a disc, and mode page 05h before them. */
#include "mmc.h"

#include "../bytes.h"
#include <string.h>

#define PAGE_05_LENGTH 0x32
#define SUBHEADER_AT 48
#define MCN_DIGITS 13
#define ISRC_CHARACTERS 12

/* Valid, and its characters; or nothing. */
static void put_code(uint8_t *out, const char *code, size_t len) {
  if (code == NULL)
    return;
  out[0] = 0x80;
  memcpy(out + 1, code, len);
}

bool mmc_set_write_page(struct transport *t,
                        const struct mmc_write_page *page,
                        struct failure *f) {
  uint8_t list[8 + 2 + PAGE_05_LENGTH] = {0};
  uint8_t *out = list + 8;
  struct packet p = mmc_packet(OP_MODE_SELECT_10, MMC_TIMEOUT);
  out[0] = PAGE_WRITE_PARAMETERS;
  out[1] = PAGE_05_LENGTH;
  out[2] = (uint8_t)((page->underrun_free ? 0x40 : 0) |
                     (page->test ? 0x10 : 0) | page->type);
  out[3] = (uint8_t)((page->next_session ? 0xC0 : 0) |
                     (page->copied ? 0x10 : 0) | page->track_mode);
  out[4] = page->data_block;
  if (page->packet > 0) {
    out[2] |= 0x20; /* LS_V: the link size, as long as a packet, counts */
    out[3] |= 0x20; /* FP */
    out[5] = (uint8_t)page->packet;
    put_be32(out + 10, page->packet);
  }
  /* Some drives check the audio pause always. */
  put_be16(out + 14, page->has_audio_pause ? page->audio_pause : 150);
  out[8] = page->session_format;
  out[SUBHEADER_AT + 2] = page->submode;
  put_code(out + 16, page->mcn, MCN_DIGITS);
  put_code(out + 32, page->isrc, ISRC_CHARACTERS);
  mmc_carry(&p, list, sizeof list);
  p.cdb[1] = 0x10; /* PF */
  put_be16(p.cdb + 7, sizeof list);
  return mmc_run(t, &p, f);
}

bool mmc_repeat_write_page(struct transport *t, struct failure *f) {
  uint8_t buf[128], list[128] = {0};
  size_t at, len;
  struct packet p = mmc_packet(OP_MODE_SENSE_10, MMC_TIMEOUT);
  mmc_expect(&p, buf, sizeof buf);
  p.cdb[1] = 0x08; /* no block descriptors */
  p.cdb[2] = PAGE_WRITE_PARAMETERS;
  put_be16(p.cdb + 7, sizeof buf);
  if (!mmc_run(t, &p, f))
    return false;
  at = 8 + (size_t)get_be16(buf + 6);
  len = at + 2 <= p.moved ? (size_t)buf[at + 1] + 2 : 0;
  if (len == 0 || at + len > p.moved ||
      (buf[at] & 0x3F) != PAGE_WRITE_PARAMETERS)
    return fail(f, FAIL_DISC_INFO, "MODE SENSE(10): no usable page 05h");
  memcpy(list + 8, buf + at, len);
  list[8] &= 0x3F; /* PS is not for sending */
  p = mmc_packet(OP_MODE_SELECT_10, MMC_TIMEOUT);
  mmc_carry(&p, list, 8 + len);
  p.cdb[1] = 0x10; /* PF */
  put_be16(p.cdb + 7, (unsigned)(8 + len));
  return mmc_run(t, &p, f);
}

bool mmc_send_cue_sheet(struct transport *t,
                        const uint8_t *sheet,
                        size_t len,
                        struct failure *f) {
  struct packet p = mmc_packet(OP_SEND_CUE_SHEET, MMC_TIMEOUT_WRITE);
  mmc_carry(&p, sheet, len);
  put_be24(p.cdb + 6, (uint32_t)len);
  return mmc_run(t, &p, f);
}

bool mmc_reserve_track(struct transport *t,
                       uint32_t blocks,
                       struct failure *f) {
  struct packet p = mmc_packet(OP_RESERVE_TRACK, MMC_TIMEOUT_WRITE);
  put_be32(p.cdb + 5, blocks);
  return mmc_run(t, &p, f);
}

bool mmc_calibrate(struct transport *t, struct failure *f) {
  struct packet p = mmc_packet(OP_SEND_OPC, MMC_TIMEOUT_WRITE);
  p.cdb[1] = 0x01; /* DoOpc */
  return mmc_run(t, &p, f);
}

bool mmc_write(struct transport *t,
               int32_t lba,
               unsigned blocks,
               const void *data,
               size_t block_size,
               struct failure *f) {
  struct packet p = mmc_packet(OP_WRITE_10, MMC_TIMEOUT_WRITE);
  mmc_carry(&p, data, blocks * block_size);
  put_be32(p.cdb + 2, (uint32_t)lba);
  put_be16(p.cdb + 7, blocks);
  return mmc_run(t, &p, f);
}

bool mmc_write_stream(struct transport *t,
                      int32_t lba,
                      unsigned blocks,
                      const void *data,
                      struct failure *f) {
  struct packet p = mmc_packet(OP_WRITE_12, MMC_TIMEOUT_WRITE);
  mmc_carry(&p, data, (size_t)blocks * MMC_BLOCK);
  put_be32(p.cdb + 2, (uint32_t)lba);
  put_be32(p.cdb + 6, blocks);
  p.cdb[10] = 0x80;
  return mmc_run(t, &p, f);
}

bool mmc_synchronize(struct transport *t, bool immediate, struct failure *f) {
  struct packet p = mmc_packet(OP_SYNCHRONIZE_CACHE,
                               immediate ? MMC_TIMEOUT_LONG : MMC_TIMEOUT_SYNC);
  p.cdb[1] = immediate ? 0x02 : 0;
  return mmc_run(t, &p, f);
}

bool mmc_close(struct transport *t,
               enum mmc_close function,
               unsigned track,
               struct failure *f) {
  struct packet p = mmc_packet(OP_CLOSE_TRACK_SESSION, MMC_TIMEOUT_LONG);
  p.cdb[1] = 0x01; /* Immed */
  p.cdb[2] = (uint8_t)function;
  put_be16(p.cdb + 4, track);
  return mmc_run(t, &p, f);
}

bool mmc_blank(struct transport *t, bool minimal, struct failure *f) {
  struct packet p = mmc_packet(OP_BLANK, MMC_TIMEOUT_LONG);
  p.cdb[1] = (uint8_t)(0x10 | (minimal ? 1 : 0)); /* Immed */
  return mmc_run(t, &p, f);
}
