#include "backtest_resim.h"

#include <stdlib.h>
#include <string.h>

#include "terminal.h"

/* The prior of one season, learned from the seasons before. */
typedef struct season_prior {
    int       season;
    pb_prior *prior;
} season_prior;

static bool may_learn(const backtest_race *race, const backtest_run *run, int season)
{
    if (!race->usable || race->log.season >= season) return false;
    if (run->until_season == 0 || race->log.season < run->until_season) return true;
    return race->log.season == run->until_season && race->log.round <= run->until_round;
}

static pb_status learn(const backtest_data *data, const backtest_run *run, season_prior *p, int season, pb_error *error)
{
    if (p->season == season) return PB_OK;
    const pb_race_log **logs = calloc(data->n + 1, sizeof(const pb_race_log *));
    size_t              n    = 0;
    if (!logs) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (size_t i = 0; i < data->n; i++)
        if (may_learn(&data->races[i], run, season)) logs[n++] = &data->races[i].log;
    pb_status status = PB_OK;
    if (n > 0)
        status = pb_prior_learn(logs, n, p->prior, error);
    else
        pb_prior_default(p->prior);
    free(logs);
    if (status == PB_OK) p->season = season;
    return status;
}

static bool can_score(const backtest_race *race)
{
    return race->usable && race->has_grid;
}

static void write_row(const backtest_race *race, const pb_sim_result *sim, uint32_t c, pb_forecast_row *row)
{
    backtest_row_of(sim, c, row);
    row->season = race->log.season;
    row->round  = race->log.round;
    memcpy(row->driver, race->log.cars[c].code, sizeof row->driver);
}

static pb_status play(const backtest_race *race, const pb_prior *prior, const backtest_run *run, pb_race_spec *spec,
                      pb_forecast_row *rows, pb_error *error)
{
    const pb_fit_options how = {.whole_race = true, .actual_neutral = true, .actual_plans = true, .blind_lane = true};
    pb_run_options       options;
    pb_sim_model        *model = NULL;
    pb_sim_result       *sim   = NULL;

    PB_TRY(pb_fit_race(&race->log, prior, &how, race->phases, race->n_phases, spec, error));
    PB_TRY(pb_sim_model_create(spec, &model, error));
    pb_run_options_default(&options);
    options.seed     = run->seed;
    options.trials   = run->trials;
    options.threads  = run->threads;
    options.isa      = run->isa;
    pb_status status = pb_engine_simulate(model, &options, &sim, error);
    for (uint32_t c = 0; status == PB_OK && c < race->log.n_cars; c++) write_row(race, sim, c, &rows[c]);
    pb_sim_result_destroy(sim);
    pb_sim_model_destroy(model);
    return status;
}

/* The official order ranks those the table has; a car it does not have keeps no
 * truth and is left out by the caller. */
static bool truth_of(const backtest_race *race, uint32_t c, bool official, pb_forecast_truth *truth)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < race->log.n_cars; i++) n += !official || race->official[i] > 0;
    truth->n_cars   = (uint8_t)n;
    truth->place    = official ? race->official[c] : race->outcome.car[c].place;
    truth->finisher = race->outcome.car[c].took_flag;
    return truth->place > 0;
}

/* One race into the arrays of the result, baselines and truth beside it. */
static pb_status add_race(const backtest_data *data, size_t at, const backtest_features *features,
                          const season_prior *prior, const backtest_run *run, pb_race_spec *spec, backtest_result *out,
                          pb_error *error)
{
    const backtest_race *race = &data->races[at];
    pb_forecast_row      rows[PB_CARS_MAX], base[BASELINE_N][PB_CARS_MAX];

    PB_TRY(play(race, prior->prior, run, spec, rows, error));
    for (int b = 0; b < BASELINE_N; b++) backtest_baseline_predict(data, features, at, (backtest_baseline)b, base[b]);
    for (uint32_t c = 0; c < race->log.n_cars; c++) {
        if (!truth_of(race, c, run->official, &out->truth[out->rows])) continue;
        out->row[out->rows] = rows[c];
        for (int b = 0; b < BASELINE_N; b++) out->baseline[b][out->rows] = base[b][c];
        snprintf(out->cutoff[out->rows], sizeof out->cutoff[0], "%d-%02d", prior->prior->until_season,
                 prior->prior->until_round);
        out->rows++;
    }
    out->races++;
    return PB_OK;
}

