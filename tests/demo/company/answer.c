/*
 * answer.c - the answer key: identity, amounts, due date and status of every finding that a plant causes.
 *
 * Due dates are worked out here from a table of triggers and windows of its own, the company's policy retold; the
 * generator never calls the engine, so that a fault there can't hide in the key. Amounts come from the plants.
 */
#include "company.h"

#include "tieout/digest.h"

enum trigger { CLOSED, BILLING, TARGET, ROW_DAY };

/* Days after the trigger; `working` counts working days of the order's region. BILLING heeds the customer's
 * calendar, TARGET where it comes later. */
static const struct {
    const char *check;
    enum trigger trigger;
    int days;
    bool working;
} dues[] = {
    { "INV-01", CLOSED, 5, true },
    { "INV-02", CLOSED, 5, true },
    { "INV-03", CLOSED, 5, true },
    { "INV-04", CLOSED, 5, true },
    { "INV-06", CLOSED, 5, true },
    { "INV-07", ROW_DAY, 3, false },
    { "INV-08", ROW_DAY, 3, false },
    { "INV-09", ROW_DAY, 0, false },
    { "INV-10", CLOSED, 10, false },
    { "INV-15", ROW_DAY, 3, false },
    { "INV-16", ROW_DAY, 0, false },
    { "INV-21", ROW_DAY, 3, false },
    { "INV-22", ROW_DAY, 5, false },
    { "BIL-01", BILLING, 10, false },
    { "BIL-02", BILLING, 10, false },
    { "BIL-03", BILLING, 10, false },
    { "BIL-04", BILLING, 10, false },
    { "BIL-05", BILLING, 10, false },
    { "BIL-06", ROW_DAY, 0, false },
    { "BIL-07", ROW_DAY, 30, false },
    { "BIL-08", ROW_DAY, 0, false },
    { "BIL-10", BILLING, 10, false },
    { "ENT-01", BILLING, 10, false },
    { "ENT-03", BILLING, 10, false },
    { "CON-01", CLOSED, 10, false },
    { "CON-02", ROW_DAY, 3, false },
    { "CON-11", ROW_DAY, 0, false },
    { "WTY-01", CLOSED, 10, false },
    { "WTY-02", ROW_DAY, 3, false },
    { "WTY-13", ROW_DAY, 0, false },
    { "TIM-02", ROW_DAY, 0, false },
    { "TIM-14", ROW_DAY, 0, false },
    { "MDM-01", ROW_DAY, 3, false },
    { "EVD-06", BILLING, 10, false },
    { "WOS-04", BILLING, 10, false },
    { "WOS-05", ROW_DAY, 5, false },
    { "WOS-08", ROW_DAY, 3, false },
    { "EVD-04", ROW_DAY, 0, false },
    { "TIM-01", TARGET, 10, false },
    { "CON-05", BILLING, 10, false },
    { "ENT-04", ROW_DAY, 0, false },
    { "BIL-17", ROW_DAY, 30, false },
    { "BIL-09", BILLING, 10, false },
};

#define CALENDAR_GRACE_DAYS 4

const char *finding_id(struct company *c, const char *check, const char *const *keys, size_t count)
{
    static const char prefix[] = "tieout-finding-1";
    unsigned char digest[TIE_SHA256_BYTES];
    char letters[17];
    struct tie_sha256 sha;

    tie_sha256_init(&sha);
    tie_sha256_put(&sha, prefix, sizeof prefix);
    tie_sha256_put(&sha, check, strlen(check));
    for (size_t i = 0; i < count; i++) {
        tie_sha256_put(&sha, "", 1);
        tie_sha256_put(&sha, keys[i], strlen(keys[i]));
    }
    tie_sha256_final(&sha, digest);
    tie_base32(digest, sizeof digest, letters, 16);
    return text(c, "%s-%s", check, letters);
}

const char *row_id(struct company *c, const char *document, int64_t line)
{
    return text(c, "%s/%lld", document, (long long)line);
}

