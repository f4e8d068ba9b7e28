/* What shall be different in a race: read from a body, put into the race, played on the same draws. */
#include "apps/api_answers.h"
#include "apps/what_if_change.h"
#include "apps/what_if_weather.h"
#include "pb_test.h"

/* Two cars, 30 laps, on lap 10 of it: A leads on old mediums, B has stopped. */
static pb_race_spec *under_way(void)
{
    pb_race_spec *s = calloc(1, sizeof *s);
    assert_non_null(s);
    pb_race_spec_default(s);
    s->rules.laps       = 30;
    s->from_lap         = 10;
    s->n_cars           = 2;
    s->n_compounds      = 3;
    s->neutral.n_phases = 0;
    const char *names[] = {"MEDIUM", "HARD", "INTERMEDIATE"};
    for (uint32_t k = 0; k < 3; k++) {
        pb_compound_spec_default(&s->compounds[k]);
        snprintf(s->compounds[k].name, sizeof s->compounds[k].name, "%s", names[k]);
        s->compounds[k].wear_s_per_lap = 0.05;
        if (k == 2) s->compounds[k].kind = PB_TYRE_INTERMEDIATE;
    }
    for (uint32_t c = 0; c < 2; c++) {
        pb_car_spec *car = &s->cars[c];
        pb_car_spec_default(car);
        snprintf(car->code, sizeof car->code, "%c", 'A' + (int)c);
        car->grid    = (uint8_t)(c + 1);
        car->n_plans = 1;
        car->plans[0] =
            (pb_plan){.weight_prob = 1, .n_stints = 2, .stints = {{.compound = 0, .age_laps = 3}, {.compound = 1}}};
        car->plans[0].stints[1].in_lap = c == 0 ? 15 : 8;
        car->state =
            (pb_car_state){.running = true, .position = (uint8_t)(c + 1), .gap_s = c * 2.0, .tyre_age_laps = 5};
        car->state.compound       = c == 0 ? 0 : 1;
        car->state.stops_done     = (uint8_t)c;
        car->state.compounds_used = c == 0 ? 1 : 3;
    }
    return s;
}

static pb_status apply(const char *body, pb_race_spec *spec, what_if_change *to, pb_error *error)
{
    pb_json_doc *doc = NULL;
    memset(to, 0, sizeof *to);
    *error = (pb_error){0};
    if (pb_json_parse(pb_span_of(body), "body", &doc, error) != PB_OK) fail_msg("%s", error->text);
    pb_status status = what_if_apply(pb_json_root(doc), spec, to, error);
    pb_json_free(doc);
    return status;
}

static void must(const char *body, pb_race_spec *spec, what_if_change *to)
{
    pb_error error;
    if (apply(body, spec, to, &error) != PB_OK) fail_msg("%s: %s", body, error.text);
    if (pb_race_spec_check(spec, &error) != PB_OK) fail_msg("%s: %s", body, error.text);
}

PB_TEST(nothing_told_changes_nothing)
{
    pb_race_spec  *a = under_way(), *b = under_way();
    what_if_change c;
    must("{\"cars\": [], \"tyres\": [], \"flags\": [], \"weather\": {}}", a, &c);
    PB_CHECK_EQ(c.n_said, 0);
    PB_CHECK(!c.other);
    assert_memory_equal(a, b, sizeof *a);
    free(a);
    free(b);
}

PB_TEST(cars_tyres_and_the_lane_change_by_what_is_told)
{
    pb_race_spec  *s = under_way();
    what_if_change c;
    double         pace = s->cars[1].pace_s, offset = s->compounds[1].offset_s;
    must("{\"pit_loss_s\": 30, \"cars\": [{\"car\": \"B\", \"pace_s\": -0.2, \"wear\": 1.5, \"penalty_s\": 5}],"
         " \"tyres\": [{\"wear\": 2}, {\"compound\": \"hard\", \"wear\": 1.5, \"pace_s\": 0.1}]}",
         s, &c);
    PB_CHECK_NEAR(s->pit.loss_s, 30, 1e-12);
    PB_CHECK_NEAR(s->cars[1].pace_s, pace - 0.2, 1e-12);
    PB_CHECK_NEAR(s->cars[1].wear_mult, 1.5, 1e-12);
    PB_CHECK_NEAR(s->cars[1].penalty_s, 5, 1e-12);
    PB_CHECK_NEAR(s->compounds[0].wear_s_per_lap, 0.1, 1e-12);
    PB_CHECK_NEAR(s->compounds[1].wear_s_per_lap, 0.15, 1e-12);
    PB_CHECK_NEAR(s->compounds[1].offset_s, offset + 0.1, 1e-12);
    PB_CHECK_EQ(c.n_said, 7);
    PB_CHECK(c.other);
    free(s);
}

