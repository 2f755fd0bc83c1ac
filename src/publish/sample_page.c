/*
 * sample_page.c - `tieout evaluate`: the figures of an audit sample as a page for people, or as JSON.
 *
 * Both factors are shown, exact and as printed tables have them (rounded up), because auditors check by hand with the
 * table. The verdict takes the exact ones. Upper limits are rounded up where they are percentages.
 */
#include "tieout/evaluate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_BYTES = 64, CAPPED_SHOWN = 20 };

#define E12_PER_BASIS_POINT (TIE_E12_ONE / 10000)
#define TIE_DEC_DECIMALS 6

struct page {
    const struct tie_audit *audit;
    const struct tie_evaluation *result;
    const struct tie_evaluate_options *options;
    int64_t tolerable; /* TIE_NONE: not asked */
    struct tie_out *out;
};

static const char *const direction_names[TIE_DIRECTION_COUNT] = { "shortfall", "over-recovery" };

/* ---- figures to text ---- */

static const char *money(const struct page *page, int64_t minor, char out[TEXT_BYTES])
{
    tie_sum value = minor;

    for (unsigned i = page->audit->decimals; i < TIE_DEC_DECIMALS; i++)
        value *= 10;
    (void)tie_sum_print_fixed(value, page->audit->decimals, out);
    return out;
}

static const char *percent(tie_e12 rate, char out[TEXT_BYTES]) /* rounded up to 0.01 % */
{
    const tie_sum points = ((tie_sum)rate + E12_PER_BASIS_POINT - 1) / E12_PER_BASIS_POINT;

    (void)tie_sum_print_fixed(points * (TIE_DEC_ONE / 100), 2, out);
    return out;
}

static const char *confidence_of(const struct page *page, char out[TIE_DEC_TEXT_MAX])
{
    (void)tie_dec_print(page->result->confidence * 100, out);
    return out;
}

/* ---- the page ---- */

static void print_head(const struct page *page)
{
    const struct tie_audit *const audit = page->audit;
    uint64_t classes[TIE_PICK_CLASS_COUNT] = { 0 }, hits = 0;
    char text[TEXT_BYTES], confidence[TIE_DEC_TEXT_MAX];

    for (size_t i = 0; i < audit->count; i++) {
        classes[audit->rows[i].class]++;
        hits += audit->rows[i].class == TIE_PICK_SELECTED ? audit->rows[i].times : 0;
    }
    tie_out_printf(page->out, "Audit sample of job %s, run %s, as of %s\n", audit->job, audit->run, audit->as_of);
    tie_out_printf(page->out, "%s, seed %s, confidence %s %%, amounts in %s\n\n",
        audit->method == TIE_SAMPLE_MUS ? "Monetary-unit sample with fixed interval" : "Simple random sample",
        audit->seed, confidence_of(page, confidence), audit->currency);
    tie_out_printf(page->out, "Frame     %" PRIu64 " orders; book amount (what ought to have been recovered) %s\n",
        audit->orders, money(page, audit->book, text));
    tie_out_printf(page->out, "Audited   %zu orders: %" PRIu64 " certainty, %" PRIu64 " high, %" PRIu64 " selected",
        audit->count, classes[TIE_PICK_CERTAINTY], classes[TIE_PICK_HIGH], classes[TIE_PICK_SELECTED]);
    if (hits != classes[TIE_PICK_SELECTED])
        tie_out_printf(page->out, " (%" PRIu64 " hits)", hits);
    tie_out_printf(page->out, ", %" PRIu64 " without a book amount\n", classes[TIE_PICK_ATTRIBUTE]);
    if (page->result->not_auditable > 0)
        tie_out_printf(page->out, "          %" PRIu64 " could not be audited and count as not recovered at all\n",
            page->result->not_auditable);
}

static void money_line(const struct page *page, const char *title, int64_t shortfall, int64_t over)
{
    char a[TEXT_BYTES], b[TEXT_BYTES];

    tie_out_printf(page->out, "%-36s %18s %18s\n", title, money(page, shortfall, a), money(page, over, b));
}

static void bound_lines(const struct page *page, const struct tie_bound *shortfall, const struct tie_bound *over)
{
    char title[TEXT_BYTES], confidence[TIE_DEC_TEXT_MAX];

    money_line(page, "  basic precision", shortfall->basic, over->basic);
    money_line(page, "  incremental allowance", shortfall->incremental, over->incremental);
    (void)snprintf(title, sizeof title, "  upper limit at %s %%", confidence_of(page, confidence));
    money_line(page, title, shortfall->upper, over->upper);
}

