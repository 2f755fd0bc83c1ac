/*
 * files.h - names of the files of a `files` source, as text: placeholders, kinds of places, delimiters. The disk is
 * not asked, so all of it is judged when the job is read. Internal to source/.
 */
#ifndef TIEOUT_SOURCE_FILES_H
#define TIEOUT_SOURCE_FILES_H

#include "tieout/source.h"

enum tie_files_kind { TIE_FILES_FOLDER, TIE_FILES_ARCHIVE, TIE_FILES_SINGLE };

#define TIE_FILES_PATH_ENDINGS ".zip, .tar, .tar.gz, .tgz, .tar.zst, .tzst, .csv, .tsv, .tab, .psv, .txt"

/* What `path` names, by its ending; what has no known ending is a folder. */
enum tie_files_kind tie_files_kind_of(const char *path);
/* By the ending of the name (.csv, .tsv, .tab, .psv), or 0 when it doesn't tell. */
char tie_files_delimiter(const char *name);
/* What is wrong with the braces in a path or name ("{asof} is no placeholder; ..."), or NULL. */
const char *tie_files_brace_trouble(struct tie_arena *arena, const char *text);
/* {as_of} becomes YYYY-MM-DD. */
const char *tie_files_dated(struct tie_arena *arena, const char *text, tie_date as_of);
/* The plan of a child that reads files: dates are put in, `file` is never NULL, and query_path and control_path say
 * where a file is ("/srv/drop.zip: price.csv"), for messages. */
void tie_files_prepare(struct tie_arena *arena, struct tie_extract_plan *plan);
/* Size of a prepared part's file; 0 where it is a member of an archive, or can't be told. */
uint64_t tie_files_bytes(const struct tie_part_spec *part);

#endif
