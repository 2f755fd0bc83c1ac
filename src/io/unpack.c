/*
 * unpack.c - see unpack.h.
 *
 * A row of functions a compression, chosen by the first bytes of the file. gzip goes through zlib and not through
 * libarchive's filter: that one reads the CRC of a gzip stream and compares it with nothing, so a flipped bit would
 * change an amount unnoticed. zstd goes through libarchive (format raw, filter zstd), which compares the checksum of
 * a frame that has one. Both are read up to the end of the file, because their checksums stand there.
 */
#include "unpack.h"

#include "archive_library.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { BLOCK_BYTES = 64 * 1024, MAGIC_BYTES = 4 };

struct unpacker {
    const char *word;
    const char *magic;
    size_t magic_size;
    enum tie_status (*open)(struct tie_unpack *unpack, struct tie_error *err);
    enum tie_status (*read)(struct tie_unpack *unpack, char *buffer, size_t room, size_t *got, struct tie_error *err);
};

struct tie_unpack {
    const struct unpacker *unpacker;
    int fd;
    const char *name;
    z_stream gzip;
    bool has_gzip;
    bool in_stream; /* gzip: a stream began and has not ended */
    unsigned char *block;
    struct archive *zstd;
};

static enum tie_status fail_memory(const struct tie_unpack *unpack, struct tie_error *err)
{
    return tie_fail(err, TIE_IO, "cannot read %s: out of memory", unpack->name);
}

/* ---- none ---- */

static enum tie_status open_plain(struct tie_unpack *unpack, struct tie_error *err)
{
    (void)unpack;
    (void)err;
    return TIE_OK;
}

static enum tie_status read_plain(
    struct tie_unpack *unpack, char *buffer, size_t room, size_t *got, struct tie_error *err)
{
    ssize_t size = 0;

    do
        size = read(unpack->fd, buffer, room);
    while (size < 0 && errno == EINTR);
    if (size < 0)
        return tie_fail_os(err, TIE_IO, errno, "read", unpack->name);
    *got = (size_t)size;
    return TIE_OK;
}

/* ---- gzip ---- */

static enum tie_status open_gzip(struct tie_unpack *unpack, struct tie_error *err)
{
    unpack->block = malloc(BLOCK_BYTES);
    if (unpack->block == NULL || inflateInit2(&unpack->gzip, MAX_WBITS + 16) != Z_OK) /* + 16: gzip and nothing else */
        return fail_memory(unpack, err);
    unpack->has_gzip = true;
    unpack->in_stream = true;
    return TIE_OK;
}

static enum tie_status refill_gzip(struct tie_unpack *unpack, struct tie_error *err)
{
    size_t got = 0;
    enum tie_status status = TIE_OK;

    if (unpack->gzip.avail_in > 0)
        return TIE_OK;
    status = read_plain(unpack, (char *)unpack->block, BLOCK_BYTES, &got, err);
    unpack->gzip.next_in = unpack->block;
    unpack->gzip.avail_in = (uInt)got;
    return status;
}

/* Streams may follow one another, as `cat a.gz b.gz` makes them. */
static enum tie_status read_gzip(
    struct tie_unpack *unpack, char *buffer, size_t room, size_t *got, struct tie_error *err)
{
    z_stream *const gzip = &unpack->gzip;
    enum tie_status status = TIE_OK;

    gzip->next_out = (unsigned char *)buffer;
    gzip->avail_out = (uInt)(room < BLOCK_BYTES ? room : BLOCK_BYTES);
    *got = 0;
    while (*got == 0) {
        int code = Z_OK;

        TIE_TRY(refill_gzip(unpack, err));
        if (gzip->avail_in == 0 && !unpack->in_stream)
            break;
        if (gzip->avail_in == 0)
            return tie_fail(err, TIE_DATA, "%s: the gzip stream is cut short; transfer the file again", unpack->name);
        if (!unpack->in_stream && inflateReset(gzip) != Z_OK)
            return fail_memory(unpack, err);
        unpack->in_stream = true;
        code = inflate(gzip, Z_NO_FLUSH);
        if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
            return tie_fail(err, TIE_DATA, "%s: the gzip stream is damaged (%s); transfer the file again", unpack->name,
                gzip->msg != NULL ? gzip->msg : zError(code));
        unpack->in_stream = code != Z_STREAM_END;
        *got = (size_t)((char *)gzip->next_out - buffer);
    }
out:
    return status;
}

