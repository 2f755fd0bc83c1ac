/*
 * tool_csv.c - the CSV reader alone against a scan of the same bytes for line ends, in the same run, in turns.
 *
 *   tool_csv FILE [REPEATS [DELIMITER]]
 *
 * A round reads the whole file twice: with memchr for LF, the least that anything which knows rows can do, and with
 * csv.h, adding up the sizes of all fields so that none is left untouched. Both read by the same calls, from the page
 * cache. Printed: the best of each, in bytes and rows a second of processor time, and their ratio.
 */
#include "tieout/csv.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK_BYTES = 128 * 1024 };

struct counted {
    uint64_t rows, fields, bytes;
};

static double cpu_seconds(void)
{
    struct timespec now = { 0 };

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static enum tie_status scan_lines(
    struct tie_csv_fd *file, char delimiter, struct counted *counted, struct tie_error *err)
{
    static char block[BLOCK_BYTES];
    size_t got = 0;
    enum tie_status status = TIE_OK;

    (void)delimiter;
    for (;;) {
        TIE_TRY(tie_csv_pull_fd(file, block, sizeof block, &got, err));
        if (got == 0)
            break;
        counted->bytes += got;
        for (const char *at = block; (at = memchr(at, '\n', (size_t)(block + got - at))) != NULL; at++)
            counted->rows++;
    }
out:
    return status;
}

static enum tie_status read_rows(
    struct tie_csv_fd *file, char delimiter, struct counted *counted, struct tie_error *err)
{
    const struct tie_csv_setup setup = {
        .name = file->name, .delimiter = delimiter, .pull = tie_csv_pull_fd, .state = file
    };
    struct tie_csv_reader *reader = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_csv_open(&setup, &reader, err));
    for (;;) {
        struct tie_csv_row row = { .count = 0 };
        bool end = false;

        TIE_TRY(tie_csv_next(reader, &row, &end, err));
        if (end)
            break;
        counted->rows++;
        counted->fields += row.count;
        for (size_t i = 0; i < row.count; i++)
            counted->bytes += row.fields[i].size;
    }
out:
    tie_csv_close(reader);
    return status;
}

static const struct way {
    const char *name;
    enum tie_status (*read)(struct tie_csv_fd *file, char delimiter, struct counted *counted, struct tie_error *err);
} ways[] = { { "memchr for LF", scan_lines }, { "csv reader", read_rows } };

int main(int argc, char **argv)
{
    const int repeats = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 5;
    const char delimiter = argc > 3 ? argv[3][0] : ',';
    double best[TIE_COUNT_OF(ways)] = { 0 };
    struct counted counted[TIE_COUNT_OF(ways)] = { { 0, 0, 0 } };
    struct tie_error err = { .status = TIE_OK };

    if (argc < 2 || repeats < 1) {
        fprintf(stderr, "usage: tool_csv FILE [REPEATS [DELIMITER]]\n");
        return 64;
    }
    for (int i = 0; i < repeats; i++)
        for (size_t way = 0; way < TIE_COUNT_OF(ways); way++) {
            struct tie_csv_fd file = { open(argv[1], O_RDONLY | O_CLOEXEC), argv[1] };
            const double started = cpu_seconds();
            double took = 0;

            counted[way] = (struct counted){ 0, 0, 0 };
            if (file.fd < 0)
                (void)tie_fail_os(&err, TIE_IO, errno, "open", argv[1]);
            else if (ways[way].read(&file, delimiter, &counted[way], &err) == TIE_OK)
                took = cpu_seconds() - started;
            if (file.fd >= 0)
                (void)close(file.fd);
            if (err.status != TIE_OK) {
                fprintf(stderr, "tool_csv: %s\n", err.text);
                return tie_status_exit_code(err.status);
            }
            best[way] = i == 0 || took < best[way] ? took : best[way];
        }
    for (size_t way = 0; way < TIE_COUNT_OF(ways); way++)
        printf("%-14s %8.0f MB/s %12.0f rows/s  (%" PRIu64 " rows, %" PRIu64 " fields)\n", ways[way].name,
            (double)counted[0].bytes / best[way] / 1e6, (double)counted[way].rows / best[way], counted[way].rows,
            counted[way].fields);
    printf("the reader takes %.2f times the processor time of the scan\n", best[1] / best[0]);
    return 0;
}
