/* store_check: is what is on the disk what we put there? */
#include <stdio.h>

#include "store_internal.h"

#define TOLD_MAX 100

typedef struct check {
    pb_store         *store;
    pb_store_finding *tell;
    void             *with;
    uint32_t          n, told;
    pb_error         *error;
} check;

/* A finding as others tell it: they count, we limit. */
static void pass_on(void *with, const char *text)
{
    check *c = with;
    if (c->told++ < TOLD_MAX && c->tell) c->tell(c->with, text);
}

static void found(check *c, const char *text)
{
    c->n++;
    pass_on(c, text);
}

/* A row of the query is a finding: its columns in order, with `format`. */
typedef struct rule {
    const char *sql;
    const char *format; /* one %s a column, at most four */
} rule;

static const rule rules[] = {
    {"SELECT id, race, '', '' FROM races WHERE race != CASE WHEN series = 'f1' THEN 0 ELSE 10000000 END + "
     "season * 1000 + round * 10 + sprint",
     "race %s has the key %s, which is another one's%s%s"},
    {"SELECT path, rows, accepted, quarantined FROM sources WHERE rows != accepted + quarantined",
     "%s: %s rows, but %s accepted and %s left out"},
    {"SELECT s.path, s.quarantined, count(q.source), '' FROM sources s LEFT JOIN quarantine q ON q.source = s.source "
     "AND q.line > 0 "
     "GROUP BY s.source HAVING s.quarantined != count(q.source) AND NOT (s.quarantined > count(q.source) AND "
     "count(q.source) >= 1000)", /* of telemetry the first are listed */
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

pb_status pb_store_check(pb_store *store, pb_store_finding *tell, void *with, uint32_t *n, pb_error *error)
{
    const pb__driver *driver = store->db->driver;
    check             c      = {.store = store, .tell = tell, .with = with, .error = error};
    PB_TRY(driver->check(store->db, pass_on, &c, &c.n, error));
    *n = c.n;
    if (c.n > 0) return PB_OK; /* the rules need the tables */
    if (driver->check_references) PB_TRY(driver->check_references(store->db, pass_on, &c, &c.n, error));
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) PB_TRY(ask(&c, rules[i].sql, rules[i].format));
    PB_TRY(pb__live_check(store, pass_on, &c, &c.n, error));
    PB_TRY(pb__server_check(store, pass_on, &c, &c.n, error));
    *n = c.n;
    return PB_OK;
}
