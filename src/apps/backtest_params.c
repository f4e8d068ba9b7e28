#include "backtest_params.h"

#include <glob.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"
#include "pitboard/num.h"
#include "terminal.h"

#define ERRORS_MAX 8192
#define RESAMPLES 400 /* the same as for the lap files */

/* One car in the results table of one race. */
typedef struct result {
    int64_t race, driver, order, ms; /* ms 0: not given */
    bool    classified;
} result;

typedef struct race_row {
    int64_t     id, year;
    const char *circuit; /* crosswalk id, "" unknown */
} race_row;

typedef struct driver_row {
    int64_t id;
    char    code[8];
} driver_row;

/* The tables of racedata that are needed. */
typedef struct history {
    pb_arena    arena;
    result     *results;
    race_row   *races;
    driver_row *drivers;
    size_t      n_results, n_races, n_drivers;
} history;

/* What the run adds up to. */
typedef struct tally {
    uint32_t races, refused;
    uint32_t starters, finishers;
    double   starter_error, finisher_error; /* sums of places */
    double   gap_error_s[ERRORS_MAX];
    size_t   n_gaps;

    /* a car each, for the metrics of all protocols */
    pb_forecast_row   row[ERRORS_MAX];
    pb_forecast_truth truth[ERRORS_MAX];
    size_t            rows;
} tally;

/* ---- tables ---- */

static bool whole(const pb_csv *csv, int column, int64_t *out)
{
    return (uint32_t)column < csv->n_fields && pb_span_to_i64(csv->field[column], out);
}

typedef bool row_reader(history *h, const pb_csv *csv, const int *at, size_t n);

static bool take_result(history *h, const pb_csv *csv, const int *at, size_t n)
{
    result r = {0};
    if (!whole(csv, at[0], &r.race) || !whole(csv, at[1], &r.driver) || !whole(csv, at[2], &r.order)) return false;
    whole(csv, at[3], &r.ms);
    int64_t place;
    r.classified  = whole(csv, at[4], &place);
    h->results[n] = r;
    return true;
}

static bool take_race(history *h, const pb_csv *csv, const int *at, size_t n)
{
    race_row r = {0};
    if (!whole(csv, at[0], &r.id) || !whole(csv, at[1], &r.year)) return false;
    const char *circuit = pb_circuit_id(csv->field[at[2]], (int)r.year);
    r.circuit           = circuit ? circuit : "";
    h->races[n]         = r;
    return true;
}

static bool take_driver(history *h, const pb_csv *csv, const int *at, size_t n)
{
    driver_row r = {0};
    if (!whole(csv, at[0], &r.id)) return false;
    pb_span_copy(csv->field[at[1]], r.code, sizeof r.code);
    h->drivers[n] = r;
    return true;
}

/* Rows that do not read as numbers are left out: the table marks gaps by \N. */
static pb_status read_table(history *h, const char *folder, const char *name, const char *const *columns, int n_columns,
                            row_reader *take, size_t cap, size_t *n, pb_error *error)
{
    char     path[600];
    int      at[5];
    pb_csv   csv;
    pb_bytes text;

    snprintf(path, sizeof path, "%s/racedata/%s", folder, name);
    PB_TRY(pb_file_read(path, 0, &text, error));
    pb_csv_init(&csv, (pb_span){text.at, text.len}, ',', &h->arena);
    pb_status status = pb_csv_next(&csv);
    for (int k = 0; status == PB_OK && k < n_columns; k++) {
        at[k] = pb_csv_column(&csv, columns[k]);
        if (at[k] < 0) status = pb_error_set(error, PB_E_MISSING, "%s:1: column %s is missing", path, columns[k]);
    }
    while (status == PB_OK && *n < cap && pb_csv_next(&csv) == PB_OK)
        if (csv.n_fields > (uint32_t)at[n_columns - 1]) *n += take(h, &csv, at, *n);
    pb_bytes_free(&text);
    return status;
}

static pb_status read_history(const char *folder, history *h, pb_error *error)
{
    static const char *const results[] = {"raceId", "driverId", "positionOrder", "milliseconds", "position"};
    static const char *const races[]   = {"raceId", "year", "name"};
    static const char *const drivers[] = {"driverId", "code"};
    const size_t             cap       = 65536;

    h->results = pb_arena_take(&h->arena, cap * sizeof *h->results);
    h->races   = pb_arena_take(&h->arena, cap * sizeof *h->races);
    h->drivers = pb_arena_take(&h->arena, cap * sizeof *h->drivers);
    if (!h->results || !h->races || !h->drivers)
        return pb_error_set(error, PB_E_NOMEM, "out of memory for the results");
    PB_TRY(read_table(h, folder, "results.csv", results, 5, take_result, cap, &h->n_results, error));
    PB_TRY(read_table(h, folder, "races.csv", races, 3, take_race, cap, &h->n_races, error));
    return read_table(h, folder, "drivers.csv", drivers, 2, take_driver, cap, &h->n_drivers, error);
}

