/* What a call says of rivals holds together: who is ahead after a stop and who is
 * behind, and who may undercut whom. */
#include "pb_test.h"

#include <stdlib.h>
#include <string.h>

#include "decide/options.h"
#include "pitboard/codec.h"
#include "pitboard/decide.h"
#include "pitboard/num.h"
#include "pitboard/predict_registry.h"
#include "pitboard/predict_undercut.h"
#include "pitboard/wire.h"

#define RACE(name) PB_SOURCE_DIR "/data/races/" name ".csv"
#define SPANISH RACE("2023_07_spanish")
#define SAUDI RACE("2021_21_saudi_arabian")
#define TOSS_UP_S 3.0 /* two stops and two laps may turn as much around */

static const char *const kinds[] = {"pitcall", "rejoin", "undercut"};
enum { WALL, REJOIN, UNDERCUT, MODELS };

/* A race cut at a lap, with all that a call may look at. */
typedef struct asked {
    pb_race_log      log;
    pb_race_spec    *spec;
    pb_prior        *prior;
    pb_race_outcome *outcome;
    pb_history_race  race;
    pb_history       history;
    pb_model        *model[MODELS];
    pb_scene        *scene;
    pb_tyre_filter  *tyres;
    pb_decide_view   view;
} asked;

static void read_race(const char *path, uint32_t lap, asked *a)
{
    pb_bytes text;
    pb_error error = {0};
    pb_race_log_init(&a->log);
    PB_CHECK_EQ(pb_file_read(path, 0, &text, &error), PB_OK);
    PB_CHECK_EQ(pb_wire_read_laps((pb_span){text.at, text.len}, path, &a->log, &error), PB_OK);
    pb_bytes_free(&text);
    pb_race_log_cut(&a->log, lap);
    a->outcome = malloc(sizeof *a->outcome);
    PB_CHECK_EQ(pb_race_outcome_of(&a->log, a->outcome), PB_OK);
    a->race    = (pb_history_race){.log = &a->log, .outcome = a->outcome, .usable = true};
    a->history = (pb_history){&a->race, 1};
}

static void open_race(const char *path, uint32_t lap, asked *a)
{
    pb_error        error = {0};
    pb_model_choice choice;
    memset(a, 0, sizeof *a);
    read_race(path, lap, a);
    a->spec  = malloc(sizeof *a->spec);
    a->prior = malloc(sizeof *a->prior);
    PB_CHECK_EQ(pb_prior_shipped(a->prior, &error), PB_OK);
    for (int k = 0; k < MODELS; k++)
        PB_CHECK_EQ(pb_registry_active(NULL, pb_model_kind_find(kinds[k]), &a->model[k], &choice, &error), PB_OK);
    const pb_fit_options how = {.from_lap = (uint16_t)lap, .pit_wall = a->model[WALL]};
    if (pb_fit_race(&a->log, a->prior, &how, NULL, 0, a->spec, &error) != PB_OK) fail_msg("%s", error.text);
    int32_t        now = a->outcome->lead_ms[lap];
    const pb_sight all = {&a->log, PB_LAPS_MAX, now};
    PB_CHECK_EQ(pb_scene_create(&a->log, NULL, &a->scene, &error), PB_OK);
    pb_scene_look(a->scene, PB_LAPS_MAX, now);
    PB_CHECK_EQ(pb_undercut_tyres(a->model[UNDERCUT], &a->history, 0, &all, &a->tyres, &error), PB_OK);
    a->view = (pb_decide_view){.log      = &a->log,
                               .now_ms   = now,
                               .scene    = a->scene,
                               .history  = &a->history,
                               .pitcall  = a->model[WALL],
                               .rejoin   = a->model[REJOIN],
                               .undercut = a->model[UNDERCUT],
                               .tyres    = a->tyres};
}

