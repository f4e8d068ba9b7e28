/* form_minimise: the least of a smooth function. */
#include <math.h>

#include "pb_test.h"
#include "predict/form_minimise.h"

typedef struct counted {
    int calls;
} counted;

static double valley(const double *x, void *arg)
{
    counted *c = arg;
    double   a = 1 - x[0], b = x[1] - x[0] * x[0];
    c->calls++;
    return a * a + 100 * b * b;
}

static double bowl(const double *x, void *arg)
{
    double sum = 0;
    (void)arg;
    for (int i = 0; i < 8; i++) sum += (i + 1) * (x[i] - i) * (x[i] - i);
    return sum;
}

static double cliff(const double *x, void *arg)
{
    (void)arg;
    return x[0] < 1 ? NAN : (x[0] - 1.5) * (x[0] - 1.5);
}

PB_TEST(the_floor_of_a_bent_valley_is_found)
{
    counted c    = {0};
    double  x[2] = {-1.2, 1};
    double  left = pb__minimise(valley, &c, x, 2, 1e-5, 200);
    PB_CHECK(left < 1e-4);
    PB_CHECK_NEAR(x[0], 1, 0.02);
    PB_CHECK_NEAR(x[1], 1, 0.04);
    PB_CHECK(c.calls < 2000);
}

PB_TEST(eight_numbers_at_once)
{
    double x[8] = {0};
    PB_CHECK(pb__minimise(bowl, NULL, x, 8, 1e-4, 100) < 1e-5);
    for (int i = 0; i < 8; i++) PB_CHECK_NEAR(x[i], i, 1e-2);
}

PB_TEST(no_rounds_change_nothing_and_no_round_makes_it_worse)
{
    double  x[2] = {-1.2, 1}, before;
    counted c    = {0};
    before       = pb__minimise(valley, &c, x, 2, 1e-5, 0);
    PB_CHECK(x[0] == -1.2 && x[1] == 1);
    for (uint32_t rounds = 1; rounds < 20; rounds++) {
        double y[2]  = {-1.2, 1};
        double after = pb__minimise(valley, &c, y, 2, 1e-5, rounds);
        PB_CHECK(after <= before);
        before = after;
    }
}

PB_TEST(where_there_is_no_value_it_does_not_go)
{
    double x[1] = {3};
    pb__minimise(cliff, NULL, x, 1, 1e-5, 50);
    PB_CHECK_NEAR(x[0], 1.5, 1e-3);
}

PB_TEST_MAIN(PB_RUN(the_floor_of_a_bent_valley_is_found), PB_RUN(eight_numbers_at_once),
             PB_RUN(no_rounds_change_nothing_and_no_round_makes_it_worse),
             PB_RUN(where_there_is_no_value_it_does_not_go))
