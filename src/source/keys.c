/*
 * keys.c - primary keys seen so far: exact, with a bit a key where they were counted up, none while they ascend, else
 * with about 12 bytes a key.
 *
 * Most keys are numbers that somebody counted up: they are bits (key_bits.c). Of the others, a key above the greatest
 * so far is new, and nothing is looked up. The first one that is not, and the first bit that was set already, make a
 * table of all, and from there on every key is looked up.
 *
 * The keys themselves lie in a file of the work folder, one record behind the other:
 *
 *     | size u16 | part u16 | source_row u32 | size bytes of key | zeros up to a multiple of 8 |
 *
 * The table is of 64-bit slots: the upper 27 bits of the key's hash and a 37-bit offset into the file, in words of
 * eight bytes (+ 1; 0 is free). A slot whose 27 bits fit is verified against the file, so a collision costs one read
 * and never a wrong answer. A key's place is by the uppermost bits of its hash, which the slot holds too: so a table
 * that is 3/4 full doubles in one pass from one end to the other, without a look at the keys. A large one is filled
 * again from the file, because for two of them there may be no memory. A table is far larger than any cache, so a
 * caller tells ahead which key will come.
 *
 * Limit: 2^40 bytes of keys (1 TiB). Rejected: full keys in memory (5 to 10 times as much), hashes alone (a collision
 * would reject a good row), a sort afterwards (a row can't be taken out of a frame again).
 */
#include "driver.h"
#include "key_bits.h"

#include "tieout/arena.h"
#include "tieout/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WRITE_BYTES = 1 << 16, WINDOW_BYTES = 1 << 18, FIRST_SLOTS = 1 << 12, OFFSET_BITS = 37, WORD_BYTES = 8 };
enum { DOUBLED_SLOTS_MAX = 1 << 22 }; /* 32 MiB */
_Static_assert(2 * DOUBLED_SLOTS_MAX <= 1 << (64 - OFFSET_BITS), "a slot holds the bits of its place");
enum { AHEAD = 16 };

struct record {
    uint16_t size, part;
    uint32_t source_row;
};
_Static_assert(sizeof(struct record) == WORD_BYTES, "the record on disk has no gaps");

struct tie_keys {
    char *path;
    int fd;
    uint64_t flushed; /* bytes in the file; behind them lies `pending` */
    unsigned char *pending;
    size_t pending_size;
    unsigned char *window; /* bytes of the file read ahead, while it is walked from end to end; else NULL */
    uint64_t window_at;
    size_t window_size;
    uint64_t *slots;           /* NULL: all keys are in `bits`, or ascend; `last` is the greatest of these */
    struct tie_key_bits *bits; /* NULL: there are slots */
    uint64_t room, count;      /* room: a power of two */
    bool has_last;
    unsigned shift; /* of a hash to its place */
    struct tie_buf last;
    struct tie_buf scratch;
};

static enum tie_status no_memory(struct tie_error *err)
{
    return tie_fail(err, TIE_CONFIG, "no memory for primary keys; raise memory of the source");
}

static uint64_t record_bytes(size_t key_size)
{
    return (sizeof(struct record) + key_size + WORD_BYTES - 1) / WORD_BYTES * WORD_BYTES;
}

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

static bool in_window(const struct tie_keys *keys, uint64_t offset, size_t size)
{
    return offset >= keys->window_at && offset + size <= keys->window_at + keys->window_size;
}

/* The record at `offset` where it lies, for a walk from end to end: in the window, which follows, or still pending. */
static enum tie_status walk(
    struct tie_keys *keys, uint64_t offset, struct record *record, struct tie_text *key, struct tie_error *err)
{
    const unsigned char *at = keys->window;
    size_t need = sizeof *record;
    enum tie_status status = TIE_OK;

    if (offset >= keys->flushed)
        at = keys->pending + (offset - keys->flushed);
    for (int step = 0; offset < keys->flushed && step < 2; step++) { /* its head tells its size */
        if (!in_window(keys, offset, need))
            TIE_TRY(move_window(keys, offset, err));
        if (!in_window(keys, offset, need))
            return tie_fail_os(err, TIE_IO, EIO, "read", keys->path);
        at = keys->window + (offset - keys->window_at);
        memcpy(record, at, sizeof *record);
        need = sizeof *record + record->size;
    }
    memcpy(record, at, sizeof *record);
    *key = (struct tie_text){ (const char *)at + sizeof *record, record->size };
out:
    return status;
}

static enum tie_status read_at(struct tie_keys *keys, uint64_t offset, void *to, size_t size, struct tie_error *err)
{
    size_t done = 0;

