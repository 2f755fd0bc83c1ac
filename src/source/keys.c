/*
 * keys.c - primary keys seen so far: exact, with about 12 bytes of memory a key.
 *
 * The keys themselves lie in a file of the work folder, one record behind the other:
 *
 *     | size u32 | part u32 | source_row u64 | size bytes of key |
 *
 * In memory is a table of 64-bit slots: 24 bits of the key's hash and a 40-bit offset into the file (+ 1; 0 is free).
 * A slot whose 24 bits fit is verified against the file, so a collision costs one read and never a wrong answer. The
 * table doubles at 3/4 full; it is then filled again from the file, which lies in the page cache.
 *
 * Limit: 2^40 bytes of keys (1 TiB). Rejected: full keys in memory (5 to 10 times as much), hashes alone (a collision
 * would reject a good row), a sort afterwards (a row can't be taken out of a frame again).
 */
#include "driver.h"

#include "tieout/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WRITE_BYTES = 1 << 16, WINDOW_BYTES = 1 << 18, FIRST_SLOTS = 1 << 12, OFFSET_BITS = 40 };

struct record {
    uint32_t size, part;
    uint64_t source_row;
};
_Static_assert(sizeof(struct record) == 16, "the record on disk has no gaps");

struct tie_keys {
    char *path;
    int fd;
    uint64_t flushed; /* bytes in the file; behind them lies `pending` */
    unsigned char *pending;
    size_t pending_size;
    unsigned char *window; /* bytes of the file read ahead, while it is read from end to end; else NULL */
    uint64_t window_at;
    size_t window_size;
    uint64_t *slots;
    uint64_t room, count;
    struct tie_buf scratch;
};

static uint64_t end_of(const struct tie_keys *keys)
{
    return keys->flushed + keys->pending_size;
}

enum tie_status tie_keys_flush(struct tie_keys *keys, struct tie_error *err)
{
    size_t done = 0;

    while (done < keys->pending_size) {
        const ssize_t wrote = pwrite(
            keys->fd, keys->pending + done, keys->pending_size - done, (off_t)(keys->flushed + done));

        if (wrote < 0 && errno != EINTR)
            return tie_fail_os(err, TIE_IO, errno, "write", keys->path);
        done += wrote > 0 ? (size_t)wrote : 0;
    }
    keys->flushed += done;
    keys->pending_size = 0;
    return TIE_OK;
}

/* Makes the window begin at `offset`; what is not in the file yet is not in it. */
static enum tie_status move_window(struct tie_keys *keys, uint64_t offset, struct tie_error *err)
{
    ssize_t got = -1;

    do
        got = pread(keys->fd, keys->window, WINDOW_BYTES, (off_t)offset);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return tie_fail_os(err, TIE_IO, errno, "read", keys->path);
    keys->window_at = offset;
    keys->window_size = (size_t)got;
    return TIE_OK;
}

static enum tie_status read_at(struct tie_keys *keys, uint64_t offset, void *to, size_t size, struct tie_error *err)
{
    size_t done = 0;

    if (offset >= keys->flushed) { /* a record never lies across: it is flushed whole */
        memcpy(to, keys->pending + (offset - keys->flushed), size);
        return TIE_OK;
    }
    if (keys->window != NULL && (offset < keys->window_at || offset + size > keys->window_at + keys->window_size)) {
        const enum tie_status status = move_window(keys, offset, err);

        if (status != TIE_OK)
            return status;
    }
    if (keys->window != NULL && size <= keys->window_size) {
        memcpy(to, keys->window + (offset - keys->window_at), size);
        return TIE_OK;
    }
    while (done < size) {
        const ssize_t got = pread(keys->fd, (char *)to + done, size - done, (off_t)(offset + done));

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return tie_fail_os(err, TIE_IO, got < 0 ? errno : EIO, "read", keys->path);
        done += (size_t)got;
    }
    return TIE_OK;
}

/* Key of the record at `offset` into scratch. */
static enum tie_status read_key(struct tie_keys *keys, uint64_t offset, struct record *record, struct tie_error *err)
{
    char piece[512];
    enum tie_status status = read_at(keys, offset, record, sizeof *record, err);

    tie_buf_reset(&keys->scratch);
    for (size_t done = 0; status == TIE_OK && done < record->size;) {
        const size_t size = record->size - done < sizeof piece ? record->size - done : sizeof piece;

        status = read_at(keys, offset + sizeof *record + done, piece, size, err);
        tie_buf_put(&keys->scratch, piece, size);
        done += size;
    }
    return status;
}

static uint64_t slot_value(uint64_t hash, uint64_t offset)
{
    return (hash >> OFFSET_BITS << OFFSET_BITS) | (offset + 1);
}

static uint64_t slot_offset(uint64_t slot)
{
    return (slot & ((UINT64_C(1) << OFFSET_BITS) - 1)) - 1;
}

static void insert(struct tie_keys *keys, uint64_t hash, uint64_t offset)
{
    uint64_t at = hash & (keys->room - 1);

    while (keys->slots[at] != 0)
        at = (at + 1) & (keys->room - 1);
    keys->slots[at] = slot_value(hash, offset);
    keys->count++;
}

/* An empty table of `room` slots, filled with the records before `end`. */
static enum tie_status rebuild(struct tie_keys *keys, uint64_t room, uint64_t end, struct tie_error *err)
{
    uint64_t *slots = calloc(room, sizeof *slots);
    struct record record = { 0, 0, 0 };
    enum tie_status status = TIE_OK;

