/* pitboard/store.h - tables on disk: opened, migrated, merged into, checked,
 * copied.
 *
 * One SQLite file in WAL mode with STRICT tables, or the schema "pitboard" of a
 * PostgreSQL database (docs/store.md). A write that was committed survives kill -9
 * and power loss (synchronous = FULL, synchronous_commit = on). The store
 * knows tables and where rows came from, not what they mean: what a lap is, who
 * won and which models to fit is said by floors above.
 *
 * Merging. A row is a fact, known by the key of its table. The first source to
 * tell a fact adds it; another that agrees is noted; what it knows beyond the
 * first is filled in, field by field; where it disagrees, both values go to the
 * table of conflicts and the better source of that table wins
 * (src/store/rules.c). The outcome does not depend on the order of import.
 *
 *     put (laps, 2023-07 VER 12, time 80402) from A      added
 *     put the same with time 80403 from B                agreed (2 ms are allowed)
 *     put the same with time 80900 from C                conflict: A or C, by rule
 *
 * Not for several threads at once: one handle, one thread. Reads no clock.
 *
 * Floor 2. Uses base, codec; SQLite, libpq. */
#ifndef PITBOARD_STORE_H
#define PITBOARD_STORE_H

#include "pitboard/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pb_store pb_store;

#define PB_STORE_VERSION 3       /* of the schema */
#define PB_STORE_SCHEME  "sqlite:"

typedef enum pb_store_mode {
    PB_STORE_READ,               /* must be there, of this version */
    PB_STORE_WRITE,              /* must be there, of this version */
    PB_STORE_CREATE              /* made when missing, brought up to this version when older */
} pb_store_mode;

/* url is "sqlite:PATH" or "postgresql://USER:PASSWORD@HOST:PORT/DATABASE?..." (libpq
 * reads it; "postgres://" too). PB_E_USAGE for another scheme, PB_E_NOENT when it
 * must be there and is not, PB_E_SYNTAX when it is no SQLite file or no store of
 * ours, PB_E_UNSUPPORTED when its schema is newer (or older, unless created),
 * PB_E_IO when it is locked by another program, cannot be read or written or
 * reached, or the disk is full. Nothing is changed on error. Close with
 * pb_store_close.
 *
 * PB_E_IO from any verb over PostgreSQL may mean that the server is gone: close and
 * open again. What was committed is there; whether a commit that was cut off
 * happened is told by what it wrote (pb_store_applied). */
pb_status pb_store_open(const char *url, pb_store_mode mode, pb_store **out, pb_error *error);
void      pb_store_close(pb_store *store);
/* Version the file had when it was opened; 0: it was made. */
int       pb_store_version_found(const pb_store *store);
/* A URL as people may see it: without password and parameters. */
void      pb_store_url_shown(const char *url, char *out, size_t cap);

/* ---- transactions: what is not committed never was ---- */
pb_status pb_store_begin(pb_store *store, pb_error *error);
pb_status pb_store_commit(pb_store *store, pb_error *error);
void      pb_store_rollback(pb_store *store);     /* harmless when none is open */

/* ---- values ---- */
typedef enum pb_value_kind {
    PB_VALUE_NULL, PB_VALUE_I64, PB_VALUE_F64, PB_VALUE_TEXT, PB_VALUE_BLOB
} pb_value_kind;

typedef struct pb_value {
    pb_value_kind kind;
    union {
        int64_t i64;
        double  f64;             /* finite */
        pb_span text;            /* borrowed; of a blob its bytes */
    };
} pb_value;

pb_value pb_value_null(void);
pb_value pb_value_i64(int64_t value);
pb_value pb_value_f64(double value);              /* null when not finite */
pb_value pb_value_text(const char *text);         /* null when NULL or "" */
pb_value pb_value_blob(const void *bytes, size_t n);   /* null when NULL */

/* ---- where rows come from ---- */
typedef struct pb_store_source {
    const char *path, *form, *format;   /* form "openf1_stints" of format "openf1" */
    const char *origin;                 /* who told it: "fastf1", "jolpica" (rules.c) */
    const char *licence;                /* note for people */
    const char *sha256;                 /* of the file, 64 hex digits */
    const char *about;                  /* what its path says and its bytes do not ("2023-07"); "" nothing */
    int64_t     bytes;
    int64_t     imported_ms;            /* since 1970, by the caller's clock */
    const char *page_what;              /* which answer this file is a page of; NULL or "" none */
    int64_t     page_from, page_to, page_of; /* its rows, and how many there are in all */
} pb_store_source;

