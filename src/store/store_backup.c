/* store_backup: a whole store copied to a file of SQLite, and back. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "db_sqlite.h"
#include "store_internal.h"

pb_status pb_store_backup(pb_store *store, const char *path, pb_error *error)
{
    char part[1100];
    if (access(path, F_OK) == 0)
        return pb_error_set(error, PB_E_IO, "%s: there is a file of this name; a backup never replaces one", path);
    if ((size_t)snprintf(part, sizeof part, "%s.part", path) >= sizeof part)
        return pb_error_set(error, PB_E_LIMIT, "the path of the backup is too long");
    (void)unlink(part);
    pb_status status = store->db->driver->backup(store->db, part, error);
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

static pb_status copy_over(pb_store *backup, const char *url, pb_error *error)
{
    pb_store *store;
    PB_TRY(pb_store_open(url, PB_STORE_CREATE, &store, error));
    pb_status status = store->db->driver->restore(store->db, backup->db, error);
    pb_store_close(store);
    return status;
}

/* Its first bytes are those of a store, whatever the rest is
 * (https://www.sqlite.org/fileformat.html, 1.3). */
static bool once_a_store(const char *path)
{
    unsigned char head[72] = {0};
    FILE         *file     = fopen(path, "rb");
    size_t        n        = file ? fread(head, 1, sizeof head, file) : 0;
    if (file) fclose(file);
    uint32_t mark = (uint32_t)head[68] << 24 | (uint32_t)head[69] << 16 | (uint32_t)head[70] << 8 | head[71];
    return n == sizeof head && memcmp(head, "SQLite format 3", 16) == 0 && mark == PB__STORE_APPLICATION;
}

/* The log goes with its file: beside another it would be taken for that one's. */
static pb_status set_aside(const char *path, const char *aside, pb_error *error)
{
    static const char *const ends[] = {"-wal", "-shm", ""};
    for (int i = 0; i < 3; i++) {
        char from[1200], to[1200];
        (void)snprintf(from, sizeof from, "%s%s", path, ends[i]);
        (void)snprintf(to, sizeof to, "%s%s", aside, ends[i]);
        if (access(from, F_OK) == 0 && rename(from, to) != 0)
            return pb_error_set(error, PB_E_IO, "%s: could not be renamed to %s", from, to);
    }
    return PB_OK;
}

/* SQLite writes nothing into a damaged file: it is kept under another name. */
static pb_status replace_damaged(pb_store *backup, const char *path, pb_error *error)
{
    char part[1100], aside[1100];
    (void)snprintf(part, sizeof part, "%s.part", path);
    (void)snprintf(aside, sizeof aside, "%s.damaged", path);
    if (access(aside, F_OK) == 0)
        return pb_error_set(error, PB_E_IO,
                            "%s: it is damaged, and would be kept as %s, which is there (move that away)", path, aside);
    (void)unlink(part);
    pb_status status = pb__sqlite_backup(backup->db, part, error);
    if (status == PB_OK) status = set_aside(path, aside, error);
    if (status == PB_OK && rename(part, path) != 0)
        status = pb_error_set(error, PB_E_IO, "%s: the copy could not be given its name", path);
    if (status != PB_OK) (void)unlink(part);
    return status;
}

pb_status pb_store_restore(const char *url, const char *path, pb_error *error)
{
    pb_error  why    = {0};
    pb_store *backup = NULL;
    PB_TRY(open_backup(path, &backup, error));
    pb_status status = copy_over(backup, url, &why);
    bool      file   = strncmp(url, PB_STORE_SCHEME, strlen(PB_STORE_SCHEME)) == 0;
    if (status == PB_E_SYNTAX && file && once_a_store(url + strlen(PB_STORE_SCHEME)))
        status = replace_damaged(backup, url + strlen(PB_STORE_SCHEME), error);
    else if (status != PB_OK)
        status = pb_error_set(error, status, "%s", why.text);
    pb_store_close(backup);
    return status;
}
