/* drive.h: the drive: what its firmware keeps in mind, and what its parts do
   for each other. The commands themselves are in commands.h. */
#ifndef DISCRECORDER_VIRTUAL_DRIVE_H
#define DISCRECORDER_VIRTUAL_DRIVE_H

#include <pthread.h>
#include <stdatomic.h>

#include "cue.h"
#include "disc.h"
#include "drive_clock.h"
#include "model.h"
#include "quirk.h"
#include "virtual.h"

#define VSERIAL_MAX 32u
#define VPAGE_MAX 52       /* bytes of the longest mode page that is kept */
#define VFLUSH_SECONDS 1.0 /* run-out and program memory area of a track */

enum vpage {
  VPAGE_ERROR_RECOVERY,
  VPAGE_WRITE_PARAMETERS,
  VPAGE_CD_DEVICE,
  VPAGE_CD_AUDIO,
  VPAGE_POWER,
  VPAGE_TIMEOUT,
  VPAGE_COUNT
};

struct vdrive;

struct vsense {
  uint8_t key, asc, ascq;
};

/* answer.c: what many commands say. */
extern const struct vsense vsense_bad_address, /* 5/21/02, for writing */
  vsense_out_of_range,                         /* 5/21/00 */
  vsense_write_error;                          /* 3/0C/00 */

/* One way of recording; which one a WRITE takes is decided by the family of the
   disc, on CDs and DVD-R by mode page 05h: there a new way is one more file,
   and a row of its family in family.c. */
struct vwrite_mode {
  /* Of the ways that mode page 05h chooses from: */
  uint8_t write_type;
  uint16_t block_types; /* bit n: data block type n is understood */
  bool (*good_page)(const uint8_t *page); /* is the rest of it? NULL: yes */
  /* Take the data of a WRITE, or refuse the packet. */
  void (*write)(struct vdrive *d, struct packet *p, int32_t lba, uint32_t n);
  /* What is to be done when everything must reach the medium: called when the
     time for that has passed. False: the medium would not take it. */
  bool (*flush)(struct vdrive *d);
  /* ... and that time, besides the draining of the buffer. NULL: one second. */
  double (*flush_seconds)(const struct vdrive *d);
  /* What is being recorded reaches the disc when the drive is switched off in
     good order, and goes on later. */
  bool rests;
};

/* A track being recorded. 'track' is NULL in a test write. */
struct vrecording {
  const struct vwrite_mode *mode; /* NULL: nothing is being recorded */
  struct vtrack *track;
  bool test;
  bool underrun_free;
  uint8_t block_type;
  enum vregion region;             /* what its blocks are */
  const struct vmode_2_sent *sent; /* of mode 2 with subheaders; else NULL */
  uint8_t number, session;         /* those of the track */
  int32_t start, next;
  uint32_t limit;   /* blocks that the track has room for */
  uint32_t counted; /* blocks that the disc file's cell knows of */
};

/* Something that goes on after its command was answered. 'finish' is what it
   does to the medium, once the clock has passed 'end'. */
struct vlong {
  bool (*finish)(struct vdrive *d); /* NULL: nothing goes on */
  uint64_t start, end;
  uint8_t ascq; /* 2/04/xx says what */
  bool closing; /* a track or a session */
  uint8_t argument;
};

/* What was lost (a WRITE with 'lose' set): from then on nothing reaches the
   file, and blocks from 'from' on exist in the drive's buffer only. */
struct vlost {
  bool on;
  int32_t from;
  bool overlay; /* over what the file holds: blocks come in any order */
  uint32_t slots;
  uint8_t *blocks; /* 'slots' blocks, or NULL */
  int32_t *lbas;   /* the block that each slot holds, or -1 */
};

/*
** One transport's view of the drive: what it has yet to be told.
*/
struct vtransport {
  struct transport base;
  struct vdrive *drive;
  struct vtransport *next;
  bool attention_reset;  /* 6/29/00 to be reported */
  bool attention_medium; /* 6/28/00 to be reported */
  uint8_t event;         /* of class "media", to be reported, or 0 */
  uint8_t prevent;       /* as PREVENT ALLOW said */
};

