/*
 * extract.c - the parent of an extraction: children, deadlines, retries, and one result out of many.
 *
 *     feed (a source with parts):  WAITING -> RUNNING -> DONE
 *                                     ^_________|  worth another try: its files removed, delay 1 s, 2 s, 4 s ...
 *
 * One loop over all feeds: start what may start, wait for whichever speaks first, act on its lines. A feed waits for
 * earlier sources that deliver other parts of one of its datasets, because "the second row of a key" must be the same
 * row in every run; it then gets their key files. That order is the sources' order in the job, so it can't go in
 * circles.
 *
 * Invariant: a part counts only when its child said `done` and ended with 0; until then its frame is scratch that the
 * next try removes. The first failure that no try is left for kills all children.
 */
#include "intake.h"
#include "protocol.h"

#include "tieout/child.h"
#include "tieout/log.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES_MAX = 16 << 20, SOURCES_MAX = 64, PAUSE_US_MAX = 1000000 };

#define GRACE_US (2 * TIE_US_PER_SECOND) /* the child tells its own timeout first */
/* Libraries, stacks and reserved address space of a child before it reads anything; then what each connection adds. */
#define OVERHEAD_BYTES (UINT64_C(640) << 20)
#define CONNECTION_BYTES (UINT64_C(192) << 20)
#define FIRST_DELAY_US TIE_US_PER_SECOND

/* Sanitizers reserve terabytes of address space: no limit then. gcc defines a macro, clang has a feature. */
#if defined(__has_feature)
#define HAS_FEATURE(name) __has_feature(name)
#else
#define HAS_FEATURE(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || HAS_FEATURE(address_sanitizer) ||                 \
    HAS_FEATURE(thread_sanitizer)
enum { HAS_SHADOW_MEMORY = 1 };
#else
enum { HAS_SHADOW_MEMORY = 0 };
#endif

enum feed_state { FEED_NONE, FEED_WAITING, FEED_RUNNING, FEED_DONE };

struct feed {
    enum feed_state state;
    size_t source;
    size_t part_count;
    struct tie_part_spec *parts; /* of this source, copied together */
    struct tie_child child;
    struct tie_buf line; /* what came after the last newline */
    unsigned tries;
    int64_t next_us, started_us;
    bool is_done;           /* said `done` */
    struct tie_error error; /* what it said, or TIE_OK */
};

struct extraction {
    struct tie_arena *arena;
    const struct tie_extract_plan *plan;
    bool is_describe;
    size_t feed_count; /* as sources; those without parts stay FEED_NONE */
    struct feed *feeds;
    uint64_t *rows;                       /* by part, for progress */
    struct tie_extract_result *result;    /* of tie_extract */
    struct tie_described_part *described; /* of tie_describe */
    struct tie_source_result *sources;
};

/* ---- files of a try ---- */

static enum tie_status remove_files(
    const struct extraction *extraction, const struct feed *feed, bool also_frames, struct tie_error *err)
{
    const char *folder = extraction->plan->work_folder;
    const struct tie_arena_mark mark = tie_arena_mark(extraction->arena);
    enum tie_status status = TIE_OK;

    for (size_t i = 0; i < feed->part_count; i++) {
        if (also_frames) {
            TIE_TRY(tie_tree_remove(tie_part_frame_path(extraction->arena, folder, feed->parts[i].part), err));
            TIE_TRY(tie_tree_remove(tie_part_rejects_path(extraction->arena, folder, feed->parts[i].part), err));
        }
        TIE_TRY(tie_tree_remove(tie_keys_path(extraction->arena, folder, &feed->parts[i], feed->source), err));
    }
    TIE_TRY(tie_tree_remove(
        tie_path_join(extraction->arena, folder,
            tie_arena_printf(extraction->arena, "odbc.%s", extraction->plan->sources[feed->source].name)),
        err));
out:
    tie_arena_back_to(extraction->arena, mark);
    return status;
}

/* ---- order among sources ---- */

