/* Ranking plans: the better one is found, in as few races as it takes, the same on
 * every machine, for every aim. */
#include <math.h>

#include "decide_fixture.h"

static const pb_aim points = {.kind = PB_AIM_POINTS};

/* MEDIUM, then HARD from the end of that lap on; extra stops for HARD after it. */
static pb_candidate plan_at(uint16_t lap, uint32_t extra)
{
    pb_candidate c            = {.plan = {.weight_prob = 1, .n_stints = (uint8_t)(2 + extra)}, .obey_until = 1};
    c.plan.stints[0].compound = 1;
    for (uint32_t i = 0; i <= extra; i++)
        c.plan.stints[1 + i] = (pb_stint_spec){.compound = 2, .in_lap = (uint16_t)(lap + 3 * i)};
    return c;
}

static void rank(pb_decider *d, const pb_aim *aim, const pb_candidate *c, size_t n, pb_ranked *out)
{
    pb_error error = {0};
    if (pb_decide_rank(d, 1, aim, c, n, out, &error) != PB_OK) fail_msg("%s", error.text);
}

static pb_ranked play(pb_decider *d, const pb_aim *aim, const pb_candidate *c, uint32_t trials)
{
    pb_ranked out   = {0};
    pb_error  error = {0};
    if (pb_decide_play(d, 1, aim, c, trials, &out, &error) != PB_OK) fail_msg("%s", error.text);
    return out;
}

PB_TEST(a_clearly_better_plan_wins_and_that_takes_few_races)
{
    pb_race_spec      *spec = grid_race();
    pb_decider        *d    = decider(spec, 20000, PB_ISA_AUTO);
    const pb_candidate c[]  = {plan_at(25, 2), plan_at(27, 0), plan_at(25, 1)};
    pb_ranked          r[3];
    rank(d, &points, c, 3, r);
    PB_CHECK_EQ(r[0].candidate, 1);
    PB_CHECK_EQ(r[1].candidate, 2); /* one stop too many is better than two */
    PB_CHECK(r[0].p_best > 0.99);
    PB_CHECK_NEAR(r[0].gain.value, 0, 0);
    PB_CHECK(r[1].gain.hi < 0 && r[2].gain.hi < 0);
    PB_CHECK(r[1].p_better < 0.5 && r[0].p_better > 0.5);
    PB_CHECK(pb_decider_trials(d) < 10000);
    pb_decider_destroy(d);
    free(spec);
}

PB_TEST(two_equal_plans_tie_and_nobody_plays_on_to_tell_them_apart)
{
    pb_race_spec      *spec = grid_race();
    pb_decider        *d    = decider(spec, 20000, PB_ISA_AUTO);
    const pb_candidate c[]  = {plan_at(27, 0), plan_at(27, 0)};
    pb_ranked          r[2];
    rank(d, &points, c, 2, r);
    PB_CHECK_EQ(r[0].candidate, 0);
    PB_CHECK_NEAR(r[1].gain.value, 0, 0);
    PB_CHECK_NEAR(r[0].p_best, 0.5, 1e-12);
    PB_CHECK_NEAR(r[1].p_best, 0.5, 1e-12);
    PB_CHECK_NEAR(r[0].p_better, 0.5, 1e-12);
    PB_CHECK(pb_decider_trials(d) < 5000);
    pb_decider_destroy(d);
    free(spec);
}

PB_TEST(chances_to_be_the_best_sum_to_one_and_gains_fall)
{
    pb_race_spec *spec = grid_race();
    pb_decider   *d    = decider(spec, 6000, PB_ISA_AUTO);
    pb_candidate  c[12];
    pb_ranked     r[12];
    double        sum = 0;
    for (uint32_t i = 0; i < 12; i++) c[i] = plan_at((uint16_t)(8 + 3 * i), 0);
    rank(d, &points, c, 12, r);
    for (uint32_t i = 0; i < 12; i++) {
        sum += r[i].p_best;
        PB_CHECK(r[i].gain.lo <= r[i].gain.value && r[i].gain.value <= r[i].gain.hi);
        if (i > 1) PB_CHECK(r[i].gain.value <= r[i - 1].gain.value);
        PB_CHECK(r[i].trials >= 16);
    }
    PB_CHECK_NEAR(sum, 1, 1e-9);
    PB_CHECK(pb_decider_trials(d) <= 6000 + 256);
    pb_decider_destroy(d);
    free(spec);
}