PB_TEST(a_plan_keeps_the_age_of_the_sets_that_were_on)
{
    pb_race_spec  *s = under_way();
    what_if_change c;
    must("{\"cars\": [{\"car\": \"A\", \"plan\": \"MEDIUM-HARD,20\"}]}", s, &c);
    PB_CHECK(c.planned[0] && !c.planned[1] && !c.other);
    PB_CHECK_EQ(s->cars[0].plans[0].stints[1].in_lap, 20);
    PB_CHECK_NEAR(s->cars[0].plans[0].stints[0].age_laps, 3, 1e-12);
    free(s);
}

PB_TEST(rain_wets_the_track_and_it_dries_again)
{
    pb_race_spec  *s = under_way();
    what_if_change c;
    s->weather.wetting_frac = 0.2;
    s->weather.drying_frac  = 0.05;
    must("{\"weather\": {\"rain_from\": 12, \"rain_to\": 15, \"soak\": 0.5}}", s, &c);
    const double *w = s->weather.wetness_frac;
    PB_CHECK_EQ(s->weather.known_laps, 30);
    PB_CHECK_NEAR(w[11], 0, 1e-12);
    PB_CHECK_NEAR(w[12], 0.2, 1e-12);
    PB_CHECK_NEAR(w[13], 0.4, 1e-12);
    PB_CHECK_NEAR(w[15], 0.5, 1e-12); /* no more than soak */
    PB_CHECK_NEAR(w[16], 0.45, 1e-12);
    PB_CHECK_NEAR(w[30], 0, 1e-12);
    PB_CHECK(c.other);
    free(s);
}

PB_TEST(a_plan_may_wait_for_rain)
{
    pb_race_spec  *s = under_way();
    what_if_change c;
    pb_error       error;
    PB_CHECK_EQ(apply("{\"cars\": [{\"car\": \"A\", \"plan\": \"MEDIUM\"}]}", s, &c, &error), PB_E_RULE);
    PB_CHECK_HAS(error.text, "/cars/0/plan: ");
    must("{\"weather\": {\"track_wetness\": 0.3}, \"cars\": [{\"car\": \"A\", \"plan\": \"MEDIUM-INTERMEDIATE,12\"}]}",
         s, &c);
    PB_CHECK_NEAR(what_if_wetness(s), 0.3, 1e-12);
    PB_CHECK(s->weather.wetness_frac[11] > 0.2);
    free(s);
}

