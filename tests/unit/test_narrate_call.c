/* A call in words: every fact, flip, rule, confidence and radio sentence. */
#include <math.h>

#include "pitboard/codec.h"
#include "pitboard/narrate_call.h"
#include "race_fixture.h"

/* The call of car 0, LEC; HAM, NOR and VDG run, SAI is out. */
static pb_race_spec *five_cars(void)
{
    static const char *const codes[] = {"LEC", "HAM", "NOR", "VDG", "SAI"};
    pb_race_spec            *spec    = fixture_plain(5);
    spec->season                     = 2024;
    spec->from_lap                   = 26;
    for (uint32_t c = 0; c < 5; c++) {
        snprintf(spec->cars[c].code, sizeof spec->cars[c].code, "%s", codes[c]);
        spec->cars[c].state.running = c != 4;
    }
    return spec;
}

static pb_call call_of(pb_action action)
{
    pb_call call    = {.car = 0, .lap = 26, .laps = 57, .clear = true, .n_actions = 1};
    call.actions[0] = (pb_call_action){.action = action, .compound = PB_COMPOUND_HARD, .rival = PB_CALL_NOBODY};
    call.actions[0].confidence = 0.72;
    call.rejoin                = (pb_call_rejoin){.ahead = PB_CALL_NOBODY, .behind = PB_CALL_NOBODY};
    return call;
}

static uint32_t words_in(const char *text)
{
    uint32_t n = 0;
    for (const char *c = text; *c; c++) n += *c != ' ' && (c == text || c[-1] == ' ');
    return n;
}

static const char *fact_text(const pb_race_spec *spec, pb_fact_kind kind, uint8_t car, double value)
{
    static char text[PB_SENTENCE_MAX];
    pb_call     call = call_of(PB_ACTION_BOX);
    pb_fact     fact = {.kind = kind, .car = car, .value = value};
    bool        said = pb_narrate_fact(spec, &call, &fact, text, sizeof text);
    PB_CHECK_EQ(said, text[0] != '\0');
    return text;
}

PB_TEST(every_fact_is_said_with_its_car_and_its_number)
{
    pb_race_spec *spec = five_cars();
    for (int k = 0; k < PB_FACT_N; k++) {
        bool        rival = strstr(pb_fact_words((pb_fact_kind)k), "{car}") != NULL;
        bool        prob  = strcmp(pb_fact_unit((pb_fact_kind)k), "prob") == 0;
        const char *text  = fact_text(spec, (pb_fact_kind)k, rival ? 1 : PB_CALL_NOBODY, prob ? 0.43 : 7.0);
        PB_CHECK(strlen(text) > 8);
        PB_CHECK(strlen(text) + 1 < PB_SENTENCE_MAX);
        PB_CHECK(!strchr(text, '{') && !strchr(text, '}'));
        bool differs = k == PB_FACT_PROB_GAIN || k == PB_FACT_TIE_PROB;
        PB_CHECK_HAS(text, differs ? "43.0 percentage points" : prob ? "43 %" : "7");
        if (rival) PB_CHECK_HAS(text, "HAM");
        if (!rival && k != PB_FACT_RAIN_CHANCE && k != PB_FACT_RED_CHANCE) PB_CHECK_HAS(text, "LEC: ");
    }
    free(spec);
}

