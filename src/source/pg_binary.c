/*
 * pg_binary.c - the binary form of COPY: a stream of tuples, and one decoder a type.
 *
 *     signature 11 | flags 4 | extension: size 4, bytes | tuple: fields 2, each: size 4 (-1: NULL), bytes | ... | -1
 *
 * Invariant: a cell holds the very text that the server writes in its text form, so whatever is said of a value
 * (reasons, text columns, control figures) does not depend on the form; beside it stands the number where the value is
 * one of ours, and then the text need not be read again. A value that is no number of ours (infinity, NaN, a year
 * before 1 or past 9999, more digits than 128 bits) has its text alone, and is refused where the same text is.
 * numeric comes as digits of base 10,000 and goes to millionths through 128 bits.
 *
 * Tuples need not end where a message does; what is left of one waits for the next. What can't be a stream of the
 * server is refused: nothing is guessed.
 */
#include "driver.h"

#include <string.h>

enum { SIGNATURE_BYTES = 11, HEADER_BYTES = 19, TO_1970_DAYS = 10957, NUMERIC_HEAD_BYTES = 8, BASE_DIGITS = 4 };

static const char signature[SIGNATURE_BYTES] = { 'P', 'G', 'C', 'O', 'P', 'Y', '\n', '\xFF', '\r', '\n', '\0' };

/* ---- big-endian numbers ---- */

static uint64_t unsigned_at(const char *at, size_t bytes)
{
    uint64_t value = 0;

    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | (unsigned char)at[i];
    return value;
}

static int16_t int16_at(const char *at)
{
    return (int16_t)unsigned_at(at, 2);
}

static int32_t int32_at(const char *at)
{
    return (int32_t)unsigned_at(at, 4);
}

/* ---- texts ---- */

/* At least `width` digits, zeros in front. */
static void put_digits(struct tie_buf *out, uint64_t value, unsigned width)
{
    char digits[20];
    unsigned at = sizeof digits;

    while (value > 0 || width > 0) {
        digits[--at] = (char)('0' + (int)(value % 10));
        value /= 10;
        width -= width > 0;
    }
    tie_buf_put(out, digits + at, sizeof digits - at);
}

/* YYYY-MM-DD; the year before 1 is 1 BC, which the caller writes behind the time. */
static bool put_day(struct tie_buf *out, tie_date day)
{
    int year = 0, month = 0, in_month = 0;

    tie_date_to_civil(day, &year, &month, &in_month);
    put_digits(out, (uint64_t)(year > 0 ? year : 1 - year), 4);
    tie_buf_char(out, '-');
    put_digits(out, (uint64_t)month, 2);
    tie_buf_char(out, '-');
    put_digits(out, (uint64_t)in_month, 2);
    return year > 0;
}

static bool is_our_year(int64_t day)
{
    return day >= tie_date_from_civil(1, 1, 1) && day <= tie_date_from_civil(9999, 12, 31);
}

static void put_infinity(struct tie_buf *out, bool is_negative)
{
    tie_buf_text(out, is_negative ? "-infinity" : "infinity");
}

/* ---- one decoder a type; false: the bytes can't be a value of it ---- */

bool tie_pg_decode_int(struct tie_text field, struct tie_buf *out, struct tie_raw *cell)
{
    const bool is_known = field.size == 2 || field.size == 4 || field.size == 8;
    const int64_t value = field.size == 2 ? int16_at(field.at)
        : field.size == 4                 ? int32_at(field.at)
        : field.size == 8                 ? (int64_t)unsigned_at(field.at, 8)
                                          : 0;

    if (value < 0)
        tie_buf_char(out, '-');
    put_digits(out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 1);
    cell->form = value == INT64_MIN ? TIE_FORM_TEXT : TIE_FORM_INTEGER;
    cell->integer = value;
    return is_known;
}

bool tie_pg_decode_bool(struct tie_text field, struct tie_buf *out, struct tie_raw *cell)
{
    (void)cell;
    tie_buf_char(out, field.size == 1 && field.at[0] != 0 ? 't' : 'f');
    return field.size == 1 && (unsigned char)field.at[0] <= 1;
}

bool tie_pg_decode_text(struct tie_text field, struct tie_buf *out, struct tie_raw *cell)
{
    (void)out;
    cell->text = field;
    return memchr(field.at, '\0', field.size) == NULL; /* the server has no such text */
}

