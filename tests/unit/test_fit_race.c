/* A recorded race becomes a race file. */
#include <math.h>

#include "lap_fixture.h"
#include "pitboard/num.h"
#include "pitboard/predict.h"

#define CARS 6
#define LAPS 40
#define FILE_OF(name) PB_LAPS_DIR "/races/" name

/* A made-up race at Barcelona: car c is 0.25 c slower, starts c-th, stops once
 * from MEDIUM to HARD for 22 s at the end of lap 15 + c. */
typedef struct made {
    pb_race_log log;
    pb_log_car  car[CARS];
    pb_lap      lap[CARS][LAPS];
} made;

typedef struct plan_of_race {
    int     out_car, out_lap; /* this car does no lap after that */
    int     jump_cars;        /* so many cars lose three laps of rows after lap 9 */
    bool    untimed;
    uint8_t status[LAPS + 1];
} plan_of_race;

static int32_t lap_ms(int c, int n, int age, bool hard)
{
    pb_philox draw = pb_draw(5, (uint32_t)c, (uint32_t)n, 0, 0);
    double    s    = 80 + 0.25 * c - 0.05 * n + (hard ? 0.15 + 0.03 * age : 0.06 * age);
    return (int32_t)(1000 * (s + 0.1 * pb_normal_quantile(pb_uniform(draw.word[0]))));
}

static void make(made *m, const plan_of_race *p)
{
    memset(m, 0, sizeof *m);
    m->log = (pb_race_log){.season  = 2023,
                           .round   = 7,
                           .circuit = "barcelona",
                           .event   = "spanish",
                           .source  = "made.csv",
                           .cars    = m->car,
                           .n_cars  = CARS};
    for (int c = 0; c < CARS; c++) {
        int32_t clock_ms = 1000000 + 600 * c;
        int     laps = p->out_lap > 0 && p->out_car == c ? p->out_lap : LAPS, stop = 15 + c;
        m->car[c] = (pb_log_car){.laps = m->lap[c], .n_laps = (uint32_t)laps, .grid = (uint8_t)(c + 1)};
        snprintf(m->car[c].code, sizeof m->car[c].code, "C%d", c);
        for (int n = 1; n <= laps; n++) {
            bool    hard = n > stop;
            int     age  = hard ? n - stop - 1 : n - 1;
            int32_t ms = lap_ms(c, n, age, hard) + (n == stop ? 2000 : n == stop + 1 ? 20000 : 0) + (n == 1 ? 5000 : 0);
            if (c < p->jump_cars && n == 10) clock_ms += 240000;
            clock_ms += ms;
            m->lap[c][n - 1] = (pb_lap){.number        = (uint16_t)n,
                                        .time_ms       = p->untimed ? PB_MS_NONE : ms,
                                        .session_ms    = clock_ms,
                                        .position      = (uint8_t)(c + 1),
                                        .stint         = hard ? 2 : 1,
                                        .compound      = hard ? PB_COMPOUND_HARD : PB_COMPOUND_MEDIUM,
                                        .pit_in_ms     = n == stop ? clock_ms - 500 : PB_MS_NONE,
                                        .pit_out_ms    = n == stop + 1 ? clock_ms - ms + 21500 : PB_MS_NONE,
                                        .tyre_age_laps = (int16_t)(age + 1),
                                        .status        = p->status[n] ? p->status[n] : PB_STATUS_BIT_CLEAR,
                                        .accurate      = n != stop && n != stop + 1 && n > 1};
        }
    }
}

static pb_race_spec *fit(const pb_race_log *log, pb_fit_options options, pb_error *error, pb_status *status)
{
    pb_prior     *prior = malloc(sizeof *prior);
    pb_race_spec *spec  = calloc(1, sizeof *spec);
    pb_prior_default(prior);
    *status = pb_fit_race(log, prior, &options, NULL, 0, spec, error);
    free(prior);
    return spec;
}

