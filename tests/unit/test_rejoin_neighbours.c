/* Who is next to a car that comes out of the lane: one scenario, told once. */
#include "pb_test.h"

#include "pitboard/predict_rejoin.h"

/* 2022 Silverstone, lap 38: LEC comes in under the safety car, and so do SAI and HAM;
 * PER stays out. */
static pb_rejoin silverstone(void)
{
    return (pb_rejoin){.place = 1,
                       .n     = 3,
                       .rival = {{.car = 0, .p_ahead = 0.0, .p_stop = 1, .gap_s = -10.0, .stop_gap_s = 6.5},
                                 {.car = 1, .p_ahead = 0.0, .p_stop = 1, .gap_s = -8.0, .stop_gap_s = 6.4},
                                 {.car = 2, .p_ahead = 0.1, .p_stop = 0, .gap_s = 12.1, .stop_gap_s = 26.5}}};
}

PB_TEST(the_first_has_nobody_ahead_and_a_car_that_stops_too_is_behind_by_its_own_stop)
{
    pb_rejoin r = silverstone();
    pb_rejoin_neighbours(&r);
    PB_CHECK_EQ(r.ahead, -1);
    PB_CHECK_EQ(r.behind, 1);
    PB_CHECK_NEAR(r.behind_s, 6.4, 1e-9);
    PB_CHECK_NEAR(r.ahead_s, 0, 1e-9);
}

PB_TEST(the_last_has_nobody_behind)
{
    pb_rejoin r = silverstone();
    r.place     = 4;
    for (uint32_t i = 0; i < r.n; i++) r.rival[i].p_ahead = 0.9;
    r.rival[2].gap_s = -3;
    pb_rejoin_neighbours(&r);
    PB_CHECK_EQ(r.behind, -1);
    PB_CHECK_EQ(r.ahead, 2);
    PB_CHECK_NEAR(r.ahead_s, 3, 1e-9);
}

PB_TEST(with_so_many_ahead_they_are_the_likeliest_ones)
{
    pb_rejoin r = {.place = 3,
                   .n     = 4,
                   .rival = {{.car = 5, .p_ahead = 0.6, .p_stop = 0.4, .gap_s = -7.0, .stop_gap_s = 9.0},
                             {.car = 6, .p_ahead = 0.3, .p_stop = 0.7, .gap_s = -5.0, .stop_gap_s = 11.0},
                             {.car = 7, .p_ahead = 0.9, .p_stop = 0.1, .gap_s = -4.0, .stop_gap_s = 12.0},
                             {.car = 8, .p_ahead = 0.1, .p_stop = 0.1, .gap_s = 2.0, .stop_gap_s = 18.0}}};
    pb_rejoin_neighbours(&r); /* 5 and 7 stay out, 6 comes in */
    PB_CHECK_EQ(r.rival[r.ahead].car, 7);
    PB_CHECK_NEAR(r.ahead_s, 4, 1e-9);
    PB_CHECK_EQ(r.rival[r.behind].car, 8);
    PB_CHECK_NEAR(r.behind_s, 2, 1e-9);
}

PB_TEST(a_toss_up_is_named_only_where_nobody_else_is_there)
{
    pb_rejoin r = {.place = 1,
                   .n     = 2,
                   .rival = {{.car = 3, .p_ahead = 0.45, .p_stop = 1, .gap_s = -16.0, .stop_gap_s = -0.2},
                             {.car = 4, .p_ahead = 0.2, .p_stop = 0, .gap_s = 2.5, .stop_gap_s = 18.0}}};
    pb_rejoin_neighbours(&r);
    PB_CHECK_EQ(r.rival[r.behind].car, 4);
    r.n = 1;
    pb_rejoin_neighbours(&r);
    PB_CHECK_EQ(r.rival[r.behind].car, 3);
    PB_CHECK_NEAR(r.behind_s, 0, 1e-9);
}

PB_TEST_MAIN(PB_RUN(the_first_has_nobody_ahead_and_a_car_that_stops_too_is_behind_by_its_own_stop),
             PB_RUN(the_last_has_nobody_behind), PB_RUN(with_so_many_ahead_they_are_the_likeliest_ones),
             PB_RUN(a_toss_up_is_named_only_where_nobody_else_is_there))
