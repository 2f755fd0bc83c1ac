/*
 * model_columns.h - the canonical data model as one table: every dataset, every column.
 *
 * Included by model.h only. Row structs, frames, extraction, validation, CSV evidence, preflight and documentation all
 * read these macros. A column is
 *
 *   C(name, TYPE, KEY, foreign dataset, NEED, NULLS, default, closed list, meaning)
 *
 *   TYPE   ID TEXT OPEN (text by id in the pool) WORD (enum tie_word) DATE INSTANT DECIMAL BOOL RATE INT HASH
 *   KEY    PK part of the primary key (these columns stand first), BK unique where not empty, PLAIN
 *   NEED   MIN the job can't run without it, GIVEN needed as soon as the dataset is given, OPTIONAL
 *   NULLS  NOT_NULL rejects a row whose cell is NULL; NULLABLE: NULL takes the default, "-" leaves it empty
 *
 * To add a column: one line here. To add a dataset: its list of columns and a line in TIE_DATASETS.
 */
#ifndef TIEOUT_MODEL_COLUMNS_H
#define TIEOUT_MODEL_COLUMNS_H

/* clang-format off */

/* D(NAME, name, SIDE, HOME, what it holds) */
#define TIE_DATASETS(D) \
    D(WORK_ORDER, work_order, FSM, OWN, "Orders of the field-service store: the anchor of everything") \
    D(VISIT, visit, FSM, OWN, "Appointments of an order: the visit grain of trips, tours and windows") \
    D(USAGE_LINE, usage_line, FSM, OWN, "Parts reported by technicians: the usage leg") \
    D(TIME_ENTRY, time_entry, FSM, OWN, "Hours of technicians: the approved-time leg of labour") \
    D(LABOUR_POSTING, labour_posting, ERP, VIA_REFERENCE, \
      "Labour cost posted in payroll or project accounting: the cost leg of labour") \
    D(EXPENSE, expense, FSM, OWN, "Travel costs, tolls and subcontractors of an order") \
    D(ENTITLEMENT_DECISION, entitlement_decision, FSM, OWN, "Recorded decisions on who pays, per order or per line") \
    D(APPROVAL, approval, FSM, VIA_OBJECT, "Approvals of goodwill, overrides, discounts, credits and releases") \
    D(EVIDENCE, evidence, FSM, VIA_OBJECT, "Signatures, photos, reports and checklists") \
    D(MILESTONE, milestone, FSM, OWN, "Billing milestones of an order") \
    D(FSM_RESERVATION, fsm_reservation, FSM, OWN, "Parts allocated to an order in the field-service store") \
    D(CORE_RETURN, core_return, FSM, OWN, "Cores, loaners and advance units that must come back") \
    D(CONTRACT_VISIT, contract_visit, FSM, OWN, "Visits promised by contracts") \
    D(ASSET, asset, FSM, BROADCAST, "Installed assets with their owner over time") \
    D(ASSET_COVER, asset_cover, FSM, BROADCAST, "Warranties of an asset or of a part in it") \
    D(FSM_CUSTOMER, fsm_customer, FSM, BROADCAST, "Customers as the field-service store knows them") \
    D(TECHNICIAN, technician, FSM, BROADCAST, "Technicians with van, entity and cost over time") \
    D(OUTBOX, outbox, FSM, VIA_OBJECT, "Messages the field-service store sent to the ERP") \
    D(FSM_ITEM, fsm_item, FSM, BROADCAST, "Items as the field-service store knows them") \
    D(FSM_ITEM_UOM, fsm_item_uom, FSM, BROADCAST, "Unit conversions as the field-service store knows them") \
    D(FSM_KIT, fsm_kit, FSM, BROADCAST, "Kit contents as the field-service store knows them") \
    D(FSM_PRICE, fsm_price, FSM, BROADCAST, "Prices as the field-service store knows them") \
    D(FSM_CONTRACT, fsm_contract, FSM, BROADCAST, "Contract headers as the field-service store knows them") \
    D(MOVEMENT, movement, ERP, VIA_ORIGINAL, "Stock movements, one leg per row: the movement leg") \
    D(STOCK_BALANCE, stock_balance, ERP, NONE, "Stock per place and item on a day") \
    D(RESERVATION, reservation, ERP, OWN, "Reservations of stock for an order in the ERP") \
    D(PO_RECEIPT, po_receipt, ERP, OWN, "Purchases for an order: ordered, received, invoiced by the vendor") \
    D(INVOICE, invoice, ERP, VIA_LINES, "Headers of billing documents") \
    D(INVOICE_LINE, invoice_line, ERP, VIA_REFERENCE, "Lines of billing documents: the billing leg") \
    D(CONTRACT_LEDGER, contract_ledger, ERP, VIA_ORIGINAL, "Draws on contract balances") \
    D(CLAIM, claim, ERP, VIA_REFERENCE, "Warranty claims on vendors and own reserve postings") \
    D(ERP_ORDER, erp_order, ERP, OWN, "Orders as the ERP knows them") \
    D(INBOX, inbox, ERP, VIA_MESSAGE, "Messages the ERP received from the field-service store") \
    D(CUSTOMER, customer, ERP, BROADCAST, "Customers as the ERP knows them") \
    D(ITEM, item, ERP, BROADCAST, "Items and labour activities of the ERP") \
    D(ITEM_UOM, item_uom, ERP, BROADCAST, "Unit conversions") \
    D(ITEM_COST, item_cost, ERP, BROADCAST, "Standard or average cost over time") \
    D(SUPERSESSION, supersession, ERP, BROADCAST, "Successors and substitutes of items") \
    D(KIT, kit, ERP, BROADCAST, "Contents of kits") \
    D(SALES_MAP, sales_map, ERP, BROADCAST, "Used item or activity to the item it is sold as") \
    D(LOCATION, location, ERP, BROADCAST, "Warehouses, vans and other places") \
    D(CONTRACT, contract, ERP, BROADCAST, "Service contracts") \
    D(CONTRACT_LINE, contract_line, ERP, BROADCAST, "What a contract covers and at which terms") \
    D(BILLING_PLAN, billing_plan, ERP, NONE, "Fees to be billed by contracts") \
    D(REVENUE_SCHEDULE, revenue_schedule, ERP, NONE, "Release of deferred contract revenue") \
    D(RESERVE, reserve, ERP, NONE, "Roll-forward of the warranty reserve") \
    D(PRICE, price, ERP, BROADCAST, "Prices of items, labour and charges") \
    D(FX_RATE, fx_rate, ERP, BROADCAST, "Rates of exchange") \
    D(TAX_RULE, tax_rule, ERP, BROADCAST, "Tax code and rate by place and class") \
    D(PERIOD, period, ERP, BROADCAST, "Ledger periods") \
    D(GL_BALANCE, gl_balance, ERP, OWN, "Ledger accounts that the documents must agree with") \
    D(XREF, xref, BOTH, BROADCAST, "Pairs of ids of the two systems, one [xref KIND] section a kind") \
    D(ERP_ASSET, erp_asset, ERP, BROADCAST, "Assets as the ERP knows them, with owner and dates")

