/* configfs.h: the kernel's target subsystem as files and folders: small steps
   that either happen or say why not. */
#ifndef DISCRECORDER_SERVE_CONFIGFS_H
#define DISCRECORDER_SERVE_CONFIGFS_H

#include "../failure.h"
#include <stdbool.h>
#include <stddef.h>

#define CONFIGFS_TARGET "/sys/kernel/config/target"
/* Ours, among all backstores and all loop-back hosts: a backstore's name is
   this and 8 hexadecimal digits, a host's the same 8 digits behind its own. */
#define SERVE_NAME "discrecorder-"
#define SERVE_NAA "naa.6001405d"
/* A backstore: the number of its HBA, and the same digits. */
#define SERVE_ID "discrecorder/%u-%08x"
#define SERVE_PATH_MAX 256

/* One recorder's places in configfs. An empty string: not made (any more). */
struct config {
  char hba[SERVE_PATH_MAX];       /* target/core/user_N */
  char backstore[SERVE_PATH_MAX]; /* .../discrecorder-XXXXXXXX */
  char naa[SERVE_PATH_MAX];       /* target/loopback/naa.6001405dXXXXXXXX */
  char tpg[SERVE_PATH_MAX];       /* .../tpgt_1 */
  char lun[SERVE_PATH_MAX];       /* .../lun/lun_0 */
  char link[SERVE_PATH_MAX];      /* .../lun_0/discrecorder */
  char id[32];                    /* what follows "tcm-user/" in uio's name */
};

/* Write one text to a file, or read its first line. */
bool config_write(const char *folder,
                  const char *file,
                  const char *text,
                  struct failure *f);
bool config_read(const char *folder, const char *file, char *text, size_t size);

/* Folder and name in one, or a failure when it does not fit. */
bool config_join(char *path, const char *folder, const char *name);

/* Modules, and configfs mounted; as root. */
bool config_ready(struct failure *f);

/* Hold this while setting up, and while looking for what is left over: between
   the two steps of a living server nobody can tell it from a dead one. Gives a
   descriptor to close, or -1. */
int config_lock(struct failure *f);

/* Make the backstore and switch it on; later, put it behind a host. */
bool config_make_backstore(struct config *c, uint32_t hash, struct failure *f);
bool config_make_host(struct config *c, uint32_t hash, struct failure *f);

/* The other way; what is not there is no failure. First the host, while the
   ring is still served, then the backstore, when it is not. */
bool config_remove_host(struct config *c, struct failure *f);
bool config_remove_backstore(struct config *c, struct failure *f);

/* Nobody will answer what waits in the ring: the kernel is to end it. Without
   this, removing the host would wait for it. */
void config_give_up(const struct config *c);

/* Hosts and backstores of ours that nobody serves are removed. */
bool config_remove_left_overs(unsigned *removed, struct failure *f);

#endif