PB_TEST(a_ranking_with_hardly_any_trials_ends_all_the_same)
{
    static const uint32_t few[] = {16, 17, 100, 200, 384, 400};
    pb_race_spec         *spec  = grid_race();
    pb_candidate          c[12];
    pb_ranked             r[12];
    for (uint32_t i = 0; i < 12; i++) c[i] = plan_at((uint16_t)(8 + 3 * i), 0);
    for (size_t k = 0; k < sizeof few / sizeof *few; k++) {
        pb_decider *d = decider(spec, few[k], PB_ISA_AUTO);
        rank(d, &points, c, 12, r);
        for (uint32_t i = 0; i < 12; i++) PB_CHECK(r[i].trials >= 16);
        pb_decider_destroy(d);
    }
    free(spec);
}

PB_TEST(what_is_told_of_a_plan_is_its_difference_to_the_best)
{
    pb_race_spec *spec = grid_race();
    pb_decider   *d    = decider(spec, 6000, PB_ISA_AUTO);
    pb_candidate  c[8];
    pb_ranked     r[8];
    for (uint32_t i = 0; i < 8; i++) c[i] = plan_at((uint16_t)(8 + 5 * i), 0);
    rank(d, &points, c, 8, r);
    for (uint32_t i = 1; i < 8; i++) {
        if (r[i].trials > r[0].trials) continue;
        PB_CHECK_NEAR(r[i].value, r[0].value + r[i].gain.value, 1e-9);
        PB_CHECK_NEAR(r[i].points, r[i].value, 1e-9);
    }
    pb_decider_destroy(d);
    free(spec);
}

PB_TEST(the_ranking_finds_what_playing_everything_finds)
{
    pb_race_spec *spec = grid_race();
    pb_decider   *d    = decider(spec, 10000, PB_ISA_AUTO);
    pb_candidate  c[10];
    pb_ranked     r[10];
    double        best = -INFINITY, chosen = 0;
    for (uint32_t i = 0; i < 10; i++) c[i] = plan_at((uint16_t)(6 + 5 * i), i % 3 == 2);
    rank(d, &points, c, 10, r);
    for (uint32_t i = 0; i < 10; i++) {
        double value = play(d, &points, &c[i], 20000).value;
        best         = fmax(best, value);
        if (i == r[0].candidate) chosen = value;
    }
    PB_CHECK(chosen > best - 0.06);
    pb_decider_destroy(d);
    free(spec);
}

/* ---- aims ---- */

PB_TEST(every_aim_values_places_as_it_says)
{
    pb_race_spec      *spec  = grid_race();
    pb_decider        *d     = decider(spec, 4096, PB_ISA_AUTO);
    const pb_candidate c     = plan_at(27, 0);
    const pb_ranked    place = play(d, &(pb_aim){.kind = PB_AIM_POSITION}, &c, 4096);
    const pb_ranked    win   = play(d, &(pb_aim){.kind = PB_AIM_WIN}, &c, 4096);
    const pb_ranked    two   = play(d, &(pb_aim){.kind = PB_AIM_TOP, .top = 2}, &c, 4096);
    const pb_ranked    all   = play(d, &(pb_aim){.kind = PB_AIM_TOP, .top = 4}, &c, 4096);
    const pb_ranked    tail  = play(d, &(pb_aim){.kind = PB_AIM_CVAR, .tail_frac = 0.2}, &c, 4096);
    const pb_ranked    whole = play(d, &(pb_aim){.kind = PB_AIM_CVAR, .tail_frac = 1}, &c, 4096);
    PB_CHECK_NEAR(place.value, -place.mean_place, 1e-9);
    PB_CHECK_NEAR(win.value, win.p_win, 1e-12);
    PB_CHECK(two.value > win.value && two.value < 1);
    PB_CHECK_NEAR(all.value, 1, 0);
    PB_CHECK_NEAR(whole.value, place.value, 1e-9);
    PB_CHECK(tail.value < place.value && tail.value >= -4);
    PB_CHECK_NEAR(play(d, &points, &c, 4096).value, place.points, 1e-9);
    pb_decider_destroy(d);
    free(spec);
}

PB_TEST(a_title_is_fought_against_its_rival)
{
    pb_race_spec *spec       = grid_race();
    spec->n_cars             = 2; /* who does not win is second */
    pb_decider        *d     = decider(spec, 4096, PB_ISA_AUTO);
    const pb_aim       title = {.kind = PB_AIM_CHAMPIONSHIP, .rival = 0};
    const pb_candidate c     = plan_at(27, 0);
    const pb_ranked    r     = play(d, &title, &c, 4096);
    double             apart = spec->rules.points[0] - spec->rules.points[1];
    PB_CHECK_NEAR(r.value, apart * (2 * r.p_win - 1), 1e-9);
    pb_decider_destroy(d);
    free(spec);
}

