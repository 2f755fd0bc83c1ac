/*
 * reference.c - order numbers as other systems write them, and ids as they are compared.
 *
 * An order reference is searched by the policy's POSIX extended expression (leftmost, longest) and built anew from
 * the groups of the match. The format is cut into pieces once, when the pattern is compiled; a text then costs one
 * regexec and a few copies. Most expressions know digits as a class alone ([0-9]); then "WO-123" and "WO-456" match in
 * the same places, and source/refs.c asks once for all texts of one shape.
 *
 * Invariant: two writings of one number give one text, and no text gives none; an empty result is no reference. Upper
 * case is ASCII only: no locale has a say.
 * Limits: 4,000 bytes of a text are searched; a NUL can't stand in it. Ten groups.
 * Rejected: the first number of a text as the order (an invoice number would then be an order).
 */
#include "tieout/policy.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

enum { GROUPS_MAX = 10, PIECES_MAX = 32, TEXT_BYTES_MAX = 4000 };

struct piece {
    struct tie_text literal; /* where group is -1 */
    int group;
    bool is_raw;
};

struct tie_reference {
    regex_t regex;
    bool is_upper, is_blind;
    size_t piece_count;
    struct piece pieces[PIECES_MAX];
    char format[]; /* literals lie in here */
};

/* ---- compiling ---- */

static enum tie_status bad_format(struct tie_error *err, const char *format, const char *why)
{
    return tie_fail(err, TIE_CONFIG, "[reference work_order] format = \"%s\": %s", format, why);
}

/* Reads "{1}" or "{1:raw}" at the start of `rest`. */
static bool take_group(struct tie_text *rest, struct piece *piece)
{
    static const struct {
        const char *tail;
        bool is_raw;
    } tails[] = { { "}", false }, { ":raw}", true } };

    if (rest->size < 3 || rest->at[1] < '0' || rest->at[1] > '9')
        return false;
    for (size_t i = 0; i < TIE_COUNT_OF(tails); i++) {
        const struct tie_text tail = { rest->at + 2, rest->size - 2 };

        if (tie_text_starts(tail, tails[i].tail)) {
            *piece = (struct piece){ { "", 0 }, rest->at[1] - '0', tails[i].is_raw };
            *rest = (struct tie_text){ tail.at + strlen(tails[i].tail), tail.size - strlen(tails[i].tail) };
            return true;
        }
    }
    return false;
}

static enum tie_status cut_format(struct tie_reference *reference, struct tie_error *err)
{
    struct tie_text rest = tie_text_of(reference->format);
    bool has_group = false;

    while (rest.size > 0) {
        struct piece piece = { rest, -1, false };

        if (reference->piece_count == PIECES_MAX)
            return bad_format(err, reference->format, "it has too many parts; 32 are allowed");
        if (rest.at[0] == '{') {
            if (!take_group(&rest, &piece))
                return bad_format(
                    err, reference->format, "a brace must be {0} to {9}, or {1:raw} to keep leading zeros");
            if ((size_t)piece.group > reference->regex.re_nsub)
                return bad_format(
                    err, reference->format, "the pattern has no group of that number: put (...) around it there");
            has_group = true;
        } else {
            piece.literal.size = 0;
            while (piece.literal.size < rest.size && rest.at[piece.literal.size] != '{')
                piece.literal.size++;
            rest = (struct tie_text){ rest.at + piece.literal.size, rest.size - piece.literal.size };
        }
        reference->pieces[reference->piece_count++] = piece;
    }
    if (!has_group)
        return bad_format(
            err, reference->format, "it names no group, so all orders would be one; write for example WO-{1}");
    return TIE_OK;
}

