/* The race file: what is read, what is refused and how, and that writing keeps all. */
#include <math.h>

#include "pb_test.h"
#include "pitboard/codec.h"
#include "pitboard/race_fields.h"
#include "pitboard/wire.h"
#include "unit/spec_sample.h"

static pb_race_spec spec, other;
static pb_error     error;

#define CARS                                                                                                           \
    "\"cars\": [{\"code\": \"AAA\", \"grid\": 1, \"plans\": [{\"stints\": [{\"compound\": \"SOFT\"}, "                 \
    "{\"compound\": \"HARD\", \"in_lap\": 20}]}]}, {\"code\": \"BBB\", \"grid\": 2, \"plans\": [{\"stints\": "         \
    "[{\"compound\": \"MEDIUM\"}, {\"compound\": \"HARD\", \"in_lap\": 30}]}]}]"
#define RACE(rest) "{\"format\": \"pitboard-race-1\", " rest CARS "}"

static pb_status read_text(const char *text)
{
    memset(&error, 0, sizeof error);
    return pb_wire_read_race(pb_span_of(text), "race.json", &spec, &error);
}

static void refused(const char *text, pb_status status, const char *pointer, const char *words)
{
    memset(&spec, 0x55, sizeof spec);
    memcpy(&other, &spec, sizeof spec);
    PB_CHECK_EQ(read_text(text), status);
    PB_CHECK_EQ(error.status, status);
    PB_CHECK_HAS(error.text, "race.json");
    PB_CHECK_HAS(error.text, pointer);
    PB_CHECK_HAS(error.text, words);
    PB_CHECK(strstr(error.text, "race.json: race.json") == NULL);
    PB_CHECK(memcmp(&other, &spec, sizeof spec) == 0); /* left alone */
}

PB_TEST(two_cars_and_their_plans_are_a_whole_race)
{
    PB_CHECK_EQ(read_text(RACE("")), PB_OK);
    pb_race_spec_default(&other);
    PB_CHECK_EQ(spec.n_cars, 2);
    PB_CHECK_TEXT(spec.cars[1].code, "BBB");
    PB_CHECK_EQ(spec.cars[1].plans[0].stints[1].in_lap, 30);
    PB_CHECK_EQ(spec.cars[1].plans[0].stints[1].compound, 2);
    PB_CHECK_NEAR(spec.cars[1].plans[0].weight_prob, 1.0, 0.0);
    PB_CHECK_NEAR(spec.cars[0].wear_mult, 1.0, 0.0);
    PB_CHECK_NEAR(spec.pit.loss_s, other.pit.loss_s, 0.0);
    PB_CHECK_EQ(spec.n_compounds, 5);
}

PB_TEST(a_given_value_replaces_its_default_and_no_other)
{
    PB_CHECK_EQ(read_text(RACE("\"pit\": {\"loss_s\": 19.5}, \"effects\": {\"sc\": false}, ")), PB_OK);
    PB_CHECK_NEAR(spec.pit.loss_s, 19.5, 0.0);
    PB_CHECK_NEAR(spec.pit.sc_frac, 0.38, 0.0);
    PB_CHECK_EQ(spec.effects, PB_EFFECTS_ALL & ~(uint32_t)PB_EFFECT_SC);
}

PB_TEST(a_shorter_list_of_start_gaps_goes_on)
{
    PB_CHECK_EQ(read_text(RACE("\"start\": {\"slot_gap_s\": [0, 0.5, 1.2]}, ")), PB_OK);
    PB_CHECK_NEAR(spec.start.slot_gap_s[3], 1.9, 1e-12);
    PB_CHECK_NEAR(spec.start.slot_gap_s[39], 1.2 + 37 * 0.7, 1e-9);
}

PB_TEST(lists_by_lap_begin_with_lap_one)
{
    PB_CHECK_EQ(read_text(RACE("\"lap_offset_s\": [5.5, 0.25], \"weather\": {\"wetness_frac\": [0.5]}, ")), PB_OK);
    PB_CHECK_EQ(spec.n_lap_offsets, 2);
    PB_CHECK_NEAR(spec.lap_offset_s[1], 5.5, 0.0);
    PB_CHECK_NEAR(spec.lap_offset_s[2], 0.25, 0.0);
    PB_CHECK_EQ(spec.weather.known_laps, 1);
    PB_CHECK_NEAR(spec.weather.wetness_frac[1], 0.5, 0.0);
}