static pb_status make_room(const backtest_data *data, backtest_result *out, pb_error *error)
{
    size_t n    = data->n * PB_CARS_MAX + 1;
    out->row    = calloc(n, sizeof *out->row);
    out->truth  = calloc(n, sizeof *out->truth);
    out->cutoff = calloc(n, sizeof *out->cutoff);
    out->why    = calloc(data->n + 1, sizeof *out->why);
    bool ok     = out->row && out->truth && out->cutoff && out->why;
    for (int b = 0; b < BASELINE_N; b++) {
        out->baseline[b] = calloc(n, sizeof *out->baseline[b]);
        ok               = ok && out->baseline[b];
    }
    return ok ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory for %zu rows", n);
}

static size_t asked_for(const backtest_data *data)
{
    size_t n = 0;
    for (size_t i = 0; i < data->n; i++) n += data->races[i].scored;
    return n;
}

static void leave_out(const backtest_race *race, backtest_result *out)
{
    char *why = out->why[out->skipped++];
    if (race->usable)
        snprintf(why, sizeof *out->why, "%.400s: no grid for it", race->path);
    else
        snprintf(why, sizeof *out->why, "%s", race->why);
    pb__progress_clear();
    fprintf(stderr, "left out: %s\n", why);
}

static pb_status run_all(const backtest_data *data, const backtest_run *run, const backtest_features *features,
                         season_prior *prior, pb_race_spec *spec, backtest_result *out, pb_error *error)
{
    pb__progress progress;
    size_t       all = asked_for(data);

    pb__progress_begin(&progress, "races");
    for (size_t i = 0; i < data->n; i++) {
        const backtest_race *race = &data->races[i];
        if (!race->scored) continue;
        if (!can_score(race)) {
            leave_out(race, out);
            continue;
        }
        PB_TRY(learn(data, run, prior, race->log.season, error));
        PB_TRY(add_race(data, i, features, prior, run, spec, out, error));
        pb__progress_show(&progress, out->races + out->skipped, all);
    }
    pb__progress_clear();
    if (out->races == 0)
        return pb_error_set(error, PB_E_EMPTY, "no race left to score; see --seasons, --races, --grids");
    return PB_OK;
}

pb_status backtest_resim(const backtest_data *data, const backtest_run *run, backtest_result *out, pb_error *error)
{
    season_prior       prior    = {.season = 0, .prior = malloc(sizeof *prior.prior)};
    pb_race_spec      *spec     = malloc(sizeof *spec);
    backtest_features *features = NULL;

    memset(out, 0, sizeof *out);
    out->protocol   = "resim";
    out->truth_name = run->official ? "official" : "road";
    out->trials     = run->trials;
    out->seed       = run->seed;
    pb_status status =
        prior.prior && spec ? make_room(data, out, error) : pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (status == PB_OK) status = backtest_features_create(data, &features, error);
    if (status == PB_OK) status = run_all(data, run, features, &prior, spec, out, error);
    if (status == PB_OK) backtest_result_score(out);
    backtest_features_destroy(features);
    free(spec);
    free(prior.prior);
    if (status != PB_OK) backtest_result_free(out);
    return status;
}

void backtest_result_free(backtest_result *result)
{
    free(result->row);
    free(result->truth);
    free(result->cutoff);
    free(result->why);
    for (int b = 0; b < BASELINE_N; b++) free(result->baseline[b]);
    memset(result, 0, sizeof *result);
}