bool tie_pg_decode_uuid(struct tie_text field, struct tie_buf *out, struct tie_raw *cell)
{
    static const char digits[] = "0123456789abcdef";

    (void)cell;
    if (field.size != 16)
        return false;
    for (size_t i = 0; i < field.size; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            tie_buf_char(out, '-');
        tie_buf_char(out, digits[(unsigned char)field.at[i] >> 4]);
        tie_buf_char(out, digits[(unsigned char)field.at[i] & 15U]);
    }
    return true;
}

bool tie_pg_decode_date(struct tie_text field, struct tie_buf *out, struct tie_raw *cell)
{
    const int32_t days = field.size == 4 ? int32_at(field.at) : 0;

    if (field.size != 4)
        return false;
    if (days == INT32_MIN || days == INT32_MAX) {
        put_infinity(out, days < 0);
        return true;
    }
    if (days > INT32_MAX - TO_1970_DAYS)
        return false;
    if (!put_day(out, days + TO_1970_DAYS))
        tie_buf_text(out, " BC");
    cell->form = is_our_year(days + TO_1970_DAYS) ? TIE_FORM_DATE : TIE_FORM_TEXT;
    cell->integer = days + TO_1970_DAYS;
    return true;
}

static bool decode_instant(
    struct tie_text field, const char *zone, enum tie_raw_form form, struct tie_buf *out, struct tie_raw *cell)
{
    const int64_t us = field.size == 8 ? (int64_t)unsigned_at(field.at, 8) : 0;
    const int64_t rest = us % TIE_US_PER_DAY, in_day = rest < 0 ? rest + TIE_US_PER_DAY : rest;
    const int64_t day = us / TIE_US_PER_DAY - (rest < 0) + TO_1970_DAYS;
    const uint64_t second = (uint64_t)(in_day / TIE_US_PER_SECOND);
    uint64_t fraction = (uint64_t)(in_day % TIE_US_PER_SECOND);
    unsigned width = 6;

    if (field.size != 8)
        return false;
    if (us == INT64_MIN || us == INT64_MAX) {
        put_infinity(out, us < 0);
        return true;
    }
    const bool is_our_era = put_day(out, (tie_date)day);
    tie_buf_char(out, ' ');
    put_digits(out, second / 3600, 2);
    tie_buf_char(out, ':');
    put_digits(out, second / 60 % 60, 2);
    tie_buf_char(out, ':');
    put_digits(out, second % 60, 2);
    for (; fraction > 0 && fraction % 10 == 0; fraction /= 10)
        width--;
    if (fraction > 0) {
        tie_buf_char(out, '.');
        put_digits(out, fraction, width);
    }
    tie_buf_text(out, zone);
    if (!is_our_era)
        tie_buf_text(out, " BC");
    if (is_our_year(day)) {
        cell->form = form;
        cell->integer = day * TIE_US_PER_DAY + in_day;
    }
    return true;
}

bool tie_pg_decode_naive(struct tie_text field, struct tie_buf *out, struct tie_raw *cell)
{
    return decode_instant(field, "", TIE_FORM_NAIVE, out, cell);
}

/* The session is in UTC. */
bool tie_pg_decode_instant(struct tie_text field, struct tie_buf *out, struct tie_raw *cell)
{
    return decode_instant(field, "+00", TIE_FORM_INSTANT, out, cell);
}

/* ---- numeric ---- */

struct numeric {
    int count, weight; /* of digits; of the first one, in powers of 10,000 */
    unsigned sign, scale;
    const char *digits;
};

static unsigned numeric_digit(const struct numeric *numeric, int index)
{
    return index < 0 || index >= numeric->count ? 0 : (unsigned)unsigned_at(numeric->digits + 2 * (size_t)index, 2);
}

