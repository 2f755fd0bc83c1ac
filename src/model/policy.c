/*
 * policy.c - the knobs of config/policy.ini: what they are called, what they may be, and where they land.
 *
 * One list, KNOBS, makes both the rows of the schema (which config checks and the README prints) and the bindings
 * that copy a checked value into struct tie_policy, so that a knob can't be documented and not read. Keys that need
 * more than a copy (words to enums, regions, calendars, checks) have their rows in OTHER_ROWS and their reader in
 * policy_sections.c.
 *
 * Invariant: a policy is complete or not there: every key has a default, also without a file.
 */
#include "policy_parts.h"

#include <stddef.h>

#define ONE TIE_DEC_ONE
#define DAY INT64_C(86400)

/* K(section, key, type, default, least, most, field, help) */
#define KNOBS(K)                                                                                                       \
    K("tolerance", "quantity_share", SHARE, "0.5%", 0, ONE, quantity_share,                                            \
        "difference of quantity forgiven, of the larger side; 0 for serialised, lot and each-counted items")           \
    K("tolerance", "quantity_abs", DECIMAL, "0.001", 0, TIE_DEC_MAX, quantity_abs,                                     \
        "difference of quantity forgiven, in the base unit")                                                           \
    K("tolerance", "money_share", SHARE, "0.5%", 0, ONE, money_share,                                                  \
        "difference of money forgiven, of the expected amount, once per group")                                        \
    K("tolerance", "money_minor_units_per_line", DECIMAL, "1", 0, 1000 * ONE, money_minor_units_per_line,              \
        "difference of money forgiven per line, in cents or what the currency has")                                    \
    K("tolerance", "time", DURATION, "6min", 0, DAY, time_tolerance, "difference forgiven per time entry")             \
    K("scope", "cost_centre_issue_is_consumption", BOOL, "no", 0, 0, cost_centre_counts,                               \
        "an issue to a cost centre counts as a part used")                                                             \
    K("billing", "charges_need_usage", BOOL, "no", 0, 0, charges_need_usage,                                           \
        "yes: a charge line without an item and without usage is BIL-07 too")                                          \
    K("money", "high", DECIMAL, "5000", 0, TIE_DEC_MAX, high, "severity one step up at or above")                      \
    K("money", "trivial", DECIMAL, "25", 0, TIE_DEC_MAX, trivial, "severity one step down below")                      \
    K("money", "annual_rate", SHARE, "8%", 0, 10 * ONE, annual_rate, "interest for the cost of delay of TIM checks")   \
    K("money", "billing_target", DURATION, "10d", 0, 3660 * DAY, billing_target, "days to bill that cost nothing")     \
    K("goodwill", "needs_approval", BOOL, "yes", 0, 0, goodwill_needs_approval,                                        \
        "no: a recorded goodwill reason is enough")                                                                    \
    K("limits", "cost_outlier_factor", DECIMAL, "3", ONE, 1000 * ONE, cost_outlier_factor,                             \
        "INV-13: outside 1/k .. k of the standard cost")                                                               \
    K("limits", "fx_share", SHARE, "0.1%", 0, ONE, fx_share, "BIL-15, CON-08, MDM-07: difference forgiven")            \
    K("limits", "contract_margin", SHARE, "0%", -ONE, ONE, contract_margin, "CON-12: least margin of a contract")      \
    K("limits", "duplicate_customer_score", SHARE, "90%", 0, ONE, duplicate_customer_score,                            \
        "MDM-02: likeness of name and postcode from which two customers look like one")                                \
    K("limits", "backdated", DURATION, "5d", 0, 3660 * DAY, backdated, "TIM-03: entered later than this")              \
    K("limits", "claim_lapse_notice", DURATION, "5d", 0, 3660 * DAY, claim_lapse_notice,                               \
        "WTY-03: warned this long before a claim lapses")                                                              \
    K("limits", "non_billable_sigma", DECIMAL, "3", 0, 100 * ONE, non_billable_sigma,                                  \
        "BIL-23: standard deviations above the usual")                                                                 \
    K("limits", "core_value_share", SHARE, "100%", 0, 10 * ONE, core_value_share, "COR-05: of item.core_amount")       \
    K("guarantee", "repair_days", DURATION, "30d", 0, 3660 * DAY, repair_guarantee,                                    \
        "BIL-22, WOS-07: same asset and fault again within")                                                           \
    K("discount", "authority", SHARE, "0%", 0, ONE, discount_authority,                                                \
        "discount beyond contract and customer discount that needs no approval")                                       \
    K("alert", "firm_exposure", DECIMAL, "0", 0, TIE_DEC_MAX, alert_firm_exposure,                                     \
        "exit code 1 when the firm exposure reaches it; 0 is off")                                                     \
    K("alert", "s1_count", INT, "0", 0, 1000000000, alert_s1_count,                                                    \
        "exit code 1 at so many findings of severity S1; 0 is off")                                                    \
    K("alert", "unbilled_share", SHARE, "0%", 0, ONE, alert_unbilled_share,                                            \
        "exit code 1 when this share of the expected billing is missing; 0 is off")                                    \
    K("sample", "confidence", SHARE, "95%", ONE / 2, ONE - 1, sample_confidence, "confidence of the audit sample")     \
    K("sample", "tolerable", SHARE, "5%", 1, ONE, sample_tolerable, "misstatement the auditor can bear")               \
    K("sample", "expected", SHARE, "0.5%", 0, ONE, sample_expected, "misstatement the auditor expects")                \
    K("reference work_order", "ignore_case", BOOL, "yes", 0, 0, order_ignore_case, "the pattern is blind to case")

