#include "tyre_spread.h"

#include <math.h>

static double clamp(double x, double lo, double hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

static void mean_and_variance(const pb__said *a, size_t n, double *mean, double *var, double *weight)
{
    double v = 0;
    *mean    = 0;
    for (int pass = 0; pass < 3; pass++) {
        double sw = 0, sx = 0, w1 = 0, sv = 0;
        for (size_t i = 0; i < n; i++) {
            if (a[i].x != a[i].x) continue;
            double w = a[i].weight / (a[i].se * a[i].se + v + 1e-12);
            sw += w;
            sx += w * a[i].x;
        }
        *mean = sw > 0 ? sx / sw : 0;
        for (size_t i = 0; i < n; i++) {
            if (a[i].x != a[i].x) continue;
            double d = a[i].x - *mean;
            w1 += a[i].weight;
            sv += a[i].weight * (d * d - a[i].se * a[i].se);
        }
        v       = w1 > 0 ? fmax(sv / w1, 1e-10) : 0;
        *weight = w1;
    }
    *var = v;
}

/* Mean product of deviations of an edition and the next one at its circuit. */
static double edition_covariance(const pb__said *a, size_t n, double mean)
{
    double s = 0, w = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n && a[i].x == a[i].x; j++) {
            if (a[j].circuit != a[i].circuit || a[j].x != a[j].x) continue;
            s += a[j].weight * (a[i].x - mean) * (a[j].x - mean);
            w += a[j].weight;
            break;
        }
    return w > 0 ? s / w : 0;
}

static double season_variance(const pb__spread *s, const pb__said *a, size_t n)
{
    double sum = 0, seasons = 0;
    for (size_t i = 0; i < n;) {
        double m = 0, k = 0, left;
        size_t j = i;
        for (; j < n && a[j].season == a[i].season; j++) {
            if (a[j].x != a[j].x) continue;
            m += a[j].x - s->mean - pb__spread_circuit(s, a, n, a[j].circuit, &left);
            k++;
        }
        if (k >= 3) {
            sum += (m / k) * (m / k) - s->race_sd * s->race_sd / k;
            seasons++;
        }
        i = j;
    }
    return seasons > 0 ? sum / seasons : 0;
}

pb__spread pb__spread_of(const pb__said *said, size_t n, const pb__spread *fallback)
{
    pb__spread s = *fallback;
    double     mean, v, weight;
    size_t     known = 0;
    for (size_t i = 0; i < n; i++) known += said[i].x == said[i].x;
    if (known < 4) return s;
    mean_and_variance(said, n, &mean, &v, &weight);
    double c     = clamp(edition_covariance(said, n, mean), 0.05 * v, 0.8 * v);
    s.mean       = mean;
    s.weight     = weight;
    s.circuit_sd = sqrt(c);
    s.race_sd    = sqrt(v - c);
    s.season_sd  = 0;
    double y     = clamp(season_variance(&s, said, n), 0.05 * v, 0.5 * v);
    s.season_sd  = sqrt(y);
    s.race_sd    = sqrt(fmax(v - c - y, 0.1 * v));
    return s;
}

double pb__spread_circuit(const pb__spread *s, const pb__said *said, size_t n, int circuit, double *left_var)
{
    double c = s->circuit_sd * s->circuit_sd, r = s->race_sd * s->race_sd + s->season_sd * s->season_sd;
    double precision = 1 / fmax(c, 1e-12), sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (said[i].circuit != circuit || said[i].x != said[i].x) continue;
        double w = said[i].weight / (said[i].se * said[i].se + r + 1e-12);
        precision += w;
        sum += w * (said[i].x - s->mean);
    }
    *left_var = 1 / precision;
    return sum / precision;
}
