#include "pace_baseline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn_sample.h"
#include "pitboard/num.h"
#include "truth.h"

#define RACES 40
#define ALPHA 0.35
#define OLD_TREND_S (-0.02)

enum { LAST, MEDIAN3, AR1, METHODS };

/* Doubles only: stored as an array. */
typedef struct simple {
    double trend_s[PB_COMPOUND_N], jump_s[PB_COMPOUND_N];
    double ratio; /* a flying lap as a share of lap 1 */
    double phi;
    double lo_s[METHODS][2][2], hi_s[METHODS][2][2]; /* horizon 1, 5; two or more laps, fewer */
} simple;

/* Clean laps of a car up to a row: of its stint, of earlier ones (the last five), and lap 1 where there is nothing else. */
typedef struct seen {
    double *here;
    size_t  n;
    double  prev[5];
    size_t  n_prev;
    double  lap1_s; /* NAN */
    uint8_t compound;
} seen;

static double median_of_last(const double *x, size_t n, size_t most)
{
    double v[8];
    size_t k = n < most ? n : most;
    memcpy(v, x + n - k, k * sizeof *v);
    return pb_median(v, k);
}

/* Laps far above the best of the last six are no pace; the newest may be further off. */
static void drop_slow(seen *s)
{
    double best = INFINITY;
    size_t k = 0, n = s->n;
    if (n < 2) return;
    for (size_t i = n > 6 ? n - 6 : 0; i < n; i++) best = fmin(best, s->here[i]);
    for (size_t i = 0; i < n; i++)
        if (s->here[i] <= 1.07 * best || (i + 1 == n && s->here[i] < 1.2 * best)) s->here[k++] = s->here[i];
    s->n = k;
}

static void look(const pb_log_car *car, int32_t from, double *room, seen *s)
{
    *s = (seen){.here = room, .lap1_s = NAN, .compound = car->laps[from].compound};
    for (int32_t i = 0; i <= from; i++) {
        const pb_lap *lap = &car->laps[i];
        if (!pb_lap_is_clean(lap)) continue;
        if (lap->stint == car->laps[from].stint) {
            s->here[s->n++] = lap->time_ms / 1000.0;
        } else {
            if (s->n_prev == 5) memmove(s->prev, s->prev + 1, 4 * sizeof *s->prev), s->n_prev--;
            s->prev[s->n_prev++] = lap->time_ms / 1000.0;
        }
    }
    if (from == 0 || (s->n == 0 && s->n_prev == 0))
        s->lap1_s = car->laps[0].time_ms > 0 ? car->laps[0].time_ms / 1000.0 : NAN;
    drop_slow(s);
}

static double smoothed(const seen *s, double trend)
{
    double m = s->here[0];
    for (size_t i = 1; i < s->n; i++) m += trend + ALPHA * (s->here[i] - m - trend);
    return m;
}

/* All three answers; NAN where there is nothing to go by. */
static void answer(const simple *p, const seen *s, uint16_t h, double fallback, double out[METHODS])
{
    double trend = p->trend_s[s->compound];
    if (s->n) {
        double m = smoothed(s, trend), phi = p->phi;
        for (uint16_t i = 1; i < h; i++) phi *= p->phi;
        out[LAST]    = s->here[s->n - 1];
        out[MEDIAN3] = median_of_last(s->here, s->n, 3);
        out[AR1]     = m + h * trend + phi * (out[LAST] - m);
    } else if (s->n_prev) {
        out[LAST]    = s->prev[s->n_prev - 1];
        out[MEDIAN3] = median_of_last(s->prev, s->n_prev, 3);
        out[AR1]     = out[MEDIAN3] + p->jump_s[s->compound] + (h - 1) * trend;
    } else {
        out[LAST] = out[MEDIAN3] = out[AR1] = s->lap1_s == s->lap1_s ? s->lap1_s * p->ratio : fallback;
    }
}

static int horizon_index(uint16_t h)
{
    return h == 1 ? 0 : 1;
}

/* ---- learning ---- */

typedef void each_truth(void *arg, const pb__truth *truth, const seen *s);

