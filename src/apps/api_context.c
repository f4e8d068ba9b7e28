/* api_context: from what was told of a race to one that can be played on. */
#include "api_context.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/decide.h"
#include "pitboard/predict_plan.h"

#define FUEL_START_KG 110.0 /* the limit of the regulations, sporting practice since 2019 */
#define FUEL_S_PER_KG 0.03  /* usual; the prior holds fuel and track in one number */
#define CHOICE_S 4.0        /* a plan this much dearer is driven 1/e as often, as in the fit of a race */
#define SHARE_LEAST 0.05
#define AGE_MAX_LAPS 200
#define ONSET_FRAC 0.02 /* how wet a track is when rain has just begun */

/* What one car is on. */
typedef struct tyres {
    int    compound; /* pb_compound */
    double age_laps;
    int    stops;
} tyres;

typedef struct work {
    const api_context *c;
    pb_race_spec      *spec;
    api_notes         *notes;
    const api_rival   *told[PB_CARS_MAX + 1]; /* by place; NULL nothing */
    double             gap_s[PB_CARS_MAX + 1];
    tyres              own;
    pb_candidate      *candidates;
} work;

/* Cars of the spec: ours first, the others by place. */
static uint32_t place_of(const work *w, uint32_t car)
{
    uint32_t own = (uint32_t)w->c->position;
    return car == 0 ? own : car < own ? car : car + 1;
}

static uint32_t car_at(const work *w, uint32_t place)
{
    uint32_t own = (uint32_t)w->c->position;
    return place == own ? 0 : place < own ? place : place - 1;
}

/* ---- before the start: the circuit and average cars ---- */

static bool code_taken(const api_context *c, const char *code)
{
    if (strcmp(c->driver, code) == 0) return true;
    for (uint32_t i = 0; i < c->n_rivals; i++)
        if (strcmp(c->rivals[i].code, code) == 0) return true;
    return false;
}

static void name_car(const work *w, uint32_t place, pb_car_spec *car)
{
    const api_rival *r    = w->told[place];
    const char      *code = (int)place == w->c->position ? w->c->driver : r ? r->code : "";
    const char      *team = (int)place == w->c->position ? w->c->team : r ? r->team : "";
    pb_span_copy(pb_span_of(team), car->team, sizeof car->team);
    pb_span_copy(pb_span_of(code), car->code, sizeof car->code);
    for (const char *mark = "PQXYZ"; !car->code[0] && *mark; mark++) {
        char name[8];
        snprintf(name, sizeof name, "%c%u", *mark, place % 1000);
        if (!code_taken(w->c, name)) memcpy(car->code, name, sizeof name);
    }
}

/* Before the start all cars have the same plans, and their pace is a line over the
 * grid: two of them tell of all. */
static void spread_cars(work *w)
{
    pb_race_spec     *s    = w->spec;
    const pb_car_spec like = s->cars[0];
    double            step = s->cars[1].pace_s - s->cars[0].pace_s;
    s->n_cars              = (uint8_t)w->c->cars;
    for (uint32_t car = 0; car < s->n_cars; car++) {
        uint32_t place      = place_of(w, car);
        s->cars[car]        = like;
        s->cars[car].grid   = (uint8_t)place;
        s->cars[car].pace_s = step * (place - (s->n_cars + 1) / 2.0);
        name_car(w, place, &s->cars[car]);
    }
}

static pb_status fit_start(work *w, const pb_prior *prior, pb_error *error)
{
    const api_context   *c = w->c;
    pb_race_log          log;
    pb_log_car           cars[2] = {{.code = "A", .grid = 1}, {.code = "B", .grid = 2}};
    const pb_fit_options options = {.laps = (uint16_t)c->laps_total};
    pb_race_log_init(&log);
    log.season = (int16_t)c->season;
    log.n_cars = 2;
    log.cars   = cars;
    pb_span_copy(pb_span_of("context"), log.source, sizeof log.source);
    pb_span_copy(pb_span_of(c->circuit), log.circuit, sizeof log.circuit);
    pb_status status = pb_fit_race(&log, prior, &options, NULL, 0, w->spec, error);
    pb_race_log_fini(&log);
    if (status != PB_OK) return status;
    spread_cars(w);
    w->spec->id[0] = '\0';
    snprintf(w->spec->name, sizeof w->spec->name, "%.31s %d, as told", c->circuit[0] ? c->circuit : "average circuit",
             c->season);
    return PB_OK;
}

