/*
 * csv_index.h - where a block of delimited text holds bytes that may mean something. Internal to io/.
 */
#ifndef TIEOUT_IO_CSV_INDEX_H
#define TIEOUT_IO_CSV_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIE_CSV_WINDOW 64 /* bytes behind a block and entries behind its marks that an index may touch */

/* Offsets of all delimiters, quotes, CR and LF of `bytes` in ascending order, then `size` as the last mark; *is_ascii:
 * no byte is above 0x7F. The bytes up to the next multiple of TIE_CSV_WINDOW must be there and be NUL; `marks` has room
 * for `size` + TIE_CSV_WINDOW. Returns the number of marks without the last. */
size_t tie_csv_index(const char *bytes, size_t size, char delimiter, uint32_t *marks, bool *is_ascii);

#endif
