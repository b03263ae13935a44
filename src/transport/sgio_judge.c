/* sgio_judge.c: SG_IO answers on four levels: the system call, the host
   adapter, the driver, the drive. What is good has to be good on all of them.
   Numbers are the kernel's (include/scsi/scsi_status.h, scsi_proto.h), which
   user space knows from sg's documentation only. */
#include "sgio_judge.h"

#ifdef __linux__

#include "../mmc_names.h"

#include <errno.h>
#include <scsi/sg.h>
#include <string.h>

enum {
  HOST_OK = 0x00,
  HOST_NO_CONNECT = 0x01,
  HOST_BAD_TARGET = 0x04,

  DRIVER_OK = 0x00,
  DRIVER_SENSE = 0x08,
  DRIVER_MASK = 0x0F,

  TARGET_GOOD = 0x00,
  TARGET_CHECK = 0x02,
  TARGET_CONDITION_MET = 0x04,
  TARGET_BUSY = 0x08,
  TARGET_RESERVATION_CONFLICT = 0x18,
  TARGET_TASK_SET_FULL = 0x28
};

static void take_sense(const struct sg_io_hdr *h, struct packet *p) {
  p->sense_len =
    h->sb_len_wr < PACKET_SENSE_MAX ? h->sb_len_wr : PACKET_SENSE_MAX;
  if (p->sense_len > 0 && h->sbp != p->sense)
    memcpy(p->sense, h->sbp, p->sense_len);
}

/* A drive that is busy by its status, before it has looked at the command, is
   one that says "becoming ready": the same wait, the same end to it. */
static void becoming_ready(struct packet *p) {
  static const uint8_t sense[18] = {
    [0] = 0x70, [2] = KEY_NOT_READY, [7] = 10, [12] = 0x04, [13] = 0x01};
  memcpy(p->sense, sense, sizeof sense);
  p->sense_len = sizeof sense;
  p->status = PACKET_CHECK;
}

static void judge_target(const struct sg_io_hdr *h, struct packet *p) {
  switch (h->status) {
    case TARGET_GOOD:
    case TARGET_CONDITION_MET:
      p->status = PACKET_GOOD;
      break;
    case TARGET_CHECK:
      p->status = PACKET_CHECK;
      break;
    case TARGET_BUSY:
    case TARGET_TASK_SET_FULL:
      becoming_ready(p);
      break;
    case TARGET_RESERVATION_CONFLICT:
      p->status = PACKET_BUSY;
      break;
    default:
      p->status = PACKET_LOST;
  }
}

static size_t moved(const struct sg_io_hdr *h, const struct packet *p) {
  if (p->dir == PACKET_NONE || h->resid >= (int)h->dxfer_len)
    return 0;
  return h->resid > 0 ? h->dxfer_len - (unsigned)h->resid : h->dxfer_len;
}

void sgio_judge(const struct sg_io_hdr *h, struct packet *p) {
  unsigned driver = h->driver_status & DRIVER_MASK;
  take_sense(h, p);
  p->moved = moved(h, p);
  p->took_ms = h->duration;
  if (h->host_status == HOST_NO_CONNECT || h->host_status == HOST_BAD_TARGET)
    p->status = PACKET_GONE;
  else if (h->status == TARGET_CHECK && p->sense_len > 0)
    p->status = PACKET_CHECK; /* the drive has spoken, whatever came after */
  else if (h->host_status != HOST_OK ||
           (driver != DRIVER_OK && driver != DRIVER_SENSE))
    p->status = PACKET_LOST;
  else
    judge_target(h, p);
  if (p->status == PACKET_LOST || p->status == PACKET_GONE)
    p->moved = 0;
}

/* These say that the kernel did not pass the packet on. */
static bool not_passed_on(int err) {
  static const int errors[] = {EPERM,
                               EACCES,
                               EINVAL,
                               ENOMEM,
                               EFAULT,
                               EDOM,
                               ENOTTY,
                               E2BIG,
                               EMSGSIZE,
                               ENOSYS,
                               EOPNOTSUPP};
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
    if (errors[i] == err)
      return true;
  return false;
}

void sgio_judge_errno(int err, uint32_t max_bytes, struct packet *p) {
  p->os_error = err;
  if (err == ENODEV || err == ENXIO)
    p->status = PACKET_GONE;
  else if (err == EBUSY)
    p->status = PACKET_BUSY;
  else if (not_passed_on(err) ||
           (err == EIO && max_bytes > 0 && p->len > max_bytes))
    p->status = PACKET_DENIED; /* EIO is sr's word for "too long" as well */
  else
    p->status = PACKET_LOST;
}

#endif
