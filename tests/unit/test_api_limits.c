/* Rates: what is allowed passes, what is more waits, and many who ask take no more memory than few. */
#include "pb_test.h"

#include "api/rate_table.h"

#define S 1000000

static const pb__rate per_minute = {.limit = 60, .window_us = 60 * S};

PB_TEST(a_minute_s_worth_may_come_at_once_and_then_one_by_one)
{
    pb__rate_table *t = pb__rate_table_create();
    pb__rate_told   told;
    int64_t         now = 1000 * (int64_t)S;
    for (uint32_t i = 0; i < 60; i++) {
        PB_CHECK(pb__rate_ask(t, 'a', "10.0.0.1", &per_minute, 1, now, &told));
        PB_CHECK_EQ(told.remaining, 59 - i);
        PB_CHECK_EQ(told.limit, 60);
    }
    PB_CHECK_EQ(told.reset_us, 60 * S);
    PB_CHECK(!pb__rate_ask(t, 'a', "10.0.0.1", &per_minute, 1, now, &told));
    PB_CHECK_EQ(told.wait_us, S);
    PB_CHECK(!pb__rate_ask(t, 'a', "10.0.0.1", &per_minute, 1, now + S - 1, &told));
    PB_CHECK(pb__rate_ask(t, 'a', "10.0.0.1", &per_minute, 1, now + S, &told));
    PB_CHECK(!pb__rate_ask(t, 'a', "10.0.0.1", &per_minute, 1, now + S, &told));
    PB_CHECK(pb__rate_ask(t, 'a', "10.0.0.1", &per_minute, 1, now + 200 * (int64_t)S, &told));
    PB_CHECK_EQ(told.remaining, 59);
    pb__rate_table_destroy(t);
}

PB_TEST(one_who_asks_too_much_takes_nothing_from_another_or_from_another_rate)
{
    pb__rate_table *t = pb__rate_table_create();
    pb__rate_told   told;
    for (int i = 0; i < 100; i++) (void)pb__rate_ask(t, 's', "red/anna", &per_minute, 1, S, &told);
    PB_CHECK(!pb__rate_ask(t, 's', "red/anna", &per_minute, 1, S, &told));
    PB_CHECK(pb__rate_ask(t, 's', "blue/anna", &per_minute, 1, S, &told));
    PB_CHECK(pb__rate_ask(t, 'c', "red/anna", &per_minute, 1, S, &told));
    pb__rate_table_destroy(t);
}

PB_TEST(no_limit_is_no_limit_and_tells_nothing)
{
    pb__rate_table *t    = pb__rate_table_create();
    const pb__rate  none = {.window_us = S};
    pb__rate_told   told;
    for (int i = 0; i < 1000; i++) PB_CHECK(pb__rate_ask(t, 'a', "x", &none, 1000000, S, &told));
    PB_CHECK_EQ(told.limit, 0);
    pb__rate_table_destroy(t);
}

PB_TEST(a_body_of_more_points_than_a_second_has_is_taken_once_and_waited_for)
{
    pb__rate_table *t      = pb__rate_table_create();
    const pb__rate  points = {.limit = 10000, .window_us = S, .in_debt = true};
    pb__rate_told   told;
    PB_CHECK(pb__rate_ask(t, 'p', "live", &points, 50000, S, &told));
    PB_CHECK(!pb__rate_ask(t, 'p', "live", &points, 1, S, &told));
    PB_CHECK(told.wait_us > 3900000 && told.wait_us <= 4000001);
    PB_CHECK(!pb__rate_ask(t, 'p', "live", &points, 1, 4 * S, &told));
    PB_CHECK(pb__rate_ask(t, 'p', "live", &points, 1, 6 * S, &told));
    PB_CHECK(pb__rate_ask(t, 'p', "live", &points, UINT64_MAX, 6 * S, &told)); /* no overflow */
    PB_CHECK(!pb__rate_ask(t, 'p', "live", &points, 1, 7 * S, &told));
    pb__rate_table_destroy(t);
}

PB_TEST(many_addresses_take_no_memory_and_one_that_is_over_its_rate_stays_so)
{
    pb__rate_table *t = pb__rate_table_create();
    pb__rate_told   told;
    char            who[32];
    for (int i = 0; i < 60; i++) PB_CHECK(pb__rate_ask(t, 'a', "10.0.0.1", &per_minute, 1, S, &told));
    for (uint32_t i = 0; i < 500000; i++) { /* each asks once: their places are near their end, and given on */
        (void)snprintf(who, sizeof who, "fd00::%x", i);
        PB_CHECK(pb__rate_ask(t, 'a', who, &per_minute, 1, S + i, &told));
    }
    PB_CHECK(!pb__rate_ask(t, 'a', "10.0.0.1", &per_minute, 1, S, &told));
    pb__rate_table_destroy(t);
}

PB_TEST_MAIN(PB_RUN(a_minute_s_worth_may_come_at_once_and_then_one_by_one),
             PB_RUN(one_who_asks_too_much_takes_nothing_from_another_or_from_another_rate),
             PB_RUN(no_limit_is_no_limit_and_tells_nothing),
             PB_RUN(a_body_of_more_points_than_a_second_has_is_taken_once_and_waited_for),
             PB_RUN(many_addresses_take_no_memory_and_one_that_is_over_its_rate_stays_so))