static bool shares_dataset(const struct feed *a, const struct feed *b, size_t *part_of_b)
{
    for (size_t i = 0; i < a->part_count; i++)
        for (size_t j = 0; j < b->part_count; j++)
            if (a->parts[i].dataset == b->parts[j].dataset && a->parts[i].xref_kind == b->parts[j].xref_kind) {
                *part_of_b = j;
                return true;
            }
    return false;
}

static bool must_wait(const struct extraction *extraction, const struct feed *feed)
{
    size_t part = 0;

    for (size_t i = 0; i < feed->source && !extraction->is_describe; i++) {
        const struct feed *earlier = &extraction->feeds[i];

        if (earlier->state != FEED_NONE && earlier->state != FEED_DONE && shares_dataset(earlier, feed, &part))
            return true;
    }
    return false;
}

/* Key files of earlier sources for each dataset that they share with this one. */
static void find_imports(
    const struct extraction *extraction, const struct feed *feed, struct tie_source_request *request)
{
    const size_t room = feed->source * feed->part_count;
    uint32_t *parts = TIE_TAKE(extraction->arena, uint32_t, room);
    const char **paths = TIE_TAKE(extraction->arena, const char *, room);

    request->import_parts = parts;
    request->import_paths = paths;
    for (size_t i = 0; i < feed->source && !extraction->is_describe; i++)
        for (size_t j = 0; j < feed->part_count; j++) {
            const struct feed *earlier = &extraction->feeds[i];
            struct feed one = { .parts = &feed->parts[j], .part_count = 1 };
            size_t same = 0;
            bool is_repeated = false;

            for (size_t k = 0; k < j; k++)
                is_repeated |= feed->parts[k].dataset == feed->parts[j].dataset &&
                    feed->parts[k].xref_kind == feed->parts[j].xref_kind;
            if (is_repeated || earlier->state != FEED_DONE || !shares_dataset(earlier, &one, &same))
                continue;
            parts[request->import_count] = (uint32_t)j;
            paths[request->import_count++] = tie_keys_path(
                extraction->arena, extraction->plan->work_folder, &feed->parts[j], i);
        }
}

/* ---- starting ---- */

static enum tie_status send_request(struct extraction *extraction, struct feed *feed, struct tie_error *err)
{
    const struct tie_extract_plan *plan = extraction->plan;
    struct tie_source_request request = {
        .is_describe = extraction->is_describe, .source = feed->source, .plan = *plan
    };
    struct tie_buf text;
    size_t active = 0;
    enum tie_status status = TIE_OK;

    for (size_t i = 0; i < extraction->feed_count; i++)
        active += extraction->feeds[i].state != FEED_NONE;
    TIE_ASSERT(active > 0);
    request.plan.source_count = 1;
    request.plan.sources = &plan->sources[feed->source];
    request.plan.part_count = feed->part_count;
    request.plan.parts = feed->parts;
    request.plan.memory_bytes = plan->memory_bytes / active;
    find_imports(extraction, feed, &request);
    tie_buf_init(&text, SIZE_MAX);
    tie_source_request_print(&request, &text);
    if (text.failed)
        status = tie_fail(err, TIE_CONFIG, "no memory for the request to source %s", plan->sources[feed->source].name);
    else
        status = tie_child_send(&feed->child, tie_buf_slice(&text), err);
    if (text.at != NULL)
        explicit_bzero(text.at, text.room); /* the password was in it */
    tie_buf_release(&text);
    return status;
}

static enum tie_status start_feed(struct extraction *extraction, struct feed *feed, struct tie_error *err)
{
    const struct tie_source_spec *spec = &extraction->plan->sources[feed->source];
    const char *const argv[] = { "tieout", TIE_SOURCE_CHILD_WORD, NULL };
    const struct tie_child_setup setup = {
        .name = tie_arena_printf(extraction->arena, "source %s", spec->name),
        .argv = argv,
        .memory_bytes = HAS_SHADOW_MEMORY
            ? 0
            : spec->memory_bytes + OVERHEAD_BYTES + (uint64_t)spec->connections * CONNECTION_BYTES,
        .time_us = spec->timeout_us + GRACE_US,
        .capture_stderr = true,
    };
    enum tie_status status = TIE_OK;

