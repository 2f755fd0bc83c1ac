/*
 * policy.h - every knob of config/policy.ini as plain data, resolved once at start and read-only afterwards.
 *
 * The rows of the schema (names, defaults, ranges, help) stand in src/model/policy.c and are what the README's key
 * reference prints. Zones are already tables here, so the pure modules need no file and no clock. Amounts are in the
 * job's reporting currency. All pointers live in the run's arena.
 */
#ifndef TIEOUT_POLICY_H
#define TIEOUT_POLICY_H

#include "tieout/config.h"
#include "tieout/model.h"

/* A length of time as the policy writes it: "72h", "10d" (seconds), or "5wd" (working days of the region). */
struct tie_span {
    int64_t seconds;
    int32_t workdays; /* > 0: working days, and seconds is 0 */
};

/* W(NAME, name, default): keys of [window]; checks.tsv names them in its `due` column. */
#define TIE_WINDOWS(W)                                                                                                 \
    W(MOVEMENT_BEFORE_VISIT, movement_before_visit, "7d")                                                              \
    W(MOVEMENT_AFTER_CLOSE, movement_after_close, "5wd")                                                               \
    W(RETURN_AFTER_CLOSE, return_after_close, "10d")                                                                   \
    W(BILLING_AFTER_CLOSE, billing_after_close, "10d")                                                                 \
    W(DEBIT_AFTER_CLOSE, debit_after_close, "10d")                                                                     \
    W(CLAIM_AFTER_CLOSE, claim_after_close, "10d")                                                                     \
    W(LATE_SYNC, late_sync, "72h")                                                                                     \
    W(LATE_POSTING, late_posting, "5d")                                                                                \
    W(CUTOFF, cutoff, "3wd")                                                                                           \
    W(DUPLICATE, duplicate, "30d")                                                                                     \
    W(DATE_MATCH, date_match, "3d")                                                                                    \
    W(CREDIT, credit, "30d")                                                                                           \
    W(TRANSIT, transit, "5d")                                                                                          \
    W(CANCELLED, cancelled, "5d")                                                                                      \
    W(CORE_RETURN, core_return, "30d")                                                                                 \
    W(CORE_CREDIT, core_credit, "10d")                                                                                 \
    W(VENDOR_CREDIT, vendor_credit, "30d")                                                                             \
    W(VENDOR_RETURN, vendor_return, "30d")                                                                             \
    W(POSTING, posting, "3d")                                                                                          \
    W(RELEASE, release, "5d")                                                                                          \
    W(RELEASE_RESERVATION, release_reservation, "1d")                                                                  \
    W(RESERVATION_AGE, reservation_age, "60d")                                                                         \
    W(APPROVAL, approval, "3d")                                                                                        \
    W(MILESTONE, milestone, "5d")                                                                                      \
    W(PLAN_VISIT, plan_visit, "0d")                                                                                    \
    W(PLAN_INVOICE, plan_invoice, "5d")                                                                                \
    W(CLAIM_DECISION, claim_decision, "30d")                                                                           \
    W(SETTLEMENT, settlement, "30d")

enum tie_window {
#define TIE_AS_ENUM(NAME, name, fallback) TIE_WINDOW_##NAME,
    TIE_WINDOWS(TIE_AS_ENUM)
#undef TIE_AS_ENUM
        TIE_WINDOW_COUNT
};
const char *tie_window_name(enum tie_window window);

struct tie_region {
    const char *code; /* as in work_order.region; "default" is always regions[0] */
    struct tie_zone zone;
    struct tie_workdays workdays;
};

struct tie_calendar { /* billing calendar of a customer: due = first of its days after closing + grace */
    const char *name;
    bool has_last;
    uint32_t month_days; /* bit d set: day d of each month, 1..31 */
    size_t date_count;
    const tie_date *dates; /* ascending */
    struct tie_span grace;
};

enum tie_evidence_side { TIE_EVIDENCE_ERP, TIE_EVIDENCE_FSM, TIE_EVIDENCE_BOTH };
enum tie_cover_date { TIE_COVER_COMPLETED, TIE_COVER_USAGE, TIE_COVER_CREATED };

struct tie_check_override { /* [check INV-03] */
    const char *check;
    bool enabled;
    int severity;           /* 1..4, 0: as the registry says */
    struct tie_span window; /* has_window only */
    bool has_window;
};

