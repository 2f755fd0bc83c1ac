/*
 * policy_parts.h - private to model/: the sections of a policy that need more than a copy. Each reads its own and
 * says TIE_CONFIG with the line where a value is none.
 */
#ifndef TIEOUT_MODEL_POLICY_PARTS_H
#define TIEOUT_MODEL_POLICY_PARTS_H

#include "tieout/policy.h"

TIE_MUST_CHECK enum tie_status tie_policy_read_words(
    struct tie_arena *arena, const struct tie_config *config, struct tie_policy *policy, struct tie_error *err);
TIE_MUST_CHECK enum tie_status tie_policy_read_reference(
    const struct tie_config *config, struct tie_policy *policy, struct tie_error *err);
TIE_MUST_CHECK enum tie_status tie_policy_read_normalise(
    struct tie_arena *arena, const struct tie_config *config, struct tie_policy *policy, struct tie_error *err);
TIE_MUST_CHECK enum tie_status tie_policy_read_regions(struct tie_arena *arena, const struct tie_config *config,
    const struct tie_zone_set *zones, struct tie_policy *policy, struct tie_error *err);
TIE_MUST_CHECK enum tie_status tie_policy_read_calendars(
    struct tie_arena *arena, const struct tie_config *config, struct tie_policy *policy, struct tie_error *err);
TIE_MUST_CHECK enum tie_status tie_policy_read_checks(
    struct tie_arena *arena, const struct tie_config *config, struct tie_policy *policy, struct tie_error *err);

#endif
