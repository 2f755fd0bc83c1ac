/*
 * picks.c - the rows of the dossiers that a bundle of exceptions holds.
 *
 * A worker lists part and position of every row of a dossier that counts; the lists are united, sorted and freed of
 * repeats (an invoice lies in the dossier of each of its orders) when the rounds are over. Eight bytes a row, and only
 * where a job wants them.
 */
#include "reconcile_internal.h"

#include <stdlib.h>

void reconcile_pick(struct reconcile_picks *picks, const struct tie_shard *shard, const struct tie_dossier *dossier)
{
    for (enum tie_dataset d = 0; d < TIE_DATASET_COUNT; d++) {
        const struct tie_rows *rows = &shard->tables[d];

        for (size_t i = 0; i < dossier->ranges[d].count; i++) {
            const struct tie_row *head = (const void *)((const char *)rows->at +
                (dossier->ranges[d].first + i) * rows->row_bytes);

            TIE_PUSH(picks->arena, picks, (struct reconcile_picked){ head->part, head->source_row });
        }
    }
}

static int compare_rows(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

struct tie_frame_picks *reconcile_picks_merge(
    struct tie_arena *arena, const struct reconcile_picks *const *lists, size_t list_count, size_t part_count)
{
    struct tie_frame_picks *merged = TIE_TAKE(arena, struct tie_frame_picks, part_count + 1);
    uint32_t **rows = TIE_TAKE(arena, uint32_t *, part_count + 1);
    size_t *counts = TIE_TAKE(arena, size_t, part_count + 1);

    for (size_t l = 0; l < list_count; l++)
        for (size_t i = 0; i < lists[l]->count; i++)
            counts[lists[l]->at[i].part]++;
    for (size_t p = 0; p < part_count; p++) {
        rows[p] = TIE_TAKE(arena, uint32_t, counts[p] + 1);
        counts[p] = 0;
    }
    for (size_t l = 0; l < list_count; l++)
        for (size_t i = 0; i < lists[l]->count; i++) {
            const struct reconcile_picked *picked = &lists[l]->at[i];

            rows[picked->part][counts[picked->part]++] = picked->source_row;
        }
    for (size_t p = 0; p < part_count; p++) {
        size_t unique = 0;

        if (counts[p] > 1)
            qsort(rows[p], counts[p], sizeof rows[p][0], compare_rows);
        for (size_t i = 0; i < counts[p]; i++)
            if (i == 0 || rows[p][i] != rows[p][i - 1])
                rows[p][unique++] = rows[p][i];
        merged[p] = (struct tie_frame_picks){ unique, rows[p] };
    }
    return merged;
}