static pb_status for_each(const pb_history *past, each_truth *each, void *arg)
{
    size_t first = 0, n = 0;
    double room[PB_LAPS_MAX + 1];
    for (size_t i = past->n; i-- > 0 && n < RACES; first = i) n += past->races[i].usable && !past->races[i].log->sprint;
    for (size_t i = first; i < past->n; i++) {
        pb__truths truths = {0};
        if (!past->races[i].usable || past->races[i].log->sprint) continue;
        pb_status status = pb__truth_pace(&past->races[i], &truths);
        for (size_t k = 0; k < truths.n && status == PB_OK; k++) {
            seen s;
            look(&past->races[i].log->cars[truths.at[k].car], truths.at[k].from, room, &s);
            each(arg, &truths.at[k], &s);
        }
        pb__truths_fini(&truths);
        PB_TRY(status);
    }
    return PB_OK;
}

typedef struct lesson {
    simple     p;
    pb__sample trend[PB_COMPOUND_N], jump[PB_COMPOUND_N], ratio;
    double     num, den;
    pb__sample miss[METHODS][2][2];
} lesson;

static double clip1(double x)
{
    return x > 1 ? 1 : x < -1 ? -1 : x;
}

static void hear_steps(void *arg, const pb__truth *t, const seen *s)
{
    lesson *l = arg;
    if (t->horizon != 1) return;
    if (s->n) pb__sample_add(&l->trend[s->compound], clip1(t->y - s->here[s->n - 1]), 1);
    if (!s->n && s->n_prev) pb__sample_add(&l->jump[s->compound], t->y - median_of_last(s->prev, s->n_prev, 3), 1);
    if (!s->n && !s->n_prev && s->lap1_s == s->lap1_s) pb__sample_add(&l->ratio, t->y / s->lap1_s, 1);
}

static void hear_memory(void *arg, const pb__truth *t, const seen *s)
{
    lesson *l = arg;
    if (t->horizon != 1 || s->n < 3) return;
    double trend = l->p.trend_s[s->compound], m = smoothed(s, trend);
    double a = clip1(s->here[s->n - 1] - m), b = clip1(t->y - m - trend);
    l->num += a * b;
    l->den += a * a;
}

static void hear_miss(void *arg, const pb__truth *t, const seen *s)
{
    lesson *l = arg;
    double  x[METHODS];
    answer(&l->p, s, t->horizon, NAN, x);
    if (x[LAST] != x[LAST]) return;
    for (int k = 0; k < METHODS; k++) pb__sample_add(&l->miss[k][horizon_index(t->horizon)][s->n < 2], t->y - x[k], 1);
}

static double quantile(const pb__sample *s, double p)
{
    double *x = malloc((s->n + 1) * sizeof *x);
    if (!x) return NAN;
    for (size_t i = 0; i < s->n; i++) x[i] = s->at[i].x;
    pb_sort_f64(x, s->n);
    double q = pb_quantile_sorted(x, s->n, p);
    free(x);
    return q;
}

static void settle_steps(lesson *l)
{
    for (int k = 0; k < PB_COMPOUND_N; k++) {
        l->p.trend_s[k] = l->trend[k].n > 200 ? pb__sample_mean(&l->trend[k]) : OLD_TREND_S;
        l->p.jump_s[k]  = l->jump[k].n > 20 ? quantile(&l->jump[k], 0.5) : -0.8;
    }
    l->p.ratio = l->ratio.n ? quantile(&l->ratio, 0.5) : 0.93;
}

static void settle_misses(lesson *l)
{
    for (int k = 0; k < METHODS; k++)
        for (int h = 0; h < 2; h++)
            for (int few = 0; few < 2; few++) {
                const pb__sample *s  = &l->miss[k][h][few];
                l->p.lo_s[k][h][few] = s->n > 50 ? quantile(s, 0.1) : -1;
                l->p.hi_s[k][h][few] = s->n > 50 ? quantile(s, 0.9) : 1;
            }
}

static void forget(lesson *l)
{
    for (int k = 0; k < PB_COMPOUND_N; k++) {
        pb__sample_fini(&l->trend[k]);
        pb__sample_fini(&l->jump[k]);
    }
    pb__sample_fini(&l->ratio);
    for (int k = 0; k < METHODS * 4; k++) pb__sample_fini(&l->miss[k / 4][k / 2 % 2][k % 2]);
}