static pb_race_spec *must_fit(const pb_race_log *log, pb_fit_options options)
{
    pb_error      error = {0};
    pb_status     status;
    pb_race_spec *spec = fit(log, options, &error, &status);
    if (status != PB_OK) fail_msg("%s", error.text);
    PB_CHECK_EQ(pb_race_spec_check(spec, &error), PB_OK);
    return spec;
}

static void must_refuse(const pb_race_log *log, pb_fit_options options, const char *why)
{
    pb_error      error = {0};
    pb_status     status;
    pb_race_spec *spec = fit(log, options, &error, &status);
    PB_CHECK(status != PB_OK);
    PB_CHECK_HAS(error.text, why);
    PB_CHECK_EQ(spec->n_cars, 0); /* untouched */
    free(spec);
}

static const pb_fit_options hindsight = {.whole_race = true, .actual_plans = true};

static const pb_plan *only_plan(const pb_race_spec *spec, int car)
{
    PB_CHECK_EQ(spec->cars[car].n_plans, 1);
    return &spec->cars[car].plans[0];
}

PB_TEST(pace_wear_and_stops_of_a_race_are_found_again)
{
    made m;
    make(&m, &(plan_of_race){0});
    pb_race_spec *spec = must_fit(&m.log, hindsight);
    PB_CHECK_EQ(spec->n_cars, CARS);
    PB_CHECK_EQ(spec->rules.laps, LAPS);
    PB_CHECK_NEAR(spec->evolution_s_per_lap, -0.05, 0.02);
    for (int c = 0; c < CARS; c++) {
        const pb_plan *plan = only_plan(spec, c);
        PB_CHECK_EQ(spec->cars[c].grid, c + 1);
        PB_CHECK_NEAR(spec->cars[c].pace_s - spec->cars[0].pace_s, 0.25 * c, 0.15);
        PB_CHECK_EQ(plan->n_stints, 2);
        PB_CHECK_EQ(plan->stints[1].in_lap, 15 + c);
        PB_CHECK_TEXT(spec->compounds[plan->stints[0].compound].name, "MEDIUM");
        PB_CHECK_TEXT(spec->compounds[plan->stints[1].compound].name, "HARD");
    }
    PB_CHECK_NEAR(spec->pit.loss_s, 22, 1);
    free(spec);
}

PB_TEST(every_derived_number_says_where_it_comes_from)
{
    static const char *const wanted[] = {"/base_lap_s", "/pit/loss_s",     "/cars/0/pace_s", "/cars/plans",
                                         "/rules/laps", "/neutral/phases", "/cars/grid",     "/cars/dnf_prob"};
    made                     m;
    make(&m, &(plan_of_race){0});
    pb_race_spec *spec = must_fit(&m.log, hindsight);
    for (size_t k = 0; k < sizeof wanted / sizeof *wanted; k++) {
        bool found = false;
        for (uint16_t i = 0; i < spec->n_origins; i++) found |= strcmp(spec->origins[i].pointer, wanted[k]) == 0;
        if (!found) fail_msg("%s has no origin", wanted[k]);
    }
    free(spec);
}

PB_TEST(the_pit_loss_is_left_alone_when_lane_times_are_not_given)
{
    made m;
    make(&m, &(plan_of_race){0});
    pb_fit_options blind = hindsight;
    blind.blind_lane     = true;
    pb_race_spec *a = must_fit(&m.log, hindsight), *b = must_fit(&m.log, blind);
    for (int c = 0; c < CARS; c++) m.lap[c][15 + c].time_ms += 7000; /* slower stops */
    pb_race_spec *c = must_fit(&m.log, hindsight), *d = must_fit(&m.log, blind);
    PB_CHECK(c->pit.loss_s > a->pit.loss_s + 1);
    PB_CHECK(b->pit.loss_s == d->pit.loss_s);
    free(a), free(b), free(c), free(d);
}

