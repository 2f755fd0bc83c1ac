/*
 * headers.c - invoice headers follow their lines: which shards each of them visits.
 *
 * A join of headers and lines by document. The headers' ids go into one table of 8 bytes a slot: a part of the hash,
 * and where the header lies. Then the lines are walked shard by shard, by several threads: of each chunk the different
 * documents, in batches, so that the table's slots are on their way while the next ids are hashed. What is found is
 * marked in a bitmap of all headers; a sweep over it gives the shard's headers sorted and each once, four bytes each.
 * A table that would be too large is cut by the hash into passes, and the lines are walked once a pass.
 *
 * Invariant: a slot is believed only when the texts are equal, so neither the hash nor a part of it decides anything.
 * Which slot a header gets depends on the threads, what is found does not: every slot up to a free one is looked at.
 * Memory: the table (at most half of the limit), a bit a header and thread; 4 bytes a visit until the headers have
 * been dealt (deal.c), kept is a bit a header.
 * Rejected: a record a header with its text (40 bytes; the text is in the frame), partitioning headers and lines by
 * hash (two copies of both to spare one miss of the cache, which the batches hide), headers sent to shards while they
 * are read (their lines may come later, from another source).
 */
#include "homes.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define ROW_BITS 12
_Static_assert(1u << ROW_BITS >= TIE_CHUNK_ROWS_MAX, "a row within its chunk");
#define ROW_MASK ((1u << ROW_BITS) - 1)
#define CHUNKS_MAX ((size_t)1 << (32 - ROW_BITS))
#define BATCH 64
#define PASSES_MAX 256

struct header_ids { /* ids of the headers of one chunk, checked when they went into the table */
    const void *ids;
    bool is_long;
    const uint32_t *offsets;
    const char *texts;
};

struct shared {
    const struct tie_frames *frames;
    struct tie_homes *homes;
    int header_id, line_id; /* column inv_id of both */
    unsigned pass, passes;
    const struct header_ids *ids; /* [chunk_count] */
    size_t mask, word_count;
    _Atomic uint64_t *slots; /* 0: free; else a tag above chunk and row + 1 */
    const uint64_t *table;   /* the same, when all are in it */
    atomic_size_t inserted, next;
    atomic_bool failed;
    pthread_mutex_t keep_lock;
};

struct asked {
    struct tie_text inv_id;
    uint64_t hash;
};

struct worker;
typedef enum tie_status do_task(struct worker *w, size_t task, struct tie_error *err);

struct worker {
    pthread_t thread;
    struct shared *shared;
    do_task *task;
    size_t task_count;
    uint64_t *marks, *with_lines; /* [word_count] of the shard at hand; of all shards */
    uint64_t *marked;             /* a bit a word of marks: it is not 0 */
    uint64_t *seen;               /* a bit a text of the chunk at hand */
    size_t seen_words, batch_count;
    struct asked batch[BATCH];
    enum tie_status status;
    struct tie_error error;
};

/* ---- the table ---- */

static bool in_pass(const struct shared *s, uint64_t hash)
{
    return (hash >> 32) * s->passes >> 32 == s->pass;
}

/* Low bits choose the slot, the middle ones are the tag, the high ones chose the pass. */
static uint64_t tag_of(uint64_t hash)
{
    return hash >> 16 << 32;
}

static struct tie_text text_at(const struct shared *s, uint32_t at)
{
    const struct header_ids *const chunk = &s->ids[at >> ROW_BITS];
    const uint32_t id = chunk->ids == NULL ? 0 : tie_id_at(chunk->ids, chunk->is_long, at & ROW_MASK);

    if (id == 0)
        return TIE_TEXT("");
    /* without its zero */
    return (struct tie_text){ chunk->texts + chunk->offsets[id], chunk->offsets[id + 1] - chunk->offsets[id] - 1 };
}

