/* Lap noise: how far laps in clear air scatter around the pace model, for how
 * long they stay off, how lopsided they are; and, apart, drivers' mistakes.
 *
 * Products of residuals by distance are sums of four parts whose shapes are
 * known and whose variances are not: an AR(1), white noise, a level per stint
 * and a wear per stint. For each phi the variances are least squares that may
 * not be negative. */
#include <math.h>
#include <stdlib.h>

#include "learn_fits.h"
#include "learn_sample.h"
#include "noise_laps.h"
#include "pitboard/num.h"

#define LAPS_LEAST 10
#define MISTAKE_LOW_S 1.5
#define MISTAKE_HIGH_S 4.0
#define DRAWS 200000
#define MISTAKE_MAX_S 20.0 /* beyond this an incident */
#define MISTAKES_LEAST 20

typedef struct parts {
    double phi, var[PB__PARTS];
} parts;

/* Least squares over the parts whose bit is set; false if singular. */
static bool solve(double a[PB__PARTS][PB__PARTS], const double *b, unsigned used, double *x)
{
    double m[PB__PARTS][PB__PARTS + 1];
    for (int i = 0; i < PB__PARTS; i++) {
        bool on = used >> i & 1;
        for (int j = 0; j < PB__PARTS; j++) m[i][j] = on && used >> j & 1 ? a[i][j] : i == j;
        m[i][PB__PARTS] = on ? b[i] : 0;
    }
    for (int i = 0; i < PB__PARTS; i++) { /* positive definite: no pivoting needed */
        if (m[i][i] < 1e-15) return false;
        for (int k = 0; k < PB__PARTS; k++) {
            double f = k == i ? 0 : m[k][i] / m[i][i];
            for (int j = i; j <= PB__PARTS; j++) m[k][j] -= f * m[i][j];
        }
    }
    for (int i = 0; i < PB__PARTS; i++) x[i] = m[i][PB__PARTS] / m[i][i];
    return true;
}

/* Products by distance as means, the shapes of the parts beside them. */
typedef struct table {
    double y[PB__NOISE_BINS], w[PB__NOISE_BINS], shape[PB__PARTS][PB__NOISE_BINS];
} table;

static void tabulate(const pb__products *real, const pb__products part[PB__PARTS], table *t)
{
    for (int h = 0; h < PB__NOISE_BINS; h++) {
        double n = fmax(real->count[h], 1e-9);
        t->w[h]  = n / fmax(real->count[0], 1e-9) * (h == 0 ? 2 : 1); /* the variance of one lap matters most */
        t->y[h]  = real->sum[h] / n;
        for (int k = 0; k < PB__PARTS; k++) t->shape[k][h] = part[k].sum[h] / n;
    }
}

static double error_of(const table *t, const double *var)
{
    double error = 0;
    for (int h = 0; h < PB__NOISE_BINS; h++) {
        double miss = t->y[h];
        for (int k = 0; k < PB__PARTS; k++) miss -= var[k] * t->shape[k][h];
        error += t->w[h] * miss * miss;
    }
    return error;
}

/* Best non-negative variances for these shapes: the best of all subsets whose
 * least squares are not negative. Returns the weighted error. */
static double fit_variances(const table *t, double *var)
{
    double a[PB__PARTS][PB__PARTS] = {{0}}, b[PB__PARTS] = {0}, least = INFINITY;
    for (int k = 0; k < PB__PARTS; k++)
        for (int h = 0; h < PB__NOISE_BINS; h++) {
            b[k] += t->w[h] * t->shape[k][h] * t->y[h];
            for (int l = 0; l < PB__PARTS; l++) a[k][l] += t->w[h] * t->shape[k][h] * t->shape[l][h];
        }
    for (unsigned used = 1; used < 1u << PB__PARTS; used++) {
        double x[PB__PARTS], error;
        if (!solve(a, b, used, x) || x[0] < 0 || x[1] < 0 || x[2] < 0 || x[3] < 0) continue;
        if ((error = error_of(t, x)) >= least) continue;
        least = error;
        for (int k = 0; k < PB__PARTS; k++) var[k] = x[k];
    }
    return least;
}