/* Everything that is put from now on comes from this file. *known is set when a
 * file of the same content, form and `about` was imported before, with nothing left
 * open; then nothing needs to be put. Inside a transaction. */
pb_status pb_store_source_begin(pb_store *store, const pb_store_source *source, bool *known, pb_error *error);
pb_status pb_store_quarantine(pb_store *store, uint32_t line, const char *reason, pb_error *error);

typedef struct pb_store_counts {
    int64_t rows, accepted, quarantined;   /* of the file */
    int64_t open;                          /* rows that waited for another file (an unknown car number) */
    int64_t added, agreed, filled, conflicts;
} pb_store_counts;

/* Books the counts of the file; added .. conflicts are the store's own since
 * the begin and are written to *counts. */
pb_status pb_store_source_end(pb_store *store, pb_store_counts *counts, pb_error *error);

/* ---- merging rows ---- */
typedef struct pb_store_put pb_store_put;

/* A prepared way into one table; columns must hold its whole key. Lives until
 * pb_store_close. */
pb_status pb_store_put_into(pb_store *store, const char *table, const char *const *columns, uint32_t n,
                            pb_store_put **out, pb_error *error);
/* Merges one row; values as columns. A null tells nothing. PB_E_RANGE when the
 * table refuses it (a check or a missing reference); then roll back. */
pb_status pb_store_put_row(pb_store_put *put, const pb_value *values, pb_error *error);

/* ---- reading ---- */
typedef struct pb_store_rows pb_store_rows;

/* SQL with ?1 .. ?n that SQLite and PostgreSQL understand. Close with
 * pb_store_rows_close. */
pb_status pb_store_select(pb_store *store, const char *sql, const pb_value *values, uint32_t n, pb_store_rows **out,
                          pb_error *error);
/* PB_OK and the row, PB_E_EMPTY past the last. Text lives until the next call. */
pb_status pb_store_rows_next(pb_store_rows *rows, pb_error *error);
pb_value  pb_store_column(const pb_store_rows *rows, uint32_t column);
int64_t   pb_store_column_i64(const pb_store_rows *rows, uint32_t column, int64_t none);
double    pb_store_column_f64(const pb_store_rows *rows, uint32_t column, double none);
/* Copied and cut; "" for null. */
void      pb_store_column_text(const pb_store_rows *rows, uint32_t column, char *out, size_t cap);
void      pb_store_rows_close(pb_store_rows *rows);
/* First column of the first row; none when there is no row. */
pb_status pb_store_count(pb_store *store, const char *sql, const pb_value *values, uint32_t n, int64_t none,
                         int64_t *out, pb_error *error);

/* ---- care ---- */

/* Tables of facts, in the order of the schema; NULL past the last. Static. */
const char *pb_store_table(uint32_t i);

/* The database's own check (SQLite), tables as we make them, foreign keys, what
 * must hold between rows, and every telemetry chunk decoded. `tell` hears of every
 * finding, at most 100; *n is how many there were. */
typedef void pb_store_finding(void *with, const char *text);
pb_status pb_store_check(pb_store *store, pb_store_finding *tell, void *with, uint32_t *n, pb_error *error);

/* A consistent copy while others read and write, to a new SQLite file that is
 * complete or not there; also of a PostgreSQL store (one snapshot, read by COPY).
 * PB_E_IO when `path` exists. */
pb_status pb_store_backup(pb_store *store, const char *path, pb_error *error);
/* Puts the contents of a backup in place of the store's, or leaves the store as
 * it was. A backup of either kind of store goes into either. The backup is checked first; it must be of this version
 * (pb_store_open with PB_STORE_CREATE brings an older one up). A store too damaged
 * to be written is kept as PATH.damaged; PB_E_IO when there is one already. */
pb_status pb_store_restore(const char *url, const char *path, pb_error *error);

#ifdef __cplusplus
}
#endif
#endif