static void print_money(const struct page *page)
{
    const struct tie_projection *const shortfall = &page->result->side[TIE_SHORTFALL];
    const struct tie_projection *const over = &page->result->side[TIE_OVER_RECOVERY];

    tie_out_printf(page->out, "\n%-36s %18s %18s\n", "", direction_names[0], direction_names[1]);
    tie_out_printf(
        page->out, "%-36s %18" PRIu64 " %18" PRIu64 "\n", "Selected orders in error", shortfall->errors, over->errors);
    money_line(page, "Known, of orders taken whole", shortfall->known, over->known);
    money_line(page, "Projected, known included", shortfall->projected, over->projected);
    tie_out_text(page->out, "With exact factors\n");
    bound_lines(page, &shortfall->exact, &over->exact);
    tie_out_text(page->out, "With factors as tables print them\n");
    bound_lines(page, &shortfall->table, &over->table);
    money_line(page, "Upper limit less the other direction", shortfall->net_upper, over->net_upper);
}

static const char *stratum_name(const struct tie_audit *audit, size_t h)
{
    return audit->strata[h].name[0] != '\0' ? audit->strata[h].name : "(none)";
}

static void print_money_strata(const struct page *page)
{
    char a[TEXT_BYTES], b[TEXT_BYTES], c[TEXT_BYTES], interval[TEXT_BYTES];

    tie_out_printf(page->out, "\n%-20s %8s %5s %16s %6s %18s %18s %18s\n", "Stratum", "orders", "hits", "interval",
        "errors", "projected", "upper limit", "over-recovery");
    for (size_t h = 0; h < page->audit->stratum_count; h++) {
        const struct tie_sample_stratum *const stratum = &page->audit->strata[h];
        const struct tie_projection *const side = page->result->strata[h].side;

        tie_out_printf(page->out, "%-20s %8" PRIu64 " %5" PRIu64 " %16s %6" PRIu64 " %18s %18s %18s\n",
            stratum_name(page->audit, h), stratum->orders, stratum->size,
            money(page, stratum->interval_num / stratum->interval_den, interval), side[TIE_SHORTFALL].errors,
            money(page, side[TIE_SHORTFALL].projected, a), money(page, side[TIE_SHORTFALL].exact.upper, b),
            money(page, side[TIE_OVER_RECOVERY].projected, c));
    }
    if (page->audit->stratum_count > 1)
        tie_out_text(page->out,
            "The limits of strata don't add up: the one above is for all of them together, at the largest interval.\n");
}

static void print_count(const struct page *page, const char *what, const struct tie_attribute_result *count)
{
    char text[TEXT_BYTES], confidence[TIE_DEC_TEXT_MAX];

    tie_out_printf(page->out,
        "%s: %" PRIu64 " of %" PRIu64 " drawn from %" PRIu64 " were wrong; at %s %% confidence at most %" PRIu64
        " of all are (%s %% of a large frame).\n",
        what, count->errors, count->sampled, count->orders, confidence_of(page, confidence), count->count_upper,
        percent(count->rate_upper, text));
}

static void print_estimate(const struct page *page, const char *what, const struct tie_estimate *estimate)
{
    const int64_t known = page->result->net_known;
    char a[TEXT_BYTES], b[TEXT_BYTES], c[TEXT_BYTES];

    tie_out_printf(page->out, "%-20s %18s %18s %18s\n", what, money(page, estimate->total + known, a),
        money(page, estimate->error, b), money(page, estimate->upper + known, c));
}

static void print_counts(const struct page *page)
{
    const struct tie_evaluation *const result = page->result;
    char a[TEXT_BYTES];

    tie_out_text(page->out, "\n");
    print_count(page, "Orders selected", &result->attribute);
    if (result->attribute.is_summed)
        tie_out_text(page->out, "The strata were drawn unequally densely, so this is the sum of their own limits.\n");
    for (size_t h = 0; page->audit->stratum_count > 1 && h < page->audit->stratum_count; h++)
        print_count(page, stratum_name(page->audit, h), &result->strata[h].attribute);
    tie_out_printf(page->out, "\n%-20s %18s %18s %18s\n", "Net shortfall", "estimate", "standard error", "upper limit");
    if (result->has_difference)
        print_estimate(page, "by difference", &result->difference);
    if (result->has_ratio)
        print_estimate(page, "by ratio", &result->ratio);
    if (!result->has_difference)
        tie_out_text(page->out, "not estimated: a stratum has fewer than two orders drawn\n");
    tie_out_printf(page->out, "Of it known, of orders taken whole: %s.\n", money(page, result->net_known, a));
    tie_out_printf(page->out, "%" PRIu64 " selected orders differ in amount%s\n", result->differences,
        result->differences < TIE_DIFFERENCES_WANTED
            ? "; the estimates want 20 or more, so they are an indication only. Draw by money (mus) for a limit."
            : ".");
}

