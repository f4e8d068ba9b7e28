/* What makes a race playable, and what is refused and how. */
#include <math.h>

#include "pb_test.h"
#include "pitboard/race_fields.h"
#include "unit/spec_sample.h"

static pb_race_spec spec;
static pb_error     error;

static void refused(pb_status status, const char *pointer, const char *words)
{
    memset(&error, 0, sizeof error);
    PB_CHECK_EQ(pb_race_spec_check(&spec, &error), status);
    PB_CHECK_EQ(error.status, status);
    PB_CHECK_HAS(error.text, pointer);
    PB_CHECK_HAS(error.text, words);
}

PB_TEST(a_sample_race_passes_from_the_grid_and_under_way)
{
    pb_sample_race(&spec);
    PB_CHECK_EQ(pb_race_spec_check(&spec, &error), PB_OK);
    pb_sample_under_way(&spec);
    PB_CHECK_EQ(pb_race_spec_check(&spec, &error), PB_OK);
    PB_CHECK_EQ(pb_race_spec_check(&spec, NULL), PB_OK);
}

PB_TEST(every_number_is_refused_just_outside_its_range_and_named)
{
    const pb_record *race = pb_race_record();
    size_t           seen = 0;
    for (size_t r = 0; r < race->n_fields; r++) {
        const pb_record *record = race->fields[r].record;
        if (!record || race->fields[r].array_max) continue;
        for (size_t f = 0; f < record->n_fields; f++) {
            const pb_field *field = &record->fields[f];
            if (field->kind != PB_FIELD_F64 || field->count_size) continue;
            pb_sample_race(&spec);
            void *at = pb_field_at_mut(&race->fields[r], &spec, 0);
            pb_field_set_number(field, pb_field_at_mut(field, at, 0), field->hi + 1.0);
            refused(PB_E_RANGE, field->key, "must be from");
            pb_field_set_number(field, pb_field_at_mut(field, at, 0), field->lo - 1.0);
            refused(PB_E_RANGE, field->key, "must be from");
            pb_field_set_number(field, pb_field_at_mut(field, at, 0), (double)NAN);
            refused(PB_E_RANGE, field->key, "must be from");
            seen++;
        }
    }
    PB_CHECK(seen > 60);
}

PB_TEST(a_value_in_the_wrong_unit_gets_a_hint)
{
    pb_sample_race(&spec);
    spec.base_lap_s = 91234;
    refused(PB_E_RANGE, "/base_lap_s: 91234", "milliseconds?");
    pb_sample_race(&spec);
    spec.cars[2].dnf_prob = 10;
    refused(PB_E_RANGE, "/cars/2/dnf_prob: 10", "percent?");
}

PB_TEST(no_cars_one_car_and_41_cars_are_refused)
{
    pb_sample_race(&spec);
    spec.n_cars = 0;
    refused(PB_E_MISSING, "/cars", "at least 2");
    spec.n_cars = 1;
    refused(PB_E_MISSING, "/cars", "at least 2");
    spec.n_cars = 41;
    refused(PB_E_LIMIT, "/cars", "at most 40");
}

PB_TEST(a_car_is_there_once_and_has_its_own_slot)
{
    pb_sample_race(&spec);
    memcpy(spec.cars[3].code, spec.cars[1].code, sizeof spec.cars[3].code);
    refused(PB_E_RULE, "/cars/3/code", "twice");
    pb_sample_race(&spec);
    spec.cars[3].grid = 2;
    refused(PB_E_RULE, "/cars/3/grid", "taken by C02");
    spec.cars[3].grid = 5;
    refused(PB_E_RULE, "/cars/3/grid", "slots 1 to 4");
    pb_sample_race(&spec);
    spec.cars[0].code[0] = '\0';
    refused(PB_E_MISSING, "/cars/0/code", "empty");
    memset(spec.cars[0].code, 'x', sizeof spec.cars[0].code);
    refused(PB_E_RANGE, "/cars/0/code", "longer than 7");
}

PB_TEST(stops_lie_inside_the_race_and_rise)
{
    pb_sample_race(&spec);
    spec.cars[1].plans[0].stints[1].in_lap = 56;
    PB_CHECK_EQ(pb_race_spec_check(&spec, &error), PB_OK);
    spec.cars[1].plans[0].stints[1].in_lap = 57;
    refused(PB_E_RULE, "/cars/1/plans/0/stints/1/in_lap", "beyond the race");
    spec.cars[1].plans[0].stints[1].in_lap = 0;
    refused(PB_E_RULE, "/cars/1/plans/0/stints/1/in_lap", "does not come after");
    pb_sample_race(&spec);
    spec.cars[1].plans[0].stints[0].in_lap = 3;
    refused(PB_E_RULE, "/cars/1/plans/0/stints/0/in_lap", "before the race");
}

