/*
 * test_source_cell.c - values of a source to cells of the model: what is read, what is refused and with which words.
 * Oracle of the numbers: the expected millionths and instants are written out, not computed by the code under test.
 */
#include "../../../src/source/driver.h"

#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static const tie_instant starts[] = { INT64_MIN + 1 };
static const int32_t offsets[] = { 7200, 7200 };
static const struct tie_zone zone = { "Test/Two", 1, starts, offsets };

static const char *const issue_codes[] = { "261", "Z1" };
static const char *const scrap_codes[] = { "" };
static const struct tie_code_list class_lists[] = { { "issue_wo", 2, issue_codes, false },
    { "scrap", 1, scrap_codes, false } };
static const struct tie_code_list rest_lists[] = { { "issue_wo", 2, issue_codes, false }, { "other", 0, NULL, true } };
static const char *const piece_codes[] = { "ST" };
static const struct tie_code_list uom_lists[] = { { "ea", 1, piece_codes, false } };

enum which_map { NO_MAP, CLASS_MAP, REST_MAP, UOM_MAP };

static const struct {
    const char *why;
    enum tie_dataset dataset;
    const char *column;
    enum which_map map;
    const char *text; /* NULL: NULL */
    enum tie_cell_result want;
    const char *want_text; /* printed cell, or the reason */
} cases[] = {
    { "an id is trimmed", TIE_DS_USAGE_LINE, "usage_id", NO_MAP, " U 1\t", TIE_CELL_OK, "U 1" },
    { "64 bytes fit", TIE_DS_USAGE_LINE, "usage_id", NO_MAP,
        "1234567890123456789012345678901234567890123456789012345678901234", TIE_CELL_OK,
        "1234567890123456789012345678901234567890123456789012345678901234" },
    { "65 do not", TIE_DS_USAGE_LINE, "usage_id", NO_MAP,
        "12345678901234567890123456789012345678901234567890123456789012345", TIE_CELL_BAD,
        "usage_line.usage_id \"123456789012345678901234567890123456789012345678901234567890...\" "
        "has 65 bytes; 64 are allowed." },
    { "an id is one line", TIE_DS_USAGE_LINE, "usage_id", NO_MAP, "U1\nU2", TIE_CELL_BAD,
        "usage_line.usage_id \"U1\nU2\" holds a line break; an id is one line." },
    { "a break at its end is trimmed", TIE_DS_USAGE_LINE, "usage_id", NO_MAP, "U1\r\n", TIE_CELL_OK, "U1" },
    { "a reference may have more", TIE_DS_MOVEMENT, "wo_ref", NO_MAP, "see\nWO-17", TIE_CELL_OK, "see\nWO-17" },
    { "a reference may be longer than an id", TIE_DS_MOVEMENT, "wo_ref", NO_MAP,
        "12345678901234567890123456789012345678901234567890123456789012345", TIE_CELL_OK,
        "12345678901234567890123456789012345678901234567890123456789012345" },
    { "NULL where one is needed", TIE_DS_USAGE_LINE, "usage_id", NO_MAP, NULL, TIE_CELL_BAD,
        "usage_line.usage_id is empty; every row needs one: Id of one report of a part." },
    { "blank is NULL", TIE_DS_MOVEMENT, "wo_ref", NO_MAP, "  ", TIE_CELL_EMPTY, "" },
    { "no UTF-8", TIE_DS_USAGE_LINE, "usage_id", NO_MAP, "a\xff", TIE_CELL_BAD,
        "usage_line.usage_id is no UTF-8 at byte 2: set the client character set of the source to UTF-8." },
    { "a decimal", TIE_DS_MOVEMENT, "quantity", NO_MAP, "-12.345678", TIE_CELL_OK, "-12.345678" },
    { "a seventh decimal is rounded and told", TIE_DS_MOVEMENT, "quantity", NO_MAP, "0.0000005", TIE_CELL_ROUNDED,
        "0.000001" },
    { "sqlite's exponents", TIE_DS_MOVEMENT, "quantity", NO_MAP, "1.5e3", TIE_CELL_OK, "1500" },
    { "NaN", TIE_DS_MOVEMENT, "quantity", NO_MAP, "NaN", TIE_CELL_BAD,
        "movement.quantity \"NaN\" is no finite number; give a number or NULL." },
    { "a comma is no point", TIE_DS_MOVEMENT, "quantity", NO_MAP, "1,5", TIE_CELL_BAD,
        "movement.quantity \"1,5\" is no number; digits with a point are allowed, such as -12.5." },
    { "too large", TIE_DS_MOVEMENT, "quantity", NO_MAP, "9300000000000", TIE_CELL_BAD,
        "movement.quantity \"9300000000000\" is too large; up to 9.2e12 is allowed." },
    { "a quantity without sign", TIE_DS_USAGE_LINE, "quantity", NO_MAP, "-1", TIE_CELL_BAD,
        "usage_line.quantity \"-1\" is negative; zero or more is allowed." },
    { "a movement has a sign", TIE_DS_MOVEMENT, "quantity", NO_MAP, "-1", TIE_CELL_OK, "-1" },
    { "a fraction is no percentage", TIE_DS_CONTRACT_LINE, "discount_parts_pct", NO_MAP, "10", TIE_CELL_BAD,
        "contract_line.discount_parts_pct \"10\" is no fraction; 0 to 1 is allowed (10 percent is 0.1)." },
    { "one is the largest fraction", TIE_DS_CONTRACT_LINE, "share_labour", NO_MAP, "1.00", TIE_CELL_OK, "1" },
    { "a whole number", TIE_DS_MOVEMENT, "line_no", NO_MAP, "5000000001", TIE_CELL_OK, "5000000001" },
    { "with a fraction of zeros", TIE_DS_MOVEMENT, "line_no", NO_MAP, "10.00", TIE_CELL_OK, "10" },
    { "zeros before the point stay", TIE_DS_MOVEMENT, "line_no", NO_MAP, "100", TIE_CELL_OK, "100" },
    { "no half lines", TIE_DS_MOVEMENT, "line_no", NO_MAP, "1.5", TIE_CELL_BAD,
        "movement.line_no \"1.5\" is no whole number; digits with an optional sign are allowed." },
    { "a point alone is no number", TIE_DS_MOVEMENT, "line_no", NO_MAP, ".0", TIE_CELL_BAD,
        "movement.line_no \".0\" is no whole number; digits with an optional sign are allowed." },
    { "a denominator is above zero", TIE_DS_ITEM_UOM, "factor_den", NO_MAP, "0", TIE_CELL_BAD,
        "item_uom.factor_den \"0\" is not above zero." },
    { "a date", TIE_DS_MOVEMENT, "posting_date", NO_MAP, "2026-11-20", TIE_CELL_OK, "2026-11-20" },
    { "a date kept as timestamp", TIE_DS_MOVEMENT, "posting_date", NO_MAP, "2026-11-20 00:00:00.000", TIE_CELL_OK,
        "2026-11-20" },
    { "a time of day is no date", TIE_DS_MOVEMENT, "posting_date", NO_MAP, "2026-11-20 10:00:00", TIE_CELL_BAD,
        "movement.posting_date \"2026-11-20 10:00:00\" has a time of day; make a date of it in the query." },
    { "an offset is no date", TIE_DS_MOVEMENT, "posting_date", NO_MAP, "2026-11-20 00:00:00+00", TIE_CELL_BAD,
        "movement.posting_date \"2026-11-20 00:00:00+00\" is an instant with an offset; make a local date "
        "of it in the query." },
    { "infinite", TIE_DS_MOVEMENT, "posting_date", NO_MAP, "infinity", TIE_CELL_BAD,
        "movement.posting_date \"infinity\" is an infinite date; leave an open end empty (NULL)." },
    { "MariaDB's zero date", TIE_DS_MOVEMENT, "posting_date", NO_MAP, "0000-00-00", TIE_CELL_BAD,
        "movement.posting_date \"0000-00-00\" has month or day zero and is no day; deliver NULL for it (NULLIF), or "
        "mend the row." },
    { "a month without a day", TIE_DS_MOVEMENT, "posting_date", NO_MAP, "2026-07-00 00:00:00", TIE_CELL_BAD,
        "movement.posting_date \"2026-07-00 00:00:00\" has month or day zero and is no day; deliver NULL for it "
        "(NULLIF), or mend the row." },
    { "a zero instant", TIE_DS_MOVEMENT, "entry_at", NO_MAP, "0000-00-00 00:00:00.000000", TIE_CELL_BAD,
        "movement.entry_at \"0000-00-00 00:00:00.000000\" has month or day zero and is no day; deliver NULL for it "
        "(NULLIF), or mend the row." },
    { "a year before our era", TIE_DS_MOVEMENT, "entry_at", NO_MAP, "0044-03-15 00:00:00 BC", TIE_CELL_BAD,
        "movement.entry_at \"0044-03-15 00:00:00 BC\" is no instant; YYYY-MM-DD HH:MM:SS is allowed, with a fraction "
        "and an offset." },
    { "no such day", TIE_DS_MOVEMENT, "posting_date", NO_MAP, "2026-02-30", TIE_CELL_BAD,
        "movement.posting_date \"2026-02-30\" is no date; YYYY-MM-DD of the years 0001 to 9999 is allowed." },
    { "a naive instant takes the source's zone", TIE_DS_USAGE_LINE, "device_at", NO_MAP, "2026-11-20 10:00:00",
        TIE_CELL_OK, "2026-11-20T08:00:00Z" },
    { "an offset wins over the zone", TIE_DS_USAGE_LINE, "device_at", NO_MAP, "2026-11-20T10:00:00+01", TIE_CELL_OK,
        "2026-11-20T09:00:00Z" },
    { "a word", TIE_DS_MOVEMENT, "movement_class", NO_MAP, "issue_wo", TIE_CELL_OK, "issue_wo" },
    { "a word of another column", TIE_DS_MOVEMENT, "movement_class", NO_MAP, "repair", TIE_CELL_BAD, NULL },
    { "a mapped code", TIE_DS_MOVEMENT, "movement_class", CLASS_MAP, " Z1 ", TIE_CELL_OK, "issue_wo" },
    { "codes are exact", TIE_DS_MOVEMENT, "movement_class", CLASS_MAP, "z1", TIE_CELL_BAD, NULL },
    { "a word beside a map", TIE_DS_MOVEMENT, "movement_class", CLASS_MAP, "count", TIE_CELL_OK, "count" },
    { "\\empty takes NULL", TIE_DS_MOVEMENT, "movement_class", CLASS_MAP, NULL, TIE_CELL_OK, "scrap" },
    { "* takes the rest", TIE_DS_MOVEMENT, "movement_class", REST_MAP, "999", TIE_CELL_OK, "other" },
    { "* takes no NULL", TIE_DS_MOVEMENT, "movement_class", REST_MAP, NULL, TIE_CELL_BAD, NULL },
    { "an open list takes what comes", TIE_DS_USAGE_LINE, "uom", NO_MAP, "Rolle", TIE_CELL_OK, "Rolle" },
    { "unless mapped", TIE_DS_USAGE_LINE, "uom", UOM_MAP, "ST", TIE_CELL_OK, "ea" },
    { "yes", TIE_DS_USAGE_LINE, "deleted", NO_MAP, "T", TIE_CELL_OK, "yes" },
    { "no", TIE_DS_USAGE_LINE, "deleted", NO_MAP, "0", TIE_CELL_OK, "no" },
    { "neither", TIE_DS_USAGE_LINE, "deleted", NO_MAP, "2", TIE_CELL_BAD,
        "usage_line.deleted \"2\" is neither yes nor no; yes/no, 1/0, true/false, t/f and Y/N are allowed." },
    { "a rate", TIE_DS_FX_RATE, "rate", NO_MAP, "1.084512345678", TIE_CELL_OK, "1.084512345678" },
    { "a rate is above zero", TIE_DS_FX_RATE, "rate", NO_MAP, "0", TIE_CELL_BAD, NULL },
    { "a hash", TIE_DS_EVIDENCE, "file_hash", NO_MAP,
        "ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef0123456789", TIE_CELL_OK,
        "abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789" },
    { "a short hash", TIE_DS_EVIDENCE, "file_hash", NO_MAP, "abc", TIE_CELL_BAD,
        "evidence.file_hash \"abc\" is no SHA-256; 64 hex digits are allowed." },
};

