/* row_pace: lap times of a car, fuel-corrected, against the field, over its stint. */
#include <math.h>

#include "pitboard/num.h"
#include "scene.h"

#define LAPS_MAX 40       /* clean laps of a stint that are looked at, newest first */
#define SLOPE_PRIOR 120.0 /* laps^2: a slope from this much spread of age is shrunk by half */

/* Clean laps of the stint, newest first. */
typedef struct clean_laps {
    uint32_t n;
    double   time_s[LAPS_MAX];
    double   fuel_s[LAPS_MAX]; /* as if with the fuel of now */
    double   rel_s[LAPS_MAX];  /* less field; NAN outside its window */
    double   number[LAPS_MAX];
    uint32_t row[LAPS_MAX];
} clean_laps;

static void collect(const pb_scene *scene, const pb__car *car, clean_laps *laps)
{
    double per_lap_s = isnan(scene->best_s) ? 0 : PB__FUEL_SHARE * scene->best_s;
    laps->n          = 0;
    for (uint32_t i = car->n; i-- > pb__last_fact(car)->first && laps->n < LAPS_MAX;) {
        if (!car->fact[i].clean) continue;
        uint32_t k      = laps->n++;
        laps->row[k]    = i;
        laps->number[k] = car->row[i].number;
        laps->time_s[k] = car->row[i].time_ms * 1e-3;
        laps->fuel_s[k] = laps->time_s[k] - per_lap_s * (pb__last(car)->number - car->row[i].number);
        laps->rel_s[k]  = laps->time_s[k] - pb__field_s(scene, car->row[i].number);
    }
}

static double mean_of(const double *x, uint32_t from, uint32_t n)
{
    double   sum = 0;
    uint32_t k   = 0;
    for (uint32_t i = from; i < from + n; i++)
        if (!isnan(x[i])) sum += x[i], k++;
    return k ? sum / k : NAN;
}

/* Shrunk least-squares slope of y over lap number; *rest gets the spread about it. */
static double slope(const double *number, const double *y, uint32_t n, double *rest)
{
    double   sx = 0, sy = 0, sxx = 0, sxy = 0, syy = 0;
    uint32_t k = 0;
    *rest      = NAN;
    for (uint32_t i = 0; i < n; i++)
        if (!isnan(y[i])) sx += number[i], sy += y[i], k++;
    if (k < 4) return NAN;
    for (uint32_t i = 0; i < n; i++) {
        double dx = number[i] - sx / k, dy = y[i] - sy / k;
        if (isnan(y[i])) continue;
        sxx += dx * dx;
        sxy += dx * dy;
        syy += dy * dy;
    }
    double left = (syy - sxy * sxy / sxx) / (k - 2);
    *rest       = left > 0 ? sqrt(left) : 0;
    return sxy / (sxx + SLOPE_PRIOR);
}

double pb__stint_slope_s(const pb_scene *scene, const pb__car *car)
{
    clean_laps laps;
    double     rest;
    if (car->n == 0) return NAN;
    collect(scene, car, &laps);
    return slope(laps.number, laps.fuel_s, laps.n, &rest);
}

static double best_three(const double *x, uint32_t n)
{
    double best[3] = {INFINITY, INFINITY, INFINITY};
    for (uint32_t i = 0; i < n; i++) {
        double v = x[i];
        for (int k = 0; k < 3; k++)
            if (v < best[k]) {
                double swap = best[k];
                best[k]     = v;
                v           = swap;
            }
    }
    return n >= 3 ? (best[0] + best[1] + best[2]) / 3 : NAN;
}

static double sector_noise_s(const pb__car *car, const clean_laps *laps)
{
    double   sum  = 0;
    uint32_t want = laps->n < 8 ? laps->n : 8, sectors = 0;
    for (int s = 0; s < 3; s++) {
        pb_moments m = {0};
        for (uint32_t i = 0; i < want; i++) {
            int32_t ms = car->row[laps->row[i]].sector_ms[s];
            if (ms != PB_MS_NONE) pb_moments_add(&m, ms * 1e-3);
        }
        if (m.n < 4) continue;
        sum += pb_moments_sd(&m);
        sectors++;
    }
    return sectors ? sum / sectors : NAN;
}