pb_status pb__pace_ar1_train(const pb_history *past, const pb_learn_options *options, pb_model *model, pb_error *error)
{
    lesson l = {0};
    (void)options;
    pb_status status = for_each(past, hear_steps, &l);
    settle_steps(&l);
    if (status == PB_OK) status = for_each(past, hear_memory, &l);
    l.p.phi = l.den > 0 ? l.num / l.den : 0.2;
    if (status == PB_OK) status = for_each(past, hear_miss, &l);
    settle_misses(&l);
    forget(&l);
    if (status != PB_OK) return pb_error_set(error, status, "pace: out of memory for the simple answers");
    return pb_model_put(model, "pace.simple", (const double *)(const void *)&l.p, sizeof l.p / sizeof(double), error);
}

/* ---- answers ---- */

/* Early clean laps at the circuit in the newest of the races learned from. */
static double circuit_level(const pb_history *history, size_t at)
{
    const pb_race_log *log = history->races[at].log;
    size_t             n   = 0;
    double             x[PB_CARS_MAX * 6];
    for (size_t i = at; i-- > 0 && n < RACES;) {
        const pb_history_race *race = &history->races[i];
        size_t                 k    = 0;
        if (!race->usable || race->log->sprint || race->log->season >= log->season) continue;
        n++;
        if (strcmp(race->log->circuit, log->circuit) != 0) continue;
        for (uint32_t c = 0; c < race->log->n_cars; c++)
            for (uint32_t r = 0; r < 6 && r < race->log->cars[c].n_laps; r++)
                if (pb_lap_is_clean(&race->log->cars[c].laps[r])) x[k++] = race->log->cars[c].laps[r].time_ms / 1000.0;
        if (k) return pb_median(x, k);
    }
    return 92;
}

static double median_lap1(const pb_race_log *log)
{
    double x[PB_CARS_MAX];
    size_t n = 0;
    for (uint32_t c = 0; c < log->n_cars; c++)
        if (log->cars[c].n_laps && log->cars[c].laps[0].time_ms > 0) x[n++] = log->cars[c].laps[0].time_ms / 1000.0;
    return n ? pb_median(x, n) : NAN;
}

/* Where lap 1 of this car is unknown or holds a stoppage: the others' lap 1, else the circuit. */
static double fallback_s(const pb_history *history, size_t at, const simple *p, double circuit_s)
{
    double field = median_lap1(history->races[at].log) * p->ratio;
    return field < 1.3 * circuit_s ? field : circuit_s;
}

static pb_status answer_all(const pb_model *model, const pb_history *history, size_t at, int method, pb_rows *rows,
                            pb_error *error)
{
    simple             p;
    double             room[PB_LAPS_MAX + 1], x[METHODS];
    pb__truths         truths = {0};
    const pb_race_log *log    = history->races[at].log;
    PB_TRY(pb_model_get(model, "pace.simple", (double *)&p, sizeof p / sizeof(double), error));
    pb_status status    = pb__truth_pace(&history->races[at], &truths);
    double    circuit_s = circuit_level(history, at), field_s = fallback_s(history, at, &p, circuit_s);
    for (size_t i = 0; i < truths.n && status == PB_OK; i++) {
        const pb__truth *t = &truths.at[i];
        seen             s;
        look(&log->cars[t->car], t->from, room, &s);
        if (!s.n && !s.n_prev && s.lap1_s * p.ratio > 1.3 * circuit_s) s.lap1_s = NAN;
        answer(&p, &s, t->horizon, field_s, x);
        int    h = horizon_index(t->horizon), few = s.n < 2;
        pb_row row = {
            .season = log->season, .round = log->round, .lap = (int16_t)t->lap, .horizon = (int16_t)t->horizon};
        memcpy(row.driver, log->cars[t->car].code, sizeof row.driver);
        row.value[PB__PACE_S]   = x[method];
        row.value[PB__PACE_Q10] = x[method] + p.lo_s[method][h][few];
        row.value[PB__PACE_Q90] = x[method] + p.hi_s[method][h][few];
        status                  = pb_rows_add(rows, &row);
    }
    pb__truths_fini(&truths);
    return status;
}

pb_status pb__pace_ar1_predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                               pb_error *error)
{
    return answer_all(model, history, at, AR1, rows, error);
}

pb_status pb__pace_last_predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                pb_error *error)
{
    return answer_all(model, history, at, LAST, rows, error);
}

pb_status pb__pace_median3_predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                   pb_error *error)
{
    return answer_all(model, history, at, MEDIAN3, rows, error);
}
