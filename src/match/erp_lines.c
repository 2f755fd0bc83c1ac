/*
 * erp_lines.c - movement, billing, contract ledger and claim rows in common terms.
 *
 * Which rows count is a table for movements (class, then status) and for documents (status, kind). A cancelled
 * invoice goes out together with the document that cancels it, whichever of the two the ERP marks; an invoice that
 * stays released and is reversed by a second document is netted instead (net.c).
 *
 * Rows that name no known order and were posted before the window belong to orders that the store no longer
 * delivers: out of scope.
 * Issues to a cost centre, and such old ones, may still be what P4 and P9 look for; they stay candidates while
 * excluded.
 */
#include "parts.h"

/* In a dossier with orders, a row without one came there by a reference that it carries. */
static bool is_before_window(const struct tie_match *match, const struct tie_line *line)
{
    return !match->dossier->is_known && line->posting_day != TIE_NO_DATE &&
        line->posting_day < match->world->window_start;
}

/* Reasons that lie in the order or in the date, for rows of the ERP. */
static inline enum tie_exclusion common_reason(const struct tie_match *match, const struct tie_line *line)
{
    const enum tie_exclusion order = tie_match_order_reason(match, line->order);

    if (order != TIE_EXCLUDED_NONE)
        return order;
    if (line->posting_day != TIE_NO_DATE && line->posting_day > match->world->as_of)
        return TIE_EXCLUDED_AFTER_AS_OF;
    return TIE_EXCLUDED_NONE;
}

/* What the search for originals (refs.c) need not look through when nobody names one. */
static void note_reversal(struct tie_match *match, enum tie_leg leg, tie_str document)
{
    match->work->reversals |= (document != 0 ? 1u : 0u) << leg;
}

/* What is not looked for where no row names a usage or time line: by the ids that it could name one by, or'ed. */
static void note_name(struct tie_match *match, tie_str any)
{
    match->work->names_line |= any != 0;
}

/* ---- movements ---- */

static enum tie_exclusion movement_reason(
    const struct tie_match *match, const struct tie_line *line, const struct tie_movement *row)
{
    enum { NO_CONSUMPTION, OF_ORDER, OF_COST_CENTRE };
    static const unsigned char consumptions[TIE_WORD_COUNT] = {
        [TIE_W_ISSUE_WO] = OF_ORDER,
        [TIE_W_RETURN_WO] = OF_ORDER,
        [TIE_W_ISSUE_CC] = OF_COST_CENTRE,
        [TIE_W_RETURN_CC] = OF_COST_CENTRE,
    };
    const unsigned char consumption = consumptions[row->movement_class];
    enum tie_exclusion common;

    if (consumption == NO_CONSUMPTION)
        return TIE_EXCLUDED_NOT_CONSUMPTION;
    if (row->status == TIE_W_DRAFT || row->status == TIE_W_ERROR)
        return TIE_EXCLUDED_NOT_POSTED;
    if (row->status == TIE_W_CANCELLED)
        return TIE_EXCLUDED_CANCELLED;
    common = common_reason(match, line);
    if (common != TIE_EXCLUDED_NONE)
        return common;
    if (consumption == OF_COST_CENTRE && !match->world->policy->cost_centre_counts)
        return TIE_EXCLUDED_COST_CENTRE;
    return is_before_window(match, line) ? TIE_EXCLUDED_OUT_OF_SCOPE : TIE_EXCLUDED_NONE;
}

static bool is_candidate_class(
    const struct tie_match *match, const struct tie_line *line, const struct tie_movement *row)
{
    if (match->dossier->is_known || line->quantity <= 0 || row->reverses_mov_id != 0)
        return false;
    if (row->movement_class != TIE_W_ISSUE_WO && row->movement_class != TIE_W_ISSUE_CC)
        return false;
    return line->excluded == TIE_EXCLUDED_NONE || line->excluded == TIE_EXCLUDED_OUT_OF_SCOPE ||
        line->excluded == TIE_EXCLUDED_COST_CENTRE;
}