static void insert(const struct shared *s, uint64_t hash, uint32_t at)
{
    for (size_t slot = (size_t)hash & s->mask;; slot = (slot + 1) & s->mask) {
        uint64_t free_slot = 0;
        if (atomic_compare_exchange_strong_explicit(&s->slots[slot], &free_slot, tag_of(hash) | (uint64_t)(at + 1),
                memory_order_relaxed, memory_order_relaxed))
            return;
    }
}

static enum tie_status insert_chunk(struct worker *w, size_t task, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct shared *const s = w->shared;
    const struct tie_header_chunk *const place = &s->homes->headers.chunks[task];
    struct tie_chunk chunk;

    TIE_TRY(tie_chunk_open(s->frames->at[place->frame], place->chunk, &chunk, err));
    for (uint32_t row = 0; row < chunk.rows;) {
        const uint32_t end = chunk.rows - row < BATCH ? chunk.rows : row + BATCH;
        uint64_t hashes[BATCH];
        uint32_t at[BATCH], count = 0;
        for (; row < end; row++) {
            const uint64_t hash = tie_hash_text(
                tie_chunk_dict(&chunk, tie_chunk_id(&chunk, (size_t)s->header_id, row)));
            if (!in_pass(s, hash))
                continue;
            __builtin_prefetch(s->table + ((size_t)hash & s->mask), 1);
            hashes[count] = hash;
            at[count++] = (uint32_t)(task << ROW_BITS) | row;
        }
        if (atomic_fetch_add_explicit(&s->inserted, count, memory_order_relaxed) + count > s->mask / 8 * 7)
            TIE_TRY(tie_links_room(&s->homes->links, SIZE_MAX / 2, err)); /* never by chance: the pass has half */
        for (uint32_t i = 0; i < count; i++)
            insert(s, hashes[i], at[i]);
    }
    TIE_TRY(tie_chunk_check(&chunk, err));
out:
    return status;
}

/* ---- lines ---- */

/* The texts that the batch will be compared with are on their way: what leads to them is three far places, each read
 * for all of the batch before the next. */
static void fetch_texts(const struct worker *w)
{
    const struct shared *const s = w->shared;
    const struct header_ids *chunks[BATCH];
    uint32_t id[BATCH];
    size_t count = 0;

    for (size_t i = 0; i < w->batch_count; i++) {
        const uint64_t hash = w->batch[i].hash;
        size_t slot = (size_t)hash & s->mask;
        while (s->table[slot] != 0 && (s->table[slot] ^ tag_of(hash)) >> 32 != 0)
            slot = (slot + 1) & s->mask;
        const uint32_t at = (uint32_t)s->table[slot] - 1;
        if (s->table[slot] == 0 || s->ids[at >> ROW_BITS].ids == NULL)
            continue;
        chunks[count] = &s->ids[at >> ROW_BITS];
        id[count] = at & ROW_MASK;
        __builtin_prefetch((const char *)chunks[count]->ids + (size_t)id[count] * (chunks[count]->is_long ? 4 : 2));
        count++;
    }
    for (size_t i = 0; i < count; i++) {
        id[i] = tie_id_at(chunks[i]->ids, chunks[i]->is_long, id[i]);
        __builtin_prefetch(chunks[i]->offsets + id[i]);
    }
    for (size_t i = 0; i < count; i++)
        __builtin_prefetch(chunks[i]->texts + chunks[i]->offsets[id[i]]);
}

static void mark_all(struct worker *w)
{
    const struct shared *const s = w->shared;

    fetch_texts(w);
    for (size_t i = 0; i < w->batch_count; i++) {
        const struct asked *const asked = &w->batch[i];
        size_t slot = (size_t)asked->hash & s->mask;
        for (uint64_t found; (found = s->table[slot]) != 0; slot = (slot + 1) & s->mask) {
            const uint32_t at = (uint32_t)found - 1;
            if ((found ^ tag_of(asked->hash)) >> 32 != 0 || !tie_text_equal(text_at(s, at), asked->inv_id))
                continue;
            const uint32_t number = s->homes->headers.chunks[at >> ROW_BITS].first + (at & ROW_MASK);
            w->marks[number / 64] |= UINT64_C(1) << number % 64;
            w->marked[number / 4096] |= UINT64_C(1) << number / 64 % 64;
        }
    }
    w->batch_count = 0;
}

