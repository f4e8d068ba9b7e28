/* db_sqlite_check: is the file sound, and are its tables those we made? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db_sqlite.h"
#include "store_internal.h"

static pb_status take_all_steps(pb__db *db, pb_error *error)
{
    PB_TRY(pb__sqlite.run(db, "BEGIN", false, error));
    for (int v = 0; v < PB_STORE_VERSION; v++) PB_TRY(pb__sqlite.run(db, pb__store_steps[v], true, error));
    PB_TRY(pb__sqlite.mark(db, PB_STORE_VERSION, error));
    return pb__sqlite.run(db, "COMMIT", false, error);
}

static pb_status make(const char *path, const char *settings, pb__db **out, pb_error *error)
{
    pb__sqlite_db *db = calloc(1, sizeof *db);
    if (!db) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    db->head.driver = &pb__sqlite;
    (void)snprintf(db->head.where, sizeof db->head.where, "%s", path);
    pb_status status =
        sqlite3_open(path, &db->at) == SQLITE_OK ? PB_OK : pb__sqlite_fail(db->at, path, "opening", error);
    if (status == PB_OK) status = pb__sqlite.run(&db->head, settings, false, error);
    if (status == PB_OK) status = take_all_steps(&db->head, error);
    if (status == PB_OK)
        *out = &db->head;
    else
        pb__sqlite.close(&db->head);
    return status;
}

pb_status pb__sqlite_model(pb__db **out, pb_error *error)
{
    return make(":memory:", "PRAGMA foreign_keys = OFF", out, error);
}

/* Nobody reads it before it is whole: references are checked at the end, and the disk is waited for once. */
pb_status pb__sqlite_new_copy(const char *path, pb__db **out, pb_error *error)
{
    return make(path, "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF", out, error);
}

static pb_status integrity(pb__db *db, pb_store_finding *tell, void *with, uint32_t *n, pb_error *error)
{
    pb__statement *s;
    pb_status      status;
    PB_TRY(pb__sqlite.prepare(db, "PRAGMA integrity_check", &s, error));
    while ((status = pb__sqlite.step(s, error)) == PB_OK) {
        char text[400];
        (void)pb_span_copy(pb__sqlite.column(s, 0).text, text, sizeof text);
        if (strcmp(text, "ok") == 0) continue;
        ++*n;
        tell(with, text);
    }
    pb__db_finalize(s);
    return status == PB_E_EMPTY ? PB_OK : status;
}

/* Tables and indices as the steps make them, in a store of its own in memory. */
static pb_status as_made(pb__db *db, pb__db *model, pb_store_finding *tell, void *with, uint32_t *n, pb_error *error)
{
    pb__statement *each;
    pb_status      status;
    PB_TRY(pb__sqlite.prepare(model, "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL", &each, error));
    while ((status = pb__sqlite.step(each, error)) == PB_OK) {
        pb_value want[] = {pb__sqlite.column(each, 0), pb__sqlite.column(each, 1)};
        int64_t  same   = 0;
        char     name[100], text[200];
        status = pb__db_count(db, "SELECT count(*) FROM sqlite_schema WHERE name = ?1 AND sql = ?2", want, 2, 0, &same,
                              error);
        if (status != PB_OK) break;
        if (same == 1) continue;
        (void)pb_span_copy(want[0].text, name, sizeof name);
        (void)snprintf(text, sizeof text, "%s is not as this program made it", name);
        ++*n;
        tell(with, text);
    }
    pb__db_finalize(each);
    return status == PB_E_EMPTY ? PB_OK : status;
}

/* Too broken to be read to the end: that is the finding. */
pb_status pb__sqlite_check(pb__db *db, pb_store_finding *tell, void *with, uint32_t *n, pb_error *error)
{
    pb_error  why    = {0};
    pb__db   *model  = NULL;
    pb_status status = integrity(db, tell, with, n, &why);
    if (status == PB_E_SYNTAX) {
        ++*n;
        tell(with, why.text);
        return PB_OK;
    }
    if (status != PB_OK) return pb_error_set(error, status, "%s", why.text);
    PB_TRY(pb__sqlite_model(&model, error));
    status = as_made(db, model, tell, with, n, error);
    pb__sqlite.close(model);
    return status;
}

pb_status pb__sqlite_references(pb__db *db, pb_store_finding *tell, void *with, uint32_t *n, pb_error *error)
{
    pb__statement *s;
    pb_status      status;
    PB_TRY(pb__sqlite.prepare(db, "SELECT \"table\", parent FROM pragma_foreign_key_check", &s, error));
    while ((status = pb__sqlite.step(s, error)) == PB_OK) {
        char text[400], table[64], parent[64];
        (void)pb_span_copy(pb__sqlite.column(s, 0).text, table, sizeof table);
        (void)pb_span_copy(pb__sqlite.column(s, 1).text, parent, sizeof parent);
        (void)snprintf(text, sizeof text, "a row of %s names something in %s that is not there", table, parent);
        ++*n;
        tell(with, text);
    }
    pb__db_finalize(s);
    return status == PB_E_EMPTY ? PB_OK : status;
}
