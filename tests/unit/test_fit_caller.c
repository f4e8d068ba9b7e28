/* Rivals that stop as pit walls did: plans from the learned pit call. */
#include "lap_fixture.h"
#include "pitboard/predict_registry.h"
#include "pitboard/sim.h"

#define RACE PB_LAPS_DIR "/races/2023_07_spanish.csv"
#define FROM 20

/* The pit call that ships. */
static pb_model *shipped_wall(void)
{
    pb_model       *wall = NULL;
    pb_model_choice choice;
    PB_CHECK_EQ(pb_registry_active(NULL, pb_model_kind_find("pitcall"), &wall, &choice, NULL), PB_OK);
    PB_CHECK(wall != NULL);
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

PB_TEST(every_plan_of_a_learned_wall_is_one_the_race_file_allows)
{
    pb_need_shared(RACE);
    pb_model     *wall  = shipped_wall();
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

/* The next stop of a car by its middle plan, 0 none. */
static uint32_t next_stop(const pb_race_spec *spec, const char *code)
{
    for (int c = 0; c < spec->n_cars; c++) {
        const pb_plan *plan = &spec->cars[c].plans[spec->cars[c].n_plans / 2];
        if (strcmp(spec->cars[c].code, code) != 0) continue;
        for (uint32_t i = 1; i < plan->n_stints; i++)
            if (plan->stints[i].in_lap > FROM) return plan->stints[i].in_lap;
    }
    return 0;
}

PB_TEST(a_car_on_old_softs_stops_before_one_on_new_mediums)
{
    pb_need_shared(RACE);
    pb_model     *wall = shipped_wall();
    pb_race_spec *spec = fit_from(FROM, wall);
    uint32_t old = next_stop(spec, "HAM"), fresh = next_stop(spec, "SAI"); /* softs of 20 laps; stopped on lap 15 */
    PB_CHECK(old > FROM && fresh > FROM);
    PB_CHECK(old + 8 < fresh);
    free(spec);
    pb_model_destroy(wall);
}

PB_TEST(the_same_wall_says_the_same_twice_and_says_where_plans_come_from)
{
    pb_need_shared(RACE);
    pb_model     *wall = shipped_wall();
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

PB_TEST(a_wall_with_nothing_in_it_leaves_the_plans_to_cost_and_that_is_said)
{
    pb_need_shared(RACE);
    pb_model *empty = NULL;
    PB_CHECK_EQ(pb_model_create("pitcall", &empty, NULL), PB_OK);
    pb_race_spec *spec = fit_from(FROM, empty);
    bool          told = false;
    PB_CHECK_EQ(pb_race_spec_check(spec, NULL), PB_OK);
    for (uint32_t i = 0; i < spec->n_origins; i++)
        told = told || strstr(spec->origins[i].how, "by wear and pit loss, since");
    PB_CHECK(told);
    free(spec);
    pb_model_destroy(empty);
}

PB_TEST_MAIN(PB_RUN(every_plan_of_a_learned_wall_is_one_the_race_file_allows),
             PB_RUN(a_car_on_old_softs_stops_before_one_on_new_mediums),
             PB_RUN(the_same_wall_says_the_same_twice_and_says_where_plans_come_from),
             PB_RUN(a_wall_with_nothing_in_it_leaves_the_plans_to_cost_and_that_is_said))
