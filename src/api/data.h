/* data.h - what the data routes share: handles of the store, and rows as JSON members. */
#ifndef PB_API_DATA_H
#define PB_API_DATA_H

#include "pitboard/api_routes.h"
#include "pitboard/predict.h"

/* A handle for this thread alone; each take has its give, which returns the status it is
 * given. PB_E_IO: the store is away. */
pb_status pb__data_take(pb_data *data, pb_store **out, pb_error *error);
pb_status pb__data_give(pb_data *data, pb_store *store, pb_status status);
/* What the shipped prior knows; circuits in it are the defaults. */
const pb_prior *pb__data_prior(const pb_data *data);

/* What a route says itself (not found, out of range) as it is; what the store says goes into the log. */
pb_status pb__data_tell(pb_status status, const pb_error *why, pb_request *request, pb_error *error);
/* Takes a handle, does it, gives the handle back. */
typedef pb_status pb__data_work(pb_data *data, pb_store *store, pb_request *request, pb_reply *reply, pb_error *error);
pb_status pb__data_do(pb_data *data, pb__data_work *work, pb_request *request, pb_reply *reply, pb_error *error);

/* ---- rows ---- */
typedef void pb__data_row(void *with, const pb_store_rows *rows);
/* Every row of a SELECT. */
pb_status pb__data_each(pb_store *store, const char *sql, const pb_value *values, uint32_t n, pb__data_row *row,
                        void *with, pb_error *error);
/* The same rows as objects of the array `key` (NULL: the answer itself). */
pb_status pb__data_array(pb_store *store, pb_json_writer *w, const char *key, const char *sql, const pb_value *values,
                         uint32_t n, void (*members)(pb_json_writer *w, const pb_store_rows *rows), pb_error *error);

/* Members that are null where the store knows nothing. */
void pb__data_i64(pb_json_writer *w, const char *key, const pb_store_rows *rows, uint32_t column);
void pb__data_f64(pb_json_writer *w, const char *key, const pb_store_rows *rows, uint32_t column, int decimals);
void pb__data_text(pb_json_writer *w, const char *key, const pb_store_rows *rows, uint32_t column);
void pb__data_bool(pb_json_writer *w, const char *key, const pb_store_rows *rows, uint32_t column);
void pb__data_ms(pb_json_writer *w, const char *key, int64_t ms, int64_t none);
/* "" is null. */
void pb__data_word(pb_json_writer *w, const char *key, const char *text);

/* ---- a race of the path ---- */
typedef struct pb__data_entry {
    char    driver[48], code[16], team[48], team_name[64];
    int64_t number, grid; /* -1 not known; grid 0: from the pit lane */
} pb__data_entry;

#define PB__DATA_ENTRIES_MAX 64

typedef struct pb__data_race {
    int64_t        race;
    char           id[32];
    bool           has_laps, has_results;
    uint32_t       n_entries;
    pb__data_entry entries[PB__DATA_ENTRIES_MAX]; /* when asked for */
} pb__data_race;

/* PB_E_NOENT with the nearest. A race that is over may be kept by clients for a minute. */
pb_status pb__data_find_race(pb_store *store, pb_request *request, pb_reply *reply, pb__data_race *out,
                             pb_error *error);
pb_status pb__data_read_entries(pb_store *store, pb__data_race *race, pb_error *error);
/* By the code that a race log has; NULL: none. */
const pb__data_entry *pb__data_entry_of(const pb__data_race *race, const char *code);

/* ---- routes ---- */
pb_route_run pb__run_circuits, pb__run_circuit;             /* route_data_circuits.c */
pb_route_run pb__run_seasons, pb__run_races, pb__run_race;  /* route_data_races.c */
pb_route_run pb__run_laps, pb__run_stints, pb__run_results; /* route_data_laps.c, _stints.c, _results.c */
pb_route_run pb__run_events;                                /* route_data_events.c */
pb_route_run pb__run_calls_calibration;                     /* route_data_calls.c */
pb_route_run pb__run_drivers, pb__run_driver;               /* route_data_drivers.c */

#endif