static void note_circuit(work *w, const pb_prior *prior)
{
    const api_context *c = w->c;
    for (uint32_t i = 0; c->circuit[0] && i < prior->n_circuits; i++)
        if (strcmp(prior->circuits[i].id, c->circuit) == 0) {
            api_note(w->notes, "circuit: tyres, pit lane, passing and safety cars as %u races there until %d taught",
                     prior->circuits[i].editions, prior->circuits[i].last_season);
            return;
        }
    if (c->circuit[0])
        api_note(w->notes, "circuit: no race at %s was learned from; it is taken as average", c->circuit);
}

/* ---- gaps ---- */

/* What pace and the start make of so many laps. */
static double usual_gap_s(const work *w, uint32_t place)
{
    const pb_race_spec *s = w->spec;
    return s->start.slot_gap_s[place - 1] +
           w->c->lap * fmax(s->cars[car_at(w, place)].pace_s - s->cars[car_at(w, 1)].pace_s, 0);
}

/* Seconds from us, away from us; < 0: not told. */
static double told_gap_s(const work *w, uint32_t place)
{
    const api_context *c    = w->c;
    int                away = (int)place - c->position;
    if (w->told[place] && w->told[place]->gap_s >= 0) return w->told[place]->gap_s;
    if (away == -1 && c->gap_ahead_s >= 0) return c->gap_ahead_s;
    if (away == 1 && c->gap_behind_s >= 0) return c->gap_behind_s;
    return place == 1 && away < 0 ? c->gap_leader_s : API_GAP_NONE;
}

/* From our car outwards on one side (step -1 ahead, 1 behind): what is not told lies
 * between what is as the usual gaps do, or beyond it by as much. */
static uint32_t fill_side(work *w, int step)
{
    uint32_t assumed = 0;
    int      last    = step < 0 ? 1 : w->c->cars;
    double   from    = 0;
    for (int place = w->c->position; place != last;) {
        int    next = place + step, known = next;
        double told = API_GAP_NONE, base = usual_gap_s(w, (uint32_t)place);
        while (told < 0 && (step < 0 ? known >= last : known <= last)) {
            told = told_gap_s(w, (uint32_t)known);
            if (told < 0) known += step;
        }
        double usual = fabs(usual_gap_s(w, (uint32_t)next) - base),
               to    = told < 0 ? 0 : fabs(usual_gap_s(w, (uint32_t)known) - base);
        if (told >= 0 && known == next)
            from = told;
        else
            from += told < 0 ? usual : to > 0 ? (told - from) * usual / to : 0;
        assumed += told < 0 || known != next;
        w->gap_s[next] = step * from;
        place          = next;
    }
    return assumed;
}

static void set_gaps(work *w)
{
    uint32_t n = 0;
    n += fill_side(w, -1);
    n += fill_side(w, 1);
    double lead = w->c->position == 1 ? 0 : w->gap_s[1];
    for (int place = 1; place <= w->c->cars; place++)
        w->gap_s[place] = fmax((place == w->c->position ? 0 : w->gap_s[place]) - lead, 0);
    if (n > 0)
        api_note(w->notes, "gaps of %u cars: what the start and pace by place usually make of %d laps", n, w->c->lap);
}

/* ---- tyres ---- */

static uint8_t index_of(const pb_race_spec *spec, int compound)
{
    for (uint8_t k = 0; k < spec->n_compounds; k++)
        if (strcmp(spec->compounds[k].name, pb_compound_name((pb_compound)compound)) == 0) return k;
    return 0;
}

static int compound_at(const pb_race_spec *spec, uint8_t index)
{
    return (int)pb_compound_from_name(pb_span_of(spec->compounds[index].name));
}

static uint32_t stops_by(const pb_plan *plan, int lap)
{
    uint32_t n = 0;
    while (n + 1u < plan->n_stints && plan->stints[n + 1].in_lap <= lap) n++;
    return n;
}

static bool too_wet(const work *w)
{
    return w->c->has_wetness &&
           w->c->track_wetness_frac > pb_weather_even_at(&w->spec->weather, PB_TYRE_SLICK, PB_TYRE_INTERMEDIATE, 0);
}