/* What is taken in line is what the reader says, and what the reader alone may judge is not taken. */
static bool is_taken_in_line(const struct tie_cell_rule *rule, struct tie_raw raw, struct tie_buf *reason)
{
    struct tie_cell cell;
    char room[TIE_CELL_ROOM];

    assert_false(tie_cell_is_plain_text(rule, &raw));
    raw.is_plain = !raw.is_null && memchr(raw.text.at, '\n', raw.text.size) == NULL;
    for (size_t i = 0; i < raw.text.size; i++)
        raw.is_plain &= (unsigned char)raw.text.at[i] < 0x80;
    if (!tie_cell_is_plain_text(rule, &raw))
        return false;
    assert_int_equal(tie_cell_read(rule, &raw, &cell, room, reason), TIE_CELL_OK);
    assert_ptr_equal(cell.text.at, raw.text.at);
    assert_int_equal(cell.text.size, raw.text.size);
    assert_int_equal(cell.number, rule->none.number);
    return true;
}

static void test_reading(void **state)
{
    size_t taken = 0;

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const struct tie_dataset_info *dataset = tie_dataset(cases[i].dataset);
        const int column = tie_column_find(dataset, tie_text_of(cases[i].column));
        const struct tie_code_map maps[] = {
            [CLASS_MAP] = { column, TIE_COUNT_OF(class_lists), class_lists },
            [REST_MAP] = { column, TIE_COUNT_OF(rest_lists), rest_lists },
            [UOM_MAP] = { column, TIE_COUNT_OF(uom_lists), uom_lists },
        };
        const struct tie_raw raw = { .text = tie_text_of(cases[i].text), .is_null = cases[i].text == NULL };
        struct tie_cell_rule rule;
        struct tie_cell cell;
        struct tie_buf printed, reason;
        char room[TIE_CELL_ROOM];

        tie_buf_init(&printed, 1 << 16);
        tie_buf_init(&reason, 1 << 16);
        print_message("%s\n", cases[i].why);
        assert_true(column >= 0);
        tie_cell_rule_init(&rule, dataset, column, &maps[cases[i].map], cases[i].map != NO_MAP, &zone);
        assert_int_equal(tie_cell_read(&rule, &raw, &cell, room, &reason), cases[i].want);
        tie_cell_text(&printed, rule.column, &cell);
        if (cases[i].want_text != NULL)
            assert_true(
                tie_text_is(tie_buf_slice(cases[i].want == TIE_CELL_BAD ? &reason : &printed), cases[i].want_text));
        taken += is_taken_in_line(&rule, raw, &reason);
        tie_buf_release(&printed);
        tie_buf_release(&reason);
    }
    assert_true(taken > 2);
}

