#include "recommend_run.h"

#include <stdlib.h>
#include <string.h>

#include "decide_view.h"
#include "isa_choice.h"
#include "model_args.h"
#include "pitboard/engine.h"
#include "terminal.h"

/* Everything of one run that is not the answer. */
typedef struct run {
    const recommend_question *question;
    recommend_answer         *answer;
    pb__race_laps             laps;
    pb__race_notes            notes;
    decide_past               past;
    decide_view               view;
    pb_effort                 effort;
    char                      dir[PB_REGISTRY_PATH_MAX];
    pb__progress              progress;
} run;

const char *recommend_code(const pb_race_spec *spec, uint8_t car)
{
    return car < spec->n_cars && spec->cars[car].state.running ? spec->cars[car].code : NULL;
}

static void assume(recommend_answer *a, const char *text)
{
    if (!text[0] || a->n_assumed == RECOMMEND_ASSUMED_MAX) return;
    pb_span_copy(pb_span_of(text), a->assumed[a->n_assumed++], sizeof a->assumed[0]);
}

/* ---- the race ---- */

/* Where versions are kept: the user's folder, if there is such a place. */
static pb_status choose_dir(run *r, pb_error *error)
{
    if (r->question->models) return model_args_dir(r->question->models, r->dir, error);
    if (pb_registry_default_dir(r->dir, NULL) != PB_OK) r->dir[0] = '\0';
    return PB_OK;
}

static pb_status check_moment(const run *r, pb_error *error)
{
    const pb_race_spec *spec = r->answer->spec;
    const char         *path = r->question->race.path;
    if (spec->from_lap == 0 && r->laps.has)
        return pb_error_set(error, PB_E_USAGE, "from which lap? --lap L calls from the leader's end of lap L of %s",
                            path);
    if (spec->from_lap == 0)
        return pb_error_set(error, PB_E_USAGE,
                            "%s starts from the grid: there is no lap to call from; `pitboard strategy` plans before "
                            "the start",
                            path);
    return PB_OK;
}

static pb_status load(run *r, pb_error *error)
{
    pb__race_choice choice = r->question->race;
    if (choice.from_lap == 1)
        return pb_error_set(error, PB_E_RANGE,
                            "--lap 1: when the leader ends lap 1 no other car has; call from lap 2 on");
    choice.lap_option = "--lap";
    choice.models     = r->dir[0] ? r->dir : NULL;
    PB_TRY(pb__race_load_laps(&choice, r->answer->spec, &r->laps, &r->notes, error));
    return check_moment(r, error);
}

/* ---- the cars ---- */

static pb_status find_car(const run *r, const char *name, uint32_t *out, pb_error *error)
{
    for (uint32_t i = 0; i < r->laps.n_absent; i++)
        if (pb_span_equal_nocase(pb_span_of(name), r->laps.absent[i]))
            return pb_error_set(error, PB_E_RULE, "--car %s: it has completed no lap by the leader's end of lap %u",
                                r->laps.absent[i], r->answer->spec->from_lap);
    PB_TRY(decide_state_car(r->answer->spec, name, "--car", out, error));
    return decide_state_runs(r->answer->spec, *out, "--car", error);
}

static pb_status add_car(run *r, uint32_t car, pb_error *error)
{
    const char    *text = r->question->objective ? r->question->objective : "points";
    recommend_car *c    = &r->answer->cars[r->answer->n];
    *c                  = (recommend_car){.car = car};
    PB_TRY(pb_aim_of(pb_span_of(text), r->answer->spec, car, &c->aim, error));
    r->answer->n++;
    return PB_OK;
}

static pb_status choose_all(run *r, pb_error *error)
{
    const pb_race_spec *spec = r->answer->spec;
    for (uint32_t place = 1; place <= spec->n_cars; place++)
        for (uint32_t c = 0; c < spec->n_cars; c++) {
            const pb_car_state *state = &spec->cars[c].state;
            if (state->position == place && state->running && !r->answer->boxed[c]) PB_TRY(add_car(r, c, error));
        }
    if (r->answer->n > 0) return PB_OK;
    return pb_error_set(error, PB_E_EMPTY, "%s: no car is left to call for", r->question->race.path);
}

static pb_status choose_cars(run *r, pb_error *error)
{
    uint32_t car   = 0;
    r->answer->all = pb_span_equal_nocase(pb_span_of(r->question->car), "all");
    if (r->answer->all) return choose_all(r, error);
    PB_TRY(find_car(r, r->question->car, &car, error));
    if (r->answer->boxed[car])
        return pb_error_set(error, PB_E_USAGE,
                            "--car %s: --boxed says that it stops on this lap, so there is nothing to call",
                            r->answer->spec->cars[car].code);
    return add_car(r, car, error);
}

/* What is known beside the laps. */
static pb_status apply_state(run *r, pb_error *error)
{
    recommend_answer *a = r->answer;
    PB_TRY(decide_flag_of(r->question->flag, &a->flag, error));
    PB_TRY(decide_state_flag(a->spec, a->flag, error));
    PB_TRY(decide_state_boxed(a->spec, r->question->boxed, a->boxed, error));
    return pb_race_spec_check(a->spec, error);
}

/* ---- what is looked at ---- */

/* What is missing altogether the call notes itself where it would have asked. */
static void note_models(run *r)
{
    char why[200];
    for (int k = 0; k < DECIDE_MODELS_N; k++) {
        if (k == DECIDE_PACE || !r->answer->models->known[k]) continue; /* the view says what became of the prior */
        decide_model_why(r->answer->models, (decide_model)k, why, sizeof why);
        assume(r->answer, why);
    }
}

