/* A race looked back upon, in words: every sentence names the driver its number
 * belongs to. */
#include <math.h>

#include "lap_fixture.h"
#include "pitboard/narrate_review.h"

/* Two cars of the Spanish race are enough to talk about. */
typedef struct talk {
    pb_race_log      log;
    pb_race_outcome  outcome;
    pb_neutral_phase phases[8];
    pb_review_stop   stop;
    pb_pair_case     pair;
    pb_review        review;
    uint8_t          ver, ham, rus;
} talk;

static talk *begin(void)
{
    talk *t = calloc(1, sizeof *t);
    assert_non_null(t);
    read_file(&t->log, PB_SOURCE_DIR "/data/races/2023_07_spanish.csv");
    PB_CHECK_EQ(pb_race_outcome_of(&t->log, &t->outcome), PB_OK);
    t->ver  = (uint8_t)car_index(&t->log, "VER");
    t->ham  = (uint8_t)car_index(&t->log, "HAM");
    t->rus  = (uint8_t)car_index(&t->log, "RUS");
    t->stop = (pb_review_stop){.car         = t->ver,
                               .in_lap      = 26,
                               .number      = 1,
                               .from        = PB_COMPOUND_MEDIUM,
                               .to          = PB_COMPOUND_HARD,
                               .age_laps    = 26,
                               .asked       = true,
                               .action      = PB_ACTION_STAY_OUT,
                               .compound    = PB_COMPOUND_HARD,
                               .target_lap  = 31,
                               .gain        = {0.45, 0.1, 0.8},
                               .confidence  = 0.72,
                               .clear       = true,
                               .sure        = "likely 72 %",
                               .looked_from = 20,
                               .gave        = {1, 3, 1, 33, 1, 1}};
    t->pair.pair =
        (pb_pair){.car = t->ver, .other = t->ham, .lap = 26, .answer_lap = 30, .end_lap = 31, .gain_s = 2.14};
    t->review = (pb_review){.race    = {&t->log, &t->outcome, t->phases, 0},
                            .stops   = &t->stop,
                            .n_stops = 1,
                            .pairs   = &t->pair,
                            .n_pairs = 1,
                            .learned = "learned from races up to round 6 of 2023",
                            .trials  = 2000,
                            .only    = -1};
    return t;
}

static void end(talk *t)
{
    pb_race_log_fini(&t->log);
    free(t);
}

PB_TEST(what_we_would_have_said_names_the_car_and_who_was_in_the_lane)
{
    char  text[PB_REVIEW_SENTENCE_MAX];
    talk *t = begin();
    pb_review_said(&t->review, &t->stop, text, sizeof text);
    PB_CHECK_TEXT(text, "We would have told VER: STAY_OUT to lap 31 (likely 72 %; +0.45 points by our own simulator).");
    t->stop.n_boxed  = 2;
    t->stop.boxed[0] = t->ham;
    t->stop.boxed[1] = t->rus;
    t->stop.action   = PB_ACTION_BOX;
    t->stop.gain     = (pb_gain){0.001, -0.1, 0.1};
    pb_review_said(&t->review, &t->stop, text, sizeof text);
    PB_CHECK_TEXT(text, "With HAM and RUS in the lane we would have told VER: BOX hard (likely 72 %).");
    t->stop.n_boxed = 5;
    for (uint8_t i = 2; i < 5; i++) t->stop.boxed[i] = i;
    pb_review_said(&t->review, &t->stop, text, sizeof text);
    PB_CHECK_HAS(text, "and 2 more in the lane we would have told VER");
    end(t);
}

PB_TEST(a_stop_without_a_call_says_why)
{
    char  text[PB_REVIEW_SENTENCE_MAX];
    talk *t       = begin();
    t->stop.asked = false;
    snprintf(t->stop.why, sizeof t->stop.why, "too early");
    pb_review_said(&t->review, &t->stop, text, sizeof text);
    PB_CHECK_TEXT(text, "For VER there is no call: too early.");
    end(t);
}

