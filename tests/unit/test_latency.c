/* How long things took: shares of counts in classes. */
#include "pb_test.h"

#include "engine/latency.h"

PB_TEST(a_share_is_told_within_a_few_percent)
{
    static pb__latency l;
    PB_CHECK_NEAR(pb__latency_at(&l, 0.99), 0, 0);
    for (int64_t us = 1; us <= 10000; us++) pb__latency_add(&l, us);
    PB_CHECK_NEAR(pb__latency_at(&l, 0.50), 5.0, 0.17);
    PB_CHECK_NEAR(pb__latency_at(&l, 0.99), 9.9, 0.32);
    PB_CHECK_EQ(l.max_us, 10000);
    PB_CHECK_EQ(l.n, 10000);
}

PB_TEST(any_time_has_a_class)
{
    static pb__latency l;
    for (int k = 0; k < 63; k++) pb__latency_add(&l, INT64_C(1) << k);
    pb__latency_add(&l, INT64_MAX);
    pb__latency_add(&l, INT64_MIN);
    pb__latency_add(&l, 0);
    PB_CHECK_EQ(l.n, 66);
    PB_CHECK(pb__latency_at(&l, 1) > 1000);
}

PB_TEST_MAIN(PB_RUN(a_share_is_told_within_a_few_percent), PB_RUN(any_time_has_a_class))
