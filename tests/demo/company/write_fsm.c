/*
 * write_fsm.c - the field-service store as COPY text, one function a table, columns in the order of its COPY statement.
 */
#include "company.h"

#define EVERY(list, row) for (size_t row##_at = 0; row##_at < (list).count; row##_at++)

static void write_accounts(const struct company *c, struct writer *w)
{
    begin_table(w, "svc.account", "acc_no, title, erp_debtor, country_iso, ccy, area");
    EVERY(c->customers, row)
    {
        const struct customer *row = &c->customers.at[row_at];

        put_text(w, row->account);
        put_text(w, row->name);
        put_text(w, row->debtor);
        put_text(w, row->region->country);
        put_text(w, row->region->currency);
        put_text(w, row->region->code);
        end_row(w);
    }
    end_table(w);
    begin_table(w, "svc.equipment_owner", "equip_no, from_day, to_day, acc_no");
    EVERY(c->equips, row)
    {
        put_text(w, c->equips.at[row_at].id);
        put_date(w, c->equips.at[row_at].from);
        put_date(w, c->equips.at[row_at].to);
        put_text(w, c->equips.at[row_at].account);
        end_row(w);
    }
    end_table(w);
    begin_table(w, "svc.warranty", "wty_no, equip_no, granted_by, vendor_no, first_day, last_day");
    EVERY(c->covers, row)
    {
        put_text(w, c->covers.at[row_at].id);
        put_text(w, c->covers.at[row_at].equip);
        put_text(w, c->covers.at[row_at].kind);
        put_text(w, c->covers.at[row_at].provider);
        put_date(w, c->covers.at[row_at].from);
        put_date(w, c->covers.at[row_at].to);
        end_row(w);
    }
    end_table(w);
}

static void write_places(const struct company *c, struct writer *w)
{
    begin_table(w, "svc.van", "van_code, erp_bin");
    for (size_t r = 0; r < TIE_COUNT_OF(c->regions); r++) { /* warehouses: vans are filled there */
        put_text(w, c->regions[r].warehouse);
        put_text(w, c->regions[r].warehouse);
        end_row(w);
    }
    EVERY(c->technicians, row)
    {
        const struct technician *row = &c->technicians.at[row_at];

        if (!row->person) /* agency people ride along in the van of another */
            continue;
        put_text(w, row->van);
        put_text(w, row->bin);
        end_row(w);
    }
    end_table(w);
}

static void write_catalogue(const struct company *c, struct writer *w)
{
    static const char *const services[] = { "SV-1000", "SV-1100" };

    begin_table(w, "svc.part_catalogue", "part_no, label, erp_material");
    EVERY(c->items, row)
    {
        put_text(w, c->items.at[row_at].part_no);
        put_text(w, c->items.at[row_at].label);
        put_text(w, c->items.at[row_at].material);
        end_row(w);
        if (!c->items.at[row_at].sold_as)
            continue;
        put_text(w, c->items.at[row_at].sold_as); /* the catalogue shows the sales number beside the part */
        put_text(w, c->items.at[row_at].label);
        put_text(w, c->items.at[row_at].sold_as);
        end_row(w);
    }
    for (size_t i = 0; i < TIE_COUNT_OF(services); i++) {
        put_text(w, services[i]);
        put_text(w, "Service");
        put_text(w, services[i]);
        end_row(w);
    }
    end_table(w);
    write_places(c, w);
    begin_table(w, "svc.app_user", "user_code, full_name, erp_person, van_code, company, hour_cost, ccy");
    EVERY(c->technicians, row)
    {
        const struct technician *row = &c->technicians.at[row_at];

        put_text(w, row->code);
        put_text(w, row->name);
        put_text(w, row->person);
        put_text(w, row->van);
        put_text(w, row->region->entity);
        put_money(w, row->hour_cost);
        put_text(w, row->region->currency);
        end_row(w);
    }
    end_table(w);
}

static void write_jobs(const struct company *c, struct writer *w)
{
    begin_table(w, "svc.svc_job",
        "job_no, kind, state, acc_no, equip_no, agreement_no, area, company, ccy, master_job, invoice_job, price_mode, "
        "billing_rule, fixed_price, free_reason, ts_created, ts_done, ts_closed, ts_cancelled, is_deleted");
    EVERY(c->jobs, row)
    {
        const struct job *row = &c->jobs.at[row_at];

        put_text(w, row->id);
        put_text(w, row->kind);
        put_text(w, row->state);
        put_text(w, row->account);
        put_text(w, row->equip);
        put_text(w, row->agreement);
        put_text(w, row->area);
        put_text(w, row->company);
        put_text(w, row->currency);
        put_text(w, row->master);
        put_text(w, row->invoice_job);
        put_text(w, row->price_mode);
        put_text(w, row->billing_rule);
        put_money(w, row->fixed_price);
        put_text(w, row->free_reason);
        put_time(w, row->created);
        put_time(w, row->done);
        put_time(w, row->closed);
        put_time(w, row->cancelled);
        put_bool(w, row->deleted);
        end_row(w);
    }
    end_table(w);
    begin_table(w, "svc.svc_appointment", "apt_no, job_no, user_code, van_code, tour_code, ts_start, ts_end, result");
    EVERY(c->visits, row)
    {
        const struct visit *row = &c->visits.at[row_at];

        put_text(w, row->id);
        put_text(w, row->job);
        put_text(w, row->crew);
        put_text(w, row->van);
        put_text(w, row->tour);
        put_time(w, row->started);
        put_time(w, row->ended);
        put_text(w, row->result);
        end_row(w);
    }
    end_table(w);
}

