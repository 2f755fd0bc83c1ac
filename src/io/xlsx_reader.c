/*
 * xlsx_reader.c - see xlsx_reader.h.
 *
 *   _rels/.rels: officeDocument -> xl/workbook.xml: sheet name, r:id -> xl/_rels/workbook.xml.rels: r:id -> the sheet
 *                                                                                 sharedStrings -> the strings
 *
 * Names of parts are never guessed, because writers differ in them. The archive is opened once for each part: it can
 * only be read forwards, and the parts stand in any order; a workbook that people fill in is small. A sheet's rows and
 * cells must ascend, which every writer does; a file where they don't has been tampered with or damaged.
 */
#include "tieout/xlsx_reader.h"

#include "tieout/decimal.h"
#include "xml.h"

#include <string.h>

#define ROWS_MAX UINT64_C(1048576)
#define COLUMNS_MAX 16384
#define CELLS_MAX 4000000
#define EXCEL_EPOCH (-25569) /* 1899-12-30: what serial 0 means from March 1900 on */
#define EXCEL_EPOCH_1904 (-24107)
#define FIRST_GOOD_SERIAL 61

static const struct tie_archive_limits limits = { .max_members = 10000,
    .max_member_bytes = UINT64_C(256) << 20,
    .max_total_bytes = UINT64_C(256) << 20,
    .max_ratio = 300 };

struct named {
    const char *name, *target;
};
struct relations {
    struct tie_arena *arena;
    const char *folder; /* targets are relative to it */
    struct {
        struct named *at; /* id, path */
        size_t count, room;
    } parts;
    const char *document, *strings; /* by their type */
};
struct book {
    struct tie_arena *arena;
    struct {
        struct named *at; /* name, id */
        size_t count, room;
    } sheets;
    bool is_1904;
};
struct strings {
    struct tie_arena *arena;
    struct tie_text *at;
    size_t count, room;
    unsigned phonetic; /* open rPh elements */
};
struct reading {
    struct tie_arena *arena;
    const struct strings *strings;
    struct tie_xlsx_sheet *sheet;
    uint64_t row;
    size_t column; /* next one */
    char type;     /* of the cell: s, i (inline), t (formula's text), b, e, n */
    unsigned phonetic;
    bool is_in_cell;
    size_t slots; /* cells kept, gaps too */
    struct tie_xlsx_cell *line;
    size_t line_count, line_room;
};

/* ---- relations ---- */

static bool ends_in(const char *text, const char *tail)
{
    const size_t size = strlen(text), tail_size = strlen(tail);

    return size >= tail_size && strcmp(text + size - tail_size, tail) == 0;
}

static void relation_start(struct tie_xml *xml, void *state, const char *name, const char *const *attributes)
{
    struct relations *const relations = state;
    const char *const id = tie_xml_attribute(attributes, "Id");
    const char *const type = tie_xml_attribute(attributes, "Type");
    const char *target = tie_xml_attribute(attributes, "Target");

    if (strcmp(name, "Relationship") != 0)
        return;
    if (id == NULL || type == NULL || target == NULL) {
        tie_xml_refuse(xml, "a Relationship lacks Id, Type or Target; save the workbook again");
        return;
    }
    while (target[0] == '.' && target[1] == '/')
        target += 2;
    target = target[0] == '/' ? tie_arena_strdup(relations->arena, target + 1)
                              : tie_arena_printf(relations->arena, "%s%s", relations->folder, target);
    TIE_PUSH(relations->arena, &relations->parts,
        (struct named){ .name = tie_arena_strdup(relations->arena, id), .target = target });
    if (ends_in(type, "/officeDocument"))
        relations->document = target;
    else if (ends_in(type, "/sharedStrings"))
        relations->strings = target;
}

static enum tie_status read_relations(
    const char *path, const char *member, struct relations *relations, struct tie_error *err)
{
    const struct tie_xml_handler handler = { .start = relation_start, .state = relations };

    return tie_xml_read_member(path, member, &limits, &handler, err);
}

/* ---- workbook ---- */

static void book_start(struct tie_xml *xml, void *state, const char *name, const char *const *attributes)
{
    struct book *const book = state;
    const char *const title = tie_xml_attribute(attributes, "name");
    const char *const id = tie_xml_attribute(attributes, "id");
    const char *const date1904 = tie_xml_attribute(attributes, "date1904");

    if (strcmp(name, "workbookPr") == 0)
        book->is_1904 = date1904 != NULL && (strcmp(date1904, "1") == 0 || strcmp(date1904, "true") == 0);
    if (strcmp(name, "sheet") != 0)
        return;
    if (title == NULL || id == NULL)
        tie_xml_refuse(xml, "a sheet lacks its name or id; save the workbook again");
    else
        TIE_PUSH(book->arena, &book->sheets,
            (struct named){ tie_arena_strdup(book->arena, title), tie_arena_strdup(book->arena, id) });
}