static void ask(struct worker *w, struct tie_text inv_id)
{
    const struct shared *const s = w->shared;
    const uint64_t hash = tie_hash_text(inv_id);

    if (!in_pass(s, hash))
        return;
    __builtin_prefetch(s->table + ((size_t)hash & s->mask));
    w->batch[w->batch_count++] = (struct asked){ inv_id, hash };
    if (w->batch_count == BATCH)
        mark_all(w);
}

static enum tie_status forget_seen(struct worker *w, size_t texts, struct tie_error *err)
{
    const size_t words = texts / 64 + 1;

    if (w->seen_words < words) {
        free(w->seen);
        w->seen_words = 0;
        w->seen = malloc(2 * words * sizeof *w->seen);
        if (w->seen == NULL)
            return tie_fail(err, TIE_CONFIG, "no memory to look at a chunk with %zu different texts", texts);
        w->seen_words = 2 * words;
    }
    for (size_t i = 0; i < words; i++)
        w->seen[i] = 0;
    return TIE_OK;
}

static enum tie_status ask_chunk(struct worker *w, size_t frame, size_t chunk_index, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const struct shared *const s = w->shared;
    const struct tie_moves *const gone = &s->homes->emigrants;
    size_t g = tie_moves_at_place(gone, TIE_PLACE(frame, chunk_index, 0));
    struct tie_chunk chunk;

    TIE_TRY(tie_chunk_open(s->frames->at[frame], chunk_index, &chunk, err));
    TIE_TRY(forget_seen(w, chunk.dict_count, err));
    for (uint32_t row = 0; row < chunk.rows; row++) {
        const uint32_t id = tie_chunk_id(&chunk, (size_t)s->line_id, row);
        if (g < gone->count && gone->at[g].place == TIE_PLACE(frame, chunk_index, row)) {
            g++;
            continue;
        }
        if (id < chunk.dict_count) {
            const uint64_t bit = UINT64_C(1) << id % 64;
            if ((w->seen[id / 64] & bit) != 0)
                continue;
            w->seen[id / 64] |= bit;
        }
        ask(w, tie_chunk_dict(&chunk, id));
    }
    mark_all(w);
    TIE_TRY(tie_chunk_check(&chunk, err));
out:
    return status;
}

static enum tie_status ask_visitors(struct worker *w, unsigned shard, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const struct shared *const s = w->shared;
    const struct tie_moves *const visitors = &s->homes->visitors;
    struct tie_chunk chunk;

    for (size_t v = tie_moves_at_shard(visitors, shard); v < visitors->count && visitors->at[v].shard == shard; v++) {
        const tie_place place = visitors->at[v].place;
        const struct tie_frame *const frame = s->frames->at[TIE_PLACE_FRAME(place)];
        if (frame->info->id != TIE_DS_INVOICE_LINE)
            continue;
        TIE_TRY(tie_chunk_open(frame, TIE_PLACE_CHUNK(place), &chunk, err));
        ask(w, tie_chunk_dict(&chunk, tie_chunk_id(&chunk, (size_t)s->line_id, TIE_PLACE_ROW(place))));
        TIE_TRY(tie_chunk_check(&chunk, err));
    }
    mark_all(w);
out:
    return status;
}

/* Of the words of marks that are not 0 the first from `word` on; word_count when there is none. */
static size_t next_marked(const struct worker *w, size_t word)
{
    const size_t end = w->shared->word_count;

    while (word < end) {
        const uint64_t left = w->marked[word / 64] >> word % 64;
        if (left != 0)
            return word + (size_t)__builtin_ctzll(left);
        word = (word / 64 + 1) * 64;
    }
    return end;
}

