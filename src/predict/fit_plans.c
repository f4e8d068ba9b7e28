#include <stdlib.h>
#include <string.h>

#include "fit_caller.h"
#include "fit_internal.h"
#include "fit_planner.h"
#include "late_change.h"

#define STOPS_MAX (PB_PLAN_STINTS - 1)
/* A car that did this share of the distance has shown its whole plan. */
#define WHOLE_FRAC 0.9

/* The tyre stops of one car, as far as they are known. */
typedef struct history {
    uint8_t      start_compound;
    double       start_age_laps;
    uint32_t     n;
    pb_tyre_stop stop[STOPS_MAX];
} history;

static uint8_t spec_compound(const pb__fit *fit, uint8_t compound)
{
    uint8_t k = compound < PB_COMPOUND_N ? fit->compound_of[compound] : PB__NO_COMPOUND;
    return k == PB__NO_COMPOUND ? fit->compound_of[PB_COMPOUND_MEDIUM] : k;
}

/* The first laps of 2018 cars have no compound: the next known one of the same
 * set, then. */
static uint8_t start_compound(const pb_log_car *car)
{
    uint8_t compound = pb__compound_from(car, 0);
    return compound == PB_COMPOUND_UNKNOWN ? PB_COMPOUND_MEDIUM : compound;
}

static void add_stop(const pb__fit *fit, const pb_log_car *car, pb_tyre_stop stop, history *h)
{
    if (h->n == STOPS_MAX || stop.in_lap < 1 || stop.in_lap >= fit->laps) return;
    if (h->n > 0 && stop.in_lap <= h->stop[h->n - 1].in_lap) return;
    int32_t out_row = pb_lap_row(car, stop.in_lap + 1u);
    if (stop.compound == PB_COMPOUND_UNKNOWN && out_row >= 0) stop.compound = pb__compound_from(car, (uint32_t)out_row);
    h->stop[h->n++] = stop;
}

/* A stop that is counted at lap n or about to be at n + 1. */
static bool counted(const pb_tyre_stop *all, uint32_t n, uint32_t k, uint32_t lap)
{
    return k < n && all[k].in_lap <= lap + 1;
}

/* Stops that are counted and those whose new set is named late, in order. */
static void read_history(const pb__fit *fit, uint32_t c, history *h)
{
    const pb_log_car *car = &fit->log->cars[c];
    pb_tyre_stop      all[64], late;

    memset(h, 0, sizeof *h);
    h->start_compound = start_compound(car);
    if (car->n_laps > 0 && car->laps[0].tyre_age_laps > 0) h->start_age_laps = car->laps[0].tyre_age_laps - 1;
    if (!fit->has_laps) return;
    uint32_t n = pb_car_stops(fit->log, c, &fit->outcome, true, all, 64), k = 0;
    if (n > 64) n = 64;
    for (uint32_t i = 0; i < car->n_laps; i++) {
        uint16_t lap = car->laps[i].number;
        while (k < n && all[k].in_lap < lap) add_stop(fit, car, all[k++], h);
        if (pb__late_change(car, i, &late) && (!counted(all, n, k, lap) || all[k].in_lap == lap)) {
            add_stop(fit, car, late, h);
            k += k < n && all[k].in_lap == lap; /* counted by its time in the lane, with the old set */
        }
    }
    while (k < n) add_stop(fit, car, all[k++], h);
}

/* A car that is in the lane now: the row that would name its new set is not
 * there yet. A dry race owes two compounds, so another one; hard most often. */
static uint8_t guess_compound(const history *h)
{
    uint8_t on = h->n > 0 ? h->stop[h->n - 1].compound : h->start_compound;
    if (pb_compound_is_wet((pb_compound)on)) return on;
    return on == PB_COMPOUND_HARD && h->n == 0 ? PB_COMPOUND_MEDIUM : PB_COMPOUND_HARD;
}

static void add_open_stop(const pb__fit *fit, uint32_t c, history *h)
{
    const pb_lap *last = pb__fit_open_stop(fit, c);
    if (!last || h->n == STOPS_MAX || last->number >= fit->laps) return;
    if (h->n > 0 && h->stop[h->n - 1].in_lap >= last->number) return;
    h->stop[h->n] = (pb_tyre_stop){.in_lap = last->number, .compound = guess_compound(h), .new_age_laps = 0};
    h->n++;
}

static bool showed_all(const pb__fit *fit, uint32_t c)
{
    const pb_car_result *r = &fit->outcome.car[c];
    return r->took_flag || r->laps_done >= WHOLE_FRAC * fit->outcome.laps;
}

/* How unlike two cars' stops were up to a lap. */
static uint32_t unlikeness(const history *a, const history *b, uint32_t lap)
{
    uint32_t na = 0, nb = 0, sum = 0;
    while (na < a->n && a->stop[na].in_lap <= lap) na++;
    while (nb < b->n && b->stop[nb].in_lap <= lap) nb++;
    for (uint32_t i = 0; i < na && i < nb; i++) sum += (uint32_t)abs((int)a->stop[i].in_lap - (int)b->stop[i].in_lap);
    return sum + 30 * (uint32_t)abs((int)na - (int)nb) + (a->start_compound != b->start_compound ? 10u : 0u);
}

