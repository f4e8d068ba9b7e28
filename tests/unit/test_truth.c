/* What is asked of a race and what happened. */
#include "lap_fixture.h"
#include "predict/truth.h"

#define ROW(code, lap, time, session, stint, tyre, age, status, in, out)                                               \
    code ",1,Team," lap "," time "," session ",1," stint "," tyre ",C3," age ",1," status "," in "," out ",1\n"

typedef struct told {
    pb_race_log     log;
    pb_race_outcome outcome;
    pb_history_race race;
    pb__truths      truths;
} told;

static void tell(told *t, const char *text)
{
    memset(t, 0, sizeof *t);
    read_text(&t->log, text);
    PB_CHECK_EQ(pb_race_outcome_of(&t->log, &t->outcome), PB_OK);
    t->race = (pb_history_race){.log = &t->log, .outcome = &t->outcome, .usable = true};
}

static void forget(told *t)
{
    pb__truths_fini(&t->truths);
    pb_race_log_fini(&t->log);
}

/* Six laps of one car, a stop at the end of lap 3. */
#define SIX_LAPS                                                                                                       \
    LAP_HEADER ROW("AAA", "1", "100", "100", "1", "SOFT", "1", "1", "", "")                                            \
        ROW("AAA", "2", "90", "190", "1", "SOFT", "2", "1", "", "")                                                    \
            ROW("AAA", "3", "95", "285", "1", "SOFT", "3", "1", "284", "")                                             \
                ROW("AAA", "4", "110", "395", "2", "HARD", "1", "1", "", "306.5")                                      \
                    ROW("AAA", "5", "91", "486", "2", "HARD", "2", "1", "", "")                                        \
                        ROW("AAA", "6", "92", "578", "2", "HARD", "3", "1", "", "")

PB_TEST(calls_are_asked_from_lap_two_to_the_last_but_one)
{
    told t;
    tell(&t, SIX_LAPS);
    PB_CHECK_EQ(pb__truth_pitcall(&t.race, &t.truths), PB_OK);
    PB_CHECK_EQ(t.truths.n, 4);
    for (size_t i = 0; i < t.truths.n; i++) {
        PB_CHECK_EQ(t.truths.at[i].lap, i + 2);
        PB_CHECK_EQ(t.truths.at[i].row, i + 1);
        PB_CHECK_NEAR(t.truths.at[i].y, i == 1, 0);
        PB_CHECK_EQ(t.truths.at[i].compound, i == 1 ? PB_COMPOUND_HARD : PB_COMPOUND_UNKNOWN);
    }
    forget(&t);
}

PB_TEST(a_visit_to_the_lane_takes_from_entry_to_exit)
{
    told t;
    tell(&t, SIX_LAPS);
    PB_CHECK_EQ(pb__truth_pitstop(&t.race, &t.truths), PB_OK);
    PB_CHECK_EQ(t.truths.n, 1);
    PB_CHECK_EQ(t.truths.at[0].lap, 3);
    PB_CHECK_NEAR(t.truths.at[0].y, 22.5, 0);
    forget(&t);
}

PB_TEST(pace_is_asked_within_a_stint_and_its_first_laps_are_not_clean)
{
    told t;
    tell(&t, SIX_LAPS);
    PB_CHECK_EQ(pb__truth_pace(&t.race, &t.truths), PB_OK);
    PB_CHECK_EQ(t.truths.n, 3); /* lap 2 from 1, lap 5 from the out-lap, lap 6 from 5 */
    PB_CHECK_EQ(t.truths.at[0].lap, 2);
    PB_CHECK_EQ(t.truths.at[0].bits, PB__TRUTH_DRY);
    PB_CHECK_EQ(t.truths.at[1].lap, 5);
    PB_CHECK_EQ(t.truths.at[1].bits, PB__TRUTH_DRY); /* 110 s is beyond 107 % of 90 s */
    PB_CHECK_EQ(t.truths.at[2].lap, 6);
    PB_CHECK_EQ(t.truths.at[2].bits, PB__TRUTH_DRY | PB__TRUTH_CLEAN);
    PB_CHECK_EQ(t.truths.at[2].from, 4);
    PB_CHECK_NEAR(t.truths.at[2].y, 92, 0);
    forget(&t);
}

#define LEAD(lap, session, tyre, status) ROW("AAA", lap, "100", session, "1", tyre, lap, status, "", "")

