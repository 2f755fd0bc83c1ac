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

enum { PLACES = 4096, TEXT_BYTES = 40 };

struct place {
    uint8_t size; /* of the shape; 0: free */
    char shape[TEXT_BYTES];
    struct tie_reference_match match;
};

struct tie_refs {
    const struct tie_reference *reference;
    struct place *places;
    struct tie_buf made; /* of the last text */
    size_t last_size;    /* 0: none */
    char last[TEXT_BYTES];
    bool is_reference;
};

struct tie_refs *tie_refs_new(struct tie_arena *arena, const struct tie_reference *reference)
{
    struct tie_refs *refs = TIE_TAKE(arena, struct tie_refs, 1);

    refs->reference = reference;
    refs->places = TIE_TAKE(arena, struct place, PLACES);
    tie_buf_init(&refs->made, 1 << 16);
    return refs;
}

void tie_refs_release(struct tie_refs *refs)
{
    if (refs != NULL)
        tie_buf_release(&refs->made);
}

/* The match of a short text that is not empty. */
static const struct tie_reference_match *match_of(struct tie_refs *refs, struct tie_text text)
{
    const bool is_blind = tie_reference_is_blind(refs->reference);
    char shape[TEXT_BYTES];
    struct place *place = NULL;

    for (size_t i = 0; i < text.size; i++)
        shape[i] = is_blind && text.at[i] >= '0' && text.at[i] <= '9' ? '0' : text.at[i];
    place = &refs->places[tie_hash_bytes(shape, text.size) % PLACES];
    if (place->size != text.size || memcmp(place->shape, shape, text.size) != 0) {
        place->size = (uint8_t)text.size;
        memcpy(place->shape, shape, text.size);
        tie_reference_match(refs->reference, text, &place->match);
    }
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
