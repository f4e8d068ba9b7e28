/* lt_slab: pieces of memory of any size out of one block, given back one by one.
 * Inside wire only.
 *
 *     | 64 | 16 | 256 | ...in use... |        not touched yet        |
 *
 * Sizes are powers of two; what is given back waits in the list of its size. So
 * the most that was ever in use of each size is what is taken, and no more. */
#ifndef PB_WIRE_LT_SLAB_H
#define PB_WIRE_LT_SLAB_H

#include "pitboard/base.h"

#define PB__LT_SLAB_SIZES 14 /* 16 bytes .. 128 KiB */

typedef struct pb__lt_slab {
    char  *at;
    size_t used, size;
    void  *spare[PB__LT_SLAB_SIZES];
} pb__lt_slab;

pb_status pb__lt_slab_init(pb__lt_slab *slab, pb_arena *arena, size_t size);
void      pb__lt_slab_clear(pb__lt_slab *slab);
/* At least size bytes, how many in *room; not zeroed. NULL when nothing of that size is left. */
void *pb__lt_slab_take(pb__lt_slab *slab, size_t size, uint32_t *room);
/* Gives back what take gave, with the room it told; NULL is nothing. */
void pb__lt_slab_give(pb__lt_slab *slab, void *piece, uint32_t room);

#endif
