/*
 * tool_company.c - writes the demo company: OUTDIR/fsm.sql, OUTDIR/erp.sql and OUTDIR/answer.csv.
 *
 *   tool_company OUTDIR [--orders N] [--seed S]
 *
 * Same options, same bytes. Load fsm.sql with psql after sql/fsm/demo/schema.sql, erp.sql with sqlite3 after
 * sql/erp/demo/schema.sql; compare a run with answer.csv by tool_score.
 */
#include "company/company.h"

#include <errno.h>

#define DEFAULT_ORDERS 5800 /* with plants and history about 6,300 */
#define DEFAULT_SEED 2026
#define FEWEST_ORDERS 100
#define MOST_ORDERS 200000

static int complain(const char *what)
{
    fprintf(stderr, "tool_company: %s\nusage: tool_company OUTDIR [--orders N] [--seed S]\n", what);
    return 64;
}

static bool write_file(
    const struct company *c, const char *folder, const char *name, void (*write_it)(const struct company *c, FILE *out))
{
    char path[4096];
    const int size = snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = size > 0 && (size_t)size < sizeof path ? fopen(path, "w") : NULL;

    if (!out) {
        fprintf(stderr, "tool_company: can't write %s/%s: %s\n", folder, name, strerror(errno));
        return false;
    }
    write_it(c, out);
    const bool is_bad = ferror(out) != 0;

    if (fclose(out) != 0 || is_bad) {
        fprintf(stderr, "tool_company: writing %s failed: %s\n", path, strerror(errno));
        return false;
    }
    return true;
}

static void make_company(struct company *c, size_t orders)
{
    make_master(c);
    make_background(c);
    make_clean_orders(c, orders);
    run_plants(c, innocent_table, innocent_count);
    run_plants(c, stock_plants, stock_plant_count);
    run_plants(c, billing_plants, billing_plant_count);
    run_plants(c, cover_plants, cover_plant_count);
    run_plants(c, field_plants, field_plant_count);
    run_plants(c, late_plants, late_plant_count);
    run_plants(c, posting_plants, posting_plant_count);
}

int main(int argc, char **argv)
{
    struct company c;
    int64_t orders = DEFAULT_ORDERS, seed = DEFAULT_SEED;
    const char *folder = argc > 1 ? argv[1] : NULL;

    if (!folder || folder[0] == '-' || argc % 2)
        return complain("a folder, then pairs of option and number, are expected");
    for (int i = 2; i + 1 < argc; i += 2) {
        int64_t *option = strcmp(argv[i], "--orders") == 0 ? &orders : strcmp(argv[i], "--seed") == 0 ? &seed : NULL;

        if (!option || !tie_int_from_text(tie_text_of(argv[i + 1]), option))
            return complain("--orders and --seed take a whole number");
    }
    if (orders < FEWEST_ORDERS || orders > MOST_ORDERS)
        return complain("--orders is 100 to 200000: the innocent look-alikes need clean orders to stand among");
    if (!company_init(&c, (uint64_t)seed))
        return 70;
    make_company(&c, (size_t)orders);
    const bool done = write_file(&c, folder, "fsm.sql", write_fsm) && write_file(&c, folder, "erp.sql", write_erp) &&
        write_file(&c, folder, "answer.csv", write_answer);

    if (done)
        fprintf(stderr, "tool_company: %zu orders, %zu findings to be found\n", c.order_count, c.findings.count);
    company_release(&c);
    return done ? 0 : 74;
}
