/* db_postgres.h - inside store only: what the files about PostgreSQL share. */
#ifndef PITBOARD_STORE_DB_POSTGRES_H
#define PITBOARD_STORE_DB_POSTGRES_H

#include <libpq-fe.h>

#include "db.h"

#define PB__POSTGRES_SESSIONS 16 /* whose partitions are known to be there */

typedef struct pb__postgres_db {
    pb__db   head;
    PGconn  *at;
    bool     timescale;
    uint32_t n_names; /* of prepared statements and stages so far */
    uint32_t next_session;
    char     sessions[PB__POSTGRES_SESSIONS][64];
} pb__postgres_db;

static inline pb__postgres_db *pb__postgres_of(pb__db *db)
{
    return (pb__postgres_db *)(void *)db;
}

/* A number of n bytes as the server sends it. */
static inline uint64_t pb__big_endian(const void *bytes, int n)
{
    const uint8_t *at    = bytes;
    uint64_t       value = 0;
    for (int i = 0; i < n; i++) value = value << 8 | at[i];
    return value;
}

/* ---- words: postgres_error.c ---- */
/* Fills the error from a result (or, when NULL, from the connection). */
pb_status pb__postgres_fail(const pb__db *db, const PGresult *result, const char *doing, pb_error *error);

/* ---- text: postgres_sql.c ---- */
#define PB__POSTGRES_PARAMS_MAX 64
/* ?7 and ?9 become $1 and $2; number[1] = 7, number[2] = 9. NULL when out of memory. */
char *pb__postgres_sql(const char *sql, uint8_t *number, uint32_t *n);
/* A step of schema.c in PostgreSQL's words. NULL when out of memory. */
char *pb__postgres_schema(const char *sql, bool timescale);

/* ---- commands: db_postgres.c ---- */
/* One or several commands without rows. */
pb_status pb__postgres_run(pb__db *db, const char *sql, pb_error *error);

/* ---- rows by COPY: postgres_bulk.c ---- */
pb_status pb__postgres_bulk_open(pb__db *db, const char *table, const char *const *columns, uint32_t n, pb__bulk **out,
                                 pb_error *error);
pb_status pb__postgres_bulk_row(pb__bulk *bulk, const pb_value *values, pb_error *error);
pb_status pb__postgres_bulk_flush(pb__bulk *bulk, pb_error *error);
void      pb__postgres_bulk_forget(pb__bulk *bulk);
void      pb__postgres_bulk_close(pb__bulk *bulk);

/* ---- partitions of a session: postgres_session.c ---- */
pb_status pb__postgres_ready_session(pb__db *db, const char *session, pb_error *error);
void      pb__postgres_forget_sessions(pb__db *db);
pb_status pb__postgres_drop_session(pb__db *db, const char *session, pb_error *error);

/* ---- care: postgres_copy.c, postgres_check.c ---- */
pb_status pb__postgres_backup(pb__db *db, const char *path, pb_error *error);
pb_status pb__postgres_restore(pb__db *db, pb__db *from, pb_error *error);
pb_status pb__postgres_check(pb__db *db, pb_store_finding *tell, void *with, uint32_t *n, pb_error *error);

#endif