/* What a car that dropped out would have done is not in its rows: it goes on
 * like the car most like it until then. */
static bool continue_like_another(const pb__fit *fit, const history *all, uint32_t c, history *h)
{
    uint32_t done = fit->outcome.car[c].laps_done, best = UINT32_MAX, like = 0;
    for (uint32_t o = 0; o < fit->log->n_cars; o++) {
        if (o == c || fit->log->cars[o].n_laps == 0 || !showed_all(fit, o)) continue;
        uint32_t d = unlikeness(&all[c], &all[o], done) +
                     (uint32_t)abs((int)fit->spec->cars[c].grid - (int)fit->spec->cars[o].grid);
        if (d < best) {
            best = d;
            like = o;
        }
    }
    if (best == UINT32_MAX) return false;
    if (fit->log->cars[c].n_laps == 0) *h = all[like];
    for (uint32_t i = 0; fit->log->cars[c].n_laps > 0 && i < all[like].n && h->n < STOPS_MAX; i++)
        if (all[like].stop[i].in_lap > done) h->stop[h->n++] = all[like].stop[i];
    return true;
}

static void write_plan(const pb__fit *fit, const history *h, pb_plan *plan)
{
    memset(plan, 0, sizeof *plan);
    plan->weight_prob = 1;
    plan->n_stints    = (uint8_t)(h->n + 1);
    plan->stints[0] = (pb_stint_spec){.compound = spec_compound(fit, h->start_compound), .age_laps = h->start_age_laps};
    for (uint32_t i = 0; i < h->n; i++)
        plan->stints[i + 1] = (pb_stint_spec){.compound = spec_compound(fit, h->stop[i].compound),
                                              .in_lap   = h->stop[i].in_lap,
                                              .age_laps = h->stop[i].new_age_laps > 0 ? h->stop[i].new_age_laps : 0};
}

static bool uses_two_compounds(const pb_race_spec *spec, const pb_plan *plan)
{
    for (uint32_t i = 1; i < plan->n_stints; i++)
        if (plan->stints[i].compound != plan->stints[0].compound) return true;
    for (uint32_t i = 0; i < plan->n_stints; i++)
        if (spec->compounds[plan->stints[i].compound].kind != PB_TYRE_SLICK) return true;
    return false;
}

/* Laps of a car on a tyre that is not known, which counts as MEDIUM. */
static int32_t laps_unknown(const pb_log_car *car)
{
    int32_t n = 0;
    for (uint32_t i = 0; i < car->n_laps; i++) n += car->laps[i].compound == PB_COMPOUND_UNKNOWN;
    return n;
}

/* A rule that these cars did not keep (rain, a red flag, a disqualification)
 * cannot bind the replay of them. */
static void relax_rules(pb__fit *fit)
{
    pb_race_spec *spec = fit->spec;
    for (uint32_t c = 0; c < spec->n_cars; c++) {
        const pb_plan *plan = &spec->cars[c].plans[0];
        if (spec->rules.two_compounds && !uses_two_compounds(spec, plan)) {
            spec->rules.two_compounds = false;
            int32_t unknown           = laps_unknown(&fit->log->cars[c]);
            pb_race_spec_note(spec, "/rules/two_compounds", unknown, "off: %s ran on one compound%s",
                              spec->cars[c].code, unknown ? ", unknown tyres taken as MEDIUM" : "");
        }
        if (plan->n_stints - 1 < spec->rules.min_stops) spec->rules.min_stops = (uint8_t)(plan->n_stints - 1);
    }
}

static void actual_plans(pb__fit *fit)
{
    history *all      = calloc(PB_CARS_MAX, sizeof *all);
    uint32_t borrowed = 0, stops = 0;
    PB_ASSERT(all != NULL);

    for (uint32_t c = 0; c < fit->log->n_cars; c++) read_history(fit, c, &all[c]);
    for (uint32_t c = 0; c < fit->log->n_cars; c++) {
        history h = all[c];
        if (fit->log->cars[c].n_laps == 0 || !showed_all(fit, c)) borrowed += continue_like_another(fit, all, c, &h);
        fit->spec->cars[c].n_plans = 1;
        write_plan(fit, &h, &fit->spec->cars[c].plans[0]);
        stops += h.n;
    }
    free(all);
    relax_rules(fit);
    pb_race_spec_note(fit->spec, "/cars/plans", (int32_t)stops,
                      "tyre changes as they were; %u car(s) that dropped out go on like the car most like them",
                      borrowed);
}

/* How the learned pit wall would go on; 0 when it has nothing to say, or when that
 * would break a rule: its count of stops is not always that of the plan. */
