/*
 * key_bits.h - a set of keys that are a number in a fixed setting, a bit each. Internal to keys.c.
 */
#ifndef TIEOUT_SOURCE_KEY_BITS_H
#define TIEOUT_SOURCE_KEY_BITS_H

#include "tieout/text.h"

enum tie_key_bit {
    TIE_KEY_NEW,  /* its bit was set now */
    TIE_KEY_SEEN, /* it stood already */
    TIE_KEY_UNFIT /* no key for bits, neither now nor later: the caller's to remember */
};

struct tie_key_bits;
struct tie_key_bits *tie_key_bits_new(void); /* NULL: no memory */
enum tie_key_bit tie_key_bits_put(struct tie_key_bits *bits, struct tie_text key);
void tie_key_bits_free(struct tie_key_bits *bits); /* NULL is fine */

#endif
