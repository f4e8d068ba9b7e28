#include "report_run.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "isa_choice.h"
#include "model_args.h"
#include "pitboard/engine.h"
#include "terminal.h"

#define PAIRS_MAX 2048
#define RESAMPLES 400

typedef struct run {
    const report_question *question;
    report_answer         *a;
    char                   dir[PB_REGISTRY_PATH_MAX];
    review_race            race;
    size_t                *first; /* of each in-lap's calls, and one past the last */
    size_t                 n_laps;
    pb__progress           progress;
    atomic_bool            stopped; /* by who watches */
} run;

/* ---- the race ---- */

/* Calls are made from the race as it was: nothing else can be set. */
static pb_status check_set(const pb__list *set, pb_error *error)
{
    for (uint32_t i = 0; i < set->n; i++)
        if (strncmp(set->at[i], "circuit=", 8) != 0 && strncmp(set->at[i], "season=", 7) != 0)
            return pb_error_set(error, PB_E_USAGE, "--set %.60s: a report takes circuit=NAME and season=YYYY only",
                                set->at[i]);
    return PB_OK;
}

static pb_status load(run *r, pb_error *error)
{
    pb__race_choice choice = r->question->race;
    PB_TRY(check_set(&choice.set, error));
    pb__race_notes notes;
    pb_race_spec  *spec = malloc(sizeof *spec);
    if (!spec) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status = pb__race_load_laps(&choice, spec, &r->a->laps, &notes, error);
    free(spec);
    PB_TRY(status);
    if (!r->a->laps.has)
        return pb_error_set(error, PB_E_USAGE,
                            "%s holds no laps, so there is nothing to look back upon; give the lap CSV of the race",
                            choice.path);
    r->a->outcome = malloc(sizeof *r->a->outcome);
    if (!r->a->outcome) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    status = pb_race_outcome_of(&r->a->laps.log, r->a->outcome);
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "%s: no car completed a lap", choice.path);
}

/* Exact where the race is in --data with its status feed. */
static void find_phases(report_answer *a)
{
    const pb_history_race *beside = a->past.beside;
    uint32_t               cap    = sizeof a->phases / sizeof *a->phases, n;
    if (beside && beside->exact) {
        n = beside->n_phases < cap ? beside->n_phases : cap;
        memcpy(a->phases, beside->phases, n * sizeof *a->phases);
        a->exact = true;
    } else {
        n = pb_neutral_phases(&a->laps.log, a->outcome, a->phases, cap);
    }
    a->n_phases = n < cap ? n : cap;
}

