/* Lap noise: how far laps in clear air scatter around the pace model, for how
 * long they stay off, and how lopsided they are; then what a whole stint is off. */
#include <math.h>
#include <stdlib.h>

#include "learn_fits.h"
#include "learn_sample.h"
#include "noise_stints.h"
#include "pitboard/num.h"

#define LAPS_LEAST 6
#define SLOPE_LAPS 12
#define MISTAKE_S 2.0 /* beyond this a slow lap is a mistake, not noise */
#define MISTAKES_LEAST 20

/* An AR(1) part and a white part. */
typedef struct parts {
    double phi, ar_var, white_var;
} parts;

/* For one phi the expected sums are linear in the two variances. */
static double solve_variances(const pb__autocov *real, const pb__autocov *ar, const pb__autocov *white, parts *out)
{
    double aa = 0, aw = 0, ww = 0, ra = 0, rw = 0, error = 0;
    for (int h = 0; h <= PB__NOISE_LAGS; h++) {
        double n = fmax(real->count[h], 1), a = ar->sum[h] / n, w = white->sum[h] / n, r = real->sum[h] / n;
        aa += a * a;
        aw += a * w;
        ww += w * w;
        ra += r * a;
        rw += r * w;
    }
    double det     = aa * ww - aw * aw;
    out->ar_var    = det > 0 ? (ra * ww - rw * aw) / det : 0;
    out->white_var = det > 0 ? (rw * aa - ra * aw) / det : 0;
    if (out->white_var < 0) *out = (parts){.ar_var = ra / aa};
    if (out->ar_var < 0) *out = (parts){.white_var = rw / ww};
    for (int h = 0; h <= PB__NOISE_LAGS; h++) {
        double miss =
            (real->sum[h] - out->ar_var * ar->sum[h] - out->white_var * white->sum[h]) / fmax(real->count[h], 1);
        error += miss * miss;
    }
    return error;
}

static parts fit_memory(const pb__stint *stints, size_t n)
{
    pb__autocov real = {0}, white = {0};
    parts       best  = {0};
    double      least = INFINITY;
    for (size_t i = 0; i < n; i++) {
        pb__autocov_add(&real, &stints[i]);
        pb__autocov_expect(&white, &stints[i], 0);
    }
    for (int k = 8; k <= 38; k++) {
        double      phi = k * 0.025;
        pb__autocov ar  = {0};
        parts       p;
        for (size_t i = 0; i < n; i++) pb__autocov_expect(&ar, &stints[i], phi);
        double error = solve_variances(&real, &ar, &white, &p);
        p.phi        = phi;
        if (error >= least) continue;
        least = error;
        best  = p;
    }
    return best;
}

/* Residuals with each stint's mean taken off, spread back to full size. */
static void spread(const pb__stint *stints, size_t n, pb__sample *out)
{
    for (size_t i = 0; i < n; i++) {
        if (stints[i].n < SLOPE_LAPS) continue;
        pb__line line = pb__stint_line(&stints[i]);
        for (int k = 0; k < stints[i].n; k++) pb__sample_add(out, (double)stints[i].x[k] - line.mean, stints[i].weight);
    }
}

/* Mistakes are exponential, so what they exceed any mark by has their mean. */
static void learn_mistakes(const pb__sample *x, double white_var, pb_noise_spec *noise)
{
    double beyond = 0, excess = 0, all = pb__sample_weight(x);
    size_t n = 0;
    for (size_t i = 0; i < x->n; i++) {
        if (x->at[i].x <= MISTAKE_S) continue;
        beyond += x->at[i].w;
        excess += x->at[i].w * (x->at[i].x - MISTAKE_S);
        n++;
    }
    if (n < MISTAKES_LEAST) return;
    noise->slow_mean_s = excess / beyond;
    noise->slow_prob   = fmin(beyond / all * exp(MISTAKE_S / noise->slow_mean_s), 0.1);
    double most      = white_var / (2 * noise->slow_mean_s * noise->slow_mean_s); /* they are part of the white noise */
    noise->slow_prob = fmin(noise->slow_prob, most);
}

