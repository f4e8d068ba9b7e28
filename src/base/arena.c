/* Memory released all at once.
 *
 *     head -> [ header | given out ....... | free ] -> [ older block ] -> NULL
 */
#include <stdlib.h>
#include <string.h>

#include "pitboard/base.h"

#define ALIGN 64u
#define BLOCK_FIRST (16u << 10)
#define BLOCK_MOST (1u << 20)

typedef struct pb_arena_block {
    struct pb_arena_block *next;
    char                  *free; /* aligned */
    size_t                 left;
} pb_arena_block;

void pb_arena_init(pb_arena *arena, size_t limit)
{
    *arena = (pb_arena){.limit = limit};
}

void pb_arena_fini(pb_arena *arena)
{
    for (pb_arena_block *block = arena->head, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    *arena = (pb_arena){.limit = arena->limit};
}

/* Blocks grow with the arena: few of them, and none much larger than what is in use. */
static size_t block_size(const pb_arena *arena, size_t least)
{
    size_t size = arena->taken < BLOCK_FIRST ? BLOCK_FIRST : arena->taken;
    if (size > BLOCK_MOST) size = BLOCK_MOST;
    if (arena->limit > 0 && size > arena->limit - arena->taken) size = arena->limit - arena->taken;
    return size > least ? size : least;
}

static bool add_block(pb_arena *arena, size_t need)
{
    size_t room  = sizeof(pb_arena_block) + ALIGN - 1;
    size_t least = need + room;
    if (least < need) return false;
    if (arena->limit > 0 && least > arena->limit - arena->taken) return false;
    size_t          size  = block_size(arena, least);
    pb_arena_block *block = calloc(1, size);
    if (!block) return false;
    char     *first = (char *)(block + 1);
    uintptr_t off   = (ALIGN - (uintptr_t)first % ALIGN) % ALIGN;
    block->free     = first + off;
    block->left     = size - sizeof *block - off;
    block->next     = arena->head;
    arena->head     = block;
    arena->taken += size;
    return true;
}

void *pb_arena_take(pb_arena *arena, size_t size)
{
    if (size > PTRDIFF_MAX - 2 * ALIGN) return NULL; /* no object is larger, and malloc need not be asked */
    size_t need = size == 0 ? ALIGN : (size + ALIGN - 1) / ALIGN * ALIGN;
    if ((!arena->head || arena->head->left < need) && !add_block(arena, need)) return NULL;
    pb_arena_block *block = arena->head;
    void           *got   = block->free;
    block->free += need;
    block->left -= need;
    return got;
}

char *pb_arena_text(pb_arena *arena, pb_span text)
{
    if (text.len >= PTRDIFF_MAX) return NULL;
    char *copy = pb_arena_take(arena, text.len + 1);
    if (copy && text.len > 0) memcpy(copy, text.at, text.len);
    return copy;
}
