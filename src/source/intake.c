/*
 * intake.c - rows of one part: read, judged, and put into the frame or among the rejects.
 *
 *     raw cells -> cell readers -> defaults -> rules over several cells -> key seen before? -> frame
 *                      \________________\______________\__________________\-> rejects.<part>.jsonl
 *
 * Invariant: rows = rows in the frame + rejected, and every rejected row has at least one reason. Only a row that is
 * good in itself takes its key, so a broken row never turns a later good one into a duplicate. begin() may come again
 * (a driver that starts over): everything of the first attempt is undone, keys too. Rejecting never stops the reading:
 * the limits are judged at the end, when the share is known. Reasons of the first 10,000 rejected rows are kept, all
 * are counted, and the orders that they name are kept of all: what is missing there is not known.
 */
#include "intake.h"

#include "tieout/csv.h"
#include "tieout/json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_REASONS = 3, PROGRESS_ROWS = 8192, GRID_ROWS = 32, ORDER_ROOM = 64 };

struct complaint { /* of the row at hand */
    int column;
    struct tie_buf reason;
};

struct ahead { /* of a row, before it is judged */
    struct tie_text key;
    struct tie_key_ahead expected;
    struct tie_text order; /* it names; at NULL: not asked yet */
};

struct tie_intake {
    struct tie_arena *arena;
    struct tie_intake_setup setup;
    const struct tie_dataset_info *dataset;
    struct tie_cell_rule rules[TIE_COLUMN_MAX];
    struct tie_judge judge;
    struct tie_defaults defaults;
    struct tie_row_key key;
    char *keys;    /* of the rows at hand */
    char *own_key; /* of a row that goes alone */
    char *orders;  /* ORDER_ROOM bytes each, of the rows at hand */
    struct tie_refs *refs;
    struct tie_column_match match;
    int columns[TIE_COLUMN_MAX]; /* by result column: the one it fills */
    bool *is_integer;            /* by result column: the source says these are whole numbers */
    char *frame_path, *rejects_path;
    struct tie_frame_writer *frame;
    int rejects_fd;
    struct tie_out rejects;
    bool has_rejects;
    uint64_t keys_mark;
    uint64_t rows, rejected, rounded;
    struct tie_cell *cells; /* of the row at hand: own_cells, or one of grid_cells */
    struct tie_cell own_cells[TIE_COLUMN_MAX];
    struct tie_cell *grid_cells; /* of GRID_ROWS rows; NULL: some column is none for a grid */
    struct tie_raw *raws;        /* of a row of a grid that is read cell by cell */
    char rooms[TIE_COLUMN_MAX][TIE_CELL_ROOM];
    struct complaint complaints[TIE_COLUMN_MAX];
    size_t complaint_count;
    struct tie_buf id, line;
    uint64_t line_number; /* where the row at hand starts, told by drivers that read lines; else 0 */
    char *first_reasons[FIRST_REASONS];
};

char *tie_part_frame_path(struct tie_arena *arena, const char *work_folder, uint32_t part)
{
    return tie_path_join(arena, work_folder, tie_arena_printf(arena, "frame.%u", part));
}

char *tie_part_rejects_path(struct tie_arena *arena, const char *work_folder, uint32_t part)
{
    return tie_path_join(arena, work_folder, tie_arena_printf(arena, "rejects.%u.jsonl", part));
}

char *tie_keys_path(struct tie_arena *arena, const char *work_folder, const struct tie_part_spec *part, size_t source)
{
    const char *kind = part->xref_kind == TIE_XREF_NONE ? "" : tie_xref_kind_name(part->xref_kind);

    return tie_path_join(
        arena, work_folder, tie_arena_printf(arena, "keys.%s.%s.%zu", tie_dataset(part->dataset)->name, kind, source));
}

/* ---- start, and start again ---- */

static void drop_outputs(struct tie_intake *intake)
{
    tie_frame_discard(intake->frame);
    intake->frame = NULL;
    if (intake->has_rejects)
        tie_out_release(&intake->rejects);
    intake->has_rejects = false;
    if (intake->rejects_fd >= 0)
        close(intake->rejects_fd);
    intake->rejects_fd = -1;
}

