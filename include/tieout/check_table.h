/*
 * check_table.h - the catalogue: every check of the product, also those that this version does not run yet.
 *
 * Included by check.h only. A row is
 *
 *   K(ENUM, "code", release, "title", GRAIN, "key", "due", BUCKET, CERTAINTY, severity, "verbs", REASON,
 *     "needs", "test", "exposure", "book effect", "sentence", "definition")
 *
 *   key        parts of finding_id, in this order       due       trigger + policy key, "-" none
 *   needs      columns without which the check is off   verbs     first choice, then |VERB when condition
 *   sentence   explanation with {placeholders}          release   1 first slice .. 5 later
 *
 * To add a check: its row here, its function in the file of its family (src/check/README.md).
 */
#ifndef TIEOUT_CHECK_TABLE_H
#define TIEOUT_CHECK_TABLE_H

/* clang-format off */
#define TIE_CHECKS(K) \
    K(INV_01, "INV-01", 1, "Usage without goods movement", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.movement_after_close", COST, FIRM, 2, "GI|INVST when TIM-11 explains it", NOT_RECORDED, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date", \
      "U > 0 and M = 0 after every pass, for a stocked item owned by the company.", \
      "+U*c", \
      "-U*c", \
      "{usage_qty} {item} used on {work_order}, none issued: issue {diff} from {location}; cost {exposure} " \
      "{currency}", \
      "A part was reported as used, but no stock was ever issued for it.") \
    K(INV_02, "INV-02", 1, "Goods issue without reported usage", GROUP, \
      "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.movement_after_close", COST, CONTINGENT, 2, "INVST|FSM when Bq = M", NOT_RECORDED, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date,invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency," \
      "invoice.posting_date,invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref," \
      "invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount", \
      "M > 0 and U = 0 on a closed order after every pass; read as relation 6 when Bq = M.", \
      "+M*c; 0 when Bq = M", \
      "0", \
      "{movement_qty} {item} issued to {work_order}, none reported as used, {billed_qty} billed: find out " \
      "which is true; at stake {exposure} {currency}", \
      "Stock was issued to a work order that reports no use of the part.") \
    K(INV_03, "INV-03", 1, "Quantity difference usage vs net movement", GROUP, \
      "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.movement_after_close", COST, FIRM, 2, "GI|FSM when relation 6 or 7|INVST when CONTINGENT", \
      NOT_RECORDED, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date,invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency," \
      "invoice.posting_date,invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref," \
      "invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount", \
      "U > 0, M > 0, abs(U-M) > tolerance, and the relation of U, M and Bq is 4, 6, 7, 8, 9 or 12 (M > U with " \
      "the billing not agreeing with M is INV-10).", \
      "+(U-M)*c when relation 4, 8, 9 or 12; 0 when relation 6 or 7", \
      "-(U-M)*c when GI; 0 when FSM or INVST", \
      "{usage_qty} used on {work_order}, {movement_qty} issued from {location}, {billed_qty} billed: {action} " \
      "{diff}; cost {exposure} {currency}", \
      "The quantity reported as used and the quantity issued from stock differ.") \
    K(INV_04, "INV-04", 1, "Item mismatch", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.movement_after_close", COST, FIRM, 2, \
      "GI+GR-REV|FSM when the billing names B|INVST when the billing names neither", WRONG_ITEM, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date,invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency," \
      "invoice.posting_date,invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref," \
      "invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount", \
      "On one order exactly one unmatched usage group of item A and one unmatched movement group of item B, " \
      "with no valid substitution path, of the same product class or the same base quantity; replaces INV-01 " \
      "and INV-02 of the two.", \
      "+q*abs(c_used-c_issued) when the billing names A; 0 when it names B", \
      "+q*(c_issued-c_used) when GI+GR-REV; 0 when FSM or INVST", \
      "{item} reported on {work_order}, but {other_item} was issued ({movement_qty}): put the issue or the " \
      "report right; difference {exposure} {currency}", \
      "The part reported and the part issued are different items, and neither replaces the other.") \
    K(INV_05, "INV-05", 3, "Superseded or substituted item used", GROUP, \
      "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.movement_after_close", COST, NONE, 4, \
      "NONE|MDM when the item map or price lacks the successor", SUPERSEDED, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date,supersession.from_item_id,supersession.to_item_id,supersession.direction", \
      "The group was matched only through a substitution path that is valid in its direction on the date (P7 " \
      "or P10).", \
      "0", \
      "0", \
      "{item} reported on {work_order}, its substitute {other_item} was issued: nothing to book", \
      "A valid substitute was issued in place of the reported part; a price difference is reported by BIL-04.") \
    K(INV_06, "INV-06", 1, "Serial or lot mismatch", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.movement_after_close", COST, CONTINGENT, 2, \
      "INVST|FSM when asset or claim names the issued serial", SERIAL, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date,usage_line.serial_no,movement.serial_no", \
      "U = M, but the sets of serials or lots differ, or a serial left a place where it was not.", \
      "+q*c over the serials that differ", \
      "0", \
      "{work_order}: serial {serial} reported, {other_ref} issued for {item}: find the right one; at stake " \
      "{exposure} {currency}", \
      "The serial or lot reported is not the one that stock issued.") \
    K(INV_07, "INV-07", 1, "Duplicate goods issue", ROW, "dataset,row_id", \
      "posting_date + window.late_sync", COST, FIRM, 2, "GR-REV|INVST when CONTINGENT", DUPLICATE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date", \
      "M > U and a residual issue row with no usage and no billing partner equals an earlier one in external " \
      "id, or in order, item and serial, or in order, item, quantity, date and user within window.duplicate; " \
      "tier D3 is CONTINGENT; replaces INV-10 for that quantity.", \
      "+q*c", \
      "+q*c; 0 when CONTINGENT", \
      "{ref} repeats {other_ref}: {diff} {item} issued twice to {work_order}: reverse it; {exposure} {currency}", \
      "The same goods issue was posted twice.") \
    K(INV_08, "INV-08", 1, "Duplicate usage report", ROW, "dataset,row_id", \
      "event_at + window.late_sync", COST, FIRM, 2, "FSM", DUPLICATE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date,invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency," \
      "invoice.posting_date,invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref," \
      "invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount", \
      "U > M and a residual usage row with no movement and no billing partner equals an earlier one (D1, D2; " \
      "D3 is CONTINGENT); replaces INV-03 in relation 7; a row with the external id and payload of an earlier " \
      "one is left out of U at load and reported here.", \
      "0", \
      "0", \
      "{ref} repeats {other_ref}: {diff} {item} reported twice on {work_order}, {movement_qty} issued: cancel " \
      "the second report", \
      "The same use of a part was reported twice; anything billed for it is reported by BIL-05.") \
    K(INV_09, "INV-09", 2, "Wrong warehouse, van or bin", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "posting_date", COST, NONE, 3, "TRF", WRONG_LOC, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date,movement.from_location_id,usage_line.location_id", \
      "The matched issue came from a location that is neither the technician's van nor the reported nor the " \
      "reserved one.", \
      "0", \
      "0", \
      "{item} for {work_order} was reported from {location} but issued from {other_location}: transfer " \
      "{movement_qty}", \
      "The part was issued from another van, store or bin than the one that was used.") \
    K(INV_10, "INV-10", 1, "Surplus issued and not returned", GROUP, \
      "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.return_after_close", COST, FIRM, 2, \
      "GR-REV|TRF when the surplus stays in the van|INVST when relation 11 or 13 or CONTINGENT", NOT_POSTED, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date,invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency," \
      "invoice.posting_date,invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref," \
      "invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount", \
      "U > 0, M > U beyond tolerance, and M = Bq does not hold (relation 5, 10, 11 or 13; no billing counts as " \
      "Bq = 0).", \
      "+(M-U)*c", \
      "+(M-U)*c; 0 when CONTINGENT", \
      "{usage_qty} used on {work_order}, {movement_qty} issued, {billed_qty} billed: return {diff} {item}; " \
      "{exposure} {currency}", \
      "More was issued than used, and the surplus was not returned to stock.") \
    K(INV_11, "INV-11", 3, "Unit-of-measure discrepancy", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.movement_after_close", COST, CONTINGENT, 2, \
      "INVST|GI when U = Bq > M|GR-REV when U = Bq < M|FSM when M = Bq", UOM, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date,item_uom.item_id,item_uom.uom,item_uom.factor_num,item_uom.factor_den", \
      "U/M or M/U equals a conversion factor of the item other than 1 (P5); replaces INV-03 and INV-10.", \
      "+abs(U-M)*c; 0 when M = Bq", \
      "0; -(U-M)*c when GI; +(M-U)*c when GR-REV", \
      "{usage_qty} used and {movement_qty} issued of {item} on {work_order} differ by its unit factor {ratio}: " \
      "check the unit; at stake {exposure} {currency}", \
      "Use and issue differ by exactly a unit factor, such as boxes against pieces; FIRM as soon as the " \
      "billing agrees with one side.") \
    K(INV_12, "INV-12", 3, "Kit explosion mismatch", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.movement_after_close", COST, FIRM, 3, "GI|GR-REV when a component is surplus", KIT, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date,kit.kit_item_id,kit.component_item_id,kit.factor_num,kit.factor_den", \
      "A kit stands on one side and the exploded components on the other differ in item or in whole-number " \
      "scale (P6 fails); replaces INV-01 to INV-04 of the components.", \
      "+sum(abs(u_k-m_k)*c_k)", \
      "-sum((u_k-m_k)*c_k)", \
      "Kit {item} on {work_order}: components issued do not make {usage_qty} kits ({name}): correct them; " \
      "{exposure} {currency}", \
      "The components issued do not add up to the kit that was reported.") \
    K(INV_13, "INV-13", 4, "Movement cost missing or outlier", ROW, "dataset,row_id", \
      "posting_date", COST, FIRM, 3, "RCL|MDM when the item has no standard cost", PRICE, \
      "movement.mov_id,movement.line_no,movement.movement_class,movement.wo_ref,movement.item_id," \
      "movement.quantity,movement.uom,movement.posting_date,movement.cost_amount,item_cost.item_id," \
      "item_cost.unit_cost", \
      "The unit cost of a valued issue is 0 or outside 1/k to k times the standard cost of the date.", \
      "+q*(c_std-c_act)", \
      "-q*(c_std-c_act)", \
      "{ref}: {item} issued at {actual_amount} where standard is {expected_amount} {currency}", \
      "A movement carries no cost, or a cost far from the item's standard.") \
    K(INV_14, "INV-14", 5, "Ownership error", ROW, "dataset,row_id", \
      "posting_date", COST, FIRM, 2, "RCL|ADJ when the wrong stock was reduced", CONSIGN, \
      "movement.mov_id,movement.line_no,movement.movement_class,movement.wo_ref,movement.item_id," \
      "movement.quantity,movement.uom,movement.posting_date,movement.owner,movement.from_location_id," \
      "location.location_id,location.owner", \
      "The owner of the moved stock is not the owner the location or the item implies, or the vendor liability " \
      "of consumed consignment stock is missing.", \
      "+q*c", \
      "0; -q*c when the vendor liability is missing", \
      "{ref}: {movement_qty} {item} moved as {erp_value} stock, owner is {fsm_value}; {exposure} {currency}", \
      "Consignment or customer stock was moved as the company's own, or the reverse.") \
    K(INV_15, "INV-15", 1, "Movement posted to the wrong object", ROW, "dataset,row_id,wo_id", \
      "posting_date + window.late_sync", COST, FIRM, 3, "GR-REV+GI|NONE when the object is a cost centre", WRONG_WO, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date", \
      "An issue that names a cost centre, another or an unknown order was linked to usage of this order by P4, " \
      "P8, P9 or P10; replaces INV-01 here and INV-02 or INV-21 there.", \
      "0", \
      "0", \
      "{ref}: {movement_qty} {item} for {work_order} was posted to {other_ref}: move it", \
      "The issue exists but was posted to another order or to a cost centre.") \
    K(INV_16, "INV-16", 1, "Orphan or excess reversal", ROW, "dataset,row_id", \
      "posting_date", COST, FIRM, 2, "GI|INVST when the original may be older than the history", REVERSAL, \
      "movement.mov_id,movement.line_no,movement.movement_class,movement.wo_ref,movement.item_id," \
      "movement.quantity,movement.uom,movement.posting_date", \
      "A return or reversal has no original, or all reversals of an original exceed it; the excess is not " \
      "carried to another order.", \
      "+q*c", \
      "-q*c", \
      "{ref} returns {diff} {item} on {work_order} that were never issued: issue {diff}; {exposure} {currency}", \
      "More was returned or reversed than was issued, so stock is overstated.") \
    K(INV_17, "INV-17", 4, "One-legged or unequal transfer", ROW, "dataset,row_id", \
      "posting_date + window.transit", COST, FIRM, 2, "TRF|ADJ when the goods are lost", NOT_POSTED, \
      "movement.mov_id,movement.line_no,movement.movement_class,movement.wo_ref,movement.item_id," \
      "movement.quantity,movement.uom,movement.posting_date,movement.pair_mov_id,movement.to_location_id", \
      "A transfer-out leg has no transfer-in leg, or the legs differ in quantity.", \
      "+q*c", \
      "0; -q*c when ADJ", \
      "{ref}: {diff} {item} left {location} and did not arrive at {other_location}; {exposure} {currency}", \
      "A transfer between two places has only one leg, or unequal legs.") \
    K(INV_18, "INV-18", 4, "Location balance does not roll forward", LOCATION_ITEM, "location_id,item_id,owner,date", \
      "end_of_period + window.cutoff", COST, CONTINGENT, 2, "INVST|ADJ when a count confirms it", UNKNOWN, \
      "movement.mov_id,movement.line_no,movement.movement_class,movement.wo_ref,movement.item_id," \
      "movement.quantity,movement.uom,movement.posting_date,stock_balance.location_id,stock_balance.item_id," \
      "stock_balance.balance_date,stock_balance.quantity", \
      "Opening balance plus receipts less issues plus counts differs from the closing balance beyond tolerance.", \
      "+abs(diff)*c", \
      "0", \
      "{item} at {location}: movements lead to {expected_qty}, the balance says {movement_qty}; at stake " \
      "{exposure} {currency}", \
      "The movements of a place do not explain its stock balance.") \
    K(INV_19, "INV-19", 5, "Negative stock or balance under physical count", LOCATION_ITEM, \
      "location_id,item_id,owner", \
      "-", COST, FIRM, 3, "ADJ|INVST when there is no count", UNKNOWN, \
      "stock_balance.location_id,stock_balance.item_id,stock_balance.balance_date,stock_balance.quantity," \
      "movement.movement_class,movement.item_id,movement.quantity", \
      "The balance is below 0 on any day, or a count differs from it beyond tolerance.", \
      "+abs(diff)*c", \
      "+(count-balance)*c", \
      "{item} at {location}: balance {movement_qty}, counted {expected_qty}; {exposure} {currency}", \
      "Stock is negative, or a physical count does not agree with it.") \
    K(INV_20, "INV-20", 5, "Movement stuck: unposted, uncosted or in error", ROW, "dataset,row_id", \
      "entry_at + window.posting", COST, TIMING, 2, "NONE", NOT_POSTED, \
      "movement.mov_id,movement.line_no,movement.movement_class,movement.wo_ref,movement.item_id," \
      "movement.quantity,movement.uom,movement.posting_date,movement.status,movement.entry_at", \
      "A movement is still draft, unposted, uncosted or in error.", \
      "+q*c*rate*days/365", \
      "0", \
      "{ref}: movement of {movement_qty} {item} for {work_order} is stuck since {date}: post it again", \
      "A stock movement was made but never fully posted.") \
    K(INV_21, "INV-21", 1, "Movement refers to an unknown work order", ROW, "dataset,row_id", \
      "posting_date + window.late_sync", COST, CONTINGENT, 2, "INVST", WRONG_WO, \
      "work_order.wo_id,work_order.status,work_order.closed_at,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date", \
      "A movement of class issue_wo or return_wo (or issue_cc when policy counts it) has no order reference, " \
      "or one unknown after normalisation, and no pass linked it.", \
      "+q*c", \
      "0", \
      "{ref}: {movement_qty} {item} issued from {location} to order \"{other_ref}\", which is unknown: find " \
      "the order; at stake {exposure} {currency}", \
      "Stock was issued to a work order that is missing or does not exist.") \
    K(INV_22, "INV-22", 1, "Net movement on a cancelled order", GROUP, \
      "wo_id,item_family,owner,item_condition,currency", \
      "cancelled_at + window.cancelled", COST, FIRM, 2, "GR-REV|GI when M < 0", REVERSAL, \
      "work_order.wo_id,work_order.status,work_order.closed_at,work_order.cancelled_at,movement.mov_id," \
      "movement.line_no,movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity," \
      "movement.uom,movement.posting_date", \
      "The order is cancelled and its net movement M is not 0; replaces INV-02 and INV-10.", \
      "+M*c", \
      "+M*c", \
      "{work_order} is cancelled, {movement_qty} {item} are still issued: return them; {exposure} {currency}", \
      "A cancelled order still holds issued stock.") \
    K(INV_23, "INV-23", 5, "Usage of an item never stocked at that van", ROW, "dataset,row_id", \
      "posting_date + window.late_sync", COST, CONTINGENT, 3, "INVST|TRF when the source is confirmed", WRONG_LOC, \
      "movement.mov_id,movement.line_no,movement.movement_class,movement.wo_ref,movement.item_id," \
      "movement.quantity,movement.uom,movement.posting_date,movement.from_location_id,movement.to_location_id", \
      "An issue from a van has no receipt, transfer-in or opening balance of the item at that van before it.", \
      "+q*c", \
      "0", \
      "{ref}: {item} was issued from {location}, which never held it; at stake {exposure} {currency}", \
      "A van issued a part that it never received.") \
    K(INV_24, "INV-24", 5, "Direct-purchased part: receipt, use and vendor invoice disagree", GROUP, \
      "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.movement_after_close", COST, FIRM, 2, "ACC|GR-REV when received and not used", CUTOFF, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,po_receipt.po_id,po_receipt.line_no," \
      "po_receipt.wo_ref,po_receipt.item_id,po_receipt.received_qty,po_receipt.invoiced_qty", \
      "Receipt to the order, use and vendor invoice of a directly bought part differ beyond quantity or price " \
      "tolerance.", \
      "+q*c", \
      "-q*c when ACC; +q*c when GR-REV", \
      "{work_order}: {movement_qty} {item} received, {usage_qty} used, {billed_qty} invoiced by the vendor; " \
      "{exposure} {currency}", \
      "A part bought for the job was received, used and invoiced in different quantities.") \
    K(COR_01, "COR-01", 4, "Core due and not returned", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "core_due + window.core_return", CORE, FIRM, 2, "INV|INVST when no core charge is agreed", CORE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,item.core_item_id,item.core_amount," \
      "core_return.wo_id,core_return.item_id,core_return.due_date,core_return.received_at", \
      "A core-bearing item was used and no core was received by the end of the term.", \
      "+q*core", \
      "+q*core; 0 when INVST", \
      "Core of {item} on {work_order} was due {date} and has not come back: charge {exposure} {currency}", \
      "The old part that should have come back did not, and its core value is open.") \
    K(COR_02, "COR-02", 4, "Core received, credit not given", GROUP, \
      "wo_id,item_family,owner,item_condition,currency", \
      "core_received + window.core_credit", CORE, FIRM, 3, "CM", CORE, \
      "invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount,core_return.wo_id,core_return.item_id," \
      "core_return.received_at", \
      "A core was received and its core charge was not refunded.", \
      "-q*core", \
      "-q*core", \
      "Core of {item} on {work_order} came back on {date}: credit {exposure} {currency} to {customer}", \
      "The customer returned a core and has not been given the credit.") \
    K(COR_03, "COR-03", 4, "Core credit without receipt", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "posting_date", CORE, FIRM, 2, "DM|APP when the waiver can be approved", CORE, \
      "invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount,core_return.wo_id,core_return.item_id," \
      "core_return.received_at", \
      "A core charge was credited or waived and no core was received.", \
      "+q*core", \
      "+q*core", \
      "Core credit of {actual_amount} on {work_order}, but no core of {item} was received: charge {exposure} " \
      "{currency}", \
      "A core was credited although it never came back.") \
    K(COR_04, "COR-04", 5, "Vendor core or RTV credit missing", DOCUMENT, "dataset,row_id", \
      "posting_date + window.vendor_credit", CORE, FIRM, 2, "INVST", CORE, \
      "movement.mov_id,movement.line_no,movement.movement_class,movement.wo_ref,movement.item_id," \
      "movement.quantity,movement.uom,movement.posting_date,movement.reverses_mov_id,core_return.core_id," \
      "core_return.item_id,core_return.status", \
      "A core or vendor return was shipped and no vendor credit followed.", \
      "+q*core", \
      "0", \
      "{ref}: core of {item} was sent to the vendor on {date}, no credit yet: claim {exposure} {currency}", \
      "A core was sent to the vendor and the vendor's credit is missing.") \
    K(COR_05, "COR-05", 5, "Core or refurb stock at the wrong value", LOCATION_ITEM, \
      "location_id,item_id,item_condition,date", \
      "end_of_period + window.cutoff", CORE, FIRM, 2, "RCL", CORE, \
      "stock_balance.location_id,stock_balance.item_id,stock_balance.quantity,stock_balance.cost_amount," \
      "item.core_amount", \
      "Core or refurbished stock is valued above the policy value.", \
      "+q*(c_book-c_policy)", \
      "-q*(c_book-c_policy)", \
      "{item} at {location}: booked at {actual_amount}, policy value {expected_amount}; write down {exposure} " \
      "{currency}", \
      "Used or refurbished stock is carried at too high a value.") \
    K(COR_06, "COR-06", 5, "Condition mismatch", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.billing_after_close", CORE, FIRM, 2, "CRB", CORE, \
      "usage_line.usage_id,usage_line.wo_id,usage_line.item_id,usage_line.quantity,usage_line.uom," \
      "movement.mov_id,movement.line_no,movement.movement_class,movement.wo_ref,movement.item_id," \
      "movement.quantity,movement.uom,movement.posting_date,invoice.inv_id,invoice.kind,invoice.status," \
      "invoice.customer_id,invoice.currency,invoice.posting_date,invoice_line.inv_id,invoice_line.line_no," \
      "invoice_line.wo_ref,invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount," \
      "usage_line.item_condition,movement.item_condition", \
      "A refurbished part was issued, billed or claimed as new, or the reverse.", \
      "+q*(p_right-p_billed)", \
      "+q*(p_right-p_billed)", \
      "{item} on {work_order} is {fsm_value} in the report and {erp_value} in the books; difference {exposure} " \
      "{currency}", \
      "A refurbished part was treated as new, or a new one as refurbished.") \
    K(COR_07, "COR-07", 5, "Returned core is not the removed part", ROW, "dataset,row_id", \
      "core_received", CORE, CONTINGENT, 3, "INVST", SERIAL, \
      "core_return.core_id,core_return.wo_id,core_return.serial_no,usage_line.wo_id,usage_line.direction," \
      "usage_line.serial_no", \
      "The serial of the returned core is not the serial removed on the order.", \
      "+core", \
      "0", \
      "{work_order}: serial {serial} was removed, {other_ref} came back as core; at stake {exposure} {currency}", \
      "The core that came back is not the part that was taken out.") \
    K(COR_08, "COR-08", 5, "Loaner or advance exchange not closed", GROUP, \
      "wo_id,item_family,owner,item_condition,currency", \
      "core_due + window.core_return", CORE, FIRM, 2, "INV|GR-REV when the unit is back", CORE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date,core_return.wo_id,core_return.item_id,core_return.due_date", \
      "A loaner or advance-exchange unit was issued and neither returned nor invoiced by the end of the term.", \
      "+q*c", \
      "+q*c", \
      "Loaner {item} {serial} on {work_order} was due {date}: get it back or invoice it; {exposure} {currency}", \
      "A loaned or exchanged unit is still out after its term.") \
    K(COR_09, "COR-09", 5, "Margin computed without the core", ORDER, "wo_id", \
      "end_of_period + window.cutoff", CORE, NONE, 3, "RCL", CORE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,core_return.wo_id,core_return.item_id," \
      "item.core_amount", \
      "The margin of the order counts the part's cost but not its core credit or charge.", \
      "0", \
      "0", \
      "Margin of {work_order} leaves out the core of {item}", \
      "A job's margin leaves out the core value of its parts.") \
    K(BIL_01, "BIL-01", 1, "Chargeable consumption not billed", GROUP, \
      "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.billing_after_close", REV, FIRM, 1, \
      "INV|INVST when U = 0 and M > 0|INVST when TIM-11 explains it", NOT_RECORDED, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,invoice.inv_id,invoice.kind,invoice.status," \
      "invoice.customer_id,invoice.currency,invoice.posting_date,invoice_line.inv_id,invoice_line.line_no," \
      "invoice_line.wo_ref,invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount", \
      "The expected customer amount is above 0, U > 0 and the net billing outcome is none (a cancelled " \
      "document without successor counts as none).", \
      "+U*p", \
      "+U*p; 0 when CONTINGENT", \
      "{usage_qty} {item} used on {work_order}, nothing billed: invoice {exposure} {currency}", \
      "Chargeable parts were used and not billed; CONTINGENT when stock was issued but no use is reported.") \
    K(BIL_02, "BIL-02", 1, "Chargeable line closed at zero", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.billing_after_close", REV, FIRM, 1, \
      "INV|APP when the approval can be extended|INVST when U = 0 and M > 0|NONE when U = 0 and M = 0", GOODWILL, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,invoice.inv_id,invoice.kind,invoice.status," \
      "invoice.customer_id,invoice.currency,invoice.posting_date,invoice_line.inv_id,invoice_line.line_no," \
      "invoice_line.wo_ref,invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount", \
      "A no-charge outcome stands where the expected customer amount, after approved goodwill, is above 0.", \
      "+(exp-act)", \
      "+(exp-act); 0 when CONTINGENT", \
      "{item} on {work_order} closed at no charge, {expected_amount} was due: invoice {exposure} {currency}", \
      "A chargeable line was closed at zero; with no use and no issue it is information only (S4, amount 0).") \
    K(BIL_03, "BIL-03", 1, "Billed quantity short", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.billing_after_close", REV, FIRM, 2, "DM|INVST when CONTINGENT", NOT_RECORDED, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date,invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency," \
      "invoice.posting_date,invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref," \
      "invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount", \
      "0 < Bq < U beyond tolerance (relation 2, 8, 9 or 10), at the billing group when lines are summarised.", \
      "+(exp-act), which is (U-Bq)*p when the price is right", \
      "+(exp-act); 0 when CONTINGENT", \
      "{usage_qty} used on {work_order}, {movement_qty} issued, {billed_qty} billed: bill {diff} more {item}; " \
      "{exposure} {currency}", \
      "Fewer units were billed than were used.") \
    K(BIL_04, "BIL-04", 1, "Billed price short", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.billing_after_close", REV, FIRM, 2, "DM|CRB when the customer needs a new document", PRICE, \
      "invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount,price.price_list_id,price.used_item_id,price.unit_price," \
      "price.currency", \
      "The quantity is right and the net unit price is below the expected one beyond tolerance with no " \
      "approved discount; BIL-10, BIL-13 or BIL-21 replaces it when minimum, band or discount explains the gap.", \
      "+(exp-act), which is q*(p_exp-p_act)", \
      "+(exp-act)", \
      "{item} on {work_order} billed at {actual_amount}, {expected_amount} expected: bill {exposure} " \
      "{currency} more", \
      "The billed price is below the agreed price.") \
    K(BIL_05, "BIL-05", 1, "Over-billed quantity or price", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.billing_after_close", REV, FIRM, 2, \
      "CM|CRB when only the price is wrong|INVST when relation 11 or 13 or CONTINGENT", PRICE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date,invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency," \
      "invoice.posting_date,invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref," \
      "invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount", \
      "Billed quantity or amount is above the expected one beyond tolerance (relation 3, 11, 12 or 13, or " \
      "price too high); BIL-08 replaces it for a doubled line.", \
      "-(act-exp)", \
      "-(act-exp); 0 when CONTINGENT", \
      "{usage_qty} used on {work_order}, {movement_qty} issued, {billed_qty} billed: credit {diff} {item}; " \
      "{exposure} {currency} over-billed", \
      "The customer was billed more than was used or agreed.") \
    K(BIL_06, "BIL-06", 1, "Covered work invoiced", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "posting_date", REV, FIRM, 1, "CM", COVERAGE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,invoice.inv_id,invoice.kind,invoice.status," \
      "invoice.customer_id,invoice.currency,invoice.posting_date,invoice_line.inv_id,invoice_line.line_no," \
      "invoice_line.wo_ref,invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount", \
      "The customer was invoiced for a share that the derived decision covers, up to the remaining allowance.", \
      "-(act-exp)", \
      "-(act-exp)", \
      "{item} on {work_order} is covered but {actual_amount} was invoiced: credit {exposure} {currency} to " \
      "{customer}", \
      "Work under warranty, contract or goodwill was invoiced; the missing claim or debit is WTY-01 or CON-01.") \
    K(BIL_07, "BIL-07", 1, "Billed without usage or movement", GROUP, \
      "wo_id,item_family,owner,item_condition,currency", \
      "posting_date + window.duplicate", REV, CONTINGENT, 1, "INVST|CM when confirmed", UNKNOWN, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date,invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency," \
      "invoice.posting_date,invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref," \
      "invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount", \
      "Net billing is above 0 while U = 0 and M = 0, with no prepaid, fixed-price or milestone term.", \
      "-B", \
      "0", \
      "{billed_qty} {item} billed on {work_order}, none used and none issued: find out why; {exposure} " \
      "{currency}", \
      "Something was billed that was neither used nor issued.") \
    K(BIL_08, "BIL-08", 1, "Duplicate billing", ROW, "dataset,row_id", \
      "posting_date", REV, FIRM, 1, "CM|INVST when CONTINGENT", DUPLICATE, \
      "invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount,invoice.origin", \
      "After netting of credit chains a billed line repeats an earlier one of the same order line on any " \
      "origin and has no partner (D1, D2; D3 is CONTINGENT); replaces BIL-05 for that amount.", \
      "-net", \
      "-net; 0 when CONTINGENT", \
      "{ref} repeats {other_ref}: {item} on {work_order} billed twice: credit {exposure} {currency}", \
      "The same work was billed twice.") \
    K(BIL_09, "BIL-09", 2, "Labour not or under billed", LABOUR, "wo_id,activity,band", \
      "closed_at + window.billing_after_close", REV, FIRM, 1, "INV|DM when part was billed", NOT_RECORDED, \
      "work_order.wo_id,work_order.status,work_order.closed_at,time_entry.time_id,time_entry.wo_id," \
      "time_entry.kind,time_entry.minutes,invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id," \
      "invoice.currency,invoice.posting_date,invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref," \
      "invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount", \
      "Approved billable hours exceed billed hours beyond the time tolerance per entry.", \
      "+(exp-act), which is h*r when nothing was billed", \
      "+(exp-act)", \
      "{expected_qty} h approved on {work_order}, {billed_qty} h billed: bill {exposure} {currency}", \
      "Approved working time was not billed, or only in part.") \
    K(BIL_10, "BIL-10", 1, "Minimum charge, increment or flat fee not applied", LABOUR, "wo_id,activity,band", \
      "closed_at + window.billing_after_close", REV, FIRM, 3, "DM", MINIMUM, \
      "work_order.wo_id,work_order.status,work_order.closed_at,time_entry.time_id,time_entry.wo_id," \
      "time_entry.kind,time_entry.minutes,invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id," \
      "invoice.currency,invoice.posting_date,invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref," \
      "invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount,price.used_item_id," \
      "price.unit_price,price.minimum_minutes,price.round_to_minutes", \
      "Billed amount is below the price of round_up(max(minutes, minimum), step) or below the flat fee.", \
      "+(exp-act)", \
      "+(exp-act)", \
      "{hours} h on {work_order} should be billed as {expected_qty} h: {actual_amount} billed, " \
      "{expected_amount} due; bill {exposure} {currency} more", \
      "The minimum charge, the rounding step or the flat fee was not applied.") \
    K(BIL_11, "BIL-11", 4, "Trip, travel or call-out charge missing", GROUP, \
      "wo_id,charge_kind,visit_or_tour,currency", \
      "closed_at + window.billing_after_close", REV, FIRM, 2, "INV", NOT_RECORDED, \
      "work_order.wo_id,work_order.status,work_order.closed_at,visit.visit_id,visit.wo_id,visit.outcome," \
      "invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount,price.used_item_id,price.unit_price", \
      "A visit was made, the tariff has a trip or call-out charge and none was billed for that visit or tour.", \
      "+tariff", \
      "+tariff", \
      "Visit {ref} of {work_order}: {name} charge was not billed: invoice {exposure} {currency}", \
      "A travel or call-out charge that was due is missing.") \
    K(BIL_12, "BIL-12", 4, "Expense or subcontract pass-through not billed", ROW, "dataset,row_id", \
      "closed_at + window.billing_after_close", REV, FIRM, 2, "INV", NOT_RECORDED, \
      "work_order.wo_id,work_order.status,work_order.closed_at,expense.expense_id,expense.wo_id,expense.amount," \
      "expense.currency,expense.is_reimbursable,invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id," \
      "invoice.currency,invoice.posting_date,invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref," \
      "invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount", \
      "An approved reimbursable expense or subcontract cost has no billed line.", \
      "+cost*(1+markup)", \
      "+cost*(1+markup)", \
      "{name} of {actual_amount} on {work_order} was not passed on: invoice {exposure} {currency}", \
      "A cost that the customer should refund was not billed.") \
    K(BIL_13, "BIL-13", 4, "Surcharge not applied", LABOUR, "wo_id,activity,band", \
      "closed_at + window.billing_after_close", REV, FIRM, 2, "DM", PRICE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,time_entry.time_id,time_entry.wo_id," \
      "time_entry.kind,time_entry.minutes,time_entry.start_at,invoice.inv_id,invoice.kind,invoice.status," \
      "invoice.customer_id,invoice.currency,invoice.posting_date,invoice_line.inv_id,invoice_line.line_no," \
      "invoice_line.wo_ref,invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount," \
      "price.used_item_id,price.unit_price,price.rate_band", \
      "Work inside an after-hours, holiday or emergency band was billed at the base rate.", \
      "+h*(r_band-r_base)", \
      "+h*(r_band-r_base)", \
      "{hours} h on {work_order} fell in band {name} but were billed at the base rate: bill {exposure} " \
      "{currency} more", \
      "A surcharge for nights, weekends or emergencies was not billed.") \
    K(BIL_14, "BIL-14", 4, "Tax determination differs", DOCUMENT, "inv_id,line_no", \
      "posting_date", REV, NONE, 1, "CRB", TAX, \
      "invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount,invoice_line.tax_code,invoice_line.tax_amount," \
      "tax_rule.country,tax_rule.tax_code,tax_rule.tax_pct", \
      "The tax code or rate is not the one the rule gives for ship-to, item class, customer status and date.", \
      "0", \
      "0", \
      "{ref}: tax {actual_amount} booked, {expected_amount} {currency} by the rule", \
      "The tax on an invoice line is not what the tax rule gives.") \
    K(BIL_15, "BIL-15", 4, "Currency or rate wrong", DOCUMENT, "inv_id", \
      "posting_date", REV, FIRM, 2, "CRB|RCL when only the rate is wrong", FX, \
      "invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount,invoice.fx_rate,customer.customer_id,customer.currency," \
      "fx_rate.from_currency,fx_rate.to_currency,fx_rate.rate", \
      "The invoice is in another currency than contract or customer, or its rate is outside tolerance of the " \
      "policy rate of the day.", \
      "+amount*(fx_pol-fx_act)", \
      "+amount*(fx_pol-fx_act)", \
      "{ref}: rate {erp_value} used, {fsm_value} expected; difference {exposure} {currency}", \
      "An invoice uses the wrong currency or exchange rate.") \
    K(BIL_16, "BIL-16", 4, "Billed to the wrong party", DOCUMENT, "inv_id", \
      "posting_date", REV, CONTINGENT, 1, "INVST|CRB when the payer is confirmed", BILLTO, \
      "invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount,invoice.bill_to_id,customer.customer_id,customer.payer_id", \
      "The bill-to party is not the payer that contract, asset and customer give on the date.", \
      "+act", \
      "0", \
      "{ref} for {work_order} went to {erp_value}, payer is {fsm_value}; {exposure} {currency} at stake", \
      "The invoice was sent to the wrong customer or payer.") \
    K(BIL_17, "BIL-17", 2, "Credit not justified or rebill missing", ROW, "dataset,row_id", \
      "posting_date + window.credit", REV, FIRM, 1, "DM|INVST when there is no expectation", CREDIT_REBILL, \
      "invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount,invoice.cancels_inv_id,invoice.corrects_inv_id", \
      "Net billing of a group is negative, or 0 < net < exp and the gap equals a credit with neither approval " \
      "nor rebill; net = 0 is BIL-01 with reason CREDIT_REBILL; replaces BIL-03 and BIL-04 for that gap.", \
      "+(exp-net)", \
      "+(exp-net); 0 when INVST", \
      "Credit {ref} of {actual_amount} on {work_order} has no reason and no new invoice: bill {exposure} " \
      "{currency} or approve it", \
      "A credit was given without a reason, or the corrected invoice never followed.") \
    K(BIL_18, "BIL-18", 4, "Above quote, not-to-exceed or fixed price", ORDER, "wo_id", \
      "posting_date", REV, FIRM, 2, "CM|APP when the change can be approved", CAP, \
      "work_order.wo_id,work_order.status,work_order.closed_at,work_order.nte_amount,work_order.quote_amount," \
      "invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount", \
      "Net billed on the order exceeds its quote, not-to-exceed or fixed price with no approved change; " \
      "amounts named by BIL-05, BIL-06 or BIL-08 are taken off first.", \
      "-(act-limit)", \
      "-(act-limit)", \
      "{work_order}: {actual_amount} billed, limit {limit}: credit {exposure} {currency}", \
      "The customer was billed more than the agreed limit.") \
    K(BIL_19, "BIL-19", 5, "Intercompany charge missing or unequal", ORDER, "wo_id", \
      "end_of_period + window.cutoff", REV, NONE, 2, \
      "INVST|INV when the charge is missing|RCL when the amounts differ", INTERCO, \
      "work_order.wo_id,work_order.status,work_order.closed_at,work_order.legal_entity_id,invoice.inv_id," \
      "invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount,invoice.legal_entity_id,technician.technician_id," \
      "technician.legal_entity_id", \
      "The performing entity is not the selling entity and no equal mirrored document exists.", \
      "0", \
      "0", \
      "{work_order} was done by {fsm_value} and sold by {erp_value}; the charge between them is missing or " \
      "unequal", \
      "Work done by another company of the group was not charged between them.") \
    K(BIL_20, "BIL-20", 4, "Invoice stuck", DOCUMENT, "inv_id", \
      "doc_date + window.release", REV, TIMING, 2, "NONE", NOT_POSTED, \
      "invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount", \
      "An invoice is still draft, blocked, pro-forma or rejected.", \
      "+act*rate*days/365", \
      "0", \
      "Invoice {ref} for {work_order} ({actual_amount} {currency}) has been waiting {days} days: release it", \
      "An invoice was made but never released.") \
    K(BIL_21, "BIL-21", 4, "Discount beyond contract or authority", GROUP, \
      "wo_id,item_family,owner,item_condition,currency", \
      "posting_date", REV, FIRM, 2, "DM|APP when the discount can be approved", DISCOUNT, \
      "invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount,invoice_line.discount_amount,approval.approval_id," \
      "approval.object_id,approval.kind,approval.amount_limit", \
      "The discount is above both the contract's and the approver's authority; replaces BIL-04.", \
      "+(exp-act)", \
      "+(exp-act); 0 when APP", \
      "{item} on {work_order}: discount {actual_amount}, allowed {limit}: {exposure} {currency} too much", \
      "A discount was larger than anyone was allowed to give.") \
    K(BIL_22, "BIL-22", 4, "Repeat visit billed although under repair guarantee", ORDER, "wo_id", \
      "posting_date", REV, FIRM, 2, "CM", COVERAGE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,work_order.asset_id,work_order.fault_code," \
      "invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount", \
      "A repeat order of the same asset and fault family inside the repair guarantee was billed.", \
      "-act", \
      "-act", \
      "{work_order} repeats {other_ref} within {days} days on {asset}: credit {exposure} {currency}", \
      "A repeat repair that is under guarantee was billed.") \
    K(BIL_23, "BIL-23", 5, "Non-billable time share abnormal", PARTY, "kind,id,period_id", \
      "end_of_period + window.cutoff", REV, CONTINGENT, 4, "INVST", UNKNOWN, \
      "time_entry.time_id,time_entry.wo_id,time_entry.kind,time_entry.minutes,time_entry.technician_id," \
      "time_entry.is_billable", \
      "The non-billable ratio of a technician or customer in the period lies more than k standard deviations " \
      "above the mean.", \
      "+h_excess*r", \
      "0", \
      "{name}: {ratio} of the hours are not billable in {period}; {exposure} {currency} above the usual", \
      "A technician or customer has an unusual share of non-billable time.") \
    K(ENT_01, "ENT-01", 1, "No decision on a closed order", ORDER, "wo_id", \
      "closed_at + window.billing_after_close", REV, CONTINGENT, 2, "FSM", NOT_RECORDED, \
      "work_order.wo_id,work_order.status,work_order.closed_at", \
      "A closed order with consumed lines has no header decision, no no_charge_reason and no charged line.", \
      "+sum(exp)", \
      "0", \
      "{work_order} is closed without a cover decision; {exposure} {currency} depend on it", \
      "Nobody recorded whether the customer, a warranty or a contract pays.") \
    K(ENT_02, "ENT-02", 4, "Decision after dispatch or at closure", ORDER, "wo_id", \
      "decided_at", REV, NONE, 3, "NONE", SEQUENCE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,entitlement_decision.decision_id," \
      "entitlement_decision.wo_id,entitlement_decision.decision_class,entitlement_decision.decided_at," \
      "visit.wo_id,visit.travel_start_at", \
      "The decision was made after the first travel start.", \
      "0", \
      "0", \
      "Cover of {work_order} was decided on {date}, after travel had begun", \
      "Cover was decided only after the technician had left.") \
    K(ENT_03, "ENT-03", 1, "Recorded decision differs from derived decision", ORDER, "wo_id,scope", \
      "closed_at + window.billing_after_close", REV, FIRM, 1, "FSM", COVERAGE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,entitlement_decision.decision_id," \
      "entitlement_decision.wo_id,entitlement_decision.decision_class,asset_cover.asset_id,asset_cover.kind," \
      "asset_cover.start_date", \
      "Class or share of the recorded decision differs from the one derived from asset, dates, meter, contract " \
      "and cause; one finding a decision (scope = header or line id).", \
      "+(exp_derived-exp_recorded) over the groups billed as recorded; 0 for groups billed as derived", \
      "0", \
      "{work_order} was decided as {fsm_value}, dates and contract give {erp_value}: put the decision right; " \
      "{exposure} {currency}", \
      "The recorded decision on who pays is not the one the facts give.") \
    K(ENT_04, "ENT-04", 2, "Override without traceable approval", ORDER, "wo_id,scope", \
      "decided_at", REV, FIRM, 1, "APP|FSM when approval is refused", OVERRIDE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,entitlement_decision.decision_id," \
      "entitlement_decision.wo_id,entitlement_decision.decision_class,entitlement_decision.is_override," \
      "entitlement_decision.approval_id,approval.approval_id", \
      "A decision was overridden or changed with no valid approval.", \
      "+(exp_derived-exp_recorded)", \
      "0", \
      "{work_order}: cover was changed to {fsm_value} without approval; {exposure} {currency}", \
      "A cover decision was overridden without approval.") \
    K(ENT_05, "ENT-05", 4, "Component coverage applied to the wrong kind", ORDER, "wo_id,scope", \
      "decided_at", REV, FIRM, 2, "CRB", COVERAGE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,entitlement_decision.decision_id," \
      "entitlement_decision.wo_id,entitlement_decision.decision_class,entitlement_decision.share_parts," \
      "asset_cover.share_parts,asset_cover.parts_end_date", \
      "A recorded share or end date of parts, labour, travel or expense differs from the cover term.", \
      "+sum((s_rec-s_der)*price)", \
      "+sum((s_rec-s_der)*price)", \
      "{work_order}: {name} covered at {fsm_value}, the term gives {erp_value}; {exposure} {currency}", \
      "Parts, labour or travel were covered at the wrong share or after their end date.") \
    K(ENT_06, "ENT-06", 4, "Excluded cause treated as covered", ORDER, "wo_id,scope", \
      "decided_at", REV, FIRM, 1, "INV", COVERAGE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,entitlement_decision.decision_id," \
      "entitlement_decision.wo_id,entitlement_decision.decision_class,work_order.cause_code," \
      "asset_cover.exclusions", \
      "The cause code is excluded by the cover and the class is covered.", \
      "+(exp_derived-exp_recorded)", \
      "+(exp_derived-exp_recorded)", \
      "{work_order}: cause {name} is excluded from cover: invoice {exposure} {currency}", \
      "A cause that cover excludes was treated as covered.") \
    K(ENT_07, "ENT-07", 4, "Checked against the wrong asset", ORDER, "wo_id,scope", \
      "decided_at", REV, CONTINGENT, 2, "FSM", SERIAL, \
      "work_order.wo_id,work_order.status,work_order.closed_at,entitlement_decision.decision_id," \
      "entitlement_decision.wo_id,entitlement_decision.decision_class,entitlement_decision.asset_serial_no," \
      "work_order.asset_id,asset.asset_id,asset.serial_no", \
      "The serial on the decision is not the serial serviced.", \
      "+sum(exp)", \
      "0", \
      "{work_order}: cover was checked for {fsm_value}, serial {serial} was serviced; {exposure} {currency} at " \
      "stake", \
      "Cover was checked on another machine than the one serviced.") \
    K(ENT_08, "ENT-08", 4, "Overlapping cover, wrong order", ORDER, "wo_id,scope", \
      "decided_at", REV, FIRM, 2, "WCL|CREV when the contract was debited", COVERAGE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,entitlement_decision.decision_id," \
      "entitlement_decision.wo_id,entitlement_decision.decision_class,asset_cover.asset_id," \
      "asset_cover.priority,asset_cover.start_date", \
      "Several covers are valid and the one used is not first in the policy order.", \
      "+claim", \
      "+claim when WCL; -debit when CREV", \
      "{work_order}: {fsm_value} was used, {erp_value} comes first; {exposure} {currency}", \
      "Two covers were valid and the wrong one was used.") \
    K(ENT_09, "ENT-09", 4, "Line reason contradicts price", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "posting_date", REV, FIRM, 2, "CRB", COVERAGE, \
      "invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount,entitlement_decision.decision_id," \
      "entitlement_decision.wo_id,entitlement_decision.decision_class,usage_line.usage_id," \
      "usage_line.reason_code", \
      "A line with a warranty or goodwill reason is priced, or a chargeable line stands at zero, and neither " \
      "BIL-02 nor BIL-06 names it.", \
      "+(exp-act)", \
      "+(exp-act)", \
      "{item} on {work_order}: reason says {fsm_value}, price is {actual_amount}; {exposure} {currency}", \
      "The reason on a line contradicts its price.") \
    K(ENT_10, "ENT-10", 5, "Part warranty not used", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.claim_after_close", REV, FIRM, 2, "WCL", CLAIM, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,work_order.asset_id,asset_cover.kind," \
      "asset_cover.parts_end_date,claim.claim_id,claim.kind,claim.wo_ref,claim.parts_amount," \
      "claim.labour_amount,claim.currency,claim.filed_date,claim.status", \
      "A part was replaced again within its own part warranty and no claim names it.", \
      "+q*c", \
      "+q*c", \
      "{item} on {asset} failed again inside its part warranty: claim {exposure} {currency}", \
      "A replaced part was still under its own warranty and was not claimed.") \
    K(ENT_11, "ENT-11", 4, "Deductible or co-pay missing", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.billing_after_close", REV, FIRM, 2, "INV|CM when billed above it", DEDUCTIBLE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,entitlement_decision.decision_id," \
      "entitlement_decision.wo_id,entitlement_decision.decision_class,invoice.inv_id,invoice.kind," \
      "invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date,invoice_line.inv_id," \
      "invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id,invoice_line.quantity," \
      "invoice_line.net_amount,contract_line.contract_id,contract_line.deductible_amount", \
      "Covered work has a deductible and the customer was not billed exactly the deductible.", \
      "+(deductible-act)", \
      "+(deductible-act)", \
      "{work_order} is covered with a deductible of {expected_amount}, {actual_amount} billed: {exposure} " \
      "{currency}", \
      "The customer's own share of covered work was not billed.") \
    K(ENT_12, "ENT-12", 4, "Entitlement taken from a commercial segment", ORDER, "wo_id,scope", \
      "decided_at", REV, FIRM, 2, "FSM", COVERAGE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,entitlement_decision.decision_id," \
      "entitlement_decision.wo_id,entitlement_decision.decision_class,entitlement_decision.decision_source", \
      "The decision comes from a marketing segment or tier with no contract or warranty behind it.", \
      "+(exp_derived-exp_recorded)", \
      "0", \
      "{work_order} was covered because of segment {fsm_value} only; {exposure} {currency}", \
      "Cover was granted by customer segment and not by contract or warranty.") \
    K(ENT_13, "ENT-13", 4, "Meter or usage limit exceeded", ORDER, "wo_id,scope", \
      "decided_at", REV, FIRM, 2, "INV", EXPIRED, \
      "work_order.wo_id,work_order.status,work_order.closed_at,entitlement_decision.decision_id," \
      "entitlement_decision.wo_id,entitlement_decision.decision_class,asset.asset_id,asset.meter_qty," \
      "asset_cover.meter_limit_qty", \
      "Calendar cover is valid and the meter at the visit is beyond its limit.", \
      "+(exp_derived-exp_recorded)", \
      "+(exp_derived-exp_recorded)", \
      "{asset} stood at {fsm_value}, cover ends at {limit}: invoice {exposure} {currency} on {work_order}", \
      "The machine had run past the limit of its cover.") \
    K(ENT_14, "ENT-14", 5, "Decision not repeatable", ORDER, "wo_id,scope", \
      "-", REV, NONE, 3, "INVST", UNKNOWN, \
      "entitlement_decision.decision_id,entitlement_decision.wo_id,entitlement_decision.decision_class," \
      "entitlement_decision.input_hash,entitlement_decision.rule_version", \
      "The stored decision differs from the one computed from its logged inputs.", \
      "0", \
      "0", \
      "{work_order}: the same inputs give {erp_value}, stored is {fsm_value}", \
      "A decision cannot be repeated from its own inputs.") \
    K(CON_01, "CON-01", 1, "Covered work without contract debit", GROUP, \
      "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.debit_after_close", REV, FIRM, 2, "CDEB|INVST when U = 0 and M > 0", NOT_POSTED, \
      "work_order.wo_id,work_order.status,work_order.closed_at,contract_ledger.entry_id," \
      "contract_ledger.contract_id,contract_ledger.kind,contract_ledger.quantity,contract_ledger.amount," \
      "contract_ledger.wo_ref", \
      "Work of a metered contract has no net debit, or a net debit below the covered part, in the contract " \
      "ledger.", \
      "+debit", \
      "0", \
      "{expected_qty} {item} on {work_order} are covered by {contract}, {actual_amount} debited: debit " \
      "{exposure} {currency}", \
      "Contract work was done and not taken off the contract; CONTINGENT when no use is reported.") \
    K(CON_02, "CON-02", 1, "Debit without work", ROW, "dataset,row_id", \
      "event_at + window.late_sync", REV, FIRM, 2, "CREV", UNKNOWN, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date,contract_ledger.entry_id,contract_ledger.contract_id,contract_ledger.kind," \
      "contract_ledger.quantity,contract_ledger.amount,contract_ledger.wo_ref", \
      "A contract debit has no order, use, time or visit behind it.", \
      "-debit", \
      "-debit", \
      "{ref} debits {contract} for {work_order}, but no work is known: reverse {exposure} {currency}", \
      "A contract was debited for work that did not take place.") \
    K(CON_03, "CON-03", 4, "Allowance or cap exceeded, not billed", CONTRACT_LINE, \
      "contract_id,line_no,wo_id,item_family", \
      "closed_at + window.billing_after_close", REV, FIRM, 1, "INV", CAP, \
      "work_order.wo_id,work_order.status,work_order.closed_at,contract_ledger.entry_id," \
      "contract_ledger.contract_id,contract_ledger.kind,contract_ledger.quantity,contract_ledger.amount," \
      "contract_ledger.wo_ref,invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency," \
      "invoice.posting_date,invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref," \
      "invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount,contract_line.allowance_qty," \
      "contract_line.overage_unit_price", \
      "In event order the running allowance falls below 0 and the overage of this order is not billed.", \
      "+q_over*r_over", \
      "+q_over*r_over", \
      "{work_order} exceeds the allowance of {contract} by {diff}: invoice {exposure} {currency}", \
      "Work beyond the contract's allowance was not billed.") \
    K(CON_04, "CON-04", 4, "Planned visit missed", CONTRACT, "contract_id,plan_id", \
      "plan_due + window.plan_visit", REV, FIRM, 2, "FSM", POLICY, \
      "contract_visit.plan_id,contract_visit.contract_id,contract_visit.due_date,contract_visit.tolerance_days," \
      "contract_visit.status", \
      "A planned visit has passed its date and tolerance with no completed visit.", \
      "-visit_value", \
      "0", \
      "Visit {ref} of {contract} was due {date} and has not been made; owed {exposure} {currency}", \
      "A visit promised by contract was missed.") \
    K(CON_05, "CON-05", 2, "Work outside contract period", ORDER, "wo_id,scope", \
      "closed_at + window.billing_after_close", REV, FIRM, 1, "INV", EXPIRED, \
      "work_order.wo_id,work_order.status,work_order.closed_at,entitlement_decision.decision_id," \
      "entitlement_decision.wo_id,entitlement_decision.decision_class,contract.contract_id,contract.start_date," \
      "contract.end_date,contract.status,work_order.contract_id", \
      "The service date is before the start or after the end, or the contract is suspended; CON-09 replaces it " \
      "after expiry.", \
      "+(exp_derived-exp_recorded)", \
      "+(exp_derived-exp_recorded)", \
      "{work_order} of {date} lies outside contract {contract}: invoice {exposure} {currency}", \
      "Work was charged to a contract that was not in force.") \
    K(CON_06, "CON-06", 4, "Period invoice missing, late or wrong", CONTRACT, "contract_id,seq_no", \
      "plan_due + window.plan_invoice", REV, FIRM, 1, "INV|DM when part was billed|CM when over-billed", NOT_POSTED, \
      "billing_plan.contract_id,billing_plan.seq_no,billing_plan.due_date,billing_plan.amount,invoice.inv_id," \
      "invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount", \
      "A billing plan line is due and its invoice is missing or unequal.", \
      "+(plan-act)", \
      "+(plan-act)", \
      "{contract}: {expected_amount} was due {date}, {actual_amount} billed; {exposure} {currency}", \
      "A periodic contract invoice is missing or wrong.") \
    K(CON_07, "CON-07", 4, "Covered asset wrong", CONTRACT_LINE, "contract_id,line_no", \
      "as_of", REV, FIRM, 2, "MDM|CM when the asset is covered twice", MASTER, \
      "contract_line.contract_id,contract_line.line_no,contract_line.asset_id,asset.asset_id,asset.status", \
      "A contract line names an unknown or retired asset, or one asset stands under two paid contracts at once.", \
      "-line_price when covered twice or retired; 0 otherwise", \
      "0; -line_price when CM", \
      "{contract} line {ref}: asset {asset} is {name}; {exposure} {currency}", \
      "A contract covers no machine, a retired one, or one already covered.") \
    K(CON_08, "CON-08", 4, "Price or indexation differs", CONTRACT_LINE, "contract_id,line_no", \
      "posting_date", REV, FIRM, 2, "DM|MDM when nothing was billed yet", PRICE, \
      "contract_line.contract_id,contract_line.line_no,contract_line.price_list_id,price.price_list_id," \
      "price.unit_price,invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency," \
      "invoice.posting_date,invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref," \
      "invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount,fsm_price.price_list_id," \
      "fsm_price.used_item_id,fsm_price.unit_price", \
      "The contract price of the two systems differs, or an index step was not applied on its date.", \
      "+(exp-act)", \
      "+(exp-act)", \
      "{contract}: {actual_amount} billed, {expected_amount} agreed; {exposure} {currency}", \
      "A contract price differs or was not raised on time.") \
    K(CON_09, "CON-09", 4, "Lapsed contract still served", ORDER, "wo_id,scope", \
      "closed_at + window.billing_after_close", REV, FIRM, 1, "INV|MDM when the contract is renewed", EXPIRED, \
      "work_order.wo_id,work_order.status,work_order.closed_at,entitlement_decision.decision_id," \
      "entitlement_decision.wo_id,entitlement_decision.decision_class,work_order.contract_id," \
      "contract.contract_id,contract.end_date,contract.status", \
      "Work with class contract took place after expiry and there is no renewal; replaces CON-05.", \
      "+(exp_derived-exp_recorded)", \
      "+(exp_derived-exp_recorded)", \
      "{contract} ended {date}, {work_order} was still served under it: invoice {exposure} {currency} or renew", \
      "Work went on under a contract that had lapsed.") \
    K(CON_10, "CON-10", 5, "Deferred revenue does not agree with delivery", CONTRACT, "contract_id,period_id", \
      "end_of_period + window.cutoff", REV, TIMING, 2, "RCL", CUTOFF, \
      "revenue_schedule.contract_id,revenue_schedule.period_id,revenue_schedule.planned_amount," \
      "revenue_schedule.released_amount,contract_visit.contract_id,contract_visit.status", \
      "Released revenue differs from visits delivered or time elapsed.", \
      "+(released-delivered)", \
      "0", \
      "{contract}, {period}: {actual_amount} released, {expected_amount} earned", \
      "Contract revenue was booked earlier or later than it was earned.") \
    K(CON_11, "CON-11", 1, "Recovered twice", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "posting_date", REV, FIRM, 1, "CM|CREV when the invoice is right", DUPLICATE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,invoice.inv_id,invoice.kind,invoice.status," \
      "invoice.customer_id,invoice.currency,invoice.posting_date,invoice_line.inv_id,invoice_line.line_no," \
      "invoice_line.wo_ref,invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount," \
      "contract_ledger.entry_id,contract_ledger.contract_id,contract_ledger.kind,contract_ledger.quantity," \
      "contract_ledger.amount,contract_ledger.wo_ref", \
      "The same line was debited to the contract and invoiced, and the allowance was not used up; replaces " \
      "BIL-06.", \
      "-act", \
      "-act", \
      "{item} on {work_order} was debited to {contract} and invoiced: credit {exposure} {currency}", \
      "The customer paid twice, by contract and by invoice.") \
    K(CON_12, "CON-12", 4, "Contract makes a loss", CONTRACT, "contract_id", \
      "end_of_period + window.cutoff", REV, NONE, 3, "NONE", POLICY, \
      "contract.contract_id,invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency," \
      "invoice.posting_date,invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref," \
      "invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount,item_cost.unit_cost", \
      "Revenue less cost to serve over twelve months is below the threshold.", \
      "0", \
      "0", \
      "{contract}: revenue {actual_amount}, cost to serve {expected_amount} {currency} over twelve months", \
      "A contract costs more to serve than it earns.") \
    K(CON_13, "CON-13", 4, "Header differs between systems", CONTRACT, "contract_id,field", \
      "as_of", REV, NONE, 2, "MDM", SYNC_FAIL, \
      "contract.contract_id,contract.start_date,contract.end_date,contract.status,xref.fsm_id,xref.erp_id," \
      "fsm_contract.contract_id,fsm_contract.start_date,fsm_contract.end_date,fsm_contract.status", \
      "Start, end, tier, status, payer or currency differ between the systems.", \
      "0", \
      "0", \
      "{contract}: {field} is {fsm_value} in the field system and {erp_value} in the ERP", \
      "The two systems hold different contract data.") \
    K(CON_14, "CON-14", 4, "Visit billed and in contract fee", ORDER, "wo_id", \
      "posting_date", REV, FIRM, 2, "CM", COVERAGE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,contract_visit.wo_id,contract_visit.contract_id," \
      "invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount", \
      "A planned visit inside the contract fee carries a charge line of its own.", \
      "-act", \
      "-act", \
      "Visit {work_order} is in the fee of {contract} but {actual_amount} was billed: credit {exposure} " \
      "{currency}", \
      "A visit that the contract fee includes was billed again.") \
    K(CON_15, "CON-15", 5, "Cancelled contract not settled", CONTRACT, "contract_id", \
      "cancelled_at + window.settlement", REV, FIRM, 2, "CM|RCL when forfeited", POLICY, \
      "contract.contract_id,contract.cancelled_date,contract_ledger.entry_id,contract_ledger.contract_id," \
      "contract_ledger.kind,contract_ledger.quantity,contract_ledger.amount,contract_ledger.wo_ref", \
      "A cancelled contract has a prepaid balance neither refunded nor forfeited.", \
      "-balance when owed to the customer; +balance when forfeited", \
      "-balance when CM; 0 when RCL", \
      "{contract} was cancelled {date} with {exposure} {currency} unsettled", \
      "A cancelled contract still has an open balance.") \
    K(WTY_01, "WTY-01", 1, "Warranty work without claim or cost posting", GROUP, \
      "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.claim_after_close", CLAIM, FIRM, 1, "WCL|RCL when own warranty|INVST when U = 0 and M > 0", \
      CLAIM, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,claim.claim_id,claim.kind,claim.wo_ref," \
      "claim.parts_amount,claim.labour_amount,claim.currency,claim.filed_date,claim.status", \
      "Warranty work has neither a claim (vendor) nor a reserve posting (own).", \
      "+claim", \
      "+claim; 0 when RCL or INVST", \
      "{usage_qty} {item} on {work_order} is under warranty, nothing claimed: claim {exposure} {currency}", \
      "Warranty work was done and its cost was not claimed; CONTINGENT when no use is reported.") \
    K(WTY_02, "WTY-02", 1, "Claim without work", ROW, "dataset,row_id", \
      "filed_at + window.late_sync", CLAIM, FIRM, 1, "WREV", CLAIM, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date,claim.claim_id,claim.kind,claim.wo_ref,claim.parts_amount,claim.labour_amount," \
      "claim.currency,claim.filed_date,claim.status", \
      "A claim has no use, hours or movement behind it.", \
      "-claim", \
      "-claim", \
      "Claim {ref} for {work_order} has no work behind it: withdraw {exposure} {currency}", \
      "A warranty claim was made for work that did not take place.") \
    K(WTY_03, "WTY-03", 4, "Claim late or about to lapse", CLAIM, "wo_id,item_family,party_id", \
      "closed_at", CLAIM, CONTINGENT, 1, "INVST|WCL when still in time", CLAIM, \
      "work_order.wo_id,work_order.status,work_order.closed_at,entitlement_decision.decision_id," \
      "entitlement_decision.wo_id,entitlement_decision.decision_class,claim.claim_id,claim.kind,claim.wo_ref," \
      "claim.parts_amount,claim.labour_amount,claim.currency,claim.filed_date,claim.status", \
      "The claim is unfiled and older than the filing limit, or within 5 days of it; FIRM once lapsed.", \
      "+claim", \
      "0", \
      "Claim for {item} on {work_order} lapses {date}: file it; {exposure} {currency}", \
      "A warranty claim is about to lapse or has lapsed.") \
    K(WTY_04, "WTY-04", 4, "Claim amount differs from allowed", CLAIM, "claim_id", \
      "filed_at", CLAIM, FIRM, 2, "WCL|WREV when over-claimed", PRICE, \
      "claim.claim_id,claim.kind,claim.wo_ref,claim.parts_amount,claim.labour_amount,claim.currency," \
      "claim.filed_date,claim.status", \
      "The claimed amount differs from vendor part cost plus flat-time labour at the claim rate.", \
      "+(allowed-claimed)", \
      "+(allowed-claimed)", \
      "Claim {ref}: {actual_amount} claimed, {expected_amount} allowed; {exposure} {currency}", \
      "A claim asks for more or less than the terms allow.") \
    K(WTY_05, "WTY-05", 5, "Rejected claim not resolved", CLAIM_CHAIN, "claim_id", \
      "decided_at + window.claim_decision", CLAIM, FIRM, 2, "INV|RCL when it must be written off", CLAIM, \
      "claim.claim_id,claim.kind,claim.wo_ref,claim.parts_amount,claim.labour_amount,claim.currency," \
      "claim.filed_date,claim.status,claim.decided_date", \
      "A claim was rejected and no appeal, customer invoice or write-off followed.", \
      "+claim", \
      "+claim when INV; -claim when RCL", \
      "Claim {ref} was rejected on {date} and left open; {exposure} {currency}", \
      "A rejected claim was neither contested nor charged nor written off.") \
    K(WTY_06, "WTY-06", 5, "Approved claim not or short paid", CLAIM_CHAIN, "claim_id", \
      "decided_at + window.vendor_credit", CLAIM, FIRM, 2, "INVST", CLAIM, \
      "claim.claim_id,claim.kind,claim.wo_ref,claim.parts_amount,claim.labour_amount,claim.currency," \
      "claim.filed_date,claim.status,claim.approved_amount,claim.paid_amount,claim.decided_date", \
      "An approved claim was paid short or not at all.", \
      "+(approved-paid)", \
      "0", \
      "Claim {ref}: {expected_amount} approved, {actual_amount} paid; {exposure} {currency} missing", \
      "An approved claim was not paid in full.") \
    K(WTY_07, "WTY-07", 4, "Reserve roll-forward breaks", RUN, "legal_entity_id,product_class,period_id,currency", \
      "end_of_period + window.cutoff", CLAIM, FIRM, 1, "RCL", RESERVE, \
      "reserve.period_id,reserve.product_class,reserve.opening_amount,reserve.accrued_amount," \
      "reserve.settled_amount,reserve.adjusted_amount,reserve.closing_amount", \
      "Opening plus accrued less settled plus adjusted differs from closing.", \
      "+abs(diff)", \
      "0", \
      "Warranty reserve {name}, {period}: computed {expected_amount}, booked {actual_amount}; {exposure} " \
      "{currency}", \
      "The warranty reserve does not roll forward.") \
    K(WTY_08, "WTY-08", 5, "Actual cost above provision", RUN, "legal_entity_id,product_class,period_id,currency", \
      "end_of_period + window.cutoff", CLAIM, FIRM, 2, "ACC", RESERVE, \
      "reserve.period_id,reserve.product_class,reserve.accrued_amount,reserve.settled_amount", \
      "Twelve-month cost per unit is above the accrual rate.", \
      "+shortfall", \
      "-shortfall", \
      "Reserve {name}: cost runs {exposure} {currency} above the provision", \
      "Warranty costs more than was set aside.") \
    K(WTY_09, "WTY-09", 4, "Duplicate claim", ROW, "dataset,row_id", \
      "filed_at", CLAIM, FIRM, 1, "WREV|INVST when CONTINGENT", DUPLICATE, \
      "claim.claim_id,claim.kind,claim.wo_ref,claim.parts_amount,claim.labour_amount,claim.currency," \
      "claim.filed_date,claim.status,claim.asset_serial_no,claim.item_id", \
      "A claim repeats an earlier one of the same order line, or of the same serial, fault and date.", \
      "-claim", \
      "-claim; 0 when CONTINGENT", \
      "Claim {ref} repeats {other_ref}: withdraw {exposure} {currency}", \
      "The same warranty case was claimed twice.") \
    K(WTY_10, "WTY-10", 4, "Failed part not returned with claim", CLAIM, "claim_id", \
      "filed_at + window.vendor_return", CLAIM, CONTINGENT, 2, "INVST|TRF when the part is found", CORE, \
      "claim.claim_id,claim.kind,claim.wo_ref,claim.parts_amount,claim.labour_amount,claim.currency," \
      "claim.filed_date,claim.status,claim.rtv_ref,movement.mov_id,movement.line_no,movement.movement_class," \
      "movement.wo_ref,movement.item_id,movement.quantity,movement.uom,movement.posting_date", \
      "The claim needs the failed part and no return to the vendor was shipped.", \
      "+claim", \
      "0", \
      "Claim {ref} needs the failed {item}: send it back; at stake {exposure} {currency}", \
      "The failed part that a claim needs was not sent back.") \
    K(WTY_11, "WTY-11", 4, "Out-of-warranty cost charged to reserve", CLAIM, "claim_id", \
      "filed_at", CLAIM, FIRM, 1, "RCL|INV when the work is chargeable", COVERAGE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,entitlement_decision.decision_id," \
      "entitlement_decision.wo_id,entitlement_decision.decision_class,claim.claim_id,claim.kind,claim.wo_ref," \
      "claim.parts_amount,claim.labour_amount,claim.currency,claim.filed_date,claim.status", \
      "The reserve was debited although the derived class is not warranty.", \
      "+claim", \
      "+(exp-act) when INV; 0 when RCL", \
      "{work_order}: {exposure} {currency} was taken from the reserve outside warranty", \
      "Work outside warranty was charged to the warranty reserve.") \
    K(WTY_12, "WTY-12", 4, "Supplier recovery missed", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.claim_after_close", CLAIM, FIRM, 2, "WCL", CLAIM, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,claim.claim_id,claim.kind,claim.wo_ref," \
      "claim.parts_amount,claim.labour_amount,claim.currency,claim.filed_date,claim.status,asset_cover.kind," \
      "asset_cover.provider_id,asset_cover.parts_end_date", \
      "The failed component has a vendor warranty, own warranty paid and no vendor claim exists.", \
      "+q*c", \
      "+q*c", \
      "{item} on {work_order} has a vendor warranty: claim {exposure} {currency}", \
      "A cost that the supplier should refund was not claimed.") \
    K(WTY_13, "WTY-13", 1, "Warranty work invoiced and claimed", GROUP, \
      "wo_id,item_family,owner,item_condition,currency", \
      "posting_date", CLAIM, FIRM, 1, "CM", DUPLICATE, \
      "invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount,claim.claim_id,claim.kind,claim.wo_ref,claim.parts_amount," \
      "claim.labour_amount,claim.currency,claim.filed_date,claim.status", \
      "Invoice and claim stand on one line of class warranty, and the invoice is not the deductible; replaces " \
      "BIL-06.", \
      "-min(act,claim)", \
      "-min(act,claim)", \
      "{item} on {work_order} was invoiced and claimed: credit {exposure} {currency} to {customer}", \
      "The same warranty work was paid by the customer and claimed.") \
    K(RES_01, "RES-01", 4, "Open reservation on closed or cancelled order", ROW, "dataset,row_id", \
      "closed_at + window.release_reservation", CTRL, TIMING, 3, "RLS", NOT_POSTED, \
      "work_order.wo_id,work_order.status,work_order.closed_at,reservation.res_id,reservation.wo_ref," \
      "reservation.item_id,reservation.location_id,reservation.quantity,reservation.issued_qty," \
      "reservation.status", \
      "A closed or cancelled order has an open reserved quantity.", \
      "+q*c*rate*days/365", \
      "0", \
      "{ref} still holds {diff} {item} for closed {work_order}: release it", \
      "Stock is still reserved for a finished order.") \
    K(RES_02, "RES-02", 5, "Use without reservation where required", GROUP, \
      "wo_id,item_family,owner,item_condition,currency", \
      "closed_at", CTRL, NONE, 4, "NONE", POLICY, \
      "usage_line.usage_id,usage_line.wo_id,usage_line.item_id,usage_line.quantity,usage_line.uom," \
      "reservation.res_id,reservation.wo_ref,reservation.item_id,reservation.location_id,reservation.quantity," \
      "reservation.issued_qty,reservation.status", \
      "An item whose policy asks for a reservation was used without one.", \
      "0", \
      "0", \
      "{item} was used on {work_order} without a reservation", \
      "A part that must be reserved was used without a reservation.") \
    K(RES_03, "RES-03", 4, "Double allocation", LOCATION_ITEM, "location_id,item_id,owner", \
      "as_of", CTRL, CONTINGENT, 2, "INVST|RLS when a reservation is not needed", POLICY, \
      "reservation.res_id,reservation.wo_ref,reservation.item_id,reservation.location_id,reservation.quantity," \
      "reservation.issued_qty,reservation.status,stock_balance.location_id,stock_balance.item_id," \
      "stock_balance.quantity", \
      "Open reservations exceed stock on hand plus receipts due before the need date.", \
      "+q_short*c", \
      "0", \
      "{item} at {location}: {expected_qty} reserved, {movement_qty} on hand; short {diff}", \
      "The same stock was promised twice.") \
    K(RES_04, "RES-04", 4, "Reserved, issued and used differ", GROUP, \
      "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.movement_after_close", CTRL, NONE, 4, "RLS", NOT_RECORDED, \
      "usage_line.usage_id,usage_line.wo_id,usage_line.item_id,usage_line.quantity,usage_line.uom," \
      "movement.mov_id,movement.line_no,movement.movement_class,movement.wo_ref,movement.item_id," \
      "movement.quantity,movement.uom,movement.posting_date,reservation.res_id,reservation.wo_ref," \
      "reservation.item_id,reservation.location_id,reservation.quantity,reservation.issued_qty," \
      "reservation.status", \
      "Reserved, issued and used quantities differ after close beyond tolerance.", \
      "0", \
      "0", \
      "{item} on {work_order}: {expected_qty} reserved, {movement_qty} issued, {usage_qty} used", \
      "Reserved, issued and used quantities do not agree.") \
    K(RES_05, "RES-05", 5, "Wrong item or place reserved", ROW, "dataset,row_id", \
      "as_of", CTRL, NONE, 3, "RLS", WRONG_ITEM, \
      "reservation.res_id,reservation.wo_ref,reservation.item_id,reservation.location_id,reservation.quantity," \
      "reservation.issued_qty,reservation.status,usage_line.usage_id,usage_line.wo_id,usage_line.item_id," \
      "usage_line.quantity,usage_line.uom", \
      "The reserved item or location is not on the order's plan nor in its substitution chain.", \
      "0", \
      "0", \
      "{ref} reserves {item} at {location} for {work_order}, which plans {other_item}", \
      "The wrong part or place was reserved.") \
    K(RES_06, "RES-06", 5, "Aged reservation", ROW, "dataset,row_id", \
      "need_date + window.reservation_age", CTRL, TIMING, 3, "RLS", POLICY, \
      "reservation.res_id,reservation.wo_ref,reservation.item_id,reservation.location_id,reservation.quantity," \
      "reservation.issued_qty,reservation.status", \
      "A reservation is older than the limit and its order is not scheduled.", \
      "+q*c*rate*days/365", \
      "0", \
      "{ref} has held {diff} {item} for {work_order} for {days} days", \
      "Stock has been reserved for too long.") \
    K(RES_07, "RES-07", 4, "Reservation taken by another order", ROW, "dataset,row_id", \
      "posting_date", CTRL, NONE, 2, "GR-REV+GI", WRONG_WO, \
      "movement.mov_id,movement.line_no,movement.movement_class,movement.wo_ref,movement.item_id," \
      "movement.quantity,movement.uom,movement.posting_date,reservation.res_id,reservation.wo_ref," \
      "reservation.item_id,reservation.location_id,reservation.quantity,reservation.issued_qty," \
      "reservation.status", \
      "An issue against the reservation of one order was posted to another.", \
      "0", \
      "0", \
      "{ref}: stock reserved for {work_order} was issued to {other_ref}: move {movement_qty} {item}", \
      "Stock reserved for one order went to another.") \
    K(RES_08, "RES-08", 5, "FSM allocation differs from ERP reservation", ROW, "dataset,row_id", \
      "need_date + window.release_reservation", CTRL, NONE, 3, "FSM", SYNC_FAIL, \
      "reservation.res_id,reservation.wo_ref,reservation.item_id,reservation.location_id,reservation.quantity," \
      "reservation.issued_qty,reservation.status,fsm_reservation.req_id,fsm_reservation.wo_id," \
      "fsm_reservation.item_id,fsm_reservation.quantity", \
      "The field system's allocation differs from the ERP reservation.", \
      "0", \
      "0", \
      "{item} for {work_order}: {fsm_value} allocated, {erp_value} reserved", \
      "The two systems reserve different quantities.") \
    K(MDM_01, "MDM-01", 1, "Record missing on one side", MASTER, "kind,id", \
      "as_of + window.late_sync", CTRL, CONTINGENT, 2, "MDM", MASTER, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date", \
      "A customer, asset, item, location, technician, contract or tax code used in a transaction has no record " \
      "or cross-reference on the other side.", \
      "+sum(amount blocked)", \
      "0", \
      "{kind} {name} is used in {count} rows but is missing in the {side}: create or map it", \
      "A record that transactions use exists in one system only.") \
    K(MDM_02, "MDM-02", 4, "Duplicate customers", MASTER, "kind,id", \
      "as_of", CTRL, NONE, 2, "MDM", DUP_MASTER, \
      "fsm_customer.customer_id,fsm_customer.name,fsm_customer.postcode", \
      "Two customers have one tax id, or name and postcode whose score reaches the threshold.", \
      "0", \
      "0", \
      "Customers {name} and {other_ref} look like one: merge or mark as different", \
      "One customer exists twice.") \
    K(MDM_03, "MDM-03", 5, "Customer attributes differ", MASTER, "kind,id,field", \
      "as_of", CTRL, NONE, 3, "MDM", SYNC_FAIL, \
      "fsm_customer.customer_id,fsm_customer.erp_id,customer.customer_id,customer.payer_id", \
      "Payer, currency, tax status, terms, block or region differ.", \
      "0", \
      "0", \
      "Customer {customer}: {field} is {fsm_value} and {erp_value}", \
      "The two systems hold different customer data.") \
    K(MDM_04, "MDM-04", 4, "Asset without customer or wrong owner", MASTER, "kind,id", \
      "as_of", CTRL, CONTINGENT, 2, "MDM", MASTER, \
      "asset.asset_id,asset.customer_id,work_order.wo_id,work_order.asset_id,work_order.customer_id," \
      "erp_asset.asset_id,erp_asset.customer_id", \
      "An asset has no customer, or its owner differs from the ERP's on the date.", \
      "+sum(open order value)", \
      "0", \
      "Asset {asset} belongs to {fsm_value} or {erp_value}: settle it", \
      "A machine has no owner or the wrong one.") \
    K(MDM_05, "MDM-05", 5, "Serial missing, duplicate or malformed", MASTER, "kind,id", \
      "as_of", CTRL, NONE, 2, "MDM", SERIAL, \
      "asset.asset_id,asset.serial_no,asset.item_id,item.serial_profile", \
      "A serial is missing, used twice or malformed by the item's profile.", \
      "0", \
      "0", \
      "{asset}: serial \"{serial}\" is {name}", \
      "A serial number is missing, doubled or malformed.") \
    K(MDM_06, "MDM-06", 4, "Item differs", MASTER, "kind,id,field", \
      "as_of", CTRL, NONE, 2, "MDM", MASTER, \
      "item.item_id,item.base_uom,item.stock_type,item.is_active,usage_line.item_id,fsm_item.item_id", \
      "Active flag, base unit, stock type, serial profile or tax class of an item differ.", \
      "0", \
      "0", \
      "Item {item}: {field} is {fsm_value} and {erp_value}", \
      "The two systems describe an item differently.") \
    K(MDM_07, "MDM-07", 4, "Price differs", MASTER, "kind,id", \
      "as_of", CTRL, FIRM, 2, "MDM", PRICE, \
      "price.price_list_id,price.used_item_id,price.unit_price,price.valid_from,fsm_price.price_list_id," \
      "fsm_price.used_item_id,fsm_price.unit_price", \
      "The field price list and the ERP condition differ on the date beyond tolerance.", \
      "+sum(q*(p_erp-p_fsm))", \
      "0", \
      "{item}: {fsm_value} in the field list, {erp_value} in the ERP; {exposure} {currency} on open lines", \
      "The two systems hold different prices.") \
    K(MDM_08, "MDM-08", 4, "Cost missing or zero", MASTER, "kind,id", \
      "as_of", CTRL, NONE, 2, "MDM", MASTER, \
      "item.item_id,item.stock_type,item_cost.item_id,item_cost.unit_cost", \
      "A valued item has no cost, or cost 0.", \
      "0", \
      "0", \
      "Item {item} has no cost; {count} movements cannot be valued", \
      "A stocked item has no cost, so findings on it have no amount.") \
    K(MDM_09, "MDM-09", 4, "Warranty dates differ", MASTER, "kind,id", \
      "as_of", CTRL, CONTINGENT, 1, "MDM", MASTER, \
      "asset.asset_id,asset.install_date,asset.ship_date,asset_cover.asset_id,asset_cover.start_date," \
      "erp_asset.asset_id", \
      "The warranty term in the field system is not the one that ship or install date gives.", \
      "+sum(claim or exp of affected orders)", \
      "0", \
      "{asset}: warranty ends {fsm_value}, by the rule {erp_value}; {exposure} {currency} at stake", \
      "A machine's warranty dates are wrong.") \
    K(MDM_10, "MDM-10", 4, "Supersession graph bad", MASTER, "kind,id", \
      "as_of", CTRL, NONE, 2, "MDM", MASTER, \
      "supersession.from_item_id,supersession.to_item_id,supersession.valid_from", \
      "The supersession graph has a cycle, a dangling successor, overlapping dates or a factor 0.", \
      "0", \
      "0", \
      "Supersession of {item} is broken: {name}", \
      "A chain of replacement items is broken.") \
    K(MDM_11, "MDM-11", 4, "Resource, labour rate or skill code missing", MASTER, "kind,id", \
      "as_of", CTRL, CONTINGENT, 2, "MDM", MASTER, \
      "time_entry.time_id,time_entry.wo_id,time_entry.kind,time_entry.minutes,time_entry.technician_id," \
      "technician.technician_id,technician.erp_resource_id", \
      "A technician of a time entry is unmapped or has no labour rate on the date.", \
      "+h*r", \
      "0", \
      "Technician {technician} has no {name} for {date}; {hours} h cannot be priced", \
      "A technician has no ERP resource or no rate.") \
    K(MDM_12, "MDM-12", 5, "Van or warehouse unmapped or two vans to one technician", MASTER, "kind,id", \
      "as_of", CTRL, NONE, 2, "MDM", MASTER, \
      "location.location_id,location.kind,location.technician_id,technician.van_location_id", \
      "A van or store is unmapped, or two vans belong to one technician.", \
      "0", \
      "0", \
      "{location}: {name}", \
      "A van or store is not mapped, or mapped twice.") \
    K(MDM_13, "MDM-13", 5, "Kit definitions differ", MASTER, "kind,id", \
      "as_of", CTRL, NONE, 3, "MDM", KIT, \
      "kit.kit_item_id,kit.kit_version,kit.component_item_id,kit.factor_num,fsm_kit.kit_item_id," \
      "fsm_kit.component_item_id", \
      "The kit of the field system and of the ERP differ in a valid version.", \
      "0", \
      "0", \
      "Kit {item}: component {other_item} is {fsm_value} and {erp_value}", \
      "The two systems define a kit differently.") \
    K(MDM_14, "MDM-14", 5, "Exchange rate or calendar gap", MASTER, "kind,id", \
      "as_of", CTRL, NONE, 2, "MDM", FX, \
      "fx_rate.from_currency,fx_rate.to_currency,fx_rate.rate_date,period.period_id,period.start_date," \
      "period.end_date", \
      "An exchange rate is missing for a needed day, or periods overlap or leave a gap.", \
      "0", \
      "0", \
      "{name}: no rate or period for {date}", \
      "An exchange rate or an accounting period is missing.") \
    K(MDM_15, "MDM-15", 4, "Cross-reference not one-to-one", MASTER, "kind,id", \
      "as_of", CTRL, NONE, 2, "MDM", DUP_MASTER, \
      "xref.fsm_id,xref.erp_id", \
      "One id is mapped to two ids of the other system on one date with no merge record.", \
      "0", \
      "0", \
      "{kind} {name} is mapped to {fsm_value} and {erp_value}", \
      "A record is mapped to two records of the other system.") \
    K(MDM_16, "MDM-16", 4, "Unit conversion inconsistent", MASTER, "kind,id", \
      "as_of", CTRL, NONE, 2, "MDM", UOM, \
      "item_uom.item_id,item_uom.uom,item_uom.factor_num,item_uom.factor_den,fsm_item_uom.item_id," \
      "fsm_item_uom.uom,fsm_item_uom.factor_num,fsm_item_uom.factor_den", \
      "A unit factor differs between the systems, or a path of factors does not multiply to 1.", \
      "0", \
      "0", \
      "Item {item}: {uom} is {fsm_value} and {erp_value}", \
      "A unit conversion is inconsistent.") \
    K(TIM_01, "TIM-01", 2, "Completed and not billed beyond target", ORDER, "wo_id", \
      "closed_at + money.billing_target", TIME, TIMING, 2, "NONE", NOT_POSTED, \
      "work_order.wo_id,work_order.status,work_order.closed_at,invoice.inv_id,invoice.kind,invoice.status," \
      "invoice.customer_id,invoice.currency,invoice.posting_date,invoice_line.inv_id,invoice_line.line_no," \
      "invoice_line.wo_ref,invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount", \
      "Days from close to invoice (or to the as-of date) exceed the billing target.", \
      "+exp*rate*days/365", \
      "0", \
      "{work_order} closed on {date}, billed after {days} days; delay costs {exposure} {currency}", \
      "Work was billed late, or is late and still unbilled.") \
    K(TIM_02, "TIM-02", 2, "Wrong period", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "posting_date", TIME, TIMING, 1, "ACC|NONE when within window.cutoff", CUTOFF, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date,invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency," \
      "invoice.posting_date,invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref," \
      "invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount", \
      "The business period of the use differs from the posting period of movement or invoice (calendar month " \
      "when there is no period); S4 and amount 0 within window.cutoff; S1 at year end.", \
      "+amount*rate*days/365; 0 within window.cutoff", \
      "0", \
      "{item} on {work_order}: used in {period}, booked on {date}; {actual_amount} {currency} is in the wrong " \
      "period", \
      "Use and booking fall into different accounting periods.") \
    K(TIM_03, "TIM-03", 4, "Back-dated movement or invoice", ROW, "dataset,row_id", \
      "entry_at", TIME, NONE, 2, "NONE", BACKDATED, \
      "movement.mov_id,movement.posting_date,movement.entry_at", \
      "A row was posted further back than allowed, or into a closed period.", \
      "0", \
      "0", \
      "{ref} was entered on {date} and posted {days} days back", \
      "A posting was dated back.") \
    K(TIM_04, "TIM-04", 4, "Late mobile synchronisation", ROW, "dataset,row_id", \
      "-", TIME, NONE, 3, "NONE", LATE_SYNC, \
      "usage_line.usage_id,usage_line.device_at,usage_line.server_at", \
      "Server time is later than device time by more than window.late_sync.", \
      "0", \
      "0", \
      "{ref} on {work_order} arrived {hours} h after it was made", \
      "A mobile device sent its data late.") \
    K(TIM_05, "TIM-05", 4, "Impossible order of events", ORDER, "wo_id", \
      "-", TIME, NONE, 3, "FSM", SEQUENCE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,visit.visit_id,visit.arrived_at", \
      "Events stand in an impossible order beyond the time tolerance.", \
      "0", \
      "0", \
      "{work_order}: {name}", \
      "Events of an order have impossible times.") \
    K(TIM_06, "TIM-06", 4, "Response SLA missed", ORDER, "wo_id", \
      "-", TIME, FIRM, 2, "CM", POLICY, \
      "work_order.wo_id,work_order.status,work_order.closed_at,work_order.sla_response_due_at,visit.wo_id," \
      "visit.arrived_at", \
      "The first visit or contact is later than the response due time of the SLA calendar.", \
      "-penalty", \
      "-penalty", \
      "{work_order}: response due {due}, made {date}; credit {exposure} {currency}", \
      "The promised response time was missed.") \
    K(TIM_07, "TIM-07", 4, "Resolution SLA missed or credit not booked", ORDER, "wo_id", \
      "-", TIME, FIRM, 2, "CM", POLICY, \
      "work_order.wo_id,work_order.status,work_order.closed_at,work_order.sla_resolution_due_at,invoice.inv_id," \
      "invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount", \
      "Resolution is later than due and the agreed credit was not booked.", \
      "-penalty", \
      "-penalty", \
      "{work_order}: solution due {due}, done {date}; credit {exposure} {currency}", \
      "The promised solution time was missed and not credited.") \
    K(TIM_08, "TIM-08", 5, "SLA clock differs between systems", ORDER, "wo_id", \
      "-", TIME, NONE, 3, "FSM", SYNC_FAIL, \
      "work_order.wo_id,work_order.status,work_order.closed_at,work_order.sla_response_due_at," \
      "work_order.sla_resolution_due_at,contract.contract_id", \
      "Due or stop times of the two systems differ, or the clock paused without reason.", \
      "0", \
      "0", \
      "{work_order}: due {fsm_value} and {erp_value}", \
      "The two systems run different SLA clocks.") \
    K(TIM_09, "TIM-09", 4, "Time entries overlap or exceed capacity", PARTY, "technician_id,date", \
      "event_at + window.late_sync", TIME, FIRM, 2, "FSM|CM when billed", DUPLICATE, \
      "time_entry.time_id,time_entry.wo_id,time_entry.kind,time_entry.minutes,time_entry.technician_id," \
      "time_entry.start_at,time_entry.end_at", \
      "Intervals of one technician overlap, or a day exceeds the maximum.", \
      "+h*r", \
      "0; -h*r when CM", \
      "{technician} reports {hours} h twice on {date}; {exposure} {currency}", \
      "A technician's times overlap.") \
    K(TIM_10, "TIM-10", 4, "Unbilled work ages", ORDER, "wo_id", \
      "closed_at + window.billing_after_close", TIME, TIMING, 2, "NONE|RCL when it will not be billed", NOT_POSTED, \
      "work_order.wo_id,work_order.status,work_order.closed_at,invoice.inv_id,invoice.kind,invoice.status," \
      "invoice.customer_id,invoice.currency,invoice.posting_date,invoice_line.inv_id,invoice_line.line_no," \
      "invoice_line.wo_ref,invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount", \
      "Unbilled value is older than 30, 60 or 90 days; CONTINGENT above 90.", \
      "+exp*rate*days/365", \
      "0", \
      "{work_order}: {expected_amount} {currency} unbilled for {days} days", \
      "Unbilled work grows old.") \
    K(TIM_11, "TIM-11", 4, "Interface message missing, failed or out of order", DOCUMENT, "dataset,row_id", \
      "sent_at + window.late_sync", TIME, NONE, 1, "NONE", SYNC_FAIL, \
      "outbox.msg_id,outbox.idempotency_key,outbox.object_id,outbox.sent_at,inbox.msg_id,inbox.idempotency_key," \
      "inbox.status", \
      "A message sent was not received, failed, repeats a key with another payload, or leaves a gap; a cause " \
      "of the findings on its object.", \
      "0", \
      "0", \
      "Message {ref} for {work_order} did not reach the ERP: send it again ({count} findings hang on it)", \
      "An interface message was lost, failed or came out of order.") \
    K(TIM_12, "TIM-12", 5, "Booked, travelled and worked times disagree", ORDER, "wo_id", \
      "closed_at", TIME, CONTINGENT, 4, "FSM", NOT_RECORDED, \
      "time_entry.time_id,time_entry.wo_id,time_entry.kind,time_entry.minutes,time_entry.start_at," \
      "time_entry.end_at,visit.visit_id,visit.planned_start_at,visit.started_at,visit.ended_at", \
      "Booked, travelled and worked times differ beyond tolerance.", \
      "+h*r", \
      "0", \
      "{work_order}: {expected_qty} h on site, {hours} h reported", \
      "Planned, travelled and worked times do not agree.") \
    K(TIM_13, "TIM-13", 5, "Early billing", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "posting_date", TIME, TIMING, 2, "RCL", CUTOFF, \
      "work_order.wo_id,work_order.status,work_order.closed_at,invoice.inv_id,invoice.kind,invoice.status," \
      "invoice.customer_id,invoice.currency,invoice.posting_date,invoice_line.inv_id,invoice_line.line_no," \
      "invoice_line.wo_ref,invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount", \
      "An invoice precedes completion or milestone with no prepaid term.", \
      "-act*rate*days/365", \
      "0", \
      "{work_order}: {actual_amount} {currency} billed on {date}, before the work was done", \
      "Work was billed before it was done.") \
    K(TIM_14, "TIM-14", 2, "Movement posted late", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "posting_date", TIME, TIMING, 3, "NONE", LATE_SYNC, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date", \
      "A movement matched by its order reference was posted more than window.late_posting after the business " \
      "date of the use, whatever the period.", \
      "+M*c*rate*days/365", \
      "0", \
      "{movement_qty} {item} used on {work_order} was issued {days} days late, on {date}", \
      "Stock was issued long after the part was used, so balances were wrong in between.") \
    K(EVD_01, "EVD-01", 4, "Customer sign-off missing", ORDER, "wo_id", \
      "closed_at + window.late_sync", CTRL, CONTINGENT, 2, "FSM", EVIDENCE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,evidence.evidence_id,evidence.object_type," \
      "evidence.object_id,evidence.kind,evidence.captured_at", \
      "The order type needs a customer sign-off and there is none.", \
      "+act", \
      "0", \
      "{work_order} has no customer signature; {exposure} {currency} could be disputed", \
      "The customer did not sign for the work.") \
    K(EVD_02, "EVD-02", 5, "Required evidence missing", ORDER, "wo_id,kind", \
      "closed_at + window.late_sync", CTRL, CONTINGENT, 3, "FSM", EVIDENCE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,evidence.evidence_id,evidence.object_type," \
      "evidence.object_id,evidence.kind,evidence.captured_at", \
      "Required evidence (report, photo, checklist, test record) is missing.", \
      "+act", \
      "0", \
      "{work_order} lacks its {name}", \
      "Evidence that the order type needs is missing.") \
    K(EVD_03, "EVD-03", 4, "Time entry not approved", ROW, "dataset,row_id", \
      "closed_at + window.approval", CTRL, TIMING, 2, "APP", APPROVAL, \
      "work_order.wo_id,work_order.status,work_order.closed_at,time_entry.time_id,time_entry.wo_id," \
      "time_entry.kind,time_entry.minutes,time_entry.approval_status,time_entry.is_billable", \
      "A billable time entry is not approved.", \
      "+h*r*rate*days/365", \
      "0", \
      "{hours} h of {technician} on {work_order} wait for approval", \
      "Billable time is waiting for approval.") \
    K(EVD_04, "EVD-04", 2, "Invoice released before approval or sign-off", DOCUMENT, "inv_id", \
      "posting_date", CTRL, CONTINGENT, 1, "APP", APPROVAL, \
      "work_order.wo_id,work_order.status,work_order.closed_at,invoice.inv_id,invoice.kind,invoice.status," \
      "invoice.customer_id,invoice.currency,invoice.posting_date,invoice_line.inv_id,invoice_line.line_no," \
      "invoice_line.wo_ref,invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount," \
      "invoice.released_at,evidence.evidence_id,evidence.object_type,evidence.object_id,evidence.kind," \
      "evidence.captured_at", \
      "The invoice was released before the last required approval or sign-off.", \
      "+act", \
      "0", \
      "{ref} for {work_order} was released before {name}; {exposure} {currency}", \
      "An invoice went out before the work was approved or signed.") \
    K(EVD_05, "EVD-05", 4, "Milestone and completion disagree", ORDER, "wo_id,milestone_id", \
      "completed_at + window.milestone", REV, FIRM, 1, "INV|CM when billed and not complete", MILESTONE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,milestone.milestone_id,milestone.wo_id," \
      "milestone.completed_at,milestone.amount,invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id," \
      "invoice.currency,invoice.posting_date,invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref," \
      "invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount", \
      "A milestone is billed and not complete, or complete and not billed.", \
      "-act when billed and not complete; +amount when complete and not billed", \
      "-act when CM; +amount when INV", \
      "Milestone {ref} of {work_order}: {expected_amount} due, {actual_amount} billed; {exposure} {currency}", \
      "Milestones and their invoices do not agree.") \
    K(EVD_06, "EVD-06", 1, "Goodwill without approval", GROUP, "wo_id,item_family,owner,item_condition,currency", \
      "closed_at + window.billing_after_close", REV, FIRM, 1, "APP|INV when approval is refused", GOODWILL, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,invoice.inv_id,invoice.kind,invoice.status," \
      "invoice.customer_id,invoice.currency,invoice.posting_date,invoice_line.inv_id,invoice_line.line_no," \
      "invoice_line.wo_ref,invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount," \
      "approval.approval_id,approval.object_type,approval.object_id,approval.kind,approval.amount_limit", \
      "A zero or reduced price has a goodwill reason and no approval exists for the line on the date; the " \
      "class is then T and BIL-02 is secondary.", \
      "+(exp-act), which is q*p when nothing was billed", \
      "0; +(exp-act) when INV", \
      "{item} on {work_order} given free as goodwill without approval: approve or invoice {exposure} {currency}", \
      "Goodwill was given and nobody approved it.") \
    K(EVD_07, "EVD-07", 4, "Segregation or authority breach", ROW, "dataset,row_id", \
      "-", CTRL, CONTINGENT, 1, "APP", APPROVAL, \
      "approval.approval_id,approval.object_id,approval.kind,approval.requested_by,approval.approved_by," \
      "approval.approved_at", \
      "The approver is the requester or technician, exceeded the own authority, or approved after the invoice; " \
      "a line above an approval's limit is BIL-02.", \
      "+amount", \
      "0", \
      "Approval {ref} on {work_order} by {name} is not valid: {reason}", \
      "Someone approved what they were not allowed to approve.") \
    K(EVD_08, "EVD-08", 4, "Record changed after approval or sign-off", ROW, "dataset,row_id", \
      "-", CTRL, CONTINGENT, 1, "APP", APPROVAL, \
      "approval.approval_id,approval.object_id,approval.approved_at,work_order.modified_at", \
      "A record changed after its approval or sign-off.", \
      "+abs(change)", \
      "0", \
      "{ref} on {work_order} changed after approval: {fsm_value} became {erp_value}", \
      "A record was changed after it had been approved.") \
    K(EVD_09, "EVD-09", 5, "Closure or resolution code missing/inconsistent", ORDER, "wo_id", \
      "closed_at", CTRL, NONE, 3, "FSM", EVIDENCE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,work_order.resolution_code", \
      "Closure codes are missing or not allowed together.", \
      "0", \
      "0", \
      "{work_order}: {field} is missing or does not fit", \
      "The codes that explain a closure are missing.") \
    K(EVD_10, "EVD-10", 5, "Safety/compliance step missing", ORDER, "wo_id,kind", \
      "closed_at + window.late_sync", CTRL, NONE, 1, "FSM", EVIDENCE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,evidence.evidence_id,evidence.object_type," \
      "evidence.object_id,evidence.kind,evidence.captured_at", \
      "A mandatory safety step is not done.", \
      "0", \
      "0", \
      "{work_order}: safety step {name} was not recorded", \
      "A mandatory safety step is missing.") \
    K(EVD_11, "EVD-11", 5, "Evidence not linked or reused", ROW, "dataset,row_id", \
      "-", CTRL, CONTINGENT, 3, "INVST", DUPLICATE, \
      "evidence.evidence_id,evidence.object_type,evidence.object_id,evidence.kind,evidence.captured_at," \
      "evidence.file_hash", \
      "One file hash stands on several orders, or the linked object does not exist.", \
      "+act", \
      "0", \
      "Evidence {ref} of {work_order} is also on {other_ref}", \
      "The same proof was used for several orders.") \
    K(EVD_12, "EVD-12", 5, "Correction without dual control", DOCUMENT, "dataset,row_id", \
      "posting_date", CTRL, CONTINGENT, 1, "APP", APPROVAL, \
      "movement.mov_id,movement.external_id,approval.approval_id,approval.object_id", \
      "A proposed correction was posted with no approval id.", \
      "+amount", \
      "0", \
      "Correction {ref} was posted without approval; {exposure} {currency}", \
      "A correction was booked without a second person.") \
    K(WOS_01, "WOS-01", 4, "Parent closed or billed with open children", ORDER, "wo_id", \
      "closed_at + window.late_sync", CTRL, CONTINGENT, 2, "FSM", PARENT_CHILD, \
      "work_order.wo_id,work_order.status,work_order.closed_at,work_order.parent_wo_id", \
      "A parent is closed or billed while a child is not final.", \
      "+sum(exp of open children)", \
      "0", \
      "{work_order} is closed, {count} orders below it are open", \
      "A main order was closed before its parts.") \
    K(WOS_02, "WOS-02", 5, "Parent roll-up differs from children", FAMILY, "wo_id", \
      "closed_at + window.billing_after_close", CTRL, NONE, 3, "FSM", PARENT_CHILD, \
      "work_order.wo_id,work_order.status,work_order.closed_at,work_order.parent_wo_id,invoice.inv_id," \
      "invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount", \
      "The parent's total differs from the sum of its children.", \
      "0", \
      "0", \
      "{work_order}: {actual_amount} on the order, {expected_amount} below it", \
      "A main order's total is not the sum of its parts.") \
    K(WOS_03, "WOS-03", 4, "Billed on parent and on child", FAMILY, "wo_id,item_family,owner,item_condition,currency", \
      "posting_date", REV, FIRM, 1, "CM", DUPLICATE, \
      "work_order.wo_id,work_order.status,work_order.closed_at,work_order.parent_wo_id,invoice.inv_id," \
      "invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount", \
      "One line is billed on the parent and on the child; replaces BIL-05 and BIL-08.", \
      "-net", \
      "-net", \
      "{item} is billed on {work_order} and on {other_ref}: credit {exposure} {currency}", \
      "The same line was billed on the main order and below it.") \
    K(WOS_04, "WOS-04", 1, "Closed with neither inventory nor billing outcome", ORDER, "wo_id", \
      "closed_at + window.billing_after_close", CTRL, CONTINGENT, 2, "INVST", NOT_RECORDED, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date,invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency," \
      "invoice.posting_date,invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref," \
      "invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount", \
      "A closed order of a type that expects work shows no use, time, movement and billing at all, or a group " \
      "of class goodwill or none has no billing outcome.", \
      "+sum(exp)", \
      "0", \
      "{work_order} was closed on {date} with no billing outcome and {movement_qty} issued: was work bypassed?", \
      "An order was closed without the outcomes it should have.") \
    K(WOS_05, "WOS-05", 1, "Cancelled order with cost or billing", ORDER, "wo_id", \
      "cancelled_at + window.cancelled", REV, FIRM, 2, "CM|NONE when only hours or expenses remain", REVERSAL, \
      "work_order.wo_id,work_order.status,work_order.closed_at,work_order.cancelled_at,invoice.inv_id," \
      "invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount", \
      "A cancelled order has net billing; hours and expenses are shown; stock is INV-22; replaces BIL-07.", \
      "-B", \
      "-B", \
      "{work_order} is cancelled, {actual_amount} is still billed and {hours} h reported: credit {exposure} " \
      "{currency}", \
      "A cancelled order still has billing, hours or expenses.") \
    K(WOS_06, "WOS-06", 4, "Re-opened after billing, delta not billed", GROUP, \
      "wo_id,item_family,owner,item_condition,currency", \
      "reopened_at + window.billing_after_close", REV, FIRM, 2, "INV", NOT_RECORDED, \
      "work_order.wo_id,work_order.status,work_order.closed_at,work_order.reopened_at,usage_line.usage_id," \
      "usage_line.wo_id,usage_line.item_id,usage_line.quantity,usage_line.uom,invoice.inv_id,invoice.kind," \
      "invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date,invoice_line.inv_id," \
      "invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id,invoice_line.quantity," \
      "invoice_line.net_amount", \
      "Lines added after the invoice of a re-opened order are not billed; replaces BIL-01 and BIL-03 for them.", \
      "+(exp-act)", \
      "+(exp-act)", \
      "{work_order} was re-opened on {date}, {usage_qty} {item} added and not billed: invoice {exposure} " \
      "{currency}", \
      "Work added after billing was never billed.") \
    K(WOS_07, "WOS-07", 4, "Repeat visit", ASSET, "asset_id,wo_id", \
      "closed_at", CTRL, NONE, 4, "NONE", POLICY, \
      "work_order.wo_id,work_order.status,work_order.closed_at,work_order.asset_id,work_order.fault_code", \
      "Another order of the same asset and fault family lies within the repeat window.", \
      "0", \
      "0", \
      "{work_order} repeats {other_ref} on {asset} after {days} days", \
      "The same machine needed a second visit for the same fault.") \
    K(WOS_08, "WOS-08", 1, "Orphan records", ROW, "dataset,row_id", \
      "event_at + window.late_sync", CTRL, CONTINGENT, 2, "FSM", MASTER, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom", \
      "A usage, time or evidence row names no known order, or an order names no customer or asset where one is " \
      "required.", \
      "+exp", \
      "0", \
      "{ref}: {name} names {other_ref}, which does not exist: link it; {exposure} {currency}", \
      "A field record hangs in the air.") \
    K(WOS_09, "WOS-09", 5, "Cycle or broken dependency among linked orders", FAMILY, "wo_id", \
      "-", CTRL, NONE, 3, "FSM", PARENT_CHILD, \
      "work_order.wo_id,work_order.status,work_order.closed_at,work_order.parent_wo_id", \
      "Links between orders form a cycle or point to a missing order.", \
      "0", \
      "0", \
      "Links of {work_order} form a cycle or break at {other_ref}", \
      "Linked orders form a circle or a broken link.") \
    K(WOS_10, "WOS-10", 4, "Status differs between systems", ORDER, "wo_id", \
      "closed_at + window.late_sync", CTRL, NONE, 3, "FSM", SYNC_FAIL, \
      "work_order.wo_id,work_order.status,work_order.closed_at,erp_order.status", \
      "The order's state differs between the systems.", \
      "0", \
      "0", \
      "{work_order} is {fsm_value} in the field system and {erp_value} in the ERP", \
      "The two systems disagree on the state of an order.") \
    K(FIN_01, "FIN-01", 5, "Movements to inventory account", RUN, "legal_entity_id,account_id,period_id", \
      "end_of_period + window.cutoff", CTRL, NONE, 1, "INVST|RCL when the cause is known", UNKNOWN, \
      "movement.mov_id,movement.line_no,movement.movement_class,movement.wo_ref,movement.item_id," \
      "movement.quantity,movement.uom,movement.posting_date,movement.cost_amount,movement.currency," \
      "gl_balance.legal_entity_id,gl_balance.account_id,gl_balance.period_id,gl_balance.closing_amount", \
      "The sum of valued movements differs from the stock account's change.", \
      "0", \
      "0", \
      "Account {name}, {period}: movements {expected_amount}, ledger {actual_amount} {currency}", \
      "Stock movements and the stock account do not agree.") \
    K(FIN_02, "FIN-02", 5, "Interim/delivered-not-invoiced balance per order", ORDER, "wo_id", \
      "closed_at + window.billing_after_close", CTRL, NONE, 2, "INVST|RCL when the cause is known", NOT_POSTED, \
      "work_order.wo_id,work_order.status,work_order.closed_at,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date,movement.cost_amount,gl_balance.account_id,gl_balance.account_role," \
      "gl_balance.closing_amount", \
      "The delivered-not-invoiced balance of a closed order is not 0.", \
      "0", \
      "0", \
      "{work_order}: {actual_amount} {currency} remain on the interim account", \
      "An interim account of a closed order is not cleared.") \
    K(FIN_03, "FIN-03", 5, "Billing sub-ledger to revenue account", RUN, "legal_entity_id,account_id,period_id", \
      "end_of_period + window.cutoff", CTRL, NONE, 1, "INVST|RCL when the cause is known", UNKNOWN, \
      "invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency,invoice.posting_date," \
      "invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref,invoice_line.sales_item_id," \
      "invoice_line.quantity,invoice_line.net_amount,gl_balance.legal_entity_id,gl_balance.account_id," \
      "gl_balance.period_id,gl_balance.closing_amount", \
      "The sum of billing lines differs from the revenue account.", \
      "0", \
      "0", \
      "Account {name}, {period}: invoices {expected_amount}, ledger {actual_amount} {currency}", \
      "Invoices and the revenue account do not agree.") \
    K(FIN_04, "FIN-04", 5, "Unbilled/WIP account to open orders", RUN, "legal_entity_id,account_id,period_id", \
      "end_of_period + window.cutoff", CTRL, NONE, 2, "ACC", CUTOFF, \
      "work_order.wo_id,work_order.status,work_order.closed_at,invoice.inv_id,invoice.kind,invoice.status," \
      "invoice.customer_id,invoice.currency,invoice.posting_date,invoice_line.inv_id,invoice_line.line_no," \
      "invoice_line.wo_ref,invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount," \
      "gl_balance.legal_entity_id,gl_balance.account_id,gl_balance.period_id,gl_balance.closing_amount", \
      "The sum of expected and unbilled amounts differs from the unbilled account.", \
      "0", \
      "0", \
      "Account {name}, {period}: unbilled work {expected_amount}, ledger {actual_amount} {currency}", \
      "Unbilled work and its account do not agree.") \
    K(FIN_05, "FIN-05", 1, "Control totals of the extract", RUN, "dataset,control", \
      "-", CTRL, NONE, 1, "NONE", SYNC_FAIL, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date,invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency," \
      "invoice.posting_date,invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref," \
      "invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount", \
      "Row count, a sum, or the smallest or largest key of a dataset differs from its control query; a " \
      "difference ends the run with exit 65 and nothing is published.", \
      "0", \
      "0", \
      "{name}: control says {expected_qty}, {count} were read: run the extract again", \
      "What was read is exactly what the source said it sent.") \
    K(FIN_06, "FIN-06", 1, "Nothing lost in the engine", RUN, "dataset,control", \
      "-", CTRL, NONE, 1, "NONE", UNKNOWN, \
      "work_order.wo_id,work_order.status,work_order.closed_at,usage_line.usage_id,usage_line.wo_id," \
      "usage_line.item_id,usage_line.quantity,usage_line.uom,movement.mov_id,movement.line_no," \
      "movement.movement_class,movement.wo_ref,movement.item_id,movement.quantity,movement.uom," \
      "movement.posting_date,invoice.inv_id,invoice.kind,invoice.status,invoice.customer_id,invoice.currency," \
      "invoice.posting_date,invoice_line.inv_id,invoice_line.line_no,invoice_line.wo_ref," \
      "invoice_line.sales_item_id,invoice_line.quantity,invoice_line.net_amount", \
      "Matched, excepted, pending, excluded and rejected rows, quantities and money of a leg add up to its " \
      "input exactly; a difference is an internal error.", \
      "0", \
      "0", \
      "{name}: {expected_qty} read, {count} accounted for", \
      "Every row read is accounted for: nothing is lost inside the engine.")

/* clang-format on */

#endif