/* Where nothing is told the cheapest plan of a car in this place tells. */
static void own_tyres(work *w)
{
    const api_context *c    = w->c;
    const pb_plan     *plan = &w->spec->cars[0].plans[0];
    tyres             *t    = &w->own;
    uint32_t           at   = stops_by(plan, c->lap);
    t->stops                = c->stops_done != API_UNTOLD      ? c->stops_done
                              : c->tyre_age_laps < 0           ? (int)at
                              : c->tyre_age_laps >= c->lap - 1 ? 0
                              : at > 0                         ? (int)at
                                                               : 1;
    if (t->stops > c->lap - 1) t->stops = c->lap - 1;
    if (c->stops_done == API_UNTOLD) api_note(w->notes, "stops_done: %d", t->stops);
    uint32_t stint = (uint32_t)t->stops < plan->n_stints ? (uint32_t)t->stops : plan->n_stints - 1u;
    t->compound    = c->compound != API_UNTOLD ? c->compound
                     : too_wet(w)              ? PB_COMPOUND_INTERMEDIATE
                                               : compound_at(w->spec, plan->stints[stint].compound);
    if (c->compound == API_UNTOLD) api_note(w->notes, "compound: %s", pb_compound_name((pb_compound)t->compound));
    bool planned = stint > 0 && plan->stints[stint].in_lap < c->lap;
    t->age_laps  = c->tyre_age_laps >= 0 ? c->tyre_age_laps
                   : t->stops == 0       ? c->lap
                   : planned             ? c->lap - plan->stints[stint].in_lap
                                         : floor((double)c->lap / (t->stops + 1));
    if (c->tyre_age_laps < 0) api_note(w->notes, "tyre_age: %g laps", t->age_laps);
}

static tyres tyres_of(const work *w, uint32_t place)
{
    const api_rival *r = w->told[place];
    tyres            t = w->own;
    if (!r) return t;
    if (r->compound != API_UNTOLD) t.compound = r->compound;
    if (r->tyre_age_laps >= 0) t.age_laps = r->tyre_age_laps;
    if (r->stops_done != API_UNTOLD)
        t.stops = r->stops_done;
    else if (r->tyre_age_laps >= 0)
        t.stops = r->tyre_age_laps >= w->c->lap - 1 ? 0 : t.stops > 0 ? t.stops : 1;
    if (t.stops > w->c->lap - 1) t.stops = w->c->lap - 1;
    if (r->tyre_age_laps < 0 && r->stops_done == 0) t.age_laps = w->c->lap;
    return t;
}

/* The set before this one: another dry compound, as the rules ask for. */
static int before(int compound)
{
    return compound == PB_COMPOUND_HARD || pb_compound_is_wet((pb_compound)compound) ? PB_COMPOUND_MEDIUM
                                                                                     : PB_COMPOUND_HARD;
}

static int past_compound(const work *w, uint32_t car, const tyres *t, int stint)
{
    unsigned used = car == 0 ? w->c->compounds_used : 0;
    int      list[PB_COMPOUND_N], n = 0;
    for (int k = 1; k < PB_COMPOUND_N; k++)
        if (used >> k & 1u && k != t->compound) list[n++] = k;
    if (used && n == 0) return t->compound;
    if (n > 0) return list[stint % n];
    return stint % 2 == (t->stops - 1) % 2 ? before(t->compound) : t->compound;
}

/* Stints so far: the last stop as long ago as the set is old, the others evenly before. */
static void set_past(const work *w, uint32_t car, const tyres *t, pb_plan *plan)
{
    const pb_car_state *state = &w->spec->cars[car].state;
    int                 done = state->laps_done, last = done - (int)ceil(t->age_laps);
    *plan = (pb_plan){.weight_prob = 1, .n_stints = (uint8_t)(t->stops + 1)};
    if (last > done) last = done;
    if (last < t->stops) last = t->stops; /* a car far behind: one a lap */
    for (int i = 0; i <= t->stops; i++)
        plan->stints[i] =
            (pb_stint_spec){.compound = index_of(w->spec, i == t->stops ? t->compound : past_compound(w, car, t, i)),
                            .in_lap   = (uint16_t)(t->stops ? last * i / t->stops : 0)};
    pb_stint_spec *on = &plan->stints[t->stops];
    on->age_laps      = fmin(fmax(t->age_laps - (done - on->in_lap), 0), 100);
}

