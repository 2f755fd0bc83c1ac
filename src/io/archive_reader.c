/*
 * archive_reader.c - see archive_reader.h.
 *
 *     file -> unpack.c (gzip, zstd, none) -> counted -> libarchive, tar only -> member
 *     file ------------------------------------------> libarchive, zip only -> counted -> member
 *
 * A zip is read by its directory at the end (zip_seekable) and never as a stream: a stream shows what the directory
 * left out, and a zip without directory is one that was cut short. A tar comes through a callback of ours, so every
 * byte that is unpacked is counted before libarchive sees it, also those of members that are passed over; and the
 * rest behind the end mark is read as well, because there stand the checksums of the compression.
 *
 * Invariant: no byte reaches the caller that the limits do not allow, and no name that could lead out of a folder.
 * libarchive's warnings are failures here: a name it can't convert, a checksum that differs are warnings to it.
 * Rejected: archive_read_support_format_all (parsers of a dozen formats with a history of holes), archive_read_extract.
 */
#include "tieout/archive_reader.h"

#include "archive_library.h"
#include "unpack.h"

#include "tieout/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BLOCK_BYTES = 64 * 1024,
    NAME_BYTES_MAX = 1024,
    MEMBERS_MAX = 100000,                       /* however high the caller's limit is */
    NAMES_BYTES_MAX = 32 << 20,                 /* of all names together */
    ARENA_BYTES = NAMES_BYTES_MAX + (16 << 20), /* names, and the table that finds repeats */
    TAR_BLOCK_BYTES = 512,                      /* a tar ends with two blocks of zeros; some writers make one */
    NAMES_SHOWN = 8
};

#define RATIO_FROM_BYTES (UINT64_C(1) << 20)

struct tie_archive {
    const char *path;
    struct tie_archive_limits limits;
    uint64_t packed_bytes; /* of the file */
    int fd;
    bool is_zip;
    struct tie_arena arena;
    struct archive *reader;
    struct tie_unpack *unpack; /* NULL for a zip */
    char *block;
    struct tie_error stream; /* what the callback met; libarchive only knows that it failed */
    uint64_t stream_bytes;   /* of a tar, unpacked */
    uint64_t zero_bytes;     /* at the end of the stream so far */
    uint64_t member_bytes, total_bytes;
    uint64_t member_count;
    size_t names_bytes;
    struct {
        const char **at;
        size_t count, room;
    } names; /* of regular files */
    struct tie_map by_hash;
    const char *member; /* at hand, or NULL */
    bool at_end;
};

/* ---- limits ---- */

static enum tie_status check_unpacked(
    const struct tie_archive *archive, const char *member, uint64_t bytes, struct tie_error *err)
{
    const struct tie_archive_limits *limits = &archive->limits;
    const char *before = member == NULL ? "" : "member ", *name = member == NULL ? "" : member,
               *after = member == NULL ? "" : ": ";

    if (limits->max_total_bytes > 0 && bytes > limits->max_total_bytes)
        return tie_fail(err, TIE_DATA,
            "%s: %s%s%sit unpacks to more than %" PRIu64 " bytes, which is all that is allowed%s", archive->path,
            before, name, after, limits->max_total_bytes, limits->hint);
    if (limits->max_ratio > 0 && bytes > RATIO_FROM_BYTES && bytes / limits->max_ratio > archive->packed_bytes)
        return tie_fail(err, TIE_DATA,
            "%s: %s%s%sit unpacks to more than %" PRIu64 " times its own %" PRIu64
            " bytes, as bombs do; a larger ratio must be allowed on purpose%s",
            archive->path, before, name, after, limits->max_ratio, archive->packed_bytes, limits->hint);
    return TIE_OK;
}

/* ---- names ---- */

