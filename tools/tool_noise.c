#include "tool_noise.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learn_sample.h"
#include "noise_laps.h"
#include "pitboard/num.h"

#define SUM_LAPS 10

/* Everything that is compared, of one side. */
typedef struct stats {
    pb__products products;
    pb__sample   x, sums, car_sd;
} stats;

/* Sums of ten laps that follow each other within a stint, less the car's mean. */
static void add_sums(stats *s, const pb__car_laps *l, double mean)
{
    for (int i = 0; i + SUM_LAPS <= l->n; i++) {
        if (l->stint[i] != l->stint[i + SUM_LAPS - 1] || l->lap[i + SUM_LAPS - 1] - l->lap[i] != SUM_LAPS - 1) continue;
        double sum = 0;
        for (int k = 0; k < SUM_LAPS; k++) sum += l->x[i + k] - mean;
        pb__sample_add(&s->sums, sum, 1);
        i += SUM_LAPS - 1;
    }
}

static void add_car(stats *s, const pb__car_laps *l)
{
    double     mean = 0;
    pb_moments m    = {0};
    for (int i = 0; i < l->n; i++) mean += l->x[i] / l->n;
    pb__products_add(&s->products, l);
    for (int i = 0; i < l->n; i++) {
        pb__sample_add(&s->x, l->x[i] - mean, 1);
        pb_moments_add(&m, l->x[i]);
    }
    if (l->n >= 20) pb__sample_add(&s->car_sd, pb_moments_sd(&m), 1);
    add_sums(s, l, mean);
}

/* A generator of the noise the simulator draws. */
typedef struct source {
    const pb_noise_spec *noise;
    double               coef[4], gain, s;
    uint32_t             car, lap;
} source;

static source start_source(const pb_noise_spec *noise, uint32_t car)
{
    source g = {.noise = noise, .car = car};
    (void)pb_fleishman(noise->skew, noise->kurtosis, g.coef);
    g.gain = sqrt((1 + 2 * noise->phi * noise->theta + noise->theta * noise->theta) / (1 - noise->phi * noise->phi));
    return g;
}

static double normal(const source *g, uint32_t purpose)
{
    return pb_normal_quantile(pb_uniform(pb_draw(1, g->car, g->lap, purpose, 0).word[0]));
}

/* Without mistakes: most of them are not clean laps. */
static double next_noise(source *g)
{
    const pb_noise_spec *n = g->noise;
    double               z = normal(g, 1), e = g->coef[0] + z * (g->coef[1] + z * (g->coef[2] + z * g->coef[3]));
    double               s = n->phi * g->s + e * n->sigma_s / g->gain, x = s + n->theta * g->s;
    g->s = s;
    return x;
}

/* Replaces every green lap time of a car by its expected one and noise. */
static void draw_car(const pb__learn_race *race, uint32_t c, const pb_noise_spec *noise, uint32_t id, pb_log_car *out)
{
    source g     = start_source(noise, id);
    double level = 0, slope = 0;
    for (uint32_t i = 0; i < out->n_laps; i++) {
        pb_lap *lap = &out->laps[i];
        g.lap       = lap->number;
        double x    = next_noise(&g);
        if (i == 0 || !pb_same_set(&race->log->cars[c], i - 1)) {
            level = noise->stint_sigma_s * normal(&g, 3);
            slope = noise->stint_wear_sigma_s * normal(&g, 4);
        }
        double expected_s = (double)race->pace.lap[c][i].expected_s;
        if (lap->time_ms == PB_MS_NONE || !isfinite(expected_s)) continue;
        if (race->pace.lap[c][i].clean)
            lap->time_ms = (int32_t)lround(1000 * (expected_s + x + level + slope * (lap->tyre_age_laps - 1)));
    }
}

static void add_race(const pb__learn_race *race, stats *s)
{
    pb__learn_set one  = {.race = (pb__learn_race *)(uintptr_t)race, .n = 1};
    pb__car_laps *laps = NULL;
    size_t        n    = 0;
    if (pb__noise_laps(&one, 10, &laps, &n) != PB_OK) return;
    for (size_t i = 0; i < n; i++) add_car(s, &laps[i]);
    free(laps);
}

/* The same race with drawn noise, through the same regression. The traffic of
 * the recorded race is kept: the gaps tell only which laps are clear. */
static void add_drawn(const pb__learn_race *race, const pb_noise_spec *noise, uint32_t id, stats *s)
{
    pb_race_log      copy = *race->log;
    pb_log_car       cars[PB_CARS_MAX];
    pb__learn_race   drawn   = *race;
    pb__pace_options options = pb__pace_options_default();
    memcpy(cars, race->log->cars, race->log->n_cars * sizeof *cars);
    copy.cars = cars;
    for (uint32_t c = 0; c < copy.n_cars; c++) {
        cars[c].laps = malloc((cars[c].n_laps + 1) * sizeof *cars[c].laps);
        if (!cars[c].laps) exit(1);
        memcpy(cars[c].laps, race->log->cars[c].laps, cars[c].n_laps * sizeof *cars[c].laps);
        if (race->pace.car_laps[c]) draw_car(race, c, noise, id * PB_CARS_MAX + c, &cars[c]);
    }
    drawn.log = &copy;
    if (pb__pace_model_fit(&copy, &options, &drawn.pace, NULL) == PB_OK) {
        add_race(&drawn, s);
        pb__pace_model_fini(&drawn.pace);
    }
    for (uint32_t c = 0; c < copy.n_cars; c++) free(cars[c].laps);
}

