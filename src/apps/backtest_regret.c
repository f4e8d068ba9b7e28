/* regret: every stop of the scored races, season by season. See backtest_regret.h. */
#include "backtest_regret.h"

#include <stdlib.h>
#include <string.h>

#include "terminal.h"

#define STOPS_MAX 32
#define PAIRS_MAX 2048 /* of one race; the most there were is 161 */

/* One race in the making. */
typedef struct job {
    const backtest_history *history;
    size_t                  at; /* in the history */
    const regret_season    *season;
    const backtest_run     *run;
    uint32_t                block;
    pb__progress           *progress;
    regret_row             *row;
    size_t                  rows;
    pb_pair_case           *pair;
    size_t                  pairs;
} job;

static const backtest_race *race_of(const job *j)
{
    return j->history->of[j->at];
}

/* ---- the plan before the start ---- */

/* The race as its grid showed it: the plans of the fit are those of its spec. */
static pb_status plan_before(const backtest_race *race, const pb_prior *prior, pb_race_spec *spec, pb_error *error)
{
    const pb_fit_options before = {0};
    pb_race_log          grid;
    pb_status            status = review_log_copy(&race->log, &grid, error);
    for (uint32_t c = 0; status == PB_OK && c < grid.n_cars; c++) grid.cars[c].n_laps = 0;
    if (status == PB_OK) status = pb_fit_race(&grid, prior, &before, NULL, 0, spec, error);
    pb_race_log_fini(&grid);
    return status;
}

static uint8_t set_of(const pb_race_spec *spec, uint32_t compound)
{
    return (uint8_t)pb_compound_from_name(pb_span_of(spec->compounds[compound].name));
}

/* The likeliest plan that begins on the set the car began on, which is known at
 * the start; else the likeliest. */
static const pb_plan *plan_of(const pb_race_spec *spec, uint32_t car, uint8_t began_on)
{
    const pb_car_spec *c    = &spec->cars[car];
    const pb_plan     *best = NULL;
    for (int strict = 1; strict >= 0 && !best; strict--)
        for (uint32_t p = 0; p < c->n_plans; p++) {
            if (strict && set_of(spec, c->plans[p].stints[0].compound) != began_on) continue;
            if (!best || c->plans[p].weight_prob > best->weight_prob) best = &c->plans[p];
        }
    return best;
}

/* What the plan has at the end of a lap for a car that has stopped so often. A
 * stop that is overdue would be made now. */
static regret_deed deed_of(const pb_race_spec *spec, const pb_plan *plan, uint32_t stops, uint16_t lap)
{
    if (stops + 1u >= plan->n_stints) return (regret_deed){0};
    const pb_stint_spec *next = &plan->stints[stops + 1u];
    bool                 box  = next->in_lap <= lap;
    return (regret_deed){.box = box, .lap = box ? lap : next->in_lap, .compound = set_of(spec, next->compound)};
}

/* A change under a red flag, which costs nothing, stands for the next stop of the
 * plan when that was nearer than the one before. */
static bool does_for(const pb_plan *plan, uint32_t stops, uint16_t lap)
{
    return stops + 1u < plan->n_stints && 2 * lap >= plan->stints[stops].in_lap + plan->stints[stops + 1u].in_lap;
}

/* ---- the stops ---- */

static regret_row row_of(const job *j, uint32_t car, const pb_tyre_stop *stop)
{
    const pb_race_log *log = &race_of(j)->log;
    regret_row         row = {.season = log->season,
                              .round  = log->round,
                              .lap    = stop->in_lap,
                              .block  = j->block,
                              .team   = {.box = true, .lap = stop->in_lap, .compound = stop->compound}};
    memcpy(row.driver, log->cars[car].code, sizeof row.driver);
    memcpy(row.cutoff, j->season->cutoff, sizeof row.cutoff);
    return row;
}

static void add_stops(job *j, uint32_t car, const pb_race_spec *before, review_question *q, size_t *n)
{
    const backtest_race *race = race_of(j);
    pb_tyre_stop         stop[STOPS_MAX];
    uint32_t             stops = pb_car_stops(&race->log, car, &race->outcome, true, stop, STOPS_MAX);
    const pb_plan       *plan  = before ? plan_of(before, car, race->log.cars[car].laps[0].compound) : NULL;
    uint32_t             made  = 0;
    for (uint32_t k = 0; k < stops && k < STOPS_MAX; k++) {
        if (stop[k].red) {
            made += plan && does_for(plan, made, stop[k].in_lap);
            continue;
        }
        regret_row *row = &j->row[j->rows++];
        *row            = row_of(j, car, &stop[k]);
        row->has_plan   = plan != NULL;
        if (plan) row->plan = deed_of(before, plan, made++, stop[k].in_lap);
        q[(*n)++] = (review_question){.car = car, .in_lap = stop[k].in_lap, .tag = row};
    }
}

