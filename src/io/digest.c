/*
 * digest.c - SHA-256 over OpenSSL's EVP interface, hex and base32.
 *
 * EVP and not SHA256_Init(): the latter is deprecated since OpenSSL 3 and skips the CPU's own instructions in some
 * builds. The algorithm is fetched once: since OpenSSL 3 EVP_sha256() looks for a provider at every use, which costs
 * more than the digest of a short text, and every finding has one. The library is loaded at the first digest
 * (library.h): moving its five megabytes to their place takes longer than all else a start does, and `tieout --help`
 * and many children need none. Base32 is spelled out here because OpenSSL has none.
 */
#include "tieout/digest.h"

#include "tieout/library.h"

#include <openssl/evp.h>
#include <pthread.h>

#define FUNCTIONS(X)                                                                                                   \
    X(DigestFinal_ex)                                                                                                  \
    X(DigestInit_ex)                                                                                                   \
    X(DigestUpdate)                                                                                                    \
    X(MD_CTX_free)                                                                                                     \
    X(MD_CTX_new)                                                                                                      \
    X(MD_fetch)

static struct evp {
#define MEMBER(name) __typeof__(EVP_##name) *name;
    FUNCTIONS(MEMBER)
#undef MEMBER
} evp;

static EVP_MD *algorithm;

enum tie_status tie_digest_load(struct tie_error *err)
{
#define ROW(name) { "EVP_" #name, offsetof(struct evp, name) },
    static const struct tie_library_function functions[] = { FUNCTIONS(ROW) };
#undef ROW
    static struct tie_library libcrypto = {
        .file = "libcrypto.so.3",
        .what = "OpenSSL",
        .package = "libssl3",
        .functions = functions,
        .count = TIE_COUNT_OF(functions),
        .table = &evp,
    };

    return tie_library_load(&libcrypto, err);
}

static void fetch(void)
{
    TIE_ASSERT(tie_digest_load(NULL) == TIE_OK);
    algorithm = evp.MD_fetch(NULL, "SHA256", NULL);
}

void tie_sha256_init(struct tie_sha256 *sha)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    EVP_MD_CTX *context = NULL;

    TIE_ASSERT(pthread_once(&once, fetch) == 0 && algorithm != NULL);
    context = evp.MD_CTX_new();
    TIE_ASSERT(context != NULL);
    TIE_ASSERT(evp.DigestInit_ex(context, algorithm, NULL) == 1);
    sha->context = context;
}

void tie_sha256_put(struct tie_sha256 *sha, const void *bytes, size_t size)
{
    TIE_ASSERT(sha->context != NULL);
    TIE_ASSERT(evp.DigestUpdate(sha->context, bytes, size) == 1);
}

void tie_sha256_final(struct tie_sha256 *sha, unsigned char digest[TIE_SHA256_BYTES])
{
    unsigned size = 0;

    TIE_ASSERT(sha->context != NULL);
    TIE_ASSERT(evp.DigestFinal_ex(sha->context, digest, &size) == 1 && size == TIE_SHA256_BYTES);
    tie_sha256_release(sha);
}

void tie_sha256_release(struct tie_sha256 *sha)
{
    if (sha->context != NULL)
        evp.MD_CTX_free(sha->context);
    sha->context = NULL;
}

void tie_sha256_hex(struct tie_text bytes, char hex[TIE_SHA256_HEX])
{
    unsigned char digest[TIE_SHA256_BYTES];
    struct tie_sha256 sha;

    tie_sha256_init(&sha);
    tie_sha256_put(&sha, bytes.at, bytes.size);
    tie_sha256_final(&sha, digest);
    tie_hex(digest, sizeof digest, hex);
}

void tie_hex(const unsigned char *bytes, size_t size, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < size; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * size] = '\0';
}

void tie_base32(const unsigned char *bytes, size_t size, char *out, size_t chars)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";

    TIE_ASSERT(chars <= (size * 8 + 4) / 5);
    for (size_t i = 0; i < chars; i++) {
        const size_t bit = i * 5;
        const unsigned high = bytes[bit / 8];
        const unsigned low = bit / 8 + 1 < size ? bytes[bit / 8 + 1] : 0;

        out[i] = digits[((high << 8 | low) >> (11 - bit % 8)) & 31];
    }
    out[chars] = '\0';
}
