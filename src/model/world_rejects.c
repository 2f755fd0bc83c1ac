/*
 * world_rejects.c - orders and invoices that a rejected row named: binary search in two short sorted lists.
 *
 * A row that could not be read is missing from its order, so a gap there may be the row itself. The lists hold texts,
 * not ids of a pool: an order that only the rejected row names need not stand in any pool. Rejected: a flag on the
 * orders at load, since the rows of an order may come from a source that knows nothing of the rejected one.
 */
#include "tieout/world.h"

#include <stdlib.h>
#include <string.h>

static int by_text(const void *key, const void *entry)
{
    return strcmp(key, ((const struct tie_reject_ref *)entry)->text);
}

static const struct tie_reject_ref *find(const struct tie_reject_ref *refs, size_t count, const char *text)
{
    return count == 0 || text[0] == '\0' ? NULL : bsearch(text, refs, count, sizeof *refs, by_text);
}

bool tie_world_has_reject(const struct tie_world *world, const char *order_ref, enum tie_dataset *dataset)
{
    const struct tie_reject_ref *ref = find(world->rejects.orders, world->rejects.order_count, order_ref);

    if (ref != NULL)
        *dataset = ref->dataset;
    return ref != NULL;
}

bool tie_world_has_rejected_invoice(const struct tie_world *world, const char *inv_id)
{
    return find(world->rejects.invoices, world->rejects.invoice_count, inv_id) != NULL;
}
