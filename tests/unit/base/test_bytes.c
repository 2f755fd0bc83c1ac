/*
 * test_bytes.c - one bit a byte of a comparison: the machine's own way and the portable one against a loop.
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

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(masks_are_equal) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
