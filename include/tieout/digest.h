/*
 * digest.h - SHA-256, and the two spellings of bytes that Tieout prints: hex and base32.
 *
 * The only module that knows OpenSSL. Digests are over bytes as they are; nothing is normalised.
 * Ownership: struct tie_sha256 holds a foreign handle from init to final or release (release after final does nothing).
 * Errors: none. SHA-256 of bytes in memory can't fail; a refusal of the library is a programmer error (TIE_ASSERT).
 * Threads: one struct belongs to one thread at a time.
 */
#ifndef TIEOUT_DIGEST_H
#define TIEOUT_DIGEST_H

#include "tieout/text.h"

#define TIE_SHA256_BYTES 32
#define TIE_SHA256_HEX 65 /* bytes of the lower-case hex form, with the NUL */

struct tie_sha256 {
    void *context;
};

/* The first digest loads OpenSSL by itself; who calls this before can say that it is not installed (TIE_CONFIG). */
TIE_MUST_CHECK enum tie_status tie_digest_load(struct tie_error *err);

void tie_sha256_init(struct tie_sha256 *sha);
void tie_sha256_put(struct tie_sha256 *sha, const void *bytes, size_t size);
void tie_sha256_final(struct tie_sha256 *sha, unsigned char digest[TIE_SHA256_BYTES]); /* releases too */
void tie_sha256_release(struct tie_sha256 *sha);                                       /* to give up half-way */

/* One call for all of it; the cheapest way for a short text. */
void tie_sha256_of(struct tie_text bytes, unsigned char digest[TIE_SHA256_BYTES]);
void tie_sha256_hex(struct tie_text bytes, char hex[TIE_SHA256_HEX]);

/* Lower-case hex; `out` has 2 * size + 1 bytes. */
void tie_hex(const unsigned char *bytes, size_t size, char *out);
/* The first `chars` characters of the lower-case RFC 4648 base32 form, without padding; `out` has chars + 1 bytes.
 * `size` bytes give at most size * 8 / 5 whole characters (rounded up); asking for more is a programmer error. */
void tie_base32(const unsigned char *bytes, size_t size, char *out, size_t chars);

#endif
