/* rules: what the regulations ask of a car from here on.
 *
 * Sets: race-model.md 9 (13 slick sets a weekend: 2 hard, 3 medium, 8 soft; sprint
 * weekends 2, 4, 6; 4 intermediate, 3 wet). What went in practice and qualifying is
 * in no feed, so what is counted is the most that can be left. */
#include <string.h>

#include "decider.h"
#include "options.h"

typedef struct allocation {
    const char *compound;
    uint8_t     normal, sprint;
} allocation;

static const allocation allocations[] = {
    {"HARD", 2, 2}, {"MEDIUM", 3, 4}, {"SOFT", 8, 6}, {"INTERMEDIATE", 4, 4}, {"WET", 3, 3},
};
#define SETS_UNKNOWN 8u

uint32_t pb__stint_at(const pb_plan *plan, uint32_t lap)
{
    uint32_t s = 0;
    while (s + 1u < plan->n_stints && plan->stints[s + 1].in_lap <= lap) s++;
    return s;
}

static uint32_t allocated(const pb_race_spec *spec, uint32_t compound)
{
    for (size_t i = 0; i < sizeof allocations / sizeof *allocations; i++)
        if (strcmp(allocations[i].compound, spec->compounds[compound].name) == 0)
            return spec->sprint ? allocations[i].sprint : allocations[i].normal;
    return SETS_UNKNOWN;
}

static uint32_t fitted(const pb_plan *plan, uint32_t n_stints, uint32_t compound)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < n_stints; i++) n += plan->stints[i].compound == compound;
    return n;
}

uint32_t pb_decide_sets_left(const pb_race_spec *spec, uint32_t car, uint32_t compound)
{
    const pb_plan *plan = &spec->cars[car].plans[0];
    uint32_t       has  = allocated(spec, compound);
    uint32_t       used = spec->from_lap > 0 ? fitted(plan, pb__stint_at(plan, spec->from_lap) + 1, compound) : 0;
    return has > used ? has - used : 0;
}

/* Compounds used and to be used, as bits; with the past as the state tells it. */
static uint32_t compounds_of(const pb_race_spec *spec, uint32_t car, const pb_plan *plan, uint32_t n_stints)
{
    const pb_car_state *state = &spec->cars[car].state;
    uint32_t            used  = spec->from_lap > 0 ? state->compounds_used | 1u << state->compound : 0;
    for (uint32_t i = 0; i < n_stints; i++) used |= 1u << plan->stints[i].compound;
    return used;
}

/* Two slick compounds, or a wet tyre, which sets the rule aside. */
static bool compounds_will_do(const pb_race_spec *spec, uint32_t used)
{
    uint32_t slicks = 0;
    for (uint32_t k = 0; k < spec->n_compounds; k++) {
        if (!(used >> k & 1)) continue;
        if (spec->compounds[k].kind != PB_TYRE_SLICK) return true;
        slicks++;
    }
    return slicks >= 2;
}

bool pb__compound_owed(const pb_race_spec *spec, uint32_t car)
{
    const pb_plan *plan = &spec->cars[car].plans[0];
    uint32_t       now  = spec->from_lap > 0 ? pb__stint_at(plan, spec->from_lap) + 1 : 0;
    return spec->rules.two_compounds && !compounds_will_do(spec, compounds_of(spec, car, plan, now));
}

/* Of the least number of stops. */
static uint32_t count_owed(const pb_race_spec *spec, uint32_t car)
{
    uint32_t done = spec->from_lap > 0 ? spec->cars[car].state.stops_done : 0;
    return spec->rules.min_stops > done ? spec->rules.min_stops - done : 0;
}

uint32_t pb__stops_owed(const pb_race_spec *spec, uint32_t car)
{
    uint32_t owed = pb__compound_owed(spec, car), least = count_owed(spec, car);
    return least > owed ? least : owed;
}

uint32_t pb__stops_due(const pb_race_spec *spec, uint32_t car)
{
    uint32_t left = pb_race_stops_left(spec), owed = pb__compound_owed(spec, car), least = count_owed(spec, car);
    if (owed > left) owed = 0;
    if (least > left) least = 0;
    return least > owed ? least : owed;
}

bool pb_decide_legal(const pb_race_spec *spec, uint32_t car, const pb_plan *plan)
{
    uint32_t first = spec->from_lap > 0 ? pb__stint_at(plan, spec->from_lap) + 1 : 0;
    uint32_t left = pb_race_stops_left(spec), owed = count_owed(spec, car), more = plan->n_stints - (first ? first : 1);
    if (spec->rules.two_compounds && left > 0 &&
        !compounds_will_do(spec, compounds_of(spec, car, plan, plan->n_stints)))
        return false;
    if (more < owed && owed <= left) return false;
    for (uint32_t k = 0; k < spec->n_compounds; k++) {
        uint32_t wants = fitted(plan, plan->n_stints, k) - fitted(plan, first, k);
        if (wants > 0 && wants > pb_decide_sets_left(spec, car, k)) return false;
    }
    return true;
}

static void add(pb_call_rule *out, uint32_t *n, pb_call_rule rule)
{
    if (*n < PB_CALL_RULES_MAX) out[(*n)++] = rule;
}

/* A lapped car's race is over when the winner's is. */
static uint32_t laps_down(const pb_race_spec *spec, uint32_t car)
{
    const pb_car_state *state = &spec->cars[car].state;
    return spec->from_lap > state->laps_done ? spec->from_lap - state->laps_done - 1u : 0;
}

uint32_t pb_decide_rules(const pb_race_spec *spec, uint32_t car, pb_call_rule out[PB_CALL_RULES_MAX])
{
    uint32_t n = 0, last = spec->rules.laps > 0 ? spec->rules.laps - 1u : 0, owed = pb__stops_owed(spec, car);
    if (pb__compound_owed(spec, car))
        add(out, &n, (pb_call_rule){.kind = PB_RULE_TWO_COMPOUNDS, .by_lap = (uint16_t)last, .value = 1});
    if (owed > (pb__compound_owed(spec, car) ? 1u : 0u))
        add(out, &n,
            (pb_call_rule){.kind   = PB_RULE_MIN_STOPS,
                           .by_lap = (uint16_t)(last + 1u > owed ? last + 1u - owed : 0),
                           .value  = owed});
    for (uint32_t k = 0; k < spec->n_compounds; k++)
        if (spec->from_lap > 0 && pb_decide_sets_left(spec, car, k) == 0)
            add(out, &n, (pb_call_rule){.kind = PB_RULE_SETS, .compound = (uint8_t)pb__compound_id(spec, k)});
    if (spec->cars[car].penalty_s > 0)
        add(out, &n, (pb_call_rule){.kind = PB_RULE_PENALTY, .value = spec->cars[car].penalty_s});
    uint32_t down = laps_down(spec, car), latest = last + 1u - down;
    if (down > 0)
        add(out, &n,
            (pb_call_rule){
                .kind = PB_RULE_LEAD_LAP, .by_lap = (uint16_t)(latest > spec->from_lap ? latest : 0), .value = down});
    return n;
}