static tie_date due_of(const struct claimable *finding)
{
    const struct order *o = finding->order;

    for (size_t i = 0; i < TIE_COUNT_OF(dues); i++) {
        if (strcmp(dues[i].check, finding->check) != 0)
            continue;
        if (dues[i].trigger == ROW_DAY) {
            TIE_ASSERT(finding->row_day);
            return finding->row_day + dues[i].days;
        }
        if (dues[i].trigger == BILLING && o->customer->monthly)
            return month_end(o->closed) + CALENDAR_GRACE_DAYS;
        if (dues[i].trigger == TARGET && o->customer->monthly &&
            month_end(o->closed) + CALENDAR_GRACE_DAYS > o->closed + dues[i].days)
            return month_end(o->closed) + CALENDAR_GRACE_DAYS;
        return dues[i].working ? tie_add_workdays(&o->region->calendar, o->closed, dues[i].days)
                               : o->closed + dues[i].days;
    }
    tie_assert_failed(__FILE__, __LINE__, "a check of the table of due dates");
}

static const char *amount_text(struct company *c, tie_dec amount)
{
    char digits[TIE_DEC_TEXT_MAX];

    if (amount == TIE_NONE)
        return "";
    tie_dec_print_fixed(amount, 2, digits);
    return text(c, "%s", digits);
}

static bool is_open(const struct company *c, const struct claimable *finding)
{
    for (size_t i = 0; i < TIE_COUNT_OF(dues); i++)
        if (strcmp(dues[i].check, finding->check) == 0 && dues[i].trigger == ROW_DAY)
            return false;
    return finding->order && c->jobs.at[finding->order->job].closed == TIE_NONE;
}

const char *expect(struct company *c, const struct claimable *finding)
{
    struct tie_buf keys;
    size_t count = 0;

    tie_buf_init(&keys, 1024);
    for (; count < KEY_MAX && finding->keys[count]; count++)
        tie_buf_printf(&keys, "%s%s", count ? "|" : "", finding->keys[count]);
    const bool is_pending = is_open(c, finding) || due_of(finding) > c->as_of;
    const char *id = finding_id(c, finding->check, finding->keys, count);

    TIE_PUSH(&c->arena, &c->findings,
        (struct finding){ id, finding->check, tie_arena_strdup(&c->arena, keys.at),
            finding->under ? finding->under : "yes", finding->certainty ? finding->certainty : "FIRM",
            amount_text(c, finding->exposure), amount_text(c, finding->book),
            finding->currency    ? finding->currency
                : finding->order ? finding->order->region->currency
                                 : "",
            finding->verb, is_pending ? "pending" : "new", c->plant_name, c->plant_why });
    tie_buf_release(&keys);
    return id;
}

#define TARGET_DAYS 10
#define RATE_PERCENT 8

void expect_delay(struct company *c, const struct order *o, tie_dec amount, tie_date days)
{
    tie_dec cost = 0;

    TIE_ASSERT(tie_dec_muldiv(amount, RATE_PERCENT * (int64_t)days, 36500, &cost));
    EXPECT_ORDER(c, o, "TIM-01", .certainty = "TIMING", .exposure = tie_dec_round(cost, 2), .verb = "NONE");
}

void expect_unbilled(struct company *c, const struct order *o, tie_dec amount)
{
    tie_date last = o->closed + TARGET_DAYS;

    if (o->customer->monthly && month_end(o->closed) + CALENDAR_GRACE_DAYS > last)
        last = month_end(o->closed) + CALENDAR_GRACE_DAYS;
    if (c->jobs.at[o->job].closed != TIE_NONE && c->as_of > last)
        expect_delay(c, o, amount, c->as_of - o->closed);
}

static void put_field(FILE *out, const char *value, bool is_last)
{
    const bool quoted = strpbrk(value, ",\"\r\n") != NULL;

    if (quoted)
        fputc('"', out);
    for (const char *at = value; *at; at++) {
        if (*at == '"')
            fputc('"', out);
        fputc(*at, out);
    }
    fputs(quoted ? "\"" : "", out);
    fputs(is_last ? "\r\n" : ",", out);
}

void write_answer(const struct company *c, FILE *out)
{
    fputs("finding_id,check,keys,primary,certainty,exposure,book_effect,currency,verb,status,planted,why\r\n", out);
    for (size_t i = 0; i < c->findings.count; i++) {
        const struct finding *f = &c->findings.at[i];
        const char *const cells[] = { f->id, f->check, f->keys, f->primary, f->certainty, f->exposure, f->book,
            f->currency, f->verb, f->status, f->planted, f->why };

        for (size_t k = 0; k < TIE_COUNT_OF(cells); k++)
            put_field(out, cells[k], k + 1 == TIE_COUNT_OF(cells));
    }
}