/* With a memory and without one, and whether its driver knows a text to be plain or not: the same answers. */
static void test_memory(void **state)
{
    static const struct {
        enum tie_dataset dataset;
        const char *name;
        bool is_mapped;
    } columns[] = { { TIE_DS_USAGE_LINE, "direction", false }, { TIE_DS_USAGE_LINE, "deleted", false },
        { TIE_DS_USAGE_LINE, "uom", true }, { TIE_DS_MOVEMENT, "posting_date", false },
        { TIE_DS_MOVEMENT, "line_no", false } };
    static const char *const texts[] = { "used", "returned", "removed", "usedused", "261", "Z1", "y", "yy", "yyy", "no",
        "0", "ST", "EA", "12", "9.00", "2026-02-28", "2026-02-29", "2026-03-01 00:00", "a text of sixteen",
        "sixteen bytes ok", "sixteen bytes o k" };
    uint64_t random = 9;

    (void)state;
    for (size_t n = 0; n < TIE_COUNT_OF(columns); n++) {
        const struct tie_dataset_info *dataset = tie_dataset(columns[n].dataset);
        const int column = tie_column_find(dataset, tie_text_of(columns[n].name));
        const struct tie_code_map map = { column, TIE_COUNT_OF(uom_lists), uom_lists };
        struct tie_cell_memo memo = { 0 };
        struct tie_cell_rule rule, with;

        tie_cell_rule_init(&rule, dataset, column, &map, columns[n].is_mapped, &zone);
        assert_true(tie_cell_wants_memo(&rule));
        with = rule;
        with.memo = &memo;
        for (int round = 0; round < 20000; round++) {
            char text[24], rooms[2][TIE_CELL_ROOM];
            struct tie_raw raw = { .text = { text, 0 }, .is_plain = round % 2 == 0 };
            struct tie_cell cells[2];
            struct tie_buf reasons[2], shown[2];

            const char *chosen = texts[test_random(&random) % TIE_COUNT_OF(texts)];
            raw.text.size = strlen(chosen);
            memcpy(text, chosen, raw.text.size);
            if (test_random(&random) % 4 == 0)
                text[test_random(&random) % raw.text.size] = 'e'; /* one byte away from a word */
            for (size_t i = 0; i < 2; i++) {
                tie_buf_init(&reasons[i], 1 << 16);
                tie_buf_init(&shown[i], 1 << 16);
            }
            const enum tie_cell_result a = tie_cell_read(&rule, &raw, &cells[0], rooms[0], &reasons[0]);
            assert_int_equal(a, tie_cell_read(&with, &raw, &cells[1], rooms[1], &reasons[1]));
            for (size_t i = 0; i < 2; i++)
                tie_cell_text(&shown[i], rule.column, &cells[i]);
            assert_true(tie_text_equal(tie_buf_slice(&reasons[0]), tie_buf_slice(&reasons[1])));
            assert_true(tie_text_equal(tie_buf_slice(&shown[0]), tie_buf_slice(&shown[1])));
            for (size_t i = 0; i < 2; i++) {
                tie_buf_release(&reasons[i]);
                tie_buf_release(&shown[i]);
            }
        }
    }
}

