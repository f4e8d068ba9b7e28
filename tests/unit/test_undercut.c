/* Two cars, one stops first: what is asked of past races, what is expected, and
 * what is refused. */
#include "lap_fixture.h"
#include "tyre_fixture.h"

#include <math.h>

#include "pitboard/predict_pitcall.h"
#include "pitboard/predict_registry.h"
#include "pitboard/predict_score.h"
#include "pitboard/predict_undercut.h"
#include "predict/kinds.h"
#include "predict/undercut.h"

static const pb_learn_options learn = {.quick = true, .threads = 1, .seed = 1};

/* ---- made-up pairs ---- */

#define DUEL_LAPS 20
#define LANE_S 20.0

/* Cars that lap in 90 s; each stops once and is faster by `gain` a lap from then on. */
typedef struct duel {
    pb_race_log     log;
    pb_log_car      car[3];
    pb_lap          lap[3][DUEL_LAPS];
    pb_race_outcome outcome;
    pb_history_race race;
} duel;

static void run_car(duel *d, uint32_t c, double start_s, uint32_t stop, double gain_s)
{
    double s  = 3600 + start_s;
    d->car[c] = (pb_log_car){.laps = d->lap[c], .n_laps = DUEL_LAPS};
    snprintf(d->car[c].code, sizeof d->car[c].code, "C%02u", c);
    snprintf(d->car[c].team, sizeof d->car[c].team, "team %u", c);
    for (uint32_t n = 1; n <= DUEL_LAPS; n++) {
        double lap_s = 90 - (n > stop ? gain_s : 0) + (n == stop + 1 ? LANE_S : 0);
        s += lap_s;
        d->lap[c][n - 1] =
            (pb_lap){.number        = (uint16_t)n,
                     .time_ms       = (int32_t)lround(1000 * lap_s),
                     .session_ms    = (int32_t)lround(1000 * s),
                     .start_ms      = PB_MS_NONE,
                     .pit_in_ms     = n == stop ? (int32_t)lround(1000 * s) - 500 : PB_MS_NONE,
                     .pit_out_ms    = n == stop + 1 ? (int32_t)lround(1000 * (s - lap_s)) + 21000 : PB_MS_NONE,
                     .sector_ms     = {PB_MS_NONE, PB_MS_NONE, PB_MS_NONE},
                     .stint         = n > stop ? 2 : 1,
                     .compound      = n > stop ? PB_COMPOUND_HARD : PB_COMPOUND_MEDIUM,
                     .tyre_age_laps = (int16_t)(n > stop ? n - stop : n),
                     .fresh         = 1,
                     .status        = PB_STATUS_BIT_CLEAR,
                     .accurate      = n != stop && n != stop + 1};
    }
}

static void look_again(duel *d)
{
    d->log = (pb_race_log){
        .season = 2023, .round = 7, .circuit = "barcelona", .source = "made", .cars = d->car, .n_cars = 3};
    PB_CHECK_EQ(pb_race_outcome_of(&d->log, &d->outcome), PB_OK);
    d->race = (pb_history_race){.log = &d->log, .outcome = &d->outcome, .usable = true};
}

/* Car 1 is 2.5 s behind car 0 and stops first; car 2 is far away. */
static void make_duel(duel *d, uint32_t answer)
{
    memset(d, 0, sizeof *d);
    run_car(d, 0, 0, 8 + answer, 1);
    run_car(d, 1, 2.5, 8, 1);
    run_car(d, 2, 60, 12, 1);
    look_again(d);
}

static pb__truths truths_of(const duel *d)
{
    pb__truths t = {0};
    PB_CHECK_EQ(pb__truth_undercut(&d->race, &t), PB_OK);
    return t;
}

static size_t count_of(const duel *d)
{
    pb__truths t = truths_of(d);
    size_t     n = t.n;
    pb__truths_fini(&t);
    return n;
}

PB_TEST(an_undercut_is_won_when_the_gain_is_more_than_the_gap)
{
    static duel d;
    for (uint32_t answer = 1; answer <= PB_UNDERCUT_LAPS; answer++) {
        make_duel(&d, answer);
        pb__truths t = truths_of(&d);
        PB_CHECK_EQ(t.n, 1);
        PB_CHECK_EQ(t.at[0].car, 1);
        PB_CHECK_EQ(t.at[0].rival, 0);
        PB_CHECK_EQ(t.at[0].lap, 8);
        PB_CHECK_EQ(t.at[0].answer, answer);
        PB_CHECK_EQ(t.at[0].bits & PB__TRUTH_OVERCUT, 0);
        PB_CHECK_NEAR(t.at[0].gain_s, answer, 1e-9); /* a second a lap on new tyres */
        PB_CHECK_EQ(t.at[0].y > 0, answer > 2);
        PB_CHECK_EQ(t.at[0].asked_ms, d.lap[1][6].session_ms);
        pb__truths_fini(&t);
    }
}

