#include "backtest_data.h"

#include <glob.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backtest_beside.h"
#include "pitboard/codec.h"

/* Places in a results table. */
typedef struct result_row {
    int16_t season, round;
    char    driver[8];
    uint8_t place;
} result_row;

/* Tables that belong to all races. */
typedef struct tables {
    pb_arena     arena;
    pb_grid_row *grids;
    uint32_t     n_grids;
    result_row  *results;
    uint32_t     n_results;
    pb_grid_row *wanted; /* season and round to score */
    uint32_t     n_wanted;
} tables;

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* ---- tables ---- */

/* Adds the grids of one file to those there are. */
static pb_status read_grids(const char *path, tables *t, pb_error *error)
{
    pb_bytes     text;
    pb_grid_row *rows = NULL;
    uint32_t     n    = 0;
    PB_TRY(pb_file_read(path, 0, &text, error));
    pb_status status = pb_wire_read_grids((pb_span){text.at, text.len}, path, &t->arena, &rows, &n, error);
    pb_bytes_free(&text);
    if (status != PB_OK || n == 0) return status;
    pb_grid_row *all = pb_arena_take(&t->arena, (t->n_grids + n) * sizeof *all);
    if (!all) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    if (t->n_grids > 0) memcpy(all, t->grids, t->n_grids * sizeof *all);
    memcpy(all + t->n_grids, rows, n * sizeof *all);
    t->grids = all;
    t->n_grids += n;
    return PB_OK;
}

static bool whole(const pb_csv *csv, int column, int64_t *out)
{
    return column >= 0 && (uint32_t)column < csv->n_fields && pb_span_to_i64(csv->field[column], out);
}

/* Rows that hold a season and a round at least; called once per row. */
typedef void row_reader(const pb_csv *csv, const int *column, int64_t season, int64_t round, tables *t);

static pb_status read_table(const char *path, const char *const *columns, int n_columns, tables *t, row_reader *take,
                            pb_error *error)
{
    int      column[8];
    pb_csv   csv;
    pb_bytes text;

    PB_TRY(pb_file_read(path, 0, &text, error));
    pb_csv_init(&csv, (pb_span){text.at, text.len}, ',', &t->arena);
    pb_status status = pb_csv_next(&csv);
    for (int k = 0; status == PB_OK && k < n_columns; k++) {
        column[k] = pb_csv_column(&csv, columns[k]);
        if (column[k] < 0) status = pb_error_set(error, PB_E_MISSING, "%s:1: column %s is missing", path, columns[k]);
    }
    while (status == PB_OK && pb_csv_next(&csv) == PB_OK) {
        int64_t season, round;
        if (!whole(&csv, column[0], &season) || !whole(&csv, column[1], &round)) {
            status = pb_error_set(error, PB_E_SYNTAX, "%s:%u: season and round must be whole numbers", path, csv.line);
            break;
        }
        take(&csv, column, season, round, t);
    }
    pb_bytes_free(&text);
    return status;
}

static void take_wanted(const pb_csv *csv, const int *column, int64_t season, int64_t round, tables *t)
{
    (void)csv;
    (void)column;
    if (t->n_wanted < 4096)
        t->wanted[t->n_wanted++] = (pb_grid_row){.season = (int16_t)season, .round = (int16_t)round};
}

static pb_status read_wanted(const char *path, tables *t, pb_error *error)
{
    static const char *const columns[] = {"season", "round"};
    t->wanted                          = pb_arena_take(&t->arena, 4096 * sizeof *t->wanted);
    if (!t->wanted) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    return read_table(path, columns, 2, t, take_wanted, error);
}

/* The official place; cars that did not start are no part of the order. */
static void take_result(const pb_csv *csv, const int *column, int64_t season, int64_t round, tables *t)
{
    int64_t    place;
    result_row row    = {.season = (int16_t)season, .round = (int16_t)round};
    pb_span    status = csv->field[column[4]];
    if (t->n_results >= 8192 || !whole(csv, column[3], &place) || place < 1 || place > 99) return;
    if (pb_span_equal_text(csv->field[column[5]], "W") || pb_span_equal_text(csv->field[column[5]], "F") ||
        pb_span_equal_text(status, "Did not start") || pb_span_equal_text(status, "Withdrew"))
        return;
    row.place = (uint8_t)place;
    pb_span_copy(csv->field[column[2]], row.driver, sizeof row.driver);
    t->results[t->n_results++] = row;
}

