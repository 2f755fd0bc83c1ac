/*
 * tool_copy.c - COPY of some queries to nowhere, over several connections at once: what handing over the rows costs
 * when nobody does anything with them. The floor under any extraction.
 *
 *   tool_copy CONNINFO STREAMS QUERY.sql...
 *
 * A stream takes the next query when it has finished one, so the largest ought to come first. Text format, which
 * costs a server no more than binary. Prints `rows<TAB>N<TAB>` and `bytes<TAB>N<TAB>`.
 */
#include "tieout/status.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STREAMS_MOST 64
#define QUERY_MOST 8192

static struct {
    const char *conninfo;
    char **queries;
    size_t count;
    atomic_size_t next;
    atomic_uint_fast64_t rows, bytes;
    atomic_bool has_failed;
} work;

/* "COPY (<the file without its last semicolon>) TO STDOUT" */
static bool read_query(const char *path, char *sql, size_t room)
{
    size_t size = (size_t)snprintf(sql, room, "COPY (");
    FILE *file = fopen(path, "r");

    if (!file)
        return false;
    size += fread(sql + size, 1, room - size - sizeof(") TO STDOUT"), file);
    fclose(file);
    while (size > 0 && strchr("; \n", sql[size - 1]))
        size--;
    snprintf(sql + size, room - size, ") TO STDOUT");
    return true;
}

static bool copy_one(PGconn *conn, const char *path)
{
    char sql[QUERY_MOST], *row = NULL;
    uint64_t rows = 0, bytes = 0;
    PGresult *result;
    bool is_good;
    int size;

    if (!read_query(path, sql, sizeof(sql))) {
        fprintf(stderr, "tool_copy: %s can't be read\n", path);
        return false;
    }
    result = PQexec(conn, sql);
    is_good = PQresultStatus(result) == PGRES_COPY_OUT;
    PQclear(result);
    while (is_good && (size = PQgetCopyData(conn, &row, 0)) > 0) {
        rows++;
        bytes += (uint64_t)size;
        PQfreemem(row);
    }
    while ((result = PQgetResult(conn)) != NULL) {
        is_good = is_good && PQresultStatus(result) == PGRES_COMMAND_OK;
        PQclear(result);
    }
    if (!is_good)
        fprintf(stderr, "tool_copy: %s: %s", path, PQerrorMessage(conn));
    atomic_fetch_add(&work.rows, rows);
    atomic_fetch_add(&work.bytes, bytes);
    return is_good;
}

static void *stream(void *unused)
{
    PGconn *conn = PQconnectdb(work.conninfo);
    bool is_good = PQstatus(conn) == CONNECTION_OK;
    size_t i;

    (void)unused;
    if (!is_good)
        fprintf(stderr, "tool_copy: %s", PQerrorMessage(conn));
    while (is_good && (i = atomic_fetch_add(&work.next, 1)) < work.count)
        is_good = copy_one(conn, work.queries[i]);
    if (!is_good)
        atomic_store(&work.has_failed, true);
    PQfinish(conn);
    return NULL;
}

int main(int argc, char **argv)
{
    const unsigned long streams = argc > 3 ? strtoul(argv[2], NULL, 10) : 0;
    pthread_t threads[STREAMS_MOST];

    if (streams < 1 || streams > STREAMS_MOST) {
        fprintf(stderr, "usage: tool_copy CONNINFO STREAMS QUERY.sql...\n");
        return 64;
    }
    work.conninfo = argv[1];
    work.queries = argv + 3;
    work.count = (size_t)argc - 3;
    for (size_t i = 0; i < streams; i++)
        if (pthread_create(&threads[i], NULL, stream, NULL) != 0)
            return 71;
    for (size_t i = 0; i < streams; i++)
        pthread_join(threads[i], NULL);
    printf("rows\t%" PRIuFAST64 "\t\nbytes\t%" PRIuFAST64 "\t\n", atomic_load(&work.rows), atomic_load(&work.bytes));
    return atomic_load(&work.has_failed) ? 69 : 0;
}
