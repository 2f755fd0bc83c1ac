/*
 * workbook_plan.c - where everything will stand, before anything is written.
 *
 * Findings are dealt to the sheets of their families in the report's order, evidence rows to Rows in theirs; a sheet
 * that is full is followed by "Billing 2". With the places known, links can point forward and back while each sheet
 * is written once, downwards. Id lists of findings are looked up in the evidence by binary search (it is sorted by
 * dataset and row id); the reverse, which findings name a row, is a counting sort of the same pairs.
 */
#include "workbook.h"

#include <string.h>

#define ROWS_SECTION_ROWS 3 /* a blank row, the dataset's title, its column names */

/* ---- evidence ---- */

static size_t find_row(const struct tie_evidence_rows *evidence, enum tie_dataset dataset, const char *row_id)
{
    size_t low = 0, high = evidence->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct tie_evidence_row *const row = &evidence->at[middle];
        const int order = row->dataset != dataset ? (row->dataset < dataset ? -1 : 1) : strcmp(row->row_id, row_id);

        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return SIZE_MAX;
}

/* The row that an id of list 0..3 (usage, movement, billing, other) names. */
static size_t find_id(const struct tie_evidence_rows *evidence, size_t list, const char *row_id)
{
    static const enum tie_dataset likely[4][2] = { { TIE_DS_USAGE_LINE, TIE_DS_TIME_ENTRY },
        { TIE_DS_MOVEMENT, TIE_DATASET_COUNT }, { TIE_DS_INVOICE_LINE, TIE_DATASET_COUNT },
        { TIE_DATASET_COUNT, TIE_DATASET_COUNT } };
    size_t found = SIZE_MAX;

    for (size_t i = 0; i < 2 && found == SIZE_MAX && likely[list][i] != TIE_DATASET_COUNT; i++)
        found = find_row(evidence, likely[list][i], row_id);
    for (int dataset = 0; dataset < TIE_DATASET_COUNT && found == SIZE_MAX; dataset++)
        found = find_row(evidence, (enum tie_dataset)dataset, row_id);
    return found;
}

static const struct tie_id_list *list_of(const struct tie_finding *finding, size_t list)
{
    const struct tie_id_list *const lists[4] = { &finding->usage_ids, &finding->movement_ids, &finding->billing_ids,
        &finding->other_ids };

    return lists[list];
}

static void put_pair(struct book *book, uint32_t *at, size_t row, size_t finding)
{
    if (row == SIZE_MAX)
        return;
    if (at == NULL)
        book->named_at[row + 1]++;
    else
        book->named_by[at[row]++] = (uint32_t)finding;
}

/* One pass over all (row, finding) pairs: counts them, or with `at` puts them. The order of a finding counts as named
 * by it. */
static void each_pair(struct book *book, uint32_t *at)
{
    const struct tie_report *const report = book->report;

    for (size_t i = 0; i < report->findings->count; i++) {
        const struct tie_finding *const finding = &report->findings->at[i];

        tie_findings_tend(report->findings, i);
        for (size_t list = 0; list < 4; list++) {
            const struct tie_id_list *const ids = list_of(finding, list);

            for (size_t k = 0; k < ids->count; k++) {
                const size_t row = find_id(report->evidence, list, ids->at[k]);

                put_pair(book, at, row, i);
                if (book->ids_of[list][i] == SIZE_MAX)
                    book->ids_of[list][i] = row;
            }
        }
        put_pair(book, at, find_row(report->evidence, TIE_DS_WORK_ORDER, finding->work_order), i);
    }
}

static void plan_names(struct book *book)
{
    const size_t rows = book->report->evidence->count;
    const size_t count = book->report->findings->count;
    uint32_t *at = NULL;

    for (size_t list = 0; list < 4; list++) {
        book->ids_of[list] = TIE_TAKE(book->arena, size_t, count + 1);
        for (size_t i = 0; i < count; i++)
            book->ids_of[list][i] = SIZE_MAX;
    }
    book->named_at = TIE_TAKE(book->arena, uint32_t, rows + 2);
    each_pair(book, NULL);
    for (size_t i = 0; i < rows; i++)
        book->named_at[i + 1] += book->named_at[i];
    book->named_by = TIE_TAKE(book->arena, uint32_t, (size_t)book->named_at[rows] + 1);
    at = TIE_TAKE(book->arena, uint32_t, rows + 1);
    memcpy(at, book->named_at, rows * sizeof *at);
    each_pair(book, at);
}

/* ---- sheets ---- */

static struct sheet *add_sheet(
    struct book *book, const struct layout_sheet *layout, uint32_t number, uint32_t first, uint32_t count)
{
    const char *const name = number == 1 ? layout->title
                                         : tie_arena_printf(book->arena, "%s %u", layout->title, (unsigned)number);

    TIE_PUSH(book->arena, &book->sheets,
        (struct sheet){
            .name = name, .layout = layout, .first = first, .count = count, .links_wanted = 1, .links_lists = true });
    book->cells_planned += (uint64_t)count * (layout->column_count + 1) + 512;
    return &book->sheets.at[book->sheets.count - 1];
}