PB_TEST(an_overcut_is_told_of_the_car_that_stays_out)
{
    static duel d;
    make_duel(&d, 1);
    run_car(&d, 0, 0, 8, -2); /* the new tyres of the car ahead are no good */
    run_car(&d, 1, 2.5, 10, 1);
    look_again(&d);
    pb__truths t = truths_of(&d);
    PB_CHECK_EQ(t.n, 1);
    PB_CHECK_EQ(t.at[0].car, 1);
    PB_CHECK_EQ(t.at[0].rival, 0);
    PB_CHECK(t.at[0].bits & PB__TRUTH_OVERCUT);
    PB_CHECK_EQ(t.at[0].answer, 2);
    PB_CHECK(t.at[0].y > 0);
    PB_CHECK_NEAR(t.at[0].gain_s, 7, 1e-9); /* 2 s a lap for three laps, a second on its own out-lap */
    pb__truths_fini(&t);
}

PB_TEST(what_is_no_pair_is_not_asked)
{
    static duel d;
    make_duel(&d, 2);
    PB_CHECK_EQ(count_of(&d), 1);
    d.lap[0][9].status |= PB_STATUS_BIT_SC; /* lap 10: the answer */
    PB_CHECK_EQ(count_of(&d), 0);
    make_duel(&d, 2);
    d.lap[0][6].status |= PB_STATUS_BIT_SC; /* lap 7 was before */
    PB_CHECK_EQ(count_of(&d), 1);
    make_duel(&d, PB_UNDERCUT_LAPS + 1);
    PB_CHECK_EQ(count_of(&d), 0);
    make_duel(&d, 0);
    PB_CHECK_EQ(count_of(&d), 0);
    make_duel(&d, 2);
    memcpy(d.car[1].team, d.car[0].team, sizeof d.car[0].team);
    PB_CHECK_EQ(count_of(&d), 0);
    make_duel(&d, 2);
    d.lap[1][9].pit_in_ms = d.lap[1][9].session_ms; /* it comes in again */
    PB_CHECK_EQ(count_of(&d), 0);
    make_duel(&d, 2);
    d.car[0].n_laps = 10; /* no out-lap */
    look_again(&d);
    PB_CHECK_EQ(count_of(&d), 0);
    make_duel(&d, 2);
    run_car(&d, 1, PB_UNDERCUT_GAP_S + 0.1, 8, 1);
    look_again(&d);
    PB_CHECK_EQ(count_of(&d), 0);
    make_duel(&d, 2);
    d.log.sprint = true;
    PB_CHECK_EQ(count_of(&d), 0);
    make_duel(&d, 2);
    d.race.usable = false;
    PB_CHECK_EQ(count_of(&d), 0);
}

PB_TEST(answers_are_counted_whether_they_come_soon_or_never)
{
    static duel d;
    double      counts[2][PB__CUT_ANSWERS] = {{0}};
    make_duel(&d, 3);
    pb__undercut_answers(&d.race, counts);
    PB_CHECK_NEAR(counts[0][3], 1, 0);
    make_duel(&d, 0); /* the same lap: for each of them the other one answered */
    pb__undercut_answers(&d.race, counts);
    PB_CHECK_NEAR(counts[0][0], 1, 0);
    PB_CHECK_NEAR(counts[1][0], 1, 0);
    make_duel(&d, 11); /* lap 19 */
    pb__undercut_answers(&d.race, counts);
    PB_CHECK_NEAR(counts[0][PB__CUT_ANSWERS - 1], 1, 0);
}

/* ---- a race that is known to the millisecond ---- */

typedef struct asking {
    made_race        race;
    pb_scene        *scene;
    pb_tyre_filter  *tyres;
    pb_undercut_pair pair;
} asking;

/* Car `ahead` and the next one, when the latter has ended that lap. */
static void ask_init(asking *a, const pb_model *model, uint32_t ahead, uint32_t lap)
{
    pb_error error = {0};
    make_race(&a->race, 2024, 4, "monza", 0.06, 0);
    pb_sight sight = {&a->race.log, PB_LAPS_MAX, a->race.lap[ahead + 1][lap - 1].session_ms};
    PB_CHECK_EQ(pb_scene_create(&a->race.log, NULL, &a->scene, &error), PB_OK);
    pb_scene_look(a->scene, sight.max_lap, sight.max_ms);
    if (pb_undercut_tyres(model, NULL, 0, &sight, &a->tyres, &error) != PB_OK) fail_msg("%s", error.text);
    a->pair = (pb_undercut_pair){
        .model = model, .scene = a->scene, .tyres = a->tyres, .sight = sight, .attacker = ahead + 1, .defender = ahead};
}

