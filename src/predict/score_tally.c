#include "score_tally.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"

#define BOOTSTRAP_SEED 7
#define BOOTSTRAP_PURPOSE 0x626f6f74u /* "boot" */
#define SAMPLES_MIN 10                /* fewer make no interval */

/* ---- what is summed ---- */

double pb__mean_of(const double *s, uint32_t cols)
{
    (void)cols;
    return s[1] > 0 ? s[0] / s[1] : NAN;
}

double pb__root_of(const double *s, uint32_t cols)
{
    return sqrt(pb__mean_of(s, cols));
}

double pb__f1_of(const double *s, uint32_t cols)
{
    (void)cols;
    double all = 2 * s[0] + s[1] + s[2];
    return all > 0 ? 2 * s[0] / all : NAN;
}

/* Room for one more; NULL (and broken) without memory. */
static void *grown(pb_score *score, void *at, size_t n, size_t *cap, size_t size)
{
    if (n < *cap) return at;
    size_t to   = *cap ? 2 * *cap : 16;
    void  *more = score->broken ? NULL : realloc(at, to * size);
    if (!more) {
        score->broken = true;
        return NULL;
    }
    memset((char *)more + n * size, 0, (to - n) * size);
    *cap = to;
    return more;
}

static pb__measure *new_measure(pb_score *score, const char *prefix, const char *name)
{
    pb__measure *all = grown(score, score->measure, score->n_measures, &score->cap_measures, sizeof *all);
    if (!all) return NULL;
    score->measure = all;
    pb__measure *m = &all[score->n_measures++];
    *m             = (pb__measure){.fixed = NAN};
    snprintf(m->name, sizeof m->name, "%s%s", prefix, name);
    return m;
}

size_t pb__measure_new(pb_score *score, const char *prefix, const char *name, pb__of_sums *of, uint32_t cols)
{
    pb__measure *m = new_measure(score, prefix, name);
    if (!m) return SIZE_MAX;
    m->of   = of;
    m->cols = cols;
    m->sums = calloc(score->races * cols + 1, sizeof *m->sums);
    if (!m->sums) score->broken = true;
    return score->n_measures - 1;
}

void pb__measure_add(pb_score *score, size_t measure, size_t race, uint32_t col, double x)
{
    if (score->broken) return;
    pb__measure *m = &score->measure[measure];
    m->sums[race * m->cols + col] += x;
}

void pb__measure_row(pb_score *score, size_t measure)
{
    if (!score->broken) score->measure[measure].n++;
}

void pb__measure_take(pb_score *score, size_t measure, size_t race, double x)
{
    if (score->broken) return;
    bool root = score->measure[measure].of == pb__root_of;
    pb__measure_add(score, measure, race, 0, root ? x * x : x);
    pb__measure_add(score, measure, race, 1, 1);
    pb__measure_row(score, measure);
}

void pb__measure_fixed(pb_score *score, const char *prefix, const char *name, double value, uint64_t n)
{
    if (isnan(value)) return;
    pb__measure *m = new_measure(score, prefix, name);
    if (!m) return;
    m->fixed = value;
    m->n     = n;
}

/* ---- series ---- */

size_t pb__series_new(pb_score *score, const char *name, uint32_t calibration)
{
    pb__series *all = grown(score, score->series, score->n_series, &score->cap_series, sizeof *all);
    if (!all) return SIZE_MAX;
    score->series = all;
    pb__series *s = &all[score->n_series++];
    *s            = (pb__series){.calibration = calibration, .nominal = NAN, .expected = NAN, .counted = NAN};
    snprintf(s->name, sizeof s->name, "%s", name);
    return score->n_series - 1;
}

static bool series_room(pb__series *s)
{
    if (s->n < s->cap) return true;
    size_t  cap = s->cap ? 2 * s->cap : 1024;
    double *p   = realloc(s->p, cap * sizeof *p);
    if (p) s->p = p;
    double *y = realloc(s->y, cap * sizeof *y);
    if (y) s->y = y;
    uint32_t *race = realloc(s->race, cap * sizeof *race);
    if (race) s->race = race;
    if (!p || !y || !race) return false;
    s->cap = cap;
    return true;
}

void pb__series_add(pb_score *score, size_t series, size_t race, double p, double y)
{
    if (score->broken) return;
    pb__series *s = &score->series[series];
    if (!series_room(s)) {
        score->broken = true;
        return;
    }
    s->p[s->n]      = p;
    s->y[s->n]      = y;
    s->race[s->n++] = (uint32_t)race;
}

void pb__curves_new(pb_score *score, const char *prefix, size_t series)
{
    static const char *const name[] = {"auc_roc", "auc_pr"};
    if (score->broken) return;
    for (int k = 0; k < 2; k++) {
        pb__measure *m = new_measure(score, prefix, name[k]);
        if (!m) return;
        m->curve  = k == 0 ? PB__ROC : PB__PR;
        m->series = series;
        m->n      = score->series[series].n;
    }
}

/* ---- resampled races ---- */

static void draw_races(pb_score *score)
{
    for (uint32_t s = 0; s < score->resamples; s++)
        for (size_t i = 0; i < score->races; i++) {
            pb_philox d = pb_draw(BOOTSTRAP_SEED, s, (uint32_t)i, 0, BOOTSTRAP_PURPOSE);
            size_t    k = (size_t)(pb_uniform(d.word[0]) * (double)score->races);
            score->weight[s * score->races + k] += 1;
        }
}

