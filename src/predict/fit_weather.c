#include <math.h>
#include <string.h>

#include "fit_internal.h"

/* What each lap of the race took, tyre kind by tyre kind, cars' own pace and
 * wear taken out. */
typedef struct lap_sum {
    double   sum_s[3];
    uint32_t n[3];
} lap_sum;

static double wet_loss(const pb_weather_spec *w, int kind, double wetness)
{
    return w->dry_lap_s[kind] + w->wet_slope_s[kind] * wetness + w->wet_curve_s[kind] * wetness * wetness;
}

/* Wetness at which one kind loses d seconds more than the other, by halving. */
static double wetness_of(const pb_weather_spec *w, int drier, int wetter, double d)
{
    double lo = 0, hi = 1;
    for (int i = 0; i < 40; i++) {
        double mid = (lo + hi) / 2;
        if (wet_loss(w, drier, mid) - wet_loss(w, wetter, mid) < d)
            lo = mid;
        else
            hi = mid;
    }
    return (lo + hi) / 2;
}

static void sum_laps(const pb__fit *fit, lap_sum *sum)
{
    const pb__pace_model *m = &fit->pace;
    for (uint32_t c = 0; c < fit->log->n_cars; c++)
        for (uint32_t i = 0; i < fit->log->cars[c].n_laps; i++) {
            const pb_lap *lap = &fit->log->cars[c].laps[i];
            if (!m->lap[c][i].clean || isnan(m->car_s[c]) || isnan(m->wear_s[lap->compound])) continue;
            const pb_compound_spec *tyre = &fit->spec->compounds[fit->compound_of[lap->compound]];
            double own = m->base_s + m->car_s[c] + tyre->wear_s_per_lap * fmax(lap->tyre_age_laps - 1, 0);
            if (tyre->kind == PB_TYRE_SLICK) own += tyre->offset_s;
            sum[lap->number].sum_s[tyre->kind] += lap->time_ms * 1e-3 - own;
            sum[lap->number].n[tyre->kind]++;
        }
}

static int most_used_kind(const lap_sum *s)
{
    return s->n[2] > s->n[1] && s->n[2] > s->n[0] ? 2 : s->n[1] >= s->n[0] && s->n[1] > 0 ? 1 : 0;
}

/* Where two kinds ran side by side their difference tells how wet it was; else
 * the middle of the range in which the kind in use is the best one. */
static double lap_wetness(const pb_weather_spec *w, const lap_sum *s)
{
    double slick_inter = wetness_of(w, 0, 1, 0), inter_wet = wetness_of(w, 1, 2, 0);
    if (s->n[0] >= 2 && s->n[1] >= 2) return wetness_of(w, 0, 1, s->sum_s[0] / s->n[0] - s->sum_s[1] / s->n[1]);
    if (s->n[1] >= 2 && s->n[2] >= 2) return wetness_of(w, 1, 2, s->sum_s[1] / s->n[1] - s->sum_s[2] / s->n[2]);
    switch (most_used_kind(s)) {
    case 0:
        return 0.3 * slick_inter;
    case 1:
        return 0.5 * (slick_inter + inter_wet);
    default:
        return 0.5 * (inter_wet + 1);
    }
}

static double lap_level(const pb_weather_spec *w, const lap_sum *s, double wetness)
{
    double   sum = 0;
    uint32_t n   = 0;
    for (int k = 0; k < 3; k++) {
        sum += s->sum_s[k] - s->n[k] * wet_loss(w, k, wetness);
        n += s->n[k];
    }
    return sum / n;
}

/* Laps that nobody drove cleanly lie on the line between their neighbours. */
static void fill_holes(const bool *known, double *x, uint32_t laps)
{
    uint32_t last = 0;
    for (uint32_t n = 1; n <= laps; n++) {
        if (!known[n]) continue;
        for (uint32_t i = last + 1; i < n; i++)
            x[i] = last == 0 ? x[n] : x[last] + (x[n] - x[last]) * (i - last) / (n - last);
        last = n;
    }
    for (uint32_t i = last + 1; last > 0 && i <= laps; i++) x[i] = x[last];
}

void pb__fit_weather(pb__fit *fit)
{
    pb_race_spec *spec       = fit->spec;
    uint32_t      known_laps = 0;
    lap_sum       sum[PB_LAPS_MAX + 1];
    bool          known[PB_LAPS_MAX + 1] = {false};

    if (!fit->has_pace || !fit->pace.wet) return;
    memset(sum, 0, sizeof sum);
    sum_laps(fit, sum);
    for (uint32_t n = 1; n <= fit->laps && n <= PB_LAPS_MAX; n++) {
        known[n] = sum[n].n[0] + sum[n].n[1] + sum[n].n[2] >= 3;
        if (!known[n]) continue;
        spec->weather.wetness_frac[n] = lap_wetness(&spec->weather, &sum[n]);
        spec->lap_offset_s[n]         = lap_level(&spec->weather, &sum[n], spec->weather.wetness_frac[n]);
        known_laps++;
    }
    if (known_laps == 0) return;
    fill_holes(known, spec->weather.wetness_frac, fit->laps);
    fill_holes(known, spec->lap_offset_s, fit->laps);
    spec->n_lap_offsets      = fit->laps;
    spec->weather.known_laps = fit->options->whole_race ? fit->laps : fit->options->from_lap;
    pb_race_spec_note(spec, "/weather/wetness_frac", (int32_t)known_laps,
                      "where slicks and wet tyres ran together, their difference; else by the tyre in use");
    pb_race_spec_note(spec, "/lap_offset_s", (int32_t)known_laps,
                      "field's mean green lap, pace, wear and tyre taken out");
}