static pb_status list_stops(job *j, review_question *q, size_t *n, pb_error *error)
{
    const backtest_race *race   = race_of(j);
    pb_race_spec        *before = malloc(sizeof *before);
    pb_error             why    = {0};
    if (!before) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    bool planned = race->has_grid && plan_before(race, j->season->prior, before, &why) == PB_OK;
    for (uint32_t c = 0; c < race->log.n_cars; c++)
        if (race->log.cars[c].n_laps > 0) add_stops(j, c, planned ? before : NULL, q, n);
    free(before);
    return PB_OK;
}

/* ---- the pairs ---- */

static pb_pair_said said(const review_question *q, size_t n, uint32_t car, uint16_t lap, bool *clear)
{
    for (size_t i = 0; i < n; i++)
        if (q[i].car == car && q[i].in_lap == lap && q[i].asked) {
            *clear = q[i].call.clear;
            return regret_deed_of(&q[i].call).box ? PB_PAIR_SAID_STOP : PB_PAIR_SAID_STAY;
        }
    return PB_PAIR_NOT_ASKED;
}

static void put_pairs(job *j, const review_question *q, size_t n)
{
    for (size_t i = 0; i < j->pairs; i++) {
        pb_pair_case *c = &j->pair[i];
        bool          other_clear;
        c->block      = j->block;
        c->car_said   = said(q, n, c->pair.car, c->pair.lap, &c->clear);
        c->other_said = said(q, n, c->pair.other, c->pair.lap, &other_clear);
    }
}

static pb_status find_pairs(job *j, pb_error *error)
{
    const backtest_race *race = race_of(j);
    pb_pair             *pair = malloc(PAIRS_MAX * sizeof *pair);
    if (!pair) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    uint32_t n = pb_pairs_find(&race->log, &race->outcome, race->phases, race->n_phases, pair, PAIRS_MAX);
    j->pairs   = n < PAIRS_MAX ? n : PAIRS_MAX;
    j->pair    = calloc(j->pairs + 1, sizeof *j->pair);
    for (size_t i = 0; j->pair && i < j->pairs; i++) j->pair[i].pair = pair[i];
    free(pair);
    return j->pair ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
}

/* ---- one race ---- */

static void put_answers(const review_question *q, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        regret_row *row = q[i].tag;
        if (!row) continue;
        row->asked = q[i].asked;
        row->flag  = q[i].known.flag;
        memcpy(row->why, q[i].why, sizeof row->why);
        if (!q[i].asked) continue;
        row->ours       = regret_deed_of(&q[i].call);
        row->clear      = q[i].call.clear;
        row->confidence = q[i].call.actions[0].confidence;
    }
}

static pb_status ask_all(const job *j, const pb_history *upto, review_question *q, size_t n, pb_error *error)
{
    const backtest_race *race = race_of(j);
    const pb_history     past = {.races = upto->races, .n = upto->n - 1};
    review_race          look = {.log      = &race->log,
                                 .outcome  = &race->outcome,
                                 .phases   = race->phases,
                                 .n_phases = race->n_phases,
                                 .exact    = race->exact,
                                 .prior    = j->season->prior,
                                 .models   = &j->season->models,
                                 .past     = &past,
                                 .beside   = &upto->races[upto->n - 1],
                                 .effort   = pb_effort_default()};
    look.effort.trials        = j->run->trials;
    look.effort.seed          = j->run->seed;
    look.effort.isa           = j->run->isa;
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i; end < n && q[end].in_lap == q[i].in_lap; end++) continue;
        PB_TRY(review_ask(&look, q + i, end - i, regret_value, NULL, error));
    }
    return PB_OK;
}

static size_t room_for(const job *j)
{
    return (size_t)race_of(j)->log.n_cars * STOPS_MAX;
}

static pb_status judge(job *j, review_question *q, pb_history_race *room, pb_error *error)
{
    pb_history upto;
    size_t     n = 0;
    PB_TRY(list_stops(j, q, &n, error));
    for (size_t i = 0; i < j->pairs; i++)
        q[n++] = (review_question){.car = j->pair[i].pair.other, .in_lap = j->pair[i].pair.lap};
    n = review_sort(q, n);
    backtest_history_upto(j->history, j->at, room, &upto);
    PB_TRY(ask_all(j, &upto, q, n, error));
    put_answers(q, n);
    put_pairs(j, q, n);
    return PB_OK;
}

static pb_status run_job(void *user, size_t i, pb_error *error)
{
    job *j = &((job *)user)[i];
    PB_TRY(find_pairs(j, error));
    j->row                = calloc(room_for(j) + 1, sizeof *j->row);
    review_question *q    = calloc(room_for(j) + j->pairs + 1, sizeof *q);
    pb_history_race *room = calloc(j->history->n + 1, sizeof *room);
    pb_status        status =
        j->row && q && room ? judge(j, q, room, error) : pb_error_set(error, PB_E_NOMEM, "out of memory");
    free(room);
    free(q);
    return status;
}

