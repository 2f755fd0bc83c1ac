/*
 * signals.c - the thread that waits for SIGTERM and SIGINT.
 *
 * A handler could do next to nothing safely; a waiting thread may take locks and remove folders. Other threads may
 * still be writing into those folders, so no new folder is made any more, and removal is repeated until all are gone:
 * without its folder no file comes back. What can't be removed is removed by the next start, under the lock. The state
 * may be written meanwhile, too (run.c): its transaction is taken back, so that no journal stays beside it.
 */
#include "signals.h"

#include "tieout/file.h"
#include "tieout/log.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { FOLDERS = 4, FOLDER_BYTES = 4096, LOOKS_MAX = 40 };

static pthread_mutex_t folder_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t commit_lock = PTHREAD_MUTEX_INITIALIZER;
static bool is_settled;                     /* under commit_lock: the run is being kept or ends by itself */
static char folders[FOLDERS][FOLDER_BYTES]; /* under folder_lock, as the next */
static struct tie_ledger *state;

static bool is_removed(const char *folder)
{
    const enum tie_status removed = tie_tree_remove(folder, NULL);

    (void)removed; /* a file that came meanwhile: the look tells */
    return tie_path_kind(folder) == TIE_ENTRY_NONE;
}

static void remove_folders(void)
{
    const struct timespec nap = { .tv_nsec = 10000000 }; /* 10 ms */

    tie_folders_are_final();
    for (int look = 0; look < LOOKS_MAX; look++) {
        bool are_gone = true;

        for (unsigned i = 0; i < FOLDERS; i++)
            are_gone &= folders[i][0] == '\0' || is_removed(folders[i]);
        if (are_gone)
            return;
        (void)nanosleep(&nap, NULL);
    }
}

TIE_NORETURN static void *wait_for_signal(void *set)
{
    for (;;) {
        int signal_number = 0;
        const char *name = NULL;

        while (sigwait(set, &signal_number) != 0) {
        }
        name = signal_number == SIGINT ? "SIGINT" : "SIGTERM";
        (void)pthread_mutex_lock(&commit_lock); /* a commit that has begun is finished first */
        if (!is_settled) {
            (void)pthread_mutex_lock(&folder_lock);
            tie_log_progress_end();
            tie_log(TIE_LOG_ERROR, "ended by %s; nothing of this run is kept, the last state stands", name);
            if (state != NULL)
                tie_ledger_give_up(state);
            remove_folders();
            _exit(128 + signal_number);
        }
        (void)pthread_mutex_unlock(&commit_lock);
        tie_log(TIE_LOG_WARNING, "%s came too late: the run is kept or has failed, and ends by itself", name);
    }
}

enum tie_status run_signals_start(struct tie_error *err)
{
    static sigset_t set;
    pthread_t thread;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0 || pthread_create(&thread, NULL, wait_for_signal, &set) != 0)
        return tie_fail(err, TIE_CONFIG,
            "cannot start the thread that waits for signals; raise the limit on processes or memory (ulimit -u, -v)");
    (void)pthread_detach(thread);
    return TIE_OK;
}

void run_signals_remove(unsigned slot, const char *folder)
{
    TIE_ASSERT(slot < FOLDERS);
    (void)pthread_mutex_lock(&folder_lock);
    (void)snprintf(folders[slot], FOLDER_BYTES, "%s", folder == NULL ? "" : folder);
    (void)pthread_mutex_unlock(&folder_lock);
}

void run_signals_give_up(struct tie_ledger *ledger)
{
    (void)pthread_mutex_lock(&folder_lock);
    state = ledger;
    (void)pthread_mutex_unlock(&folder_lock);
}

void run_signals_commit_begin(void)
{
    (void)pthread_mutex_lock(&commit_lock);
    is_settled = true;
}

void run_signals_commit_end(void)
{
    (void)pthread_mutex_unlock(&commit_lock);
}

void run_signals_settle(void)
{
    run_signals_commit_begin(); /* an ending thread never gives the lock back */
    run_signals_commit_end();
}