PB_TEST(an_unknown_key_is_refused_with_the_nearest_name)
{
    refused(RACE("\"base_lap_ms\": 91000, "), PB_E_UNKNOWN_KEY, "/base_lap_ms", "base_lap_s");
    refused(RACE("\"pit\": {\"los_s\": 20}, "), PB_E_UNKNOWN_KEY, "/pit/los_s", "loss_s");
    refused(RACE("\"effects\": {\"dirtyair\": true}, "), PB_E_UNKNOWN_KEY, "/effects/dirtyair", "dirty_air");
}

PB_TEST(a_value_outside_its_range_is_refused_with_what_is_allowed)
{
    refused(RACE("\"base_lap_s\": 91234, "), PB_E_RANGE, "/base_lap_s: 91234", "from 20 to 1200");
    refused(RACE("\"base_lap_s\": 91234, "), PB_E_RANGE, "/base_lap_s", "milliseconds?");
    refused(RACE("\"base_lap_s\": -90, "), PB_E_RANGE, "/base_lap_s: -90", "from 20 to 1200");
    refused(RACE("\"rules\": {\"laps\": -3}, "), PB_E_RANGE, "/rules/laps: -3", "from 1 to 512");
    refused(RACE("\"rules\": {\"laps\": 100000}, "), PB_E_RANGE, "/rules/laps: 100000", "from 1 to 512");
    refused(RACE("\"rules\": {\"classified_frac\": 90}, "), PB_E_RANGE, "/rules/classified_frac", "percent?");
}

PB_TEST(a_value_of_another_type_is_refused)
{
    refused(RACE("\"base_lap_s\": \"90\", "), PB_E_SYNTAX, "/base_lap_s", "a number");
    refused(RACE("\"base_lap_s\": null, "), PB_E_SYNTAX, "/base_lap_s", "null");
    refused(RACE("\"rules\": {\"laps\": 57.5}, "), PB_E_SYNTAX, "/rules/laps", "whole number");
    refused(RACE("\"rules\": [], "), PB_E_SYNTAX, "/rules", "object");
    refused(RACE("\"sprint\": 1, "), PB_E_SYNTAX, "/sprint", "true or false");
    refused(RACE("\"lap_offset_s\": 3, "), PB_E_SYNTAX, "/lap_offset_s", "array");
    refused(RACE("\"neutral\": {\"sc_laps\": [1, \"x\", 0,0,0,0,0,0,0,0]}, "), PB_E_SYNTAX, "/neutral/sc_laps/1",
            "number");
}

PB_TEST(nan_and_infinity_are_refused)
{
    refused(RACE("\"base_lap_s\": NaN, "), PB_E_SYNTAX, "race.json", "");
    refused(RACE("\"base_lap_s\": Infinity, "), PB_E_SYNTAX, "race.json", "");
    refused(RACE("\"base_lap_s\": 1e999, "), PB_E_SYNTAX, "race.json", "");
}

PB_TEST(an_empty_cut_or_zeroed_file_is_refused)
{
    refused("", PB_E_EMPTY, "race.json", "empty");
    refused(" \n\t", PB_E_EMPTY, "race.json", "empty");
    refused("{\"format\": \"pitboard-race-1\", \"cars\": [{\"code\": \"A", PB_E_SYNTAX, "race.json", "");
    refused("[]", PB_E_SYNTAX, "race.json", "object");
    size_t len   = 10u << 20;
    char  *zeros = calloc(len, 1);
    PB_CHECK(zeros != NULL);
    PB_CHECK_EQ(pb_wire_read_race((pb_span){zeros, len}, "race.json", &spec, &error), PB_E_SYNTAX);
    PB_CHECK_HAS(error.text, "race.json");
    free(zeros);
}

PB_TEST(every_cut_of_a_race_file_is_refused)
{
    static const char whole[] = RACE("\"pit\": {\"loss_s\": 19.5}, ");
    for (size_t len = 0; len + 1 < sizeof whole; len++)
        PB_CHECK(pb_wire_read_race((pb_span){whole, len}, "race.json", &spec, &error) != PB_OK);
    PB_CHECK_EQ(pb_wire_read_race((pb_span){whole, sizeof whole - 1}, "race.json", &spec, &error), PB_OK);
}

PB_TEST(a_file_of_another_format_is_refused)
{
    refused("{}", PB_E_MISSING, "/format", "missing");
    refused("{\"format\": \"pitboard-race-2\", " CARS "}", PB_E_UNSUPPORTED, "/format", "pitboard-race-1");
}

