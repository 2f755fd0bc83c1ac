/*
 * tool_workbook.c - the workbook of many findings: publish/ against libxlsxwriter alone, with the same cells.
 *
 *   tool_workbook [FINDINGS [PAIRS [LAYOUT]]]
 *
 * A first, untimed run of publish/ is recorded: every cell, row height and style that it hands to the library, sheet by
 * sheet (the functions of the library are taken over here, as tests/faults does with those of the C library). The peer
 * then writes just that, in the library's mode of constant memory, with nothing to look up and nothing to check. Both
 * are timed in turn. Ours reads its file back and syncs it; the peer does neither. Memory is what the process takes
 * beyond what it held before, findings and record included. Exit 1: above 1.3 times the peer's time or 64 MiB.
 *
 * Rejected: a peer that invents its own cells (a tenth more or less text decides), and one that reads our file back
 * (its cells would lie in other places of memory and be numbered strings).
 */
#include "publish/sample_report.h"

#include "tieout/log.h"

#include "../../src/publish/workbook_library.h"

#include <xlsxwriter.h>

#include <dlfcn.h>
#include <time.h>
#include <unistd.h>

#define RATIO_MAX 1.3
#define MEMORY_KB_MAX (64 * 1024)

enum { SHEETS_MAX = 64, FORMATS_MAX = 128 };
enum op { OP_TEXT, OP_NUMBER, OP_BLANK, OP_LINK, OP_HEIGHT, OP_MERGE };

struct cell {
    enum op op;
    uint16_t sheet, format, col, last_col;
    uint32_t row;
    double number;
    const char *text, *link;
};

static struct {
    bool is_on;
    int depth; /* the library calls itself */
    struct tie_arena arena;
    struct cell *at;
    size_t count, room;
    const lxw_worksheet *sheets[SHEETS_MAX];
    const char *names[SHEETS_MAX];
    size_t sheet_count;
    const lxw_format *formats[FORMATS_MAX];
    size_t format_count;
} tape;

/* ---- the record ---- */

static uint16_t number_of(const void *const *list, size_t count, const void *wanted)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == wanted)
            return (uint16_t)i;
    return UINT16_MAX;
}

static const char *kept(const char *text)
{
    return text == NULL ? NULL : tie_arena_strdup(&tape.arena, text);
}

static void record(const lxw_worksheet *sheet, const lxw_format *format, struct cell cell)
{
    if (!tape.is_on || tape.depth > 0)
        return;
    cell.sheet = number_of((const void *const *)tape.sheets, tape.sheet_count, sheet);
    cell.format = number_of((const void *const *)tape.formats, tape.format_count, format);
    cell.text = kept(cell.text);
    cell.link = kept(cell.link);
    TIE_PUSH(&tape.arena, &tape, cell);
}

/* The library's own function of a name that this program takes over. */
#define REAL(name) real = real != NULL ? real : (__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name)
#define PASS_ON(...)                                                                                                   \
    tape.depth++;                                                                                                      \
    const lxw_error result = real(__VA_ARGS__);                                                                        \
    tape.depth--;                                                                                                      \
    return result

lxw_error worksheet_write_string(
    lxw_worksheet *sheet, lxw_row_t row, lxw_col_t col, const char *string, lxw_format *format)
{
    static __typeof__(&worksheet_write_string) real;

    REAL(worksheet_write_string);
    record(sheet, format, (struct cell){ .op = OP_TEXT, .row = row, .col = col, .text = string });
    PASS_ON(sheet, row, col, string, format);
}

lxw_error worksheet_write_number(lxw_worksheet *sheet, lxw_row_t row, lxw_col_t col, double number, lxw_format *format)
{
    static __typeof__(&worksheet_write_number) real;

    REAL(worksheet_write_number);
    record(sheet, format, (struct cell){ .op = OP_NUMBER, .row = row, .col = col, .number = number });
    PASS_ON(sheet, row, col, number, format);
}

lxw_error worksheet_write_blank(lxw_worksheet *sheet, lxw_row_t row, lxw_col_t col, lxw_format *format)
{
    static __typeof__(&worksheet_write_blank) real;

    REAL(worksheet_write_blank);
    record(sheet, format, (struct cell){ .op = OP_BLANK, .row = row, .col = col });
    PASS_ON(sheet, row, col, format);
}

lxw_error worksheet_write_url_opt(lxw_worksheet *sheet, lxw_row_t row, lxw_col_t col, const char *url,
    lxw_format *format, const char *string, const char *tooltip)
{
    static __typeof__(&worksheet_write_url_opt) real;

    REAL(worksheet_write_url_opt);
    record(sheet, format, (struct cell){ .op = OP_LINK, .row = row, .col = col, .text = string, .link = url });
    PASS_ON(sheet, row, col, url, format, string, tooltip);
}