const char *tie_archive_name_trouble(struct tie_text name)
{
    struct tie_text rest = name;
    size_t bad_at = 0;

    if (name.size == 0)
        return "is empty";
    if (name.size > NAME_BYTES_MAX)
        return "is longer than 1,024 bytes";
    if (!tie_text_is_utf8(name, &bad_at))
        return "is not UTF-8";
    for (size_t i = 0; i < name.size; i++) {
        if ((unsigned char)name.at[i] < ' ' || name.at[i] == 0x7F)
            return "holds a control character";
        if (name.at[i] == '\\')
            return "holds a backslash; parts are divided by /";
    }
    if (name.at[0] == '/')
        return "is absolute; it must be relative";
    while (rest.size > 0) {
        const struct tie_text part = tie_text_cut(&rest, '/');

        if (tie_text_is(part, ".."))
            return "has a part that is .., which leads out of its folder";
        if (part.size == 0 || tie_text_is(part, "."))
            return "has a part that is empty or a single point";
    }
    return name.at[name.size - 1] == '/' ? "ends with /" : NULL;
}

/* For an error text: bytes that a terminal may not get, and those beyond ASCII, as '?'. */
static const char *shown(struct tie_archive *archive, const char *name)
{
    char safe[128];
    size_t size = 0;

    for (; size < sizeof safe - 1 && name[size] != '\0'; size++)
        safe[size] = name[size] >= ' ' && name[size] < 0x7F ? name[size] : '?';
    safe[size] = '\0';
    return tie_arena_strdup(&archive->arena, safe);
}

static enum tie_status fail_member(
    const struct tie_archive *archive, const char *name, const char *what, struct tie_error *err)
{
    return tie_fail(err, TIE_DATA, "%s: member %s %s", archive->path, name, what);
}

/* A name that was there before is refused: which of the two would count? */
static enum tie_status keep_name(struct tie_archive *archive, struct tie_text name, struct tie_error *err)
{
    uint64_t key = tie_hash_text(name);
    uint32_t at = 0;

    archive->names_bytes += name.size + 1 + 16; /* alignment of the arena */
    if (archive->names_bytes > NAMES_BYTES_MAX)
        return tie_fail(err, TIE_DATA, "%s: the names of its members are longer than %d bytes together", archive->path,
            NAMES_BYTES_MAX);
    for (; tie_map_get(&archive->by_hash, key, &at); key = tie_hash_mix(key, 1))
        if (tie_text_is(name, archive->names.at[at]))
            return fail_member(
                archive, archive->names.at[at], "comes twice; which of the two counts can't be told", err);
    (void)tie_map_put(&archive->by_hash, key, (uint32_t)archive->names.count, NULL);
    TIE_PUSH(&archive->arena, &archive->names, tie_text_dup(&archive->arena, name));
    archive->member = archive->names.at[archive->names.count - 1];
    return TIE_OK;
}

/* ---- opening ---- */

/* libarchive asks for the next block of a tar. */
static la_ssize_t give_block(struct archive *reader, void *context, const void **block)
{
    struct tie_archive *archive = context;
    size_t got = 0, zeros = 0;
    enum tie_status status = TIE_OK;

    TIE_TRY(tie_unpack_read(archive->unpack, archive->block, BLOCK_BYTES, &got, &archive->stream));
    archive->stream_bytes += got;
    TIE_TRY(check_unpacked(archive, archive->member, archive->stream_bytes, &archive->stream));
    while (zeros < got && archive->block[got - 1 - zeros] == '\0')
        zeros++;
    archive->zero_bytes = zeros == got ? archive->zero_bytes + zeros : zeros;
    *block = archive->block;
    return (la_ssize_t)got;
out:
    tie_la.set_error(reader, EIO, "%s", archive->stream.text);
    return -1;
}

/* What went wrong in libarchive; the callback knows better when it was its own. */
static enum tie_status fail_reading(const struct tie_archive *archive, struct tie_error *err)
{
    const char *why = tie_la.error_string(archive->reader);

    if (archive->stream.status != TIE_OK)
        return tie_fail(err, archive->stream.status, "%s", archive->stream.text);
    return tie_fail(err, TIE_DATA, "%s:%s%s can't be read: %s; the archive is damaged or cut short, transfer it again",
        archive->path, archive->member == NULL ? " it" : " member ", archive->member == NULL ? "" : archive->member,
        why == NULL ? "no reason is known" : why);
}

