/*
 * key_bits.c - keys as bits: ids are counted up by whoever gives them, though they come in any order.
 *
 *     00 0A  M - 0 0 0 1 2 3 4 6  80 00 00 00 00 00 00 02      a key as intake.c makes it
 *     \---- head ---/\- digits -/ \------- line --------/
 *
 * A form is all that keys have in common but the number and the line: size, head, how many digits, and whether eight
 * bytes of a small number end it. Of a form, the number (and the line, 0 to 63, of documents with lines) is the place
 * of a bit; the bits lie in pages of 4 KiB, made when the first of their keys comes. So a key costs no hash and no
 * slot, and lines of a document lie in one word.
 *
 * Invariant: a form and a place have one key, bytes for bytes, so a bit is an exact answer. Whether a key has a bit
 * depends on nothing that changes: forms are never given up, and once pages were too thinly used for their size
 * (numbers drawn at random) no form gets another page. A key that is unfit once is unfit for good.
 * Rejected: a run of numbers as its two ends (keys that come in blocks end in thousands of runs), more than 64 lines a
 * document (a word for each document, whether it has one line or ten, is what makes them cheap).
 */
#include "key_bits.h"

#include "tieout/bytes.h"

#include <endian.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FORMS_MAX = 8, HEAD_BYTES_MAX = 32, DIGITS_MAX = 12, LINE_BYTES = 8, LINES = 64 };
enum { PAGE_WORDS = 512, PAGES_MAX = 1 << 15 };
/* A place: the form, the word among all of its pages, the bit. */
enum { BIT_BITS = 6, FORM_SHIFT = 40 };
_Static_assert(LINES == 1 << BIT_BITS && (uint64_t)PAGES_MAX * PAGE_WORDS <= UINT64_C(1) << (FORM_SHIFT - BIT_BITS),
    "each part of a place has its bits");
/* A page for each so many keys, which is what a table would take for them, and 4 MiB to begin with. */
enum { KEYS_A_PAGE = 256, PAGES_FREE = 1024 };

static const char line_head[LINE_BYTES - 1] = "\x80\0\0\0\0\0"; /* of a small number above or equal to zero */

struct form {
    size_t size, head_size, digits;
    bool has_line;
    uint64_t base; /* the number of its first place, a multiple of a page */
    uint64_t **pages;
    char head[HEAD_BYTES_MAX];
    uint64_t head_word, head_mask; /* its first eight bytes, as they are loaded, and which of them are of the head */
};

struct tie_key_bits {
    size_t form_count, last; /* last: the form of the last key */
    uint64_t keys, pages;
    bool is_closed; /* no page is made any more */
    struct form forms[FORMS_MAX];
};

struct tie_key_bits *tie_key_bits_new(void)
{
    return calloc(1, sizeof(struct tie_key_bits));
}

