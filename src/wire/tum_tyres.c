/* TUM tireset_pars: per driver and compound there; per compound with a wear factor
 * and a pace term per car here.
 *
 * A compound's offset and wear are the medians over the drivers that have it. What
 * is left of a driver's own offset goes to its pace, weighted by the laps it drove
 * on each; its wear factor is the ratio of the wear it would have paid to that of
 * the median driver on the same plan. */
#include <stdio.h>
#include <string.h>

#include "pitboard/num.h"
#include "tum_race.h"

typedef struct tum_tyre {
    bool   known;
    double offset_s, wear_s, quad_s;
} tum_tyre;

typedef tum_tyre tum_tyres[PB_CARS_MAX][PB_COMPOUNDS_MAX];

/* Keys of the coefficients by model; NULL for a model that has no place here. */
static const char *const *keys_of(const char *model)
{
    static const char *const linear[] = {"k_1_lin", NULL}, *const square[] = {"k_1_quad", "k_2_quad"};
    if (strcmp(model, "lin") == 0) return linear;
    return strcmp(model, "quad") == 0 ? square : NULL;
}

static pb_status read_tyre(pb__tum_race *race, pb_json at, const char *const *keys, tum_tyre *out)
{
    if (!pb_json_present(at)) return PB_OK;
    PB_TRY(pb__tum_need(race, at, "k_0", -30, 30, &out->offset_s));
    PB_TRY(pb__tum_need(race, at, keys[0], -0.2, 5, &out->wear_s));
    if (keys[1]) PB_TRY(pb__tum_need(race, at, keys[1], -0.01, 0.1, &out->quad_s));
    out->known = true;
    return PB_OK;
}

static pb_status read_driver(pb__tum_race *race, int c, tum_tyre *tyres, double *cold_s)
{
    char    model[16] = "";
    pb_json at        = pb__tum_of_car(race, PB__TUM_TYRES, c);
    PB_TRY(pb_json_need(at, race->error));
    PB_TRY(pb_json_is_object(at, race->error));
    PB_TRY(pb_json_need(pb_json_get(at, "tire_deg_model"), race->error));
    PB_TRY(pb_json_text(pb_json_get(at, "tire_deg_model"), model, sizeof model, race->error));
    const char *const *keys = keys_of(model);
    if (!keys)
        return pb_error_set(race->error, PB_E_UNSUPPORTED,
                            "%s: %s/tire_deg_model: \"%s\" wear is not supported, only lin and quad", race->path,
                            at.pointer, model);
    PB_TRY(pb__tum_need(race, at, "t_add_coldtires", -2, 10, cold_s));
    for (int k = 0; k < race->spec->n_compounds; k++)
        PB_TRY(read_tyre(race, pb_json_get(at, race->spec->compounds[k].name), keys, &tyres[k]));
    return PB_OK;
}

/* Laps a car drives on each set of its plan. */
static int stint_laps(const pb_race_spec *spec, const pb_plan *plan, int k)
{
    int end = k + 1 < plan->n_stints ? plan->stints[k + 1].in_lap : spec->rules.laps;
    return end - plan->stints[k].in_lap;
}

static pb_status need_tyres_of_plan(pb__tum_race *race, int c, const tum_tyre *tyres)
{
    const pb_car_spec *car = &race->spec->cars[c];
    for (int k = 0; k < car->plans[0].n_stints; k++) {
        const char *name = race->spec->compounds[car->plans[0].stints[k].compound].name;
        if (!tyres[car->plans[0].stints[k].compound].known)
            return pb_error_set(race->error, PB_E_MISSING,
                                "%s (tireset_pars): /%s/%s: is missing, but its strategy_info uses it", race->path,
                                car->code, name);
    }
    return PB_OK;
}

