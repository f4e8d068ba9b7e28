/* store_open: a URL becomes a store: opened, recognised, brought up to date; and
 * its transactions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_internal.h"

/* ---- transactions ---- */

static void rollback(pb_store *store)
{
    pb__store_forget_appends(store);
    (void)store->db->driver->run(store->db, "ROLLBACK", false, NULL);
    store->source = 0;
    pb__store_forget_sources(store);
    if (store->db->driver->forget_sessions) store->db->driver->forget_sessions(store->db);
}

pb_status pb_store_begin(pb_store *store, pb_error *error)
{
    PB_ASSERT(!store->open_transaction);
    PB_TRY(store->db->driver->run(store->db, store->db->driver->begin, false, error));
    store->open_transaction = true;
    return PB_OK;
}

pb_status pb__store_undo(pb_store *store, pb_status status)
{
    if (!store->undone) rollback(store);
    store->undone = true;
    return status;
}

pb_status pb_store_commit(pb_store *store, pb_error *error)
{
    PB_ASSERT(store->open_transaction);
    if (store->undone)
        return pb_error_set(error, PB_E_IO, "%s: nothing to commit: something of this group failed, and it was undone",
                            store->db->where);
    pb_status status = pb__store_flush(store, error);
    if (status == PB_OK) status = store->db->driver->run(store->db, "COMMIT", false, error);
    if (status != PB_OK) return pb__store_undo(store, status);
    store->open_transaction = false;
    return PB_OK;
}

void pb_store_rollback(pb_store *store)
{
    if (!store->open_transaction) return;
    if (!store->undone) rollback(store);
    store->open_transaction = false;
    store->undone           = false;
}

/* ---- versions ---- */

static pb_status judge(const pb_store *store, pb_store_mode mode, pb_error *error)
{
    const char *where = store->db->where;
    if (store->found == 0 && mode != PB_STORE_CREATE)
        return pb_error_set(error, PB_E_SYNTAX,
                            "%s: there is no store of Pitboard in it (pitboard db migrate makes one)", where);
    if (store->found > PB_STORE_VERSION)
        return pb_error_set(
            error, PB_E_UNSUPPORTED,
            "%s: its schema is version %d, this program knows up to %d (use a newer pitboard; the store "
            "was left alone)",
            where, store->found, PB_STORE_VERSION);
    if (store->found < PB_STORE_VERSION && mode != PB_STORE_CREATE)
        return pb_error_set(error, PB_E_UNSUPPORTED, "%s: its schema is version %d, not %d (run: pitboard db migrate)",
                            where, store->found, PB_STORE_VERSION);
    return PB_OK;
}

static pb_status take_steps(pb_store *store, pb_error *error)
{
    pb__db *db = store->db;
    PB_TRY(db->driver->lock(db, error));
    PB_TRY(db->driver->recognise(db, &store->found, error)); /* another program may have been quicker */
    PB_TRY(judge(store, PB_STORE_CREATE, error));
    if (db->driver->prepare_schema) PB_TRY(db->driver->prepare_schema(db, error));
    for (int v = store->found; v < PB_STORE_VERSION; v++) PB_TRY(db->driver->run(db, pb__store_steps[v], true, error));
    return db->driver->mark(db, PB_STORE_VERSION, error);
}

/* All steps or none. */
static pb_status migrate(pb_store *store, pb_error *error)
{
    if (store->found == PB_STORE_VERSION) return PB_OK;
    PB_TRY(pb_store_begin(store, error));
    int       found  = store->found;
    pb_status status = take_steps(store, error);
    if (status == PB_OK) status = pb_store_commit(store, error);
    pb_store_rollback(store);
    store->found = found;
    return status;
}

/* ---- opening ---- */

static const pb__driver *driver_of(const char *url)
{
    static const pb__driver *const drivers[] = {&pb__sqlite, &pb__postgres};
    for (size_t i = 0; url && i < sizeof drivers / sizeof *drivers; i++)
        if (strncmp(url, drivers[i]->scheme, strlen(drivers[i]->scheme)) == 0) return drivers[i];
    return url && strncmp(url, "postgres://", 11) == 0 ? &pb__postgres : NULL;
}

static pb_status get_ready(pb_store *store, const char *url, pb_store_mode mode, pb_error *error)
{
    const pb__driver *driver = driver_of(url);
    char              shown[PB__WHERE_MAX];
    pb_store_url_shown(url ? url : "", shown, sizeof shown);
    if (!driver)
        return pb_error_set(error, PB_E_USAGE,
                            "'%s' is no store; write sqlite:PATH, as in sqlite:races.db, or "
                            "postgresql://USER@HOST/DATABASE",
                            shown);
    PB_TRY(driver->open(url, mode, &store->db, error));
    PB_TRY(driver->recognise(store->db, &store->found, error));
    PB_TRY(judge(store, mode, error));
    if (mode == PB_STORE_READ) return PB_OK;
    PB_TRY(driver->set_up(store->db, error));
    return mode == PB_STORE_CREATE ? migrate(store, error) : PB_OK;
}

pb_status pb_store_open(const char *url, pb_store_mode mode, pb_store **out, pb_error *error)
{
    pb_store *store = calloc(1, sizeof *store);
    if (!store) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status = get_ready(store, url, mode, error);
    if (status == PB_OK)
        *out = store;
    else
        pb_store_close(store);
    return status;
}

void pb_store_close(pb_store *store)
{
    if (!store) return;
    if (store->db) {
        pb_store_rollback(store);
        pb__store_free_puts(store);
        pb__store_free_appends(store);
        pb__db_finalize(store->quarantine);
        pb__db_finalize(store->conflict);
        pb__db_finalize(store->reconcile);
        pb__db_finalize(store->settle);
        pb__db_finalize(store->applied);
        store->db->driver->close(store->db);
    }
    pb__chunk_work_fini(&store->work);
    free(store->origin_of_source);
    free(store);
}

int pb_store_version_found(const pb_store *store)
{
    return store->found;
}
