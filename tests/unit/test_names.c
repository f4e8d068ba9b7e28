/* Teams, drivers, compounds and events under the names that sources use. */
#include "lap_fixture.h"

static void team_is(const char *name, int season, const char *want)
{
    char id[40];
    pb_team_id(pb_span_of(name), season, id, sizeof id);
    PB_CHECK_TEXT(id, want);
}

static const char *code(const char *name)
{
    return pb_driver_code(pb_span_of(name));
}

PB_TEST(a_team_keeps_its_id_through_sales_and_sponsors)
{
    team_is("Toro Rosso", 2019, "faenza");
    team_is("AlphaTauri", 2021, "faenza");
    team_is("RB", 2024, "faenza");
    team_is("RB F1 Team", 2024, "faenza");
    team_is("Racing Bulls", 2026, "faenza");
    team_is("Sauber", 2018, "hinwil");
    team_is("Alfa Romeo Racing", 2020, "hinwil");
    team_is("Alfa Romeo", 2023, "hinwil");
    team_is("Kick Sauber", 2025, "hinwil");
    team_is("Audi", 2026, "hinwil");
    team_is("Force India", 2018, "silverstone");
    team_is("Racing Point", 2020, "silverstone");
    team_is("Aston Martin", 2021, "silverstone");
    team_is("Renault", 2020, "enstone");
    team_is("Alpine F1 Team", 2022, "enstone");
    team_is("Lotus F1", 2013, "enstone");
    team_is("Lotus", 2011, "caterham");
    team_is("Haas F1 Team", 2023, "haas");
    team_is("HaasF1Team", 2018, "haas");
    team_is("RedBull", 2017, "red_bull");
    team_is("Red Bull Racing", 2023, "red_bull");
    team_is("Manor Marussia", 2015, "banbury");
}

PB_TEST(an_unknown_team_keeps_its_own_name_in_lower_case)
{
    char small[4];
    team_is("Scuderia Nowhere", 2023, "scuderia_nowhere");
    team_is("", 2023, "");
    pb_team_id(pb_span_of("Scuderia Nowhere"), 2023, small, sizeof small);
    PB_CHECK_TEXT(small, "scu");
}

PB_TEST(a_driver_is_known_by_code_surname_full_name_and_reference)
{
    PB_CHECK_TEXT(code("VER"), "VER");
    PB_CHECK_TEXT(code("ver"), "VER");
    PB_CHECK_TEXT(code("verstappen"), "VER");
    PB_CHECK_TEXT(code("Max Verstappen"), "VER");
    PB_CHECK_TEXT(code("Max VERSTAPPEN"), "VER");
    PB_CHECK_TEXT(code("max_verstappen"), "VER");
    PB_CHECK_TEXT(code("M. Verstappen"), "VER");
    PB_CHECK_TEXT(code("Sergio P\xC3\xA9rez"), "PER");
    PB_CHECK_TEXT(code("Kimi R\xC3\xA4ikk\xC3\xB6nen"), "RAI");
    PB_CHECK_TEXT(code("Nico Hulkenberg"), "HUL");
    PB_CHECK_TEXT(code("Zhou Guanyu"), "ZHO");
    PB_CHECK_TEXT(code("Carlos Sainz Jr."), "SAI");
    PB_CHECK_TEXT(code("Kimi Antonelli"), "ANT");
    PB_CHECK_TEXT(code("Andrea Kimi Antonelli"), "ANT");
    PB_CHECK_TEXT(code("Alex Albon"), "ALB");
    PB_CHECK_TEXT(code("Nyck de Vries"), "DEV");
    PB_CHECK_TEXT(code("di Resta"), "DIR");
    PB_CHECK_TEXT(code("J\xC3\xA9r\xC3\xB4me d'Ambrosio"), "DAM");
    PB_CHECK_TEXT(code("Mick Schumacher"), "MSC");
    PB_CHECK_TEXT(code("rosa"), "DLR");
    PB_CHECK_TEXT(code("lindblad"), "LIN");
}

PB_TEST(a_name_that_is_no_driver_is_not_guessed)
{
    PB_CHECK(code("") == NULL);
    PB_CHECK(code("XYZ") == NULL);
    PB_CHECK(code("Max") == NULL);
    PB_CHECK(code("\xF0\x9F\x8F\x8E") == NULL);
}