/* The text of the server: every digit before the point, `scale` digits behind it. False when digits are left over. */
static bool put_numeric(struct tie_buf *out, const struct numeric *numeric)
{
    unsigned left = numeric->scale;
    int at = numeric->weight + 1;
    bool is_whole = true;

    if (numeric->sign != 0)
        tie_buf_char(out, '-');
    put_digits(out, numeric->weight < 0 ? 0 : numeric_digit(numeric, 0), 1);
    for (int i = 1; i <= numeric->weight; i++)
        put_digits(out, numeric_digit(numeric, i), BASE_DIGITS);
    if (left > 0)
        tie_buf_char(out, '.');
    for (; left > 0; at++) {
        unsigned digit = numeric_digit(numeric, at), width = BASE_DIGITS;

        for (; width > left; width--, digit /= 10)
            is_whole = is_whole && digit % 10 == 0;
        put_digits(out, digit, width);
        left -= width;
    }
    for (at = at < 0 ? 0 : at; at < numeric->count; at++)
        is_whole = is_whole && numeric_digit(numeric, at) == 0;
    return is_whole;
}

/* Nine digits are 36 of ours, which 128 bits hold; longer ones keep their text alone. */
static void number_of(const struct numeric *numeric, struct tie_raw *cell)
{
    tie_sum digits = 0;
    tie_dec value = TIE_NONE;

    if (numeric->count > 9)
        return;
    for (int i = 0; i < numeric->count; i++)
        digits = digits * 10000 + numeric_digit(numeric, i);
    const enum tie_dec_parse parse = tie_dec_from_scaled(
        numeric->sign != 0 ? -digits : digits, BASE_DIGITS * (numeric->weight - numeric->count + 1), &value);
    if (parse != TIE_DEC_EXACT && parse != TIE_DEC_ROUNDED)
        return;
    cell->form = parse == TIE_DEC_EXACT ? TIE_FORM_DECIMAL : TIE_FORM_ROUNDED;
    cell->integer = value;
}

bool tie_pg_decode_numeric(struct tie_text field, struct tie_buf *out, struct tie_raw *cell)
{
    static const struct {
        unsigned sign;
        const char *text;
    } specials[] = { { 0xC000, "NaN" }, { 0xD000, "Infinity" }, { 0xF000, "-Infinity" } };
    struct numeric numeric = { 0 };

    if (field.size < NUMERIC_HEAD_BYTES)
        return false;
    numeric = (struct numeric){ int16_at(field.at), int16_at(field.at + 2), (unsigned)unsigned_at(field.at + 4, 2),
        (unsigned)unsigned_at(field.at + 6, 2), field.at + NUMERIC_HEAD_BYTES };
    if (numeric.count < 0 || field.size != NUMERIC_HEAD_BYTES + 2 * (size_t)numeric.count || numeric.scale > 0x3FFF)
        return false;
    for (size_t i = 0; i < TIE_COUNT_OF(specials); i++)
        if (numeric.sign == specials[i].sign) {
            tie_buf_text(out, specials[i].text);
            return numeric.count == 0;
        }
    for (int i = 0; i < numeric.count; i++)
        if (numeric_digit(&numeric, i) > 9999)
            return false;
    if ((numeric.sign != 0 && numeric.sign != 0x4000) || !put_numeric(out, &numeric))
        return false;
    number_of(&numeric, cell);
    return true;
}

/* ---- the stream ---- */

void tie_pg_binary_init(struct tie_pg_binary *binary, tie_pg_decode *const *decode, size_t *starts, size_t count)
{
    *binary = (struct tie_pg_binary){ .decode = decode, .starts = starts, .count = count };
    tie_buf_init(&binary->waiting, (size_t)1 << 31);
    tie_buf_init(&binary->texts, (size_t)1 << 31);
}

void tie_pg_binary_release(struct tie_pg_binary *binary)
{
    tie_buf_release(&binary->waiting);
    tie_buf_release(&binary->texts);
}

void tie_pg_binary_feed(struct tie_pg_binary *binary, const char *at, size_t size)
{
    if (binary->waiting.size == 0) {
        binary->rest = (struct tie_text){ at, size };
        return;
    }
    tie_buf_put(&binary->waiting, at, size);
    binary->rest = tie_buf_slice(&binary->waiting);
}

bool tie_pg_binary_is_whole(const struct tie_pg_binary *binary)
{
    return binary->has_ended && binary->waiting.size == 0;
}

static enum tie_pg_step bad(struct tie_pg_binary *binary, const char *trouble)
{
    binary->trouble = trouble;
    return TIE_PG_BAD;
}

