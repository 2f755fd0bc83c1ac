/*
 * test_deal.c - invoice headers in the shards of their lines: each where it is wanted, as it was, in its order.
 *
 * A store has documents in two parts that deliver different columns, and lines that name orders. Which shards a header
 * belongs to is asked of the lines by brute force; what was dealt is read out of the frames that hold it, cell by cell.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../../../src/model/frame_format.h"

#define DOCUMENTS_MAX 6000u
#define SHARDS_MAX 64u
#define MEMORY ((size_t)16 << 20)
#define TIGHT ((size_t)512 << 10) /* chunks of few rows, written long before the end, by one thread */

enum { PART_ALL = 1, PART_FEW = 2 }; /* what they deliver */

struct company {
    const char *why;
    unsigned documents, orders;
    unsigned lines; /* of document i: i % (lines + 1), of the first document `first_lines` */
    unsigned first_lines;
    unsigned twice; /* so many documents are in both parts */
};

static const struct company companies[] = {
    { "none to several lines", 3000, 400, 3, 0, 0 },
    { "one line each", 500, 40, 1, 1, 0 },
    { "no document has a line", 300, 40, 0, 0, 0 },
    { "a collective invoice of more orders than a chunk has rows", 20, 5000, 1, 5000, 0 },
    { "the same ids in both parts", 200, 40, 2, 1, 50 },
    { "one document alone", 1, 40, 1, 2, 0 },
};

struct store {
    char folder[64];
    char paths[3][96];
    struct tie_frame *at[3];
    struct tie_frames frames;
};

static struct tie_arena arena;

static int setup(void **state)
{
    (void)state;
    assert_int_equal(tie_arena_init(&arena, (size_t)64 << 20, NULL), TIE_OK);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    tie_arena_release(&arena);
    return 0;
}

/* ---- what the rows say ---- */

static struct tie_text name_document(char out[32], unsigned document)
{
    (void)snprintf(out, 32, "document %u", document);
    return tie_text_of(out);
}

static unsigned lines_of(const struct company *company, unsigned document)
{
    return document == 0 ? company->first_lines : document % (company->lines + 1);
}

static struct tie_text name_order(const struct company *company, char out[32], unsigned document, unsigned line)
{
    (void)snprintf(out, 32, "%u", (document * 7 + line) % company->orders);
    return tie_text_of(out);
}

static bool is_in_part(const struct company *company, unsigned document, uint32_t part)
{
    return document < company->twice || (document % 2 == 0 ? PART_ALL : PART_FEW) == part;
}

/* Some text or number that no other cell has, as far as its type goes. */
static struct tie_cell make_cell(
    const struct tie_dataset_info *info, size_t column, unsigned document, uint32_t part, char text[64])
{
    const unsigned number = document * 40 + (unsigned)column + part * 7;
    const enum tie_type type = info->columns[column].type;
    struct tie_cell cell = { .number = number };

    if (info->columns[column].key == TIE_KEY_PK)
        cell.text = name_document(text, document);
    else if (tie_type_is_text(type)) /* short, long or empty */
        cell.text = (struct tie_text){ text,
            (size_t)snprintf(text, 64, "%u %.*s", number, (int)(number % 30), "as long as it takes to be long") };
    if (number % 11 == 0 || strcmp(info->columns[column].name, "cancels_inv_id") == 0) /* no line is to follow */
        cell = (struct tie_cell){ .text = info->columns[column].key == TIE_KEY_PK ? cell.text : TIE_TEXT(""),
            .number = TIE_NONE };
    if (type == TIE_TYPE_WORD || type == TIE_TYPE_BOOL)
        cell.number = number % (type == TIE_TYPE_BOOL ? 2 : TIE_WORD_COUNT);
    return cell;
}

/* ---- frames of them ---- */

static struct tie_frame_writer *begin(struct store *store, enum tie_dataset dataset, uint32_t part, bool few)
{
    const struct tie_dataset_info *const info = tie_dataset(dataset);
    char *const path = store->paths[store->frames.count];
    bool delivered[TIE_COLUMN_MAX] = { false };
    char folder[sizeof store->folder];
    struct tie_frame_writer *writer = NULL;