/* ---- all of them ---- */

static void show(void *user, size_t done, size_t n)
{
    const job *j = user;
    pb__progress_show(j->progress, done, n);
}

static pb_status gather(const job *jobs, size_t n, regret_result *out, pb_error *error)
{
    size_t rows = out->rows, pairs = out->pairs;
    for (size_t i = 0; i < n; i++) rows += jobs[i].rows, pairs += jobs[i].pairs;
    regret_row *row = realloc(out->row, (rows + 1) * sizeof *row);
    if (row) out->row = row;
    pb_pair_case *pair = realloc(out->pair, (pairs + 1) * sizeof *pair);
    if (pair) out->pair = pair;
    if (!row || !pair) return pb_error_set(error, PB_E_NOMEM, "out of memory for %zu stops", rows);
    for (size_t i = 0; i < n; i++) {
        memcpy(out->row + out->rows, jobs[i].row, jobs[i].rows * sizeof *row);
        memcpy(out->pair + out->pairs, jobs[i].pair, jobs[i].pairs * sizeof *pair);
        out->rows += jobs[i].rows;
        out->pairs += jobs[i].pairs;
    }
    out->races += n;
    return PB_OK;
}

static pb_status run_jobs(job *jobs, size_t n, const backtest_run *run, regret_result *out, pb_error *error)
{
    pb__progress progress;
    pb__progress_begin(&progress, "races");
    for (size_t i = 0; i < n; i++) jobs[i].progress = &progress;
    pb_status status = pb_engine_each(n, run->threads, run_job, jobs, show, error);
    pb__progress_clear();
    if (status == PB_OK) status = gather(jobs, n, out, error);
    for (size_t i = 0; i < n; i++) {
        free(jobs[i].row);
        free(jobs[i].pair);
    }
    return status;
}

static size_t list_races(const backtest_history *history, const backtest_run *run, const regret_season *season,
                         uint32_t first, job *jobs)
{
    size_t n = 0;
    for (size_t i = 0; i < history->n; i++)
        if (history->of[i]->scored && history->of[i]->log.season == season->season) {
            jobs[n] = (job){.history = history, .at = i, .season = season, .run = run, .block = first + (uint32_t)n};
            n++;
        }
    return n;
}

static pb_status run_season(const backtest_history *history, const backtest_run *run, int season, regret_result *out,
                            pb_error *error)
{
    regret_season known  = {0};
    job          *jobs   = calloc(history->n + 1, sizeof *jobs);
    pb_status     status = jobs ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (status == PB_OK) status = regret_season_learn(history, run, season, &known, error);
    if (status == PB_OK) {
        size_t n = list_races(history, run, &known, (uint32_t)out->races, jobs);
        status   = run_jobs(jobs, n, run, out, error);
    }
    regret_season_free(&known);
    free(jobs);
    return status;
}

static pb_status note_skipped(const backtest_data *data, regret_result *out, pb_error *error)
{
    out->why = calloc(data->n + 1, sizeof *out->why);
    if (!out->why) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (size_t i = 0; i < data->n; i++) {
        if (!data->races[i].scored || data->races[i].usable) continue;
        snprintf(out->why[out->skipped], sizeof *out->why, "%s", data->races[i].why);
        fprintf(stderr, "left out: %s\n", out->why[out->skipped++]);
    }
    return PB_OK;
}

static pb_status run_all(const backtest_data *data, const backtest_history *history, const backtest_run *run,
                         regret_result *out, pb_error *error)
{
    int last = -1;
    PB_TRY(note_skipped(data, out, error));
    for (size_t i = 0; i < history->n; i++) {
        const backtest_race *race = history->of[i];
        if (!race->scored || race->log.season == last) continue;
        last = race->log.season;
        PB_TRY(run_season(history, run, last, out, error));
    }
    if (out->races == 0)
        return pb_error_set(error, PB_E_EMPTY, "no race left to score; see --seasons, --races, --grids");
    return PB_OK;
}

pb_status regret_run(const backtest_data *data, const backtest_run *run, regret_result *out, pb_error *error)
{
    backtest_history history;
    *out = (regret_result){.trials = run->trials, .seed = run->seed};
    PB_TRY(backtest_history_make(data, run->until_season, run->until_round, &history, error));
    pb_status status = run_all(data, &history, run, out, error);
    backtest_history_free(&history);
    if (status != PB_OK) regret_free(out);
    return status;
}

void regret_free(regret_result *result)
{
    free(result->row);
    free(result->pair);
    free(result->why);
    *result = (regret_result){0};
}