/* Stopping before the others costs a place for sure; staying out wins the race if
 * a safety car comes, and is last if not. */
PB_TEST(another_aim_may_choose_another_plan)
{
    pb_race_spec *spec = grid_race();
    pb_decider   *d    = decider(spec, 30000, PB_ISA_AUTO);
    pb_candidate  c[14];
    pb_ranked     wins[14], safe[14];
    for (uint32_t i = 0; i < 14; i++) c[i] = plan_at((uint16_t)(3 + 4 * i), 0);
    rank(d, &(pb_aim){.kind = PB_AIM_WIN}, c, 14, wins);
    rank(d, &(pb_aim){.kind = PB_AIM_CVAR, .tail_frac = 0.2}, c, 14, safe);
    const pb_aim aims[] = {{.kind = PB_AIM_WIN}, {.kind = PB_AIM_CVAR, .tail_frac = 0.2}};
    double       w[2], s[2];
    for (uint32_t a = 0; a < 2; a++) {
        w[a] = play(d, &aims[a], &c[wins[0].candidate], 16384).value;
        s[a] = play(d, &aims[a], &c[safe[0].candidate], 16384).value;
    }
    PB_CHECK(w[0] >= s[0] - 0.01); /* each is good at its own aim */
    PB_CHECK(s[1] >= w[1] - 0.02);
    pb_decider_destroy(d);
    free(spec);
}

static void check_aim(const pb_race_spec *spec, const char *text, pb_status want, const char *says)
{
    pb_aim   aim   = {.kind = PB_AIM_TOP, .top = 77};
    pb_error error = {0};
    PB_CHECK_EQ(pb_aim_of(pb_span_of(text), spec, 1, &aim, &error), want);
    if (want == PB_OK) return;
    PB_CHECK_HAS(error.text, says);
    PB_CHECK_EQ(aim.top, 77); /* untouched */
}

PB_TEST(aims_are_read_from_words_and_wrong_ones_refused_with_what_is_allowed)
{
    static const char *const good[] = {"points", "position", "win", "cvar", "top:1", "top:4", "championship"};
    pb_race_spec            *spec   = grid_race();
    pb_aim                   aim;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) check_aim(spec, good[i], PB_OK, NULL);
    check_aim(spec, "", PB_E_USAGE, "points, position, win");
    check_aim(spec, "Points ", PB_E_USAGE, "points, position, win");
    check_aim(spec, "top:0", PB_E_USAGE, "N from 1 to 4");
    check_aim(spec, "top:5", PB_E_USAGE, "N from 1 to 4");
    check_aim(spec, "top:", PB_E_USAGE, "N from 1 to 4");
    check_aim(spec, "championship:C02", PB_E_USAGE, "the car itself");
    check_aim(spec, "championship:C09", PB_E_USAGE, "no such car");
    PB_CHECK_EQ(pb_aim_of(pb_span_of("championship:c03"), spec, 1, &aim, NULL), PB_OK);
    PB_CHECK_EQ(aim.rival, 2);
    free(spec);
}

/* ---- the same everywhere ---- */

PB_TEST(every_instruction_set_gives_the_same_ranking_to_the_bit)
{
    static const pb_aim_kind kinds[] = {PB_AIM_POINTS, PB_AIM_CVAR, PB_AIM_CHAMPIONSHIP};
    pb_race_spec            *spec    = grid_race();
    pb_candidate             c[6];
    for (uint32_t i = 0; i < 6; i++) c[i] = plan_at((uint16_t)(18 + 3 * i), i == 5);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        const pb_aim aim = {.kind = kinds[k], .tail_frac = 0.2};
        pb_ranked    want[6], got[6];
        memset(want, 0, sizeof want);
        memset(got, 0, sizeof got);
        pb_decider *d = decider(spec, 3000, PB_ISA_SCALAR);
        rank(d, &aim, c, 6, want);
        pb_decider_destroy(d);
        for (int isa = PB_ISA_PORTABLE; isa < PB_ISA_N; isa++) {
            if (!pb_isa_available((pb_isa)isa)) continue;
            d = decider(spec, 3000, (pb_isa)isa);
            rank(d, &aim, c, 6, got);
            pb_decider_destroy(d);
            for (uint32_t i = 0; i < 6; i++) {
                PB_CHECK_EQ(got[i].candidate, want[i].candidate);
                PB_CHECK_EQ(got[i].trials, want[i].trials);
                PB_CHECK_NEAR(got[i].value, want[i].value, 0);
                PB_CHECK_NEAR(got[i].gain.value, want[i].gain.value, 0);
                PB_CHECK_NEAR(got[i].gain.lo, want[i].gain.lo, 0);
                PB_CHECK_NEAR(got[i].p_best, want[i].p_best, 0);
            }
        }
    }
    free(spec);
}

