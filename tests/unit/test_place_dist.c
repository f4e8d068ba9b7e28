#include "predict/place_dist.h"

#include "pb_test.h"

PB_TEST(a_distribution_sums_to_one_over_the_starters_and_is_nothing_beyond)
{
    double p[PB__PLACES];
    for (int k = 0; k < PB__PLACES; k++) p[k] = k == 3 ? -1 : 2;
    pb__place_normalise(p, 20);
    PB_CHECK_NEAR(pb__place_within(p, PB__PLACES), 1, 1e-12);
    PB_CHECK(p[3] == 0 && p[20] == 0 && p[21] == 0);
    memset(p, 0, sizeof p);
    pb__place_normalise(p, 4);
    PB_CHECK_NEAR(p[3], 0.25, 1e-15);
}

PB_TEST(quantiles_are_the_least_place_that_holds_the_share)
{
    double p[PB__PLACES] = {0.1, 0.4, 0.3, 0.2};
    PB_CHECK_EQ(pb__place_quantile(p, 0.1), 1);
    PB_CHECK_EQ(pb__place_quantile(p, 0.5), 2);
    PB_CHECK_EQ(pb__place_quantile(p, 0.51), 3);
    PB_CHECK_EQ(pb__place_quantile(p, 0.9), 4);
    PB_CHECK_NEAR(pb__place_mean(p), 2.6, 1e-12);
}

PB_TEST(an_interval_ends_with_places_whose_middle_is_inside)
{
    double p[PB__PLACES] = {0.1, 0.1, 0.6, 0.15, 0.05}; /* middles 0.05, 0.15, 0.5, 0.875, 0.975 */
    double lo, hi;
    pb__place_interval(p, 0.1, &lo, &hi);
    PB_CHECK_NEAR(lo, 2, 0);
    PB_CHECK_NEAR(hi, 4, 0);
    double sure[PB__PLACES] = {0, 0, 1};
    pb__place_interval(sure, 0.1, &lo, &hi);
    PB_CHECK_NEAR(lo, 3, 0);
    PB_CHECK_NEAR(hi, 3, 0);
    double two[PB__PLACES] = {0.95, 0.05};
    PB_CHECK_EQ(pb__place_greatest(two, 0.9), 1);
    PB_CHECK_EQ(pb__place_least(two, 0.99), PB__PLACES); /* nothing is so late */
}

PB_TEST(an_empty_slot_table_says_the_slot_with_a_spread_of_three_places)
{
    pb__slot_table table = {0};
    double         p[PB__PLACES];
    pb__slot_dist(&table, 5, 20, p);
    PB_CHECK_EQ(pb__place_quantile(p, 0.5), 5);
    PB_CHECK_NEAR(p[4] / p[7], 2.718281828459045, 1e-9);
    PB_CHECK(p[20] == 0);
}

PB_TEST(a_slot_table_learns_a_shift_from_the_slot_and_its_neighbours)
{
    pb__slot_table table = {0};
    double         p[PB__PLACES];
    for (uint32_t slot = 5; slot <= 7; slot++) {
        for (int i = 0; i < 1000; i++) pb__slot_add(&table, slot, slot - 2, 1);
    }
    pb__slot_add(&table, 0, 1, 1);
    pb__slot_add(&table, 23, 1, 1);
    pb__slot_dist(&table, 6, 20, p);
    PB_CHECK_EQ(pb__place_quantile(p, 0.5), 4);
    PB_CHECK(p[3] > 0.69 && p[3] < 0.71);
    PB_CHECK(p[0] < 0.01);
}

PB_TEST(cars_of_one_score_share_the_places_and_a_better_one_moves_up)
{
    double score[4] = {0, 0, 0, -3}, scale[4] = {1, 1, 1, 1}, p[4][PB__PLACES];
    pb__place_order(score, scale, 4, p);
    for (int i = 0; i < 4; i++) PB_CHECK_NEAR(pb__place_within(p[i], 4), 1, 1e-12);
    PB_CHECK_NEAR(pb__place_mean(p[0]), pb__place_mean(p[1]), 1e-12);
    PB_CHECK(p[3][0] > 0.85 && p[0][0] < 0.05);
    double all = 0;
    for (int i = 0; i < 4; i++) all += pb__place_mean(p[i]);
    PB_CHECK_NEAR(all, 10, 1e-9); /* expected places are those of a permutation */
}

PB_TEST(balancing_gives_every_place_to_one_car)
{
    double p[3][PB__PLACES] = {{0.6, 0.3, 0.1}, {0.6, 0.2, 0.2}, {0.2, 0.3, 0.5}};
    pb__place_balance(p, 3, 3, NULL, 60);
    for (int k = 0; k < 3; k++) PB_CHECK_NEAR(p[0][k] + p[1][k] + p[2][k], 1, 1e-6);
    for (int i = 0; i < 3; i++) PB_CHECK_NEAR(pb__place_within(p[i], 3), 1, 1e-12);
    PB_CHECK(p[0][0] > p[2][0]);
}

PB_TEST(balancing_to_fewer_cars_than_places_keeps_the_shares_asked_for)
{
    double p[2][PB__PLACES] = {{0.8, 0.1, 0.1}, {0.2, 0.4, 0.4}};
    double column[3]        = {0.9, 0.7, 0.4};
    pb__place_balance(p, 2, 3, column, 60);
    PB_CHECK_NEAR(p[0][0] + p[1][0], 0.9, 1e-6);
    PB_CHECK_NEAR(p[0][2] + p[1][2], 0.4, 1e-6);
}

PB_TEST_MAIN(PB_RUN(a_distribution_sums_to_one_over_the_starters_and_is_nothing_beyond),
             PB_RUN(quantiles_are_the_least_place_that_holds_the_share),
             PB_RUN(an_interval_ends_with_places_whose_middle_is_inside),
             PB_RUN(an_empty_slot_table_says_the_slot_with_a_spread_of_three_places),
             PB_RUN(a_slot_table_learns_a_shift_from_the_slot_and_its_neighbours),
             PB_RUN(cars_of_one_score_share_the_places_and_a_better_one_moves_up),
             PB_RUN(balancing_gives_every_place_to_one_car),
             PB_RUN(balancing_to_fewer_cars_than_places_keeps_the_shares_asked_for))