static pb_status read_results(const char *path, tables *t, pb_error *error)
{
    static const char *const columns[] = {"season", "round", "driverCode", "position", "status", "positionText"};
    if (!t->results) t->results = pb_arena_take(&t->arena, 8192 * sizeof *t->results);
    if (!t->results) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    return read_table(path, columns, 6, t, take_result, error);
}

static pb_status read_tables(const backtest_data_options *o, tables *t, pb_error *error)
{
    char path[600];
    if (o->grids) PB_TRY(read_grids(o->grids, t, error));
    if (o->races) PB_TRY(read_wanted(o->races, t, error));
    for (size_t i = 0; i < o->n_data; i++) {
        if (!is_folder(o->data[i])) continue;
        snprintf(path, sizeof path, "%s/grids.csv", o->data[i]);
        if (!o->grids && access(path, R_OK) == 0) PB_TRY(read_grids(path, t, error));
        snprintf(path, sizeof path, "%s/f1-strategy-prediction/jolpica_results.csv", o->data[i]);
        if (access(path, R_OK) == 0) PB_TRY(read_results(path, t, error));
    }
    return PB_OK;
}

/* ---- one race ---- */

static int find_car(const pb_race_log *log, const char *code)
{
    for (uint32_t c = 0; c < log->n_cars; c++)
        if (strcmp(log->cars[c].code, code) == 0) return (int)c;
    return -1;
}

/* The same grid may come with two folders. */
static bool listed(const pb_log_car *cars, uint32_t n, const char *code)
{
    for (uint32_t c = 0; c < n; c++)
        if (strcmp(cars[c].code, code) == 0) return true;
    return false;
}

/* Where the grid is known it says who started: a car with rows that is not on it
 * did not start, one on it without rows never completed a lap. */
static pb_status apply_grid(backtest_race *race, const backtest_data_options *o, const tables *t, pb_error *error)
{
    pb_race_log *log  = &race->log;
    pb_log_car  *cars = pb_arena_take(&log->arena, (log->n_cars + PB_CARS_MAX) * sizeof *cars);
    uint32_t     n    = 0;
    if (!cars) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", race->path);
    for (uint32_t i = 0; i < t->n_grids && n < PB_CARS_MAX; i++) {
        const pb_grid_row *row = &t->grids[i];
        if (row->season != log->season || row->round != log->round || listed(cars, n, row->driver)) continue;
        int c = find_car(log, row->driver);
        if (c >= 0)
            cars[n] = log->cars[c];
        else
            memcpy(cars[n].code, row->driver, sizeof row->driver);
        cars[n++].grid = row->grid;
    }
    race->has_grid   = n > 0;
    race->n_starters = n;
    if (n == 0) return PB_OK;
    for (uint32_t c = 0; c < log->n_cars && n < PB_CARS_MAX && o->unplaced; c++)
        if (log->cars[c].n_laps > 1 && !listed(cars, n, log->cars[c].code)) cars[n++] = log->cars[c];
    log->cars   = cars;
    log->n_cars = n;
    return PB_OK;
}

static void read_status(backtest_race *race, const char *folder)
{
    char     name[64], path[700];
    char     base[512];
    pb_bytes text;

    snprintf(base, sizeof base, "%s", race->path);
    snprintf(name, sizeof name, "%s", basename(base));
    char *dot = strrchr(name, '.');
    if (dot) *dot = '\0';
    snprintf(path, sizeof path, "%s/f1-live-timing-cache/%s/track_status.csv", folder, name);
    if (race->exact || access(path, R_OK) != 0 || pb_file_read(path, 0, &text, NULL) != PB_OK) return;
    race->exact = pb_wire_read_track_status((pb_span){text.at, text.len}, path, &race->outcome, race->phases,
                                            BACKTEST_PHASES_MAX, &race->n_phases, NULL) == PB_OK;
    pb_bytes_free(&text);
}