PB_TEST(a_car_that_dropped_out_goes_on_like_the_car_most_like_it)
{
    made m;
    make(&m, &(plan_of_race){.out_car = 2, .out_lap = 10});
    pb_race_spec  *spec = must_fit(&m.log, hindsight);
    const pb_plan *plan = only_plan(spec, 2);
    PB_CHECK_EQ(plan->n_stints, 2);
    PB_CHECK(plan->stints[1].in_lap > 10);
    PB_CHECK(plan->stints[1].in_lap == 16 || plan->stints[1].in_lap == 18); /* its neighbours on the grid */
    PB_CHECK(spec->cars[2].dnf_prob < 1);                                   /* that it dropped out is not told */
    free(spec);
}

PB_TEST(a_replay_has_no_luck_to_draw_twice_and_no_reactions)
{
    made m;
    make(&m, &(plan_of_race){0});
    pb_fit_options replay  = hindsight;
    replay.actual_neutral  = true;
    pb_race_spec *free_run = must_fit(&m.log, (pb_fit_options){.whole_race = true}), *played = must_fit(&m.log, replay);
    PB_CHECK(free_run->effects & PB_EFFECT_REACT_SC);
    PB_CHECK(!(played->effects & PB_EFFECT_REACT_SC));
    PB_CHECK(!(played->effects & PB_EFFECT_PACE_UNCERTAINTY));
    PB_CHECK(played->cars[0].noise_mult < 0.5 * free_run->cars[0].noise_mult);
    PB_CHECK(played->neutral.actual && !free_run->neutral.actual);
    free(free_run), free(played);
}

/* What was known at the end of lap n, by cutting the whole race or by never
 * having seen the rest. */
PB_TEST(nothing_later_than_the_lap_is_used)
{
    made whole, part;
    make(&whole, &(plan_of_race){0});
    make(&part, &(plan_of_race){0});
    for (int c = 0; c < CARS; c++)
        for (uint32_t i = 20; i < LAPS; i++) { /* another future */
            whole.lap[c][i].time_ms += 500 * c;
            whole.lap[c][i].session_ms += 500 * c * (int32_t)(i - 19);
            whole.lap[c][i].compound = PB_COMPOUND_SOFT;
        }
    pb_race_log_cut(&whole.log, 20);
    pb_race_log_cut(&part.log, 20);
    pb_race_spec *a = must_fit(&whole.log, (pb_fit_options){.from_lap = 20}),
                 *b = must_fit(&part.log, (pb_fit_options){.from_lap = 20});
    PB_CHECK(memcmp(a, b, sizeof *a) == 0);
    PB_CHECK_EQ(a->from_lap, 20);
    PB_CHECK_EQ(a->rules.laps, pb_scheduled_laps("barcelona", 2023, false));
    free(a), free(b);
}

PB_TEST(the_state_of_a_race_under_way_is_that_of_the_rows)
{
    made m;
    make(&m, &(plan_of_race){.out_car = 5, .out_lap = 12});
    pb_race_log_cut(&m.log, 18);
    pb_race_spec *spec = must_fit(&m.log, (pb_fit_options){.from_lap = 18});
    PB_CHECK_EQ(spec->cars[0].state.stops_done, 1);
    PB_CHECK_EQ(spec->cars[4].state.stops_done, 0);
    PB_CHECK_EQ(spec->cars[4].state.position, 1); /* the cars ahead of it have stopped */
    PB_CHECK_NEAR(spec->cars[4].state.tyre_age_laps, 18, 1.1);
    PB_CHECK_TEXT(spec->compounds[spec->cars[0].state.compound].name, "HARD");
    PB_CHECK(!spec->cars[5].state.running);
    PB_CHECK_EQ(spec->cars[5].state.laps_done, 12);
    for (int c = 0; c < 5; c++) PB_CHECK(spec->cars[c].state.running);
    free(spec);
}

/* The out-lap of a car still has the old set, as some feeds of 2018 and 2019 have it. */
static void name_set_late(pb_log_car *car, uint32_t in_lap)
{
    pb_lap *out        = &car->laps[in_lap]; /* row of lap in_lap + 1 */
    out->compound      = car->laps[in_lap - 1].compound;
    out->tyre_age_laps = (int16_t)(car->laps[in_lap - 1].tyre_age_laps + 1);
    out->stint         = car->laps[in_lap - 1].stint;
    for (uint32_t i = in_lap + 1; i < car->n_laps; i++) car->laps[i].tyre_age_laps--;
}

