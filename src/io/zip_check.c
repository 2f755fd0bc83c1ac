/*
 * zip_check.c - see zip_check.h.
 *
 * One pass over the decompressed bytes of each member with a window of a few bytes kept from block to block, so that
 * a tag is found wherever a block ends. A tag counts when its name is followed by a blank, '>' or '/': "<c " is a
 * cell, "<cols>" is not. Text can't be mistaken for a tag, because XML escapes '<'. libarchive verifies the checksum
 * of a member when its end is read. Rejected: an XML parser; a sheet may hold a gigabyte, and the fault that is
 * looked for (lost bytes) shows in the counts.
 */
#include "tieout/zip_check.h"

#include "archive_library.h"

#include "tieout/file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_BYTES ((size_t)65536)
#define TAIL_BYTES 12 /* of "</worksheet>" */

static const char head_text[] = "<?xml ";
static const char tail_text[] = "</worksheet>";

struct counter {
    struct tie_zip_sheet *sheet;
    char tag[5]; /* bytes since the last '<', as far as they matter */
    size_t tag_size;
    bool in_tag;
    char tail[TAIL_BYTES];
    uint64_t bytes;
    bool head_is_right;
};

static bool ends_name(char c)
{
    return c == ' ' || c == '>' || c == '/';
}

static void count_tag(struct counter *counter)
{
    const char *tag = counter->tag;

    if (counter->tag_size == 4 && memcmp(tag, "row", 3) == 0 && ends_name(tag[3]))
        counter->sheet->rows++;
    else if (counter->tag_size == 2 && tag[0] == 'c' && ends_name(tag[1]))
        counter->sheet->cells++;
}

static void count_bytes(struct counter *counter, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size && counter->bytes + i < sizeof head_text - 1; i++)
        counter->head_is_right = counter->head_is_right && bytes[i] == head_text[counter->bytes + i];
    counter->bytes += size;
    for (size_t i = 0; i < size; i++) {
        if (!counter->in_tag) { /* most bytes lie between what matters of two tags */
            const char *const tag = memchr(bytes + i, '<', size - i);

            if (tag == NULL)
                break;
            i = (size_t)(tag - bytes);
        }
        if (bytes[i] == '<') {
            counter->in_tag = true;
            counter->tag_size = 0;
            continue;
        }
        counter->tag[counter->tag_size++] = bytes[i];
        counter->in_tag = !ends_name(bytes[i]) && counter->tag_size < sizeof counter->tag - 1;
        if (ends_name(bytes[i]))
            count_tag(counter);
    }
    if (size >= TAIL_BYTES) {
        memcpy(counter->tail, bytes + size - TAIL_BYTES, TAIL_BYTES);
    } else {
        memmove(counter->tail, counter->tail + size, TAIL_BYTES - size);
        memcpy(counter->tail + TAIL_BYTES - size, bytes, size);
    }
}

/* The tail as the file has it may be followed by one newline. */
static bool tail_is_right(const struct counter *counter)
{
    const size_t size = sizeof tail_text - 1;

    return memcmp(counter->tail, tail_text, size) == 0 ||
        (counter->tail[TAIL_BYTES - 1] == '\n' && memcmp(counter->tail, tail_text + 1, size - 1) == 0);
}

static enum tie_status count_member(
    struct archive *zip, const char *path, struct tie_zip_sheet *sheet, struct tie_error *err)
{
    struct counter counter = { .sheet = sheet, .head_is_right = true };
    static _Thread_local char block[BLOCK_BYTES];
    la_ssize_t got = 0;

    while ((got = tie_la.read_data(zip, block, sizeof block)) > 0)
        count_bytes(&counter, block, (size_t)got);
    if (got < 0)
        return tie_fail(err, TIE_DATA, "%s: member %s can't be read back: %s; the file is damaged, make it again", path,
            sheet->name, tie_la.error_string(zip));
    sheet->is_whole = counter.head_is_right && counter.bytes > sizeof head_text && tail_is_right(&counter);
    return TIE_OK;
}

static bool lies_in(const char *name, const char *folder)
{
    return name != NULL && tie_text_starts(tie_text_of(name), folder) && strchr(name + strlen(folder), '/') == NULL;
}

enum tie_status tie_zip_count_sheets(
    struct tie_arena *arena, const char *path, const char *folder, struct tie_zip_sheets *sheets, struct tie_error *err)
{
    struct archive *zip = NULL;
    struct archive_entry *entry = NULL;
    enum tie_status status = TIE_OK;
    int code = ARCHIVE_OK;

    *sheets = (struct tie_zip_sheets){ 0 };
    TIE_TRY(tie_la_load(err));
    zip = tie_la.read_new();
    if (zip == NULL)
        return tie_fail(err, TIE_CONFIG, "cannot read %s back: no memory", path);
    if (access(path, R_OK) != 0) {
        status = tie_fail_os(err, TIE_IO, errno, "read back", path);
        goto out;
    }
    if (tie_la.read_support_format_zip(zip) != ARCHIVE_OK ||
        tie_la.read_open_filename(zip, path, BLOCK_BYTES) != ARCHIVE_OK) {
        status = tie_fail(err, TIE_DATA, "%s is no zip archive: %s; make it again", path, tie_la.error_string(zip));
        goto out;
    }
    while ((code = tie_la.read_next_header(zip, &entry)) == ARCHIVE_OK) {
        const char *const name = tie_la.entry_pathname(entry);

        if (!lies_in(name, folder))
            continue;
        TIE_PUSH(arena, sheets, (struct tie_zip_sheet){ .name = tie_arena_strdup(arena, name) });
        TIE_TRY(count_member(zip, path, &sheets->at[sheets->count - 1], err));
    }
    if (code != ARCHIVE_EOF)
        status = tie_fail(
            err, TIE_DATA, "%s is no whole zip archive: %s; make it again", path, tie_la.error_string(zip));
out:
    if (zip != NULL)
        (void)tie_la.read_free(zip);
    return status;
}
