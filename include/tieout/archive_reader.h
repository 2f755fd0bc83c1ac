/*
 * archive_reader.h - what lies in an archive that somebody else made, as a stream of members that are safe to read.
 *
 * Input: a file that is zip, tar, tar.gz or tar.zst by its content; nothing else is recognised, whatever its name is.
 * Members come in the order of the archive, decompressed block by block: nothing is unpacked to disk. Folders are
 * passed over. A name is taken without leading "./" and must then be plain and relative: UTF-8, parts divided by '/',
 * none of them "." or "..", no backslash, no control character, at most 1,024 bytes.
 * Limits bind while reading, on bytes that were really unpacked; sizes that the archive declares are never believed.
 * Passing over a member of a tar unpacks it too, so that counts; of a zip it does not. The ratio is all unpacked bytes
 * by the size of the archive file, judged from the first MiB on: a small file of zeros harms nobody.
 * Refused with archive and member: an unsafe or repeated name, a link, a device, an encrypted member, a checksum or
 * size that differs, an archive that is cut short, a passed limit. All are TIE_DATA; a missing file is TIE_NOINPUT.
 * Refusals stand for the whole archive, so it counts as good only when tie_archive_next() has told its end.
 * gzip's own checksum is compared too (libarchive does not).
 * Ownership: names live until tie_archive_close(). Threads: one reader belongs to one thread. LC_CTYPE must be
 * C.UTF-8 (main sets it) for names beyond ASCII.
 */
#ifndef TIEOUT_ARCHIVE_READER_H
#define TIEOUT_ARCHIVE_READER_H

#include "tieout/file.h"

struct tie_archive_limits { /* 0: no limit */
    uint64_t max_members;   /* folders count too */
    uint64_t max_member_bytes;
    uint64_t max_total_bytes; /* of all members together */
    uint64_t max_ratio;       /* unpacked bytes by the archive's own */
    const char *hint;         /* ends a text about a passed limit: "; raise max_bytes ..."; NULL: nothing. Borrowed */
};

struct tie_archive;

TIE_MUST_CHECK enum tie_status tie_archive_open(
    const char *path, const struct tie_archive_limits *limits, struct tie_archive **archive, struct tie_error *err);
/* The next regular file; what is left of the one before is passed over. *name is NULL at the end. */
TIE_MUST_CHECK enum tie_status tie_archive_next(struct tie_archive *archive, const char **name, struct tie_error *err);
/* Goes on to the member of exactly that name. TIE_NOINPUT with the names that are there when there is none. */
TIE_MUST_CHECK enum tie_status tie_archive_find(struct tie_archive *archive, const char *name, struct tie_error *err);
/* Bytes of the member at hand; *got 0 is its end, reached only when its checksum is right. */
TIE_MUST_CHECK enum tie_status tie_archive_read(
    struct tie_archive *archive, char *buffer, size_t room, size_t *got, struct tie_error *err);
/* On to the end, reading what has to be read: proves that no member repeats a name and that nothing is cut off. */
TIE_MUST_CHECK enum tie_status tie_archive_finish(struct tie_archive *archive, struct tie_error *err);
void tie_archive_close(struct tie_archive *archive); /* NULL is fine */

/* Why a name is not safe to follow, as the end of a sentence ("has a part that is .."), or NULL when it is. */
const char *tie_archive_name_trouble(struct tie_text name);

#endif