PB_TEST(plans_weigh_one_together_and_hold_fifteen_stints)
{
    pb_sample_race(&spec);
    spec.cars[0].plans[0].weight_prob = 0.9;
    refused(PB_E_RULE, "/cars/0/plans", "0.9");
    spec.cars[0].n_plans              = 2;
    spec.cars[0].plans[1]             = spec.cars[0].plans[0];
    spec.cars[0].plans[1].weight_prob = 0.1;
    PB_CHECK_EQ(pb_race_spec_check(&spec, &error), PB_OK);
    for (uint8_t k = 0; k < 14; k++)
        spec.cars[0].plans[1].stints[k] = (pb_stint_spec){.compound = k & 1, .in_lap = (uint16_t)(2 * k)};
    spec.cars[0].plans[1].n_stints = 13;
    PB_CHECK_EQ(pb_race_spec_check(&spec, &error), PB_OK);
    spec.cars[0].plans[1].n_stints = 14;
    refused(PB_E_LIMIT, "/cars/0/plans", "16 stints");
    spec.cars[0].plans[1].n_stints = 16;
    refused(PB_E_LIMIT, "/cars/0/plans/1/stints", "at most 15");
    spec.cars[0].n_plans = 0;
    refused(PB_E_MISSING, "/cars/0/plans", "at least 1");
}

PB_TEST(a_dry_race_needs_two_dry_compounds)
{
    pb_sample_race(&spec);
    pb_sample_plan(&spec.cars[2], 1, 1, 20);
    refused(PB_E_RULE, "/cars/2/plans/0", "C03 uses one dry compound");
    spec.rules.two_compounds = false;
    PB_CHECK_EQ(pb_race_spec_check(&spec, &error), PB_OK);
}

PB_TEST(rain_or_rain_tyres_waive_the_two_compound_rule)
{
    pb_sample_race(&spec);
    pb_sample_plan(&spec.cars[2], 1, 3, 20);
    PB_CHECK_EQ(pb_race_spec_check(&spec, &error), PB_OK);
    pb_sample_plan(&spec.cars[2], 1, 1, 20);
    spec.weather.rain_prob = 0.01;
    PB_CHECK_EQ(pb_race_spec_check(&spec, &error), PB_OK);
    spec.weather.rain_prob       = 0.0;
    spec.weather.known_laps      = 2;
    spec.weather.wetness_frac[2] = 0.2;
    PB_CHECK_EQ(pb_race_spec_check(&spec, &error), PB_OK);
}

PB_TEST(in_a_race_under_way_the_compounds_used_so_far_count)
{
    pb_sample_under_way(&spec);
    spec.cars[0].plans[0].n_stints = 1;
    refused(PB_E_RULE, "/cars/0/state/compound", "the car's plan has it on");
    spec.cars[0].plans[0].stints[0].compound = spec.cars[0].state.compound;
    PB_CHECK_EQ(pb_race_spec_check(&spec, &error), PB_OK);
    spec.cars[0].state.compounds_used = 1u << 2;
    refused(PB_E_RULE, "/cars/0/plans/0", "one dry compound");
    spec.cars[0].state.running = false; /* a retired car owes nothing */
    PB_CHECK_EQ(pb_race_spec_check(&spec, &error), PB_OK);
    spec.cars[1].state.compounds_used = 1u << 2;
    refused(PB_E_RULE, "/cars/1/plans/0", "one dry compound");
}

PB_TEST(the_least_number_of_stops_is_kept)
{
    pb_sample_race(&spec);
    spec.rules.min_stops = 2;
    refused(PB_E_RULE, "/cars/0/plans/0", "min_stops asks for 2");
    pb_sample_under_way(&spec);
    spec.rules.min_stops = 1;
    PB_CHECK_EQ(pb_race_spec_check(&spec, &error), PB_OK);
    spec.rules.min_stops = 2;
    refused(PB_E_RULE, "/cars/0/plans/0", "makes 1 stops");
}

PB_TEST(compounds_are_named_once_and_known)
{
    pb_sample_race(&spec);
    memcpy(spec.compounds[2].name, spec.compounds[1].name, sizeof spec.compounds[2].name);
    refused(PB_E_RULE, "/compounds/2/name", "twice");
    pb_sample_race(&spec);
    spec.cars[3].plans[0].stints[1].compound = 5;
    refused(PB_E_RULE, "/cars/3/plans/0/stints/1/compound", "not in the list of 5");
    pb_sample_race(&spec);
    spec.n_compounds = 0;
    refused(PB_E_MISSING, "/compounds", "at least 1");
}

