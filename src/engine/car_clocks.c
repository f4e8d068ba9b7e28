/* Whether a car's clock was set anew: see car_clocks.h. */
#include "car_clocks.h"

#define LATE_POINTS 20u
#define LATE_US 2000000
#define STEP_BACK_US 200000 /* points of one clock do not come more out of order */

static pb__late_run *run_of(pb__car_clocks *clocks, int32_t car)
{
    for (uint32_t i = 0; i < clocks->n; i++)
        if (clocks->run[i].car == car) return &clocks->run[i];
    return NULL;
}

static void forget(pb__car_clocks *clocks, pb__late_run *run)
{
    *run = clocks->run[--clocks->n];
}

void pb__clocks_taken(pb__car_clocks *clocks, int32_t car)
{
    pb__late_run *run = clocks->n > 0 ? run_of(clocks, car) : NULL;
    if (run) forget(clocks, run);
}

/* Windows know PB_WINDOW_CARS_MAX cars, and only those can be late. */
bool pb__clocks_late(pb__car_clocks *clocks, int32_t car, int64_t time_us)
{
    pb__late_run *run = run_of(clocks, car);
    if (!run) {
        PB_ASSERT(clocks->n < PB_WINDOW_CARS_MAX);
        run  = &clocks->run[clocks->n++];
        *run = (pb__late_run){.car = car, .first_us = time_us, .last_us = time_us};
    }
    if (time_us < run->last_us - STEP_BACK_US) *run = (pb__late_run){car, 0, time_us, time_us};
    if (time_us > run->last_us) run->last_us = time_us;
    run->n++;
    if (run->n < LATE_POINTS || run->last_us - run->first_us < LATE_US) return false;
    forget(clocks, run);
    return true;
}
