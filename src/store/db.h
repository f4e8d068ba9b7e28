/* db.h - inside store only: what a database must be able to do.
 *
 *     store_*, live_*     tables, merging, groups: one text of SQL for both
 *          |
 *     pb__driver          a table of functions
 *        |       |
 *     SQLite   PostgreSQL
 *
 * SQL is written for SQLite with ?1 .. ?n; a driver that knows other words
 * changes them (postgres_sql.c). A statement that gives rows may be left at any
 * row; other statements may run meanwhile. */
#ifndef PITBOARD_STORE_DB_H
#define PITBOARD_STORE_DB_H

#include "pitboard/store.h"
#include "pitboard/store_live.h"

#define PB__WHERE_MAX 1024
#define PB__STORE_COLUMNS 40
#define PB__COLUMN_NAME_MAX 32

typedef struct pb__driver pb__driver;

/* First member of what a driver keeps of an open database. */
typedef struct pb__db {
    const pb__driver *driver;
    char              where[PB__WHERE_MAX]; /* for people: path, or URL without its secrets */
} pb__db;

/* First member of what a driver keeps of a statement. */
typedef struct pb__statement {
    pb__db *db;
} pb__statement;

/* Rows on their way into one table; a row whose key is there replaces it. */
typedef struct pb__bulk {
    pb__db *db;
} pb__bulk;

/* A column as the database describes it. */
typedef struct pb__column {
    char name[PB__COLUMN_NAME_MAX];
    char type; /* 'i' whole, 'f' real, 't' text, 'b' bytes, '?' something else */
    bool key;
} pb__column;

struct pb__driver {
    const char *scheme;
    const char *begin; /* SQL of a transaction that writes */

    /* Opened, but not looked at: no schema is made. */
    pb_status (*open)(const char *url, pb_store_mode mode, pb__db **out, pb_error *error);
    void (*close)(pb__db *db);
    /* Version of our schema in it; 0 when there is nothing at all. PB_E_SYNTAX
     * when what is there is not ours. */
    pb_status (*recognise)(pb__db *db, int *version, pb_error *error);
    /* Settings of a handle that writes, once it is known to be ours. */
    pb_status (*set_up)(pb__db *db, pb_error *error);
    /* Nobody else does what needs this lock until the transaction ends. */
    pb_status (*lock)(pb__db *db, pb_error *error);
    pb_status (*prepare_schema)(pb__db *db, pb_error *error); /* NULL: nothing to do before the first step */
    pb_status (*mark)(pb__db *db, int version, pb_error *error);

    /* A script without parameters. `schema`: it is a step of schema.c. */
    pb_status (*run)(pb__db *db, const char *sql, bool schema, pb_error *error);
    pb_status (*prepare)(pb__db *db, const char *sql, pb__statement **out, pb_error *error);
    void (*bind)(pb__statement *statement, uint32_t i, const pb_value *value); /* i from 1 */
    /* PB_OK a row, PB_E_EMPTY no more. */
    pb_status (*step)(pb__statement *statement, pb_error *error);
    int64_t (*changes)(const pb__statement *statement); /* rows the last step wrote */
    pb_value (*column)(const pb__statement *statement, uint32_t i);
    void (*reset)(pb__statement *statement);
    void (*finalize)(pb__statement *statement); /* NULL is harmless */

    pb_status (*bulk_open)(pb__db *db, const char *table, const char *const *columns, uint32_t n, pb__bulk **out,
                           pb_error *error);
    pb_status (*bulk_row)(pb__bulk *bulk, const pb_value *values, pb_error *error);
    pb_status (*bulk_flush)(pb__bulk *bulk, pb_error *error); /* all rows so far are in the table */
    void (*bulk_forget)(pb__bulk *bulk);                      /* the transaction was rolled back */
    void (*bulk_close)(pb__bulk *bulk);

    /* SELECT name, is key (0 or 1), type of the columns of the table ?1, in order. */
    const char *columns_sql;
    /* Room for rows of a session; NULL: none needed. Inside a transaction. */
    pb_status (*ready_session)(pb__db *db, const char *session, pb_error *error);
    void (*forget_sessions)(pb__db *db);
    /* A session has no telemetry any more; NULL: nothing to do. */
    pb_status (*drop_session)(pb__db *db, const char *session, pb_error *error);

    /* What only the database itself can say of its soundness, and of rows that
     * name rows which are not there (NULL: it never lets that happen). */
    pb_status (*check)(pb__db *db, pb_store_finding *tell, void *with, uint32_t *n, pb_error *error);
    pb_status (*check_references)(pb__db *db, pb_store_finding *tell, void *with, uint32_t *n, pb_error *error);
    /* To a new SQLite file, complete on its own. */
    pb_status (*backup)(pb__db *db, const char *path, pb_error *error);
    /* Everything in it becomes what the SQLite store `from` holds. */
    pb_status (*restore)(pb__db *db, pb__db *from, pb_error *error);
    /* PB_OK without doing anything where the server does it. */
    pb_status (*checkpoint)(pb__db *db, pb_store_checkpoint_mode mode, pb_error *error);
    pb_status (*auto_checkpoint)(pb__db *db, int32_t pages, pb_error *error);
};

extern const pb__driver pb__sqlite, pb__postgres;

/* ---- small things on top ---- */

/* One statement with values, not for rows. */
pb_status pb__db_do(pb__db *db, const char *sql, const pb_value *values, uint32_t n, pb_error *error);
/* The same; *changes is how many rows it wrote or deleted. */
pb_status pb__db_change(pb__db *db, const char *sql, const pb_value *values, uint32_t n, int64_t *changes,
                        pb_error *error);
/* Steps a statement that gives no rows, and resets it. */
pb_status pb__db_done(pb__statement *statement, pb_error *error);
/* First column of the first row; none when there is no row. */
pb_status pb__db_count(pb__db *db, const char *sql, const pb_value *values, uint32_t n, int64_t none, int64_t *out,
                       pb_error *error);
void      pb__db_finalize(pb__statement *statement);
/* "(a, b) DO UPDATE SET c = excluded.c": what follows ON CONFLICT. Returns its length. */
size_t pb__upsert_tail(char *sql, size_t cap, const char *const *columns, uint32_t n, const pb__column *known,
                       uint32_t n_known);
/* Columns of a table; *n is 0 when there is none of that name. */
pb_status pb__db_columns(pb__db *db, const char *table, pb__column *columns, uint32_t cap, uint32_t *n,
                         pb_error *error);
/* The table is not as the schema made it. */
pb_status pb__db_changed(const pb__db *db, const char *table, pb_error *error);

#endif
