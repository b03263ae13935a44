/* mmc.h: one command, one function. Each builds a packet on its own stack,
   sends it once, and decodes the reply into plain fields; true when it worked,
   else the failure says why. No state, no retries, no policy: those live in
   src/recorder/. Replies are never trusted further than the bytes that came. */
#ifndef DISCRECORDER_MMC_H
#define DISCRECORDER_MMC_H

#include "../mmc_names.h"
#include "../transport/transport.h"
#include "sense.h"

/* libcdio has functions of such names too (mmc_test_unit_ready), and LuaRocks
   builds without -fvisibility=hidden: none of ours may stand in for its. */
#pragma GCC visibility push(hidden)

#define MMC_BLOCK 2048     /* user data of a data sector */
#define MMC_RAW_BLOCK 2352 /* all of a CD sector */
#define MMC_TRACK_INVISIBLE 0xFF

/* How long a command may take, drives.md 2. */
#define MMC_TIMEOUT 30000u
#define MMC_TIMEOUT_INFO                                                       \
  240000u /* the drive may spin up or calibrate first                          \
           */
#define MMC_TIMEOUT_WRITE 200000u
#define MMC_TIMEOUT_LOAD 300000u
#define MMC_TIMEOUT_LONG 200000u  /* long work, with Immed */
#define MMC_TIMEOUT_SYNC 3600000u /* the same without Immed */

/* === sending === */

/* A packet without data, ready to be filled in; the length of its command block
   follows from the opcode's group (SPC-4 4.2.5.1). */
struct packet mmc_packet(uint8_t opcode, uint32_t timeout_ms);
/* Expect data in a buffer, which is zeroed: what a drive does not send reads as
   zeroes, not as old stack. */
void mmc_expect(struct packet *p, void *buf, size_t len);
void mmc_carry(struct packet *p, const void *data, size_t len);
/* Send it. False, with the failure, for every answer but GOOD. */
bool mmc_run(struct transport *t, struct packet *p, struct failure *f);
/* Send one that expects a reply, which begins with its own length in a field of
   2 or 4 bytes that does not count itself (0: it has none). How much of it
   counts: what it says, what came, and what there was room for, whichever is
   least. 0, with disc_info, when that is less than 'least'. */
size_t mmc_ask(struct transport *t,
               struct packet *p,
               size_t field,
               size_t least,
               struct failure *f);
/* The failure that an answer stands for; false, also for GOOD. */
bool mmc_fail(const struct packet *p, struct failure *f);

/* === what it is === */

struct mmc_inquiry {
  uint8_t type;                             /* 5: CD, DVD, BD */
  char vendor[9], product[17], revision[5]; /* trimmed, printable */
};

bool mmc_inquiry(struct transport *t,
                 struct mmc_inquiry *out,
                 struct failure *f);

/* What GET CONFIGURATION says, as far as a program that writes needs it. */
struct mmc_configuration {
  uint16_t profile; /* the current one, enum profile */
  uint16_t profiles[64];
  unsigned profile_count;
  bool can_load, can_eject, can_lock;        /* feature 0003h */
  bool tao_current, tao_test, tao_buf;       /* 002Dh */
  bool sao_current, sao_test, sao_buf;       /* 002Eh */
  bool plus_r_current;                       /* 002Bh, 003Bh, to write */
  bool incremental_current, incremental_buf; /* 0021h */
  bool minus_current, minus_test, minus_buf; /* 002Fh */
  bool random_writable_current;              /* 0020h */
  bool rigid_overwrite_current;              /* 002Ch, 0026h */
  bool plus_rw_current;                      /* 002Ah, to write */
  bool bd_write_current;                     /* 0041h */
  bool formattable_current;                  /* 0023h */
  bool pseudo_overwrite_current;             /* 0038h */
  bool streaming_writes;                     /* 0107h, SW */
  char serial[65];                           /* 0108h, trimmed */
};

bool mmc_configuration(struct transport *t,
                       struct mmc_configuration *out,
                       struct failure *f);
/* The unit serial number page (80h) of INQUIRY: for drives without 0108h. */
bool mmc_serial_page(struct transport *t,
                     char *out,
                     size_t size,
                     struct failure *f);

/* === is it ready === */

bool mmc_test_unit_ready(struct transport *t, struct failure *f);
/* Progress of long work, of 65536; -1 when the drive does not say. Fails with a
   unit attention that it tells instead, as data and once (SPC-3). */
bool mmc_progress(struct transport *t, int32_t *progress, struct failure *f);

/* === the disc === */

struct mmc_disc {
  uint8_t status;       /* 0 blank, 1 appendable, 2 complete, 3 other */
  uint8_t last_session; /* 0 empty, 1 incomplete, 2 damaged, 3 complete */
  bool erasable;
  uint8_t background; /* background format: 0 none .. 3 complete */
  uint8_t type;       /* 00h CD-DA/ROM, 10h CD-I, 20h XA, FFh undefined */
  unsigned first_track, sessions, last_session_first, last_session_last;
  bool has_last_lead_out;
  int32_t last_lead_out; /* LBA: where a lead-out may begin at the latest */
  uint32_t end;          /* the same field as it is on DVDs: an LBA */
  unsigned opc_entries;
};