static enum tie_status make_outputs(struct tie_intake *intake, struct tie_error *err)
{
    const struct tie_part_spec *part = intake->setup.part;
    const struct tie_frame_spec spec = {
        .dataset = part->dataset,
        .part = part->part,
        .shard_count = intake->setup.shard_count,
        .xref_kind = part->xref_kind,
        .delivered = intake->match.delivered,
        .memory_bytes = intake->setup.memory_bytes,
    };

    intake->rejects_fd = open(intake->rejects_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (intake->rejects_fd < 0)
        return tie_fail_os(err, TIE_CANTCREATE, errno, "create", intake->rejects_path);
    tie_out_init(&intake->rejects, intake->rejects_fd, intake->rejects_path, false);
    intake->has_rejects = true;
    return tie_frame_create(intake->frame_path, &spec, &intake->frame, err);
}

static void make_grid_cells(struct tie_intake *intake)
{
    const size_t width = intake->dataset->column_count;
    bool takes_all = true;

    for (size_t i = 0; i < intake->match.count; i++)
        takes_all &= tie_grid_takes(&intake->rules[intake->columns[i]]);
    intake->grid_cells = takes_all ? TIE_TAKE(intake->arena, struct tie_cell, GRID_ROWS * width) : NULL;
    for (size_t i = 0; takes_all && i < GRID_ROWS * width; i++)
        intake->grid_cells[i] = intake->rules[i % width].none;
}

static enum tie_status intake_begin(void *context, const struct tie_result_shape *shape, struct tie_error *err)
{
    struct tie_intake *intake = context;
    enum tie_status status = TIE_OK;

    drop_outputs(intake);
    TIE_TRY(tie_keys_back_to(intake->setup.keys, intake->keys_mark, err));
    intake->rows = intake->rejected = intake->rounded = 0;
    memset(intake->first_reasons, 0, sizeof intake->first_reasons);
    if (intake->setup.figures != NULL)
        tie_figures_restart(intake->setup.figures);
    tie_columns_match(intake->arena, intake->setup.part, shape, &intake->match);
    if (intake->match.trouble != NULL)
        return tie_fail(err, intake->setup.part->file == NULL ? TIE_CONFIG : TIE_DATA, "%s: %s",
            intake->setup.part->query_path, intake->match.trouble);
    intake->is_integer = TIE_TAKE(intake->arena, bool, shape->count);
    for (size_t i = 0; i < shape->count; i++) {
        intake->is_integer[i] = shape->columns[i].kind == TIE_RAW_INTEGER;
        intake->columns[i] = intake->match.columns[i].column;
    }
    intake->raws = TIE_TAKE(intake->arena, struct tie_raw, shape->count);
    make_grid_cells(intake);
    tie_defaults_init(&intake->defaults, intake->dataset, intake->rules, intake->match.delivered);
    TIE_TRY(make_outputs(intake, err));
out:
    return status;
}

/* ---- rejects ---- */

static struct tie_buf *complain(struct tie_intake *intake, int column)
{
    struct complaint *complaint = &intake->complaints[intake->complaint_count++];

    TIE_ASSERT(intake->complaint_count <= TIE_COLUMN_MAX);
    complaint->column = column;
    tie_buf_reset(&complaint->reason);
    return &complaint->reason;
}

/* The primary key as far as it was read, for people: parts joined by '/'. */
static struct tie_text row_id(struct tie_intake *intake)
{
    tie_buf_reset(&intake->id);
    for (size_t i = 0; i < intake->key.count; i++) {
        if (i > 0)
            tie_buf_char(&intake->id, '/');
        tie_cell_text(&intake->id, &intake->dataset->columns[intake->key.columns[i]],
            tie_row_key_cell(&intake->key, intake->cells, i));
    }
    return tie_buf_slice(&intake->id);
}

/* Source text for a JSON line: cut at a character, bytes that are no UTF-8 shown as '?'. */
static struct tie_text shown_value(struct tie_intake *intake, const struct tie_raw *raw)
{
    struct tie_text text = raw->text;
    size_t bad_at = 0;

    tie_buf_reset(&intake->line);
    if (raw->is_integer) {
        tie_buf_printf(&intake->line, "%lld", (long long)raw->integer);
        return tie_buf_slice(&intake->line);
    }
    if (text.size > TIE_REJECT_VALUE_BYTES) {
        text.size = TIE_REJECT_VALUE_BYTES;
        while (text.size > 0 && ((unsigned char)text.at[text.size] & 0xC0U) == 0x80U)
            text.size--;
    }
    if (tie_text_is_utf8(text, &bad_at))
        return text;
    for (size_t i = 0; i < text.size; i++)
        tie_buf_char(&intake->line, (unsigned char)text.at[i] >= 0x80 || text.at[i] == '\0' ? '?' : text.at[i]);
    return tie_buf_slice(&intake->line);
}

static struct tie_text order_ref(struct tie_intake *intake)
{
    const int column = intake->dataset->order_column;
    struct tie_text reference = { "", 0 };