static void count_links(struct book *book, struct sheet *sheet)
{
    uint64_t lists = 0, firsts = 0;

    for (uint32_t i = 0; i < sheet->count; i++) {
        uint64_t found = 0;
        for (size_t list = 0; list < 4; list++)
            found += book->ids_of[list][book->order[sheet->first + i]] != SIZE_MAX;
        lists += found;
        firsts += found > 0;
    }
    sheet->links_lists = 1 + firsts + lists <= book->layout.link_limit;
    sheet->links_wanted = 1 + firsts + (sheet->links_lists ? lists : 0);
}

static void plan_family(struct book *book, const struct layout_sheet *layout, uint32_t first, uint32_t count)
{
    const uint32_t room = book->layout.row_limit - DETAIL_HEAD_ROWS;
    uint32_t number = 1;

    for (uint32_t done = 0; done < count; number++) {
        const uint32_t here = count - done < room ? count - done : room;
        struct sheet *const sheet = add_sheet(book, layout, number, first + done, here);

        for (uint32_t i = 0; i < here; i++)
            book->finding_place[book->order[first + done + i]] = (struct place){ (uint32_t)book->sheets.count - 1,
                DETAIL_HEAD_ROWS + i };
        count_links(book, sheet);
        done += here;
    }
}

/* Lists that are one table from their first line to the last. */
static void plan_list(struct book *book, const struct layout_sheet *layout, size_t count)
{
    const uint32_t room = book->layout.row_limit - DETAIL_HEAD_ROWS;
    uint32_t number = 1, done = 0;

    do {
        const uint32_t rest = (uint32_t)count - done;
        const uint32_t here = rest < room ? rest : room;
        struct sheet *const sheet = add_sheet(book, layout, number++, done, here);

        sheet->links_wanted = 1 + (uint64_t)here;
        done += here;
    } while (done < count);
}

static void plan_rows(struct book *book, const struct layout_sheet *layout)
{
    const struct tie_evidence_rows *const evidence = book->report->evidence;
    struct sheet *sheet = add_sheet(book, layout, 1, 0, 0);
    uint32_t number = 1, row = 2;

    for (size_t i = 0; i < evidence->count; i++) {
        const bool begins = i == 0 || evidence->at[i].dataset != evidence->at[i - 1].dataset;

        if (row + (begins ? ROWS_SECTION_ROWS : 0) >= book->layout.row_limit) {
            sheet = add_sheet(book, layout, ++number, (uint32_t)i, 0);
            row = 2 + ROWS_SECTION_ROWS;
        } else if (begins) {
            row += ROWS_SECTION_ROWS;
        }
        book->evidence_place[i] = (struct place){ (uint32_t)book->sheets.count - 1, row++ };
        book->cells_planned += 6 + evidence->at[i].cell_count;
        sheet->count++;
        sheet->links_wanted++;
    }
}

/* Stable counting sort of the findings by family sheet. */
static uint32_t deal(struct book *book, const struct layout_sheet *layout, uint32_t from)
{
    const struct tie_findings *const findings = book->report->findings;
    uint32_t at = from;

    for (uint32_t i = 0; i < findings->count; i++)
        if (strcmp(tie_check(findings->at[i].check)->family, layout->key) == 0)
            book->order[at++] = i;
    return at;
}

void plan_sheets(struct book *book)
{
    const struct tie_report *const report = book->report;
    const size_t list_counts[SHEET_KIND_COUNT] = { [SHEET_CARRIED] = report->carried->count,
        [SHEET_CLEARED] = report->cleared->count,
        [SHEET_CORRECTIONS] = report->exports->count };
    uint32_t dealt = 0;

    book->order = TIE_TAKE(book->arena, uint32_t, report->findings->count + 1);
    book->finding_place = TIE_TAKE(book->arena, struct place, report->findings->count + 1);
    book->evidence_place = TIE_TAKE(book->arena, struct place, report->evidence->count + 1);
    plan_names(book);
    for (size_t i = 0; i < book->layout.sheet_count; i++) {
        const struct layout_sheet *const layout = &book->layout.sheets[i];

        if (layout->kind == SHEET_FAMILY) {
            const uint32_t end = deal(book, layout, dealt);
            plan_family(book, layout, dealt, end - dealt);
            dealt = end;
        } else if (layout->kind == SHEET_ROWS) {
            plan_rows(book, layout);
        } else {
            plan_list(book, layout, list_counts[layout->kind]);
        }
    }
    TIE_ASSERT(dealt == report->findings->count);
}

struct sheet *plan_first(struct book *book, enum sheet_kind kind)
{
    for (size_t i = 0; i < book->sheets.count; i++)
        if (book->sheets.at[i].layout->kind == kind)
            return &book->sheets.at[i];
    TIE_ASSERT(false);
    return NULL;
}

struct item plan_item(const struct book *book, const struct sheet *sheet, uint32_t index)
{
    const struct tie_report *const report = book->report;
    const uint32_t at = sheet->first + index;
    struct item item = { .report = report };

    if (sheet->layout->kind == SHEET_CORRECTIONS) {
        item.export = &report->exports->at[at];
        item.finding = &report->findings->at[item.export->finding];
    } else if (sheet->layout->kind == SHEET_FAMILY) {
        item.finding = &report->findings->at[book->order[at]];
    } else {
        item.kept = sheet->layout->kind == SHEET_CARRIED ? &report->carried->at[at] : &report->cleared->at[at];
        item.finding = &item.kept->finding;
    }
    return item;
}
