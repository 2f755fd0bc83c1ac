/*
 * files_name.c - see files.h.
 *
 * A path's ending decides what it is: that way a job is judged whole before anything is opened, and a zip that came
 * under the name of a CSV file is refused as what it is not. Rejected: looking at the first bytes.
 */
#include "files.h"

#include "tieout/file.h"

#include <string.h>
#include <sys/stat.h>

static const struct {
    const char *ending;
    enum tie_files_kind kind;
    char delimiter; /* 0: not told by the ending */
} endings[] = {
    { ".zip", TIE_FILES_ARCHIVE, 0 },
    { ".tar", TIE_FILES_ARCHIVE, 0 },
    { ".tar.gz", TIE_FILES_ARCHIVE, 0 },
    { ".tgz", TIE_FILES_ARCHIVE, 0 },
    { ".tar.zst", TIE_FILES_ARCHIVE, 0 },
    { ".tzst", TIE_FILES_ARCHIVE, 0 },
    { ".csv", TIE_FILES_SINGLE, ',' },
    { ".tsv", TIE_FILES_SINGLE, '\t' },
    { ".tab", TIE_FILES_SINGLE, '\t' },
    { ".psv", TIE_FILES_SINGLE, '|' },
    { ".txt", TIE_FILES_SINGLE, 0 },
};

static size_t find_ending(const char *name)
{
    const size_t size = strlen(name);
    size_t i = 0;

    for (; i < TIE_COUNT_OF(endings); i++) {
        const size_t end = strlen(endings[i].ending);

        if (size > end && tie_text_is_nocase((struct tie_text){ name + size - end, end }, endings[i].ending))
            break;
    }
    return i;
}

enum tie_files_kind tie_files_kind_of(const char *path)
{
    const size_t at = find_ending(path);

    return at < TIE_COUNT_OF(endings) ? endings[at].kind : TIE_FILES_FOLDER;
}

char tie_files_delimiter(const char *name)
{
    const size_t at = find_ending(name);

    return at < TIE_COUNT_OF(endings) ? endings[at].delimiter : '\0';
}

/* ---- {as_of} ---- */

static const char placeholder[] = "{as_of}";

const char *tie_files_brace_trouble(struct tie_arena *arena, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        const char *end = strchr(at, '}');

        if (*at == '}')
            return "} without {; only {as_of} is replaced, by the run's date as YYYY-MM-DD";
        if (*at != '{')
            continue;
        if (strncmp(at, placeholder, sizeof placeholder - 1) != 0)
            return tie_arena_printf(arena,
                "%.*s is no placeholder; only {as_of} is replaced, by the run's date as YYYY-MM-DD",
                end == NULL ? 1 : (int)(end - at + 1), at);
        at = end;
    }
    return NULL;
}

const char *tie_files_dated(struct tie_arena *arena, const char *text, tie_date as_of)
{
    const char *found = NULL;
    struct tie_buf out;
    char day[16];

    if (text == NULL || strstr(text, placeholder) == NULL)
        return text;
    (void)tie_date_print(as_of, day);
    tie_buf_init(&out, SIZE_MAX);
    while ((found = strstr(text, placeholder)) != NULL) {
        tie_buf_put(&out, text, (size_t)(found - text));
        tie_buf_text(&out, day);
        text = found + sizeof placeholder - 1;
    }
    tie_buf_text(&out, text);
    text = tie_text_dup(arena, tie_buf_slice(&out));
    tie_buf_release(&out);
    return text;
}

/* ---- a child's plan ---- */

static const char *place(struct tie_arena *arena, const char *path, const char *file)
{
    switch (tie_files_kind_of(path)) {
    case TIE_FILES_FOLDER: return tie_path_join(arena, path, file);
    case TIE_FILES_ARCHIVE: return tie_arena_printf(arena, "%s: %s", path, file);
    case TIE_FILES_SINGLE: break;
    }
    return tie_path_beside(arena, path, file);
}

void tie_files_prepare(struct tie_arena *arena, struct tie_extract_plan *plan)
{
    struct tie_source_spec *source = TIE_TAKE(arena, struct tie_source_spec, 1);
    struct tie_part_spec *parts = TIE_TAKE(arena, struct tie_part_spec, plan->part_count);

    *source = plan->sources[0];
    source->connection = tie_files_dated(arena, source->connection, plan->as_of);
    for (size_t i = 0; i < plan->part_count; i++) {
        struct tie_part_spec *part = &parts[i];

        *part = plan->parts[i];
        part->file = tie_files_dated(arena, part->file, plan->as_of);
        part->control = tie_files_dated(arena, part->control, plan->as_of);
        if (part->file == NULL)
            part->file = tie_path_name(source->connection);
        part->query_path = place(arena, source->connection, part->file);
        part->control_path = part->control == NULL ? NULL : place(arena, source->connection, part->control);
    }
    plan->sources = source;
    plan->parts = parts;
}

uint64_t tie_files_bytes(const struct tie_part_spec *part)
{
    struct stat seen;

    return stat(part->query_path, &seen) == 0 && seen.st_size > 0 ? (uint64_t)seen.st_size : 0;
}
