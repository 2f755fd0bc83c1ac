/*
 * test_refs.c - the memory of order references gives what the expression gives, text after text.
 */
#include "../../../src/source/intake.h"

#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_as_the_expression(void **state)
{
    static const struct {
        const char *why, *pattern;
    } cases[] = {
        { "blind to digits: remembered by shape", "(^|wo)[ -]*([0-9]+)" },
        { "not blind: remembered by text", "(wo)?0*([1-9][0-9]*)" },
    };
    static const char alphabet[] = "0019wo -/:"; /* the neighbours of digits, too */
    struct tie_arena arena;
    uint64_t random = 3;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 8 << 20, NULL), TIE_OK);
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const struct tie_policy policy = {
            .order_pattern = cases[i].pattern, .order_format = "X{2}", .order_ignore_case = true
        };
        struct tie_reference *reference = NULL;
        struct tie_refs *refs = NULL;
        struct tie_buf want;

        tie_buf_init(&want, 4096);
        assert_int_equal(tie_reference_compile(&policy, &reference, NULL), TIE_OK);
        refs = tie_refs_new(&arena, reference);
        for (int round = 0; round < 20000; round++) {
            char text[60];
            struct tie_text found;
            /* short ones repeat, long ones pass the memory by */
            const size_t size = test_random(&random) % (round % 16 == 0 ? sizeof text : 7);

            for (size_t k = 0; k < size; k++)
                text[k] = alphabet[test_random(&random) % (sizeof alphabet - 1)];
            const struct tie_text slice = { text, size };
            const bool is_reference = tie_reference_normalise(reference, slice, &want);

            if (tie_refs_find(refs, slice, &found) != is_reference ||
                (is_reference && !tie_text_equal(found, tie_buf_slice(&want))))
                fail_msg("%s: \"%.*s\"", cases[i].why, (int)size, text);
        }
        tie_refs_release(refs);
        tie_reference_free(reference);
        tie_buf_release(&want);
    }
    tie_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_as_the_expression) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
