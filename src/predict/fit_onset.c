/* fit_onset: rain that has just begun. The laps of a race that has been dry hold no
 * lap levels and no cars side by side to tell how wet it is; what they hold is how
 * much the field has slowed, and, sooner or later, somebody who has fitted wet tyres. */
#include <math.h>

#include "fit_internal.h"
#include "pitboard/num.h"

#define RECENT_LAPS 6    /* fitted longer ago tells of other rain */
#define SLOWED_FRAC 0.02 /* of a lap: less is no rain */
#define RAIN_FRAC 0.05   /* so much under green is rain, whoever has fitted what: no other thing slows a whole field */
#define CARS_LEAST 3

/* Wetness at which a slick loses so much. */
static double wetness_at(const pb_weather_spec *w, double loss_s)
{
    pb_weather_spec slick = *w;
    slick.dry_lap_s[1] = slick.wet_slope_s[1] = slick.wet_curve_s[1] = 0;
    return pb_weather_even_at(&slick, PB_TYRE_SLICK, PB_TYRE_INTERMEDIATE, loss_s);
}

/* Cars that came out on wet tyres lately. */
static uint32_t fitted_wet(const pb__fit *fit)
{
    uint32_t n = 0;
    for (uint32_t c = 0; c < fit->log->n_cars; c++) {
        const pb_log_car *car = &fit->log->cars[c];
        if (car->n_laps < 2) continue;
        const pb_lap *last = &car->laps[car->n_laps - 1];
        if (!pb_compound_is_wet((pb_compound)last->compound) || last->number + RECENT_LAPS < fit->options->from_lap)
            continue;
        uint32_t i = car->n_laps - 1;
        while (i > 0 && pb_same_set(car, i - 1)) i--;
        n += i > 0 && car->laps[i].number + RECENT_LAPS > fit->options->from_lap;
    }
    return n;
}

/* What the field on slicks lost on the lap `back` laps before each car's last. */
static bool field_loss(const pb__fit *fit, uint32_t back, double *loss_s)
{
    double   x[PB_CARS_MAX];
    uint32_t n = 0;
    for (uint32_t c = 0; c < fit->log->n_cars; c++) {
        const pb_log_car *car = &fit->log->cars[c];
        if (car->n_laps < back + 2) continue;
        const pb_lap *lap      = &car->laps[car->n_laps - 1 - back];
        double        expected = (double)fit->pace.lap[c][car->n_laps - 1 - back].expected_s;
        bool          lane     = lap->pit_in_ms != PB_MS_NONE || lap->pit_out_ms != PB_MS_NONE;
        if (lane || lap->time_ms == PB_MS_NONE || isnan(expected) || pb_compound_is_wet((pb_compound)lap->compound))
            continue;
        if (lap->status & PB_STATUS_BITS_NEUTRAL || lap->number + 2u < fit->options->from_lap) continue;
        x[n++] = lap->time_ms * 1e-3 - expected;
    }
    if (n < CARS_LEAST) return false;
    *loss_s = pb_median(x, n);
    return true;
}

void pb__fit_onset(pb__fit *fit)
{
    pb_weather_spec *w    = &fit->spec->weather;
    uint32_t         from = fit->options->from_lap;
    double           now_s, before_s;
    if (from < 3 || !fit->has_pace || fit->pace.wet) return;
    if (!field_loss(fit, 0, &now_s) || !field_loss(fit, 1, &before_s)) return;
    double least = fitted_wet(fit) > 0 ? SLOWED_FRAC : RAIN_FRAC;
    if (now_s < least * fit->spec->base_lap_s) return;
    w->wetness_frac[from]     = wetness_at(w, now_s);
    w->wetness_frac[from - 1] = fmin(wetness_at(w, fmax(before_s, 0)), w->wetness_frac[from]);
    w->known_laps             = (uint16_t)from;
    pb_race_spec_note(fit->spec, "/weather/wetness_frac", 1,
                      "rain has begun: the field on slicks lost %.1f s on its last lap", now_s);
}
