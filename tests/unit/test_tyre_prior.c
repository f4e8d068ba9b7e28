/* What earlier races teach about tyres before a race. */
#include "tyre_fixture.h"

#include <math.h>

#include "predict/tyre_parts.h"
#include "predict/tyre_prior.h"

static const pb_learn_options quickly = {.quick = true, .threads = 1, .seed = 1};

static pb_model *learned(const pb_history *past)
{
    pb_model *m = NULL;
    PB_CHECK_EQ(pb_model_create("pace", &m, NULL), PB_OK);
    PB_CHECK_EQ(pb_tyre_prior_learn(past, &quickly, m, NULL), PB_OK);
    return m;
}

PB_TEST(a_circuit_that_wears_tyres_is_known_for_it_and_shrunk_to_the_rest)
{
    made_history *h = make_history();
    pb_model     *m = learned(&h->history);
    pb_tyre_prior monza, suzuka, nowhere;
    PB_CHECK_EQ(pb_tyre_prior_of(m, &h->history, MADE_RACES, "monza", 2024, &monza, NULL), PB_OK);
    PB_CHECK_EQ(pb_tyre_prior_of(m, &h->history, MADE_RACES, "suzuka", 2024, &suzuka, NULL), PB_OK);
    PB_CHECK_EQ(pb_tyre_prior_of(m, &h->history, MADE_RACES, "nowhere", 2024, &nowhere, NULL), PB_OK);
    int k = PB_TYRE_CLASS_MEDIUM;
    PB_CHECK_NEAR(monza.wear_s[k], 0.04, 0.012);
    PB_CHECK_NEAR(suzuka.wear_s[k], 0.08, 0.012);
    PB_CHECK(monza.wear_s[k] < nowhere.wear_s[k] && nowhere.wear_s[k] < suzuka.wear_s[k]);
    PB_CHECK(nowhere.wear_sd_s[k] > monza.wear_sd_s[k]);
    PB_CHECK_NEAR(monza.evolution_s, MADE_FUEL_S, 0.01);
    PB_CHECK_NEAR(monza.base_s, 90, 1);
    PB_CHECK(nowhere.base_sd_s > monza.base_sd_s);
    PB_CHECK_NEAR(monza.offset_s[PB_TYRE_CLASS_HARD], 0.2, 0.1);
    PB_CHECK_EQ(monza.circuit_races, 3);
    PB_CHECK_EQ(nowhere.circuit_races, 0);
    PB_CHECK_EQ(monza.races, MADE_RACES);
    pb_model_destroy(m);
    free(h);
}

PB_TEST(races_of_the_season_move_the_prior_of_the_next)
{
    made_history *h    = make_history();
    pb_history    past = {h->entry, 6}; /* two seasons */
    pb_model     *m    = learned(&past);
    pb_tyre_prior before, after;
    make_race(&h->race[6], 2023, 1, "monza", 0.09, 0.15); /* new cars, twice the wear */
    make_race(&h->race[7], 2023, 2, "spa", 0.12, 0.15);
    int k = PB_TYRE_CLASS_MEDIUM;
    PB_CHECK_EQ(pb_tyre_prior_of(m, &h->history, 6, "suzuka", 2023, &before, NULL), PB_OK);
    PB_CHECK_EQ(pb_tyre_prior_of(m, &h->history, 8, "suzuka", 2023, &after, NULL), PB_OK);
    PB_CHECK_EQ(before.season_races, 0);
    PB_CHECK_EQ(after.season_races, 2);
    PB_CHECK(after.wear_s[k] > before.wear_s[k] + 0.003);
    PB_CHECK(after.wear_sd_s[k] < before.wear_sd_s[k]);
    pb_model_destroy(m);
    free(h);
}

PB_TEST(a_prior_looks_at_nothing_from_its_race_on)
{
    made_history *h    = make_history();
    pb_history    past = {h->entry, 6};
    pb_model     *m    = learned(&past);
    pb_tyre_prior a, b;
    memset(&a, 0, sizeof a);
    memset(&b, 0, sizeof b);
    PB_CHECK_EQ(pb_tyre_prior_of(m, &h->history, 7, "spa", 2023, &a, NULL), PB_OK);
    make_race(&h->race[7], 2023, 2, "spa", 0.3, 0.5);
    make_race(&h->race[8], 2023, 3, "suzuka", 0.3, 0.5);
    PB_CHECK_EQ(pb_tyre_prior_of(m, &h->history, 7, "spa", 2023, &b, NULL), PB_OK);
    PB_CHECK(memcmp(&a, &b, sizeof a) == 0);
    pb_model_destroy(m);
    free(h);
}

