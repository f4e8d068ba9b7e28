/* What a race is called. */
#include "pb_test.h"
#include "pitboard/race.h"

static void check_title(int16_t season, const char *event, bool sprint, const char *want)
{
    pb_race_log log;
    char        title[80];
    pb_race_log_init(&log);
    log.season = season;
    log.sprint = sprint;
    snprintf(log.event, sizeof log.event, "%s", event);
    pb_race_log_title(&log, title, sizeof title);
    PB_CHECK_TEXT(title, want);
    pb_race_log_fini(&log);
}

PB_TEST(every_word_of_the_event_gets_a_capital)
{
    check_title(2023, "spanish", false, "2023 Spanish Grand Prix");
    check_title(2021, "saudi_arabian", false, "2021 Saudi Arabian Grand Prix");
    check_title(2025, "miami", true, "2025 Miami Sprint");
}

PB_TEST(a_race_that_names_neither_season_nor_event_is_called_so)
{
    check_title(0, "", false, "a race without a name");
    check_title(0, "club_race", false, "Club Race");
}

PB_TEST(a_title_that_does_not_fit_is_cut)
{
    pb_race_log log;
    char        title[8];
    pb_race_log_init(&log);
    log.season = 2023;
    snprintf(log.event, sizeof log.event, "spanish");
    pb_race_log_title(&log, title, sizeof title);
    PB_CHECK_TEXT(title, "2023 Sp");
    pb_race_log_fini(&log);
}

PB_TEST_MAIN(PB_RUN(every_word_of_the_event_gets_a_capital),
             PB_RUN(a_race_that_names_neither_season_nor_event_is_called_so), PB_RUN(a_title_that_does_not_fit_is_cut))