static void set_state(const work *w, uint32_t car, const tyres *t, const pb_plan *past)
{
    pb_car_state *state  = &w->spec->cars[car].state;
    state->tyre_age_laps = fmin(t->age_laps, AGE_MAX_LAPS);
    state->compound      = index_of(w->spec, t->compound);
    state->stops_done    = (uint8_t)t->stops;
    for (uint32_t i = 0; i < past->n_stints; i++) state->compounds_used |= (uint16_t)(1u << past->stints[i].compound);
    if (car == 0)
        for (int k = 1; k < PB_COMPOUND_N; k++)
            if (w->c->compounds_used >> k & 1u) state->compounds_used |= (uint16_t)(1u << index_of(w->spec, k));
}

static void place_car(const work *w, uint32_t car)
{
    uint32_t      place = place_of(w, car), lap = (uint32_t)w->c->lap;
    double        gap      = w->gap_s[place];
    pb_car_state *state    = &w->spec->cars[car].state;
    uint32_t      short_by = gap > 0 ? 1 + (uint32_t)(gap / w->spec->base_lap_s) : 0;
    *state                 = (pb_car_state){.running = true, .position = (uint8_t)place, .gap_s = gap};
    state->laps_done       = (uint16_t)(short_by < lap ? lap - short_by : 0);
}

/* ---- what comes: plans by cost ---- */

/* The cheapest of each number of stops, in proportion to their cost. */
static uint32_t choose_plans(const pb_candidate *at, const double *cost, uint32_t n, pb_plan *out)
{
    uint32_t kept = 0, entries = 0;
    double   sum = 0, least = INFINITY;
    for (uint32_t i = 0; i < n; i++) least = fmin(least, cost[i]);
    for (uint32_t stints = 1; stints <= PB_PLAN_STINTS && kept < PB_PLANS_MAX; stints++) {
        int32_t best = -1;
        for (uint32_t i = 0; i < n; i++)
            if (at[i].plan.n_stints == stints && (best < 0 || cost[i] < cost[best])) best = (int32_t)i;
        double share = best < 0 ? 0 : exp((least - cost[best]) / CHOICE_S);
        if (share < SHARE_LEAST || entries + stints > PB_PLAN_ENTRIES_MAX) continue;
        entries += stints;
        out[kept]               = at[best].plan;
        out[kept++].weight_prob = share;
        sum += share;
    }
    for (uint32_t i = 0; i < kept; i++) out[i].weight_prob /= sum;
    return kept;
}

static void plan_car(work *w, uint32_t car, const pb_plan *past)
{
    pb_car_spec       *to = &w->spec->cars[car];
    uint32_t           n  = 0;
    double             cost[PB_CANDIDATES_MAX];
    const pb_plan_rest rest = {.spec      = w->spec,
                               .from      = w->spec->from_lap,
                               .laps      = w->spec->rules.laps,
                               .first     = (uint8_t)(past->n_stints - 1),
                               .age_laps  = to->state.tyre_age_laps,
                               .wear_mult = to->wear_mult};
    to->plans[0]            = *past;
    to->n_plans             = 1;
    if (w->spec->compounds[to->state.compound].kind != PB_TYRE_SLICK || rest.from + 1 >= rest.laps) return;
    n = pb_decide_candidates(w->spec, car, w->candidates, PB_CANDIDATES_MAX);
    for (uint32_t i = 0; i < n; i++) cost[i] = pb_plan_cost_s(&rest, &w->candidates[i].plan);
    uint32_t kept = choose_plans(w->candidates, cost, n, to->plans);
    if (kept > 0) to->n_plans = (uint8_t)kept;
    if (kept == 0) to->plans[0] = *past;
}

static bool same_tyres(const tyres *a, const tyres *b)
{
    return a->compound == b->compound && a->age_laps == b->age_laps && a->stops == b->stops;
}