/* ---- one race ---- */

static const race_row *find_race(const history *h, const pb_race_spec *spec)
{
    for (size_t i = 0; i < h->n_races; i++)
        if (h->races[i].year == spec->season && strcmp(h->races[i].circuit, spec->circuit) == 0) return &h->races[i];
    return NULL;
}

static const result *find_result(const history *h, int64_t race, const char *code)
{
    PB_ASSERT(h->drivers && h->results);
    for (size_t d = 0; d < h->n_drivers; d++) {
        if (strcmp(h->drivers[d].code, code) != 0) continue;
        for (size_t i = 0; i < h->n_results; i++)
            if (h->results[i].race == race && h->results[i].driver == h->drivers[d].id) return &h->results[i];
    }
    return NULL;
}

/* Sum of |rank of a less rank of b| over the cars of `in`. */
static double rank_error(const double *a, const double *b, const bool *in, uint32_t n)
{
    double sum = 0;
    for (uint32_t c = 0; c < n; c++) {
        int ra = 0, rb = 0;
        for (uint32_t o = 0; o < n && in[c]; o++) {
            ra += in[o] && (a[o] < a[c] || (o < c && a[o] == a[c]));
            rb += in[o] && b[o] < b[c];
        }
        sum += abs(ra - rb);
    }
    return sum;
}

static void add_gaps(const pb_sim_result *sim, const result *const *truth, uint32_t n, tally *t)
{
    double  first_s  = INFINITY;
    int64_t first_ms = INT64_MAX;
    for (uint32_t c = 0; c < n; c++) {
        double at = pb_sim_finish_quantile_s(sim, c, 0.5);
        if (at < first_s) first_s = at;
        if (truth[c] && truth[c]->ms > 0 && truth[c]->ms < first_ms) first_ms = truth[c]->ms;
    }
    for (uint32_t c = 0; c < n && t->n_gaps < ERRORS_MAX; c++) {
        double at = pb_sim_finish_quantile_s(sim, c, 0.5);
        if (!truth[c] || truth[c]->ms <= first_ms || isnan(at)) continue;
        t->gap_error_s[t->n_gaps++] = fabs(at - first_s - (double)(truth[c]->ms - first_ms) * 1e-3);
    }
}

/* The starters of one race with what the table says of each. */
static void add_rows(const pb_race_spec *spec, int16_t race, const pb_sim_result *sim, const result *const *truth,
                     const bool *finished, tally *t)
{
    uint8_t n = 0;
    for (uint32_t c = 0; c < spec->n_cars; c++) n = (uint8_t)(n + (truth[c] != NULL));
    for (uint32_t c = 0; c < spec->n_cars && t->rows < ERRORS_MAX; c++) {
        uint8_t place = 1;
        if (!truth[c]) continue;
        for (uint32_t o = 0; o < spec->n_cars; o++)
            place = (uint8_t)(place + (truth[o] && truth[o]->order < truth[c]->order));
        backtest_row_of(sim, c, &t->row[t->rows]);
        t->row[t->rows].season = spec->season;
        t->row[t->rows].round  = race;
        t->truth[t->rows++]    = (pb_forecast_truth){.place = place, .n_cars = n, .finisher = finished[c]};
    }
}

static void compare(const history *h, int64_t race, const pb_race_spec *spec, const pb_sim_result *sim, tally *t)
{
    const result *truth[PB_CARS_MAX];
    double        mean[PB_CARS_MAX], place[PB_CARS_MAX];
    bool          started[PB_CARS_MAX], finished[PB_CARS_MAX];

    for (uint32_t c = 0; c < spec->n_cars; c++) {
        truth[c]    = find_result(h, race, spec->cars[c].code);
        started[c]  = truth[c] != NULL;
        finished[c] = truth[c] && truth[c]->classified && spec->cars[c].dnf_prob < 1;
        mean[c]     = pb_sim_mean_place(sim, c);
        place[c]    = truth[c] ? (double)truth[c]->order : 0;
        t->starters += started[c];
        t->finishers += finished[c];
    }
    t->starter_error += rank_error(mean, place, started, spec->n_cars);
    t->finisher_error += rank_error(mean, place, finished, spec->n_cars);
    add_gaps(sim, truth, spec->n_cars, t);
    add_rows(spec, (int16_t)race, sim, truth, finished, t);
    t->races++;
}

static pb_status play(const pb_race_spec *spec, const backtest_run *run, pb_sim_result **sim, pb_error *error)
{
    pb_run_options o;
    pb_sim_model  *model = NULL;
    pb_run_options_default(&o);
    o.seed    = run->seed;
    o.trials  = run->trials;
    o.threads = run->threads;
    o.isa     = run->isa;
    PB_TRY(pb_sim_model_create(spec, &model, error));
    pb_status status = pb_engine_simulate(model, &o, sim, error);
    pb_sim_model_destroy(model);
    return status;
}