lxw_error worksheet_set_row(lxw_worksheet *sheet, lxw_row_t row, double height, lxw_format *format)
{
    static __typeof__(&worksheet_set_row) real;

    REAL(worksheet_set_row);
    record(sheet, format, (struct cell){ .op = OP_HEIGHT, .row = row, .number = height });
    PASS_ON(sheet, row, height, format);
}

lxw_error worksheet_merge_range(lxw_worksheet *sheet, lxw_row_t row, lxw_col_t col, lxw_row_t last_row,
    lxw_col_t last_col, const char *string, lxw_format *format)
{
    static __typeof__(&worksheet_merge_range) real;

    REAL(worksheet_merge_range);
    record(
        sheet, format, (struct cell){ .op = OP_MERGE, .row = row, .col = col, .last_col = last_col, .text = string });
    PASS_ON(sheet, row, col, last_row, last_col, string, format);
}

lxw_worksheet *workbook_add_worksheet(lxw_workbook *book, const char *name)
{
    static __typeof__(&workbook_add_worksheet) real;
    lxw_worksheet *sheet = NULL;

    REAL(workbook_add_worksheet);
    sheet = real(book, name);
    if (tape.is_on && tape.sheet_count < SHEETS_MAX) {
        tape.sheets[tape.sheet_count] = sheet;
        tape.names[tape.sheet_count++] = kept(name);
    }
    return sheet;
}

lxw_format *workbook_add_format(lxw_workbook *book)
{
    static __typeof__(&workbook_add_format) real;
    lxw_format *format = NULL;

    REAL(workbook_add_format);
    format = real(book);
    if (tape.is_on && tape.depth == 0 && tape.format_count < FORMATS_MAX)
        tape.formats[tape.format_count++] = format;
    return format;
}

/* publish/ calls the library through its table: then through ours, too. */
static enum tie_status take_over(struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_lxw_load(err));
    tie_lxw.worksheet_write_string = worksheet_write_string;
    tie_lxw.worksheet_write_number = worksheet_write_number;
    tie_lxw.worksheet_write_blank = worksheet_write_blank;
    tie_lxw.worksheet_write_url_opt = worksheet_write_url_opt;
    tie_lxw.worksheet_set_row = worksheet_set_row;
    tie_lxw.worksheet_merge_range = worksheet_merge_range;
    tie_lxw.workbook_add_worksheet = workbook_add_worksheet;
    tie_lxw.workbook_add_format = workbook_add_format;
out:
    return status;
}

/* ---- the peer ---- */

static lxw_error put(lxw_worksheet *sheet, lxw_format *format, const struct cell *cell)
{
    const lxw_col_t col = cell->col;

    switch (cell->op) {
    case OP_TEXT: return worksheet_write_string(sheet, cell->row, col, cell->text, format);
    case OP_NUMBER: return worksheet_write_number(sheet, cell->row, col, cell->number, format);
    case OP_BLANK: return worksheet_write_blank(sheet, cell->row, col, format);
    case OP_LINK: return worksheet_write_url_opt(sheet, cell->row, col, cell->link, format, cell->text, NULL);
    case OP_HEIGHT: return worksheet_set_row(sheet, cell->row, cell->number, format);
    case OP_MERGE: break;
    }
    return worksheet_merge_range(sheet, cell->row, col, cell->row, cell->last_col, cell->text, format);
}

static bool write_peer(const char *path, const char *scratch)
{
    char folder[96];
    lxw_workbook_options options = { .constant_memory = LXW_TRUE, .tmpdir = folder };
    lxw_worksheet *sheets[SHEETS_MAX];
    lxw_format *formats[FORMATS_MAX];
    lxw_error code = LXW_NO_ERROR;
    lxw_workbook *book = NULL;

    (void)snprintf(folder, sizeof folder, "%s", scratch);
    book = workbook_new_opt(path, &options);
    for (size_t i = 0; i < tape.format_count; i++) { /* told apart by something, as ours are */
        formats[i] = workbook_add_format(book);
        format_set_font_name(formats[i], "Calibri");
        format_set_font_size(formats[i], 8 + (double)i / 4);
        format_set_bottom(formats[i], LXW_BORDER_THIN);
    }
    for (size_t i = 0; i < tape.sheet_count; i++)
        sheets[i] = workbook_add_worksheet(book, tape.names[i]);
    for (size_t i = 0; i < tape.count && code == LXW_NO_ERROR; i++) {
        const struct cell *cell = &tape.at[i];

        code = put(sheets[cell->sheet], cell->format == UINT16_MAX ? NULL : formats[cell->format], cell);
    }
    if (workbook_close(book) != LXW_NO_ERROR || code != LXW_NO_ERROR)
        fprintf(stderr, "tool_workbook: the peer failed: %s\n", lxw_strerror(code));
    return code == LXW_NO_ERROR;
}

