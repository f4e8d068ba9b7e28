/* Who is in the lane to change tyres, and who only passes through it. */
#include "made_field.h"

#define PASS_MS 15000 /* from the entry to the line without a stop */

static uint32_t stops_of(const pb_race_spec *spec, uint32_t c)
{
    return spec->cars[c].state.stops_done;
}

PB_TEST(a_car_that_goes_in_for_a_stop_is_on_its_way_to_a_new_set)
{
    made_field m;
    make_field(&m, "barcelona", 2023, 40);
    enter_lane(&m, 0, 30, STOP_TO_LINE_MS);
    const pb_race_spec *spec = fit_field(&m, 30);
    PB_CHECK_EQ(stops_of(spec, 0), 2);
    PB_CHECK(spec->cars[0].state.position > 1); /* most of the loss is still to come */
    free(m.spec);
}

PB_TEST(a_stop_behind_the_safety_car_is_a_stop)
{
    made_field m;
    make_field(&m, "barcelona", 2023, 40);
    set_status(&m, 30, PB_STATUS_BIT_SC);
    enter_lane(&m, 0, 30, STOP_TO_LINE_MS);
    PB_CHECK_EQ(stops_of(fit_field(&m, 30), 0), 2);
    free(m.spec);
}

PB_TEST(a_leader_that_is_at_the_line_too_soon_for_a_stop_of_its_team_leads)
{
    made_field m;
    make_field(&m, "barcelona", 2023, 40);
    set_status(&m, 30, PB_STATUS_BIT_SC);
    enter_lane(&m, 0, 30, PASS_MS);
    const pb_race_spec *spec = fit_field(&m, 30);
    PB_CHECK_EQ(stops_of(spec, 0), 1);
    PB_CHECK_EQ(spec->cars[0].state.position, 1);
    free(m.spec);
}

/* Before anybody stopped nothing is known of the boxes: the field itself tells. */
static void lead_through(made_field *m, uint32_t lap)
{
    make_field(m, "barcelona", 2023, 40);
    for (uint32_t c = 0; c < FIELD_CARS; c++) {
        never_stops(m, c);
        enter_lane(m, c, lap, PASS_MS);
        if (c > 0) enter_lane(m, c, lap - 1, PASS_MS);
    }
    set_status(m, lap - 1, PB_STATUS_BIT_SC);
    set_status(m, lap, PB_STATUS_BIT_SC);
}

PB_TEST(a_field_that_is_led_through_the_lane_has_not_stopped)
{
    made_field m;
    lead_through(&m, 9);
    const pb_race_spec *spec = fit_field(&m, 9);
    for (uint32_t c = 0; c < FIELD_CARS; c++) {
        PB_CHECK_EQ(stops_of(spec, c), 0);
        PB_CHECK_EQ(spec->cars[c].state.position, c + 1);
    }
    free(m.spec);
}

PB_TEST(a_car_that_stood_while_the_field_went_through_has_stopped)
{
    made_field m;
    lead_through(&m, 9);
    enter_lane(&m, 3, 8, STOP_TO_LINE_MS);
    const pb_race_spec *spec = fit_field(&m, 9);
    PB_CHECK_EQ(stops_of(spec, 2), 0);
    PB_CHECK_EQ(stops_of(spec, 3), 1);
    free(m.spec);
}

PB_TEST(a_field_that_stops_behind_a_leader_that_stays_out_has_stopped)
{
    made_field m;
    lead_through(&m, 9);
    m.lap[0][8].pit_in_ms    = PB_MS_NONE;
    const pb_race_spec *spec = fit_field(&m, 9);
    PB_CHECK_EQ(stops_of(spec, 0), 0);
    for (uint32_t c = 1; c < FIELD_CARS; c++) PB_CHECK_EQ(stops_of(spec, c), 1);
    free(m.spec);
}

PB_TEST(a_car_that_a_red_flag_holds_in_the_lane_has_its_tyres_to_choose)
{
    made_field m;
    make_field(&m, "barcelona", 2023, 40);
    set_status(&m, 8, PB_STATUS_BIT_SC | PB_STATUS_BIT_RED);
    enter_lane(&m, 0, 8, STOP_TO_LINE_MS);
    const pb_race_spec *spec = fit_field(&m, 8);
    PB_CHECK_EQ(stops_of(spec, 0), 0);
    PB_CHECK_TEXT(spec->compounds[spec->cars[0].state.compound].name, "MEDIUM");
    free(m.spec);
}

PB_TEST_MAIN(PB_RUN(a_car_that_goes_in_for_a_stop_is_on_its_way_to_a_new_set),
             PB_RUN(a_stop_behind_the_safety_car_is_a_stop),
             PB_RUN(a_leader_that_is_at_the_line_too_soon_for_a_stop_of_its_team_leads),
             PB_RUN(a_field_that_is_led_through_the_lane_has_not_stopped),
             PB_RUN(a_car_that_stood_while_the_field_went_through_has_stopped),
             PB_RUN(a_field_that_stops_behind_a_leader_that_stays_out_has_stopped),
             PB_RUN(a_car_that_a_red_flag_holds_in_the_lane_has_its_tyres_to_choose))
