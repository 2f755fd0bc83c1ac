/*
 * child.c - the child of an extraction: one source, read by as many workers as it has links.
 *
 * Parts of one dataset (and of one kind of xref) form a lane. A lane is read by one worker, part after part, so "the
 * second row of a key" means the same in every run; lanes are taken from a common list, those with transactions first
 * because they are the long ones, and the largest first where sizes are known (of files, and as PostgreSQL's planner
 * estimates them), so that workers end together. The first link is the
 * holder of the snapshot: its worker reads like the others and is closed last.
 *
 * The first failure stops all, by the end of the process when others still read. The parent removes the files of a
 * failed try.
 */
#include "files.h"
#include "intake.h"
#include "protocol.h"

#include "tieout/child.h"
#include "tieout/log.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { REQUEST_BYTES_MAX = 64 << 20, ARENA_BYTES = 128 << 20, WORKER_ARENA_BYTES = 24 << 20, WORKERS_MAX = 64 };

struct lane {
    const struct tie_part_spec *parts[TIE_DATASET_COUNT * 8];
    size_t count;
    bool is_long;
    uint64_t bytes; /* of its files, or as the driver estimates; 0 where neither is known */
};

struct job {
    struct tie_arena arena; /* of the main thread */
    struct tie_source_request request;
    const struct tie_source_spec *spec;
    struct tie_zone zone;
    struct tie_reference *reference;
    const struct tie_driver_ops *ops;
    struct tie_driver_setup setup;
    struct tie_driver_session session;
    size_t lane_count, next_lane, worker_count;
    struct lane *lanes;
    pthread_mutex_t mutex; /* next_lane, failed, error, and one line at a time to the parent */
    bool failed;
    struct tie_error error;
};

struct worker {
    struct job *job;
    struct tie_link *link;
    struct tie_arena arena;
    pthread_t thread;
};

/* ---- telling the parent ---- */

static void write_all(const char *bytes, size_t size)
{
    while (size > 0) {
        const ssize_t wrote = write(TIE_CHILD_REPLY_FD, bytes, size);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            _exit(TIE_UNAVAILABLE); /* the parent is gone, and with it the reason to go on */
        bytes += wrote;
        size -= (size_t)wrote;
    }
}

static void tell(struct job *job, const struct tie_source_reply *reply)
{
    struct tie_buf line;

    tie_buf_init(&line, SIZE_MAX);
    tie_source_reply_print(reply, &line);
    (void)pthread_mutex_lock(&job->mutex);
    write_all(line.at, line.size);
    (void)pthread_mutex_unlock(&job->mutex);
    tie_buf_release(&line);
}

static void tell_progress(void *context, uint32_t part, uint64_t rows)
{
    tell(context, &(struct tie_source_reply){ .event = TIE_EVENT_PROGRESS, .part = part, .rows = rows });
}

/* The first failure is the one that is told. With other workers still reading it is told at once and the process ends:
 * they may be waiting for a server that takes long, and what they read is void. */
static void fail_job(struct job *job, const struct tie_error *error)
{
    bool is_first = false;

    (void)pthread_mutex_lock(&job->mutex);
    is_first = !job->failed;
    if (is_first)
        job->error = *error;
    job->failed = true;
    (void)pthread_mutex_unlock(&job->mutex);
    if (is_first && job->worker_count > 1) {
        tell(job, &(struct tie_source_reply){ .event = TIE_EVENT_ERROR, .error = *error });
        _exit(0);
    }
}

static bool has_failed(struct job *job)
{
    bool failed = false;

    (void)pthread_mutex_lock(&job->mutex);
    failed = job->failed;
    (void)pthread_mutex_unlock(&job->mutex);
    return failed;
}

/* ---- one part ---- */

/* What the driver is asked for: of a file its name, else the query with its parameters replaced, kept in `sql`. */
static enum tie_status make_statement(const struct job *job, const struct tie_part_spec *part, bool is_control,
    struct tie_buf *sql, struct tie_statement *statement, struct tie_error *err)
{
    const struct tie_extract_plan *plan = &job->request.plan;
    const struct tie_query_values values = {
        .dialect = job->spec->driver == TIE_DRIVER_POSTGRES ? TIE_SQL_POSTGRES : TIE_SQL_ODBC,
        .style = job->spec->style,
        .zone = &job->zone,
        .as_of = plan->as_of,
        .window_start = plan->window_start,
        .window_end = plan->window_end,
        .history_start = plan->history_start,
    };
    enum tie_status status = TIE_OK;

