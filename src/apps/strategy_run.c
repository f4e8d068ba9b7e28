#include "strategy_run.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "decide_past.h"
#include "decide_state.h"
#include "isa_choice.h"
#include "pitboard/engine.h"
#include "pitboard/predict_registry.h"
#include "plan_text.h"
#include "rivals_before.h"
#include "terminal.h"

#define LOOK_SHARE 20
#define LOOK_LEAST 256

static void assume(strategy_answer *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void assume(strategy_answer *a, const char *format, ...)
{
    va_list args;
    if (a->n_assumed == STRATEGY_ASSUMED_MAX) return;
    va_start(args, format);
    vsnprintf(a->assumed[a->n_assumed++], sizeof a->assumed[0], format, args);
    va_end(args);
}

/* Everything of one run that is not the answer. */
typedef struct run {
    const strategy_question *question;
    strategy_answer         *answer;
    pb__race_laps            laps;
    pb__race_notes           notes;
    pb_effort                effort;
    pb__progress             progress;
} run;

/* ---- the race ---- */

static void assume_gap(void *answer, const char *text)
{
    assume(answer, "%s", text);
}

static void note_race(const run *r)
{
    strategy_answer    *a    = r->answer;
    const pb_race_spec *spec = a->spec;
    const pb_aim       *aim  = &a->cars[0].aim;
    gap_notes(spec, &r->notes.gaps, a->all ? GAP_NO_CAR : (int32_t)a->cars[0].car, assume_gap, a);
    if (r->notes.unseen)
        assume(a, "nothing of the race itself: pace by grid slot, tyres and pit lane by what ships, learned from other "
                  "races (--set pace=actual looks back)");
    if (r->notes.lap1_grid) assume(a, "no grid given: the order at the end of lap 1 stands in (--grids FILE)");
    if (r->notes.quarantined)
        assume(a, "%u rows were left out; `pitboard import auto FILE` lists them", r->notes.quarantined);
    char text[sizeof a->assumed[0]];
    for (uint32_t i = 0; pb__race_relaxed(spec, &i, text, sizeof text);) assume(a, "%s", text);
    if (aim->kind == PB_AIM_CHAMPIONSHIP && !a->all)
        assume(a, "championship: points less those of %s", spec->cars[aim->rival].code);
    if (spec->from_lap == 0 && spec->effects & PB_EFFECT_WEATHER && spec->weather.rain_prob > 0)
        assume(a, "a dry start; rain is drawn and cars answer it, but no plan is made for it");
}

/* Rivals stop as such cars did before, where races before are given. */
static pb_status tell_rivals(run *r, pb_error *error)
{
    decide_past     past   = {0};
    pb_model       *stops  = NULL;
    pb_model_choice choice = {0};
    pb_error        why    = {0};
    uint32_t        told   = 0;
    if (!r->notes.unseen || r->question->data.n == 0) return PB_OK;
    pb_status status = decide_past_read(&r->question->data, r->question->race.grids, &r->laps.log, &past, error);
    if (status == PB_OK)
        status = pb_registry_active(r->question->race.models, pb_model_kind_find("stops"), &stops, &choice, error);
    if (status == PB_OK && rivals_before(stops, &past.races, r->answer->spec, &told, &why) != PB_OK)
        assume(r->answer, "rivals stop where it costs least, since %s", why.text);
    else if (status == PB_OK)
        assume(r->answer, "%u cars stop as such cars did in %zu races before%s", told, past.races.n,
               stops ? "" : ", by their shares: no model of stops to use");
    pb_model_destroy(stops);
    decide_past_free(&past);
    return status;
}

/* A rival whose stop cannot be put into the race must not cost the plan. */
static pb_status apply_state(run *r, pb_error *error)
{
    bool          boxed[PB_CARS_MAX] = {0};
    pb_race_spec *spec               = r->answer->spec;
    decide_flag   flag;
    pb_error      why;
    if (spec->from_lap == 0 || (!r->question->flag && !r->question->boxed)) return PB_OK;
    PB_TRY(decide_flag_of(r->question->flag, &flag, error));
    if (!spec->neutral.actual) PB_TRY(decide_state_flag(spec, flag, error));
    if (r->question->boxed) (void)decide_state_boxed(spec, r->question->boxed, boxed, &why);
    return pb_race_spec_check(spec, error);
}

/* ---- the cars ---- */

static pb_status add_car(run *r, uint32_t car, pb_error *error)
{
    const char   *text = r->question->objective ? r->question->objective : "points";
    strategy_car *c    = &r->answer->cars[r->answer->n];
    *c                 = (strategy_car){.car = car};
    PB_TRY(pb_aim_of(pb_span_of(text), r->answer->spec, car, &c->aim, error));
    r->answer->n++;
    return PB_OK;
}

static uint32_t place_of(const pb_race_spec *spec, uint32_t car)
{
    return spec->from_lap > 0 ? spec->cars[car].state.position : spec->cars[car].grid;
}

static pb_status choose_all(run *r, pb_error *error)
{
    const pb_race_spec *spec = r->answer->spec;
    for (uint32_t place = 1; place <= spec->n_cars; place++)
        for (uint32_t c = 0; c < spec->n_cars; c++)
            if (place_of(spec, c) == place && (spec->from_lap == 0 || spec->cars[c].state.running))
                PB_TRY(add_car(r, c, error));
    if (r->answer->n > 0) return PB_OK;
    return pb_error_set(error, PB_E_EMPTY, "%s: no car is left to plan for", r->question->race.path);
}

static pb_status choose_cars(run *r, pb_error *error)
{
    uint32_t car   = 0;
    r->answer->all = pb_span_equal_nocase(pb_span_of(r->question->car), "all");
    if (r->answer->all && r->question->compare)
        return pb_error_set(error, PB_E_USAGE, "two plans are compared for one car: --car VER");
    if (r->answer->all) return choose_all(r, error);
    PB_TRY(decide_state_car(r->answer->spec, r->question->car, "--car", &car, error));
    if (r->answer->spec->from_lap > 0) PB_TRY(decide_state_runs(r->answer->spec, car, "--car", error));
    return add_car(r, car, error);
}

/* ---- two plans ---- */

/* Says whose fault it is. */
static pb_status read_plan(const run *r, const char *option, const char *text, pb_plan *plan, pb_error *error)
{
    pb_error            why  = {0};
    const pb_race_spec *spec = r->answer->spec;
    PB_TRY(plan_text_read(text, option, spec, plan, error));
    pb_status status = pb_decide_plan_check(spec, r->answer->cars[0].car, plan, &why);
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "%s %.60s: %s", option, text, why.text);
}