/*
** 'mutex' guards everything below it, and the vtransports; whoever has it may
** call any vdrive_, vbuffer_, vcmd_ function and must, and nobody calls out of
** src/virtual/ with it held. 'opens', 'next' and the 'key' fields belong to
** the registry's mutex (registry.c), which is taken before a drive's and never
** the other way round. 'clock' locks itself. The rest is set once.
*/
struct vdrive {
  struct vclock *clock;
  const struct vmodel *model;
  char serial[VSERIAL_MAX + 4]; /* blank-padded to a multiple of four */
  uint64_t buffer;
  double pace;
  uint32_t quirks; /* 1 << enum vquirk */

  struct vdrive *next;
  unsigned opens;
  char *key_path; /* of an empty tray, else NULL */
  dev_t key_dev;
  ino_t key_ino;
  int key_fd; /* keeps that number from being given to another file, or -1 */

  pthread_mutex_t mutex;
  struct vtransport *transports;
  struct vtransport *owner;     /* by acquire */
  atomic_bool plugged, powered; /* read without the mutex by present() */
  bool write_protected;         /* by the tab, so to speak */
  bool protected_for_now;       /* by the host, until it is switched off */

  bool tray_open;
  struct vdisc disc;     /* in the tray, open or closed; fd -1: none */
  bool unreadable;       /* there is a disc, but it makes no sense */
  struct vmedium medium; /* of a disc that is readable */
  uint64_t ready_at;     /* the disc spins up until then */

  uint8_t pages[VPAGE_COUNT][VPAGE_MAX];
  bool page_05_set;                 /* by a host, for this medium */
  unsigned read_speed, write_speed; /* kB/s as asked for; 0: the most */
  struct vrecording rec;
  struct vcue cue;
  int32_t position; /* the block read last */
  /* Where a further test write may begin, after a pregap of two seconds, or -1;
     and whether the one before was of audio. */
  int32_t test_next;
  bool test_audio;
  int32_t replaced;  /* cluster that is in the buffer anew, or -1 */
  uint32_t dao_size; /* blocks reserved for disc-at-once, or 0 */
  struct vlong going_on;
  /* A format goes on behind the host's back since then (plus_rw.c). */
  struct vformat formatting_to; /* what FORMAT UNIT will make of the disc */
  bool formatting;
  uint64_t formatting_since;
  struct vlost lost;
  uint64_t filled; /* bytes in the buffer that the laser has not written */
  uint64_t drained_at;
  bool underrun;     /* the buffer ran empty while recording */
  bool has_deferred; /* an error of something that had been answered GOOD */
  struct vsense deferred;
  unsigned swallowed[VQUIRK_SWALLOWED]; /* packets seen, by command */
};

/* What an answer of "not ready" costs on the drive's clock: a host that asks
   again and again without a pause gets there in the end. */
#define VNOT_READY_NS (100 * 1000)

/* answer.c: answers. 'refuse' puts a sense into the packet. */
void vrefuse(struct packet *p, uint8_t key, uint8_t asc, uint8_t ascq);
void vrefuse_at(struct packet *p, struct vsense s, int32_t lba);
void vrefuse_busy(struct vdrive *d, struct packet *p);
void vrefuse_field(struct packet *p);
/* Send min(len, allocated) bytes. */
void vreply(struct packet *p,
            const uint8_t *data,
            size_t len,
            size_t allocated);
/* The packet's parameter list, if it is as long as the command block says. */
const uint8_t *vparameters(struct packet *p, size_t len);
void vsense_fixed(uint8_t sense[18], struct vsense s, bool deferred);
/* Put how far it has come into a sense. */
void vsense_progress(const struct vdrive *d, uint8_t sense[18]);

/* run.c: carrying a packet. */
void vdrive_run(struct transport *t, struct packet *p);
/* Let everything happen that is due by now. */
void vdrive_settle(struct vdrive *d);
/* Has 't' the drive for itself? Locks the disc file unless it is locked. */
bool vdrive_enter(struct vtransport *t, enum packet_status *why);
void vdrive_leave(struct vtransport *t);

