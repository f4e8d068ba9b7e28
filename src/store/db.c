/* db: what is the same over every driver. */
#include <stdio.h>
#include <string.h>

#include "db.h"

void pb__db_finalize(pb__statement *statement)
{
    if (statement) statement->db->driver->finalize(statement);
}

pb_status pb__db_done(pb__statement *statement, pb_error *error)
{
    const pb__driver *driver = statement->db->driver;
    pb_status         status = driver->step(statement, error);
    driver->reset(statement);
    return status == PB_E_EMPTY ? PB_OK : status;
}

static pb_status prepare_with(pb__db *db, const char *sql, const pb_value *values, uint32_t n, pb__statement **out,
                              pb_error *error)
{
    PB_TRY(db->driver->prepare(db, sql, out, error));
    for (uint32_t i = 0; i < n; i++) db->driver->bind(*out, i + 1, &values[i]);
    return PB_OK;
}

pb_status pb__db_change(pb__db *db, const char *sql, const pb_value *values, uint32_t n, int64_t *changes,
                        pb_error *error)
{
    pb__statement *statement;
    PB_TRY(prepare_with(db, sql, values, n, &statement, error));
    pb_status status = db->driver->step(statement, error);
    *changes         = status == PB_E_EMPTY ? db->driver->changes(statement) : 0;
    pb__db_finalize(statement);
    return status == PB_E_EMPTY ? PB_OK : status;
}

pb_status pb__db_do(pb__db *db, const char *sql, const pb_value *values, uint32_t n, pb_error *error)
{
    int64_t changes;
    return pb__db_change(db, sql, values, n, &changes, error);
}

pb_status pb__db_count(pb__db *db, const char *sql, const pb_value *values, uint32_t n, int64_t none, int64_t *out,
                       pb_error *error)
{
    pb__statement *statement;
    PB_TRY(prepare_with(db, sql, values, n, &statement, error));
    pb_status status = db->driver->step(statement, error);
    if (status == PB_OK) {
        pb_value value = db->driver->column(statement, 0);
        *out           = value.kind == PB_VALUE_I64 ? value.i64 : none;
    }
    if (status == PB_E_EMPTY) *out = none;
    pb__db_finalize(statement);
    return status == PB_E_EMPTY ? PB_OK : status;
}

static char kind_of(pb_span type)
{
    static const struct {
        const char *name;
        char        kind;
    } kinds[] = {{"INTEGER", 'i'}, {"bigint", 'i'},           {"TEXT", 't'}, {"text", 't'},
                 {"REAL", 'f'},    {"double precision", 'f'}, {"BLOB", 'b'}, {"bytea", 'b'}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (pb_span_equal_text(type, kinds[i].name)) return kinds[i].kind;
    return '?';
}

pb_status pb__db_columns(pb__db *db, const char *table, pb__column *columns, uint32_t cap, uint32_t *n, pb_error *error)
{
    const pb__driver *driver = db->driver;
    pb_value          name   = pb_value_text(table);
    pb__statement    *statement;
    pb_status         status;
    PB_TRY(prepare_with(db, driver->columns_sql, &name, 1, &statement, error));
    *n = 0;
    while ((status = driver->step(statement, error)) == PB_OK && *n < cap) {
        pb__column *c = &columns[(*n)++];
        (void)pb_span_copy(driver->column(statement, 0).text, c->name, sizeof c->name);
        c->key  = driver->column(statement, 1).i64 != 0;
        c->type = kind_of(driver->column(statement, 2).text);
    }
    pb__db_finalize(statement);
    return status == PB_E_EMPTY || status == PB_OK ? PB_OK : status;
}

pb_status pb__db_changed(const pb__db *db, const char *table, pb_error *error)
{
    return pb_error_set(error, PB_E_SYNTAX,
                        "%s: its table %s was changed by another program (restore a backup: pitboard db restore)",
                        db->where, table);
}