static pb_status compare(run *r, pb_error *error)
{
    strategy_answer *a       = r->answer;
    strategy_car    *c       = &a->cars[0];
    pb_decider      *decider = NULL;
    a->compared              = true;
    PB_TRY(read_plan(r, "--compare", r->question->compare, &a->plan[0], error));
    PB_TRY(read_plan(r, "--with", r->question->with, &a->plan[1], error));
    PB_TRY(pb_decider_create(a->spec, &r->effort, &decider, error));
    pb_status status = pb_decide_compare(decider, c->car, &c->aim, &a->plan[0], &a->plan[1], a->side, error);
    c->trials        = pb_decider_trials(decider);
    pb_decider_destroy(decider);
    return status;
}

/* ---- all plans ---- */

/* A look in proportion to the ranking. */
static uint32_t look_trials(uint32_t trials, uint32_t most)
{
    uint32_t n = trials / LOOK_SHARE;
    return n < LOOK_LEAST ? LOOK_LEAST : n > most ? most : n;
}

/* Shares nothing that changes with the other cars. */
static pb_status plan_car(void *user, size_t i, pb_error *error)
{
    const run          *r       = user;
    strategy_car       *c       = &r->answer->cars[i];
    pb_strategy_options options = pb_strategy_options_default();
    pb_decider         *decider = NULL;
    options.aim                 = c->aim;
    options.triggers            = r->question->triggers;
    options.look_trials         = look_trials(r->effort.trials, options.look_trials);
    c->best                     = calloc(1, sizeof *c->best);
    if (!c->best) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    PB_TRY(pb_decider_create(r->answer->spec, &r->effort, &decider, error));
    pb_status status = pb_decide_strategy(decider, c->car, &options, c->best, error);
    c->trials        = pb_decider_trials(decider);
    pb_decider_destroy(decider);
    return status;
}

