/* lt_slab: powers of two out of one block. */
#include "lt_slab.h"

#include <string.h>

#define LEAST 16u

pb_status pb__lt_slab_init(pb__lt_slab *slab, pb_arena *arena, size_t size)
{
    *slab = (pb__lt_slab){.at = pb_arena_take(arena, size), .size = size};
    return slab->at ? PB_OK : PB_E_NOMEM;
}

void pb__lt_slab_clear(pb__lt_slab *slab)
{
    slab->used = 0;
    memset(slab->spare, 0, sizeof slab->spare);
}

/* Smallest size that holds n bytes; PB__LT_SLAB_SIZES: none does. */
static unsigned size_of(size_t n)
{
    unsigned k = 0;
    while (k < PB__LT_SLAB_SIZES && ((size_t)LEAST << k) < n) k++;
    return k;
}

void *pb__lt_slab_take(pb__lt_slab *slab, size_t size, uint32_t *room)
{
    unsigned k = size_of(size);
    if (k == PB__LT_SLAB_SIZES) return NULL;
    *room       = LEAST << k;
    void *piece = slab->spare[k];
    if (piece) {
        memcpy(&slab->spare[k], piece, sizeof slab->spare[k]); /* the next one is written in it */
        return piece;
    }
    if (slab->size - slab->used < *room) return NULL;
    piece = slab->at + slab->used;
    slab->used += *room;
    return piece;
}

void pb__lt_slab_give(pb__lt_slab *slab, void *piece, uint32_t room)
{
    if (!piece) return;
    unsigned k = size_of(room);
    memcpy(piece, &slab->spare[k], sizeof slab->spare[k]);
    slab->spare[k] = piece;
}
