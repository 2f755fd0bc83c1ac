/*
 * sentence.c - fills the registry's sentence of a check with the values of one finding.
 *
 * A placeholder is a row of a table: its name, how it prints, where its value stands in the draft. Quantities print
 * in shortest form, amounts with the decimals of their currency, {exposure}, {diff} and the amount of a credit without
 * sign because the words say the direction; what is not known prints as `unknown`, never as nothing. A name that no row
 * knows is a programmer error, and a test asks for every sentence of the catalogue. Sentences are cut into words and
 * values once a worker, with the due rules (due.c).
 */
#include "judge.h"

#include <string.h>

enum print {
    PRINT_TEXT,
    PRINT_QUANTITY,
    PRINT_ISSUED,
    PRINT_AMOUNT,
    PRINT_ACTUAL,
    PRINT_SIZE,
    PRINT_AMOUNT_SIZE,
    PRINT_DATE,
    PRINT_COUNT,
    PRINT_DAYS,
    PRINT_CURRENCY
};

#define NAMED(name, print, member)                                                                                     \
    {                                                                                                                  \
        "" #name, sizeof #name - 1, PRINT_##print, offsetof(struct draft, member)                                      \
    }
static const struct placeholder {
    const char *name;
    size_t name_size;
    enum print print;
    size_t offset;
} placeholders[] = {
    NAMED(work_order, TEXT, f.work_order),
    NAMED(customer, TEXT, f.customer),
    NAMED(asset, TEXT, f.asset),
    NAMED(contract, TEXT, f.contract),
    NAMED(item, TEXT, f.item),
    NAMED(serial, TEXT, f.serial),
    NAMED(location, TEXT, f.location),
    NAMED(technician, TEXT, f.technician),
    NAMED(uom, TEXT, f.uom),
    NAMED(usage_qty, QUANTITY, f.usage_qty),
    NAMED(movement_qty, ISSUED, f.movement_qty),
    NAMED(billed_qty, QUANTITY, f.billed_qty),
    NAMED(expected_qty, QUANTITY, f.expected_qty),
    NAMED(diff, SIZE, quantity),
    NAMED(action, TEXT, words.action),
    NAMED(expected_amount, AMOUNT, f.expected_amount),
    NAMED(actual_amount, ACTUAL, f.actual_amount),
    NAMED(exposure, AMOUNT_SIZE, f.exposure),
    NAMED(currency, CURRENCY, f.currency),
    NAMED(reason, TEXT, f.reason),
    NAMED(date, DATE, words.date),
    NAMED(due, DATE, f.due),
    NAMED(days, DAYS, words.days),
    NAMED(hours, QUANTITY, words.hours),
    NAMED(period, TEXT, words.period),
    NAMED(limit, QUANTITY, words.limit),
    NAMED(ratio, QUANTITY, words.ratio),
    NAMED(count, COUNT, words.count),
    NAMED(name, TEXT, words.name),
    NAMED(kind, TEXT, words.kind),
    NAMED(side, TEXT, words.side),
    NAMED(field, TEXT, words.field),
    NAMED(fsm_value, TEXT, words.fsm_value),
    NAMED(erp_value, TEXT, words.erp_value),
    NAMED(ref, TEXT, words.ref),
    NAMED(other_ref, TEXT, words.other_ref),
    NAMED(other_item, TEXT, f.other_item),
    NAMED(other_location, TEXT, words.other_location),
};

static void put_number(struct tie_buf *out, tie_dec value, bool has_decimals, unsigned decimals)
{
    char text[TIE_DEC_TEXT_MAX];

    if (value == TIE_NONE) {
        tie_buf_text(out, "unknown");
        return;
    }
    if (has_decimals)
        tie_dec_print_fixed(value, decimals, text);
    else
        tie_dec_print(value, text);
    tie_buf_text(out, text);
}

static tie_dec size_of(tie_dec value)
{
    return value == TIE_NONE ? TIE_NONE : tie_dec_abs(value);
}

static void put_date(struct tie_buf *out, tie_date day)
{
    char text[16];

    if (day == TIE_NO_DATE) {
        tie_buf_text(out, "unknown");
        return;
    }
    tie_date_print(day, text);
    tie_buf_text(out, text);
}

static void put_whole(struct tie_buf *out, int64_t number)
{
    char text[TIE_INT_TEXT_MAX];

    tie_buf_put(out, text, tie_int_print(number, text));
}

