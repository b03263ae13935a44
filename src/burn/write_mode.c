/* write_mode.c: which way of writing fits which medium, as one table. */
#include "write_mode.h"

#include "cd.h"

static const struct {
  uint16_t profile;
  const struct write_mode *mode; /* the first that fits is "auto" */
} modes[] = {
  {PROFILE_CD_R, &cd_sao_mode},
  {PROFILE_CD_R, &cd_tao_mode},
  {PROFILE_CD_RW, &cd_sao_mode},
  {PROFILE_CD_RW, &cd_tao_mode},
  {PROFILE_DVD_R, &dvd_incremental_mode},
  {PROFILE_DVD_R, &dvd_dao_mode},
  {PROFILE_DVD_R_DL, &dvd_incremental_mode},
  {PROFILE_DVD_R_DL, &dvd_dao_mode},
  {PROFILE_DVD_RW, &dvd_incremental_mode},
  {PROFILE_DVD_RW, &dvd_dao_mode},
  {PROFILE_DVD_PLUS_R, &dvd_plus_r_mode},
  {PROFILE_DVD_PLUS_R_DL, &dvd_plus_r_mode},
  {PROFILE_BD_R, &bd_r_mode},
  {PROFILE_DVD_RAM, &dvd_ram_mode},
  {PROFILE_DVD_RW_OVERWRITE, &dvd_rw_overwrite_mode},
  {PROFILE_DVD_PLUS_RW, &dvd_plus_rw_mode},
  {PROFILE_BD_RE, &bd_re_mode},
};

static const char *const request_names[] = {
  [MODE_AUTO] = "auto",
  [MODE_TAO] = "tao",
  [MODE_SAO] = "sao",
  [MODE_INCREMENTAL] = "incremental",
  [MODE_DAO] = "dao",
  [MODE_OVERWRITE] = "overwrite",
};

/* Data of CDs is written track at once, as it always was: several sessions, and
   what has no length, are its own. */
static bool is_for(const struct burn_spec *spec, enum burn_mode request) {
  unsigned track;
  return request != MODE_SAO || plan_has_audio(spec) ||
         cd_needs_session_at_once(spec, &track) != NULL;
}

static bool fits(const struct burn_spec *spec, const struct write_mode *mode) {
  return spec->mode == MODE_AUTO ? is_for(spec, mode->request)
                                 : spec->mode == mode->request;
}

/* What to do instead, by the mode that the medium has. */
static const char *const mode_advice[] = {
  [MODE_TAO] = "Use mode \"tao\" or \"sao\", or leave `mode` out.",
  [MODE_SAO] = "Use mode \"tao\" or \"sao\", or leave `mode` out.",
  [MODE_INCREMENTAL] = "Use mode \"incremental\", or leave `mode` out.",
  [MODE_OVERWRITE] = "Use mode \"overwrite\", or leave `mode` out.",
};

/* Why none will do: the drive, the job, or we. */
static void explain(const struct burn_spec *spec,
                    const struct medium *medium,
                    bool known,
                    bool asked,
                    struct failure *f) {
  const char *name = profile_name(medium->profile);
  if (asked)
    fail(f,
         FAIL_DEVICE_INVALID_TYPE,
         spec->mode == MODE_AUTO ? "this drive cannot write %s"
                                 : "this drive cannot write %s in that mode",
         name);
  else if (known) {
    fail(f,
         FAIL_UNSUPPORTED,
         "mode \"%s\" is not one in which %s is written",
         request_names[spec->mode],
         name);
    f->advice = mode_advice[write_mode_of(medium->profile)->request];
    if (profile_formatted(medium->profile) != medium->profile &&
        spec->mode == MODE_OVERWRITE)
      f->advice = "Format the disc for it, or burn with `as_needed`.";
    if (profile_blanked(medium->profile) != medium->profile)
      f->advice = "Erase the disc first, or burn with `as_needed`.";
  } else
    fail(f,
         FAIL_MEDIUM_INVALID_TYPE,
         "a disc of this kind (%s) cannot be written",
         name != NULL ? name : "unknown");
}

const struct write_mode *choose_write_mode(const struct burn_spec *spec,
                                           const struct medium *medium,
                                           struct failure *f) {
  bool known = false, asked = false;
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
    if (modes[i].profile != medium->profile)
      continue;
    known = true;
    if (!fits(spec, modes[i].mode))
      continue;
    asked = true;
    if (medium->ways & modes[i].mode->way)
      return modes[i].mode;
  }
  explain(spec, medium, known, asked, f);
  return NULL;
}

const struct write_mode *write_mode_of(uint16_t profile) {
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
    if (modes[i].profile == profile)
      return modes[i].mode;
  return NULL;
}
