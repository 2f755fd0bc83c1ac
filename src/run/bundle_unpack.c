/*
 * bundle_unpack.c - see bundle_unpack.h.
 *
 * One pass over the members: each is digested while it is read and, where a folder is given, written. The manifest
 * comes last; then every name it lists must have been met with that digest, and no other. Limits: a bundle of Tieout
 * packs its CSV some ten times, so what swells 250 times is none; a folder of results is never ten thousand
 * files. Files are made anew, O_EXCL, in a folder that nobody else knows: nothing is overwritten or followed.
 */
#include "bundle_unpack.h"

#include "tieout/archive_reader.h"
#include "tieout/archive_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK_BYTES = 256 * 1024, MANIFEST_MAX_BYTES = 64 << 20 };

static const struct tie_archive_limits limits = {
    .max_members = 10000, .max_total_bytes = (uint64_t)1 << 41, .max_ratio = 250
};
static const char manifest_name[] = "manifest.json";

struct member {
    const char *name;
    char sha256[TIE_SHA256_HEX];
};

struct unpacking {
    struct tie_arena *arena;
    const char *path, *folder;
    struct tie_archive *archive;
    struct {
        struct member *at;
        size_t count, room;
    } members;
    struct tie_buf manifest;
    char *block;
};

/* ---- members ---- */

static enum tie_status open_file(struct unpacking *unpacking, const char *name, int *fd, struct tie_error *err)
{
    const char *path = tie_path_join(unpacking->arena, unpacking->folder, name);
    char *parent = tie_arena_strdup(unpacking->arena, path);
    enum tie_status status = TIE_OK;

    *strrchr(parent, '/') = '\0';
    TIE_TRY(tie_folder_make(parent, err));
    *fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (*fd < 0)
        status = tie_fail_os(err, TIE_CANTCREATE, errno, "unpack", path);
out:
    return status;
}

static enum tie_status take_member(struct unpacking *unpacking, const char *name, struct tie_error *err)
{
    const bool is_manifest = strcmp(name, manifest_name) == 0;
    struct member member = { .name = tie_arena_strdup(unpacking->arena, name) };
    unsigned char digest[TIE_SHA256_BYTES];
    struct tie_sha256 sha;
    struct tie_out out;
    int fd = -1;
    size_t got = 0;
    enum tie_status status = TIE_OK;

    tie_sha256_init(&sha);
    tie_out_init(&out, fd, name, false);
    if (unpacking->folder != NULL) {
        TIE_TRY(open_file(unpacking, name, &fd, err));
        out.fd = fd;
    }
    for (;;) {
        TIE_TRY(tie_archive_read(unpacking->archive, unpacking->block, BLOCK_BYTES, &got, err));
        if (got == 0)
            break;
        tie_sha256_put(&sha, unpacking->block, got);
        if (fd >= 0)
            tie_out_put(&out, unpacking->block, got);
        if (is_manifest)
            tie_buf_put(&unpacking->manifest, unpacking->block, got);
        if (out.error.status != TIE_OK)
            break;
    }
    if (fd >= 0)
        TIE_TRY(tie_out_flush(&out, err));
    tie_sha256_final(&sha, digest);
    tie_hex(digest, sizeof digest, member.sha256);
    TIE_PUSH(unpacking->arena, &unpacking->members, member);
out:
    tie_sha256_release(&sha);
    tie_out_release(&out);
    if (fd >= 0 && close(fd) != 0 && status == TIE_OK)
        status = tie_fail_os(err, TIE_IO, errno, "unpack", name);
    return status;
}

static enum tie_status take_members(struct unpacking *unpacking, struct tie_error *err)
{
    const char *name = NULL;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_archive_open(unpacking->path, &limits, &unpacking->archive, err));
    for (;;) {
        TIE_TRY(tie_archive_next(unpacking->archive, &name, err));
        if (name == NULL)
            break;
        TIE_TRY(take_member(unpacking, name, err));
    }
    TIE_TRY(tie_archive_finish(unpacking->archive, err));
out:
    return status;
}

