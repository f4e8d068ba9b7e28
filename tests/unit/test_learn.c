/* What is learned from races whose truth is known, because they were made up. */
#include "pb_test.h"

#include <math.h>

#include "pitboard/num.h"
#include "predict/learn_fits.h"
#include "predict/learn_sample.h"
#include "predict/noise_laps.h"

static double uniform(uint32_t i, uint32_t purpose)
{
    return pb_uniform(pb_draw(5, i, 0, 0, purpose).word[0]);
}

static double normal(uint32_t i, uint32_t purpose)
{
    return pb_normal_quantile(uniform(i, purpose));
}

/* ---- samples ---- */

PB_TEST(a_weighted_quantile_counts_weights_not_numbers)
{
    pb__sample s = {0};
    pb__sample_add(&s, 1, 1);
    pb__sample_add(&s, 2, 1);
    pb__sample_add(&s, 10, 8);
    PB_CHECK_NEAR(pb__sample_mean(&s), 8.3, 1e-12);
    PB_CHECK_NEAR(pb__sample_quantile(&s, 0.5), 2 + 8 * 3.5 / 4.5, 1e-12); /* mid-weights 0.5, 1.5, 6 */
    PB_CHECK_NEAR(pb__sample_quantile(&s, 0.0), 1, 1e-12);
    PB_CHECK_NEAR(pb__sample_quantile(&s, 1.0), 10, 1e-12);
    PB_CHECK_NEAR(pb__sample_size(&s), 100.0 / 66.0, 1e-12);
    pb__sample_add(&s, (double)NAN, 1);
    pb__sample_add(&s, 5, 0);
    PB_CHECK_EQ(s.n, 3); /* neither is a number that counts */
    pb__sample_fini(&s);
    PB_CHECK(isnan(pb__sample_quantile(&s, 0.5)));
}

PB_TEST(the_knots_of_a_sample_rise_and_one_outlier_does_not_become_the_end)
{
    pb__sample s = {0};
    double     q[PB_QUANTILES];
    for (uint32_t i = 0; i < 2000; i++) pb__sample_add(&s, uniform(i, 1), 1);
    pb__sample_add(&s, 50, 1);
    pb__sample_knots(&s, q);
    for (int k = 1; k < PB_QUANTILES; k++) PB_CHECK(q[k] >= q[k - 1]);
    PB_CHECK_NEAR(q[8], 0.5, 0.03);
    PB_CHECK(q[PB_QUANTILES - 1] > 1 && q[PB_QUANTILES - 1] < 10);
    pb__sample_fini(&s);
}

/* ---- passing ---- */

#define PAIRS 30000

static void make_pairs(const pb_traffic_spec *truth, double circuit, pb__pair *pairs)
{
    for (uint32_t i = 0; i < PAIRS; i++) {
        pb__pair *p = &pairs[i];
        *p          = (pb__pair){.weight  = 1,
                                 .gap_s   = (float)(0.1 + 2.8 * uniform(i, 1)),
                                 .delta_s = (float)(0.8 * normal(i, 2)),
                                 .train   = uniform(i, 3) < 0.4,
                                 .circuit = (int16_t)(i % 2)};
        double logit =
            pb__pass_logit(truth, (double)p->gap_s, (double)p->delta_s, p->train) + (i % 2 ? circuit : -circuit);
        p->passed = uniform(i, 4) < pb_logistic(logit);
    }
}

PB_TEST(the_odds_of_passing_are_found_again)
{
    pb_traffic_spec truth = {
        .pass_bias = 0.5, .pass_delta = 1.6, .pass_gap = 3, .pass_knee_s = 1.0, .pass_gap_far = 1, .pass_train = 1.2};
    pb__pair *pairs = malloc(PAIRS * sizeof *pairs);
    pb_prior *prior = malloc(sizeof *prior);
    PB_CHECK(pairs && prior);
    pb_prior_default(prior);
    prior->n_circuits = 2;
    make_pairs(&truth, 0.4, pairs);
    PB_CHECK_EQ(pb__learn_passing(NULL, pairs, PAIRS, prior), PB_OK);
    const pb_traffic_spec *got = &prior->base.traffic;
    PB_CHECK_NEAR(got->pass_delta, 1.6, 0.15);
    PB_CHECK_NEAR(got->pass_train, 1.2, 0.2);
    for (double gap = 0.2; gap < 2.5; gap += 0.5)
        PB_CHECK_NEAR(pb_logistic(pb__pass_logit(got, gap, 0.5, false)),
                      pb_logistic(pb__pass_logit(&truth, gap, 0.5, false)), 0.04);
    PB_CHECK_NEAR(prior->circuits[1].pass_circuit, 0.4, 0.12);
    PB_CHECK_NEAR(prior->circuits[0].pass_circuit, -0.4, 0.12);
    PB_CHECK_EQ(prior->circuits[0].pairs, PAIRS / 2);
    free(pairs);
    free(prior);
}

PB_TEST(too_few_pairs_leave_the_odds_as_they_were)
{
    pb_prior *prior = malloc(sizeof *prior);
    pb__pair  pair  = {.weight = 1, .gap_s = 0.5f, .passed = true};
    PB_CHECK(prior != NULL);
    pb_prior_default(prior);
    double before = prior->base.traffic.pass_bias;
    PB_CHECK_EQ(pb__learn_passing(NULL, &pair, 1, prior), PB_OK);
    PB_CHECK_NEAR(prior->base.traffic.pass_bias, before, 0);
    free(prior);
}