PB_TEST(without_races_there_is_an_error_and_without_parts_too)
{
    made_history *h    = make_history();
    pb_history    none = {h->entry, 0};
    pb_model     *m    = NULL;
    pb_tyre_prior p;
    pb_error      error;
    PB_CHECK_EQ(pb_model_create("pace", &m, NULL), PB_OK);
    PB_CHECK_EQ(pb_tyre_prior_learn(&none, &quickly, m, &error), PB_E_EMPTY);
    PB_CHECK_EQ(pb_tyre_prior_of(m, &h->history, 3, "spa", 2022, &p, &error), PB_E_MISSING);
    PB_CHECK_HAS(error.text, "tyre.pool");
    for (int i = 0; i < MADE_RACES; i++) h->entry[i].usable = false;
    PB_CHECK_EQ(pb_tyre_prior_learn(&h->history, &quickly, m, &error), PB_E_EMPTY);
    pb_model_destroy(m);
    free(h);
}

PB_TEST(a_faster_driver_has_the_better_form_and_a_new_one_none)
{
    made_history *h = make_history();
    double        pace_s[PB_CARS_MAX], sd_s[PB_CARS_MAX];
    snprintf(h->race[8].car[9].code, sizeof h->race[8].car[9].code, "NEW");
    pb__fits fits;
    PB_CHECK_EQ(pb__fits_init(&fits, 8, NULL), PB_OK);
    pb__driver_form(&h->history, 8, &fits, pace_s, sd_s);
    pb__fits_fini(&fits);
    for (int c = 1; c < 9; c++) PB_CHECK(pace_s[c] > pace_s[c - 1]);
    PB_CHECK_NEAR(pace_s[9], 0, 0);
    PB_CHECK(sd_s[9] > sd_s[0]);
    free(h);
}

PB_TEST(a_spread_knows_circuit_from_race)
{
    pb__said   said[40];
    pb__spread none = {5, 1, 1, 1, 0};
    double     left;
    for (int i = 0; i < 40; i++) { /* four circuits, ten editions: circuit c says c, race to race +-0.1 */
        pb_philox d = pb_draw(3, (uint32_t)i, 0, 0, 0);
        said[i]     = (pb__said){i % 4 + 0.1 * pb_normal_quantile(pb_uniform(d.word[0])), 0.01, 1, i % 4,
                                 (int16_t)(2000 + i / 4)};
    }
    pb__spread s = pb__spread_of(said, 40, &none);
    PB_CHECK_NEAR(s.mean, 1.5, 0.1);
    PB_CHECK_NEAR(s.circuit_sd, 1.0, 0.2);
    PB_CHECK(s.race_sd < s.circuit_sd);
    PB_CHECK_NEAR(pb__spread_circuit(&s, said, 40, 3, &left), 1.5, 0.15);
    PB_CHECK(left < s.circuit_sd * s.circuit_sd);
    PB_CHECK_NEAR(pb__spread_circuit(&s, said, 40, 9, &left), 0, 0);
    PB_CHECK_NEAR(left, s.circuit_sd * s.circuit_sd, 1e-9);
    s = pb__spread_of(said, 3, &none);
    PB_CHECK_NEAR(s.mean, 5, 0);
}

PB_TEST_MAIN(PB_RUN(a_circuit_that_wears_tyres_is_known_for_it_and_shrunk_to_the_rest),
             PB_RUN(races_of_the_season_move_the_prior_of_the_next), PB_RUN(a_prior_looks_at_nothing_from_its_race_on),
             PB_RUN(without_races_there_is_an_error_and_without_parts_too),
             PB_RUN(a_faster_driver_has_the_better_form_and_a_new_one_none), PB_RUN(a_spread_knows_circuit_from_race))