static void close_race(asked *a)
{
    pb_scene_destroy(a->scene);
    pb_tyre_filter_destroy(a->tyres);
    for (int k = 0; k < MODELS; k++) pb_model_destroy(a->model[k]);
    pb_race_log_fini(&a->log);
    free(a->outcome);
    free(a->spec);
    free(a->prior);
}

static pb_call call_of(const asked *a, uint32_t car)
{
    pb_decide_options options = pb_decide_options_default();
    pb_effort         effort  = pb_effort_default();
    pb_decider       *d       = NULL;
    pb_error          error   = {0};
    pb_call           call;
    effort.trials        = 256;
    options.table_trials = 0;
    options.flips        = false;
    if (pb_decider_create(a->spec, &effort, &d, &error) != PB_OK) fail_msg("%s", error.text);
    if (pb_decide_call(d, &a->view, car, &options, &call, &error) != PB_OK) fail_msg("%s", error.text);
    pb_decider_destroy(d);
    return call;
}

static void set_flag(asked *a, pb_neutral_kind flag)
{
    a->view.flag               = flag;
    a->spec->neutral.n_phases  = flag != 0;
    double from                = a->spec->from_lap + 0.05;
    a->spec->neutral.phases[0] = (pb_phase_spec){flag, from, from + 3, true};
}

static uint32_t running(const pb_race_spec *spec)
{
    uint32_t n = 0;
    for (uint32_t c = 0; c < spec->n_cars; c++) n += spec->cars[c].state.running;
    return n;
}

/* Car in this place; PB_CALL_NOBODY none runs there. */
static uint8_t car_at(const pb_race_spec *spec, uint32_t place)
{
    for (uint8_t c = 0; c < spec->n_cars; c++)
        if (spec->cars[c].state.running && spec->cars[c].state.position == place) return c;
    return PB_CALL_NOBODY;
}

static double gap_s(const pb_race_spec *spec, uint32_t car)
{
    return spec->cars[car].state.gap_s;
}

/* ---- where a stop puts the car ---- */

static void check_rejoin(const asked *a, uint32_t car, const pb_call *call)
{
    const pb_call_rejoin *r    = &call->rejoin;
    double                wait = call->team.mate == PB_CALL_NOBODY ? 0 : call->team.wait_s;
    PB_CHECK(r->known && r->position >= 1 && r->position <= running(a->spec));
    PB_CHECK_EQ(r->position == 1, r->ahead == PB_CALL_NOBODY);
    PB_CHECK_EQ(r->position == running(a->spec), r->behind == PB_CALL_NOBODY);
    PB_CHECK(r->ahead_s >= 0 && r->behind_s >= 0 && r->ahead != car && r->behind != car);
    PB_CHECK(r->ahead == PB_CALL_NOBODY || r->ahead != r->behind);
    if (a->view.flag == 0 && pb__rain_about(a->spec)) return;        /* on other kinds of tyre pace outweighs the gap */
    if (r->ahead != PB_CALL_NOBODY && a->view.rival_boxed[r->ahead]) /* it stops as long as we do */
        PB_CHECK(gap_s(a->spec, r->ahead) < gap_s(a->spec, car) + wait + TOSS_UP_S);
    if (r->behind != PB_CALL_NOBODY && a->view.rival_boxed[r->behind])
        PB_CHECK(gap_s(a->spec, r->behind) + wait + TOSS_UP_S > gap_s(a->spec, car));
}

/* Runs, and did not come in on the lap before. */
static bool may_stop(const asked *a, uint32_t c)
{
    const pb_log_car *car = &a->log.cars[c];
    return a->spec->cars[c].state.running && car->n_laps > 0 && car->laps[car->n_laps - 1].pit_in_ms == PB_MS_NONE;
}