PB_TEST(no_cars_too_many_cars_and_a_car_twice_are_refused)
{
    char  *text = NULL;
    size_t len;
    FILE  *f = open_memstream(&text, &len);
    fputs("{\"format\": \"pitboard-race-1\", \"cars\": [", f);
    for (int i = 1; i <= 41; i++)
        fprintf(f, "%s{\"code\": \"C%d\", \"grid\": %d, \"plans\": []}", i > 1 ? "," : "", i, i);
    fputs("]}", f);
    fclose(f);
    refused(text, PB_E_LIMIT, "/cars", "at most 40");
    free(text);
    refused("{\"format\": \"pitboard-race-1\", \"cars\": []}", PB_E_MISSING, "/cars", "at least 2");
    refused("{\"format\": \"pitboard-race-1\"}", PB_E_MISSING, "/cars", "missing");
#define PLAN "\"plans\": [{\"stints\": [{\"compound\": \"SOFT\"}, {\"compound\": \"HARD\", \"in_lap\": 20}]}]"
#define HEAD "{\"format\": \"pitboard-race-1\", \"cars\": [{\"code\": \"AAA\", \"grid\": 1, " PLAN "}, "
    refused(HEAD "{\"code\": \"AAA\", \"grid\": 2, " PLAN "}]}", PB_E_RULE, "/cars/1/code", "twice");
    refused(HEAD "{\"code\": \"BBB\", \"grid\": 1, " PLAN "}]}", PB_E_RULE, "/cars/1/grid", "taken by AAA");
    refused(HEAD "{\"code\": \"BBB\", " PLAN "}]}", PB_E_MISSING, "/cars/1/grid", "missing");
    refused(HEAD "{\"code\": \"BBB\", \"grid\": 2}]}", PB_E_MISSING, "/cars/1/plans", "missing");
    refused(HEAD "{\"code\": \"MUCHTOOLONG\", \"grid\": 2, " PLAN "}]}", PB_E_LIMIT, "/cars/1/code", "shorten");
}

PB_TEST(plans_that_break_a_rule_are_refused)
{
#define SECOND(stints)                                                                                                 \
    HEAD "{\"code\": \"BBB\", \"grid\": 2, \"plans\": [{\"stints\": [{\"compound\": \"SOFT\"}" stints "]}]}]}"
    refused(SECOND(""), PB_E_RULE, "/cars/1/plans/0", "dry race needs two");
    refused(SECOND(", {\"compound\": \"SOFT\", \"in_lap\": 20}"), PB_E_RULE, "/cars/1/plans/0", "dry race needs two");
    refused(SECOND(", {\"compound\": \"HARD\", \"in_lap\": 57}"), PB_E_RULE, "/cars/1/plans/0/stints/1/in_lap",
            "beyond the race");
    refused(SECOND(", {\"compound\": \"HARD\", \"in_lap\": 600}"), PB_E_RANGE, "/cars/1/plans/0/stints/1/in_lap",
            "512");
    refused(SECOND(", {\"compound\": \"HRAD\", \"in_lap\": 20}"), PB_E_RANGE, "/cars/1/plans/0/stints/1/compound",
            "did you mean \"HARD\"");
    refused(SECOND(", {\"in_lap\": 20}"), PB_E_MISSING, "/cars/1/plans/0/stints/1/compound", "missing");
}

PB_TEST(words_are_known_words)
{
    refused(RACE("\"neutral\": {\"phases\": [{\"kind\": \"scc\", \"start_progress\": 1, \"end_progress\": 2}]}, "),
            PB_E_RANGE, "/neutral/phases/0/kind", "did you mean \"sc\"");
    PB_CHECK_EQ(
        read_text(RACE("\"neutral\": {\"actual\": true, \"phases\": [{\"kind\": \"vsc\", \"start_progress\": 1.5, "
                       "\"end_progress\": 2.25}]}, ")),
        PB_OK);
    PB_CHECK_EQ(spec.neutral.phases[0].kind, PB_NEUTRAL_VSC);
}

static void round_trip(const char *path)
{
    pb_bytes bytes;
    PB_CHECK_EQ(pb_wire_write_race(&spec, path, &error), PB_OK);
    PB_CHECK_EQ(pb_file_read(path, 0, &bytes, &error), PB_OK);
    PB_CHECK(pb_wire_is_race((pb_span){bytes.at, bytes.len}));
    pb_status status = pb_wire_read_race((pb_span){bytes.at, bytes.len}, path, &other, &error);
    if (status != PB_OK) print_error("%s\n", error.text);
    PB_CHECK_EQ(status, PB_OK);
    PB_CHECK(memcmp(&spec, &other, sizeof spec) == 0);
    pb_bytes_free(&bytes);
    unlink(path);
}

/* Small pseudo-random walk; good enough to fill fields. */
static uint32_t dice_state;
static double   dice(void)
{
    dice_state = dice_state * 1664525u + 1013904223u;
    return (dice_state >> 8) * (1.0 / 16777216.0);
}