static void cars_are_known(const pb_race_log *log, void *data)
{
    (void)data;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        char id[40];
        PB_CHECK(pb_driver_code(pb_span_of(log->cars[c].code)) != NULL);
        pb_team_id(pb_span_of(log->cars[c].team), log->season, id, sizeof id);
        PB_CHECK(strchr(id, ' ') == NULL && strlen(id) > 2);
    }
}

PB_TEST(every_driver_of_2018_to_2026_has_a_code)
{
    pb_need_shared(PB_LAPS_DIR "/races");
    PB_CHECK_EQ(for_each_race("races", cars_are_known, NULL), 146);
    PB_CHECK_EQ(for_each_race("sprints", cars_are_known, NULL), 27);
}

static void surname_is(const char *code, int season, const char *want)
{
    char name[32];
    PB_CHECK_EQ(pb_driver_surname(pb_span_of(code), season, name, sizeof name), *want != '\0');
    PB_CHECK_TEXT(name, want);
}

PB_TEST(a_code_has_a_surname_and_the_season_tells_two_persons_apart)
{
    char small[5];
    surname_is("NOR", 2024, "Norris");
    surname_is("nor", 2024, "Norris");
    surname_is("DEV", 2023, "De Vries");
    surname_is("VDG", 2014, "Van Der Garde");
    surname_is("VER", 2013, "Vergne");
    surname_is("VER", 2015, "Verstappen");
    surname_is("HAR", 2016, "Haryanto");
    surname_is("HAR", 2018, "Hartley");
    surname_is("MSC", 2011, "Schumacher");
    surname_is("MSC", 2022, "Schumacher");
    surname_is("C07", 2024, "");
    surname_is("", 2024, "");
    PB_CHECK(!pb_driver_surname(pb_span_of("NOR"), 2024, small, sizeof small));
    PB_CHECK_TEXT(small, "");
    PB_CHECK(pb_driver_surname(pb_span_of("ZHO"), 2024, small, sizeof small));
    PB_CHECK_TEXT(small, "Zhou");
}

PB_TEST(compounds_are_named_and_read_back)
{
    for (int k = 0; k < PB_COMPOUND_N; k++)
        PB_CHECK_EQ(pb_compound_from_name(pb_span_of(pb_compound_name((pb_compound)k))), k);
    PB_CHECK_EQ(pb_compound_from_name(pb_span_of(" soft ")), PB_COMPOUND_SOFT);
    PB_CHECK_EQ(pb_compound_from_name(pb_span_of("TEST_UNKNOWN")), PB_COMPOUND_UNKNOWN);
    PB_CHECK_EQ(pb_compound_from_name(pb_span_of("nan")), PB_COMPOUND_UNKNOWN);
    PB_CHECK_TEXT(pb_compound_name((pb_compound)77), "UNKNOWN");
    PB_CHECK(pb_compound_is_wet(PB_COMPOUND_WET) && pb_compound_is_wet(PB_COMPOUND_INTERMEDIATE));
    PB_CHECK(!pb_compound_is_wet(PB_COMPOUND_SOFT));
}

PB_TEST(an_event_is_named_as_files_name_it)
{
    char slug[48];
    pb_event_slug(pb_span_of("S\xC3\xA3o Paulo Grand Prix"), slug, sizeof slug);
    PB_CHECK_TEXT(slug, "sao_paulo");
    pb_event_slug(pb_span_of("70th Anniversary Grand Prix"), slug, sizeof slug);
    PB_CHECK_TEXT(slug, "70th_anniversary");
}

PB_TEST_MAIN(PB_RUN(a_team_keeps_its_id_through_sales_and_sponsors),
             PB_RUN(an_unknown_team_keeps_its_own_name_in_lower_case),
             PB_RUN(a_driver_is_known_by_code_surname_full_name_and_reference),
             PB_RUN(a_name_that_is_no_driver_is_not_guessed),
             PB_RUN(a_code_has_a_surname_and_the_season_tells_two_persons_apart),
             PB_RUN(every_driver_of_2018_to_2026_has_a_code), PB_RUN(compounds_are_named_and_read_back),
             PB_RUN(an_event_is_named_as_files_name_it))
