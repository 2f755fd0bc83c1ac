/*
 * bundle_content.h - the documents of a bundle, each both ways. Private to run/.
 *
 *   job.json        the job as it was resolved: dates, outputs, parts; nothing that a connection needs
 *   sources.json    which systems were read, when, what they said of themselves
 *   extract.json    per part: rows, rejects, control totals; what was delivered
 *   zones.json      the transitions of every zone of job and policy, 1990 to 2060
 *   calendars.json  working days of the regions, billing calendars
 *
 * put functions give a value that belongs to the caller; get functions fill a pipeline, in this order: zones, job
 * (makes job and plan), sources, extract. Names of members are made here from numbers and titles, never taken from a
 * document.
 */
#ifndef TIEOUT_RUN_BUNDLE_CONTENT_H
#define TIEOUT_RUN_BUNDLE_CONTENT_H

#include "bundle_fields.h"

#include "tieout/pipeline.h"

/* "frames/003-price_contracts.csv" */
const char *bundle_part_name(
    struct tie_arena *arena, const char *folder, size_t part, const char *title, const char *ending);

struct tie_json *bundle_put_job(struct tie_arena *arena, const struct tie_pipeline *line);
TIE_MUST_CHECK enum tie_status bundle_get_job(
    const struct tie_json *json, const struct tie_zone_set *zones, struct tie_pipeline *line, struct tie_error *err);

struct tie_json *bundle_put_sources(const struct tie_pipeline *line);
TIE_MUST_CHECK enum tie_status bundle_get_sources(
    const struct tie_json *json, struct tie_pipeline *line, struct tie_error *err);

struct tie_json *bundle_put_extract(const struct tie_pipeline *line);
TIE_MUST_CHECK enum tie_status bundle_get_extract(
    const struct tie_json *json, struct tie_pipeline *line, struct tie_error *err);

struct tie_json *bundle_put_zones(const struct tie_job *job);
TIE_MUST_CHECK enum tie_status bundle_get_zones(
    struct tie_arena *arena, const struct tie_json *json, struct tie_zone_set *zones, struct tie_error *err);
struct tie_json *bundle_put_calendars(const struct tie_policy *policy);

#endif
