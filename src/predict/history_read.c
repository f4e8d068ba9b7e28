/* history_read: a recorded race out of the store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history_book.h"

/* ---- ids ---- */

static bool digits(const char *at, int n)
{
    for (int i = 0; i < n; i++)
        if (at[i] < '0' || at[i] > '9') return false;
    return true;
}

bool pb_history_is_id(const char *text)
{
    size_t series = 0;
    while (text[series] >= 'a' && text[series] <= 'z') series++;
    if (series > 0 && text[series] != '-') return false;
    const char *at = text + series + (series > 0);
    if (!digits(at, 4) || at[4] != '-' || !digits(at + 5, 2)) return false;
    return at[7] == '\0' || ((at[7] == 'S' || at[7] == 's') && at[8] == '\0');
}

/* The nearest of the same season, for "did you mean". */
static pb_status no_such_race(pb_store *store, const char *id, pb_error *error)
{
    pb_value       like = pb_value_text(id);
    pb_store_rows *rows;
    char           names[64][24];
    const char    *candidates[64];
    uint32_t       n = 0;
    pb_status      status;
    PB_TRY(pb_store_select(store, "SELECT id FROM races WHERE substr(id, 1, 5) = substr(?1, 1, 5) ORDER BY race", &like,
                           1, &rows, error));
    while (n < 64 && (status = pb_store_rows_next(rows, error)) == PB_OK) {
        pb_store_column_text(rows, 0, names[n], sizeof names[n]);
        candidates[n] = names[n];
        n++;
    }
    pb_store_rows_close(rows);
    const char *near = pb_nearest(pb_span_of(id), candidates, n);
    return pb_error_set(error, PB_E_NOENT, "no race %s in the store%s%s%s", id, near ? "; did you mean " : "",
                        near ? near : "", near ? "?" : " (pitboard import ... --store fills it)");
}

static pb_status read_race(pb_store *store, const char *id, int64_t *race, pb_race_log *log, pb_error *error)
{
    char           upper[32];
    pb_store_rows *rows;
    (void)snprintf(upper, sizeof upper, "%s", id);
    size_t n = strlen(upper);
    if (n > 0 && upper[n - 1] == 's') upper[n - 1] = 'S';
    pb_value key = pb_value_text(upper);
    PB_TRY(pb_store_select(store, "SELECT race, season, round, sprint, event, circuit FROM races WHERE id = ?1", &key,
                           1, &rows, error));
    pb_status status = pb_store_rows_next(rows, error);
    if (status == PB_OK) {
        *race       = pb_store_column_i64(rows, 0, 0);
        log->season = (int16_t)pb_store_column_i64(rows, 1, 0);
        log->round  = (int16_t)pb_store_column_i64(rows, 2, 0);
        log->sprint = pb_store_column_i64(rows, 3, 0) != 0;
        pb_store_column_text(rows, 4, log->event, sizeof log->event);
        pb_store_column_text(rows, 5, log->circuit, sizeof log->circuit);
        (void)snprintf(log->source, sizeof log->source, "store:%s", upper);
    }
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY ? no_such_race(store, upper, error) : status;
}

/* ---- laps ---- */

static int32_t ms_at(const pb_store_rows *rows, uint32_t column)
{
    int64_t value = pb_store_column_i64(rows, column, PB_MS_NONE);
    return value > INT32_MAX || value < INT32_MIN ? PB_MS_NONE : (int32_t)value;
}

static void read_tyre(const pb_store_rows *rows, pb_lap *lap)
{
    char name[32];
    pb_store_column_text(rows, 12, name, sizeof name);
    lap->compound = (uint8_t)pb_compound_from_name(pb_span_of(name));
    if (lap->compound == PB_COMPOUND_UNKNOWN)
        (void)pb_span_copy(pb_span_of(name), lap->odd_compound, sizeof lap->odd_compound);
    pb_store_column_text(rows, 13, lap->compound_name, sizeof lap->compound_name);
    lap->tyre_age_laps = (int16_t)pb_store_column_i64(rows, 14, -1);
    lap->fresh         = (int8_t)pb_store_column_i64(rows, 15, -1);
}

static pb_lap read_lap(const pb_store_rows *rows)
{
    pb_lap lap     = {0};
    lap.number     = (uint16_t)pb_store_column_i64(rows, 1, 0);
    lap.time_ms    = ms_at(rows, 2);
    lap.session_ms = ms_at(rows, 3);
    lap.start_ms   = ms_at(rows, 4);
    lap.pit_in_ms  = ms_at(rows, 5);
    lap.pit_out_ms = ms_at(rows, 6);
    for (uint32_t i = 0; i < 3; i++) lap.sector_ms[i] = ms_at(rows, 7 + i);
    lap.position = (uint8_t)pb_store_column_i64(rows, 10, 0);
    lap.stint    = (uint8_t)pb_store_column_i64(rows, 11, 0);
    read_tyre(rows, &lap);
    lap.status    = (uint8_t)pb_store_column_i64(rows, 16, 0);
    lap.accurate  = pb_store_column_i64(rows, 17, 0) != 0;
    lap.deleted   = pb_store_column_i64(rows, 18, 0) != 0;
    lap.generated = pb_store_column_i64(rows, 19, 0) != 0;
    return lap;
}