PB_TEST(what_a_stop_gave_is_said_as_far_as_it_is_known)
{
    char  text[PB_REVIEW_SENTENCE_MAX];
    talk *t = begin();
    pb_review_gave(&t->review, &t->stop, text, sizeof text);
    PB_CHECK_TEXT(text, "VER stopped on lap 26 for hard tyres: P1 before, P3 after the out-lap, P1 by lap 33.");
    t->stop.flag = PB_NEUTRAL_SC;
    t->stop.gave = (pb_stop_cycle){.before = 2, .over_lap = 66, .over = 4};
    pb_review_gave(&t->review, &t->stop, text, sizeof text);
    PB_CHECK_TEXT(text, "VER stopped on lap 26 for hard tyres under the safety car: P2 before, P4 at the end.");
    t->stop.red  = true;
    t->stop.gave = (pb_stop_cycle){0};
    pb_review_gave(&t->review, &t->stop, text, sizeof text);
    PB_CHECK_TEXT(text, "VER changed to hard tyres under the red flag on lap 26.");
    end(t);
}

PB_TEST(a_pair_names_both_cars_and_whose_gain_it_was)
{
    char  text[PB_REVIEW_SENTENCE_MAX];
    talk *t = begin();
    PB_CHECK(pb_review_pair(&t->review, &t->pair.pair, text, sizeof text));
    PB_CHECK_TEXT(text, "Against HAM, who stopped 4 laps later, VER gained 2.1 s by the end of lap 31.");
    t->pair.pair.gain_s     = -0.5;
    t->pair.pair.answer_lap = 0;
    PB_CHECK(pb_review_pair(&t->review, &t->pair.pair, text, sizeof text));
    PB_CHECK_TEXT(text, "Against HAM, who made no stop after that, VER lost 0.5 s by the end of lap 31.");
    t->pair.pair.gain_s      = (double)NAN;
    t->pair.pair.gain_places = -1;
    PB_CHECK(pb_review_pair(&t->review, &t->pair.pair, text, sizeof text));
    t->pair.pair.place_before[0] = 1;
    t->pair.pair.place_before[1] = 3;
    t->pair.pair.place_end[0]    = 2;
    t->pair.pair.place_end[1]    = 1;
    t->pair.pair.gain_places     = -3; /* of both: VER itself lost one */
    PB_CHECK(pb_review_pair(&t->review, &t->pair.pair, text, sizeof text));
    PB_CHECK_HAS(text, "VER went from P1 to P2 and HAM from P3 to P1 by the end of lap 31: "
                       "a swing of 3 places against VER.");
    t->pair.pair.place_end[0] = 1;
    t->pair.pair.place_end[1] = 4;
    t->pair.pair.gain_places  = 1;
    PB_CHECK(pb_review_pair(&t->review, &t->pair.pair, text, sizeof text));
    PB_CHECK_HAS(text, "VER went from P1 to P1 and HAM from P3 to P4 by the end of lap 31: a swing of 1 place to VER.");
    t->pair.pair.gain_places = 0;
    PB_CHECK(!pb_review_pair(&t->review, &t->pair.pair, text, sizeof text));
    PB_CHECK_TEXT(text, "");
    end(t);
}

PB_TEST(a_text_is_cut_where_there_is_no_room)
{
    talk *t = begin();
    for (size_t cap = 1; cap < 60; cap++) {
        char text[64];
        memset(text, 'x', sizeof text);
        pb_review_said(&t->review, &t->stop, text, cap);
        PB_CHECK(strlen(text) < cap);
        PB_CHECK_EQ(text[cap], 'x');
        pb_review_gave(&t->review, &t->stop, text, cap);
        PB_CHECK(strlen(text) < cap);
        (void)pb_review_pair(&t->review, &t->pair.pair, text, cap);
        PB_CHECK(strlen(text) < cap);
    }
    char none = 'x';
    pb_review_said(&t->review, &t->stop, &none, 0);
    PB_CHECK_EQ(none, 'x');
    end(t);
}

