/*
 * print.c - the schema for people: a Markdown table a section for the README, and plain text for --help.
 *
 * Both walk the same rows, so the documents can't differ from what is accepted. Rows of one section may come from
 * several modules; they are printed together, where the section stands first.
 */
#include "parts.h"

#include <string.h>

typedef void (*print_row)(const struct tie_schema_row *row, const char *allowed, struct tie_out *out);

static bool is_first_of_section(const struct tie_schema *schemas, size_t schema_count, size_t index)
{
    const char *const section = schema_row(schemas, schema_count, index)->section;

    for (size_t i = 0; i < index; i++) {
        if (strcmp(schema_row(schemas, schema_count, i)->section, section) == 0)
            return false;
    }
    return true;
}

/* '|' would end a table cell. */
static void put_cell(struct tie_out *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|')
            tie_out_char(out, '\\');
        tie_out_char(out, *text);
    }
}

static void markdown_row(const struct tie_schema_row *row, const char *allowed, struct tie_out *out)
{
    tie_out_printf(out, "| `%s` | ", row->key);
    put_cell(out, (row->flags & TIE_SCHEMA_SECRET) != 0 ? "only as `${NAME}`" : allowed);
    if (row->fallback == NULL)
        tie_out_text(out, " | required | ");
    else if (row->fallback[0] == '\0')
        tie_out_text(out, " | | ");
    else
        tie_out_printf(out, " | `%s` | ", row->fallback);
    put_cell(out, row->help);
    tie_out_text(out, " |\n");
}

static void help_row(const struct tie_schema_row *row, const char *allowed, struct tie_out *out)
{
    tie_out_printf(out, "  %-26s %s", row->key, row->help);
    tie_out_printf(out, "\n  %-26s   %s", "", (row->flags & TIE_SCHEMA_SECRET) != 0 ? "only as ${NAME}" : allowed);
    if (row->fallback == NULL)
        tie_out_text(out, "; required");
    else if (row->fallback[0] != '\0')
        tie_out_printf(out, "; default %s", row->fallback);
    tie_out_char(out, '\n');
}

static void print_keys(
    const struct tie_schema *schemas, size_t schema_count, const char *section, print_row print, struct tie_out *out)
{
    const struct tie_schema_row *row = NULL;
    struct tie_buf allowed;

    tie_buf_init(&allowed, 4096);
    for (size_t i = 0; (row = schema_row(schemas, schema_count, i)) != NULL; i++) {
        if (row->key == NULL || strcmp(row->section, section) != 0)
            continue;
        tie_buf_reset(&allowed);
        value_describe(row, &allowed);
        print(row, allowed.at, out);
    }
    tie_buf_release(&allowed);
}

static const char *section_help(const struct tie_schema *schemas, size_t schema_count, const char *section)
{
    const struct tie_schema_row *row = NULL;

    for (size_t i = 0; (row = schema_row(schemas, schema_count, i)) != NULL; i++) {
        if (row->key == NULL && strcmp(row->section, section) == 0)
            return row->help;
    }
    return NULL;
}

void tie_schema_markdown(const struct tie_schema *schemas, size_t schema_count, struct tie_out *out)
{
    const struct tie_schema_row *row = NULL;

    for (size_t i = 0; (row = schema_row(schemas, schema_count, i)) != NULL; i++) {
        if (!is_first_of_section(schemas, schema_count, i))
            continue;
        const char *const help = section_help(schemas, schema_count, row->section);

        tie_out_printf(out, "### `[%s]`\n\n", row->section);
        if (help != NULL)
            tie_out_printf(out, "%s\n\n", help);
        tie_out_text(out, "| key | allowed | default | meaning |\n|---|---|---|---|\n");
        print_keys(schemas, schema_count, row->section, markdown_row, out);
        tie_out_char(out, '\n');
    }
}

void tie_schema_help(const struct tie_schema *schemas, size_t schema_count, struct tie_out *out)
{
    const struct tie_schema_row *row = NULL;

    for (size_t i = 0; (row = schema_row(schemas, schema_count, i)) != NULL; i++) {
        if (!is_first_of_section(schemas, schema_count, i))
            continue;
        const char *const help = section_help(schemas, schema_count, row->section);

        tie_out_printf(out, "[%s]%s%s\n", row->section, help ? "  " : "", help ? help : "");
        print_keys(schemas, schema_count, row->section, help_row, out);
    }
}