/* Every literal default of the whole table must be readable by the column's own reader. */
static void test_all_defaults(void **state)
{
    size_t literals = 0;

    (void)state;
    for (int i = 0; i < TIE_DATASET_COUNT; i++)
        for (size_t j = 0; j < tie_dataset((enum tie_dataset)i)->column_count; j++) {
            struct tie_cell_rule rule;

            tie_cell_rule_init(&rule, tie_dataset((enum tie_dataset)i), (int)j, NULL, 0, &zone); /* asserts */
            literals += rule.has_fallback;
        }
    assert_true(literals > 50);
}

struct row { /* columns by name, "" ends */
    const char *name, *text;
};

static int judge_row(enum tie_dataset id, const struct row *row, struct tie_cell *cells, struct tie_buf *reason)
{
    static char rooms[TIE_COLUMN_MAX][TIE_CELL_ROOM];
    static struct tie_cell_rule rules[TIE_COLUMN_MAX];
    const struct tie_dataset_info *dataset = tie_dataset(id);
    struct tie_defaults defaults;
    struct tie_judge judge;
    bool delivered[TIE_COLUMN_MAX] = { false };

    for (size_t i = 0; i < dataset->column_count; i++) {
        tie_cell_rule_init(&rules[i], dataset, (int)i, NULL, 0, &zone);
        cells[i] = tie_cell_none(&dataset->columns[i]);
    }
    for (; row->name != NULL; row++) {
        const int column = tie_column_find(dataset, tie_text_of(row->name));
        const struct tie_raw raw = { .text = tie_text_of(row->text), .is_null = row->text == NULL };

        assert_true(column >= 0);
        delivered[column] = true;
        assert_int_not_equal(tie_cell_read(&rules[column], &raw, &cells[column], rooms[column], reason), TIE_CELL_BAD);
    }
    tie_defaults_init(&defaults, dataset, rules, delivered);
    tie_cells_complete(&defaults, dataset, rules, cells, 1, 0);
    tie_judge_init(&judge, dataset);
    return tie_cells_judge(&judge, dataset, delivered, cells, reason);
}