    if (column < 0 || intake->cells[column].text.size == 0)
        return reference;
    if (tie_refs_find(intake->refs, intake->cells[column].text, &reference))
        return reference;
    /* the store's own number is an order whatever it looks like; elsewhere text without a number is no reference */
    return intake->setup.part->ids == TIE_SIDE_FSM ? intake->cells[column].text : (struct tie_text){ "", 0 };
}

/* One line a complaint; without one (NULL), what the row names alone. */
static void write_reject(struct tie_intake *intake, const struct complaint *complaint, struct tie_text value)
{
    struct tie_json *json = tie_json_object();
    struct tie_buf text;

    tie_json_set_int(json, "row", (int64_t)intake->rows);
    tie_json_set(json, "id", tie_json_text(tie_buf_slice(&intake->id)));
    tie_json_set(json, "order", tie_json_text(order_ref(intake)));
    if (complaint != NULL) {
        tie_json_set_text(json, "column", intake->dataset->columns[complaint->column].name);
        tie_json_set(json, "value", tie_json_text(value));
        tie_json_set(json, "reason", tie_json_text(tie_buf_slice(&complaint->reason)));
    }
    tie_buf_init(&text, 1 << 20);
    tie_json_print(json, TIE_JSON_COMPACT, &text);
    tie_out_put(&intake->rejects, text.at, text.size);
    tie_out_char(&intake->rejects, '\n');
    tie_buf_release(&text);
    tie_json_free(json);
}

static void reject(struct tie_intake *intake, const struct tie_raw *cells)
{
    static const struct tie_raw nothing = { .text = { "", 0 }, .is_null = true };

    intake->rejected++;
    for (size_t i = 0; i < intake->complaint_count && intake->line_number > 0; i++)
        tie_buf_printf(
            &intake->complaints[i].reason, " Line %llu of the file.", (unsigned long long)intake->line_number);
    if (intake->rejected <= FIRST_REASONS)
        intake->first_reasons[intake->rejected - 1] = tie_text_dup(
            intake->arena, tie_buf_slice(&intake->complaints[0].reason));
    (void)row_id(intake);
    if (intake->rejected > TIE_REJECTS_KEPT) {
        write_reject(intake, NULL, nothing.text);
        return;
    }
    for (size_t i = 0; i < intake->complaint_count; i++) {
        const struct tie_raw *raw = &nothing;

        for (size_t j = 0; j < intake->match.count; j++)
            if (intake->match.columns[j].column == intake->complaints[i].column)
                raw = &cells[j];
        write_reject(intake, &intake->complaints[i], shown_value(intake, raw));
    }
}

/* ---- one row ---- */

/* Control sums are over the rows as the source has them, so a number that a rule refuses still counts. */
static void put_figure(struct tie_intake *intake, size_t at, const struct tie_raw *raw, enum tie_cell_result result)
{
    const int column = intake->match.columns[at].column;
    const struct tie_cell *cell = &intake->cells[column];
    bool is_rounded = result == TIE_CELL_ROUNDED;
    tie_dec number = TIE_NONE;

    if (result == TIE_CELL_BAD && intake->dataset->columns[column].type == TIE_TYPE_DECIMAL)
        is_rounded = !raw->is_integer && tie_dec_from_text(tie_text_trim(raw->text), &number) == TIE_DEC_ROUNDED;
    tie_figures_cell(intake->setup.figures, column, cell, intake->is_integer[at] || raw->is_integer, is_rounded);
}

static void read_cells(struct tie_intake *intake, const struct tie_raw *raws)
{
    for (size_t i = 0; i < intake->match.count; i++) {
        const int column = intake->columns[i];
        struct complaint *next = &intake->complaints[intake->complaint_count];
        enum tie_cell_result result = TIE_CELL_OK;

        if (tie_cell_is_plain_text(&intake->rules[column], &raws[i])) /* its number is 0 and stays so */
            intake->cells[column].text = raws[i].text;
        else
            result = tie_cell_read(
                &intake->rules[column], &raws[i], &intake->cells[column], intake->rooms[column], &next->reason);
        if (result == TIE_CELL_BAD) {
            next->column = column;
            intake->complaint_count++;
        }
        intake->rounded += result == TIE_CELL_ROUNDED;
        if (intake->setup.figures != NULL && tie_figures_want(intake->setup.figures, column))
            put_figure(intake, i, &raws[i], result);
    }
}

static enum tie_status claim_key(struct tie_intake *intake, const struct ahead *ahead, struct tie_error *err)
{
    const uint32_t part = intake->setup.part->part;
    struct tie_key_place first = { 0, 0 };
    bool is_new = true;
    enum tie_status status = TIE_OK;