static char *page(const talk *t, bool charts)
{
    char  *text = NULL;
    size_t len  = 0;
    FILE  *to   = open_memstream(&text, &len);
    assert_non_null(to);
    pb_review_markdown(&t->review, charts, to);
    PB_CHECK_EQ(fclose(to), 0);
    return text;
}

PB_TEST(the_page_has_pairs_cars_stops_and_caveats)
{
    talk    *t       = begin();
    pb_error error   = {0};
    t->stop.caveats  = 1u << PB_CAVEAT_LUCK | 1u << PB_CAVEAT_SEEN;
    t->pair.car_said = t->pair.other_said = PB_PAIR_SAID_STAY;
    PB_CHECK_EQ(pb_pairs_score(&t->pair, 1, PB_PAIR_BY_STOP, 10, &t->review.by_stop, &error), PB_OK);
    char *text = page(t, true);
    PB_CHECK_HAS(text, "# 2023 Spanish Grand Prix");
    PB_CHECK_HAS(text, "66 laps, 20 cars, 1 stop.");
    PB_CHECK_HAS(text, "(strategy.svg)");
    PB_CHECK_HAS(text, "| by our call for the car that stopped | 1 | 0 % |"); /* VER gained, we said stay */
    PB_CHECK_HAS(text, "**VER** finished P1");
    PB_CHECK_HAS(text, "We would have told VER to BOX on none of the laps 20 to 26.");
    PB_CHECK_HAS(text, "Against HAM, who stopped 4 laps later");
    PB_CHECK_HAS(text,
                 "| VER | 26 | green | medium 26 | hard | STAY_OUT to lap 31 | likely 72 % |  | 1, 1, 1 | luck |");
    PB_CHECK_HAS(text, "- luck: ");
    PB_CHECK_HAS(text, "- seen: ");
    PB_CHECK_HAS(text, "- self: our simulator judges by itself");
    PB_CHECK(strstr(text, "- near_tie") == NULL);
    free(text);
    t->review.only = t->ham;
    text           = page(t, false);
    PB_CHECK_HAS(text, "Only HAM.");
    PB_CHECK(strstr(text, "svg") == NULL && strstr(text, "**VER**") == NULL);
    PB_CHECK_HAS(text, "**HAM** finished P2");
    free(text);
    end(t);
}

PB_TEST(a_call_that_the_team_made_too_is_marked)
{
    talk *t           = begin();
    t->stop.action    = PB_ACTION_UNDERCUT;
    t->stop.first_box = 23;
    char *text        = page(t, false);
    PB_CHECK_HAS(text, "| UNDERCUT hard = |");
    PB_CHECK_HAS(text, "The first BOX for VER was on lap 23.");
    free(text);
    t->stop.compound = PB_COMPOUND_SOFT;
    text             = page(t, false);
    PB_CHECK_HAS(text, "| UNDERCUT soft |");
    free(text);
    end(t);
}

PB_TEST(every_caveat_has_a_key_and_words)
{
    for (int k = 0; k < PB_CAVEAT_N; k++) {
        PB_CHECK(strlen(pb_caveat_key((pb_caveat)k)) > 1);
        PB_CHECK(strlen(pb_caveat_words((pb_caveat)k)) > 10);
        PB_CHECK(strchr(pb_caveat_words((pb_caveat)k), '\n') == NULL);
    }
    PB_CHECK_TEXT(pb_caveat_key(PB_CAVEAT_N), "?");
}

PB_TEST_MAIN(PB_RUN(what_we_would_have_said_names_the_car_and_who_was_in_the_lane),
             PB_RUN(a_stop_without_a_call_says_why), PB_RUN(what_a_stop_gave_is_said_as_far_as_it_is_known),
             PB_RUN(a_pair_names_both_cars_and_whose_gain_it_was), PB_RUN(a_text_is_cut_where_there_is_no_room),
             PB_RUN(the_page_has_pairs_cars_stops_and_caveats), PB_RUN(a_call_that_the_team_made_too_is_marked),
             PB_RUN(every_caveat_has_a_key_and_words))