    for (size_t c = 0; c < info->column_count; c++)
        delivered[c] = !few || info->columns[c].key == TIE_KEY_PK || c % 3 == 0;
    memcpy(folder, store->folder, sizeof folder);
    const struct tie_frame_spec spec = { .dataset = dataset,
        .part = part,
        .shard_count = store->frames.shard_count,
        .delivered = delivered,
        .memory_bytes = 1 << 20 };
    (void)snprintf(path, sizeof store->paths[0], "%s/%zu.frame", folder, store->frames.count);
    assert_int_equal(tie_frame_create(path, &spec, &writer, NULL), TIE_OK);
    return writer;
}

static void end(struct store *store, struct tie_frame_writer *writer)
{
    struct tie_frame_seal seal;

    assert_int_equal(tie_frame_seal(writer, &seal, NULL), TIE_OK);
    assert_int_equal(tie_frame_open(store->paths[store->frames.count], &store->at[store->frames.count], NULL), TIE_OK);
    store->frames.count++;
}

static void write_headers(struct store *store, const struct company *company, uint32_t part)
{
    const struct tie_dataset_info *const info = tie_dataset(TIE_DS_INVOICE);
    struct tie_frame_writer *const writer = begin(store, TIE_DS_INVOICE, part, part == PART_FEW);

    for (unsigned d = 0; d < company->documents; d++) {
        struct tie_cell cells[TIE_COLUMN_MAX] = { 0 };
        char texts[TIE_COLUMN_MAX][64];
        for (size_t c = 0; c < info->column_count; c++)
            cells[c] = make_cell(info, c, d, part, texts[c]);
        if (is_in_part(company, d, part))
            assert_int_equal(tie_frame_add(writer, d + 1, TIE_TEXT(""), cells, NULL), TIE_OK);
    }
    end(store, writer);
}

static void write_lines(struct store *store, const struct company *company)
{
    const struct tie_dataset_info *const info = tie_dataset(TIE_DS_INVOICE_LINE);
    const int id = tie_column_find(info, TIE_TEXT("inv_id")), line_no = tie_column_find(info, TIE_TEXT("line_no"));
    struct tie_frame_writer *const writer = begin(store, TIE_DS_INVOICE_LINE, 0, true);

    for (unsigned d = 0; d < company->documents; d++)
        for (unsigned l = 0; l < lines_of(company, d); l++) {
            struct tie_cell cells[TIE_COLUMN_MAX] = { 0 };
            char document[32], order[32];
            for (size_t c = 0; c < info->column_count; c++)
                cells[c].number = tie_type_bytes(info->columns[c].type) == 1 ? 0 : TIE_NONE;
            cells[id].text = name_document(document, d);
            cells[line_no].number = l + 1;
            assert_int_equal(
                tie_frame_add(writer, d * 10000 + l, name_order(company, order, d, l), cells, NULL), TIE_OK);
        }
    end(store, writer);
}

static void make_store(struct store *store, const struct company *company, unsigned shard_count)
{
    *store = (struct store){ .frames = { .shard_count = shard_count } };
    store->frames.at = store->at;
    (void)snprintf(store->folder, sizeof store->folder, "/tmp/tieout-deal-XXXXXX");
    assert_non_null(mkdtemp(store->folder));
    write_headers(store, company, PART_ALL);
    write_lines(store, company);
    write_headers(store, company, PART_FEW);
}

static unsigned files_in(const char *folder)
{
    DIR *const dir = opendir(folder);
    unsigned count = 0;

    assert_non_null(dir);
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;)
        count += entry->d_name[0] != '.';
    (void)closedir(dir);
    return count;
}

static void remove_files(const struct store *store)
{
    for (size_t f = 0; f < store->frames.count; f++)
        (void)unlink(store->paths[f]);
    (void)rmdir(store->folder);
}

static void release_store(struct store *store)
{
    remove_files(store);
    for (size_t f = 0; f < store->frames.count; f++)
        tie_frame_close(store->at[f]);
}

/* ---- what was dealt ---- */

static unsigned char wanted[SHARDS_MAX + 1][DOCUMENTS_MAX]; /* how often; taken down by what is found */

static void ask_lines(const struct company *company, unsigned shard_count)
{
    memset(wanted, 0, sizeof wanted);
    for (unsigned d = 0; d < company->documents; d++)
        for (unsigned l = 0; l < lines_of(company, d); l++) {
            char order[32];
            const uint64_t hash = tie_hash_text(name_order(company, order, d, l));
            wanted[tie_shard_of_hash(hash, shard_count)][d] = d < company->twice ? 2 : 1;
        }
}

