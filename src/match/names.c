/*
 * names.c - the words of legs, passes and exclusions. Each is one table, so that a new member without a name does
 * not compile.
 */
#include "tieout/match.h"

const char *tie_pass_name(enum tie_pass pass)
{
    static const char *const names[] = { "", "P0", "P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P10", "P11" };

    _Static_assert(TIE_COUNT_OF(names) == TIE_P11 + 1, "a pass without a name");
    TIE_ASSERT(pass <= TIE_P11);
    return names[pass];
}

const char *tie_exclusion_words(enum tie_exclusion exclusion)
{
    static const char *const words[] = {
#define TIE_AS_WORDS(NAME, text) text,
        TIE_EXCLUSIONS(TIE_AS_WORDS)
#undef TIE_AS_WORDS
    };

    TIE_ASSERT(exclusion < TIE_EXCLUSION_COUNT);
    return words[exclusion];
}
