#include <math.h>
#include <string.h>

#include "fit_internal.h"
#include "pitboard/num.h"

/* Kinds run side by side when each has this share of the cars. */
#define SIDE_BY_SIDE_FRAC 0.1
/* Slower than this times the median clean lap is no matter of the weather. */
#define SLOW_FRAC 2.0
/* So many laps from a change of tyres the track is well inside the range of the
 * kind in use; between, it goes there in a line. */
#define SETTLED_LAPS 4
/* Fewer cars of a kind say more of those cars than of the track. */
#define CARS_LEAST 3
/* Laps before and after that are judged together with a lap, and that its
 * wetness is the median of: a track does not dry and get wet again in a lap. */
#define POOL_LAPS 1
#define MEDIAN_LAPS 2

/* What each lap of the race took, tyre kind by tyre kind, cars' own pace and
 * wear taken out; which cars that were; and how many were on that kind at all. */
typedef struct lap_sum {
    double   sum_s[3];
    uint32_t n[3], cars[3];
    uint64_t clean[3]; /* bit c: car c */
} lap_sum;

_Static_assert(PB_CARS_MAX <= 64, "a car is a bit");

static void sum_laps(const pb__fit *fit, lap_sum *sum)
{
    const pb__pace_model *m = &fit->pace;
    for (uint32_t c = 0; c < fit->log->n_cars; c++)
        for (uint32_t i = 0; i < fit->log->cars[c].n_laps; i++) {
            const pb_lap *lap = &fit->log->cars[c].laps[i];
            if (lap->compound == PB_COMPOUND_UNKNOWN || lap->number > fit->laps) continue;
            sum[lap->number].cars[fit->spec->compounds[fit->compound_of[lap->compound]].kind]++;
            if (lap->time_ms * 1e-3 > SLOW_FRAC * m->median_s) continue;
            if (!m->lap[c][i].clean || isnan(m->car_s[c]) || isnan(m->wear_s[lap->compound])) continue;
            const pb_compound_spec *tyre = &fit->spec->compounds[fit->compound_of[lap->compound]];
            double own = m->base_s + m->car_s[c] + tyre->wear_s_per_lap * fmax(lap->tyre_age_laps - 1, 0);
            if (tyre->kind == PB_TYRE_SLICK) own += tyre->offset_s;
            sum[lap->number].sum_s[tyre->kind] += lap->time_ms * 1e-3 - own;
            sum[lap->number].n[tyre->kind]++;
            sum[lap->number].clean[tyre->kind] |= UINT64_C(1) << c;
        }
}

static int cars_in(uint64_t set)
{
    int n = 0;
    for (; set; set &= set - 1) n++;
    return n;
}

/* A lap and its neighbours; each car-lap weighs the same. */
static lap_sum pool(const lap_sum *sum, uint32_t lap, uint32_t laps)
{
    lap_sum all = {0};
    for (uint32_t n = lap > POOL_LAPS ? lap - POOL_LAPS : 1; n <= lap + POOL_LAPS && n <= laps; n++)
        for (int k = 0; k < 3; k++) {
            all.sum_s[k] += sum[n].sum_s[k];
            all.n[k] += sum[n].n[k];
            all.cars[k] += sum[n].cars[k];
            all.clean[k] |= sum[n].clean[k];
        }
    return all;
}

static int most_used_kind(const uint32_t n[3])
{
    return n[2] > n[1] && n[2] > n[0] ? 2 : n[1] >= n[0] && n[1] > 0 ? 1 : 0;
}

static bool side_by_side(const lap_sum *s, int a, int b)
{
    double least = SIDE_BY_SIDE_FRAC * (s->cars[0] + s->cars[1] + s->cars[2]);
    return s->cars[a] > 0 && s->cars[b] > 0 && s->cars[a] >= least && s->cars[b] >= least;
}

/* The middle of the range in which this kind is the best one. */
static double middle_of(const pb_weather_spec *w, int kind)
{
    double slick_inter = pb_weather_even_at(w, PB_TYRE_SLICK, PB_TYRE_INTERMEDIATE, 0),
           inter_wet   = pb_weather_even_at(w, PB_TYRE_INTERMEDIATE, PB_TYRE_WET, 0);
    switch (kind) {
    case 0:
        return 0.3 * slick_inter;
    case 1:
        return 0.5 * (slick_inter + inter_wet);
    default:
        return 0.5 * (inter_wet + 1);
    }
}

/* Where two kinds ran cleanly side by side, several cars on each, their
 * difference over three laps tells how wet it was; where cars are changing from
 * one to the other, the two are even. Where
 * nobody dares slicks, wet tyres that lose much do not make the track dry. */
