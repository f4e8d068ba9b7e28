#include "strategy_run.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "decide_state.h"
#include "isa_choice.h"
#include "pitboard/engine.h"
#include "plan_text.h"

static void assume(strategy_answer *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void assume(strategy_answer *a, const char *format, ...)
{
    va_list args;
    if (a->n_assumed == STRATEGY_ASSUMED_MAX) return;
    va_start(args, format);
    vsnprintf(a->assumed[a->n_assumed++], sizeof a->assumed[0], format, args);
    va_end(args);
}

/* ---- the race ---- */

static void note_race(const pb__race_notes *notes, strategy_answer *a)
{
    const pb_race_spec *spec = a->spec;
    if (notes->unseen)
        assume(a, "nothing of the race itself: pace by grid slot, tyres and pit lane by what ships of earlier and other "
                  "races (--set pace=actual looks back)");
    if (notes->lap1_grid) assume(a, "no grid given: the order at the end of lap 1 stands in (--grids FILE)");
    if (notes->quarantined)
        assume(a, "%u rows were left out; `pitboard import auto FILE` lists them", notes->quarantined);
    if (a->aim.kind == PB_AIM_CHAMPIONSHIP)
        assume(a, "championship: points less those of %s", spec->cars[a->aim.rival].code);
    if (spec->from_lap == 0 && spec->weather.rain_prob > 0)
        assume(a, "a dry start; rain is drawn, and cars answer it, but no plan is made for it");
}

static pb_status load(const strategy_question *q, strategy_answer *a, pb__race_notes *notes, pb_error *error)
{
    pb__race_choice choice = q->race;
    choice.before          = true;
    PB_TRY(pb__race_load(&choice, a->spec, notes, error));
    PB_TRY(decide_state_car(a->spec, q->car, "--car", &a->car, error));
    if (a->spec->from_lap > 0) PB_TRY(decide_state_runs(a->spec, a->car, "--car", error));
    const char *text = q->objective ? q->objective : "points";
    return pb_aim_of(pb_span_of(text), a->spec, a->car, &a->aim, error);
}

/* ---- two plans ---- */

/* Says whose fault it is. */
static pb_status check_plan(const strategy_answer *a, const char *option, const char *text, const pb_plan *plan,
                            pb_error *error)
{
    pb_error  why    = {0};
    pb_status status = pb_decide_plan_check(a->spec, a->car, plan, &why);
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "%s %.60s: %s", option, text, why.text);
}

static pb_status compare(const strategy_question *q, pb_decider *d, strategy_answer *a, pb_error *error)
{
    a->compared = true;
    PB_TRY(plan_text_read(q->compare, "--compare", a->spec, &a->plan[0], error));
    PB_TRY(plan_text_read(q->with, "--with", a->spec, &a->plan[1], error));
    PB_TRY(check_plan(a, "--compare", q->compare, &a->plan[0], error));
    PB_TRY(check_plan(a, "--with", q->with, &a->plan[1], error));
    return pb_decide_compare(d, a->car, &a->aim, &a->plan[0], &a->plan[1], a->side, error);
}

/* ---- all plans ---- */

static pb_status rank(pb_decider *d, strategy_answer *a, pb_error *error)
{
    pb_strategy_options options = pb_strategy_options_default();
    options.aim                 = a->aim;
    a->best                     = calloc(1, sizeof *a->best);
    if (!a->best) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    return pb_decide_strategy(d, a->car, &options, a->best, error);
}

pb_status strategy_run(const strategy_question *q, strategy_answer *out, pb_error *error)
{
    pb__race_notes notes   = {0};
    pb_effort      effort  = pb_effort_default();
    pb_decider    *decider = NULL;
    *out = (strategy_answer){.spec = calloc(1, sizeof *out->spec), .seed = q->seed, .top = q->top};
    if (!out->spec) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    effort.seed   = q->seed;
    effort.trials = q->trials;
    PB_TRY(pb__isa_choose(q->isa, &effort.isa, error));
    PB_TRY(load(q, out, &notes, error));
    note_race(&notes, out);
    double start = pb_engine_seconds();
    PB_TRY(pb_decider_create(out->spec, &effort, &decider, error));
    pb_status status = q->compare ? compare(q, decider, out, error) : rank(decider, out, error);
    out->trials      = pb_decider_trials(decider);
    out->elapsed_s   = pb_engine_seconds() - start;
    pb_decider_destroy(decider);
    return status;
}

void strategy_free(strategy_answer *answer)
{
    free(answer->best);
    free(answer->spec);
    answer->best = NULL;
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