    if (intake->key.count == 0)
        return TIE_OK;
    status = tie_keys_put(intake->setup.keys, ahead->key, ahead->expected, (struct tie_key_place){ part, intake->rows },
        &is_new, &first, err);
    if (status != TIE_OK || is_new)
        return status;
    struct tie_buf *reason = complain(intake, intake->key.columns[0]);
    const struct tie_text id = row_id(intake);

    tie_buf_printf(reason, "%s \"%.*s\" stands already in row %llu", intake->dataset->name, (int)id.size, id.at,
        (unsigned long long)first.source_row);
    if (first.part == part)
        tie_buf_text(reason, " of this part; a primary key may come once.");
    else
        tie_buf_printf(reason, " of part %u of the job; a primary key may come once over all parts.", first.part + 1);
    return TIE_OK;
}

static enum tie_status count_row(struct tie_intake *intake, struct tie_error *err)
{
    intake->rows++;
    if (intake->rows > UINT32_MAX)
        return tie_fail(err, TIE_CONFIG, "%s: more than 4,294,967,295 rows; split the dataset into parts",
            intake->setup.part->title);
    intake->complaint_count = 0;
    if (intake->setup.figures != NULL)
        tie_figures_row(intake->setup.figures);
    if (intake->rows % PROGRESS_ROWS == 0 && intake->setup.progress != NULL)
        intake->setup.progress(intake->setup.progress_context, intake->setup.part->part, intake->rows);
    return TIE_OK;
}

/* A row whose cells were read, each of them well, and are complete: into the frame, unless there is a complaint now. */
static enum tie_status take_row(struct tie_intake *intake, const struct ahead *ahead, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    intake->complaints[0].column = tie_cells_judge(
        &intake->judge, intake->dataset, intake->match.delivered, intake->cells, &intake->complaints[0].reason);
    intake->complaint_count = intake->complaints[0].column >= 0;
    if (intake->complaint_count > 0)
        return TIE_OK;
    TIE_TRY(claim_key(intake, ahead, err));
    if (intake->complaint_count == 0)
        status = tie_frame_add(intake->frame, (uint32_t)intake->rows,
            ahead->order.at == NULL ? order_ref(intake) : ahead->order, intake->cells, err);
out:
    return status;
}

static enum tie_status intake_row(void *context, const struct tie_raw *cells, struct tie_error *err)
{
    struct tie_intake *intake = context;
    enum tie_status status = TIE_OK;

    intake->cells = intake->own_cells;
    TIE_TRY(count_row(intake, err));
    read_cells(intake, cells);
    if (intake->complaint_count == 0) {
        struct ahead ahead = { .order = { NULL, 0 } };

        tie_cells_complete(&intake->defaults, intake->dataset, intake->rules, intake->cells, 1, 0);
        ahead.key = tie_row_key_put(&intake->key, intake->cells, intake->own_key);
        ahead.expected = tie_keys_expect(intake->setup.keys, ahead.key);
        TIE_TRY(take_row(intake, &ahead, err));
    }
    if (intake->complaint_count > 0)
        reject(intake, cells);
out:
    return status;
}

/* A row of a grid as a driver gives one. */
static const struct tie_raw *spread(struct tie_intake *intake, const struct tie_csv_grid *grid, size_t row)
{
    for (size_t i = 0; i < grid->width; i++) {
        const struct tie_text text = tie_csv_field(grid, row, i);

        intake->raws[i] = (struct tie_raw){ .text = text, .is_null = text.size == 0, .is_plain = true };
    }
    return intake->raws;
}

/* The order that a row of a grid names, where it stays until the row is taken; at NULL: too long to stay. */
static struct tie_text keep_order(struct tie_intake *intake, struct tie_text order, size_t row)
{
    char *const to = intake->orders + row * ORDER_ROOM;

