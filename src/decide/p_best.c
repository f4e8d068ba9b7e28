/* p_best: how likely each plan is the best of all. See p_best.h. */
#include "p_best.h"

#include <math.h>

#include "pitboard/num.h"

#define SPREAD_TRIALS 32.0 /* as many of a plan's own trials tell its spread as well as the mean of all plans */
#define ERRORS 1.25        /* times what independent normal trials would make them: see p_best.h */
#define SHRUNK_LEAST 4u    /* fewer tell nothing of their scatter (James and Stein 1961) */
#define ROUNDS 20          /* of the scatter and its weights; it stands still in the fourth figure */
#define SIGMA_LEAST 1e-9   /* plans alike to the bit share what they have */
#define REACH 5.0          /* standard errors that are looked at, either way */
#define STEP 0.0625        /* standard errors */
#define NOTHING 1e-9       /* less likely than that is not looked at further */

/* A plan against those before it, then its value and the error of that. */
typedef struct seen {
    const pb__runner *runner;
    uint32_t          at; /* number handed in */
    uint32_t          n;  /* trials it shares with the best one */
    double            sum, squares;
    double            mean, spread_sq, sigma; /* spread of one trial, its own share */
} seen;

/* ---- measuring ---- */

/* The best one, then by trials, most first. None has more than the best one has. */
static void line_up(const pb__runner *runner, uint32_t n, uint32_t best, seen *s)
{
    uint32_t most = runner[best].n, count = 1;
    s[0] = (seen){.runner = &runner[best], .at = best, .n = most};
    for (uint32_t i = 0; i < n; i++) {
        uint32_t k = count, own = runner[i].n < most ? runner[i].n : most;
        if (i == best) continue;
        for (; k > 1 && own > s[k - 1].n; k--) s[k] = s[k - 1];
        s[k] = (seen){.runner = &runner[i], .at = i, .n = own};
        count++;
    }
}

static void add_trial(const pb_race_spec *spec, const pb_aim *aim, uint32_t t, seen *s, uint32_t n)
{
    double all = 0;
    for (uint32_t i = 0; i < n && s[i].n > t; i++) {
        double worth = pb__worth_at(spec, aim, s[i].runner, t), x = i > 0 ? worth - all / i : 0;
        s[i].sum += x;
        s[i].squares += x * x;
        all += worth;
    }
}

/* The mean of i others has 1 / i of the spread of one: the rest is the plan's own. The
 * first one has nobody before it, and what the second shares with it. */
static void add_up(seen *s, uint32_t n)
{
    double all = 0;
    for (uint32_t i = 0; i < n; i++) {
        double trials = s[i].n, against = trials > 0 ? s[i].sum / trials : 0;
        double var     = trials > 1 ? fmax(s[i].squares - s[i].sum * against, 0) / (trials - 1) : 0;
        s[i].mean      = i > 0 ? against + all / i : 0;
        s[i].spread_sq = var * i / (i + 1);
        all += s[i].mean;
    }
    if (n > 1) s[0].spread_sq = s[1].spread_sq;
}

static void tell_errors(seen *s, uint32_t n)
{
    double mean = 0;
    for (uint32_t i = 0; i < n; i++) mean += s[i].spread_sq / n;
    for (uint32_t i = 0; i < n; i++) {
        double trials = fmax(s[i].n, 1);
        double sq     = (SPREAD_TRIALS * mean + trials * s[i].spread_sq) / (SPREAD_TRIALS + trials);
        s[i].sigma    = fmax(ERRORS * sqrt(sq / trials), SIGMA_LEAST);
    }
}

/* ---- the first of many was lucky, too ---- */

/* What the means of all plans scatter about, and how far beyond their errors. */
typedef struct crowd {
    double middle, var;
} crowd;

static double weight(const crowd *c, const seen *s)
{
    return 1 / (c->var + s->sigma * s->sigma);
}

static double middle_of(const crowd *c, const seen *s, uint32_t n)
{
    double sum = 0, all = 0;
    for (uint32_t i = 0; i < n; i++) {
        all += weight(c, &s[i]);
        sum += weight(c, &s[i]) * s[i].mean;
    }
    return sum / all;
}

/* Morris 1983: each plan counts as far as it is known. */
static crowd crowd_of(const seen *s, uint32_t n)
{
    crowd c = {.var = 1};
    for (int round = 0; round < ROUNDS; round++) {
        double beyond = 0, all = 0;
        c.middle = middle_of(&c, s, n);
        for (uint32_t i = 0; i < n; i++) {
            double w = weight(&c, &s[i]), off = s[i].mean - c.middle;
            beyond += w * w * (off * off * n / (n - 1.0) - s[i].sigma * s[i].sigma);
            all += w * w;
        }
        c.var = fmax(beyond / all, SIGMA_LEAST * SIGMA_LEAST);
    }
    c.middle = middle_of(&c, s, n);
    return c;
}

/* Towards the middle, which is itself known only as well as n plans tell it. */
static void shrink(seen *s, uint32_t n)
{
    if (n < SHRUNK_LEAST) return;
    const crowd c = crowd_of(s, n);
    for (uint32_t i = 0; i < n; i++) {
        double keep = c.var * weight(&c, &s[i]);
        s[i].mean   = c.middle + keep * (s[i].mean - c.middle);
        s[i].sigma *= sqrt(keep + (1 - keep) / n);
    }
}

/* ---- the best of normals ---- */

static bool hopeless(const seen *s, double floor)
{
    return s->mean + REACH * s->sigma < floor;
}

/* Those that may be it; the others get nothing. Returns how many are left. */
static uint32_t keep_hopes(seen *s, uint32_t n)
{
    double   floor = -INFINITY;
    uint32_t kept  = 0;
    for (uint32_t i = 0; i < n; i++) floor = fmax(floor, s[i].mean - REACH * s[i].sigma);
    for (uint32_t i = 0; i < n; i++)
        if (!hopeless(&s[i], floor)) s[kept++] = s[i];
    return kept;
}

/* How likely the others are all below, over the density of plan i. */
static double above_all(const seen *s, uint32_t n, uint32_t i)
{
    const int steps = (int)(REACH / STEP);
    double    sum   = 0;
    for (int q = -steps; q <= steps; q++) {
        double z = STEP * q, u = s[i].mean + s[i].sigma * z, p = pb_exp(-0.5 * z * z);
        for (uint32_t k = 0; k < n && p > NOTHING; k++)
            if (k != i) p *= pb_normal_cdf((u - s[k].mean) / s[k].sigma);
        sum += p;
    }
    return sum;
}

void pb__p_best(const pb_race_spec *spec, const pb_aim *aim, const pb__runner *runner, uint32_t n, uint32_t best,
                double *out)
{
    seen   s[PB_CANDIDATES_MAX];
    double all = 0;
    line_up(runner, n, best, s);
    for (uint32_t t = 0; t < s[0].n; t++) add_trial(spec, aim, t, s, n);
    add_up(s, n);
    tell_errors(s, n);
    shrink(s, n);
    for (uint32_t i = 0; i < n; i++) out[i] = 0;
    n = keep_hopes(s, n);
    for (uint32_t k = 0; k < n; k++) all += out[s[k].at] = above_all(s, n, k);
    for (uint32_t k = 0; k < n; k++) out[s[k].at] /= all;
}