/* Most movements of a dossier are at the place of the one before. */
static tie_str location_key(const struct tie_match *match, tie_str id)
{
    struct tie_match_work *work = match->work;

    if (work->last_location.id != id) {
        work->last_location.id = id;
        work->last_location.key = tie_key_erp(match->keys, TIE_XREF_LOCATION, id);
    }
    return work->last_location.key;
}

static void add_movement(struct tie_match *match, uint32_t index, const struct tie_movement *row)
{
    struct tie_match_work *work = match->work;
    const struct tie_new_line new = tie_match_new_line(match, TIE_LEG_MOVEMENT, index, row);
    struct tie_line *line = new.line;

    line->order = tie_match_order_of_ref(match, row->row.order_ref);
    line->item = tie_key_erp(match->keys, TIE_XREF_ITEM, row->item_id);
    line->serial = work->use_serial ? row->serial_no : 0;
    line->lot = work->use_lot ? row->lot_no : 0;
    if (work->use_owner && row->owner != TIE_W_EMPTY)
        line->owner = (enum tie_word)row->owner;
    if (work->use_condition && row->item_condition != TIE_W_EMPTY)
        line->condition = (enum tie_word)row->item_condition;
    line->location = location_key(match, row->quantity < 0 ? row->to_location_id : row->from_location_id);
    line->technician = row->entered_by;
    line->currency = row->currency;
    line->quantity = row->base_quantity != TIE_NONE
        ? row->base_quantity
        : tie_match_to_base(match, TIE_SIDE_ERP, line, row->quantity, row->uom);
    line->amount = row->cost_amount;
    line->posting_day = row->posting_date;
    line->day = row->doc_date != TIE_NO_DATE ? row->doc_date : row->posting_date;
    line->excluded = movement_reason(match, line, row);
    note_reversal(match, TIE_LEG_MOVEMENT, row->reverses_mov_id);
    note_name(match, row->usage_ref | row->external_id);
    new.origin->kind = TIE_GROUP_PART;
    new.origin->has_item = true;
    new.origin->is_candidate = is_candidate_class(match, line, row);
}

/* ---- billing ---- */

static enum tie_word line_word(const struct tie_match *match, const struct tie_invoice_line *row, tie_str item_key)
{
    if (row->line_kind != TIE_W_EMPTY)
        return (enum tie_word)row->line_kind;
    if (row->time_ref != 0)
        return TIE_W_LABOUR;
    if (row->usage_ref != 0 || row->mov_id != 0)
        return TIE_W_PART;
    if (row->sales_item_id == 0)
        return TIE_W_CHARGE;
    return tie_world_is_service(match->world, item_key) ? TIE_W_LABOUR : TIE_W_PART;
}

static enum tie_group_kind kind_of_word(enum tie_word word)
{
    static const struct {
        enum tie_word word;
        enum tie_group_kind kind;
    } kinds[] = { { TIE_W_PART, TIE_GROUP_PART }, { TIE_W_LABOUR, TIE_GROUP_LABOUR },
        { TIE_W_TRAVEL, TIE_GROUP_LABOUR } };

    for (size_t i = 0; i < TIE_COUNT_OF(kinds); i++)
        if (word == kinds[i].word)
            return kinds[i].kind;
    return TIE_GROUP_CHARGE;
}

/* A sales item that stands for a trip or a call-out, by sales_map: that word; else 0. */
static tie_str charge_word(const struct tie_match *match, tie_str sold_key)
{
    const tie_str *used = NULL;
    const size_t count = tie_world_used_for(match->world, sold_key, &used);

    for (size_t i = 0; i < count; i++) {
        const struct tie_text text = tie_pool_text(&match->shard->pool, used[i]);

        if (tie_text_is(text, "trip") || tie_text_is(text, "callout"))
            return used[i];
    }
    return 0;
}

/* Hours of a labour line into minutes. A labour item kept in another unit, a flat fee by the piece say, counts as
 * hours. */
