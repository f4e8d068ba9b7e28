/* A race told in a few facts: what is assumed, what is refused. */
#include <math.h>

#include "apps/api_context.h"
#include "pb_test.h"

static pb_prior *prior(void)
{
    static pb_prior shipped;
    pb_error        error = {0};
    if (!shipped.n_circuits && pb_prior_shipped(&shipped, &error) != PB_OK) fail_msg("%s", error.text);
    return &shipped;
}

static pb_status told(const char *json, api_context *out, api_notes *notes, pb_error *error)
{
    pb_json_doc *doc = NULL;
    *notes           = (api_notes){0};
    if (pb_json_parse(pb_span_of(json), "body", &doc, error) != PB_OK) fail_msg("%s", error->text);
    pb_status status = api_context_read(pb_json_root(doc), prior(), out, notes, error);
    pb_json_free(doc);
    return status;
}

static pb_race_spec *spec_of(const char *json, api_notes *notes)
{
    pb_error      error = {0};
    api_context   c;
    pb_race_spec *spec = malloc(sizeof *spec);
    assert_non_null(spec);
    if (told(json, &c, notes, &error) != PB_OK) fail_msg("%s", error.text);
    if (api_context_spec(&c, prior(), spec, notes, &error) != PB_OK) fail_msg("%s", error.text);
    return spec;
}

static bool noted(const api_notes *notes, const char *part)
{
    for (uint32_t i = 0; i < notes->n; i++)
        if (strstr(notes->at[i], part)) return true;
    return false;
}

PB_TEST(circuit_lap_and_place_are_enough_and_the_rest_is_said)
{
    api_notes     notes;
    pb_race_spec *spec = spec_of("{\"circuit\": \"monza\", \"lap\": 20, \"position\": 8}", &notes);
    PB_CHECK_EQ(spec->from_lap, 20);
    PB_CHECK_EQ(spec->rules.laps, 53);
    PB_CHECK_EQ(spec->cars[0].state.position, 8);
    PB_CHECK_TEXT(spec->cars[0].code, "US");
    PB_CHECK(noted(&notes, "laps_total: 53 laps"));
    PB_CHECK(noted(&notes, "tyre_age: "));
    PB_CHECK(noted(&notes, "compound: "));
    PB_CHECK(noted(&notes, "fuel_kg: "));
    PB_CHECK(noted(&notes, "gaps of "));
    PB_CHECK(!noted(&notes, "position: "));
    free(spec);
}

PB_TEST(nothing_at_all_is_an_average_race_at_half_distance)
{
    api_notes     notes;
    pb_race_spec *spec = spec_of("{}", &notes);
    PB_CHECK_EQ(spec->rules.laps, 57);
    PB_CHECK_EQ(spec->from_lap, 28);
    PB_CHECK(noted(&notes, "no circuit given"));
    PB_CHECK(noted(&notes, "position: "));
    free(spec);
}

PB_TEST(what_is_told_is_where_it_was_told)
{
    api_notes     notes;
    pb_race_spec *spec = spec_of("{\"driver\": \"hamilton\", \"circuit\": \"Monza\", \"season\": 2024, \"lap\": 18, "
                                 "\"position\": 6, \"compound\":"
                                 " \"MEDIUM\", \"tyre_age\": 18, \"stops_done\": 0, \"gap_ahead_s\": 1.4, "
                                 "\"gap_behind_s\": 2.25, \"gap_leader_s\": 15,"
                                 " \"pit_loss_s\": 24.5, \"rivals\": [{\"position\": 5, \"driver\": \"NOR\", "
                                 "\"compound\": \"HARD\", \"tyre_age\": 3}]}",
                                 &notes);
    const pb_car_spec *own = &spec->cars[0], *ahead = NULL, *behind = NULL;
    for (uint32_t c = 0; c < spec->n_cars; c++) {
        if (spec->cars[c].state.position == 5) ahead = &spec->cars[c];
        if (spec->cars[c].state.position == 7) behind = &spec->cars[c];
    }
    PB_CHECK_TEXT(own->code, "HAM");
    PB_CHECK_TEXT(ahead->code, "NOR");
    PB_CHECK_NEAR(own->state.gap_s, 15, 1e-9);
    PB_CHECK_NEAR(own->state.gap_s - ahead->state.gap_s, 1.4, 1e-9);
    PB_CHECK_NEAR(behind->state.gap_s - own->state.gap_s, 2.25, 1e-9);
    PB_CHECK_TEXT(spec->compounds[own->state.compound].name, "MEDIUM");
    PB_CHECK_NEAR(own->state.tyre_age_laps, 18, 0);
    PB_CHECK_EQ(own->state.stops_done, 0);
    PB_CHECK_TEXT(spec->compounds[ahead->state.compound].name, "HARD");
    PB_CHECK_NEAR(ahead->state.tyre_age_laps, 3, 0);
    PB_CHECK_EQ(ahead->state.stops_done, 1);
    PB_CHECK_NEAR(spec->pit.loss_s, 24.5, 0);
    free(spec);
}

PB_TEST(every_place_age_and_compound_makes_a_race_that_can_be_played)
{
    static const char *const compounds[] = {"SOFT", "MEDIUM", "HARD", "INTERMEDIATE", "WET"};
    static const int         laps[] = {1, 2, 10, 40, 51, 52}, places[] = {1, 2, 13, 20};
    char                     json[300];
    for (size_t l = 0; l < 6; l++)
        for (size_t p = 0; p < 4; p++)
            for (size_t k = 0; k < 5; k++) {
                api_notes notes;
                snprintf(
                    json, sizeof json,
                    "{\"circuit\": \"monza\", \"season\": 2024, \"lap\": %d, \"position\": %d, \"compound\": \"%s\","
                    " \"tyre_age\": %zu, \"track_wetness\": %g}",
                    laps[l], places[p], compounds[k], 5 * k, k > 2 ? 0.5 : 0.0);
                free(spec_of(json, &notes));
            }
}