/* The length of the bracket expression that begins at `at`, when it knows digits as 0-9 or [:class:] alone; else 0. */
static size_t blind_bracket(const char *at)
{
    size_t i = 1;

    i += at[i] == '^';
    i += at[i] == ']'; /* a ] that comes first is one of the characters */
    while (at[i] != '\0' && at[i] != ']') {
        if (at[i] == '[' && (at[i + 1] == '.' || at[i + 1] == '='))
            return 0;
        if (at[i] == '[' && at[i + 1] == ':') {
            const char *end = strstr(at + i + 2, ":]");

            if (end == NULL)
                return 0;
            i = (size_t)(end - at) + 2;
        } else if (strncmp(at + i, "0-9", 3) == 0) { /* never the end of another range: regcomp() refuses that */
            i += 3;
        } else if (at[i] >= '0' && at[i] <= '9') {
            return 0;
        } else {
            i++;
        }
    }
    return at[i] == ']' ? i + 1 : 0;
}

/* The length of "{3}" or "{2,8}", which regcomp() takes only behind something to repeat; else 0. */
static size_t repetition(const char *at)
{
    static const char digits[] = "0123456789";
    size_t size = 1 + strspn(at + 1, digits);

    if (size > 1 && at[size] == ',')
        size += 1 + strspn(at + size + 1, digits);
    return size > 1 && at[size] == '}' ? size + 1 : 0;
}

/* No digit stands in the pattern but as part of [0-9], a class or a repetition: all digits are one to it. When in
 * doubt it is not. */
static bool is_blind(const char *pattern)
{
    for (const char *at = pattern; *at != '\0';) {
        const size_t size = *at == '[' ? blind_bracket(at) : *at == '{' ? repetition(at) : 1;

        if (size == 0 || (*at >= '0' && *at <= '9') || (*at == '\\' && at[1] >= '0' && at[1] <= '9'))
            return false;
        at += *at == '\\' && at[1] != '\0' ? 2 : size;
    }
    return true;
}

enum tie_status tie_reference_compile(
    const struct tie_policy *policy, struct tie_reference **reference, struct tie_error *err)
{
    const size_t size = strlen(policy->order_format) + 1;
    struct tie_reference *made = calloc(1, sizeof *made + size);
    enum tie_status status = TIE_OK;
    int code;

    *reference = NULL;
    TIE_ASSERT(made != NULL);
    memcpy(made->format, policy->order_format, size);
    made->is_upper = policy->order_ignore_case;
    made->is_blind = is_blind(policy->order_pattern);
    code = regcomp(&made->regex, policy->order_pattern, REG_EXTENDED | (policy->order_ignore_case ? REG_ICASE : 0));
    if (code != 0) {
        char why[200];

        (void)regerror(code, &made->regex, why, sizeof why);
        free(made);
        return tie_fail(err, TIE_CONFIG,
            "[reference work_order] pattern = \"%s\": %s; write a POSIX extended expression such as wo[ -]*([0-9]+)",
            policy->order_pattern, why);
    }
    TIE_TRY(cut_format(made, err));
    *reference = made;
    made = NULL;
out:
    tie_reference_free(made);
    return status;
}

void tie_reference_free(struct tie_reference *reference)
{
    if (reference == NULL)
        return;
    regfree(&reference->regex);
    free(reference);
}

/* ---- normalising ---- */

static void put_upper(struct tie_buf *out, struct tie_text text)
{
    const size_t start = out->size;

    tie_buf_put(out, text.at, text.size);
    for (size_t i = start; i < out->size; i++)
        if (out->at[i] >= 'a' && out->at[i] <= 'z')
            out->at[i] = (char)(out->at[i] - 'a' + 'A');
}

/* Leading zeros off; a number that is all zeros keeps one. */
static struct tie_text without_zeros(struct tie_text text)
{
    while (text.size > 1 && text.at[0] == '0')
        text = (struct tie_text){ text.at + 1, text.size - 1 };
    return text;
}

