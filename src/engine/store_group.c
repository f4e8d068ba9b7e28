/* Rows that go into a store together: see store_group.h. */
#include <stdlib.h>
#include <string.h>

#include "store_group.h"

typedef struct table {
    const char *name;
    uint32_t    n;
    const char *columns[PB__COLUMNS_MAX];
} table;

static const table tables_of[PB__TABLES_N] = {
    [PB__SESSIONS]       = {"live_sessions",
                            10,
                            {"session", "name", "type", "circuit", "season", "round", "started_us", "own_car", "record",
                             "team"}},
    [PB__SESSION_STATES] = {"live_sessions", 2, {"session", "state"}},
    [PB__LAPS]           = {"live_laps",
                            19,
                            {"session", "car", "lap", "code", "time_ms", "session_ms", "pit_in_ms", "pit_out_ms", "sector1_ms",
                             "sector2_ms", "sector3_ms", "position", "stint", "compound", "tyre_age", "fresh", "status",
                             "accurate", "deleted"}},
    [PB__EVENTS]         = {"live_events",
                            10,
                            {"session", "seq", "n", "at_us", "session_ms", "kind", "origin", "car", "lap", "line"}},
    [PB__STINTS]         = {"live_stints",
                            8,
                            {"session", "car", "stint", "compound", "fresh", "from_lap", "to_lap", "age_at_start"}},
    [PB__WEATHER]        = {"live_weather",
                            12,
                            {"session", "seq", "n", "at_us", "session_ms", "air_degc", "track_degc", "humidity_pct",
                             "pressure_mbar", "wind_mps", "wind_deg", "rain"}},
    [PB__MESSAGES]       = {"live_messages",
                            10,
                            {"session", "seq", "n", "at_us", "session_ms", "lap", "car", "category", "flag", "text"}},
    [PB__WINDOWS]        = {"live_windows",
                            10,
                            {"session", "car", "kind", "from_us", "to_us", "lap", "sector", "points", "schema", "features"}},
    [PB__CALLS]          = {"live_calls", 6, {"session", "seq", "car", "lap", "inputs", "call"}},
    [PB__GAPS]           = {"live_gaps", 4, {"session", "seq", "why", "n"}},
};

void pb__group_init(pb__group *group)
{
    *group = (pb__group){0};
    pb_arena_init(&group->arena, 0);
}

void pb__group_fini(pb__group *group)
{
    pb_arena_fini(&group->arena);
    free(group->rows);
    group->rows = NULL;
    group->n = group->cap = 0;
}

void pb__group_clear(pb__group *group)
{
    pb_arena_fini(&group->arena);
    group->n = 0;
}

static pb__row *next_row(pb__group *g)
{
    if (g->n == g->cap) {
        uint32_t cap   = g->cap ? g->cap * 2 : 1024;
        pb__row *grown = realloc(g->rows, cap * sizeof *grown);
        if (!grown) return NULL;
        g->rows = grown;
        g->cap  = cap;
    }
    return &g->rows[g->n];
}

/* Copies the values, and behind them the bytes of their texts: one piece a row. */
static pb_value *copy_values(pb_arena *arena, const pb_value *values, uint32_t n)
{
    size_t len = 0;
    for (uint32_t i = 0; i < n; i++)
        if (values[i].kind == PB_VALUE_TEXT || values[i].kind == PB_VALUE_BLOB) len += values[i].text.len;
    pb_value *copy = pb_arena_take(arena, n * sizeof *copy + len);
    if (!copy) return NULL;
    memcpy(copy, values, n * sizeof *copy);
    char *bytes = (char *)(copy + n);
    for (uint32_t i = 0; i < n; i++) {
        if (values[i].kind != PB_VALUE_TEXT && values[i].kind != PB_VALUE_BLOB) continue;
        if (values[i].text.len > 0) memcpy(bytes, values[i].text.at, values[i].text.len);
        copy[i].text.at = bytes;
        bytes += values[i].text.len;
    }
    return copy;
}

void pb__group_add(pb__group *group, pb__table which, const pb_value *values, uint32_t n)
{
    PB_ASSERT(n == tables_of[which].n);
    pb__row  *row  = next_row(group);
    pb_value *copy = row ? copy_values(&group->arena, values, n) : NULL;
    if (!copy) {
        group->lost++;
        return;
    }
    *row = (pb__row){.table = which, .values = copy};
    group->n++;
}

pb_status pb__group_write(const pb__group *group, uint32_t i, pb_store *store, pb__tables *tables, pb_error *error)
{
    const pb__row *row = &group->rows[i];
    const table   *t   = &tables_of[row->table];
    if (!tables->into[row->table])
        PB_TRY(pb_store_append_into(store, t->name, t->columns, t->n, &tables->into[row->table], error));
    return pb_store_append_row(tables->into[row->table], row->values, error);
}
