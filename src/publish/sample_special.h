/*
 * sample_special.h - the special functions behind the factors of audit sampling. Private to publish/.
 *
 * long double inside publish/sample_*.c only; money never passes through here, factors leave as tie_e12.
 * Relative accuracy 1e-15 or better for arguments up to 10^6.
 */
#ifndef TIEOUT_PUBLISH_SAMPLE_SPECIAL_H
#define TIEOUT_PUBLISH_SAMPLE_SPECIAL_H

#include "tieout/sample_math.h"

long double tie_gamma_below(long double shape, long double x);           /* P(shape, x), regularised */
long double tie_gamma_quantile(long double share, long double shape);    /* scale 1 */
long double tie_beta_below(long double x, long double a, long double b); /* I_x(a, b), regularised */
long double tie_beta_quantile(long double share, long double a, long double b);
long double tie_student_quantile(long double share, uint64_t freedom); /* share >= 1/2; 0: normal */
/* P(X <= errors) of n drawn from `orders` that hold `bad`. */
long double tie_hypergeometric_below(uint64_t errors, uint64_t orders, uint64_t bad, uint64_t n);

tie_e12 tie_e12_of(long double value); /* rounded */
long double tie_share_of(tie_dec confidence);

#endif