static void ask_fini(asking *a)
{
    pb_scene_destroy(a->scene);
    pb_tyre_filter_destroy(a->tyres);
}

static double gap_s(const asking *a, uint32_t ahead, uint32_t lap)
{
    return 1e-3 * (a->race.lap[ahead + 1][lap - 1].session_ms - a->race.lap[ahead][lap - 1].session_ms);
}

/* Seconds the race's own laps give the first of two cars on the same new mediums. */
static double won_s(int first, int second, int lap, int answer)
{
    double sum = 0;
    for (int j = 0; j <= answer + 1; j++) {
        bool   hard_a = (first % 2 == 0), hard_b = (second % 2 == 0);
        double a = j == 0 ? made_lap_s(first, lap, lap, hard_a, 0.06) : made_lap_s(first, lap + j, j, false, 0.06);
        double b = j <= answer ? made_lap_s(second, lap + j, lap + j, hard_b, 0.06)
                               : made_lap_s(second, lap + j, j - answer, false, 0.06);
        sum += b - a;
    }
    return sum;
}

PB_TEST(the_expected_gain_is_the_sum_of_old_laps_less_new_ones)
{
    static asking a;
    ask_init(&a, NULL, 4, 12);
    for (uint32_t answer = 0; answer <= PB_UNDERCUT_LAPS; answer++)
        for (int over = 0; over < 2; over++) {
            pb_undercut       said;
            pb__undercut_view view;
            pb__undercut_form form;
            PB_CHECK_EQ(pb__undercut_view_of(&a.pair, &view, NULL), PB_OK);
            pb__undercut_form_of(&view, over, answer, &form);
            double want = over ? won_s(4, 5, 13, (int)answer) : won_s(5, 4, 13, (int)answer);
            PB_CHECK_NEAR(form.pace_s + form.tyre_s, want, 0.25 + 0.15 * answer);
            PB_CHECK(form.var_s2 > 0);
            PB_CHECK_EQ(pb_undercut_ask(&a.pair, over, answer, &said, NULL), PB_OK);
            PB_CHECK_EQ(said.in_lap, 13);
            PB_CHECK_NEAR(said.gap_s, gap_s(&a, 4, 12), 1e-9);
            PB_CHECK(said.p_success > 0 && said.p_success < 1 && said.gain_sd_s > 0);
            PB_CHECK(said.prior);
        }
    ask_fini(&a);
}

PB_TEST(an_undercut_gets_better_with_every_lap_the_rival_waits_and_an_overcut_worse)
{
    static asking a;
    pb_undercut   last, said;
    ask_init(&a, NULL, 4, 12);
    PB_CHECK_EQ(pb_undercut_ask(&a.pair, false, 1, &last, NULL), PB_OK);
    for (uint32_t answer = 2; answer <= PB_UNDERCUT_LAPS; answer++) {
        PB_CHECK_EQ(pb_undercut_ask(&a.pair, false, answer, &said, NULL), PB_OK);
        PB_CHECK(said.p_success > last.p_success && said.gain_s > last.gain_s && said.gain_sd_s > last.gain_sd_s);
        last = said;
    }
    PB_CHECK_EQ(pb_undercut_ask(&a.pair, true, 1, &last, NULL), PB_OK);
    PB_CHECK_EQ(pb_undercut_ask(&a.pair, true, 4, &said, NULL), PB_OK);
    PB_CHECK(said.gain_s < last.gain_s && last.p_success < 0.5);
    ask_fini(&a);
}

PB_TEST(a_penalty_to_serve_counts_by_the_second)
{
    static asking a;
    pb_undercut   plain, helped, hurt;
    ask_init(&a, NULL, 4, 12);
    PB_CHECK_EQ(pb_undercut_ask(&a.pair, false, 1, &plain, NULL), PB_OK);
    a.pair.defender_extra_s = 5;
    PB_CHECK_EQ(pb_undercut_ask(&a.pair, false, 1, &helped, NULL), PB_OK);
    a.pair.defender_extra_s = 0;
    a.pair.attacker_extra_s = 5;
    PB_CHECK_EQ(pb_undercut_ask(&a.pair, false, 1, &hurt, NULL), PB_OK);
    PB_CHECK_NEAR(helped.gain_s - plain.gain_s, 5, 1e-9);
    PB_CHECK_NEAR(plain.gain_s - hurt.gain_s, 5, 1e-9);
    PB_CHECK(helped.p_success > 0.7 && helped.p_success > plain.p_success && plain.p_success > hurt.p_success);
    ask_fini(&a);
}

