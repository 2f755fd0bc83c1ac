/*
 * config.c - [source], [dataset], [map] and [xref] of a job: schema rows, and the plan that they make.
 *
 * Everything that can be wrong without asking a source is found here, with file and line: unknown names, keys that do
 * not go with the driver, a password in the open, query files that are missing, not UTF-8 or use unknown parameters, a
 * job without the minimum. Unused sources are fine, but they must be well written. Parts are numbered as they stand in
 * the file, datasets first, then xrefs.
 */
#include "driver.h"

#include "files.h"
#include "maps.h"

#include "tieout/archive_reader.h"

#include <string.h>

enum { QUERY_BYTES_MAX = 1 << 20, FILES_AT_ONCE_MAX = 16 /* each takes buffers and address space */ };

#define SIZE_MIB (INT64_C(1) << 20)
/* of driver files a name like `file`, so the schema can't make a path of it */
#define CONTROL_HELP "path of a SELECT of one row: rows, sum_, min_, max_; files: name of a file with that row"

const struct tie_schema_row tie_source_schema[] = {
    { "source *", NULL, TIE_VALUE_TEXT, NULL, NULL, 0, 0, TIE_SCHEMA_REQUIRED, "a system that is read" },
    { "source *", "driver", TIE_VALUE_WORD, NULL, "postgres, odbc, files", 0, 0, 0, "how it is read" },
    { "source *", "conninfo", TIE_VALUE_TEXT, "", NULL, 0, 0, 0,
        "postgres: libpq conninfo or URI, without a password" },
    { "source *", "connection", TIE_VALUE_TEXT, "", NULL, 0, 0, 0, "odbc: connection string, without PWD" },
    { "source *", "path", TIE_VALUE_PATH, "", NULL, 0, 0, 0,
        "files: a folder, a CSV file or an archive; {as_of} is replaced" },
    { "source *", "delimiter", TIE_VALUE_WORD, "", "comma, semicolon, tab, pipe", 0, 0, 0,
        "files: what divides the fields; default: by the ending, .csv comma, .tsv and .tab tab, .psv pipe" },
    { "source *", "max_bytes", TIE_VALUE_SIZE, "16GiB", NULL, 1, INT64_C(1024) * 1024 * SIZE_MIB, 0,
        "files: most bytes of one file, and of an archive, unpacked" },
    { "source *", "max_ratio", TIE_VALUE_INT, "200", NULL, 1, 1000000, 0,
        "files: most bytes unpacked for each byte of an archive; what unpacks to more is taken for a bomb" },
    { "source *", "password_file", TIE_VALUE_PATH, "", NULL, 0, 0, 0,
        "file that holds the password, readable by its owner only" },
    { "source *", "timezone", TIE_VALUE_TEXT, "", NULL, 0, 0, 0,
        "zone of instants without offset; default: the job's" },
    { "source *", "timeout", TIE_VALUE_DURATION, "30min", NULL, 1, 86400, 0,
        "longest time to read the source, each try" },
    { "source *", "connect_timeout", TIE_VALUE_DURATION, "10s", NULL, 1, 3600, 0, "longest time to connect" },
    { "source *", "retries", TIE_VALUE_INT, "3", NULL, 0, 20, 0, "further tries when the source is not available" },
    { "source *", "fetch_rows", TIE_VALUE_INT, "1000", NULL, 1, 100000, 0, "odbc: rows fetched at once" },
    { "source *", "connections", TIE_VALUE_INT, "1", NULL, 1, 64, 0, "postgres: connections that share one snapshot" },
    { "source *", "copy", TIE_VALUE_WORD, "auto", "auto, text, binary", 0, 0, 0,
        "postgres: form of COPY; the frames are the same; auto: text, which costs less" },
    { "source *", "memory", TIE_VALUE_SIZE, "512MiB", NULL, 64 * SIZE_MIB, INT64_C(1024) * 1024 * SIZE_MIB, 0,
        "memory of the process that reads it" },
    { "source *", "parameter_style", TIE_VALUE_WORD, "text", "text, odbc", 0, 0, 0,
        "odbc: how dates are written in queries, '...' or {ts '...'}" },
    { "dataset * *?", NULL, TIE_VALUE_TEXT, NULL, NULL, 0, 0, 0, "a dataset of the data model, or a part of one" },
    { "dataset * *?", "source", TIE_VALUE_TEXT, NULL, NULL, 0, 0, 0, "name of a [source ...] section" },
    { "dataset * *?", "query", TIE_VALUE_PATH, "", NULL, 0, 0, 0, "file that holds one SELECT" },
    { "dataset * *?", "control", TIE_VALUE_TEXT, "", NULL, 0, 0, 0, CONTROL_HELP },
    { "dataset * *?", "split", TIE_VALUE_TEXT, "", NULL, 0, 0, 0,
        "odbc: result column in whose ranges the query is read" },
    { "dataset * *?", "file", TIE_VALUE_TEXT, "", NULL, 0, 0, 0,
        "files: its name in the source's path; {as_of} is replaced" },
    { "dataset * *?", "ids", TIE_VALUE_WORD, "", "fsm, erp", 0, 0, 0,
        "whose ids it speaks, when not those of the data model" },
    { "dataset * *?", "allow_float", TIE_VALUE_WORDS, "", NULL, 0, 0, 0,
        "decimal columns that may come as binary floats" },
    { "map *", NULL, TIE_VALUE_TEXT, NULL, NULL, 0, 0, 0, "codes of a column, [map dataset.column]" },
    { "map *", "*", TIE_VALUE_WORDS, "", NULL, 0, 0, 0,
        "canonical word = the source's codes; \\empty: none; *: everything else" },
    { "xref *", NULL, TIE_VALUE_TEXT, NULL, NULL, 0, 0, 0, "pairs of ids of both systems, one section a kind" },
    { "xref *", "source", TIE_VALUE_TEXT, NULL, NULL, 0, 0, 0, "name of a [source ...] section" },
    { "xref *", "query", TIE_VALUE_PATH, "", NULL, 0, 0, 0, "file that holds one SELECT" },
    { "xref *", "control", TIE_VALUE_TEXT, "", NULL, 0, 0, 0, CONTROL_HELP },
    { "xref *", "split", TIE_VALUE_TEXT, "", NULL, 0, 0, 0, "odbc: result column in whose ranges the query is read" },
    { "xref *", "file", TIE_VALUE_TEXT, "", NULL, 0, 0, 0,
        "files: its name in the source's path; {as_of} is replaced" },
};
const size_t tie_source_schema_count = TIE_COUNT_OF(tie_source_schema);

