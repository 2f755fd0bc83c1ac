/*
 * workbook_library.c - libxlsxwriter, loaded when it is needed (library.h).
 *
 * libxlsxwriter brings libcrypto, and moving that to its place takes the loader longer than all other libraries of the
 * program. Who links it as well must export rewind() (LDFLAGS in the Makefile, workbook_stream.c).
 */
#include "workbook_library.h"

#include "tieout/library.h"

struct tie_lxw tie_lxw;

static const struct tie_library_function functions[] = {
#define TIE_LXW_ROW(name) { #name, offsetof(struct tie_lxw, name) },
    TIE_LXW_FUNCTIONS(TIE_LXW_ROW)
#undef TIE_LXW_ROW
};

enum tie_status tie_lxw_load(struct tie_error *err)
{
    static struct tie_library libxlsxwriter = {
        .file = "libxlsxwriter.so.4", /* its number since version 1.1 */
        .what = "libxlsxwriter",
        .package = "libxlsxwriter4",
        .functions = functions,
        .count = TIE_COUNT_OF(functions),
        .table = &tie_lxw,
    };

    return tie_library_load(&libxlsxwriter, err);
}