    *statement = (struct tie_statement){ .title = part->title, .is_control = is_control };
    statement->path = is_control ? part->control_path : part->query_path;
    statement->split = is_control ? NULL : part->split;
    if (job->spec->driver == TIE_DRIVER_FILES) {
        statement->file = is_control ? part->control : part->file;
        return TIE_OK;
    }
    status = tie_query_bind(statement->path, is_control ? part->control : part->query, &values, sql, err);
    statement->sql = sql->at;
    return status;
}

static enum tie_status read_control(
    struct worker *worker, const struct tie_part_spec *part, struct tie_figures **figures, struct tie_error *err)
{
    struct job *job = worker->job;
    struct tie_statement statement;
    struct tie_row_sink sink;
    struct tie_buf sql;
    enum tie_status status = TIE_OK;

    *figures = NULL;
    if (part->control == NULL)
        return TIE_OK;
    *figures = tie_figures_new(&worker->arena, part, &job->zone);
    sink = tie_figures_sink(*figures);
    tie_buf_init(&sql, SIZE_MAX);
    TIE_TRY(make_statement(job, part, true, &sql, &statement, err));
    TIE_TRY(job->ops->run(worker->link, &statement, &sink, err));
    TIE_TRY(tie_figures_check_read(*figures, err));
out:
    tie_buf_release(&sql);
    return status;
}

static enum tie_status read_part(
    struct worker *worker, const struct tie_part_spec *part, struct tie_keys *keys, struct tie_error *err)
{
    struct job *job = worker->job;
    const struct tie_extract_plan *plan = &job->request.plan;
    struct tie_statement statement;
    struct tie_source_reply reply = { .event = TIE_EVENT_PART, .part = part->part };
    struct tie_intake_setup setup = {
        .part = part,
        .zone = &job->zone,
        .reference = job->reference,
        .shard_count = plan->shard_count,
        .memory_bytes = (size_t)(plan->memory_bytes / job->worker_count),
        .work_folder = plan->work_folder,
        .keys = keys,
        .progress = tell_progress,
        .progress_context = job,
        .reject_share = plan->reject_share,
        .reject_rows = plan->reject_rows,
    };
    struct tie_intake *intake = NULL;
    struct tie_row_sink sink;
    struct tie_buf sql;
    enum tie_status status = TIE_OK;

    tie_buf_init(&sql, SIZE_MAX);
    TIE_TRY(make_statement(job, part, false, &sql, &statement, err));
    TIE_TRY(read_control(worker, part, &setup.figures, err));
    TIE_TRY(tie_intake_open(&worker->arena, &setup, &intake, err));
    sink = tie_intake_sink(intake);
    TIE_TRY(job->ops->run(worker->link, &statement, &sink, err));
    TIE_TRY(tie_intake_seal(intake, &reply.result, err));
    tell_progress(job, part->part, reply.result.rows);
    tell(job, &reply);
out:
    tie_intake_close(intake);
    tie_figures_free(setup.figures);
    tie_buf_release(&sql);
    return status;
}

/* ---- lanes and workers ---- */

static bool same_lane(const struct tie_part_spec *a, const struct tie_part_spec *b)
{
    return a->dataset == b->dataset && a->xref_kind == b->xref_kind;
}

static enum tie_status read_lane(struct worker *worker, const struct lane *lane, struct tie_error *err)
{
    const struct tie_source_request *request = &worker->job->request;
    struct tie_keys *keys = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_keys_create(
        tie_keys_path(&worker->arena, request->plan.work_folder, lane->parts[0], request->source), &keys, err));
    for (size_t i = 0; i < request->import_count; i++)
        if (same_lane(lane->parts[0], &request->plan.parts[request->import_parts[i]]))
            TIE_TRY(tie_keys_import(keys, request->import_paths[i], err));
    for (size_t i = 0; i < lane->count && !has_failed(worker->job); i++) {
        const struct tie_arena_mark mark = tie_arena_mark(&worker->arena);

        TIE_TRY(read_part(worker, lane->parts[i], keys, err));
        tie_arena_back_to(&worker->arena, mark);
    }
    TIE_TRY(tie_keys_flush(keys, err));
out:
    tie_keys_close(keys);
    return status;
}

static const struct lane *next_lane(struct job *job)
{
    const struct lane *lane = NULL;

    (void)pthread_mutex_lock(&job->mutex);
    if (!job->failed && job->next_lane < job->lane_count)
        lane = &job->lanes[job->next_lane++];
    (void)pthread_mutex_unlock(&job->mutex);
    return lane;
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct tie_error error = { .status = TIE_OK };
    const struct lane *lane = NULL;

    while ((lane = next_lane(worker->job)) != NULL)
        if (read_lane(worker, lane, &error) != TIE_OK)
            fail_job(worker->job, &error);
    return NULL;
}

static bool comes_before(const struct lane *a, const struct lane *b)
{
    return a->is_long != b->is_long ? a->is_long : a->bytes > b->bytes;
}