PB_TEST(the_car_ahead_may_ask_before_the_car_behind_has_crossed)
{
    static asking a;
    pb_undercut   said;
    ask_init(&a, NULL, 4, 12);
    ask_fini(&a);
    pb_error error = {0};
    pb_sight sight = {&a.race.log, PB_LAPS_MAX, a.race.lap[4][11].session_ms};
    PB_CHECK_EQ(pb_scene_create(&a.race.log, NULL, &a.scene, &error), PB_OK);
    pb_scene_look(a.scene, sight.max_lap, sight.max_ms);
    PB_CHECK_EQ(pb_undercut_tyres(NULL, NULL, 0, &sight, &a.tyres, &error), PB_OK);
    a.pair.scene = a.scene;
    a.pair.tyres = a.tyres;
    a.pair.sight = sight;
    PB_CHECK_EQ(pb_undercut_ask(&a.pair, false, 1, &said, &error), PB_OK);
    PB_CHECK_EQ(said.in_lap, 13);
    PB_CHECK_NEAR(said.gap_s, gap_s(&a, 4, 11), 1e-9);
    ask_fini(&a);
}

/* ---- refused ---- */

static void refuse(const asking *a, uint32_t answer, pb_status status, const char *why)
{
    pb_undercut         said  = {.p_success = -1};
    pb_undercut_outlook look  = {.p_success = -1};
    pb_error            error = {0};
    PB_CHECK_EQ(pb_undercut_ask(&a->pair, false, answer, &said, &error), status);
    if (!strstr(error.text, why)) fail_msg("%s", error.text);
    PB_CHECK_NEAR(said.p_success, -1, 0);
    if (answer > 1) return;
    PB_CHECK_EQ(pb_undercut_look_ahead(&a->pair, false, NULL, &look, &error), status);
    PB_CHECK_NEAR(look.p_success, -1, 0);
}

PB_TEST(cars_that_are_no_pair_are_refused_with_the_reason)
{
    static asking a;
    ask_init(&a, NULL, 4, 11);
    refuse(&a, PB_UNDERCUT_LAPS + 1, PB_E_RANGE, "0 to 6 laps later");
    a.pair.attacker_extra_s = NAN;
    refuse(&a, 1, PB_E_RANGE, "to serve");
    a.pair.attacker_extra_s = 0;
    a.pair.defender         = a.pair.attacker;
    refuse(&a, 1, PB_E_RANGE, "no pair");
    a.pair.defender = MADE_CARS;
    refuse(&a, 1, PB_E_RANGE, "no pair");
    a.pair.defender = 6; /* behind */
    refuse(&a, 1, PB_E_RULE, "same lap");
    a.pair.defender = 0;
    refuse(&a, 1, PB_E_RULE, "at most 6 s");
    a.pair.defender = 5;
    a.pair.attacker = 4;
    refuse(&a, 1, PB_E_RULE, "is not behind");
    ask_fini(&a);
}

PB_TEST(cars_in_the_lane_on_wet_tyres_or_out_of_the_race_are_refused)
{
    static asking a;
    ask_init(&a, NULL, 4, 12);
    pb_lap *behind    = &a.race.lap[5][11];
    behind->pit_in_ms = behind->session_ms;
    refuse(&a, 1, PB_E_RULE, "C05 is in the pit lane");
    behind->pit_in_ms = PB_MS_NONE;
    behind->compound  = PB_COMPOUND_INTERMEDIATE;
    refuse(&a, 1, PB_E_UNSUPPORTED, "C05 is on wet tyres");
    behind->compound           = PB_COMPOUND_MEDIUM;
    a.race.lap[4][11].compound = PB_COMPOUND_WET;
    refuse(&a, 1, PB_E_UNSUPPORTED, "C04 is on wet tyres");
    ask_fini(&a);
    ask_init(&a, NULL, 4, 12);
    a.race.car[4].n_laps = 9; /* it stopped on the track three laps ago */
    pb_scene_destroy(a.scene);
    PB_CHECK_EQ(pb_scene_create(&a.race.log, NULL, &a.scene, NULL), PB_OK);
    pb_scene_look(a.scene, a.pair.sight.max_lap, a.pair.sight.max_ms);
    a.pair.scene = a.scene;
    refuse(&a, 1, PB_E_EMPTY, "C04 is not running");
    ask_fini(&a);
}

