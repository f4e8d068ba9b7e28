/* Rivals that stop as pit walls did: plans from the learned pit call. */
#include "lap_fixture.h"
#include "pitboard/predict_model.h"
#include "pitboard/sim.h"

#define RACE PB_LAPS_DIR "/races/2023_07_spanish.csv"
#define FROM 20

/* A wall without trees: the same chance on every lap, whatever it is on it takes
 * hards next. */
static pb_model *plain_wall(double rate)
{
    double    next[25] = {0};
    pb_model *wall     = NULL;
    for (int k = 0; k < 5; k++) {
        next[5 * k + 2] = 0.6;
        next[5 * k + 1] = 0.4;
    }
    PB_CHECK_EQ(pb_model_create("pitcall", &wall, NULL), PB_OK);
    PB_CHECK_EQ(pb_model_put(wall, "rate", &rate, 1, NULL), PB_OK);
    PB_CHECK_EQ(pb_model_put(wall, "next", next, 25, NULL), PB_OK);
    return wall;
}

static pb_race_spec *fit_from(uint16_t lap, const pb_model *wall)
{
    pb_race_spec  *spec  = malloc(sizeof *spec);
    pb_prior      *prior = malloc(sizeof *prior);
    pb_race_log    log;
    pb_error       error = {0};
    pb_fit_options how   = {.from_lap = lap, .pit_wall = wall};
    PB_CHECK(spec && prior);
    read_file(&log, RACE);
    pb_race_log_cut(&log, lap);
    pb_prior_default(prior);
    if (pb_fit_race(&log, prior, &how, NULL, 0, spec, &error) != PB_OK) fail_msg("%s", error.text);
    pb_race_log_fini(&log);
    free(prior);
    return spec;
}

static uint32_t stops_to_come(const pb_plan *plan)
{
    uint32_t n = 0;
    for (uint32_t i = 1; i < plan->n_stints; i++) n += plan->stints[i].in_lap > FROM;
    return n;
}

PB_TEST(every_plan_of_a_learned_wall_is_one_the_race_file_allows)
{
    pb_need_shared(RACE);
    pb_model     *wall  = plain_wall(0.04);
    pb_race_spec *spec  = fit_from(FROM, wall);
    pb_error      error = {0};
    if (pb_race_spec_check(spec, &error) != PB_OK) fail_msg("%s", error.text);
    for (int c = 0; c < spec->n_cars; c++) {
        double all = 0;
        for (int p = 0; p < spec->cars[c].n_plans; p++) {
            const pb_plan *plan = &spec->cars[c].plans[p];
            all += plan->weight_prob;
            for (uint32_t i = 1; i < plan->n_stints; i++) PB_CHECK(plan->stints[i].in_lap < spec->rules.laps);
        }
        PB_CHECK_NEAR(all, 1, 1e-9);
    }
    free(spec);
    pb_model_destroy(wall);
}

PB_TEST(a_wall_that_stops_more_often_plans_more_stops)
{
    pb_need_shared(RACE);
    pb_model     *lazy = plain_wall(0.005), *busy = plain_wall(0.08);
    pb_race_spec *few = fit_from(FROM, lazy), *many = fit_from(FROM, busy);
    uint32_t      n_few = 0, n_many = 0;
    for (int c = 0; c < few->n_cars; c++)
        for (int p = 0; p < few->cars[c].n_plans && p < many->cars[c].n_plans; p++) {
            n_few += stops_to_come(&few->cars[c].plans[p]);
            n_many += stops_to_come(&many->cars[c].plans[p]);
        }
    PB_CHECK(n_many > 2 * n_few);
    free(few);
    free(many);
    pb_model_destroy(lazy);
    pb_model_destroy(busy);
}

PB_TEST(the_same_wall_says_the_same_twice_and_says_where_plans_come_from)
{
    pb_need_shared(RACE);
    pb_model     *wall = plain_wall(0.03);
    pb_race_spec *a = fit_from(FROM, wall), *b = fit_from(FROM, wall), *rule = fit_from(FROM, NULL);
    bool          told = false, other = false;
    for (int c = 0; c < a->n_cars; c++) {
        PB_CHECK_EQ(a->cars[c].n_plans, b->cars[c].n_plans);
        PB_CHECK_EQ(memcmp(a->cars[c].plans, b->cars[c].plans, sizeof a->cars[c].plans), 0);
        other = other || memcmp(a->cars[c].plans, rule->cars[c].plans, sizeof a->cars[c].plans) != 0;
    }
    PB_CHECK(other);
    for (uint32_t i = 0; i < a->n_origins; i++) told = told || strstr(a->origins[i].how, "as pit walls did");
    PB_CHECK(told);
    free(a);
    free(b);
    free(rule);
    pb_model_destroy(wall);
}

PB_TEST(a_wall_with_nothing_in_it_leaves_the_plans_to_cost)
{
    pb_need_shared(RACE);
    pb_model *empty = NULL;
    PB_CHECK_EQ(pb_model_create("pitcall", &empty, NULL), PB_OK);
    pb_race_spec *spec = fit_from(FROM, empty);
    PB_CHECK_EQ(pb_race_spec_check(spec, NULL), PB_OK);
    free(spec);
    pb_model_destroy(empty);
}

PB_TEST_MAIN(PB_RUN(every_plan_of_a_learned_wall_is_one_the_race_file_allows),
             PB_RUN(a_wall_that_stops_more_often_plans_more_stops),
             PB_RUN(the_same_wall_says_the_same_twice_and_says_where_plans_come_from),
             PB_RUN(a_wall_with_nothing_in_it_leaves_the_plans_to_cost))
