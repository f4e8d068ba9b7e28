/* score_calibration: does what was told happen as often as it was told?
 *
 * Probabilities: logistic recalibration (Cox 1958), logit P(event) = intercept +
 * slope * logit(predicted), refitted on every resample of races. Distributions
 * over places: the randomised PIT (Czado, Gneiting and Held 2009). Intervals:
 * the covered share. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"
#include "score_tally.h"

#define LEAST 1e-6
#define STEPS 30
#define CLOSE 1e-9
#define NO_EVENT 2.995732273553991 /* -ln 0.05: with so many expected, none at all is seen in one case of twenty */
#define PIT_BINS 10

/* ---- logistic recalibration ---- */

/* Cases alike are one: logit of the prediction, and for each race how many. */
typedef struct cases {
    const pb_score   *score;
    const pb__series *series;
    double           *x; /* logits */
} cases;

static double weight_of(const pb_score *score, uint32_t resample, uint32_t race)
{
    return resample < score->resamples ? (double)score->weight[resample * score->races + race] : 1;
}

/* One Newton step of intercept a and (unless it is held at one) slope b. false
 * when there is no finite answer. */
static bool step(const cases *c, uint32_t resample, bool with_slope, double *a, double *b, double *moved)
{
    double ga = 0, gb = 0, haa = 0, hab = 0, hbb = 0;
    for (size_t i = 0; i < c->series->n; i++) {
        double w = weight_of(c->score, resample, c->series->race[i]);
        if (w == 0) continue;
        double x = c->x[i], p = pb_logistic(*a + *b * x), d = w * (c->series->y[i] - p), h = w * p * (1 - p);
        ga += d;
        gb += d * x;
        haa += h;
        hab += h * x;
        hbb += h * x * x;
    }
    double det = with_slope ? haa * hbb - hab * hab : haa;
    if (!(det > 1e-12)) return false;
    double da  = with_slope ? (hbb * ga - hab * gb) / det : ga / haa;
    double db  = with_slope ? (haa * gb - hab * ga) / det : 0;
    double cap = fmin(1, 2 / fmax(fabs(da), fabs(db)));
    *a += cap * da;
    *b += cap * db;
    *moved = fmax(fabs(da), fabs(db));
    return isfinite(*a) && isfinite(*b) && fabs(*a) < 50 && fabs(*b) < 50;
}

static bool recalibrate(const cases *c, uint32_t resample, bool with_slope, double *a, double *b)
{
    double moved = INFINITY;
    for (int i = 0; i < STEPS && moved > CLOSE; i++)
        if (!step(c, resample, with_slope, a, b, &moved)) return false;
    return moved <= CLOSE * 1e3;
}

static void set_interval(double *x, uint32_t n, double value, pb_score_metric *to)
{
    uint32_t k = 0;
    for (uint32_t i = 0; i < n; i++)
        if (isfinite(x[i])) x[k++] = x[i];
    pb_sort_f64(x, k);
    to->value = value;
    to->lo    = k > 10 ? pb_quantile_sorted(x, k, 0.05) : NAN;
    to->hi    = k > 10 ? pb_quantile_sorted(x, k, 0.95) : NAN;
}

/* From the fit to the races as they are; resamples begin there. */
static bool fit_event(const cases *c, double *room, pb_calibration *out)
{
    uint32_t n = c->score->resamples;
    double   a = 0, b = 1, offset = 0, one = 1;
    double  *as = room, *bs = room + n + 1, *os = room + 2 * (n + 1);
    bool     ok = recalibrate(c, n, true, &a, &b) && recalibrate(c, n, false, &offset, &one);
    for (uint32_t r = 0; ok && r < n; r++) {
        double ra = a, rb = b, ro = offset;
        bool   joint = recalibrate(c, r, true, &ra, &rb), alone = recalibrate(c, r, false, &ro, &one);
        as[r] = joint ? ra : NAN;
        bs[r] = joint ? rb : NAN;
        os[r] = alone ? ro : NAN;
    }
    set_interval(as, ok ? n : 0, ok ? a : NAN, &out->intercept);
    set_interval(bs, ok ? n : 0, ok ? b : NAN, &out->slope);
    set_interval(os, ok ? n : 0, ok ? offset : NAN, &out->offset);
    return ok;
}

static double logit(double p)
{
    double e = fmin(fmax(p, LEAST), 1 - LEAST);
    return log(e / (1 - e));
}

/* ---- bins ---- */

/* Rate of a bin over resampled races. */
static void bin_interval(const pb_score *score, const double *events, const double *n_of, double *room,
                         pb_calibration_bin *bin)
{
    uint32_t k = 0;
    for (uint32_t r = 0; r < score->resamples; r++) {
        double e = 0, n = 0;
        for (size_t i = 0; i < score->races; i++) {
            double w = (double)score->weight[r * score->races + i];
            e += w * events[i];
            n += w * n_of[i];
        }
        if (n > 0) room[k++] = e / n;
    }
    pb_sort_f64(room, k);
    bin->lo = pb_quantile_sorted(room, k, 0.05);
    bin->hi = pb_quantile_sorted(room, k, 0.95);
    if (bin->observed <= 0) bin->hi = fmin(1, NO_EVENT / (double)bin->n);
    if (bin->observed >= 1) bin->lo = fmax(0, 1 - NO_EVENT / (double)bin->n);
    bin->inside = bin->lo <= bin->predicted && bin->predicted <= bin->hi;
}

