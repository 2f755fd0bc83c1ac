/*
 * key_bits.h - a set of keys that are a number in a fixed setting, a bit each. Internal to keys.c.
 */
#ifndef TIEOUT_SOURCE_KEY_BITS_H
#define TIEOUT_SOURCE_KEY_BITS_H

#include "tieout/text.h"

#include <stdint.h>

enum tie_key_bit {
    TIE_KEY_NEW,  /* its bit was set now */
    TIE_KEY_SEEN, /* it stood already */
    TIE_KEY_UNFIT /* no key for bits, neither now nor later: the caller's to remember */
};

struct tie_key_bits;
struct tie_key_bits *tie_key_bits_new(void); /* NULL: no memory */
#define TIE_KEY_NO_PLACE UINT64_MAX
/* Where the bit of a key is, which is asked for from memory; TIE_KEY_NO_PLACE for one that is unfit. */
uint64_t tie_key_bits_place(struct tie_key_bits *bits, struct tie_text key);
enum tie_key_bit tie_key_bits_put(struct tie_key_bits *bits, uint64_t place);
void tie_key_bits_free(struct tie_key_bits *bits); /* NULL is fine */

#endif
