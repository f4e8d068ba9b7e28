#include "fit_caller.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitcall.h"

#define RESTS 24     /* drawn for a car, then joined to PB_PLANS_MAX */
#define STOPS_MORE 3 /* in one of them */
#define LAST_LAPS 2  /* nobody stops so late */
/* Fractions of multiples of it are spread evenly (the golden ratio). */
#define SPREAD 0.6180339887498949

/* A stop to come. */
typedef struct call {
    uint16_t lap;
    uint8_t  compound; /* pb_compound */
} call;

typedef struct rest {
    call     stop[STOPS_MORE];
    uint32_t n;
} rest;

/* A car that is being driven on in thought. */
typedef struct thought {
    const pb__caller *caller;
    const pb__fit    *fit;
    float             x[PB__PITCALL_N]; /* as of the end of lap */
    uint32_t          lap;
    uint8_t           compound;
    bool              owed;
} thought;

pb_status pb__caller_init(const pb_model *model, const pb_race_log *log, pb__caller *caller, pb_error *error)
{
    *caller = (pb__caller){.model = model};
    PB_TRY(pb_scene_create(log, NULL, &caller->scene, error));
    pb_scene_look(caller->scene, PB_LAPS_MAX, INT32_MAX);
    return PB_OK;
}

void pb__caller_fini(pb__caller *caller)
{
    if (caller->scene) pb_scene_destroy(caller->scene);
    caller->scene = NULL;
}

static void set_lap(thought *t, uint32_t lap)
{
    float n = (float)lap - t->x[PB__PF_lap], laps = (float)t->fit->laps;
    t->x[PB__PF_lap]        = (float)lap;
    t->x[PB__PF_laps_to_go] = laps - (float)lap;
    t->x[PB__PF_race_share] = (float)lap / laps;
    t->x[PB__PF_tyre_age_laps] += n;
    t->x[PB__PF_stint_laps] += n;
    t->x[PB__PF_off_age_diff] += n;
    t->x[PB__PF_age_share]   = t->x[PB__PF_tyre_age_laps] / laps;
    t->x[PB__PF_stint_share] = t->x[PB__PF_stint_laps] / laps;
    t->lap                   = lap;
}

/* What is out on the track now will not be in five laps. */
static void set_green(thought *t)
{
    static const int none[]    = {PB__PF_sc,       PB__PF_vsc,       PB__PF_sc_laps, PB__PF_vsc_laps,
                                  PB__PF_after_sc, PB__PF_after_vsc, PB__PF_yellow};
    static const int unknown[] = {PB__PF_neutral_first_s, PB__PF_neutral_clear_s, PB__PF_after_lag_s};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) t->x[none[i]] = 0;
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) t->x[unknown[i]] = NAN;
}

/* On a new set, out of the traffic it was in. */
static void set_tyre(thought *t, uint8_t compound)
{
    static const int kinds[]   = {PB__PF_soft, PB__PF_medium, PB__PF_hard, PB__PF_intermediate, PB__PF_wet};
    static const int used[]    = {PB__PF_used_soft, PB__PF_used_medium, PB__PF_used_hard, PB__PF_used_rain,
                                  PB__PF_used_rain};
    static const int unknown[] = {
        PB__PF_drop_s,      PB__PF_drop_fuel_s, PB__PF_step_s,       PB__PF_slope_s,          PB__PF_slope_rel_s,
        PB__PF_older_share, PB__PF_age_rank,    PB__PF_fresh_gain_s, PB__PF_undercut_ahead_s, PB__PF_undercut_behind_s};
    float age = t->x[PB__PF_tyre_age_laps];
    for (int k = 0; k < PB_PITCALL_SETS; k++) t->x[kinds[k]] = compound == PB_COMPOUND_SOFT + k;
    t->x[used[compound - PB_COMPOUND_SOFT]] = 1;
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) t->x[unknown[i]] = NAN;
    t->x[PB__PF_tyre_age_laps] = t->x[PB__PF_stint_laps] = 0;
    t->x[PB__PF_off_age_diff] -= age;
    t->x[PB__PF_stops_done] += 1;
    t->x[PB__PF_stops_field_diff] -= 1;
    t->owed                     = t->owed && compound == t->compound;
    t->x[PB__PF_compounds_owed] = t->owed;
    t->compound                 = compound;
}

/* Chance to stop at the end of the next lap, and on what. */
static bool ask(const thought *t, pb_pitcall *said)
{
    return pb__pitcall_answer(t->caller->model, PB_PITCALL_BY_CLOCK, t->x, said, NULL) == PB_OK;
}

/* The likeliest set that the race has; another one where that is owed. */
static uint8_t set_of(const thought *t, const pb_pitcall *said)
{
    int best = -1;
    for (int k = 0; k < PB_PITCALL_SETS; k++) {
        uint8_t c = (uint8_t)(PB_COMPOUND_SOFT + k);
        if (t->fit->compound_of[c] == PB__NO_COMPOUND || (t->owed && c == t->compound)) continue;
        if (best < 0 || said->p_set[k] > said->p_set[best]) best = k;
    }
    return best < 0 ? t->compound : (uint8_t)(PB_COMPOUND_SOFT + best);
}

