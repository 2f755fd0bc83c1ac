/*
 * tool_core.c - the reconcile phase alone: opens a bundle, reconciles its frames N times, says how long each took and
 * what was found. Under callgrind (--toggle-collect=tie_pipeline_reconcile) it counts the instructions of the phase.
 * Where valgrind's header was there when this was built, --instr-atstart=no makes callgrind slow in the phase only.
 *
 *   tool_core BUNDLE [REPEATS [THREADS [MIB]]]
 */
#include "tieout/bundle.h"

#include "tieout/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__has_include) && __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_START_INSTRUMENTATION (void)0
#define CALLGRIND_STOP_INSTRUMENTATION (void)0
#endif

static int fail(const struct tie_error *err)
{
    fprintf(stderr, "tool_core: %s\n", err->text);
    return 70;
}

int main(int argc, char **argv)
{
    const int repeats = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 1;
    struct tie_bundle bundle = { 0 };
    struct tie_arena arena = { 0 };
    struct tie_error err = { 0 };
    enum tie_status status;

    if (argc < 2 || repeats < 1) {
        fprintf(stderr, "usage: tool_core BUNDLE [REPEATS [THREADS [MIB]]]\n");
        return 64;
    }
    if (tie_arena_init(&arena, (size_t)16 << 30, &err) != TIE_OK ||
        tie_bundle_open(&arena, argv[1], NULL, &bundle, &err) != TIE_OK)
        return fail(&err);
    if (argc > 3)
        bundle.line.job->threads = (unsigned)strtoul(argv[3], NULL, 10);
    if (argc > 4)
        bundle.line.job->memory_bytes = (uint64_t)strtoull(argv[4], NULL, 10) << 20;
    for (int i = 0; i < repeats; i++) {
        const int64_t started_us = tie_clock_us();

        CALLGRIND_START_INSTRUMENTATION;
        status = tie_pipeline_reconcile(&bundle.line, &err);
        CALLGRIND_STOP_INSTRUMENTATION;
        if (status != TIE_OK)
            return fail(&err);
        printf("%.3f s, %" PRIu64 " dossiers, %zu findings\n", (double)(tie_clock_us() - started_us) / 1e6,
            bundle.line.reconciled.dossiers, bundle.line.reconciled.findings.count);
        if (i + 1 < repeats)
            tie_reconciled_release(&bundle.line.reconciled);
    }
    tie_bundle_close(&bundle);
    tie_arena_release(&arena);
    return 0;
}
