/*
 * tool_duckdb.c - runs SQL scripts in DuckDB, within this process, and says how long each took.
 *
 *   tool_duckdb LIBRARY [--database FILE] [--threads N] [--memory SIZE] SCRIPT...
 *
 * LIBRARY is libduckdb.so as its npm package brings it (duckdb.sh fetches it): no Node.js, no extension, no command
 * line program in between. Without --database everything is in memory. SIZE is DuckDB's memory_limit ("700MB"). File
 * names in the scripts are relative to the working directory. Prints the version, then for each script, without
 * folder and ending, `script<TAB>seconds<TAB>s` and `script_cpu<TAB>seconds<TAB>s`, the latter of all threads.
 *
 * The library is opened at run time, so that building needs neither it nor its header. What is declared here is the
 * part of DuckDB's C API that is used, as its documentation describes it (duckdb.org/docs/stable/clients/c/api); all
 * of it has been stable since version 0.3. A result is opaque to us: room for it is all that counts.
 */
#include "tieout/log.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define SCRIPT_MOST ((size_t)1 << 16)

typedef void *duckdb_database, *duckdb_connection, *duckdb_config;
typedef struct {
    void *room[8]; /* six words in this version of the API; two more do no harm */
} duckdb_result;

static struct {
    const char *(*library_version)(void);
    int (*create_config)(duckdb_config *config);
    int (*set_config)(duckdb_config config, const char *name, const char *value);
    int (*open_ext)(const char *path, duckdb_database *database, duckdb_config config, char **error);
    int (*connect)(duckdb_database database, duckdb_connection *connection);
    int (*query)(duckdb_connection connection, const char *sql, duckdb_result *result);
    const char *(*result_error)(duckdb_result *result);
    void (*destroy_result)(duckdb_result *result);
    void (*disconnect)(duckdb_connection *connection);
    void (*close)(duckdb_database *database);
    void (*destroy_config)(duckdb_config *config);
} duckdb;

static const struct {
    const char *name;
    void *at; /* a member of `duckdb` */
} symbols[] = {
    { "duckdb_library_version", &duckdb.library_version },
    { "duckdb_create_config", &duckdb.create_config },
    { "duckdb_set_config", &duckdb.set_config },
    { "duckdb_open_ext", &duckdb.open_ext },
    { "duckdb_connect", &duckdb.connect },
    { "duckdb_query", &duckdb.query },
    { "duckdb_result_error", &duckdb.result_error },
    { "duckdb_destroy_result", &duckdb.destroy_result },
    { "duckdb_disconnect", &duckdb.disconnect },
    { "duckdb_close", &duckdb.close },
    { "duckdb_destroy_config", &duckdb.destroy_config },
};

static bool load_library(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);

    if (!library) {
        fprintf(stderr, "tool_duckdb: %s\n", dlerror());
        return false;
    }
    for (size_t i = 0; i < TIE_COUNT_OF(symbols); i++) {
        void *symbol = dlsym(library, symbols[i].name);

        if (!symbol) {
            fprintf(stderr, "tool_duckdb: %s has no %s: not a DuckDB of this age\n", path, symbols[i].name);
            return false;
        }
        memcpy(symbols[i].at, &symbol, sizeof(symbol)); /* ISO C knows no cast from object to function */
    }
    return true;
}

static double cpu_s(void)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
        (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static bool run_script(duckdb_connection connection, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strchr(name, '.');
    const int name_size = (int)(dot ? (size_t)(dot - name) : strlen(name));
    const double cpu_started_s = cpu_s();
    static char sql[SCRIPT_MOST];
    duckdb_result result;
    int64_t started_us;
    FILE *file = fopen(path, "r");
    size_t size;
    bool is_good;

    if (!file) {
        fprintf(stderr, "tool_duckdb: %s can't be read\n", path);
        return false;
    }
    size = fread(sql, 1, sizeof(sql), file);
    fclose(file);
    if (size == sizeof(sql)) {
        fprintf(stderr, "tool_duckdb: %s is longer than %zu bytes\n", path, SCRIPT_MOST - 1);
        return false;
    }
    sql[size] = '\0';
    started_us = tie_clock_us();
    is_good = duckdb.query(connection, sql, &result) == 0;
    if (!is_good)
        fprintf(stderr, "tool_duckdb: %s: %s\n", path, duckdb.result_error(&result));
    duckdb.destroy_result(&result);
    if (is_good)
        printf("%.*s\t%.3f\ts\n%.*s_cpu\t%.3f\ts\n", name_size, name, (double)(tie_clock_us() - started_us) / 1e6,
            name_size, name, cpu_s() - cpu_started_s);
    return is_good;
}

static int usage(void)
{
    fprintf(stderr, "usage: tool_duckdb LIBRARY [--database FILE] [--threads N] [--memory SIZE] SCRIPT...\n");
    return 64;
}

/* Options before the scripts; returns the index of the first script, 0 when an option is wrong. */
static int take_options(int argc, char **argv, duckdb_config config, const char **path)
{
    static const struct {
        const char *option, *setting;
    } options[] = { { "--threads", "threads" }, { "--memory", "memory_limit" } };
    int i = 2;

    for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
        bool is_known = strcmp(argv[i], "--database") == 0;

        if (is_known)
            *path = argv[i + 1];
        for (size_t o = 0; o < TIE_COUNT_OF(options); o++)
            if (strcmp(argv[i], options[o].option) == 0)
                is_known = duckdb.set_config(config, options[o].setting, argv[i + 1]) == 0;
        if (!is_known)
            return 0;
    }
    return i < argc ? i : 0;
}

int main(int argc, char **argv)
{
    duckdb_connection connection = NULL;
    duckdb_database database = NULL;
    duckdb_config config = NULL;
    const char *path = NULL;
    char *error = NULL;
    int first, code = 1;

    if (argc < 3)
        return usage();
    if (!load_library(argv[1]) || duckdb.create_config(&config) != 0)
        return 69;
    first = take_options(argc, argv, config, &path);
    if (first == 0)
        return usage();
    if (duckdb.open_ext(path, &database, config, &error) != 0 || duckdb.connect(database, &connection) != 0) {
        fprintf(stderr, "tool_duckdb: %s: %s\n", path ? path : "memory", error ? error : "no connection");
        return 69;
    }
    printf("version\t%s\t\n", duckdb.library_version());
    while (first < argc && run_script(connection, argv[first]))
        first++;
    code = first < argc ? 65 : 0;
    duckdb.disconnect(&connection);
    duckdb.close(&database);
    duckdb.destroy_config(&config);
    return code;
}