PB_TEST(facts_read_as_people_speak)
{
    pb_race_spec *spec = five_cars();
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_TYRE_AGE, PB_CALL_NOBODY, 14), "LEC: the set is 14 laps old");
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_TYRE_AGE, PB_CALL_NOBODY, 1), "LEC: the set is 1 lap old");
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_TYRE_AGE, 1, 9), "HAM: the set is 9 laps old");
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_SETS_LEFT, PB_CALL_NOBODY, 1), "LEC: 1 set of it left");
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_REJOIN_BEHIND, 1, 2.34), "LEC: a stop now rejoins 2.3 s behind HAM");
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_GAP_AHEAD, 1, -0.04), "LEC: HAM is 0.0 s ahead");
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_STOP_LOSS, PB_CALL_NOBODY, -1.25), "LEC: a stop costs -1.3 s now");
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_REJOIN_PLACE, PB_CALL_NOBODY, 7), "LEC: a stop now rejoins P7");
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_RIVAL_STOPS, 2, 0.434), "NOR stops on this lap with chance 43 %");
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_RED_CHANCE, PB_CALL_NOBODY, 0.003),
                  "the race is stopped with chance under 1 %");
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_RED_CHANCE, PB_CALL_NOBODY, 0.9999),
                  "the race is stopped with chance over 99 %");
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_RED_CHANCE, PB_CALL_NOBODY, 0), "the race is stopped with chance 0 %");
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_PLAN_GAIN, PB_CALL_NOBODY, 0.349),
                  "LEC: 0.35 points against the next best call");
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_PLACE_GAIN, PB_CALL_NOBODY, 1), "LEC: 1.0 places against the next best call");
    free(spec);
}

PB_TEST(what_cannot_be_said_is_not_said)
{
    pb_race_spec *spec = five_cars();
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_GAP_AHEAD, 4, 1.5), "");              /* out of the race */
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_GAP_AHEAD, 5, 1.5), "");              /* not in it */
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_GAP_AHEAD, PB_CALL_NOBODY, 1.5), ""); /* nobody named */
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_TYRE_AGE, 4, 3), "");
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_GAP_AHEAD, 1, NAN), "");
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_GAP_AHEAD, 1, INFINITY), "");
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_GAP_AHEAD, 1, 1e300), "");
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_RED_CHANCE, PB_CALL_NOBODY, 1.2), "");
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_RED_CHANCE, PB_CALL_NOBODY, -0.1), "");
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_N, PB_CALL_NOBODY, 1), "");
    spec->cars[0].state.running = false; /* nothing is said of a car that is out, ours not excepted */
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_TYRE_AGE, PB_CALL_NOBODY, 3), "");
    spec->from_lap = 0; /* from the grid everybody runs */
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_GAP_AHEAD, 4, 1.5), "LEC: SAI is 1.5 s ahead");
    free(spec);
}

static const char *flip_text(const pb_race_spec *spec, pb_flip flip)
{
    static char text[PB_SENTENCE_MAX];
    pb_call     call = call_of(PB_ACTION_BOX);
    bool        said = pb_narrate_flip(spec, &call, &flip, text, sizeof text);
    PB_CHECK_EQ(said, text[0] != '\0');
    return text;
}

