/* disc.c: disc files that anybody may have made. An input is a byte of choices,
   the description's generation (8), the cell (24), and the description's
   records. What opens is a disc: it is asked for everything, read and written,
   and opens again. */
#include "virtual.h"

#include "../src/bytes.h"

#define RIGHT 0x01  /* the checksum is made right */
#define OLD 0x04    /* version 1 of the format */
#define SECOND 0x02 /* in the second slot; the first is no description */
#define ROOM 4096
#define HEAD 24 /* bytes of a slot before its records */

static uint8_t room[ROOM];

static uint32_t crc32(const uint8_t *p, size_t len) {
  static uint32_t table[256];
  uint32_t crc = 0xFFFFFFFFu;
  for (uint32_t i = 0; table[255] == 0 && i < 256; i++) {
    table[i] = i;
    for (int bit = 0; bit < 8; bit++)
      table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xEDB88320u : 0);
  }
  for (size_t i = 0; i < len; i++)
    crc = crc >> 8 ^ table[(crc ^ p[i]) & 0xFF];
  return ~crc;
}

static void make_file(struct input *in) {
  static const off_t sizes[] = {
    INT64_C(1) << 37,
    0x100000,
    0x100000 + 300 * 2048,
    0x40000000 + 400 * 2352,
  };
  uint8_t head[24] = "discrecorder\r\n\x1a\n";
  static uint8_t slot[DISC_USED];
  uint8_t cell[24] = {0};
  unsigned choice = take_byte(in);
  size_t len;
  memory_file_reset(sizes[choice >> 4 & 3]);
  head[19] = head[23] = choice & OLD ? 1 : 2;
  memory_file_put(head, sizeof head, 0);
  memset(slot, 0, sizeof slot);
  memcpy(slot, "DESC", 4);
  take_bytes(in, slot + 16, 8);
  take_bytes(in, cell, sizeof cell);
  memory_file_put(cell, sizeof cell, DISC_CELL);
  len = take_bytes(in, slot + HEAD, sizeof slot - HEAD);
  put_be32(slot + 8, (uint32_t)len);
  if (choice & RIGHT)
    put_be32(slot + 4, crc32(slot + 8, HEAD - 8 + len));
  memory_file_put(slot, HEAD + len, DISC_SLOT * (choice & SECOND ? 2 : 1));
}

static const uint8_t questions[][12] = {
  {OP_READ_TOC, 0, 0, 0, 0, 0, 0, 4, 0, 0},
  {OP_READ_TOC, 2, 1, 0, 0, 0, 0, 4, 0, 0},
  {OP_READ_TOC, 2, 2, 0, 0, 0, 0, 4, 0, 0},
  {OP_READ_TOC, 2, 3, 0, 0, 0, 0, 4, 0, 0},
  {OP_READ_TOC, 0, 5, 0, 0, 0, 0, 4, 0, 0},
  {OP_READ_CAPACITY},
  {OP_READ_FORMAT_CAPACITIES, 0, 0, 0, 0, 0, 0, 1, 0, 0},
  {OP_READ_10, 0, 0, 0, 0, 0, 0, 0, 1, 0},
  {OP_READ_CD, 0, 0, 0, 1, 0xC4, 0, 0, 1, 0xF8, 1, 0},
  {OP_READ_CD, 0, 0xFF, 0xFF, 0xFF, 0x6A, 0, 0, 1, 0x10, 2, 0},
  {OP_READ_SUBCHANNEL, 0, 0x40, 2, 0, 0, 0, 0, 24, 0},
  {OP_READ_TRACK_INFORMATION, 0, 0, 0, 0, 0, 0, 0, 0x24, 0},
  {OP_READ_TRACK_INFORMATION, 2, 0, 0, 0, 1, 0, 0, 0x24, 0},
  {OP_READ_DISC_INFORMATION, 0, 0, 0, 0, 0, 0, 0, 0x22, 0},
  {OP_READ_DISC_INFORMATION, 1, 0, 0, 0, 0, 0, 0, 0x0C, 0},
  {OP_READ_DISC_INFORMATION, 2, 0, 0, 0, 0, 0, 0, 0x10, 0},
  {OP_READ_DISC_STRUCTURE, 0, 0, 0, 0, 0, 0, 0, 8, 4, 0, 0},
  {OP_READ_DISC_STRUCTURE, 0, 0, 0, 0, 0, 0, 0x20, 0, 0x0C, 0, 0},
  {OP_READ_DISC_STRUCTURE, 1, 0, 0, 0, 0, 0, 0, 0x10, 4, 0, 0},
  {OP_READ_DISC_STRUCTURE, 1, 0, 0, 0, 0, 0, 8, 8, 4, 0, 0},
  {OP_READ_DISC_STRUCTURE, 1, 0, 0, 0, 0, 0, 0x0A, 0, 0x10, 0, 0},
  {OP_GET_PERFORMANCE, 0, 0, 0, 0, 0, 0, 0, 0, 16, 3, 0},
};

static void ask(struct transport *t) {
  for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
    struct packet p = mmc_packet(questions[i][0], 1000);
    memcpy(p.cdb, questions[i], sizeof questions[i]);
    mmc_expect(&p, room, sizeof room);
    transport_run(t, &p);
    must(p.moved <= sizeof room);
  }
}

/* Where the drive says that it can be written, and where not. */
static void write_it(struct transport *t) {
  struct failure f = {.message = ""};
  struct mmc_track track;
  const struct mmc_write_page page = {
    .type = MMC_WRITE_TAO, .track_mode = 4, .data_block = 8};
  mmc_set_write_page(t, &page, &f);
  mmc_write(t, 0, 1, room, MMC_BLOCK, &f);
  if (mmc_track_information(t, MMC_TRACK_INVISIBLE, &track, &f))
    mmc_write(t, track.nwa, 1, room, MMC_BLOCK, &f);
  for (uint32_t n = 1; n <= 3; n++)
    if (mmc_track_information(t, n, &track, &f) && track.has_nwa)
      mmc_write(t, track.nwa, 1, room, MMC_BLOCK, &f);
  mmc_synchronize(t, false, &f);
  mmc_close(t, MMC_CLOSE_TRACK, 1, &f);
  clock_sleep(t->clock, 3600 * CLOCK_SECOND);
  mmc_close(t, MMC_CLOSE_SESSION, 0, &f);
  clock_sleep(t->clock, 3600 * CLOCK_SECOND);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const struct virtual_options options = {.path = MEMORY_FILE};
  struct input in = {data, size};
  struct failure f = {.message = ""};
  struct transport *t;
  make_file(&in);
  t = virtual_open(&options, &f);
  if (t == NULL) {
    must(f.code == FAIL_BAD_FILE && f.message[0] != '\0');
    return 0;
  }
  must(transport_acquire(t, &f));
  check_drive(t);
  ask(t);
  write_it(t);
  transport_close(t);
  t = virtual_open(&options, &f);
  if (t == NULL)
    fprintf(stderr, "fuzz: %s\n", f.message);
  must(t != NULL);
  check_drive(t);
  transport_close(t);
  return 0;
}