static tie_dec to_minutes(const struct tie_match *match, struct tie_line *line, const struct tie_invoice_line *row)
{
    const struct tie_item *item = tie_world_item(match->world, line->item);
    const struct tie_pool *pool = &match->shard->pool;
    const struct tie_text base = item == NULL ? TIE_TEXT("h") : tie_pool_text(pool, item->base_uom);
    int64_t num = 1, den = 1;
    tie_dec minutes = row->quantity;

    if (row->uom == 0 || !tie_key_unit(match->keys, TIE_SIDE_ERP, line->item, row->uom, &num, &den))
        line->unit_unknown = row->uom != 0;
    if (row->uom != 0 && tie_text_is(tie_pool_text(pool, row->uom), "min")) { /* says what it is, whatever the base */
        line->unit_unknown = false;
        return row->quantity;
    }
    if (!tie_text_is(base, "h") && !tie_text_is(base, "min"))
        line->unit_unknown = row->uom == 0 || !tie_text_is(tie_pool_text(pool, row->uom), "h");
    if (!tie_dec_muldiv(row->quantity, tie_text_is(base, "min") ? num : num * 60, den, &minutes))
        line->unit_unknown = true;
    return minutes;
}

static bool is_service(const struct tie_invoice_line *row)
{
    return row->row.order_ref != 0 || row->usage_ref != 0 || row->time_ref != 0 || row->expense_ref != 0 ||
        row->mov_id != 0 || row->cancels_inv_id != 0;
}

static inline const struct tie_invoice *invoice_of(const struct tie_match *match, tie_str inv_id)
{
    const uint32_t index = inv_id == 0 ? TIE_NO_INDEX : tie_match_ids_find(&match->work->invoices, inv_id);

    return index == TIE_NO_INDEX ? NULL : &TIE_OF(match->shard, match->dossier, INVOICE, invoice)[index];
}

static bool is_cancelled(
    const struct tie_match *match, const struct tie_invoice_line *row, const struct tie_invoice *invoice)
{
    const struct tie_invoice *by_header = invoice_of(match, invoice->cancels_inv_id);
    const struct tie_invoice *by_line = invoice_of(match, row->cancels_inv_id);

    return invoice->status == TIE_W_CANCELLED || (by_header != NULL && by_header->status == TIE_W_CANCELLED) ||
        (by_line != NULL && by_line->status == TIE_W_CANCELLED);
}

static enum tie_exclusion billing_reason(const struct tie_match *match, const struct tie_line *line,
    const struct tie_invoice_line *row, const struct tie_invoice *invoice)
{
    enum tie_exclusion common;

    if (invoice == NULL)
        return TIE_EXCLUDED_PARENT_REJECTED;
    if (is_cancelled(match, row, invoice))
        return TIE_EXCLUDED_CANCELLED;
    if ((invoice->status != TIE_W_RELEASED && invoice->status != TIE_W_PAID) || invoice->kind == TIE_W_PROFORMA ||
        invoice->kind == TIE_W_INTERCOMPANY)
        return TIE_EXCLUDED_NOT_BILLED;
    if (row->line_kind == TIE_W_TEXT)
        return TIE_EXCLUDED_TEXT_LINE;
    if (!is_service(row))
        return TIE_EXCLUDED_NOT_SERVICE;
    common = common_reason(match, line);
    if (common != TIE_EXCLUDED_NONE)
        return common;
    return is_before_window(match, line) ? TIE_EXCLUDED_OUT_OF_SCOPE : TIE_EXCLUDED_NONE;
}

/* Lines and headers are sorted by the same id, so most lines have the header of the line before, or the next. */
static inline const struct tie_invoice *header_of(struct tie_match *match, tie_str inv_id)
{
    const struct tie_match_ids *ids = &match->work->invoices;
    uint32_t *const last = &match->work->last_invoice;

    for (uint32_t i = *last; inv_id != 0 && i < ids->count && i <= *last + 1; i++)
        if (ids->at[i] == inv_id) {
            *last = i;
            return &TIE_OF(match->shard, match->dossier, INVOICE, invoice)[i];
        }
    return invoice_of(match, inv_id);
}