struct reading {
    struct tie_arena *arena;
    const struct tie_config *config;
    struct tie_extract_plan *plan;
    struct tie_error *err;
    struct {
        struct tie_source_spec *at;
        size_t count, room;
    } sources;
    struct {
        struct tie_part_spec *at;
        size_t count, room;
    } parts;
};

static const char *text_or_null(const struct tie_config_section *section, const char *key)
{
    return tie_config_has(section, key) && tie_config_text(section, key)[0] != '\0' ? tie_config_text(section, key)
                                                                                    : NULL;
}

/* ---- sources ---- */

/* What stands in the file behind `key =`, before ${NAME} was replaced; of --set the value itself. */
static struct tie_text written_value(
    const struct reading *reading, const struct tie_config_section *section, const char *key)
{
    struct tie_text rest = tie_config_bytes(reading->config), line = { "", 0 };
    const size_t number = tie_config_line(section, key);

    if (number == 0)
        return tie_text_of(tie_config_text(section, key));
    for (size_t i = 0; i < number; i++)
        line = tie_text_cut(&rest, '\n');
    (void)tie_text_cut(&line, '=');
    return line;
}

/* A password in the open: "password = x" or "PWD=x" whose value is no ${NAME}, or user:x@ in a URI. */
static bool has_literal_password(struct tie_text text)
{
    static const char *const keys[] = { "password", "pwd" };

    for (size_t i = 0; i < text.size; i++)
        for (size_t j = 0; j < TIE_COUNT_OF(keys); j++) {
            struct tie_text rest = { text.at + i, text.size - i };
            const size_t size = strlen(keys[j]);

            if (rest.size <= size || !tie_text_is_nocase((struct tie_text){ rest.at, size }, keys[j]))
                continue;
            rest = tie_text_trim((struct tie_text){ rest.at + size, rest.size - size });
            if (!tie_text_starts(rest, "="))
                continue;
            rest = tie_text_trim((struct tie_text){ rest.at + 1, rest.size - 1 });
            while (rest.size > 0 && (rest.at[0] == '\'' || rest.at[0] == '{')) {
                rest.at++;
                rest.size--;
            }
            if (rest.size > 0 && strchr(";\"", rest.at[0]) == NULL && !tie_text_starts(rest, "${"))
                return true;
        }
    for (size_t i = 0; i + 3 < text.size; i++) {
        struct tie_text user = { text.at + i + 3, text.size - i - 3 };
        const char *at = NULL, *colon = NULL;

        if (memcmp(text.at + i, "://", 3) != 0)
            continue;
        user = tie_text_cut(&user, '/');
        at = memchr(user.at, '@', user.size);
        colon = at == NULL ? NULL : memchr(user.at, ':', (size_t)(at - user.at));
        return colon != NULL && colon + 1 < at &&
            !tie_text_starts((struct tie_text){ colon + 1, (size_t)(at - colon - 1) }, "${");
    }
    return false;
}

