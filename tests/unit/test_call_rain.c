/* Rain: now, next lap or later, each with its regret; which kind fits, and why a call
 * is for another. */
#include "asked_race.h"

#include <math.h>

#include "pitboard/narrate_call.h"

#define GERMAN RACE("2019_11_german")
#define SPANISH RACE("2023_07_spanish")

static bool is_wet(uint8_t compound)
{
    return pb_compound_is_wet((pb_compound)compound);
}

/* What the car is on when the call has been followed. */
static bool called_wet(const pb_race_spec *spec, const pb_call *call)
{
    const pb_call_action *a   = &call->actions[0];
    uint8_t               own = spec->cars[call->car].state.compound;
    return pb_action_boxes(a->action) ? is_wet(a->compound) : spec->compounds[own].kind != PB_TYRE_SLICK;
}

static void check_rain(const pb_race_spec *spec, const pb_call *call)
{
    const pb_call_rain *r = &call->rain;
    char                fits[PB_SENTENCE_MAX], why[PB_SENTENCE_MAX];
    PB_CHECK(r->relevant);
    PB_CHECK(isfinite(r->now) && isfinite(r->next) && isfinite(r->wait));
    PB_CHECK(fmin(r->now, fmin(r->next, r->wait)) == 0);
    PB_CHECK(isnan(r->p_change_5));
    PB_CHECK(pb_narrate_rain(spec, call, fits, sizeof fits));
    bool differs = pb_narrate_rain_why(spec, call, why, sizeof why);
    PB_CHECK(differs || is_wet(r->compound) == called_wet(spec, call));
    for (uint32_t i = 0; i < call->n_actions; i++)
        for (uint32_t f = 0; f < call->actions[i].n_facts; f++)
            PB_CHECK(call->actions[i].fact[f].kind != PB_FACT_RAIN_CHANCE);
}

PB_TEST(this_lap_the_next_and_later_each_have_a_regret_and_a_call_against_the_track_says_why)
{
    static const uint32_t laps[] = {22, 28, 45};
    for (size_t l = 0; l < sizeof laps / sizeof *laps; l++) {
        asked    a;
        uint32_t asked_of = 0;
        open_race(GERMAN, laps[l], &a);
        for (uint32_t c = 0; c < a.spec->n_cars; c++) {
            if (!a.spec->cars[c].state.running || asked_of++ % 5) continue;
            pb_call call = call_by(&a, c, PB_AIM_POINTS, 600);
            check_rain(a.spec, &call);
        }
        close_race(&a);
    }
}

PB_TEST(wear_of_a_set_that_ran_in_the_wet_is_not_known)
{
    asked           a;
    pb_tyre_filter *tyres = NULL;
    pb_error        error = {0};
    open_race(GERMAN, 28, &a);
    const pb_sight      all   = {&a.log, PB_LAPS_MAX, INT32_MAX};
    const pb_tyre_prior prior = pb_tyre_prior_default();
    PB_CHECK_EQ(pb_tyre_filter_create(&prior, a.log.n_cars, &tyres, &error), PB_OK);
    PB_CHECK_EQ(pb_tyre_filter_feed(tyres, &all, &error), PB_OK);
    a.view.tyres = tyres;
    pb_call call = call_by(&a, car_of(a.spec, "HAM"), PB_AIM_POINTS, 200);
    PB_CHECK(!call.tyre.known);
    pb_tyre_filter_destroy(tyres);
    close_race(&a);
}

/* A model that always says this. */
static pb_model *model_that_says(double p)
{
    pb_model *model = NULL;
    pb_error  error = {0};
    double    b[8]  = {log(p / (1 - p))};
    PB_CHECK_EQ(pb_model_create("rain", &model, &error), PB_OK);
    PB_CHECK_EQ(pb_model_put(model, "slicks", b, 8, &error), PB_OK);
    PB_CHECK_EQ(pb_model_put(model, "wets", b, 8, &error), PB_OK);
    return model;
}

PB_TEST(what_the_field_does_next_is_told_by_a_model_or_not_at_all)
{
    asked            a;
    pb_race_outcome *outcome = calloc(1, sizeof *outcome);
    pb_model        *model   = model_that_says(0.4);
    assert_non_null(outcome);
    open_race(GERMAN, 28, &a);
    PB_CHECK_EQ(pb_race_outcome_of(&a.log, outcome), PB_OK);
    const pb_history_race race    = {.log = &a.log, .outcome = outcome, .usable = true};
    const pb_history      history = {&race, 1};
    a.view.history                = &history;
    a.view.rain                   = model;
    pb_call call                  = call_by(&a, car_of(a.spec, "HAM"), PB_AIM_POINTS, 200);
    PB_CHECK(fabs(call.rain.p_change_5 - 0.4) < 1e-6);
    close_race(&a);
    pb_model_destroy(model);
    free(outcome);
}