static const char laps_sql[] =
    "SELECT l.driver, lap, time_ms, session_ms, start_ms, pit_in_ms, pit_out_ms, sector1_ms, sector2_ms, sector3_ms, "
    "position, stint, compound, compound_name, tyre_age, fresh, status, accurate, deleted, generated, "
    "end_utc_ms, e.number, e.team_name, e.team, g.grid, d.code, "
    "(SELECT min(end_utc_ms) FROM laps WHERE race = ?1) "
    "FROM laps l LEFT JOIN entries e ON e.race = l.race AND e.driver = l.driver "
    "LEFT JOIN grids g ON g.race = l.race AND g.driver = l.driver JOIN drivers d ON d.driver = l.driver "
    "WHERE l.race = ?1 ORDER BY coalesce(d.code, l.driver), lap";

static void read_car(const pb_store_rows *rows, pb_log_car *car)
{
    char code[48];
    pb_store_column_text(rows, 25, code, sizeof code);
    if (!code[0]) { /* "grcup#21" */
        pb_store_column_text(rows, 0, code, sizeof code);
        const char *mark = strchr(code, '#');
        if (mark) memmove(code, mark, strlen(mark) + 1);
    }
    (void)pb_span_copy(pb_span_of(code), car->code, sizeof car->code);
    car->number = (int16_t)pb_store_column_i64(rows, 21, 0);
    car->grid   = (uint8_t)pb_store_column_i64(rows, 24, 0);
    pb_store_column_text(rows, pb_store_column(rows, 22).kind == PB_VALUE_NULL ? 23 : 22, car->team, sizeof car->team);
}

/* A lap without a session time: its UTC end from the first that is known, or the sum of the car's laps. */
static bool place(const pb_store_rows *rows, const pb_log_car *car, pb_lap *lap)
{
    int64_t end = pb_store_column_i64(rows, 20, 0), first = pb_store_column_i64(rows, 26, 0);
    if (lap->session_ms != PB_MS_NONE) return true;
    if (end && first && end - first < 100000000) {
        lap->session_ms = (int32_t)(end - first);
        return true;
    }
    if (lap->time_ms == PB_MS_NONE || lap->number != car->n_laps + 1) return false;
    int64_t before = car->n_laps ? car->laps[car->n_laps - 1].session_ms : 0;
    if (before + lap->time_ms > INT32_MAX) return false;
    lap->session_ms = (int32_t)(before + lap->time_ms);
    return true;
}

static pb_status read_laps(pb_store *store, int64_t race, pb_race_log *log, pb_error *error)
{
    pb_value       key = pb_value_i64(race);
    pb_store_rows *rows;
    char           driver[48] = "", now[48];
    pb_status      status;
    log->cars = pb_arena_take(&log->arena, PB_CARS_MAX * sizeof *log->cars);
    if (!log->cars) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    PB_TRY(pb_store_select(store, laps_sql, &key, 1, &rows, error));
    while ((status = pb_store_rows_next(rows, error)) == PB_OK) {
        pb_store_column_text(rows, 0, now, sizeof now);
        if (log->n_cars == 0 || strcmp(driver, now) != 0) {
            if (log->n_cars == PB_CARS_MAX) break;
            pb_log_car *car = &log->cars[log->n_cars++];
            read_car(rows, car);
            car->laps = pb_arena_take(&log->arena, PB_LAPS_MAX * sizeof *car->laps);
            if (!car->laps) {
                status = pb_error_set(error, PB_E_NOMEM, "out of memory");
                break;
            }
            memcpy(driver, now, sizeof driver);
        }
        pb_log_car *car = &log->cars[log->n_cars - 1];
        pb_lap      lap = read_lap(rows);
        log->n_rows++;
        if (!place(rows, car, &lap)) continue;
        lap.line                 = log->n_rows;
        car->laps[car->n_laps++] = lap;
        log->n_accepted++;
    }
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY ? PB_OK
           : status == PB_OK    ? pb_error_set(error, PB_E_LIMIT, "more than %d cars", PB_CARS_MAX)
                                : status;
}

/* Every car has a lap. */
static void drop_empty_cars(pb_race_log *log)
{
    uint32_t kept = 0;
    for (uint32_t c = 0; c < log->n_cars; c++)
        if (log->cars[c].n_laps > 0) log->cars[kept++] = log->cars[c];
    log->n_cars = kept;
}

pb_status pb_history_read_log(pb_store *store, const char *id, pb_race_log *log, pb_error *error)
{
    int64_t race = 0;
    pb_race_log_fini(log);
    pb_status status = read_race(store, id, &race, log, error);
    if (status == PB_OK) status = read_laps(store, race, log, error);
    if (status == PB_OK) drop_empty_cars(log);
    if (status == PB_OK && log->n_cars == 0)
        status = pb_error_set(error, PB_E_EMPTY, "race %s is in the store, but without laps (import its lap CSV)", id);
    if (status != PB_OK) pb_race_log_fini(log);
    return status;
}
