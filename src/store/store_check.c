/* store_check: is what is on the disk what we put there? */
#include <stdio.h>

#include "store_internal.h"

#define TOLD_MAX 100

typedef struct check {
    pb_store         *store;
    pb_store_finding *tell;
    void             *with;
    uint32_t          n;
    pb_error         *error;
} check;

static void found(check *c, const char *text)
{
    if (c->n++ < TOLD_MAX && c->tell) c->tell(c->with, text);
}

/* A row of the query is a finding: its columns in order, with `format`. */
typedef struct rule {
    const char *sql;
    const char *format; /* one %s a column, at most four */
} rule;

static const rule rules[] = {
    {"SELECT id, race, '', '' FROM races WHERE race != (series != 'f1') * 10000000 + season * 1000 + round * 10 + "
     "sprint",
     "race %s has the key %s, which is another one's%s%s"},
    {"SELECT path, rows, accepted, quarantined FROM sources WHERE rows != accepted + quarantined",
     "%s: %s rows, but %s accepted and %s left out"},
    {"SELECT s.path, s.quarantined, count(q.source), '' FROM sources s LEFT JOIN quarantine q ON q.source = s.source "
     "AND q.line > 0 "
     "GROUP BY s.source HAVING s.quarantined != count(q.source)",
     "%s: %s rows left out, but %s reasons%s"},
    {"SELECT tbl, key, field, '' FROM conflicts WHERE kept_source = other_source AND rule NOT LIKE 'told twice%'",
     "conflict in %s, %s, %s: both values from one file%s"},
    {"SELECT r.id, l.driver, l.lap, '' FROM laps l JOIN races r USING(race) WHERE l.pit_in_ms < 0 OR l.session_ms < 0 "
     "OR "
     "l.status NOT BETWEEN 0 AND 255",
     "lap of %s %s, lap %s: a value that no reader gives%s"},
    {"SELECT r.id, a.driver, a.number, '' FROM entries a JOIN entries b ON a.race = b.race AND a.number = b.number AND "
     "a.driver < b.driver JOIN races r ON r.race = a.race WHERE a.number > 0 AND r.series = 'f1'",
     "%s: %s shares the car number %s with another driver%s"},
};

static pb_status ask(check *c, const char *sql, const char *format)
{
    pb_store_rows *rows;
    pb_status      status;
    PB_TRY(pb_store_select(c->store, sql, NULL, 0, &rows, c->error));
    while ((status = pb_store_rows_next(rows, c->error)) == PB_OK) {
        char cell[4][200], text[900];
        for (uint32_t i = 0; i < 4; i++) pb_store_column_text(rows, i, cell[i], sizeof cell[i]);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        (void)snprintf(text, sizeof text, format, cell[0], cell[1], cell[2], cell[3]);
#pragma GCC diagnostic pop
        found(c, text);
    }
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY ? PB_OK : status;
}

static pb_status integrity(check *c)
{
    pb_store_rows *rows;
    pb_status      status;
    PB_TRY(pb_store_select(c->store, "PRAGMA integrity_check", NULL, 0, &rows, c->error));
    while ((status = pb_store_rows_next(rows, c->error)) == PB_OK) {
        char text[400];
        pb_store_column_text(rows, 0, text, sizeof text);
        if (!pb_span_equal_text(pb_span_of(text), "ok")) found(c, text);
    }
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY ? PB_OK : status;
}

/* Tables and indices as the steps make them, in a store of its own in memory. */
static pb_status as_made(check *c)
{
    pb_store      made   = {0};
    sqlite3_stmt *each   = NULL;
    pb_status     status = PB_OK;
    const char   *sql    = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL";
    (void)snprintf(made.path, sizeof made.path, "memory");
    if (sqlite3_open(":memory:", &made.db) != SQLITE_OK) status = pb_error_set(c->error, PB_E_NOMEM, "out of memory");
    for (int v = 0; status == PB_OK && v < PB_STORE_VERSION; v++)
        status = pb__store_run(&made, pb__store_steps[v], c->error);
    if (status == PB_OK) status = pb__store_prepare(&made, sql, &each, c->error);
    while (status == PB_OK && sqlite3_step(each) == SQLITE_ROW) {
        pb_value want[] = {pb__store_value(each, 0), pb__store_value(each, 1)};
        int64_t  n      = 0;
        char     text[200];
        status = pb_store_count(c->store, "SELECT count(*) FROM sqlite_schema WHERE name = ?1 AND sql = ?2", want, 2, 0,
                                &n, c->error);
        (void)snprintf(text, sizeof text, "%.100s is not as this program made it", sqlite3_column_text(each, 0));
        if (status == PB_OK && n != 1) found(c, text);
    }
    sqlite3_finalize(each);
    sqlite3_close(made.db);
    return status;
}

pb_status pb_store_check(pb_store *store, pb_store_finding *tell, void *with, uint32_t *n, pb_error *error)
{
    check     c      = {.store = store, .tell = tell, .with = with, .error = error};
    pb_status status = integrity(&c);
    if (status == PB_E_SYNTAX) { /* too broken to be read to the end: that is the finding */
        found(&c, error ? error->text : "damaged");
        *n = c.n;
        return PB_OK;
    }
    PB_TRY(status);
    PB_TRY(as_made(&c));
    *n = c.n;
    if (c.n > 0) return PB_OK; /* the rules need the tables */
    PB_TRY(ask(&c, "SELECT \"table\", parent, '', '' FROM pragma_foreign_key_check",
               "a row of %s names something in %s that is not there%s%s"));
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) PB_TRY(ask(&c, rules[i].sql, rules[i].format));
    *n = c.n;
    return PB_OK;
}
