/* family.h: what differs between families of discs, as functions; and the table
   of all kinds of discs. Nothing outside asks which kind it has. */
#ifndef DISCRECORDER_VIRTUAL_FAMILY_H
#define DISCRECORDER_VIRTUAL_FAMILY_H

#include "drive.h"

#define VINVISIBLE 0xFFu /* number of the track that is not there yet */

/* A track as READ TRACK INFORMATION shows it. */
struct vshown {
  unsigned number, session;
  bool damaged, reserved, blank, writable;
  bool incremental; /* recorded in packets */
  bool fixed;       /* ... of 'packet' blocks, always */
  bool recorded;    /* up to 'last' */
  int32_t last;
  unsigned control, data_mode;
  int32_t start, next;
  uint32_t free, size;
  uint32_t packet;     /* blocks recorded together, where that is told */
  uint32_t compatible; /* LBA that old players want a disc to reach, or 0 */
};

/* What READ FORMAT CAPACITIES says of the disc as it is: its descriptor type.
 */
enum vcapacity {
  VCAPACITY_UNFORMATTED = 1,
  VCAPACITY_FORMATTED = 2,
  VCAPACITY_NONE = 3 /* or not known: a session is open */
};

/* A format that is offered. */
struct vformat_row {
  uint8_t type, subtype;
  uint32_t blocks, parameter; /* the latter has 24 bits */
};

#define VFORMATS_MAX 8

/* A format that is wanted, of a type that is offered; the rest of it is the
   family's to check: 5/26/00. */
struct vformat_request {
  uint8_t type, subtype;
  uint32_t blocks, parameter;
  bool immediate, uncertified;
};

struct vfamily {
  bool cd;
  /* The ways of recording that mode page 05h chooses from, then NULL. NULL: it
     has no say. */
  const struct vwrite_mode *const *modes;
  /* Bytes 2 to 13 of page 05h as they are at first; NULL: as for CDs. */
  const uint8_t *page_05;
  /* The way of recording that a WRITE would take now; NULL: none. */
  const struct vwrite_mode *(*write_mode)(const struct vdrive *d);
  void (*show_track)(const struct vdrive *d,
                     const struct vtrack *t,
                     struct vshown *s);
  /* The invisible track; false: there is none. */
  bool (*show_invisible)(struct vdrive *d, struct vshown *s);
  /* Fill in what READ DISC INFORMATION tells of addresses and disc type; all
     else stands in r as for discs that are recorded in sequence. */
  void (*disc_addresses)(const struct vdrive *d, uint8_t *r);
  void (*reserve)(struct vdrive *d, struct packet *p, uint32_t size);
  /* REPAIR TRACK of a damaged track; NULL: not on these. */
  void (*repair)(struct vdrive *d, struct packet *p, unsigned number);
  void (*close)(struct vdrive *d,
                struct packet *p,
                unsigned function,
                bool immediate);
  void (*read_toc)(struct vdrive *d,
                   struct packet *p,
                   bool msf,
                   unsigned format);
  /* The last block that READ CAPACITY tells; NULL: of the last closed session.
   */
  uint32_t (*last_block)(const struct vdrive *d);
  /* READ DISC INFORMATION of another data type than 0, at most 16 bytes; its
     length, or 0. NULL: there is none. */
  unsigned (*resources)(const struct vdrive *d, unsigned type, uint8_t *r);
  enum vcapacity (*capacity)(const struct vdrive *d, uint32_t *blocks);
  /* The formats that the disc could have now; how many. NULL: none, ever. */
  unsigned (*formats)(const struct vdrive *d,
                      struct vformat_row rows[VFORMATS_MAX]);
  void (*format)(struct vdrive *d,
                 struct packet *p,
                 const struct vformat_request *r);
  bool streams; /* WRITE(12) may leave out care for speed */
};

struct vdisc_kind {
  enum vkind kind;
  const struct vfamily *family;
  uint16_t profile, rom_profile; /* in a drive that cannot write it */
  bool erasable;
  bool blanks; /* BLANK makes it a new one */
  /* What it is while a format of FORMAT UNIT is on it; NULL: the same. */
  const struct vdisc_kind *formatted;
  const uint16_t *write_speeds, *read_speeds; /* kB/s, fastest first, then 0 */
  bool manages_defects; /* bad blocks are replaced: feature 24h */
  uint8_t formattable;  /* feature 23h: byte 0 of its data */
  /* DVD: book type and version; who made the disc, in the ADIP */
  bool bd;
  uint8_t layers; /* 0 is 1 */
  uint8_t book, revision;
  const char *maker, *type;
};