static void expect(const pb__car_laps *laps, size_t n, pb__noise_part part, double phi, pb__products *out)
{
    *out = (pb__products){0};
    for (size_t i = 0; i < n; i++) pb__products_expect(out, &laps[i], part, phi);
}

static parts fit_memory(const pb__car_laps *laps, size_t n)
{
    pb__products real  = {0}, part[PB__PARTS];
    parts        best  = {0};
    double       least = INFINITY;
    table        t;
    for (size_t i = 0; i < n; i++) pb__products_add(&real, &laps[i]);
    for (int k = PB__PART_WHITE; k < PB__PARTS; k++) expect(laps, n, (pb__noise_part)k, 0, &part[k]);
    for (int step = 0; step <= 10; step++) {
        parts p = {.phi = 0.4 + 0.05 * step};
        expect(laps, n, PB__PART_AR, p.phi, &part[PB__PART_AR]);
        tabulate(&real, part, &t);
        double error = fit_variances(&t, p.var);
        if (error >= least) continue;
        least = error;
        best  = p;
    }
    return best;
}

/* Green laps in clear air, slow ones and doubtful ones too. */
static void green_laps(const pb__learn_set *set, pb__sample *out)
{
    for (size_t r = 0; r < set->n; r++) {
        const pb__learn_race *race = &set->race[r];
        if (!race->has_pace || !race->dry) continue;
        for (uint32_t c = 0; c < race->log->n_cars; c++)
            for (uint32_t i = 0; i < race->log->cars[c].n_laps; i++) {
                const pb__pace_lap *pace  = &race->pace.lap[c][i];
                const pb_lap       *lap   = &race->log->cars[c].laps[i];
                bool                clear = pace->gap_s > PB__NOISE_CLEAR_S && pace->lapped_by == 0 && lap->number >= 4;
                if (clear && pb__lap_is_green(lap) && (double)pace->residual_s < MISTAKE_MAX_S)
                    pb__sample_add(out, (double)pace->residual_s, race->recent);
            }
    }
}

/* Share of the noise alone above each mark, by drawing it. */
static void core_shares(const pb_noise_spec *n, const double *mark_s, int marks, double *share)
{
    double coef[4] = {0, 1, 0, 0}, s = 0,
           gain2 = (1 + 2 * n->phi * n->theta + n->theta * n->theta) / (1 - n->phi * n->phi);
    double scale = n->sigma_s / sqrt(gain2);
    (void)pb_fleishman(n->skew, n->kurtosis, coef);
    for (uint32_t i = 0; i < DRAWS; i++) {
        double z = pb_normal_quantile(pb_uniform(pb_draw(1, i, 0, 0, 0).word[0])), before = s;
        s = n->phi * s + scale * (coef[0] + z * (coef[1] + z * (coef[2] + z * coef[3])));
        for (int k = 0; k < marks; k++) share[k] += (s + n->theta * before > mark_s[k]) / (double)DRAWS;
    }
}

static double green_share(const pb__sample *x, double mark_s)
{
    double beyond = 0;
    for (size_t i = 0; i < x->n; i++) beyond += x->at[i].x > mark_s ? x->at[i].w : 0;
    return x->n ? beyond / pb__sample_weight(x) : 0;
}

/* Mistakes are what green laps have beyond the noise: an exponential through
 * the excess at two marks. */
static void learn_mistakes(const pb__sample *green, pb_noise_spec *noise)
{
    const double mark_s[2] = {MISTAKE_LOW_S, MISTAKE_HIGH_S};
    double       core[2]   = {0, 0};
    core_shares(noise, mark_s, 2, core);
    double low = green_share(green, mark_s[0]) - core[0], high = green_share(green, mark_s[1]) - core[1];
    if (high * (double)green->n < MISTAKES_LEAST || low < 1.2 * high) return;
    noise->slow_mean_s = (mark_s[1] - mark_s[0]) / log(low / high);
    noise->slow_prob   = fmin(low * exp(mark_s[0] / noise->slow_mean_s), 0.1);
}