struct tie_policy {
    char digest[65]; /* SHA-256 of the file's bytes, hex; of the empty text when the job names none */
    /* [tolerance] */
    tie_dec quantity_share, quantity_abs, money_share, money_minor_units_per_line;
    struct tie_span time_tolerance;
    size_t each_unit_count;
    const char *const *each_units;
    struct tie_span window[TIE_WINDOW_COUNT];
    /* [scope] */
    bool excluded_type[256]; /* by enum tie_word of wo_type */
    bool cost_centre_counts;
    bool signoff_type[256];
    const char *default_price_list;
    /* [billing] */
    enum tie_evidence_side no_charge_evidence;
    bool round_unit_price; /* price_rounding = unit */
    bool charges_need_usage;
    size_t calendar_count;
    const struct tie_calendar *calendars;
    /* [entitlement] */
    enum tie_cover_date cover_date;
    /* vendor_warranty own_warranty part_warranty contract chargeable, in the policy's order */
    enum tie_word cover_order[5];
    size_t cover_order_count;
    /* [money] */
    tie_dec high, trivial, annual_rate;
    struct tie_span billing_target;
    enum tie_word fx_kind;
    bool goodwill_needs_approval;
    tie_dec discount_authority;
    /* [limits]: knobs of single checks; [guarantee] */
    tie_dec cost_outlier_factor, fx_share, contract_margin, duplicate_customer_score, non_billable_sigma,
        core_value_share;
    struct tie_span backdated, claim_lapse_notice, repair_guarantee;
    bool warranty_starts_at_ship; /* else at install */
    /* [alert]: 0 is off */
    tie_dec alert_firm_exposure, alert_unbilled_share;
    int64_t alert_s1_count;
    /* [sample] */
    tie_dec sample_confidence, sample_tolerable, sample_expected;
    /* [reference work_order]: a POSIX extended expression, compiled by model/reference.c */
    const char *order_pattern, *order_format;
    bool order_ignore_case;
    /* [normalise], per kind of id; indexed by enum tie_xref_kind */
    struct tie_normalise {
        bool trim, upper, zeros;
        const char *strip; /* "" or the characters taken out */
    } normalise[TIE_XREF_KIND_COUNT];
    size_t region_count;
    const struct tie_region *regions;
    size_t override_count;
    const struct tie_check_override *overrides;
};

extern const struct tie_schema_row tie_policy_schema[];
extern const size_t tie_policy_schema_count;

/* Reads a policy file that config has parsed against tie_policy_schema. An unknown zone, a day that is none and a
 * [check X] that looks like no check are TIE_CONFIG; whether the check exists is known only to check/. `zones` NULL: of
 * the system. */
TIE_MUST_CHECK enum tie_status tie_policy_read(struct tie_arena *arena, const struct tie_config *config,
    const struct tie_zone_set *zones, struct tie_policy *policy, struct tie_error *err);

const struct tie_region *tie_policy_region(
    const struct tie_policy *policy, struct tie_text code); /* else the default's */
/* `date` plus a span; working days by the region's calendar, hours rounded up to whole days. */
tie_date tie_span_after(const struct tie_region *region, tie_date date, struct tie_span span);
tie_date tie_span_before(const struct tie_region *region, tie_date date, struct tie_span span); /* the same, back */
/* "5 working days", "10 days", "72 hours" */
const char *tie_span_words(struct tie_arena *arena, struct tie_span span);
/* The billing calendar of that name, NULL when the policy has none (an empty name has none). */
const struct tie_calendar *tie_policy_calendar(const struct tie_policy *policy, struct tie_text name);
/* First day of the calendar after `closed`, plus its grace; TIE_NO_DATE when its dates have all gone by. */
tie_date tie_calendar_due(const struct tie_calendar *calendar, const struct tie_region *region, tie_date closed);
const struct tie_check_override *tie_policy_override(const struct tie_policy *policy, const char *check); /* or NULL */

/* Order references. {0} to {9} in the format stand for the match and its groups, upper case with ignore_case and
 * without leading zeros; {1:raw} with them. At most the first 4,000 bytes of a text are looked at. Text without a
 * match is no reference: false. The result is written to `out` (reset first). */
struct tie_reference; /* compiled pattern */
TIE_MUST_CHECK enum tie_status tie_reference_compile(
    const struct tie_policy *policy, struct tie_reference **reference, struct tie_error *err);
void tie_reference_free(struct tie_reference *reference);
bool tie_reference_normalise(const struct tie_reference *reference, struct tie_text text, struct tie_buf *out);
/* The same in two steps, for callers that remember the first one: where the groups of the match lie, and the text that
 * is built of them. Of a reference that is blind to digits the match stays the same when digits of the text become
 * others: the expression knows digits as a class alone. */
struct tie_reference_match {
    bool is_found;
    int16_t from[10], to[10]; /* bytes of the text; from is -1 for a group that was not taken */
};
void tie_reference_match(
    const struct tie_reference *reference, struct tie_text text, struct tie_reference_match *match);
bool tie_reference_build(const struct tie_reference *reference, struct tie_text text,
    const struct tie_reference_match *match, struct tie_buf *out);
bool tie_reference_is_blind(const struct tie_reference *reference);
/* Whether tie_id_normalise() leaves the id as it is; it may say no though it does, of an id of stripped characters. */
bool tie_id_is_normal(const struct tie_policy *policy, enum tie_xref_kind kind, struct tie_text id);
/* An id of `kind` as it is compared: trimmed, upper case, stripped, leading zeros off, as the policy says. */
void tie_id_normalise(
    const struct tie_policy *policy, enum tie_xref_kind kind, struct tie_text id, struct tie_buf *out);

#endif