/* One car of a moment, with a flag and rivals in the lane, all by draw. */
static void check_moment(asked *a, uint32_t draw)
{
    static const pb_neutral_kind flags[] = {(pb_neutral_kind)0, PB_NEUTRAL_SC, PB_NEUTRAL_VSC};
    pb_philox                    u       = pb_draw(7, draw, 0, 0, 0);
    uint8_t                      car     = car_at(a->spec, 1 + u.word[0] % running(a->spec));
    set_flag(a, flags[u.word[1] % 3]);
    for (uint32_t c = 0; c < a->spec->n_cars; c++)
        a->view.rival_boxed[c] = c != car && may_stop(a, c) && (u.word[2] & u.word[3]) >> c & 1;
    pb_call call = call_of(a, car);
    check_rejoin(a, car, &call);
}

PB_TEST(at_any_moment_place_and_neighbours_of_a_stop_agree)
{
    static const char *const races[] = {SPANISH, SAUDI, RACE("2024_16_italian"), RACE("2019_11_german")};
    static const uint32_t    laps[]  = {9, 24, 40};
    for (uint32_t i = 0; i < 12; i++) {
        asked a;
        open_race(races[i % 4], laps[i / 4], &a);
        for (uint32_t k = 0; k < 10; k++) check_moment(&a, 100 * i + k);
        close_race(&a);
    }
}

PB_TEST(when_everybody_stops_under_the_safety_car_everybody_keeps_the_place)
{
    asked    a;
    uint32_t seen = 0;
    open_race(SPANISH, 24, &a);
    set_flag(&a, PB_NEUTRAL_SC);
    for (uint32_t place = 2; place < running(a.spec); place++) {
        uint8_t car = car_at(a.spec, place), ahead = car_at(a.spec, place - 1), behind = car_at(a.spec, place + 1);
        for (uint32_t c = 0; c < a.spec->n_cars; c++) a.view.rival_boxed[c] = c != car && a.spec->cars[c].state.running;
        if (gap_s(a.spec, car) - gap_s(a.spec, ahead) < TOSS_UP_S) continue;
        if (gap_s(a.spec, behind) - gap_s(a.spec, car) < TOSS_UP_S) continue;
        pb_call call = call_of(&a, car);
        if (call.team.wait_s > 0) continue;
        PB_CHECK_EQ(call.rejoin.position, place);
        PB_CHECK_EQ(call.rejoin.ahead, ahead);
        PB_CHECK_EQ(call.rejoin.behind, behind);
        seen++;
    }
    PB_CHECK(seen >= 2);
    close_race(&a);
}

PB_TEST(the_second_car_of_a_team_that_stops_comes_out_by_the_wait_later)
{
    asked a;
    open_race(SAUDI, 9, &a);
    set_flag(&a, PB_NEUTRAL_SC);
    uint8_t first = car_at(a.spec, 1), second = PB_CALL_NOBODY;
    for (uint8_t c = 0; c < a.spec->n_cars; c++)
        if (c != first && strcmp(a.spec->cars[c].team, a.spec->cars[first].team) == 0) second = c;
    a.view.rival_boxed[first] = true;
    for (uint8_t c = 0; c < a.spec->n_cars; c++) /* nobody between them */
        if (c != first && c != second) a.spec->cars[c].state.gap_s += 60;
    pb_call call = call_of(&a, second);
    PB_CHECK(call.team.wait_s > 0);
    PB_CHECK_EQ(call.rejoin.ahead, first);
    double stops_s = a.spec->cars[second].stop_s - a.spec->cars[first].stop_s;
    PB_CHECK_NEAR(call.rejoin.ahead_s, gap_s(a.spec, second) - gap_s(a.spec, first) + stops_s + call.team.wait_s, 1e-9);
    close_race(&a);
}

/* ---- who may undercut whom ---- */

static double threat_of(const pb_call *call, uint32_t rival)
{
    for (uint32_t i = 0; i < call->n_duels; i++)
        if (call->duels[i].kind == PB_DUEL_THREAT && call->duels[i].rival == rival) return call->duels[i].p;
    return 0;
}

