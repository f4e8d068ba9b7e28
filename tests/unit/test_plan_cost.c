/* What a plan costs on the free track, lap by lap, and where its stops cost least,
 * against trying every lap. */
#include <math.h>

#include "pb_test.h"
#include "pitboard/predict_plan.h"
#include "spec_sample.h"

#define LAPS 14

static pb_race_spec *short_race(void)
{
    pb_race_spec *spec = malloc(sizeof *spec);
    assert_non_null(spec);
    pb_sample_race(spec);
    spec->rules.laps = LAPS;
    spec->pit.loss_s = 3.5;
    for (uint32_t k = 0; k < 3; k++) {
        spec->compounds[k].offset_s        = 0.3 * k;
        spec->compounds[k].wear_s_per_lap  = 0.4 - 0.1 * k;
        spec->compounds[k].warm_up_s       = 0.2 + 0.1 * k;
        spec->compounds[k].cliff_laps      = 4 + k;
        spec->compounds[k].cliff_s_per_lap = 0.25;
    }
    return spec;
}

static pb_plan plan_of(const char *sets)
{
    pb_plan plan = {.weight_prob = 1, .n_stints = (uint8_t)strlen(sets)};
    for (uint32_t i = 0; i < plan.n_stints; i++)
        plan.stints[i] = (pb_stint_spec){.compound = (uint8_t)(sets[i] - '0'), .in_lap = (uint16_t)(i ? 2 * i : 0)};
    return plan;
}

/* The definition: every lap of it. A set of age a at the start of a lap loses wear x
 * a, and beyond its cliff half a lap more for each it is over. */
static double lap_by_lap(const pb_plan_rest *r, const pb_plan *plan)
{
    double   cost = 0;
    uint32_t s    = r->first;
    double   age  = r->age_laps;
    for (uint32_t lap = r->from + 1u; lap <= r->laps; lap++) {
        const pb_compound_spec *c = &r->spec->compounds[plan->stints[s].compound];
        if (lap == 1) cost += c->warm_up_s;
        double before = fmax(age - c->cliff_laps, 0), after = fmax(age + 1 - c->cliff_laps, 0);
        cost += c->offset_s + c->wear_s_per_lap * r->wear_mult * age;
        cost += c->cliff_s_per_lap * (after * after - before * before) / 2;
        age++;
        if (s + 1u < plan->n_stints && plan->stints[s + 1].in_lap == lap) {
            s++;
            age = plan->stints[s].age_laps;
            cost += r->spec->pit.loss_s + r->spec->compounds[plan->stints[s].compound].warm_up_s;
        }
    }
    return cost;
}

static pb_plan_rest from_the_grid(const pb_race_spec *spec)
{
    return (pb_plan_rest){.spec = spec, .laps = spec->rules.laps, .wear_mult = 1};
}

PB_TEST(a_plan_costs_what_its_laps_add_up_to)
{
    static const char *const sets[] = {"0", "1", "01", "21", "010", "2110"};
    pb_race_spec            *spec   = short_race();
    pb_plan_rest             grid   = from_the_grid(spec);
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        pb_plan plan = plan_of(sets[i]);
        PB_CHECK_NEAR(pb_plan_cost_s(&grid, &plan), lap_by_lap(&grid, &plan), 1e-9);
    }
    free(spec);
}

PB_TEST(a_used_set_and_a_car_hard_on_its_tyres_cost_more_by_as_much)
{
    pb_race_spec *spec      = short_race();
    pb_plan       plan      = plan_of("01");
    pb_plan_rest  rest      = {.spec = spec, .from = 3, .laps = LAPS, .first = 0, .age_laps = 5, .wear_mult = 1.5};
    plan.stints[1].in_lap   = 6;
    plan.stints[1].age_laps = 2;
    PB_CHECK_NEAR(pb_plan_cost_s(&rest, &plan), lap_by_lap(&rest, &plan), 1e-9);
    pb_plan_rest fresh = rest;
    fresh.age_laps     = 0;
    PB_CHECK(pb_plan_cost_s(&fresh, &plan) < pb_plan_cost_s(&rest, &plan));
    free(spec);
}

