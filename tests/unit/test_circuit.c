/* Circuits under all their names, their length and race distance. */
#include "lap_fixture.h"

static const char *id(const char *name, int season)
{
    return pb_circuit_id(pb_span_of(name), season);
}

PB_TEST(a_circuit_is_known_by_event_track_and_reference_name)
{
    PB_CHECK_TEXT(id("spanish", 2023), "barcelona");
    PB_CHECK_TEXT(id("Catalunya", 2018), "barcelona");
    PB_CHECK_TEXT(id("Spanish Grand Prix", 2025), "barcelona");
    PB_CHECK_TEXT(id("Circuit de Barcelona-Catalunya", 0), "barcelona");
    PB_CHECK_TEXT(id("S\xC3\xA3o Paulo Grand Prix", 2022), "sao_paulo");
    PB_CHECK_TEXT(id("Sa\xCC\x83o Paulo", 2022), "sao_paulo"); /* the accent as a character of its own */
    PB_CHECK_TEXT(id("SaoPaulo", 2017), "sao_paulo");
    PB_CHECK_TEXT(id("brazilian", 2018), "sao_paulo");
    PB_CHECK_TEXT(id("interlagos", 0), "sao_paulo");
    PB_CHECK_TEXT(id("YasMarina", 2016), "yas_marina");
    PB_CHECK_TEXT(id("N\xC3\xBCrburgring", 2020), "nurburgring");
    PB_CHECK_TEXT(id("2025 Belgian Grand Prix", 2025), "spa");
    PB_CHECK_TEXT(id("emilia_romagna_sprint", 2022), "imola");
}

PB_TEST(one_track_under_two_events_has_one_id_and_two_tracks_under_one_event_have_two)
{
    PB_CHECK_TEXT(id("austrian", 2021), id("styrian", 2021));
    PB_CHECK_TEXT(id("british", 2020), id("70th_anniversary", 2020));
    PB_CHECK_TEXT(id("spanish", 2026), "madrid");
    PB_CHECK_TEXT(id("barcelona", 2026), "barcelona");
    PB_CHECK_TEXT(id("bahrain", 2020), "bahrain");
    PB_CHECK_TEXT(id("sakhir", 2020), "sakhir_outer");
    PB_CHECK_TEXT(id("Sakhir", 2018), "bahrain");
    PB_CHECK_TEXT(id("german", 2019), "hockenheim");
    PB_CHECK_TEXT(id("german", 2013), "nurburgring");
    PB_CHECK_TEXT(id("european", 2016), "baku");
    PB_CHECK_TEXT(id("european", 2012), "valencia");
}

PB_TEST(a_name_that_is_no_circuit_is_not_guessed)
{
    PB_CHECK(id("", 2023) == NULL);
    PB_CHECK(id("atlantis", 2023) == NULL);
    PB_CHECK(id("spa nish", 2023) != NULL); /* blanks and '_' do not count */
    PB_CHECK(id("\xFF\xFE\xC3", 2023) == NULL);
}

PB_TEST(race_distance_follows_from_the_length_of_a_lap)
{
    PB_CHECK_EQ(pb_scheduled_laps("barcelona", 2023, false), 66);
    PB_CHECK_EQ(pb_scheduled_laps("monaco", 2023, false), 78);
    PB_CHECK_EQ(pb_scheduled_laps("spa", 2023, false), 44);
    PB_CHECK_EQ(pb_scheduled_laps("sakhir_outer", 2020, false), 87);
    PB_CHECK_EQ(pb_scheduled_laps("yas_marina", 2020, false), 55);
    PB_CHECK_EQ(pb_scheduled_laps("yas_marina", 2021, false), 58);
    PB_CHECK_EQ(pb_scheduled_laps("singapore", 2022, false), 61);
    PB_CHECK_EQ(pb_scheduled_laps("singapore", 2023, false), 62);
    PB_CHECK_EQ(pb_scheduled_laps("silverstone", 2021, true), 17);
    PB_CHECK_EQ(pb_scheduled_laps("sao_paulo", 2021, true), 24);
    PB_CHECK_EQ(pb_scheduled_laps("atlantis", 2021, false), 0);
    PB_CHECK_EQ(pb_scheduled_laps("norisring", 2021, false), 0);
    PB_CHECK_NEAR(pb_circuit_length_m("spa", 2023), 7004, 0);
    PB_CHECK_NEAR(pb_circuit_length_m(NULL, 2023), 0, 0);
}

typedef struct tally {
    int as_scheduled, shorter, longer;
} tally;

static void compare_distance(const pb_race_log *log, void *data)
{
    tally          *t = data;
    pb_race_outcome o;
    PB_CHECK_EQ(pb_race_outcome_of(log, &o), PB_OK);
    int planned = pb_scheduled_laps(log->circuit, log->season, log->sprint);
    if (o.laps == planned)
        t->as_scheduled++;
    else if (o.laps < planned)
        t->shorter++;
    else
        t->longer++;
}

PB_TEST(the_races_of_2018_to_2026_ran_the_scheduled_distance_unless_they_were_cut)
{
    tally races = {0}, sprints = {0};
    pb_need_shared(PB_LAPS_DIR "/races");
    for_each_race("races", compare_distance, &races);
    for_each_race("sprints", compare_distance, &sprints);
    PB_CHECK_EQ(races.longer + sprints.longer, 0);
    PB_CHECK_EQ(races.as_scheduled,
                135); /* of 146: nine were shortened, two have faulty lap numbers (2020 R1, 2024 R8) */
    PB_CHECK_EQ(sprints.as_scheduled, 23); /* of 27 */
}

PB_TEST(circuits_that_are_known_are_listed_once_each)
{
    uint32_t n = 0;
    for (; pb_circuit_known(n); n++) {
        PB_CHECK_TEXT(pb_circuit_id(pb_span_of(pb_circuit_known(n)), 9999), pb_circuit_known(n));
        for (uint32_t i = 0; i < n; i++) PB_CHECK(strcmp(pb_circuit_known(i), pb_circuit_known(n)) != 0);
    }
    PB_CHECK(n > 30 && pb_circuit_known(n + 1) == NULL);
}

PB_TEST_MAIN(PB_RUN(a_circuit_is_known_by_event_track_and_reference_name),
             PB_RUN(one_track_under_two_events_has_one_id_and_two_tracks_under_one_event_have_two),
             PB_RUN(circuits_that_are_known_are_listed_once_each), PB_RUN(a_name_that_is_no_circuit_is_not_guessed),
             PB_RUN(race_distance_follows_from_the_length_of_a_lap),
             PB_RUN(the_races_of_2018_to_2026_ran_the_scheduled_distance_unless_they_were_cut))