static const struct driver_keys {
    const char *word;
    enum tie_driver driver;
    const char *own, *foreign[2]; /* its connection key, and those of others */
} drivers[] = {
    { "postgres", TIE_DRIVER_POSTGRES, "conninfo", { "connection", "path" } },
    { "odbc", TIE_DRIVER_ODBC, "connection", { "conninfo", "path" } },
    { "files", TIE_DRIVER_FILES, "path", { "conninfo", "connection" } },
};

static enum tie_status read_connection(
    struct reading *reading, const struct tie_config_section *section, struct tie_source_spec *spec)
{
    const struct driver_keys *keys = drivers;
    size_t bad_at = 0;

    while (!tie_config_is(section, "driver", keys->word))
        keys++;
    spec->driver = keys->driver;
    for (size_t i = 0; i < TIE_COUNT_OF(keys->foreign); i++)
        if (text_or_null(section, keys->foreign[i]) != NULL)
            return tie_config_fail(
                reading->err, section, keys->foreign[i], "driver %s is connected by %s", keys->word, keys->own);
    spec->connection = text_or_null(section, keys->own);
    if (spec->connection == NULL)
        return tie_config_fail(reading->err, section, NULL, "driver %s needs the key %s: how the source is reached",
            keys->word, keys->own);
    if (has_literal_password(written_value(reading, section, keys->own)))
        return tie_config_blame(reading->err,
            tie_fail(reading->err, TIE_CONFIG,
                "a password may not stand here; use password_file, ${NAME}, ~/.pgpass or the DSN"),
            section, keys->own); /* the value itself is not shown */
    if (!tie_text_is_utf8(tie_text_of(spec->connection), &bad_at))
        return tie_config_fail(reading->err, section, keys->own, "the value is not UTF-8");
    return TIE_OK;
}

static enum tie_status read_duration(
    struct reading *reading, const struct tie_config_section *section, const char *key, int64_t *us)
{
    int64_t seconds = 0;
    int32_t workdays = 0;

    if (!tie_config_duration(section, key, &seconds, &workdays) || workdays > 0 || seconds <= 0)
        return tie_config_fail(reading->err, section, key, "a length of time above zero in s, min or h is allowed");
    *us = seconds * TIE_US_PER_SECOND;
    return TIE_OK;
}

static enum tie_status read_zone(
    struct reading *reading, const struct tie_config_section *section, struct tie_source_spec *spec)
{
    const struct tie_arena_mark mark = tie_arena_mark(reading->arena);
    const char *job_zone = reading->plan->zone.name[0] == '\0' ? "UTC" : reading->plan->zone.name;
    struct tie_error why = { .status = TIE_OK };
    struct tie_zone zone;

    spec->timezone = text_or_null(section, "timezone");
    if (spec->timezone == NULL)
        spec->timezone = tie_arena_strdup(reading->arena, job_zone);
    else if (tie_zone_load(reading->arena, spec->timezone, &zone, &why) != TIE_OK)
        return tie_config_fail(reading->err, section, "timezone", "%s", why.text);
    else
        tie_arena_back_to(reading->arena, mark); /* the child loads it; here it only had to exist */
    return TIE_OK;
}