PB_TEST(no_stop_is_told_that_leaves_no_out_lap_before_the_flag)
{
    static asking       a;
    pb_undercut_outlook o;
    pb_undercut         said;
    pb_scene_context    context = {.laps = 16};
    ask_init(&a, NULL, 4, 12);
    pb_scene_destroy(a.scene);
    PB_CHECK_EQ(pb_scene_create(&a.race.log, &context, &a.scene, NULL), PB_OK);
    pb_scene_look(a.scene, a.pair.sight.max_lap, a.pair.sight.max_ms);
    a.pair.scene = a.scene;
    PB_CHECK_EQ(pb_undercut_ask(&a.pair, false, 2, &said, NULL), PB_OK); /* 13, 15, out-lap 16 */
    refuse(&a, 3, PB_E_RULE, "no out-lap");
    PB_CHECK_EQ(pb_undercut_look_ahead(&a.pair, false, NULL, &o, NULL), PB_OK);
    PB_CHECK_EQ(o.n, 3);
    PB_CHECK_NEAR(o.at[2].p_success, said.p_success, 0);
    ask_fini(&a);
}

/* ---- when the rival answers ---- */

static void check_outlook(const pb_undercut_outlook *o)
{
    double sum = 0, lo = 1, hi = 0;
    for (uint32_t d = 0; d < PB_UNDERCUT_LAPS + 2; d++) {
        PB_CHECK(o->p_answer[d] >= 0);
        sum += o->p_answer[d];
    }
    for (uint32_t d = 0; d < o->n; d++) {
        lo = fmin(lo, o->at[d].p_success);
        hi = fmax(hi, o->at[d].p_success);
    }
    PB_CHECK_NEAR(sum, 1, 1e-9);
    PB_CHECK(o->p_success >= lo && o->p_success <= hi);
    for (uint32_t d = 1; d < o->n; d++) {
        bool enough = o->at[d].p_success >= 0.5;
        if (d < o->laps_needed || o->laps_needed == 0) PB_CHECK(!enough);
        if (d == o->laps_needed) PB_CHECK(enough);
    }
}

PB_TEST(without_a_pit_call_the_rival_answers_as_past_rivals_did)
{
    static asking       a;
    pb_undercut_outlook under, over;
    ask_init(&a, NULL, 4, 12);
    PB_CHECK_EQ(pb_undercut_look_ahead(&a.pair, false, NULL, &under, NULL), PB_OK);
    PB_CHECK_EQ(pb_undercut_look_ahead(&a.pair, true, NULL, &over, NULL), PB_OK);
    check_outlook(&under);
    check_outlook(&over);
    PB_CHECK(under.answer_prior && over.answer_prior);
    PB_CHECK(under.p_answer[1] > 2 * over.p_answer[1]); /* who is undercut covers */
    PB_CHECK(under.laps_needed > 0);
    a.pair.attacker_extra_s = 30;
    PB_CHECK_EQ(pb_undercut_look_ahead(&a.pair, false, NULL, &under, NULL), PB_OK);
    PB_CHECK_EQ(under.laps_needed, 0);
    ask_fini(&a);
}

PB_TEST(the_shipped_pit_call_says_when_the_rival_answers)
{
    static asking       a;
    pb_undercut_outlook o;
    pb_model           *pitcall = NULL;
    pb_model_choice     choice;
    PB_CHECK_EQ(pb_registry_active(NULL, pb_model_kind_find("pitcall"), &pitcall, &choice, NULL), PB_OK);
    assert_non_null(pitcall);
    ask_init(&a, NULL, 4, 12);
    PB_CHECK_EQ(pb_undercut_look_ahead(&a.pair, false, pitcall, &o, NULL), PB_OK);
    PB_CHECK(!o.answer_prior);
    check_outlook(&o);
    PB_CHECK(o.p_answer[1] > o.p_answer[4]); /* it answers, and not only stops */
    ask_fini(&a);
    pb_model_destroy(pitcall);
}

/* ---- learned ---- */

static pb_model *trained(const pb_predictor *p, const pb_history *past)
{
    pb_model *model = NULL;
    pb_error  error = {0};
    PB_CHECK_EQ(pb_model_create("undercut", &model, &error), PB_OK);
    if (p->train(past, &learn, model, &error) != PB_OK) fail_msg("%s", error.text);
    return model;
}