PB_TEST(every_flip_says_what_would_turn_the_call_and_into_what)
{
    pb_race_spec *spec = five_cars();
    PB_CHECK_TEXT(flip_text(spec, (pb_flip){PB_FLIP_GAP_AHEAD, 1, true, 2.34, PB_ACTION_STAY_OUT}),
                  "stay out if the gap to HAM is above 2.3 s");
    PB_CHECK_TEXT(flip_text(spec, (pb_flip){PB_FLIP_GAP_BEHIND, 2, false, 0.96, PB_ACTION_COVER}),
                  "box to cover if the gap back to NOR is below 1.0 s");
    PB_CHECK_TEXT(flip_text(spec, (pb_flip){PB_FLIP_STOP_LOSS, 255, true, 24.06, PB_ACTION_EXTEND}),
                  "extend if the cost of a stop of LEC is above 24.1 s");
    PB_CHECK_TEXT(flip_text(spec, (pb_flip){PB_FLIP_WEAR, 255, true, 0.085, PB_ACTION_BOX}),
                  "box if the wear of the set of LEC is above 0.09 s a lap");
    PB_CHECK_TEXT(flip_text(spec, (pb_flip){PB_FLIP_SC, 255, false, 30, PB_ACTION_BOX}),
                  "box if a safety car comes before lap 31");
    PB_CHECK_TEXT(flip_text(spec, (pb_flip){PB_FLIP_RIVAL_STOPS, 1, false, 0, PB_ACTION_OVERCUT}),
                  "stay out for the overcut if HAM stops on this lap");
    PB_CHECK_TEXT(flip_text(spec, (pb_flip){PB_FLIP_LAP, 255, false, 27, PB_ACTION_BOX}), "box, by itself on lap 27");
    PB_CHECK_TEXT(flip_text(spec, (pb_flip){.kind = PB_FLIP_NONE}), "");
    PB_CHECK_TEXT(flip_text(spec, (pb_flip){.kind = PB_FLIP_N}), "");
    PB_CHECK_TEXT(flip_text(spec, (pb_flip){PB_FLIP_LAP, 255, false, 27, PB_ACTION_N}), "");
    PB_CHECK_TEXT(flip_text(spec, (pb_flip){PB_FLIP_GAP_AHEAD, 1, true, NAN, PB_ACTION_BOX}), "");
    PB_CHECK_TEXT(flip_text(spec, (pb_flip){PB_FLIP_GAP_AHEAD, 4, true, 2, PB_ACTION_BOX}), "");
    PB_CHECK_TEXT(flip_text(spec, (pb_flip){PB_FLIP_RIVAL_STOPS, 4, true, 2, PB_ACTION_BOX}), "");
    for (int to = 0; to < PB_ACTION_N; to++)
        for (int kind = PB_FLIP_NONE + 1; kind < PB_FLIP_N; kind++)
            PB_CHECK(words_in(flip_text(spec, (pb_flip){(pb_flip_kind)kind, 1, true, 3, (pb_action)to})) >= 5);
    free(spec);
}

static const char *rule_text(const pb_race_spec *spec, pb_call_rule rule)
{
    static char text[PB_SENTENCE_MAX];
    pb_call     call = call_of(PB_ACTION_BOX);
    bool        said = pb_narrate_rule(spec, &call, &rule, text, sizeof text);
    PB_CHECK_EQ(said, text[0] != '\0');
    return text;
}

PB_TEST(every_rule_is_named_with_whom_it_binds_and_the_latest_lap)
{
    pb_race_spec *spec = five_cars();
    PB_CHECK_TEXT(rule_text(spec, (pb_call_rule){PB_RULE_TWO_COMPOUNDS, 56, 1, 0, true}),
                  "two-compound rule: LEC still owes a second dry compound, lap 56 at the latest; it decides the call");
    PB_CHECK_TEXT(rule_text(spec, (pb_call_rule){PB_RULE_MIN_STOPS, 55, 2, 0, false}),
                  "minimum number of stops: LEC still owes 2 stops, lap 55 at the latest");
    PB_CHECK_TEXT(rule_text(spec, (pb_call_rule){PB_RULE_MIN_STOPS, 55, 1, 0, false}),
                  "minimum number of stops: LEC still owes 1 stop, lap 55 at the latest");
    PB_CHECK_TEXT(rule_text(spec, (pb_call_rule){PB_RULE_SETS, 0, 0, PB_COMPOUND_SOFT, false}),
                  "tyre allocation: LEC has no set of SOFT left");
    PB_CHECK_TEXT(rule_text(spec, (pb_call_rule){PB_RULE_PENALTY, 0, 5, 0, false}),
                  "penalty: LEC has 5.0 s to serve at the next stop");
    for (int k = 0; k < PB_RULE_N; k++) {
        const char *text = rule_text(spec, (pb_call_rule){(pb_rule_kind)k, 31, 1, PB_COMPOUND_HARD, true});
        PB_CHECK_HAS(text, "LEC");
        PB_CHECK_HAS(text, "lap 31 at the latest");
        PB_CHECK_HAS(text, "decides the call");
        PB_CHECK(strchr(text, ':') && strlen(text) + 1 < PB_SENTENCE_MAX);
    }
    PB_CHECK_TEXT(rule_text(spec, (pb_call_rule){.kind = PB_RULE_N}), "");
    spec->cars[0].state.running = false;
    PB_CHECK_TEXT(rule_text(spec, (pb_call_rule){.kind = PB_RULE_LAST_LAP}), "");
    free(spec);
}