static void show(void *user, size_t done, size_t n)
{
    pb__progress_show(&((run *)user)->progress, done, n);
}

static pb_status plan_all(run *r, pb_error *error)
{
    bool quiet = r->question->quiet;
    if (!quiet) pb__progress_begin(&r->progress, "cars");
    pb_status status = pb_engine_each(r->answer->n, r->question->threads, plan_car, r, quiet ? NULL : show, error);
    if (!quiet) pb__progress_clear();
    return status;
}

static pb_status run_all(run *r, pb_error *error)
{
    pb__race_choice choice = r->question->race;
    choice.before          = true;
    r->effort              = pb_effort_default();
    r->effort.seed         = r->question->seed;
    r->effort.trials       = r->question->trials;
    PB_TRY(pb__isa_choose(r->question->isa, &r->effort.isa, error));
    PB_TRY(pb__race_load_laps(&choice, r->answer->spec, &r->laps, &r->notes, error));
    PB_TRY(apply_state(r, error));
    PB_TRY(choose_cars(r, error));
    note_race(r);
    PB_TRY(tell_rivals(r, error));
    double    start      = pb_engine_seconds();
    pb_status status     = r->question->compare ? compare(r, error) : plan_all(r, error);
    r->answer->elapsed_s = pb_engine_seconds() - start;
    return status;
}

pb_status strategy_run(const strategy_question *question, strategy_answer *out, pb_error *error)
{
    run r = {.question = question, .answer = out};
    *out  = (strategy_answer){.spec = calloc(1, sizeof *out->spec), .seed = question->seed, .top = question->top};
    if (!out->spec) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_race_log_init(&r.laps.log);
    pb_status status = run_all(&r, error);
    pb__race_laps_free(&r.laps);
    return status;
}

void strategy_free(strategy_answer *answer)
{
    for (uint32_t i = 0; i < answer->n; i++) free(answer->cars[i].best);
    free(answer->spec);
    answer->n    = 0;
    answer->spec = NULL;
}

/* ---- words ---- */

void strategy_trigger_text(const pb_strategy_trigger *t, char out[STRATEGY_TRIGGER_MAX])
{
    const char *side = t->above ? "more" : "less";
    switch (t->kind) {
    case PB_TRIGGER_WEAR:
        snprintf(out, STRATEGY_TRIGGER_MAX, "tyres wear %.2f times what is expected, or %s", t->value, side);
        break;
    case PB_TRIGGER_PIT_LOSS:
        snprintf(out, STRATEGY_TRIGGER_MAX, "a stop costs %.1f s or %s (expected %.1f s)", t->value, side, t->now);
        break;
    case PB_TRIGGER_SC:
        snprintf(out, STRATEGY_TRIGGER_MAX, "a safety car on laps %u to %u", t->from_lap, t->to_lap);
        break;
    case PB_TRIGGER_LAP1_PLACE:
        snprintf(out, STRATEGY_TRIGGER_MAX, "P%.0f or %s after lap 1 (from P%.0f)", t->value,
                 t->above ? "worse" : "better", t->now);
        break;
    case PB_TRIGGER_NONE:
        snprintf(out, STRATEGY_TRIGGER_MAX, "nothing");
        break;
    }
}
