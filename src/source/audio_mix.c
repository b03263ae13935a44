/* audio_mix.c: what becomes of each channel of a file. ITU-R BS.775-3, annex 4:
   front channels as they are, the centre and what is at the side or behind at
   -3 dB on both sides or on its own, the low frequency channel left out; all
   made quieter together so that nothing can clip. */
#include "audio_decode.h"

#include <string.h>

#define HALF 0.70710678f /* of the power */

static const float places[SF_CHANNEL_MAP_MAX][2] = {
  [SF_CHANNEL_MAP_MONO] = {1, 1},
  [SF_CHANNEL_MAP_LEFT] = {1, 0},
  [SF_CHANNEL_MAP_RIGHT] = {0, 1},
  [SF_CHANNEL_MAP_CENTER] = {HALF, HALF},
  [SF_CHANNEL_MAP_FRONT_LEFT] = {1, 0},
  [SF_CHANNEL_MAP_FRONT_RIGHT] = {0, 1},
  [SF_CHANNEL_MAP_FRONT_CENTER] = {HALF, HALF},
  [SF_CHANNEL_MAP_REAR_CENTER] = {HALF * HALF, HALF *HALF},
  [SF_CHANNEL_MAP_REAR_LEFT] = {HALF, 0},
  [SF_CHANNEL_MAP_REAR_RIGHT] = {0, HALF},
  [SF_CHANNEL_MAP_FRONT_LEFT_OF_CENTER] = {1, 0},
  [SF_CHANNEL_MAP_FRONT_RIGHT_OF_CENTER] = {0, 1},
  [SF_CHANNEL_MAP_SIDE_LEFT] = {HALF, 0},
  [SF_CHANNEL_MAP_SIDE_RIGHT] = {0, HALF},
};

#define FL SF_CHANNEL_MAP_FRONT_LEFT
#define FR SF_CHANNEL_MAP_FRONT_RIGHT
#define FC SF_CHANNEL_MAP_FRONT_CENTER
#define LF SF_CHANNEL_MAP_LFE
#define RL SF_CHANNEL_MAP_REAR_LEFT
#define RR SF_CHANNEL_MAP_REAR_RIGHT
#define RC SF_CHANNEL_MAP_REAR_CENTER
#define SL SF_CHANNEL_MAP_SIDE_LEFT
#define SR SF_CHANNEL_MAP_SIDE_RIGHT

/* The order where a file does not tell it: FLAC's (RFC 9639, 9.1.3), which is
   also that of WAV files without a mask in practice. */
static const int orders[AUDIO_CHANNELS + 1][AUDIO_CHANNELS] = {
  [1] = {SF_CHANNEL_MAP_MONO},
  [2] = {FL, FR},
  [3] = {FL, FR, FC},
  [4] = {FL, FR, RL, RR},
  [5] = {FL, FR, FC, RL, RR},
  [6] = {FL, FR, FC, LF, RL, RR},
  [7] = {FL, FR, FC, LF, RC, SL, SR},
  [8] = {FL, FR, FC, LF, RL, RR, SL, SR},
};

static bool is_known(int place) {
  return place > SF_CHANNEL_MAP_INVALID && place < SF_CHANNEL_MAP_MAX &&
         (place == LF || places[place][0] > 0 || places[place][1] > 0);
}

static bool all_known(const int *map, int channels) {
  for (int i = 0; i < channels; i++)
    if (!is_known(map[i]))
      return false;
  return true;
}

/* libsndfile gives a map of invalid places where a file has an empty one. */
static bool says_nothing(const int *map, int channels) {
  for (int i = 0; i < channels; i++)
    if (map[i] != SF_CHANNEL_MAP_INVALID)
      return false;
  return true;
}

static void level(float mix[2][AUDIO_CHANNELS], int channels) {
  float most = 1;
  for (int side = 0; side < 2; side++) {
    float sum = 0;
    for (int i = 0; i < channels; i++)
      sum += mix[side][i];
    most = sum > most ? sum : most;
  }
  for (int side = 0; side < 2; side++)
    for (int i = 0; i < channels; i++)
      mix[side][i] /= most;
}

bool audio_mix(SNDFILE *sf, int channels, float mix[2][AUDIO_CHANNELS]) {
  int map[AUDIO_CHANNELS] = {0};
  size_t size = (size_t)channels * sizeof *map;
  const int *used = orders[channels];
  if (channels > 2 &&
      sf_command(sf, SFC_GET_CHANNEL_MAP_INFO, map, (int)size) == SF_TRUE &&
      !says_nothing(map, channels))
    used = map;
  if (!all_known(used, channels))
    return false;
  memset(mix, 0, 2 * sizeof *mix);
  for (int i = 0; i < channels; i++)
    for (int side = 0; side < 2; side++)
      mix[side][i] = places[used[i]][side];
  level(mix, channels);
  return true;
}