static pb_status add_file(const char *path, const history *h, const backtest_run *run, pb_race_spec *spec, tally *t,
                          pb_error *error)
{
    pb_bytes       text;
    pb_sim_result *sim = NULL;
    PB_TRY(pb_file_read(path, 0, &text, error));
    pb_status status = pb_wire_read_tum((pb_span){text.at, text.len}, path, spec, error);
    pb_bytes_free(&text);
    if (status != PB_OK) return status;
    const race_row *race = find_race(h, spec);
    if (!race)
        return pb_error_set(error, PB_E_MISSING, "%s: no race at %s in %d among the results", path, spec->circuit,
                            spec->season);
    PB_TRY(play(spec, run, &sim, error));
    compare(h, race->id, spec, sim, t);
    pb_sim_result_destroy(sim);
    return PB_OK;
}

static pb_status add_files(const char *folder, const history *h, const backtest_run *run, pb_race_spec *spec, tally *t,
                           pb_error *error)
{
    char     pattern[600];
    glob_t   found;
    pb_error why = {0};

    snprintf(pattern, sizeof pattern, "%s/pars_*_[0-9][0-9][0-9][0-9].ini", folder);
    if (glob(pattern, 0, NULL, &found) != 0)
        return pb_error_set(error, PB_E_NOENT, "%s: no TUM race files (pars_CIRCUIT_YEAR.ini) in it", folder);
    for (size_t i = 0; i < found.gl_pathc; i++)
        if (add_file(found.gl_pathv[i], h, run, spec, t, &why) != PB_OK) {
            t->refused++;
            fprintf(stderr, "left out: %s\n", why.text);
        }
    globfree(&found);
    return t->races > 0 ? PB_OK : pb_error_set(error, PB_E_EMPTY, "%s: none of its race files could be played", folder);
}

static void report_json(const tally *t, const backtest_run *run, double all, double finishers, double gap)
{
    pb_json_writer w;
    backtest_score score;

    score.n = pb_score_positions(t->row, t->truth, t->rows, RESAMPLES, score.metric, BACKTEST_METRICS_MAX);
    pb_json_begin(&w, stdout, 2);
    pb_json_object(&w, NULL);
    pb_json_put_text(&w, "protocol", "resim");
    pb_json_put_text(&w, "truth", "official");
    pb_json_put_i64(&w, "races", t->races);
    pb_json_put_i64(&w, "rows", (int64_t)t->rows);
    pb_json_put_i64(&w, "skipped_races", t->refused);
    pb_json_put_i64(&w, "left_out", t->refused);
    pb_json_put_i64(&w, "trials", run->trials);
    pb_json_put_i64(&w, "seed", (int64_t)run->seed);
    pb_json_put_fixed(&w, "mae_starters", all, 5);
    pb_json_put_fixed(&w, "mae_finishers", finishers, 5);
    pb_json_put_fixed(&w, "median_gap_error_s", gap, 3);
    backtest_score_put(&w, "metrics", &score, true);
    pb_json_object(&w, "baselines"); /* none: nothing is learned from these files */
    pb_json_object_end(&w);
    pb_json_object_end(&w);
    pb_json_end(&w);
}

static void report(tally *t, const backtest_run *run, bool json)
{
    double gap = pb_median(t->gap_error_s, t->n_gaps);
    double all = t->starter_error / t->starters, finishers = t->finisher_error / t->finishers;

    if (json) {
        report_json(t, run, all, finishers, gap);
        return;
    }
    printf("TUM race files: %u played %u times each, %u left out\n", t->races, run->trials, t->refused);
    printf("  mean error of the place, all starters   %.3f places (%u)\n", all, t->starters);
    printf("  mean error of the place, finishers      %.3f places (%u)\n", finishers, t->finishers);
    printf("  median error of the gap to the winner   %.2f s (%zu cars on the lead lap)\n", gap, t->n_gaps);
}

pb_status backtest_params(const char *folder, const backtest_data_options *data, const backtest_run *run, bool json,
                          pb_error *error)
{
    history       h    = {0};
    pb_race_spec *spec = calloc(1, sizeof *spec);
    tally        *t    = calloc(1, sizeof *t);
    pb_status     status;

    pb_arena_init(&h.arena, 0);
    if (spec && t) {
        status = read_history(data->data[0], &h, error);
        if (status == PB_OK) status = add_files(folder, &h, run, spec, t, error);
        if (status == PB_OK) report(t, run, json);
    } else {
        status = pb_error_set(error, PB_E_NOMEM, "out of memory for the results");
    }
    pb_arena_fini(&h.arena);
    free(spec);
    free(t);
    return status;
}