static enum tie_status open_file(struct tie_archive *archive, char head[8], struct tie_error *err)
{
    struct stat info;

    archive->fd = open(archive->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe must not stop us */
    if (archive->fd < 0 || fstat(archive->fd, &info) != 0)
        return tie_fail_os(err, TIE_IO, errno, "open", archive->path);
    if (!S_ISREG(info.st_mode))
        return tie_fail(err, TIE_DATA, "%s is no regular file; an archive must be one", archive->path);
    if (info.st_size == 0)
        return tie_fail(err, TIE_DATA, "%s is empty; an archive was expected, transfer it again", archive->path);
    archive->packed_bytes = (uint64_t)info.st_size;
    if (pread(archive->fd, head, 8, 0) < 0)
        return tie_fail_os(err, TIE_IO, errno, "read", archive->path);
    return TIE_OK;
}

/* The file is none of ours: what it is instead, where its first bytes tell. */
static enum tie_status fail_format(const struct tie_archive *archive, const char head[8], struct tie_error *err)
{
    static const struct {
        const char *magic;
        size_t size;
        const char *what;
    } rows[] = {
        { "7z\xBC\xAF", 4, "is a 7z archive" },
        { "Rar!", 4, "is a RAR archive" },
        { "\xFD"
          "7zXZ",
            5, "is compressed by xz" },
        { "BZh", 3, "is compressed by bzip2" },
    };
    const char *what = "is no archive";

    if (archive->stream.status != TIE_OK)
        return tie_fail(err, archive->stream.status, "%s", archive->stream.text);
    if (archive->is_zip)
        return tie_fail(
            err, TIE_DATA, "%s is a zip without its directory: it was cut short, transfer it again", archive->path);
    if (archive->unpack != NULL && tie_unpack_word(archive->unpack)[0] != '\0')
        return tie_fail(err, TIE_DATA,
            "%s is compressed by %s, but holds no tar archive; zip, tar, tar.gz and tar.zst are read", archive->path,
            tie_unpack_word(archive->unpack));
    for (size_t i = 0; i < TIE_COUNT_OF(rows); i++)
        if (memcmp(head, rows[i].magic, rows[i].size) == 0)
            what = rows[i].what;
    return tie_fail(err, TIE_DATA, "%s %s; zip, tar, tar.gz and tar.zst are read", archive->path, what);
}

static enum tie_status open_reader(struct tie_archive *archive, const char head[8], struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    int code = ARCHIVE_OK;

    TIE_TRY(tie_la_load(err));
    archive->is_zip = memcmp(head, "PK", 2) == 0;
    archive->reader = tie_la.read_new();
    archive->block = malloc(BLOCK_BYTES);
    if (archive->reader == NULL || archive->block == NULL)
        return tie_fail(err, TIE_IO, "cannot read %s: out of memory", archive->path);
    if (archive->is_zip) {
        code = tie_la.read_support_format_zip_seekable(archive->reader);
        if (code == ARCHIVE_OK)
            code = tie_la.read_open_fd(archive->reader, archive->fd, BLOCK_BYTES);
    } else {
        TIE_TRY(tie_unpack_open(archive->fd, archive->path, &archive->unpack, err));
        code = tie_la.read_support_format_tar(archive->reader);
        if (code == ARCHIVE_OK)
            code = tie_la.read_open(archive->reader, archive, NULL, give_block, NULL);
    }
    if (code != ARCHIVE_OK)
        status = fail_format(archive, head, err);
out:
    return status;
}

enum tie_status tie_archive_open(
    const char *path, const struct tie_archive_limits *limits, struct tie_archive **out, struct tie_error *err)
{
    struct tie_archive *const archive = calloc(1, sizeof *archive);
    char head[8] = "";
    enum tie_status status = TIE_OK;

    *out = NULL;
    if (archive == NULL)
        return tie_fail(err, TIE_IO, "cannot read %s: out of memory", path);
    archive->fd = -1;
    archive->limits = *limits;
    if (limits->hint == NULL)
        archive->limits.hint = "";
    if (limits->max_members == 0 || limits->max_members > MEMBERS_MAX)
        archive->limits.max_members = MEMBERS_MAX;
    archive->stream.status = TIE_OK;
    TIE_TRY(tie_arena_init(&archive->arena, ARENA_BYTES, err));
    archive->path = tie_arena_strdup(&archive->arena, path);
    tie_map_init(&archive->by_hash, &archive->arena);
    TIE_TRY(open_file(archive, head, err));
    TIE_TRY(open_reader(archive, head, err));
    *out = archive;
    return TIE_OK;
out:
    tie_archive_close(archive);
    return status;
}

void tie_archive_close(struct tie_archive *archive)
{
    if (archive == NULL)
        return;
    if (archive->reader != NULL)
        (void)tie_la.read_free(archive->reader);
    tie_unpack_close(archive->unpack);
    if (archive->fd >= 0)
        close(archive->fd);
    free(archive->block);
    tie_arena_release(&archive->arena);
    free(archive);
}

/* ---- members ---- */

/* The end of the members: the rest of the file must be read as well, and a tar must have its end mark. */
static enum tie_status reach_end(struct tie_archive *archive, struct tie_error *err)
{
    const void *block = NULL;
    la_ssize_t got = 0;