PB_TEST(every_pair_of_a_race_gets_one_answer)
{
    made_history *h       = make_history();
    pb_history    past    = {h->entry, MADE_RACES - 1};
    pb_rows       rows[4] = {{0}};
    pb_score     *score[4];
    const size_t  last = MADE_RACES - 1;
    for (int k = 0; k < 4; k++) {
        const pb_predictor    *p       = k == 0 ? &pb__kind_undercut.model : &pb__kind_undercut.baseline[k - 1];
        pb_model              *model   = trained(p, &past);
        const pb_score_options options = pb_score_options_default();
        PB_CHECK_EQ(p->predict(model, &h->history, last, &rows[k], NULL), PB_OK);
        PB_CHECK(rows[k].n >= 10);
        for (size_t i = 0; i < rows[k].n; i++) {
            PB_CHECK(rows[k].at[i].value[PB__CUT_P] > 0 && rows[k].at[i].value[PB__CUT_P] < 1);
            PB_CHECK(rows[k].at[i].value[PB__CUT_LAPS] >= 1 && rows[k].at[i].value[PB__CUT_LAPS] <= PB_UNDERCUT_LAPS);
        }
        PB_CHECK_EQ(pb_score_create("undercut", &h->history, &last, 1, &rows[k], &options, &score[k], NULL), PB_OK);
        PB_CHECK_EQ(pb_score_facts_of(score[k])->missing, 0);
        PB_CHECK_EQ(pb_score_facts_of(score[k])->duplicates, 0);
        PB_CHECK_EQ(pb_score_facts_of(score[k])->truth_rows, rows[k].n);
        pb_model_destroy(model);
    }
    PB_CHECK(pb_score_find(score[0], "log_loss")->value < 0.35); /* nobody wins by staying out, and it says so */
    for (int k = 0; k < 4; k++) {
        pb_score_destroy(score[k]);
        pb_rows_fini(&rows[k]);
    }
    free(h);
}

PB_TEST(the_same_races_teach_the_same_numbers_and_they_are_sound)
{
    made_history *h = make_history();
    pb_model *a = trained(&pb__kind_undercut.model, &h->history), *b = trained(&pb__kind_undercut.model, &h->history);
    pb__undercut_fit x, y;
    PB_CHECK_EQ(pb__undercut_fit_of(a, &x, NULL), PB_OK);
    PB_CHECK_EQ(pb__undercut_fit_of(b, &y, NULL), PB_OK);
    PB_CHECK(x.ahead.first_s == y.ahead.first_s && x.ahead.share == y.ahead.share);
    PB_CHECK(x.ahead.lap_sd_s == y.ahead.lap_sd_s && x.ahead.odd_prob == y.ahead.odd_prob);
    PB_CHECK(x.gain.first_s == y.gain.first_s && x.gain.lap_sd_s == y.gain.lap_sd_s);
    PB_CHECK(!x.prior);
    for (int i = 0; i < PB__CUT_STOPS; i++) {
        PB_CHECK(i == 0 || x.stop_s[i] >= x.stop_s[i - 1]);
        PB_CHECK_NEAR(x.stop_s[i], -x.stop_s[PB__CUT_STOPS - 1 - i], 0.5); /* one less another: even */
    }
    pb_model_destroy(a);
    pb_model_destroy(b);
    free(h);
}

PB_TEST(too_few_pairs_leave_the_constants_which_say_so)
{
    made_history *h     = make_history();
    pb_model     *model = trained(&pb__kind_undercut.model, &(pb_history){h->entry, 1});
    static asking a;
    pb_undercut   said;
    PB_CHECK_HAS(pb_model_text(model, "undercut.prior"), "prior");
    ask_init(&a, model, 4, 12);
    PB_CHECK_EQ(pb_undercut_ask(&a.pair, false, 1, &said, NULL), PB_OK);
    PB_CHECK(said.prior);
    ask_fini(&a);
    pb_model_destroy(model);
    free(h);
}

PB_TEST(a_model_without_numbers_or_with_impossible_ones_is_refused)
{
    static asking    a;
    pb_undercut      said;
    pb_model        *model = NULL;
    pb_error         error = {0};
    pb__undercut_fit fit;
    double           odd[4] = {0.3, 1, 1.2, 0.9}, share[2 * PB__CUT_ANSWERS] = {0.5};
    ask_init(&a, NULL, 4, 12);
    PB_CHECK_EQ(pb_model_create("undercut", &model, NULL), PB_OK);
    a.pair.model = model;
    PB_CHECK_EQ(pb_undercut_ask(&a.pair, false, 1, &said, &error), PB_E_MISSING);
    PB_CHECK_HAS(error.text, "undercut.ahead");
    PB_CHECK_EQ(pb_undercut_tyres(model, NULL, 0, &a.pair.sight, &a.tyres, &error), PB_E_MISSING);
    PB_CHECK_EQ(pb__undercut_fit_of(NULL, &fit, NULL), PB_OK);
    PB_CHECK_EQ(pb__undercut_fit_put(&fit, model, NULL), PB_OK);
    PB_CHECK_EQ(pb_undercut_ask(&a.pair, false, 1, &said, &error), PB_OK);
    PB_CHECK_EQ(pb_model_put(model, "undercut.ahead", odd, 4, NULL), PB_OK);
    PB_CHECK_EQ(pb_undercut_ask(&a.pair, false, 1, &said, &error), PB_E_RANGE);
    PB_CHECK_EQ(pb__undercut_fit_put(&fit, model, NULL), PB_OK);
    PB_CHECK_EQ(pb_model_put(model, "undercut.answer", share, (size_t)2 * PB__CUT_ANSWERS, NULL), PB_OK);
    PB_CHECK_EQ(pb_undercut_ask(&a.pair, false, 1, &said, &error), PB_E_RANGE);
    ask_fini(&a);
    pb_model_destroy(model);
}

