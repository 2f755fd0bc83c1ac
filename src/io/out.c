/*
 * out.c - a buffered stream over a descriptor.
 *
 * The first failure is kept and everything after it is dropped, so a writer of a million fields checks once, at the
 * flush. Invariant: bytes reach the descriptor in the order put, a short write is continued, EINTR is repeated. The
 * digest covers what was put, so it is the digest of the file exactly when the flush succeeds; it is taken of whole
 * buffers, as a call a put costs more than the digest of a short text. Rejected: stdio. It hides which write failed,
 * and fclose() reports the error when the name is already taken.
 */
#include "tieout/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER_BYTES = 64 * 1024, EARLY_BYTES = 8 << 20 };

void tie_out_init(struct tie_out *out, int fd, const char *name, bool with_digest)
{
    *out = (struct tie_out){ .fd = fd, .name = name, .has_digest = with_digest };
    out->buffer = malloc(BUFFER_BYTES);
    if (out->buffer == NULL)
        (void)tie_fail(&out->error, TIE_CONFIG, "cannot write %s: out of memory", name);
    if (with_digest)
        tie_sha256_init(&out->sha);
}

void tie_out_release(struct tie_out *out)
{
    free(out->buffer);
    out->buffer = NULL;
    out->used = 0;
    if (out->has_digest)
        tie_sha256_release(&out->sha);
    out->has_digest = false;
}

static void write_all(struct tie_out *out, const unsigned char *bytes, size_t size)
{
    while (size > 0 && out->error.status == TIE_OK) {
        const ssize_t wrote = write(out->fd, bytes, size);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0) {
            (void)tie_fail_os(&out->error, TIE_IO, errno, "write", out->name);
        } else if (wrote == 0) {
            (void)tie_fail_os(&out->error, TIE_IO, ENOSPC, "write", out->name);
        } else {
            bytes += wrote;
            size -= (size_t)wrote;
            out->written += (uint64_t)wrote;
        }
    }
    if (out->is_lasting && out->written - out->begun >= EARLY_BYTES) { /* nobody depends on it: fsync tells the truth */
        (void)sync_file_range(out->fd, (off_t)out->begun, (off_t)(out->written - out->begun), SYNC_FILE_RANGE_WRITE);
        out->begun = out->written;
    }
}

static void pass_on(struct tie_out *out, const unsigned char *bytes, size_t size)
{
    if (out->has_digest)
        tie_sha256_put(&out->sha, bytes, size);
    write_all(out, bytes, size);
}

static void empty(struct tie_out *out)
{
    pass_on(out, out->buffer, out->used);
    out->used = 0;
}

void tie_out_put(struct tie_out *out, const void *bytes, size_t size)
{
    if (out->error.status != TIE_OK || size == 0)
        return;
    out->bytes += size;
    if (size > BUFFER_BYTES - out->used) {
        empty(out);
        if (size >= BUFFER_BYTES) {
            pass_on(out, bytes, size);
            return;
        }
    }
    memcpy(out->buffer + out->used, bytes, size);
    out->used += size;
}

void tie_out_text(struct tie_out *out, const char *zero_ended)
{
    tie_out_put(out, zero_ended, strlen(zero_ended));
}

void tie_out_char(struct tie_out *out, char c)
{
    if (out->error.status != TIE_OK || out->used == BUFFER_BYTES) {
        tie_out_put(out, &c, 1);
        return;
    }
    out->buffer[out->used++] = (unsigned char)c;
    out->bytes++;
}

void tie_out_printf(struct tie_out *out, const char *format, ...)
{
    char *text = NULL;
    va_list args;

    va_start(args, format);
    const int size = vasprintf(&text, format, args);
    va_end(args);
    if (size < 0) {
        if (out->error.status == TIE_OK)
            (void)tie_fail(&out->error, TIE_CONFIG, "cannot write %s: out of memory", out->name);
        return;
    }
    tie_out_put(out, text, (size_t)size);
    free(text);
}

enum tie_status tie_out_flush(struct tie_out *out, struct tie_error *err)
{
    empty(out);
    if (out->error.status != TIE_OK)
        return tie_fail(err, out->error.status, "%s", out->error.text);
    return TIE_OK;
}

void tie_out_sha256(struct tie_out *out, char hex[TIE_SHA256_HEX])
{
    unsigned char digest[TIE_SHA256_BYTES];

    TIE_ASSERT(out->has_digest);
    tie_sha256_put(&out->sha, out->buffer, out->used);
    tie_sha256_final(&out->sha, digest);
    out->has_digest = false;
    tie_hex(digest, sizeof digest, hex);
}