PB_TEST(a_car_that_is_done_with_its_stops_threatens_nobody_until_it_is_seen_to_come_in)
{
    asked    a;
    uint32_t seen = 0;
    open_race(SPANISH, 58, &a);
    for (uint32_t place = 1; place < running(a.spec); place++) {
        uint8_t car = car_at(a.spec, place), behind = car_at(a.spec, place + 1);
        pb_call calm               = call_of(&a, car);
        a.view.rival_boxed[behind] = true;
        pb_call alarm              = call_of(&a, car);
        a.view.rival_boxed[behind] = false;
        PB_CHECK(threat_of(&calm, behind) < 0.1);
        PB_CHECK(threat_of(&calm, behind) <= threat_of(&alarm, behind));
        PB_CHECK(calm.actions[0].action != PB_ACTION_COVER);
        seen += threat_of(&alarm, behind) > 0.3;
    }
    PB_CHECK(seen >= 2);
    close_race(&a);
}

PB_TEST(a_stop_that_a_rival_on_its_way_in_would_punish_is_called_cover)
{
    asked    a;
    uint32_t covers = 0;
    open_race(SPANISH, 24, &a);
    for (uint32_t place = 1; place < running(a.spec); place++) {
        uint8_t car = car_at(a.spec, place), behind = car_at(a.spec, place + 1);
        a.view.rival_boxed[behind] = true;
        pb_call call               = call_of(&a, car);
        a.view.rival_boxed[behind] = false;
        if (!pb_action_boxes(call.actions[0].action)) continue;
        if (threat_of(&call, behind) >= 0.3) PB_CHECK_EQ(call.actions[0].action, PB_ACTION_COVER);
        covers += call.actions[0].action == PB_ACTION_COVER;
    }
    PB_CHECK(covers >= 1);
    close_race(&a);
}

PB_TEST(who_stops_on_this_lap_cannot_be_undercut)
{
    asked    a;
    uint32_t chances = 0;
    open_race(SPANISH, 24, &a);
    for (uint32_t place = 2; place <= running(a.spec); place++) {
        uint8_t car = car_at(a.spec, place), ahead = car_at(a.spec, place - 1);
        for (int boxed = 0; boxed < 2; boxed++) {
            a.view.rival_boxed[ahead] = boxed;
            pb_call call              = call_of(&a, car);
            for (uint32_t i = 0; i < call.n_duels; i++) {
                bool undercut = call.duels[i].kind == PB_DUEL_UNDERCUT && call.duels[i].rival == ahead;
                PB_CHECK(!boxed || !undercut);
                chances += undercut;
            }
        }
        a.view.rival_boxed[ahead] = false;
    }
    PB_CHECK(chances >= 3);
    close_race(&a);
}

PB_TEST(on_the_last_lap_there_is_nothing_to_stop_for)
{
    asked a;
    open_race(SPANISH, 65, &a);
    for (uint32_t place = 1; place <= running(a.spec); place += 4) {
        pb_call call = call_of(&a, car_at(a.spec, place));
        PB_CHECK(!call.rejoin.known);
        PB_CHECK_EQ(call.n_duels, 0);
        PB_CHECK_EQ(call.actions[0].action, PB_ACTION_STAY_OUT);
    }
    close_race(&a);
}

PB_TEST_MAIN(PB_RUN(at_any_moment_place_and_neighbours_of_a_stop_agree),
             PB_RUN(when_everybody_stops_under_the_safety_car_everybody_keeps_the_place),
             PB_RUN(the_second_car_of_a_team_that_stops_comes_out_by_the_wait_later),
             PB_RUN(a_car_that_is_done_with_its_stops_threatens_nobody_until_it_is_seen_to_come_in),
             PB_RUN(a_stop_that_a_rival_on_its_way_in_would_punish_is_called_cover),
             PB_RUN(who_stops_on_this_lap_cannot_be_undercut), PB_RUN(on_the_last_lap_there_is_nothing_to_stop_for))
