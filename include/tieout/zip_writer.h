/*
 * zip_writer.h - a zip whose bytes depend on its members alone, for programs that are strict about what they read.
 *
 * Members are regular files of mode 0644 and owner 0 without a time (DOS shows 1980-01-01), deflated, in the order
 * given, each with its size known before its data: no Zip64 entry below 4 GiB, which older readers refuse, and no
 * stored entry behind a data descriptor, which Java's stream reader refuses. Same members, same bytes under any TZ and
 * user, as long as libarchive and zlib are the same; compare the digests of members across machines.
 * Names: as archive_reader.h wants them, and printable ASCII; another one is TIE_DATA. That a name stands once is the
 * caller's business. The zip appears whole or not at all and is fsynced; memory does not grow with the members.
 * Errors: no room for the file TIE_CANTCREATE, a missing member's file TIE_NOINPUT, a full disk TIE_IO.
 */
#ifndef TIEOUT_ZIP_WRITER_H
#define TIEOUT_ZIP_WRITER_H

#include "tieout/file.h"

struct tie_zip_member {
    const char *name; /* in the zip */
    const char *path; /* of the file that holds its content */
};

TIE_MUST_CHECK enum tie_status tie_zip_write(
    const char *path, const struct tie_zip_member *members, size_t count, struct tie_error *err);

#endif
