/* sgio_place.c: what tells equal drives apart: the port that a drive is plugged
   into, and whether another drive has the same names and serial number. */
#include "sgio_sys.h"

#ifdef __linux__

#include <stdio.h>
#include <string.h>

/* Is a link in /dev/disk/by-path one to the node? */
static bool
leads_to(const struct sgio_system *s, const char *entry, const char *name) {
  char link[512];
  const char *slash;
  if (!sgio_sys_link(s, link, sizeof link, "/dev/disk/by-path/%s", entry))
    return false;
  slash = strrchr(link, '/');
  return strcmp(slash != NULL ? slash + 1 : link, name) == 0;
}

static bool udev_port(const struct sgio_system *s,
                      const char *name,
                      char *out,
                      size_t size) {
  DIR *folder = sgio_sys_folder(s, "/dev/disk/by-path");
  struct dirent *entry;
  if (folder == NULL)
    return false;
  out[0] = '\0';
  while ((entry = readdir(folder)) != NULL)
    if (entry->d_name[0] != '.' && strlen(entry->d_name) < size &&
        leads_to(s, entry->d_name, name) &&
        (out[0] == '\0' || strcmp(entry->d_name, out) < 0))
      memcpy(out, entry->d_name, strlen(entry->d_name) + 1);
  closedir(folder);
  return out[0] != '\0';
}

/* Without udev: the place in /sys up to the host adapter, whose own number is
   given anew at each boot, and channel, target and unit behind it. */
static void kernel_port(const struct sgio_system *s, struct sgio_node *node) {
  char link[512], unit[64] = "";
  const char *from, *host, *colon;
  if (!sgio_sys_link(
        s, link, sizeof link, "/sys/dev/block/%u:%u", node->major, node->minor))
    return;
  from = strstr(link, "devices/");
  host = strstr(link, "/host");
  if (from == NULL || host == NULL || host < from)
    return;
  /* ".../host6/target6:0:0/6:0:0:0/block/sr0" */
  colon = strstr(host, "/block/");
  while (colon != NULL && colon > host && colon[-1] != '/')
    colon--;
  if (colon != NULL && (colon = strchr(colon, ':')) != NULL)
    snprintf(unit, sizeof unit, "%.*s", (int)strcspn(colon, "/"), colon);
  from += strlen("devices/");
  snprintf(node->port,
           sizeof node->port,
           "%.*s%s",
           (int)(host - from < 180 ? host - from : 180),
           from,
           unit);
}

/* Names and serial number as the kernel read them when it found the drive. */
struct marks {
  char vendor[32], model[32];
  char serial[256]; /* VPD page 80h whole, as hexadecimal does not matter */
  size_t serial_len;
};

static void
read_marks(const struct sgio_system *s, const char *name, struct marks *marks) {
  char path[512];
  FILE *file;
  memset(marks, 0, sizeof *marks);
  sgio_read_line(s,
                 marks->vendor,
                 sizeof marks->vendor,
                 "/sys/block/%s/device/vendor",
                 name);
  sgio_read_line(
    s, marks->model, sizeof marks->model, "/sys/block/%s/device/model", name);
  if (!sgio_sys_path(
        s, path, sizeof path, "/sys/block/%s/device/vpd_pg80", name) ||
      (file = fopen(path, "rbe")) == NULL)
    return;
  marks->serial_len = fread(marks->serial, 1, sizeof marks->serial, file);
  fclose(file);
}

static bool has_twin_brother(const struct sgio_system *s, const char *name) {
  DIR *folder = sgio_sys_folder(s, "/sys/block");
  struct marks own, other;
  struct dirent *entry;
  bool found = false;
  if (folder == NULL)
    return false;
  read_marks(s, name, &own);
  while (!found && (entry = readdir(folder)) != NULL) {
    if (strncmp(entry->d_name, "sr", 2) != 0 ||
        strcmp(entry->d_name, name) == 0)
      continue;
    read_marks(s, entry->d_name, &other);
    found = memcmp(&own, &other, sizeof own) == 0;
  }
  closedir(folder);
  return found;
}

void sgio_node_place(const struct sgio_system *s, struct sgio_node *node) {
  const char *name = node->name;
  if (node->generic && node->twin[0] == '\0')
    return;
  if (node->generic)
    name = strrchr(node->twin, '/') + 1;
  if (!udev_port(s, name, node->port, sizeof node->port) && node->major != 0)
    kernel_port(s, node);
  node->alike = has_twin_brother(s, name);
}

#endif