/* Cars alike have plans alike: they are found once. */
static void plan_all(work *w)
{
    tyres    seen[PB_CARS_MAX];
    pb_plan  past;
    uint32_t n = w->spec->n_cars;
    for (uint32_t car = 0; car < n; car++) {
        pb_car_spec *to   = &w->spec->cars[car];
        uint32_t     like = 0;
        seen[car]         = car == 0 ? w->own : tyres_of(w, place_of(w, car));
        set_past(w, car, &seen[car], &past);
        set_state(w, car, &seen[car], &past);
        while (like < car && !(like > 0 && same_tyres(&seen[like], &seen[car]) &&
                               w->spec->cars[like].state.laps_done == to->state.laps_done))
            like++;
        if (like < car) {
            to->n_plans = w->spec->cars[like].n_plans;
            memcpy(to->plans, w->spec->cars[like].plans, sizeof to->plans);
        } else {
            plan_car(w, car, &past);
        }
    }
}

/* ---- the rest ---- */

static void set_weather(work *w)
{
    const api_context *c       = w->c;
    pb_weather_spec   *weather = &w->spec->weather;
    double             now     = c->track_wetness_frac, was;
    if (!c->has_wetness && !c->rain) return;
    if (c->rain && now < ONSET_FRAC) {
        now = ONSET_FRAC;
        api_note(w->notes, "rain: it has just begun, the track is still all but dry");
    }
    was = c->rain ? fmax(now - fmax(weather->wetting_frac, ONSET_FRAC), 0) : fmin(now + weather->drying_frac, 1);
    for (int lap = 1; lap < c->lap; lap++) weather->wetness_frac[lap] = was;
    weather->wetness_frac[c->lap] = now;
    weather->known_laps           = (uint16_t)c->lap;
}

static void set_car(work *w)
{
    const api_context *c        = w->c;
    pb_car_spec       *car      = &w->spec->cars[0];
    double             usual_kg = FUEL_START_KG * (1 - (double)c->lap / c->laps_total);
    car->penalty_s              = c->penalty_s;
    if (c->has_pit_loss) w->spec->pit.loss_s = c->pit_loss_s;
    if (c->has_pace)
        car->pace_s += c->pace_s;
    else
        api_note(w->notes, "pace_s: that of a usual car in P%d", c->position);
    if (!c->has_fuel) {
        api_note(w->notes, "fuel_kg: as much as the others, about %.0f kg", usual_kg);
        return;
    }
    car->pace_s += FUEL_S_PER_KG * (c->fuel_kg - usual_kg);
    api_note(w->notes, "fuel_kg: %+.0f kg against the usual %.0f, %g s a lap for each", c->fuel_kg - usual_kg, usual_kg,
             FUEL_S_PER_KG);
}

static void note_field(const work *w)
{
    const api_context *c     = w->c;
    uint32_t           tyred = 0;
    for (uint32_t i = 0; i < c->n_rivals; i++)
        tyred += c->rivals[i].compound != API_UNTOLD && c->rivals[i].tyre_age_laps >= 0;
    if (tyred + 1 < (uint32_t)c->cars)
        api_note(w->notes, "tyres of %u other cars: as ours", (uint32_t)c->cars - 1 - tyred);
    if (w->own.stops > 0 && !c->compounds_used && !pb_compound_is_wet((pb_compound)w->own.compound))
        api_note(w->notes, "compounds_used: two dry ones, so that the rule is met");
    api_note(w->notes, "plans of all cars: where stops cost least from here on");
}

static pb_status build(work *w, const pb_prior *prior, pb_error *error)
{
    PB_TRY(fit_start(w, prior, error));
    note_circuit(w, prior);
    w->spec->from_lap = (uint16_t)w->c->lap;
    set_gaps(w);
    own_tyres(w);
    set_weather(w);
    for (uint32_t car = 0; car < w->spec->n_cars; car++) place_car(w, car);
    set_car(w);
    plan_all(w);
    note_field(w);
    return PB_OK;
}

pb_status api_context_spec(const api_context *context, const pb_prior *prior, pb_race_spec *out, api_notes *assumed,
                           pb_error *error)
{
    pb_error why = {0};
    work     w   = {.c = context, .spec = out, .notes = assumed};
    w.candidates = malloc(PB_CANDIDATES_MAX * sizeof *w.candidates);
    if (!w.candidates) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (uint32_t i = 0; i < context->n_rivals; i++) w.told[context->rivals[i].position] = &context->rivals[i];
    pb_status status = build(&w, prior, error);
    free(w.candidates);
    if (status != PB_OK) return status;
    status = pb_race_spec_check(out, &why);
    return status == PB_OK ? PB_OK
                           : pb_error_set(error, PB_E_RULE, "/: what is told cannot be played on: %s", why.text);
}
