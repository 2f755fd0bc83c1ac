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

/* The lists that are as long as there are findings: named in the result by _name_lists, written by _put_list, compact
 * and with sorted keys; false when `key` is no such list. */
void run_json_name_lists(struct tie_json *result);
bool run_json_put_list(struct tie_buf *out, const char *key, const struct tie_report *report);

/* What was read and what became of it: "parts", "conservation", "groups", "closure" of the result. */
void run_json_put_rows(struct tie_json *result, const struct tie_report *report);

#endif
