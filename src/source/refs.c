/*
 * refs.c - order references of rows, normalised by the policy's expression, with a memory of the shapes it has met.
 *
 * A regular expression costs a microsecond or two a text, more than all else done to a row. Where it is blind to digits
 * (model/reference.c) the groups lie in the same places of all texts that differ in digits alone, so the match is
 * remembered by the text with every digit as '0': a handful of shapes for millions of orders. Else it is remembered by
 * the text itself. 4,096 places, one for each value of the hash; a new shape takes the place of the old one. Shapes are
 * compared whole: a hit is always the right answer. Lines of one order come close together, so the last answer is kept
 * as it is.
 */
#include "intake.h"

#include "tieout/bytes.h"

#include <string.h>

enum { PLACES = 4096, TEXT_BYTES = 48 }; /* whole vectors */

struct place {
    uint8_t size;           /* of the shape; 0: free */
    char shape[TEXT_BYTES]; /* zeros behind */
    struct tie_reference_match match;
};

struct tie_refs {
    const struct tie_reference *reference;
    struct place *places, *place; /* `place`: the one of the last text that was looked up */
    struct tie_buf made;          /* of the last text */
    size_t last_size;             /* 0: none */
    char last[TEXT_BYTES];
    bool is_reference;
};

struct tie_refs *tie_refs_new(struct tie_arena *arena, const struct tie_reference *reference)
{
    struct tie_refs *refs = TIE_TAKE(arena, struct tie_refs, 1);

    refs->reference = reference;
    refs->place = refs->places = TIE_TAKE(arena, struct place, PLACES);
    tie_buf_init(&refs->made, 1 << 16);
    return refs;
}

void tie_refs_release(struct tie_refs *refs)
{
    if (refs != NULL)
        tie_buf_release(&refs->made);
}

/* The text with zeros behind it, each digit as '0' where the expression is blind to them. */
static inline void shape_of(struct tie_text text, bool is_blind, char shape[TEXT_BYTES])
{
    memset(shape, 0, TEXT_BYTES);
    memcpy(shape, text.at, text.size);
    for (size_t at = 0; is_blind && at < text.size; at += sizeof(tie_bytes)) {
        tie_bytes part, digits;

        memcpy(&part, shape + at, sizeof part);
        digits = (tie_bytes)((part - tie_bytes_each('0')) < tie_bytes_each(10));
        part = (part & ~digits) | (digits & tie_bytes_each('0'));
        memcpy(shape + at, &part, sizeof part);
    }
}

/* The match of a short text that is not empty. Texts of one column have one shape, or a few. */
static const struct tie_reference_match *match_of(struct tie_refs *refs, struct tie_text text)
{
    struct place *place = refs->place;
    char shape[TEXT_BYTES];

    shape_of(text, tie_reference_is_blind(refs->reference), shape);
    if (place->size == text.size && memcmp(place->shape, shape, TEXT_BYTES) == 0)
        return &place->match;
    place = &refs->places[tie_hash_bytes(shape, text.size) % PLACES];
    if (place->size != text.size || memcmp(place->shape, shape, TEXT_BYTES) != 0) {
        place->size = (uint8_t)text.size;
        memcpy(place->shape, shape, TEXT_BYTES);
        tie_reference_match(refs->reference, text, &place->match);
    }
    refs->place = place;
    return &place->match;
}

bool tie_refs_find(struct tie_refs *refs, struct tie_text text, struct tie_text *found)
{
    if (text.size == 0 || text.size > TEXT_BYTES) {
        refs->last_size = 0;
        refs->is_reference = tie_reference_normalise(refs->reference, text, &refs->made);
    } else if (refs->last_size != text.size || !tie_bytes_same(refs->last, text.at, text.size)) {
        refs->is_reference = tie_reference_build(refs->reference, text, match_of(refs, text), &refs->made);
        refs->last_size = text.size;
        memcpy(refs->last, text.at, text.size);
    }
    *found = refs->is_reference ? tie_buf_slice(&refs->made) : (struct tie_text){ "", 0 };
    return refs->is_reference;
}
