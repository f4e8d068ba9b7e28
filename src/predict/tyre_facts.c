/* What one race said about its tyres, and what it said about its drivers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tyre_prior.h"

#define FORM_RACES 10
/* Pace of a driver against the mean car, race to race: a race keeps 0.8 of the
 * weight of the next; sd of one race around form and of drivers around 0. */
#define FORM_KEEP 0.8
#define FORM_RACE_SD_S 0.35
#define FORM_DRIVER_SD_S 0.6

pb_status pb__tyre_fit(const pb_race_log *log, pb__pace_model *fit)
{
    pb__pace_options o  = pb__pace_options_default();
    o.evolution_sigma_s = 0.1;
    o.wear_sigma_s      = 0.1;
    o.offset_sigma_s    = 1;
    return pb__pace_model_fit(log, &o, fit, NULL);
}

/* Laps on compounds of one kind are few or many: the kind's fit is that of its most used compound. */
static int best_compound(const pb__pace_model *fit, pb_tyre_class kind)
{
    int best = -1;
    for (int k = PB_COMPOUND_SOFT; k < PB_COMPOUND_N; k++)
        if (pb_tyre_class_of((uint8_t)k) == kind && fit->compound_laps[k] >= 30 &&
            (best < 0 || fit->compound_laps[k] > fit->compound_laps[best]))
            best = k;
    return best;
}

void pb__race_facts_from(const pb_race_log *log, const pb__pace_model *fit, pb__race_facts *out)
{
    memset(out, 0, sizeof *out);
    out->season = log->season;
    out->round  = log->round;
    memcpy(out->circuit, log->circuit, sizeof out->circuit);
    out->dry            = !fit->wet;
    out->evolution_s    = fit->evolution_s;
    out->evolution_se_s = fit->evolution_se_s;
    out->sigma_s        = fit->sigma_s;
    for (uint32_t c = 0; c < PB_CARS_MAX; c++)
        out->car_s[c] = c < fit->n_cars && fit->car_laps[c] >= 8 ? fit->car_s[c] : NAN;
    int    medium = best_compound(fit, PB_TYRE_CLASS_MEDIUM);
    double zero   = medium >= 0 ? fit->offset_s[medium] : 0;
    out->base_s   = fit->base_s + zero;
    for (int k = 0; k < PB_TYRE_CLASSES; k++) {
        int c               = best_compound(fit, (pb_tyre_class)k);
        out->wear_s[k]      = c < 0 ? NAN : fit->wear_s[c];
        out->wear_se_s[k]   = c < 0 ? NAN : fit->wear_se_s[c];
        out->offset_s[k]    = c < 0 || medium < 0 ? NAN : fit->offset_s[c] - zero;
        double se           = c < 0 || medium < 0 ? NAN : fit->offset_se_s[c];
        out->offset_se_s[k] = se > 0.05 ? se : 0.05;
    }
}

bool pb__race_facts_of(const pb_history_race *race, pb__race_facts *out)
{
    pb__pace_model fit;
    if (!race->usable || race->log->sprint || pb__tyre_fit(race->log, &fit) != PB_OK) return false;
    pb__race_facts_from(race->log, &fit, out);
    pb__pace_model_fini(&fit);
    return true;
}

static int car_by_code(const pb_race_log *log, const char *code)
{
    for (uint32_t c = 0; c < log->n_cars; c++)
        if (strcmp(log->cars[c].code, code) == 0) return (int)c;
    return -1;
}

pb_status pb__fits_init(pb__fits *fits, size_t n, pb_error *error)
{
    *fits       = (pb__fits){.n = n};
    fits->fact  = calloc(n + 1, sizeof *fits->fact);
    fits->state = calloc(n + 1, sizeof *fits->state);
    if (fits->fact && fits->state) return PB_OK;
    pb__fits_fini(fits);
    return pb_error_set(error, PB_E_NOMEM, "out of memory for %zu races", n);
}

void pb__fits_fini(pb__fits *fits)
{
    free(fits->fact);
    free(fits->state);
    *fits = (pb__fits){0};
}

const pb__race_facts *pb__fits_get(pb__fits *fits, const pb_history *history, size_t i)
{
    PB_ASSERT(i < fits->n);
    if (fits->state[i] == 0) fits->state[i] = pb__race_facts_of(&history->races[i], &fits->fact[i]) ? 1 : -1;
    return fits->state[i] > 0 ? &fits->fact[i] : NULL;
}

void pb__driver_form(const pb_history *history, size_t at, pb__fits *fits, double pace_s[PB_CARS_MAX],
                     double sd_s[PB_CARS_MAX])
{
    const pb_race_log *log              = history->races[at].log;
    double             sum[PB_CARS_MAX] = {0}, weight[PB_CARS_MAX] = {0}, w = 1;
    int                used = 0;
    for (size_t i = at; i-- > 0 && used < FORM_RACES;) {
        const pb_race_log    *past = history->races[i].log;
        const pb__race_facts *fact = pb__fits_get(fits, history, i);
        if (!fact) continue;
        if (used > 0 && past->season != history->races[i + 1].log->season) w *= 0.3;
        for (uint32_t c = 0; c < log->n_cars; c++) {
            int o = car_by_code(past, log->cars[c].code);
            if (o < 0 || !isfinite(fact->car_s[o])) continue;
            sum[c] += w * fmax(-2, fmin(2, fact->car_s[o]));
            weight[c] += w;
        }
        w *= FORM_KEEP;
        used++;
    }
    double k = FORM_RACE_SD_S * FORM_RACE_SD_S / (FORM_DRIVER_SD_S * FORM_DRIVER_SD_S);
    for (uint32_t c = 0; c < log->n_cars; c++) {
        pace_s[c] = sum[c] / (weight[c] + k);
        sd_s[c]   = sqrt(FORM_RACE_SD_S * FORM_RACE_SD_S * (0.5 + 1 / (weight[c] + k)));
    }
}