static void print_capped(const struct page *page)
{
    char a[TEXT_BYTES], b[TEXT_BYTES];

    if (page->result->capped_count > 0)
        tie_out_text(page->out, "\nOff by more than their book amount; projected as 100 %, the rest taken as known:\n");
    for (size_t i = 0; i < page->result->capped_count && i < CAPPED_SHOWN; i++) {
        const struct tie_audited *const row = &page->audit->rows[page->result->capped[i]];

        tie_out_printf(page->out, "  row %" PRIu64 ", %s: book %s, audit %s\n", row->row, row->work_order,
            money(page, row->book, a), money(page, row->audit, b));
    }
    if (page->result->capped_count > CAPPED_SHOWN)
        tie_out_printf(page->out, "  and %zu more\n", page->result->capped_count - CAPPED_SHOWN);
}

/* What the tolerable amount is held against; TIE_NONE where the sample can't carry a limit. */
static int64_t limit_of(const struct page *page)
{
    const struct tie_evaluation *const result = page->result;

    if (page->audit->method == TIE_SAMPLE_MUS)
        return result->side[TIE_SHORTFALL].exact.upper;
    if (!result->has_difference || result->differences < TIE_DIFFERENCES_WANTED)
        return TIE_NONE;
    return result->net_known +
        (result->has_ratio && result->ratio.upper > result->difference.upper ? result->ratio.upper
                                                                             : result->difference.upper);
}

static const char *verdict_of(const struct page *page)
{
    const int64_t limit = limit_of(page);

    return page->tolerable == TIE_NONE ? NULL
        : limit == TIE_NONE            ? "not judged"
        : limit <= page->tolerable     ? "accepted"
                                       : "not accepted";
}

static void print_words(const struct page *page)
{
    const int64_t limit = limit_of(page);
    const char *const verdict = verdict_of(page);
    char a[TEXT_BYTES], b[TEXT_BYTES], confidence[TIE_DEC_TEXT_MAX];

    (void)confidence_of(page, confidence);
    tie_out_text(page->out, "\nIn words: ");
    if (page->audit->method == TIE_SAMPLE_MUS)
        tie_out_printf(page->out,
            "the best estimate is that %s was not recovered; one can be %s %% sure that it is not more than %s.\n",
            money(page, page->result->side[TIE_SHORTFALL].projected, a), confidence, money(page, limit, b));
    else
        tie_out_printf(page->out,
            "one can be %s %% sure that no more than %" PRIu64 " of %" PRIu64 " orders are wrong beside those known.\n",
            confidence, page->result->attribute.count_upper, page->result->attribute.orders);
    if (verdict == NULL)
        return;
    if (limit == TIE_NONE)
        tie_out_printf(page->out,
            "Tolerable %s: not judged, because too few orders differ in amount for a limit from this kind of sample.\n",
            money(page, page->tolerable, a));
    else
        tie_out_printf(page->out, "Tolerable %s: %s, the upper limit %s is %s it.\n", money(page, page->tolerable, a),
            verdict, money(page, limit, b), limit <= page->tolerable ? "not above" : "above");
}

static void print_page(const struct page *page)
{
    print_head(page);
    if (page->audit->method == TIE_SAMPLE_MUS) {
        print_money(page);
        print_money_strata(page);
        if (page->result->zero_book.orders > 0) {
            tie_out_text(page->out, "\n");
            print_count(page, "Orders without a book amount", &page->result->zero_book);
        }
        print_capped(page);
    } else {
        print_counts(page);
    }
    print_words(page);
}

/* ---- JSON ---- */

static void set_money(const struct page *page, struct tie_json *object, const char *key, int64_t minor)
{
    char text[TEXT_BYTES];

    tie_json_set_text(object, key, money(page, minor, text));
}

static struct tie_json *bound_json(const struct page *page, const struct tie_bound *bound)
{
    struct tie_json *const json = tie_json_object();

    set_money(page, json, "basic", bound->basic);
    set_money(page, json, "incremental", bound->incremental);
    set_money(page, json, "upper", bound->upper);
    return json;
}

static struct tie_json *side_json(const struct page *page, const struct tie_projection *side)
{
    struct tie_json *const json = tie_json_object();

    tie_json_set_int(json, "errors", (int64_t)side->errors);
    set_money(page, json, "known", side->known);
    set_money(page, json, "projected", side->projected);
    tie_json_set(json, "exact", bound_json(page, &side->exact));
    tie_json_set(json, "table", bound_json(page, &side->table));
    set_money(page, json, "net_upper", side->net_upper);
    return json;
}

static struct tie_json *count_json(const struct tie_attribute_result *count)
{
    struct tie_json *const json = tie_json_object();
    char text[TEXT_BYTES];

