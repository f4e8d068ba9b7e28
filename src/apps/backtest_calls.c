#include "backtest_calls.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backtest_history.h"
#include "pitboard/decide.h"
#include "pitboard/engine.h"
#include "terminal.h"

#define FIRST_LAP 2 /* the first state there is a call from */
#define RADIO_MS 4000

/* What the calls of one season rest on. */
typedef struct season_wall {
    int       season;
    pb_prior *prior;
    pb_model *pitcall;
    pb_error  why; /* nothing to learn from */
} season_wall;

/* One race. */
typedef struct job {
    const backtest_data          *data;
    const backtest_race          *race;
    const season_wall            *wall;
    const backtest_calls_options *options;
    backtest_call                *at;
    size_t                        n, cap;
    pb__progress                 *progress;
} job;

/* ---- learning ---- */

static pb_status learn_prior(const backtest_data *data, const backtest_calls_options *o, season_wall *wall,
                             pb_error *error)
{
    const pb_race_log **logs = calloc(data->n + 1, sizeof(const pb_race_log *));
    size_t              n    = 0;
    if (!logs) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (size_t i = 0; i < data->n; i++) {
        const pb_race_log *log  = &data->races[i].log;
        bool               late = o->until_season > 0 &&
                    (log->season > o->until_season || (log->season == o->until_season && log->round > o->until_round));
        if (data->races[i].usable && log->season < wall->season && !late) logs[n++] = log;
    }
    pb_status status = n > 0 ? pb_prior_learn(logs, n, wall->prior, error)
                             : pb_error_set(error, PB_E_EMPTY, "no earlier season to learn from");
    free(logs);
    return status;
}

typedef struct learning {
    const backtest_data          *data;
    const backtest_history       *history;
    const backtest_calls_options *options;
    season_wall                  *walls;
} learning;

static pb_status learn_wall(void *user, size_t i, pb_error *error)
{
    learning              *l    = user;
    season_wall           *wall = &l->walls[i];
    const pb_learn_options how  = {.threads = 1, .seed = l->options->seed};
    const pb_model_kind   *kind = pb_model_kind_find("pitcall");
    pb_history             past;
    wall->prior = malloc(sizeof *wall->prior);
    if (!wall->prior) return pb_error_set(error, PB_E_NOMEM, "out of memory for a prior");
    backtest_history_past(l->history, wall->season, &past);
    pb_status status = learn_prior(l->data, l->options, wall, error);
    if (status == PB_OK) status = pb_model_create(kind->name, &wall->pitcall, error);
    if (status == PB_OK) status = kind->model.train(&past, &how, wall->pitcall, error);
    if (status != PB_E_EMPTY) return status;
    wall->why = *error;
    return PB_OK;
}

/* ---- what is known before the entry ---- */

static int32_t entry_ms(const pb_log_car *car, uint32_t lap)
{
    int32_t row = pb_lap_row(car, lap);
    if (row < 0) return INT32_MIN;
    const pb_lap *l = &car->laps[row];
    if (l->pit_in_ms != PB_MS_NONE) return l->pit_in_ms - RADIO_MS;
    return l->session_ms != PB_MS_NONE ? l->session_ms - RADIO_MS : INT32_MIN;
}

/* A flag that comes out between the state and the car's entry. */
static pb_neutral_kind flag_before(const backtest_race *race, int32_t from_ms, int32_t until_ms)
{
    for (uint32_t i = 0; i < race->n_phases; i++) {
        const pb_neutral_phase *p = &race->phases[i];
        if (p->kind != PB_NEUTRAL_RED && p->start_ms > from_ms && p->start_ms < until_ms) return p->kind;
    }
    return (pb_neutral_kind)0;
}

static double mean_laps(const double *share, uint32_t n)
{
    double sum = 0, all = 0;
    for (uint32_t i = 0; i < n; i++) sum += (i + 1) * share[i], all += share[i];
    return all > 0 ? sum / all : 1;
}

/* Puts the flag into the race, a third into the lap. */
static bool put_flag(pb_race_spec *spec, pb_neutral_kind kind)
{
    pb_neutral_spec *n    = &spec->neutral;
    double           from = spec->from_lap + 0.3,
           laps           = kind == PB_NEUTRAL_SC ? mean_laps(n->sc_laps, 10) : mean_laps(n->vsc_laps, 5);
    if (kind == 0 || n->n_phases == PB_PHASES_MAX ||
        (n->n_phases > 0 && n->phases[n->n_phases - 1].end_progress > from))
        return false;
    n->phases[n->n_phases++] = (pb_phase_spec){kind, from, fmin(from + laps, spec->rules.laps), true};
    return true;
}

/* ---- one race ---- */

static void note_truth(const backtest_race *race, uint32_t car, backtest_call *call)
{
    pb_tyre_stop stops[16];
    uint32_t     n = pb_car_stops(&race->log, car, &race->outcome, false, stops, 16);
    for (uint32_t i = 0; i < n && i < 16; i++) {
        if (stops[i].in_lap != call->lap) continue;
        call->stops  = true;
        call->fitted = stops[i].compound;
    }
}