static const char *sure_text(double p, bool clear, uint32_t k)
{
    static char text[PB_SENTENCE_MAX];
    pb_call     call           = call_of(PB_ACTION_BOX);
    call.clear                 = clear;
    call.n_actions             = 3;
    call.actions[k].confidence = p;
    bool said                  = pb_narrate_confidence(&call, k, text, sizeof text);
    PB_CHECK_EQ(said, text[0] != '\0');
    return text;
}

PB_TEST(a_call_against_a_certain_gain_does_not_pass_for_a_tie)
{
    pb_race_spec *spec = five_cars();
    pb_call       call = call_of(PB_ACTION_BOX);
    char          text[PB_SENTENCE_MAX];
    call.clear                 = false;
    call.n_actions             = 2;
    call.actions[0].gain       = (pb_gain){-1.4, -1.8, -1.0};
    call.actions[0].confidence = 0.12;
    call.actions[1].confidence = 0.88;
    PB_CHECK(pb_narrate_confidence(&call, 0, text, sizeof text));
    PB_CHECK_TEXT(text, "pit walls against our numbers, 12 %");
    PB_CHECK(pb_narrate_confidence(&call, 1, text, sizeof text));
    PB_CHECK_TEXT(text, "clear 88 %");
    PB_CHECK(pb_narrate_radio(spec, &call, 0, text, sizeof text));
    PB_CHECK(strstr(text, "against our numbers. How are the tyres?") != NULL);
    free(spec);
}

PB_TEST(confidence_is_words_and_a_number)
{
    PB_CHECK_TEXT(sure_text(0.54, true, 0), "no clear call, 54 %");
    PB_CHECK_TEXT(sure_text(0.60, true, 0), "slightly better 60 %");
    PB_CHECK_TEXT(sure_text(0.72, true, 0), "likely 72 %");
    PB_CHECK_TEXT(sure_text(0.91, true, 0), "clear 91 %");
    PB_CHECK_TEXT(sure_text(0.999, true, 0), "clear over 99 %");
    PB_CHECK_TEXT(sure_text(0.40, true, 1), "slightly worse 40 %");
    PB_CHECK_TEXT(sure_text(0.20, true, 1), "likely worse 20 %");
    PB_CHECK_TEXT(sure_text(0.02, true, 2), "clearly worse 2 %");
    PB_CHECK_TEXT(sure_text(0.72, false, 0), "no clear call, 72 %"); /* the best two cannot be told apart */
    PB_CHECK_TEXT(sure_text(0.31, false, 1), "no clear call, 31 %");
    PB_CHECK_TEXT(sure_text(0.02, false, 2), "clearly worse 2 %"); /* the third can */
    PB_CHECK_TEXT(sure_text(NAN, true, 0), "");
    PB_CHECK_TEXT(sure_text(1.01, true, 0), "");
    pb_call call = call_of(PB_ACTION_BOX);
    char    text[PB_SENTENCE_MAX];
    PB_CHECK(!pb_narrate_confidence(&call, 1, text, sizeof text));
    PB_CHECK_TEXT(text, "");
}

PB_TEST(the_words_of_confidence_change_at_the_documented_steps)
{
    static const double steps[] = {0.15, 0.35, 0.45, 0.55, 0.65, 0.85};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        PB_CHECK(strcmp(pb_narrate_sure(steps[i] - 1e-9), pb_narrate_sure(steps[i])) != 0);
    PB_CHECK_TEXT(pb_narrate_sure(1), "clear");
    PB_CHECK_TEXT(pb_narrate_sure(0), "clearly worse");
}

