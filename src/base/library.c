/*
 * library.c - see library.h.
 *
 * The functions are looked up twice: first whether all are there, then into the table, so that a library that is too
 * old leaves nothing half-filled. Names are bound at once (RTLD_NOW): a library that can't be used is refused here and
 * not in the middle of a run. They stay its own (RTLD_LOCAL), as two libraries may use one name.
 * Rejected: lazy binding by the linker (its time goes into tables of addresses, which it fills in any case), programs
 * of their own for the children (two files to install, and to keep of one version).
 */
#include "tieout/library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

static enum tie_status find_all(const struct tie_library *library, void *handle, struct tie_error *err)
{
    for (size_t i = 0; i < library->count; i++)
        if (dlsym(handle, library->functions[i].name) == NULL)
            return tie_fail(err, TIE_CONFIG, "%s %s has no function %s; install a newer one (Debian: %s)",
                library->what, library->file, library->functions[i].name, library->package);
    return TIE_OK;
}

static enum tie_status load(struct tie_library *library, struct tie_error *err)
{
    void *const handle = dlopen(library->file, RTLD_NOW | RTLD_LOCAL);
    enum tie_status status = TIE_OK;

    if (handle == NULL)
        return tie_fail(err, TIE_CONFIG, "%s can't be loaded: %s; install it (Debian: %s)", library->what, dlerror(),
            library->package);
    TIE_TRY(find_all(library, handle, err));
    for (size_t i = 0; i < library->count; i++) {
        void *const address = dlsym(handle, library->functions[i].name);

        /* POSIX: a pointer of dlsym() may be a function's, but C has no cast for it */
        memcpy((char *)library->table + library->functions[i].at, &address, sizeof address);
    }
    library->is_loaded = true;
out:
    return status;
}

enum tie_status tie_library_load(struct tie_library *library, struct tie_error *err)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    enum tie_status status = TIE_OK;

    TIE_ASSERT(pthread_mutex_lock(&lock) == 0);
    if (!library->is_loaded)
        status = load(library, err);
    TIE_ASSERT(pthread_mutex_unlock(&lock) == 0);
    return status;
}