    feed->state = FEED_RUNNING;
    feed->tries++;
    feed->is_done = false;
    feed->error.status = TIE_OK;
    feed->started_us = feed->tries == 1 ? tie_clock_us() : feed->started_us;
    tie_buf_reset(&feed->line);
    for (size_t i = 0; i < feed->part_count; i++)
        extraction->rows[feed->parts[i].part] = 0;
    TIE_TRY(tie_child_start(&feed->child, &setup, err));
    TIE_TRY(send_request(extraction, feed, err));
out:
    return status;
}

/* ---- listening ---- */

static void show_progress(const struct extraction *extraction)
{
    uint64_t rows = 0;

    for (size_t i = 0; i < extraction->plan->part_count; i++)
        rows += extraction->rows[i];
    if (!extraction->is_describe)
        tie_log_progress("extract", rows, 0, "rows");
}

static enum tie_status take_line(
    struct extraction *extraction, struct feed *feed, struct tie_text line, struct tie_error *err)
{
    struct tie_source_result *source = &extraction->sources[feed->source];
    struct tie_source_reply reply;
    const enum tie_status status = tie_source_reply_parse(extraction->arena, line, &reply, err);

    if (status != TIE_OK || reply.part >= extraction->plan->part_count)
        return tie_fail(err, TIE_UNAVAILABLE, "source %s: its child broke off in the middle of a reply",
            extraction->plan->sources[feed->source].name);
    switch (reply.event) {
    case TIE_EVENT_SESSION:
        source->product = reply.session.product;
        source->snapshot = reply.session.snapshot;
        source->read_at = reply.session.read_at;
        break;
    case TIE_EVENT_PROGRESS:
        extraction->rows[reply.part] = reply.rows;
        show_progress(extraction);
        break;
    case TIE_EVENT_PART: extraction->result->parts[reply.part] = reply.result; break;
    case TIE_EVENT_DESCRIBED: extraction->described[reply.part] = reply.described; break;
    case TIE_EVENT_ERROR: feed->error = reply.error; break;
    case TIE_EVENT_DONE:
        feed->is_done = true;
        source->cpu_us = reply.session.cpu_us;
        source->peak_bytes = reply.session.peak_bytes;
        break;
    }
    return TIE_OK;
}

static enum tie_status take_bytes(
    struct extraction *extraction, struct feed *feed, struct tie_text bytes, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    while (bytes.size > 0 && status == TIE_OK) {
        const bool is_whole = memchr(bytes.at, '\n', bytes.size) != NULL;
        const struct tie_text piece = tie_text_cut(&bytes, '\n');

        tie_buf_put(&feed->line, piece.at, piece.size);
        if (feed->line.failed)
            return tie_fail(err, TIE_UNAVAILABLE, "source %s: its child sent a reply without an end",
                extraction->plan->sources[feed->source].name);
        if (!is_whole)
            break;
        status = take_line(extraction, feed, tie_buf_slice(&feed->line), err);
        tie_buf_reset(&feed->line);
    }
    return status;
}

/* The child has closed its replies: what came of it. */
static enum tie_status end_feed(struct extraction *extraction, struct feed *feed, struct tie_error *err)
{
    enum tie_status status = tie_child_finish(&feed->child, err);

    if (feed->error.status != TIE_OK) { /* what it said is better than how it ended */
        if (err != NULL)
            *err = feed->error;
        return feed->error.status;
    }
    if (status == TIE_OK && !feed->is_done)
        status = tie_fail(err, TIE_UNAVAILABLE, "source %s: its child ended before it was done",
            extraction->plan->sources[feed->source].name);
    return status;
}