/* ---- rows ---- */

PB_TEST(two_rivals_of_one_stop_are_told_apart_by_name)
{
    static duel d;
    pb_rows     rows = {0};
    pb_score   *score;
    size_t      zero = 0;
    make_duel(&d, 1);
    run_car(&d, 2, -1, 11, 1); /* ahead of both, three laps later */
    look_again(&d);
    pb_history             history = {&d.race, 1};
    const pb_score_options options = pb_score_options_default();
    pb__truths             t       = truths_of(&d);
    PB_CHECK_EQ(t.n, 3); /* 1 on 0, 1 on 2, 0 on 2 */
    for (size_t i = 0; i < t.n; i++) {
        pb_row row = pb__undercut_row(&d.log, &t.at[i], t.at[i].y > 0 ? 0.9 : 0.1);
        PB_CHECK_EQ(pb_rows_add(&rows, &row), PB_OK);
    }
    PB_CHECK_EQ(pb_score_create("undercut", &history, &zero, 1, &rows, &options, &score, NULL), PB_OK);
    PB_CHECK_EQ(pb_score_facts_of(score)->duplicates, 0);
    PB_CHECK_EQ(pb_score_facts_of(score)->missing, 0);
    PB_CHECK_NEAR(pb_score_find(score, "log_loss")->value, -log(0.9), 1e-9);
    pb_score_destroy(score);
    rows.at[0].text[PB__CUT_RIVAL][0] = 'X'; /* of nobody */
    PB_CHECK_EQ(pb_score_create("undercut", &history, &zero, 1, &rows, &options, &score, NULL), PB_OK);
    PB_CHECK_EQ(pb_score_facts_of(score)->missing, 1);
    pb_score_destroy(score);
    pb__truths_fini(&t);
    pb_rows_fini(&rows);
}

/* ---- explained ---- */

PB_TEST(reasons_are_seconds_and_questions_without_a_rival_are_refused)
{
    made_history *h     = make_history();
    pb_model     *model = trained(&pb__kind_undercut.model, &(pb_history){h->entry, MADE_RACES - 1});
    pb_question   q     = {.history = &h->history, .at = MADE_RACES - 1, .car = 5, .lap = 13, .horizon = 2};
    pb_row        row;
    pb_evidence   why[PB_EVIDENCE_MAX];
    pb_error      error = {0};
    if (pb__kind_undercut.explain(model, &q, &row, why, &error) != PB_OK) fail_msg("%s", error.text);
    PB_CHECK_TEXT(row.driver, "C05");
    PB_CHECK_TEXT(row.text[PB__CUT_RIVAL], "C04");
    PB_CHECK_TEXT(row.text[PB__CUT_MOVE], "UNDERCUT");
    PB_CHECK_NEAR(row.value[PB__CUT_LAPS], 2, 0);
    PB_CHECK_TEXT(why[0].unit, "s");
    PB_CHECK(fabs(why[0].value) >= fabs(why[1].value));
    q.car = 0;
    q.lap = 9;
    PB_CHECK_EQ(pb__kind_undercut.explain(model, &q, &row, why, &error), PB_E_EMPTY);
    PB_CHECK_HAS(error.text, "nobody is ahead");
    q.car     = 5;
    q.horizon = 7;
    PB_CHECK_EQ(pb__kind_undercut.explain(model, &q, &row, why, &error), PB_E_RANGE);
    q.horizon = 1;
    q.lap     = 1;
    PB_CHECK_EQ(pb__kind_undercut.explain(model, &q, &row, why, &error), PB_E_EMPTY);
    q.lap = PB_LAPS_MAX;
    PB_CHECK_EQ(pb__kind_undercut.explain(model, &q, &row, why, &error), PB_E_EMPTY);
    pb_model_destroy(model);
    free(h);
}

/* ---- real laps ---- */

