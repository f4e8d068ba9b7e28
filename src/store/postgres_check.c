/* postgres_check: are the tables those we made? The bytes on its disks are the
 * server's care (initdb --data-checksums, pg_amcheck: docs/operations.md). */
#include <stdio.h>
#include <string.h>

#include "db_postgres.h"
#include "db_sqlite.h"

/* Column by column, against the same schema in SQLite's memory. */
static bool same_columns(const pb__column *a, uint32_t n_a, const pb__column *b, uint32_t n_b)
{
    if (n_a != n_b) return false;
    for (uint32_t i = 0; i < n_a; i++)
        if (strcmp(a[i].name, b[i].name) != 0 || a[i].type != b[i].type) return false;
    return true;
}

static pb_status judge_table(pb__db *db, pb__db *model, const char *table, bool *same, pb_error *error)
{
    pb__column here[PB__STORE_COLUMNS], made[PB__STORE_COLUMNS];
    uint32_t   n_here = 0, n_made = 0;
    PB_TRY(pb__db_columns(db, table, here, PB__STORE_COLUMNS, &n_here, error));
    PB_TRY(pb__db_columns(model, table, made, PB__STORE_COLUMNS, &n_made, error));
    *same = same_columns(here, n_here, made, n_made);
    return PB_OK;
}

static pb_status each_table(pb__db *db, pb__db *model, pb_store_finding *tell, void *with, uint32_t *n, pb_error *error)
{
    pb__statement *each;
    pb_status      status;
    PB_TRY(model->driver->prepare(model, "SELECT name FROM sqlite_schema WHERE type = 'table'", &each, error));
    while ((status = model->driver->step(each, error)) == PB_OK) {
        char table[64], text[200];
        bool same;
        (void)pb_span_copy(model->driver->column(each, 0).text, table, sizeof table);
        status = judge_table(db, model, table, &same, error);
        if (status != PB_OK) break;
        if (same) continue;
        (void)snprintf(text, sizeof text, "%s is not as this program made it", table);
        ++*n;
        tell(with, text);
    }
    pb__db_finalize(each);
    return status == PB_E_EMPTY ? PB_OK : status;
}

pb_status pb__postgres_check(pb__db *db, pb_store_finding *tell, void *with, uint32_t *n, pb_error *error)
{
    pb__db *model;
    PB_TRY(pb__sqlite_model(&model, error));
    pb_status status = each_table(db, model, tell, with, n, error);
    model->driver->close(model);
    return status;
}