/* Every way to place the stops of a plan; the least. */
static double try_all(const pb_plan_rest *r, pb_plan *plan, uint32_t stint, uint32_t after)
{
    double least = INFINITY;
    if (stint == plan->n_stints) return pb_plan_cost_s(r, plan);
    for (uint32_t lap = after + 1; lap < r->laps; lap++) {
        plan->stints[stint].in_lap = (uint16_t)lap;
        least                      = fmin(least, try_all(r, plan, stint + 1, lap));
    }
    return least;
}

PB_TEST(stops_are_placed_where_trying_every_lap_puts_them)
{
    static const char *const sets[] = {"01", "10", "21", "010", "012", "211", "0101"};
    pb_race_spec            *spec   = short_race();
    for (uint32_t from = 0; from < 6; from += 5)
        for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
            pb_plan      placed = plan_of(sets[i]), tried = placed;
            pb_plan_rest rest = {
                .spec = spec, .from = (uint16_t)from, .laps = LAPS, .age_laps = from, .wear_mult = 1.1};
            double cost = pb_plan_place(&rest, 0, &placed);
            PB_CHECK_NEAR(cost, try_all(&rest, &tried, 1, from), 1e-9);
            PB_CHECK_NEAR(cost, pb_plan_cost_s(&rest, &placed), 1e-9);
            for (uint32_t s = 1; s < placed.n_stints; s++)
                PB_CHECK(placed.stints[s].in_lap > placed.stints[s - 1].in_lap && placed.stints[s].in_lap > from);
        }
    free(spec);
}

PB_TEST(no_stop_comes_before_the_earliest_lap)
{
    pb_race_spec *spec = short_race();
    pb_plan_rest  grid = from_the_grid(spec);
    pb_plan       plan = plan_of("010"), late = plan;
    double        best = pb_plan_place(&grid, 0, &plan), held = pb_plan_place(&grid, 9, &late);
    PB_CHECK(plan.stints[1].in_lap < 9);
    PB_CHECK_EQ(late.stints[1].in_lap, 9);
    PB_CHECK(held > best);
    free(spec);
}

PB_TEST(a_plan_with_more_stops_than_laps_has_no_place_and_stays_as_it_was)
{
    pb_race_spec *spec = short_race();
    pb_plan       plan = plan_of("0101"), before = plan;
    pb_plan_rest  rest = {.spec = spec, .from = LAPS - 3, .laps = LAPS, .wear_mult = 1};
    PB_CHECK(isinf(pb_plan_place(&rest, 0, &plan)));
    PB_CHECK(memcmp(&plan, &before, sizeof plan) == 0);
    free(spec);
}

PB_TEST(beyond_its_cliff_a_set_is_shunned)
{
    pb_race_spec *spec = short_race();
    pb_plan_rest  grid = from_the_grid(spec);
    pb_plan       flat = plan_of("01"), steep = flat;
    for (uint32_t k = 0; k < 3; k++) spec->compounds[k].cliff_s_per_lap = 0;
    pb_plan_place(&grid, 0, &flat);
    spec->compounds[1].cliff_laps      = 3;
    spec->compounds[1].cliff_s_per_lap = 5;
    pb_plan_place(&grid, 0, &steep);
    PB_CHECK(steep.stints[1].in_lap > flat.stints[1].in_lap);
    free(spec);
}

PB_TEST(without_a_cliff_a_set_is_dear_beyond_its_life)
{
    pb_race_spec *spec            = short_race();
    pb_plan_rest  grid            = from_the_grid(spec);
    pb_plan       plan            = plan_of("0");
    spec->compounds[0].cliff_laps = 0;
    spec->compounds[0].life_laps  = 300;
    double lasts                  = pb_plan_cost_s(&grid, &plan);
    spec->compounds[0].life_laps  = LAPS - 4;
    PB_CHECK_NEAR(pb_plan_cost_s(&grid, &plan) - lasts, PB_PLAN_OVER_LIFE_S * 4 * 4 / 2, 1e-9);
    free(spec);
}

PB_TEST_MAIN(PB_RUN(a_plan_costs_what_its_laps_add_up_to),
             PB_RUN(a_used_set_and_a_car_hard_on_its_tyres_cost_more_by_as_much),
             PB_RUN(stops_are_placed_where_trying_every_lap_puts_them), PB_RUN(no_stop_comes_before_the_earliest_lap),
             PB_RUN(a_plan_with_more_stops_than_laps_has_no_place_and_stays_as_it_was),
             PB_RUN(beyond_its_cliff_a_set_is_shunned), PB_RUN(without_a_cliff_a_set_is_dear_beyond_its_life))
