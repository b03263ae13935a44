/* sector.c: EDC and ECC of data sectors, straight from ECMA-130, clauses 14
   and annex A; of mode 2 from the CD-ROM XA specification. The only code
   here that knows about fields of 256 elements. */
#include "sector.h"

#include <pthread.h>
#include <string.h>

#include "../bytes.h"

static uint32_t edc_table[256];
static uint8_t by_alpha[256];   /* x -> alpha x, in GF(2^8) mod 11Dh */
static uint8_t by_inverse[256]; /* x -> x / (alpha + 1) */
static pthread_once_t made = PTHREAD_ONCE_INIT;

static void make_tables(void) {
  for (unsigned i = 0; i < 256; i++) {
    uint32_t edc = i;
    /* (x^16+x^15+x^2+1)(x^16+x^2+x+1), least significant bit first */
    for (int bit = 0; bit < 8; bit++)
      edc = edc >> 1 ^ (edc & 1 ? 0xD8018001u : 0);
    edc_table[i] = edc;
    by_alpha[i] = (uint8_t)(i << 1 ^ (i & 0x80 ? 0x11D : 0));
  }
  for (unsigned i = 0; i < 256; i++)
    by_inverse[by_alpha[i] ^ i] = (uint8_t)i;
}

/* The two parity bytes of one code vector: 'count' bytes, 'step' apart, going
   round in 'wrap' bytes. They make the sum of all bytes zero, and the sum of
   all bytes weighted with powers of alpha that end with 1 at the last one. */
static void parity(const uint8_t *bytes,
                   unsigned at,
                   unsigned count,
                   unsigned step,
                   unsigned wrap,
                   uint8_t *first,
                   uint8_t *second) {
  uint8_t sum = 0, weighted = 0;
  for (unsigned i = 0; i < count; i++) {
    uint8_t byte = bytes[at];
    sum ^= byte;
    weighted = by_alpha[weighted] ^ byte;
    at += step;
    if (at >= wrap)
      at -= wrap;
  }
  weighted = by_alpha[by_alpha[weighted]];
  *first = by_inverse[sum ^ weighted];
  *second = *first ^ sum;
}

/* Bytes 12 .. 2351 are words of two bytes, each byte lane coded by itself:
   43 columns of 24 words with 2 of P parity, then 26 diagonals of 43 words
   with 2 of Q parity. */
static void ecc(uint8_t *raw) {
  uint8_t *b = raw + 12;
  for (unsigned i = 0; i < 86; i++)
    parity(b, i, 24, 86, 24 * 86, b + 2064 + i, b + 2150 + i);
  for (unsigned n = 0; n < 26; n++)
    for (unsigned lane = 0; lane < 2; lane++)
      parity(b,
             n * 86 + lane,
             43,
             88,
             26 * 86,
             b + 2236 + 2 * n + lane,
             b + 2288 + 2 * n + lane);
}

void vmsf(uint8_t msf[3], int32_t lba) {
  /* Addresses before -150 belong to a lead-in and count from 90:00:00 up. */
  int32_t frames = lba >= -150 ? lba + 150 : lba + 450150;
  msf[0] = (uint8_t)(frames / (60 * 75));
  msf[1] = (uint8_t)(frames / 75 % 60);
  msf[2] = (uint8_t)(frames % 75);
}

static void head(uint8_t raw[VSECTOR_RAW], int32_t lba, uint8_t mode) {
  uint8_t msf[3];
  pthread_once(&made, make_tables);
  memset(raw + 1, 0xFF, 10);
  raw[0] = raw[11] = 0;
  vmsf(msf, lba);
  for (int i = 0; i < 3; i++)
    raw[12 + i] = (uint8_t)(msf[i] / 10 << 4 | msf[i] % 10);
  raw[15] = mode;
}

/* Over what stands between two places; it follows. */
static void put_edc(uint8_t *raw, unsigned from, unsigned to) {
  uint32_t edc = 0;
  for (unsigned i = from; i < to; i++)
    edc = edc >> 8 ^ edc_table[(edc ^ raw[i]) & 0xFF];
  for (int i = 0; i < 4; i++)
    raw[to + (unsigned)i] = (uint8_t)(edc >> 8 * i);
}

void vsector_complete(uint8_t raw[VSECTOR_RAW], int32_t lba) {
  head(raw, lba, 1);
  put_edc(raw, 0, VSECTOR_EDC);
  memset(raw + VSECTOR_EDC + 4, 0, 8);
  ecc(raw);
}

/* The ECC does not count the header; form 2 has none. */
void vsector_complete_mode_2(uint8_t raw[VSECTOR_RAW], int32_t lba) {
  pthread_once(&made, make_tables);
  if (raw[VSECTOR_SUBMODE] & VSUBMODE_FORM_2) {
    put_edc(raw, 16, VSECTOR_FORM_2_EDC);
  } else {
    memset(raw, 0, VSECTOR_DATA);
    put_edc(raw, 16, VSECTOR_XA_EDC);
    ecc(raw);
  }
  head(raw, lba, 2);
}

void vsector_complete_xa(uint8_t raw[VSECTOR_RAW],
                         int32_t lba,
                         const uint8_t subheader[4]) {
  memcpy(raw + 16, subheader, 4);
  memcpy(raw + 20, subheader, 4);
  vsector_complete_mode_2(raw, lba);
}