static enum tie_status listen(struct extraction *extraction, struct feed *feed, struct tie_error *err)
{
    char buffer[16384];
    size_t got = 0;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_child_read(&feed->child, buffer, sizeof buffer, &got, err));
    TIE_TRY(take_bytes(extraction, feed, (struct tie_text){ buffer, got }, err));
    if (!feed->child.at_end)
        return TIE_OK;
    TIE_TRY(end_feed(extraction, feed, err));
    feed->state = FEED_DONE;
    extraction->sources[feed->source].tries = feed->tries;
    extraction->sources[feed->source].wall_us = tie_clock_us() - feed->started_us;
    tie_child_release(&feed->child);
out:
    return status;
}

/* ---- failing and trying again ---- */

/* Schedules another try and returns TIE_OK, or returns the failure. */
static enum tie_status try_again(
    struct extraction *extraction, struct feed *feed, enum tie_status failure, struct tie_error *err)
{
    const struct tie_source_spec *spec = &extraction->plan->sources[feed->source];
    const int64_t first_us = extraction->plan->retry_delay_us > 0 ? extraction->plan->retry_delay_us : FIRST_DELAY_US;
    const unsigned doubled = feed->tries - 1 < 10 ? feed->tries - 1 : 10;
    enum tie_status status = TIE_OK;

    tie_child_release(&feed->child);
    extraction->sources[feed->source].tries = feed->tries;
    if (!tie_status_may_retry(failure) || feed->tries > spec->retries || extraction->is_describe)
        return failure;
    tie_log(TIE_LOG_WARNING, "%s; trying again (%u of %u)", err->text, feed->tries, spec->retries);
    TIE_TRY(remove_files(extraction, feed, true, err));
    feed->state = FEED_WAITING;
    feed->next_us = tie_clock_us() + (first_us << doubled);
out:
    return status;
}

/* A preflight goes on: every part of the source that has no word of its own gets this one. */
static void spread_failure(struct extraction *extraction, struct feed *feed, enum tie_status failure, const char *text)
{
    for (size_t i = 0; i < feed->part_count; i++) {
        struct tie_described_part *described = &extraction->described[feed->parts[i].part];

        if (described->text == NULL)
            *described = (struct tie_described_part){ .status = failure,
                .text = tie_arena_strdup(extraction->arena, text) };
    }
    feed->state = FEED_DONE;
}

static enum tie_status settle(
    struct extraction *extraction, struct feed *feed, enum tie_status status, struct tie_error *err)
{
    if (status == TIE_OK)
        return TIE_OK;
    status = try_again(extraction, feed, status, err);
    if (status == TIE_OK || !extraction->is_describe)
        return status;
    spread_failure(extraction, feed, status, err->text);
    return TIE_OK;
}

/* ---- the loop ---- */

static bool has_work(const struct extraction *extraction)
{
    for (size_t i = 0; i < extraction->feed_count; i++)
        if (extraction->feeds[i].state == FEED_WAITING || extraction->feeds[i].state == FEED_RUNNING)
            return true;
    return false;
}

static enum tie_status start_ready(struct extraction *extraction, int64_t *until_us, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    *until_us = INT64_MAX;
    for (size_t i = 0; i < extraction->feed_count && status == TIE_OK; i++) {
        struct feed *feed = &extraction->feeds[i];

        if (feed->state != FEED_WAITING || must_wait(extraction, feed))
            continue;
        if (feed->next_us <= tie_clock_us())
            status = settle(extraction, feed, start_feed(extraction, feed, err), err);
        if (feed->state == FEED_WAITING && feed->next_us < *until_us)
            *until_us = feed->next_us;
    }
    return status;
}

static enum tie_status wait_for_any(struct extraction *extraction, int64_t until_us, struct tie_error *err)
{
    struct tie_child *running[SOURCES_MAX] = { NULL };
    const int64_t now_us = tie_clock_us();
    size_t count = 0;

    for (size_t i = 0; i < extraction->feed_count; i++)
        if (extraction->feeds[i].state == FEED_RUNNING)
            running[count++] = &extraction->feeds[i].child;
    if (count > 0)
        return tie_child_wait(running, count, until_us, err);
    if (until_us > now_us)
        (void)poll(
            NULL, 0, until_us - now_us > PAUSE_US_MAX ? PAUSE_US_MAX / 1000 : (int)((until_us - now_us) / 1000) + 1);
    return TIE_OK;
}