/* What each window waits for, in the words of the key reference. */
#define HELP_MOVEMENT_BEFORE_VISIT "a part may be issued this long before the first visit"
#define HELP_MOVEMENT_AFTER_CLOSE "a part must be issued this long after closing"
#define HELP_RETURN_AFTER_CLOSE "a part not used must be back this long after closing"
#define HELP_BILLING_AFTER_CLOSE "an invoice is due this long after closing, unless the payer has a billing calendar"
#define HELP_DEBIT_AFTER_CLOSE "a contract debit is due this long after closing"
#define HELP_CLAIM_AFTER_CLOSE "a warranty claim is due this long after closing"
#define HELP_LATE_SYNC "a message may take this long from one system to the other"
#define HELP_LATE_POSTING "TIM-14: a matched movement posted later than this after the event"
#define HELP_CUTOFF "TIM-02: posted in another period is allowed this long after the event"
#define HELP_DUPLICATE "two equal postings this close look like one posted twice"
#define HELP_DATE_MATCH "passes P9, P10: days around the visit in which a movement without reference is looked for"
#define HELP_CREDIT "a credit note is due this long after its cause"
#define HELP_TRANSIT "stock may be under way this long"
#define HELP_CANCELLED "what a cancelled order drew must be undone within"
#define HELP_CORE_RETURN "a core must come back within, where the row names no date"
#define HELP_CORE_CREDIT "a core that came back must be credited within"
#define HELP_VENDOR_CREDIT "a vendor must credit within"
#define HELP_VENDOR_RETURN "a part must go back to its vendor within"
#define HELP_POSTING "a posting may wait this long"
#define HELP_RELEASE "a draft or blocked invoice may wait this long"
#define HELP_RELEASE_RESERVATION "a reservation must be released this long after closing"
#define HELP_RESERVATION_AGE "a reservation older than this is stale"
#define HELP_APPROVAL "an approval may take this long"
#define HELP_MILESTONE "a reached milestone must be billed within"
#define HELP_PLAN_VISIT "a promised visit may be this late, beyond its own tolerance"
#define HELP_PLAN_INVOICE "an invoice of a billing plan may be this late"
#define HELP_CLAIM_DECISION "the provider must decide on a claim within"
#define HELP_SETTLEMENT "a cancelled contract must be settled within"

#define WO_TYPES "repair, pm, install, recall, inspection, internal, training, other"
#define COVER_ORDER "vendor_warranty, own_warranty, part_warranty, contract, chargeable"
#define WEEKDAYS "mon, tue, wed, thu, fri, sat, sun"
#define ID_HELP "how ids are compared: trim, upper, strip:CHARS, zeros (leading zeros off)"

