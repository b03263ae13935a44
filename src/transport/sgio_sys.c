/* sgio_sys.c: small reads of /sys, /proc and /dev/disk. */
#include "sgio_sys.h"

#ifdef __linux__

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool put_path(const struct sgio_system *s,
                     char *out,
                     size_t size,
                     const char *format,
                     va_list args) {
  size_t root = strlen(s->root);
  int len;
  if (root >= size)
    return false;
  memcpy(out, s->root, root);
  len = vsnprintf(out + root, size - root, format, args);
  return len >= 0 && (size_t)len < size - root;
}

bool sgio_sys_path(const struct sgio_system *s,
                   char *out,
                   size_t size,
                   const char *format,
                   ...) {
  va_list args;
  bool fits;
  va_start(args, format);
  fits = put_path(s, out, size, format, args);
  va_end(args);
  return fits;
}

bool sgio_read_line(const struct sgio_system *s,
                    char *out,
                    size_t size,
                    const char *format,
                    ...) {
  char path[1024];
  va_list args;
  FILE *file;
  bool fits, any;
  va_start(args, format);
  fits = put_path(s, path, sizeof path, format, args);
  va_end(args);
  file = fits ? fopen(path, "re") : NULL;
  if (file == NULL)
    return false;
  any = fgets(out, (int)size, file) != NULL;
  fclose(file);
  if (any)
    out[strcspn(out, "\n")] = '\0';
  return any;
}

bool sgio_sys_link(const struct sgio_system *s,
                   char *out,
                   size_t size,
                   const char *format,
                   ...) {
  char path[1024];
  va_list args;
  ssize_t len;
  bool fits;
  va_start(args, format);
  fits = put_path(s, path, sizeof path, format, args);
  va_end(args);
  len = fits ? readlink(path, out, size - 1) : -1;
  if (len < 0)
    return false;
  out[len] = '\0';
  return true;
}

DIR *sgio_sys_folder(const struct sgio_system *s, const char *path) {
  char whole[1024];
  if (!sgio_sys_path(s, whole, sizeof whole, "%s", path))
    return NULL;
  return opendir(whole);
}

bool sgio_sys_first(const struct sgio_system *s,
                    char *out,
                    size_t size,
                    const char *format,
                    ...) {
  char path[1024];
  struct dirent *entry;
  va_list args;
  DIR *folder;
  bool fits;
  va_start(args, format);
  fits = put_path(s, path, sizeof path, format, args);
  va_end(args);
  folder = fits ? opendir(path) : NULL;
  if (folder == NULL)
    return false;
  out[0] = '\0';
  while ((entry = readdir(folder)) != NULL)
    if (entry->d_name[0] != '.' && strlen(entry->d_name) < size &&
        (out[0] == '\0' || strcmp(entry->d_name, out) < 0))
      memcpy(out, entry->d_name, strlen(entry->d_name) + 1);
  closedir(folder);
  return out[0] != '\0';
}

#endif
