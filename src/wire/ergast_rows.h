/* ergast_rows: rows that the CSV and the JSON of jolpica have in common. Inside wire only. */
#ifndef PB_WIRE_ERGAST_ROWS_H
#define PB_WIRE_ERGAST_ROWS_H

#include "record_table.h"

/* A list below a race of the JSON, and what makes rows of it. */
typedef struct pb__ergast_table {
    const char        *list;   /* "Results"; NULL ends */
    const char        *inside; /* rows are one level deeper: "Timings" of "Laps"; NULL: they are not */
    const char *const *columns;
    size_t             n_columns;
    pb__row_reader    *reader;
} pb__ergast_table;

extern const pb__ergast_table pb__ergast_tables[];

pb__row_reader pb__ergast_result, pb__ergast_quali, pb__ergast_pit, pb__ergast_lap;

/* Fills name, event, circuit, date and time; season must be set. */
void pb__ergast_race(pb__table *t, int name, int circuit, int date, int clock, pb_race_row *row);
/* The crosswalk's id, or the reference itself. */
void pb__ergast_circuit(pb_span ref, int season, char *out, size_t cap);
/* Season, round and race of a GR Cup file, by its path. */
pb_status pb__grcup_race(pb__table *t);
/* Everything unknown. */
void pb__blank_lap(pb_lap *lap);

#endif
