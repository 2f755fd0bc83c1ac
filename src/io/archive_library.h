/*
 * archive_library.h - the functions of libarchive that io/ calls, found when the first archive is opened. Internal to
 * io/.
 *
 * Call them as tie_la.read_new(), which is archive_read_new(): same types, same meaning.
 */
#ifndef TIEOUT_IO_ARCHIVE_LIBRARY_H
#define TIEOUT_IO_ARCHIVE_LIBRARY_H

#include "tieout/status.h"

#include <archive.h>
#include <archive_entry.h>

#define TIE_LA_FUNCTIONS(X)                                                                                            \
    X(entry_clear)                                                                                                     \
    X(entry_filetype)                                                                                                  \
    X(entry_free)                                                                                                      \
    X(entry_hardlink)                                                                                                  \
    X(entry_is_encrypted)                                                                                              \
    X(entry_new)                                                                                                       \
    X(entry_pathname)                                                                                                  \
    X(entry_pathname_utf8)                                                                                             \
    X(entry_set_filetype)                                                                                              \
    X(entry_set_gid)                                                                                                   \
    X(entry_set_mtime)                                                                                                 \
    X(entry_set_pathname)                                                                                              \
    X(entry_set_perm)                                                                                                  \
    X(entry_set_size)                                                                                                  \
    X(entry_set_uid)                                                                                                   \
    X(error_string)                                                                                                    \
    X(read_data)                                                                                                       \
    X(read_free)                                                                                                       \
    X(read_new)                                                                                                        \
    X(read_next_header)                                                                                                \
    X(read_open)                                                                                                       \
    X(read_open_fd)                                                                                                    \
    X(read_open_filename)                                                                                              \
    X(read_support_filter_zstd)                                                                                        \
    X(read_support_format_raw)                                                                                         \
    X(read_support_format_tar)                                                                                         \
    X(read_support_format_zip)                                                                                         \
    X(read_support_format_zip_seekable)                                                                                \
    X(set_error)                                                                                                       \
    X(write_add_filter_zstd)                                                                                           \
    X(write_close)                                                                                                     \
    X(write_data)                                                                                                      \
    X(write_finish_entry)                                                                                              \
    X(write_free)                                                                                                      \
    X(write_header)                                                                                                    \
    X(write_new)                                                                                                       \
    X(write_open)                                                                                                      \
    X(write_open2)                                                                                                     \
    X(write_set_bytes_in_last_block)                                                                                   \
    X(write_set_filter_option)                                                                                         \
    X(write_set_format_option)                                                                                         \
    X(write_set_format_pax_restricted)                                                                                 \
    X(write_set_format_zip)

struct tie_la {
#define TIE_LA_MEMBER(name) __typeof__(archive_##name) *name;
    TIE_LA_FUNCTIONS(TIE_LA_MEMBER)
#undef TIE_LA_MEMBER
};

extern struct tie_la tie_la; /* all NULL before tie_la_load() */

/* Before the first call; again is fine, from any thread. TIE_CONFIG: not installed, or too old. */
TIE_MUST_CHECK enum tie_status tie_la_load(struct tie_error *err);

#endif
