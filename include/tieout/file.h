/*
 * file.h - files and folders: whole reads, checked streams, atomic replacement, safe removal.
 *
 * Paths are bytes, zero-ended. Sizes are bytes. Every descriptor is close-on-exec.
 * Errors: every text names the path, what was tried and what to do. A missing file is TIE_NOINPUT, a forbidden one
 * TIE_DENIED, what can't be created TIE_CANTCREATE, a full disk (ENOSPC, EDQUOT, EFBIG) TIE_IO with the words "disk
 * full", else TIE_IO. Ownership: what is read lies in the caller's arena; struct tie_out and struct tie_new_file own
 * memory and descriptors until released. Threads: one struct belongs to one thread at a time.
 */
#ifndef TIEOUT_FILE_H
#define TIEOUT_FILE_H

#include "tieout/digest.h"

/* Writing to a pipe nobody reads, or past a file size limit, must be an error return and not the end of the process.
 * Call once at start, before any other function of io. */
void tie_io_ignore_signals(void);

/* Fills err with "cannot <doing> <path>: <why>; <what to do>" and a status after the errno value; `fallback` where the
 * table of file.c has no row for it. */
enum tie_status tie_fail_os(
    struct tie_error *err, enum tie_status fallback, int os_error, const char *doing, const char *path);

/* ---- paths: text only, the disk is not asked ---- */
char *tie_path_join(struct tie_arena *arena, const char *folder, const char *name); /* an absolute name stands alone */
char *tie_path_folder(struct tie_arena *arena, const char *path);                   /* "." when it has none */
const char *tie_path_name(const char *path);                                        /* behind the last '/' */
/* A relative path is relative to the file that names it. */
char *tie_path_beside(struct tie_arena *arena, const char *naming_file, const char *path);

/* ---- reading ---- */
/* The whole file, zero-ended behind its last byte. Longer than max_bytes: TIE_DATA. A folder or device: TIE_IO. */
TIE_MUST_CHECK enum tie_status tie_file_read(
    struct tie_arena *arena, const char *path, size_t max_bytes, struct tie_text *bytes, struct tie_error *err);
/* All of a descriptor up to its end, for pipes; `name` stands in the error texts. */
TIE_MUST_CHECK enum tie_status tie_fd_read(
    struct tie_arena *arena, int fd, const char *name, size_t max_bytes, struct tie_text *bytes, struct tie_error *err);
TIE_MUST_CHECK enum tie_status tie_file_sha256(const char *path, char hex[TIE_SHA256_HEX], struct tie_error *err);

/* ---- a buffered stream over a descriptor that it does not own ---- */
struct tie_out {
    int fd;
    const char *name; /* in error texts; borrowed */
    unsigned char *buffer;
    size_t used;
    uint64_t bytes;          /* put so far */
    bool is_lasting;         /* will be synced: the disk begins early, so that nobody waits for all of it at the end */
    uint64_t written, begun; /* bytes; those that the disk was asked for */
    bool has_digest;
    struct tie_sha256 sha;
    struct tie_error error; /* the first failure; puts after it do nothing. error.status is TIE_OK until then */
};

void tie_out_init(struct tie_out *out, int fd, const char *name, bool with_digest);
void tie_out_release(struct tie_out *out); /* drops what was not flushed; the descriptor stays open */
void tie_out_put(struct tie_out *out, const void *bytes, size_t size);
void tie_out_text(struct tie_out *out, const char *zero_ended);
void tie_out_char(struct tie_out *out, char c);
void tie_out_printf(struct tie_out *out, const char *format, ...) TIE_PRINTF(2, 3);       /* any length */
TIE_MUST_CHECK enum tie_status tie_out_flush(struct tie_out *out, struct tie_error *err); /* tells the first failure */
void tie_out_sha256(struct tie_out *out, char hex[TIE_SHA256_HEX]); /* of all bytes put; ends the digest, call once */

/* ---- a new file that appears whole or not at all ---- */
struct tie_new_file {
    struct tie_out out; /* put here */
    char *path;
    char *temp; /* beside the target; NULL when nothing is pending */
    int fd;
};

/* `mode` as for open(2), subject to the umask. */
TIE_MUST_CHECK enum tie_status tie_new_file_open(
    struct tie_new_file *file, const char *path, unsigned mode, bool with_digest, struct tie_error *err);
/* Flush, fsync, rename, fsync of the folder. On failure the target is as before and the temporary file is gone. */
TIE_MUST_CHECK enum tie_status tie_new_file_commit(struct tie_new_file *file, struct tie_error *err);
void tie_new_file_release(struct tie_new_file *file); /* always call; before commit it discards */
/* open, put, commit in one. */
TIE_MUST_CHECK enum tie_status tie_file_write(const char *path, struct tie_text bytes, struct tie_error *err);
/* Appends and fsyncs; made when missing. A write that fails half-way is cut off again. */
TIE_MUST_CHECK enum tie_status tie_file_append(const char *path, struct tie_text bytes, struct tie_error *err);

/* ---- folders ---- */
enum tie_entry_kind { TIE_ENTRY_NONE, TIE_ENTRY_FILE, TIE_ENTRY_FOLDER, TIE_ENTRY_LINK, TIE_ENTRY_OTHER };

struct tie_entry {
    const char *name;
    enum tie_entry_kind kind; /* a link is a link, whatever it points at */
};

struct tie_entries {
    struct tie_entry *at;
    size_t count, room;
};

enum tie_entry_kind tie_path_kind(const char *path); /* NONE when it can't be seen */
TIE_MUST_CHECK enum tie_status tie_folder_make(
    const char *path, struct tie_error *err); /* with all parents; mode 0777 & ~umask */
/* From now on whoever calls tie_folder_make waits for the end of the process: a tree that is removed stays removed,
 * whatever other threads are about to write. Waits for the one that is being made; call once, before the end. */
void tie_folders_are_final(void);
/* Names in byte order, without "." and "..". */
TIE_MUST_CHECK enum tie_status tie_folder_list(
    struct tie_arena *arena, const char *path, struct tie_entries *entries, struct tie_error *err);
TIE_MUST_CHECK enum tie_status tie_folder_sync(const char *path, struct tie_error *err);
/* Removes a file or a tree; links are removed, never followed. Nothing there: done. Deeper than 64 folders is refused.
 */
TIE_MUST_CHECK enum tie_status tie_tree_remove(const char *path, struct tie_error *err);
/* rename(2), then fsync of the folder of `to`. */
TIE_MUST_CHECK enum tie_status tie_path_rename(const char *from, const char *to, struct tie_error *err);
/* Makes `link_path` a symbolic link to `target`, replacing what link stood there in one step. */
TIE_MUST_CHECK enum tie_status tie_link_replace(const char *target, const char *link_path, struct tie_error *err);
/* TIE_IO with "disk full" when the file system of `path` has less than `need_bytes` free for us. */
TIE_MUST_CHECK enum tie_status tie_disk_require(const char *path, uint64_t need_bytes, struct tie_error *err);

#endif