/* Gain of the best stop on this lap over the best way without. */
static double gain_of_stop(const pb_call *call)
{
    const pb_call_action *a = &call->actions[0];
    return pb_action_boxes(a->action) ? a->gain.value : -a->gain.value;
}

static int32_t index_in(const pb_race_log *log, const char *code)
{
    for (uint32_t c = 0; c < log->n_cars; c++)
        if (strcmp(log->cars[c].code, code) == 0) return (int32_t)c;
    return -1;
}

static pb_status call_car(job *j, pb_decider *d, pb_decide_view *view, uint32_t c, uint32_t lap, pb_error *error)
{
    pb_race_spec     *spec    = pb_decider_spec(d);
    pb_decide_options options = pb_decide_options_default();
    pb_call           call;
    int32_t           whole = index_in(&j->race->log, spec->cars[c].code);
    uint32_t in_lap         = lap + 1; /* that a call from the leader's end of `lap` is about, in the car's own count */
    if (whole < 0 || !spec->cars[c].state.running) return PB_OK;
    int32_t entry = entry_ms(&j->race->log.cars[whole], in_lap), lead = j->race->outcome.lead_ms[lap];
    if (entry == INT32_MIN || entry < lead) return PB_OK; /* it is past its entry, or never came there */
    pb_neutral_kind kind = flag_before(j->race, lead, entry);
    bool            put  = put_flag(spec, kind);
    options.table_trials = 0;
    options.flips = options.team = false;
    view->flag                   = put ? kind : (pb_neutral_kind)0;
    pb_status status             = pb_decide_call(d, view, c, &options, &call, error);
    if (put) spec->neutral.n_phases--;
    if (status == PB_E_RULE) return PB_OK; /* no legal way on: the race is nearly over */
    PB_TRY(status);
    backtest_call *to = &j->at[j->n++];
    *to               = (backtest_call){.season   = j->race->log.season,
                                        .round    = j->race->log.round,
                                        .lap      = (uint16_t)in_lap,
                                        .box      = pb_action_boxes(call.actions[0].action),
                                        .compound = call.actions[0].compound,
                                        .gain     = gain_of_stop(&call),
                                        .score    = call.box_score,
                                        .hazard   = call.stop_hazard,
                                        .flag     = (uint8_t)kind};
    memcpy(to->driver, spec->cars[c].code, sizeof to->driver);
    snprintf(to->cutoff, sizeof to->cutoff, "%d-%02d", j->wall->prior->until_season, j->wall->prior->until_round);
    if (!to->box) to->compound = PB_COMPOUND_UNKNOWN;
    note_truth(j->race, (uint32_t)whole, to);
    return PB_OK;
}

static pb_status call_lap(job *j, pb_race_log *cut, uint32_t lap, pb_race_spec *spec, pb_error *error)
{
    const pb_fit_options how    = {.from_lap = (uint16_t)lap, .pit_wall = j->wall->pitcall};
    pb_decide_view       view   = {.log = cut, .pitcall = j->wall->pitcall};
    pb_effort            effort = pb_effort_default();
    pb_decider          *d      = NULL;
    pb_scene            *scene  = NULL;
    pb_error             why    = {0};
    effort.trials               = j->options->trials;
    effort.seed                 = j->options->seed;
    effort.isa                  = j->options->isa;
    if (pb_fit_race(cut, j->wall->prior, &how, NULL, 0, spec, &why) != PB_OK) return PB_OK; /* no call from here */
    PB_TRY(pb_scene_create(cut, NULL, &scene, error));
    pb_scene_look(scene, PB_LAPS_MAX, INT32_MAX);
    view.scene       = scene;
    pb_status status = pb_decider_create(spec, &effort, &d, error);
    for (uint32_t c = 0; status == PB_OK && c < spec->n_cars; c++) status = call_car(j, d, &view, c, lap, error);
    pb_decider_destroy(d);
    pb_scene_destroy(scene);
    return status;
}

/* From the last lap to the first, so that the same copy is cut again and again. */
static pb_status call_race(void *user, size_t i, pb_error *error)
{
    job          *j = &((job *)user)[i];
    pb_race_log   cut;
    pb_race_spec *spec = malloc(sizeof *spec);
    if (!spec || pb_race_log_copy(&j->race->log, &cut) != PB_OK) {
        free(spec);
        return pb_error_set(error, PB_E_NOMEM, "out of memory");
    }
    j->cap           = (size_t)j->race->log.n_cars * (j->race->outcome.laps + 1u);
    j->at            = calloc(j->cap + 1, sizeof *j->at);
    pb_status status = j->at ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (uint32_t lap = j->race->outcome.laps - 1u; status == PB_OK && lap >= FIRST_LAP; lap--) {
        pb_race_log_cut(&cut, lap);
        status = call_lap(j, &cut, lap, spec, error);
    }
    pb_race_log_fini(&cut);
    free(spec);
    return status;
}

