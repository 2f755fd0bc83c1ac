/* test_digest.c - known answers: FIPS 180-4 examples, RFC 4648 section 10. */
#include "tieout/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *why;
    const char *text;
    const char *hex;
} sha_cases[] = {
    { "nothing", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { "FIPS one block", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { "FIPS two blocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
};

static void known_digests(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(sha_cases); i++) {
        char hex[TIE_SHA256_HEX];

        tie_sha256_hex(tie_text_of(sha_cases[i].text), hex);
        print_message("%s\n", sha_cases[i].why);
        assert_string_equal(hex, sha_cases[i].hex);
    }
}

static void pieces_equal_the_whole(void **state)
{
    static const char text[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

    (void)state;
    for (size_t step = 1; step < sizeof text; step += 5) {
        unsigned char digest[TIE_SHA256_BYTES];
        char hex[TIE_SHA256_HEX];
        struct tie_sha256 sha;

        tie_sha256_init(&sha);
        for (size_t at = 0; at < sizeof text - 1; at += step)
            tie_sha256_put(&sha, text + at, at + step < sizeof text - 1 ? step : sizeof text - 1 - at);
        tie_sha256_final(&sha, digest);
        tie_hex(digest, sizeof digest, hex);
        assert_string_equal(hex, sha_cases[2].hex);
        tie_sha256_release(&sha);
    }
}

static const struct {
    const char *why;
    const char *bytes;
    size_t chars;
    const char *want;
} base32_cases[] = {
    { "RFC f", "f", 2, "my" },
    { "RFC fo", "fo", 4, "mzxq" },
    { "RFC foo", "foo", 5, "mzxw6" },
    { "RFC foob", "foob", 7, "mzxw6yq" },
    { "RFC fooba", "fooba", 8, "mzxw6ytb" },
    { "RFC foobar", "foobar", 10, "mzxw6ytboi" },
    { "a prefix is the start of the whole", "foobar", 3, "mzx" },
    { "none asked", "foobar", 0, "" },
};

static void base32(void **state)
{
    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(base32_cases); i++) {
        char out[32];

        tie_base32(
            (const unsigned char *)base32_cases[i].bytes, strlen(base32_cases[i].bytes), out, base32_cases[i].chars);
        print_message("%s\n", base32_cases[i].why);
        assert_string_equal(out, base32_cases[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_digests),
        cmocka_unit_test(pieces_equal_the_whole),
        cmocka_unit_test(base32),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