/* Drives on until the chance that it has stopped reaches u. When it never does,
 * what is owed is fetched where a stop was likeliest. False: no more stops. */
static bool next_stop(thought *t, double u, call *out)
{
    thought    here = *t, likeliest = *t;
    pb_pitcall said, then           = {0};
    double     on = 1, most = -1;
    while (here.lap + 1 + LAST_LAPS <= t->fit->laps && ask(&here, &said)) {
        on *= 1 - said.p_stop;
        if (said.p_stop > most) {
            most      = said.p_stop;
            likeliest = here;
            then      = said;
        }
        if (1 - on >= u) {
            *t   = here;
            *out = (call){(uint16_t)(here.lap + 1), set_of(&here, &said)};
            return true;
        }
        set_green(&here);
        set_lap(&here, here.lap + 1);
    }
    if (!t->owed || most < 0) return false;
    *t   = likeliest;
    *out = (call){(uint16_t)(likeliest.lap + 1), set_of(&likeliest, &then)};
    return true;
}

/* One rest of the race: u of the first stop is spread evenly over all of them.
 * False when a second compound stays owed. */
static bool think(const thought *from, int which, uint32_t room, rest *out)
{
    thought t = *from;
    double  u = (which + 0.5) / RESTS;
    out->n    = 0;
    while (out->n < room && next_stop(&t, u, &out->stop[out->n])) {
        const call *c = &out->stop[out->n++];
        set_lap(&t, c->lap);
        set_green(&t);
        set_tyre(&t, c->compound);
        u = u * RESTS + SPREAD * which * out->n;
        u -= floor(u);
    }
    return !t.owed;
}

static int by_stops(const void *a, const void *b)
{
    const rest *x = a, *y = b;
    if (x->n != y->n) return x->n < y->n ? -1 : 1;
    for (uint32_t i = 0; i < x->n; i++)
        if (x->stop[i].lap != y->stop[i].lap) return x->stop[i].lap < y->stop[i].lap ? -1 : 1;
    return 0;
}

static void write_plan(const pb__fit *fit, const pb_plan *past, const rest *r, double weight, pb_plan *out)
{
    *out             = *past;
    out->weight_prob = weight;
    for (uint32_t i = 0; i < r->n; i++)
        out->stints[out->n_stints++] =
            (pb_stint_spec){.compound = fit->compound_of[r->stop[i].compound], .in_lap = r->stop[i].lap};
}

static bool start_thought(const pb__caller *caller, const pb__fit *fit, uint32_t car, thought *t)
{
    float lap[PB_LF_N];
    if (pb__fit_open_stop(fit, car) || !pb_scene_runs(caller->scene, car)) return false;
    if (!pb_scene_row(caller->scene, car, lap)) return false;
    *t = (thought){.caller = caller, .fit = fit, .compound = pb_scene_compound(caller->scene, car)};
    if (t->compound < PB_COMPOUND_SOFT || t->compound > PB_COMPOUND_WET) return false;
    pb__pitcall_pick(lap, t->x);
    t->lap  = (uint32_t)t->x[PB__PF_lap];
    t->owed = t->x[PB__PF_compounds_owed] > 0 && fit->spec->rules.two_compounds;
    if (t->lap < fit->options->from_lap) set_lap(t, fit->options->from_lap); /* a lapped car: on the leader's laps */
    return true;
}

uint32_t pb__caller_plans(const pb__caller *caller, const pb__fit *fit, uint32_t car, const pb_plan *past,
                          pb_plan out[PB_PLANS_MAX])
{
    thought    t;
    rest       rests[RESTS];
    pb_pitcall said;
    if (past->n_stints >= PB_PLAN_STINTS || !start_thought(caller, fit, car, &t) || !ask(&t, &said)) return 0;
    uint32_t plans = (uint32_t)PB_PLAN_ENTRIES_MAX / (past->n_stints + (uint32_t)STOPS_MORE), room = STOPS_MORE;
    if (plans > PB_PLANS_MAX) plans = PB_PLANS_MAX;
    if (plans == 0) plans = 1;
    if (past->n_stints + room > PB_PLAN_STINTS) room = PB_PLAN_STINTS - past->n_stints;
    for (int i = 0; i < RESTS; i++)
        if (!think(&t, i, room, &rests[i])) return 0;
    qsort(rests, RESTS, sizeof *rests, by_stops);
    for (uint32_t p = 0; p < plans; p++) {
        uint32_t middle = (2 * p + 1) * RESTS / (2 * plans);
        write_plan(fit, past, &rests[middle], 1.0 / plans, &out[p]);
    }
    return plans;
}