    tie_json_set_int(json, "orders", (int64_t)count->orders);
    tie_json_set_int(json, "sampled", (int64_t)count->sampled);
    tie_json_set_int(json, "errors", (int64_t)count->errors);
    tie_json_set_int(json, "count_upper", (int64_t)count->count_upper);
    tie_json_set_text(json, "rate_upper_percent", percent(count->rate_upper, text));
    return json;
}

static struct tie_json *estimate_json(const struct page *page, const struct tie_estimate *estimate, bool is_there)
{
    struct tie_json *const json = is_there ? tie_json_object() : tie_json_null();

    if (is_there) {
        set_money(page, json, "total", estimate->total + page->result->net_known);
        set_money(page, json, "error", estimate->error);
        set_money(page, json, "upper", estimate->upper + page->result->net_known);
    }
    return json;
}

static void set_results(const struct page *page, struct tie_json *object, const struct tie_projection *side,
    const struct tie_attribute_result *count)
{
    if (page->audit->method == TIE_SAMPLE_MUS) {
        tie_json_set(object, "shortfall", side_json(page, &side[TIE_SHORTFALL]));
        tie_json_set(object, "over_recovery", side_json(page, &side[TIE_OVER_RECOVERY]));
    } else {
        tie_json_set(object, "attribute", count_json(count));
    }
}

static void print_json(const struct page *page)
{
    const struct tie_evaluation *const result = page->result;
    struct tie_json *const json = tie_json_object(), *strata = tie_json_array();

    tie_json_set_text(json, "job", page->audit->job);
    tie_json_set_text(json, "run", page->audit->run);
    tie_json_set_text(json, "as_of", page->audit->as_of);
    tie_json_set_text(json, "method", tie_sample_method_name(page->audit->method));
    tie_json_set(json, "confidence", tie_json_dec(result->confidence));
    tie_json_set_text(json, "currency", page->audit->currency);
    tie_json_set_int(json, "audited", (int64_t)page->audit->count);
    tie_json_set_int(json, "not_auditable", (int64_t)result->not_auditable);
    set_results(page, json, result->side, &result->attribute);
    if (page->audit->method == TIE_SAMPLE_MUS) {
        tie_json_set(json, "zero_book", count_json(&result->zero_book));
    } else {
        tie_json_set(json, "difference", estimate_json(page, &result->difference, result->has_difference));
        tie_json_set(json, "ratio", estimate_json(page, &result->ratio, result->has_ratio));
        tie_json_set_int(json, "differences", (int64_t)result->differences);
    }
    for (size_t h = 0; h < page->audit->stratum_count; h++) {
        struct tie_json *const stratum = tie_json_object();

        tie_json_set_text(stratum, "name", page->audit->strata[h].name);
        set_results(page, stratum, result->strata[h].side, &result->strata[h].attribute);
        tie_json_add(strata, stratum);
    }
    tie_json_set(json, "strata", strata);
    if (page->tolerable != TIE_NONE)
        set_money(page, json, "tolerable", page->tolerable);
    tie_json_set_text(json, "verdict", verdict_of(page));
    tie_json_write(json, TIE_JSON_PRETTY, page->out);
    tie_out_text(page->out, "\n");
    tie_json_free(json);
}

/* ---- the command ---- */

static enum tie_status tolerable_of(struct page *page, struct tie_error *err)
{
    const struct tie_text text = page->options->tolerable;
    tie_dec value = 0;
    tie_dec unit = TIE_DEC_ONE;

    page->tolerable = TIE_NONE;
    if (text.size == 0)
        return TIE_OK;
    for (unsigned i = 0; i < page->audit->decimals; i++)
        unit /= 10;
    if (tie_dec_from_text(text, &value) != TIE_DEC_EXACT || value < 0 || value % unit != 0)
        return tie_fail(err, TIE_USAGE, "--tolerable %.*s: not an amount in %s; write 1234.50",
            (int)(text.size < TEXT_BYTES ? text.size : TEXT_BYTES), text.at, page->audit->currency);
    page->tolerable = value / unit;
    return TIE_OK;
}

enum tie_status tie_evaluate_file(struct tie_arena *arena, const char *path, const struct tie_evaluate_options *options,
    struct tie_out *out, struct tie_error *err)
{
    struct tie_audit audit;
    struct tie_evaluation result;
    struct page page = { .audit = &audit, .result = &result, .options = options, .out = out };
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_audit_read(arena, path, &audit, err));
    TIE_TRY(tolerable_of(&page, err));
    tie_evaluate(arena, &audit, options->confidence != TIE_NONE ? options->confidence : audit.confidence, &result);
    if (options->as_json)
        print_json(&page);
    else
        print_page(&page);
out:
    return status;
}