static size_t compare(const pb_race_log *whole, const pb_race_log *cut, int32_t now_ms)
{
    pb_scene       *scene[2];
    pb_tyre_filter *tyres[2];
    size_t          asked    = 0;
    pb_sight        sight[2] = {{whole, PB_LAPS_MAX, now_ms}, {cut, PB_LAPS_MAX, INT32_MAX}};
    for (int k = 0; k < 2; k++) {
        PB_CHECK_EQ(pb_scene_create(sight[k].log, NULL, &scene[k], NULL), PB_OK);
        pb_scene_look(scene[k], sight[k].max_lap, sight[k].max_ms);
        PB_CHECK_EQ(pb_undercut_tyres(NULL, NULL, 0, &sight[k], &tyres[k], NULL), PB_OK);
    }
    for (uint32_t a = 0; a < cut->n_cars; a++)
        for (uint32_t d = 0; d < cut->n_cars; d++) {
            pb_undercut_outlook said[2];
            pb_status           status[2];
            memset(said, 0, sizeof said);
            for (int k = 0; k < 2; k++) {
                pb_undercut_pair pair = {.scene    = scene[k],
                                         .tyres    = tyres[k],
                                         .sight    = sight[k],
                                         .attacker = (uint32_t)car_index(sight[k].log, cut->cars[a].code),
                                         .defender = (uint32_t)car_index(sight[k].log, cut->cars[d].code)};
                status[k]             = pb_undercut_look_ahead(&pair, false, NULL, &said[k], NULL);
            }
            PB_CHECK_EQ(status[0], status[1]);
            if (status[0] != PB_OK) continue;
            PB_CHECK_EQ(said[0].in_lap, said[1].in_lap);
            PB_CHECK(said[0].p_success == said[1].p_success && said[0].at[1].gain_s == said[1].at[1].gain_s);
            asked++;
        }
    for (int k = 0; k < 2; k++) {
        pb_scene_destroy(scene[k]);
        pb_tyre_filter_destroy(tyres[k]);
    }
    return asked;
}

PB_TEST(nothing_that_comes_after_the_moment_is_known)
{
    static const char path[] = PB_LAPS_DIR "/races/2023_07_spanish.csv";
    pb_race_log       log, cut;
    pb_log_car        cars[PB_CARS_MAX];
    size_t            asked = 0;
    pb_need_shared(path);
    read_file(&log, path);
    pb_race_outcome *outcome = malloc(sizeof *outcome);
    PB_CHECK_EQ(pb_race_outcome_of(&log, outcome), PB_OK);
    for (uint32_t lap = 1; lap < outcome->laps; lap += 5) {
        cut_race(&log, outcome->lead_ms[lap], &cut, cars);
        asked += compare(&log, &cut, outcome->lead_ms[lap]);
        cut_race(&log, outcome->lead_ms[lap] + 8000, &cut, cars); /* when half the field has crossed */
        asked += compare(&log, &cut, outcome->lead_ms[lap] + 8000);
    }
    print_message("%zu pairs\n", asked);
    PB_CHECK(asked > 100);
    free(outcome);
    pb_race_log_fini(&log);
}

PB_TEST_MAIN(PB_RUN(an_undercut_is_won_when_the_gain_is_more_than_the_gap),
             PB_RUN(an_overcut_is_told_of_the_car_that_stays_out), PB_RUN(what_is_no_pair_is_not_asked),
             PB_RUN(answers_are_counted_whether_they_come_soon_or_never),
             PB_RUN(the_expected_gain_is_the_sum_of_old_laps_less_new_ones),
             PB_RUN(an_undercut_gets_better_with_every_lap_the_rival_waits_and_an_overcut_worse),
             PB_RUN(a_penalty_to_serve_counts_by_the_second),
             PB_RUN(the_car_ahead_may_ask_before_the_car_behind_has_crossed),
             PB_RUN(cars_that_are_no_pair_are_refused_with_the_reason),
             PB_RUN(cars_in_the_lane_on_wet_tyres_or_out_of_the_race_are_refused),
             PB_RUN(no_stop_is_told_that_leaves_no_out_lap_before_the_flag),
             PB_RUN(without_a_pit_call_the_rival_answers_as_past_rivals_did),
             PB_RUN(the_shipped_pit_call_says_when_the_rival_answers), PB_RUN(every_pair_of_a_race_gets_one_answer),
             PB_RUN(the_same_races_teach_the_same_numbers_and_they_are_sound),
             PB_RUN(too_few_pairs_leave_the_constants_which_say_so),
             PB_RUN(a_model_without_numbers_or_with_impossible_ones_is_refused),
             PB_RUN(two_rivals_of_one_stop_are_told_apart_by_name),
             PB_RUN(reasons_are_seconds_and_questions_without_a_rival_are_refused),
             PB_RUN(nothing_that_comes_after_the_moment_is_known))
