/*
 * test_bytes.c - one bit a byte of a comparison, the machine's own way and the portable one against a loop;
 * short texts compared.
 */
#include "tieout/bytes.h"

#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void masks_are_equal(void **state)
{
    uint64_t random = 5;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        unsigned char bytes[16], wanted = 0;
        unsigned equal = 0, less = 0;
        tie_bytes all;

        for (unsigned i = 0; i < 16; i++)
            bytes[i] = (unsigned char)(test_random(&random) % 4 * 85); /* 0, 85, 170, 255 */
        wanted = bytes[test_random(&random) % 16];
        for (unsigned i = 0; i < 16; i++) {
            equal |= (unsigned)(bytes[i] == wanted) << i;
            less |= (unsigned)((signed char)bytes[i] < ' ') << i;
        }
        memcpy(&all, bytes, sizeof all);
        const tie_bytes hits = (tie_bytes)(all == tie_bytes_each((char)wanted));
        const tie_bytes below = (tie_bytes)((tie_signed_bytes)all < (tie_signed_bytes)tie_bytes_each(' '));

        assert_int_equal(tie_bytes_mask(hits), equal);
        assert_int_equal(tie_bytes_mask_portable(hits), equal);
        assert_int_equal(tie_bytes_mask(below), less);
        assert_int_equal(tie_bytes_mask_portable(below), less);
    }
}

/* Equal, and different in each one byte, at every size around those that are compared at once. */
static void short_texts_are_compared(void **state)
{
    (void)state;
    for (size_t size = 0; size <= 40; size++) {
        char one[40], other[40];

        memset(one, 'x', sizeof one);
        memset(other, 'x', sizeof other);
        assert_true(tie_bytes_same(one, other, size));
        for (size_t at = 0; at < sizeof other; at++) {
            other[at] = 'y';
            assert_int_equal(tie_bytes_same(one, other, size), at >= size);
            other[at] = 'x';
        }
    }
}

/* Against a loop, with digits and their neighbours: a word is the text behind zeros, a number its digits. */
static void short_numbers_are_read(void **state)
{
    uint64_t random = 9;

    (void)state;
    for (int round = 0; round < 200000; round++) {
        const size_t size = 1 + test_random(&random) % 8;
        uint64_t wanted = 0, word = 0, number = 0, rest = 0;
        char text[8];
        bool are_digits = true;

        for (size_t i = 0; i < size; i++) {
            const uint64_t drawn = test_random(&random);

            text[i] = drawn % 16 == 0 ? "/:\0\x80\xB0\xFF"[drawn / 16 % 6] : (char)('0' + drawn / 16 % 10);
            are_digits &= text[i] >= '0' && text[i] <= '9';
            wanted = wanted * 10 + (uint64_t)(text[i] - '0');
        }
        word = rest = tie_bytes_word(text, size);
        for (size_t i = 8; i-- > 8 - size; rest <<= 8)
            assert_int_equal(rest >> 56, (unsigned char)text[size - 8 + i]);
        assert_int_equal(rest, 0);
        word |= UINT64_C(0x3030303030303030) >> 8 * (size - 1) >> 8;
        assert_int_equal(tie_bytes_number(word, &number), are_digits);
        if (are_digits)
            assert_int_equal(number, wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(masks_are_equal), cmocka_unit_test(short_texts_are_compared),
        cmocka_unit_test(short_numbers_are_read) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