static void expect_row(struct tie_chunk *chunk, uint32_t row, unsigned document, const char *why)
{
    const struct tie_dataset_info *const info = chunk->frame->info;
    const uint32_t part = chunk->frame->header.part;

    assert_int_equal(tie_chunk_order(chunk, row), 0);
    assert_int_equal(part, chunk->frame->delivered[1] ? PART_ALL : PART_FEW);
    for (size_t c = 0; c < info->column_count; c++) {
        char text[64];
        const struct tie_cell cell = make_cell(info, c, document, part, text);
        if (!chunk->frame->delivered[c]) {
            assert_null(chunk->column[c]);
        } else if (tie_type_is_text(info->columns[c].type)) {
            const struct tie_text got = tie_chunk_dict(chunk, tie_chunk_id(chunk, c, row));
            if (!tie_text_equal(got, cell.text))
                fail_msg("%s: document %u, %s: '%.*s', wanted '%.*s'", why, document, info->columns[c].name,
                    (int)got.size, got.at, (int)cell.text.size, cell.text.at);
        } else {
            assert_int_equal(tie_chunk_number(chunk, c, row), cell.number);
        }
    }
}

/* All that was dealt to a shard, in the order in which it is read: that of the frames, and of the rows in them. */
static void expect_shard(const struct tie_frames *dealt, unsigned shard, const char *why)
{
    uint64_t last = 0;

    for (size_t f = 0; f < dealt->count; f++)
        for (size_t c = dealt->at[f]->shard_first[shard]; c < dealt->at[f]->shard_first[shard + 1]; c++) {
            struct tie_chunk chunk;
            assert_int_equal(tie_chunk_open(dealt->at[f], c, &chunk, NULL), TIE_OK);
            for (uint32_t row = 0; row < chunk.rows; row++) {
                const unsigned document = chunk.source_row[row] - 1;
                const uint64_t place = (uint64_t)tie_frame_part(dealt->at[f]) << 32 | chunk.source_row[row];
                assert_true(place > last);
                last = place;
                assert_true(document < DOCUMENTS_MAX);
                if (wanted[shard][document]-- == 0)
                    fail_msg("%s: document %u was dealt to shard %u", why, document, shard);
                expect_row(&chunk, row, document, why);
            }
            assert_int_equal(tie_chunk_check(&chunk, NULL), TIE_OK);
        }
}

static void expect_dealt(const struct tie_frames *dealt, const struct company *company, unsigned shard_count)
{
    ask_lines(company, shard_count);
    for (unsigned s = 0; s <= shard_count; s++) {
        expect_shard(dealt, s, company->why);
        for (unsigned d = 0; d < DOCUMENTS_MAX; d++)
            if (wanted[s][d] != 0)
                fail_msg("%s: document %u is missing in shard %u of %u", company->why, d, s, shard_count);
    }
}

static void test_dealt(void **state)
{
    static const unsigned shards[] = { 1, 7, SHARDS_MAX }, threads[] = { 1, 2, 5 };
    static const size_t memory[] = { MEMORY, TIGHT };

    (void)state;
    for (size_t i = 0; i < TIE_COUNT_OF(companies); i++)
        for (size_t s = 0; s < TIE_COUNT_OF(shards); s++) {
            struct store store;
            make_store(&store, &companies[i], shards[s]);
            for (size_t t = 0; t < TIE_COUNT_OF(threads) * TIE_COUNT_OF(memory); t++) {
                struct tie_homes *homes = NULL;
                struct tie_error error;
                if (tie_homes_find(&store.frames, memory[t % 2], threads[t / 2], &homes, &error) != TIE_OK)
                    fail_msg("%s: %s", companies[i].why, error.text);
                assert_int_equal(files_in(store.folder), 3); /* nothing that had to be removed */
                expect_dealt(tie_homes_frames(homes), &companies[i], shards[s]);
                tie_homes_free(homes);
            }
            release_store(&store);
        }
    assert_int_equal(tie_homes_frames(NULL)->count, 0);
}

/* ---- what is loaded of it ---- */

struct counted {
    size_t dossiers, headers;
};

