/* refuse.c: Lua's allocator, and what -Wl,--wrap puts in place of the functions
   that discrecorder's objects allocate with. A thread counts as memory: the
   library reports one that cannot be made as no_memory. Which blocks are there
   is known by name, since libisofs frees some that are made here: those the
   address sanitizer knows as freed. */
#include "refuse.h"

#include <errno.h>
#include <pthread.h>
#include <sanitizer/asan_interface.h>
#include <stdatomic.h>
#include <stdlib.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *at, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
char *__real_strdup(const char *text);
char *__real_realpath(const char *path, char *buffer);
void __real_free(void *at);
int __real_pthread_create(pthread_t *thread,
                          const pthread_attr_t *attr,
                          void *(*run)(void *),
                          void *arg);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *at, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_realpath(const char *path, char *buffer);
void __wrap_free(void *at);
int __wrap_pthread_create(pthread_t *thread,
                          const pthread_attr_t *attr,
                          void *(*run)(void *),
                          void *arg);

static bool is_refused(struct refusal r, long number) {
  return r.once ? number == r.after : number >= r.after;
}

/* {=== Lua's === */

void *lua_memory_alloc(void *ud, void *at, size_t old, size_t size) {
  struct lua_memory *m = ud;
  void *result;
  if (at == NULL)
    old = 0; /* else it is a kind of object */
  if (size == 0) {
    __real_free(at);
    m->bytes -= old;
    return NULL;
  }
  /* Lua counts on it that a block can be made smaller. */
  if (size > old && m->refusing && is_refused(m->how, m->asked++))
    return NULL;
  result = __real_realloc(at, size);
  if (result == NULL)
    return NULL;
  m->bytes += size - old;
  return result;
}

/* ===} */

/* {=== The library's === */

static struct refusal how;
static atomic_bool refusing;
static atomic_long asked;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static void *blocks[4096]; /* guarded by 'mutex' */
static size_t block_count;

void refuse_begin(struct refusal which) {
  how = which;
  atomic_store(&asked, 0);
  atomic_store(&refusing, true);
}

long refuse_end(void) {
  atomic_store(&refusing, false);
  return atomic_load(&asked);
}

static void forget(const void *block) {
  for (size_t i = block_count; i-- > 0;)
    if (blocks[i] == block)
      blocks[i] = blocks[--block_count];
}

long refuse_blocks(void) {
  long n;
  pthread_mutex_lock(&mutex);
  for (size_t i = block_count; i-- > 0;)
    if (__asan_address_is_poisoned(blocks[i]))
      blocks[i] = blocks[--block_count];
  n = (long)block_count;
  pthread_mutex_unlock(&mutex);
  return n;
}

static bool refused(void) {
  return atomic_load(&refusing) && is_refused(how, atomic_fetch_add(&asked, 1));
}

static void *counted(void *block) {
  if (block == NULL)
    return NULL;
  pthread_mutex_lock(&mutex);
  forget(block); /* somebody else freed it, and it was given out again */
  if (block_count == sizeof blocks / sizeof *blocks)
    abort();
  blocks[block_count++] = block;
  pthread_mutex_unlock(&mutex);
  return block;
}

static void uncounted(const void *block) {
  pthread_mutex_lock(&mutex);
  forget(block);
  pthread_mutex_unlock(&mutex);
}

static void *no_memory(void) {
  errno = ENOMEM;
  return NULL;
}

void *__wrap_malloc(size_t size) {
  return refused() ? no_memory() : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size) {
  return refused() ? no_memory() : counted(__real_calloc(count, size));
}

void *__wrap_realloc(void *at, size_t size) {
  if (refused())
    return no_memory();
  if (at != NULL)
    uncounted(at);
  return counted(__real_realloc(at, size));
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
  return refused() ? no_memory()
                   : counted(__real_aligned_alloc(alignment, size));
}

char *__wrap_strdup(const char *text) {
  return refused() ? no_memory() : counted(__real_strdup(text));
}

char *__wrap_realpath(const char *path, char *buffer) {
  if (buffer != NULL)
    return __real_realpath(path, buffer);
  return refused() ? no_memory() : counted(__real_realpath(path, NULL));
}

void __wrap_free(void *at) {
  if (at != NULL)
    uncounted(at);
  __real_free(at);
}

int __wrap_pthread_create(pthread_t *thread,
                          const pthread_attr_t *attr,
                          void *(*run)(void *),
                          void *arg) {
  return refused() ? EAGAIN : __real_pthread_create(thread, attr, run, arg);
}

/* ===} */
