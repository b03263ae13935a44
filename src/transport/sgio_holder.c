/* sgio_holder.c: mounts from mountinfo, open files from /proc/PID/fd. What may
   not be looked at is passed over: an ordinary user sees own processes only. */
#include "sgio_holder.h"

#ifdef __linux__

#include "sgio_sys.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* === mounts === */

/* "\040" is a space (proc(5)); in place. */
static void undo_escapes(char *text) {
  char *to = text;
  for (const char *from = text; *from != '\0'; to++) {
    if (from[0] == '\\' && isdigit((unsigned char)from[1]) &&
        isdigit((unsigned char)from[2]) && isdigit((unsigned char)from[3])) {
      *to = (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 + from[3] - '0');
      from += 4;
    } else {
      *to = *from++;
    }
  }
  *to = '\0';
}

/* "36 35 11:0 / /media/disc ro ...": number of the device, then root, point */
static bool is_mount(const char *line,
                     const struct sgio_node *node,
                     char *out,
                     size_t size) {
  unsigned device_major, device_minor;
  char point[512];
  if (sscanf(
        line, "%*u %*u %u:%u %*s %511s", &device_major, &device_minor, point) !=
        3 ||
      device_major != node->major || device_minor != node->minor)
    return false;
  undo_escapes(point);
  snprintf(out, size, "%s", point);
  return true;
}

static bool find_mount(const struct sgio_system *s,
                       const struct sgio_node *node,
                       const char *mounts,
                       char *out,
                       size_t size) {
  char path[512], line[2048];
  FILE *file;
  bool found = false;
  if (!sgio_sys_path(s, path, sizeof path, "%s", mounts) ||
      (file = fopen(path, "re")) == NULL)
    return false;
  while (!found && fgets(line, sizeof line, file) != NULL)
    found = is_mount(line, node, out, size);
  fclose(file);
  return found;
}

bool sgio_mount_point(const struct sgio_system *s,
                      const struct sgio_node *node,
                      char *out,
                      size_t size) {
  if (node->major == 0)
    return false;
  /* The first process may see what a container does not. */
  return find_mount(s, node, "/proc/self/mountinfo", out, size) ||
         find_mount(s, node, "/proc/1/mountinfo", out, size);
}

/* === processes === */

static bool is_node(const struct sgio_node *node, const char *target) {
  return (strncmp(target, "/dev/", 5) == 0 &&
          strcmp(target + 5, node->name) == 0) ||
         strcmp(target, node->path) == 0 ||
         (node->twin[0] != '\0' && strcmp(target, node->twin) == 0) ||
         (node->other[0] != '\0' && strcmp(target, node->other) == 0);
}

/* Is a descriptor open for writing? Who only looks has it for reading. */
static bool
writes(const struct sgio_system *s, const char *process, const char *fd) {
  char path[512], line[128];
  unsigned flags = 0;
  FILE *file;
  if (!sgio_sys_path(
        s, path, sizeof path, "/proc/%.20s/fdinfo/%.20s", process, fd) ||
      (file = fopen(path, "re")) == NULL)
    return false;
  while (fgets(line, sizeof line, file) != NULL &&
         sscanf(line, "flags: %o", &flags) != 1)
    ;
  fclose(file);
  return (flags & O_ACCMODE) != O_RDONLY;
}

static bool has_open(const struct sgio_system *s,
                     const struct sgio_node *node,
                     const char *process,
                     bool own) {
  char path[64], target[512];
  struct dirent *entry;
  bool found = false;
  DIR *folder;
  snprintf(path, sizeof path, "/proc/%.20s/fd", process);
  folder = sgio_sys_folder(s, path);
  if (folder == NULL)
    return false;
  while (!found && (entry = readdir(folder)) != NULL)
    if (entry->d_name[0] != '.' && strlen(entry->d_name) <= 20 &&
        sgio_sys_link(
          s, target, sizeof target, "%s/%.20s", path, entry->d_name))
      found =
        is_node(node, target) && (!own || writes(s, process, entry->d_name));
  closedir(folder);
  return found;
}

/* Text after what is there, with ", " between; cut where it does not fit. */
static void add(char *out, size_t size, const char *text) {
  size_t len = strlen(out);
  snprintf(out + len, size - len, "%s%s", len > 0 ? ", " : "", text);
}

static void describe(const struct sgio_system *s,
                     const char *process,
                     char *out,
                     size_t size) {
  char name[32] = "?", text[80];
  sgio_read_line(s, name, sizeof name, "/proc/%.20s/comm", process);
  snprintf(text, sizeof text, "%s (process %.20s)", name, process);
  add(out, size, text);
}

void sgio_holders(const struct sgio_system *s,
                  const struct sgio_node *node,
                  char *out,
                  size_t size) {
  DIR *folder = sgio_sys_folder(s, "/proc");
  struct dirent *entry;
  char own[24];
  bool own_too = false;
  out[0] = '\0';
  if (folder == NULL)
    return;
  snprintf(own, sizeof own, "%ld", (long)getpid());
  while ((entry = readdir(folder)) != NULL) {
    bool is_own = strcmp(entry->d_name, own) == 0;
    if (!isdigit((unsigned char)entry->d_name[0]) ||
        strlen(entry->d_name) > 20 || !has_open(s, node, entry->d_name, is_own))
      continue;
    if (is_own)
      own_too = true;
    else
      describe(s, entry->d_name, out, size);
  }
  closedir(folder);
  if (own_too && out[0] == '\0')
    snprintf(out, size, "this program (process %s)", own);
}

#endif
