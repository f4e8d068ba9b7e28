/* store_backup: a whole store copied page by page, while others use it. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store_internal.h"

#define STEP_PAGES 4096
#define WAITS_MAX 200 /* of 10 ms while the other side is locked */

static pb_status copy(sqlite3 *to, sqlite3 *from, const char *to_path, pb_error *error)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (!backup) return pb__store_fail_db(to, to_path, "copying", error);
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
    return pb__store_fail_db(to, to_path, "copying", error);
}

/* One file, complete on its own: no WAL beside it. */
static pb_status copy_to_new(pb_store *store, const char *path, pb_error *error)
{
    sqlite3  *to     = NULL;
    pb_status status = PB_OK;
    if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        status = pb__store_fail_db(to, path, "opening", error);
    if (status == PB_OK) status = copy(to, store->db, path, error);
    if (status == PB_OK && sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) != SQLITE_OK)
        status = pb__store_fail_db(to, path, "closing", error);
    if (sqlite3_close(to) != SQLITE_OK && status == PB_OK)
        status = pb_error_set(error, PB_E_IO, "%s: the copy could not be closed", path);
    return status;
}

pb_status pb_store_backup(pb_store *store, const char *path, pb_error *error)
{
    char part[1100];
    if (access(path, F_OK) == 0)
        return pb_error_set(error, PB_E_IO, "%s: there is a file of this name; a backup never replaces one", path);
    if ((size_t)snprintf(part, sizeof part, "%s.part", path) >= sizeof part)
        return pb_error_set(error, PB_E_LIMIT, "the path of the backup is too long");
    (void)unlink(part);
    pb_status status = copy_to_new(store, part, error);
    if (status == PB_OK && rename(part, path) != 0)
        status = pb_error_set(error, PB_E_IO, "%s: the copy could not be given its name", path);
    if (status != PB_OK) (void)unlink(part);
    return status;
}

/* ---- restore ---- */

static void forget(void *with, const char *text)
{
    if (((char *)with)[0] == '\0') (void)snprintf(with, 256, "%s", text);
}

/* Opens the backup and makes sure that it is whole. */
static pb_status open_backup(const char *path, pb_store **out, pb_error *error)
{
    char      url[1100], first[256] = "";
    uint32_t  n = 0;
    pb_store *backup;
    if ((size_t)snprintf(url, sizeof url, PB_STORE_SCHEME "%s", path) >= sizeof url)
        return pb_error_set(error, PB_E_LIMIT, "the path of the backup is too long");
    PB_TRY(pb_store_open(url, PB_STORE_READ, &backup, error));
    pb_status status = pb_store_check(backup, forget, first, &n, error);
    if (status == PB_OK && n > 0)
        status = pb_error_set(error, PB_E_SYNTAX, "%s: not restored, because the backup is not sound: %s", path, first);
    if (status == PB_OK)
        *out = backup;
    else
        pb_store_close(backup);
    return status;
}

pb_status pb_store_restore(const char *url, const char *path, pb_error *error)
{
    pb_store *backup, *store;
    PB_TRY(open_backup(path, &backup, error));
    pb_status status = pb_store_open(url, PB_STORE_CREATE, &store, error);
    if (status == PB_OK) {
        status = copy(store->db, backup->db, store->path, error);
        if (status == PB_OK) status = pb__store_run(store, "PRAGMA journal_mode = WAL", error);
        pb_store_close(store);
    }
    pb_store_close(backup);
    return status;
}
