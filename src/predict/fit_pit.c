#include <math.h>

#include "fit_internal.h"
#include "pitboard/num.h"

#define STOPS_MAX 256
/* Spread of one stop's loss around its race's median, core: lane time 0.56 s and
 * two laps of noise (effects.md 3 and 6). */
#define STOP_SPREAD_S 1.0
/* How well a circuit's loss is known when the prior does not say. */
#define CIRCUIT_SIGMA_S 2.0
/* A stop is a stop within these; the rest are repairs, penalties or faults. */
#define LOSS_MIN_S 8.0
#define LOSS_MAX_S 60.0

static bool green(const pb_lap *lap)
{
    return (lap->status & PB_STATUS_BITS_NEUTRAL) == 0;
}

/* In-lap plus out-lap less what two normal laps would have been. */
static bool stop_loss(const pb__fit *fit, uint32_t c, const pb_tyre_stop *stop, double *loss_s)
{
    const pb_log_car *car = &fit->log->cars[c];
    int32_t           in = pb_lap_row(car, stop->in_lap), out = pb_lap_row(car, stop->in_lap + 1u);
    if (in < 0 || out < 0 || stop->red || stop->in_lap < 2) return false;
    const pb_lap *a = &car->laps[in], *b = &car->laps[out];
    if (!green(a) || !green(b) || a->time_ms == PB_MS_NONE || b->time_ms == PB_MS_NONE) return false;
    double expected_s = (double)fit->pace.lap[c][in].expected_s + (double)fit->pace.lap[c][out].expected_s;
    *loss_s           = (a->time_ms + b->time_ms) * 1e-3 - expected_s;
    return isfinite(*loss_s) && *loss_s > LOSS_MIN_S && *loss_s < LOSS_MAX_S;
}

static uint32_t green_losses(const pb__fit *fit, double *loss_s)
{
    uint32_t n = 0;
    for (uint32_t c = 0; c < fit->log->n_cars; c++) {
        pb_tyre_stop stop[16];
        uint32_t     k = pb_car_stops(fit->log, c, &fit->outcome, false, stop, 16);
        for (uint32_t i = 0; i < k && i < 16 && n < STOPS_MAX; i++) n += stop_loss(fit, c, &stop[i], &loss_s[n]);
    }
    return n;
}

/* The level of the stops so far and of earlier races: a stop far off (a jam, a new
 * nose) counts little, as in a Student-t likelihood with TAIL degrees. From the
 * median where there are a few stops, since limits do change. */
#define TAIL 4.0
#define ROUNDS 20

typedef struct level {
    double at_s, precision;
} level;

static level level_of(double *loss_s, uint32_t n, double prior_s, double sigma_s)
{
    double own = 1 / (1.57 * STOP_SPREAD_S * STOP_SPREAD_S), old = 1 / (sigma_s * sigma_s);
    level  l = {n >= 3 ? pb_median(loss_s, n) : prior_s, old};
    for (int round = 0; round < ROUNDS; round++) {
        double sum = old * prior_s, all = old;
        for (uint32_t i = 0; i < n; i++) {
            double z = (loss_s[i] - l.at_s) / STOP_SPREAD_S, w = own * (TAIL + 1) / (TAIL + z * z);
            sum += w * loss_s[i];
            all += w;
        }
        l = (level){sum / all, all};
    }
    return l;
}

void pb__fit_pit(pb__fit *fit)
{
    pb_pit_spec *pit     = &fit->spec->pit;
    bool         seen    = fit->circuit && fit->circuit->pit_loss_s > 0;
    double       prior_s = seen ? fit->circuit->pit_loss_s : pit->loss_s;
    double   sigma_s = seen && fit->circuit->pit_loss_sigma_s > 0 ? fit->circuit->pit_loss_sigma_s : CIRCUIT_SIGMA_S;
    double   loss_s[STOPS_MAX];
    uint32_t n   = fit->has_pace && !fit->options->blind_lane ? green_losses(fit, loss_s) : 0;
    level    now = level_of(loss_s, n, prior_s, sigma_s);

    pit->loss_s       = now.at_s;
    pit->loss_sigma_s = sqrt(1 / now.precision);
    pb_race_spec_note(fit->spec, "/pit/loss_s", (int32_t)n, "%s; prior %.1f s from %s",
                      n > 0 ? "green stops, robust, drawn to the prior" : "prior only", prior_s,
                      seen ? "earlier races here" : "all circuits");
}