static const char *radio_text(const pb_race_spec *spec, const pb_call *call)
{
    static char text[PB_SENTENCE_MAX];
    bool        said = pb_narrate_radio(spec, call, 0, text, sizeof text);
    PB_CHECK_EQ(said, text[0] != '\0');
    return text;
}

PB_TEST(the_radio_speaks_like_a_pit_wall)
{
    pb_race_spec *spec = five_cars();
    pb_call       call = call_of(PB_ACTION_BOX);
    PB_CHECK_TEXT(radio_text(spec, &call), "Box this lap, box, hard tyre.");
    call.rejoin = (pb_call_rejoin){true, 3, 0.9, 1, 2, 4.0, 1.5, 0, 0};
    PB_CHECK_TEXT(radio_text(spec, &call), "Box this lap, box, hard tyre. You rejoin ahead of Norris.");
    call.rejoin.ahead_s = 0.8;
    PB_CHECK_TEXT(radio_text(spec, &call), "Box this lap, box, hard tyre. You rejoin behind Hamilton.");
    call.rejoin.ahead = 4; /* out of the race: the other neighbour */
    PB_CHECK_TEXT(radio_text(spec, &call), "Box this lap, box, hard tyre. You rejoin ahead of Norris.");
    call.actions[0].compound = PB_COMPOUND_INTERMEDIATE;
    call.rejoin.known        = false;
    PB_CHECK_TEXT(radio_text(spec, &call), "Box this lap, box, inters.");
    call.clear = false;
    PB_CHECK_TEXT(radio_text(spec, &call), "Close call, we lean box, inters. How are the tyres?");
    call = call_of(PB_ACTION_STAY_OUT);
    PB_CHECK_TEXT(radio_text(spec, &call), "Stay out, stay out.");
    call.actions[0].target_lap = 31;
    PB_CHECK_TEXT(radio_text(spec, &call), "Stay out, stay out. Target is lap 31.");
    call.clear = false;
    PB_CHECK_TEXT(radio_text(spec, &call), "Close call, we lean stay out. How are the tyres?");
    call                       = call_of(PB_ACTION_EXTEND);
    call.actions[0].target_lap = 31;
    PB_CHECK_TEXT(radio_text(spec, &call), "Stay out, stay out. We are extending to lap 31.");
    call                  = call_of(PB_ACTION_UNDERCUT);
    call.actions[0].rival = 1;
    PB_CHECK_TEXT(radio_text(spec, &call), "Box this lap, box, hard tyre. Undercut on Hamilton, push the out-lap.");
    call                  = call_of(PB_ACTION_COVER);
    call.actions[0].rival = 2;
    PB_CHECK_TEXT(radio_text(spec, &call), "Box this lap, box, hard tyre. We are covering Norris.");
    call.actions[0].rival = 4; /* is out */
    PB_CHECK_TEXT(radio_text(spec, &call), "Box this lap, box, hard tyre. We are covering.");
    call                  = call_of(PB_ACTION_OVERCUT);
    call.actions[0].rival = 1;
    PB_CHECK_TEXT(radio_text(spec, &call), "Stay out, stay out. Overcut on Hamilton, push now.");
    call = call_of(PB_ACTION_CONSERVE);
    PB_CHECK_TEXT(radio_text(spec, &call), "Save the tyres, lift and coast.");
    call               = call_of(PB_ACTION_BOX);
    call.clear         = false;
    call.n_rules       = 1;
    call.rules[0].kind = PB_RULE_RED_FREE; /* the race stands still */
    PB_CHECK_TEXT(radio_text(spec, &call), "Red flag, we change tyres, hard tyre. Bring it in slowly.");
    call.actions[0].action = PB_ACTION_STAY_OUT;
    PB_CHECK_TEXT(radio_text(spec, &call), "Red flag, we keep this set. Bring it in slowly.");
    call.actions[0].action = PB_ACTION_N;
    PB_CHECK_TEXT(radio_text(spec, &call), "");
    free(spec);
}

