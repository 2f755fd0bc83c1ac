/*
 * unpack.h - the bytes of a file with its compression taken off: gzip, zstd, or none, by its first bytes. Internal to
 * io/. Damage and a missing end are TIE_DATA; *got 0 is told only after the checksum of the compression agreed.
 */
#ifndef TIEOUT_IO_UNPACK_H
#define TIEOUT_IO_UNPACK_H

#include "tieout/file.h"

struct tie_unpack;

/* `fd` stands at the file's first byte and is borrowed; `name`, for error texts, too. */
TIE_MUST_CHECK enum tie_status tie_unpack_open(
    int fd, const char *name, struct tie_unpack **unpack, struct tie_error *err);
TIE_MUST_CHECK enum tie_status tie_unpack_read(
    struct tie_unpack *unpack, char *buffer, size_t room, size_t *got, struct tie_error *err);
const char *tie_unpack_word(const struct tie_unpack *unpack); /* "gzip", "zstd" or "" */
void tie_unpack_close(struct tie_unpack *unpack);             /* NULL is fine */

#endif