/* Medians over the drivers that have compound k; at least one does. */
static void set_compound(pb_race_spec *spec, int k, tum_tyres tyres)
{
    double            offset[PB_CARS_MAX], wear[PB_CARS_MAX], quad[PB_CARS_MAX];
    size_t            n        = 0;
    pb_compound_spec *compound = &spec->compounds[k];
    char              pointer[48];
    for (int c = 0; c < spec->n_cars; c++) {
        if (!tyres[c][k].known) continue;
        offset[n] = tyres[c][k].offset_s;
        wear[n]   = tyres[c][k].wear_s;
        quad[n++] = tyres[c][k].quad_s;
    }
    compound->offset_s       = pb_median(offset, n);
    compound->wear_s_per_lap = pb_median(wear, n);
    compound->wear_quad_s    = pb_median(quad, n);
    snprintf(pointer, sizeof pointer, "/compounds/%d", k);
    pb_race_spec_note(spec, pointer, 0, "TUM tireset_pars, medians of %zu drivers", n);
}

/* Wear over a stint from its first age: the sum of w (a + i) + q (a + i)^2. */
static double wear_of_stint(const pb_stint_spec *stint, int laps, double wear_s, double quad_s)
{
    double sum = 0.0;
    for (int i = 0; i < laps; i++) {
        double age = stint->age_laps + i;
        sum += (wear_s + quad_s * age) * age;
    }
    return sum;
}

static void set_car(pb_race_spec *spec, int c, const tum_tyre *tyres)
{
    pb_car_spec   *car  = &spec->cars[c];
    const pb_plan *plan = &car->plans[0];
    double         own = 0.0, common = 0.0, offset = 0.0;
    int            laps = 0;
    for (int k = 0; k < plan->n_stints; k++) {
        const pb_stint_spec    *stint    = &plan->stints[k];
        const tum_tyre         *tyre     = &tyres[stint->compound];
        const pb_compound_spec *compound = &spec->compounds[stint->compound];
        int                     n        = stint_laps(spec, plan, k);
        own += wear_of_stint(stint, n, tyre->wear_s, tyre->quad_s);
        common += wear_of_stint(stint, n, compound->wear_s_per_lap, compound->wear_quad_s);
        offset += n * (tyre->offset_s - compound->offset_s);
        laps += n;
    }
    if (common > 0.0 && own >= 0.0) car->wear_mult = own / common > 10.0 ? 10.0 : own / common;
    if (laps > 0) car->pace_s += offset / laps;
}

/* Tyres age more slowly behind the safety car; the same for all cars in the files. */
static pb_status read_aging(pb__tum_race *race)
{
    pb_json at = pb__tum_of_car(race, PB__TUM_TYRES, 0);
    return pb__tum_may(race, at, "mult_tiredeg_sc", 0, 1, &race->spec->neutral.wear_mult);
}

/* Laps of sets are known to lie inside the race once the stops do. */
static pb_status need_stops_inside(pb__tum_race *race, int c)
{
    const pb_car_spec *car = &race->spec->cars[c];
    for (int k = 1; k < car->plans[0].n_stints; k++) {
        int lap = car->plans[0].stints[k].in_lap;
        if (lap <= car->plans[0].stints[k - 1].in_lap || lap >= race->spec->rules.laps)
            return pb_error_set(race->error, PB_E_RULE,
                                "%s (driver_pars): /%s/strategy_info: a stop on lap %d of %d is not possible",
                                race->path, car->code, lap, race->spec->rules.laps);
    }
    return PB_OK;
}

pb_status pb__tum_read_tyres(pb__tum_race *race)
{
    pb_race_spec *spec = race->spec;
    tum_tyres     tyres;
    double        cold[PB_CARS_MAX];
    memset(tyres, 0, sizeof tyres);
    for (int c = 0; c < spec->n_cars; c++) {
        PB_TRY(need_stops_inside(race, c));
        PB_TRY(read_driver(race, c, tyres[c], &cold[c]));
        PB_TRY(need_tyres_of_plan(race, c, tyres[c]));
    }
    for (int k = 0; k < spec->n_compounds; k++) set_compound(spec, k, tyres);
    for (int c = 0; c < spec->n_cars; c++) set_car(spec, c, tyres[c]);
    double warm_up = pb_median(cold, spec->n_cars);
    for (int k = 0; k < spec->n_compounds; k++) spec->compounds[k].warm_up_s = warm_up;
    spec->start.lap1_s += warm_up; /* TUM pays it on lap 1 as well, our warm-up begins with the first stop */
    pb_race_spec_note(spec, "/start/lap1_s", 0, "TUM t_loss_firstlap + t_add_coldtires");
    return read_aging(race);
}