PB_TEST(another_series_goes_by_codes)
{
    pb_race_spec *spec    = five_cars();
    pb_call       call    = call_of(PB_ACTION_COVER);
    call.actions[0].rival = 2;
    snprintf(spec->rules.series, sizeof spec->rules.series, "grcup");
    PB_CHECK_TEXT(radio_text(spec, &call), "Box this lap, box, hard tyre. We are covering NOR.");
    snprintf(spec->rules.series, sizeof spec->rules.series, "f1");
    spec->season = 0;
    PB_CHECK_TEXT(radio_text(spec, &call), "Box this lap, box, hard tyre. We are covering NOR.");
    spec->season = 2024;
    snprintf(spec->cars[2].code, sizeof spec->cars[2].code, "C07");
    PB_CHECK_TEXT(radio_text(spec, &call), "Box this lap, box, hard tyre. We are covering C07.");
    free(spec);
}

/* Forty cars with codes of seven bytes: plain, blanks, two- and three-byte
 * letters, and bytes that are no letters. */
static pb_race_spec *forty_cars(void)
{
    static const char *const codes[] = {"NOR",
                                        "ABCDEFG",
                                        "A B C D",
                                        "\xC3\x89\xC3\x89\xC3\x89"
                                        "X",
                                        "\xE2\x82\xAC\xE2\x82\xAC"
                                        "E",
                                        "\xFF\xFE"
                                        "A\x1b[m",
                                        "{car}{",
                                        "VDG"};
    pb_race_spec            *spec    = fixture_plain(40);
    spec->season                     = 2014;
    for (uint32_t c = 0; c < 40; c++) snprintf(spec->cars[c].code, 8, "%s", codes[c % 7]);
    return spec;
}

static void check_radio(const pb_race_spec *spec, const pb_call *call)
{
    char text[PB_SENTENCE_MAX];
    PB_CHECK(pb_narrate_radio(spec, call, 0, text, sizeof text));
    PB_CHECK(words_in(text) >= 3 && words_in(text) <= PB_RADIO_WORDS_MAX);
    PB_CHECK(strlen(text) + 1 < sizeof text && text[strlen(text) - 1] != ' ');
    PB_CHECK(pb_utf8_valid(pb_span_of(text)) && !strchr(text, '\x1b'));
}

PB_TEST(no_radio_sentence_is_longer_than_fifteen_words)
{
    pb_race_spec *spec = forty_cars();
    for (int action = 0; action < PB_ACTION_N; action++)
        for (int compound = 0; compound <= PB_COMPOUND_N; compound++)
            for (uint32_t rival = 0; rival <= 40; rival++)
                for (int how = 0; how < 8; how++) {
                    pb_call call               = call_of((pb_action)action);
                    call.clear                 = how & 1;
                    call.actions[0].compound   = (uint8_t)compound;
                    call.actions[0].rival      = rival < 40 ? (uint8_t)rival : PB_CALL_NOBODY;
                    call.actions[0].target_lap = how & 2 ? 512 : 0;
                    call.rejoin                = (pb_call_rejoin){.known = how & 2};
                    call.rejoin.ahead          = call.actions[0].rival;
                    call.rejoin.behind         = (uint8_t)(39 - rival % 40);
                    call.n_rules               = how & 4 ? 1 : 0;
                    call.rules[0].kind         = PB_RULE_RED_FREE;
                    call.rejoin.ahead_s        = rival & 1;
                    check_radio(spec, &call);
                }
    free(spec);
}