PB_TEST(a_set_that_is_named_a_lap_late_was_fitted_all_the_same)
{
    made m;
    make(&m, &(plan_of_race){0});
    name_set_late(&m.log.cars[2], 17);
    pb_race_spec  *spec = must_fit(&m.log, hindsight);
    const pb_plan *plan = only_plan(spec, 2);
    PB_CHECK_EQ(plan->n_stints, 2);
    PB_CHECK_EQ(plan->stints[1].in_lap, 17);
    PB_CHECK_TEXT(spec->compounds[plan->stints[1].compound].name, "HARD");
    PB_CHECK(spec->rules.two_compounds); /* nobody broke it */
    free(spec);
    pb_race_log_cut(&m.log, 25);
    spec = must_fit(&m.log, (pb_fit_options){.from_lap = 25});
    PB_CHECK_EQ(spec->cars[2].state.stops_done, 1);
    PB_CHECK_TEXT(spec->compounds[spec->cars[2].state.compound].name, "HARD");
    PB_CHECK_NEAR(spec->cars[2].state.tyre_age_laps, 7, 1.1);
    free(spec);
}

PB_TEST(a_set_that_is_not_known_on_the_out_lap_is_the_one_that_is_known_next)
{
    made m;
    make(&m, &(plan_of_race){0});
    m.log.cars[1].laps[16].compound = PB_COMPOUND_UNKNOWN; /* stopped on lap 16 */
    pb_race_spec  *spec             = must_fit(&m.log, hindsight);
    const pb_plan *plan             = only_plan(spec, 1);
    PB_CHECK_EQ(plan->n_stints, 2);
    PB_CHECK_EQ(plan->stints[1].in_lap, 16);
    PB_CHECK_TEXT(spec->compounds[plan->stints[1].compound].name, "HARD");
    free(spec);
}

PB_TEST(a_safety_car_that_is_out_stays_out_for_a_while)
{
    made         m;
    plan_of_race p = {0};
    for (int n = 17; n <= 20; n++) p.status[n] = PB_STATUS_BIT_SC;
    make(&m, &p);
    pb_race_log_cut(&m.log, 18);
    pb_race_spec *spec = must_fit(&m.log, (pb_fit_options){.from_lap = 18});
    PB_CHECK_EQ(spec->neutral.n_phases, 1);
    PB_CHECK_EQ(spec->neutral.phases[0].kind, PB_NEUTRAL_SC);
    PB_CHECK(spec->neutral.phases[0].end_progress >= 19);
    PB_CHECK(!spec->neutral.actual);
    free(spec);
}

PB_TEST(a_safety_car_that_went_in_is_over)
{
    made         m;
    plan_of_race p = {0};
    p.status[14] = p.status[15] = PB_STATUS_BIT_SC;
    make(&m, &p);
    pb_race_log_cut(&m.log, 18);
    pb_race_spec *spec = must_fit(&m.log, (pb_fit_options){.from_lap = 18});
    for (int i = 0; i < spec->neutral.n_phases; i++) PB_CHECK(spec->neutral.phases[i].end_progress <= 18);
    free(spec);
}

PB_TEST(what_cannot_be_played_is_refused_with_the_reason)
{
    made m;
    make(&m, &(plan_of_race){.untimed = true});
    must_refuse(&m.log, hindsight, "not one lap has a time");
    make(&m, &(plan_of_race){.jump_cars = 4});
    must_refuse(&m.log, hindsight, "shifted");
    make(&m, &(plan_of_race){0});
    m.log.n_cars = 1;
    must_refuse(&m.log, hindsight, "at least 2");
    m.log.n_cars = CARS;
    for (int c = 0; c < CARS; c++) m.car[c].n_laps = 0;
    must_refuse(&m.log, hindsight, "made.csv");
    make(&m, &(plan_of_race){0});
    m.log.circuit[0] = '\0';
    pb_race_log_cut(&m.log, 12);
    must_refuse(&m.log, (pb_fit_options){.from_lap = 12}, "circuit");
}

