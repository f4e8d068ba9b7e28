/* The race that a path names, and who was in it. */
#include <stdio.h>
#include <string.h>

#include "data.h"
#include "pitboard/predict_store.h"

typedef struct ids {
    char     text[64][32];
    uint32_t n;
} ids;

static void keep_id(void *with, const pb_store_rows *rows)
{
    ids *all = with;
    if (all->n < 64) pb_store_column_text(rows, 0, all->text[all->n++], sizeof all->text[0]);
}

static pb_status no_such_race(pb_store *store, const char *id, pb_error *error)
{
    ids         all = {.n = 0};
    const char *candidates[64];
    pb_value    season = pb_value_text(id);
    PB_TRY(pb__data_each(store, "SELECT id FROM races WHERE substr(id, 1, 5) = substr(?1, 1, 5) ORDER BY race LIMIT 64",
                         &season, 1, keep_id, &all, error));
    for (uint32_t i = 0; i < all.n; i++) candidates[i] = all.text[i];
    const char *near = pb_nearest(pb_span_of(id), candidates, all.n);
    return pb_error_set(error, PB_E_NOENT, "no race %s here%s%s%s", id, near ? "; did you mean " : "", near ? near : "",
                        near ? "?" : "; GET /api/v1/seasons/{year}/races lists them");
}

static void keep_race(void *with, const pb_store_rows *rows)
{
    pb__data_race *race = with;
    race->race          = pb_store_column_i64(rows, 0, 0);
    race->has_laps      = pb_store_column_i64(rows, 1, 0) != 0;
    race->has_results   = pb_store_column_i64(rows, 2, 0) != 0;
}

/* As the store writes it: "2023-07s" is "2023-07S". */
static void put_id(const char *asked, char *id, size_t cap)
{
    (void)snprintf(id, cap, "%s", asked);
    size_t n = strlen(id);
    if (n > 0 && id[n - 1] == 's') id[n - 1] = 'S';
}

pb_status pb__data_find_race(pb_store *store, pb_request *request, pb_reply *reply, pb__data_race *out, pb_error *error)
{
    const char *asked = pb_request_param(request, "id");
    if (!pb_history_is_id(asked) || strlen(asked) >= sizeof out->id)
        return pb_error_set(error, PB_E_NOENT, "no race %.40s: races are called 2023-07, sprints 2023-04S", asked);
    *out = (pb__data_race){.race = -1};
    put_id(asked, out->id, sizeof out->id);
    pb_value key = pb_value_text(out->id);
    PB_TRY(pb__data_each(store,
                         "SELECT race, (SELECT count(*) FROM (SELECT 1 FROM laps WHERE laps.race = races.race LIMIT 1) "
                         "AS l), (SELECT count(*) FROM (SELECT 1 FROM results WHERE results.race = races.race LIMIT 1) "
                         "AS r) FROM races WHERE id = ?1",
                         &key, 1, keep_race, out, error));
    if (out->race < 0) return no_such_race(store, out->id, error);
    if (out->has_laps || out->has_results) pb_reply_header(reply, "cache-control", "private, max-age=60");
    return PB_OK;
}

static void keep_entry(void *with, const pb_store_rows *rows)
{
    pb__data_race *race = with;
    if (race->n_entries == PB__DATA_ENTRIES_MAX) return;
    pb__data_entry *e = &race->entries[race->n_entries++];
    pb_store_column_text(rows, 0, e->driver, sizeof e->driver);
    pb_store_column_text(rows, 1, e->code, sizeof e->code);
    pb_store_column_text(rows, 2, e->team, sizeof e->team);
    pb_store_column_text(rows, 3, e->team_name, sizeof e->team_name);
    e->number = pb_store_column_i64(rows, 4, -1);
    e->grid   = pb_store_column_i64(rows, 5, -1);
    if (e->code[0]) return;
    const char *mark = strchr(e->driver, '#'); /* "grcup#21", which a log calls "#21" */
    (void)snprintf(e->code, sizeof e->code, "%.15s", mark ? mark : e->driver);
}

pb_status pb__data_read_entries(pb_store *store, pb__data_race *race, pb_error *error)
{
    pb_value key    = pb_value_i64(race->race);
    race->n_entries = 0;
    return pb__data_each(store,
                         "SELECT e.driver, d.code, e.team, e.team_name, e.number, g.grid FROM entries e "
                         "JOIN drivers d ON d.driver = e.driver "
                         "LEFT JOIN grids g ON g.race = e.race AND g.driver = e.driver "
                         "WHERE e.race = ?1 ORDER BY e.driver",
                         &key, 1, keep_entry, race, error);
}

const pb__data_entry *pb__data_entry_of(const pb__data_race *race, const char *code)
{
    size_t len = strlen(code); /* a log cuts codes */
    for (uint32_t i = 0; i < race->n_entries; i++)
        if (strcmp(race->entries[i].code, code) == 0) return &race->entries[i];
    for (uint32_t i = 0; i < race->n_entries; i++)
        if (len >= 7 && strncmp(race->entries[i].code, code, len) == 0) return &race->entries[i];
    return NULL;
}
