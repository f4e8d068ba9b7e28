/* pitboard/predict_store.h - history on disk: what readers of files tell, put
 * into a store, and recorded races taken out of it.
 *
 * Here the names of sources meet: a race is season, round and sprint ("2023-07",
 * "2023-07S"; other series "grcup-2025-11"), a driver is a code ("VER"; of two
 * persons with one code the earlier is "VER.vergne"), car numbers become drivers
 * by who drove the car in that race, circuits and teams get the id of the
 * crosswalk.
 *
 * Floor 4. Uses store, wire, race and below. */
#ifndef PITBOARD_PREDICT_STORE_H
#define PITBOARD_PREDICT_STORE_H

#include "pitboard/store.h"
#include "pitboard/wire_records.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Who tells a file of this form ("openf1_stints" -> "openf1"). Static. */
const char *pb_history_origin(const char *form);

/* What one file brought. */
typedef struct pb_history_file {
    const char *path;
    pb_span     text;            /* its bytes, for the fingerprint */
    const char *form, *format;   /* "laps" for a FastF1-style lap CSV */
    const char *licence;
    int64_t     imported_ms;
} pb_history_file;

/* Puts one file in one transaction: all of it or, on error, nothing. *known: the
 * same content is in the store already, and nothing was done. */
pb_status pb_history_put_records(pb_store *store, const pb_history_file *file, const pb_records *records,
                                 pb_store_counts *counts, bool *known, pb_error *error);
pb_status pb_history_put_log(pb_store *store, const pb_history_file *file, const pb_race_log *log,
                             pb_store_counts *counts, bool *known, pb_error *error);

/* True when text has the form of an id: "2023-07", "2023-07S", "grcup-2025-11". */
bool pb_history_is_id(const char *text);

/* A race by its id, laps in order, grid where it is known. Laps without a session
 * time get one from their UTC end or from the sum of the car's laps, else they
 * are left out. PB_E_NOENT when the store has no such race (with the nearest),
 * PB_E_EMPTY when it has no laps. *log must be initialised; on error it is left
 * empty. */
pb_status pb_history_read_log(pb_store *store, const char *id, pb_race_log *log, pb_error *error);

#ifdef __cplusplus
}
#endif
#endif
