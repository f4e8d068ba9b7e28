#include "fit_caller.h"

#include <math.h>
#include <string.h>

#include "fit_planner.h"
#include "pitcall.h"

#define LAST_LAPS 2 /* nobody stops so late */

/* A car, seen now. */
typedef struct seen {
    const pb__caller *caller;
    const pb__fit    *fit;
    float             x[PB__PITCALL_N];
    uint32_t          lap;
    uint8_t           compound;
    bool              owed; /* a second dry compound */
    bool              must; /* a stop, for whatever rule */
} seen;

/* Chance of every lap to come to be that of the next stop. */
typedef struct outlook {
    double   at[PB_LAPS_MAX + 1]; /* by lap */
    double   never;
    uint32_t from, last; /* laps a stop may come at the end of */
} outlook;

pb_status pb__caller_init(const pb_model *model, const pb_race_log *log, pb__caller *caller, pb_error *error)
{
    *caller = (pb__caller){.model = model};
    PB_TRY(pb__pitcall_check(model, error));
    PB_TRY(pb_scene_create(log, NULL, &caller->scene, error));
    pb_scene_look(caller->scene, PB_LAPS_MAX, INT32_MAX);
    return PB_OK;
}

void pb__caller_fini(pb__caller *caller)
{
    if (caller->scene) pb_scene_destroy(caller->scene);
    caller->scene = NULL;
}

/* False: the model has not learned to look ahead. */
static bool look_ahead(const seen *s, outlook *o)
{
    double on = 1, p;
    o->from   = s->lap + 1;
    o->last   = s->fit->laps > LAST_LAPS ? s->fit->laps - LAST_LAPS : 0;
    for (uint32_t lap = o->from; lap <= o->last; lap++) {
        if (!pb__pitcall_next_chance(s->caller->model, s->x, lap - s->lap, s->fit->laps, &p)) return false;
        o->at[lap] = on * p;
        on *= 1 - p;
    }
    o->never = on;
    return o->from <= o->last;
}

/* The lap by which it has stopped in a share u of all cases; 0: it has not at
 * all. Who owes a stop does stop, with the chances of those who do. */
static uint32_t stop_lap(const seen *s, const outlook *o, double u)
{
    double sum = 0, all = s->must ? 1 - o->never : 1;
    for (uint32_t lap = o->from; lap <= o->last; lap++) {
        sum += o->at[lap];
        if (sum >= u * all) return lap;
    }
    return s->must ? o->last : 0;
}

/* The likeliest set that the race has; another one where that is owed. */
static uint8_t set_at(const seen *s, uint32_t lap)
{
    pb_pitcall said;
    float      x[PB__PITCALL_N], n = (float)(lap - s->lap);
    int        best = -1;
    memcpy(x, s->x, sizeof x);
    x[PB__PF_lap] += n;
    x[PB__PF_laps_to_go] -= n;
    x[PB__PF_race_share] = x[PB__PF_lap] / (float)s->fit->laps;
    x[PB__PF_tyre_age_laps] += n;
    if (pb__pitcall_answer(s->caller->model, PB_PITCALL_BY_CLOCK, x, &said, NULL) != PB_OK) return s->compound;
    for (int k = 0; k < PB_PITCALL_SETS; k++) {
        uint8_t c = (uint8_t)(PB_COMPOUND_SOFT + k);
        if (s->fit->compound_of[c] == PB__NO_COMPOUND || (s->owed && c == s->compound)) continue;
        if (best < 0 || said.p_set[k] > said.p_set[best]) best = k;
    }
    return best < 0 ? s->compound : (uint8_t)(PB_COMPOUND_SOFT + best);
}

/* The next stop as the wall would make it, what comes after it by cost. */
static bool plan_with(const seen *s, const pb_plan *past, uint32_t lap, pb_plan *out)
{
    pb_plan known = *past, rest[PB_PLANS_MAX];
    *out          = *past;
    if (lap == 0) return true;
    uint8_t compound = s->fit->compound_of[set_at(s, lap)];
    if (compound == PB__NO_COMPOUND) return false;
    known.stints[known.n_stints++] = (pb_stint_spec){.compound = compound, .in_lap = (uint16_t)lap};
    uint32_t n = pb__fit_plan_rest(s->fit, &known, true, rest), best = 0;
    for (uint32_t i = 1; i < n; i++)
        if (rest[i].weight_prob > rest[best].weight_prob) best = i;
    *out = rest[best];
    return true;
}

static bool see(const pb__caller *caller, const pb__fit *fit, uint32_t car, seen *s)
{
    float lap[PB_LF_N];
    if (pb__fit_open_stop(fit, car) || !pb_scene_runs(caller->scene, car)) return false;
    if (!pb_scene_row(caller->scene, car, lap)) return false;
    *s = (seen){.caller = caller, .fit = fit, .compound = pb_scene_compound(caller->scene, car)};
    if (s->compound < PB_COMPOUND_SOFT || s->compound > PB_COMPOUND_HARD) return false;
    pb__pitcall_pick(lap, s->x);
    s->lap  = fit->options->from_lap; /* a lapped car: on the leader's laps */
    s->owed = s->x[PB__PF_compounds_owed] > 0 && fit->spec->rules.two_compounds;
    s->must = s->owed || s->x[PB__PF_stops_done] < fit->spec->rules.min_stops;
    return true;
}

uint32_t pb__caller_plans(const pb__caller *caller, const pb__fit *fit, uint32_t car, const pb_plan *past,
                          pb_plan out[PB_PLANS_MAX])
{
    seen     s;
    outlook  o;
    uint32_t entries = 0;
    if (past->n_stints >= PB_PLAN_STINTS || !see(caller, fit, car, &s) || !look_ahead(&s, &o)) return 0;
    if (fit->compound_of[s.compound] != past->stints[past->n_stints - 1].compound) return 0; /* rows that disagree */
    for (uint32_t p = 0; p < PB_PLANS_MAX; p++) {
        if (!plan_with(&s, past, stop_lap(&s, &o, (2 * p + 1) / (2.0 * PB_PLANS_MAX)), &out[p])) return 0;
        out[p].weight_prob = 1.0 / PB_PLANS_MAX;
        entries += out[p].n_stints;
    }
    if (entries <= PB_PLAN_ENTRIES_MAX) return PB_PLANS_MAX;
    out[0]             = out[PB_PLANS_MAX / 2]; /* too long for the table of a car: the middle one alone */
    out[0].weight_prob = 1;
    return 1;
}
