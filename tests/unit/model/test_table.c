/*
 * test_table.c - the expanded data model: what every row of the table must keep, and samples of what it says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "tieout/model.h"

static const size_t cell_bytes[] = {
    [TIE_TYPE_ID] = 4,
    [TIE_TYPE_TEXT] = 4,
    [TIE_TYPE_OPEN] = 4,
    [TIE_TYPE_WORD] = 1,
    [TIE_TYPE_DATE] = 4,
    [TIE_TYPE_INSTANT] = 8,
    [TIE_TYPE_DECIMAL] = 8,
    [TIE_TYPE_BOOL] = 1,
    [TIE_TYPE_RATE] = 8,
    [TIE_TYPE_INT] = 8,
    [TIE_TYPE_HASH] = 4,
};

static void test_words(void **state)
{
    (void)state;
    assert_string_equal(tie_word_text(TIE_W_EMPTY), "");
    assert_string_equal(tie_word_text(TIE_W_T_AND_M), "t_and_m");
    for (int word = TIE_W_EMPTY + 1; word < TIE_WORD_COUNT; word++) {
        const char *text = tie_word_text((enum tie_word)word);

        /* the binary search rests on this order */
        if (strcmp(tie_word_text((enum tie_word)(word - 1)), text) >= 0)
            fail_msg("'%s' stands behind '%s'", text, tie_word_text((enum tie_word)(word - 1)));
        assert_int_equal(tie_word_of(tie_text_of(text)), word);
    }
    assert_int_equal(tie_word_of(TIE_TEXT("")), TIE_W_EMPTY);
    assert_int_equal(tie_word_of(TIE_TEXT("Open")), TIE_W_EMPTY);
    assert_int_equal(tie_word_of(TIE_TEXT("ope")), TIE_W_EMPTY);
    assert_int_equal(tie_word_of(TIE_TEXT("openx")), TIE_W_EMPTY);
    assert_int_equal(tie_word_of(TIE_TEXT("zzz")), TIE_W_EMPTY);
    assert_int_equal(tie_word_of(TIE_TEXT("a")), TIE_W_EMPTY);
}

/* Cells lie behind struct tie_row, apart from each other, inside the row; names are found in any case. */
static void test_columns(void **state)
{
    (void)state;
    for (int d = 0; d < TIE_DATASET_COUNT; d++) {
        const struct tie_dataset_info *info = tie_dataset((enum tie_dataset)d);
        size_t end = sizeof(struct tie_row);
        size_t keys = 0;
        enum tie_dataset found = TIE_DATASET_COUNT;

        assert_int_equal(info->id, d);
        assert_true(tie_dataset_find(tie_text_of(info->name), &found));
        assert_int_equal(found, d);
        assert_in_range(info->column_count, 1, TIE_COLUMN_MAX);
        for (size_t i = 0; i < info->column_count; i++) {
            const struct tie_column *column = &info->columns[i];

            if (column->offset < end || column->offset % cell_bytes[column->type] != 0)
                fail_msg("%s.%s at %zu", info->name, column->name, column->offset);
            end = column->offset + cell_bytes[column->type];
            assert_int_equal(tie_column_find(info, tie_text_of(column->name)), i);
            assert_true(column->key != TIE_KEY_PK || keys == i); /* row ids read those that stand first */
            keys += column->key == TIE_KEY_PK;
            if (column->foreign[0] != '\0' && !tie_dataset_find(tie_text_of(column->foreign), &found))
                fail_msg("%s.%s leads to %s", info->name, column->name, column->foreign);
            assert_true(strlen(column->meaning) > 0 && strlen(column->fallback) > 0);
        }
        assert_true(end <= info->row_bytes);
        assert_true(keys > 0);
    }
}

/* A closed list holds known words only; its default is one of them; other types have no list. */
static void test_closed_lists(void **state)
{
    (void)state;
    for (int d = 0; d < TIE_DATASET_COUNT; d++) {
        const struct tie_dataset_info *info = tie_dataset((enum tie_dataset)d);

        for (size_t i = 0; i < info->column_count; i++) {
            const struct tie_column *column = &info->columns[i];
            struct tie_text rest = tie_text_of(column->words);

            assert_int_equal(rest.size > 0, column->type == TIE_TYPE_WORD);
            while (rest.size > 0) {
                const enum tie_word word = tie_word_of(tie_text_cut(&rest, '|'));

                if (word == TIE_W_EMPTY || !tie_column_allows(column, word))
                    fail_msg("%s.%s: a word of '%s' is unknown", info->name, column->name, column->words);
            }
            assert_false(tie_column_allows(column, TIE_W_EMPTY));
            if (column->type == TIE_TYPE_WORD && strchr("-'=", column->fallback[0]) == NULL)
                assert_true(tie_column_allows(column, tie_word_of(tie_text_of(column->fallback))));
        }
    }
}

