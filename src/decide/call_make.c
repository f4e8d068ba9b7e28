/* call_make: the call for one car, part by part. See call_work.h. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call_work.h"
#include "pitboard/num.h"
#include "pitboard/predict_pitcall.h"

pb_decide_options pb_decide_options_default(void)
{
    return (pb_decide_options){.aim = {.kind = PB_AIM_POINTS, .top = 1, .rival = PB_CALL_NOBODY, .tail_frac = 0.2},
                               .table_trials = 256,
                               .team         = true,
                               .flips        = true};
}

void pb__call_note(pb_call *call, const char *format, ...)
{
    va_list args;
    if (call->n_notes == PB_CALL_NOTES_MAX) return;
    va_start(args, format);
    (void)vsnprintf(call->notes[call->n_notes++], sizeof call->notes[0], format, args);
    va_end(args);
}

/* ---- what the parts ask ---- */

static uint8_t neighbour(const pb_race_spec *spec, uint32_t car, bool ahead)
{
    const pb_car_state *own  = &spec->cars[car].state;
    uint8_t             best = PB_CALL_NOBODY;
    for (uint32_t c = 0; c < spec->n_cars; c++) {
        const pb_car_state *s = &spec->cars[c].state;
        if (c == car || !s->running || (ahead ? s->position >= own->position : s->position <= own->position)) continue;
        if (best != PB_CALL_NOBODY) {
            uint8_t than = spec->cars[best].state.position;
            if (ahead ? s->position < than : s->position > than) continue;
        }
        best = (uint8_t)c;
    }
    return best;
}

uint8_t pb__car_ahead(const pb_race_spec *spec, uint32_t car)
{
    return neighbour(spec, car, true);
}

uint8_t pb__car_behind(const pb_race_spec *spec, uint32_t car)
{
    return neighbour(spec, car, false);
}

double pb__cheap_stop_prob(const pb_race_spec *spec, uint32_t car)
{
    const pb_car_state   *s    = &spec->cars[car].state;
    const pb_policy_spec *p    = &spec->policy;
    double                left = (double)(spec->rules.laps - spec->from_lap) / spec->rules.laps;
    double                age  = s->tyre_age_laps / spec->compounds[s->compound].life_laps;
    return s->running ? pb_logistic(p->cheap_bias + p->cheap_age * age + p->cheap_left * left) : 0;
}

double pb__lap_s(const pb_race_spec *spec, uint32_t car)
{
    const pb_car_spec      *c    = &spec->cars[car];
    const pb_compound_spec *tyre = &spec->compounds[c->state.compound];
    uint32_t                n    = spec->from_lap + 1u;
    double                  offset =
        n <= spec->n_lap_offsets ? spec->lap_offset_s[n] : spec->evolution_s_per_lap * (double)spec->from_lap;
    return spec->base_lap_s + c->pace_s + offset + tyre->offset_s +
           tyre->wear_s_per_lap * c->wear_mult * c->state.tyre_age_laps;
}

/* ---- who may be asked ---- */

static pb_status check(const pb_race_spec *spec, uint32_t car, pb_error *error)
{
    if (car >= spec->n_cars)
        return pb_error_set(error, PB_E_RANGE, "there is no car %u; the race has %d", car, spec->n_cars);
    const pb_car_spec *c = &spec->cars[car];
    if (spec->from_lap == 0)
        return pb_error_set(error, PB_E_RANGE,
                            "the race has not begun, so there is no call yet; plan it instead (strategy)");
    if (spec->from_lap >= spec->rules.laps)
        return pb_error_set(error, PB_E_RANGE, "lap %d is the last of %d: there is nothing left to call",
                            spec->from_lap, spec->rules.laps);
    if (!c->state.running)
        return pb_error_set(error, PB_E_RULE, "%s is out of the race since lap %d", c->code, c->state.laps_done);
    return PB_OK;
}

