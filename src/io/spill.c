/*
 * spill.c - an arena's pages are written to a file and then mapped from it, at the same addresses.
 *
 * The map is shared: what is written to it goes to the file, so nobody has to know whether a page was spilled, and a
 * page can be given back at any time. What is written lies in the file at the offset that it has in the arena; the
 * page at which the arena ends stays memory, since more will be put into it.
 *
 * Invariant: a page is mapped from the file only after all of it was written; a failure leaves it in memory.
 * Rejected: records in a form of their own (everybody who reads findings would have to decode them), a shared map from
 * the start (a night that fits would be written to the disk all the same), a private one (what is written to becomes
 * memory that nothing gives back: findings are, when they are sorted and judged), swap space (not there on servers that
 * matter, and not ours to ask for).
 */
#include "tieout/spill.h"

#include "tieout/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static const char name_template[] = "/spill.XXXXXX";

void tie_spill_init(struct tie_spill *spill, struct tie_arena *arena, const char *folder, struct tie_trim *trim)
{
    *spill = (struct tie_spill){ .arena = arena, .folder = folder, .fd = -1, .trim = trim };
}

size_t tie_spill_held(const struct tie_spill *spill)
{
    return spill->arena->used_bytes - spill->spilled_bytes;
}

static enum tie_status make_file(struct tie_spill *spill, struct tie_error *err)
{
    struct tie_buf path;

    tie_buf_init(&path, SIZE_MAX);
    tie_buf_text(&path, spill->folder);
    tie_buf_text(&path, name_template);
    if (!path.failed)
        spill->fd = mkostemp(path.at, O_CLOEXEC);
    const int os_error = path.failed ? ENOMEM : errno;
    if (spill->fd >= 0)
        (void)unlink(path.at); /* nobody else needs its name */
    tie_buf_release(&path);
    return spill->fd >= 0 ? TIE_OK : tie_fail_os(err, TIE_CANTCREATE, os_error, "create a file in", spill->folder);
}

static enum tie_status write_range(const struct tie_spill *spill, size_t from, size_t to, struct tie_error *err)
{
    while (from < to) {
        const ssize_t wrote = pwrite(spill->fd, spill->arena->base + from, to - from, (off_t)from);
        if (wrote < 0 && errno != EINTR)
            return tie_fail_os(err, TIE_IO, errno, "write what does not fit into memory to a file in", spill->folder);
        from += wrote > 0 ? (size_t)wrote : 0;
    }
    return TIE_OK;
}

enum tie_status tie_spill_out(struct tie_spill *spill, size_t bytes, struct tie_error *err)
{
    enum tie_status status = TIE_OK;
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t from = spill->spilled_bytes, to = bytes / page * page;
    unsigned char *const base = spill->arena->base;

    TIE_ASSERT(bytes <= spill->arena->used_bytes);
    if (spill->folder == NULL || to <= from)
        return TIE_OK;
    if (spill->fd < 0)
        TIE_TRY(make_file(spill, err));
    TIE_TRY(write_range(spill, from, to, err));
    if (mmap(base + from, to - from, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, spill->fd, (off_t)from) ==
        MAP_FAILED)
        TIE_TRY(tie_fail_os(err, TIE_CONFIG, errno, "map a file in", spill->folder));
    /* a page cache of large folios would map 2 MiB of it for each byte that is read */
    (void)madvise(base + from, to - from, MADV_NOHUGEPAGE);
    spill->spilled_bytes = to;
    tie_trim_add(spill->trim, base, to);
out:
    return status;
}

void tie_spill_close(struct tie_spill *spill)
{
    if (spill->arena == NULL) /* never begun */
        return;
    if (spill->fd >= 0)
        (void)close(spill->fd); /* the map keeps the file */
    spill->fd = -1;
}
