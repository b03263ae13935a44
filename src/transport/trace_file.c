/* trace_file.c: a trace's file, with a small buffer of its own. Numbers are
   written by hand: a trace must cost little beside the packet it tells of. */
#include "trace_file.h"

#include "packet.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const trace_status_names[] = {
  [PACKET_GOOD] = "good",
  [PACKET_CHECK] = "check",
  [PACKET_BUSY] = "busy",
  [PACKET_GONE] = "gone",
  [PACKET_DENIED] = "denied",
  [PACKET_LOST] = "lost",
};

const char *const trace_dir_names[] = {
  [PACKET_NONE] = "none",
  [PACKET_IN] = "in",
  [PACKET_OUT] = "out",
};

/* {=== Opening */

/* Is what stands in the file already (if anything) a trace? */
static bool may_append(int fd, const char *path, struct failure *f) {
  char start[sizeof TRACE_MAGIC - 1];
  struct stat st;
  if (fstat(fd, &st) != 0)
    return fail_errno(f, errno, FAIL_FILE_ACCESS, "trace %.200s", path);
  if (!S_ISREG(st.st_mode))
    return fail(
      f, FAIL_FILE_ACCESS, "the trace %.200s would be no plain file", path);
  if (st.st_size == 0)
    return true;
  if (pread(fd, start, sizeof start, 0) == (ssize_t)sizeof start &&
      memcmp(start, TRACE_MAGIC, sizeof start) == 0)
    return true;
  return fail(f,
              FAIL_FILE_EXISTS,
              "%.200s exists and is no trace; it is left alone",
              path);
}

/* A trace that was cut off ends in the middle of a line; a new one must not
   begin there. */
static bool ends_in_a_line(int fd) {
  struct stat st;
  char last = '\n';
  return fstat(fd, &st) == 0 && st.st_size > 0 &&
         pread(fd, &last, 1, st.st_size - 1) == 1 && last != '\n';
}

/* O_NOFOLLOW: who can write to the folder must not choose what we write to.
   O_NONBLOCK: nor let us wait for the reader of a pipe. */
bool trace_file_open(struct trace_file *file,
                     const char *path,
                     struct failure *f) {
  const int flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW |
                    O_NONBLOCK | O_NOCTTY;
  int fd;
  do
    fd = open(path, flags, 0600);
  while (fd < 0 && errno == EINTR);
  if (fd < 0 && errno == ELOOP)
    return fail(f,
                FAIL_FILE_ACCESS,
                "the trace %.200s would be written through a symbolic link",
                path);
  if (fd < 0) {
    fail_errno(
      f, errno, FAIL_FILE_ACCESS, "the trace cannot be written: %.200s", path);
    f->code = FAIL_FILE_ACCESS; /* it is not the drive that is denied */
    return false;
  }
  if (!may_append(fd, path, f)) {
    close(fd);
    return false;
  }
  file->fd = fd;
  file->error = 0;
  file->used = 0;
  if (ends_in_a_line(fd))
    trace_end_line(file);
  return true;
}

void trace_file_close(struct trace_file *file) {
  if (close(file->fd) != 0 && file->error == 0 && errno != EINTR)
    file->error = errno;
  file->fd = -1;
}

/* ===} */

/* {=== Writing */

static void flush(struct trace_file *file) {
  size_t done = 0;
  while (done < file->used && file->error == 0) {
    ssize_t n = write(file->fd, file->buffer + done, file->used - done);
    if (n > 0)
      done += (size_t)n;
    else if (n == 0)
      file->error = EIO;
    else if (errno != EINTR)
      file->error = errno;
  }
  file->used = 0;
}

/* Room for n bytes, n being small. */
static char *room(struct trace_file *file, size_t n) {
  char *at;
  if (sizeof file->buffer - file->used < n)
    flush(file);
  at = file->buffer + file->used;
  file->used += n;
  return at;
}

void trace_put_text(struct trace_file *file, const char *s) {
  for (size_t left = strlen(s); left > 0;) {
    size_t n = left < 256 ? left : 256;
    memcpy(room(file, n), s, n);
    s += n;
    left -= n;
  }
}

static const char digits[] = "0123456789abcdef";

static void put_escaped(struct trace_file *file, unsigned char c) {
  char *at;
  if (c == '"' || c == '\\') {
    at = room(file, 2);
    at[0] = '\\';
    at[1] = (char)c;
  } else if (c >= 0x20 && c < 0x7F) {
    *room(file, 1) = (char)c;
  } else {
    at = room(file, 4);
    at[0] = '\\';
    at[1] = 'x';
    at[2] = digits[c >> 4];
    at[3] = digits[c & 15];
  }
}

void trace_put_quoted(struct trace_file *file, const char *s) {
  *room(file, 1) = '"';
  for (; *s != '\0'; s++)
    put_escaped(file, (unsigned char)*s);
  *room(file, 1) = '"';
}

/* At least 'width' digits, with leading zeroes. */
static void put_digits(struct trace_file *file, uint64_t n, size_t width) {
  char text[20]; /* of UINT64_MAX */
  size_t at = sizeof text;
  do {
    text[--at] = digits[n % 10];
    n /= 10;
  } while (n > 0 || sizeof text - at < width);
  memcpy(room(file, sizeof text - at), text + at, sizeof text - at);
}

void trace_put_number(struct trace_file *file, uint64_t n) {
  put_digits(file, n, 1);
}

void trace_put_time(struct trace_file *file, uint64_t ns) {
  put_digits(file, ns / 1000000000, 1);
  *room(file, 1) = '.';
  put_digits(file, ns % 1000000000, 9);
}

void trace_put_hex(struct trace_file *file, const uint8_t *data, size_t len) {
  for (size_t i = 0; i < len; i++) {
    char *at = room(file, 2);
    at[0] = digits[data[i] >> 4];
    at[1] = digits[data[i] & 15];
  }
}

/* FNV-1a, 64 bits: a few lines in any language that reads traces. */
uint64_t trace_sum(const uint8_t *data, size_t len) {
  uint64_t sum = UINT64_C(0xcbf29ce484222325);
  for (size_t i = 0; i < len; i++)
    sum = (sum ^ data[i]) * UINT64_C(0x100000001b3);
  return sum;
}

void trace_put_sum(struct trace_file *file, const uint8_t *data, size_t len) {
  uint64_t sum = trace_sum(data, len);
  char *at = room(file, 16);
  for (int shift = 60; shift >= 0; shift -= 4)
    *at++ = digits[sum >> shift & 15];
}

void trace_end_line(struct trace_file *file) {
  *room(file, 1) = '\n';
  flush(file);
}

/* ===} */
