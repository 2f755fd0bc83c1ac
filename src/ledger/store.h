/* store.h - between the files of ledger/: the open state.db and a few wrappers around SQLite. */
#ifndef TIEOUT_LEDGER_STORE_H
#define TIEOUT_LEDGER_STORE_H

#include "tieout/file.h"
#include "tieout/json.h"
#include "tieout/ledger.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

struct tie_ledger {
    struct tie_arena arena; /* of paths, for the life of the ledger */
    struct tie_ledger_place place;
    const char *database_path, *ledger_path, *runs_folder;
    sqlite3 *db; /* an empty database in memory when read_only and no state.db is there */
    tie_date last_as_of;
    bool is_begun;              /* the transaction of a run is open */
    pthread_mutex_t begin_lock; /* held by tie_ledger_begin, and for good by who gives up */
    atomic_bool is_given_up;
    tie_date judged_as_of; /* of the last tie_ledger_judge, which the planning of exports goes by */
    struct {
        const struct tie_finding *at;
        size_t count;
        struct tie_finding **sorted;
    } judged; /* the findings of it in the order of their ids, in its arena */
};

/* Prepares, or TIE_DATA with SQLite's words. */
TIE_MUST_CHECK enum tie_status ledger_prepare(
    const struct tie_ledger *ledger, const char *sql, sqlite3_stmt **statement, struct tie_error *err);
/* One step: *has_row tells SQLITE_ROW from SQLITE_DONE. */
TIE_MUST_CHECK enum tie_status ledger_step(
    const struct tie_ledger *ledger, sqlite3_stmt *statement, bool *has_row, struct tie_error *err);
/* A step that gives no row, then reset: for writes. */
TIE_MUST_CHECK enum tie_status ledger_do(
    const struct tie_ledger *ledger, sqlite3_stmt *statement, struct tie_error *err);
TIE_MUST_CHECK enum tie_status ledger_exec(const struct tie_ledger *ledger, const char *sql, struct tie_error *err);
/* One transaction around many statements that only read: SQLite locks the file and looks at it once, not once a
 * statement. Ending it is harmless when it has not begun. */
TIE_MUST_CHECK enum tie_status ledger_begin_reading(const struct tie_ledger *ledger, struct tie_error *err);
void ledger_end_reading(const struct tie_ledger *ledger);
/* NULL binds NULL. Borrowed: the text must stand until the statement has run, is bound anew or finalized. */
void ledger_bind_text(sqlite3_stmt *statement, int at, const char *text);
void ledger_bind_day(sqlite3_stmt *statement, int at, tie_date day);                   /* TIE_NO_DATE binds NULL */
const char *ledger_text(struct tie_arena *arena, sqlite3_stmt *statement, int column); /* "" for NULL */
tie_date ledger_day(sqlite3_stmt *statement, int column);

/* walk.c: findings in the order of their ids, and rows in that order beside them: one pass instead of a question a
 * finding. They are sorted when they are judged; later steps of the same findings find them sorted. */
struct tie_finding **ledger_sort(
    struct tie_ledger *ledger, struct tie_arena *arena, const struct tie_findings *findings);
struct tie_finding **ledger_by_id(
    const struct tie_ledger *ledger, struct tie_arena *arena, const struct tie_findings *findings);
/* Of the list sorted by id: what is read soon. */
void ledger_fetch_ahead(struct tie_finding *const *sorted, size_t count, size_t at, bool with_texts);
struct ledger_walk {
    const struct tie_ledger *ledger;
    sqlite3_stmt *rows; /* column 0 is the finding_id, and ORDER BY begins with it */
    const char *id;     /* of the row at hand; NULL behind the last */
};
/* Prepares. The caller binds, goes to the first row with _next and finalizes `rows`. */
TIE_MUST_CHECK enum tie_status ledger_walk_start(
    const struct tie_ledger *ledger, const char *sql, struct ledger_walk *walk, struct tie_error *err);
TIE_MUST_CHECK enum tie_status ledger_walk_next(struct ledger_walk *walk, struct tie_error *err);
/* Goes to the first row that does not stand before `id`; *found: it is of that id. */
TIE_MUST_CHECK enum tie_status ledger_walk_to(
    struct ledger_walk *walk, const char *id, bool *found, struct tie_error *err);

/* emission.c: a finding as it was emitted, and back. Round trip is exact but for status, first_seen and
 * correction_id, which are columns of their own. */
void ledger_emission_put(struct tie_buf *out, const struct tie_finding *finding); /* compact, keys sorted */
TIE_MUST_CHECK enum tie_status ledger_emission_read(
    struct tie_arena *arena, struct tie_text json, struct tie_finding *finding, struct tie_error *err);

/* transaction.c: writes a run into the state and commits it, or leaves the state as it was; goes on from
 * tie_ledger_begin, or begins itself. _take_back ends what was begun, if anything was. */
void ledger_take_back(struct tie_ledger *ledger);
TIE_MUST_CHECK enum tie_status ledger_write_run(
    struct tie_ledger *ledger, const struct tie_commit *commit, struct tie_arena *arena, struct tie_error *err);

/* commit.c */
void ledger_step_done(int step); /* calls tie_ledger_step_hook */
TIE_MUST_CHECK enum tie_status ledger_recover(struct tie_ledger *ledger, struct tie_error *err);

#endif
