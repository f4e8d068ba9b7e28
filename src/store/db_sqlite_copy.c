/* db_sqlite_copy: a whole SQLite store copied page by page, while others use it. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "db_sqlite.h"

#define STEP_PAGES 4096
#define WAITS_MAX 200 /* of 10 ms while the other side is locked */

static pb_status copy(sqlite3 *to, sqlite3 *from, const char *to_path, pb_error *error)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (!backup) return pb__sqlite_fail(to, to_path, "copying", error);
    int code, waits = 0;
    do {
        code = sqlite3_backup_step(backup, STEP_PAGES);
        if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
            if (++waits > WAITS_MAX) break;
            (void)sqlite3_sleep(10);
        }
    } while (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED);
    int end = sqlite3_backup_finish(backup);
    if (code == SQLITE_DONE && end == SQLITE_OK) return PB_OK;
    return pb__sqlite_fail(to, to_path, "copying", error);
}

/* One file, complete on its own: no WAL beside it. A snapshot is held meanwhile, or
 * every commit of a writer would let the copy begin anew. */
pb_status pb__sqlite_backup(pb__db *db, const char *path, pb_error *error)
{
    sqlite3  *to     = NULL;
    pb_status status = PB_OK;
    if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        status = pb__sqlite_fail(to, path, "opening", error);
    sqlite3 *from = ((pb__sqlite_db *)db)->at;
    bool     held = sqlite3_exec(from, "BEGIN; SELECT 1 FROM sqlite_schema", NULL, NULL, NULL) == SQLITE_OK;
    if (status == PB_OK) status = copy(to, from, path, error);
    if (held) (void)sqlite3_exec(from, "ROLLBACK", NULL, NULL, NULL);
    if (status == PB_OK && sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) != SQLITE_OK)
        status = pb__sqlite_fail(to, path, "closing", error);
    if (sqlite3_close(to) != SQLITE_OK && status == PB_OK)
        status = pb_error_set(error, PB_E_IO, "%s: the copy could not be closed", path);
    return status;
}

pb_status pb__sqlite_restore(pb__db *db, pb__db *from, pb_error *error)
{
    PB_TRY(copy(((pb__sqlite_db *)db)->at, ((pb__sqlite_db *)from)->at, db->where, error));
    return db->driver->set_up(db, error);
}
