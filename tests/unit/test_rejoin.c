/* Where a stop puts a car: distributions that are ones, nothing seen of later laps, and
 * what is refused. */
#include "pb_test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"
#include "pitboard/predict_registry.h"
#include "pitboard/predict_rejoin.h"
#include "pitboard/wire.h"

#define ITALIAN PB_SOURCE_DIR "/data/races/2024_16_italian.csv"

/* One race as a history of itself, cut at a lap; 0: whole. */
typedef struct asked {
    pb_race_log      log;
    pb_race_outcome *outcome;
    pb_history_race  race;
    pb_history       history;
    pb_model        *model;
    pb_rejoin_desk  *desk;
} asked;

static void open_race(uint32_t cut, asked *a)
{
    pb_bytes        text;
    pb_error        error = {0};
    pb_model_choice choice;
    memset(a, 0, sizeof *a);
    pb_race_log_init(&a->log);
    PB_CHECK_EQ(pb_file_read(ITALIAN, 0, &text, &error), PB_OK);
    PB_CHECK_EQ(pb_wire_read_laps((pb_span){text.at, text.len}, ITALIAN, &a->log, &error), PB_OK);
    pb_bytes_free(&text);
    if (cut) pb_race_log_cut(&a->log, cut);
    a->outcome = malloc(sizeof *a->outcome);
    PB_CHECK_EQ(pb_race_outcome_of(&a->log, a->outcome), PB_OK);
    a->race    = (pb_history_race){.log = &a->log, .outcome = a->outcome, .usable = true};
    a->history = (pb_history){&a->race, 1};
    PB_CHECK_EQ(pb_registry_active(NULL, pb_model_kind_find("rejoin"), &a->model, &choice, &error), PB_OK);
    PB_CHECK(a->model != NULL);
    if (pb_rejoin_desk_create(a->model, &a->history, 0, PB_REJOIN_BY_CLOCK, &a->desk, &error) != PB_OK)
        fail_msg("%s", error.text);
}

static void close_race(asked *a)
{
    pb_rejoin_desk_destroy(a->desk);
    pb_model_destroy(a->model);
    free(a->outcome);
    pb_race_log_fini(&a->log);
}

static pb_status ask(asked *a, uint32_t car, uint16_t lap, pb_rejoin_flag flag, pb_rejoin *out, pb_error *error)
{
    pb_rejoin_ask q = pb_rejoin_ask_default();
    q.car           = car;
    q.lap           = lap;
    q.flag          = flag;
    return pb_rejoin_of(a->desk, &q, out, error);
}

PB_TEST(places_are_a_distribution_and_the_told_one_is_among_them)
{
    asked    a;
    pb_error error = {0};
    open_race(0, &a);
    for (uint32_t c = 0; c < a.log.n_cars; c += 3) {
        pb_rejoin r;
        double    sum = 0;
        if (a.log.cars[c].n_laps < 22) continue;
        if (ask(&a, c, 20, PB_REJOIN_GREEN, &r, &error) != PB_OK) fail_msg("%s", error.text);
        for (uint32_t i = 0; i < PB_CARS_MAX; i++) {
            PB_CHECK(r.p[i] >= 0);
            sum += r.p[i];
        }
        PB_CHECK_NEAR(sum, 1, 1e-9);
        PB_CHECK(r.place >= 1 && r.place <= a.log.n_cars && r.p[r.place - 1] > 0);
        PB_CHECK(r.p_within1 > 0 && r.p_within1 < 1 && r.loss_lo_s < r.loss_hi_s);
        PB_CHECK(r.known_p_exact > 0 && r.known_entropy <= r.entropy + 1e-9);
    }
    close_race(&a);
}

PB_TEST(a_stop_under_the_safety_car_costs_no_more_places)
{
    asked     a;
    pb_error  error = {0};
    pb_rejoin green, sc;
    open_race(0, &a);
    PB_CHECK_EQ(ask(&a, 5, 20, PB_REJOIN_GREEN, &green, &error), PB_OK);
    PB_CHECK_EQ(ask(&a, 5, 20, PB_REJOIN_SC_ONSET, &sc, &error), PB_OK);
    PB_CHECK(sc.loss_s < green.loss_s && sc.mean_place <= green.mean_place);
    close_race(&a);
}

PB_TEST(a_log_that_ends_there_gives_the_same_answer)
{
    asked     whole, cut;
    pb_error  error = {0};
    pb_rejoin x, y;
    open_race(0, &whole);
    open_race(25, &cut);
    for (uint32_t c = 0; c < cut.log.n_cars; c += 4) {
        uint16_t lap      = (uint16_t)(cut.log.cars[c].laps[cut.log.cars[c].n_laps - 1].number - 1);
        uint32_t in_whole = 0;
        while (strcmp(whole.log.cars[in_whole].code, cut.log.cars[c].code) != 0) in_whole++;
        if (ask(&whole, in_whole, lap, PB_REJOIN_GREEN, &x, &error) != PB_OK) continue;
        PB_CHECK_EQ(ask(&cut, c, lap, PB_REJOIN_GREEN, &y, &error), PB_OK);
        PB_CHECK_EQ(x.place, y.place);
        PB_CHECK(memcmp(x.p, y.p, sizeof x.p) == 0);
    }
    close_race(&whole);
    close_race(&cut);
}

PB_TEST(what_cannot_be_asked_is_refused_with_the_reason)
{
    asked     a;
    pb_error  error = {0};
    pb_rejoin r;
    open_race(0, &a);
    PB_CHECK_EQ(ask(&a, 99, 20, PB_REJOIN_GREEN, &r, &error), PB_E_RANGE);
    PB_CHECK(error.text[0] != '\0');
    PB_CHECK_EQ(ask(&a, 0, 0, PB_REJOIN_GREEN, &r, &error), PB_E_RANGE);
    PB_CHECK_EQ(ask(&a, 0, 20, (pb_rejoin_flag)77, &r, &error), PB_E_RANGE);
    PB_CHECK_EQ(ask(&a, 0, 500, PB_REJOIN_GREEN, &r, &error), PB_E_EMPTY);
    close_race(&a);
}

PB_TEST_MAIN(PB_RUN(places_are_a_distribution_and_the_told_one_is_among_them),
             PB_RUN(a_stop_under_the_safety_car_costs_no_more_places),
             PB_RUN(a_log_that_ends_there_gives_the_same_answer),
             PB_RUN(what_cannot_be_asked_is_refused_with_the_reason))