/* ---- zstd ---- */

static enum tie_status fail_zstd(const struct tie_unpack *unpack, struct tie_error *err)
{
    return tie_fail(err, TIE_DATA, "%s: the zstd stream is damaged or cut short (%s); transfer the file again",
        unpack->name, tie_la.error_string(unpack->zstd));
}

static enum tie_status open_zstd(struct tie_unpack *unpack, struct tie_error *err)
{
    struct archive_entry *entry = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_la_load(err));
    unpack->zstd = tie_la.read_new();
    if (unpack->zstd == NULL || tie_la.read_support_format_raw(unpack->zstd) != ARCHIVE_OK ||
        tie_la.read_support_filter_zstd(unpack->zstd) != ARCHIVE_OK)
        return fail_memory(unpack, err);
    if (tie_la.read_open_fd(unpack->zstd, unpack->fd, BLOCK_BYTES) != ARCHIVE_OK ||
        tie_la.read_next_header(unpack->zstd, &entry) != ARCHIVE_OK)
        return fail_zstd(unpack, err);
out:
    return status;
}

static enum tie_status read_zstd(
    struct tie_unpack *unpack, char *buffer, size_t room, size_t *got, struct tie_error *err)
{
    const la_ssize_t size = tie_la.read_data(unpack->zstd, buffer, room);

    if (size < 0)
        return fail_zstd(unpack, err);
    *got = (size_t)size;
    return TIE_OK;
}

/* ---- whichever it is ---- */

static const struct unpacker unpackers[] = {
    { "gzip", "\x1F\x8B", 2, open_gzip, read_gzip },
    { "zstd", "\x28\xB5\x2F\xFD", 4, open_zstd, read_zstd },
    { "", "", 0, open_plain, read_plain },
};

enum tie_status tie_unpack_open(int fd, const char *name, struct tie_unpack **out, struct tie_error *err)
{
    struct tie_unpack *const unpack = calloc(1, sizeof *unpack);
    char magic[MAGIC_BYTES] = "";
    ssize_t size = 0;
    enum tie_status status = TIE_OK;

    *out = NULL;
    if (unpack == NULL)
        return tie_fail(err, TIE_IO, "cannot read %s: out of memory", name);
    unpack->fd = fd;
    unpack->name = name;
    unpack->unpacker = unpackers;
    size = pread(fd, magic, sizeof magic, 0);
    if (size < 0) {
        status = tie_fail_os(err, TIE_IO, errno, "read", name);
    } else {
        while ((size_t)size < unpack->unpacker->magic_size ||
            memcmp(magic, unpack->unpacker->magic, unpack->unpacker->magic_size) != 0)
            unpack->unpacker++;
        status = unpack->unpacker->open(unpack, err);
    }
    if (status == TIE_OK)
        *out = unpack;
    else
        tie_unpack_close(unpack);
    return status;
}

enum tie_status tie_unpack_read(
    struct tie_unpack *unpack, char *buffer, size_t room, size_t *got, struct tie_error *err)
{
    return unpack->unpacker->read(unpack, buffer, room, got, err);
}

const char *tie_unpack_word(const struct tie_unpack *unpack)
{
    return unpack->unpacker->word;
}

void tie_unpack_close(struct tie_unpack *unpack)
{
    if (unpack == NULL)
        return;
    if (unpack->has_gzip)
        (void)inflateEnd(&unpack->gzip);
    if (unpack->zstd != NULL)
        (void)tie_la.read_free(unpack->zstd);
    free(unpack->block);
    free(unpack);
}