PB_TEST(distributions_rise_and_probabilities_sum_to_one)
{
    pb_sample_race(&spec);
    spec.pit.stop_s[5] = 9.0;
    refused(PB_E_RULE, "/pit/stop_s/6", "does not rise");
    pb_sample_race(&spec);
    spec.traffic.air_gap_s[3] = spec.traffic.air_gap_s[2];
    refused(PB_E_RULE, "/traffic/air_gap_s/3", "does not rise");
    pb_sample_race(&spec);
    spec.start.slot_gap_s[0] = 0.1;
    refused(PB_E_RULE, "/start/slot_gap_s/0", "leader");
    pb_sample_race(&spec);
    spec.neutral.sc_laps[0] += 0.01;
    refused(PB_E_RULE, "/neutral/sc_laps", "sum to 1.01");
    pb_sample_race(&spec);
    spec.noise.kurtosis = 1.0;
    refused(PB_E_RULE, "/noise/kurtosis", "at least 2.935");
}

PB_TEST(phases_lie_inside_the_race_one_after_the_other)
{
    pb_sample_race(&spec);
    spec.neutral.n_phases  = 2;
    spec.neutral.phases[0] = (pb_phase_spec){PB_NEUTRAL_SC, 3.5, 8.0, false};
    spec.neutral.phases[1] = (pb_phase_spec){PB_NEUTRAL_VSC, 8.0, 9.0, false};
    PB_CHECK_EQ(pb_race_spec_check(&spec, &error), PB_OK);
    spec.neutral.phases[1].start_progress = 7.9;
    refused(PB_E_RULE, "/neutral/phases/1/start_progress", "before the end of the phase before");
    spec.neutral.phases[1] = (pb_phase_spec){PB_NEUTRAL_VSC, 9.0, 9.0, false};
    refused(PB_E_RULE, "/neutral/phases/1/end_progress", "not after the start");
    spec.neutral.phases[1] = (pb_phase_spec){PB_NEUTRAL_VSC, 9.0, 57.5, false};
    refused(PB_E_RULE, "/neutral/phases/1/end_progress", "beyond the race");
    spec.neutral.phases[1] = (pb_phase_spec){(pb_neutral_kind)0, 9.0, 10.0, false};
    refused(PB_E_RANGE, "/neutral/phases/1/kind", "no such kind");
}

PB_TEST(places_and_gaps_of_a_state_agree)
{
    pb_sample_under_way(&spec);
    spec.cars[1].state.position = 1;
    refused(PB_E_RULE, "/cars/1/state/position", "taken by C01");
    pb_sample_under_way(&spec);
    spec.cars[1].state.gap_s = 100.0;
    refused(PB_E_RULE, "state/gap_s", "does not fit");
    pb_sample_under_way(&spec);
    spec.cars[1].state.laps_done = 31;
    refused(PB_E_RULE, "/cars/1/state/laps_done", "the leader has done 30");
    pb_sample_under_way(&spec);
    spec.cars[1].state.compound = 7;
    refused(PB_E_RULE, "/cars/1/state/compound", "not in the list");
    pb_sample_under_way(&spec);
    spec.cars[1].state.position = 0;
    refused(PB_E_RULE, "/cars/1/state/position", "from 1 to 4");
    pb_sample_under_way(&spec);
    spec.from_lap = 57;
    refused(PB_E_RULE, "/from_lap", "before the last lap");
    pb_sample_under_way(&spec);
    for (int c = 0; c < 4; c++) spec.cars[c].state.running = false;
    refused(PB_E_RULE, "/cars", "no car is running");
}

PB_TEST_MAIN(PB_RUN(a_sample_race_passes_from_the_grid_and_under_way),
             PB_RUN(every_number_is_refused_just_outside_its_range_and_named),
             PB_RUN(a_value_in_the_wrong_unit_gets_a_hint), PB_RUN(no_cars_one_car_and_41_cars_are_refused),
             PB_RUN(a_car_is_there_once_and_has_its_own_slot), PB_RUN(stops_lie_inside_the_race_and_rise),
             PB_RUN(plans_weigh_one_together_and_hold_fifteen_stints), PB_RUN(a_dry_race_needs_two_dry_compounds),
             PB_RUN(rain_or_rain_tyres_waive_the_two_compound_rule),
             PB_RUN(in_a_race_under_way_the_compounds_used_so_far_count), PB_RUN(the_least_number_of_stops_is_kept),
             PB_RUN(compounds_are_named_once_and_known), PB_RUN(distributions_rise_and_probabilities_sum_to_one),
             PB_RUN(phases_lie_inside_the_race_one_after_the_other), PB_RUN(places_and_gaps_of_a_state_agree))
