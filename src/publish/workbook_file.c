/*
 * workbook_file.c - a workbook as a file: made in a folder of its own, closed, and read back.
 *
 * The library does not notice a full disk, so: its temporary files lie in the folder of the run, space is asked for
 * before, and after closing the file is opened again and every sheet must be whole and have as many rows and cells as
 * were written. Only then is it fsynced. The date of creation is the as-of: same report, same bytes.
 */
#include "workbook.h"

#include "tieout/zip_check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BYTES_A_CELL 120       /* sheet XML of about 60 bytes, twice while it is packed */
#define BYTES_AT_LEAST 4000000 /* styles, charts, strings */
#define ZIP64_CELLS 20000000   /* sheet XML could pass 4 GiB */

/* `scratch`: a folder for the library's temporary files, which it removes itself, as well as it can. */
static enum tie_status open_book(struct book *book, const char *scratch, const char *path, struct tie_error *err)
{
    lxw_workbook_options options = { .constant_memory = book->cells_planned > (uint64_t)book->layout.memory_cells,
        .tmpdir = tie_arena_strdup(book->arena, scratch),
        .use_zip64 = book->cells_planned > ZIP64_CELLS };
    lxw_doc_properties properties = { .title = tie_arena_strdup(book->arena, book->layout.title),
        .subject = tie_arena_printf(book->arena, "job %s, run %s", book->report->job, book->report->run),
        .author = tie_arena_strdup(book->arena, book->report->engine),
        .created = (time_t)book->report->as_of * 86400 };

    book->at = tie_lxw.workbook_new_opt(path, &options);
    if (book->at == NULL)
        return tie_fail(err, TIE_CONFIG, "cannot make %s: out of memory", path);
    pen_failed(book, &book->sheets.at[0], 0, tie_lxw.workbook_set_properties(book->at, &properties));
    pen_styles(book);
    for (size_t i = 0; i < book->sheets.count; i++) {
        struct sheet *const sheet = &book->sheets.at[i];

        sheet->at = tie_lxw.workbook_add_worksheet(book->at, sheet->name);
        if (sheet->at == NULL)
            return tie_fail(err, TIE_CANTCREATE,
                "%s: sheet %s can't be made; look whether its temporary folder %s can be written", path, sheet->name,
                scratch);
        if (sheet->layout != NULL && sheet->layout->kind == SHEET_SUMMARY)
            tie_lxw.worksheet_set_tab_color(sheet->at, book->layout.colours[COLOUR_ACCENT]);
    }
    return TIE_OK;
}

static int by_number(const void *a, const void *b)
{
    const char *const x = ((const struct tie_zip_sheet *)a)->name;
    const char *const y = ((const struct tie_zip_sheet *)b)->name;

    if (strlen(x) != strlen(y))
        return strlen(x) < strlen(y) ? -1 : 1;
    return strcmp(x, y);
}

/* The file against what was meant; sheet N of the book is member sheetN.xml. */
static enum tie_status read_back(const struct book *book, const char *path, struct tie_error *err)
{
    struct tie_zip_sheets found = { 0 };
    enum tie_status status = TIE_OK;

    status = tie_zip_count_sheets(book->arena, path, "xl/worksheets/", &found, err);
    if (status == TIE_DATA) /* of a file just written, that is the disk's fault */
        status = tie_fail(err, TIE_IO,
            "%s can't be read back as it was written; look for a full or failing disk and run again", path);
    if (status != TIE_OK)
        goto out;
    if (found.count != book->sheets.count)
        return tie_fail(err, TIE_IO, "%s holds %zu sheets, %zu were written; look for a full disk and run again", path,
            found.count, book->sheets.count);
    qsort(found.at, found.count, sizeof *found.at, by_number);
    for (size_t i = 0; i < found.count; i++) {
        const struct sheet *const sheet = &book->sheets.at[i];

        if (!found.at[i].is_whole || found.at[i].rows != sheet->rows || found.at[i].cells != sheet->cells)
            return tie_fail(err, TIE_IO,
                "%s: sheet %s has %llu rows and %llu cells%s, %llu rows and %llu cells were written; "
                "look for a full disk and run again",
                path, sheet->name, (unsigned long long)found.at[i].rows, (unsigned long long)found.at[i].cells,
                found.at[i].is_whole ? "" : " and is cut", (unsigned long long)sheet->rows,
                (unsigned long long)sheet->cells);
    }
out:
    return status;
}

static enum tie_status sync_file(const char *path, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return tie_fail_os(err, TIE_IO, errno, "open", path);
    if (fsync(fd) != 0)
        status = tie_fail_os(err, TIE_IO, errno, "sync", path);
    (void)close(fd);
    return status;
}

static enum tie_status close_book(struct book *book, const char *path, struct tie_error *err)
{
    lxw_error code = LXW_NO_ERROR;
    bool is_lost = false;

    stream_watch();
    code = tie_lxw.workbook_close(book->at);
    is_lost = stream_lost();
    book->at = NULL;
    if (book->error.status != TIE_OK)
        return tie_fail(err, book->error.status, "%s", book->error.text);
    if (code != LXW_NO_ERROR)
        return tie_fail(
            err, TIE_IO, "cannot write %s: %s; look for a full disk and run again", path, tie_lxw.lxw_strerror(code));
    if (is_lost)
        return tie_fail(err, TIE_IO,
            "cannot write %s: temporary files beside it lost what was written: disk full, file too large (ulimit -f), "
            "or input/output error; free some space and run again",
            path);
    return TIE_OK;
}

enum tie_status book_begin(struct book *book, const char *folder, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    book->folder = folder;
    book->path = tie_path_join(book->arena, folder, book->file_name);
    book->scratch = tie_path_join(book->arena, folder, tie_arena_printf(book->arena, ".%s.tmp", book->file_name));
    TIE_TRY(tie_disk_require(folder, BYTES_AT_LEAST + book->cells_planned * BYTES_A_CELL, err));
    if (tie_path_kind(folder) != TIE_ENTRY_FOLDER)
        TIE_TRY(tie_fail(
            err, TIE_CANTCREATE, "cannot make %s: %s is no folder; make it or name another", book->path, folder));
    TIE_TRY(tie_lxw_load(err));
    TIE_TRY(tie_folder_make(book->scratch, err));
    TIE_TRY(open_book(book, book->scratch, book->path, err));
out:
    return status;
}

enum tie_status book_end(struct book *book, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    TIE_TRY(close_book(book, book->path, err));
    TIE_TRY(tie_tree_remove(book->scratch, err));
    TIE_TRY(read_back(book, book->path, err));
    TIE_TRY(sync_file(book->path, err));
    TIE_TRY(tie_folder_sync(book->folder, err));
out:
    return status;
}

void book_drop(struct book *book, enum tie_status status)
{
    if (book->at != NULL)
        tie_lxw.lxw_workbook_free(book->at);
    book->at = NULL;
    if (status == TIE_OK || book->path == NULL)
        return;
    (void)!tie_tree_remove(book->scratch, NULL);
    (void)unlink(book->path);
}