static void add_billing(struct tie_match *match, uint32_t index, const struct tie_invoice_line *row)
{
    const struct tie_new_line new = tie_match_new_line(match, TIE_LEG_BILLING, index, row);
    struct tie_line *line = new.line;
    const struct tie_invoice *invoice = header_of(match, row->inv_id);
    tie_str word;

    line->order = tie_match_order_of_ref(match, row->row.order_ref);
    line->item = tie_key_erp(match->keys, TIE_XREF_ITEM, row->sales_item_id);
    new.origin->word = line_word(match, row, line->item);
    new.origin->kind = kind_of_word(new.origin->word);
    new.origin->has_item = line->item != 0;
    word = new.origin->kind == TIE_GROUP_PART || line->item == 0 || row->time_ref != 0 ? 0
                                                                                       : charge_word(match, line->item);
    if (word != 0)
        new.origin->kind = TIE_GROUP_CHARGE;
    line->quantity = new.origin->kind == TIE_GROUP_LABOUR ? to_minutes(match, line, row)
        : line->item != 0 ? tie_match_to_base(match, TIE_SIDE_ERP, line, row->quantity, row->uom)
                          : row->quantity;
    if (word != 0)
        line->item = word;
    else if (line->item == 0)
        line->item = tie_key_word(match->keys, new.origin->word);
    if (match->work->use_billing_condition && row->item_condition != TIE_W_EMPTY)
        line->condition = (enum tie_word)row->item_condition;
    line->amount = row->net_amount;
    note_reversal(match, TIE_LEG_BILLING, row->cancels_inv_id);
    note_name(match, row->usage_ref | row->time_ref);
    match->work->names_movement |= row->mov_id != 0;
    match->work->has_lump |= row->line_kind == TIE_W_FIXED || row->billing_group != 0;
    match->work->has_expense |= row->expense_ref != 0;
    match->work->has_no_part |= new.origin->kind != TIE_GROUP_PART;
    if (invoice != NULL) {
        note_reversal(match, TIE_LEG_BILLING, invoice->cancels_inv_id);
        note_reversal(match, TIE_LEG_BILLING, invoice->corrects_inv_id);
        line->currency = invoice->currency;
        line->posting_day = invoice->posting_date;
        line->day = invoice->doc_date != TIE_NO_DATE ? invoice->doc_date : invoice->posting_date;
    }
    new.origin->invoice = invoice;
    new.origin->is_free = row->net_amount == 0 && row->quantity != 0;
    line->excluded = billing_reason(match, line, row, invoice);
    match->work->has_cancelled |= line->excluded == TIE_EXCLUDED_CANCELLED;
}

/* ---- contract ledger and claims: only rows that can be an outcome become lines ---- */

static void add_ledger(struct tie_match *match, uint32_t index, const struct tie_contract_ledger *row)
{
    const struct tie_contract *contract;
    struct tie_line *line;

    if (row->kind != TIE_W_DEBIT && row->kind != TIE_W_CREDIT)
        return;
    line = tie_match_new_line(match, TIE_LEG_LEDGER, index, row).line;
    note_reversal(match, TIE_LEG_LEDGER, row->reverses_entry_id);
    note_name(match, row->usage_ref | row->time_ref);
    line->order = tie_match_order_of_ref(match, row->row.order_ref);
    line->quantity = row->quantity == TIE_NONE ? 0 : row->quantity;
    line->amount = row->amount;
    contract = tie_world_contract(match->world, tie_key_erp(match->keys, TIE_XREF_CONTRACT, row->contract_id));
    line->currency = contract == NULL ? 0 : contract->currency;
    line->day = line->posting_day = row->posting_date;
    line->excluded = common_reason(match, line);
    if (line->excluded == TIE_EXCLUDED_NONE && is_before_window(match, line))
        line->excluded = TIE_EXCLUDED_OUT_OF_SCOPE;
}