/* The headers marked become a piece of the shard's visits; the marks are gone. */
static enum tie_status keep_marked(struct worker *w, unsigned shard, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct shared *const s = w->shared;
    struct tie_links *const links = &s->homes->links;
    struct tie_headers *const headers = &s->homes->headers;
    struct tie_header_visits *visits = NULL;
    size_t count = 0, at = 0;

    for (size_t i = next_marked(w, 0); i < s->word_count; i = next_marked(w, i + 1))
        count += (size_t)__builtin_popcountll(w->marks[i]);
    if (count == 0)
        goto out;
    const size_t bytes = sizeof *visits + count * sizeof visits->number[0];
    (void)pthread_mutex_lock(&s->keep_lock); /* once a shard; fails for bad arguments only */
    status = tie_links_room(links, bytes + 16, err);
    if (status == TIE_OK) {
        visits = tie_arena_take_raw(links->keep, bytes);
        headers->visit_count += count;
    }
    (void)pthread_mutex_unlock(&s->keep_lock);
    if (status != TIE_OK)
        goto out;
    *visits = (struct tie_header_visits){ headers->of_shard[shard], count };
    headers->of_shard[shard] = visits;
    for (size_t i = next_marked(w, 0); i < s->word_count; i = next_marked(w, i + 1)) {
        w->with_lines[i] |= w->marks[i];
        for (uint64_t left = w->marks[i]; left != 0; left &= left - 1)
            visits->number[at++] = (uint32_t)(i * 64 + (size_t)__builtin_ctzll(left));
        w->marks[i] = 0;
    }
    for (size_t i = 0; i <= s->word_count / 64; i++)
        w->marked[i] = 0;
out:
    return status;
}

static enum tie_status ask_shard(struct worker *w, size_t shard, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const struct tie_frames *const frames = w->shared->frames;

    for (size_t f = 0; f < frames->count; f++) {
        const struct tie_frame *const frame = frames->at[f];
        const size_t first = frame->shard_first[shard], end = frame->shard_first[shard + 1];
        if (frame->info->id != TIE_DS_INVOICE_LINE)
            continue;
        for (size_t c = first; c < end; c++)
            TIE_TRY(ask_chunk(w, f, c, err));
        tie_frame_forget(frame, first, end);
    }
    TIE_TRY(ask_visitors(w, (unsigned)shard, err));
    TIE_TRY(keep_marked(w, (unsigned)shard, err));
out:
    return status;
}

/* ---- threads ---- */

static void *work(void *argument)
{
    struct worker *const w = argument;

    for (;;) {
        const size_t task = atomic_fetch_add(&w->shared->next, 1);
        if (task >= w->task_count || atomic_load(&w->shared->failed))
            break;
        w->status = w->task(w, task, &w->error);
        if (w->status != TIE_OK) {
            atomic_store(&w->shared->failed, true);
            break;
        }
    }
    return NULL;
}

/* All tasks, by all workers; the calling thread is the first of them. */
static enum tie_status do_all(
    struct worker *workers, unsigned count, do_task *task, size_t task_count, struct tie_error *err)
{
    unsigned started = 1;

    atomic_store(&workers[0].shared->next, 0);
    for (unsigned i = 0; i < count; i++) {
        workers[i].task = task;
        workers[i].task_count = task_count;
    }
    while (started < count && pthread_create(&workers[started].thread, NULL, work, &workers[started]) == 0)
        started++; /* fewer threads do the same work */
    (void)work(&workers[0]);
    for (unsigned i = 1; i < started; i++)
        (void)pthread_join(workers[i].thread, NULL);
    for (unsigned i = 0; i < count; i++)
        if (workers[i].status != TIE_OK) {
            if (err != NULL)
                *err = workers[i].error;
            return workers[i].status;
        }
    return TIE_OK;
}

/* ---- all of it ---- */