void tie_key_bits_free(struct tie_key_bits *bits)
{
    for (size_t i = 0; bits != NULL && i < bits->form_count; i++) {
        for (size_t page = 0; page < PAGES_MAX; page++)
            free(bits->forms[i].pages[page]);
        free(bits->forms[i].pages);
    }
    free(bits);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool ends_in_line(struct tie_text key)
{
    return key.size > LINE_BYTES && memcmp(key.at + key.size - LINE_BYTES, line_head, sizeof line_head) == 0 &&
        (unsigned char)key.at[key.size - 1] < LINES;
}

static inline bool read_eight(const char *at, uint64_t *number)
{
    uint64_t word = 0;

    memcpy(&word, at, sizeof word);
    return tie_bytes_number(le64toh(word), number);
}

/* Whether a key that is as long as the form's begins as they do. */
static inline bool has_head(const struct form *form, struct tie_text key)
{
    uint64_t word = 0;

    if (key.size < sizeof word || form->head_size > sizeof word)
        return memcmp(key.at, form->head, form->head_size) == 0;
    memcpy(&word, key.at, sizeof word);
    return (word & form->head_mask) == form->head_word;
}

/* The number of a key that has `form`; false: it has another one. */
static inline bool fits(const struct form *form, struct tie_text key, uint64_t *number)
{
    const char *digits = key.at + form->head_size, *const end = digits + form->digits;
    uint64_t found = 0;

    if (key.size != form->size || !has_head(form, key) || ends_in_line(key) != form->has_line)
        return false;
    if (form->digits >= 8) {
        if (!read_eight(digits, &found))
            return false;
        digits += 8;
    }
    for (; digits < end; digits++) {
        if (!is_digit(*digits))
            return false;
        found = found * 10 + (uint64_t)(*digits - '0');
    }
    *number = found;
    return true;
}

/* Numbers of a page: a bit each, or a word each where they have lines. */
static uint64_t numbers_a_page(const struct form *form)
{
    return form->has_line ? PAGE_WORDS : (uint64_t)PAGE_WORDS * 64;
}

/* The form of a key that no other fits: as many digits as there are. NULL: it has none, or there is no room. */
static struct form *add_form(struct tie_key_bits *bits, struct tie_text key)
{
    struct form form = { .size = key.size, .has_line = ends_in_line(key) };
    const size_t end = key.size - (form.has_line ? LINE_BYTES : 0);
    uint64_t number = 0, half = 0;

    while (form.digits < end && form.digits < DIGITS_MAX && is_digit(key.at[end - 1 - form.digits]))
        form.digits++;
    form.head_size = end - form.digits;
    if (form.digits == 0 || form.head_size > HEAD_BYTES_MAX || bits->form_count == FORMS_MAX)
        return NULL;
    form.pages = calloc(PAGES_MAX, sizeof *form.pages);
    if (form.pages == NULL)
        return NULL;
    memcpy(form.head, key.at, form.head_size);
    memset(&form.head_mask, 0xFF, form.head_size < sizeof form.head_mask ? form.head_size : sizeof form.head_mask);
    memcpy(&form.head_word, form.head, sizeof form.head_word);
    form.head_word &= form.head_mask;
    TIE_ASSERT(fits(&form, key, &number));
    half = PAGES_MAX / 2 * numbers_a_page(&form);
    form.base = number < half ? 0 : (number - half) / numbers_a_page(&form) * numbers_a_page(&form);
    bits->last = bits->form_count++;
    bits->forms[bits->last] = form;
    return &bits->forms[bits->last];
}

static const struct form *form_of(struct tie_key_bits *bits, struct tie_text key, uint64_t *number)
{
    const struct form *added = NULL;

    if (bits->form_count > 0 && fits(&bits->forms[bits->last], key, number))
        return &bits->forms[bits->last];
    for (size_t i = 0; i < bits->form_count; i++)
        if (fits(&bits->forms[i], key, number)) {
            bits->last = i;
            return &bits->forms[i];
        }
    added = add_form(bits, key);
    return added != NULL && fits(added, key, number) ? added : NULL;
}

static uint64_t *new_page(struct tie_key_bits *bits)
{
    uint64_t *page = NULL;

    bits->is_closed |= bits->pages >= PAGES_FREE + bits->keys / KEYS_A_PAGE;
    if (!bits->is_closed)
        page = calloc(PAGE_WORDS, sizeof *page);
    bits->is_closed |= page == NULL;
    bits->pages += page != NULL;
    return page;
}

uint64_t tie_key_bits_place(struct tie_key_bits *bits, struct tie_text key)
{
    uint64_t number = 0, word = 0, bit = 0;
    const struct form *form = form_of(bits, key, &number);
    const uint64_t *page = NULL;

    if (form == NULL || number < form->base)
        return TIE_KEY_NO_PLACE;
    number -= form->base;
    word = form->has_line ? number : number / 64;
    bit = form->has_line ? (unsigned char)key.at[key.size - 1] : number % 64;
    if (word / PAGE_WORDS >= PAGES_MAX)
        return TIE_KEY_NO_PLACE;
    page = form->pages[word / PAGE_WORDS];
    if (page != NULL)
        __builtin_prefetch(&page[word % PAGE_WORDS], 1);
    return (uint64_t)(form - bits->forms) << FORM_SHIFT | word << BIT_BITS | bit;
}

enum tie_key_bit tie_key_bits_put(struct tie_key_bits *bits, uint64_t place)
{
    const uint64_t word = place >> BIT_BITS & (((uint64_t)PAGES_MAX * PAGE_WORDS) - 1);
    const uint64_t bit = UINT64_C(1) << (place & (LINES - 1));
    uint64_t **page = NULL;

    if (place == TIE_KEY_NO_PLACE)
        return TIE_KEY_UNFIT;
    page = &bits->forms[place >> FORM_SHIFT].pages[word / PAGE_WORDS];
    if (*page == NULL)
        *page = new_page(bits);
    if (*page == NULL)
        return TIE_KEY_UNFIT;
    if (((*page)[word % PAGE_WORDS] & bit) != 0)
        return TIE_KEY_SEEN;
    (*page)[word % PAGE_WORDS] |= bit;
    bits->keys++;
    return TIE_KEY_NEW;
}