/* R(section, key, type, default, words, help): read in policy_sections.c */
#define OTHER_ROWS(R)                                                                                                  \
    R("tolerance", "each_units", WORDS, "EA, PCE, ST, C62, UNIT", NULL, "units without parts: no quantity tolerance")  \
    R("scope", "exclude_order_types", WORDS, "internal, training", WO_TYPES, "orders that are not judged")             \
    R("scope", "signoff_order_types", WORDS, "repair, pm, install", WO_TYPES, "orders a customer signs")               \
    R("scope", "default_price_list", TEXT, "LIST", NULL, "price list where nothing else names one")                    \
    R("billing", "no_charge_evidence", WORD, "erp", "fsm, erp, both",                                                  \
        "where a no-charge closing must stand to count as a billing outcome")                                          \
    R("billing", "price_rounding", WORD, "line", "line, unit", "where an expected price is rounded to the currency")   \
    R("entitlement", "date", WORD, "completed", "completed, usage, created",                                           \
        "which business date decides cover and price; both ends inclusive")                                            \
    R("entitlement", "order", WORDS, COVER_ORDER, COVER_ORDER, "which cover is taken first")                           \
    R("money", "fx_kind", WORD, "mid", "mid, buy, sell, average, closing", "which of the ERP's rates of exchange")     \
    R("limits", "warranty_starts", WORD, "install", "install, ship", "MDM-09: the day a warranty begins")              \
    R("reference work_order", "pattern", TEXT, "wo[ -]*([0-9]+)", NULL,                                                \
        "how an order number is written elsewhere: POSIX extended expression, its group makes the number")             \
    R("reference work_order", "format", TEXT, "WO-{1}", NULL,                                                          \
        "the number made of the groups, leading zeros off; {1:raw} with them")                                         \
    R("normalise", "item", WORDS, "trim, upper", NULL, ID_HELP)                                                        \
    R("normalise", "customer", WORDS, "trim", NULL, ID_HELP)                                                           \
    R("normalise", "location", WORDS, "trim", NULL, ID_HELP)                                                           \
    R("normalise", "technician", WORDS, "trim", NULL, ID_HELP)                                                         \
    R("normalise", "contract", WORDS, "trim", NULL, ID_HELP)                                                           \
    R("normalise", "asset", WORDS, "trim", NULL, ID_HELP)                                                              \
    R("normalise", "work_order", WORDS, "trim", NULL, ID_HELP)                                                         \
    R("region default", "timezone", TEXT, "Europe/Brussels", NULL, "zone of the region's business dates")              \
    R("region default", "weekend", WORDS, "sat, sun", WEEKDAYS, "days that are no working days")                       \
    R("region default", "holidays", WORDS, "", NULL, "dates that are no working days: YYYY-MM-DD, comma separated")    \
    R("region *", "timezone", TEXT, "", NULL, "as in [region default], and so is what stands there the default")       \
    R("region *", "weekend", WORDS, "", WEEKDAYS, "as in [region default]")                                            \
    R("region *", "holidays", WORDS, "", NULL, "as in [region default]")                                               \
    R("calendar *", "days", WORDS, "last", NULL, "billing days: day numbers 1..31, last, dates; comma separated")      \
    R("calendar *", "grace", DURATION, "4d", NULL, "an invoice is due this long after its billing day")                \
    R("check *", "enabled", BOOL, "yes", NULL, "no: the check is not made, and the run says so")                       \
    R("check *", "severity", WORD, "", "S1, S2, S3, S4", "in place of the registry's severity")                        \
    R("check *", "window", DURATION, "", NULL, "in place of the window the registry names")