    if (order.size > ORDER_ROOM)
        return (struct tie_text){ NULL, 0 };
    memcpy(to, order.at, order.size);
    return (struct tie_text){ to, order.size };
}

/* As put_figure() for the cells of a grid; none of them was rounded. */
static void put_figures(struct tie_intake *intake, const bool *is_odd, size_t rows)
{
    for (size_t i = 0; intake->setup.figures != NULL && i < intake->match.count; i++) {
        const int column = intake->columns[i];

        for (size_t row = 0; tie_figures_want(intake->setup.figures, column) && row < rows; row++)
            if (!is_odd[row])
                tie_figures_cell(intake->setup.figures, column,
                    &intake->grid_cells[row * intake->dataset->column_count + (size_t)column], intake->is_integer[i],
                    false);
    }
}

/* What rows of a grid are asked first, a question at a time: an answer is written in bytes and read in words, which
 * waits where it is done at once. Rows that are odd are left out. */
static void look_ahead(struct tie_intake *intake, const bool *is_odd, size_t rows, struct ahead *ahead)
{
    const size_t width = intake->dataset->column_count;

    tie_cells_complete(&intake->defaults, intake->dataset, intake->rules, intake->grid_cells, rows, width);
    for (size_t row = 0; row < rows; row++) {
        intake->cells = &intake->grid_cells[row * width];
        if (!is_odd[row])
            ahead[row].key = tie_row_key_put(&intake->key, intake->cells, intake->keys + row * intake->key.room);
    }
    for (size_t row = 0; row < rows; row++) {
        intake->cells = &intake->grid_cells[row * width];
        if (!is_odd[row])
            ahead[row].order = keep_order(intake, order_ref(intake), row);
    }
    for (size_t row = 0; row < rows; row++)
        if (!is_odd[row])
            ahead[row].expected = tie_keys_expect(intake->setup.keys, ahead[row].key);
}

static enum tie_status take_grid_row(struct tie_intake *intake, const struct tie_csv_grid *grid, size_t row,
    const struct ahead *ahead, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    TIE_TRY(count_row(intake, err));
    TIE_TRY(take_row(intake, ahead, err));
    if (intake->complaint_count > 0)
        reject(intake, spread(intake, grid, row));
out:
    return status;
}

static enum tie_status intake_grid(void *context, const struct tie_csv_grid *grid, struct tie_error *err)
{
    struct tie_intake *intake = context;
    const size_t width = intake->dataset->column_count;
    enum tie_status status = TIE_OK;

    for (size_t first = 0, rows = 0; first < grid->rows; first += rows) {
        struct ahead ahead[GRID_ROWS] = { 0 };
        bool is_odd[GRID_ROWS];
        struct tie_grid_cells cells = { .stride = width, .is_odd = is_odd };

        rows = grid->rows - first < GRID_ROWS ? grid->rows - first : GRID_ROWS;
        cells.rows = rows;
        memset(is_odd, 0, sizeof is_odd);
        for (size_t i = 0; intake->grid_cells != NULL && i < intake->match.count; i++) {
            cells.column = &intake->grid_cells[intake->columns[i]];
            tie_grid_read(&intake->rules[intake->columns[i]], grid, first, i, &cells);
        }
        if (intake->grid_cells != NULL) {
            put_figures(intake, is_odd, rows); /* before there are defaults: they are no figures of the source */
            look_ahead(intake, is_odd, rows, ahead);
        }
        for (size_t row = 0; row < rows; row++) {
            intake->line_number = grid->line == 0 ? 0 : grid->line + first + row;
            if (is_odd[row] || intake->grid_cells == NULL) {
                TIE_TRY(intake_row(intake, spread(intake, grid, first + row), err));
                continue;
            }
            intake->cells = &intake->grid_cells[row * width];
            TIE_TRY(take_grid_row(intake, grid, first + row, &ahead[row], err));
        }
    }
out:
    return status;
}

struct tie_row_sink tie_intake_sink(struct tie_intake *intake)
{
    return (struct tie_row_sink){
        .begin = intake_begin, .row = intake_row, .grid = intake_grid, .context = intake, .line = &intake->line_number
    };
}

/* ---- whole ---- */

enum tie_status tie_intake_open(
    struct tie_arena *arena, const struct tie_intake_setup *setup, struct tie_intake **out, struct tie_error *err)
{
    struct tie_intake *intake = TIE_TAKE(arena, struct tie_intake, 1);

