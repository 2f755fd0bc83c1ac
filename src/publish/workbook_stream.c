/*
 * workbook_stream.c - did the temporary files of the workbook's library take what was written into them?
 *
 * libxlsxwriter writes each part of a book into a temporary file with stdio, rewinds it and packs what it reads back.
 * It looks at no result on the way, so bytes that a full disk refused are missing in the middle of a part, often one
 * that still reads as a whole. stdio remembers the failure in the stream, until rewind(3) clears it: so rewind is
 * ours. A function that the program exports (LDFLAGS in the Makefile) comes before the C library's, for the library as
 * well. What it does is what POSIX says, and before that it looks.
 *
 * Per thread, between stream_watch() and stream_lost(). Rejected: judging the parts (a lost block of text between two
 * tags leaves a well-formed file); space asked for before (done too, but a disk may also fail, or others fill it).
 */
#include "workbook.h"

#include <stdio.h>

static _Thread_local bool is_lost;

void stream_watch(void)
{
    is_lost = false;
}

bool stream_lost(void)
{
    return is_lost;
}

/* The header's name is reserved. NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
void rewind(FILE *stream)
{
    if (fflush(stream) != 0 || ferror(stream) != 0 || fseek(stream, 0, SEEK_SET) != 0)
        is_lost = true;
    clearerr(stream);
}
