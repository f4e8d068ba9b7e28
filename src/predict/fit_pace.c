#include <math.h>
#include <stdio.h>

#include "fit_internal.h"
#include "pitboard/num.h"

/* Lap noise and its memory, effects.md 3: a mean over n laps is known like one
 * over n / MEMORY independent laps. */
#define MEMORY 3.5
#define NOISE_S 0.4
/* A stint's own slope varies by 0.028 s per lap (effects.md 1); part of it is
 * the car's. */
#define CAR_WEAR_SIGMA_S 0.02
/* Pace by slot when the race itself says little: about 1.5 s over twenty slots,
 * from the grids and races of 2019-2022. */
#define SLOT_S 0.08
#define SLOT_SIGMA_S 0.02
/* Cars of one race differ by less: a handful of laps around a red flag can say
 * otherwise. */
#define SPREAD_MAX_S 1.5
#define OFF_LINE_MAX_S 6.0

/* Straight line of pace over grid slot, and how far cars lie off it. */
typedef struct slot_line {
    double at0_s, slope_s, sigma_s;
} slot_line;

static double weight_of(const pb__fit *fit, uint32_t c)
{
    return fit->has_pace && fit->pace.car_laps[c] > 0 ? fit->pace.car_laps[c] : 0;
}

static slot_line fit_line(const pb__fit *fit)
{
    const pb_race_spec *spec = fit->spec;
    double              s = 1e-9, sx = 0, sy = 0;
    for (uint32_t c = 0; c < spec->n_cars; c++) {
        double w = weight_of(fit, c);
        if (w <= 0) continue;
        s += w;
        sx += w * spec->cars[c].grid;
        sy += w * fit->pace.car_s[c];
    }
    double ridge = MEMORY * NOISE_S * NOISE_S / (SLOT_SIGMA_S * SLOT_SIGMA_S);
    double xx = ridge, xy = ridge * SLOT_S, rr = 0;
    for (uint32_t c = 0; c < spec->n_cars; c++) {
        double w = weight_of(fit, c), dx = spec->cars[c].grid - sx / s;
        if (w <= 0) continue;
        xx += w * dx * dx;
        xy += w * dx * fit->pace.car_s[c];
    }
    slot_line line = {.slope_s = xy / xx};
    line.at0_s     = sy / s - line.slope_s * (s > 1 ? sx / s : (spec->n_cars + 1) / 2.0);
    for (uint32_t c = 0; c < spec->n_cars; c++) {
        double w = weight_of(fit, c);
        if (w <= 0) continue;
        double r = fit->pace.car_s[c] - line.at0_s - line.slope_s * spec->cars[c].grid;
        rr += w * r * r;
    }
    line.sigma_s = fmin(fmax(s > 1 ? sqrt(rr / s) : 0.4, 0.1), SPREAD_MAX_S);
    return line;
}

/* Own pace, drawn towards the slot's by as much as few laps deserve. */
static void set_pace(pb__fit *fit, uint32_t c, const slot_line *line)
{
    pb_car_spec *car    = &fit->spec->cars[c];
    double       slot_s = line->at0_s + line->slope_s * car->grid;
    double       tau2   = line->sigma_s * line->sigma_s;
    double       laps   = weight_of(fit, c);
    double       se2    = laps > 0 ? MEMORY * NOISE_S * NOISE_S / laps : INFINITY;
    double       trust  = laps > 0 ? tau2 / (tau2 + se2) : 0;

    double off        = laps > 0 ? fmin(fmax(fit->pace.car_s[c] - slot_s, -OFF_LINE_MAX_S), OFF_LINE_MAX_S) : 0;
    car->pace_s       = slot_s + trust * off;
    car->pace_sigma_s = laps > 0 ? sqrt(tau2 * se2 / (tau2 + se2)) : line->sigma_s;
}

/* Slope of a car's residuals over tyre age, stint means taken out. */
static void set_wear(pb__fit *fit, uint32_t c)
{
    const pb_log_car *car  = &fit->log->cars[c];
    double            xx   = MEMORY * NOISE_S * NOISE_S / (CAR_WEAR_SIGMA_S * CAR_WEAR_SIGMA_S);
    double            xy   = 0;
    double            wear = 0, age = 0;
    uint32_t          n = 0, i = 0;

    while (i < car->n_laps) {
        uint32_t from = i;
        double   sx = 0, sy = 0, m = 0;
        do {
            const pb__pace_lap *p = &fit->pace.lap[c][i];
            if (p->used && !isnan(p->residual_s)) {
                m++;
                sx += car->laps[i].tyre_age_laps;
                sy += p->residual_s;
            }
            i++;
        } while (i < car->n_laps && pb_same_set(car, i - 1));
        for (uint32_t j = from; j < i && m > 3; j++) {
            const pb__pace_lap *p = &fit->pace.lap[c][j];
            if (!p->used || isnan(p->residual_s)) continue;
            double dx = car->laps[j].tyre_age_laps - sx / m;
            xx += dx * dx;
            xy += dx * (p->residual_s - sy / m);
            wear += fit->pace.wear_s[car->laps[j].compound];
            age += car->laps[j].tyre_age_laps - 1;
            n++;
        }
    }
    if (n < 10 || wear / n < 0.01) return;
    double mult = 1 + xy / xx / (wear / n);
    mult        = mult < 0 ? 0 : mult > 3 ? 3 : mult;

    fit->spec->cars[c].wear_mult = mult;
    fit->spec->cars[c].pace_s -= (mult - 1) * (wear / n) * (age / n); /* the same pace at the mean age */
}

/* A car's scatter against the field's, drawn towards it by twenty laps. */
static void set_noise(pb__fit *fit, uint32_t c)
{
    double   sum = 0;
    uint32_t n   = 0;
    for (uint32_t i = 0; i < fit->log->cars[c].n_laps; i++) {
        const pb__pace_lap *p = &fit->pace.lap[c][i];
        if (!p->used || isnan(p->residual_s)) continue;
        sum += fabs((double)p->residual_s);
        n++;
    }
    double field_s = fmax(fit->pace.sigma_s, 0.05) * 0.798; /* mean absolute value of a normal */
    double mult    = (sum / field_s + 20) / (n + 20);

    fit->spec->cars[c].noise_mult = mult < 0.5 ? 0.5 : mult > 2 ? 2 : mult;
}

void pb__fit_pace(pb__fit *fit)
{
    slot_line line = fit_line(fit);
    char      at[48];

    for (uint32_t c = 0; c < fit->spec->n_cars; c++) {
        set_pace(fit, c, &line);
        if (weight_of(fit, c) > 0) {
            set_wear(fit, c);
            set_noise(fit, c);
        }
        snprintf(at, sizeof at, "/cars/%u/pace_s", c);
        pb_race_spec_note(fit->spec, at, (int32_t)weight_of(fit, c),
                          weight_of(fit, c) > 0 ? "clear-air laps, drawn towards its grid slot's pace"
                                                : "no clean lap: pace of its grid slot");
    }
    pb_race_spec_note(fit->spec, "/cars/wear_mult", fit->has_pace ? (int32_t)fit->pace.n_used : 0,
                      "slope of residuals over tyre age, shrunk");
    pb_race_spec_note(fit->spec, "/cars/noise_mult", fit->has_pace ? (int32_t)fit->pace.n_used : 0,
                      "scatter of residuals against the field, shrunk");
}