const struct tie_schema_row tie_policy_schema[] = {
#define AS_ROW(section_, key_, type_, fallback_, least, most, field, help_)                                            \
    { .section = section_,                                                                                             \
        .key = key_,                                                                                                   \
        .type = TIE_VALUE_##type_,                                                                                     \
        .fallback = fallback_,                                                                                         \
        .min = least,                                                                                                  \
        .max = most,                                                                                                   \
        .help = help_ },
    KNOBS(AS_ROW)
#undef AS_ROW
#define AS_ROW(NAME, name, fallback_)                                                                                  \
    { .section = "window",                                                                                             \
        .key = #name,                                                                                                  \
        .type = TIE_VALUE_DURATION,                                                                                    \
        .fallback = fallback_,                                                                                         \
        .max = 3660 * DAY,                                                                                             \
        .help = HELP_##NAME },
        TIE_WINDOWS(AS_ROW)
#undef AS_ROW
#define AS_ROW(section_, key_, type_, fallback_, words_, help_)                                                        \
    { .section = section_,                                                                                             \
        .key = key_,                                                                                                   \
        .type = TIE_VALUE_##type_,                                                                                     \
        .fallback = fallback_,                                                                                         \
        .words = words_,                                                                                               \
        .help = help_ },
            OTHER_ROWS(AS_ROW)
#undef AS_ROW
};
const size_t tie_policy_schema_count = TIE_COUNT_OF(tie_policy_schema);

/* ---- bindings ---- */

static const struct {
    const char *section, *key;
    enum tie_value_type type;
    size_t offset;
} bindings[] = {
#define AS_BINDING(section_, key_, type_, fallback, least, most, field, help)                                          \
    { section_, key_, TIE_VALUE_##type_, offsetof(struct tie_policy, field) },
    KNOBS(AS_BINDING)
#undef AS_BINDING
#define AS_BINDING(NAME, name, fallback)                                                                               \
    { "window", #name, TIE_VALUE_DURATION, offsetof(struct tie_policy, window[TIE_WINDOW_##NAME]) },
        TIE_WINDOWS(AS_BINDING)
#undef AS_BINDING
};

const char *tie_window_name(enum tie_window window)
{
    static const char *const names[] = {
#define AS_NAME(NAME, name, fallback) [TIE_WINDOW_##NAME] = #name,
        TIE_WINDOWS(AS_NAME)
#undef AS_NAME
    };

    TIE_ASSERT((size_t)window < TIE_COUNT_OF(names));
    return names[window];
}

static void read_knobs(const struct tie_config *config, struct tie_policy *policy)
{
    for (size_t i = 0; i < TIE_COUNT_OF(bindings); i++) {
        const struct tie_config_section *section = tie_config_section(config, bindings[i].section);
        void *field = (char *)policy + bindings[i].offset;
        struct tie_span *span = field;

        if (bindings[i].type == TIE_VALUE_DURATION)
            (void)tie_config_duration(section, bindings[i].key, &span->seconds, &span->workdays);
        else if (bindings[i].type == TIE_VALUE_BOOL)
            *(bool *)field = tie_config_bool(section, bindings[i].key);
        else if (bindings[i].type == TIE_VALUE_INT)
            *(int64_t *)field = tie_config_int(section, bindings[i].key);
        else
            *(tie_dec *)field = tie_config_dec(section, bindings[i].key);
    }
}

enum tie_status tie_policy_read(struct tie_arena *arena, const struct tie_config *config,
    const struct tie_zone_set *zones, struct tie_policy *policy, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    *policy = (struct tie_policy){ .order_pattern = "" };
    tie_sha256_hex(tie_config_bytes(config), policy->digest);
    read_knobs(config, policy);
    if (policy->trivial > policy->high)
        return tie_config_fail(err, tie_config_section(config, "money"), "trivial",
            "it is above high, and a severity can't go up and down at once: make it at most %s",
            tie_config_text(tie_config_section(config, "money"), "high"));
    TIE_TRY(tie_policy_read_words(arena, config, policy, err));
    TIE_TRY(tie_policy_read_reference(config, policy, err));
    TIE_TRY(tie_policy_read_normalise(arena, config, policy, err));
    TIE_TRY(tie_policy_read_regions(arena, config, zones, policy, err));
    TIE_TRY(tie_policy_read_calendars(arena, config, policy, err));
    TIE_TRY(tie_policy_read_checks(arena, config, policy, err));
out:
    return status;
}