/* What pit walls did with such a car; without the model nobody knows. */
static double hazard_of(pb__work *w)
{
    const pb_decide_view *view = w->view;
    pb_pitcall            said;
    if (!view->pitcall || !view->scene) return (double)NAN;
    if (pb_pitcall_hazard(view->pitcall, view->scene, w->car, PB_PITCALL_BY_CLOCK, &said, NULL) != PB_OK)
        return (double)NAN;
    for (int k = 0; k < PB_PITCALL_SETS; k++) w->p_set[PB_COMPOUND_SOFT + k] = said.p_set[k];
    if (view->flag == PB_NEUTRAL_SC || view->flag == PB_NEUTRAL_VSC) /* the laps do not show it yet */
        return fmax(said.p_stop, pb__cheap_stop_prob(w->spec, w->car));
    return said.p_stop;
}

/* The phase that is on, or comes out on the lap that begins now. */
static void see_flag(pb__work *w)
{
    const pb_neutral_spec *n    = &w->spec->neutral;
    double                 from = w->spec->from_lap;
    w->flag                     = w->view->flag;
    for (uint32_t i = 0; i < n->n_phases; i++) {
        const pb_phase_spec *p = &n->phases[i];
        if (p->kind == PB_NEUTRAL_RED || p->end_progress <= from || p->start_progress >= from + 1) continue;
        if (w->flag != PB_NEUTRAL_RED) w->flag = p->kind;
        w->flag_ends = (uint16_t)ceil(p->end_progress);
    }
}

void pb__call_begin(pb__work *w, pb_call *out)
{
    see_flag(w);
    *out             = (pb_call){.car          = (uint8_t)w->car,
                                 .lap          = w->spec->from_lap,
                                 .laps         = w->spec->rules.laps,
                                 .position     = w->state->position,
                                 .team         = pb__team_none(),
                                 .rain         = {.probe = PB_CALL_NOBODY},
                                 .rejoin       = {.ahead = PB_CALL_NOBODY, .behind = PB_CALL_NOBODY},
                                 .driving_mode = PB_ACTION_BALANCED};
    out->n_rules     = (uint8_t)pb_decide_rules(w->spec, w->car, out->rules);
    w->hazard        = hazard_of(w);
    out->stop_hazard = w->hazard;
    if (isnan(w->hazard)) pb__call_note(out, "no pit-call model saw this car: ties go by the simulation alone");
}

static pb_status make(pb__work *w, pb_error *error)
{
    if (w->flag == PB_NEUTRAL_RED) return pb__call_red(w, error);
    PB_TRY(pb__call_actions(w, error));
    pb__call_tyre(w);
    pb__call_duels(w);
    if (w->options->table_trials > 0) PB_TRY(pb__call_neutral(w, error));
    PB_TRY(pb__call_rain(w, error));
    if (w->options->team) PB_TRY(pb__call_team(w, error));
    pb__call_rejoin(w);
    PB_TRY(pb__call_penalty(w, error));
    pb__call_deadline(w);
    pb__call_labels(w);
    pb__call_mode(w);
    pb__call_facts(w);
    return w->options->flips ? pb__call_flips(w, error) : PB_OK;
}

pb_status pb_decide_call(pb_decider *d, const pb_decide_view *view, uint32_t car, const pb_decide_options *options,
                         pb_call *out, pb_error *error)
{
    static const pb_decide_view nothing;
    PB_TRY(check(&d->spec, car, error));
    pb__work *w    = malloc(sizeof *w);
    pb_call  *call = malloc(sizeof *call);
    if (!w || !call) {
        free(w);
        free(call);
        return pb_error_set(error, PB_E_NOMEM, "out of memory for a call");
    }
    uint32_t before = d->trials;
    *w              = (pb__work){.d       = d,
                                 .spec    = &d->spec,
                                 .view    = view ? view : &nothing,
                                 .options = options,
                                 .car     = car,
                                 .state   = &d->spec.cars[car].state,
                                 .call    = call};
    pb__call_begin(w, call);
    pb_status status = make(w, error);
    call->trials     = d->trials - before;
    if (status == PB_OK) *out = *call;
    free(call);
    free(w);
    return status;
}