static void test_rows(void **state)
{
    static const struct {
        const char *why;
        enum tie_dataset dataset;
        struct row row[8];
        const char *column; /* at fault, NULL: none */
    } rows[] = {
        { "issue leaves", TIE_DS_MOVEMENT, { { "movement_class", "issue_wo" }, { "quantity", "1" } }, NULL },
        { "issue comes back", TIE_DS_MOVEMENT, { { "movement_class", "issue_wo" }, { "quantity", "-1" } }, "quantity" },
        { "unless it reverses", TIE_DS_MOVEMENT,
            { { "movement_class", "issue_wo" }, { "quantity", "-1" }, { "reverses_mov_id", "M0" } }, NULL },
        { "zero fits both", TIE_DS_MOVEMENT, { { "movement_class", "core_in" }, { "quantity", "0" } }, NULL },
        { "core comes in", TIE_DS_MOVEMENT, { { "movement_class", "core_in" }, { "quantity", "2" } }, "quantity" },
        { "cost has the sign too", TIE_DS_MOVEMENT,
            { { "movement_class", "return_cc" }, { "quantity", "-1" }, { "cost_amount", "5" } }, "cost_amount" },
        { "transfers go either way", TIE_DS_MOVEMENT, { { "movement_class", "transfer_in" }, { "quantity", "7" } },
            NULL },
        { "one time of two", TIE_DS_USAGE_LINE, { { "device_at", NULL }, { "server_at", "2026-01-01 00:00" } }, NULL },
        { "no time at all", TIE_DS_USAGE_LINE, { { "device_at", NULL } }, "device_at" },
        { "minutes", TIE_DS_TIME_ENTRY, { { "minutes", "0" } }, NULL },
        { "start and end", TIE_DS_TIME_ENTRY, { { "start_at", "2026-01-01 00:00" }, { "end_at", "2026-01-01 00:00" } },
            NULL },
        { "start alone", TIE_DS_TIME_ENTRY, { { "start_at", "2026-01-01 00:00" } }, "minutes" },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(rows); i++) {
        struct tie_cell cells[TIE_COLUMN_MAX];
        struct tie_buf reason;
        int column = -1;

        tie_buf_init(&reason, 4096);
        print_message("%s\n", rows[i].why);
        column = judge_row(rows[i].dataset, rows[i].row, cells, &reason);
        if (rows[i].column == NULL)
            assert_int_equal(column, -1);
        else
            assert_int_equal(column, tie_column_find(tie_dataset(rows[i].dataset), tie_text_of(rows[i].column)));
        assert_true((reason.size > 0) == (rows[i].column != NULL));
        tie_buf_release(&reason);
    }
}

