/*
 * archive_writer.h - a tar.zst whose bytes depend on its members alone.
 *
 * Format: tar (pax where a name or size needs it), zstd level 1 on one thread. Every member is a regular file of mode
 * 0644, owner 0, time 2000-01-01T00:00:00Z, in the order given: same members, same bytes, under any TZ, locale and
 * user, as long as libarchive and libzstd are the same. The file appears whole or not at all and is fsynced.
 * Seal: the file ends with a zstd frame that readers skip, 40 bytes: "tieout-1" and the SHA-256 of all bytes before
 * that frame. So one changed byte anywhere is found without any other record.
 * Streamed: memory does not grow with the members.
 * Names: as archive_reader.h wants them, and printable ASCII; another one is TIE_DATA. That a name stands once is the
 * caller's business. Errors: no room for the file TIE_CANTCREATE, a full disk TIE_IO. After a failure the writer can
 * only be discarded.
 * Threads: one writer belongs to one thread.
 */
#ifndef TIEOUT_ARCHIVE_WRITER_H
#define TIEOUT_ARCHIVE_WRITER_H

#include "tieout/file.h"

struct tie_archive_writer;

struct tie_archive_seal {
    uint64_t bytes; /* of the archive's file */
    char sha256[TIE_SHA256_HEX];
};

struct tie_member_seal { /* of a member's content */
    uint64_t bytes;
    char sha256[TIE_SHA256_HEX];
};

TIE_MUST_CHECK enum tie_status tie_archive_create(
    const char *path, struct tie_archive_writer **writer, struct tie_error *err);
/* `seal` may be NULL. */
TIE_MUST_CHECK enum tie_status tie_archive_add(struct tie_archive_writer *writer, const char *name,
    struct tie_text bytes, struct tie_member_seal *seal, struct tie_error *err);
/* The content of a file. One that changes its size meanwhile is TIE_IO. */
TIE_MUST_CHECK enum tie_status tie_archive_add_file(struct tie_archive_writer *writer, const char *name,
    const char *path, struct tie_member_seal *seal, struct tie_error *err);
/* Ends the archive and puts it in its place; frees the writer whatever happens. */
TIE_MUST_CHECK enum tie_status tie_archive_seal(
    struct tie_archive_writer *writer, struct tie_archive_seal *seal, struct tie_error *err);
/* Whether the file is as it was sealed, in one pass over its bytes: TIE_DATA when it is not. */
TIE_MUST_CHECK enum tie_status tie_archive_check_seal(const char *path, struct tie_error *err);
void tie_archive_discard(struct tie_archive_writer *writer); /* NULL is fine; leaves no file */

#endif
