/*
 * tool_columns.c - some columns of a CSV file as plain lines, so that sort, comm and awk can go on with them.
 *
 *   tool_columns FILE COLUMN...
 *
 * The header's line is left out. A value that holds a comma or a line break is refused: the lines would lie.
 */
#include "tieout/csv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define COLUMNS_MOST 16

static enum tie_status find_columns(const struct tie_csv_row *header, char **names, size_t count, const char *path,
    size_t *columns, struct tie_error *err)
{
    for (size_t c = 0; c < count; c++) {
        columns[c] = SIZE_MAX;
        for (size_t i = 0; i < header->count; i++)
            if (tie_text_is(header->fields[i], names[c]))
                columns[c] = i;
        if (columns[c] == SIZE_MAX)
            return tie_fail(err, TIE_DATA, "%s: has no column %s", path, names[c]);
    }
    return TIE_OK;
}

static enum tie_status print_rows(
    struct tie_csv_reader *reader, char **names, size_t count, const char *path, struct tie_error *err)
{
    size_t columns[COLUMNS_MOST];
    struct tie_csv_row row;
    bool end = false;
    enum tie_status status;

    TIE_TRY(tie_csv_next(reader, &row, &end, err));
    if (end)
        return tie_fail(err, TIE_DATA, "%s: is empty, a header is expected", path);
    TIE_TRY(find_columns(&row, names, count, path, columns, err));
    for (;;) {
        TIE_TRY(tie_csv_next(reader, &row, &end, err));
        if (end)
            break;
        for (size_t c = 0; c < count; c++) {
            const struct tie_text value = row.fields[columns[c]];

            if (value.size > 0 && (memchr(value.at, ',', value.size) || memchr(value.at, '\n', value.size)))
                return tie_fail(err, TIE_DATA, "%s:%llu: %s holds a comma or a line break", path,
                    (unsigned long long)row.line, names[c]);
            printf("%.*s%c", (int)value.size, value.at, c + 1 < count ? ',' : '\n');
        }
    }
out:
    return status;
}

int main(int argc, char **argv)
{
    struct tie_error err = { 0 };
    struct tie_csv_reader *reader = NULL;
    enum tie_status status;

    if (argc < 3 || argc - 2 > COLUMNS_MOST) {
        fprintf(stderr, "usage: tool_columns FILE COLUMN... (at most %d)\n", COLUMNS_MOST);
        return 64;
    }
    struct tie_csv_fd source = { open(argv[1], O_RDONLY | O_CLOEXEC), argv[1] };
    const struct tie_csv_setup setup = { .name = argv[1], .delimiter = ',', .pull = tie_csv_pull_fd, .state = &source };

    if (source.fd < 0) {
        fprintf(stderr, "tool_columns: %s: %s\n", argv[1], strerror(errno));
        return 66;
    }
    status = tie_csv_open(&setup, &reader, &err);
    if (status == TIE_OK)
        status = print_rows(reader, argv + 2, (size_t)argc - 2, argv[1], &err);
    tie_csv_close(reader);
    close(source.fd);
    if (status != TIE_OK) {
        fprintf(stderr, "tool_columns: %s\n", err.text);
        return 65;
    }
    return fflush(stdout) == 0 ? 0 : 74;
}