/* Those that the check counted, else those since it was due. */
static void put_days(struct judge *judge, const struct draft *draft, int32_t counted)
{
    if (counted == NO_DAYS && draft->f.due == TIE_NO_DATE)
        tie_buf_text(&judge->buf, "unknown");
    else
        put_whole(&judge->buf, counted != NO_DAYS ? counted : judge->world->as_of - draft->f.due);
}

static unsigned decimals_of(const struct draft *draft)
{
    return tie_currency_decimals(tie_text_of(draft->f.currency));
}

static void put_value(struct judge *judge, const struct draft *draft, const struct placeholder *placeholder)
{
    const void *at = (const char *)draft + placeholder->offset;
    struct tie_buf *out = &judge->buf;
    const char *text;

    switch (placeholder->print) {
    case PRINT_TEXT:
        text = *(const char *const *)at;
        tie_buf_text(out, text[0] == '\0' ? "unknown" : text);
        break;
    case PRINT_CURRENCY: /* an amount that is not known has no currency: "unknown" is said once */
        text = *(const char *const *)at;
        if (text[0] != '\0')
            tie_buf_text(out, text);
        else if (out->size > 0 && out->at[out->size - 1] == ' ')
            out->at[--out->size] = '\0';
        break;
    case PRINT_QUANTITY: put_number(out, *(const tie_dec *)at, false, 0); break;
    case PRINT_ISSUED: /* what no stock is kept of, labour too, is never issued */
        if (*(const tie_dec *)at == TIE_NONE)
            tie_buf_text(out, "none");
        else
            put_number(out, *(const tie_dec *)at, false, 0);
        break;
    case PRINT_SIZE: put_number(out, size_of(*(const tie_dec *)at), false, 0); break;
    case PRINT_AMOUNT: put_number(out, *(const tie_dec *)at, true, decimals_of(draft)); break;
    case PRINT_ACTUAL:
        put_number(out, draft->words.names_credit ? size_of(*(const tie_dec *)at) : *(const tie_dec *)at, true,
            decimals_of(draft));
        break;
    case PRINT_AMOUNT_SIZE: put_number(out, size_of(*(const tie_dec *)at), true, decimals_of(draft)); break;
    case PRINT_DATE: put_date(out, *(const tie_date *)at); break;
    case PRINT_COUNT: put_whole(out, (int64_t) * (const uint64_t *)at); break;
    case PRINT_DAYS: put_days(judge, draft, *(const int32_t *)at); break;
    }
}

static const struct placeholder *find_placeholder(struct tie_text name)
{
    for (size_t i = 0; i < TIE_COUNT_OF(placeholders); i++) {
        if (name.size == placeholders[i].name_size && memcmp(name.at, placeholders[i].name, name.size) == 0)
            return &placeholders[i];
    }
    return NULL;
}

struct sentence check_sentence_read(struct tie_arena *arena, const char *text)
{
    struct tie_text rest = tie_text_of(text);
    struct sentence_piece *at = NULL;
    size_t count = 1;

    for (size_t i = 0; i < rest.size; i++)
        count += rest.at[i] == '{';
    at = TIE_TAKE(arena, struct sentence_piece, count);
    count = 0;
    while (rest.size > 0) {
        const bool has_more = memchr(rest.at, '{', rest.size) != NULL;
        struct sentence_piece *piece = &at[count++];

        piece->plain = tie_text_cut(&rest, '{');
        if (!has_more)
            break;
        piece->value = find_placeholder(tie_text_cut(&rest, '}'));
        TIE_ASSERT(piece->value != NULL);
    }
    return (struct sentence){ count, at };
}

const char *check_sentence_fill(struct judge *judge, const struct draft *draft)
{
    const struct sentence *sentence = &judge->sink->rules[draft->f.check].sentence;

    tie_buf_reset(&judge->buf);
    for (size_t i = 0; i < sentence->count; i++) {
        const struct sentence_piece *piece = &sentence->at[i];

        tie_buf_put(&judge->buf, piece->plain.at, piece->plain.size);
        if (piece->value != NULL)
            put_value(judge, draft, piece->value);
    }
    if (draft->note != NULL)
        tie_buf_printf(&judge->buf, ". %s", draft->note);
    TIE_ASSERT(!judge->buf.failed);
    return tie_text_keep_once(&judge->sink->texts, tie_buf_slice(&judge->buf));
}