/* state.c: medium in and out, ready or not. */
bool vdrive_has_medium(const struct vdrive *d);
bool vdrive_can_write(const struct vdrive *d); /* what is in it, ever again? */
bool vdrive_protected(const struct vdrive *d); /* against writing */
enum vkind vdrive_kind(const struct vdrive *d);
bool vdrive_erases(const struct vdrive *d);  /* CD-RW, in this drive */
bool vdrive_formats(const struct vdrive *d); /* any disc that it writes */
unsigned vdrive_profile(const struct vdrive *d);
bool vdrive_prevented(const struct vdrive *d);
void vdrive_tell_medium(struct vdrive *d, uint8_t event, bool attention);
/* Read the disc anew and forget all that was about the one before. */
void vdrive_take_in(struct vdrive *d, bool spin_up);
void vdrive_forget_medium(struct vdrive *d);
/* Write the description unless it would be lost. */
bool vdrive_store(struct vdrive *d);
/* End what is being recorded, as a loss of power or of the disc would. */
void vdrive_break_off(struct vdrive *d);
void vdrive_pages_default(struct vdrive *d);
bool vdrive_eject(struct vdrive *d);
void vdrive_load(struct vdrive *d);

/* plus_rw.c: formatting in the background: how far it is, and stopping it. */
uint32_t vbackground_recorded(const struct vdrive *d);
void vbackground_settle(struct vdrive *d);
bool vbackground_stop(struct vdrive *d);

/* long.c: things that take long. */
uint64_t vdrive_ns(const struct vdrive *d, double seconds);
void vlong_begin(struct vdrive *d,
                 struct packet *p,
                 bool immediate,
                 struct vlong what,
                 double seconds);
void vlong_end(struct vdrive *d); /* let its time pass */

/* buffer.c: the drive's buffer, its filling and what may be lost in it. */
void vbuffer_settle(struct vdrive *d);
bool vbuffer_accept(struct vdrive *d, struct packet *p, size_t len);
/* What is being recorded, if anything, reaches the medium and ends or rests. */
bool vbuffer_flush(struct vdrive *d);
double vbuffer_seconds(const struct vdrive *d); /* to drain it */
/* ... and to end what is being recorded. */
double vbuffer_flush_seconds(const struct vdrive *d);
void vlost_begin(struct vdrive *d, int32_t lba);
void vlost_keep(struct vdrive *d, int32_t lba, const uint8_t *data, uint32_t n);
/* Blocks that were read take the place of others. */
void vlost_pass(struct vdrive *d, int32_t lba, uint32_t n);
bool vlost_fetch(const struct vdrive *d, int32_t lba, uint8_t *block);
void vlost_end(struct vdrive *d);

/* speed.c: kB/s (1000 bytes). */
unsigned vdrive_write_speed(const struct vdrive *d);
unsigned vdrive_read_speed(const struct vdrive *d);
unsigned vdrive_max_write_speed(const struct vdrive *d);
/* What it takes to write so many blocks; none for less than none. */
double vdrive_write_seconds(const struct vdrive *d, double blocks);
/* ... and to read them after that. */
double vdrive_certify_seconds(const struct vdrive *d, double blocks);
/* The speeds for the medium, fastest first; returns how many. */
unsigned vdrive_write_speeds(const struct vdrive *d, const uint16_t **speeds);
unsigned vdrive_max_read_speed(const struct vdrive *d);

/* write_mode.c: what mode page 05h says now: is it a test, may the buffer run
   empty, may another session follow? */
bool vdrive_tests(const struct vdrive *d);
bool vdrive_underrun_free(const struct vdrive *d);
bool vdrive_next_allowed(const struct vdrive *d);
/* The way that such a page chooses for the disc, or NULL. */
const struct vwrite_mode *vwrite_mode_find(const struct vdrive *d,
                                           const uint8_t *page);
uint16_t vwrite_mode_block_types(const struct vwrite_mode *const *modes);
const struct vwrite_mode *vwrite_mode_current(const struct vdrive *d);
extern const struct vwrite_mode vwrite_mode_tao;         /* tao.c */
extern const struct vwrite_mode vwrite_mode_sao;         /* sao.c */
extern const struct vwrite_mode vwrite_mode_fragment;    /* fragment.c */
extern const struct vwrite_mode vwrite_mode_incremental; /* rzone.c */
extern const struct vwrite_mode vwrite_mode_dao;         /* dao.c */
extern const struct vwrite_mode vwrite_mode_overwrite;   /* overwrite.c */
extern const struct vwrite_mode vwrite_mode_srm;         /* srm.c */
extern const struct vwrite_mode vwrite_mode_restricted;  /* restricted.c */

static inline uint64_t vdrive_now(const struct vdrive *d) {
  return vclock_now(d->clock);
}

#endif