PB_TEST(a_dry_race_has_no_rain)
{
    asked a;
    open_race(SPANISH, 24, &a);
    pb_call call = call_by(&a, 0, PB_AIM_POINTS, 200);
    char    text[PB_SENTENCE_MAX];
    PB_CHECK(!call.rain.relevant);
    PB_CHECK(!pb_narrate_rain(a.spec, &call, text, sizeof text) && !text[0]);
    PB_CHECK(!pb_narrate_rain_why(a.spec, &call, text, sizeof text) && !text[0]);
    close_race(&a);
}

/* ---- the words ---- */

static void check_words(const pb_race_spec *spec, const pb_call *call, const char *fits, const char *why)
{
    char text[PB_SENTENCE_MAX];
    pb_narrate_rain(spec, call, text, sizeof text);
    PB_CHECK_TEXT(text, fits);
    pb_narrate_rain_why(spec, call, text, sizeof text);
    PB_CHECK_TEXT(text, why);
}

PB_TEST(the_line_says_what_fits_and_why_the_call_does_not_follow)
{
    asked a;
    open_race(SPANISH, 24, &a); /* everybody is on slicks */
    pb_call call             = {.car = 0, .lap = 24, .laps = 66, .n_actions = 1};
    call.actions[0].action   = PB_ACTION_BOX;
    call.actions[0].compound = PB_COMPOUND_INTERMEDIATE;
    call.rain                = (pb_call_rain){.relevant = true, .compound = PB_COMPOUND_SOFT, .wetter = true};
    call.rain.turns_to       = PB_COMPOUND_INTERMEDIATE;
    call.rain.turns_on       = 26;
    check_words(a.spec, &call,
                "slicks fit the track as it is; intermediates from lap 26 on if it goes on getting wetter",
                "it changes to intermediates: the call looks ahead");
    call.rain.turns_to = PB_COMPOUND_UNKNOWN;
    check_words(a.spec, &call, "slicks fit the track as it is", "the call is for rain that may come");
    call.rain.compound = PB_COMPOUND_INTERMEDIATE;
    call.rain.faster_s = 0.44;
    check_words(a.spec, &call, "intermediates fit the track as it is, 0.4 s a lap faster than slicks", "");
    call.actions[0].action = PB_ACTION_STAY_OUT;
    call.rain.pays_laps    = 50;
    check_words(a.spec, &call, "intermediates fit the track as it is, 0.4 s a lap faster than slicks",
                "it stays on slicks: a change takes longer to earn back its stop than the 42 laps left");
    call.rain.pays_laps = 10;
    call.rain.faster_s  = 0.01;
    check_words(a.spec, &call, "intermediates fit the track as it is, as good as even with slicks",
                "it stays on slicks: played to the flag, a change now is worth less");
    close_race(&a);
}

PB_TEST(a_car_that_is_slower_on_the_other_kind_is_called_slower)
{
    asked   a;
    pb_call call = {.car = 0};
    pb_fact fact = {.kind = PB_FACT_RAIN_PROBE, .car = 1, .value = -0.84};
    char    text[PB_SENTENCE_MAX], want[PB_SENTENCE_MAX];
    open_race(SPANISH, 24, &a);
    PB_CHECK(pb_narrate_fact(a.spec, &call, &fact, text, sizeof text));
    snprintf(want, sizeof want, "%s is 0.8 s a lap slower on the other kind of tyre", a.spec->cars[1].code);
    PB_CHECK_TEXT(text, want);
    fact.value = 1.26;
    PB_CHECK(pb_narrate_fact(a.spec, &call, &fact, text, sizeof text));
    snprintf(want, sizeof want, "%s is 1.3 s a lap faster on the other kind of tyre", a.spec->cars[1].code);
    PB_CHECK_TEXT(text, want);
    close_race(&a);
}

PB_TEST_MAIN(PB_RUN(this_lap_the_next_and_later_each_have_a_regret_and_a_call_against_the_track_says_why),
             PB_RUN(wear_of_a_set_that_ran_in_the_wet_is_not_known),
             PB_RUN(what_the_field_does_next_is_told_by_a_model_or_not_at_all), PB_RUN(a_dry_race_has_no_rain),
             PB_RUN(the_line_says_what_fits_and_why_the_call_does_not_follow),
             PB_RUN(a_car_that_is_slower_on_the_other_kind_is_called_slower))