PB_TEST(more_fuel_than_usual_is_slower)
{
    api_notes     notes;
    pb_race_spec *light = spec_of("{\"circuit\": \"monza\", \"lap\": 20, \"position\": 8, \"fuel_kg\": 50}", &notes);
    pb_race_spec *heavy = spec_of("{\"circuit\": \"monza\", \"lap\": 20, \"position\": 8, \"fuel_kg\": 70}", &notes);
    PB_CHECK_NEAR(heavy->cars[0].pace_s - light->cars[0].pace_s, 0.6, 1e-9);
    free(light);
    free(heavy);
}

PB_TEST(rain_makes_the_track_wetter_than_it_was)
{
    api_notes     notes;
    pb_race_spec *spec = spec_of("{\"circuit\": \"spa\", \"lap\": 20, \"position\": 8, \"rain\": true}", &notes);
    PB_CHECK(spec->weather.wetness_frac[20] > spec->weather.wetness_frac[19]);
    PB_CHECK_EQ(spec->weather.known_laps, 20);
    free(spec);
}

/* What is refused, and where the text says so. */
static const struct {
    const char *json, *starts;
    pb_status   status;
} bad[] = {
    {"{\"circuit\": \"monzza\"}", "/circuit: no circuit \"monzza\" is known; did you mean \"monza\"?", PB_E_RANGE},
    {"{\"circuit\": 3}", "/circuit: ", PB_E_SYNTAX},
    {"{\"circuit\": \"monza\", \"lap\": 53}", "/lap: ", PB_E_RANGE},
    {"{\"circuit\": \"monza\", \"lap\": 0}", "/lap: ", PB_E_RANGE},
    {"{\"lap\": 2.5}", "/lap: ", PB_E_SYNTAX},
    {"{\"cars\": 20, \"position\": 21}", "/position: ", PB_E_RULE},
    {"{\"lap\": 10, \"stops_done\": 0, \"tyre_age\": 4}", "/tyre_age: ", PB_E_RULE},
    {"{\"lap\": 3, \"stops_done\": 3}", "/stops_done: ", PB_E_RULE},
    {"{\"compound\": \"C3\"}", "/compound: ", PB_E_RANGE},
    {"{\"position\": 1, \"gap_ahead_s\": 1}", "/gap_ahead_s: ", PB_E_RULE},
    {"{\"cars\": 20, \"position\": 20, \"gap_behind_s\": 1}", "/gap_behind_s: ", PB_E_RULE},
    {"{\"position\": 5, \"gap_ahead_s\": 9, \"gap_leader_s\": 3}", "/gap_leader_s: ", PB_E_RULE},
    {"{\"position\": 5, \"gap_ahead_s\": -1}", "/gap_ahead_s: ", PB_E_RANGE},
    {"{\"driver\": \"a name, with a comma\"}", "/driver: ", PB_E_RANGE},
    {"{\"position\": 5, \"rivals\": [{\"position\": 5}]}", "/rivals/0/position: ", PB_E_RULE},
    {"{\"position\": 5, \"rivals\": [{}]}", "/rivals/0/position: ", PB_E_MISSING},
    {"{\"position\": 5, \"rivals\": [{\"position\": 4}, {\"position\": 4}]}", "/rivals/1/position: ", PB_E_RULE},
    {"{\"position\": 5, \"gap_ahead_s\": 2, \"rivals\": [{\"position\": 4, \"gap_s\": 3}]}",
     "/rivals/0/gap_s: ", PB_E_RULE},
    {"{\"position\": 5, \"rivals\": [{\"position\": 4, \"gap_s\": 3}, {\"position\": 3, \"gap_s\": 2}]}",
     "/rivals/1/gap_s: ", PB_E_RULE},
    {"{\"position\": 5, \"driver\": \"HAM\", \"rivals\": [{\"position\": 4, \"driver\": \"hamilton\"}]}",
     "/rivals/0/driver: ", PB_E_RULE},
    {"{\"stops_done\": 0, \"compounds_used\": [\"SOFT\", \"HARD\"]}", "/compounds_used: ", PB_E_RULE},
};

PB_TEST(what_contradicts_itself_is_refused_with_the_place)
{
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        api_context c;
        api_notes   notes;
        pb_error    error = {0};
        PB_CHECK_EQ(told(bad[i].json, &c, &notes, &error), bad[i].status);
        if (strncmp(error.text, bad[i].starts, strlen(bad[i].starts)) != 0) fail_msg("%s: %s", bad[i].json, error.text);
    }
}

PB_TEST_MAIN(PB_RUN(circuit_lap_and_place_are_enough_and_the_rest_is_said),
             PB_RUN(nothing_at_all_is_an_average_race_at_half_distance), PB_RUN(what_is_told_is_where_it_was_told),
             PB_RUN(every_place_age_and_compound_makes_a_race_that_can_be_played),
             PB_RUN(more_fuel_than_usual_is_slower), PB_RUN(rain_makes_the_track_wetter_than_it_was),
             PB_RUN(what_contradicts_itself_is_refused_with_the_place))
