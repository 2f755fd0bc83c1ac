/*
 * refs.c - order references of rows, normalised by the policy's expression, with a memory of the last ones.
 *
 * A regular expression costs a microsecond or two a text, a third of everything done to a row, and lines of one order
 * come close together. So answers are kept in a table of 4,096 places, one for each value of the text's hash; a new
 * text takes the place of the old one. Texts are compared whole: a hit is always the right answer.
 */
#include "intake.h"

#include <string.h>

enum { PLACES = 4096, TEXT_BYTES = 40 };

struct place {
    uint8_t text_size, ref_size; /* text_size 0: free */
    bool is_reference;
    char text[TEXT_BYTES], ref[TEXT_BYTES];
};

struct tie_refs {
    const struct tie_reference *reference;
    struct tie_buf made;
    struct place *places;
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

bool tie_refs_find(struct tie_refs *refs, struct tie_text text, struct tie_text *found)
{
    struct place *place = &refs->places[tie_hash_text(text) % PLACES];
    bool is_reference = false;

    if (text.size > 0 && place->text_size == text.size && memcmp(place->text, text.at, text.size) == 0) {
        *found = (struct tie_text){ place->ref, place->ref_size };
        return place->is_reference;
    }
    is_reference = tie_reference_normalise(refs->reference, text, &refs->made);
    *found = is_reference ? tie_buf_slice(&refs->made) : (struct tie_text){ "", 0 };
    if (text.size > 0 && text.size <= TEXT_BYTES && found->size <= TEXT_BYTES) {
        place->text_size = (uint8_t)text.size;
        place->ref_size = (uint8_t)found->size;
        place->is_reference = is_reference;
        memcpy(place->text, text.at, text.size);
        memcpy(place->ref, found->at, found->size);
    }
    return is_reference;
}