    if (slots == NULL)
        return tie_fail(err, TIE_CONFIG, "no memory for %llu primary keys; raise memory of the source",
            (unsigned long long)keys->count);
    free(keys->slots);
    keys->slots = slots;
    keys->room = room;
    keys->count = 0;
    keys->window = malloc(WINDOW_BYTES); /* without it the same is read more slowly */
    keys->window_size = 0;
    for (uint64_t offset = 0; offset < end && status == TIE_OK; offset += sizeof record + record.size) {
        status = read_key(keys, offset, &record, err);
        if (status == TIE_OK)
            insert(keys, tie_hash_text(tie_buf_slice(&keys->scratch)), offset);
    }
    free(keys->window);
    keys->window = NULL;
    return status;
}

enum tie_status tie_keys_create(const char *path, struct tie_keys **out, struct tie_error *err)
{
    struct tie_keys *keys = calloc(1, sizeof *keys);
    enum tie_status status = TIE_OK;

    *out = keys;
    if (keys == NULL)
        return tie_fail(err, TIE_CONFIG, "no memory for primary keys; raise memory of the source");
    tie_buf_init(&keys->scratch, SIZE_MAX);
    keys->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (keys->fd < 0)
        return tie_fail_os(err, TIE_CANTCREATE, errno, "create", path);
    keys->path = strdup(path);
    keys->pending = malloc(WRITE_BYTES);
    if (keys->path == NULL || keys->pending == NULL)
        status = tie_fail(err, TIE_CONFIG, "no memory for primary keys; raise memory of the source");
    else
        status = rebuild(keys, FIRST_SLOTS, 0, err);
    return status;
}

static enum tie_status append(
    struct tie_keys *keys, struct tie_text key, struct tie_key_place place, struct tie_error *err)
{
    const struct record record = { (uint32_t)key.size, place.part, place.source_row };
    const size_t need = sizeof record + key.size;
    enum tie_status status = TIE_OK;

    if (keys->pending_size + need > WRITE_BYTES)
        status = tie_keys_flush(keys, err);
    if (status != TIE_OK)
        return status;
    TIE_ASSERT(need <= WRITE_BYTES); /* at most 40 parts of 4,000 bytes never meet in a key: ids have 64 */
    memcpy(keys->pending + keys->pending_size, &record, sizeof record);
    memcpy(keys->pending + keys->pending_size + sizeof record, key.at, key.size);
    keys->pending_size += need;
    return TIE_OK;
}

enum tie_status tie_keys_put(struct tie_keys *keys, struct tie_text key, struct tie_key_place place, bool *is_new,
    struct tie_key_place *first, struct tie_error *err)
{
    const uint64_t hash = tie_hash_text(key), offset = end_of(keys);
    enum tie_status status = TIE_OK;

    *is_new = false;
    for (uint64_t at = hash & (keys->room - 1); keys->slots[at] != 0; at = (at + 1) & (keys->room - 1)) {
        struct record record = { 0, 0, 0 };

        if (keys->slots[at] >> OFFSET_BITS != hash >> OFFSET_BITS)
            continue;
        TIE_TRY(read_key(keys, slot_offset(keys->slots[at]), &record, err));
        if (tie_text_equal(tie_buf_slice(&keys->scratch), key)) {
            *first = (struct tie_key_place){ record.part, record.source_row };
            return TIE_OK;
        }
    }
    *is_new = true;
    TIE_TRY(append(keys, key, place, err));
    insert(keys, hash, offset);
    if (keys->count > keys->room / 4 * 3)
        status = rebuild(keys, keys->room * 2, end_of(keys), err);
out:
    return status;
}

enum tie_status tie_keys_import(struct tie_keys *keys, const char *path, struct tie_error *err)
{
    struct tie_keys other = { .path = NULL, .fd = open(path, O_RDONLY | O_CLOEXEC) };
    const off_t size = other.fd < 0 ? 0 : lseek(other.fd, 0, SEEK_END);
    struct record record = { 0, 0, 0 };
    struct tie_key_place first;
    enum tie_status status = TIE_OK;
    bool is_new = false;

    if (other.fd < 0)
        return tie_fail_os(err, TIE_IO, errno, "open", path);
    tie_buf_init(&other.scratch, SIZE_MAX);
    other.flushed = size > 0 ? (uint64_t)size : 0;
    other.path = keys->path;
    other.window = malloc(WINDOW_BYTES);
    for (uint64_t offset = 0; offset < other.flushed; offset += sizeof record + record.size) {
        TIE_TRY(read_key(&other, offset, &record, err));
        TIE_TRY(tie_keys_put(keys, tie_buf_slice(&other.scratch),
            (struct tie_key_place){ record.part, record.source_row }, &is_new, &first, err));
    }
out:
    tie_buf_release(&other.scratch);
    free(other.window);
    close(other.fd);
    return status;
}

uint64_t tie_keys_mark(const struct tie_keys *keys)
{
    return end_of(keys);
}

enum tie_status tie_keys_back_to(struct tie_keys *keys, uint64_t mark, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    TIE_ASSERT(mark <= end_of(keys));
    if (mark == end_of(keys))
        return TIE_OK;
    TIE_TRY(tie_keys_flush(keys, err));
    if (ftruncate(keys->fd, (off_t)mark) != 0)
        return tie_fail_os(err, TIE_IO, errno, "cut", keys->path);
    keys->flushed = mark;
    status = rebuild(keys, keys->room, mark, err);
out:
    return status;
}

void tie_keys_close(struct tie_keys *keys)
{
    if (keys == NULL)
        return;
    if (keys->fd >= 0)
        close(keys->fd);
    tie_buf_release(&keys->scratch);
    free(keys->pending);
    free(keys->slots);
    free(keys->path);
    free(keys);
}
