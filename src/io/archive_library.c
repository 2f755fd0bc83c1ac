/*
 * archive_library.c - libarchive, loaded when it is needed (library.h).
 *
 * libarchive brings libxml2, which brings ICU and the C++ library: nearly half of what the loader does for the whole
 * program, for archives that most children and commands never open.
 */
#include "archive_library.h"

#include "tieout/library.h"

struct tie_la tie_la;

static const struct tie_library_function functions[] = {
#define TIE_LA_ROW(name) { "archive_" #name, offsetof(struct tie_la, name) },
    TIE_LA_FUNCTIONS(TIE_LA_ROW)
#undef TIE_LA_ROW
};

enum tie_status tie_la_load(struct tie_error *err)
{
    static struct tie_library libarchive = {
        .file = "libarchive.so.13", /* its number since libarchive 3.0 */
        .what = "libarchive",
        .package = "libarchive13",
        .functions = functions,
        .count = TIE_COUNT_OF(functions),
        .table = &tie_la,
    };

    return tie_library_load(&libarchive, err);
}
