/* write_mode.c: which way of writing fits which medium, as one table. */
#include "write_mode.h"

static const struct {
  uint16_t profile;
  const struct write_mode *mode; /* the first that fits is "auto" */
} modes[] = {
  {PROFILE_CD_R, &cd_tao_mode},
  {PROFILE_CD_RW, &cd_tao_mode},
  {PROFILE_DVD_PLUS_R, &dvd_plus_r_mode},
};

static const char *const request_names[] = {
  [MODE_AUTO] = "auto",
  [MODE_TAO] = "tao",
  [MODE_SAO] = "sao",
  [MODE_INCREMENTAL] = "incremental",
  [MODE_DAO] = "dao",
};

const struct write_mode *choose_write_mode(const struct burn_spec *spec,
                                           const struct medium *medium,
                                           struct failure *f) {
  const char *name = profile_name(medium->profile);
  bool known = false;
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
    if (modes[i].profile != medium->profile)
      continue;
    known = true;
    if (spec->mode == MODE_AUTO || spec->mode == modes[i].mode->request)
      return modes[i].mode;
  }
  if (known)
    fail(f,
         FAIL_UNSUPPORTED,
         "mode \"%s\" is not one in which %s is written",
         request_names[spec->mode],
         name);
  else
    fail(f,
         FAIL_MEDIUM_INVALID_TYPE,
         "a disc of this kind (%s) cannot be written yet",
         name != NULL ? name : "unknown");
  return NULL;
}

const struct write_mode *write_mode_of(uint16_t profile) {
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
    if (modes[i].profile == profile)
      return modes[i].mode;
  return NULL;
}