/* The keys of driver files. */
static enum tie_status read_files_keys(
    struct reading *reading, const struct tie_config_section *section, struct tie_source_spec *spec)
{
    static const char *const keys[] = { "delimiter", "max_bytes", "max_ratio" };
    static const struct {
        const char *word;
        char delimiter;
    } delimiters[] = { { "comma", ',' }, { "semicolon", ';' }, { "tab", '\t' }, { "pipe", '|' } };
    const char *trouble = NULL;

    for (size_t i = 0; spec->driver != TIE_DRIVER_FILES && i < TIE_COUNT_OF(keys); i++)
        if (tie_config_given(section, keys[i]))
            return tie_config_fail(reading->err, section, keys[i], "only driver files knows it");
    if (spec->driver != TIE_DRIVER_FILES)
        return TIE_OK;
    if (text_or_null(section, "password_file") != NULL)
        return tie_config_fail(reading->err, section, "password_file", "driver files has no use for a password");
    trouble = tie_files_brace_trouble(reading->arena, spec->connection);
    if (trouble != NULL)
        return tie_config_fail(reading->err, section, "path", "%s", trouble);
    for (size_t i = 0; i < TIE_COUNT_OF(delimiters); i++)
        if (tie_config_is(section, "delimiter", delimiters[i].word))
            spec->delimiter = delimiters[i].delimiter;
    if (tie_files_kind_of(spec->connection) == TIE_FILES_SINGLE && spec->delimiter == '\0' &&
        tie_files_delimiter(spec->connection) == '\0')
        return tie_config_fail(reading->err, section, "path",
            "the ending does not tell what divides the fields; write delimiter = comma, semicolon, tab or pipe");
    spec->max_bytes = (uint64_t)tie_config_int(section, "max_bytes");
    spec->max_ratio = (uint64_t)tie_config_int(section, "max_ratio");
    return TIE_OK;
}

static enum tie_status read_source(
    struct reading *reading, const struct tie_config_section *section, struct tie_source_spec *spec)
{
    const char *password_file = text_or_null(section, "password_file");
    size_t bad_at = 0;
    enum tie_status status = TIE_OK;

    *spec = (struct tie_source_spec){ .name = section->name };
    TIE_TRY(read_connection(reading, section, spec));
    TIE_TRY(read_files_keys(reading, section, spec));
    TIE_TRY(read_zone(reading, section, spec));
    TIE_TRY(read_duration(reading, section, "timeout", &spec->timeout_us));
    TIE_TRY(read_duration(reading, section, "connect_timeout", &spec->connect_timeout_us));
    spec->retries = (unsigned)tie_config_int(section, "retries");
    spec->fetch_rows = (unsigned)tie_config_int(section, "fetch_rows");
    spec->connections = (unsigned)tie_config_int(section, "connections");
    spec->memory_bytes = (uint64_t)tie_config_int(section, "memory");
    spec->style = tie_config_is(section, "parameter_style", "odbc") ? TIE_STYLE_ODBC : TIE_STYLE_TEXT;
    spec->copy = tie_config_is(section, "copy", "binary") ? TIE_COPY_BINARY
        : tie_config_is(section, "copy", "text")          ? TIE_COPY_TEXT
                                                          : TIE_COPY_AUTO;
    if (spec->driver != TIE_DRIVER_POSTGRES && spec->copy != TIE_COPY_AUTO)
        return tie_config_fail(reading->err, section, "copy", "only driver postgres knows it; leave it out");
    if (spec->driver != TIE_DRIVER_POSTGRES && spec->connections > 1)
        return tie_config_fail(reading->err, section, "connections",
            "only driver postgres can share a snapshot among connections; 1 is allowed");
    if (spec->driver == TIE_DRIVER_FILES && reading->plan->threads > 1)
        spec->connections = reading->plan->threads < FILES_AT_ONCE_MAX ? reading->plan->threads : FILES_AT_ONCE_MAX;
    if (spec->driver != TIE_DRIVER_ODBC && spec->style == TIE_STYLE_ODBC)
        return tie_config_fail(reading->err, section, "parameter_style", "only driver odbc knows it");
    if (password_file != NULL) {
        status = tie_secret_read(reading->arena, password_file, &spec->password, reading->err);
        if (status != TIE_OK)
            status = tie_config_blame(reading->err, status, section, "password_file");
        else if (!tie_text_is_utf8(tie_text_of(spec->password), &bad_at))
            status = tie_config_fail(reading->err, section, "password_file", "the password is not UTF-8");
    }
out:
    return status;
}

