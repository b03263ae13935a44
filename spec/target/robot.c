/* robot.c: the arm of a jukebox: one MOVE MEDIUM (SMC-3 6.6) to a changer that
   is an iSCSI target. Usage: robot PORTAL TARGET LUN FROM TO; it prints
   "moved", or the changer's sense as "5/3B/0E". */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* libiscsi's headers want these first. */
#include <iscsi/iscsi.h>
#include <iscsi/scsi-lowlevel.h>

#define INITIATOR "iqn.2026-01.org.discrecorder:robot"

static int complain(struct iscsi_context *context, const char *what) {
  fprintf(stderr, "%s: %s\n", what, iscsi_get_error(context));
  return EXIT_FAILURE;
}

static int
move(struct iscsi_context *context, int lun, unsigned from, unsigned to) {
  unsigned char cdb[12] = {0xA5};
  struct scsi_task *task;
  cdb[4] = (unsigned char)(from >> 8);
  cdb[5] = (unsigned char)from;
  cdb[6] = (unsigned char)(to >> 8);
  cdb[7] = (unsigned char)to;
  task = scsi_create_task(sizeof cdb, cdb, SCSI_XFER_NONE, 0);
  if (task == NULL || iscsi_scsi_command_sync(context, lun, task, NULL) == NULL)
    return complain(context, "no answer");
  if (task->status == SCSI_STATUS_GOOD)
    puts("moved");
  else
    printf("%X/%02X/%02X\n",
           (unsigned)task->sense.key,
           (unsigned)task->sense.ascq >> 8 & 0xFF,
           (unsigned)task->sense.ascq & 0xFF);
  scsi_free_scsi_task(task);
  return EXIT_SUCCESS;
}

int main(int argc, char **argv) {
  struct iscsi_context *context = iscsi_create_context(INITIATOR);
  int lun, status;
  if (argc != 6 || context == NULL)
    return EXIT_FAILURE;
  lun = atoi(argv[3]);
  iscsi_set_targetname(context, argv[2]);
  iscsi_set_session_type(context, ISCSI_SESSION_NORMAL);
  if (iscsi_full_connect_sync(context, argv[1], lun) != 0) {
    status = complain(context, argv[1]);
  } else {
    status =
      move(context, lun, (unsigned)atoi(argv[4]), (unsigned)atoi(argv[5]));
    iscsi_logout_sync(context);
  }
  iscsi_destroy_context(context);
  return status;
}