static void test_order_columns(void **state)
{
    static const struct {
        const char *why;
        enum tie_dataset dataset;
        const char *column; /* NULL: none */
    } cases[] = {
        { "the order itself", TIE_DS_WORK_ORDER, "wo_id" },
        { "the FSM's", TIE_DS_USAGE_LINE, "wo_id" },
        { "as the ERP writes it", TIE_DS_MOVEMENT, "wo_ref" },
        { "of a line", TIE_DS_INVOICE_LINE, "wo_ref" },
        { "of the order in the ERP", TIE_DS_ERP_ORDER, "wo_ref" },
        { "a header follows its lines", TIE_DS_INVOICE, NULL },
        { "master data", TIE_DS_CUSTOMER, NULL },
        { "xref belongs to both", TIE_DS_XREF, NULL },
    };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(cases); i++) {
        const struct tie_dataset_info *info = tie_dataset(cases[i].dataset);

        print_message("%s\n", cases[i].why);
        if (cases[i].column == NULL)
            assert_int_equal(info->order_column, -1);
        else
            assert_string_equal(info->columns[info->order_column].name, cases[i].column);
    }
    for (int d = 0; d < TIE_DATASET_COUNT; d++) { /* and by the rule, over all datasets */
        const struct tie_dataset_info *info = tie_dataset((enum tie_dataset)d);
        const char *name = info->side == TIE_SIDE_FSM ? "wo_id" : info->side == TIE_SIDE_ERP ? "wo_ref" : "";

        assert_int_equal(info->order_column, tie_column_find(info, tie_text_of(name)));
    }
}

static void test_samples(void **state)
{
    const struct tie_dataset_info *movement = tie_dataset(TIE_DS_MOVEMENT);
    const struct tie_dataset_info *rate = tie_dataset(TIE_DS_FX_RATE);
    const struct tie_column *column;
    enum tie_dataset found = TIE_DATASET_COUNT;

    (void)state;
    assert_string_equal(movement->name, "movement");
    assert_int_equal(movement->side, TIE_SIDE_ERP);
    assert_int_equal(movement->home, TIE_HOME_VIA_ORIGINAL);
    assert_int_equal(movement->column_count, 29);
    assert_int_equal(movement->row_bytes, sizeof(struct tie_movement));
    assert_int_equal(tie_dataset(TIE_DS_WORK_ORDER)->column_count, 36);
    column = &movement->columns[tie_column_find(movement, TIE_TEXT("Quantity"))];
    assert_int_equal(column->offset, offsetof(struct tie_movement, quantity));
    assert_int_equal(column->type, TIE_TYPE_DECIMAL);
    assert_int_equal(column->need, TIE_NEED_MIN);
    assert_false(column->nullable);
    column = &rate->columns[tie_column_find(rate, TIE_TEXT("rate_kind"))];
    assert_true(column->nullable && column->key == TIE_KEY_PK);
    assert_string_equal(column->fallback, "mid");
    assert_true(tie_column_allows(column, TIE_W_CLOSING));
    assert_false(tie_column_allows(column, TIE_W_CLOSED));
    assert_int_equal(tie_column_find(movement, TIE_TEXT("quantit")), -1);
    assert_int_equal(tie_column_find(movement, TIE_TEXT("")), -1);
    assert_false(tie_dataset_find(TIE_TEXT("Movement"), &found));
    assert_false(tie_dataset_find(TIE_TEXT(""), &found));
    assert_int_equal(found, TIE_DATASET_COUNT);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(tie_type_name(TIE_TYPE_ID), "id");
    assert_string_equal(tie_type_name(TIE_TYPE_OPEN), "code");
    assert_string_equal(tie_type_name(TIE_TYPE_WORD), "code");
    assert_string_equal(tie_type_name(TIE_TYPE_HASH), "hash");
    assert_string_equal(tie_xref_kind_name(TIE_XREF_NONE), "");
    assert_string_equal(tie_xref_kind_name(TIE_XREF_CUSTOMER), "customer");
    assert_string_equal(tie_xref_kind_name(TIE_XREF_WORK_ORDER), "work_order");
}

static void test_delivered(void **state)
{
    static struct tie_delivery delivery;
    const int index = tie_column_find(tie_dataset(TIE_DS_MOVEMENT), TIE_TEXT("serial_no"));

    (void)state;
    assert_true(index >= 0);
    assert_false(TIE_DELIVERED(&delivery, MOVEMENT, movement, serial_no));
    delivery.column[TIE_DS_MOVEMENT][index] = true;
    assert_false(TIE_DELIVERED(&delivery, MOVEMENT, movement, serial_no)); /* the dataset isn't given at all */
    delivery.dataset[TIE_DS_MOVEMENT] = true;
    assert_true(TIE_DELIVERED(&delivery, MOVEMENT, movement, serial_no));
    assert_false(TIE_DELIVERED(&delivery, MOVEMENT, movement, quantity));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_closed_lists),
        cmocka_unit_test(test_order_columns),
        cmocka_unit_test(test_samples),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_delivered),
    };

    return cmocka_run_group_tests_name("model/table", tests, NULL, NULL);
}