static uint32_t ask_wall(const pb__fit *fit, const pb__caller *caller, uint32_t c, const pb_plan *past, pb_plan *out)
{
    uint32_t n = caller ? pb__caller_plans(caller, fit, c, past, out) : 0;
    for (uint32_t p = 0; p < n; p++)
        if (!pb__fit_keeps_rules(fit, past, &out[p])) return 0;
    return n;
}

/* The stops so far are facts; what comes after is planned: as the learned pit
 * wall would, where there is one that knows the car, else by cost. */
static bool plan_car(pb__fit *fit, const pb__caller *caller, uint32_t c)
{
    pb_car_spec *car = &fit->spec->cars[c];
    history      h;
    pb_plan      past;
    read_history(fit, c, &h);
    add_open_stop(fit, c, &h);
    write_plan(fit, &h, &past);
    uint32_t n   = ask_wall(fit, caller, c, &past, car->plans);
    car->n_plans = (uint8_t)(n > 0 ? n : pb__fit_plan_rest(fit, &past, fit->log->cars[c].n_laps > 0, car->plans));
    return n > 0;
}

/* Stops a car could make in all: those of its plan so far and one on every lap that
 * is left but the last. */
static uint32_t most_stops(const pb__fit *fit, const pb_plan *plan)
{
    uint32_t done = 0, from = fit->options->from_lap;
    while (done + 1u < plan->n_stints && plan->stints[done + 1].in_lap <= from) done++;
    return done + (fit->laps > from + 1u ? fit->laps - from - 1u : 0);
}

static uint32_t fewest_stops(const pb_car_spec *car)
{
    uint32_t least = car->plans[0].n_stints;
    for (uint32_t p = 1; p < car->n_plans; p++)
        if (car->plans[p].n_stints < least) least = car->plans[p].n_stints;
    return least - 1u;
}

/* Too few laps are left for the stops a car owes: the rule stays for the others. On
 * wet tyres no stop is planned: then the least number is lowered. Both are said. */
static void relax_min_stops(pb__fit *fit, const pb_car_spec *car)
{
    pb_rules_spec *rules = &fit->spec->rules;
    uint32_t       stops = fewest_stops(car);
    if (stops >= rules->min_stops) return;
    if (most_stops(fit, &car->plans[0]) < rules->min_stops) {
        pb_race_spec_note(fit->spec, "/rules/min_stops", 0, "%s can no longer make %d stops and is not asked to",
                          car->code, rules->min_stops);
        return;
    }
    pb_race_spec_note(fit->spec, "/rules/min_stops", 0, "lowered from %d to %u: no stop of %s on wet tyres is planned",
                      rules->min_stops, stops, car->code);
    rules->min_stops = (uint8_t)stops;
}

static void relax_two_compounds(pb__fit *fit, const pb_car_spec *car)
{
    if (!fit->spec->rules.two_compounds || uses_two_compounds(fit->spec, &car->plans[0])) return;
    if (fit->laps > fit->options->from_lap + 1u) return;
    pb_race_spec_note(fit->spec, "/rules/two_compounds", 0,
                      "%s can no longer fit a second dry compound and is not asked to", car->code);
}

/* A rule that a running car can no longer keep cannot bind its plan. */
static void relax_owed(pb__fit *fit)
{
    for (uint32_t c = 0; c < fit->spec->n_cars; c++) {
        const pb_log_car *log = &fit->log->cars[c];
        if (log->n_laps > 0 && log->laps[log->n_laps - 1].number + 3u < fit->options->from_lap) continue;
        relax_min_stops(fit, &fit->spec->cars[c]);
        relax_two_compounds(fit, &fit->spec->cars[c]);
    }
}

static void planned(pb__fit *fit)
{
    pb__caller caller;
    pb_error   why    = {0};
    uint32_t   called = 0;
    bool       asked  = fit->options->pit_wall && fit->options->from_lap > 0;
    bool       wall   = asked && pb__caller_init(fit->options->pit_wall, fit->log, &caller, &why) == PB_OK;
    for (uint32_t c = 0; c < fit->log->n_cars; c++) called += plan_car(fit, wall ? &caller : NULL, c);
    if (wall) pb__caller_fini(&caller);
    relax_owed(fit);
    const char *known = fit->options->from_lap > 0 ? "stops so far" : "nothing of this race";
    if (called > 0)
        pb_race_spec_note(fit->spec, "/cars/plans", (int32_t)called,
                          "%s; the rest of %u car(s) as pit walls did before, of the others by wear and pit loss",
                          known, called);
    else if (asked && !wall)
        pb_race_spec_note(fit->spec, "/cars/plans", 0, "%s; the rest by wear and pit loss, since %s", known, why.text);
    else
        pb_race_spec_note(fit->spec, "/cars/plans", 0, "%s; the rest planned by wear and pit loss", known);
}

void pb__fit_plans(pb__fit *fit)
{
    if (fit->options->whole_race)
        actual_plans(fit);
    else
        planned(fit);
}