static bool is_no_outcome(const struct tie_claim *row)
{
    return row->status == TIE_W_DRAFT || row->status == TIE_W_REVERSED || row->status == TIE_W_CANCELLED;
}

static void add_claim(struct tie_match *match, uint32_t index, const struct tie_claim *row)
{
    const struct tie_new_line new = tie_match_new_line(match, TIE_LEG_CLAIM, index, row);
    struct tie_line *line = new.line;

    line->order = tie_match_order_of_ref(match, row->row.order_ref);
    line->item = tie_key_erp(match->keys, TIE_XREF_ITEM, row->item_id);
    if (match->work->use_condition && row->item_condition != TIE_W_EMPTY &&
        TIE_DELIVERED(match->world->delivery, CLAIM, claim, item_condition))
        line->condition = (enum tie_word)row->item_condition;
    line->quantity = row->quantity == TIE_NONE ? 0 : row->quantity;
    line->amount = tie_match_fit((tie_sum)row->parts_amount +
        (row->labour_amount == TIE_NONE ? 0 : row->labour_amount) +
        (row->other_amount == TIE_NONE ? 0 : row->other_amount));
    line->currency = row->currency;
    line->day = line->posting_day = row->filed_date;
    new.origin->has_item = line->item != 0;
    note_reversal(match, TIE_LEG_CLAIM, row->reverses_claim_id);
    note_name(match, row->usage_ref | row->time_ref);
    line->excluded = common_reason(match, line);
    if (line->excluded == TIE_EXCLUDED_NONE && is_before_window(match, line))
        line->excluded = TIE_EXCLUDED_OUT_OF_SCOPE;
}

/* A claim that is no outcome is no line; neither is the row that reverses it, which would count twice. */
static void add_claims(struct tie_match *match)
{
    const struct tie_claim *rows = TIE_OF(match->shard, match->dossier, CLAIM, claim);
    const uint32_t count = match->dossier->ranges[TIE_DS_CLAIM].count;
    struct tie_match_ids *ids = &match->work->claims;

    for (uint32_t i = 0; i < count; i++)
        ids->at[ids->count++] = rows[i].claim_id;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t original = tie_match_ids_find(ids, rows[i].reverses_claim_id);

        if (!is_no_outcome(&rows[i]) && (original == TIE_NO_INDEX || !is_no_outcome(&rows[original])))
            add_claim(match, match->dossier->ranges[TIE_DS_CLAIM].first + i, &rows[i]);
    }
}

void tie_match_erp_lines(struct tie_match *match)
{
    struct tie_match_ids *ids = &match->work->invoices;
    const struct tie_movement *movements = TIE_OF(match->shard, match->dossier, MOVEMENT, movement);
    const struct tie_invoice *invoices = TIE_OF(match->shard, match->dossier, INVOICE, invoice);
    const struct tie_invoice_line *billing = TIE_OF(match->shard, match->dossier, INVOICE_LINE, invoice_line);
    const struct tie_contract_ledger *ledger = TIE_OF(match->shard, match->dossier, CONTRACT_LEDGER, contract_ledger);

    for (uint32_t i = 0; i < TIE_OF_COUNT(match->dossier, INVOICE); i++)
        ids->at[ids->count++] = invoices[i].inv_id;
    for (uint32_t i = 0; i < TIE_OF_COUNT(match->dossier, MOVEMENT); i++)
        add_movement(match, match->dossier->ranges[TIE_DS_MOVEMENT].first + i, &movements[i]);
    for (uint32_t i = 0; i < TIE_OF_COUNT(match->dossier, INVOICE_LINE); i++)
        add_billing(match, match->dossier->ranges[TIE_DS_INVOICE_LINE].first + i, &billing[i]);
    for (uint32_t i = 0; i < TIE_OF_COUNT(match->dossier, CONTRACT_LEDGER); i++)
        add_ledger(match, match->dossier->ranges[TIE_DS_CONTRACT_LEDGER].first + i, &ledger[i]);
    add_claims(match);
}