/* write_mode.c: can discs of the family be recorded that way? */
bool vwrite_mode_among(const struct vfamily *family,
                       const struct vwrite_mode *mode);

/* NULL: there is no such kind. */
const struct vdisc_kind *vdisc_kind(enum vkind kind);
/* The disc in the drive, as it is now. NULL: there is none. */
const struct vdisc_kind *vdrive_disc(const struct vdrive *d);
/* There must be one that the drive can read. */
const struct vfamily *vdrive_family(const struct vdrive *d);
bool vdrive_on_cd(const struct vdrive *d); /* is it a CD, if there is any? */
bool vdrive_bd(const struct vdrive *d);    /* the same of a BD */
/* Is that the number of the invisible track? BDs have a track 255. */
bool vdrive_invisible(const struct vdrive *d, unsigned number);
unsigned vdisc_layers(const struct vdrive *d);

extern const struct vfamily vfamily_cd, vfamily_dvd_plus_r, vfamily_dvd_plus_rw,
  vfamily_dvd_r, vfamily_dvd_rw, vfamily_restricted, vfamily_dvd_ram,
  vfamily_bd_re, vfamily_bd_r;

/* cd.c, toc.c: CDs */
void vcd_show_track(const struct vdrive *d,
                    const struct vtrack *t,
                    struct vshown *s);
bool vcd_show_invisible(struct vdrive *d, struct vshown *s);
/* Where one more track at once would be, after the pause of page 05h; as
   vmedium_next. The same behind a test write: an LBA, or -1. */
bool vcd_next(const struct vdrive *d, struct vspace *s);
int32_t vcd_test_next(const struct vdrive *d);
void vcd_disc_addresses(const struct vdrive *d, uint8_t *r);
/* Where the lead-in of the last session begins that is not closed. */
int32_t vcd_lead_in(const struct vmedium *m);
void vcd_reserve(struct vdrive *d, struct packet *p, uint32_t size);
void vcd_close(struct vdrive *d,
               struct packet *p,
               unsigned function,
               bool immediate);
void vcd_read_toc(struct vdrive *d,
                  struct packet *p,
                  bool msf,
                  unsigned format);

/* fragment.c, fragment_close.c, fragment_show.c: DVD+R */
void vfragment_show_track(const struct vdrive *d,
                          const struct vtrack *t,
                          struct vshown *s);
bool vfragment_show_invisible(struct vdrive *d, struct vshown *s);
void vfragment_reserve(struct vdrive *d, struct packet *p, uint32_t size);
void vfragment_close(struct vdrive *d,
                     struct packet *p,
                     unsigned function,
                     bool immediate);
void vfragment_read_toc(struct vdrive *d,
                        struct packet *p,
                        bool msf,
                        unsigned format);

/* rzone.c, rzone_close.c, rzone_show.c: DVD-R and DVD-RW in sequence */
void vrzone_show_track(const struct vdrive *d,
                       const struct vtrack *t,
                       struct vshown *s);
bool vrzone_show_invisible(struct vdrive *d, struct vshown *s);
enum vcapacity vrzone_capacity(const struct vdrive *d, uint32_t *blocks);
void vrzone_reserve(struct vdrive *d, struct packet *p, uint32_t size);
void vrzone_repair(struct vdrive *d, struct packet *p, unsigned number);
void vrzone_close(struct vdrive *d,
                  struct packet *p,
                  unsigned function,
                  bool immediate);

/* restricted.c, restricted_format.c: DVD-RW for restricted overwriting */
const struct vwrite_mode *vrestricted_mode(const struct vdrive *d);
void vrestricted_show_track(const struct vdrive *d,
                            const struct vtrack *t,
                            struct vshown *s);
bool vrestricted_show_invisible(struct vdrive *d, struct vshown *s);
void vrestricted_disc_information(const struct vdrive *d, uint8_t *r);
enum vcapacity vrestricted_capacity(const struct vdrive *d, uint32_t *blocks);
void vrestricted_close(struct vdrive *d,
                       struct packet *p,
                       unsigned function,
                       bool immediate);
unsigned vrestricted_formats(const struct vdrive *d,
                             struct vformat_row rows[VFORMATS_MAX]);
void vrestricted_format(struct vdrive *d,
                        struct packet *p,
                        const struct vformat_request *r);
