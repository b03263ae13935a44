/* read.c: reading sectors, as user data or whole. */
#include "mmc.h"

#include "../bytes.h"
#include "../mode_2.h"

/* A drive that moved less than asked for and called it good did not answer. */
static bool
run_whole(struct transport *t, struct packet *p, struct failure *f) {
  if (!mmc_run(t, p, f))
    return false;
  if (p->moved >= p->len)
    return true;
  fail(f,
       FAIL_TRANSPORT_ERROR,
       "reading at %d: only %zu of %zu bytes came",
       (int)get_be32(p->cdb + 2),
       p->moved,
       p->len);
  f->has_lba = true;
  f->lba = (int32_t)get_be32(p->cdb + 2);
  return false;
}

bool mmc_read(struct transport *t,
              int32_t lba,
              unsigned blocks,
              void *buf,
              bool from_medium,
              struct failure *f) {
  struct packet p = mmc_packet(OP_READ_10, MMC_TIMEOUT);
  p.dir = PACKET_IN; /* not zeroed: 'run_whole' insists on all of it */
  p.in = buf;
  p.len = (size_t)blocks * MMC_BLOCK;
  p.cdb[1] = from_medium ? 0x08 : 0; /* FUA */
  put_be32(p.cdb + 2, (uint32_t)lba);
  put_be16(p.cdb + 7, blocks);
  return run_whole(t, &p, f);
}

/* READ CD. 'type' is the sector type that is expected, 0 any; 'fields' what of
   the sector is wanted (MMC-6 6.19.2). Each makes 2352 bytes. */
static bool read_cd(struct transport *t,
                    unsigned type,
                    uint8_t fields,
                    int32_t lba,
                    unsigned blocks,
                    void *buf,
                    struct failure *f) {
  struct packet p = mmc_packet(OP_READ_CD, MMC_TIMEOUT);
  p.dir = PACKET_IN;
  p.in = buf;
  p.len = (size_t)blocks * MMC_RAW_BLOCK;
  p.cdb[1] = (uint8_t)(type << 2);
  put_be32(p.cdb + 2, (uint32_t)lba);
  put_be24(p.cdb + 6, blocks);
  p.cdb[9] = fields;
  return run_whole(t, &p, f);
}

bool mmc_read_raw(struct transport *t,
                  int32_t lba,
                  unsigned blocks,
                  void *buf,
                  struct failure *f) {
  /* Sync, both headers, user data, EDC and ECC. */
  return read_cd(t, 0, 0xF8, lba, blocks, buf, f);
}

bool mmc_read_mode_2(struct transport *t,
                     int32_t lba,
                     unsigned blocks,
                     void *buf,
                     struct failure *f) {
  if (!mmc_read_raw(t, lba, blocks, buf, f))
    return false;
  for (unsigned i = 0; i < blocks; i++)
    mode_2_plain((uint8_t *)buf + (size_t)i * MODE_2_SECTOR);
  return true;
}

bool mmc_read_audio(struct transport *t,
                    int32_t lba,
                    unsigned blocks,
                    void *buf,
                    struct failure *f) {
  return read_cd(t, 1, 0x10, lba, blocks, buf, f);
}