static enum tie_status read_sources(struct reading *reading)
{
    enum tie_status status = TIE_OK;

    for (const struct tie_config_section *section = tie_config_next(reading->config, "source", NULL);
         section != NULL && status == TIE_OK; section = tie_config_next(reading->config, "source", section)) {
        TIE_PUSH(reading->arena, &reading->sources, (struct tie_source_spec){ .name = NULL });
        status = read_source(reading, section, &reading->sources.at[reading->sources.count - 1]);
    }
    return status;
}

/* ---- parts ---- */

static enum tie_status find_source(
    struct reading *reading, const struct tie_config_section *section, struct tie_part_spec *part)
{
    const char *name = tie_config_text(section, "source");
    const char **names = TIE_TAKE(reading->arena, const char *, reading->sources.count + 1);
    const char *near = NULL;

    for (size_t i = 0; i < reading->sources.count; i++) {
        names[i] = reading->sources.at[i].name;
        if (strcmp(names[i], name) == 0) {
            part->source = i;
            return TIE_OK;
        }
    }
    near = tie_nearest(name, names, reading->sources.count);
    return tie_config_fail(reading->err, section, "source", "there is no [source %s]%s%s%s", name,
        near == NULL ? "" : "; did you mean ", near == NULL ? "" : near, near == NULL ? "" : "?");
}

/* Loads a query file and has its parameters replaced once, so that mistakes show before any source is asked. */
static enum tie_status load_query(struct reading *reading, const struct tie_config_section *section, const char *key,
    enum tie_driver driver, const char **path, const char **query)
{
    const struct tie_query_values values = {
        .dialect = driver == TIE_DRIVER_POSTGRES ? TIE_SQL_POSTGRES : TIE_SQL_ODBC,
        .zone = &reading->plan->zone,
    };
    struct tie_text text = { "", 0 };
    struct tie_buf sql;
    enum tie_status status = TIE_OK;

    tie_buf_init(&sql, (size_t)QUERY_BYTES_MAX * 2);
    *path = text_or_null(section, key);
    if (*path == NULL)
        goto out;
    if (strcmp(key, "control") == 0)
        *path = tie_path_beside(reading->arena, tie_config_path(reading->config), *path);
    status = tie_file_read(reading->arena, *path, QUERY_BYTES_MAX, &text, reading->err);
    if (status != TIE_OK) {
        status = tie_config_blame(reading->err, status, section, key);
        goto out;
    }
    if (memchr(text.at, '\0', text.size) != NULL) {
        status = tie_fail(reading->err, TIE_CONFIG, "%s: holds a NUL byte; a query file is UTF-8 text", *path);
        goto out;
    }
    *query = text.at;
    TIE_TRY(tie_query_bind(*path, *query, &values, &sql, reading->err));
out:
    tie_buf_release(&sql);
    return status;
}

/* A name in the path of a files source: plain, and its ending tells the delimiter. */
static enum tie_status read_file_name(struct reading *reading, const struct tie_config_section *section,
    const char *key, const struct tie_source_spec *source, const char **name)
{
    const char *trouble = NULL;

    *name = text_or_null(section, key);
    if (*name == NULL)
        return TIE_OK;
    trouble = tie_files_brace_trouble(reading->arena, *name);
    if (trouble != NULL)
        return tie_config_fail(reading->err, section, key, "%s", trouble);
    trouble = tie_archive_name_trouble(tie_text_of(*name));
    if (trouble != NULL)
        return tie_config_fail(reading->err, section, key,
            "the name %s; a plain name of a file in the path of [source %s] is allowed", trouble, source->name);
    if (source->delimiter == '\0' && tie_files_delimiter(*name) == '\0')
        return tie_config_fail(reading->err, section, key,
            "the ending does not tell what divides the fields; write delimiter = comma, semicolon, tab or pipe in "
            "[source %s]",
            source->name);
    return TIE_OK;
}