PB_TEST(one_car_whose_clock_jumps_is_no_reason_to_refuse)
{
    made m;
    make(&m, &(plan_of_race){.jump_cars = 1});
    free(must_fit(&m.log, hindsight));
}

static pb_race_spec *fit_file(const char *path, pb_error *error, pb_status *status)
{
    pb_race_log log;
    read_file(&log, path);
    pb_race_spec *spec = fit(&log, hindsight, error, status);
    pb_race_log_fini(&log);
    return spec;
}

PB_TEST(real_races_with_known_faults_are_refused)
{
    pb_error  error = {0};
    pb_status status;
    pb_need_shared(FILE_OF("2020_01_austrian.csv"));
    free(fit_file(FILE_OF("2020_01_austrian.csv"), &error, &status));
    PB_CHECK_EQ(status, PB_E_RANGE);
    PB_CHECK_HAS(error.text, "shifted");
    free(fit_file(FILE_OF("2021_12_belgian.csv"), &error, &status));
    PB_CHECK_EQ(status, PB_E_MISSING);
    PB_CHECK_HAS(error.text, "not one lap has a time");
}

PB_TEST(a_real_race_gives_the_known_order_of_pace)
{
    pb_error  error = {0};
    pb_status status;
    pb_need_shared(FILE_OF("2023_07_spanish.csv"));
    pb_race_spec *spec = fit_file(FILE_OF("2023_07_spanish.csv"), &error, &status);
    PB_CHECK_EQ(status, PB_OK);
    PB_CHECK_EQ(spec->n_cars, 20);
    PB_CHECK_EQ(spec->rules.laps, 66);
    PB_CHECK_NEAR(spec->pit.loss_s, 23.3, 1.0); /* effects.md 6 */
    for (int c = 0; c < 20; c++) {
        if (strcmp(spec->cars[c].code, "VER") == 0) continue;
        for (int v = 0; v < 20; v++)
            if (strcmp(spec->cars[v].code, "VER") == 0) PB_CHECK(spec->cars[v].pace_s < spec->cars[c].pace_s);
    }
    free(spec);
}

PB_TEST(a_wet_race_has_its_own_level_on_every_lap)
{
    pb_error  error = {0};
    pb_status status;
    pb_need_shared(FILE_OF("2021_16_turkish.csv"));
    pb_race_spec *spec = fit_file(FILE_OF("2021_16_turkish.csv"), &error, &status);
    PB_CHECK_EQ(status, PB_OK);
    PB_CHECK_EQ(spec->n_lap_offsets, spec->rules.laps);
    PB_CHECK_EQ(spec->weather.known_laps, spec->rules.laps);
    PB_CHECK(spec->weather.wetness_frac[20] > 0.1);
    free(spec);
}

static const pb_spec_origin *origin_of(const pb_race_spec *spec, const char *pointer)
{
    for (uint16_t i = 0; i < spec->n_origins; i++)
        if (strcmp(spec->origins[i].pointer, pointer) == 0) return &spec->origins[i];
    fail_msg("%s has no origin", pointer);
    return NULL;
}

PB_TEST(a_tyre_that_is_not_known_is_named_among_the_origins)
{
    made m;
    make(&m, &(plan_of_race){0});
    for (int n = 17; n <= LAPS; n++) { /* the second set of one car */
        m.lap[1][n - 1].compound = PB_COMPOUND_UNKNOWN;
        strcpy(m.lap[1][n - 1].odd_compound, "HYPER");
    }
    pb_race_spec    *spec = must_fit(&m.log, hindsight);
    const pb_spec_origin *tyre = origin_of(spec, "/compounds"), *rule = origin_of(spec, "/rules/two_compounds");
    PB_CHECK_TEXT(tyre->how, "compound HYPER is not known: taken as MEDIUM (C1 lap 17)");
    PB_CHECK_EQ(tyre->laps, LAPS - 16);
    PB_CHECK(!spec->rules.two_compounds);
    PB_CHECK_TEXT(rule->how, "off: C1 ran on one compound, unknown tyres taken as MEDIUM");
    PB_CHECK_EQ(rule->laps, LAPS - 16);
    free(spec);
}

