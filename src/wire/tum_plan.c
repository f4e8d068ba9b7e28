/* TUM participants and their strategy_info: rows of [in-lap, compound, age, fuel]. */
#include <stdio.h>
#include <string.h>

#include "tum_race.h"

/* A1 .. A7 in order, then other slicks by name, then I and W. */
static int rank_of(const char *name)
{
    if (strcmp(name, "W") == 0) return 3;
    if (strcmp(name, "I") == 0) return 2;
    return name[0] == 'A' ? 0 : 1;
}

static pb_tyre_kind kind_of(const char *name)
{
    if (strcmp(name, "W") == 0) return PB_TYRE_WET;
    return strcmp(name, "I") == 0 ? PB_TYRE_INTERMEDIATE : PB_TYRE_SLICK;
}

static int find_compound(const pb_race_spec *spec, const char *name)
{
    for (int i = 0; i < spec->n_compounds; i++)
        if (strcmp(spec->compounds[i].name, name) == 0) return i;
    return -1;
}

static bool comes_before(const char *a, const char *b)
{
    return rank_of(a) != rank_of(b) ? rank_of(a) < rank_of(b) : strcmp(a, b) < 0;
}

/* Adds a compound at its place unless it is there. */
static pb_status add_compound(pb__tum_race *race, const char *name, pb_json at)
{
    pb_race_spec *spec = race->spec;
    int           i    = spec->n_compounds;
    if (find_compound(spec, name) >= 0) return PB_OK;
    if (name[0] == '\0' || spec->n_compounds == PB_COMPOUNDS_MAX)
        return pb_error_set(race->error, PB_E_LIMIT, "%s: %s: \"%s\" makes more than %d compounds", race->path,
                            at.pointer, name, PB_COMPOUNDS_MAX);
    for (; i > 0 && comes_before(name, spec->compounds[i - 1].name); i--) spec->compounds[i] = spec->compounds[i - 1];
    spec->n_compounds++;
    pb_compound_spec_default(&spec->compounds[i]);
    snprintf(spec->compounds[i].name, sizeof spec->compounds[i].name, "%s", name);
    spec->compounds[i].kind = kind_of(name);
    return PB_OK;
}

static pb_status name_of_row(pb__tum_race *race, pb_json row, char *out, size_t cap)
{
    PB_TRY(pb_json_is_array(row, 3, 4, race->error));
    PB_TRY(pb_json_text(pb_json_at(row, 1), out, cap, race->error));
    return PB_OK;
}

static pb_status collect_compounds(pb__tum_race *race)
{
    char name[sizeof race->spec->compounds[0].name] = "";
    race->spec->n_compounds                         = 0;
    for (int c = 0; c < race->spec->n_cars; c++) {
        pb_json rows = pb_json_get(pb__tum_of_car(race, PB__TUM_DRIVERS, c), "strategy_info");
        PB_TRY(pb_json_need(rows, race->error));
        PB_TRY(pb_json_is_array(rows, 1, PB_LAPS_MAX, race->error));
        for (size_t k = 0; k < pb_json_length(rows); k++) {
            PB_TRY(name_of_row(race, pb_json_at(rows, k), name, sizeof name));
            PB_TRY(add_compound(race, name, pb_json_at(rows, k)));
        }
    }
    return PB_OK;
}

/* Time to put the fuel in, when the team's file says how long a kilogram takes. */
static pb_status read_refuelling(pb__tum_race *race, int c, pb_json row, pb_stint_spec *stint)
{
    char    team[sizeof race->spec->cars[0].team] = "";
    double  per_kg                                = 0.0;
    pb_json fuel                                  = pb_json_at(row, 3);
    if (pb_json_is_null(fuel)) return PB_OK;
    PB_TRY(pb_json_f64(fuel, 0, 200, &stint->fuel_add_kg, race->error));
    if (stint->in_lap == 0) stint->fuel_add_kg = 0.0;
    PB_TRY(pb_json_text(pb_json_get(pb__tum_of_car(race, PB__TUM_DRIVERS, c), "team"), team, sizeof team, race->error));
    PB_TRY(
        pb__tum_may(race, pb_json_get(pb__tum_root(race, PB__TUM_CARS), team), "t_pit_refuel_perkg", 0, 60, &per_kg));
    double seconds          = stint->fuel_add_kg * per_kg;
    stint->stationary_min_s = seconds > 600.0 ? 600.0 : seconds;
    return PB_OK;
}