static pb_status choose_car(run *r, pb_error *error)
{
    const pb_race_log *log = &r->a->laps.log;
    const char        *codes[PB_CARS_MAX], *name = r->question->car;
    int64_t            number = 0;
    r->a->review.only         = -1;
    if (!name || pb_span_equal_nocase(pb_span_of(name), "all")) return PB_OK;
    bool digits = pb_span_to_i64(pb_span_of(name), &number);
    for (uint32_t c = 0; c < log->n_cars; c++) {
        codes[c] = log->cars[c].code;
        if (pb_span_equal_nocase(pb_span_of(name), codes[c]) || (digits && number > 0 && number == log->cars[c].number))
            r->a->review.only = (int32_t)c;
    }
    if (r->a->review.only >= 0) return PB_OK;
    const char *near = pb_nearest(pb_span_of(name), codes, log->n_cars);
    return pb_error_set(error, PB_E_USAGE, "--car %.40s: no such car in this race%s%s%s", name,
                        near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

/* ---- what it is judged with ---- */

static pb_status choose_dir(run *r, pb_error *error)
{
    if (r->question->models) return model_args_dir(r->question->models, r->dir, error);
    if (pb_registry_default_dir(r->dir, NULL) != PB_OK) r->dir[0] = '\0';
    return PB_OK;
}

static bool not_before(const pb_race_log *log, int season, int round)
{
    return season > log->season || (season == log->season && round >= log->round);
}

/* What knows this race already flatters us: it is said. */
static void describe_knowledge(report_answer *a)
{
    const pb_race_log *log    = &a->laps.log;
    int                season = a->prior->until_season, round = a->prior->until_round;
    for (int k = 0; k < DECIDE_MODELS_N; k++) {
        const pb_model_meta *meta = a->models.at[k] ? pb_model_meta_of(a->models.at[k]) : NULL;
        if (!meta || meta->until_season < season || (meta->until_season == season && meta->until_round <= round))
            continue;
        season = meta->until_season;
        round  = meta->until_round;
    }
    a->seen = not_before(log, season, round);
    snprintf(a->learned, sizeof a->learned, "learned from races up to round %d of %d%s", round, season,
             a->seen ? ", this one and later ones among them: they knew how it went" : "");
}

static pb_status look(run *r, pb_error *error)
{
    report_answer *a = r->a;
    a->prior         = malloc(sizeof *a->prior);
    if (!a->prior) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    PB_TRY(pb_prior_shipped(a->prior, error));
    PB_TRY(decide_models_load(r->dir[0] ? r->dir : NULL, &a->models, error));
    PB_TRY(decide_past_read(&r->question->data, r->question->race.grids, &a->laps.log, &a->past, error));
    find_phases(a);
    describe_knowledge(a);
    r->race               = (review_race){.log      = &a->laps.log,
                                          .outcome  = a->outcome,
                                          .phases   = a->phases,
                                          .n_phases = a->n_phases,
                                          .exact    = a->exact,
                                          .prior    = a->prior,
                                          .models   = &a->models,
                                          .past     = a->past.races.n > 0 ? &a->past.races : NULL,
                                          .beside   = a->past.beside,
                                          .effort   = pb_effort_default()};
    r->race.effort.seed   = r->question->seed;
    r->race.effort.trials = r->question->trials;
    return pb__isa_choose(r->question->isa, &r->race.effort.isa, error);
}

/* ---- the calls ---- */

static bool stops_on(const report_answer *a, uint32_t car, uint32_t lap)
{
    for (uint32_t i = 0; i < a->n_stops; i++)
        if (a->stops[i].car == car && a->stops[i].in_lap == lap) return true;
    return false;
}

/* The stop and the laps before it, back to the lap after the last out-lap. */
static void add_laps(report_answer *a, const pb_review_stop *s)
{
    for (uint32_t ahead = 0; ahead <= REPORT_LAPS_BEFORE && s->in_lap > ahead; ahead++) {
        uint32_t lap = s->in_lap - ahead;
        if (ahead > 0 && (s->red || lap < 3 || stops_on(a, s->car, lap) || stops_on(a, s->car, lap - 1))) return;
        a->calls[a->n_calls++] = (review_question){.car = s->car, .in_lap = (uint16_t)lap, .red = s->red};
    }
}

static pb_status find_pairs(report_answer *a, pb_error *error)
{
    pb_pair *pair = malloc(PAIRS_MAX * sizeof *pair);
    a->pairs      = calloc(PAIRS_MAX, sizeof *a->pairs);
    if (!pair || !a->pairs) {
        free(pair);
        return pb_error_set(error, PB_E_NOMEM, "out of memory");
    }
    uint32_t n = pb_pairs_find(&a->laps.log, a->outcome, a->phases, a->n_phases, pair, PAIRS_MAX);
    for (uint32_t i = 0; i < n && i < PAIRS_MAX; i++)
        if (a->review.only < 0 || a->review.only == pair[i].car) a->pairs[a->n_pairs++].pair = pair[i];
    free(pair);
    return PB_OK;
}

static pb_status list_calls(run *r, pb_error *error)
{
    report_answer *a = r->a;
    PB_TRY(report_list_stops(a, error));
    PB_TRY(find_pairs(a, error));
    size_t room = (size_t)a->n_stops * (REPORT_LAPS_BEFORE + 1) + a->n_pairs + 1;
    a->calls    = calloc(room, sizeof *a->calls);
    r->first    = calloc(PB_LAPS_MAX + 2, sizeof *r->first);
    if (!a->calls || !r->first) return pb_error_set(error, PB_E_NOMEM, "out of memory for %zu calls", room);
    for (uint32_t i = 0; i < a->n_stops; i++) add_laps(a, &a->stops[i]);
    for (uint32_t i = 0; i < a->n_pairs; i++)
        a->calls[a->n_calls++] = (review_question){.car = a->pairs[i].pair.other, .in_lap = a->pairs[i].pair.lap};
    a->n_calls = review_sort(a->calls, a->n_calls);
    for (size_t i = 0; i < a->n_calls; i++)
        if (i == 0 || a->calls[i].in_lap != a->calls[i - 1].in_lap) r->first[r->n_laps++] = i;
    r->first[r->n_laps] = a->n_calls;
    return PB_OK;
}

static pb_status call_lap(void *user, size_t i, pb_error *error)
{
    const run *r = user;
    if (atomic_load(&r->stopped)) return pb_error_set(error, PB_E_CANCELLED, "stopped on request");
    return review_ask(&r->race, r->a->calls + r->first[i], r->first[i + 1] - r->first[i], NULL, NULL, error);
}

static void show(void *user, size_t done, size_t n)
{
    run                   *r = user;
    const report_question *q = r->question;
    if (!q->progress)
        pb__progress_show(&r->progress, done, n);
    else if (!q->progress(q->user, done, n))
        atomic_store(&r->stopped, true);
}

static pb_status call_all(run *r, pb_error *error)
{
    if (!r->question->progress) pb__progress_begin(&r->progress, "laps");
    pb_status status = pb_engine_each(r->n_laps, r->question->threads, call_lap, r, show, error);
    if (!r->question->progress) pb__progress_clear();
    return status;
}

const review_question *report_call(const report_answer *a, uint32_t car, uint16_t in_lap)
{
    for (size_t i = 0; i < a->n_calls; i++)
        if (a->calls[i].car == car && a->calls[i].in_lap == in_lap) return &a->calls[i];
    return NULL;
}

/* ---- what came of it ---- */

static pb_pair_said said(const report_answer *a, uint32_t car, uint16_t lap, bool *clear)
{
    const review_question *q = report_call(a, car, lap);
    if (!q || !q->asked) return PB_PAIR_NOT_ASKED;
    *clear = q->call.clear;
    return pb_action_boxes(q->call.actions[0].action) ? PB_PAIR_SAID_STOP : PB_PAIR_SAID_STAY;
}

/* A forced stop says nothing of the advice. One race has no races to resample: no
 * intervals. */
static pb_status score_free(report_answer *a, pb_error *error)
{
    pb_pair_case *some = malloc((a->n_pairs + 1) * sizeof *some);
    size_t        n    = 0;
    if (!some) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (uint32_t i = 0; i < a->n_pairs; i++)
        if (!a->pairs[i].pair.forced) some[n++] = a->pairs[i];
    pb_status status = pb_pairs_score(some, n, PB_PAIR_BY_STOP, RESAMPLES, &a->review.by_stop, error);
    if (status == PB_OK)
        status = pb_pairs_score(some, n, PB_PAIR_BY_CONTRAST, RESAMPLES, &a->review.by_contrast, error);
    free(some);
    return status;
}

static pb_status score_pairs(report_answer *a, pb_error *error)
{
    for (uint32_t i = 0; i < a->n_pairs; i++) {
        pb_pair_case *c = &a->pairs[i];
        bool          other_clear;
        c->car_said   = said(a, c->pair.car, c->pair.lap, &c->clear);
        c->other_said = said(a, c->pair.other, c->pair.lap, &other_clear);
    }
    return score_free(a, error);
}

static void bind(report_answer *a, uint32_t trials)
{
    a->review.race    = (pb_chart_race){&a->laps.log, a->outcome, a->phases, a->n_phases};
    a->review.stops   = a->stops;
    a->review.n_stops = a->n_stops;
    a->review.pairs   = a->pairs;
    a->review.n_pairs = a->n_pairs;
    a->review.learned = a->learned;
    a->review.trials  = trials;
}

static pb_status run_all(run *r, pb_error *error)
{
    PB_TRY(choose_dir(r, error));
    PB_TRY(load(r, error));
    PB_TRY(choose_car(r, error));
    PB_TRY(look(r, error));
    PB_TRY(list_calls(r, error));
    PB_TRY(call_all(r, error));
    report_judge_stops(r->a);
    PB_TRY(score_pairs(r->a, error));
    bind(r->a, r->question->trials);
    return PB_OK;
}

pb_status report_run(const report_question *question, report_answer *out, pb_error *error)
{
    run *r = calloc(1, sizeof *r);
    *out   = (report_answer){.seed = question->seed};
    pb_race_log_init(&out->laps.log);
    if (!r) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    r->question      = question;
    r->a             = out;
    pb_status status = run_all(r, error);
    free(r->first);
    free(r);
    return status;
}

void report_free(report_answer *a)
{
    decide_models_free(&a->models);
    decide_past_free(&a->past);
    pb__race_laps_free(&a->laps);
    free(a->outcome);
    free(a->prior);
    free(a->calls);
    free(a->stops);
    free(a->pairs);
    *a = (report_answer){0};
}
