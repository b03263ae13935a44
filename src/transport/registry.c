/* registry.c: the table of registered schemes, which is process-wide since its
   modules are. */
#include "registry.h"

#include <pthread.h>
#include <string.h>

#define SCHEMES_MAX 8

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static const struct transport_scheme *schemes[SCHEMES_MAX];
static unsigned count;

static const struct transport_scheme *find(const char *name) {
  for (unsigned i = 0; i < count; i++)
    if (strcmp(schemes[i]->scheme, name) == 0)
      return schemes[i];
  return NULL;
}

bool transport_register(const struct transport_scheme *s, const char *version) {
  bool ok = true;
  if (strcmp(s->version, version) != 0)
    return false;
  pthread_mutex_lock(&mutex);
  if (find(s->scheme) == NULL) {
    ok = count < SCHEMES_MAX;
    if (ok)
      schemes[count++] = s;
  }
  pthread_mutex_unlock(&mutex);
  return ok;
}

const struct transport_scheme *transport_scheme(const char *name) {
  const struct transport_scheme *s;
  pthread_mutex_lock(&mutex);
  s = find(name);
  pthread_mutex_unlock(&mutex);
  return s;
}