/* Changes numbers everywhere, but keeps every rule between fields. */
static void scramble(void)
{
    spec.base_lap_s = 20 + dice() * 1000;
    spec.pit.loss_s = 3 + dice() * 100;
    for (int i = 0; i < PB_QUANTILES; i++) spec.pit.stop_s[i] = i + dice();
    spec.noise.theta   = dice() * 1.5 - 0.75;
    spec.n_lap_offsets = (uint16_t)(dice() * PB_LAPS_MAX);
    for (int i = 1; i <= spec.n_lap_offsets; i++) spec.lap_offset_s[i] = dice() * 3 - 1;
    spec.weather.known_laps = (uint16_t)(dice() * 57);
    for (int i = 1; i <= spec.weather.known_laps; i++) spec.weather.wetness_frac[i] = dice();
    spec.effects = (uint32_t)(dice() * PB_EFFECTS_ALL);
    for (int c = 0; c < spec.n_cars; c++) {
        spec.cars[c].pace_s                      = dice() * 3 - 1;
        spec.cars[c].plans[0].stints[1].age_laps = dice() * 4;
        spec.cars[c].number                      = (int16_t)(dice() * 99);
    }
    pb_race_spec_note(&spec, "/base_lap_s", (int32_t)(dice() * 1000), "made \"up\", \\ %f", dice());
}

PB_TEST(what_is_written_reads_back_to_the_bit)
{
    char path[] = "race_json_round_trip.tmp.json";
    for (dice_state = 1; dice_state < 60; dice_state++) {
        uint32_t seed = dice_state;
        if (seed % 2)
            pb_sample_race(&spec);
        else
            pb_sample_under_way(&spec);
        scramble();
        round_trip(path);
        dice_state = seed;
    }
}

PB_TEST(a_race_that_would_not_be_read_back_is_not_written)
{
    pb_sample_race(&spec);
    spec.cars[0].pace_s = (double)NAN;
    PB_CHECK_EQ(pb_wire_write_race(&spec, "never.tmp.json", &error), PB_E_RANGE);
    PB_CHECK(access("never.tmp.json", F_OK) != 0);
}

PB_TEST(a_race_file_is_told_from_other_json)
{
    PB_CHECK(pb_wire_is_race(pb_span_of(RACE(""))));
    PB_CHECK(pb_wire_is_race(pb_span_of("\xef\xbb\xbf" RACE(""))));
    PB_CHECK(!pb_wire_is_race(pb_span_of("{\"format\": \"else\"}")));
    PB_CHECK(!pb_wire_is_race(pb_span_of("Driver,LapNumber\n")));
    PB_CHECK(!pb_wire_is_race(pb_span_of("")));
}

PB_TEST(the_published_schema_is_the_table)
{
    char    *text = NULL;
    size_t   len;
    pb_bytes published;
    FILE    *f = open_memstream(&text, &len);
    PB_CHECK(f != NULL);
    PB_CHECK_EQ(pb_wire_write_race_schema(f), PB_OK);
    fclose(f);
    PB_CHECK_EQ(pb_file_read(PB_SOURCE_DIR "/docs/formats/race.schema.json", 0, &published, &error), PB_OK);
    PB_CHECK_TEXT(published.at, text);
    pb_bytes_free(&published);
    free(text);
}

PB_TEST_MAIN(PB_RUN(two_cars_and_their_plans_are_a_whole_race), PB_RUN(a_given_value_replaces_its_default_and_no_other),
             PB_RUN(a_shorter_list_of_start_gaps_goes_on), PB_RUN(lists_by_lap_begin_with_lap_one),
             PB_RUN(an_unknown_key_is_refused_with_the_nearest_name),
             PB_RUN(a_value_outside_its_range_is_refused_with_what_is_allowed),
             PB_RUN(a_value_of_another_type_is_refused), PB_RUN(nan_and_infinity_are_refused),
             PB_RUN(an_empty_cut_or_zeroed_file_is_refused), PB_RUN(every_cut_of_a_race_file_is_refused),
             PB_RUN(a_file_of_another_format_is_refused), PB_RUN(no_cars_too_many_cars_and_a_car_twice_are_refused),
             PB_RUN(plans_that_break_a_rule_are_refused), PB_RUN(words_are_known_words),
             PB_RUN(what_is_written_reads_back_to_the_bit), PB_RUN(a_race_that_would_not_be_read_back_is_not_written),
             PB_RUN(a_race_file_is_told_from_other_json), PB_RUN(the_published_schema_is_the_table))
