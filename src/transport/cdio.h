/* cdio.h: drives through libcdio's pass-through, for the systems other than
   Linux that it knows; on Linux for trying it. */
#ifndef DISCRECORDER_CDIO_H
#define DISCRECORDER_CDIO_H

#include "sgio_system.h"
#include "transport.h"

#include <cdio/mmc.h>

/* The functions of libcdio that are used, so that a spec can bring its own. */
struct cdio_library {
  CdIo_t *(*open_am)(const char *path, driver_id_t driver, const char *mode);
  void (*destroy)(CdIo_t *cdio);
  const char *(*get_arg)(const CdIo_t *cdio, const char key[]);
  driver_return_code_t (*run)(const CdIo_t *cdio,
                              unsigned timeout,
                              const mmc_cdb_t *cdb,
                              unsigned cdb_len,
                              cdio_mmc_direction_t direction,
                              unsigned len,
                              void *buf);
  int (*last_sense)(const CdIo_t *cdio, cdio_mmc_request_sense_t **sense);
};

/* NULL: the failure says why. */
struct transport *cdio_open_drive(const char *path, struct failure *f);
struct transport *cdio_open_with(const struct cdio_library *library,
                                 const struct sgio_system *system,
                                 const char *path,
                                 struct failure *f);

#endif
