/* Weather: what each kind of tyre costs on a wet track.
 *
 * Nobody measures how wet a track is. The slick's curve of the race file is
 * therefore the definition of wetness; what is learned is how the other tyres do
 * at the wetness that slicks, running on the same lap, show: intermediates
 * against slicks, full wets against intermediates. Only races that were dry for
 * a while count, since their dry laps are the zero. */
#include <math.h>
#include <stdlib.h>

#include "learn_fits.h"
#include "learn_sample.h"
#include "pitboard/num.h"

#define KINDS 3
#define CARS_LEAST 2 /* of a kind on a lap, for its level to count */
#define DRY_CARS 5   /* on slicks, on a lap that may be dry */
#define DRY_LAPS 8
#define LAPS_LEAST 12 /* with two kinds side by side */
#define NOISE_S 2.5   /* of one lap's difference: the lines are not equally wet */

/* Mean lap of each kind on one lap of a race, cars' own pace taken out. */
typedef struct level {
    double   s[KINDS];
    uint32_t n[KINDS];
} level;

/* Two kinds on the same lap: how wet by the drier one, what the other lost. */
typedef struct point {
    double wetness, loss_s, weight;
} point;

typedef struct points {
    point *at;
    size_t n;
} points;

static int kind_of(uint8_t compound)
{
    return compound == PB_COMPOUND_WET ? 2 : compound == PB_COMPOUND_INTERMEDIATE ? 1 : 0;
}

static void sum_levels(const pb__learn_race *race, level *levels)
{
    for (uint32_t c = 0; c < race->log->n_cars; c++)
        for (uint32_t i = 0; i < race->log->cars[c].n_laps; i++) {
            const pb_lap *lap = &race->log->cars[c].laps[i];
            if (!race->pace.lap[c][i].clean || !isfinite(race->pace.car_s[c])) continue;
            level *l = &levels[lap->number];
            int    k = kind_of(lap->compound);
            l->s[k] += lap->time_ms * 1e-3 - race->pace.car_s[c];
            l->n[k]++;
        }
    for (uint32_t n = 0; n <= race->pace.laps; n++)
        for (int k = 0; k < KINDS; k++) levels[n].s[k] /= levels[n].n[k] ? levels[n].n[k] : 1;
}

/* A good dry lap of the field: a fifth of the slick laps are faster. */
static double dry_level_s(const level *levels, uint32_t laps)
{
    pb__sample dry = {0};
    for (uint32_t n = 1; n <= laps; n++)
        if (levels[n].n[0] >= DRY_CARS) pb__sample_add(&dry, levels[n].s[0], 1);
    double s = dry.n >= DRY_LAPS ? pb__sample_quantile(&dry, 0.2) : (double)NAN;
    pb__sample_fini(&dry);
    return s;
}

static double loss_at(const pb_weather_spec *w, int kind, double wetness)
{
    return w->dry_lap_s[kind] + w->wet_slope_s[kind] * wetness + w->wet_curve_s[kind] * wetness * wetness;
}

/* Wetness at which a kind loses this much; its curve rises. */
static double wetness_at(const pb_weather_spec *w, int kind, double loss_s)
{
    double low = 0, high = 1;
    for (int i = 0; i < 40; i++) {
        double mid                                       = (low + high) / 2;
        *(loss_at(w, kind, mid) < loss_s ? &low : &high) = mid;
    }
    return (low + high) / 2;
}

/* Laps on which kind `wetter` ran beside the one drier than it. */
static void gather(const pb__learn_race *race, const pb_weather_spec *w, int wetter, points *out)
{
    level *levels = calloc(PB_LAPS_MAX + 1, sizeof *levels);
    if (!levels) return;
    sum_levels(race, levels);
    double dry_s = dry_level_s(levels, race->pace.laps);
    for (uint32_t n = 1; n <= race->pace.laps && isfinite(dry_s); n++) {
        const level *l = &levels[n];
        if (l->n[wetter] < CARS_LEAST || l->n[wetter - 1] < CARS_LEAST) continue;
        out->at[out->n++] = (point){.wetness = wetness_at(w, wetter - 1, l->s[wetter - 1] - dry_s),
                                    .loss_s  = l->s[wetter] - dry_s,
                                    .weight  = race->weight};
    }
    free(levels);
}

/* A parabola through the points, held to the one that was there. */
static void fit_curve(const points *p, int kind, pb_weather_spec *w)
{
    static const double sigma_s[3] = {2, 8, 8}; /* how far constant, slope and curve may move */
    double             *block      = malloc((p->n * 5 + 1) * sizeof *block);
    double              b[3], ridge[3];
    if (!block) return;
    double *x = block, *y = x + 3 * p->n, *weight = y + p->n;
    for (size_t i = 0; i < p->n; i++) {
        double wetness = p->at[i].wetness;
        x[3 * i]       = 1;
        x[3 * i + 1]   = wetness;
        x[3 * i + 2]   = wetness * wetness;
        y[i]           = p->at[i].loss_s - loss_at(w, kind, wetness);
        weight[i]      = p->at[i].weight;
    }
    for (int k = 0; k < 3; k++) ridge[k] = NOISE_S * NOISE_S / (sigma_s[k] * sigma_s[k]);
    if (pb_least_squares(x, y, weight, p->n, 3, ridge, b, NULL) == PB_OK) {
        w->dry_lap_s[kind]   = fmax(w->dry_lap_s[kind] + b[0], 0.5);
        w->wet_slope_s[kind] = fmax(w->wet_slope_s[kind] + b[1], 0);
        w->wet_curve_s[kind] = fmax(w->wet_curve_s[kind] + b[2], 0);
    }
    free(block);
}

pb_status pb__learn_weather(const pb__learn_set *set, pb_prior *prior)
{
    for (int kind = 1; kind < KINDS; kind++) { /* intermediates first: wets are held against them */
        points p = {.at = malloc((set->n * PB_LAPS_MAX + 1) * sizeof *p.at)};
        if (!p.at) return PB_E_NOMEM;
        for (size_t r = 0; r < set->n; r++)
            if (set->race[r].has_pace && !set->race[r].dry) gather(&set->race[r], &prior->base.weather, kind, &p);
        if (p.n >= LAPS_LEAST) fit_curve(&p, kind, &prior->base.weather);
        free(p.at);
    }
    /* full wets are 3 % of the rain tyres fitted in 2022-25: rain that is drawn stays where intermediates do */
    prior->base.weather.soak_frac = pb_weather_even_at(&prior->base.weather, PB_TYRE_INTERMEDIATE, PB_TYRE_WET, 0);
    return PB_OK;
}
