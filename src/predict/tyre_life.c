/* tyre_life: where a tyre stands and how long it will last. */
#include <math.h>

#include "tyre_filter.h"

/* A stint speaks for itself from this many of its own laps on; a compound is known
 * in a race from this many laps of all cars on. */
#define STINT_SPEAKS 4
#define RACE_SPEAKS 15
#define Z80 1.2815515655446004

static pb__touch tyre_touch(const pb_tyre_filter *f, uint32_t car, double age_laps, double stint_laps)
{
    uint32_t  c    = pb__x_car(car);
    pb__touch none = {.at = {PB__X_WEAR + (uint32_t)f->car[car].kind, c + PB__X_STINT_WEAR},
                      .by = {age_laps, stint_laps}};
    return none;
}

void pb__tyre_drop(const pb_tyre_filter *f, uint32_t car, double h, double *mean_s, double *var_s2)
{
    pb__touch t = tyre_touch(f, car, h, h);
    pb__tyre_dot(f, &t, mean_s, var_s2);
    *var_s2 *= f->prior.life_scale * f->prior.life_scale;
}

static double laps_to(double loss_s, double wear_s)
{
    return wear_s * PB_TYRE_LIFE_MAX <= loss_s ? PB_TYRE_LIFE_MAX : loss_s / wear_s;
}

static pb_tyre_source source_of(const pb_tyre_filter *f, const pb__tyre_car *k)
{
    if (k->used >= STINT_SPEAKS) return PB_TYRE_FROM_STINT;
    return f->class_laps[k->kind] >= RACE_SPEAKS ? PB_TYRE_FROM_RACE : PB_TYRE_FROM_PRIOR;
}

static void tell_wear(const pb_tyre_filter *f, uint32_t car, pb_tyre_state *o)
{
    double var;
    pb__tyre_drop(f, car, 1, &o->wear_s, &var);
    o->wear_sd_s    = sqrt(var);
    o->wear_lo_s    = o->wear_s - Z80 * o->wear_sd_s;
    o->wear_hi_s    = o->wear_s + Z80 * o->wear_sd_s;
    o->life_laps    = laps_to(PB_TYRE_LOSS_S, o->wear_s);
    o->life_lo_laps = laps_to(PB_TYRE_LOSS_S, o->wear_hi_s);
    o->life_hi_laps = laps_to(PB_TYRE_LOSS_S, o->wear_lo_s);
}

bool pb_tyre_filter_state(const pb_tyre_filter *f, uint32_t car, pb_tyre_state *out)
{
    if (car >= f->n_cars || !f->car[car].seen) return false;
    const pb__tyre_car *k = &f->car[car];
    double              var;
    pb_tyre_state       o    = {.kind       = k->kind,
                                .age_laps   = (int16_t)fmin(k->age, INT16_MAX),
                                .stint_laps = k->stint_laps,
                                .laps_used  = k->used,
                                .source     = source_of(f, k),
                                .fuel_s     = f->x[PB__X_EVOLUTION],
                                .cliff      = k->cliff};
    pb__touch           loss = tyre_touch(f, car, k->age - 1, k->stint_laps - 1.0);
    pb__tyre_dot(f, &loss, &o.loss_s, &var);
    o.loss_sd_s = sqrt(var);
    tell_wear(f, car, &o);
    (void)pb_tyre_filter_predict(f, car, 1, &o.pace_s, &var);
    o.cliff_alarm = o.cliff > PB_TYRE_CLIFF_ALARM;
    *out          = o;
    return true;
}