struct mmc_track {
  unsigned number, session;
  uint8_t control;   /* track mode nibble; b2: data */
  uint8_t data_mode; /* 1, 2; other: unknown */
  bool copied;       /* audio: a copy already (SCMS) */
  bool damaged, blank, packet, reserved;
  bool has_nwa, has_last;
  int32_t start, nwa;
  uint32_t free_blocks, size;
  int32_t last; /* last recorded address */
};

struct mmc_atip {
  bool has_lead_in;
  uint8_t lead_in[3]; /* M, S, F: who made it */
  int32_t last_lead_out;
};

bool mmc_disc_information(struct transport *t,
                          struct mmc_disc *out,
                          struct failure *f);
bool mmc_track_information(struct transport *t,
                           uint32_t number,
                           struct mmc_track *out,
                           struct failure *f);
/* The last readable address; -1 when there is none. */
bool mmc_capacity(struct transport *t, int64_t *last, struct failure *f);
bool mmc_atip(struct transport *t, struct mmc_atip *out, struct failure *f);
/* The packs of CD-TEXT, of 18 bytes each, with their CRCs even if the drive
   keeps those back: READ TOC, format 5. */
bool mmc_cd_text(struct transport *t,
                 uint8_t *packs,
                 size_t room,
                 size_t *len,
                 struct failure *f);
/* A track's ISRC, or of track 0 the disc's catalogue number: at most 13
   characters; "" when there is none. READ SUB-CHANNEL. */
bool mmc_code(struct transport *t,
              unsigned track,
              char out[14],
              struct failure *f);
/* Where its lead-in begins: an LBA. */
int32_t mmc_lead_in(const struct mmc_atip *atip);

/* === formats and structures === */

/* READ FORMAT CAPACITIES' current descriptor (MMC-6 6.24.3.2). */
enum mmc_capacity_kind {
  MMC_CAPACITY_UNKNOWN = 0, /* the drive did not say */
  MMC_CAPACITY_UNFORMATTED = 1,
  MMC_CAPACITY_FORMATTED = 2,
  MMC_CAPACITY_NONE = 3 /* no medium; or a DVD-RW whose session is open */
};

/* Format types (MMC-6 6.24.3.3) that have a use here. */
enum mmc_format_type {
  FORMAT_FULL = 0x00,
  FORMAT_FULL_PACKETS = 0x10, /* DVD-RW, restricted overwrite */
  FORMAT_QUICK_GROW = 0x13,   /* its last border goes on */
  FORMAT_QUICK = 0x15,
  FORMAT_DVD_PLUS_RW = 0x26,
  FORMAT_SPARE = 0x30,
  FORMAT_NO_SPARE = 0x31,
  FORMAT_BD_R_SPARE = 0x32
};

#define MMC_FORMATS_MAX 32

struct mmc_format {
  uint8_t type; /* 00h .. 3Fh */
  uint32_t blocks, parameter;
};

struct mmc_formats {
  enum mmc_capacity_kind current;
  uint32_t current_blocks;
  unsigned count;
  struct mmc_format list[MMC_FORMATS_MAX];
};

bool mmc_formats(struct transport *t,
                 struct mmc_formats *out,
                 struct failure *f);
/* FORMAT UNIT with Immed. 'sub_type' is the two lowest bits of the type's byte;
   'options' the header's, as MMC-6 6.5.3.2 has them. */
bool mmc_format(struct transport *t,
                const struct mmc_format *format,
                unsigned sub_type,
                unsigned options,
                struct failure *f);
/* READ DISC STRUCTURE of layer 0: the bytes after its header; 0: it failed. */
size_t mmc_disc_structure(struct transport *t,
                          bool bd,
                          uint8_t format,
                          uint8_t *out,
                          size_t room,
                          struct failure *f);
/* SEND DISC STRUCTURE 20h: blocks of a DVD+R DL's first layer. */
bool mmc_set_layer_boundary(struct transport *t,
                            uint32_t blocks,
                            struct failure *f);

/* === speed === */

struct mmc_speeds {
  unsigned count;
  uint32_t write[32]; /* kB/s (1000 bytes), descending, each once */
  uint32_t max_write, max_read, current_write;
  uint32_t end; /* LBA up to which the drive tells of it; 0: it does not */
};

/* From GET PERFORMANCE, or where the drive lacks it from mode page 2Ah. */
bool mmc_speeds(struct transport *t, struct mmc_speeds *out, struct failure *f);
/* 0xFFFF: as fast as it goes. */
bool mmc_set_cd_speed(struct transport *t,
                      unsigned read_kb,
                      unsigned write_kb,
                      struct failure *f);

/* SET STREAMING, for what is no CD (MMC-6 6.39): from block 0 to 'end'. */
#define MMC_SPEED_MOST 0x10000000u /* kB/s: as fast as it goes */
bool mmc_set_streaming(struct transport *t,
                       uint32_t end,
                       uint32_t read_kb,
                       uint32_t write_kb,
                       struct failure *f);
