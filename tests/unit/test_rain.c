/* Rain seen coming: what happened, what could be seen, and no peeking. */
#include <math.h>

#include "lap_fixture.h"
#include "predict/kinds.h"
#include "predict/rain.h"

#define WET_RACE PB_LAPS_DIR "/races/2023_06_monaco.csv"

static void open_race(pb_race_log *log, pb_race_outcome *outcome, pb_history_race *race)
{
    pb_need_shared(WET_RACE);
    read_file(log, WET_RACE);
    PB_CHECK_EQ(pb_race_outcome_of(log, outcome), PB_OK);
    *race = (pb_history_race){.log = log, .outcome = outcome, .usable = true};
}

PB_TEST(the_field_of_monaco_2023_changes_to_wet_tyres_once)
{
    static pb_race_outcome outcome;
    pb_race_log            log;
    pb_history_race        race;
    pb__truths             truths = {0};
    uint32_t               yes = 0, last = 0;
    open_race(&log, &outcome, &race);
    PB_CHECK_EQ(pb__truth_rain(&race, &truths), PB_OK);
    PB_CHECK_EQ(truths.n, outcome.laps - 1);
    for (size_t i = 0; i < truths.n; i++)
        if (truths.at[i].y > 0) {
            yes++;
            last = truths.at[i].lap;
        }
    PB_CHECK_EQ(yes, PB__RAIN_WINDOW_LAPS);
    PB_CHECK(pb__wet_share(&log, last) <= 0.5 && pb__wet_share(&log, last + 1) > 0.5);
    PB_CHECK(isnan(pb__wet_share(&log, 400)));
    pb__truths_fini(&truths);
    pb_race_log_fini(&log);
}

PB_TEST(a_race_that_ends_at_a_lap_shows_the_same_of_it)
{
    static pb_race_outcome outcome, cut;
    for (uint32_t lap = 5; lap < 70; lap += 13) {
        pb_race_log     log;
        pb_history_race race;
        double          whole[PB__RAIN_FEATURES], part[PB__RAIN_FEATURES];
        open_race(&log, &outcome, &race);
        PB_CHECK(pb__rain_features(&race, lap, whole));
        pb_race_log_cut(&log, lap);
        PB_CHECK_EQ(pb_race_outcome_of(&log, &cut), PB_OK);
        race.outcome = &cut;
        PB_CHECK(pb__rain_features(&race, lap, part));
        PB_CHECK_EQ(memcmp(whole, part, sizeof whole), 0);
        pb_race_log_fini(&log);
    }
}

PB_TEST(readings_after_the_moment_are_not_seen_and_none_is_said_to_be_unknown)
{
    static pb_race_outcome outcome;
    pb_race_log            log;
    pb_history_race        race;
    double                 row[PB__RAIN_FEATURES];
    open_race(&log, &outcome, &race);
    PB_CHECK(pb__rain_features(&race, 20, row));
    PB_CHECK_NEAR(row[3], 0.02, 0);
    pb_weather_row w[2] = {{.session_ms = outcome.lead_ms[20] - 60000, .rain = 0},
                           {.session_ms = outcome.lead_ms[20] + 1, .rain = 1}};
    race.weather        = w;
    race.n_weather      = 2;
    PB_CHECK(pb__rain_features(&race, 20, row));
    PB_CHECK_NEAR(row[3], 0, 0);
    PB_CHECK(pb__rain_features(&race, 21, row));
    PB_CHECK_NEAR(row[3], 1, 0);
    PB_CHECK_NEAR(row[4], 0.5, 0);
    pb_race_log_fini(&log);
}

PB_TEST(without_any_race_the_answer_is_a_small_base_rate)
{
    const pb_learn_options options = {.threads = 1, .seed = 1};
    const pb_history       nothing = {0};
    pb_model              *model   = NULL;
    double                 b[PB__RAIN_FEATURES + 1];
    PB_CHECK_EQ(pb_model_create("rain", &model, NULL), PB_OK);
    PB_CHECK_EQ(pb__kind_rain.model.train(&nothing, &options, model, NULL), PB_OK);
    PB_CHECK_EQ(pb_model_get(model, "slicks", b, PB__RAIN_FEATURES + 1, NULL), PB_OK);
    PB_CHECK_NEAR(1 / (1 + exp(-b[0])), 0.02, 1e-6);
    PB_CHECK_NEAR(b[1], 0, 0);
    pb_model_destroy(model);
}

PB_TEST_MAIN(PB_RUN(the_field_of_monaco_2023_changes_to_wet_tyres_once),
             PB_RUN(a_race_that_ends_at_a_lap_shows_the_same_of_it),
             PB_RUN(readings_after_the_moment_are_not_seen_and_none_is_said_to_be_unknown),
             PB_RUN(without_any_race_the_answer_is_a_small_base_rate))