/* Keeps what is there of a tuple until the next message. */
static enum tie_pg_step wait_for_more(struct tie_pg_binary *binary)
{
    struct tie_buf keep;

    tie_buf_init(&keep, (size_t)1 << 31);
    tie_buf_put(&keep, binary->rest.at, binary->rest.size);
    if (keep.failed || binary->waiting.failed) {
        tie_buf_release(&keep);
        return bad(binary, "a row is too large for the memory of the source");
    }
    tie_buf_release(&binary->waiting);
    binary->waiting = keep;
    binary->rest = (struct tie_text){ "", 0 };
    return TIE_PG_MORE;
}

static void pass(struct tie_text *rest, size_t size)
{
    rest->at += size;
    rest->size -= size;
}

static enum tie_pg_step read_header(struct tie_pg_binary *binary)
{
    const struct tie_text rest = binary->rest;
    const size_t known = rest.size < SIGNATURE_BYTES ? rest.size : SIGNATURE_BYTES;

    if (known > 0 && memcmp(rest.at, signature, known) != 0)
        return bad(binary, "the stream does not begin as binary COPY");
    if (rest.size < HEADER_BYTES)
        return TIE_PG_MORE;
    if (unsigned_at(rest.at + 11, 4) >> 16 != 0)
        return bad(binary, "the header has flags that are not known");
    const size_t extension = (size_t)unsigned_at(rest.at + 15, 4);
    if (extension > INT32_MAX)
        return bad(binary, "the header's extension has a wrong size");
    if (rest.size - HEADER_BYTES < extension)
        return TIE_PG_MORE;
    pass(&binary->rest, HEADER_BYTES + extension);
    binary->has_begun = true;
    return TIE_PG_ROW;
}

/* One tuple behind its count of fields; `texts` may move while it grows, so printed cells get theirs at the end. */
static enum tie_pg_step read_fields(struct tie_pg_binary *binary, struct tie_text rest, struct tie_raw *cells)
{
    tie_buf_reset(&binary->texts);
    for (size_t i = 0; i < binary->count; i++) {
        cells[i] = (struct tie_raw){ .text = { "", 0 } };
        binary->starts[i] = binary->texts.size;
        if (rest.size < 4)
            return TIE_PG_MORE;
        const int32_t size = int32_at(rest.at);
        pass(&rest, 4);
        cells[i].is_null = size == -1;
        if (size == -1)
            continue;
        if (size < 0)
            return bad(binary, "a field has a negative size");
        if (rest.size < (size_t)size)
            return TIE_PG_MORE;
        if (!binary->decode[i]((struct tie_text){ rest.at, (size_t)size }, &binary->texts, &cells[i]))
            return bad(binary, "a field's bytes are no value of its type");
        pass(&rest, (size_t)size);
    }
    if (binary->texts.failed)
        return bad(binary, "a row is too large for the memory of the source");
    for (size_t i = 0; i < binary->count; i++) {
        const size_t end = i + 1 < binary->count ? binary->starts[i + 1] : binary->texts.size;

        if (end > binary->starts[i])
            cells[i].text = (struct tie_text){ binary->texts.at + binary->starts[i], end - binary->starts[i] };
    }
    binary->rest = rest;
    return TIE_PG_ROW;
}

enum tie_pg_step tie_pg_binary_next(struct tie_pg_binary *binary, struct tie_raw *cells)
{
    enum tie_pg_step step = TIE_PG_ROW;
    int count = 0;

    if (!binary->has_begun)
        step = read_header(binary);
    if (step == TIE_PG_ROW && binary->rest.size > 0 && binary->has_ended)
        return bad(binary, "there are bytes behind its end");
    if (step == TIE_PG_ROW && binary->rest.size < 2)
        step = TIE_PG_MORE;
    if (step == TIE_PG_ROW) {
        count = int16_at(binary->rest.at);
        if (count == -1) {
            pass(&binary->rest, 2);
            binary->has_ended = true;
            return tie_pg_binary_next(binary, cells);
        }
        if (count < 0 || (size_t)count != binary->count)
            return bad(binary, "a row has another number of fields than the query");
        step = read_fields(binary, (struct tie_text){ binary->rest.at + 2, binary->rest.size - 2 }, cells);
    }
    return step == TIE_PG_MORE ? wait_for_more(binary) : step;
}