static void test_defaults(void **state)
{
    static const struct {
        const char *why;
        enum tie_dataset dataset;
        struct row row[4];
        const char *column, *want;
    } rows[] = {
        { "NULL takes the literal", TIE_DS_USAGE_LINE, { { "owner", NULL }, { "device_at", "2026-01-01 02:00" } },
            "owner", "own" },
        { "what is not delivered stays empty", TIE_DS_USAGE_LINE, { { "device_at", "2026-01-01 02:00" } }, "owner",
            "" },
        { "=column", TIE_DS_USAGE_LINE, { { "device_at", NULL }, { "server_at", "2026-01-01 02:00" } }, "device_at",
            "2026-01-01T00:00:00Z" },
        { "=column from a word to an id", TIE_DS_TIME_ENTRY,
            { { "kind", "travel" }, { "item_id", NULL }, { "minutes", "1" } }, "item_id", "travel" },
        { "=decision_class", TIE_DS_ENTITLEMENT_DECISION, { { "decision_class", "warranty" }, { "share_parts", NULL } },
            "share_parts", "1" },
        { "chargeable covers nothing", TIE_DS_ENTITLEMENT_DECISION,
            { { "decision_class", "chargeable" }, { "share_parts", NULL } }, "share_parts", "0" },
        { "goodwill says nothing", TIE_DS_ENTITLEMENT_DECISION,
            { { "decision_class", "goodwill" }, { "share_parts", NULL } }, "share_parts", "" },
        { "a look-up is left to the loader", TIE_DS_MOVEMENT,
            { { "posting_date", "2026-01-01" }, { "period_id", NULL } }, "period_id", "" },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(rows); i++) {
        const struct tie_dataset_info *dataset = tie_dataset(rows[i].dataset);
        const int column = tie_column_find(dataset, tie_text_of(rows[i].column));
        struct tie_cell cells[TIE_COLUMN_MAX];
        struct tie_buf text;

        tie_buf_init(&text, 4096);
        print_message("%s\n", rows[i].why);
        (void)judge_row(rows[i].dataset, rows[i].row, cells, &text);
        tie_buf_reset(&text);
        tie_cell_text(&text, &dataset->columns[column], &cells[column]);
        assert_true(tie_text_is(tie_buf_slice(&text), rows[i].want));
        tie_buf_release(&text);
    }
}