/* ---- all races ---- */

static int by_place(const void *a, const void *b)
{
    const backtest_call *x = a, *y = b;
    if (x->season != y->season) return x->season - y->season;
    if (x->round != y->round) return x->round - y->round;
    int driver = strcmp(x->driver, y->driver);
    return driver ? driver : (int)x->lap - (int)y->lap;
}

/* Whoever has told a driver to box does not take it back for a trifle: a call stands
 * while its score is not this far below. */
#define HOLD 2.5

static void hold_calls(backtest_calls *calls)
{
    for (size_t i = 1; i < calls->n; i++) {
        const backtest_call *before = &calls->at[i - 1];
        backtest_call       *now    = &calls->at[i];
        bool                 same =
            before->season == now->season && before->round == now->round && strcmp(before->driver, now->driver) == 0;
        if (same && before->box && !before->stops && before->lap + 1 == now->lap && !now->box && now->score > -HOLD) {
            now->box      = true;
            now->compound = before->compound;
        }
    }
}

static void show(void *user, size_t done, size_t n)
{
    pb__progress_show(((job *)user)->progress, done, n);
}

static const season_wall *wall_of(const season_wall *walls, size_t n, int season)
{
    for (size_t i = 0; i < n; i++)
        if (walls[i].season == season) return &walls[i];
    return NULL;
}

static void leave_out(const backtest_race *race, const char *why, backtest_calls *out)
{
    snprintf(out->why[out->skipped], sizeof *out->why, "%.400s: %.80s", race->path, why);
    fprintf(stderr, "left out: %s\n", out->why[out->skipped++]);
}

static pb_status run_jobs(const backtest_data *data, const backtest_calls_options *options, const season_wall *walls,
                          size_t n_walls, backtest_calls *out, pb_error *error)
{
    pb__progress progress;
    job         *jobs = calloc(data->n + 1, sizeof *jobs);
    size_t       n = 0, rows = 0;
    if (!jobs) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (size_t i = 0; i < data->n; i++) {
        const backtest_race *race = &data->races[i];
        if (!race->scored) continue;
        const season_wall *wall = wall_of(walls, n_walls, race->log.season);
        if (!race->usable || !wall || wall->why.status != PB_OK)
            leave_out(race, !race->usable ? race->why : "no earlier season to learn from", out);
        else
            jobs[n++] = (job){.data = data, .race = race, .wall = wall, .options = options, .progress = &progress};
    }
    pb__progress_begin(&progress, "races");
    pb_status status = n > 0 ? pb_engine_each(n, options->threads, call_race, jobs, show, error)
                             : pb_error_set(error, PB_E_EMPTY, "no race left to score");
    pb__progress_clear();
    for (size_t i = 0; i < n; i++) rows += jobs[i].n;
    out->at = status == PB_OK ? calloc(rows + 1, sizeof *out->at) : NULL;
    if (status == PB_OK && !out->at) status = pb_error_set(error, PB_E_NOMEM, "out of memory for %zu calls", rows);
    for (size_t i = 0; i < n; i++) {
        if (status == PB_OK) memcpy(out->at + out->n, jobs[i].at, jobs[i].n * sizeof *out->at), out->n += jobs[i].n;
        free(jobs[i].at);
    }
    out->races = n;
    if (status == PB_OK) {
        qsort(out->at, out->n, sizeof *out->at, by_place);
        hold_calls(out);
    }
    free(jobs);
    return status;
}

pb_status backtest_calls_run(const backtest_data *data, const backtest_calls_options *options, backtest_calls *out,
                             pb_error *error)
{
    backtest_history history   = {0};
    season_wall      walls[64] = {{0}};
    size_t           n         = 0;
    memset(out, 0, sizeof *out);
    out->why = calloc(data->n + 1, sizeof *out->why);
    if (!out->why) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    PB_TRY(backtest_history_make(data, options->until_season, options->until_round, &history, error));
    for (size_t i = 0; i < data->n; i++)
        if (data->races[i].scored && n < 64 && !wall_of(walls, n, data->races[i].log.season))
            walls[n++].season = data->races[i].log.season;
    learning  l      = {data, &history, options, walls};
    pb_status status = pb_engine_each(n, options->threads, learn_wall, &l, NULL, error);
    if (status == PB_OK) status = run_jobs(data, options, walls, n, out, error);
    for (size_t i = 0; i < n; i++) {
        pb_model_destroy(walls[i].pitcall);
        free(walls[i].prior);
    }
    backtest_history_free(&history);
    if (status != PB_OK) backtest_calls_free(out);
    return status;
}

void backtest_calls_free(backtest_calls *calls)
{
    free(calls->at);
    free(calls->why);
    memset(calls, 0, sizeof *calls);
}