static void set_official(backtest_race *race, const tables *t)
{
    uint8_t place[PB_CARS_MAX] = {0};
    for (uint32_t i = 0; i < t->n_results; i++) {
        const result_row *row = &t->results[i];
        if (row->season != race->log.season || row->round != race->log.round) continue;
        int c = find_car(&race->log, row->driver);
        if (c >= 0) place[c] = row->place;
    }
    for (uint32_t c = 0; c < race->log.n_cars; c++) {
        race->official[c] = place[c] > 0;
        for (uint32_t o = 0; o < race->log.n_cars && place[c] > 0; o++)
            race->official[c] = (uint8_t)(race->official[c] + (place[o] > 0 && place[o] < place[c]));
    }
}

static bool in_seasons(int season, const backtest_data_options *o)
{
    return o->season_from == 0 || (season >= o->season_from && season <= o->season_to);
}

static bool wanted(const backtest_race *race, const backtest_data_options *o, const tables *t)
{
    if (!in_seasons(race->log.season, o) || (race->log.sprint && o->sprints)) return false;
    if (!o->races) return true;
    for (uint32_t i = 0; i < t->n_wanted; i++)
        if (t->wanted[i].season == race->log.season && t->wanted[i].round == race->log.round) return true;
    return false;
}

static void judge(backtest_race *race)
{
    pb_error error = {0};
    race->usable   = pb_fit_check(&race->log, &error) == PB_OK;
    if (race->usable && pb_race_outcome_of(&race->log, &race->outcome) != PB_OK) {
        race->usable = false;
        snprintf(error.text, sizeof error.text, "%s: no car completed a lap", race->path);
    }
    snprintf(race->why, sizeof race->why, "%s", error.text);
}

/* Exact times from the first folder that has them; else from the laps' flags. */
static void find_phases(backtest_race *race, const backtest_data_options *o)
{
    for (size_t i = 0; i < o->n_data; i++)
        if (is_folder(o->data[i])) read_status(race, o->data[i]);
    if (!race->exact) race->n_phases = pb_neutral_phases(&race->log, &race->outcome, race->phases, BACKTEST_PHASES_MAX);
    if (race->n_phases > BACKTEST_PHASES_MAX) race->n_phases = BACKTEST_PHASES_MAX;
}

/* A file that cannot be read as laps is kept, with the reason. */
static pb_status read_race(const char *path, const backtest_data_options *o, const tables *t, backtest_race *race,
                           pb_error *error)
{
    pb_bytes text;
    pb_error why = {0};
    snprintf(race->path, sizeof race->path, "%s", path);
    pb_race_log_init(&race->log);
    PB_TRY(pb_file_read(path, 0, &text, error));
    pb_status status = pb_wire_read_laps((pb_span){text.at, text.len}, path, &race->log, &why);
    pb_bytes_free(&text);
    if (status != PB_OK) {
        snprintf(race->why, sizeof race->why, "%s", why.text);
        race->scored = true;
        return PB_OK;
    }
    if (!race->log.sprint) PB_TRY(apply_grid(race, o, t, error));
    judge(race);
    if (race->usable) find_phases(race, o);
    if (!race->log.sprint) set_official(race, t);
    race->scored = wanted(race, o, t);
    return PB_OK;
}

/* ---- all of them ---- */

static int by_round(const void *a, const void *b)
{
    const backtest_race *x = a, *y = b;
    if (x->log.season != y->log.season) return x->log.season - y->log.season;
    if (x->log.round != y->log.round) return x->log.round - y->log.round;
    return y->log.sprint - x->log.sprint;
}

/* A new, empty race at the end. */
static pb_status grow(backtest_data *out, backtest_race **race, pb_error *error)
{
    if ((out->n & (out->n - 1)) == 0) {
        size_t         cap   = out->n ? 2 * out->n : 1;
        backtest_race *races = realloc(out->races, cap * sizeof *races);
        if (!races) return pb_error_set(error, PB_E_NOMEM, "out of memory for %zu races", out->n + 1);
        out->races = races;
    }
    *race = &out->races[out->n++];
    memset(*race, 0, sizeof **race);
    return PB_OK;
}

static pb_status add_race(const char *path, const backtest_data_options *o, const tables *t, backtest_data *out,
                          pb_error *error)
{
    backtest_race *race = NULL;
    PB_TRY(grow(out, &race, error));
    return read_race(path, o, t, race, error);
}