PB_TEST(another_seed_gives_other_races)
{
    pb_race_spec      *spec = grid_race();
    pb_effort          one = pb_effort_default(), two = one;
    const pb_candidate c = plan_at(27, 0);
    pb_decider        *a = NULL, *b = NULL;
    two.seed = 2;
    PB_CHECK_EQ(pb_decider_create(spec, &one, &a, NULL), PB_OK);
    PB_CHECK_EQ(pb_decider_create(spec, &two, &b, NULL), PB_OK);
    PB_CHECK(fabs(play(a, &points, &c, 4096).value - play(b, &points, &c, 4096).value) > 1e-9);
    PB_CHECK_NEAR(play(a, &points, &c, 4096).value, play(a, &points, &c, 4096).value, 0);
    pb_decider_destroy(a);
    pb_decider_destroy(b);
    free(spec);
}

/* ---- refused ---- */

PB_TEST(what_cannot_be_ranked_is_refused_and_nothing_is_written)
{
    pb_race_spec *spec = grid_race();
    pb_decider   *d    = decider(spec, 1000, PB_ISA_AUTO);
    pb_candidate  c = plan_at(27, 0), late = plan_at(57, 0);
    pb_ranked     r     = {.candidate = 77};
    pb_error      error = {0};
    PB_CHECK_EQ(pb_decide_rank(d, 1, &points, &c, 0, &r, &error), PB_E_LIMIT);
    PB_CHECK_HAS(error.text, "1 to 96");
    PB_CHECK_EQ(pb_decide_rank(d, 1, &points, &c, PB_CANDIDATES_MAX + 1, &r, &error), PB_E_LIMIT);
    PB_CHECK(pb_decide_rank(d, 1, &points, &late, 1, &r, &error) != PB_OK); /* stops where the race ends */
    PB_CHECK_HAS(error.text, "in_lap");
    PB_CHECK_EQ(r.candidate, 77);
    const pb_aim tail = {.kind = PB_AIM_CVAR, .tail_frac = 0.2};
    PB_CHECK_EQ(pb_decide_play(d, 1, &tail, &c, 100000, &r, &error), PB_E_LIMIT);
    rank(d, &points, &c, 1, &r); /* one plan is the best one */
    PB_CHECK_NEAR(r.p_best, 1, 0);
    pb_decider_destroy(d);
    free(spec);
}

PB_TEST(a_decider_takes_a_sensible_number_of_trials_and_a_race_that_can_be_played)
{
    pb_race_spec *spec   = grid_race();
    pb_effort     effort = pb_effort_default();
    pb_decider   *d      = NULL;
    pb_error      error  = {0};
    effort.trials        = 15;
    PB_CHECK_EQ(pb_decider_create(spec, &effort, &d, &error), PB_E_RANGE);
    effort.trials = 10000001;
    PB_CHECK_EQ(pb_decider_create(spec, &effort, &d, &error), PB_E_RANGE);
    effort.trials        = 100;
    spec->cars[0].pace_s = 1000;
    PB_CHECK_EQ(pb_decider_create(spec, &effort, &d, &error), PB_E_RANGE);
    PB_CHECK_HAS(error.text, "pace_s");
    PB_CHECK(d == NULL);
    free(spec);
}

PB_TEST_MAIN(PB_RUN(a_clearly_better_plan_wins_and_that_takes_few_races),
             PB_RUN(two_equal_plans_tie_and_nobody_plays_on_to_tell_them_apart),
             PB_RUN(chances_to_be_the_best_sum_to_one_and_gains_fall),
             PB_RUN(a_ranking_with_hardly_any_trials_ends_all_the_same),
             PB_RUN(what_is_told_of_a_plan_is_its_difference_to_the_best),
             PB_RUN(the_ranking_finds_what_playing_everything_finds), PB_RUN(every_aim_values_places_as_it_says),
             PB_RUN(a_title_is_fought_against_its_rival), PB_RUN(another_aim_may_choose_another_plan),
             PB_RUN(aims_are_read_from_words_and_wrong_ones_refused_with_what_is_allowed),
             PB_RUN(every_instruction_set_gives_the_same_ranking_to_the_bit), PB_RUN(another_seed_gives_other_races),
             PB_RUN(what_cannot_be_ranked_is_refused_and_nothing_is_written),
             PB_RUN(a_decider_takes_a_sensible_number_of_trials_and_a_race_that_can_be_played))