static pb_status read_row(pb__tum_race *race, int c, pb_json row, pb_stint_spec *stint)
{
    char    name[sizeof race->spec->compounds[0].name] = "";
    int64_t in_lap                                     = 0;
    *stint                                             = (pb_stint_spec){.in_lap = 0};
    PB_TRY(name_of_row(race, row, name, sizeof name));
    PB_TRY(pb_json_i64(pb_json_at(row, 0), 0, PB_LAPS_MAX, &in_lap, race->error));
    PB_TRY(pb_json_f64(pb_json_at(row, 2), 0, 100, &stint->age_laps, race->error));
    stint->in_lap   = (uint16_t)in_lap;
    stint->compound = (uint8_t)find_compound(race->spec, name);
    return read_refuelling(race, c, row, stint);
}

/* A drive through the lane behind the safety car: the set runs on. */
static bool is_same_set(const pb_stint_spec *was, const pb_stint_spec *now)
{
    return now->compound == was->compound && now->age_laps == was->age_laps + (now->in_lap - was->in_lap) &&
           now->fuel_add_kg == 0.0;
}

static pb_status read_plan(pb__tum_race *race, int c)
{
    pb_car_spec *car  = &race->spec->cars[c];
    pb_plan     *plan = &car->plans[0];
    int          same = 0;
    char         pointer[48];
    pb_json      rows = pb_json_get(pb__tum_of_car(race, PB__TUM_DRIVERS, c), "strategy_info");
    car->n_plans      = 1;
    plan->weight_prob = 1.0;
    for (size_t k = 0; k < pb_json_length(rows); k++) {
        pb_stint_spec stint;
        PB_TRY(read_row(race, c, pb_json_at(rows, k), &stint));
        if (plan->n_stints > 0 && is_same_set(&plan->stints[plan->n_stints - 1], &stint)) {
            same++;
            continue;
        }
        if (plan->n_stints == PB_PLAN_STINTS)
            return pb_error_set(race->error, PB_E_LIMIT, "%s: %s: more than %d sets", race->path, rows.pointer,
                                PB_PLAN_STINTS);
        plan->stints[plan->n_stints++] = stint;
    }
    snprintf(pointer, sizeof pointer, "/cars/%d/plans/0", c);
    pb_race_spec_note(race->spec, pointer, plan->n_stints - 1, "TUM strategy_info, the stops as they were%s",
                      same ? "; lane visits without a new set left out" : "");
    return PB_OK;
}

/* Needs two dry compounds, unless it uses a rain tyre. */
static bool breaks_two_compounds(const pb_race_spec *spec, const pb_plan *plan)
{
    unsigned slicks = 0;
    for (int k = 0; k < plan->n_stints; k++) {
        int compound = plan->stints[k].compound;
        if (spec->compounds[compound].kind != PB_TYRE_SLICK) return false;
        slicks |= 1u << compound;
    }
    return (slicks & (slicks - 1)) == 0;
}

/* Cars that retired early never fitted their second compound. */
static void relax_rule(pb_race_spec *spec)
{
    int n = 0;
    for (int c = 0; c < spec->n_cars; c++) n += breaks_two_compounds(spec, &spec->cars[c].plans[0]);
    spec->rules.two_compounds = n == 0;
    if (n > 0)
        pb_race_spec_note(spec, "/rules/two_compounds", n, "false: the actual plans of %d cars used one dry compound",
                          n);
}

static pb_status read_participants(pb__tum_race *race)
{
    pb_race_spec *spec  = race->spec;
    pb_json       names = pb_json_get(pb__tum_root(race, PB__TUM_RACE), "participants");
    PB_TRY(pb_json_need(names, race->error));
    PB_TRY(pb_json_is_array(names, PB_CARS_MIN, PB_CARS_MAX, race->error));
    for (size_t c = 0; c < pb_json_length(names); c++) {
        pb_car_spec_default(&spec->cars[c]);
        PB_TRY(pb_json_text(pb_json_at(names, c), spec->cars[c].code, sizeof spec->cars[c].code, race->error));
        spec->n_cars = (uint8_t)(c + 1);
        PB_TRY(pb_json_need(pb__tum_of_car(race, PB__TUM_DRIVERS, (int)c), race->error));
        PB_TRY(pb_json_is_object(pb__tum_of_car(race, PB__TUM_DRIVERS, (int)c), race->error));
    }
    return PB_OK;
}

pb_status pb__tum_read_plans(pb__tum_race *race)
{
    PB_TRY(read_participants(race));
    PB_TRY(collect_compounds(race));
    for (int c = 0; c < race->spec->n_cars; c++) PB_TRY(read_plan(race, c));
    relax_rule(race->spec);
    return PB_OK;
}
