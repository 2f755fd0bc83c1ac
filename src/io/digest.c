/*
 * digest.c - SHA-256 over OpenSSL's EVP interface, hex and base32.
 *
 * What comes in pieces goes through EVP. The algorithm is fetched once: since OpenSSL 3 EVP_sha256() looks for a
 * provider at every use. A text at hand goes through the three functions that EVP itself ends in: EVP takes and wipes
 * two blocks of memory a digest, which costs ten times what the digest of a short text does, and every finding has one.
 * They are deprecated since OpenSSL 3, but part of every libcrypto.so.3, and use the processor's own instructions as
 * EVP does. Rejected: SHA256() in one call, which since OpenSSL 3 asks EVP and looks for a provider.
 * The library is loaded at the first digest (library.h): moving its five megabytes to their place takes longer than
 * all else a start does, and `tieout --help` and many children need none. Base32 is spelled out here because OpenSSL
 * has none.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "tieout/digest.h"

#include "tieout/library.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <pthread.h>

#define FUNCTIONS(X)                                                                                                   \
    X(EVP_DigestFinal_ex)                                                                                              \
    X(EVP_DigestInit_ex)                                                                                               \
    X(EVP_DigestUpdate)                                                                                                \
    X(EVP_MD_CTX_free)                                                                                                 \
    X(EVP_MD_CTX_new)                                                                                                  \
    X(EVP_MD_fetch)                                                                                                    \
    X(SHA256_Final)                                                                                                    \
    X(SHA256_Init)                                                                                                     \
    X(SHA256_Update)

static struct crypto {
#define MEMBER(name) __typeof__(name) *name;
    FUNCTIONS(MEMBER)
#undef MEMBER
} crypto;

static EVP_MD *algorithm;

enum tie_status tie_digest_load(struct tie_error *err)
{
#define ROW(name) { #name, offsetof(struct crypto, name) },
    static const struct tie_library_function functions[] = { FUNCTIONS(ROW) };
#undef ROW
    static struct tie_library libcrypto = {
        .file = "libcrypto.so.3",
        .what = "OpenSSL",
        .package = "libssl3",
        .functions = functions,
        .count = TIE_COUNT_OF(functions),
        .table = &crypto,
    };

    return tie_library_load(&libcrypto, err);
}

static void fetch(void)
{
    TIE_ASSERT(tie_digest_load(NULL) == TIE_OK);
    algorithm = crypto.EVP_MD_fetch(NULL, "SHA256", NULL);
    TIE_ASSERT(algorithm != NULL);
}

static void load(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    TIE_ASSERT(pthread_once(&once, fetch) == 0);
}

void tie_sha256_init(struct tie_sha256 *sha)
{
    EVP_MD_CTX *context = NULL;

    load();
    context = crypto.EVP_MD_CTX_new();
    TIE_ASSERT(context != NULL);
    TIE_ASSERT(crypto.EVP_DigestInit_ex(context, algorithm, NULL) == 1);
    sha->context = context;
}

void tie_sha256_put(struct tie_sha256 *sha, const void *bytes, size_t size)
{
    TIE_ASSERT(sha->context != NULL);
    TIE_ASSERT(crypto.EVP_DigestUpdate(sha->context, bytes, size) == 1);
}

void tie_sha256_final(struct tie_sha256 *sha, unsigned char digest[TIE_SHA256_BYTES])
{
    unsigned size = 0;

    TIE_ASSERT(sha->context != NULL);
    TIE_ASSERT(crypto.EVP_DigestFinal_ex(sha->context, digest, &size) == 1 && size == TIE_SHA256_BYTES);
    tie_sha256_release(sha);
}

void tie_sha256_release(struct tie_sha256 *sha)
{
    if (sha->context != NULL)
        crypto.EVP_MD_CTX_free(sha->context);
    sha->context = NULL;
}

void tie_sha256_of(struct tie_text bytes, unsigned char digest[TIE_SHA256_BYTES])
{
    SHA256_CTX context;

    load();
    TIE_ASSERT(crypto.SHA256_Init(&context) == 1);
    TIE_ASSERT(crypto.SHA256_Update(&context, bytes.at, bytes.size) == 1);
    TIE_ASSERT(crypto.SHA256_Final(digest, &context) == 1);
}

void tie_sha256_hex(struct tie_text bytes, char hex[TIE_SHA256_HEX])
{
    unsigned char digest[TIE_SHA256_BYTES];

    tie_sha256_of(bytes, digest);
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