    archive->member = NULL;
    while (!archive->is_zip && (got = give_block(archive->reader, archive, &block)) > 0)
        continue;
    if (got < 0)
        return fail_reading(archive, err);
    if (!archive->is_zip && archive->zero_bytes < TAR_BLOCK_BYTES)
        return tie_fail(
            err, TIE_DATA, "%s: the tar has no end mark: it was cut short, transfer it again", archive->path);
    archive->at_end = true;
    return TIE_OK;
}

/* Everything that is wrong with an entry before its name is looked at. */
static enum tie_status check_entry(
    struct tie_archive *archive, struct archive_entry *entry, const char *name, struct tie_error *err)
{
    static const struct {
        unsigned type;
        const char *what;
    } types[] = {
        { AE_IFLNK, "is a symbolic link" },
        { AE_IFCHR, "is a device" },
        { AE_IFBLK, "is a device" },
        { AE_IFIFO, "is a pipe" },
        { AE_IFSOCK, "is a socket" },
    };
    const char *what = tie_la.entry_hardlink(entry) != NULL ? "is a hard link" : NULL;
    const unsigned type = tie_la.entry_filetype(entry);

    for (size_t i = 0; i < TIE_COUNT_OF(types); i++)
        if (types[i].type == type)
            what = types[i].what;
    if (what == NULL && type != AE_IFREG && type != AE_IFDIR)
        what = "is neither a file nor a folder";
    if (what != NULL)
        return tie_fail(err, TIE_DATA, "%s: member %s %s; only regular files and folders are allowed", archive->path,
            shown(archive, name), what);
    if (tie_la.entry_is_encrypted(entry) > 0)
        return fail_member(archive, shown(archive, name), "is encrypted; pack it without a password", err);
    return TIE_OK;
}

/* One header: *name stays NULL for a folder. */
static enum tie_status take_entry(struct tie_archive *archive, struct archive_entry *entry, struct tie_error *err)
{
    const char *written = tie_la.entry_pathname_utf8(entry), *trouble = NULL;
    struct tie_text name = { "", 0 };
    bool is_folder = false;
    enum tie_status status = TIE_OK;