static void make_lanes(struct job *job)
{
    const struct tie_extract_plan *plan = &job->request.plan;
    struct lane *lanes = TIE_TAKE(&job->arena, struct lane, plan->part_count);

    for (size_t i = 0; i < plan->part_count; i++) {
        const struct tie_part_spec *part = &plan->parts[i];
        size_t at = 0;

        while (at < job->lane_count && !same_lane(lanes[at].parts[0], part))
            at++;
        job->lane_count += at == job->lane_count;
        TIE_ASSERT(lanes[at].count < TIE_COUNT_OF(lanes[at].parts));
        lanes[at].parts[lanes[at].count++] = part;
        lanes[at].is_long = tie_dataset(part->dataset)->home != TIE_HOME_BROADCAST;
        lanes[at].bytes += job->spec->driver == TIE_DRIVER_FILES ? tie_files_bytes(part) : 0;
    }
    TIE_ASSERT(job->lane_count > 0); /* a source without parts gets no child */
    job->lanes = lanes;
}

static enum tie_status estimate_lane(struct job *job, struct tie_link *link, struct lane *lane, struct tie_error *err)
{
    struct tie_statement statement;
    struct tie_buf sql;
    enum tie_status status = TIE_OK;

    tie_buf_init(&sql, SIZE_MAX);
    for (size_t i = 0; i < lane->count; i++) {
        uint64_t bytes = 0;

        TIE_TRY(make_statement(job, lane->parts[i], false, &sql, &statement, err));
        TIE_TRY(job->ops->estimate(link, &statement, &bytes, err));
        lane->bytes = __builtin_add_overflow(lane->bytes, bytes, &bytes) ? UINT64_MAX : bytes;
    }
out:
    tie_buf_release(&sql);
    return status;
}

static void order_lanes(struct job *job)
{
    struct lane *lanes = job->lanes;

    for (size_t i = 1; i < job->lane_count; i++) { /* few, and in order where nothing is known */
        const struct lane lane = lanes[i];
        size_t at = i;

        for (; at > 0 && comes_before(&lane, &lanes[at - 1]); at--)
            lanes[at] = lanes[at - 1];
        lanes[at] = lane;
    }
}

/* Runs `count` workers to the end of the lanes; the first one in this thread. */
static void run_workers(struct job *job, struct worker *workers, size_t count)
{
    size_t started = 1;

    for (; started < count; started++)
        if (pthread_create(&workers[started].thread, NULL, work, &workers[started]) != 0)
            break; /* fewer threads read the same lanes */
    (void)work(&workers[0]);
    for (size_t i = 1; i < started; i++)
        (void)pthread_join(workers[i].thread, NULL);
    (void)job;
}

static enum tie_status extract_all(struct job *job, struct tie_link *first, struct tie_error *err)
{
    struct worker *workers = TIE_TAKE(&job->arena, struct worker, WORKERS_MAX);
    size_t want = job->spec->connections < job->lane_count ? job->spec->connections : job->lane_count;
    enum tie_status status = TIE_OK;
    size_t count = 1;

    want = want > WORKERS_MAX ? WORKERS_MAX : want;
    workers[0].link = first;
    for (; job->session.can_attach && count < want; count++)
        TIE_TRY(job->ops->attach(&job->setup, &job->session, &workers[count].link, err));
    job->worker_count = count;
    for (size_t i = 0; i < job->lane_count && count > 1 && job->ops->estimate != NULL; i++)
        TIE_TRY(estimate_lane(job, first, &job->lanes[i], err));
    order_lanes(job);
    for (size_t i = 0; i < count; i++) {
        workers[i].job = job;
        TIE_TRY(tie_arena_init(&workers[i].arena, WORKER_ARENA_BYTES, err));
    }
    run_workers(job, workers, count);
    if (job->failed) {
        if (err != NULL)
            *err = job->error;
        status = job->error.status;
    }
out:
    for (size_t i = count; i-- > 1;)
        job->ops->close(workers[i].link);
    for (size_t i = 0; i < count; i++)
        tie_arena_release(&workers[i].arena);
    return status;
}

/* ---- preflight ---- */

static enum tie_status describe_query(struct job *job, struct tie_link *link, const struct tie_part_spec *part,
    bool is_control, struct tie_result_shape *shape, struct tie_error *err)
{
    struct tie_statement statement;
    struct tie_buf sql;
    enum tie_status status = TIE_OK;

    tie_buf_init(&sql, SIZE_MAX);
    TIE_TRY(make_statement(job, part, is_control, &sql, &statement, err));
    TIE_TRY(job->ops->describe(&job->arena, link, &statement, shape, err));
out:
    tie_buf_release(&sql);
    return status;
}