    (void)err;
    *out = intake;
    intake->arena = arena;
    intake->setup = *setup;
    intake->dataset = tie_dataset(setup->part->dataset);
    intake->rejects_fd = -1;
    intake->cells = intake->own_cells;
    intake->frame_path = tie_part_frame_path(arena, setup->work_folder, setup->part->part);
    intake->rejects_path = tie_part_rejects_path(arena, setup->work_folder, setup->part->part);
    intake->keys_mark = tie_keys_mark(setup->keys);
    tie_judge_init(&intake->judge, intake->dataset);
    intake->refs = tie_refs_new(arena, setup->reference);
    for (size_t i = 0; i < intake->dataset->column_count; i++) {
        intake->own_cells[i] = tie_cell_none(&intake->dataset->columns[i]); /* stays so where nothing is delivered */
        tie_cell_rule_init(
            &intake->rules[i], intake->dataset, (int)i, setup->part->maps, setup->part->map_count, setup->zone);
        if (tie_cell_wants_memo(&intake->rules[i]))
            intake->rules[i].memo = TIE_TAKE(arena, struct tie_cell_memo, 1);
    }
    tie_row_key_init(&intake->key, intake->dataset, intake->rules, intake->match.delivered);
    intake->keys = TIE_TAKE(arena, char, GRID_ROWS * intake->key.room);
    intake->own_key = TIE_TAKE(arena, char, intake->key.room);
    intake->orders = TIE_TAKE(arena, char, sizeof(char[ORDER_ROOM]) * GRID_ROWS);
    for (size_t i = 0; i < TIE_COLUMN_MAX; i++)
        tie_buf_init(&intake->complaints[i].reason, 4096);
    tie_buf_init(&intake->id, 1 << 16);
    tie_buf_init(&intake->line, 1 << 12);
    return TIE_OK;
}

/* More than reject_rows and more than reject_share of the rows: the run stops, with the first reasons. */
static enum tie_status judge_limits(const struct tie_intake *intake, struct tie_error *err)
{
    const struct tie_intake_setup *setup = &intake->setup;
    struct tie_buf text;
    enum tie_status status = TIE_OK;

    if (intake->rejected <= setup->reject_rows ||
        (tie_sum)intake->rejected * TIE_DEC_ONE <= (tie_sum)intake->rows * setup->reject_share)
        return TIE_OK;
    tie_buf_init(&text, 4096);
    tie_buf_printf(&text, "%s: %llu of %llu rows rejected, more than reject_rows and reject_share allow.",
        setup->part->title, (unsigned long long)intake->rejected, (unsigned long long)intake->rows);
    for (size_t i = 0; i < FIRST_REASONS && intake->first_reasons[i] != NULL; i++)
        tie_buf_printf(&text, " %s %s", i == 0 ? "First reasons:" : "|", intake->first_reasons[i]);
    status = tie_fail(err, TIE_DATA, "%s", text.at);
    tie_buf_release(&text);
    return status;
}

enum tie_status tie_intake_seal(struct tie_intake *intake, struct tie_part_result *result, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    *result = (struct tie_part_result){
        .rows = intake->rows, .rejected = intake->rejected, .rounded = intake->rounded
    };
    memcpy(result->delivered, intake->match.delivered, sizeof result->delivered);
    result->frame_path = intake->frame_path;
    TIE_TRY(tie_out_flush(&intake->rejects, err));
    TIE_TRY(judge_limits(intake, err));
    if (intake->setup.figures != NULL)
        TIE_TRY(tie_figures_compare(intake->arena, intake->setup.figures, result, err));
    status = tie_frame_seal(intake->frame, &result->seal, err);
    intake->frame = NULL;
out:
    return status;
}

void tie_intake_close(struct tie_intake *intake)
{
    if (intake == NULL)
        return;
    drop_outputs(intake);
    tie_refs_release(intake->refs);
    for (size_t i = 0; i < TIE_COLUMN_MAX; i++)
        tie_buf_release(&intake->complaints[i].reason);
    tie_buf_release(&intake->id);
    tie_buf_release(&intake->line);
}
