/*
 * publish.h - what people and machines get from a run: workbook, CSV, corrections, run.json.
 *
 * Everything reads one struct tie_report; nothing here decides anything about findings. Files are written into `folder`
 * (a .part folder) and are complete and fsynced when a function returns TIE_OK. Same report, same bytes.
 *
 * Order: findings as given (tie_findings_sort). Amounts print with the decimals of their currency, quantities in
 * shortest form.
 */
#ifndef TIEOUT_PUBLISH_H
#define TIEOUT_PUBLISH_H

#include "tieout/ledger.h"
#include "tieout/source.h"

#define TIE_AGE_BANDS 4 /* 0-7, 8-30, 31-90, over 90 days; pending apart */

/* One source row that some finding names, as evidence. */
struct tie_evidence_row {
    enum tie_dataset dataset;
    const char *row_id;
    const char *part_title;
    size_t cell_count;
    const char *const *names, *const *values; /* delivered columns in model order, canonical text */
};
struct tie_evidence_rows { /* sorted by dataset, row_id; unique */
    size_t count;
    const struct tie_evidence_row *at;
};

struct tie_total { /* one line of a breakdown, in the reporting currency; printed values are added */
    const char *name;
    uint64_t findings;                                       /* primary, due */
    tie_sum leakage;                                         /* FIRM, REV COST CLAIM CORE, exposure > 0 */
    tie_sum over_billing;                                    /* the same, exposure < 0 (negative) */
    tie_sum contingent, timing, control, time_cost, pending; /* columns of their own */
};
struct tie_totals {
    struct tie_total headline;
    tie_sum leakage_by_bucket[TIE_BUCKET_COUNT];
    uint64_t s1_count;
    uint64_t without_amount; /* primary findings whose amount is unknown */
    uint64_t rate_missing;   /* amounts that no exchange rate converts */
    tie_sum carried;
    uint64_t carried_count;
    size_t check_count, region_count, customer_count, age_count;
    struct tie_total *by_check;                /* registry order, checks with findings */
    struct tie_total *by_region, *by_customer; /* leakage falling, then name */
    struct tie_total by_age[TIE_AGE_BANDS];
};

struct tie_report {
    const char *job, *run, *engine; /* engine: "tieout 0.1.0" */
    tie_date as_of, window_start, history_start;
    const char *reporting_currency;
    const char *policy_sha256;
    const struct tie_policy *policy;
    const struct tie_extract_plan *plan;
    const struct tie_extract_result *extract;
    const struct tie_findings *findings;
    const struct tie_kept_list *cleared, *carried;
    struct tie_export_list *exports;
    const struct tie_tally *tally;
    const struct tie_check_switch *switches; /* [TIE_CHECK_COUNT] */
    const struct tie_evidence_rows *evidence;
    const struct tie_world *world;
    size_t run_count; /* earlier complete runs, oldest first, for the trend */
    const struct tie_run_row *runs;
    struct tie_totals totals; /* tie_totals_make */
    struct tie_measured {     /* run.json "measured": not part of any digest of results */
        tie_instant started_at, ended_at;
        int64_t extract_us, reconcile_us, keep_us, publish_us;
        int64_t homes_us;         /* of reconcile_us: where rows are judged that follow others */
        int64_t reconcile_cpu_us; /* of all threads */
        uint64_t peak_bytes;      /* of the whole process tree */
        unsigned threads, shards;
        const char *host;
        struct tie_homes_count homes;
        uint64_t exchange_facts, exchange_replies;
        int64_t exchange_us;
        size_t frame_count;
        const struct tie_frame_digest *frames;
        /* of bundle.tar.zst; 0: the job has none. Not in the result: it holds the result, and its bytes depend on
         * libzstd and on when the sources were read, too */
        uint64_t bundle_bytes;
        char bundle_sha256[TIE_SHA256_HEX];
        int64_t bundle_us;
    } measured;
};

void tie_totals_make(struct tie_arena *arena, const struct tie_report *report, struct tie_totals *totals);

TIE_MUST_CHECK enum tie_status tie_publish_discrepancies(
    const struct tie_report *report, const char *folder, struct tie_error *err);
TIE_MUST_CHECK enum tie_status tie_publish_rejected(
    const struct tie_report *report, const char *folder, struct tie_error *err);
#define TIE_BUNDLE_NAME "bundle.tar.zst" /* in the run's folder */

/* The "result" object's compact text, as it stands in run.json and is hashed; `text` is reset first. */
TIE_MUST_CHECK enum tie_status tie_publish_result(const struct tie_report *report, const char *folder,
    struct tie_buf *text, char result_sha256[65], struct tie_error *err);
/* result_sha256: of the "result" object's compact text. */
TIE_MUST_CHECK enum tie_status tie_publish_run_json(const struct tie_report *report, const char *folder,
    char result_sha256[65], char file_sha256[65], struct tie_error *err);

/* [output corrections NAME] with format = ini: config/formats/tryton-csv.ini. Sets why of exports it can't write. */
struct tie_correction_output {
    const char *name;
    const char *format_path;
};
TIE_MUST_CHECK enum tie_status tie_publish_corrections(struct tie_arena *arena, struct tie_report *report,
    const struct tie_correction_output *output, const char *folder, struct tie_error *err);
/* Reads a format file once at start, so that a wrong one is found before any work: TIE_CONFIG. */
TIE_MUST_CHECK enum tie_status tie_correction_format_check(const char *format_path, struct tie_error *err);

/* `layout`: reports/nightly.ini. Writes discrepancies.xlsx and reads it back (rows and cells counted) before it
 * returns. */
TIE_MUST_CHECK enum tie_status tie_publish_workbook(struct tie_arena *arena, const struct tie_report *report,
    const char *layout_path, const char *folder, struct tie_error *err);
TIE_MUST_CHECK enum tie_status tie_workbook_layout_check(const char *layout_path, struct tie_error *err);

#endif
