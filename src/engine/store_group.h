/* store_group.h - rows that go into a store together, kept until they are in. */
#ifndef PB_ENGINE_STORE_GROUP_H
#define PB_ENGINE_STORE_GROUP_H

#include "pitboard/store_live.h"

typedef enum pb__table {
    PB__SESSIONS,
    PB__LAPS,
    PB__EVENTS,
    PB__STINTS,
    PB__WEATHER,
    PB__MESSAGES,
    PB__WINDOWS,
    PB__CALLS,
    PB__GAPS,
    PB__SESSION_STATES,
    PB__TABLES_N
} pb__table;

#define PB__COLUMNS_MAX 24

typedef struct pb__row {
    pb__table table;
    bool      bad; /* the store does not take it */
    pb_value *values;
} pb__row;

typedef struct pb__group {
    pb_arena arena;
    pb__row *rows;
    uint32_t n, cap;
    uint64_t lost; /* rows there was no memory for */
} pb__group;

void pb__group_init(pb__group *group);
void pb__group_fini(pb__group *group);
void pb__group_clear(pb__group *group);
/* Copies a row, texts and all; as many values as the table has columns here. */
void pb__group_add(pb__group *group, pb__table table, const pb_value *values, uint32_t n);

/* The tables of an open store; all NULL before the first row. */
typedef struct pb__tables {
    pb_append *into[PB__TABLES_N];
} pb__tables;

/* Appends row i; inside a transaction. */
pb_status pb__group_write(const pb__group *group, uint32_t i, pb_store *store, pb__tables *tables, pb_error *error);

#endif