static void test_kinds(void **state)
{
    static const struct {
        const char *why;
        enum tie_dataset dataset;
        const char *column;
        enum tie_raw_kind kind;
        bool allow_float;
        const char *want;
    } kinds[] = {
        { "exact", TIE_DS_MOVEMENT, "quantity", TIE_RAW_DECIMAL, false, NULL },
        { "float", TIE_DS_MOVEMENT, "quantity", TIE_RAW_FLOAT, false,
            "T is a binary float, which can't hold decimal amounts exactly; cast it to an exact type such as "
            "numeric(18,6), or list "
            "the column in allow_float" },
        { "float that the job allows", TIE_DS_MOVEMENT, "quantity", TIE_RAW_FLOAT, true, NULL },
        { "no float for ids, whatever the job says", TIE_DS_MOVEMENT, "mov_id", TIE_RAW_FLOAT, true,
            "T can't be read into mov_id, a column of type id; cast it to a text or integer type" },
        { "digits for ids", TIE_DS_MOVEMENT, "mov_id", TIE_RAW_INTEGER, false, NULL },
        { "an instant is no date", TIE_DS_MOVEMENT, "posting_date", TIE_RAW_INSTANT, false,
            "T can't be read into posting_date, a column of type date; make a local date of it, such as CAST(x AT "
            "TIME ZONE "
            "'Europe/Brussels' AS date)" },
        { "what the driver can't tell is judged on the rows", TIE_DS_MOVEMENT, "posting_date", TIE_RAW_UNKNOWN, false,
            NULL },
    };
    struct tie_arena arena;

    (void)state;
    assert_int_equal(tie_arena_init(&arena, 1 << 20, NULL), TIE_OK);
    for (size_t i = 0; i < TIE_COUNT_OF(kinds); i++) {
        const struct tie_dataset_info *dataset = tie_dataset(kinds[i].dataset);
        const struct tie_column *column = &dataset->columns[tie_column_find(dataset, tie_text_of(kinds[i].column))];
        const char *got = tie_cell_kind_trouble(&arena, column, kinds[i].kind, "T", kinds[i].allow_float);

        print_message("%s\n", kinds[i].why);
        if (kinds[i].want == NULL)
            assert_null(got);
        else
            assert_string_equal(got, kinds[i].want);
    }
    tie_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_all_defaults),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_kinds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
