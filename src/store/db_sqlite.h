/* db_sqlite.h - inside store only: what the files about SQLite share. */
#ifndef PITBOARD_STORE_DB_SQLITE_H
#define PITBOARD_STORE_DB_SQLITE_H

#include <sqlite3.h>

#include "db.h"

#define PB__STORE_APPLICATION 0x50424452 /* "PBDR", PRAGMA application_id */

typedef struct pb__sqlite_db {
    pb__db   head;
    sqlite3 *at;
} pb__sqlite_db;

/* Fills the error from what SQLite says, in words for people. */
pb_status pb__sqlite_fail(sqlite3 *at, const char *path, const char *doing, pb_error *error);
int64_t   pb__sqlite_pragma(sqlite3 *at, const char *sql, int64_t none);
/* A store of the schema alone, in memory: what tables should be like. */
pb_status pb__sqlite_model(pb__db **out, pb_error *error);
/* A new file of a store at path, for a copy: quick to fill, complete when closed. */
pb_status pb__sqlite_new_copy(const char *path, pb__db **out, pb_error *error);
pb_status pb__sqlite_check(pb__db *db, pb_store_finding *tell, void *with, uint32_t *n, pb_error *error);
pb_status pb__sqlite_references(pb__db *db, pb_store_finding *tell, void *with, uint32_t *n, pb_error *error);
pb_status pb__sqlite_backup(pb__db *db, const char *path, pb_error *error);
pb_status pb__sqlite_restore(pb__db *db, pb__db *from, pb_error *error);

#endif
