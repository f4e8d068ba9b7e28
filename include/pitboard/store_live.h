/* pitboard/store_live.h - what a live session leaves behind: rows appended in
 * groups, telemetry as compressed columns.
 *
 * The same over SQLite and PostgreSQL (pb_store_open chooses by URL). Rows of a
 * group and the number of the last record they come from are committed together:
 * after a crash, records up to pb_store_applied are in, none of them twice, and
 * the recording has the rest.
 *
 *     begin; append_row ...; put_chunk ...; set_applied(session, seq); commit
 *
 * Tables: docs/store.md, "Live sessions". The store knows them as tables only.
 * One handle, one thread.
 *
 * Floor 2. Uses base, codec; SQLite, libpq, zstd. */
#ifndef PITBOARD_STORE_LIVE_H
#define PITBOARD_STORE_LIVE_H

#include "pitboard/store.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pb_append pb_append;

/* A prepared way into a live table; columns must hold its key. A row whose key is
 * there replaces it (a lap that was corrected). Lives until pb_store_close.
 * Tables (key first):
 *   live_sessions     session | name, type, circuit, season, round, started_us, own_car, record, state, team
 *   live_laps         session, car, lap | code, time_ms, session_ms, pit_in_ms, pit_out_ms, sector1_ms, sector2_ms,
 *                     sector3_ms, position, stint, compound, tyre_age, fresh, status, accurate, deleted
 *   live_events       session, seq, n | at_us, session_ms, kind, origin, car, lap, line   (line: the event line)
 *   live_stints       session, car, stint | compound, fresh, from_lap, to_lap, age_at_start
 *   live_weather      session, seq, n | at_us, session_ms, air_degc, track_degc, humidity_pct, pressure_mbar,
 *                     wind_mps, wind_deg, rain
 *   live_messages     session, seq, n | at_us, session_ms, lap, car, category, flag, text
 *   live_windows      session, car, kind, from_us | to_us, lap, sector, points, schema, features   (blob: f32 each)
 *   live_predictions  session, seq, car, what | lap, value   (value: JSON)
 *   live_calls        session, seq, car | lap, inputs, call, outcome   (JSON each)
 *   live_gaps         session, seq | why, n                (records refused or skipped, by reason)
 */
pb_status pb_store_append_into(pb_store *store, const char *table, const char *const *columns, uint32_t n,
                               pb_append **out, pb_error *error);
/* One row, values as columns, inside begin .. commit; columns that are not named
 * keep what they had. Bytes of a text that are no UTF-8 become U+FFFD. What is wrong
 * with a row is told here, or at the commit (PostgreSQL): PB_E_RANGE for a value the
 * column does not take. The group is undone then: roll back, and begin another. */
pb_status pb_store_append_row(pb_append *append, const pb_value *values, pb_error *error);

/* Last record of a session whose rows are committed; 0 none. */
pb_status pb_store_applied(pb_store *store, const char *session, uint64_t *seq, pb_error *error);
/* Inside begin .. commit. Never goes back: the highest that was told stands. */
pb_status pb_store_set_applied(pb_store *store, const char *session, uint64_t seq, pb_error *error);

/* ---- telemetry: columns of one car over a stretch of time ---- */
#define PB_CHUNK_COLUMNS_MAX 40
typedef struct pb_chunk_column {
    const char   *name;          /* "speed_kmh" */
    const int64_t *i64;          /* one of the two, n_rows of them */
    const float  *f32;           /* NAN: missing */
} pb_chunk_column;

typedef struct pb_chunk {
    const char     *session;
    int32_t         car;
    int64_t         from_us, to_us;   /* first and last time in it */
    uint32_t        n_rows;           /* 1 .. 65,536 */
    uint32_t        n_columns;
    const pb_chunk_column *columns;   /* "time_us" first */
    uint64_t        seq;              /* record of its first row: part of the key with session and car */
} pb_chunk;

/* Inside begin .. commit. */
pb_status pb_store_put_chunk(pb_store *store, const pb_chunk *chunk, pb_error *error);

/* Reads chunks of a car in time order that touch [from, to]. give gets each,
 * valid until it returns; false stops. */
typedef bool pb_chunk_give(void *user, const pb_chunk *chunk);
pb_status pb_store_read_chunks(pb_store *store, const char *session, int32_t car, int64_t from_us, int64_t to_us,
                               pb_chunk_give *give, void *user, pb_error *error);

/* Tables of live sessions; NULL past the last. Static. */
const char *pb_store_live_table(uint32_t i);

/* ---- the log of SQLite ----
 * A commit is on the disk in the log; a checkpoint moves the log into the file.
 * Left alone, the commit that fills 1,000 pages does it and takes that longer. Where
 * that must not happen during a race: auto 0, and checkpoints in pauses. PostgreSQL
 * sees to it itself; there both do nothing. */
typedef enum pb_store_checkpoint_mode {
    PB_CHECKPOINT_PASSIVE,            /* as much as goes without waiting for anybody */
    PB_CHECKPOINT_TRUNCATE            /* all of it, and an empty log; waits for readers a while */
} pb_store_checkpoint_mode;
pb_status pb_store_auto_checkpoint(pb_store *store, int32_t pages, pb_error *error);
pb_status pb_store_checkpoint(pb_store *store, pb_store_checkpoint_mode mode, pb_error *error);

/* ---- retention ----
 * Of sessions that began long enough ago: raw telemetry becomes a row a chunk and
 * column (live_rollups: count, least, mean, most); windows become one a lap, where
 * there is none of the lap yet (the mean of its 5 s windows by points, its schema
 * marked "/mean"); then both are deleted. Whole sessions go last. Never a session
 * without a start, and never one of the newest `sessions_kept`. */
typedef struct pb_store_policy {
    int32_t telemetry_days;           /* chunks; 0 keeps them for ever */
    int32_t windows_days;             /* windows that are not of a lap; 0 for ever */
    int32_t session_days;             /* everything of the session; 0 for ever */
    int32_t sessions_kept;            /* newest sessions that stay whole, >= 0 */
    int32_t step_rows;                /* of one transaction, 1 .. 100,000 */
} pb_store_policy;
pb_store_policy pb_store_policy_default(void);   /* 90, 365, 0, 3; 500 rows a step */

typedef struct pb_store_retained {
    int64_t sessions;                 /* looked at because something of them is old enough */
    int64_t chunks, chunk_bytes, windows, rows;   /* deleted; rows: of whole sessions */
    int64_t rollups;                  /* rows that stand for what was deleted */
} pb_store_retained;
/* now_us since 1970. dry_run counts what would go and changes nothing. Takes its own
 * transactions, each of at most step_rows; may be stopped and begun again anywhere. */
pb_status pb_store_retain(pb_store *store, const pb_store_policy *policy, int64_t now_us, bool dry_run,
                          pb_store_retained *out, pb_error *error);

#ifdef __cplusplus
}
#endif
#endif