/* ---- strings ---- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0'
        : c >= 'a' && c <= 'f'  ? c - 'a' + 10
        : c >= 'A' && c <= 'F'  ? c - 'A' + 10
                                : -1;
}

/* _xHHHH_ stands for one UTF-16 unit. Returns its value, or -1 when none stands here; surrogates stay as they are. */
static int escape_at(struct tie_text text, size_t i)
{
    int value = 0;

    if (text.size - i < 7 || text.at[i] != '_' || text.at[i + 1] != 'x' || text.at[i + 6] != '_')
        return -1;
    for (size_t d = i + 2; d < i + 6; d++) {
        const int digit = hex_digit(text.at[d]);

        if (digit < 0)
            return -1;
        value = value << 4 | digit;
    }
    return value == 0 || (value >= 0xD800 && value <= 0xDFFF) ? -1 : value;
}

static size_t put_utf8(char *out, int value)
{
    if (value < 0x80) {
        out[0] = (char)value;
        return 1;
    }
    if (value < 0x800) {
        out[0] = (char)(0xC0 | value >> 6);
        out[1] = (char)(0x80 | (value & 0x3F));
        return 2;
    }
    out[0] = (char)(0xE0 | value >> 12);
    out[1] = (char)(0x80 | (value >> 6 & 0x3F));
    out[2] = (char)(0x80 | (value & 0x3F));
    return 3;
}

static struct tie_text keep_text(struct tie_arena *arena, struct tie_text text)
{
    char *const out = tie_arena_take(arena, text.size + 1);
    size_t size = 0;

    for (size_t i = 0; i < text.size;) {
        const int escaped = escape_at(text, i);

        if (escaped < 0) {
            out[size++] = text.at[i++];
        } else {
            size += put_utf8(out + size, escaped);
            i += 7;
        }
    }
    return (struct tie_text){ out, size };
}

static void string_start(struct tie_xml *xml, void *state, const char *name, const char *const *attributes)
{
    struct strings *const strings = state;

    (void)attributes;
    if (strcmp(name, "si") == 0)
        tie_xml_drop_text(xml);
    strings->phonetic += strcmp(name, "rPh") == 0;
    tie_xml_collect(xml, strcmp(name, "t") == 0 && strings->phonetic == 0);
}

static void string_end(struct tie_xml *xml, void *state, const char *name)
{
    struct strings *const strings = state;

    tie_xml_collect(xml, false);
    strings->phonetic -= strcmp(name, "rPh") == 0;
    if (strcmp(name, "si") != 0)
        return;
    if (strings->count >= CELLS_MAX)
        tie_xml_refuse(xml, "holds more than %d strings", CELLS_MAX);
    else
        TIE_PUSH(strings->arena, strings, keep_text(strings->arena, tie_xml_text(xml)));
}

/* ---- sheet ---- */

const char *tie_xlsx_column_name(size_t column, char out[8])
{
    char reversed[8];
    size_t size = 0;

    for (column++; column > 0 && size < sizeof reversed - 1; column = (column - 1) / 26)
        reversed[size++] = (char)('A' + (column - 1) % 26);
    for (size_t i = 0; i < size; i++)
        out[i] = reversed[size - 1 - i];
    out[size] = '\0';
    return out;
}

/* "BC12": the column from 0, COLUMNS_MAX when it is none. */
static size_t column_of(const char *reference)
{
    size_t column = 0;

    for (; *reference >= 'A' && *reference <= 'Z' && column <= COLUMNS_MAX; reference++)
        column = column * 26 + (size_t)(*reference - 'A') + 1;
    return column == 0 || column > COLUMNS_MAX ? COLUMNS_MAX : column - 1;
}

static void row_start(struct tie_xml *xml, struct reading *reading, const char *number)
{
    int64_t row = (int64_t)reading->row + 1;

    if (number != NULL && (!tie_int_from_text(tie_text_of(number), &row) || row <= (int64_t)reading->row))
        tie_xml_refuse(xml, "row \"%s\" stands behind row %llu; save the workbook again", number,
            (unsigned long long)reading->row);
    else if ((uint64_t)row > ROWS_MAX)
        tie_xml_refuse(xml, "row %lld lies below the last one a sheet can have", (long long)row);
    reading->row = (uint64_t)row;
    reading->column = reading->line_count = 0;
}