static enum tie_status read_file_names(
    struct reading *reading, const struct tie_config_section *section, struct tie_part_spec *part)
{
    static const char *const foreign[] = { "query", "split" };
    const struct tie_source_spec *source = &reading->sources.at[part->source];
    const bool is_single = tie_files_kind_of(source->connection) == TIE_FILES_SINGLE;
    enum tie_status status = TIE_OK;

    for (size_t i = 0; i < TIE_COUNT_OF(foreign); i++)
        if (text_or_null(section, foreign[i]) != NULL)
            return tie_config_fail(reading->err, section, foreign[i],
                "source %s reads files and knows no SELECT; give file, the name of the file", source->name);
    TIE_TRY(read_file_name(reading, section, "file", source, &part->file));
    TIE_TRY(read_file_name(reading, section, "control", source, &part->control));
    part->control_path = part->control;
    if (is_single && part->file != NULL)
        return tie_config_fail(reading->err, section, "file",
            "path of [source %s] is the file itself; leave file out, or let path name its folder", source->name);
    if (!is_single && part->file == NULL)
        return tie_config_fail(reading->err, section, NULL,
            "file is missing: the name of the file in the path of [source %s]", source->name);
out:
    return status;
}

static enum tie_status read_origin(
    struct reading *reading, const struct tie_config_section *section, struct tie_part_spec *part)
{
    enum tie_driver driver = TIE_DRIVER_POSTGRES;
    enum tie_status status = TIE_OK;

    part->title = strncmp(section->title, "dataset ", 8) == 0 ? section->title + 8 : section->title;
    TIE_TRY(find_source(reading, section, part));
    driver = reading->sources.at[part->source].driver;
    if (driver == TIE_DRIVER_FILES)
        return read_file_names(reading, section, part);
    part->file = text_or_null(section, "file");
    part->split = text_or_null(section, "split");
    if (part->file != NULL)
        return tie_config_fail(
            reading->err, section, "file", "only driver files reads a file; give query, the file that holds a SELECT");
    if (text_or_null(section, "query") == NULL)
        return tie_config_fail(reading->err, section, NULL, "query is missing: the file that holds its SELECT");
    TIE_TRY(load_query(reading, section, "query", driver, &part->query_path, &part->query));
    TIE_TRY(load_query(reading, section, "control", driver, &part->control_path, &part->control));
out:
    return status;
}

static enum tie_status read_dataset_name(
    struct reading *reading, const struct tie_config_section *section, struct tie_part_spec *part)
{
    const char *names[TIE_DATASET_COUNT] = { NULL };
    const char *near = NULL;

    if (tie_dataset_find(tie_text_of(section->name), &part->dataset) && part->dataset != TIE_DS_XREF)
        return TIE_OK;
    if (strcmp(section->name, "xref") == 0)
        return tie_config_fail(reading->err, section, NULL, "write [xref KIND], such as [xref item]");
    for (int i = 0; i < TIE_DATASET_COUNT; i++)
        names[i] = tie_dataset((enum tie_dataset)i)->name;
    near = tie_nearest(section->name, names, TIE_DATASET_COUNT);
    return tie_config_fail(reading->err, section, NULL, "the data model has no dataset %s%s%s%s", section->name,
        near == NULL ? "" : "; did you mean ", near == NULL ? "" : near, near == NULL ? "" : "?");
}

static enum tie_status read_floats(
    struct reading *reading, const struct tie_config_section *section, struct tie_part_spec *part)
{
    const struct tie_dataset_info *dataset = tie_dataset(part->dataset);
    const char *const *names = NULL;
    const size_t count = tie_config_words(section, "allow_float", &names);

    for (size_t i = 0; i < count; i++) {
        const int column = tie_column_find(dataset, tie_text_of(names[i]));

        if (column < 0 ||
            (dataset->columns[column].type != TIE_TYPE_DECIMAL && dataset->columns[column].type != TIE_TYPE_RATE))
            return tie_config_fail(
                reading->err, section, "allow_float", "%s is no decimal or rate column of %s", names[i], dataset->name);
        part->allow_float[column] = true;
    }
    return TIE_OK;
}

