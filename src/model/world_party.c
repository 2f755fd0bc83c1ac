/*
 * world_party.c - customers, technicians, places, assets, covers, contracts.
 *
 * A contract's status is what it is today, its dates say what it was on a day: work of last month under a contract
 * that has expired since was covered. So the status decides alone only where the dates that would tell are missing.
 */
#include "world_index.h"

/* The first row of a key without days. */
static const void *row_of(
    const struct tie_world *world, enum tie_world_lookup which, enum tie_dataset dataset, uint32_t key)
{
    const struct tie_lookup *lookup = &world->index->of[which];
    const struct tie_lookup_run run = tie_lookup_id(lookup, key);

    return run.count == 0 ? NULL : tie_world_row(world, dataset, lookup->at[run.first].value);
}

static const void *row_on(
    const struct tie_world *world, enum tie_world_lookup which, enum tie_dataset dataset, uint32_t key, tie_date day)
{
    const struct tie_lookup_row *entry = tie_lookup_on(
        &world->index->of[which], (const uint32_t[TIE_LOOKUP_PARTS]){ key }, day);

    return entry == NULL ? NULL : tie_world_row(world, dataset, entry->value);
}

const struct tie_fsm_customer *tie_world_fsm_customer(const struct tie_world *world, tie_str customer_id)
{
    return row_of(world, TIE_LOOK_FSM_CUSTOMER, TIE_DS_FSM_CUSTOMER, customer_id);
}

const struct tie_customer *tie_world_customer(const struct tie_world *world, tie_str customer_key)
{
    return row_of(world, TIE_LOOK_CUSTOMER, TIE_DS_CUSTOMER, customer_key);
}

const struct tie_technician *tie_world_technician(const struct tie_world *world, tie_str technician_id, tie_date day)
{
    return row_on(world, TIE_LOOK_TECHNICIAN, TIE_DS_TECHNICIAN, technician_id, day);
}

const struct tie_location *tie_world_location(const struct tie_world *world, tie_str location_key)
{
    return row_of(world, TIE_LOOK_LOCATION, TIE_DS_LOCATION, location_key);
}

const struct tie_asset *tie_world_asset(const struct tie_world *world, tie_str asset_id, tie_date day)
{
    return row_on(world, TIE_LOOK_ASSET, TIE_DS_ASSET, asset_id, day);
}

size_t tie_world_covers(const struct tie_world *world, tie_str asset_id, const struct tie_asset_cover *const **covers)
{
    const struct tie_lookup_run run = tie_lookup_id(&world->index->of[TIE_LOOK_COVERS], asset_id);

    *covers = run.count == 0 ? NULL : &world->index->covers[run.first];
    return run.count;
}

const struct tie_asset_cover *tie_world_cover(const struct tie_world *world, tie_str cover_id)
{
    return row_of(world, TIE_LOOK_COVER, TIE_DS_ASSET_COVER, cover_id);
}

const struct tie_contract *tie_world_contract(const struct tie_world *world, tie_str contract_key)
{
    return row_of(world, TIE_LOOK_CONTRACT, TIE_DS_CONTRACT, contract_key);
}

/* What a status says of a day inside start and end: `telling` is the date that moves it into the past, where there is
 * one. */
static bool status_allows(const struct tie_contract *contract)
{
    const struct {
        enum tie_word status;
        tie_date telling;
    } rules[] = {
        { TIE_W_DRAFT, TIE_NO_DATE },
        { TIE_W_SUSPENDED, contract->suspended_from_date },
        { TIE_W_EXPIRED, contract->end_date },
        { TIE_W_CANCELLED, contract->cancelled_date },
    };

    for (size_t i = 0; i < TIE_COUNT_OF(rules); i++)
        if (contract->status == rules[i].status)
            return rules[i].telling != TIE_NO_DATE;
    return true;
}

bool tie_world_contract_runs(const struct tie_world *world, const struct tie_contract *contract, tie_date day)
{
    const tie_date from = contract->suspended_from_date, to = contract->suspended_to_date;

    (void)world;
    if (day == TIE_NO_DATE || !status_allows(contract))
        return false;
    if (day < contract->start_date || (contract->end_date != TIE_NO_DATE && day > contract->end_date))
        return false;
    if (contract->cancelled_date != TIE_NO_DATE && day > contract->cancelled_date)
        return false;
    return from == TIE_NO_DATE || day < from || (to != TIE_NO_DATE && day > to);
}

size_t tie_world_contract_lines(
    const struct tie_world *world, tie_str contract_key, const struct tie_contract_line *const **lines)
{
    const struct tie_lookup_run run = tie_lookup_id(&world->index->of[TIE_LOOK_LINES], contract_key);

    *lines = run.count == 0 ? NULL : &world->index->lines[run.first];
    return run.count;
}

size_t tie_world_customer_contracts(
    const struct tie_world *world, tie_str customer_key, tie_date day, const struct tie_contract **out, size_t room)
{
    const struct tie_lookup *lookup = &world->index->of[TIE_LOOK_CUSTOMER_CONTRACTS];
    const struct tie_lookup_run run = tie_lookup_id(lookup, customer_key);
    size_t found = 0;

    for (uint32_t i = run.first; i < run.first + run.count; i++) {
        const struct tie_contract *contract = tie_world_row(world, TIE_DS_CONTRACT, lookup->at[i].value);

        if (!tie_world_contract_runs(world, contract, day))
            continue;
        if (found < room)
            out[found] = contract;
        found++;
    }
    return found;
}

/* ---- what is known of a customer beforehand ---- */

void tie_world_learn_customers(struct tie_keys *keys, const struct tie_world *world, struct tie_id_facts *facts)
{
    const struct tie_fsm_customer *served = TIE_ROWS(world->tables, FSM_CUSTOMER, fsm_customer);
    const struct tie_customer *customers = TIE_ROWS(world->tables, CUSTOMER, customer);
    const struct tie_contract *contracts = TIE_ROWS(world->tables, CONTRACT, contract);
    const struct tie_price *prices = TIE_ROWS(world->tables, PRICE, price);

    for (size_t i = 0; i < world->tables[TIE_DS_FSM_CUSTOMER].count; i++)
        if (served[i].bill_to_id != 0)
            facts[served[i].customer_id].has |= TIE_HAS_BILL_TO;
    for (size_t i = 0; i < world->tables[TIE_DS_CUSTOMER].count; i++) {
        const bool pays_itself = customers[i].payer_id == 0 || customers[i].payer_id == customers[i].customer_id;
        const unsigned has = (pays_itself ? 0U : TIE_HAS_PAYER) |
            (customers[i].billing_calendar != 0 ? TIE_HAS_CALENDAR : 0U);

        if (has != 0)
            facts[tie_key_erp(keys, TIE_XREF_CUSTOMER, customers[i].customer_id)].has |= (uint16_t)has;
    }
    for (size_t i = 0; i < world->tables[TIE_DS_CONTRACT].count; i++)
        facts[tie_key_erp(keys, TIE_XREF_CUSTOMER, contracts[i].customer_id)].has |= TIE_HAS_CONTRACTS;
    for (size_t i = 0; i < world->tables[TIE_DS_PRICE].count; i++)
        if (prices[i].customer_id != 0)
            facts[tie_key_erp(keys, TIE_XREF_CUSTOMER, prices[i].customer_id)].has |= TIE_HAS_PRICES;
}