void tie_reference_match(const struct tie_reference *reference, struct tie_text text, struct tie_reference_match *match)
{
    regmatch_t groups[GROUPS_MAX] = { { .rm_so = 0 } };
    const size_t size = text.size < TEXT_BYTES_MAX ? text.size : TEXT_BYTES_MAX;
    char searched[TEXT_BYTES_MAX + 1]; /* regexec wants a NUL at the end */

    memcpy(searched, text.at, size);
    searched[size] = '\0';
    match->is_found = regexec(&reference->regex, searched, GROUPS_MAX, groups, 0) == 0;
    for (size_t i = 0; i < GROUPS_MAX; i++) {
        match->from[i] = (int16_t)groups[i].rm_so;
        match->to[i] = (int16_t)groups[i].rm_eo;
    }
}

bool tie_reference_build(const struct tie_reference *reference, struct tie_text text,
    const struct tie_reference_match *match, struct tie_buf *out)
{
    size_t found_bytes = 0;

    tie_buf_reset(out);
    for (size_t i = 0; match->is_found && i < reference->piece_count; i++) {
        const struct piece *piece = &reference->pieces[i];
        struct tie_text part = piece->literal;

        if (piece->group >= 0) {
            const int from = match->from[piece->group], to = match->to[piece->group];

            if (from < 0)
                continue; /* an alternative that was not taken */
            part = (struct tie_text){ text.at + from, (size_t)(to - from) };
            part = piece->is_raw ? part : without_zeros(part);
            found_bytes += part.size;
        }
        if (piece->group >= 0 && reference->is_upper)
            put_upper(out, part);
        else
            tie_buf_put(out, part.at, part.size);
    }
    return found_bytes > 0 && !out->failed;
}

bool tie_reference_normalise(const struct tie_reference *reference, struct tie_text text, struct tie_buf *out)
{
    struct tie_reference_match match;

    tie_reference_match(reference, text, &match);
    return tie_reference_build(reference, text, &match, out);
}

bool tie_reference_is_blind(const struct tie_reference *reference)
{
    return reference->is_blind;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

bool tie_id_is_normal(const struct tie_policy *policy, enum tie_xref_kind kind, struct tie_text id)
{
    const struct tie_normalise *rule = &policy->normalise[kind];
    const char *strip = rule->strip == NULL ? "" : rule->strip;

    if ((rule->trim && tie_text_trim(id).size != id.size) || (rule->zeros && id.size > 1 && id.at[0] == '0'))
        return false;
    for (size_t i = 0; i < id.size; i++)
        if ((rule->upper && upper(id.at[i]) != id.at[i]) || (strip[0] != '\0' && strchr(strip, id.at[i]) != NULL))
            return false;
    return true;
}

void tie_id_normalise(const struct tie_policy *policy, enum tie_xref_kind kind, struct tie_text id, struct tie_buf *out)
{
    const struct tie_normalise *rule = &policy->normalise[kind];
    const char *strip = rule->strip == NULL ? "" : rule->strip;
    const struct tie_text trimmed = rule->trim ? tie_text_trim(id) : id;
    bool is_leading = rule->zeros;
    size_t kept = 0, size = 0;

    tie_buf_reset(out);
    tie_buf_put(out, trimmed.at, trimmed.size);
    if (out->failed)
        return;
    for (size_t i = 0; i < trimmed.size; i++)
        kept += strchr(strip, trimmed.at[i]) == NULL;
    if (kept == 0)
        strip = ""; /* an id of nothing but stripped characters stays an id */
    kept = kept == 0 ? trimmed.size : kept;
    for (size_t i = 0; i < trimmed.size; i++) { /* what is kept moves up */
        const char c = out->at[i];

        if (strip[0] != '\0' && strchr(strip, c) != NULL)
            continue;
        kept--;
        is_leading = is_leading && c == '0' && kept > 0;
        if (!is_leading)
            out->at[size++] = rule->upper ? upper(c) : c;
    }
    out->size = size;
    if (trimmed.size > 0)
        out->at[size] = '\0';
}
