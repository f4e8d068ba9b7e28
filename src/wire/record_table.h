/* record_table: a table of any clothing as rows of named fields. Inside wire only.
 *
 *     CSV             header -> columns by name -> field k of a row
 *     JSON array      objects -> keys by path ("Driver.driverId"), looked up in
 *                     the row, then in what surrounds it
 *
 * A reader is one function from a row to records. It asks for fields with the
 * pb__take_ family; the first that cannot be right refuses the row, and the rest
 * give harmless values, so a reader needs one check at its end. */
#ifndef PB_WIRE_RECORD_TABLE_H
#define PB_WIRE_RECORD_TABLE_H

#include "pitboard/wire_records.h"

#define PB__COLUMNS_MAX 32
#define PB__OPTIONAL '?' /* first letter of a column that may be missing */
#define PB__FIELD_MAX 512

typedef struct pb__table {
    const char        *path;
    const char *const *columns; /* "Time_s|Time": other names it goes by */
    int                n_columns;
    uint32_t           line;          /* of the row; of JSON its place in the list, from 1 */
    char               reason[160];   /* why the row is refused; "" while it is not */
    int16_t            season, round; /* by the path; 0 unknown */
    bool               sprint;
    pb_ergast_ids     *ids;
    void              *extra; /* of the reader */
    pb_records        *records;
    pb_error          *error;
    /* CSV */
    pb_csv   csv;
    int      at[PB__COLUMNS_MAX];   /* -1: not there */
    pb_span  name[PB__COLUMNS_MAX]; /* as the header writes it */
    uint32_t n_header;
    bool     utf8;
    bool     short_rows; /* columns at the end may be left off */
    /* JSON; row.value NULL for CSV */
    pb_json row, around, beyond;
    char    text[PB__COLUMNS_MAX][PB__FIELD_MAX];
} pb__table;

/* One row into records; PB_OK also when the row is refused (by t->reason). */
typedef pb_status pb__row_reader(pb__table *t);

/* All rows of a CSV through a reader. t->columns, n_columns, records and error
 * must be set, and what the reader needs. Refused rows go to the quarantine. */
pb_status pb__read_csv(pb__table *t, pb_span text, char separator, pb__row_reader *reader);
/* All elements of a JSON array; around and beyond (or absent) hold what rows have in common. */
pb_status pb__read_json(pb__table *t, pb_json array, pb_json around, pb_json beyond, pb__row_reader *reader);

bool    pb__has(const pb__table *t, int k); /* the column is there */
pb_span pb__field(pb__table *t, int k);     /* trimmed; "\N" and a missing column are empty */
void    pb__refuse(pb__table *t, int k, const char *why);
int64_t pb__take_whole(pb__table *t, int k, int64_t lo, int64_t hi, int64_t none);
int64_t pb__need_whole(pb__table *t, int k, int64_t lo, int64_t hi);
double  pb__take_number(pb__table *t, int k, double lo, double hi); /* NAN when empty */
int32_t pb__take_ms(pb__table *t, int k);                           /* PB_MS_NONE when empty */
int32_t pb__need_ms(pb__table *t, int k);
int64_t pb__take_utc(pb__table *t, int k);   /* 0 when empty */
int64_t pb__need_epoch(pb__table *t, int k); /* whole seconds since 1970, in ms */
int8_t  pb__take_bool(pb__table *t, int k);  /* -1 when empty */
/* Cut at a character's end when it is longer. */
void pb__take_text(pb__table *t, int k, char *out, size_t cap);
void pb__need_text(pb__table *t, int k, char *out, size_t cap);
/* A driver's code from a code or a name. */
void pb__take_driver(pb__table *t, int code, int name, char out[8]);
/* Season, round and sprint of a row: columns where there are some, else by the path. -1: no such column. */
void pb__take_race(pb__table *t, int season, int round, int16_t *to_season, int16_t *to_round, bool *to_sprint);

/* "2023-06-04T12:09:44.5+00:00" in ms since 1970. */
bool pb__utc_of(pb_span text, int64_t *out);

/* ---- records.c ---- */
#define PB__DECLARE_ADD(name, type) type *pb__add_##name(pb_records *records); /* zeroed; NULL: no memory */
PB_RECORDS_LIST(PB__DECLARE_ADD)
#undef PB__DECLARE_ADD
#define PB__COUNT_ONE(name, type) +1 /* NOLINT(bugprone-macro-parentheses) */
typedef struct pb__records_mark {
    uint32_t n[0 PB_RECORDS_LIST(PB__COUNT_ONE)];
    uint32_t n_rows, n_accepted;
} pb__records_mark;
pb__records_mark pb__records_mark_of(const pb_records *records);
void             pb__records_back_to(pb_records *records, const pb__records_mark *mark);

/* Ends a reader: the row is refused, or a copy goes into a list. */
#define PB__KEEP(t, list, row)                                                                                         \
    do {                                                                                                               \
        if ((t)->reason[0]) return PB_OK;                                                                              \
        void *pb__to = pb__add_##list((t)->records);                                                                   \
        if (!pb__to) return pb_error_set((t)->error, PB_E_NOMEM, "%s: out of memory", (t)->path);                      \
        memcpy(pb__to, (row), sizeof *(row));                                                                          \
    } while (0)

/* ---- one reader a form ---- */
typedef pb_status pb__form_reader(pb__table *t, pb_span text);

pb__form_reader pb__read_weather, pb__read_grcup_weather, pb__read_control;
pb__form_reader pb__read_jolpica_results, pb__read_jolpica_qualifying, pb__read_jolpica_pits, pb__read_jolpica_json;
pb__form_reader pb__read_ergast_races, pb__read_ergast_results, pb__read_ergast_qualifying, pb__read_ergast_pits,
    pb__read_ergast_drivers, pb__read_ergast_teams, pb__read_ergast_circuits, pb__read_ergast_status,
    pb__read_ergast_laps;
pb__form_reader pb__read_safety_cars, pb__read_red_flags, pb__read_vsc_json;
pb__form_reader pb__read_openf1_stints, pb__read_openf1_pits, pb__read_openf1_laps, pb__read_openf1_results,
    pb__read_openf1_grid, pb__read_openf1_drivers, pb__read_openf1_json;
pb__form_reader pb__read_live_laps, pb__read_live_tyres, pb__read_live_track, pb__read_live_counts,
    pb__read_live_session, pb__read_live_drivers;
pb__form_reader pb__read_grcup_laps, pb__read_grcup_results;
pb__form_reader pb__read_laps_2015;
pb__form_reader pb__read_grid_rows, pb__read_tum_tracks, pb__read_circuit_scores, pb__read_circuit_lines;

/* Rows of weather and race control, for a reader that opens their JSON itself. */
pb__row_reader pb__take_weather, pb__take_control;
void           pb__weather_columns(pb__table *t);
void           pb__control_columns(pb__table *t);

#endif