static void load_slice(const struct store *store, const struct tie_homes *homes, struct tie_slice slice,
    const struct tie_roots *roots, struct counted *counted)
{
    const struct tie_arena_mark mark = tie_arena_mark(&arena);
    struct tie_shard shard;
    struct tie_pool base;
    bool fits = false;

    tie_pool_init(&base, &arena, NULL);
    assert_int_equal(
        tie_shard_load_roots(&arena, &store->frames, homes, &base, slice, roots, &shard, &fits, NULL), TIE_OK);
    assert_true(fits);
    for (size_t d = 0; d < shard.dossier_count; d++) {
        const size_t lines = TIE_OF_COUNT(&shard.dossiers[d], INVOICE_LINE);
        const size_t headers = TIE_OF_COUNT(&shard.dossiers[d], INVOICE);
        const struct tie_invoice *const header = TIE_OF(&shard, &shard.dossiers[d], INVOICE, invoice);
        counted->dossiers++;
        counted->headers += headers;
        if (shard.dossiers[d].root == 0)
            continue;
        assert_true(lines > 0 && headers > 0);
        for (size_t h = 0; h < headers; h++) {
            char text[64];
            const unsigned document = header[h].row.source_row - 1;
            assert_true(tie_text_equal(tie_pool_text(&shard.pool, header[h].inv_id), name_document(text, document)));
        }
    }
    tie_arena_back_to(&arena, mark);
}

/* Every order of the collective invoice has its header, whole, in slices, and when it alone is asked for. */
static void test_collective(void **state)
{
    const struct company *const company = &companies[3];
    static const unsigned shards[] = { 1, 3 };

    (void)state;
    assert_true(company->orders > TIE_CHUNK_ROWS_MAX);
    for (size_t s = 0; s < TIE_COUNT_OF(shards); s++) {
        struct store store;
        struct tie_homes *homes = NULL;
        struct tie_roots roots;
        make_store(&store, company, shards[s]);
        assert_int_equal(tie_homes_find(&store.frames, MEMORY, 2, &homes, NULL), TIE_OK);
        tie_arena_reset(&arena);
        tie_roots_init(&roots, &arena);
        for (unsigned order = 0; order < 5; order++) {
            char text[32];
            tie_roots_add(&roots, name_order(company, text, 0, order * 900));
        }
        struct counted whole = { 0 }, sliced = { 0 }, asked = { 0 };
        for (unsigned i = 0; i <= shards[s]; i++) {
            load_slice(&store, homes, (struct tie_slice){ i, 0, 0 }, NULL, &whole);
            load_slice(&store, homes, (struct tie_slice){ i, 0, 0 }, &roots, &asked);
            for (unsigned slice = 0; slice < 4; slice++)
                load_slice(&store, homes, (struct tie_slice){ i, 2, slice }, NULL, &sliced);
        }
        assert_true(whole.headers >= company->orders);
        assert_int_equal(whole.headers, sliced.headers);
        assert_int_equal(asked.dossiers, 5);
        assert_in_range(asked.headers, 5, 6);
        tie_homes_free(homes);
        release_store(&store);
    }
}

/* ---- what may fail ---- */

static unsigned open_files(void)
{
    return files_in("/proc/self/fd");
}

static void test_no_folder(void **state)
{
    struct store store;
    struct tie_homes *homes = NULL;
    struct tie_error error;

    (void)state;
    make_store(&store, &companies[0], 7);
    remove_files(&store); /* mapped, they stay readable */
    const unsigned files = open_files();
    assert_int_equal(tie_homes_find(&store.frames, MEMORY, 2, &homes, &error), TIE_CANTCREATE);
    assert_non_null(strstr(error.text, store.paths[0]));
    assert_null(homes);
    assert_int_equal(open_files(), files);
    release_store(&store);
}

static void test_full_disk(void **state)
{
    struct store store;
    struct tie_homes *homes = NULL;
    struct tie_error error;
    struct rlimit before;

    (void)state;
    make_store(&store, &companies[0], 7);
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    const unsigned files = open_files();
    for (rlim_t limit = 100; limit < 20000; limit += 6000) { /* in the chunks, in the index */
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){ limit, before.rlim_max }), 0);
        const enum tie_status status = tie_homes_find(&store.frames, TIGHT, 2, &homes, &error);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        assert_int_equal(status, TIE_IO);
        assert_int_equal(files_in(store.folder), 3);
        assert_int_equal(open_files(), files);
    }
    assert_int_equal(tie_homes_find(&store.frames, MEMORY, 2, &homes, &error), TIE_OK);
    tie_homes_free(homes);
    release_store(&store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dealt),
        cmocka_unit_test(test_collective),
        cmocka_unit_test(test_no_folder),
        cmocka_unit_test(test_full_disk),
    };

    return cmocka_run_group_tests_name("model/deal", tests, setup, teardown);
}
