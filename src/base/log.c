/*
 * log.c - lines and progress on stderr.
 *
 * A line is made whole in a buffer and written by one write(), so lines of the parent and of its children don't mix.
 * Control characters in a text (driver messages hold newlines, data may hold anything) become blanks: one event is one
 * line, and no text can move a terminal's cursor. On a terminal a progress line may stand; a log line first wipes it,
 * the next progress draws it again.
 *
 * The state is the process's own (there is one stderr), under a mutex because workers report too. Failures to write are
 * ignored: a full pipe at stderr must not end a run.
 */
#include "tieout/log.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define LINE_BYTES 2048
#define REDRAW_US 100000 /* ten times a second */
#define WIPE "\r\033[K"

static struct {
    pthread_mutex_t mutex;
    struct tie_log_setup setup;
    bool has_progress; /* a progress line stands on the terminal */
    char phase[64];
    int64_t began_us, drawn_us;
} state = { .mutex = PTHREAD_MUTEX_INITIALIZER, .setup = { .level = TIE_LOG_INFO } };

static const struct {
    const char *name;
    const char *colour;
} levels[] = {
    [TIE_LOG_ERROR] = { "error", "\033[31m" },
    [TIE_LOG_WARNING] = { "warning", "\033[33m" },
    [TIE_LOG_INFO] = { "info", "" },
    [TIE_LOG_DETAIL] = { "detail", "\033[2m" },
};

static void wipe_progress(void)
{
    if (state.has_progress)
        tie_stderr_put(WIPE, sizeof WIPE - 1);
    state.has_progress = false;
}

void tie_log_setup(const struct tie_log_setup *setup)
{
    (void)pthread_mutex_lock(&state.mutex);
    wipe_progress();
    state.setup = *setup;
    state.phase[0] = '\0';
    (void)pthread_mutex_unlock(&state.mutex);
}

/* What snprintf wrote, at most what was there to write into. */
static size_t written(int result, size_t room)
{
    return result < 0 ? 0 : (size_t)result < room ? (size_t)result : room - 1;
}

static size_t print_stamp(char out[40])
{
    const tie_instant now = tie_now() / TIE_US_PER_SECOND * TIE_US_PER_SECOND;

    return state.setup.zone == NULL ? tie_instant_print(now, out) : tie_zone_print(state.setup.zone, now, out);
}

void tie_log(enum tie_log_level level, const char *format, ...)
{
    char line[LINE_BYTES];
    char stamp[40];
    size_t size;
    size_t text_at;
    va_list args;

    TIE_ASSERT((size_t)level < TIE_COUNT_OF(levels));
    (void)pthread_mutex_lock(&state.mutex);
    if (level <= state.setup.level) {
        const char *colour = state.setup.use_colour ? levels[level].colour : "";
        const char *plain = colour[0] == '\0' ? "" : "\033[0m";

        (void)print_stamp(stamp);
        size = written(
            snprintf(line, sizeof line, "%s %s%s%s ", stamp, colour, levels[level].name, plain), sizeof line);
        text_at = size;
        va_start(args, format);
        size += written(vsnprintf(line + size, sizeof line - size - 1, format, args), sizeof line - size - 1);
        va_end(args);
        while (size > text_at && (line[size - 1] == '\n' || line[size - 1] == '\r'))
            size--;
        for (size_t i = text_at; i < size; i++)
            if ((unsigned char)line[i] < ' ' || line[i] == '\177')
                line[i] = ' ';
        line[size++] = '\n';
        wipe_progress();
        tie_stderr_put(line, size);
    }
    (void)pthread_mutex_unlock(&state.mutex);
}

/* "extract usage_line: 1200000 of 4000000 rows (30 %), 410000 rows/s, 6 s left" */
static void describe(struct tie_buf *out, uint64_t done, uint64_t total, const char *unit, int64_t spent_us)
{
    const uint64_t spent_ms = (uint64_t)spent_us / 1000 + 1;
    const uint64_t per_second = done > UINT64_MAX / 1000 ? UINT64_MAX : done * 1000 / spent_ms;

    tie_buf_printf(out, WIPE "%s: %" PRIu64, state.phase, done);
    if (total > 0)
        tie_buf_printf(out, " of %" PRIu64, total);
    tie_buf_printf(out, " %s", unit);
    if (total > 0 && done <= UINT64_MAX / 100)
        tie_buf_printf(out, " (%" PRIu64 " %%)", done * 100 / total);
    tie_buf_printf(out, ", %" PRIu64 " %s/s", per_second, unit);
    if (total > done && per_second > 0)
        tie_buf_printf(out, ", %" PRIu64 " s left", (total - done) / per_second);
}

void tie_log_progress(const char *phase, uint64_t done, uint64_t total, const char *unit)
{
    (void)pthread_mutex_lock(&state.mutex);
    if (state.setup.is_terminal && state.setup.level >= TIE_LOG_INFO) {
        const int64_t now_us = tie_clock_us();

        if (strncmp(state.phase, phase, sizeof state.phase - 1) != 0) {
            (void)snprintf(state.phase, sizeof state.phase, "%s", phase);
            state.began_us = now_us;
            state.drawn_us = now_us - REDRAW_US;
        }
        if (now_us - state.drawn_us >= REDRAW_US) {
            struct tie_buf line;

            tie_buf_init(&line, LINE_BYTES);
            describe(&line, done, total, unit, now_us - state.began_us);
            tie_stderr_put(line.at, line.size);
            tie_buf_release(&line);
            state.has_progress = true;
            state.drawn_us = now_us;
        }
    }
    (void)pthread_mutex_unlock(&state.mutex);
}

void tie_log_progress_end(void)
{
    (void)pthread_mutex_lock(&state.mutex);
    wipe_progress();
    state.phase[0] = '\0';
    (void)pthread_mutex_unlock(&state.mutex);
}

static int64_t clock_us(clockid_t clock)
{
    struct timespec now = { 0 };

    TIE_ASSERT(clock_gettime(clock, &now) == 0);
    return (int64_t)now.tv_sec * TIE_US_PER_SECOND + now.tv_nsec / 1000;
}

int64_t tie_clock_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

tie_instant tie_now(void)
{
    return clock_us(CLOCK_REALTIME);
}