pb_status pb__tally_init(pb_score *score, size_t races, uint32_t resamples)
{
    *score        = (pb_score){.races = races, .resamples = resamples, .facts = {.races = 0, .threshold = NAN}};
    score->weight = calloc(races * resamples + 1, sizeof *score->weight);
    if (!score->weight) return PB_E_NOMEM;
    draw_races(score);
    return PB_OK;
}

void pb__tally_fini(pb_score *score)
{
    for (size_t i = 0; i < score->n_measures; i++) free(score->measure[i].sums);
    for (size_t i = 0; i < score->n_series; i++) {
        free(score->series[i].p);
        free(score->series[i].y);
        free(score->series[i].race);
    }
    free(score->measure);
    free(score->series);
    free(score->weight);
    free(score->samples);
    free(score->metric);
    free(score->measure_of);
}

/* ---- values ---- */

/* Values for every resample and, at [resamples], for the races as they are. */
static bool sum_values(const pb_score *score, const pb__measure *m, double *out)
{
    double *s = calloc(m->cols, sizeof *s);
    if (!s) return false;
    for (uint32_t r = 0; r <= score->resamples; r++) {
        memset(s, 0, m->cols * sizeof *s);
        for (size_t i = 0; i < score->races; i++) {
            double w = r < score->resamples ? (double)score->weight[r * score->races + i] : 1;
            for (uint32_t c = 0; w > 0 && c < m->cols; c++) s[c] += w * m->sums[i * m->cols + c];
        }
        out[r] = m->of(s, m->cols);
    }
    free(s);
    return true;
}

/* 5 % and 95 % points of the samples that are numbers; x is reordered. */
static void interval(double *x, uint32_t n, pb_score_metric *to)
{
    uint32_t k = 0;
    for (uint32_t i = 0; i < n; i++)
        if (isfinite(x[i])) x[k++] = x[i];
    to->lo = to->hi = NAN;
    if (k <= SAMPLES_MIN) return;
    pb_sort_f64(x, k);
    to->lo = pb_quantile_sorted(x, k, 0.05);
    to->hi = pb_quantile_sorted(x, k, 0.95);
}

static bool evaluate(pb_score *score, size_t measure, double *room, double *sorted)
{
    const pb__measure *m = &score->measure[measure];
    if (m->n == 0) return true;
    for (uint32_t r = 0; r <= score->resamples; r++) room[r] = m->fixed;
    if (m->of && !sum_values(score, m, room)) return false;
    if (m->curve != PB__NO_CURVE && !pb__curve_values(score, &score->series[m->series], m->curve, room)) return false;
    if (isnan(room[score->resamples])) return true;
    size_t           at = score->n_metrics++;
    pb_score_metric *to = &score->metric[at];
    *to                 = (pb_score_metric){.value = room[score->resamples], .lo = NAN, .hi = NAN, .n = m->n};
    memcpy(to->name, m->name, sizeof to->name);
    score->measure_of[at] = measure;
    memcpy(score->samples + at * score->resamples, room, score->resamples * sizeof *room);
    if (!isnan(m->fixed)) return true;
    memcpy(sorted, room, score->resamples * sizeof *room);
    interval(sorted, score->resamples, to);
    return true;
}

pb_status pb__tally_finish(pb_score *score)
{
    size_t  n         = score->n_measures;
    double *room      = calloc(2 * ((size_t)score->resamples + 1), sizeof *room);
    score->samples    = calloc(n * score->resamples + 1, sizeof *score->samples);
    score->metric     = calloc(n + 1, sizeof *score->metric);
    score->measure_of = calloc(n + 1, sizeof *score->measure_of);
    bool ok           = !score->broken && room && score->samples && score->metric && score->measure_of;
    for (size_t i = 0; ok && i < n; i++) ok = evaluate(score, i, room, room + score->resamples + 1);
    free(room);
    return ok ? PB_OK : PB_E_NOMEM;
}

/* ---- asked from outside ---- */

const pb_score_metric *pb_score_metrics(const pb_score *score, size_t *n)
{
    *n = score->n_metrics;
    return score->metric;
}

const pb_score_metric *pb_score_find(const pb_score *score, const char *name)
{
    for (size_t i = 0; i < score->n_metrics; i++)
        if (strcmp(score->metric[i].name, name) == 0) return &score->metric[i];
    return NULL;
}

double pb_score_of_race(const pb_score *score, const char *name, size_t race)
{
    const pb_score_metric *metric = pb_score_find(score, name);
    if (!metric || race >= score->races) return NAN;
    const pb__measure *m = &score->measure[score->measure_of[metric - score->metric]];
    if (!m->of) return NAN;
    const double *s   = m->sums + race * m->cols;
    bool          any = false;
    for (uint32_t c = 0; c < m->cols; c++) any = any || s[c] != 0;
    return any ? m->of(s, m->cols) : NAN;
}

bool pb_score_difference(const pb_score *a, const pb_score *b, const char *name, pb_score_metric *out)
{
    const pb_score_metric *x = pb_score_find(a, name), *y = pb_score_find(b, name);
    if (!x || !y || a->resamples != b->resamples || a->races != b->races) return false;
    const double *p = a->samples + (size_t)(x - a->metric) * a->resamples;
    const double *q = b->samples + (size_t)(y - b->metric) * b->resamples;
    double       *d = calloc(a->resamples + 1, sizeof *d);
    if (!d) return false;
    for (uint32_t r = 0; r < a->resamples; r++) d[r] = p[r] - q[r];
    *out       = *x;
    out->value = x->value - y->value;
    interval(d, isnan(x->lo) ? 0 : a->resamples, out);
    free(d);
    return true;
}