/* ---- noise ---- */

#define CARS 40
#define LAPS 60

/* One race of cars alone on the road whose laps are off by known noise. */
typedef struct made {
    pb__learn_race race;
    pb_race_log    log;
    pb_log_car     car[CARS];
    pb_lap         lap[CARS][LAPS];
    pb__pace_lap   pace[CARS][LAPS];
} made;

static void make_race(made *m, uint32_t id, double ar_sigma, double phi, double white_sigma)
{
    memset(m, 0, sizeof *m);
    m->log              = (pb_race_log){.source = "made", .cars = m->car, .n_cars = CARS, .season = 2023};
    m->race             = (pb__learn_race){.log = &m->log, .has_pace = true, .dry = true, .weight = 1, .recent = 1};
    m->race.pace.n_cars = CARS;
    for (uint32_t c = 0; c < CARS; c++) {
        double s            = ar_sigma * normal(id * CARS + c, 10);
        m->car[c]           = (pb_log_car){.laps = m->lap[c], .n_laps = LAPS};
        m->race.pace.lap[c] = m->pace[c];
        for (uint32_t n = 0; n < LAPS; n++) {
            uint32_t i     = (id * CARS + c) * LAPS + n;
            bool     after = n >= 30;
            s              = phi * s + ar_sigma * sqrt(1 - phi * phi) * normal(i, 11);
            m->lap[c][n]   = (pb_lap){.number        = (uint16_t)(n + 1),
                                      .time_ms       = 90000,
                                      .session_ms    = (int32_t)(90000 * (n + 1)),
                                      .pit_in_ms     = PB_MS_NONE,
                                      .pit_out_ms    = PB_MS_NONE,
                                      .status        = PB_STATUS_BIT_CLEAR,
                                      .compound      = PB_COMPOUND_HARD,
                                      .accurate      = true,
                                      .tyre_age_laps = (int16_t)(after ? n - 29 : n + 1)};
            m->pace[c][n]  = (pb__pace_lap){
                 .clean = n >= 3, .gap_s = INFINITY, .residual_s = (float)(s + white_sigma * normal(i, 12))};
        }
    }
}

#define RACES 6

PB_TEST(the_size_and_the_memory_of_lap_noise_are_found_again)
{
    made          *m     = malloc(RACES * sizeof *m);
    pb_prior      *prior = malloc(sizeof *prior);
    pb__learn_race race[RACES];
    PB_CHECK(m && prior);
    pb_prior_default(prior);
    for (uint32_t r = 0; r < RACES; r++) {
        make_race(&m[r], r, 0.36, 0.7, 0.2);
        race[r] = m[r].race;
    }
    pb__learn_set set = {.race = race, .n = RACES};
    PB_CHECK_EQ(pb__learn_noise(&set, prior), PB_OK);
    const pb_noise_spec *n = &prior->base.noise;
    double rho = (1 + n->phi * n->theta) * (n->phi + n->theta) / (1 + 2 * n->phi * n->theta + n->theta * n->theta);
    PB_CHECK_NEAR(n->sigma_s, sqrt(0.36 * 0.36 + 0.2 * 0.2), 0.03);
    PB_CHECK_NEAR(n->phi, 0.7, 0.06);
    PB_CHECK_NEAR(rho, 0.7 * 0.36 * 0.36 / (0.36 * 0.36 + 0.2 * 0.2), 0.05);
    PB_CHECK(n->stint_sigma_s < 0.1);
    PB_CHECK(n->skew < 0.2);
    free(m);
    free(prior);
}

PB_TEST(expected_products_are_what_products_of_drawn_laps_come_to)
{
    pb__products seen = {{0}, {0}}, wanted = {{0}, {0}};
    for (uint32_t i = 0; i < 3000; i++) {
        pb__car_laps l = {.n = 30, .weight = 1};
        double       s = normal(i, 20);
        for (uint8_t k = 0; k < 30; k++) {
            s          = 0.8 * s + 0.6 * normal(i * 30 + k, 21);
            l.lap[k]   = (uint16_t)(k < 15 ? k + 1 : k + 3); /* two laps are missing at the stop */
            l.stint[k] = k >= 15;
            l.age[k]   = (uint8_t)(k % 15);
            l.x[k]     = s;
            if (k == 14) s = 0.64 * s + sqrt(1 - 0.64 * 0.64) * normal(i, 22);
        }
        pb__products_add(&seen, &l);
        pb__products_expect(&wanted, &l, PB__PART_AR, 0.8);
    }
    for (int b = 0; b < PB__NOISE_BINS; b++) {
        PB_CHECK_NEAR(seen.count[b], wanted.count[b], 0);
        if (seen.count[b] > 0) PB_CHECK_NEAR(seen.sum[b] / seen.count[b], wanted.sum[b] / wanted.count[b], 0.03);
    }
}

PB_TEST_MAIN(PB_RUN(a_weighted_quantile_counts_weights_not_numbers),
             PB_RUN(the_knots_of_a_sample_rise_and_one_outlier_does_not_become_the_end),
             PB_RUN(the_odds_of_passing_are_found_again), PB_RUN(too_few_pairs_leave_the_odds_as_they_were),
             PB_RUN(the_size_and_the_memory_of_lap_noise_are_found_again),
             PB_RUN(expected_products_are_what_products_of_drawn_laps_come_to))