static const struct {
    const char *body, *starts;
} bad[] = {
    {"{\"cars\": [{\"car\": \"C\"}]}", "/cars/0/car: "},
    {"{\"cars\": [{\"car\": \"A\"}, {\"pace_s\": 1}]}", "/cars/1/car: "},
    {"{\"cars\": [{\"car\": \"A\", \"pace_s\": 11}]}", "/cars/0/pace_s: "},
    {"{\"cars\": [{\"car\": \"A\", \"plan\": \"HARD-MEDIUM,20\"}]}", "/cars/0/plan: by lap 10"},
    {"{\"cars\": [{\"car\": \"A\", \"plan\": \"MEDIUM-HARD,30\"}]}", "/cars/0/plan: "},
    {"{\"tyres\": [{\"compound\": \"SOFT\", \"wear\": 2}]}", "/tyres/0/compound: "},
    {"{\"tyres\": [{\"wear\": -1}]}", "/tyres/0/wear: "},
    {"{\"weather\": {\"rain_from\": 10}}", "/weather/rain_from: the laps to come are 11 to 30"},
    {"{\"weather\": {\"rain_from\": 20, \"rain_to\": 19}}", "/weather/rain_to: "},
    {"{\"weather\": {\"track_wetness\": 1.5}}", "/weather/track_wetness: "},
    {"{\"flags\": [{\"flag\": \"sc\", \"lap\": 10}]}", "/flags/0: lap 10: the laps to come are 11 to 30"},
    {"{\"flags\": [{\"flag\": \"sc\"}, {\"flag\": \"blue\"}]}", "/flags/1: "},
    {"{\"flags\": [{\"lap\": 12}]}", "/flags/0: which flag?"},
    {"{\"flags\": [{\"flag\": \"sc\", \"lap\": 20}, {\"flag\": \"vsc\", \"lap\": 20}]}", "/flags/1: lap 20: "},
    {"{\"flags\": [{\"flag\": \"sc\", \"lap\": 20}, {\"flag\": \"sc\", \"lap\": 15}]}", "/flags/1: lap 15: "},
    {"{\"flags\": [{\"flag\": \"red\", \"laps\": 3}]}", "/flags/0: only sc and vsc"},
    {"{\"weather\": {\"rain_to\": 20}}", "/weather/rain_from: from which lap"},
    {"{\"weather\": {\"soak\": 0.5}}", "/weather/rain_from: from which lap"},
    {"{\"weather\": {\"rain_from\": 20, \"rain_to\": 31}}", "/weather/rain_to: the race has 30 laps"},
    {"{\"cars\": [{\"car\": \"A\", \"plan\": \"MEDIUM-HARD,9\"}]}", "/cars/0/plan: by lap 10"},
    {"{\"cars\": [{\"car\": \"A\", \"plan\": \"MEDIUM-HARD,20\"}, {\"car\": \"A\", \"plan\": \"MEDIUM-HARD,21\"}]}",
     "/cars/1/plan: A has been given a plan"},
    {"{\"pit_loss_s\": 1}", "/pit_loss_s: "},
};

PB_TEST(what_cannot_be_is_told_with_its_place)
{
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pb_race_spec  *s = under_way();
        what_if_change c;
        pb_error       error;
        if (apply(bad[i].body, s, &c, &error) != PB_E_RULE) fail_msg("%s was taken", bad[i].body);
        if (strncmp(error.text, bad[i].starts, strlen(bad[i].starts)) != 0) fail_msg("%s: %s", bad[i].body, error.text);
        free(s);
    }
}

PB_TEST(a_car_that_is_out_cannot_be_changed)
{
    pb_race_spec  *s = under_way();
    what_if_change c;
    pb_error       error;
    s->cars[1].state.running = false;
    PB_CHECK_EQ(apply("{\"cars\": [{\"car\": \"B\", \"pace_s\": 1}]}", s, &c, &error), PB_E_RULE);
    PB_CHECK_HAS(error.text, "/cars/0/car: B runs no more");
    free(s);
}

/* ---- whole answers ---- */

static pb_json_doc *answer_of(api_work *work, const char *body)
{
    pb_json_doc *doc = NULL, *out = NULL;
    pb_blob     *blob  = NULL;
    pb_error     error = {0};
    if (pb_json_parse(pb_span_of(body), "body", &doc, &error) != PB_OK) fail_msg("%s", error.text);
    api_ask   ask;
    pb_status status = api_ask_open(work, NULL, pb_json_root(doc), &ask, &error);
    if (status == PB_OK) status = api_ask_blob(&ask, "strategy_what_if", api_what_if, &blob, &error);
    api_ask_close(&ask);
    if (status != PB_OK) fail_msg("%s: %s", body, error.text);
    if (pb_json_parse(pb_blob_bytes(blob), "answer", &out, &error) != PB_OK) fail_msg("%s", error.text);
    pb_blob_drop(blob);
    pb_json_free(doc);
    return out;
}

static pb_json car_of(const pb_json_doc *answer, const char *code)
{
    pb_json cars = pb_json_get(pb_json_root(answer), "cars");
    for (size_t i = 0; i < pb_json_length(cars); i++)
        if (pb_span_equal_text(pb_json_chars(pb_json_get(pb_json_at(cars, i), "car")), code))
            return pb_json_at(cars, i);
    fail_msg("%s is not in the answer", code);
    return cars;
}