/* Fills out->bin from the bin of every case. y NULL: shares of all cases. */
static bool fill_bins(const pb_score *score, const pb__series *s, const uint32_t *bin, uint32_t bins, bool shares,
                      pb_calibration *out)
{
    double *events = calloc(2 * score->races + score->resamples + 1, sizeof *events);
    if (!events) return false;
    double *n_of = events + score->races, *room = n_of + score->races;
    for (uint32_t k = 0; k < bins; k++) {
        pb_calibration_bin to = {.predicted = 0};
        double             y = 0, all = 0;
        memset(events, 0, 2 * score->races * sizeof *events);
        for (size_t i = 0; i < s->n; i++) {
            bool in = bin[i] == k;
            if (in) to.n++;
            if (in) to.predicted += s->p[i];
            if (in || shares) n_of[s->race[i]] += 1;
            if (in) events[s->race[i]] += shares ? 1 : s->y[i];
        }
        if (to.n == 0 || (!shares && to.n < PB_CALIBRATION_CASES)) continue;
        for (size_t i = 0; i < score->races; i++) {
            y += events[i];
            all += n_of[i];
        }
        to.predicted = shares ? 1.0 / bins : to.predicted / (double)to.n;
        to.observed  = y / all;
        bin_interval(score, events, n_of, room, &to);
        out->n_inside += to.inside;
        out->bin[out->n_bins++] = to;
    }
    free(events);
    return true;
}

/* ---- one series ---- */

static bool calibrate_event(const pb_score *score, const pb__series *s, pb_calibration *out)
{
    double   *x    = malloc((s->n + 1) * sizeof *x);
    double   *room = malloc(3 * ((size_t)score->resamples + 1) * sizeof *room);
    uint32_t *bin  = malloc((s->n + 1) * sizeof *bin);
    uint32_t  bins = (uint32_t)(s->n / PB_CALIBRATION_CASES);
    bool      ok   = x && room && bin;
    if (bins > PB_CALIBRATION_BINS) bins = PB_CALIBRATION_BINS;
    for (size_t i = 0; ok && i < s->n; i++) x[i] = logit(s->p[i]);
    const cases c = {.score = score, .series = s, .x = x};
    if (ok) fit_event(&c, room, out);
    ok = ok && (bins == 0 || (pb__equal_bins(s->p, s->n, bins, bin) && fill_bins(score, s, bin, bins, false, out)));
    free(x);
    free(room);
    free(bin);
    return ok;
}

static bool calibrate_places(const pb_score *score, const pb__series *s, pb_calibration *out)
{
    uint32_t *bin    = malloc((s->n + 1) * sizeof *bin);
    double    inside = 0;
    if (!bin) return false;
    for (size_t i = 0; i < s->n; i++) {
        double u = fmin(fmax(s->p[i], 0), 1);
        bin[i]   = (uint32_t)fmin(u * PIT_BINS, PIT_BINS - 1);
        inside += u >= 0.1 && u <= 0.9;
    }
    out->covered.value = inside / (double)s->n;
    bool ok            = fill_bins(score, s, bin, PIT_BINS, true, out);
    free(bin);
    return ok;
}

/* Share of y, over resampled races. */
static bool calibrate_interval(const pb_score *score, const pb__series *s, pb_calibration *out)
{
    double *events = calloc(2 * score->races + score->resamples + 1, sizeof *events);
    if (!events) return false;
    double            *n_of  = events + score->races;
    pb_calibration_bin whole = {.n = s->n};
    for (size_t i = 0; i < s->n; i++) {
        events[s->race[i]] += s->y[i];
        n_of[s->race[i]] += 1;
        whole.observed += s->y[i] / (double)s->n;
    }
    bin_interval(score, events, n_of, n_of + score->races, &whole);
    out->covered.value = whole.observed;
    out->covered.lo    = whole.lo;
    out->covered.hi    = whole.hi;
    free(events);
    return true;
}

/* Smallest count whose share in a Poisson distribution of this mean reaches q. */
static double poisson_point(double mean, double q)
{
    double p = exp(-mean), sum = p, k = 0;
    while (sum < q && k < 10000) {
        k += 1;
        p *= mean / k;
        sum += p;
    }
    return k;
}

static bool calibrate(const pb_score *score, const pb__series *s, pb_calibration *out)
{
    const pb_score_metric none = {.value = NAN, .lo = NAN, .hi = NAN, .n = s->n};
    *out                       = (pb_calibration){.kind       = (pb_calibration_kind)s->calibration,
                                                  .n          = s->n,
                                                  .slope      = none,
                                                  .intercept  = none,
                                                  .offset     = none,
                                                  .covered    = none,
                                                  .nominal    = s->nominal,
                                                  .expected   = s->expected,
                                                  .counted    = s->counted,
                                                  .poisson_lo = isnan(s->expected) ? NAN : poisson_point(s->expected, 0.05),
                                                  .poisson_hi = isnan(s->expected) ? NAN : poisson_point(s->expected, 0.95)};
    memcpy(out->name, s->name, sizeof out->name);
    if (s->calibration == PB_CALIBRATION_EVENT) return calibrate_event(score, s, out);
    if (s->calibration == PB_CALIBRATION_PLACES) return calibrate_places(score, s, out);
    return calibrate_interval(score, s, out);
}

size_t pb_score_calibrate(const pb_score *score, pb_calibration *out, size_t cap)
{
    size_t n = 0;
    for (size_t i = 0; i < score->n_series && n < cap; i++)
        if (score->series[i].calibration != PB__NOT_CALIBRATED && score->series[i].n > 0 &&
            calibrate(score, &score->series[i], &out[n]))
            n++;
    return n;
}
