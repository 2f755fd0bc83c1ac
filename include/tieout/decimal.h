/*
 * decimal.h - quantities, prices, amounts, fractions and hours: one exact type.
 *
 * tie_dec is a whole number of millionths (10^-6) in 64 bits. Products and quotients go through 128 bits; sums of many
 * values are tie_sum (128 bits). TIE_NONE marks "no value" (SQL NULL); it is never the result of arithmetic. A single
 * value beyond +-9.2e12 does not fit and is refused when parsed. All rounding is half away from zero. No binary
 * floating point anywhere.
 */
#ifndef TIEOUT_DECIMAL_H
#define TIEOUT_DECIMAL_H

#include "tieout/text.h"

#include <stdint.h>

typedef int64_t tie_dec;
__extension__ typedef __int128 tie_sum;

#define TIE_DEC_ONE INT64_C(1000000)
#define TIE_NONE INT64_MIN /* no value: of tie_dec, of an instant, of a rate, of a whole number */
#define TIE_DEC_MAX INT64_C(9200000000000000000)
#define TIE_DEC_TEXT_MAX 32 /* bytes that any printed form needs, with the NUL */

enum tie_dec_parse { TIE_DEC_EXACT, TIE_DEC_ROUNDED, TIE_DEC_BAD, TIE_DEC_RANGE };

/* [+-]digits[.digits], optional e[+-]dd; blanks around are no part of a number. More than six decimals: rounded,
 * ROUNDED. */
TIE_MUST_CHECK enum tie_dec_parse tie_dec_from_text(struct tie_text text, tie_dec *value);
/* digits * 10^exponent; for decoders of binary forms. */
TIE_MUST_CHECK enum tie_dec_parse tie_dec_from_scaled(tie_sum digits, int exponent, tie_dec *value);

/* Shortest form: "2", "-0.5", "1234.567891". Returns the text length; `out` has TIE_DEC_TEXT_MAX bytes. */
size_t tie_dec_print(tie_dec value, char *out);
/* Exactly `decimals` (0..6) digits after the point, rounded. */
size_t tie_dec_print_fixed(tie_dec value, unsigned decimals, char *out);
/* For 128-bit totals, shortest form and fixed form; `out` has 64 bytes. */
size_t tie_sum_print(tie_sum value, char *out);
size_t tie_sum_print_fixed(tie_sum value, unsigned decimals, char *out);

/* a * b, a * num / den: rounded to the millionth. Return false (and leave *out) when the result does not fit or den is
 * 0. */
TIE_MUST_CHECK bool tie_dec_mul(tie_dec a, tie_dec b, tie_dec *out);
TIE_MUST_CHECK bool tie_dec_muldiv(tie_dec a, int64_t num, int64_t den, tie_dec *out);
TIE_MUST_CHECK bool tie_dec_add(tie_dec a, tie_dec b, tie_dec *out);
TIE_MUST_CHECK bool tie_dec_from_sum(tie_sum sum, tie_dec *out);
/* times a rate of exchange in 10^-12 */
TIE_MUST_CHECK bool tie_dec_mul_rate(tie_dec a, int64_t rate_e12, tie_dec *out);
TIE_MUST_CHECK bool tie_dec_div_rate(tie_dec a, int64_t rate_e12, tie_dec *out);

tie_dec tie_dec_round(tie_dec value, unsigned decimals); /* to 0..6 decimals, half away from zero */
tie_dec tie_dec_abs(tie_dec value);
/* ISO 4217 minor units: 2, but 0 for JPY..., 3 for KWD...; unknown 2 */
unsigned tie_currency_decimals(struct tie_text iso_code);

/* A rate of exchange: text to 10^-12; false when not above zero or out of range. */
TIE_MUST_CHECK bool tie_rate_from_text(struct tie_text text, int64_t *rate_e12);
size_t tie_rate_print(int64_t rate_e12, char *out); /* shortest form */
/* Whole numbers, in figures; the size without the zero. TIE_NONE prints as the number that it is. */
enum { TIE_INT_TEXT_MAX = 24 };
size_t tie_int_print(int64_t value, char out[TIE_INT_TEXT_MAX]);
/* [+-]digits, decimal only, range-checked */
TIE_MUST_CHECK bool tie_int_from_text(struct tie_text text, int64_t *value);

#endif