static void assume_gap(void *answer, const char *text)
{
    assume(answer, text);
}

static void note_race(run *r)
{
    const recommend_answer *a   = r->answer;
    int32_t                 own = a->all ? GAP_NO_CAR : (int32_t)a->cars[0].car;
    char                    text[200];
    gap_notes(a->spec, &r->notes.gaps, own, assume_gap, r->answer);
    gap_note_team(a->spec, own, assume_gap, r->answer);
    if (!r->laps.has) assume(r->answer, "no laps: pace, tyres and plans are as the race file has them");
    if (r->notes.quarantined) {
        snprintf(text, sizeof text, "%u rows were left out; `pitboard import auto FILE` lists them",
                 r->notes.quarantined);
        assume(r->answer, text);
    }
    for (uint32_t i = 0; pb__race_relaxed(r->answer->spec, &i, text, sizeof text);) assume(r->answer, text);
    assume(r->answer, r->view.prior_why);
}

static pb_status take_models(run *r, pb_error *error)
{
    const recommend_desk *desk = r->question->desk;
    r->answer->models          = desk ? desk->models : &r->answer->own_models;
    return desk ? PB_OK : decide_models_load(r->dir[0] ? r->dir : NULL, &r->answer->own_models, error);
}

/* Of a race with laps. */
static pb_status take_past(run *r, decide_view_source *from, pb_error *error)
{
    const recommend_desk *desk = r->question->desk;
    decide_past          *past = &r->past;
    if (desk)
        decide_past_choose(desk->past, &r->laps.log, &past->races, &past->beside);
    else
        PB_TRY(decide_past_read(&r->question->data, r->question->race.grids, &r->laps.log, past, error));
    from->past   = &past->races;
    from->beside = r->question->beside ? r->question->beside : past->beside;
    return PB_OK;
}

static pb_status look(run *r, pb_error *error)
{
    const pb__race_given *given = &r->question->race.given;
    decide_view_source    from  = {
            .log = r->laps.has ? &r->laps.log : NULL, .phases = given->phases, .n_phases = given->n_phases};
    PB_TRY(take_models(r, error));
    from.models = r->answer->models;
    if (r->laps.has) PB_TRY(take_past(r, &from, error));
    PB_TRY(decide_view_make(&from, &r->view, error));
    r->view.see.flag     = decide_flag_kind(r->answer->flag);
    r->view.see.asked_ms = r->question->asked_ms;
    r->view.see.flag_ms  = r->question->flag_ms;
    memcpy(r->view.see.rival_boxed, r->answer->boxed, sizeof r->view.see.rival_boxed);
    note_race(r);
    note_models(r);
    return PB_OK;
}

/* ---- the calls ---- */

/* Shares nothing that changes with the other cars. */
static pb_status call_car(void *user, size_t i, pb_error *error)
{
    const run        *r       = user;
    recommend_car    *c       = &r->answer->cars[i];
    pb_decide_options options = pb_decide_options_default();
    pb_decider       *decider = NULL;
    double            start   = pb_engine_seconds();
    options.aim               = c->aim;
    if (r->question->table_trials) options.table_trials = r->question->table_trials;
    PB_TRY(pb_decider_create(r->answer->spec, &r->effort, &decider, error));
    pb_status status = pb_decide_call(decider, &r->view.see, c->car, &options, &c->call, error);
    pb_decider_destroy(decider);
    c->elapsed_s = pb_engine_seconds() - start;
    return status;
}

static void show(void *user, size_t done, size_t n)
{
    pb__progress_show(&((run *)user)->progress, done, n);
}

static pb_status call_all(run *r, pb_error *error)
{
    double start = pb_engine_seconds();
    bool   quiet = r->question->quiet;
    if (!quiet) pb__progress_begin(&r->progress, "cars");
    pb_status status = pb_engine_each(r->answer->n, r->question->threads, call_car, r, quiet ? NULL : show, error);
    if (!quiet) pb__progress_clear();
    r->answer->elapsed_s = pb_engine_seconds() - start;
    return status;
}

static pb_status run_all(run *r, pb_error *error)
{
    r->effort        = pb_effort_default();
    r->effort.seed   = r->question->seed;
    r->effort.trials = r->question->trials;
    PB_TRY(pb__isa_choose(r->question->isa, &r->effort.isa, error));
    PB_TRY(choose_dir(r, error));
    PB_TRY(load(r, error));
    PB_TRY(apply_state(r, error));
    PB_TRY(choose_cars(r, error));
    PB_TRY(look(r, error));
    PB_TRY(call_all(r, error));
    if (r->question->outlook) recommend_look_out(&r->view, r->answer);
    return PB_OK;
}

pb_status recommend_run(const recommend_question *question, recommend_answer *out, pb_error *error)
{
    *out   = (recommend_answer){.spec = calloc(1, sizeof *out->spec), .seed = question->seed};
    run *r = calloc(1, sizeof *r);
    if (!out->spec || !r) {
        free(r);
        return pb_error_set(error, PB_E_NOMEM, "out of memory");
    }
    r->question = question;
    r->answer   = out;
    pb_race_log_init(&r->laps.log);
    pb_status status = run_all(r, error);
    decide_view_free(&r->view);
    decide_past_free(&r->past);
    pb__race_laps_free(&r->laps);
    free(r);
    return status;
}

void recommend_free(recommend_answer *answer)
{
    decide_models_free(&answer->own_models);
    free(answer->spec);
    answer->spec   = NULL;
    answer->models = NULL;
}