PB_TEST(a_safety_car_is_asked_for_three_laps_ahead_and_not_while_it_is_out)
{
    static const double y[]   = {0, 1, 1, 1, 0};
    static const int    lap[] = {0, 1, 2, 3, 6};
    told                t;
    tell(&t, LAP_HEADER LEAD("1", "100", "SOFT", "1") LEAD("2", "200", "SOFT", "1") LEAD("3", "300", "SOFT", "2")
                 LEAD("4", "400", "SOFT", "24") LEAD("5", "500", "SOFT", "4") LEAD("6", "600", "SOFT", "1")
                     LEAD("7", "700", "SOFT", "1"));
    PB_CHECK_EQ(pb__truth_sc(&t.race, &t.truths), PB_OK);
    PB_CHECK_EQ(t.truths.n, 5);
    for (int i = 0; i < 5; i++) {
        PB_CHECK_EQ(t.truths.at[i].lap, lap[i]);
        PB_CHECK_NEAR(t.truths.at[i].y, y[i], 0);
    }
    forget(&t);
}

PB_TEST(a_start_behind_the_safety_car_is_none_and_leaves_out_lap_zero)
{
    told wet, dry;
    tell(&wet, LAP_HEADER LEAD("1", "100", "WET", "41") LEAD("2", "200", "WET", "1"));
    tell(&dry, LAP_HEADER LEAD("1", "100", "SOFT", "41") LEAD("2", "200", "SOFT", "1"));
    PB_CHECK_EQ(pb__truth_sc(&wet.race, &wet.truths), PB_OK);
    PB_CHECK_EQ(wet.truths.n, 0); /* lap 1 was under SC */
    PB_CHECK(!pb__sc_comes_out(&wet.race, 1));
    PB_CHECK_EQ(pb__truth_sc(&dry.race, &dry.truths), PB_OK);
    PB_CHECK_EQ(dry.truths.n, 1);
    PB_CHECK_NEAR(dry.truths.at[0].y, 1, 0);
    forget(&wet);
    forget(&dry);
}

PB_TEST(a_safety_car_after_a_red_flag_in_the_same_lap_is_the_restart)
{
    told t;
    tell(&t, LAP_HEADER LEAD("1", "100", "SOFT", "1") LEAD("2", "200", "SOFT", "154") LEAD("3", "300", "SOFT", "145"));
    PB_CHECK(!pb__sc_comes_out(&t.race, 2));
    PB_CHECK(!pb__sc_comes_out(&t.race, 3)); /* lap 2 was slow already */
    forget(&t);
}

PB_TEST(live_laps_are_tens_and_quarters_half_to_even)
{
    static const uint16_t want[] = {10, 14, 20, 29, 30, 40, 44, 50};
    uint16_t              got[PB_LAPS_MAX];
    PB_CHECK_EQ(pb__live_laps(58, got), sizeof want / sizeof *want); /* 14.5 -> 14, 43.5 -> 44 */
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) PB_CHECK_EQ(got[i], want[i]);
    PB_CHECK_EQ(pb__live_laps(1, got), 0);
    PB_CHECK_EQ(pb__live_laps(0, got), 0);
}

PB_TEST(a_race_that_is_not_usable_has_no_truths)
{
    static const char *const protocols[] = {"forecast", "live", "pace", "sc", "pitcall", "pitstop"};
    told                     t;
    tell(&t, SIX_LAPS);
    t.race.usable   = false;
    t.race.has_grid = true;
    for (size_t i = 0; i < 6; i++) {
        PB_CHECK_EQ(pb__truth_of(protocols[i], &t.race, false, &t.truths, NULL), PB_OK);
        PB_CHECK_EQ(t.truths.n, 0);
    }
    forget(&t);
}

PB_TEST(an_unknown_protocol_is_refused_by_name)
{
    told     t;
    pb_error error = {0};
    tell(&t, SIX_LAPS);
    PB_CHECK_EQ(pb__truth_of("tea", &t.race, false, &t.truths, &error), PB_E_UNSUPPORTED);
    PB_CHECK_HAS(error.text, "tea");
    PB_CHECK_EQ(t.truths.n, 0);
    forget(&t);
}

/* ---- against the independent scorer ---- */

#define SUMS 15

typedef struct known {
    pb_csv   csv;
    pb_bytes bytes;
    pb_arena arena;
    int      races;
} known;

static void count_places(told *t, int64_t *sum)
{
    PB_CHECK_EQ(pb__truth_live(&t->race, false, &t->truths), PB_OK);
    for (size_t i = 0; i < t->truths.n; i++) sum[1] += (int64_t)t->truths.at[i].y * t->truths.at[i].lap;
    sum[0]      = (int64_t)t->truths.n;
    t->truths.n = 0;
}