/* ---- the manifest ---- */

static int compare_members(const void *a, const void *b)
{
    return strcmp(((const struct member *)a)->name, ((const struct member *)b)->name);
}

static enum tie_status compare_files(
    const struct unpacking *unpacking, const struct tie_json *files, uint64_t *right, struct tie_error *err)
{
    for (const char *name = tie_json_next_key(files, NULL); name != NULL; name = tie_json_next_key(files, name)) {
        const struct tie_text stated = tie_json_as_text(tie_json_get(tie_json_get(files, name), "sha256"));
        const struct member wanted = { .name = name };
        const struct member *found = bsearch(
            &wanted, unpacking->members.at, unpacking->members.count, sizeof wanted, compare_members);

        if (found == NULL)
            return tie_fail(err, TIE_DATA, "%s: member %s is missing; the manifest lists it", unpacking->path, name);
        if (!tie_text_is(stated, found->sha256))
            return tie_fail(err, TIE_DATA,
                "%s: member %s: digest is %.12s..., the manifest says %.12s...; the bundle was changed after "
                "it was made",
                unpacking->path, name, found->sha256, stated.size == 0 ? "nothing" : stated.at);
        ++*right;
    }
    for (size_t i = 0; i < unpacking->members.count; i++)
        if (tie_json_get(files, unpacking->members.at[i].name) == NULL &&
            strcmp(unpacking->members.at[i].name, manifest_name) != 0)
            return tie_fail(err, TIE_DATA,
                "%s: member %s is not in the manifest; the bundle was changed after it was made", unpacking->path,
                unpacking->members.at[i].name);
    return TIE_OK;
}

static enum tie_status check_manifest(
    struct unpacking *unpacking, struct tie_json **manifest, uint64_t *files, struct tie_error *err)
{
    const char *name = tie_arena_printf(unpacking->arena, "%s: %s", unpacking->path, manifest_name);
    const struct tie_json *list = NULL, *version = NULL;
    enum tie_status status = TIE_OK;

    if (unpacking->manifest.size == 0 || unpacking->manifest.failed)
        return tie_fail(err, TIE_DATA, "%s has no %s: it is no bundle of Tieout", unpacking->path, manifest_name);
    TIE_TRY(tie_json_parse(tie_buf_slice(&unpacking->manifest), name, manifest, err));
    TIE_TRY(tie_json_need(*manifest, "bundle", TIE_JSON_INT, &version, err));
    TIE_TRY(tie_json_need(*manifest, "files", TIE_JSON_OBJECT, &list, err));
    if (tie_json_as_int(version) != 1)
        return tie_fail(err, TIE_DATA, "%s has form %lld, this engine reads form 1: use the engine that made it",
            unpacking->path, (long long)tie_json_as_int(version));
    if (unpacking->members.count > 1)
        qsort(unpacking->members.at, unpacking->members.count, sizeof(struct member), compare_members);
    TIE_TRY(compare_files(unpacking, list, files, err));
out:
    return status;
}

enum tie_status bundle_unpack(struct tie_arena *arena, const char *path, const char *folder, struct tie_json **manifest,
    uint64_t *files, struct tie_error *err)
{
    struct unpacking unpacking = { .arena = arena, .path = path, .folder = folder, .block = malloc(BLOCK_BYTES) };
    enum tie_status status = TIE_OK;

    *manifest = NULL;
    *files = 0;
    tie_buf_init(&unpacking.manifest, MANIFEST_MAX_BYTES);
    if (unpacking.block == NULL)
        TIE_TRY(tie_fail(err, TIE_IO, "no memory to read %s", path));
    TIE_TRY(tie_archive_check_seal(path, err));
    TIE_TRY(take_members(&unpacking, err));
    TIE_TRY(check_manifest(&unpacking, manifest, files, err));
out:
    if (status != TIE_OK) {
        tie_json_free(*manifest);
        *manifest = NULL;
    }
    tie_archive_close(unpacking.archive);
    tie_buf_release(&unpacking.manifest);
    free(unpacking.block);
    return status;
}
