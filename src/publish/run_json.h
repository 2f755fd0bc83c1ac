/*
 * run_json.h - private to publish/: the two halves of run.json and the small values both write.
 *
 * Each function returns a new value that belongs to the caller.
 */
#ifndef TIEOUT_PUBLISH_RUN_JSON_H
#define TIEOUT_PUBLISH_RUN_JSON_H

#include "tieout/json.h"
#include "tieout/publish.h"

struct tie_json *run_json_result(const struct tie_report *report); /* without "files"; lists are only named */
struct tie_json *run_json_measured(const struct tie_report *report);

void run_json_set_count(struct tie_json *object, const char *key, uint64_t count);
void run_json_set_date(struct tie_json *object, const char *key, tie_date day); /* null when there is none */
void run_json_set_money(
    struct tie_json *object, const char *key, tie_dec amount, const char *currency); /* null for TIE_NONE */
void run_json_set_sum(struct tie_json *object, const char *key, tie_sum amount, const char *currency);

/* The lists that are as long as there are findings or customers: named in the tree of the result by _name_lists,
 * written an entry at a time, compact and with sorted keys. */
struct run_json_list {
    const char *within, *key; /* the member of the result that holds it; NULL: the result itself */
    size_t (*count)(const struct tie_report *report);
    void (*put)(struct tie_buf *out, const struct tie_report *report, size_t i); /* behind a comma when i > 0 */
};
void run_json_name_lists(struct tie_json *object, const char *within);
const struct run_json_list *run_json_list_of(const char *within, const char *key); /* NULL: no such list */
bool run_json_holds_lists(const char *key);

/* What was read and what became of it: "parts", "conservation", "groups", "closure" of the result. */
void run_json_put_rows(struct tie_json *result, const struct tie_report *report);

#endif
