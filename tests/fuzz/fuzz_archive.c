/*
 * fuzz_archive.c - archives that somebody else made: zip, tar, tar.gz, tar.zst.
 *
 * The first byte chooses the limits, the rest is the file. Bit 0: checksums of tar headers are put right before, since
 * a fuzzer does not guess them. Properties:
 *   - never more members, bytes of a member or bytes in all than the limits allow;
 *   - every name is plain and relative and comes once;
 *   - pieces of another size give the same content, or the same words of refusal;
 *   - a member that was read is found by its name with the same content; every file is closed again.
 */
#include "fuzz.h"

#include "tieout/archive_reader.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TAR_BLOCK = 512, CHECKSUM_AT = 148, CHECKSUM_BYTES = 8, MEMBERS_MAX = 50 };

static void mend_tar(uint8_t *bytes, size_t size)
{
    for (size_t at = 0; at + TAR_BLOCK <= size; at += TAR_BLOCK) {
        unsigned sum = 0;
        char text[CHECKSUM_BYTES];

        if (memcmp(bytes + at + 257, "ustar", 5) != 0)
            continue;
        memset(bytes + at + CHECKSUM_AT, ' ', CHECKSUM_BYTES);
        for (size_t i = 0; i < TAR_BLOCK; i++)
            sum += bytes[at + i];
        (void)snprintf(text, sizeof text, "%06o", sum & 0777777);
        memcpy(bytes + at + CHECKSUM_AT, text, 7);
    }
}

struct seen {
    struct tie_buf content, last; /* of all members with their names; of the last member */
    char name[1025];
    size_t members;
};

/* Not by tie_archive_name_trouble(), which is what is tested. */
static bool is_safe(const char *name)
{
    char between[1100];

    (void)snprintf(between, sizeof between, "/%s/", name);
    return name[0] != '/' && strstr(between, "/../") == NULL && strstr(between, "//") == NULL &&
        strpbrk(name, "\\\n\r\x1B") == NULL;
}

static enum tie_status read_all(
    const char *path, const struct tie_archive_limits *limits, size_t piece, struct seen *seen, struct tie_error *err)
{
    struct tie_archive *archive = NULL;
    const char *names[MEMBERS_MAX] = { NULL }, *name = NULL;
    enum tie_status status = TIE_OK;
    uint64_t total = 0;
    char buffer[4096];

    TIE_TRY(tie_archive_open(path, limits, &archive, err));
    for (;;) {
        size_t got = 0;

        TIE_TRY(tie_archive_next(archive, &name, err));
        if (name == NULL)
            break;
        FUZZ_HOLDS(seen->members < MEMBERS_MAX && strlen(name) < sizeof seen->name);
        FUZZ_HOLDS(is_safe(name));
        for (size_t i = 0; i < seen->members; i++)
            FUZZ_HOLDS(strcmp(names[i], name) != 0);
        names[seen->members++] = name;
        fuzz_put(&seen->content, tie_text_of(name));
        (void)snprintf(seen->name, sizeof seen->name, "%s", name);
        tie_buf_reset(&seen->last);
        do {
            TIE_TRY(tie_archive_read(archive, buffer, piece, &got, err));
            FUZZ_HOLDS(got <= piece);
            tie_buf_put(&seen->last, buffer, got);
            total += got;
            FUZZ_HOLDS(limits->max_member_bytes == 0 || seen->last.size <= limits->max_member_bytes);
            FUZZ_HOLDS(limits->max_total_bytes == 0 || total <= limits->max_total_bytes);
        } while (got > 0);
        fuzz_put(&seen->content, tie_buf_slice(&seen->last));
    }
out:
    tie_archive_close(archive);
    return status;
}

static void find_last(const char *path, const struct tie_archive_limits *limits, const struct seen *seen)
{
    struct tie_archive *archive = NULL;
    struct tie_error err = { .text = "" };
    struct tie_buf again;
    char buffer[1000];
    size_t got = 0;

    tie_buf_init(&again, SIZE_MAX);
    FUZZ_HOLDS(tie_archive_open(path, limits, &archive, &err) == TIE_OK);
    FUZZ_HOLDS(tie_archive_find(archive, seen->name, &err) == TIE_OK);
    do {
        FUZZ_HOLDS(tie_archive_read(archive, buffer, sizeof buffer, &got, &err) == TIE_OK);
        tie_buf_put(&again, buffer, got);
    } while (got > 0);
    FUZZ_HOLDS(tie_archive_finish(archive, &err) == TIE_OK);
    FUZZ_HOLDS(tie_text_equal(tie_buf_slice(&again), tie_buf_slice(&seen->last)));
    tie_buf_release(&again);
    tie_archive_close(archive);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static bool has_locale;
    const unsigned choice = size > 0 ? bytes[0] : 0;
    const struct tie_archive_limits limits = { .max_members = MEMBERS_MAX,
        .max_member_bytes = choice & 2 ? 100 : 1 << 20,
        .max_total_bytes = choice & 4 ? 3000 : 4 << 20,
        .max_ratio = choice & 8 ? 2 : 200,
        .hint = "" };
    struct tie_error err = { .text = "" }, other = { .text = "" };
    struct seen seen = { .members = 0 }, again = { .members = 0 };
    uint8_t *copy = malloc(size + 1);
    const char *path = NULL;

    FUZZ_HOLDS(copy != NULL && (has_locale || setlocale(LC_CTYPE, "C.UTF-8") != NULL));
    has_locale = true;
    if (size > 1)
        memcpy(copy, bytes + 1, size - 1);
    if (choice & 1)
        mend_tar(copy, size > 0 ? size - 1 : 0);
    path = fuzz_file(copy, size > 0 ? size - 1 : 0);
    free(copy);
    tie_buf_init(&seen.content, SIZE_MAX);
    tie_buf_init(&seen.last, SIZE_MAX);
    tie_buf_init(&again.content, SIZE_MAX);
    tie_buf_init(&again.last, SIZE_MAX);
    const enum tie_status status = read_all(path, &limits, 4096, &seen, &err);
    FUZZ_HOLDS(read_all(path, &limits, 37, &again, &other) == status && strcmp(err.text, other.text) == 0);
    if (status != TIE_OK)
        fuzz_failure_is_told(status, &err);
    else
        FUZZ_HOLDS(tie_text_equal(tie_buf_slice(&seen.content), tie_buf_slice(&again.content)));
    if (status == TIE_OK && seen.members > 0)
        find_last(path, &limits, &seen);
    fuzz_files_closed();
    tie_buf_release(&seen.content);
    tie_buf_release(&seen.last);
    tie_buf_release(&again.content);
    tie_buf_release(&again.last);
    return 0;
}