    if (offset >= keys->flushed) { /* a record never lies across: it is flushed whole */
        memcpy(to, keys->pending + (offset - keys->flushed), size);
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
    return (hash >> OFFSET_BITS << OFFSET_BITS) | (offset / WORD_BYTES + 1);
}

static uint64_t slot_offset(uint64_t slot)
{
    return ((slot & ((UINT64_C(1) << OFFSET_BITS) - 1)) - 1) * WORD_BYTES;
}

static void insert(struct tie_keys *keys, uint64_t hash, uint64_t slot)
{
    uint64_t at = hash >> keys->shift;

    while (keys->slots[at] != 0)
        at = (at + 1) & (keys->room - 1);
    keys->slots[at] = slot;
    keys->count++;
}

static void insert_record(struct tie_keys *keys, uint64_t hash, uint64_t offset)
{
    insert(keys, hash, slot_value(hash, offset));
}

/* Slots for twice as many keys. */
static uint64_t room_for(uint64_t count)
{
    uint64_t room = FIRST_SLOTS;

    while (room / 2 < count)
        room *= 2;
    return room;
}

/* The slots are far apart, so each is fetched some records before it is filled. */
static enum tie_status fill(struct tie_keys *keys, uint64_t end, struct tie_error *err)
{
    struct {
        uint64_t hash, offset;
    } ahead[AHEAD];
    struct record record = { 0, 0, 0 };
    struct tie_text key = { "", 0 };
    uint64_t seen = 0;
    enum tie_status status = TIE_OK;

    for (uint64_t offset = 0; offset < end; offset += record_bytes(record.size), seen++) {
        TIE_TRY(walk(keys, offset, &record, &key, err));
        if (seen >= AHEAD)
            insert_record(keys, ahead[seen % AHEAD].hash, ahead[seen % AHEAD].offset);
        ahead[seen % AHEAD].hash = tie_hash_text(key);
        ahead[seen % AHEAD].offset = offset;
        __builtin_prefetch(&keys->slots[ahead[seen % AHEAD].hash >> keys->shift], 1);
    }
    for (uint64_t i = seen < AHEAD ? 0 : seen - AHEAD; i < seen; i++)
        insert_record(keys, ahead[i % AHEAD].hash, ahead[i % AHEAD].offset);
out:
    return status;
}

/* An empty table of `room` slots, in place of the one there may be. */
static enum tie_status new_slots(struct tie_keys *keys, uint64_t room, struct tie_error *err)
{
    keys->slots = calloc(room, sizeof *keys->slots);
    if (keys->slots == NULL)
        return tie_fail(err, TIE_CONFIG, "no memory for %llu primary keys; raise memory of the source",
            (unsigned long long)keys->count);
    tie_use_huge_pages(keys->slots, room * sizeof *keys->slots);
    keys->room = room;
    keys->shift = 64 - (unsigned)__builtin_ctzll(room);
    keys->count = 0;
    return TIE_OK;
}

/* A table of `room` slots, filled with the records before `end`. */
static enum tie_status rebuild(struct tie_keys *keys, uint64_t room, uint64_t end, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    free(keys->slots);
    tie_key_bits_free(keys->bits);
    keys->bits = NULL;
    TIE_TRY(new_slots(keys, room, err));
    keys->window = malloc(WINDOW_BYTES);
    keys->window_size = 0;
    status = keys->window == NULL ? no_memory(err) : fill(keys, end, err);
out:
    free(keys->window);
    keys->window = NULL;
    return status;
}

/* A slot holds the bits of its hash that decide its place in a table of this size. */
static enum tie_status grow(struct tie_keys *keys, struct tie_error *err)
{
    uint64_t *const old = keys->slots;
    const uint64_t room = keys->room;
    enum tie_status status = TIE_OK;

    if (room >= DOUBLED_SLOTS_MAX)
        return rebuild(keys, room * 2, end_of(keys), err);
    status = new_slots(keys, room * 2, err);
    for (uint64_t at = 0; status == TIE_OK && at < room; at++)
        if (old[at] != 0)
            insert(keys, old[at], old[at]);
    free(old);
    return status;
}

enum tie_status tie_keys_create(const char *path, struct tie_keys **out, struct tie_error *err)
{
    struct tie_keys *keys = calloc(1, sizeof *keys);
    enum tie_status status = TIE_OK;

    *out = keys;
    if (keys == NULL)
        return no_memory(err);
    tie_buf_init(&keys->scratch, SIZE_MAX);
    tie_buf_init(&keys->last, SIZE_MAX);
    keys->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (keys->fd < 0)
        return tie_fail_os(err, TIE_CANTCREATE, errno, "create", path);
    keys->path = strdup(path);
    keys->pending = malloc(WRITE_BYTES);
    keys->bits = tie_key_bits_new();
    if (keys->path == NULL || keys->pending == NULL || keys->bits == NULL)
        status = no_memory(err);
    return status;
}

static enum tie_status append(
    struct tie_keys *keys, struct tie_text key, struct tie_key_place place, struct tie_error *err)
{
    const struct record record = { (uint16_t)key.size, (uint16_t)place.part, (uint32_t)place.source_row };
    const size_t need = record_bytes(key.size);
    enum tie_status status = TIE_OK;

