/*
 * protocol.h - what parent and child of an extraction say to each other. Internal to source/.
 *
 * The request is one JSON value on descriptor 3, secrets in it. Replies are JSON lines on descriptor 4: session, then
 * progress and one `part` (or `described`) a part, then `done` or `error`. Whatever else ends the stream is a child
 * that broke off. Both ends are this binary, so there is no version; a line that does not parse is treated as a child
 * that broke off.
 */
#ifndef TIEOUT_SOURCE_PROTOCOL_H
#define TIEOUT_SOURCE_PROTOCOL_H

#include "tieout/source.h"

struct tie_source_request {
    bool is_describe;
    size_t source;                /* index in the job, names the child's own key files */
    struct tie_extract_plan plan; /* one source, its parts; `policy` has the keys of [reference] only */
    size_t import_count;          /* key files of other sources of the same datasets, read before */
    const uint32_t *import_parts; /* index into plan.parts: the dataset concerned */
    const char *const *import_paths;
};

enum tie_source_event {
    TIE_EVENT_SESSION,
    TIE_EVENT_PROGRESS,
    TIE_EVENT_PART,
    TIE_EVENT_DESCRIBED,
    TIE_EVENT_ERROR,
    TIE_EVENT_DONE
};

struct tie_source_reply {
    enum tie_source_event event;
    uint32_t part;                       /* PROGRESS, PART, DESCRIBED: tie_part_spec.part */
    uint64_t rows;                       /* PROGRESS */
    struct tie_part_result result;       /* PART */
    struct tie_described_part described; /* DESCRIBED */
    struct tie_source_result session;    /* SESSION: product, snapshot, read_at. DONE: cpu_us, peak_bytes */
    struct tie_error error;              /* ERROR */
};

void tie_source_request_print(const struct tie_source_request *request, struct tie_buf *out);
TIE_MUST_CHECK enum tie_status tie_source_request_parse(
    struct tie_arena *arena, struct tie_text text, struct tie_source_request *request, struct tie_error *err);
/* One line with its newline. Texts that are no UTF-8 (a source's own words) get '?' for each such byte. */
void tie_source_reply_print(const struct tie_source_reply *reply, struct tie_buf *out);
TIE_MUST_CHECK enum tie_status tie_source_reply_parse(
    struct tie_arena *arena, struct tie_text line, struct tie_source_reply *reply, struct tie_error *err);

#endif
