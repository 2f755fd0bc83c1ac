/*
 * sentence.c - fills the registry's sentence of a check with the values of one finding.
 *
 * A placeholder is a row of a table: its name, how it prints, where its value stands in the draft. Quantities print
 * in shortest form, amounts with the decimals of their currency, {exposure}, {diff} and the amount of a credit without
 * sign because the words say the direction; what is not known prints as `unknown`, never as nothing. A name that no row
 * knows is a programmer error, and a test asks for every sentence of the catalogue.
 */
#include "judge.h"

#include <inttypes.h>
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

#define AT(member) offsetof(struct draft, member)
static const struct placeholder {
    const char *name;
    enum print print;
    size_t offset;
} placeholders[] = {
    { "work_order", PRINT_TEXT, AT(f.work_order) },
    { "customer", PRINT_TEXT, AT(f.customer) },
    { "asset", PRINT_TEXT, AT(f.asset) },
    { "contract", PRINT_TEXT, AT(f.contract) },
    { "item", PRINT_TEXT, AT(f.item) },
    { "serial", PRINT_TEXT, AT(f.serial) },
    { "location", PRINT_TEXT, AT(f.location) },
    { "technician", PRINT_TEXT, AT(f.technician) },
    { "uom", PRINT_TEXT, AT(f.uom) },
    { "usage_qty", PRINT_QUANTITY, AT(f.usage_qty) },
    { "movement_qty", PRINT_ISSUED, AT(f.movement_qty) },
    { "billed_qty", PRINT_QUANTITY, AT(f.billed_qty) },
    { "expected_qty", PRINT_QUANTITY, AT(f.expected_qty) },
    { "diff", PRINT_SIZE, AT(quantity) },
    { "action", PRINT_TEXT, AT(words.action) },
    { "expected_amount", PRINT_AMOUNT, AT(f.expected_amount) },
    { "actual_amount", PRINT_ACTUAL, AT(f.actual_amount) },
    { "exposure", PRINT_AMOUNT_SIZE, AT(f.exposure) },
    { "currency", PRINT_CURRENCY, AT(f.currency) },
    { "reason", PRINT_TEXT, AT(f.reason) },
    { "date", PRINT_DATE, AT(words.date) },
    { "due", PRINT_DATE, AT(f.due) },
    { "days", PRINT_DAYS, AT(words.days) },
    { "hours", PRINT_QUANTITY, AT(words.hours) },
    { "period", PRINT_TEXT, AT(words.period) },
    { "limit", PRINT_QUANTITY, AT(words.limit) },
    { "ratio", PRINT_QUANTITY, AT(words.ratio) },
    { "count", PRINT_COUNT, AT(words.count) },
    { "name", PRINT_TEXT, AT(words.name) },
    { "kind", PRINT_TEXT, AT(words.kind) },
    { "side", PRINT_TEXT, AT(words.side) },
    { "field", PRINT_TEXT, AT(words.field) },
    { "fsm_value", PRINT_TEXT, AT(words.fsm_value) },
    { "erp_value", PRINT_TEXT, AT(words.erp_value) },
    { "ref", PRINT_TEXT, AT(words.ref) },
    { "other_ref", PRINT_TEXT, AT(words.other_ref) },
    { "other_item", PRINT_TEXT, AT(f.other_item) },
    { "other_location", PRINT_TEXT, AT(words.other_location) },
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

/* Those that the check counted, else those since it was due. */
static void put_days(struct judge *judge, const struct draft *draft, int32_t counted)
{
    if (counted == NO_DAYS && draft->f.due == TIE_NO_DATE)
        tie_buf_text(&judge->buf, "unknown");
    else
        tie_buf_printf(&judge->buf, "%" PRId32, counted != NO_DAYS ? counted : judge->world->as_of - draft->f.due);
}

static void put_value(struct judge *judge, const struct draft *draft, const struct placeholder *placeholder)
{
    const void *at = (const char *)draft + placeholder->offset;
    const unsigned decimals = tie_currency_decimals(tie_text_of(draft->f.currency));
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
    case PRINT_AMOUNT: put_number(out, *(const tie_dec *)at, true, decimals); break;
    case PRINT_ACTUAL:
        put_number(
            out, draft->words.names_credit ? size_of(*(const tie_dec *)at) : *(const tie_dec *)at, true, decimals);
        break;
    case PRINT_AMOUNT_SIZE: put_number(out, size_of(*(const tie_dec *)at), true, decimals); break;
    case PRINT_DATE: put_date(out, *(const tie_date *)at); break;
    case PRINT_COUNT: tie_buf_printf(out, "%" PRIu64, *(const uint64_t *)at); break;
    case PRINT_DAYS: put_days(judge, draft, *(const int32_t *)at); break;
    }
}

static const struct placeholder *find_placeholder(struct tie_text name)
{
    for (size_t i = 0; i < TIE_COUNT_OF(placeholders); i++) {
        if (name.size > 0 && name.at[0] == placeholders[i].name[0] && tie_text_is(name, placeholders[i].name))
            return &placeholders[i];
    }
    return NULL;
}

const char *check_sentence_fill(struct judge *judge, const struct draft *draft)
{
    struct tie_text rest = tie_text_of(tie_check(draft->f.check)->sentence);

    tie_buf_reset(&judge->buf);
    while (rest.size > 0) {
        const bool has_more = memchr(rest.at, '{', rest.size) != NULL;
        const struct tie_text plain = tie_text_cut(&rest, '{');

        tie_buf_put(&judge->buf, plain.at, plain.size);
        if (!has_more)
            break;
        const struct placeholder *placeholder = find_placeholder(tie_text_cut(&rest, '}'));
        TIE_ASSERT(placeholder != NULL);
        put_value(judge, draft, placeholder);
    }
    if (draft->note != NULL)
        tie_buf_printf(&judge->buf, ". %s", draft->note);
    TIE_ASSERT(!judge->buf.failed);
    return tie_text_dup(judge->sink->findings.arena, tie_buf_slice(&judge->buf));
}