static void count_pace(told *t, int64_t *sum)
{
    PB_CHECK_EQ(pb__truth_pace(&t->race, &t->truths), PB_OK);
    for (size_t i = 0; i < t->truths.n; i++) {
        const pb__truth *x     = &t->truths.at[i];
        bool             clean = x->bits & PB__TRUTH_CLEAN;
        int64_t          ms    = (int64_t)(x->y * 1000 + 0.5);
        sum[2] += x->horizon == 1;
        sum[3] += x->horizon == 5;
        sum[4] += clean && x->horizon == 1;
        sum[5] += clean && x->horizon == 5;
        sum[6] += ms;
        sum[7] += clean ? ms : 0;
    }
    t->truths.n = 0;
}

static void count_sc(told *t, int64_t *sum)
{
    PB_CHECK_EQ(pb__truth_sc(&t->race, &t->truths), PB_OK);
    for (size_t i = 0; i < t->truths.n; i++) sum[9] += t->truths.at[i].y > 0 ? t->truths.at[i].lap : 0;
    sum[8]      = (int64_t)t->truths.n;
    t->truths.n = 0;
}

static void count_pits(told *t, int64_t *sum)
{
    PB_CHECK_EQ(pb__truth_pitcall(&t->race, &t->truths), PB_OK);
    for (size_t i = 0; i < t->truths.n; i++) {
        const pb__truth *x = &t->truths.at[i];
        if (x->y == 0) continue;
        sum[11]++;
        sum[12] += x->lap * (int64_t)strlen(pb_compound_name((pb_compound)x->compound));
    }
    sum[10]     = (int64_t)t->truths.n;
    t->truths.n = 0;
    PB_CHECK_EQ(pb__truth_pitstop(&t->race, &t->truths), PB_OK);
    for (size_t i = 0; i < t->truths.n; i++) sum[14] += (int64_t)(t->truths.at[i].y * 1000 + 0.5);
    sum[13]     = (int64_t)t->truths.n;
    t->truths.n = 0;
}

static bool find_row(known *k, const pb_race_log *log)
{
    pb_csv_init(&k->csv, (pb_span){k->bytes.at, k->bytes.len}, ',', &k->arena);
    while (pb_csv_next(&k->csv) == PB_OK) {
        int64_t season, round;
        if (pb_span_to_i64(k->csv.field[0], &season) && pb_span_to_i64(k->csv.field[1], &round) &&
            season == log->season && round == log->round)
            return true;
    }
    return false;
}

static void check_race(const pb_race_log *log, void *data)
{
    known *k = data;
    told   t = {.log = *log};
    if (!find_row(k, log) || pb_race_outcome_of(log, &t.outcome) != PB_OK) return;
    int64_t sum[SUMS] = {0};
    t.race            = (pb_history_race){.log = &t.log, .outcome = &t.outcome, .usable = true};
    count_places(&t, sum);
    count_pace(&t, sum);
    count_sc(&t, sum);
    count_pits(&t, sum);
    for (int i = 0; i < SUMS; i++) {
        int64_t want = -1;
        PB_CHECK(pb_span_to_i64(k->csv.field[i + 2], &want));
        if (want != sum[i]) print_error("%d round %d, sum %d\n", log->season, log->round, i);
        PB_CHECK_EQ(sum[i], want);
    }
    pb__truths_fini(&t.truths);
    k->races++;
}

PB_TEST(every_race_asks_what_the_independent_scorer_asks)
{
    known    k     = {0};
    pb_error error = {0};
    pb_need_shared(PB_LAPS_DIR);
    pb_arena_init(&k.arena, 0);
    if (pb_file_read(PB_SOURCE_DIR "/tests/data/truths.csv", 0, &k.bytes, &error) != PB_OK) fail_msg("%s", error.text);
    for_each_race("races", check_race, &k);
    PB_CHECK_EQ(k.races, 144);
    pb_bytes_free(&k.bytes);
    pb_arena_fini(&k.arena);
}

PB_TEST_MAIN(PB_RUN(calls_are_asked_from_lap_two_to_the_last_but_one),
             PB_RUN(a_visit_to_the_lane_takes_from_entry_to_exit),
             PB_RUN(pace_is_asked_within_a_stint_and_its_first_laps_are_not_clean),
             PB_RUN(a_safety_car_is_asked_for_three_laps_ahead_and_not_while_it_is_out),
             PB_RUN(a_start_behind_the_safety_car_is_none_and_leaves_out_lap_zero),
             PB_RUN(a_safety_car_after_a_red_flag_in_the_same_lap_is_the_restart),
             PB_RUN(live_laps_are_tens_and_quarters_half_to_even), PB_RUN(a_race_that_is_not_usable_has_no_truths),
             PB_RUN(an_unknown_protocol_is_refused_by_name), PB_RUN(every_race_asks_what_the_independent_scorer_asks))