static void sample_cumulants(const pb__car_laps *laps, size_t n, double k[5])
{
    double w = 0, m1 = 0, m2 = 0, m3 = 0, m4 = 0;
    for (size_t i = 0; i < n; i++)
        for (int j = 0; j < laps[i].n; j++) {
            w += laps[i].weight;
            m1 += laps[i].weight * laps[i].x[j];
        }
    m1 /= w;
    for (size_t i = 0; i < n; i++)
        for (int j = 0; j < laps[i].n; j++) {
            double d = laps[i].x[j] - m1, q = laps[i].weight / w;
            m2 += q * d * d;
            m3 += q * d * d * d;
            m4 += q * d * d * d * d;
        }
    k[2] = m2;
    k[3] = m3;
    k[4] = m4 - 3 * m2 * m2;
}

/* theta of x = s' + theta s that gives a lag-1 correlation rho. */
static double theta_for(double phi, double rho)
{
    double a = phi - rho, b = 1 + phi * phi - 2 * rho * phi;
    if (fabs(a) < 1e-9) return 0;
    double disc = b * b - 4 * a * a;
    return disc < 0 ? -phi : (-b + sqrt(disc)) / (2 * a); /* the root inside the unit circle */
}

/* Sums of powers of the weights by which x remembers e, and their use: the
 * skewness and kurtosis e needs so that x has what was seen. */
static void shape_innovation(double skew_x, double kurtosis_x, pb_noise_spec *noise)
{
    double weight = 1, s2 = 0, s3 = 0, s4 = 0, coef[4];
    for (int j = 0; j < 200; j++) {
        s2 += weight * weight;
        s3 += weight * weight * weight;
        s4 += weight * weight * weight * weight;
        weight = j == 0 ? noise->phi + noise->theta : weight * noise->phi;
    }
    noise->skew     = fmin(fmax(skew_x * pow(s2, 1.5) / s3, 0), 2);
    noise->kurtosis = fmin(fmax(kurtosis_x * s2 * s2 / s4, 0), 20);
    for (int i = 0; i < 60 && pb_fleishman(noise->skew, noise->kurtosis, coef) != PB_OK; i++) {
        noise->skew *= 0.95;
        noise->kurtosis = fmin(noise->kurtosis * 0.98 + 0.05, 12);
    }
}

static void take(const pb__car_laps *laps, size_t n, const parts *p, pb_noise_spec *noise)
{
    double seen[5], ar = p->var[PB__PART_AR], all = ar + p->var[PB__PART_WHITE];
    sample_cumulants(laps, n, seen);
    noise->sigma_s            = sqrt(all);
    noise->phi                = p->phi;
    noise->theta              = theta_for(p->phi, ar * p->phi / all);
    noise->stint_sigma_s      = sqrt(p->var[PB__PART_LEVEL]);
    noise->stint_wear_sigma_s = sqrt(p->var[PB__PART_WEAR]);
    shape_innovation(seen[3] / pow(seen[2], 1.5), seen[4] / (seen[2] * seen[2]), noise);
}

pb_status pb__learn_noise(const pb__learn_set *set, pb_prior *prior)
{
    const size_t  few   = 60; /* cars */
    pb__car_laps *laps  = NULL;
    size_t        n     = 0;
    pb__sample    green = {0};
    PB_TRY(pb__noise_laps(set, LAPS_LEAST, &laps, &n));
    green_laps(set, &green);
    if (n >= few) {
        parts p = fit_memory(laps, n);
        if (p.var[PB__PART_AR] > 0) {
            take(laps, n, &p, &prior->base.noise);
            learn_mistakes(&green, &prior->base.noise);
        }
    }
    pb_status status = green.failed ? PB_E_NOMEM : PB_OK;
    pb__sample_fini(&green);
    free(laps);
    return status;
}