#define TIE_COLUMNS_work_order(C) \
    C(wo_id, ID, PK, "", MIN, NOT_NULL, "-", "", "Order number as the field-service store writes it.") \
    C(parent_wo_id, ID, PLAIN, "work_order", OPTIONAL, NULLABLE, "-", \
      "", "Order this one hangs under; ties both into one family.") \
    C(billing_owner_wo_id, ID, PLAIN, "work_order", OPTIONAL, NULLABLE, "=wo_id", \
      "", "Order on which this order's work is billed.") \
    C(wo_type, WORD, PLAIN, "", MIN, NOT_NULL, "-", \
      "repair|pm|install|recall|inspection|internal|training|other", \
      "Kind of order: repair|pm|install|recall|inspection|internal|training|other.") \
    C(status, WORD, PLAIN, "", MIN, NOT_NULL, "-", \
      "open|completed|closed|cancelled|reopened", "State of the order: open|completed|closed|cancelled|reopened.") \
    C(customer_id, ID, PLAIN, "fsm_customer", MIN, NOT_NULL, "-", \
      "", "Customer served, an id of the field-service store.") \
    C(bill_to_id, ID, PLAIN, "fsm_customer", OPTIONAL, NULLABLE, "-", \
      "", \
      "Customer to be billed when the order itself says so, an id of the field-service store; wins over every other " \
      "payer.") \
    C(site_id, ID, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Place of work, used to pair rows that name no order.") \
    C(site_country, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "=customer.country", \
      "", "Country of the place of work for tax, open list: ISO 3166 two letters.") \
    C(asset_id, ID, PLAIN, "asset", OPTIONAL, NULLABLE, "-", "", "Asset served.") \
    C(contract_id, ID, PLAIN, "contract", OPTIONAL, NULLABLE, "-", \
      "", "Contract claimed on the order, mapped by xref contract.") \
    C(fault_code, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Fault reported or found, open list: the company's fault catalogue.") \
    C(cause_code, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Cause found, tested against the exclusions of a cover, open list: the company's cause catalogue.") \
    C(resolution_code, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "How the order was resolved, open list: the company's resolution catalogue.") \
    C(region, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "default", \
      "", \
      "Region of the place of work, open list: the [region X] sections of the policy; gives time zone and working " \
      "days.") \
    C(legal_entity_id, ID, PLAIN, "", OPTIONAL, NULLABLE, "''", "", "Company that sells the service.") \
    C(currency, OPEN, PLAIN, "", MIN, NOT_NULL, "-", \
      "", "Currency in which the order is billed, open list: ISO 4217.") \
    C(created_at, INSTANT, PLAIN, "", MIN, NOT_NULL, "-", "", "When the order was created.") \
    C(completed_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "=closed_at", "", "When the work was finished on site.") \
    C(closed_at, INSTANT, PLAIN, "", MIN, NULLABLE, "-", \
      "", "When the order was closed; empty while it is open, and then its findings stay pending.") \
    C(cancelled_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "When the order was cancelled.") \
    C(reopened_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "When the order was last opened again.") \
    C(modified_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "When the order was last changed.") \
    C(no_charge_reason, WORD, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "warranty|contract|goodwill|other", \
      "Why the order was closed without charge, counted as a no-charge outcome where policy [billing] " \
      "no_charge_evidence allows: warranty|contract|goodwill|other.") \
    C(price_mode, WORD, PLAIN, "", OPTIONAL, NULLABLE, "t_and_m", \
      "t_and_m|fixed|covered", "How the order is priced: t_and_m|fixed|covered.") \
    C(billing_terms, WORD, PLAIN, "", OPTIONAL, NULLABLE, "after_completion", \
      "after_completion|prepaid|milestone", "When billing is allowed: after_completion|prepaid|milestone.") \
    C(quote_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Quoted or fixed price of the whole order, net of tax, in the order's currency, never negative.") \
    C(nte_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Amount the order may not exceed, net of tax, in the order's currency, never negative.") \
    C(rollup_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Total of the child orders as stored on the parent, net of tax, in the order's currency.") \
    C(meter_qty, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Counter of the asset read during the work, in the unit of its cover's limit.") \
    C(contact_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "First contact with the customer that stops the response clock.") \
    C(sla_response_due_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "When the response was due.") \
    C(sla_resolution_due_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "When the resolution was due.") \
    C(sla_paused_minutes, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "0", \
      "", "Minutes the service-level clock was stopped.") \
    C(sla_pause_reason, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Why the clock was stopped, open list: the company's pause reasons.") \
    C(deleted, BOOL, PLAIN, "", OPTIONAL, NULLABLE, "no", \
      "", "Row is deleted in the store: excluded, kept for explanations.")

#define TIE_COLUMNS_visit(C) \
    C(visit_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Appointment id.") \
    C(wo_id, ID, PLAIN, "work_order", GIVEN, NOT_NULL, "-", "", "Order of the visit.") \
    C(technician_id, ID, PLAIN, "technician", OPTIONAL, NULLABLE, "-", "", "Technician who went.") \
    C(van_location_id, ID, PLAIN, "location", OPTIONAL, NULLABLE, "=technician.van_location_id", \
      "", "Van used, mapped by xref location.") \
    C(tour_id, ID, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Tour the visit belonged to; one trip charge may cover a tour.") \
    C(planned_start_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Booked start.") \
    C(planned_end_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Booked end.") \
    C(travel_start_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Start of travel.") \
    C(arrived_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Arrival on site; ends the response clock unless contact_at is earlier.") \
    C(started_at, INSTANT, PLAIN, "", GIVEN, NULLABLE, "-", "", "Start of work on site.") \
    C(ended_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "End of work on site.") \
    C(geo_arrived_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Arrival according to the vehicle or device position.") \
    C(geo_left_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Departure according to the vehicle or device position.") \
    C(outcome, WORD, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "done|incomplete|no_access|cancelled", "Result of the visit: done|incomplete|no_access|cancelled.") \
    C(deleted, BOOL, PLAIN, "", OPTIONAL, NULLABLE, "no", \
      "", "Row is deleted in the store: excluded, kept for explanations.")

#define TIE_COLUMNS_usage_line(C) \
    C(usage_id, ID, PK, "", MIN, NOT_NULL, "-", "", "Id of one report of a part.") \
    C(external_id, ID, BK, "", OPTIONAL, NULLABLE, "-", "", "Idempotency key given by the device.") \
    C(wo_id, ID, PLAIN, "work_order", MIN, NOT_NULL, "-", "", "Order on which the part was used.") \
    C(visit_id, ID, PLAIN, "visit", OPTIONAL, NULLABLE, "-", "", "Visit during which it was used.") \
    C(technician_id, ID, PLAIN, "technician", OPTIONAL, NULLABLE, "=visit.technician_id", \
      "", "Technician who reported it.") \
    C(item_id, ID, PLAIN, "item", MIN, NOT_NULL, "-", \
      "", "Item used, an id of the field-service store, mapped to the ERP by xref item.") \
    C(direction, WORD, PLAIN, "", OPTIONAL, NULLABLE, "used", \
      "used|returned|removed|scrapped", \
      "What happened to the part: used|returned|removed|scrapped; used adds to usage, returned takes off, removed is " \
      "an old part or core, scrapped needs no movement.") \
    C(quantity, DECIMAL, PLAIN, "", MIN, NOT_NULL, "-", \
      "", "Quantity without sign, in uom, zero or more; direction gives the sign.") \
    C(uom, OPEN, PLAIN, "", MIN, NOT_NULL, "-", "", "Unit of quantity, open list: units of item_uom.") \
    C(serial_no, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Serial number of the part.") \
    C(lot_no, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Lot of the part.") \
    C(location_id, ID, PLAIN, "location", OPTIONAL, NULLABLE, "=technician.van_location_id", \
      "", "Place the part was taken from, mapped by xref location; the technician's van only where it is empty.") \
    C(owner, WORD, PLAIN, "", OPTIONAL, NULLABLE, "own", \
      "own|consignment|customer|vendor", "Who owned the part: own|consignment|customer|vendor.") \
    C(item_condition, WORD, PLAIN, "", OPTIONAL, NULLABLE, "new", \
      "new|refurb|used", "Condition of the part: new|refurb|used.") \
    C(line_status, WORD, PLAIN, "", OPTIONAL, NULLABLE, "used", \
      "estimated|used|cancelled", "State of the line; only used counts: estimated|used|cancelled.") \
    C(reason_code, WORD, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "chargeable|warranty|contract|goodwill|shared", \
      "Recorded decision for this line, wins over decision rows: chargeable|warranty|contract|goodwill|shared.") \
    C(device_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "=server_at", \
      "", "When the device recorded it; deliver device_at or server_at, one of the two is needed.") \
    C(server_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "=device_at", \
      "", "When the store received it; deliver device_at or server_at, one of the two is needed.") \
    C(kit_parent_id, ID, PLAIN, "usage_line", OPTIONAL, NULLABLE, "-", \
      "", "Line of the kit that this line is a component of.") \
    C(row_version, INT, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Version number of the line, used when one external_id comes with two contents.") \
    C(modified_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "When the line was last changed.") \
    C(deleted, BOOL, PLAIN, "", OPTIONAL, NULLABLE, "no", \
      "", "Row is deleted in the store: excluded, kept for explanations.")

#define TIE_COLUMNS_time_entry(C) \
    C(time_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Id of one time entry.") \
    C(wo_id, ID, PLAIN, "work_order", GIVEN, NOT_NULL, "-", "", "Order worked on.") \
    C(visit_id, ID, PLAIN, "visit", OPTIONAL, NULLABLE, "-", "", "Visit during which the time was spent.") \
    C(technician_id, ID, PLAIN, "technician", GIVEN, NOT_NULL, "-", "", "Technician who worked.") \
    C(kind, WORD, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "work|travel|wait|overtime|remote", "Kind of time: work|travel|wait|overtime|remote.") \
    C(item_id, ID, PLAIN, "item", OPTIONAL, NULLABLE, "=kind", \
      "", "Labour item or activity, mapped by xref item; the key for price and sales_map.") \
    C(rate_band, WORD, PLAIN, "", OPTIONAL, NULLABLE, "base", \
      "base|after_hours|weekend|holiday|emergency", \
      "Rate band in which the time falls: base|after_hours|weekend|holiday|emergency.") \
    C(minutes, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Duration in minutes, zero or more; made from start_at and end_at when absent, one of the two is needed.") \
    C(start_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Start of the time; the overlap and order-of-events checks need it.") \
    C(end_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "End of the time; the overlap and order-of-events checks need it.") \
    C(is_billable, BOOL, PLAIN, "", OPTIONAL, NULLABLE, "yes", "", "The technician marked the time as chargeable.") \
    C(reason_code, WORD, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "chargeable|warranty|contract|goodwill|shared", \
      "Recorded decision for this entry, wins over decision rows: chargeable|warranty|contract|goodwill|shared.") \
    C(approval_status, WORD, PLAIN, "", OPTIONAL, NULLABLE, "approved", \
      "draft|submitted|approved|rejected", \
      "State of the approval; only approved time is expected to be billed: draft|submitted|approved|rejected.") \
    C(approved_by, ID, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Person who approved the time.") \
    C(approved_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "When the time was approved.") \
    C(created_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "When the entry was made.") \
    C(modified_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "When the entry was last changed.") \
    C(deleted, BOOL, PLAIN, "", OPTIONAL, NULLABLE, "no", \
      "", "Row is deleted in the store: excluded, kept for explanations.")

#define TIE_COLUMNS_labour_posting(C) \
    C(posting_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Id of one cost posting.") \
    C(time_ref, ID, PLAIN, "time_entry", OPTIONAL, NULLABLE, "-", "", "Time entry it posts, if named.") \
    C(wo_ref, ID, PLAIN, "work_order", GIVEN, NULLABLE, "-", "", "Order as written in the ERP, any spelling.") \
    C(technician_id, ID, PLAIN, "technician", OPTIONAL, NULLABLE, "-", \
      "", "Technician, an id of the ERP, mapped by xref technician.") \
    C(minutes, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Minutes posted, negative when reversed.") \
    C(cost_amount, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "", "Labour cost posted, in currency, negative when reversed.") \
    C(currency, OPEN, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Currency of cost_amount, open list: ISO 4217.") \
    C(posting_date, DATE, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Date in the ledger.")

#define TIE_COLUMNS_expense(C) \
    C(expense_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Id of one expense.") \
    C(wo_id, ID, PLAIN, "work_order", GIVEN, NOT_NULL, "-", "", "Order that caused it.") \
    C(kind, WORD, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "travel|toll|lodging|freight|subcontract|other", \
      "Kind of expense: travel|toll|lodging|freight|subcontract|other.") \
    C(expense_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Day of the expense; the order's deciding date when empty.") \
    C(amount, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Cost net of tax, in currency, zero or more.") \
    C(currency, OPEN, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Currency of amount, open list: ISO 4217.") \
    C(is_reimbursable, BOOL, PLAIN, "", OPTIONAL, NULLABLE, "yes", "", "The customer is to be charged for it.") \
    C(markup_pct, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "0", \
      "", "Surcharge on the cost when billed, a fraction 0..1.") \
    C(approval_status, WORD, PLAIN, "", OPTIONAL, NULLABLE, "approved", \
      "draft|submitted|approved|rejected", "State of the approval: draft|submitted|approved|rejected.") \
    C(deleted, BOOL, PLAIN, "", OPTIONAL, NULLABLE, "no", \
      "", "Row is deleted in the store: excluded, kept for explanations.")

#define TIE_COLUMNS_entitlement_decision(C) \
    C(decision_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Id of one decision.") \
    C(wo_id, ID, PLAIN, "work_order", GIVEN, NOT_NULL, "-", "", "Order decided on.") \
    C(usage_id, ID, PLAIN, "usage_line", OPTIONAL, NULLABLE, "-", \
      "", "Usage line decided on; empty for the order's header.") \
    C(time_id, ID, PLAIN, "time_entry", OPTIONAL, NULLABLE, "-", \
      "", "Time entry decided on; empty for the order's header.") \
    C(decision_class, WORD, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "warranty|contract|chargeable|goodwill|shared|none", \
      "Who pays: warranty|contract|chargeable|goodwill|shared|none.") \
    C(share_parts, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "=decision_class", \
      "", "Covered share of parts, a fraction 0..1; empty means 1 for warranty and contract, 0 for chargeable.") \
    C(share_labour, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "=decision_class", \
      "", "Covered share of labour, a fraction 0..1; empty as for parts.") \
    C(share_travel, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "=decision_class", \
      "", "Covered share of travel, a fraction 0..1; empty as for parts.") \
    C(share_expense, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "=decision_class", \
      "", "Covered share of expenses, a fraction 0..1; empty as for parts.") \
    C(coverage_ref, ID, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Cover or contract the decision names: a cover_id, or a contract mapped by xref contract.") \
    C(asset_serial_no, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Serial number that was checked.") \
    C(decided_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "When it was decided.") \
    C(decided_by, ID, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Person or service that decided.") \
    C(decision_source, WORD, PLAIN, "", OPTIONAL, NULLABLE, "manual", \
      "own_warranty|vendor_warranty|part_warranty|contract|policy|segment|manual", \
      "What the decision rests on: own_warranty|vendor_warranty|part_warranty|contract|policy|segment|manual.") \
    C(is_override, BOOL, PLAIN, "", OPTIONAL, NULLABLE, "no", "", "A person changed the proposed decision.") \
    C(approval_id, ID, PLAIN, "approval", OPTIONAL, NULLABLE, "-", "", "Approval of the override or goodwill.") \
    C(rule_version, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Version of the rules that decided.") \
    C(input_hash, HASH, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "SHA-256 of the inputs of the decision.")

#define TIE_COLUMNS_approval(C) \
    C(approval_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Id of one approval.") \
    C(object_type, WORD, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "work_order|usage_line|time_entry|expense|decision|milestone|invoice|invoice_line|correction", \
      "Dataset of the approved row: work_order|usage_line|time_entry|expense|decision|milestone|invoice|invoice_line|" \
      "correction.") \
    C(object_id, ID, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Key of the approved row, parts joined by a slash.") \
    C(kind, WORD, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "goodwill|override|discount|credit|change|release|signoff|correction", \
      "What is approved: goodwill|override|discount|credit|change|release|signoff|correction.") \
    C(status, WORD, PLAIN, "", OPTIONAL, NULLABLE, "approved", \
      "pending|approved|rejected|withdrawn", "State of the approval: pending|approved|rejected|withdrawn.") \
    C(amount_limit, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Largest amount covered, in currency, zero or more; empty means no limit.") \
    C(discount_limit_pct, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Largest discount covered, a fraction 0..1; empty means not limited by rate.") \
    C(customer_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "0", \
      "", "What the customer still pays for the object under goodwill, net of tax, in currency.") \
    C(currency, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "=order", "", "Currency of the amounts, open list: ISO 4217.") \
    C(requested_by, ID, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Person who asked.") \
    C(approved_by, ID, PLAIN, "", GIVEN, NULLABLE, "-", "", "Person who approved.") \
    C(approved_at, INSTANT, PLAIN, "", GIVEN, NULLABLE, "-", "", "When it was approved.") \
    C(valid_to, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Last day it may be used; empty means open.")

#define TIE_COLUMNS_evidence(C) \
    C(evidence_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Id of one piece of evidence.") \
    C(object_type, WORD, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "work_order|visit|usage_line|time_entry|expense|milestone|claim", \
      "Dataset of the row it proves: work_order|visit|usage_line|time_entry|expense|milestone|claim.") \
    C(object_id, ID, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Key of the row it proves, parts joined by a slash.") \
    C(kind, WORD, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "signature|photo|report|checklist|test_record|safety_step|other", \
      "Kind of evidence: signature|photo|report|checklist|test_record|safety_step|other.") \
    C(is_mandatory, BOOL, PLAIN, "", OPTIONAL, NULLABLE, "no", "", "The order may not be closed without it.") \
    C(is_accepted, BOOL, PLAIN, "", OPTIONAL, NULLABLE, "yes", \
      "", "It is present and accepted; no means open, refused or unsigned.") \
    C(signed_by, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Name of the person who signed.") \
    C(captured_at, INSTANT, PLAIN, "", GIVEN, NULLABLE, "-", \
      "", "When it was captured; empty when it is still missing.") \
    C(file_hash, HASH, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "SHA-256 of the file.") \
    C(deleted, BOOL, PLAIN, "", OPTIONAL, NULLABLE, "no", \
      "", "Row is deleted in the store: excluded, kept for explanations.")

#define TIE_COLUMNS_milestone(C) \
    C(milestone_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Id of one milestone.") \
    C(wo_id, ID, PLAIN, "work_order", GIVEN, NOT_NULL, "-", "", "Order of the milestone.") \
    C(due_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Day it is due.") \
    C(completed_at, INSTANT, PLAIN, "", GIVEN, NULLABLE, "-", "", "When it was reached; empty when it is not.") \
    C(amount, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Amount to bill, net of tax, in currency, zero or more.") \
    C(currency, OPEN, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Currency of amount, open list: ISO 4217.") \
    C(invoice_ref, ID, PLAIN, "invoice", OPTIONAL, NULLABLE, "-", "", "Invoice that billed it.")

#define TIE_COLUMNS_fsm_reservation(C) \
    C(req_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Id of one allocation.") \
    C(wo_id, ID, PLAIN, "work_order", GIVEN, NOT_NULL, "-", "", "Order it serves.") \
    C(item_id, ID, PLAIN, "item", GIVEN, NOT_NULL, "-", "", "Item allocated, mapped by xref item.") \
    C(location_id, ID, PLAIN, "location", OPTIONAL, NULLABLE, "-", \
      "", "Place it is allocated at, mapped by xref location.") \
    C(quantity, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Quantity allocated, in uom, zero or more.") \
    C(uom, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "=base_uom", "", "Unit of quantity, open list: units of item_uom.") \
    C(need_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Day it is needed.") \
    C(status, WORD, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "open|issued|released|cancelled", "State: open|issued|released|cancelled.")

#define TIE_COLUMNS_core_return(C) \
    C(core_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Id of one obligation.") \
    C(kind, WORD, PLAIN, "", OPTIONAL, NULLABLE, "core", \
      "core|loaner|advance", "What must come back: core|loaner|advance.") \
    C(wo_id, ID, PLAIN, "work_order", GIVEN, NOT_NULL, "-", "", "Order that caused it.") \
    C(usage_id, ID, PLAIN, "usage_line", OPTIONAL, NULLABLE, "-", "", "Usage line of the part given out.") \
    C(item_id, ID, PLAIN, "item", GIVEN, NOT_NULL, "-", "", "Item that must come back, mapped by xref item.") \
    C(quantity, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "1", "", "Quantity due, in base unit, zero or more.") \
    C(serial_no, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Serial number removed or lent.") \
    C(due_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Last day for the return; issue plus the policy's term when empty.") \
    C(received_at, INSTANT, PLAIN, "", GIVEN, NULLABLE, "-", "", "When it came back; empty when it did not.") \
    C(received_serial_no, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Serial number that came back.") \
    C(charge_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "=item.core_amount", \
      "", "Core charge or unit value at stake, in currency, zero or more.") \
    C(currency, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "=order", "", "Currency of the amounts, open list: ISO 4217.") \
    C(vendor_id, ID, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Vendor the core is sent on to.") \
    C(vendor_shipped_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Day it was sent to the vendor.") \
    C(vendor_credit_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Day the vendor's credit came; empty when it did not.") \
    C(vendor_credit_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Credit received from the vendor, in currency, zero or more.") \
    C(status, WORD, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "open|received|shipped|credited|waived|lost|cancelled", \
      "State: open|received|shipped|credited|waived|lost|cancelled.")

#define TIE_COLUMNS_contract_visit(C) \
    C(plan_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Id of one planned visit.") \
    C(contract_id, ID, PLAIN, "contract", GIVEN, NOT_NULL, "-", \
      "", "Contract that promises it, mapped by xref contract.") \
    C(contract_line_no, INT, PLAIN, "contract_line", OPTIONAL, NULLABLE, "-", "", "Line of the contract.") \
    C(asset_id, ID, PLAIN, "asset", OPTIONAL, NULLABLE, "-", "", "Asset to be visited.") \
    C(due_date, DATE, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Day it is due.") \
    C(tolerance_days, INT, PLAIN, "", OPTIONAL, NULLABLE, "0", "", "Days it may be early or late.") \
    C(wo_id, ID, PLAIN, "work_order", OPTIONAL, NULLABLE, "-", "", "Order that carried it out.") \
    C(status, WORD, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "planned|scheduled|done|missed|cancelled", "State: planned|scheduled|done|missed|cancelled.")

#define TIE_COLUMNS_asset(C) \
    C(asset_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Asset id of the field-service store.") \
    C(valid_from, DATE, PK, "", OPTIONAL, NULLABLE, "1900-01-01", "", "First day of this row, inclusive.") \
    C(valid_to, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Last day of this row, inclusive; empty means open.") \
    C(item_id, ID, PLAIN, "item", OPTIONAL, NULLABLE, "-", "", "Item of the asset, mapped by xref item.") \
    C(serial_no, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Serial number.") \
    C(customer_id, ID, PLAIN, "fsm_customer", GIVEN, NULLABLE, "-", \
      "", "Owner on these days, an id of the field-service store.") \
    C(ship_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Day it was shipped.") \
    C(install_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Day it was installed.") \
    C(status, WORD, PLAIN, "", OPTIONAL, NULLABLE, "active", \
      "planned|active|suspended|retired|scrapped", "State: planned|active|suspended|retired|scrapped.") \
    C(meter_qty, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Last counter reading, in the unit of the cover's limit.") \
    C(meter_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "When the counter was read.")

#define TIE_COLUMNS_asset_cover(C) \
    C(cover_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Id of one cover.") \
    C(asset_id, ID, PLAIN, "asset", GIVEN, NOT_NULL, "-", "", "Asset covered.") \
    C(kind, WORD, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "own_warranty|vendor_warranty|part_warranty", "Kind of cover: own_warranty|vendor_warranty|part_warranty.") \
    C(provider_id, ID, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Vendor who pays; empty means the company itself.") \
    C(item_id, ID, PLAIN, "item", OPTIONAL, NULLABLE, "-", \
      "", "Part covered by a part warranty, mapped by xref item.") \
    C(serial_no, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Serial number of the part covered.") \
    C(start_date, DATE, PLAIN, "", GIVEN, NOT_NULL, "-", "", "First day, inclusive.") \
    C(parts_end_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Last day for parts, inclusive; empty means parts are not covered.") \
    C(labour_end_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Last day for labour, inclusive; empty means labour is not covered.") \
    C(travel_end_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Last day for travel, inclusive; empty means travel is not covered.") \
    C(expense_end_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Last day for expenses, inclusive; empty means expenses are not covered.") \
    C(share_parts, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "1", "", "Covered share of parts, a fraction 0..1.") \
    C(share_labour, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "1", "", "Covered share of labour, a fraction 0..1.") \
    C(share_travel, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "1", "", "Covered share of travel, a fraction 0..1.") \
    C(share_expense, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "1", "", "Covered share of expenses, a fraction 0..1.") \
    C(meter_limit_qty, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Counter limit; empty means none.") \
    C(exclusions, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Cause codes that are not covered, separated by semicolons.") \
    C(is_transferable, BOOL, PLAIN, "", OPTIONAL, NULLABLE, "yes", "", "Cover goes on when the asset changes owner.") \
    C(priority, INT, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Order among covers, lower wins; empty means the policy's order of kinds.") \
    C(deductible_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "0", \
      "", "What the customer pays per order in spite of the cover, in currency, zero or more.") \
    C(currency, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "=order", \
      "", "Currency of deductible_amount, open list: ISO 4217.") \
    C(filing_days, INT, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Days after closing within which a claim must be filed; empty means no limit known.") \
    C(payment_days, INT, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Days after approval within which the provider pays; empty means no term known.") \
    C(needs_return, BOOL, PLAIN, "", OPTIONAL, NULLABLE, "no", "", "The provider wants the failed part back.") \
    C(claim_price_list_id, ID, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Price list of what the provider pays for parts, hours and flat tasks.")

#define TIE_COLUMNS_fsm_customer(C) \
    C(customer_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Customer id of the field-service store.") \
    C(erp_id, ID, PLAIN, "customer", OPTIONAL, NULLABLE, "-", "", "Customer id of the ERP; wins over xref customer.") \
    C(bill_to_id, ID, PLAIN, "fsm_customer", OPTIONAL, NULLABLE, "-", \
      "", "Customer who is billed for this one, an id of the field-service store.") \
    C(name, TEXT, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Name.") \
    C(tax_id, ID, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Tax registration number.") \
    C(postcode, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Postal code.") \
    C(country, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Country, open list: ISO 3166 two letters.") \
    C(phone, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Telephone number.") \
    C(email, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "E-mail address.") \
    C(currency, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Currency, open list: ISO 4217.") \
    C(tax_class, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Tax status, open list: as in tax_rule.customer_class.") \
    C(payment_terms, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Terms of payment, open list: the ERP's terms.") \
    C(is_blocked, BOOL, PLAIN, "", OPTIONAL, NULLABLE, "no", "", "No work may be done for this customer.") \
    C(region, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Region, open list: the [region X] sections of the policy.")

#define TIE_COLUMNS_technician(C) \
    C(technician_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Technician id of the field-service store.") \
    C(valid_from, DATE, PK, "", OPTIONAL, NULLABLE, "1900-01-01", "", "First day of this row, inclusive.") \
    C(valid_to, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Last day of this row, inclusive; empty means open.") \
    C(erp_resource_id, ID, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Resource id of the ERP; wins over xref technician.") \
    C(van_location_id, ID, PLAIN, "location", OPTIONAL, NULLABLE, "-", \
      "", "Van of the technician, mapped by xref location.") \
    C(legal_entity_id, ID, PLAIN, "", OPTIONAL, NULLABLE, "''", "", "Company that employs the technician.") \
    C(labour_unit_cost, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Cost of one hour, in currency, zero or more.") \
    C(currency, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Currency of labour_unit_cost, open list: ISO 4217.") \
    C(max_minutes, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Most minutes a day; empty means not tested.")

#define TIE_COLUMNS_outbox(C) \
    C(msg_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Message id.") \
    C(idempotency_key, ID, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Key that makes the message safe to repeat.") \
    C(object_type, WORD, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "work_order|visit|usage_line|time_entry|expense|decision|milestone", \
      "Dataset of the row it carries: work_order|visit|usage_line|time_entry|expense|decision|milestone.") \
    C(object_id, ID, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Key of the row it carries, parts joined by a slash.") \
    C(sent_at, INSTANT, PLAIN, "", GIVEN, NOT_NULL, "-", "", "When it was sent.") \
    C(seq_no, INT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Running number of the sender, without gaps.") \
    C(payload_hash, HASH, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "SHA-256 of the content.")

#define TIE_COLUMNS_fsm_item(C) \
    C(item_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Item id of the field-service store.") \
    C(base_uom, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Base unit, open list: units of item_uom.") \
    C(stock_type, WORD, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "stocked|nonstock|expensed|service|kit|core", \
      "How the item is kept: stocked|nonstock|expensed|service|kit|core.") \
    C(serial_profile, WORD, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "none|at_issue|always", "Whether serial numbers are kept: none|at_issue|always.") \
    C(is_lot_managed, BOOL, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Lots are kept.") \
    C(tax_class, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Tax status, open list: as in tax_rule.item_class.") \
    C(is_active, BOOL, PLAIN, "", OPTIONAL, NULLABLE, "yes", "", "The item may be used.")

#define TIE_COLUMNS_fsm_item_uom(C) \
    C(item_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Item id of the field-service store.") \
    C(uom, OPEN, PK, "", GIVEN, NOT_NULL, "-", "", "Unit converted from, open list: the store's units.") \
    C(factor_num, INT, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "", "Numerator: base quantity = quantity * factor_num / factor_den.") \
    C(factor_den, INT, PLAIN, "", OPTIONAL, NULLABLE, "1", "", "Denominator of the factor, above zero.")

#define TIE_COLUMNS_fsm_kit(C) \
    C(kit_item_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Kit, an item id of the field-service store.") \
    C(kit_version, ID, PK, "", OPTIONAL, NULLABLE, "1", "", "Version of the kit.") \
    C(component_item_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Component, an item id of the field-service store.") \
    C(factor_num, INT, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Numerator of the component's base quantity in one kit.") \
    C(factor_den, INT, PLAIN, "", OPTIONAL, NULLABLE, "1", \
      "", "Denominator of the component's base quantity in one kit, above zero.") \
    C(valid_from, DATE, PLAIN, "", OPTIONAL, NULLABLE, "1900-01-01", "", "First day, inclusive.") \
    C(valid_to, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Last day, inclusive; empty means open.")

#define TIE_COLUMNS_fsm_price(C) \
    C(price_list_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Price list.") \
    C(used_item_id, ID, PK, "", GIVEN, NOT_NULL, "-", \
      "", "Item or activity as used, an id of the field-service store.") \
    C(customer_id, ID, PK, "fsm_customer", OPTIONAL, NULLABLE, "-", \
      "", "Customer for whom the price holds; empty means all.") \
    C(valid_from, DATE, PK, "", OPTIONAL, NULLABLE, "1900-01-01", "", "First day, inclusive.") \
    C(valid_to, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Last day, inclusive; empty means open.") \
    C(unit_price, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Net price of one uom, in currency, zero or more.") \
    C(uom, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "=base_uom", "", "Unit of the price, open list: units of item_uom.") \
    C(currency, OPEN, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Currency of unit_price, open list: ISO 4217.")

#define TIE_COLUMNS_fsm_contract(C) \
    C(contract_id, ID, PK, "", GIVEN, NOT_NULL, "-", \
      "", "Contract id of the field-service store, mapped by xref contract.") \
    C(customer_id, ID, PLAIN, "fsm_customer", OPTIONAL, NULLABLE, "-", \
      "", "Customer, an id of the field-service store.") \
    C(payer_id, ID, PLAIN, "fsm_customer", OPTIONAL, NULLABLE, "-", \
      "", "Customer who pays, an id of the field-service store.") \
    C(start_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "First day, inclusive.") \
    C(end_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Last day, inclusive; empty means open.") \
    C(status, WORD, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "draft|active|suspended|expired|cancelled", "State: draft|active|suspended|expired|cancelled.") \
    C(tier, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Service level, open list: the company's tiers.") \
    C(currency, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Currency, open list: ISO 4217.") \
    C(fee_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Fee per billing period, net of tax, in currency, zero or more.")

#define TIE_COLUMNS_movement(C) \
    C(mov_id, ID, PK, "", MIN, NOT_NULL, "-", "", "Material document.") \
    C(line_no, INT, PK, "", MIN, NOT_NULL, "-", "", "Line of the document.") \
    C(external_id, ID, BK, "", OPTIONAL, NULLABLE, "-", "", "Interface or idempotency key carried by the document.") \
    C(usage_ref, ID, PLAIN, "usage_line", OPTIONAL, NULLABLE, "-", "", "Usage line the document names.") \
    C(reservation_ref, ID, PLAIN, "reservation", OPTIONAL, NULLABLE, "-", "", "Reservation the document draws on.") \
    C(movement_class, WORD, PLAIN, "", MIN, NOT_NULL, "-", \
      "issue_wo|return_wo|issue_cc|return_cc|transfer_out|transfer_in|receipt_po|return_vendor|core_in|count|scrap|" \
      "other", \
      "What the movement is: issue_wo|return_wo|issue_cc|return_cc|transfer_out|transfer_in|receipt_po|return_vendor|" \
      "core_in|count|scrap|other; other is never consumption and never a rival.") \
    C(status, WORD, PLAIN, "", OPTIONAL, NULLABLE, "posted", \
      "draft|posted|costed|error|reversed|cancelled", \
      "State of the document; draft and error are stuck, cancelled is excluded: " \
      "draft|posted|costed|error|reversed|cancelled.") \
    C(wo_ref, ID, PLAIN, "work_order", MIN, NULLABLE, "-", \
      "", "Order as written in the ERP, any spelling; empty when the document names none.") \
    C(item_id, ID, PLAIN, "item", MIN, NOT_NULL, "-", "", "Item moved, an id of the ERP.") \
    C(quantity, DECIMAL, PLAIN, "", MIN, NOT_NULL, "-", \
      "", \
      "Quantity in uom; plus leaves stock (out to the job), minus comes back into stock; the sign must fit " \
      "movement_class.") \
    C(uom, OPEN, PLAIN, "", MIN, NOT_NULL, "-", "", "Unit of quantity, open list: units of item_uom.") \
    C(base_quantity, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Quantity in the item's base unit with the sign of quantity; made from item_uom when absent.") \
    C(cost_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Posted stock value, in currency, with the sign of quantity.") \
    C(currency, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Currency of cost_amount, open list: ISO 4217; needed where cost_amount is delivered.") \
    C(serial_no, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Serial number.") \
    C(lot_no, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Lot.") \
    C(owner, WORD, PLAIN, "", OPTIONAL, NULLABLE, "own", \
      "own|consignment|customer|vendor", "Who owned the stock: own|consignment|customer|vendor.") \
    C(item_condition, WORD, PLAIN, "", OPTIONAL, NULLABLE, "new", \
      "new|refurb|used", "Condition of the stock: new|refurb|used.") \
    C(from_location_id, ID, PLAIN, "location", OPTIONAL, NULLABLE, "-", \
      "", "Place the goods left; empty for goods from outside.") \
    C(to_location_id, ID, PLAIN, "location", OPTIONAL, NULLABLE, "-", \
      "", "Place the goods went to; empty for goods to outside.") \
    C(doc_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "=posting_date", \
      "", "Date on the document, taken as the day of the event.") \
    C(posting_date, DATE, PLAIN, "", MIN, NOT_NULL, "-", "", "Date in the ledger.") \
    C(entry_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "When it was entered.") \
    C(entered_by, ID, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Person or interface that entered it.") \
    C(period_id, ID, PLAIN, "period", OPTIONAL, NULLABLE, "=posting_date", \
      "", "Ledger period; found from posting_date when empty.") \
    C(reverses_mov_id, ID, PLAIN, "movement", OPTIONAL, NULLABLE, "-", "", "Document that this row reverses.") \
    C(reverses_line_no, INT, PLAIN, "movement", OPTIONAL, NULLABLE, "-", "", "Line that this row reverses.") \
    C(pair_mov_id, ID, PLAIN, "movement", OPTIONAL, NULLABLE, "-", "", "Document of the other leg of a transfer.") \
    C(row_version, INT, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Version number, used when one external_id comes with two contents.")

#define TIE_COLUMNS_stock_balance(C) \
    C(location_id, ID, PK, "location", GIVEN, NOT_NULL, "-", "", "Place.") \
    C(item_id, ID, PK, "item", GIVEN, NOT_NULL, "-", "", "Item, an id of the ERP.") \
    C(owner, WORD, PK, "", OPTIONAL, NULLABLE, "own", \
      "own|consignment|customer|vendor", "Who owns the stock: own|consignment|customer|vendor.") \
    C(item_condition, WORD, PK, "", OPTIONAL, NULLABLE, "new", \
      "new|refurb|used", "Condition of the stock: new|refurb|used.") \
    C(balance_date, DATE, PK, "", GIVEN, NOT_NULL, "-", "", "Day, at its end.") \
    C(quantity, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "", "Quantity on hand in base unit; negative stock is negative.") \
    C(reserved_qty, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Quantity reserved in base unit, zero or more.") \
    C(cost_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Book value, in currency, with the sign of quantity.") \
    C(currency, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Currency of cost_amount, open list: ISO 4217.")

#define TIE_COLUMNS_reservation(C) \
    C(res_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Reservation id.") \
    C(wo_ref, ID, PLAIN, "work_order", GIVEN, NULLABLE, "-", "", "Order as written in the ERP, any spelling.") \
    C(item_id, ID, PLAIN, "item", GIVEN, NOT_NULL, "-", "", "Item reserved, an id of the ERP.") \
    C(location_id, ID, PLAIN, "location", OPTIONAL, NULLABLE, "-", "", "Place it is reserved at.") \
    C(quantity, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Quantity reserved in base unit, zero or more.") \
    C(issued_qty, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "0", \
      "", "Part of it already issued, in base unit, zero or more.") \
    C(need_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Day it is needed.") \
    C(created_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "When it was made.") \
    C(status, WORD, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "open|issued|released|cancelled", "State: open|issued|released|cancelled.")

#define TIE_COLUMNS_po_receipt(C) \
    C(po_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Purchase order.") \
    C(line_no, INT, PK, "", GIVEN, NOT_NULL, "-", "", "Line of the purchase order.") \
    C(wo_ref, ID, PLAIN, "work_order", GIVEN, NULLABLE, "-", \
      "", "Order as written in the ERP, any spelling; empty when bought for stock.") \
    C(item_id, ID, PLAIN, "item", GIVEN, NOT_NULL, "-", "", "Item bought, an id of the ERP.") \
    C(location_id, ID, PLAIN, "location", OPTIONAL, NULLABLE, "-", "", "Place of delivery.") \
    C(ordered_qty, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Quantity ordered in base unit, zero or more.") \
    C(received_qty, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "", "Quantity received in base unit, net of returns, zero or more.") \
    C(invoiced_qty, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "0", \
      "", "Quantity invoiced by the vendor in base unit, net of credits, zero or more.") \
    C(unit_cost, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "", "Price agreed per base unit, in currency, zero or more.") \
    C(invoiced_unit_cost, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Price invoiced by the vendor per base unit, in currency, zero or more.") \
    C(currency, OPEN, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Currency of the prices, open list: ISO 4217.") \
    C(due_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Day the goods are due.") \
    C(receipt_date, DATE, PLAIN, "", GIVEN, NULLABLE, "-", "", "Day of the last receipt; empty when none came.")

#define TIE_COLUMNS_invoice(C) \
    C(inv_id, ID, PK, "", MIN, NOT_NULL, "-", "", "Billing document.") \
    C(external_id, ID, BK, "", OPTIONAL, NULLABLE, "-", "", "Interface or idempotency key carried by the document.") \
    C(kind, WORD, PLAIN, "", MIN, NOT_NULL, "-", \
      "invoice|credit|debit|cancel|proforma|intercompany", \
      "Kind of document: invoice|credit|debit|cancel|proforma|intercompany.") \
    C(status, WORD, PLAIN, "", MIN, NOT_NULL, "-", \
      "draft|blocked|rejected|released|paid|cancelled", \
      "State; only released and paid count as billed: draft|blocked|rejected|released|paid|cancelled.") \
    C(origin, WORD, PLAIN, "", OPTIONAL, NULLABLE, "other", \
      "fsm|sales_order|contract|manual|other", "Where the document came from: fsm|sales_order|contract|manual|other.") \
    C(customer_id, ID, PLAIN, "customer", MIN, NOT_NULL, "-", "", "Customer of the document, an id of the ERP.") \
    C(bill_to_id, ID, PLAIN, "customer", OPTIONAL, NULLABLE, "=customer_id", \
      "", "Customer who is billed, an id of the ERP.") \
    C(legal_entity_id, ID, PLAIN, "", OPTIONAL, NULLABLE, "''", "", "Company that bills.") \
    C(partner_entity_id, ID, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Company billed by an intercompany document.") \
    C(mirrors_inv_id, ID, PLAIN, "invoice", OPTIONAL, NULLABLE, "-", \
      "", "Document of the other company that mirrors this one.") \
    C(currency, OPEN, PLAIN, "", MIN, NOT_NULL, "-", "", "Currency of the document, open list: ISO 4217.") \
    C(fx_rate, RATE, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Company currency for one unit of the document's currency.") \
    C(doc_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "=posting_date", "", "Date on the document.") \
    C(posting_date, DATE, PLAIN, "", MIN, NOT_NULL, "-", "", "Date in the ledger.") \
    C(entry_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "When it was entered.") \
    C(released_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "When it was released to the customer.") \
    C(period_id, ID, PLAIN, "period", OPTIONAL, NULLABLE, "=posting_date", \
      "", "Ledger period; found from posting_date when empty.") \
    C(reason_code, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Why a credit or debit was given, open list: the company's reasons.") \
    C(cancels_inv_id, ID, PLAIN, "invoice", OPTIONAL, NULLABLE, "-", "", "Document that this one cancels.") \
    C(corrects_inv_id, ID, PLAIN, "invoice", OPTIONAL, NULLABLE, "-", \
      "", "Document that this one corrects or replaces.")

#define TIE_COLUMNS_invoice_line(C) \
    C(inv_id, ID, PK, "invoice", MIN, NOT_NULL, "-", "", "Billing document.") \
    C(line_no, INT, PK, "", MIN, NOT_NULL, "-", "", "Line of the document.") \
    C(wo_ref, ID, PLAIN, "work_order", MIN, NULLABLE, "-", \
      "", "Order as written in the ERP, any spelling; empty when the line names none.") \
    C(usage_ref, ID, PLAIN, "usage_line", OPTIONAL, NULLABLE, "-", "", "Usage line the line bills.") \
    C(time_ref, ID, PLAIN, "time_entry", OPTIONAL, NULLABLE, "-", "", "Time entry the line bills.") \
    C(expense_ref, ID, PLAIN, "expense", OPTIONAL, NULLABLE, "-", "", "Expense the line bills.") \
    C(mov_id, ID, PLAIN, "movement", OPTIONAL, NULLABLE, "-", "", "Material document the line bills.") \
    C(mov_line_no, INT, PLAIN, "movement", OPTIONAL, NULLABLE, "-", "", "Line of that material document.") \
    C(contract_ref, ID, PLAIN, "contract", OPTIONAL, NULLABLE, "-", "", "Contract the line belongs to.") \
    C(cancels_inv_id, ID, PLAIN, "invoice", OPTIONAL, NULLABLE, "=invoice.cancels_inv_id", \
      "", "Document of the line that this line cancels.") \
    C(cancels_line_no, INT, PLAIN, "invoice_line", OPTIONAL, NULLABLE, "-", "", "Line that this line cancels.") \
    C(sales_item_id, ID, PLAIN, "item", MIN, NULLABLE, "-", \
      "", "Item or activity as sold, an id of the ERP; empty means a charge.") \
    C(line_kind, WORD, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "part|labour|travel|charge|fixed|expense|core|deductible|text", \
      "What the line bills; when empty: no item is charge, a service item is labour, else part: " \
      "part|labour|travel|charge|fixed|expense|core|deductible|text.") \
    C(item_condition, WORD, PLAIN, "", OPTIONAL, NULLABLE, "new", \
      "new|refurb|used", "Condition of the part as sold: new|refurb|used.") \
    C(outcome, WORD, PLAIN, "", OPTIONAL, NULLABLE, "charge", \
      "charge|no_charge_warranty|no_charge_goodwill|contract_covered", \
      "What the line does: charge|no_charge_warranty|no_charge_goodwill|contract_covered.") \
    C(quantity, DECIMAL, PLAIN, "", MIN, NOT_NULL, "-", \
      "", "Quantity in uom as booked; plus is charged, minus is credited, whatever the kind of document.") \
    C(uom, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "=base_uom", "", "Unit of quantity, open list: units of item_uom.") \
    C(unit_price, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", \
      "Price of one uom before discount, in the document's currency, zero or more; net_amount / quantity when " \
      "absent.") \
    C(discount_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "0", \
      "", "Discount of the line with the sign of net_amount; net_amount is after it.") \
    C(net_amount, DECIMAL, PLAIN, "", MIN, NOT_NULL, "-", \
      "", \
      "Amount of the line after discount and net of tax, in the document's currency; plus is charged, minus is " \
      "credited, whatever the kind of document.") \
    C(tax_code, ID, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Tax code used.") \
    C(tax_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Tax of the line, in the document's currency, with the sign of net_amount.") \
    C(billing_group, ID, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Group of lines billed as one sum, compared together in money only.") \
    C(line_text, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Text of the line, used to find look-alike lines.")

#define TIE_COLUMNS_contract_ledger(C) \
    C(entry_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Ledger entry.") \
    C(contract_id, ID, PLAIN, "contract", GIVEN, NOT_NULL, "-", "", "Contract drawn on.") \
    C(contract_line_no, INT, PLAIN, "contract_line", OPTIONAL, NULLABLE, "-", "", "Line drawn on.") \
    C(posting_date, DATE, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Date of the entry.") \
    C(kind, WORD, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "opening|debit|credit|renewal|expiry", "Kind of entry: opening|debit|credit|renewal|expiry.") \
    C(quantity, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Quantity in the unit of the allowance; plus uses the balance up, minus gives it back or adds to it.") \
    C(amount, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "", "Value in the contract's currency, with the sign of quantity.") \
    C(wo_ref, ID, PLAIN, "work_order", GIVEN, NULLABLE, "-", \
      "", "Order as written in the ERP, any spelling; empty for opening, renewal and expiry.") \
    C(usage_ref, ID, PLAIN, "usage_line", OPTIONAL, NULLABLE, "-", "", "Usage line the entry settles.") \
    C(time_ref, ID, PLAIN, "time_entry", OPTIONAL, NULLABLE, "-", "", "Time entry the entry settles.") \
    C(reverses_entry_id, ID, PLAIN, "contract_ledger", OPTIONAL, NULLABLE, "-", "", "Entry that this one reverses.")

#define TIE_COLUMNS_claim(C) \
    C(claim_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Claim or reserve posting.") \
    C(kind, WORD, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "vendor|internal", "Who pays: vendor|internal; internal is a debit of the own warranty reserve.") \
    C(party_id, ID, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Vendor claimed from.") \
    C(cover_id, ID, PLAIN, "asset_cover", OPTIONAL, NULLABLE, "-", \
      "", "Cover claimed under, the cover_id of the field-service store.") \
    C(wo_ref, ID, PLAIN, "work_order", GIVEN, NULLABLE, "-", "", "Order as written in the ERP, any spelling.") \
    C(usage_ref, ID, PLAIN, "usage_line", OPTIONAL, NULLABLE, "-", "", "Usage line claimed.") \
    C(time_ref, ID, PLAIN, "time_entry", OPTIONAL, NULLABLE, "-", "", "Time entry claimed.") \
    C(item_id, ID, PLAIN, "item", OPTIONAL, NULLABLE, "-", "", "Item claimed, an id of the ERP.") \
    C(item_condition, WORD, PLAIN, "", OPTIONAL, NULLABLE, "new", \
      "new|refurb|used", "Condition of the part as claimed: new|refurb|used.") \
    C(quantity, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Quantity claimed in base unit; minus when reversed.") \
    C(asset_serial_no, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Serial number of the asset claimed for.") \
    C(fault_code, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Fault claimed, open list: the company's fault catalogue.") \
    C(parts_amount, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "", "Amount claimed for parts, in currency; plus is claimed, minus reverses a claim.") \
    C(labour_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "0", \
      "", "Amount claimed for labour, in currency; sign as parts_amount.") \
    C(other_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "0", \
      "", "Amount claimed for travel and other costs, in currency; sign as parts_amount.") \
    C(currency, OPEN, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Currency of the amounts, open list: ISO 4217.") \
    C(filed_date, DATE, PLAIN, "", GIVEN, NULLABLE, "-", "", "Day it was filed or posted; empty for a draft.") \
    C(decided_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Day it was decided.") \
    C(approved_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Amount granted, in currency, zero or more.") \
    C(paid_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "0", "", "Amount received, in currency, zero or more.") \
    C(rtv_ref, ID, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Shipment of the failed part to the vendor.") \
    C(reverses_claim_id, ID, PLAIN, "claim", OPTIONAL, NULLABLE, "-", "", "Claim that this one reverses.") \
    C(status, WORD, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "draft|filed|approved|rejected|appealed|paid|written_off|reversed|cancelled", \
      "State; draft, reversed and cancelled are no outcome: " \
      "draft|filed|approved|rejected|appealed|paid|written_off|reversed|cancelled.")

#define TIE_COLUMNS_erp_order(C) \
    C(wo_ref, ID, PK, "work_order", GIVEN, NOT_NULL, "-", "", "Order as written in the ERP, any spelling.") \
    C(status, WORD, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "open|completed|closed|cancelled|reopened", "State of the order: open|completed|closed|cancelled|reopened.") \
    C(sla_response_due_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "When the response was due according to the ERP.") \
    C(sla_resolution_due_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "When the resolution was due according to the ERP.") \
    C(core_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Core charges and credits inside the reported cost of the job, in currency; plus is cost.") \
    C(currency, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "=order", "", "Currency of core_amount, open list: ISO 4217.")

#define TIE_COLUMNS_inbox(C) \
    C(msg_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Message id of the receiver.") \
    C(idempotency_key, ID, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Key as sent, the link to outbox.") \
    C(received_at, INSTANT, PLAIN, "", GIVEN, NOT_NULL, "-", "", "When it arrived.") \
    C(status, WORD, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "received|processed|failed|ignored", "What became of it: received|processed|failed|ignored.") \
    C(payload_hash, HASH, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "SHA-256 of the content.")

#define TIE_COLUMNS_customer(C) \
    C(customer_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Customer id of the ERP.") \
    C(name, TEXT, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Name.") \
    C(payer_id, ID, PLAIN, "customer", OPTIONAL, NULLABLE, "=customer_id", \
      "", "Customer who pays, an id of the ERP; last in the order of payers.") \
    C(billing_calendar, ID, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", \
      "Name of a [calendar NAME] section of the policy for collective billing; empty means [window] " \
      "billing_after_close.") \
    C(currency, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Currency, open list: ISO 4217.") \
    C(legal_entity_id, ID, PLAIN, "", OPTIONAL, NULLABLE, "''", "", "Company that serves the customer.") \
    C(tax_id, ID, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Tax registration number.") \
    C(tax_class, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Tax status, open list: as in tax_rule.customer_class.") \
    C(payment_terms, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Terms of payment, open list: the ERP's terms.") \
    C(is_blocked, BOOL, PLAIN, "", OPTIONAL, NULLABLE, "no", "", "No business may be done with this customer.") \
    C(postcode, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Postal code.") \
    C(country, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Country, open list: ISO 3166 two letters.") \
    C(phone, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Telephone number.") \
    C(email, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "E-mail address.") \
    C(region, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Region, open list: the [region X] sections of the policy.")

#define TIE_COLUMNS_item(C) \
    C(item_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Item id of the ERP.") \
    C(base_uom, OPEN, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Base unit, open list: units of item_uom.") \
    C(stock_type, WORD, PLAIN, "", OPTIONAL, NULLABLE, "stocked", \
      "stocked|nonstock|expensed|service|kit|core", \
      "How the item is kept; only stocked, kit and core need a movement: stocked|nonstock|expensed|service|kit|core.") \
    C(serial_profile, WORD, PLAIN, "", OPTIONAL, NULLABLE, "none", \
      "none|at_issue|always", "Whether serial numbers are kept: none|at_issue|always.") \
    C(serial_pattern, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Regular expression a serial number must fit; empty means any.") \
    C(is_lot_managed, BOOL, PLAIN, "", OPTIONAL, NULLABLE, "no", "", "Lots are kept.") \
    C(product_class, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Product class, open list: the ERP's classes.") \
    C(tax_class, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Tax status, open list: as in tax_rule.item_class.") \
    C(core_item_id, ID, PLAIN, "item", OPTIONAL, NULLABLE, "-", \
      "", "Item of the core that comes back for this one; empty means none.") \
    C(core_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Value of the core per base unit, in currency, zero or more.") \
    C(currency, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Currency of core_amount, open list: ISO 4217.") \
    C(needs_reservation, BOOL, PLAIN, "", OPTIONAL, NULLABLE, "no", \
      "", "The item may only be used from a reservation.") \
    C(is_active, BOOL, PLAIN, "", OPTIONAL, NULLABLE, "yes", "", "The item may be used.")

#define TIE_COLUMNS_item_uom(C) \
    C(item_id, ID, PK, "item", GIVEN, NOT_NULL, "-", "", "Item id of the ERP.") \
    C(uom, OPEN, PK, "", GIVEN, NOT_NULL, "-", "", "Unit converted from, open list: the ERP's units.") \
    C(factor_num, INT, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "", "Numerator: base quantity = quantity * factor_num / factor_den.") \
    C(factor_den, INT, PLAIN, "", OPTIONAL, NULLABLE, "1", "", "Denominator of the factor, above zero.")

#define TIE_COLUMNS_item_cost(C) \
    C(item_id, ID, PK, "item", GIVEN, NOT_NULL, "-", "", "Item id of the ERP.") \
    C(plant_id, ID, PK, "", OPTIONAL, NULLABLE, "''", "", "Plant; empty means all.") \
    C(item_condition, WORD, PK, "", OPTIONAL, NULLABLE, "new", \
      "new|refurb|used", "Condition valued: new|refurb|used.") \
    C(valid_from, DATE, PK, "", GIVEN, NOT_NULL, "-", "", "First day, inclusive, until the next row's first day.") \
    C(unit_cost, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Cost of one base unit, in currency, zero or more.") \
    C(currency, OPEN, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Currency of unit_cost, open list: ISO 4217.")

#define TIE_COLUMNS_supersession(C) \
    C(from_item_id, ID, PK, "item", GIVEN, NOT_NULL, "-", "", "Item replaced.") \
    C(to_item_id, ID, PK, "item", GIVEN, NOT_NULL, "-", "", "Item that replaces it.") \
    C(valid_from, DATE, PK, "", OPTIONAL, NULLABLE, "1900-01-01", "", "First day, inclusive.") \
    C(valid_to, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Last day, inclusive; empty means open.") \
    C(direction, WORD, PLAIN, "", OPTIONAL, NULLABLE, "forward", \
      "forward|full", "Whether the old item may also stand for the new one: forward|full.") \
    C(kind, WORD, PLAIN, "", OPTIONAL, NULLABLE, "superseded", \
      "superseded|substitute", "Kind of link: superseded|substitute.") \
    C(factor_num, INT, PLAIN, "", OPTIONAL, NULLABLE, "1", \
      "", "Numerator of the to-item's base quantity for one from-item.") \
    C(factor_den, INT, PLAIN, "", OPTIONAL, NULLABLE, "1", "", "Denominator of that factor, above zero.")

#define TIE_COLUMNS_kit(C) \
    C(kit_item_id, ID, PK, "item", GIVEN, NOT_NULL, "-", "", "Kit.") \
    C(kit_version, ID, PK, "", OPTIONAL, NULLABLE, "1", "", "Version of the kit.") \
    C(component_item_id, ID, PK, "item", GIVEN, NOT_NULL, "-", "", "Component.") \
    C(factor_num, INT, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Numerator of the component's base quantity in one kit.") \
    C(factor_den, INT, PLAIN, "", OPTIONAL, NULLABLE, "1", \
      "", "Denominator of the component's base quantity in one kit, above zero.") \
    C(valid_from, DATE, PLAIN, "", OPTIONAL, NULLABLE, "1900-01-01", "", "First day, inclusive.") \
    C(valid_to, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Last day, inclusive; empty means open.")

#define TIE_COLUMNS_sales_map(C) \
    C(used_item_id, ID, PK, "", GIVEN, NOT_NULL, "-", \
      "", "Item or activity as used: an item id of the ERP, a word of time_entry.kind, trip or callout.") \
    C(sales_item_id, ID, PK, "item", GIVEN, NOT_NULL, "-", "", "Item it is sold as.")

#define TIE_COLUMNS_location(C) \
    C(location_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Place id of the ERP.") \
    C(kind, WORD, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "warehouse|van|transit|customer|vendor", "Kind of place: warehouse|van|transit|customer|vendor.") \
    C(legal_entity_id, ID, PLAIN, "", OPTIONAL, NULLABLE, "''", "", "Company that owns the place.") \
    C(plant_id, ID, PLAIN, "", OPTIONAL, NULLABLE, "''", "", "Plant the place belongs to, for item_cost.") \
    C(owner, WORD, PLAIN, "", OPTIONAL, NULLABLE, "own", \
      "own|consignment|customer|vendor", "Who owns the stock there: own|consignment|customer|vendor.") \
    C(technician_id, ID, PLAIN, "technician", OPTIONAL, NULLABLE, "-", \
      "", "Technician of a van, mapped by xref technician.")

#define TIE_COLUMNS_contract(C) \
    C(contract_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Contract id of the ERP.") \
    C(customer_id, ID, PLAIN, "customer", GIVEN, NOT_NULL, "-", "", "Customer, an id of the ERP.") \
    C(payer_id, ID, PLAIN, "customer", OPTIONAL, NULLABLE, "-", "", "Customer who pays, an id of the ERP.") \
    C(start_date, DATE, PLAIN, "", GIVEN, NOT_NULL, "-", "", "First day, inclusive.") \
    C(end_date, DATE, PLAIN, "", GIVEN, NULLABLE, "-", "", "Last day, inclusive; empty means open.") \
    C(status, WORD, PLAIN, "", OPTIONAL, NULLABLE, "active", \
      "draft|active|suspended|expired|cancelled", "State: draft|active|suspended|expired|cancelled.") \
    C(suspended_from_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "First day of a suspension, inclusive.") \
    C(suspended_to_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Last day of a suspension, inclusive; empty means open.") \
    C(tier, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Service level, open list: the company's tiers.") \
    C(currency, OPEN, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Currency, open list: ISO 4217.") \
    C(legal_entity_id, ID, PLAIN, "", OPTIONAL, NULLABLE, "''", "", "Company that sells the contract.") \
    C(signed_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Day it was signed.") \
    C(cancelled_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Day it was cancelled.") \
    C(cancel_terms, WORD, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "refund|forfeit|pro_rata", "What happens to an unused prepaid balance: refund|forfeit|pro_rata.")

#define TIE_COLUMNS_contract_line(C) \
    C(contract_id, ID, PK, "contract", GIVEN, NOT_NULL, "-", "", "Contract.") \
    C(line_no, INT, PK, "", GIVEN, NOT_NULL, "-", "", "Line of the contract.") \
    C(asset_id, ID, PLAIN, "asset", OPTIONAL, NULLABLE, "-", \
      "", "Asset covered, mapped by xref asset; empty means all of the customer's.") \
    C(cover_scope, WORD, PLAIN, "", OPTIONAL, NULLABLE, "all", \
      "all|repair|pm|install", "Orders covered: all|repair|pm|install.") \
    C(share_parts, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "0", "", "Covered share of parts, a fraction 0..1.") \
    C(share_labour, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "0", "", "Covered share of labour, a fraction 0..1.") \
    C(share_travel, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "0", "", "Covered share of travel, a fraction 0..1.") \
    C(share_expense, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "0", "", "Covered share of expenses, a fraction 0..1.") \
    C(exclusions, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Cause codes that are not covered, separated by semicolons.") \
    C(price_list_id, ID, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "The contract's own price list; wins over its discounts.") \
    C(discount_parts_pct, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "0", \
      "", "Discount on list prices of parts, a fraction 0..1.") \
    C(discount_labour_pct, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "0", \
      "", "Discount on list prices of labour and travel, a fraction 0..1.") \
    C(allowance_kind, WORD, PLAIN, "", OPTIONAL, NULLABLE, "none", \
      "none|visits|hours|parts_qty|amount", \
      "What is limited; none means no balance is kept and no debit is expected: none|visits|hours|parts_qty|amount.") \
    C(allowance_qty, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Limit per allowance_period, in visits, hours, base units or contract currency as allowance_kind says.") \
    C(allowance_period, WORD, PLAIN, "", OPTIONAL, NULLABLE, "term", \
      "term|year|quarter|month", "When the limit starts anew, counted from start_date: term|year|quarter|month.") \
    C(overage_unit_price, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Price of one unit beyond the limit, in the contract's currency; empty means the normal price.") \
    C(cap_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Most that the contract covers per order, in the contract's currency; empty means no cap.") \
    C(deductible_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "0", \
      "", "What the customer pays per covered order, in the contract's currency, zero or more.") \
    C(fee_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Fee per billing period, in the contract's currency, zero or more.") \
    C(index_pct, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Agreed increase of the fee, a fraction; 0.03 is 3 percent.") \
    C(index_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Day from which the increase holds.") \
    C(visit_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Value of one promised visit or penalty for missing it, in the contract's currency, zero or more.") \
    C(response_penalty_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "0", \
      "", "Credit owed for a late response, in the contract's currency, zero or more.") \
    C(resolution_penalty_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "0", \
      "", "Credit owed for a late resolution, in the contract's currency, zero or more.") \
    C(valid_from, DATE, PLAIN, "", OPTIONAL, NULLABLE, "=contract.start_date", "", "First day, inclusive.") \
    C(valid_to, DATE, PLAIN, "", OPTIONAL, NULLABLE, "=contract.end_date", "", "Last day, inclusive; empty means open.")

#define TIE_COLUMNS_billing_plan(C) \
    C(contract_id, ID, PK, "contract", GIVEN, NOT_NULL, "-", "", "Contract.") \
    C(seq_no, INT, PK, "", GIVEN, NOT_NULL, "-", "", "Running number of the due.") \
    C(due_date, DATE, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Day it is to be billed.") \
    C(amount, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Amount to bill, net of tax, in currency, zero or more.") \
    C(currency, OPEN, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Currency of amount, open list: ISO 4217.") \
    C(inv_id, ID, PLAIN, "invoice", GIVEN, NULLABLE, "-", "", "Document that billed it; empty when none did.")

#define TIE_COLUMNS_revenue_schedule(C) \
    C(contract_id, ID, PK, "contract", GIVEN, NOT_NULL, "-", "", "Contract.") \
    C(legal_entity_id, ID, PK, "", OPTIONAL, NULLABLE, "''", "", "Company that books it.") \
    C(period_id, ID, PK, "period", GIVEN, NOT_NULL, "-", "", "Ledger period.") \
    C(planned_amount, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "", "Revenue planned for the period, in currency, zero or more.") \
    C(released_amount, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Revenue released in the period, in currency.") \
    C(currency, OPEN, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Currency of the amounts, open list: ISO 4217.")

#define TIE_COLUMNS_reserve(C) \
    C(legal_entity_id, ID, PK, "", OPTIONAL, NULLABLE, "''", "", "Company.") \
    C(period_id, ID, PK, "period", GIVEN, NOT_NULL, "-", "", "Ledger period.") \
    C(product_class, OPEN, PK, "", OPTIONAL, NULLABLE, "''", \
      "", "Product class, open list: the ERP's classes; empty means all.") \
    C(opening_amount, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "", "Reserve at the start, in currency, a liability is plus.") \
    C(accrued_amount, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "", "Added in the period, in currency, plus raises the reserve.") \
    C(settled_amount, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "", "Used in the period, in currency, plus lowers the reserve.") \
    C(adjusted_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "0", \
      "", "Changes of old liabilities, in currency, plus raises the reserve.") \
    C(closing_amount, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "", "Reserve at the end, in currency, a liability is plus.") \
    C(currency, OPEN, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Currency of the amounts, open list: ISO 4217.") \
    C(sold_qty, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Units sold under warranty in the period, in base unit, zero or more.") \
    C(accrual_unit_cost, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Amount accrued for one unit sold, in currency, zero or more.")

#define TIE_COLUMNS_price(C) \
    C(price_list_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Price list.") \
    C(used_item_id, ID, PK, "", GIVEN, NOT_NULL, "-", \
      "", "Item or activity as used: an item id of the ERP, a word of time_entry.kind, trip or callout.") \
    C(customer_id, ID, PK, "customer", OPTIONAL, NULLABLE, "-", \
      "", "Customer for whom the price holds, an id of the ERP; empty means all.") \
    C(item_condition, WORD, PK, "", OPTIONAL, NULLABLE, "new", \
      "new|refurb|used", "Condition priced: new|refurb|used.") \
    C(rate_band, WORD, PK, "", OPTIONAL, NULLABLE, "base", \
      "base|after_hours|weekend|holiday|emergency", \
      "Rate band of labour: base|after_hours|weekend|holiday|emergency.") \
    C(valid_from, DATE, PK, "", OPTIONAL, NULLABLE, "1900-01-01", "", "First day, inclusive.") \
    C(valid_to, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Last day, inclusive; empty means open.") \
    C(unit_price, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Net price of one uom, in currency, zero or more.") \
    C(uom, OPEN, PLAIN, "", OPTIONAL, NULLABLE, "=base_uom", \
      "", "Unit of the price, open list: units of item_uom; h or min for labour.") \
    C(currency, OPEN, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Currency of the prices, open list: ISO 4217.") \
    C(charge_basis, WORD, PLAIN, "", OPTIONAL, NULLABLE, "each", \
      "each|visit|tour|day", "How often a charge is due: each|visit|tour|day.") \
    C(minimum_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Least charge per line, in currency, zero or more.") \
    C(minimum_minutes, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Least minutes charged, zero or more.") \
    C(round_to_minutes, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Step to which minutes are rounded; empty means no rounding.") \
    C(round_mode, WORD, PLAIN, "", OPTIONAL, NULLABLE, "up", \
      "up|nearest|down", "How minutes are rounded: up|nearest|down.") \
    C(flat_amount, DECIMAL, PLAIN, "", OPTIONAL, NULLABLE, "-", \
      "", "Fixed charge instead of unit_price, in currency, zero or more; empty means none.")

#define TIE_COLUMNS_fx_rate(C) \
    C(from_currency, OPEN, PK, "", GIVEN, NOT_NULL, "-", "", "Currency converted from, open list: ISO 4217.") \
    C(to_currency, OPEN, PK, "", GIVEN, NOT_NULL, "-", "", "Currency converted to, open list: ISO 4217.") \
    C(rate_date, DATE, PK, "", GIVEN, NOT_NULL, "-", "", "Day of the rate; it holds until the next one.") \
    C(rate_kind, WORD, PK, "", OPTIONAL, NULLABLE, "mid", \
      "mid|buy|sell|average|closing", "Kind of rate, chosen by policy [money] fx_kind: mid|buy|sell|average|closing.") \
    C(rate, RATE, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "", "Units of to_currency for one unit of from_currency, above zero.")

#define TIE_COLUMNS_tax_rule(C) \
    C(country, OPEN, PK, "", GIVEN, NOT_NULL, "-", \
      "", "Country of the place of work, open list: ISO 3166 two letters.") \
    C(customer_class, OPEN, PK, "", GIVEN, NOT_NULL, "-", \
      "", "Tax status of the customer, open list: as in customer.tax_class.") \
    C(item_class, OPEN, PK, "", GIVEN, NOT_NULL, "-", "", "Tax status of the item, open list: as in item.tax_class.") \
    C(valid_from, DATE, PK, "", OPTIONAL, NULLABLE, "1900-01-01", \
      "", "First day, inclusive, until the next row's first day.") \
    C(tax_code, ID, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Tax code to use.") \
    C(tax_pct, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Tax rate, a fraction 0..1.")

#define TIE_COLUMNS_period(C) \
    C(legal_entity_id, ID, PK, "", OPTIONAL, NULLABLE, "''", "", "Company.") \
    C(period_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Ledger period.") \
    C(start_date, DATE, PLAIN, "", GIVEN, NOT_NULL, "-", "", "First day, inclusive.") \
    C(end_date, DATE, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Last day, inclusive.") \
    C(closed_at, INSTANT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "When it was closed for posting; empty while open.")

#define TIE_COLUMNS_gl_balance(C) \
    C(legal_entity_id, ID, PK, "", OPTIONAL, NULLABLE, "''", "", "Company.") \
    C(account_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Account.") \
    C(period_id, ID, PK, "period", GIVEN, NOT_NULL, "-", "", "Ledger period.") \
    C(plant_id, ID, PK, "", OPTIONAL, NULLABLE, "''", "", "Plant; empty means all.") \
    C(wo_ref, ID, PK, "work_order", OPTIONAL, NULLABLE, "-", \
      "", "Order as written in the ERP for balances kept per order; empty means the whole account.") \
    C(account_role, WORD, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "inventory|interim|revenue|unbilled", "What the account holds: inventory|interim|revenue|unbilled.") \
    C(opening_amount, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", \
      "", "Balance at the start, in currency, debit is plus.") \
    C(closing_amount, DECIMAL, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Balance at the end, in currency, debit is plus.") \
    C(currency, OPEN, PLAIN, "", GIVEN, NOT_NULL, "-", "", "Currency of the amounts, open list: ISO 4217.")

#define TIE_COLUMNS_xref(C) \
    C(fsm_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Id in the field-service store.") \
    C(erp_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Id in the ERP.") \
    C(valid_from, DATE, PK, "", OPTIONAL, NULLABLE, "1900-01-01", "", "First day, inclusive.") \
    C(valid_to, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Last day, inclusive; empty means open.") \
    C(is_merge, BOOL, PLAIN, "", OPTIONAL, NULLABLE, "no", \
      "", "The pair is meant to be one of several after records were merged.")

#define TIE_COLUMNS_erp_asset(C) \
    C(asset_id, ID, PK, "", GIVEN, NOT_NULL, "-", "", "Equipment id of the ERP, mapped by xref asset.") \
    C(valid_from, DATE, PK, "", OPTIONAL, NULLABLE, "1900-01-01", "", "First day of this row, inclusive.") \
    C(valid_to, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Last day of this row, inclusive; empty means open.") \
    C(customer_id, ID, PLAIN, "customer", GIVEN, NULLABLE, "-", \
      "", "Owner or ship-to on these days, an id of the ERP.") \
    C(item_id, ID, PLAIN, "item", OPTIONAL, NULLABLE, "-", "", "Item of the asset, an id of the ERP.") \
    C(serial_no, TEXT, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Serial number.") \
    C(ship_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Day it was shipped.") \
    C(install_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Day it was installed.") \
    C(warranty_end_date, DATE, PLAIN, "", OPTIONAL, NULLABLE, "-", "", "Last day of the own warranty, inclusive.")

/* Every word that a closed list may hold; W(NAME, text). A WORD cell is one of these. */
#define TIE_WORDS(W) \
    W(ACTIVE, "active") W(ADVANCE, "advance") W(AFTER_COMPLETION, "after_completion") W(AFTER_HOURS, "after_hours") \
    W(ALL, "all") W(ALWAYS, "always") W(AMOUNT, "amount") W(APPEALED, "appealed") \
    W(APPROVED, "approved") W(AT_ISSUE, "at_issue") W(AVERAGE, "average") W(BASE, "base") \
    W(BLOCKED, "blocked") W(BUY, "buy") W(CANCEL, "cancel") W(CANCELLED, "cancelled") \
    W(CHANGE, "change") W(CHARGE, "charge") W(CHARGEABLE, "chargeable") W(CHECKLIST, "checklist") \
    W(CLAIM, "claim") W(CLOSED, "closed") W(CLOSING, "closing") W(COMPLETED, "completed") \
    W(CONSIGNMENT, "consignment") W(CONTRACT, "contract") W(CONTRACT_COVERED, "contract_covered") W(CORE, "core") \
    W(CORE_IN, "core_in") W(CORRECTION, "correction") W(COSTED, "costed") W(COUNT, "count") \
    W(COVERED, "covered") W(CREDIT, "credit") W(CREDITED, "credited") W(CUSTOMER, "customer") \
    W(DAY, "day") W(DEBIT, "debit") W(DECISION, "decision") W(DEDUCTIBLE, "deductible") \
    W(DISCOUNT, "discount") W(DONE, "done") W(DOWN, "down") W(DRAFT, "draft") \
    W(EACH, "each") W(EMERGENCY, "emergency") W(ERROR, "error") W(ESTIMATED, "estimated") \
    W(EXPENSE, "expense") W(EXPENSED, "expensed") W(EXPIRED, "expired") W(EXPIRY, "expiry") \
    W(FAILED, "failed") W(FILED, "filed") W(FIXED, "fixed") W(FORFEIT, "forfeit") \
    W(FORWARD, "forward") W(FREIGHT, "freight") W(FSM, "fsm") W(FULL, "full") \
    W(GOODWILL, "goodwill") W(HOLIDAY, "holiday") W(HOURS, "hours") W(IGNORED, "ignored") \
    W(INCOMPLETE, "incomplete") W(INSPECTION, "inspection") W(INSTALL, "install") W(INTERCOMPANY, "intercompany") \
    W(INTERIM, "interim") W(INTERNAL, "internal") W(INVENTORY, "inventory") W(INVOICE, "invoice") \
    W(INVOICE_LINE, "invoice_line") W(ISSUE_CC, "issue_cc") W(ISSUE_WO, "issue_wo") W(ISSUED, "issued") \
    W(KIT, "kit") W(LABOUR, "labour") W(LOANER, "loaner") W(LODGING, "lodging") \
    W(LOST, "lost") W(MANUAL, "manual") W(MID, "mid") W(MILESTONE, "milestone") \
    W(MISSED, "missed") W(MONTH, "month") W(NEAREST, "nearest") W(NEW, "new") \
    W(NO_ACCESS, "no_access") W(NO_CHARGE_GOODWILL, "no_charge_goodwill") W(NO_CHARGE_WARRANTY, "no_charge_warranty") \
    W(NONE, "none") \
    W(NONSTOCK, "nonstock") W(OPEN, "open") W(OPENING, "opening") W(OTHER, "other") \
    W(OVERRIDE, "override") W(OVERTIME, "overtime") W(OWN, "own") W(OWN_WARRANTY, "own_warranty") \
    W(PAID, "paid") W(PART, "part") W(PART_WARRANTY, "part_warranty") W(PARTS_QTY, "parts_qty") \
    W(PENDING, "pending") W(PHOTO, "photo") W(PLANNED, "planned") W(PM, "pm") \
    W(POLICY, "policy") W(POSTED, "posted") W(PREPAID, "prepaid") W(PRO_RATA, "pro_rata") \
    W(PROCESSED, "processed") W(PROFORMA, "proforma") W(QUARTER, "quarter") W(RECALL, "recall") \
    W(RECEIPT_PO, "receipt_po") W(RECEIVED, "received") W(REFUND, "refund") W(REFURB, "refurb") \
    W(REJECTED, "rejected") W(RELEASE, "release") W(RELEASED, "released") W(REMOTE, "remote") \
    W(REMOVED, "removed") W(RENEWAL, "renewal") W(REOPENED, "reopened") W(REPAIR, "repair") \
    W(REPORT, "report") W(RETIRED, "retired") W(RETURN_CC, "return_cc") W(RETURN_VENDOR, "return_vendor") \
    W(RETURN_WO, "return_wo") W(RETURNED, "returned") W(REVENUE, "revenue") W(REVERSED, "reversed") \
    W(SAFETY_STEP, "safety_step") W(SALES_ORDER, "sales_order") W(SCHEDULED, "scheduled") W(SCRAP, "scrap") \
    W(SCRAPPED, "scrapped") W(SEGMENT, "segment") W(SELL, "sell") W(SERVICE, "service") \
    W(SHARED, "shared") W(SHIPPED, "shipped") W(SIGNATURE, "signature") W(SIGNOFF, "signoff") \
    W(STOCKED, "stocked") W(SUBCONTRACT, "subcontract") W(SUBMITTED, "submitted") W(SUBSTITUTE, "substitute") \
    W(SUPERSEDED, "superseded") W(SUSPENDED, "suspended") W(T_AND_M, "t_and_m") W(TERM, "term") \
    W(TEST_RECORD, "test_record") W(TEXT, "text") W(TIME_ENTRY, "time_entry") W(TOLL, "toll") \
    W(TOUR, "tour") W(TRAINING, "training") W(TRANSFER_IN, "transfer_in") W(TRANSFER_OUT, "transfer_out") \
    W(TRANSIT, "transit") W(TRAVEL, "travel") W(UNBILLED, "unbilled") W(UP, "up") \
    W(USAGE_LINE, "usage_line") W(USED, "used") W(VAN, "van") W(VENDOR, "vendor") \
    W(VENDOR_WARRANTY, "vendor_warranty") W(VISIT, "visit") W(VISITS, "visits") W(WAIT, "wait") \
    W(WAIVED, "waived") W(WAREHOUSE, "warehouse") W(WARRANTY, "warranty") W(WEEKEND, "weekend") \
    W(WITHDRAWN, "withdrawn") W(WORK, "work") W(WORK_ORDER, "work_order") W(WRITTEN_OFF, "written_off") \
    W(YEAR, "year")

/* clang-format on */

#endif
