/* packets.c: a virtual recorder that is sent anything. The first two bytes of
   an input choose the disc and the drive; then come packets:

       command block (as long as its opcode's group has it), how, and
       nothing; the room for a reply (2); data and its length (2) before it; or
       a byte and how many of it (2)

   'how' also says what an operator does afterwards. */
#include "virtual.h"

#define PACKETS_MOST 64
#define ROOM 65536

enum { NONE, IN, OUT, FILL };

static uint8_t room[ROOM];

static unsigned cdb_length(uint8_t opcode) {
  static const uint8_t lengths[8] = {6, 10, 10, 6, 16, 12, 6, 6};
  return lengths[opcode >> 5];
}

static void operate(struct transport *t, unsigned act) {
  struct failure f = {.message = ""};
  switch (act) {
    case 1:
      virtual_press_eject(t, &f);
      break;
    case 2:
      virtual_write_protect(t, true, &f);
      break;
    case 3:
      virtual_write_protect(t, false, &f);
      break;
    case 4:
      clock_sleep(t->clock, 10 * CLOCK_SECOND);
      break;
    case 5:
      clock_sleep(t->clock, 3600 * CLOCK_SECOND);
      break;
    case 6:
      virtual_power_off(t, &f);
      virtual_power_on(t, &f);
      break;
    default:
      break;
  }
}

static void check_answer(const struct packet *p) {
  must(p->moved <= p->len);
  must(p->status <= PACKET_LOST);
  must(p->status != PACKET_CHECK ||
       (p->sense_len >= 14 && p->sense_len <= PACKET_SENSE_MAX));
}

static void send_one(struct transport *t, struct input *in) {
  struct packet p = {.timeout_ms = 1000};
  unsigned how;
  uint8_t fill;
  size_t n;
  p.cdb[0] = take_byte(in);
  p.cdb_len = (uint8_t)cdb_length(p.cdb[0]);
  take_bytes(in, p.cdb + 1, p.cdb_len - 1u);
  how = take_byte(in);
  if ((how & 3) == IN) {
    p.dir = PACKET_IN;
    p.in = room;
    p.len = take_16(in);
  } else if ((how & 3) != NONE) {
    fill = (how & 3) == FILL ? take_byte(in) : 0;
    n = take_16(in);
    p.dir = PACKET_OUT;
    p.out = room;
    p.len = n;
    if ((how & 3) == FILL)
      memset(room, fill, n);
    else
      p.len = take_bytes(in, room, n);
  }
  if (p.len == 0)
    p.dir = PACKET_NONE;
  p.lose = (how & 0x20) != 0 && (how & 0x40) != 0;
  transport_run(t, &p);
  check_answer(&p);
  operate(t, how >> 2 & 7);
}

/* The drive that the second byte names. */
static struct virtual_options drive_of(unsigned choice) {
  static const char *const quirks[] = {
    NULL,
    "nwa-150",
    "early-ready",
    "early-close",
    "no-opc",
    "opc-attention",
    "no-configuration",
    "false-buffer",
    "silent-timeout",
    "no-load",
    "no-track-info-when-full",
    "no-nwa-before-page",
    "close-track-fails",
    "no-fua",
    "read-offset",
    "overburn",
  };
  struct virtual_options o = {.path = MEMORY_FILE};
  o.quirks = quirks[(choice >> 2) % (sizeof quirks / sizeof *quirks)];
  if (choice & 1)
    o.pace = 1000;
  if (choice & 2)
    o.buffer = 64 << 10;
  return o;
}

/* Whatever came, the file is a disc. */
static void check_file(void) {
  struct virtual_options options = {.path = MEMORY_FILE};
  struct failure f = {.message = ""};
  struct transport *t = virtual_open(&options, &f);
  if (t == NULL)
    fprintf(stderr, "fuzz: %s\n", f.message);
  must(t != NULL);
  check_drive(t);
  transport_close(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct input in = {data, size};
  struct virtual_options options;
  struct transport *t;
  struct failure f;
  disc_reset(take_byte(&in) % DISC_KINDS);
  options = drive_of(take_byte(&in));
  t = virtual_open(&options, &f);
  must(t != NULL && transport_acquire(t, &f));
  for (int i = 0; i < PACKETS_MOST && in.left > 0; i++)
    send_one(t, &in);
  if (size % 2 == 0)
    check_drive(t);
  transport_close(t);
  if (size % 2 == 1)
    check_file();
  return 0;
}
