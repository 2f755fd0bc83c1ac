/*
 * registry.c - the catalogue as data: what each check is called, needs and says, and whether it runs in this job.
 *
 * Everything comes from check_table.h by macro, so a check can't be half registered. Whether a check runs is decided
 * once a job from three facts, the most lasting first: this version judges it, the sources deliver its columns, the
 * policy leaves it on. A check that is off is always named with its reason, never silently left out. Rejected: a
 * flag "implemented" in every row beside the release; two facts that must agree are one fact too many.
 */
#include "tieout/check.h"

#define RELEASE_JUDGED 2 /* checks up to this release are judged by this version */

static const char families[TIE_CHECK_COUNT][4] = {
#define TIE_AS_FAMILY(NAME, code, ...) [TIE_##NAME] = { (code)[0], (code)[1], (code)[2] },
    TIE_CHECKS(TIE_AS_FAMILY)
#undef TIE_AS_FAMILY
};

static const struct tie_check_info table[TIE_CHECK_COUNT] = {
#define TIE_AS_INFO(NAME, code_, release_, title_, GRAIN, key_, due_, BUCKET, CERTAINTY, severity_, verbs_, REASON,    \
    needs_, test_, exposure_, book_effect_, sentence_, definition_)                                                    \
    [TIE_##NAME] = { .id = TIE_##NAME,                                                                                 \
        .code = code_,                                                                                                 \
        .family = families[TIE_##NAME],                                                                                \
        .release = release_,                                                                                           \
        .title = title_,                                                                                               \
        .grain = TIE_GRAIN_##GRAIN,                                                                                    \
        .key = key_,                                                                                                   \
        .due = due_,                                                                                                   \
        .bucket = TIE_BUCKET_##BUCKET,                                                                                 \
        .certainty = TIE_CERTAINTY_##CERTAINTY,                                                                        \
        .severity = severity_,                                                                                         \
        .verbs = verbs_,                                                                                               \
        .reason = #REASON,                                                                                             \
        .needs = needs_,                                                                                               \
        .test = test_,                                                                                                 \
        .exposure = exposure_,                                                                                         \
        .book_effect = book_effect_,                                                                                   \
        .sentence = sentence_,                                                                                         \
        .definition = definition_ },
    TIE_CHECKS(TIE_AS_INFO)
#undef TIE_AS_INFO
};

const struct tie_check_info *tie_check(enum tie_check id)
{
    TIE_ASSERT(id < TIE_CHECK_COUNT);
    return &table[id];
}

bool tie_check_is_judged(enum tie_check id)
{
    return tie_check(id)->release <= RELEASE_JUDGED;
}

bool tie_check_find(struct tie_text code, enum tie_check *id)
{
    for (size_t i = 0; i < TIE_CHECK_COUNT; i++) {
        if (tie_text_is(code, table[i].code)) {
            *id = table[i].id;
            return true;
        }
    }
    return false;
}

/* ---- words ---- */

const char *tie_bucket_name(enum tie_bucket bucket)
{
    static const char *const names[TIE_BUCKET_COUNT] = { "REV", "COST", "CLAIM", "CORE", "TIME", "CTRL" };

    TIE_ASSERT(bucket < TIE_BUCKET_COUNT);
    return names[bucket];
}

const char *tie_certainty_name(enum tie_certainty certainty)
{
    static const char *const names[TIE_CERTAINTY_COUNT] = { "FIRM", "CONTINGENT", "TIMING", "NONE" };

    TIE_ASSERT(certainty < TIE_CERTAINTY_COUNT);
    return names[certainty];
}

const char *tie_verdict_name(enum tie_verdict_word verdict)
{
    static const char *const names[TIE_VERDICT_COUNT] = { "matched", "cost_gap", "revenue_gap", "over_recovery", "both",
        "phantom", "decision_gap", "pending", "ambiguous" };

    TIE_ASSERT(verdict < TIE_VERDICT_COUNT);
    return names[verdict];
}

const char *tie_finding_status_name(enum tie_finding_status status)
{
    static const char *const names[TIE_FINDING_STATUS_COUNT] = { "new", "open", "pending", "reopened", "explained",
        "accepted", "corrected", "void", "carried" };

    TIE_ASSERT(status < TIE_FINDING_STATUS_COUNT);
    return names[status];
}

/* ---- switches ---- */

/* The first of "dataset.column,..." that no source delivers; an empty slice when all are there. */
static struct tie_text missing_need(const struct tie_delivery *delivery, const char *needs)
{
    struct tie_text rest = tie_text_of(needs);

    while (rest.size > 0) {
        const struct tie_text need = tie_text_cut(&rest, ',');
        struct tie_text column = need;
        const struct tie_text dataset = tie_text_cut(&column, '.');
        enum tie_dataset id = TIE_DATASET_COUNT;

        TIE_ASSERT(tie_dataset_find(dataset, &id));
        const int index = tie_column_find(tie_dataset(id), column);
        TIE_ASSERT(index >= 0);
        if (!delivery->dataset[id] || !delivery->column[id][index])
            return need;
    }
    return rest;
}

void tie_check_switches(struct tie_arena *arena, const struct tie_delivery *delivery, const struct tie_policy *policy,
    struct tie_check_switch switches[TIE_CHECK_COUNT])
{
    for (size_t i = 0; i < TIE_CHECK_COUNT; i++) {
        const struct tie_check_override *own = tie_policy_override(policy, table[i].code);
        const struct tie_text need = missing_need(delivery, table[i].needs);

        switches[i] = (struct tie_check_switch){ .off = TIE_CHECK_ON };
        if (!tie_check_is_judged((enum tie_check)i))
            switches[i] = (struct tie_check_switch){ TIE_CHECK_OFF_VERSION, "not judged by this version" };
        else if (need.size > 0)
            switches[i] = (struct tie_check_switch){ TIE_CHECK_OFF_NEEDS,
                tie_arena_printf(arena, "needs %.*s", (int)need.size, need.at) };
        else if (own != NULL && !own->enabled)
            switches[i] = (struct tie_check_switch){ TIE_CHECK_OFF_POLICY, "switched off by the policy" };
    }
}