static enum tie_status read_dataset(
    struct reading *reading, const struct tie_config_section *section, struct tie_part_spec *part)
{
    enum tie_status status = TIE_OK;

    TIE_TRY(read_dataset_name(reading, section, part));
    TIE_TRY(read_origin(reading, section, part));
    TIE_TRY(read_floats(reading, section, part));
    part->ids = tie_dataset(part->dataset)->side;
    if (tie_config_is(section, "ids", "fsm"))
        part->ids = TIE_SIDE_FSM;
    else if (tie_config_is(section, "ids", "erp"))
        part->ids = TIE_SIDE_ERP;
out:
    return status;
}

static enum tie_status read_xref(
    struct reading *reading, const struct tie_config_section *section, struct tie_part_spec *part)
{
    part->dataset = TIE_DS_XREF;
    part->ids = TIE_SIDE_BOTH;
    for (int kind = TIE_XREF_NONE + 1; kind < TIE_XREF_KIND_COUNT; kind++)
        if (strcmp(section->name, tie_xref_kind_name((enum tie_xref_kind)kind)) == 0)
            part->xref_kind = (enum tie_xref_kind)kind;
    if (part->xref_kind == TIE_XREF_NONE)
        return tie_config_fail(reading->err, section, NULL,
            "no kind of id is called %s; allowed are customer, item, location, technician, contract, asset, work_order",
            section->name);
    return read_origin(reading, section, part);
}

static enum tie_status read_parts(struct reading *reading, const char *kind,
    enum tie_status (*read)(struct reading *, const struct tie_config_section *, struct tie_part_spec *))
{
    enum tie_status status = TIE_OK;

    for (const struct tie_config_section *section = tie_config_next(reading->config, kind, NULL);
         section != NULL && status == TIE_OK; section = tie_config_next(reading->config, kind, section)) {
        const uint32_t part = (uint32_t)reading->parts.count;

        TIE_PUSH(reading->arena, &reading->parts, (struct tie_part_spec){ .part = part });
        status = read(reading, section, &reading->parts.at[part]);
    }
    return status;
}

/* ---- the whole ---- */

/* The minimum job: the datasets that hold a column marked `min`. */
static enum tie_status check_minimum(const struct reading *reading)
{
    struct tie_buf missing;
    enum tie_status status = TIE_OK;

    tie_buf_init(&missing, 4096);
    for (int i = 0; i < TIE_DATASET_COUNT; i++) {
        const struct tie_dataset_info *dataset = tie_dataset((enum tie_dataset)i);
        bool is_given = false, is_minimum = false;

        for (size_t j = 0; j < dataset->column_count; j++)
            is_minimum |= dataset->columns[j].need == TIE_NEED_MIN;
        for (size_t j = 0; j < reading->parts.count; j++)
            is_given |= reading->parts.at[j].dataset == dataset->id;
        if (is_minimum && !is_given)
            tie_buf_printf(&missing, "%s[dataset %s]", missing.size > 0 ? ", " : "", dataset->name);
    }
    if (missing.size > 0)
        status = tie_fail(reading->err, TIE_CONFIG, "%s: the job lacks %s; no job can run without",
            tie_config_path(reading->config), missing.at);
    tie_buf_release(&missing);
    return status;
}

enum tie_status tie_source_read_config(
    struct tie_arena *arena, const struct tie_config *config, struct tie_extract_plan *plan, struct tie_error *err)
{
    struct reading reading = { .arena = arena, .config = config, .plan = plan, .err = err };
    enum tie_status status = TIE_OK;

    TIE_TRY(read_sources(&reading));
    TIE_TRY(read_parts(&reading, "dataset", read_dataset));
    TIE_TRY(read_parts(&reading, "xref", read_xref));
    TIE_TRY(tie_source_read_maps(arena, config, reading.parts.at, reading.parts.count, err));
    TIE_TRY(check_minimum(&reading));
    plan->sources = reading.sources.at;
    plan->source_count = reading.sources.count;
    plan->parts = reading.parts.at;
    plan->part_count = reading.parts.count;
out:
    return status;
}
