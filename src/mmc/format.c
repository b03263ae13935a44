/* format.c: READ FORMAT CAPACITIES, FORMAT UNIT, and the disc structures that a
   program that writes needs (MMC-6 6.5, 6.22, 6.24, 6.34). */
#include "mmc.h"

#include "../bytes.h"
#include <string.h>

#define DESCRIPTOR 8 /* bytes */

bool mmc_formats(struct transport *t,
                 struct mmc_formats *out,
                 struct failure *f) {
  uint8_t buf[4 + DESCRIPTOR * (MMC_FORMATS_MAX + 1)];
  size_t end;
  struct packet p = mmc_packet(OP_READ_FORMAT_CAPACITIES, MMC_TIMEOUT_INFO);
  memset(out, 0, sizeof *out);
  mmc_expect(&p, buf, sizeof buf);
  put_be16(p.cdb + 7, sizeof buf);
  if (!mmc_run(t, &p, f))
    return false;
  end = 4 + (size_t)buf[3];
  if (end > p.moved)
    end = p.moved;
  if (end < 4 + DESCRIPTOR)
    return fail(f, FAIL_DISC_INFO, "READ FORMAT CAPACITIES: too short a reply");
  out->current = (enum mmc_capacity_kind)(buf[8] & 0x03);
  out->current_blocks = get_be32(buf + 4);
  for (size_t at = 4 + DESCRIPTOR;
       at + DESCRIPTOR <= end && out->count < MMC_FORMATS_MAX;
       at += DESCRIPTOR) {
    struct mmc_format *format = &out->list[out->count++];
    format->blocks = get_be32(buf + at);
    format->type = buf[at + 4] >> 2;
    format->parameter = get_be32(buf + at + 4) & 0xFFFFFF;
  }
  return true;
}

bool mmc_format(struct transport *t,
                const struct mmc_format *format,
                unsigned sub_type,
                unsigned options,
                struct failure *f) {
  uint8_t list[4 + DESCRIPTOR] = {0};
  struct packet p = mmc_packet(OP_FORMAT_UNIT, MMC_TIMEOUT_LONG);
  list[1] = (uint8_t)(options | 0x02); /* Immed */
  list[3] = DESCRIPTOR;
  put_be32(list + 4, format->blocks);
  put_be32(list + 8, format->parameter);
  list[8] = (uint8_t)(format->type << 2 | sub_type);
  mmc_carry(&p, list, sizeof list);
  p.cdb[1] = 0x11; /* FmtData, format code 1 */
  return mmc_run(t, &p, f);
}

size_t mmc_disc_structure(struct transport *t,
                          bool bd,
                          uint8_t format,
                          uint8_t *out,
                          size_t room,
                          struct failure *f) {
  uint8_t buf[4 + 256];
  size_t len;
  struct packet p = mmc_packet(OP_READ_DISC_STRUCTURE, MMC_TIMEOUT_INFO);
  mmc_expect(&p, buf, sizeof buf);
  p.cdb[1] = bd ? 1 : 0;
  p.cdb[7] = format;
  put_be16(p.cdb + 8, sizeof buf);
  len = mmc_ask(t, &p, 2, 5, f);
  if (len < 4)
    return 0;
  len -= 4;
  if (len > room)
    len = room;
  memcpy(out, buf + 4, len);
  return len;
}

bool mmc_set_layer_boundary(struct transport *t,
                            uint32_t blocks,
                            struct failure *f) {
  uint8_t list[12] = {0};
  struct packet p = mmc_packet(OP_SEND_DISC_STRUCTURE, MMC_TIMEOUT_WRITE);
  put_be16(list, sizeof list - 2);
  put_be32(list + 8, blocks);
  mmc_carry(&p, list, sizeof list);
  p.cdb[7] = 0x20;
  put_be16(p.cdb + 8, sizeof list);
  return mmc_run(t, &p, f);
}