static bool told_by_two(const pb_weather_spec *w, const lap_sum *s, const lap_sum *near, double *wetness)
{
    for (int k = 0; k < 2; k++) {
        bool   here  = s->n[k] > 0 && s->n[k + 1] > 0;
        bool   clean = here && cars_in(near->clean[k]) >= CARS_LEAST && cars_in(near->clean[k + 1]) >= CARS_LEAST;
        double diff  = 0;
        if (!clean && !side_by_side(s, k, k + 1)) continue;
        if (clean) diff = near->sum_s[k] / near->n[k] - near->sum_s[k + 1] / near->n[k + 1];
        *wetness = pb_weather_even_at(w, (pb_tyre_kind)k, (pb_tyre_kind)(k + 1), diff);
        if (k == 1) *wetness = fmax(*wetness, middle_of(w, 1));
        return true;
    }
    return false;
}

static bool changes_near(const bool *change, uint32_t lap, uint32_t laps)
{
    for (uint32_t n = lap > SETTLED_LAPS ? lap - SETTLED_LAPS : 1; n <= lap + SETTLED_LAPS && n <= laps; n++)
        if (change[n]) return true;
    return false;
}

static double lap_level(const pb_weather_spec *w, const lap_sum *s, double wetness)
{
    double   sum = 0;
    uint32_t n   = 0;
    for (int k = 0; k < 3; k++) {
        sum += s->sum_s[k] - s->n[k] * pb_weather_loss_s(w, (pb_tyre_kind)k, wetness);
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

/* Running median; at the ends over what is there of both sides alike. */
static void smooth(double *x, uint32_t laps)
{
    double old[PB_LAPS_MAX + 1], window[2 * MEDIAN_LAPS + 1];
    memcpy(old, x, (laps + 1) * sizeof *x);
    for (uint32_t n = 1; n <= laps; n++) {
        uint32_t half = n - 1 < laps - n ? n - 1 : laps - n;
        if (half > MEDIAN_LAPS) half = MEDIAN_LAPS;
        memcpy(window, old + n - half, (2 * half + 1) * sizeof *window);
        x[n] = pb_median(window, 2 * half + 1);
    }
}

/* Wetness of every lap; returns on how many laps it rests. */
static uint32_t find_wetness(const pb__fit *fit, const lap_sum *sum, double *wetness)
{
    const pb_weather_spec *w                       = &fit->spec->weather;
    bool                   change[PB_LAPS_MAX + 1] = {false}, known[PB_LAPS_MAX + 1] = {false};
    uint32_t               n_known = 0;

    for (uint32_t n = 1; n <= fit->laps; n++) {
        lap_sum near = pool(sum, n, fit->laps);
        known[n] = change[n] = told_by_two(w, &sum[n], &near, &wetness[n]);
    }
    for (uint32_t n = 1; n <= fit->laps; n++) {
        bool driven = sum[n].cars[0] + sum[n].cars[1] + sum[n].cars[2] > 0;
        if (!known[n] && driven && !changes_near(change, n, fit->laps)) {
            wetness[n] = middle_of(w, most_used_kind(sum[n].cars));
            known[n]   = true;
        }
        n_known += known[n];
    }
    fill_holes(known, wetness, fit->laps);
    smooth(wetness, fit->laps);
    return n_known;
}

/* What is left of the field's laps when cars, wear and wetness are taken out. */
static uint32_t find_levels(const pb__fit *fit, const lap_sum *sum, const double *wetness, double *level)
{
    bool     known[PB_LAPS_MAX + 1] = {false};
    uint32_t n_known                = 0;
    for (uint32_t n = 1; n <= fit->laps; n++) {
        known[n] = sum[n].n[0] + sum[n].n[1] + sum[n].n[2] >= 3;
        if (known[n]) level[n] = lap_level(&fit->spec->weather, &sum[n], wetness[n]);
        n_known += known[n];
    }
    fill_holes(known, level, fit->laps);
    return n_known;
}

void pb__fit_weather(pb__fit *fit)
{
    pb_race_spec *spec = fit->spec;
    lap_sum       sum[PB_LAPS_MAX + 1];

    if (!fit->has_pace || !fit->pace.wet) return;
    memset(sum, 0, sizeof sum);
    sum_laps(fit, sum);
    uint32_t wet = find_wetness(fit, sum, spec->weather.wetness_frac);
    uint32_t dry = find_levels(fit, sum, spec->weather.wetness_frac, spec->lap_offset_s);

    spec->n_lap_offsets      = fit->laps;
    spec->weather.known_laps = fit->options->whole_race ? fit->laps : fit->options->from_lap;
    pb_race_spec_note(spec, "/weather/wetness_frac", (int32_t)wet,
                      "difference of slicks and wet tyres side by side; else by the tyre in use");
    pb_race_spec_note(spec, "/lap_offset_s", (int32_t)dry, "field's mean green lap, pace, wear and tyre taken out");
}