static pb_status add_kind(const char *folder, const char *kind, const backtest_data_options *o, const tables *t,
                          backtest_data *out, pb_error *error)
{
    char      pattern[600];
    glob_t    found;
    pb_status status = PB_OK;
    snprintf(pattern, sizeof pattern, "%s/armchair-strategist/%s/*.csv", folder, kind);
    if (glob(pattern, 0, NULL, &found) != 0) return PB_OK;
    for (size_t i = 0; status == PB_OK && i < found.gl_pathc; i++)
        status = add_race(found.gl_pathv[i], o, t, out, error);
    globfree(&found);
    return status;
}

/* A folder may hold any part of the layout, so also no races. */
static pb_status add_folder(const char *folder, const backtest_data_options *o, const tables *t, backtest_data *out,
                            pb_error *error)
{
    PB_TRY(add_kind(folder, "races", o, t, out, error));
    return o->sprints ? add_kind(folder, "sprints", o, t, out, error) : PB_OK;
}

/* The same race from two folders counts once, the first one given. */
static void drop_doubles(backtest_data *data)
{
    size_t n = 0;
    for (size_t i = 0; i < data->n; i++) {
        backtest_race *race = &data->races[i];
        bool           seen = false;
        for (size_t k = 0; k < n && race->log.season > 0; k++) {
            const pb_race_log *log = &data->races[k].log;
            seen                   = seen || (log->season == race->log.season && log->round == race->log.round &&
                            log->sprint == race->log.sprint);
        }
        if (seen)
            pb_race_log_fini(&race->log);
        else if (n++ != i)
            data->races[n - 1] = *race;
    }
    data->n = n;
}

static bool held(const backtest_data *data, const pb_grid_row *row)
{
    for (size_t i = 0; i < data->n; i++)
        if (data->races[i].log.season == row->season && data->races[i].log.round == row->round &&
            !data->races[i].log.sprint)
            return true;
    return false;
}

/* Races that are listed and not there are kept as races that cannot be used. */
static pb_status add_missing(const backtest_data_options *o, const tables *t, backtest_data *out, pb_error *error)
{
    for (uint32_t i = 0; i < t->n_wanted; i++) {
        const pb_grid_row *row  = &t->wanted[i];
        backtest_race     *race = NULL;
        if (held(out, row) || !in_seasons(row->season, o)) continue;
        PB_TRY(grow(out, &race, error));
        pb_race_log_init(&race->log);
        race->log.season = row->season;
        race->log.round  = row->round;
        race->scored     = true;
        snprintf(race->path, sizeof race->path, "%s", o->races);
        snprintf(race->why, sizeof race->why, "%s: no --data holds race %d of %d", o->races, row->round, row->season);
    }
    return PB_OK;
}

pb_status backtest_data_read(const backtest_data_options *options, backtest_data *out, pb_error *error)
{
    tables t = {0};
    memset(out, 0, sizeof *out);
    pb_arena_init(&t.arena, 0);
    pb_status status = read_tables(options, &t, error);
    for (size_t i = 0; status == PB_OK && i < options->n_data; i++)
        status = is_folder(options->data[i]) ? add_folder(options->data[i], options, &t, out, error)
                                             : add_race(options->data[i], options, &t, out, error);
    if (status == PB_OK && out->n == 0)
        status =
            pb_error_set(error, PB_E_NOENT,
                         "%s: no races in armchair-strategist/races; --data takes folders in that layout or lap CSVs",
                         options->data[0]);
    if (status == PB_OK) {
        drop_doubles(out);
        status = add_missing(options, &t, out, error);
    }
    for (size_t i = 0; status == PB_OK && i < options->n_data; i++)
        if (is_folder(options->data[i])) status = backtest_beside_read(options->data[i], out, error);
    pb_arena_fini(&t.arena);
    if (status != PB_OK) {
        backtest_data_free(out);
        return status;
    }
    qsort(out->races, out->n, sizeof *out->races, by_round);
    return PB_OK;
}

void backtest_data_free(backtest_data *data)
{
    for (size_t i = 0; i < data->n; i++) pb_race_log_fini(&data->races[i].log);
    free(data->races);
    memset(data, 0, sizeof *data);
}