    if (keys->pending_size + need > WRITE_BYTES)
        status = tie_keys_flush(keys, err);
    if (status != TIE_OK)
        return status;
    TIE_ASSERT(need <= WRITE_BYTES); /* at most 40 parts of 4,000 bytes never meet in a key: ids have 64 */
    TIE_ASSERT(place.part <= UINT16_MAX && place.source_row <= UINT32_MAX);
    memset(keys->pending + keys->pending_size + need - WORD_BYTES, 0, WORD_BYTES);
    memcpy(keys->pending + keys->pending_size, &record, sizeof record);
    memcpy(keys->pending + keys->pending_size + sizeof record, key.at, key.size);
    keys->pending_size += need;
    return TIE_OK;
}

struct tie_key_ahead tie_keys_expect(const struct tie_keys *keys, struct tie_text key)
{
    uint64_t hash = 0;

    if (keys->slots == NULL)
        return (struct tie_key_ahead){ false, tie_key_bits_place(keys->bits, key) };
    hash = tie_hash_text(key);
    __builtin_prefetch(&keys->slots[hash >> keys->shift]);
    return (struct tie_key_ahead){ true, hash };
}

/* Whether a key is known to be new without a look at any other; `place`: of its bit. */
static bool is_surely_new(struct tie_keys *keys, struct tie_text key, uint64_t place)
{
    const enum tie_key_bit bit = tie_key_bits_put(keys->bits, place);

    if (bit != TIE_KEY_UNFIT)
        return bit == TIE_KEY_NEW;
    if (keys->has_last && tie_text_compare(key, tie_buf_slice(&keys->last)) <= 0)
        return false;
    keys->has_last = true;
    tie_buf_reset(&keys->last);
    tie_buf_put(&keys->last, key.at, key.size);
    return true;
}

enum tie_status tie_keys_put(struct tie_keys *keys, struct tie_text key, struct tie_key_ahead ahead,
    struct tie_key_place place, bool *is_new, struct tie_key_place *first, struct tie_error *err)
{
    const uint64_t offset = end_of(keys);
    uint64_t hash = 0;
    enum tie_status status = TIE_OK;

    if (keys->slots == NULL && is_surely_new(keys, key, ahead.at)) {
        *is_new = true;
        TIE_TRY(append(keys, key, place, err));
        keys->count++;
        return keys->last.failed ? no_memory(err) : TIE_OK;
    }
    if (keys->slots == NULL)
        TIE_TRY(rebuild(keys, room_for(keys->count), end_of(keys), err));
    hash = ahead.is_hash ? ahead.at : tie_hash_text(key); /* a key before it may have made the table */
    *is_new = false;
    for (uint64_t at = hash >> keys->shift; keys->slots[at] != 0; at = (at + 1) & (keys->room - 1)) {
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
    insert_record(keys, hash, offset);
    if (keys->count > keys->room / 4 * 3)
        status = grow(keys, err);
out:
    return status;
}

enum tie_status tie_keys_import(struct tie_keys *keys, const char *path, struct tie_error *err)
{
    struct tie_keys other = { .path = NULL, .fd = open(path, O_RDONLY | O_CLOEXEC) };
    const off_t size = other.fd < 0 ? 0 : lseek(other.fd, 0, SEEK_END);
    struct record record = { 0, 0, 0 };
    struct tie_text key = { "", 0 };
    struct tie_key_place first;
    enum tie_status status = TIE_OK;
    bool is_new = false;

    if (other.fd < 0)
        return tie_fail_os(err, TIE_IO, errno, "open", path);
    other.flushed = size > 0 ? (uint64_t)size : 0;
    other.path = keys->path;
    other.window = malloc(WINDOW_BYTES);
    if (other.window == NULL)
        TIE_TRY(no_memory(err));
    for (uint64_t offset = 0; offset < other.flushed; offset += record_bytes(record.size)) {
        TIE_TRY(walk(&other, offset, &record, &key, err));
        TIE_TRY(tie_keys_put(keys, key, tie_keys_expect(keys, key),
            (struct tie_key_place){ record.part, record.source_row }, &is_new, &first, err));
    }
out:
    free(other.window);
    close(other.fd);
    return status;
}

static enum tie_status forget_all(struct tie_keys *keys, struct tie_error *err)
{
    free(keys->slots);
    keys->slots = NULL;
    keys->room = keys->count = 0;
    keys->has_last = false;
    tie_key_bits_free(keys->bits);
    keys->bits = tie_key_bits_new();
    return keys->bits == NULL ? no_memory(err) : TIE_OK;
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
    status = mark > 0 ? rebuild(keys, room_for(keys->count), mark, err) : forget_all(keys, err);
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
    tie_buf_release(&keys->last);
    free(keys->pending);
    tie_key_bits_free(keys->bits);
    free(keys->slots);
    free(keys->path);
    free(keys);
}