PB_TEST(odd_codes_stay_whole_characters_and_do_not_drive_a_terminal)
{
    pb_race_spec *spec = forty_cars();
    spec->season       = 0;
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_GAP_AHEAD, 3, 1), "NOR: \xC3\x89\xC3\x89\xC3\x89"
                                                            "X is 1.0 s ahead");
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_GAP_AHEAD, 5, 1), "NOR: ??A?[m is 1.0 s ahead");
    PB_CHECK_TEXT(fact_text(spec, PB_FACT_GAP_AHEAD, 6, 1), "NOR: {car}{ is 1.0 s ahead"); /* not filled in again */
    free(spec);
}

/* Every length of buffer: never beyond it, always ended, always whole characters. */
static void check_cap(const char *whole, size_t cap, const char *got, char after)
{
    PB_CHECK_EQ(after, '#');
    if (cap == 0) return;
    PB_CHECK(strlen(got) < cap && strncmp(whole, got, strlen(got)) == 0);
    PB_CHECK(pb_utf8_valid(pb_span_of(got)));
    if (strlen(whole) < cap) PB_CHECK_TEXT(got, whole);
}

PB_TEST(a_small_buffer_is_never_overrun)
{
    pb_race_spec *spec = forty_cars();
    pb_call       call = call_of(PB_ACTION_COVER);
    pb_fact       fact = {.kind = PB_FACT_FREE_STOP, .car = 3, .value = 2};
    pb_flip       flip = {PB_FLIP_GAP_AHEAD, 4, true, 2.3, PB_ACTION_STAY_OUT};
    pb_call_rule  rule = {PB_RULE_SETS, 56, 0, PB_COMPOUND_SOFT, true};
    char          whole[5][PB_SENTENCE_MAX], got[PB_SENTENCE_MAX + 1];
    call.actions[0].rival = 3;
    PB_CHECK(pb_narrate_fact(spec, &call, &fact, whole[0], PB_SENTENCE_MAX));
    PB_CHECK(pb_narrate_flip(spec, &call, &flip, whole[1], PB_SENTENCE_MAX));
    PB_CHECK(pb_narrate_rule(spec, &call, &rule, whole[2], PB_SENTENCE_MAX));
    PB_CHECK(pb_narrate_confidence(&call, 0, whole[3], PB_SENTENCE_MAX));
    PB_CHECK(pb_narrate_radio(spec, &call, 0, whole[4], PB_SENTENCE_MAX));
    for (size_t cap = 0; cap <= 120; cap++)
        for (int what = 0; what < 5; what++) {
            memset(got, '#', sizeof got);
            if (what == 0) pb_narrate_fact(spec, &call, &fact, got, cap);
            if (what == 1) pb_narrate_flip(spec, &call, &flip, got, cap);
            if (what == 2) pb_narrate_rule(spec, &call, &rule, got, cap);
            if (what == 3) pb_narrate_confidence(&call, 0, got, cap);
            if (what == 4) pb_narrate_radio(spec, &call, 0, got, cap);
            check_cap(whole[what], cap, got, got[cap]);
        }
    free(spec);
}

PB_TEST_MAIN(PB_RUN(every_fact_is_said_with_its_car_and_its_number), PB_RUN(facts_read_as_people_speak),
             PB_RUN(what_cannot_be_said_is_not_said), PB_RUN(every_flip_says_what_would_turn_the_call_and_into_what),
             PB_RUN(every_rule_is_named_with_whom_it_binds_and_the_latest_lap),
             PB_RUN(confidence_is_words_and_a_number), PB_RUN(a_call_against_a_certain_gain_does_not_pass_for_a_tie),
             PB_RUN(the_words_of_confidence_change_at_the_documented_steps), PB_RUN(the_radio_speaks_like_a_pit_wall),
             PB_RUN(another_series_goes_by_codes), PB_RUN(no_radio_sentence_is_longer_than_fifteen_words),
             PB_RUN(odd_codes_stay_whole_characters_and_do_not_drive_a_terminal),
             PB_RUN(a_small_buffer_is_never_overrun))
