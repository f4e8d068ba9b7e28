/* rate_table.h - who has asked how often, in memory that does not grow.
 *
 * A rate is kept as one time: when all that was asked for would be worked off (the
 * generic cell rate algorithm). A place whose time is past says as much as no place, so
 * it is given to somebody else; only when all of a set are in use does the one that is
 * nearest to its end give way. Any thread. */
#ifndef PB_API_RATE_TABLE_H
#define PB_API_RATE_TABLE_H

#include "pitboard/base.h"

typedef struct pb__rate_table pb__rate_table;

typedef struct pb__rate { /* what is allowed */
    uint32_t limit;       /* in a window; 0: anything */
    int64_t  window_us;
    bool     in_debt; /* one that is longer than a window is taken once, and waited for afterwards */
} pb__rate;

typedef struct pb__rate_told {
    uint32_t limit, remaining;
    int64_t  reset_us; /* until all of it is there again */
    int64_t  wait_us;  /* > 0: refused; until it would be taken */
} pb__rate_told;

pb__rate_table *pb__rate_table_create(void); /* NULL when out of memory; 1 MiB */
void            pb__rate_table_destroy(pb__rate_table *table);
/* Counts n for who of that class ('c' costly ...); false: refused, and not counted. */
bool pb__rate_ask(pb__rate_table *table, char class_of, const char *who, const pb__rate *rate, uint64_t n,
                  int64_t now_us, pb__rate_told *told);

#endif
