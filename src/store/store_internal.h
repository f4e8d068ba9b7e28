/* store_internal.h - inside store only. */
#ifndef PB_STORE_INTERNAL_H
#define PB_STORE_INTERNAL_H

#include <sqlite3.h>

#include "pitboard/store.h"

#define PB__STORE_APPLICATION 0x50424452 /* "PBDR", PRAGMA application_id */
#define PB__STORE_ORIGINS 62
#define PB__STORE_COLUMNS 40

struct pb_store {
    sqlite3        *db;
    char            path[1024];
    int             found; /* version */
    bool            open_transaction;
    char            origins[PB__STORE_ORIGINS][24]; /* by number */
    int             n_origins;
    int64_t         source; /* that rows are put from; 0 none */
    int             source_origin;
    pb_store_counts counts;           /* since its begin */
    int8_t         *origin_of_source; /* -1 not looked up */
    size_t          n_origin_of_source;
    sqlite3_stmt   *quarantine, *conflict, *reconcile, *settle;
    pb_store_put   *puts;
};

extern const char *const pb__store_steps[PB_STORE_VERSION];

/* Fills the error from what SQLite says, in words for people. */
pb_status pb__store_fail(const pb_store *store, const char *doing, pb_error *error);
pb_status pb__store_fail_db(sqlite3 *db, const char *path, const char *doing, pb_error *error);
pb_status pb__store_run(pb_store *store, const char *sql, pb_error *error);
pb_status pb__store_prepare(pb_store *store, const char *sql, sqlite3_stmt **out, pb_error *error);
int64_t   pb__store_pragma(sqlite3 *db, const char *sql, int64_t none);
/* Binds value as parameter i (from 1). */
void     pb__store_bind(sqlite3_stmt *statement, int i, const pb_value *value);
pb_value pb__store_value(sqlite3_stmt *statement, int column);
void     pb__store_free_puts(pb_store *store);

/* What was cached of sources and origins: a rollback may have undone it. */
void pb__store_forget_sources(pb_store *store);
/* Number of the origin of a source; -1 when there is no such source. */
int pb__store_origin_of(pb_store *store, int64_t source);

/* 0 is the best. */
int    pb__store_rank(const char *table, const char *origin);
double pb__store_slack(const char *table, const char *column);

#endif