static enum tie_status run_feeds(struct extraction *extraction, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    while (status == TIE_OK && has_work(extraction)) {
        int64_t until_us = INT64_MAX;

        TIE_TRY(start_ready(extraction, &until_us, err));
        TIE_TRY(wait_for_any(extraction, until_us, err));
        for (size_t i = 0; i < extraction->feed_count && status == TIE_OK; i++) {
            struct feed *feed = &extraction->feeds[i];

            if (feed->state == FEED_RUNNING && feed->child.readable)
                status = settle(extraction, feed, listen(extraction, feed, err), err);
        }
    }
out:
    return status;
}

static void make_feeds(struct extraction *extraction)
{
    const struct tie_extract_plan *plan = extraction->plan;

    extraction->feed_count = plan->source_count;
    extraction->feeds = TIE_TAKE(extraction->arena, struct feed, plan->source_count);
    extraction->rows = TIE_TAKE(extraction->arena, uint64_t, plan->part_count);
    extraction->sources = TIE_TAKE(extraction->arena, struct tie_source_result, plan->source_count);
    for (size_t i = 0; i < plan->source_count; i++) {
        struct feed *feed = &extraction->feeds[i];

        feed->source = i;
        feed->child = TIE_CHILD_NONE;
        feed->parts = TIE_TAKE(extraction->arena, struct tie_part_spec, plan->part_count);
        tie_buf_init(&feed->line, LINE_BYTES_MAX);
        extraction->sources[i] = (struct tie_source_result){ .read_at = TIE_NONE, .snapshot = "", .product = "" };
        for (size_t j = 0; j < plan->part_count; j++)
            if (plan->parts[j].source == i)
                feed->parts[feed->part_count++] = plan->parts[j];
        feed->state = feed->part_count > 0 ? FEED_WAITING : FEED_NONE;
    }
}

static void release_feeds(struct extraction *extraction)
{
    for (size_t i = 0; i < extraction->feed_count; i++) {
        tie_child_release(&extraction->feeds[i].child);
        tie_buf_release(&extraction->feeds[i].line);
    }
}

enum tie_status tie_extract(struct tie_arena *arena, const struct tie_extract_plan *plan,
    struct tie_extract_result *result, struct tie_error *err)
{
    struct tie_error own = { .status = TIE_OK };
    struct extraction extraction = { .arena = arena, .plan = plan, .result = result };
    enum tie_status status = TIE_OK;

    TIE_ASSERT(plan->source_count <= SOURCES_MAX);
    err = err == NULL ? &own : err;
    *result = (struct tie_extract_result){ .parts = TIE_TAKE(arena, struct tie_part_result, plan->part_count) };
    make_feeds(&extraction);
    result->sources = extraction.sources;
    TIE_TRY(run_feeds(&extraction, err));
    TIE_TRY(tie_extract_merge(arena, plan, result, err));
    for (size_t i = 0; i < extraction.feed_count; i++)
        TIE_TRY(remove_files(&extraction, &extraction.feeds[i], false, err));
out:
    tie_log_progress_end();
    release_feeds(&extraction);
    return status;
}

enum tie_status tie_describe(struct tie_arena *arena, const struct tie_extract_plan *plan,
    struct tie_described_part *parts, struct tie_source_result *sources, struct tie_error *err)
{
    struct tie_error own = { .status = TIE_OK };
    struct extraction extraction = { .arena = arena, .plan = plan, .is_describe = true, .described = parts };
    enum tie_status status = TIE_OK;

    TIE_ASSERT(plan->source_count <= SOURCES_MAX);
    err = err == NULL ? &own : err;
    for (size_t i = 0; i < plan->part_count; i++)
        parts[i] = (struct tie_described_part){ .text = NULL };
    make_feeds(&extraction);
    TIE_TRY(run_feeds(&extraction, err));
out:
    for (size_t i = 0; i < plan->source_count; i++)
        sources[i] = extraction.sources[i];
    release_feeds(&extraction);
    return status;
}