/* theta of x = s' + theta s that gives a lag-1 correlation rho. */
static double theta_for(double phi, double rho)
{
    double a = phi - rho, b = 1 + phi * phi - 2 * rho * phi, c = phi - rho;
    if (fabs(a) < 1e-9) return 0;
    double disc = b * b - 4 * a * c;
    if (disc < 0) return -phi;
    return (-b + sqrt(disc)) / (2 * a); /* the root inside the unit circle */
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

/* Cumulants of a mistake: probability p, exponential with mean m. */
static void mistake_cumulants(const pb_noise_spec *noise, double k[5])
{
    double p = noise->slow_prob, m = noise->slow_mean_s;
    double e1 = p * m, e2 = 2 * p * m * m, e3 = 6 * p * m * m * m, e4 = 24 * p * m * m * m * m;
    k[2] = e2 - e1 * e1;
    k[3] = e3 - 3 * e2 * e1 + 2 * e1 * e1 * e1;
    k[4] = e4 - 4 * e3 * e1 - 3 * e2 * e2 + 12 * e2 * e1 * e1 - 6 * e1 * e1 * e1 * e1;
}

static void sample_cumulants(const pb__sample *x, double k[5])
{
    double mean = pb__sample_mean(x), all = pb__sample_weight(x), m2 = 0, m3 = 0, m4 = 0;
    for (size_t i = 0; i < x->n; i++) {
        double d = x->at[i].x - mean, w = x->at[i].w / all;
        m2 += w * d * d;
        m3 += w * d * d * d;
        m4 += w * d * d * d * d;
    }
    k[2] = m2;
    k[3] = m3;
    k[4] = m4 - 3 * m2 * m2;
}

static void learn_shape(const pb__stint *stints, size_t n, const parts *p, pb_noise_spec *noise)
{
    pb__sample x = {0};
    double     seen[5], slow[5];
    spread(stints, n, &x);
    noise->slow_prob = 0;
    learn_mistakes(&x, p->white_var, noise);
    sample_cumulants(&x, seen);
    mistake_cumulants(noise, slow);
    double core    = fmax(p->ar_var + p->white_var - slow[2], 0.25 * p->ar_var);
    noise->sigma_s = sqrt(core);
    noise->phi     = p->phi;
    noise->theta   = theta_for(p->phi, fmin(p->ar_var * p->phi / core, p->phi));
    shape_innovation((seen[3] - slow[3]) / pow(core, 1.5), (seen[4] - slow[4]) / (core * core), noise);
    pb__sample_fini(&x);
}

/* Variance of numbers whose own error variance is known, without the outliers. */
static double excess_variance(pb__sample *values, const pb__sample *error_var)
{
    double limit = 3.5 * pb__sample_mad_sigma(values), sum = 0, weight = 0;
    for (size_t i = 0; i < values->n; i++) {
        sum += values->at[i].w * fmin(values->at[i].x * values->at[i].x, limit * limit);
        weight += values->at[i].w;
    }
    return weight > 0 ? fmax(sum / weight - pb__sample_mean(error_var), 0) : 0;
}

/* Stints of one car differ by their levels; slopes differ around the race's. */
static void learn_stints(const pb__stint *stints, size_t n, const parts *p, pb_noise_spec *noise)
{
    pb__sample gap = {0}, gap_var = {0}, slope = {0}, slope_var = {0};
    for (size_t i = 0; i < n; i++) {
        double   ar_mean, ar_slope, white_mean, white_slope;
        pb__line line = pb__stint_line(&stints[i]);
        pb__line_variance(&stints[i], p->phi, &ar_mean, &ar_slope);
        pb__line_variance(&stints[i], 0, &white_mean, &white_slope);
        double mean_var = p->ar_var * ar_mean + p->white_var * white_mean;
        if (stints[i].n >= SLOPE_LAPS) {
            pb__sample_add(&slope, line.slope, stints[i].weight);
            pb__sample_add(&slope_var, p->ar_var * ar_slope + p->white_var * white_slope, stints[i].weight);
        }
        if (i == 0 || stints[i - 1].race != stints[i].race || stints[i - 1].car != stints[i].car) continue;
        pb__line_variance(&stints[i - 1], p->phi, &ar_mean, &ar_slope);
        pb__line_variance(&stints[i - 1], 0, &white_mean, &white_slope);
        mean_var += p->ar_var * ar_mean + p->white_var * white_mean;
        pb__sample_add(&gap, (line.mean - pb__stint_line(&stints[i - 1]).mean), stints[i].weight);
        pb__sample_add(&gap_var, mean_var, stints[i].weight);
    }
    if (slope.n >= 50) noise->stint_wear_sigma_s = sqrt(excess_variance(&slope, &slope_var));
    if (gap.n >= 50) noise->stint_sigma_s = sqrt(excess_variance(&gap, &gap_var) / 2);
    pb__sample_fini(&gap);
    pb__sample_fini(&gap_var);
    pb__sample_fini(&slope);
    pb__sample_fini(&slope_var);
}

pb_status pb__learn_noise(const pb__learn_set *set, pb_prior *prior)
{
    const size_t few    = 60;
    pb__stint   *stints = NULL;
    size_t       n      = 0;
    PB_TRY(pb__stints(set, LAPS_LEAST, &stints, &n));
    if (n >= few) {
        parts p = fit_memory(stints, n);
        if (p.ar_var > 0) {
            learn_shape(stints, n, &p, &prior->base.noise);
            learn_stints(stints, n, &p, &prior->base.noise);
        }
    }
    free(stints);
    return PB_OK;
}
