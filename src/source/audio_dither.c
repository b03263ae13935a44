/* audio_dither.c: from floats to the 16 bits of a CD. */
#include "audio_convert.h"

/* A number of 64 bits that looks random, of another (splitmix64's mixer). */
static uint64_t scramble(uint64_t x) {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9;
  x = (x ^ x >> 27) * 0x94D049BB133111EB;
  return x ^ x >> 31;
}

/* Triangular, between -1 and 1: the sum of two that are evenly distributed.
   It makes error and signal independent (Lipshitz et al. 1992). */
static double noise(uint64_t sample) {
  uint64_t r = scramble(sample);
  return (double)((r >> 32) + (r & 0xFFFFFFFF)) / 4294967296.0 - 1;
}

/* To the nearest, halves upwards; what is too loud is clipped. */
static void put_sample(uint8_t *bytes, double value) {
  int sample;
  value = value < -32768 ? -32768 : value > 32767 ? 32767 : value;
  sample = (int)(value + 32768.5) - 32768;
  bytes[0] = (uint8_t)(sample & 0xFF);
  bytes[1] = (uint8_t)(sample >> 8 & 0xFF);
}

void audio_quantize(
  uint8_t *bytes, const float *stereo, size_t count, int64_t at, bool dithers) {
  uint64_t first = 2 * (uint64_t)at;
  for (size_t i = 0; i < 2 * count; i++)
    put_sample(bytes + 2 * i,
               stereo[i] * 32768.0 + (dithers ? noise(first + i) : 0));
}
