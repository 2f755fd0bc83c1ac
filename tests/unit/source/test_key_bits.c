/*
 * test_key_bits.c - keys as bits answer as a list of all keys would: of keys that are counted up, drawn at random, of
 * many forms, with lines and without.
 */
#include "../../../src/source/key_bits.h"

#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { KEY_BYTES = 48, DRAWS = 8000, FAR = 1500 };

/* What a key is drawn from. */
static const struct kind {
    const char *why;
    const char *heads[10];
    size_t head_count;
    uint64_t first, numbers;
    int digits;      /* 0: as many as the number has */
    int line_max;    /* -1: no line */
    bool has_bits;   /* most of them */
    uint64_t stride; /* not 0: of every second key, so that pages fill unevenly */
} kinds[] = {
    { "one form", { "M-" }, 1, 0, 3000, 8, -1, true, 0 },
    { "with lines", { "M-", "R-" }, 2, 12000, 600, 8, 9, true, 0 },
    { "lines past the last that has a bit", { "M-" }, 1, 1, 40, 8, 200, false, 0 },
    { "digits as many as there are", { "" }, 1, 1, 2500, 0, -1, true, 0 },
    { "more forms than are kept", { "A", "B", "C", "D", "E", "F", "G", "H", "I", "J" }, 10, 500, 200, 6, -1, true, 0 },
    { "numbers of which a page would hold few", { "X" }, 1, 0, UINT64_C(900000000000), 12, -1, false, 0 },
    { "few and many in turns", { "X" }, 1, 0, 6000, 9, -1, true, 70001 },
    { "the same of fewer digits", { "X" }, 1, 0, UINT64_C(30000000), 9, 3, false, 0 },
    { "numbers far above zero", { "00" }, 1, UINT64_C(999999990000), 3000, 12, -1, true, 0 },
    { "more digits than are one number", { "1234", "1235" }, 2, 99999000, 1500, 16, -1, true, 0 },
    { "no digit", { "one", "two" }, 2, 0, 1, -1, -1, false, 0 },
    { "a head that is too long", { "this text is longer than any head of a form is" }, 1, 0, 1, 1, -1, false, 0 },
};

struct drawn {
    char at[KEY_BYTES + 32];
    size_t size;
};

static struct drawn draw(const struct kind *kind, uint64_t *random)
{
    struct drawn key = { .size = 0 };
    const char *head = kind->heads[test_random(random) % kind->head_count];
    const uint64_t drawn = test_random(random) % kind->numbers;
    const bool is_far = kind->stride != 0 && test_random(random) % 2 == 0;
    const uint64_t number = kind->first + (is_far ? drawn % FAR * kind->stride : drawn);

    if (kind->digits < 0)
        key.size = (size_t)snprintf(key.at, sizeof key.at, "%s", head);
    else
        key.size = (size_t)snprintf(key.at, sizeof key.at, "%s%0*llu", head, kind->digits, (unsigned long long)number);
    if (kind->line_max >= 0) {
        memcpy(key.at + key.size, "\x80\0\0\0\0\0\0", 7);
        key.at[key.size + 7] = (char)(test_random(random) % (uint64_t)(kind->line_max + 1));
        key.size += 8;
    }
    return key;
}

static struct tie_text slice(const struct drawn *key)
{
    return (struct tie_text){ key->at, key->size };
}

/* Every key that came, once. */
static struct drawn known[DRAWS];
static bool was_unfit[DRAWS];

static void test_as_a_list(void **state)
{
    (void)state;
    for (size_t k = 0; k < TIE_COUNT_OF(kinds); k++) {
        struct tie_key_bits *bits = tie_key_bits_new();
        size_t count = 0, unfit = 0;
        uint64_t random = k + 1;

        print_message("%s\n", kinds[k].why);
        assert_non_null(bits);
        for (int draws = 0; draws < DRAWS; draws++) {
            const struct drawn key = draw(&kinds[k], &random);
            const enum tie_key_bit bit = tie_key_bits_put(bits, tie_key_bits_place(bits, slice(&key)));
            size_t at = 0;

            while (at < count && !tie_text_equal(slice(&known[at]), slice(&key)))
                at++;
            if (at < count)
                assert_int_equal(bit, was_unfit[at] ? TIE_KEY_UNFIT : TIE_KEY_SEEN);
            else
                assert_int_not_equal(bit, TIE_KEY_SEEN);
            known[at] = key;
            was_unfit[at] = bit == TIE_KEY_UNFIT;
            count += at == count;
            unfit += was_unfit[at];
        }
        assert_int_equal(unfit < DRAWS / 2, kinds[k].has_bits);
        tie_key_bits_free(bits);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_as_a_list) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