static void cell_start(struct tie_xml *xml, struct reading *reading, const char *const *attributes)
{
    static const struct {
        const char *word;
        char type;
    } types[] = { { "s", 's' }, { "inlineStr", 'i' }, { "str", 't' }, { "d", 't' }, { "b", 'b' }, { "e", 'e' },
        { "n", 'n' } };
    const char *const reference = tie_xml_attribute(attributes, "r"), *const word = tie_xml_attribute(attributes, "t");
    const size_t column = reference == NULL ? reading->column : column_of(reference);

    reading->type = word == NULL ? 'n' : '\0';
    for (size_t i = 0; word != NULL && i < TIE_COUNT_OF(types); i++)
        if (strcmp(types[i].word, word) == 0)
            reading->type = types[i].type;
    if (reading->type == '\0')
        tie_xml_refuse(xml, "cell %s has the unknown type \"%s\"", reference != NULL ? reference : "", word);
    else if (column < reading->column || column >= COLUMNS_MAX)
        tie_xml_refuse(
            xml, "cell \"%s\" is out of order or beyond the last column", reference != NULL ? reference : "");
    else if (reading->row == 0)
        tie_xml_refuse(xml, "a cell stands outside a row");
    reading->column = column;
    reading->is_in_cell = true;
    tie_xml_drop_text(xml);
}

static void sheet_start(struct tie_xml *xml, void *state, const char *name, const char *const *attributes)
{
    struct reading *const reading = state;

    if (strcmp(name, "row") == 0)
        row_start(xml, reading, tie_xml_attribute(attributes, "r"));
    else if (strcmp(name, "c") == 0)
        cell_start(xml, reading, attributes);
    else if (strcmp(name, "rPh") == 0)
        reading->phonetic++;
    tie_xml_collect(
        xml, reading->is_in_cell && reading->phonetic == 0 && strcmp(name, reading->type == 'i' ? "t" : "v") == 0);
}

/* The value of the cell that ends here; *cell is left empty when it has none. */
static void value_of(struct tie_xml *xml, const struct reading *reading, struct tie_xlsx_cell *cell)
{
    static const enum tie_xlsx_kind kinds[] = { ['i'] = TIE_XLSX_TEXT,
        ['t'] = TIE_XLSX_TEXT,
        ['b'] = TIE_XLSX_BOOL,
        ['e'] = TIE_XLSX_ERROR,
        ['n'] = TIE_XLSX_NUMBER };
    const struct tie_text text = tie_xml_text(xml);
    int64_t index = 0;

    if (text.size == 0)
        return;
    if (reading->type == 's') {
        if (!tie_int_from_text(text, &index) || index < 0 || (uint64_t)index >= reading->strings->count) {
            tie_xml_refuse(xml, "a cell of row %llu names string %.*s, and there are %zu; save the workbook again",
                (unsigned long long)reading->row, (int)(text.size < 40 ? text.size : 40), text.at,
                reading->strings->count);
            return;
        }
        cell->text = reading->strings->at[index];
        cell->kind = cell->text.size > 0 ? TIE_XLSX_TEXT : TIE_XLSX_EMPTY;
        return;
    }
    cell->kind = kinds[(unsigned char)reading->type];
    cell->text = cell->kind != TIE_XLSX_BOOL ? keep_text(reading->arena, text)
        : tie_text_is(text, "1")             ? TIE_TEXT("TRUE")
                                             : TIE_TEXT("FALSE");
}

static void cell_end(struct tie_xml *xml, struct reading *reading)
{
    struct tie_xlsx_cell cell = { TIE_XLSX_EMPTY, TIE_TEXT("") };

    reading->is_in_cell = false;
    value_of(xml, reading, &cell);
    if (cell.kind != TIE_XLSX_EMPTY) {
        while (reading->line_count <= reading->column) { /* gaps; at most COLUMNS_MAX, line has room for them */
            reading->line[reading->line_count++] = (struct tie_xlsx_cell){ TIE_XLSX_EMPTY, TIE_TEXT("") };
        }
        reading->line[reading->column] = cell;
    }
    reading->column++;
}

static void row_end(struct tie_xml *xml, struct reading *reading)
{
    struct tie_xlsx_cell *cells = NULL;

    if (reading->line_count == 0)
        return;
    reading->slots += reading->line_count;
    if (reading->slots > CELLS_MAX) {
        tie_xml_refuse(xml, "the sheet has more than %d cells; is it the right one?", CELLS_MAX);
        return;
    }
    cells = TIE_TAKE(reading->arena, struct tie_xlsx_cell, reading->line_count);
    memcpy(cells, reading->line, reading->line_count * sizeof *cells);
    TIE_PUSH(reading->arena, reading->sheet,
        (struct tie_xlsx_row){ .number = reading->row, .count = reading->line_count, .cells = cells });
    reading->line_count = 0;
}