static enum tie_status list_chunks(struct shared *s, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_links *const links = &s->homes->links;
    struct tie_headers *const headers = &s->homes->headers;
    uint64_t rows = 0;
    size_t count = 0;

    for (size_t f = 0; f < s->frames->count; f++)
        if (s->frames->at[f]->info->id == TIE_DS_INVOICE) {
            count += s->frames->at[f]->chunk_count;
            rows += s->frames->at[f]->rows;
        }
    if (count == 0)
        return TIE_OK;
    if (count >= CHUNKS_MAX || rows > UINT32_MAX)
        return tie_fail(err, TIE_CONFIG,
            "memory limit too small: %llu invoices lie in %zu pieces, %zu can be told apart; raise [limits] memory",
            (unsigned long long)rows, count, CHUNKS_MAX - 1);
    TIE_TRY(
        tie_links_room(links, (count + 1) * (sizeof *headers->chunks + sizeof *s->ids) + 64 + (size_t)rows / 8, err));
    headers->chunks = TIE_TAKE(links->keep, struct tie_header_chunk, count + 1);
    struct header_ids *const ids = TIE_TAKE(links->work, struct header_ids, count);
    uint32_t first = 0;
    for (size_t f = 0; f < s->frames->count; f++) {
        const struct tie_frame *const frame = s->frames->at[f];
        for (size_t c = 0; frame->info->id == TIE_DS_INVOICE && c < frame->chunk_count; c++) {
            struct tie_chunk chunk;
            TIE_TRY(tie_chunk_open(frame, c, &chunk, err));
            ids[headers->chunk_count] = (struct header_ids){ chunk.column[s->header_id], chunk.has_long_ids,
                chunk.dict_offsets, chunk.dict };
            headers->chunks[headers->chunk_count++] = (struct tie_header_chunk){ (uint32_t)f, (uint32_t)c, first };
            first += chunk.rows;
        }
    }
    headers->chunks[count].first = first;
    s->ids = ids;
    s->word_count = first / 64 + 1;
out:
    return status;
}

/* The table gets twice as many slots as a pass has headers, within half of what is left. */
static enum tie_status take_table(struct shared *s, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_links *const links = &s->homes->links;
    const size_t count = s->homes->headers.chunks[s->homes->headers.chunk_count].first;
    const size_t used = links->keep->used_bytes + links->work->used_bytes;
    const size_t share = links->memory_bytes > used ? (links->memory_bytes - used) / 2 : 0;
    size_t room = 64;

    while (room < 2 * count)
        room *= 2;
    for (s->passes = 1; room * sizeof *s->slots > share && room > 64 && s->passes < PASSES_MAX; s->passes *= 2)
        room /= 2;
    TIE_TRY(tie_links_room(links, room * sizeof *s->slots + 16, err));
    void *const table = tie_arena_take_array(links->work, room, sizeof *s->slots);
    s->slots = table;
    s->table = table;
    s->mask = room - 1;
out:
    return status;
}

/* As many of `wanted` workers as there is room for, at least one. */
static enum tie_status open_workers(
    struct shared *s, struct worker *workers, unsigned wanted, unsigned *count, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_links *const links = &s->homes->links;
    const size_t summary = s->word_count / 64 + 1;
    const size_t bytes = (2 * s->word_count + summary) * sizeof(uint64_t) + 48;

    TIE_TRY(tie_links_room(links, bytes, err));
    for (*count = 0; *count < wanted && (*count == 0 || tie_links_room(links, 2 * bytes, NULL) == TIE_OK); ++*count) {
        struct worker *const w = &workers[*count];
        w->shared = s;
        w->marks = TIE_TAKE(links->work, uint64_t, s->word_count);
        w->with_lines = TIE_TAKE(links->work, uint64_t, s->word_count);
        w->marked = TIE_TAKE(links->work, uint64_t, summary);
    }
out:
    return status;
}