/* All on intermediates; two try full wets for two laps and lose much. */
PB_TEST(two_slow_cars_on_the_other_tyre_do_not_dry_the_track)
{
    made m;
    make(&m, &(plan_of_race){0});
    for (int c = 0; c < CARS; c++)
        for (int n = 1; n <= LAPS; n++) {
            bool out                 = c >= CARS - 2 && (n == 25 || n == 26);
            m.lap[c][n - 1].compound = out ? PB_COMPOUND_WET : PB_COMPOUND_INTERMEDIATE;
            m.lap[c][n - 1].time_ms += out ? 9000 : 0;
        }
    pb_race_spec *spec = must_fit(&m.log, hindsight);
    for (int n = 1; n <= LAPS; n++) PB_CHECK(spec->weather.wetness_frac[n] > 0.3);
    free(spec);
}

/* A lap much drier than the two before and the two after it. */
static int holes(const char *path)
{
    pb_error      error = {0};
    pb_status     status;
    int           n    = 0;
    pb_race_spec *spec = fit_file(path, &error, &status);
    PB_CHECK_EQ(status, PB_OK);
    const double *x = spec->weather.wetness_frac;
    for (uint32_t i = 3; i + 2 <= spec->rules.laps; i++)
        n += x[i] < fmin(fmin(x[i - 2], x[i - 1]), fmin(x[i + 1], x[i + 2])) - 0.1;
    free(spec);
    return n;
}

PB_TEST(a_real_track_does_not_dry_for_one_lap)
{
    pb_need_shared(FILE_OF("2019_11_german.csv"));
    PB_CHECK_EQ(holes(FILE_OF("2019_11_german.csv")), 0);
    PB_CHECK_EQ(holes(FILE_OF("2021_02_emilia_romagna.csv")), 0);
    PB_CHECK_EQ(holes(FILE_OF("2023_06_monaco.csv")), 0);
    PB_CHECK_EQ(holes(FILE_OF("2024_12_british.csv")), 0);
}

PB_TEST_MAIN(PB_RUN(pace_wear_and_stops_of_a_race_are_found_again),
             PB_RUN(every_derived_number_says_where_it_comes_from),
             PB_RUN(the_pit_loss_is_left_alone_when_lane_times_are_not_given),
             PB_RUN(a_car_that_dropped_out_goes_on_like_the_car_most_like_it),
             PB_RUN(a_replay_has_no_luck_to_draw_twice_and_no_reactions), PB_RUN(nothing_later_than_the_lap_is_used),
             PB_RUN(the_state_of_a_race_under_way_is_that_of_the_rows),
             PB_RUN(a_set_that_is_named_a_lap_late_was_fitted_all_the_same),
             PB_RUN(a_set_that_is_not_known_on_the_out_lap_is_the_one_that_is_known_next),
             PB_RUN(a_safety_car_that_is_out_stays_out_for_a_while), PB_RUN(a_safety_car_that_went_in_is_over),
             PB_RUN(what_cannot_be_played_is_refused_with_the_reason),
             PB_RUN(one_car_whose_clock_jumps_is_no_reason_to_refuse), PB_RUN(real_races_with_known_faults_are_refused),
             PB_RUN(a_real_race_gives_the_known_order_of_pace), PB_RUN(a_wet_race_has_its_own_level_on_every_lap),
             PB_RUN(a_tyre_that_is_not_known_is_named_among_the_origins),
             PB_RUN(two_slow_cars_on_the_other_tyre_do_not_dry_the_track),
             PB_RUN(a_real_track_does_not_dry_for_one_lap))