static double figure(pb_json at, const char *a, const char *b, const char *c)
{
    pb_json x = pb_json_get(pb_json_get(at, a), b);
    return pb_json_number(c ? pb_json_get(x, c) : x);
}

static api_work *work_of(void)
{
    api_work_options o     = api_work_options_default();
    api_work        *work  = NULL;
    pb_error         error = {0};
    if (api_work_create(&o, &work, &error) != PB_OK) fail_msg("%s", error.text);
    return work;
}

PB_TEST(the_same_plan_on_both_sides_gains_exactly_nothing)
{
    api_work    *work = work_of();
    pb_json_doc *d = answer_of(work, "{\"race\": \"2023-07\", \"from_lap\": 20, \"trials\": 400, \"both\": {\"cars\": "
                                     "[{\"car\": \"HAM\", \"plan\": \"SOFT-HARD,24\"}]}, \"cars\": [{\"car\": "
                                     "\"HAM\", \"plan\": \"SOFT-HARD,24\"}]}");
    pb_json      ham = car_of(d, "HAM");
    PB_CHECK(figure(ham, "gain", "points", "value") == 0);
    PB_CHECK(figure(ham, "gain", "points", "hi") == 0);
    pb_json_free(d);
    api_work_destroy(work);
}

PB_TEST(places_sum_to_one_and_their_mean_is_the_one_that_is_told)
{
    api_work    *work = work_of();
    pb_json_doc *d    = answer_of(
           work, "{\"race\": \"2023-07\", \"from_lap\": 20, \"trials\": 400, \"flags\": [{\"flag\": \"sc\", \"lap\": "
                    "30, \"laps\": 4}], \"cars\": [{\"car\": \"HAM\", \"pace_s\": 0.3}]}");
    pb_json after = pb_json_get(car_of(d, "HAM"), "after"), probs = pb_json_get(after, "position_probs");
    double  sum = 0, mean = 0;
    for (size_t i = 0; i < pb_json_length(probs); i++) {
        double p = pb_json_number(pb_json_at(probs, i));
        sum += p;
        mean += p * (double)(i + 1);
    }
    PB_CHECK_NEAR(sum, 1, 1e-4);
    PB_CHECK_NEAR(mean, pb_json_number(pb_json_get(after, "mean_position")), 1e-3);
    PB_CHECK(figure(car_of(d, "HAM"), "gain", "places", "hi") < 0); /* slower, and the lead is gone: worse */
    pb_json_free(d);
    api_work_destroy(work);
}

PB_TEST(an_empty_change_is_the_race_as_it_is)
{
    api_work    *work = work_of();
    pb_json_doc *d    = answer_of(work, "{\"race\": \"2023-07\", \"from_lap\": 20, \"trials\": 40, \"cars\": []}");
    PB_CHECK_EQ(pb_json_length(pb_json_get(pb_json_root(d), "changed")), 0);
    PB_CHECK(figure(pb_json_root(d), "base", "pit_loss_s", NULL) > 20);
    PB_CHECK(pb_json_length(pb_json_get(pb_json_get(car_of(d, "VER"), "before"), "plans")) > 0);
    pb_json_free(d);
    api_work_destroy(work);
}

PB_TEST_MAIN(PB_RUN(nothing_told_changes_nothing), PB_RUN(cars_tyres_and_the_lane_change_by_what_is_told),
             PB_RUN(a_plan_keeps_the_age_of_the_sets_that_were_on), PB_RUN(rain_wets_the_track_and_it_dries_again),
             PB_RUN(a_plan_may_wait_for_rain), PB_RUN(what_cannot_be_is_told_with_its_place),
             PB_RUN(a_car_that_is_out_cannot_be_changed), PB_RUN(the_same_plan_on_both_sides_gains_exactly_nothing),
             PB_RUN(places_sum_to_one_and_their_mean_is_the_one_that_is_told),
             PB_RUN(an_empty_change_is_the_race_as_it_is))
