/*
 * sample_book.h - what the writers of a sample share; private to src/publish/sample_*.c.
 *
 *   sample_columns.c         the columns of Selection, once for the workbook and the CSV
 *   sample_file.c            sample.csv, sample.json, frame.csv, and all files in order
 *   sample_book.c            the workbook: its sheets, Selection
 *   sample_book_evidence.c   sheet Evidence: a block an order
 *   sample_book_about.c      sheets Design and Guide
 */
#ifndef TIEOUT_PUBLISH_SAMPLE_BOOK_H
#define TIEOUT_PUBLISH_SAMPLE_BOOK_H

#include "workbook.h"

#include "tieout/sample_file.h"

enum sample_kind { SAMPLE_TEXT, SAMPLE_ID, SAMPLE_TAG, SAMPLE_DATE, SAMPLE_COUNT, SAMPLE_AMOUNT, SAMPLE_FILL };

struct sample_value {
    const char *text; /* TEXT ID TAG; NULL: empty */
    int64_t number;   /* DATE, COUNT, AMOUNT: TIE_NONE or TIE_NO_DATE is empty */
};

struct sample_view { /* a pack with what its cells need beside it */
    struct tie_arena *arena;
    const struct tie_report *report;
    const struct tie_sample_pack *pack;
    const char **findings; /* by pick: ids, "; " between them */
    struct tie_sample_fields record;
    struct tie_json *json; /* the record; freed by sample_view_release */
};

struct sample_column {
    const char *name;
    double width; /* characters */
    enum sample_kind kind;
    bool only_book; /* not in the CSV */
    struct sample_value (*get)(const struct sample_view *view, size_t pick);
};
extern const struct sample_column sample_columns[];
extern const size_t sample_column_count;
size_t sample_column_at(const char *name); /* must exist */

const struct tie_closed_order *sample_order_of(const struct sample_view *view, size_t pick);
const char *sample_customer_name(const struct sample_view *view, size_t pick); /* "" when not known */
void sample_view_init(struct sample_view *view, struct tie_arena *arena, const struct tie_report *report,
    const struct tie_sample_pack *pack);
void sample_view_release(struct sample_view *view);

enum tie_status sample_book_write(struct sample_view *view, const char *folder, struct tie_error *err);

/* ---- parts of the workbook ---- */
enum sample_sheet { SAMPLE_SELECTION, SAMPLE_EVIDENCE, SAMPLE_DESIGN, SAMPLE_GUIDE, SAMPLE_SHEET_COUNT };

#define SAMPLE_EVIDENCE_HEAD_ROWS 3
/* Where the block of each pick begins; NO_PLACE where it has none. Adds to book->cells_planned. */
void sample_evidence_plan(struct book *book, const struct sample_view *view, struct place *places);
void sample_evidence_write(
    struct book *book, struct sheet *sheet, const struct sample_view *view, const struct place *places);
void sample_design_write(struct book *book, struct sheet *sheet, const struct sample_view *view);
void sample_guide_write(struct book *book, struct sheet *sheet, const struct sample_view *view);

#endif