/* ---- both, in turn ---- */

/* A line "Vm...: N kB" of /proc/self/status. */
static long status_kb(const char *name)
{
    char line[256];
    long kb = -1;
    FILE *file = fopen("/proc/self/status", "r");

    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, name, strlen(name)) == 0)
            kb = strtol(line + strlen(name), NULL, 10);
    if (file != NULL)
        (void)fclose(file);
    return kb;
}

static void forget_peak(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "w");

    if (file != NULL) {
        (void)fputs("5", file);
        (void)fclose(file);
    }
}

struct clocks { /* seconds: of the wall, of the processor */
    double wall, cpu;
};

static struct clocks now(void)
{
    struct timespec spent = { 0 };

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    return (struct clocks){ (double)tie_clock_us() / 1e6, (double)spent.tv_sec + (double)spent.tv_nsec / 1e9 };
}

static struct clocks since(struct clocks start)
{
    const struct clocks end = now();

    return (struct clocks){ end.wall - start.wall, end.cpu - start.cpu };
}

static int fail(const struct tie_error *err)
{
    fprintf(stderr, "tool_workbook: %s\n", err->text);
    return 70;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *at, size_t count)
{
    qsort(at, count, sizeof *at, by_size);
    return at[count / 2];
}

/* In an arena of its own, so that what an earlier run touched hides nothing. */
static enum tie_status publish(
    const struct sample *sample, const char *layout, const char *folder, struct tie_error *err)
{
    struct tie_arena arena = { 0 };
    enum tie_status status = tie_arena_init(&arena, (size_t)4 << 30, err);

    if (status == TIE_OK)
        status = tie_publish_workbook(&arena, &sample->report, layout, folder, err);
    tie_arena_release(&arena);
    return status;
}

int main(int argc, char **argv)
{
    enum { PAIRS_MAX = 25 };
    const size_t findings = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 100000;
    const int wanted = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 5;
    const char *const layout = argc > 3 ? argv[3] : "reports/nightly.ini";
    const int pairs = wanted < 1 ? 1 : wanted > PAIRS_MAX ? PAIRS_MAX : wanted;
    double wall[PAIRS_MAX], cpu[PAIRS_MAX];
    char folder[] = "/tmp/tieout-workbook-XXXXXX", path[96];
    struct tie_error err = { 0 };
    struct sample sample;
    long peak_kb = 0;

    if (mkdtemp(folder) == NULL || tie_arena_init(&tape.arena, (size_t)16 << 30, &err) != TIE_OK ||
        take_over(&err) != TIE_OK || sample_init(&sample, findings, 7, &err) != TIE_OK)
        return fail(&err);
    (void)snprintf(path, sizeof path, "%s/peer.xlsx", folder);
    tape.is_on = true;
    if (publish(&sample, layout, folder, &err) != TIE_OK)
        return fail(&err);
    tape.is_on = false;
    TIE_ASSERT(tape.sheet_count > 0 && tape.count > findings); /* else nothing was taken over, and there is no peer */
    printf("%zu findings, %zu cells and heights, %zu sheets\n", findings, tape.count, tape.sheet_count);
    for (int i = 0; i < pairs; i++) {
        const long before_kb = (forget_peak(), status_kb("VmRSS:"));
        struct clocks start = now(), ours, theirs;
        long used_kb = 0;

        if (publish(&sample, layout, folder, &err) != TIE_OK)
            return fail(&err);
        ours = since(start);
        used_kb = status_kb("VmHWM:") - before_kb;
        peak_kb = used_kb > peak_kb ? used_kb : peak_kb;
        start = now();
        if (!write_peer(path, folder))
            return 70;
        theirs = since(start);
        wall[i] = ours.wall / theirs.wall;
        cpu[i] = ours.cpu / theirs.cpu;
        printf("ours %.2f s (processor %.2f), libxlsxwriter alone %.2f s (%.2f): ratio %.2f (%.2f), memory +%ld KiB\n",
            ours.wall, ours.cpu, theirs.wall, theirs.cpu, wall[i], cpu[i], used_kb);
    }
    const double ratio = median(wall, (size_t)pairs);

    printf("median ratio %.2f (at most %.1f), of processor time %.2f; memory +%.0f MiB (at most %d)\n", ratio,
        RATIO_MAX, median(cpu, (size_t)pairs), (double)peak_kb / 1024, MEMORY_KB_MAX / 1024);
    (void)!tie_tree_remove(folder, NULL);
    return ratio <= RATIO_MAX && peak_kb <= MEMORY_KB_MAX ? 0 : 1;
}
