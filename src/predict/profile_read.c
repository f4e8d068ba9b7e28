/* profile_read: the book of a store. What takes time is measuring races; those whose rows are as they were come from
 * the book before. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile_parts.h"

typedef struct listed {
    char     id[16];
    uint64_t mark;
} listed;

typedef struct list {
    listed  *at;
    uint32_t n, cap;
} list;

static uint64_t mix(uint64_t hash, uint64_t value)
{
    return (hash ^ value) * UINT64_C(1099511628211); /* FNV-1a, by words */
}

pb_status pb_profile_store_mark(pb_store *store, uint64_t *mark, pb_error *error)
{
    pb_store_rows *rows;
    uint64_t       hash = 14695981039346656037u;
    PB_TRY(pb_store_select(store,
                           "SELECT count(*), max(source), sum(imported_ms), sum(added), sum(filled), sum(conflicts) "
                           "FROM sources",
                           NULL, 0, &rows, error));
    pb_status status = pb_store_rows_next(rows, error);
    for (uint32_t i = 0; status == PB_OK && i < 6; i++)
        hash = mix(hash, (uint64_t)(int64_t)pb_store_column_f64(rows, i, 0));
    pb_store_rows_close(rows);
    if (status == PB_OK) *mark = hash;
    return status;
}

/* ---- which races, and whether their rows are as they were ---- */

static const char races_sql[] =
    "SELECT r.id, r.season, l.n, l.newest, l.ms, l.session, g.n, g.total FROM races r "
    "JOIN (SELECT race, count(*) AS n, max(source) AS newest, sum(time_ms) AS ms, sum(session_ms) AS session FROM laps "
    "GROUP BY race) l ON l.race = r.race "
    "LEFT JOIN (SELECT race, count(*) AS n, sum(grid * grid) AS total FROM grids GROUP BY race) g ON g.race = r.race "
    "WHERE r.series = 'f1' AND r.season BETWEEN ?1 AND ?2 ORDER BY r.race";

static pb_status keep(const pb_store_rows *rows, list *all, pb_error *error)
{
    if (all->n == all->cap) {
        uint32_t cap  = all->cap ? 2 * all->cap : 64;
        listed  *more = realloc(all->at, cap * sizeof *more);
        if (!more) return pb_error_set(error, PB_E_NOMEM, "out of memory for the list of races");
        all->at  = more;
        all->cap = cap;
    }
    listed *race = &all->at[all->n++];
    race->mark   = 14695981039346656037u;
    pb_store_column_text(rows, 0, race->id, sizeof race->id);
    for (uint32_t i = 2; i < 8; i++) race->mark = mix(race->mark, (uint64_t)(int64_t)pb_store_column_f64(rows, i, 0));
    return PB_OK;
}

static pb_status list_races(pb_store *store, int from, int to, list *all, pb_error *error)
{
    const pb_value bounds[2] = {pb_value_i64(from), pb_value_i64(to ? to : 9999)};
    pb_store_rows *rows;
    pb_status      status;
    PB_TRY(pb_store_select(store, races_sql, bounds, 2, &rows, error));
    while ((status = pb_store_rows_next(rows, error)) == PB_OK)
        if (keep(rows, all, error) != PB_OK) {
            status = PB_E_NOMEM;
            break;
        }
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY ? PB_OK : status;
}

/* ---- one race ---- */

static const pb_profile_race *as_before(const pb_profile_book *before, const listed *race)
{
    for (uint32_t i = 0; before && i < before->n_races; i++)
        if (before->races[i].mark == race->mark && strcmp(before->races[i].id, race->id) == 0) return &before->races[i];
    return NULL;
}

static pb_status measure(pb_store *store, const listed *race, pb_profile_race *out, pb_error *error)
{
    pb_race_log log;
    pb_race_log_init(&log);
    pb_status status = pb_history_read_log(store, race->id, &log, error);
    if (status == PB_OK) status = pb_profile_race_of(&log, race->id, out, error);
    pb_race_log_fini(&log);
    if (status == PB_OK) out->mark = race->mark;
    return status;
}

static pb_status add(pb_store *store, const listed *race, const pb_profile_book *before, pb_profile_race *races,
                     uint32_t *n, pb_error *error)
{
    const pb_profile_race *old = as_before(before, race);
    pb_status status           = old ? pb_profile_race_copy(old, &races[*n]) : measure(store, race, &races[*n], error);
    *n += status == PB_OK;
    return status == PB_E_EMPTY ? PB_OK : status; /* a race that was not driven */
}

pb_status pb_profile_book_read(pb_store *store, int from, int to, const pb_profile_book *before, pb_profile_book *out,
                               pb_error *error)
{
    list             all    = {0};
    uint32_t         n      = 0;
    pb_status        status = list_races(store, from, to, &all, error);
    pb_profile_race *races  = status == PB_OK ? calloc(all.n + 1u, sizeof *races) : NULL;
    if (status == PB_OK && !races) status = pb_error_set(error, PB_E_NOMEM, "out of memory for %u races", all.n);
    for (uint32_t i = 0; status == PB_OK && i < all.n; i++) status = add(store, &all.at[i], before, races, &n, error);
    uint32_t left_out = all.n - n;
    free(all.at);
    if (status != PB_OK) {
        for (uint32_t i = 0; races && i < n; i++) pb_profile_race_fini(&races[i]);
        free(races);
        return status;
    }
    PB_TRY(pb_profile_book_make(races, n, out, error));
    out->left_out = left_out;
    return PB_OK;
}