static enum tie_status join(struct shared *s, struct worker *workers, unsigned count, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_headers *const headers = &s->homes->headers;

    for (s->pass = 0; s->pass < s->passes; s->pass++) {
        for (size_t slot = 0; s->pass > 0 && slot <= s->mask; slot++)
            atomic_store_explicit(&s->slots[slot], 0, memory_order_relaxed);
        atomic_store(&s->inserted, 0);
        TIE_TRY(do_all(workers, count, insert_chunk, headers->chunk_count, err));
        TIE_TRY(do_all(workers, count, ask_shard, (size_t)s->frames->shard_count + 1, err));
    }
    for (size_t i = 0; i < s->word_count; i++) {
        for (unsigned t = 0; t < count; t++)
            headers->with_lines[i] |= workers[t].with_lines[i];
        headers->with_line_count += (uint64_t)__builtin_popcountll(headers->with_lines[i]);
    }
out:
    return status;
}

static size_t count_frames(const struct tie_headers *headers)
{
    size_t count = 0;

    for (size_t c = 0; c < headers->chunk_count; c++)
        count += c == 0 || headers->chunks[c].frame != headers->chunks[c - 1].frame;
    return count;
}

enum tie_status tie_headers_find(
    const struct tie_frames *frames, struct tie_homes *homes, unsigned threads, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_headers *const headers = &homes->headers;
    struct tie_links *const links = &homes->links;
    const size_t shards = (size_t)frames->shard_count + 1;
    struct shared s = { .frames = frames,
        .homes = homes,
        .header_id = tie_column_find(tie_dataset(TIE_DS_INVOICE), TIE_TEXT("inv_id")),
        .line_id = tie_column_find(tie_dataset(TIE_DS_INVOICE_LINE), TIE_TEXT("inv_id")),
        .keep_lock = PTHREAD_MUTEX_INITIALIZER };
    struct worker *const workers = calloc(threads, sizeof *workers);
    unsigned count = 0;

    if (workers == NULL)
        return tie_fail(err, TIE_CONFIG, "no memory to find the homes of invoices");
    TIE_TRY(list_chunks(&s, err));
    if (headers->chunk_count == 0)
        goto out;
    headers->dealt_room = count_frames(headers) * threads;
    TIE_TRY(tie_links_room(
        links, (shards + headers->dealt_room) * sizeof(void *) + s.word_count * sizeof(uint64_t) + 64, err));
    headers->with_lines = TIE_TAKE(links->keep, uint64_t, s.word_count);
    headers->dealt = (struct tie_frames){ frames->shard_count, 0,
        TIE_TAKE(links->keep, struct tie_frame *, headers->dealt_room) };
    const struct tie_arena_mark kept = tie_arena_mark(links->keep);
    headers->of_shard = TIE_TAKE(links->keep, struct tie_header_visits *, shards);
    TIE_TRY(open_workers(&s, workers, threads, &count, err));
    TIE_TRY(take_table(&s, err));
    TIE_TRY(join(&s, workers, count, err));
    tie_arena_reset(links->work);
    TIE_TRY(tie_headers_deal(frames, homes, threads, err));
    headers->of_shard = NULL;
    tie_arena_back_to(links->keep, kept);
out:
    for (unsigned i = 0; i < threads; i++)
        free(workers[i].seen);
    free(workers);
    return status;
}

/* ---- looking up ---- */

uint32_t tie_headers_first_of(const struct tie_headers *headers, size_t frame, size_t chunk)
{
    size_t low = 0, high = headers->chunk_count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct tie_header_chunk *const at = &headers->chunks[middle];
        if (at->frame < frame || (at->frame == frame && at->chunk < chunk))
            low = middle + 1;
        else
            high = middle;
    }
    return headers->chunks[low].first;
}

bool tie_headers_has_lines(const struct tie_headers *headers, uint32_t number)
{
    return (headers->with_lines[number / 64] >> number % 64 & 1) != 0;
}