static enum tie_status describe_part(struct job *job, struct tie_link *link, const struct tie_part_spec *part,
    struct tie_described_part *described, struct tie_error *err)
{
    struct tie_result_shape shape = { 0, NULL };
    struct tie_column_match match;
    enum tie_status status = TIE_OK;

    TIE_TRY(describe_query(job, link, part, false, &shape, err));
    tie_columns_match(&job->arena, part, &shape, &match);
    described->column_count = match.count;
    described->columns = match.columns;
    if (match.trouble != NULL) {
        status = tie_fail(err, part->file == NULL ? TIE_CONFIG : TIE_DATA, "%s: %s", part->query_path, match.trouble);
        goto out;
    }
    if (part->control != NULL) {
        struct tie_row_sink sink = tie_figures_sink(tie_figures_new(&job->arena, part, &job->zone));

        TIE_TRY(describe_query(job, link, part, true, &shape, err));
        status = sink.begin(sink.context, &shape, err); /* judges the names */
        tie_figures_free(sink.context);
    }
out:
    return status;
}

static enum tie_status describe_all(struct job *job, struct tie_link *link, struct tie_error *err)
{
    const struct tie_extract_plan *plan = &job->request.plan;

    for (size_t i = 0; i < plan->part_count; i++) {
        struct tie_source_reply reply = { .event = TIE_EVENT_DESCRIBED, .part = plan->parts[i].part };
        const enum tie_status status = describe_part(job, link, &plan->parts[i], &reply.described, err);

        if (status == TIE_UNAVAILABLE)
            return status; /* the next query would meet the same */
        reply.described.status = status;
        reply.described.text = status == TIE_OK ? "" : err->text;
        tell(job, &reply);
    }
    return TIE_OK;
}

/* ---- main ---- */

static enum tie_status read_request(struct job *job, struct tie_error *err)
{
    struct tie_text text = { "", 0 };
    const struct tie_extract_plan *plan = &job->request.plan;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_fd_read(&job->arena, TIE_CHILD_REQUEST_FD, "request", REQUEST_BYTES_MAX, &text, err));
    TIE_TRY(tie_source_request_parse(&job->arena, text, &job->request, err));
    if (plan->sources[0].driver == TIE_DRIVER_FILES)
        tie_files_prepare(&job->arena, &job->request.plan);
    job->spec = &plan->sources[0];
    job->setup = (struct tie_driver_setup){
        .spec = job->spec,
        .work_folder = plan->work_folder,
        .deadline_us = tie_clock_us() + job->spec->timeout_us,
        .wants_snapshot = !job->request.is_describe && job->spec->connections > 1,
    };
    TIE_TRY(tie_zone_load(&job->arena, job->spec->timezone, &job->zone, err));
    TIE_TRY(tie_reference_compile(plan->policy, &job->reference, err));
    job->ops = tie_driver_ops_of(job->spec->driver);
out:
    return status;
}

static enum tie_status read_source(struct job *job, struct tie_error *err)
{
    struct tie_source_reply reply = { .event = TIE_EVENT_SESSION };
    const tie_instant started_at = tie_now();
    struct tie_link *link = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(read_request(job, err));
    (void)mallopt(M_ARENA_MAX, (int)job->spec->connections); /* each costs 64 MiB of address space, which is limited */
    TIE_TRY(job->ops->open(&job->arena, &job->setup, &link, &job->session, err));
    reply.session.product = job->session.product;
    reply.session.snapshot = job->session.snapshot;
    reply.session.read_at = job->session.read_at == TIE_NONE ? started_at : job->session.read_at;
    tell(job, &reply);
    make_lanes(job);
    TIE_TRY(job->request.is_describe ? describe_all(job, link, err) : extract_all(job, link, err));
out:
    if (job->ops != NULL)
        job->ops->close(link);
    tie_reference_free(job->reference);
    return status;
}

int tie_source_child_main(void)
{
    static struct job job = { .mutex = PTHREAD_MUTEX_INITIALIZER };
    struct tie_source_reply reply = { .event = TIE_EVENT_DONE };
    struct rusage usage = { .ru_maxrss = 0 };
    enum tie_status status = TIE_OK;

    tie_io_ignore_signals();
    status = tie_arena_init(&job.arena, ARENA_BYTES, &reply.error);
    if (status == TIE_OK)
        status = read_source(&job, &reply.error);
    if (status != TIE_OK)
        reply.event = TIE_EVENT_ERROR;
    (void)getrusage(RUSAGE_SELF, &usage);
    reply.session.cpu_us = ((int64_t)usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * TIE_US_PER_SECOND +
        usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
    reply.session.peak_bytes = (uint64_t)usage.ru_maxrss * 1024;
    tell(&job, &reply);
    tie_arena_release(&job.arena);
    return 0;
}