static void write_parts(const struct company *c, struct writer *w)
{
    begin_table(w, "svc.svc_job_part",
        "jp_no, device_key, job_no, apt_no, user_code, part_no, action, qty, unit, serial, taken_from, stock_owner, "
        "verdict, state, ts_device, ts_server, is_deleted");
    EVERY(c->parts, row)
    {
        const struct part *row = &c->parts.at[row_at];

        if (row->dropped)
            continue;
        put_text(w, row->id);
        put_text(w, row->key);
        put_text(w, row->job);
        put_text(w, row->visit);
        put_text(w, row->crew);
        put_text(w, row->item->part_no);
        put_text(w, row->action);
        put_number(w, row->quantity);
        put_text(w, row->unit);
        put_text(w, row->serial);
        put_text(w, row->store);
        put_text(w, row->owner);
        put_text(w, row->verdict);
        put_text(w, row->state);
        put_time(w, row->device);
        put_time(w, row->server);
        put_bool(w, row->deleted);
        end_row(w);
    }
    end_table(w);
}

static void write_labour(const struct company *c, struct writer *w)
{
    begin_table(w, "svc.svc_labour", "lb_no, job_no, apt_no, user_code, activity, minutes, ts_start, ts_end, verdict");
    EVERY(c->labours, row)
    {
        const struct labour *row = &c->labours.at[row_at];

        if (row->dropped)
            continue;
        put_text(w, row->id);
        put_text(w, row->job);
        put_text(w, row->visit);
        put_text(w, row->crew);
        put_text(w, row->kind);
        put_number(w, row->minutes);
        put_time(w, row->start);
        put_time(w, row->end);
        put_text(w, row->verdict);
        end_row(w);
    }
    end_table(w);
}

static void write_decisions(const struct company *c, struct writer *w)
{
    begin_table(w, "svc.svc_cover_decision",
        "dec_no, job_no, jp_no, lb_no, verdict, cover_ref, approval, ts_decided, overruled");
    EVERY(c->decisions, row)
    {
        const struct decision *row = &c->decisions.at[row_at];

        if (row->dropped)
            continue;
        put_text(w, row->id);
        put_text(w, row->job);
        put_text(w, row->part);
        put_text(w, row->labour);
        put_text(w, row->verdict);
        put_text(w, row->cover);
        put_text(w, row->approval);
        put_time(w, row->at);
        put_bool(w, row->overruled);
        end_row(w);
    }
    end_table(w);
    begin_table(
        w, "svc.svc_sign_off", "so_no, object_kind, object_no, topic, state, limit_amt, ccy, by_user, ts_signed");
    EVERY(c->approvals, row)
    {
        const struct approval *row = &c->approvals.at[row_at];

        put_text(w, row->id);
        put_text(w, row->object_kind);
        put_text(w, row->object);
        put_text(w, row->topic);
        put_text(w, row->state);
        put_money(w, row->limit);
        put_text(w, row->currency);
        put_text(w, "manager");
        put_time(w, row->at);
        end_row(w);
    }
    end_table(w);
    begin_table(w, "svc.svc_proof", "pr_no, object_kind, object_no, proof_kind, ts_captured");
    EVERY(c->proofs, row)
    {
        const struct proof *row = &c->proofs.at[row_at];

        if (row->dropped)
            continue;
        put_text(w, row->id);
        put_text(w, row->object_kind);
        put_text(w, row->object);
        put_text(w, row->kind);
        put_time(w, row->at);
        end_row(w);
    }
    end_table(w);
}

void write_fsm(const struct company *c, FILE *out)
{
    struct writer w = { .out = out };

    fputs("BEGIN;\n", out);
    write_accounts(c, &w);
    write_catalogue(c, &w);
    write_jobs(c, &w);
    write_parts(c, &w);
    write_labour(c, &w);
    write_decisions(c, &w);
    fputs("COMMIT;\nANALYZE;\n", out);
}
