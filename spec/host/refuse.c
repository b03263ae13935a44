/* refuse.c: Lua's allocator, and what -Wl,--wrap puts in place of the functions
   that discrecorder's objects allocate with. A thread counts as memory: the
   library reports one that cannot be made as no_memory. Which blocks are there
   is known by name, since libisofs frees some that are made here: those the
   address sanitizer, where there is one, knows as freed. */
#include "refuse.h"

#include <errno.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#define IS_FREED(block) __asan_address_is_poisoned(block)
#define KNOWS_FREED true
#else
#define IS_FREED(block) false
#define KNOWS_FREED false
#endif

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *at, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t most);
char *__real_realpath(const char *path, char *buffer);
void __real_free(void *at);
int __real_pthread_create(pthread_t *thread,
                          const pthread_attr_t *attr,
                          void *(*run)(void *),
                          void *arg);
FILE *__real_open_memstream(char **text, size_t *size);
EVP_MD_CTX *__real_EVP_MD_CTX_new(void);
EVP_MD *
__real_EVP_MD_fetch(OSSL_LIB_CTX *in, const char *name, const char *wanted);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *at, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t most);
int __wrap_asprintf(char **text, const char *format, ...);
char *__wrap_realpath(const char *path, char *buffer);
void __wrap_free(void *at);
int __wrap_pthread_create(pthread_t *thread,
                          const pthread_attr_t *attr,
                          void *(*run)(void *),
                          void *arg);
FILE *__wrap_open_memstream(char **text, size_t *size);
EVP_MD_CTX *__wrap_EVP_MD_CTX_new(void);
EVP_MD *
__wrap_EVP_MD_fetch(OSSL_LIB_CTX *in, const char *name, const char *wanted);

static bool is_refused(struct refusal r, long number) {
  return number >= r.first && number <= r.last;
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
  if (size > old && m->counting && is_refused(m->how, m->asked++))
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
    if (IS_FREED(blocks[i]))
      blocks[i] = blocks[--block_count];
  n = (long)block_count;
  pthread_mutex_unlock(&mutex);
  return n;
}

bool refuse_knows_all(void) {
  return KNOWS_FREED;
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

char *__wrap_strndup(const char *text, size_t most) {
  return refused() ? no_memory() : counted(__real_strndup(text, most));
}

int __wrap_asprintf(char **text, const char *format, ...) {
  va_list arguments;
  int len = -1;
  *text = no_memory();
  if (refused())
    return len;
  va_start(arguments, format);
  len = vasprintf(text, format, arguments);
  va_end(arguments);
  counted(*text);
  return len;
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

/* What these give is not freed by free(): the leak sanitizer knows of it. */

FILE *__wrap_open_memstream(char **text, size_t *size) {
  return refused() ? no_memory() : __real_open_memstream(text, size);
}

EVP_MD_CTX *__wrap_EVP_MD_CTX_new(void) {
  return refused() ? no_memory() : __real_EVP_MD_CTX_new();
}

EVP_MD *
__wrap_EVP_MD_fetch(OSSL_LIB_CTX *in, const char *name, const char *wanted) {
  return refused() ? no_memory() : __real_EVP_MD_fetch(in, name, wanted);
}

/* ===} */