/* As it was before anybody asked for another speed. */
bool mmc_restore_streaming(struct transport *t, struct failure *f);

/* Mode page 2Ah. */
struct mmc_capabilities {
  bool writes_cd_r, writes_cd_rw, test_write, underrun_free;
  uint32_t max_read, max_write, current_write; /* kB/s */
  uint32_t buffer_kib;
  unsigned speed_count;
  uint32_t speeds[32];
};

bool mmc_capabilities(struct transport *t,
                      struct mmc_capabilities *out,
                      struct failure *f);

/* === writing === */

enum mmc_write_type {
  MMC_WRITE_PACKET = 0,
  MMC_WRITE_TAO = 1,
  MMC_WRITE_SAO = 2
};

/* Mode page 05h, composed whole: some drives hold illegal defaults. */
struct mmc_write_page {
  enum mmc_write_type type;
  bool underrun_free, test;
  bool next_session; /* multi-session 11b, else 00b: the disc is finalised */
  unsigned packet;   /* blocks of a packet, of those with fixed ones; else 0 */
  uint8_t track_mode;
  uint8_t data_block;     /* 8: mode 1, 2048 bytes; 0: raw 2352; 10: mode 2 */
  uint8_t submode;        /* of the subheader, in mode 2 */
  uint8_t session_format; /* 00h CD-DA and CD-ROM, 20h CD-ROM XA */
  bool copied;            /* SCMS */
  bool has_audio_pause;   /* else 150 */
  unsigned audio_pause;   /* blocks before a track of audio */
  const char *mcn;        /* 13 digits, or NULL */
  const char *isrc;       /* 12 characters, or NULL */
};

bool mmc_set_write_page(struct transport *t,
                        const struct mmc_write_page *page,
                        struct failure *f);
/* Set the page to what it is: some drives want that before they name a next
   writable address (drives.md 1), and nothing else changes. */
bool mmc_repeat_write_page(struct transport *t, struct failure *f);
/* What is recorded at once: entries of 8 bytes (MMC-6 6.33). */
#define MMC_CUE_ENTRY 8
bool mmc_send_cue_sheet(struct transport *t,
                        const uint8_t *sheet,
                        size_t len,
                        struct failure *f);
bool mmc_reserve_track(struct transport *t, uint32_t blocks, struct failure *f);
bool mmc_calibrate(struct transport *t, struct failure *f); /* SEND OPC */
bool mmc_write(struct transport *t,
               int32_t lba,
               unsigned blocks,
               const void *data,
               size_t block_size,
               struct failure *f);
/* WRITE(12) with Streaming: the drive manages no defects meanwhile. Whole ECC
   blocks only. */
bool mmc_write_stream(struct transport *t,
                      int32_t lba,
                      unsigned blocks,
                      const void *data,
                      struct failure *f);
bool mmc_synchronize(struct transport *t, bool immediate, struct failure *f);

/* CLOSE TRACK/SESSION's functions (drives.md 4). */
enum mmc_close {
  MMC_CLOSE_TRACK = 1,
  MMC_CLOSE_SESSION = 2,
  MMC_CLOSE_FINALISE = 3,     /* a DVD-R whose sessions are all closed */
  MMC_CLOSE_LEAST_RADIUS = 5, /* finalises a DVD+R */
  MMC_CLOSE_DISC = 6          /* finalises */
};

/* The track counts for MMC_CLOSE_TRACK only. */
bool mmc_close(struct transport *t,
               enum mmc_close function,
               unsigned track,
               struct failure *f);
bool mmc_blank(struct transport *t, bool minimal, struct failure *f);

/* === reading === */

bool mmc_read(struct transport *t,
              int32_t lba,
              unsigned blocks,
              void *buf,
              bool from_medium, /* FUA: not from the drive's buffer */
              struct failure *f);
/* Whole sectors, 2352 bytes each, with sync, header, EDC and ECC. */
bool mmc_read_raw(struct transport *t,
                  int32_t lba,
                  unsigned blocks,
                  void *buf,
                  struct failure *f);
/* The same, of which only what counts in mode 2 is left (mode_2.h). */
bool mmc_read_mode_2(struct transport *t,
                     int32_t lba,
                     unsigned blocks,
                     void *buf,
                     struct failure *f);
/* Samples of CD-DA, 2352 bytes a block; other sectors are refused. */
bool mmc_read_audio(struct transport *t,
                    int32_t lba,
                    unsigned blocks,
                    void *buf,
                    struct failure *f);

/* === the tray === */

enum mmc_tray { MMC_STOP = 0, MMC_START = 1, MMC_EJECT = 2, MMC_LOAD = 3 };

bool mmc_tray(struct transport *t,
              enum mmc_tray act,
              bool immediate,
              struct failure *f);
bool mmc_prevent_removal(struct transport *t, bool prevent, struct failure *f);

#pragma GCC visibility pop

#endif