static void sheet_end(struct tie_xml *xml, void *state, const char *name)
{
    struct reading *const reading = state;

    tie_xml_collect(xml, false);
    if (strcmp(name, "rPh") == 0)
        reading->phonetic--;
    else if (strcmp(name, "c") == 0)
        cell_end(xml, reading);
    else if (strcmp(name, "row") == 0)
        row_end(xml, reading);
}

/* ---- all together ---- */

static const char *target_of(const struct relations *relations, const char *id)
{
    for (size_t i = 0; i < relations->parts.count; i++)
        if (strcmp(relations->parts.at[i].name, id) == 0)
            return relations->parts.at[i].target;
    return NULL;
}

static enum tie_status no_sheet(
    const struct book *book, const char *path, const char *sheet_name, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    struct tie_buf list;

    tie_buf_init(&list, 512);
    for (size_t i = 0; i < book->sheets.count; i++)
        tie_buf_printf(&list, "%s%s", i > 0 ? ", " : "", book->sheets.at[i].name);
    status = tie_fail(err, TIE_DATA, "%s has no sheet \"%s\"; its sheets: %.*s", path, sheet_name, (int)list.size,
        list.size > 0 ? list.at : "");
    tie_buf_release(&list);
    return status;
}

/* Part names: the one of the workbook, its relations beside it, then sheet and strings by those. */
static enum tie_status find_parts(struct tie_arena *arena, const char *path, const char *sheet_name,
    struct relations *relations, struct book *book, const char **part, struct tie_error *err)
{
    struct relations root = { .arena = arena, .folder = "" };
    enum tie_status status = TIE_OK;
    const struct tie_xml_handler handler = { .start = book_start, .state = book };
    const char *name = NULL;

    TIE_TRY(read_relations(path, "_rels/.rels", &root, err));
    if (root.document == NULL) {
        status = tie_fail(err, TIE_DATA, "%s names no workbook inside; is it an .xlsx file?", path);
        goto out;
    }
    name = tie_path_name(root.document);
    relations->folder = tie_arena_printf(arena, "%.*s", (int)(name - root.document), root.document);
    TIE_TRY(tie_xml_read_member(path, root.document, &limits, &handler, err));
    TIE_TRY(read_relations(path, tie_arena_printf(arena, "%s_rels/%s.rels", relations->folder, name), relations, err));
    *part = NULL;
    for (size_t i = 0; i < book->sheets.count; i++)
        if (strcmp(book->sheets.at[i].name, sheet_name) == 0)
            *part = target_of(relations, book->sheets.at[i].target);
    if (*part == NULL)
        status = no_sheet(book, path, sheet_name, err);
out:
    return status;
}

enum tie_status tie_xlsx_read(struct tie_arena *arena, const char *path, const char *sheet_name,
    struct tie_xlsx_sheet *sheet, struct tie_error *err)
{
    struct relations relations = { .arena = arena };
    struct book book = { .arena = arena };
    struct strings strings = { .arena = arena };
    struct reading reading = { .arena = arena, .strings = &strings, .sheet = sheet };
    const struct tie_xml_handler read_strings = { string_start, string_end, &strings };
    const struct tie_xml_handler read_sheet = { sheet_start, sheet_end, &reading };
    const char *part = NULL;
    enum tie_status status = TIE_OK;

    *sheet = (struct tie_xlsx_sheet){ .name = sheet_name };
    TIE_TRY(find_parts(arena, path, sheet_name, &relations, &book, &part, err));
    sheet->is_1904 = book.is_1904;
    if (relations.strings != NULL)
        TIE_TRY(tie_xml_read_member(path, relations.strings, &limits, &read_strings, err));
    reading.line = TIE_TAKE(arena, struct tie_xlsx_cell, COLUMNS_MAX);
    TIE_TRY(tie_xml_read_member(path, part, &limits, &read_sheet, err));
out:
    if (status == TIE_NOINPUT && tie_path_kind(path) != TIE_ENTRY_NONE) {
        if (err != NULL)
            err->status = TIE_DATA;
        status = TIE_DATA; /* the file is there; a part of it is not */
    }
    return status;
}

bool tie_xlsx_date(struct tie_text serial, bool is_1904, tie_date *date)
{
    tie_dec value = 0;
    const enum tie_dec_parse parse = tie_dec_from_text(serial, &value);
    const tie_date last = tie_date_from_civil(9999, 12, 31);

    if ((parse != TIE_DEC_EXACT && parse != TIE_DEC_ROUNDED) || value < 0)
        return false;
    const int64_t days = value / TIE_DEC_ONE;

    if (!is_1904 && days < FIRST_GOOD_SERIAL)
        return false;
    if (days > last - EXCEL_EPOCH)
        return false;
    *date = (tie_date)(days + (is_1904 ? EXCEL_EPOCH_1904 : EXCEL_EPOCH));
    return *date <= last;
}
