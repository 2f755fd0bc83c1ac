/* sample_schema.h - a small schema with a key of every type, and a file on disk to load; for the tests of config. */
#ifndef TESTS_CONFIG_SAMPLE_SCHEMA_H
#define TESTS_CONFIG_SAMPLE_SCHEMA_H

#include "tieout/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct tie_schema_row job_rows[] = {
    { .section = "job", .flags = TIE_SCHEMA_REQUIRED, .help = "What this file is about" },
    { "job", "name", TIE_VALUE_TEXT, NULL, NULL, 0, 0, 0, "the name of the job" },
    { "job", "start", TIE_VALUE_DATE, "", NULL, 0, 0, 0, "first day" },
    { "job", "output", TIE_VALUE_PATH, "../var", NULL, 0, 0, 0, "where results go" },
    { "job", "days", TIE_VALUE_INT, "62", NULL, 1, 366, 0, "days to look back" },
    { "limits", "memory", TIE_VALUE_SIZE, "2GiB", NULL, INT64_C(64) << 20, INT64_C(1) << 40, 0, "memory of the run" },
    { "limits", "threads", TIE_VALUE_INT, "auto", "auto", 1, 64, 0, "worker threads" },
    { "limits", "share", TIE_VALUE_SHARE, "0.1%", NULL, 0, 1000000, 0, "share of rows" },
    { "limits", "amount", TIE_VALUE_DECIMAL, "0.001", NULL, 0, 0, 0, "an amount" },
    { "limits", "wait", TIE_VALUE_DURATION, "5wd", NULL, 0, 864000, 0, "time to wait" },
    { "limits", "strict", TIE_VALUE_BOOL, "no", NULL, 0, 0, 0, "be strict" },
    { "limits", "units", TIE_VALUE_WORDS, "EA, PCE", NULL, 0, 0, 0, "units" },
};

static const struct tie_schema_row source_rows[] = {
    { .section = "source *", .help = "A system that is read" },
    { "source *", "driver", TIE_VALUE_WORD, NULL, "postgres, odbc, files", 0, 0, 0, "how it is read" },
    { "source *", "password", TIE_VALUE_TEXT, "", NULL, 0, 0, TIE_SCHEMA_SECRET, "its password" },
    { "source *", "timeout", TIE_VALUE_DURATION, "30min", NULL, 0, 0, 0, "its deadline" },
    { "dataset * *?", "source", TIE_VALUE_TEXT, NULL, NULL, 0, 0, 0, "the source" },
    { "dataset * *?", "verbs", TIE_VALUE_WORDS, "", "GI, GR, TRF", 0, 0, 0, "what is exported" },
    { "map *", "*", TIE_VALUE_WORDS, "", NULL, 0, 0, 0, "codes" },
};

static const struct tie_schema sample_schemas[] = {
    { job_rows, TIE_COUNT_OF(job_rows) },
    { source_rows, TIE_COUNT_OF(source_rows) },
};

static inline enum tie_status load_text(struct tie_arena *arena, const char *text, const char *const *sets,
    size_t set_count, const struct tie_config **config, struct tie_error *err)
{
    const struct tie_config_setup setup = {
        .path = "jobs/t.ini",
        .schemas = sample_schemas,
        .schema_count = TIE_COUNT_OF(sample_schemas),
        .sets = sets,
        .set_count = set_count,
        .bytes = text,
    };

    return tie_config_load(arena, &setup, config, err);
}

#endif
