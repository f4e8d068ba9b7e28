/* records: the lists that readers fill. */
#include <stdlib.h>
#include <string.h>

#include "record_table.h"

void pb_records_init(pb_records *records)
{
    *records = (pb_records){0};
}

void pb_records_fini(pb_records *records)
{
#define FREE_LIST(name, type) free(records->name.at);
    PB_RECORDS_LIST(FREE_LIST)
#undef FREE_LIST
    pb_records_init(records);
}

/* The room of one list for one more row; the row is zeroed. */
static void *room(void **at, uint32_t n, uint32_t *cap, size_t size)
{
    if (n == *cap) {
        uint32_t more = *cap ? 2 * *cap : 64;
        void    *next = realloc(*at, more * size);
        if (!next) return NULL;
        *at  = next;
        *cap = more;
    }
    return memset((char *)*at + n * size, 0, size);
}

/* NOLINTBEGIN(bugprone-macro-parentheses): types and members cannot stand in them */
#define ADD_TO(name, type)                                                                                             \
    type *pb__add_##name(pb_records *records)                                                                          \
    {                                                                                                                  \
        void *at         = records->name.at;                                                                           \
        type *row        = room(&at, records->name.n, &records->name.cap, sizeof(type));                               \
        records->name.at = at;                                                                                         \
        if (row) records->name.n++;                                                                                    \
        return row;                                                                                                    \
    }
PB_RECORDS_LIST(ADD_TO)
#undef ADD_TO

/* Lengths of all lists, to go back to when a file is refused as a whole. */
pb__records_mark pb__records_mark_of(const pb_records *records)
{
    pb__records_mark mark = {.n_rows = records->n_rows, .n_accepted = records->n_accepted};
    size_t           i    = 0;
#define TAKE(name, type) mark.n[i++] = records->name.n;
    PB_RECORDS_LIST(TAKE)
#undef TAKE
    return mark;
}

void pb__records_back_to(pb_records *records, const pb__records_mark *mark)
{
    size_t i = 0;
#define PUT_BACK(name, type) records->name.n = mark->n[i++];
    PB_RECORDS_LIST(PUT_BACK)
#undef PUT_BACK
    records->n_rows     = mark->n_rows;
    records->n_accepted = mark->n_accepted;
}
/* NOLINTEND(bugprone-macro-parentheses) */
