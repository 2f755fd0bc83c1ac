/*
 * out.c - text of the benchmark's files, through one big buffer a file.
 *
 * Rejected: stdio, whose printf costs more than everything else here.
 */
#include "data.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_MOST 512 /* bytes that one row takes at most */

_Noreturn void data_stop(const char *what)
{
    fprintf(stderr, "tool_data: %s: %s\n", what, strerror(errno));
    exit(74);
}

void data_flush(struct data_out *out)
{
    for (size_t done = 0; done < out->size;) {
        const ssize_t wrote = write(out->fd, out->bytes + done, out->size - done);

        if (wrote < 0 && errno != EINTR)
            data_stop(out->path);
        if (wrote > 0)
            done += (size_t)wrote;
    }
    out->size = 0;
}

void data_put(struct data_out *out, const char *text)
{
    const size_t size = strlen(text);

    memcpy(out->bytes + out->size, text, size);
    out->size += size;
}

void data_put_id(struct data_out *out, const char *prefix, uint64_t number, uint32_t digits)
{
    char text[24];
    size_t at = sizeof text;

    data_put(out, prefix);
    for (uint32_t i = 0; i < digits || number > 0; i++, number /= 10)
        text[--at] = (char)('0' + number % 10);
    memcpy(out->bytes + out->size, text + at, sizeof text - at);
    out->size += sizeof text - at;
}

void data_put_fixed(struct data_out *out, int64_t value, uint32_t places)
{
    uint64_t scale = 1;

    for (uint32_t i = 0; i < places; i++)
        scale *= 10;
    const uint64_t size = (uint64_t)(value < 0 ? -value : value);

    data_put_id(out, value < 0 ? "-" : "", size / scale, 1);
    data_put_id(out, ".", size % scale, places);
}

enum { DAYS_AROUND = 16 };
static char day_texts[DAYS + 2 * DAYS_AROUND][16]; /* printing a date is dear, and there are few */

void data_put_date(struct data_out *out, tie_date day)
{
    memcpy(out->bytes + out->size, day_texts[day - data_first_day + DAYS_AROUND], 10);
    out->size += 10;
}

void data_put_instant(struct data_out *out, tie_date day, uint32_t second)
{
    data_put_date(out, day);
    data_put_id(out, " ", second / 3600, 2);
    data_put_id(out, ":", second / 60 % 60, 2);
    data_put_id(out, ":", second % 60, 2);
    data_put(out, "+00");
}

void data_end_row(struct data_out *out)
{
    out->bytes[out->size++] = '\n';
    out->rows++;
    if (out->size > DATA_BUFFER_BYTES - LINE_MOST)
        data_flush(out);
}

void data_begin(void)
{
    data_first_day = tie_date_from_civil(2026, 1, 5);
    for (int i = 0; i < DAYS + 2 * DAYS_AROUND; i++)
        tie_date_print(data_first_day + i - DAYS_AROUND, day_texts[i]);
}
