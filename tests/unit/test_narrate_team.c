/* Two cars of a team in words. */
#include <math.h>

#include "pitboard/narrate_call.h"
#include "race_fixture.h"

/* RUS, whose call it is, behind BOT; VER is out. */
static pb_race_spec *three_cars(void)
{
    static const char *const codes[] = {"RUS", "BOT", "VER"};
    pb_race_spec            *spec    = fixture_plain(3);
    spec->from_lap                   = 26;
    for (uint32_t c = 0; c < 3; c++) {
        snprintf(spec->cars[c].code, sizeof spec->cars[c].code, "%s", codes[c]);
        spec->cars[c].state.running = c != 2;
    }
    return spec;
}

typedef bool (*sayer)(const pb_race_spec *, const pb_call *, char *, size_t);

static const char *said(sayer say, pb_call_team team)
{
    static char   text[PB_SENTENCE_MAX];
    pb_race_spec *spec = three_cars();
    const pb_call call = {.car = 0, .lap = 26, .laps = 57, .team = team};
    bool          good = say(spec, &call, text, sizeof text);
    PB_CHECK_EQ(good, text[0] != '\0');
    free(spec);
    return text;
}

PB_TEST(the_joint_call_names_one_of_both_split_and_neither)
{
    PB_CHECK_TEXT(said(pb_narrate_team, (pb_call_team){.mate = 1, .option = PB_TEAM_BOTH, .first = 1, .wait_s = 2.04}),
                  "both now, BOT before RUS, which waits 2.0 s");
    PB_CHECK_TEXT(said(pb_narrate_team,
                       (pb_call_team){.mate = 1, .option = PB_TEAM_SPLIT, .first = 1, .own_lap = 40, .wait_s = 2.04}),
                  "BOT now, RUS stays out to lap 40; both now would wait 2.0 s");
    PB_CHECK_TEXT(said(pb_narrate_team, (pb_call_team){.mate = 1, .option = PB_TEAM_SPLIT, .first = 0, .own_lap = 27}),
                  "RUS now, BOT stays out to the end");
    PB_CHECK_TEXT(said(pb_narrate_team, (pb_call_team){.mate = 1, .option = PB_TEAM_NEITHER}), "neither now");
}

PB_TEST(what_the_gain_is_measured_against_is_said)
{
    PB_CHECK_TEXT(said(pb_narrate_team_against, (pb_call_team){.against = PB_TEAM_SPLIT, .against_first = 1}),
                  "only BOT now");
    PB_CHECK_TEXT(said(pb_narrate_team_against, (pb_call_team){.against = PB_TEAM_NEITHER}), "neither now");
    PB_CHECK_TEXT(said(pb_narrate_team_against, (pb_call_team){.against = PB_TEAM_UNKNOWN}), "");
}

PB_TEST(a_single_call_that_is_turned_is_told_with_why)
{
    pb_call_team t = {.mate = 1, .option = PB_TEAM_SPLIT, .first = 1, .own_alone = true, .turns_call = true};
    PB_CHECK_TEXT(said(pb_narrate_team_turn, t), "alone RUS boxes; with BOT in on this lap it stays out");
    t.option = PB_TEAM_NEITHER;
    PB_CHECK_TEXT(said(pb_narrate_team_turn, t), "alone RUS boxes; with BOT staying out it stays out");
    t.own_alone = false;
    t.option    = PB_TEAM_BOTH;
    PB_CHECK_TEXT(said(pb_narrate_team_turn, t), "alone RUS stays out; with BOT in on this lap it boxes");
    t.turns_call = false;
    PB_CHECK_TEXT(said(pb_narrate_team_turn, t), "");
}

PB_TEST(a_swap_says_who_lets_whom_by_or_why_not)
{
    pb_team_swap s = {.swap = PB_SWAP_NOW, .front = 0, .rear = 1, .faster_s = 0.62, .p_ahead = 0.21};
    PB_CHECK_TEXT(said(pb_narrate_swap, (pb_call_team){.mate = 1, .swap = s}),
                  "swap now, RUS lets BOT by: BOT behind is 0.6 s a lap faster and ends ahead anyway with chance 21 %");
    s.swap     = PB_SWAP_NO_GAIN;
    s.faster_s = -0.3;
    PB_CHECK_HAS(said(pb_narrate_swap, (pb_call_team){.mate = 1, .swap = s}),
                 "no swap: it gains nothing; BOT behind is 0.3 s a lap slower");
    s.swap = PB_SWAP_FLAG;
    PB_CHECK_HAS(said(pb_narrate_swap, (pb_call_team){.mate = 1, .swap = s}), "no swap: nobody may pass now");
    s.swap = PB_SWAP_UNKNOWN;
    PB_CHECK_TEXT(said(pb_narrate_swap, (pb_call_team){.mate = 1, .swap = s}), "");
}

PB_TEST(a_mate_that_is_out_is_never_named)
{
    pb_call_team t  = {.mate = 2, .option = PB_TEAM_SPLIT, .first = 2, .turns_call = true};
    t.against       = PB_TEAM_SPLIT;
    t.against_first = 2;
    t.swap          = (pb_team_swap){.swap = PB_SWAP_NOW, .front = 0, .rear = 2};
    PB_CHECK_TEXT(said(pb_narrate_team, t), "");
    PB_CHECK_TEXT(said(pb_narrate_team_turn, t), "");
    PB_CHECK_TEXT(said(pb_narrate_team_against, t), "");
    PB_CHECK_TEXT(said(pb_narrate_swap, t), "");
}

PB_TEST(a_gain_in_chance_is_said_in_percentage_points_with_its_sign)
{
    pb_race_spec *spec = three_cars();
    const pb_call call = {.car = 0, .lap = 26, .laps = 57};
    char          text[PB_SENTENCE_MAX];
    const pb_fact gain = {.kind = PB_FACT_PROB_GAIN, .car = PB_CALL_NOBODY, .value = -0.0123};
    PB_CHECK(pb_narrate_fact(spec, &call, &gain, text, sizeof text));
    PB_CHECK_TEXT(text, "RUS: -1.2 percentage points of chance against the next best call");
    const pb_fact tie = {.kind = PB_FACT_TIE_PROB, .car = PB_CALL_NOBODY, .value = 0.004};
    PB_CHECK(pb_narrate_fact(spec, &call, &tie, text, sizeof text));
    PB_CHECK_TEXT(text, "RUS: the best two calls differ by 0.4 percentage points of chance");
    free(spec);
}

PB_TEST_MAIN(PB_RUN(the_joint_call_names_one_of_both_split_and_neither),
             PB_RUN(what_the_gain_is_measured_against_is_said), PB_RUN(a_single_call_that_is_turned_is_told_with_why),
             PB_RUN(a_swap_says_who_lets_whom_by_or_why_not), PB_RUN(a_mate_that_is_out_is_never_named),
             PB_RUN(a_gain_in_chance_is_said_in_percentage_points_with_its_sign))
