/*
 * sample_file.h - an audit sample as files: from the closed orders of a run to what an auditor gets.
 *
 *   sample.xlsx   Selection (to be filled in), Evidence (all three legs of every order), Design, Guide
 *   sample.csv    Selection, for who has no spreadsheet
 *   sample.json   the record that `tieout evaluate` reads beside the CSV, see sample.h
 *   frame.csv     every closed order, so that the frame's digest can be worked out by anybody; those without a book,
 *                 which can't be drawn, with their reason
 *
 * What Selection and Design must hold is written in sample.h. Calls: tie_sample_pack_draw, then the caller fills
 * evidence (of as many picks as tie_sample_pack says), then tie_publish_sample. Same pack, same bytes. Files are
 * complete and synced when it returns TIE_OK.
 */
#ifndef TIEOUT_SAMPLE_FILE_H
#define TIEOUT_SAMPLE_FILE_H

#include "tieout/closed.h"
#include "tieout/publish.h"
#include "tieout/sample.h"

/* [output sample], or the options of `tieout sample`. */
struct tie_sample_setup {
    enum tie_sample_method method;
    uint64_t size;
    const char *strata, *seed; /* strata: words, separated by commas; "" none. seed: "" from job and as-of */
    tie_dec confidence;
};
#define TIE_SAMPLE_SIZE_MAX 5000
#define TIE_SAMPLE_STRATA "region, legal_entity, wo_type, who_pays"
/* Orders with firm findings beyond this number stand on Selection without evidence: discrepancies.xlsx has it. */
#define TIE_SAMPLE_EVIDENCE_MAX 2000

/* One group of an order: what the field, the stock and the bills say of the same thing. */
struct tie_sample_compared {
    const char *item, *uom, *who_pays, *price_from, *pass, *currency;
    tie_dec used, issued, billed, expected, actual; /* TIE_NONE: not applicable or not known */
    const char *usage_ids, *movement_ids, *billing_ids, *other_ids;
};

struct tie_sample_evidence { /* of one pick */
    struct {
        struct tie_sample_compared *at;
        size_t count, room;
    } compared;
    struct {
        struct tie_evidence_row *at; /* sorted by dataset, row_id; unique */
        size_t count, room;
    } rows;
};

struct tie_sample_pack {
    struct tie_sample_setup setup;
    const struct tie_closed_orders *closed; /* merged */
    struct tie_sample_unit *units;          /* orders with a book, in the order of `closed` */
    const struct tie_closed_order **orders; /* of each unit */
    size_t unit_count;
    uint64_t apart[TIE_CLOSED_TOO_LARGE + 1]; /* orders that have no book, by trouble */
    struct tie_sample sample;
    bool *has_evidence;                   /* by pick: the caller is to fill it */
    struct tie_sample_evidence *evidence; /* by pick */
};

/* TIE_CONFIG when the size is too small for the strata. The pack borrows `closed`. */
TIE_MUST_CHECK enum tie_status tie_sample_pack_draw(struct tie_arena *arena, const struct tie_closed_orders *closed,
    const struct tie_sample_setup *setup, const struct tie_report *report, struct tie_sample_pack *pack,
    struct tie_error *err);
/* Of an order's text list "region, who_pays": "BE-N / chargeable"; TIE_CONFIG for an unknown word. */
TIE_MUST_CHECK enum tie_status tie_sample_stratum_of(struct tie_arena *arena, const struct tie_closed_order *order,
    const char *strata, const char **stratum, struct tie_error *err);

/* `folder` exists. */
TIE_MUST_CHECK enum tie_status tie_publish_sample(struct tie_arena *arena, const struct tie_report *report,
    const struct tie_sample_pack *pack, const char *folder, struct tie_error *err);

#endif