static void print(stats *real, stats *drawn)
{
    static const double prob[] = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};
    printf("\n| lap noise, clean laps in clear air | recorded | drawn |\n|---|--:|--:|\n| laps | %zu | %zu |\n",
           real->x.n, drawn->x.n);
    printf("| sd of a lap, s | %.3f | %.3f |\n", pb__sample_sd(&real->x), pb__sample_sd(&drawn->x));
    for (size_t q = 0; q < sizeof prob / sizeof *prob; q++)
        printf("| %g %% quantile, s | %.2f | %.2f |\n", 100 * prob[q], pb__sample_quantile(&real->x, prob[q]),
               pb__sample_quantile(&drawn->x, prob[q]));
    for (int b = 1; b < PB__NOISE_BINS; b++)
        printf("| autocorrelation, lag %s | %.2f | %.2f |\n", pb__noise_bin_name(b),
               real->products.sum[b] / real->products.count[b] / (real->products.sum[0] / real->products.count[0]),
               drawn->products.sum[b] / drawn->products.count[b] / (drawn->products.sum[0] / drawn->products.count[0]));
    printf("| sd of ten laps in a row, s (%zu) | %.2f | %.2f |\n", real->sums.n, pb__sample_sd(&real->sums),
           pb__sample_sd(&drawn->sums));
    for (int q = 1; q <= 9; q += 4)
        printf("| sd by car, %d %% of cars, s | %.2f | %.2f |\n", 10 * q, pb__sample_quantile(&real->car_sd, q / 10.0),
               pb__sample_quantile(&drawn->car_sd, q / 10.0));
}

static bool in_clear_air(const pb__learn_race *race, uint32_t c, uint32_t i)
{
    const pb__pace_lap *pace = &race->pace.lap[c][i];
    const pb_lap       *lap  = &race->log->cars[c].laps[i];
    return pace->gap_s > PB__NOISE_CLEAR_S && pace->lapped_by == 0 && lap->number >= 4 && pb__lap_is_green(lap) &&
           isfinite(pace->residual_s);
}

/* Slow laps among all green ones, clean or not: noise and mistakes together. */
static void print_slow(const pb__learn_set *set, const pb_noise_spec *noise)
{
    static const double mark_s[] = {1, 1.5, 2, 3, 5};
    double              real[5] = {0}, drawn[5] = {0}, n = 0;
    source              g = start_source(noise, 1u << 20);
    for (size_t r = 0; r < set->n; r++)
        for (uint32_t c = 0; set->race[r].has_pace && set->race[r].dry && c < set->race[r].log->n_cars; c++)
            for (uint32_t i = 0; i < set->race[r].log->cars[c].n_laps; i++) {
                if (!in_clear_air(&set->race[r], c, i)) continue;
                g.lap++;
                pb_philox draw = pb_draw(1, g.car, g.lap, 2, 0);
                double    x    = next_noise(&g);
                if (pb_uniform(draw.word[0]) < noise->slow_prob)
                    x -= noise->slow_mean_s * log(pb_uniform(draw.word[1]));
                n++;
                for (int k = 0; k < 5; k++) {
                    real[k] += (double)set->race[r].pace.lap[c][i].residual_s > mark_s[k];
                    drawn[k] += x > mark_s[k];
                }
            }
    printf("\n| green laps in clear air slower than expected by more than | recorded (%.0f laps) | drawn "
           "|\n|---|--:|--:|\n",
           n);
    for (int k = 0; k < 5; k++)
        printf("| %g s | %.2f %% | %.2f %% |\n", mark_s[k], 100 * real[k] / n, 100 * drawn[k] / n);
}

static void finish(stats *s)
{
    pb__sample_fini(&s->x);
    pb__sample_fini(&s->sums);
    pb__sample_fini(&s->car_sd);
}

pb_status check_noise(const pb__learn_set *set, const pb_prior *prior)
{
    stats real = {0}, drawn = {0};
    for (size_t r = 0; r < set->n; r++) {
        if (!set->race[r].has_pace || !set->race[r].dry) continue;
        add_race(&set->race[r], &real);
        add_drawn(&set->race[r], &prior->base.noise, (uint32_t)r, &drawn);
    }
    print(&real, &drawn);
    print_slow(set, &prior->base.noise);
    bool failed = real.x.failed || drawn.x.failed;
    finish(&real);
    finish(&drawn);
    return failed ? PB_E_NOMEM : PB_OK;
}
