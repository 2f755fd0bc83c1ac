/*
 * replay.c - gives a target every file of its kept corpus, in order of names. No fuzzer is needed, so what was found
 * once is asked again with every compiler. The name of each file is printed before it is tried: a crash names it.
 *
 * Usage: replay_<target> [file...]   (from the top folder; default: all of tests/fuzz/corpus/<target>)
 */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void replay(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = NULL;
    long size = 0;

    (void)printf("# %s\n", path);
    (void)fflush(stdout);
    FUZZ_HOLDS(file != NULL && fseek(file, 0, SEEK_END) == 0);
    size = ftell(file);
    FUZZ_HOLDS(size >= 0);
    rewind(file);
    bytes = malloc(size > 0 ? (size_t)size : 1); /* of its exact size: a sanitizer sees a read past the end */
    FUZZ_HOLDS(bytes != NULL && fread(bytes, 1, (size_t)size, file) == (size_t)size);
    (void)fclose(file);
    (void)LLVMFuzzerTestOneInput(bytes, (size_t)size);
    free(bytes);
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
    const char *name = strrchr(argv[0], '/'), *target = strstr(name == NULL ? argv[0] : name, "replay_");
    struct dirent **entries = NULL;
    char folder[256], path[512];
    int count = 0;

    for (int i = 1; i < argc; i++)
        replay(argv[i]);
    if (argc > 1)
        return 0;
    FUZZ_HOLDS(target != NULL);
    (void)snprintf(folder, sizeof folder, "tests/fuzz/corpus/%s", target + strlen("replay_"));
    (void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    count = scandir(folder, &entries, is_shown, alphasort);
    for (int i = 0; i < count; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        replay(path);
        free(entries[i]);
    }
    free(entries);
    (void)printf("%s 1 - %d files of %s\n", count > 0 ? "ok" : "not ok", count, folder);
    return count > 0 ? 0 : 1;
}