static void stint_part(const clean_laps *laps, float *out)
{
    double   rest, unused, six[6];
    uint32_t n = laps->n, k = 0;
    if (n == 0) return;
    double last3           = mean_of(laps->fuel_s, 0, n < 3 ? n : 3);
    out[PB_LF_last_rel_s]  = (float)laps->rel_s[0];
    out[PB_LF_pace3_rel_s] = (float)mean_of(laps->rel_s, 0, n < 3 ? n : 3);
    out[PB_LF_pace_rel_s]  = (float)mean_of(laps->rel_s, 0, n < 12 ? n : 12);
    out[PB_LF_drop_fuel_s] = (float)(last3 - best_three(laps->fuel_s, n));
    out[PB_LF_slope_s]     = (float)slope(laps->number, laps->fuel_s, n, &rest);
    out[PB_LF_noise_s]     = (float)rest;
    out[PB_LF_slope_rel_s] = (float)slope(laps->number, laps->rel_s, n, &unused);
    if (n < 3) return;
    double best = laps->time_s[0];
    for (uint32_t i = 1; i < n; i++) best = laps->time_s[i] < best ? laps->time_s[i] : best;
    for (uint32_t i = 1; i < n && k < 6; i++) six[k++] = laps->time_s[i];
    out[PB_LF_drop_s] = (float)(laps->time_s[0] - best);
    out[PB_LF_step_s] = (float)(laps->time_s[0] - pb__median(six, k));
}

static void field_part(const pb_scene *scene, const clean_laps *laps, float *out)
{
    double number[PB__WINDOW], y[PB__WINDOW], ten[10], rest;
    for (uint32_t k = 0; k < 10; k++) {
        number[k] = -(double)k;
        y[k]      = scene->field_s[k];
    }
    out[PB_LF_track_evolution_s] = (float)slope(number, y, 10, &rest);
    uint32_t n                   = 0;
    for (uint32_t k = 1; k < 10; k++)
        if (!isnan(y[k])) ten[n++] = y[k];
    out[PB_LF_field_shift] = (float)(y[0] / pb__median(ten, n) - 1);
    if (laps->n > 0)
        out[PB_LF_pace_fuel_s] = (float)(mean_of(laps->fuel_s, 0, laps->n < 3 ? laps->n : 3) - scene->best_s);
}

/* Laps whatever their flags: trouble with the car, rain on the track. */
static void raw_part(const pb_scene *scene, const pb__car *car, float *out)
{
    const pb_lap *last = pb__last(car);
    double        now = pb__raw_s(scene, last->number), best = INFINITY;
    if (last->time_ms != PB_MS_NONE) out[PB_LF_raw_rel_s] = (float)(last->time_ms * 1e-3 - now);
    for (uint32_t k = 0; k < PB__WINDOW; k++)
        if (scene->raw_s[k] < best) best = scene->raw_s[k];
    if (best < INFINITY) out[PB_LF_raw_shift] = (float)(now / best - 1);
}

/* In- and out-lap of the last stop less twice the median of up to five clean laps before it. */
static double stop_loss_s(const pb__car *car)
{
    uint32_t k = car->n_visits;
    while (k > 0 && !(car->visit[k - 1].stop && car->visit[k - 1].seen)) k--;
    if (k == 0) return NAN;
    uint32_t in = car->visit[k - 1].row, n = 0;
    double   v[5];
    if (car->row[in].time_ms == PB_MS_NONE || car->row[in + 1].time_ms == PB_MS_NONE) return NAN;
    for (uint32_t i = in; i-- > 0 && n < 5;)
        if (car->fact[i].clean) v[n++] = car->row[i].time_ms * 1e-3;
    return (car->row[in].time_ms + car->row[in + 1].time_ms) * 1e-3 - 2 * pb__median(v, n);
}

void pb__row_pace(const pb_scene *scene, const pb__car *car, uint32_t index, float *out)
{
    clean_laps laps;
    (void)index;
    collect(scene, car, &laps);
    stint_part(&laps, out);
    field_part(scene, &laps, out);
    raw_part(scene, car, out);
    out[PB_LF_sector_noise_s] = (float)sector_noise_s(car, &laps);
    out[PB_LF_in_out_loss_s]  = (float)stop_loss_s(car);
}