/* One RZone of so many blocks, in a border that is closed or open. */
void vrestricted_lay_out(struct vmedium *m,
                         unsigned type,
                         uint32_t blocks,
                         bool open);

/* overwrite.c, overwrite_show.c: what can be written in any order */
const struct vwrite_mode *voverwrite_mode(const struct vdrive *d);
void voverwrite_show_track(const struct vdrive *d,
                           const struct vtrack *t,
                           struct vshown *s);
bool voverwrite_show_invisible(struct vdrive *d, struct vshown *s);
void voverwrite_disc_information(const struct vdrive *d, uint8_t *r);
void voverwrite_reserve(struct vdrive *d, struct packet *p, uint32_t size);
void voverwrite_close(struct vdrive *d,
                      struct packet *p,
                      unsigned function,
                      bool immediate);
enum vcapacity voverwrite_capacity(const struct vdrive *d, uint32_t *blocks);

/* plus_rw.c: DVD+RW */
unsigned vplus_rw_formats(const struct vdrive *d,
                          struct vformat_row rows[VFORMATS_MAX]);
void vplus_rw_format(struct vdrive *d,
                     struct packet *p,
                     const struct vformat_request *r);
void vplus_rw_close(struct vdrive *d,
                    struct packet *p,
                    unsigned function,
                    bool immediate);

/* srm.c, srm_close.c, srm_format.c, srm_show.c: BD-R in sequence */
const struct vwrite_mode *vsrm_mode(const struct vdrive *d);
void vsrm_show_track(const struct vdrive *d,
                     const struct vtrack *t,
                     struct vshown *s);
bool vsrm_show_invisible(struct vdrive *d, struct vshown *s);
void vsrm_disc_information(const struct vdrive *d, uint8_t *r);
void vsrm_read_toc(struct vdrive *d,
                   struct packet *p,
                   bool msf,
                   unsigned format);
uint32_t vsrm_last_block(const struct vdrive *d);
unsigned vsrm_resources(const struct vdrive *d, unsigned type, uint8_t *r);
void vsrm_reserve(struct vdrive *d, struct packet *p, uint32_t size);
void vsrm_close(struct vdrive *d,
                struct packet *p,
                unsigned function,
                bool immediate);
enum vcapacity vsrm_capacity(const struct vdrive *d, uint32_t *blocks);
unsigned vsrm_formats(const struct vdrive *d,
                      struct vformat_row rows[VFORMATS_MAX]);
void vsrm_format(struct vdrive *d,
                 struct packet *p,
                 const struct vformat_request *r);

/* dvd_ram.c */
unsigned vdvd_ram_formats(const struct vdrive *d,
                          struct vformat_row rows[VFORMATS_MAX]);
void vdvd_ram_format(struct vdrive *d,
                     struct packet *p,
                     const struct vformat_request *r);
/* What a host sent of write protection; and what there is, bit by bit as READ
   DISC STRUCTURE C0h has it. */
void vdvd_ram_protect(struct vdrive *d, struct packet *p, const uint8_t *v);
uint8_t vdrive_protection(const struct vdrive *d);

void vdvd_ram_definition(const struct vdrive *d, uint8_t *p);
void vdvd_ram_spare(const struct vdrive *d, uint8_t *p);

/* bd_re.c */
unsigned vbd_re_formats(const struct vdrive *d,
                        struct vformat_row rows[VFORMATS_MAX]);
void vbd_re_format(struct vdrive *d,
                   struct packet *p,
                   const struct vformat_request *r);

/* format.c */
void vformat_refuse(struct packet *p); /* a field of the parameter list */
/* Format a disc that can be overwritten to what 'layout' is; data is gone.
   Whoever looks meanwhile finds it unformatted. */
void vformat_begin(struct vdrive *d,
                   struct packet *p,
                   const struct vformat_request *r,
                   const struct vformat *layout,
                   double seconds);
/* ... or what 'finish' makes of d->formatting_to, which 'layout' becomes. */
void vformat_begin_with(struct vdrive *d,
                        struct packet *p,
                        const struct vformat_request *r,
                        const struct vformat *layout,
                        double seconds,
                        bool (*finish)(struct vdrive *d));
enum vcapacity vformat_sequential(const struct vdrive *d, uint32_t *blocks);

/* close.c: begin a close, as slow or as hasty as this drive is. */
void vclose_begin(struct vdrive *d,
                  struct packet *p,
                  bool immediate,
                  struct vlong what,
                  double seconds);

#endif
