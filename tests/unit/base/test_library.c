/* test_library.c - a library that is there, one that is not, one that lacks a function; threads that load at once. */
#include "tieout/library.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* the C library itself stands for any: it is there wherever this runs */
#define HERE "libc.so.6"

struct table {
    size_t (*length)(const char *);
    int (*compare)(const char *, const char *);
};

static const struct tie_library_function whole[] = { { "strlen", offsetof(struct table, length) },
    { "strcmp", offsetof(struct table, compare) } };
static const struct tie_library_function lacking[] = { { "strlen", offsetof(struct table, length) },
    { "tieout_has_no_such_function", offsetof(struct table, compare) } };

static const struct {
    const char *why, *file;
    const struct tie_library_function *functions;
    enum tie_status status;
    const char *said;
} cases[] = {
    { "all functions are there", HERE, whole, TIE_OK, "" },
    { "it is not installed", "libtieout-is-not-here.so.7", whole, TIE_CONFIG,
        "The word library can't be loaded: libtieout-is-not-here.so.7: cannot open shared object file: No such file or "
        "directory; install it (Debian: libword7)" },
    { "it is too old: what comes before the missing function stays out of the table", HERE, lacking, TIE_CONFIG,
        "The word library " HERE " has no function tieout_has_no_such_function; install a newer one (Debian: "
        "libword7)" },
};

static void loads_all_or_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        struct table table = { 0 };
        struct tie_library library = { .file = cases[i].file,
            .what = "The word library",
            .package = "libword7",
            .functions = cases[i].functions,
            .count = 2,
            .table = &table };
        struct tie_error error = { .status = TIE_OK };
        const enum tie_status status = tie_library_load(&library, &error);

        if (status != cases[i].status || strcmp(error.text, cases[i].said) != 0)
            fail_msg("%s: %s, \"%s\"", cases[i].why, tie_status_name(status), error.text);
        assert_int_equal(library.is_loaded, status == TIE_OK);
        assert_true((table.length != NULL) == (status == TIE_OK) && (table.compare != NULL) == (status == TIE_OK));
        if (status == TIE_OK) {
            assert_int_equal(table.length("four"), 4);
            assert_int_equal(table.compare("a", "a"), 0);
            table.length = NULL; /* again does nothing */
            assert_int_equal(tie_library_load(&library, &error), TIE_OK);
            assert_null(table.length);
        }
    }
}

static struct table shared;
static struct tie_library shared_library = { .file = HERE, .functions = whole, .count = 2, .table = &shared };

static void *load_and_call(void *length)
{
    if (tie_library_load(&shared_library, NULL) == TIE_OK)
        *(size_t *)length = shared.length("seven77");
    return NULL;
}

static void threads_may_load_at_once(void **state)
{
    enum { THREADS = 8 };
    pthread_t threads[THREADS];
    size_t lengths[THREADS] = { 0 };

    (void)state;
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, load_and_call, &lengths[i]), 0);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(lengths[i], 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_all_or_nothing),
        cmocka_unit_test(threads_may_load_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