    if (written == NULL)
        written = tie_la.entry_pathname(entry);
    if (written == NULL)
        return tie_fail(err, TIE_DATA, "%s: member %" PRIu64 " has a name that is not UTF-8; name it in plain letters",
            archive->path, archive->member_count);
    TIE_TRY(check_entry(archive, entry, written, err));
    is_folder = tie_la.entry_filetype(entry) == AE_IFDIR;
    name = tie_text_of(written);
    while (tie_text_starts(name, "./"))
        name = (struct tie_text){ name.at + 2, name.size - 2 };
    if (is_folder && name.size > 0 && name.at[name.size - 1] == '/')
        name.size--;
    if (is_folder && (name.size == 0 || tie_text_is(name, ".")))
        return TIE_OK; /* tar -C folder . names the folder itself */
    trouble = tie_archive_name_trouble(name);
    if (trouble != NULL)
        return tie_fail(
            err, TIE_DATA, "%s: member \"%s\" has a name that %s", archive->path, shown(archive, written), trouble);
    if (!is_folder)
        TIE_TRY(keep_name(archive, name, err));
out:
    return status;
}

enum tie_status tie_archive_next(struct tie_archive *archive, const char **name, struct tie_error *err)
{
    enum tie_status status = TIE_OK;

    archive->member = NULL;
    archive->member_bytes = 0;
    while (!archive->at_end && archive->member == NULL) {
        struct archive_entry *entry = NULL;
        const int code = tie_la.read_next_header(archive->reader, &entry);

        if (code == ARCHIVE_EOF) {
            TIE_TRY(reach_end(archive, err));
            continue;
        }
        archive->member_count++;
        if (archive->member_count > archive->limits.max_members)
            return tie_fail(err, TIE_DATA, "%s: more than %" PRIu64 " members, which is all that is allowed%s",
                archive->path, archive->limits.max_members, archive->limits.hint);
        if (code == ARCHIVE_WARN && tie_la.entry_pathname(entry) == NULL)
            TIE_TRY(take_entry(archive, entry, err)); /* says what is wrong with the name */
        if (code != ARCHIVE_OK)
            return fail_reading(archive, err);
        TIE_TRY(take_entry(archive, entry, err));
    }
    *name = archive->member;
out:
    return status;
}

enum tie_status tie_archive_find(struct tie_archive *archive, const char *name, struct tie_error *err)
{
    const char *found = NULL;
    struct tie_buf list;
    enum tie_status status = TIE_OK;

    tie_buf_init(&list, 4096);
    do
        TIE_TRY(tie_archive_next(archive, &found, err));
    while (found != NULL && strcmp(found, name) != 0);
    if (found != NULL)
        goto out;
    for (size_t i = 0; i < archive->names.count && i < NAMES_SHOWN; i++)
        tie_buf_printf(&list, "%s%.100s", i == 0 ? "" : ", ", archive->names.at[i]);
    if (archive->names.count > NAMES_SHOWN)
        tie_buf_printf(&list, " and %zu more", archive->names.count - NAMES_SHOWN);
    status = tie_fail(err, TIE_NOINPUT, "%s has no member %s; it holds %s", archive->path, name,
        list.size == 0 ? "no file" : list.at);
out:
    tie_buf_release(&list);
    return status;
}

enum tie_status tie_archive_read(
    struct tie_archive *archive, char *buffer, size_t room, size_t *got, struct tie_error *err)
{
    const struct tie_archive_limits *limits = &archive->limits;
    la_ssize_t size = 0;

    TIE_ASSERT(archive->member != NULL);
    size = tie_la.read_data(archive->reader, buffer, room);
    if (size < 0)
        return fail_reading(archive, err);
    *got = (size_t)size;
    archive->member_bytes += *got;
    archive->total_bytes += *got;
    if (limits->max_member_bytes > 0 && archive->member_bytes > limits->max_member_bytes)
        return tie_fail(err, TIE_DATA, "%s: member %s is longer than %" PRIu64 " bytes, which is all that is allowed%s",
            archive->path, archive->member, limits->max_member_bytes, limits->hint);
    return check_unpacked(archive, archive->member, archive->total_bytes, err);
}

enum tie_status tie_archive_finish(struct tie_archive *archive, struct tie_error *err)
{
    const char *name = NULL;
    enum tie_status status = TIE_OK;

    do
        TIE_TRY(tie_archive_next(archive, &name, err));
    while (name != NULL);
out:
    return status;
}
