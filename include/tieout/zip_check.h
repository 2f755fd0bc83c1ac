/*
 * zip_check.h - does a zip hold what its writer believes it wrote?
 *
 * For spreadsheets made by a library that does not notice a full disk: every member below a folder of the archive is
 * read back, its checksum is verified, and the rows and cells of its sheet XML are counted. A member is whole when
 * it begins with an XML declaration and ends with the closing tag of a worksheet.
 *
 * Errors: no file TIE_NOINPUT, no zip or a wrong checksum TIE_DATA; both name the path. Order: as in the archive.
 * Ownership: names lie in the arena given. Threads: no shared state.
 */
#ifndef TIEOUT_ZIP_CHECK_H
#define TIEOUT_ZIP_CHECK_H

#include "tieout/arena.h"

struct tie_zip_sheet {
    const char *name;     /* of the member: "xl/worksheets/sheet1.xml" */
    uint64_t rows, cells; /* <row and <c elements */
    bool is_whole;
};

struct tie_zip_sheets {
    struct tie_zip_sheet *at;
    size_t count, room;
};

/* `folder`: prefix of member names, "xl/worksheets/". Members in folders below it are left out. */
TIE_MUST_CHECK enum tie_status tie_zip_count_sheets(struct tie_arena *arena, const char *path, const char *folder,
    struct tie_zip_sheets *sheets, struct tie_error *err);

#endif
