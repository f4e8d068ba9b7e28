/* Nobody knows the future: whatever comes after what a protocol lets be seen of a
 * real race, however wild, leaves what every kind says of it alone to the bit.
 *
 * The race is spoiled after the cut: times, tyres, flags, places, visits to the
 * lane, messages, weather, the ends of cars and so the distance, the results, and
 * the races that follow. */
#include "lap_fixture.h"

#include <math.h>
#include <stdlib.h>

#include "pitboard/num.h"
#include "predict/kinds.h"
#include "predict/truth.h"

#define PAST 8
#define NEXT 4 /* races that are asked about, one at a time */
#define SAID 40
static const char *const files[PAST + NEXT] = {
    "2022_01_bahrain.csv",    "2022_04_emilia_romagna.csv", "2022_07_monaco.csv",  "2022_10_british.csv",
    "2022_11_austrian.csv",   "2022_14_belgian.csv",        "2022_16_italian.csv", "2022_21_sao_paulo.csv",
    "2023_03_australian.csv", "2023_06_monaco.csv",         "2023_07_spanish.csv", "2024_12_british.csv",
    /* asked about: three red flags; dry, then rain; dry; rain in the middle */
};

/* A race that can be spoiled, with what is recorded beside its laps. */
typedef struct recorded {
    pb_race_log      log;
    pb_race_outcome  outcome;
    pb_neutral_phase phase[64];
    pb_weather_row   weather[SAID];
    pb_control_row   said[SAID];
} recorded;

/* Rows up to both may be seen. */
typedef struct sight {
    uint16_t max_lap;
    int32_t  max_ms;
    bool     visits; /* visits to the lane go on under green: pitstop asks of nothing else */
    bool     runs;   /* laps go on clean on the same set: pace asks of nothing else */
    bool     dry;    /* on slicks: undercut asks of nothing else */
} sight;

typedef bool may_know(const pb_history_race *race, const pb_row *row, const sight *s);

static uint32_t dice(uint32_t trial, uint32_t car, uint32_t row, uint32_t what, uint32_t sides)
{
    return pb_draw(20, trial, car, row, what).word[0] % sides;
}

/* ---- races ---- */

static void look_again(recorded *r)
{
    PB_CHECK_EQ(pb_race_outcome_of(&r->log, &r->outcome), PB_OK);
}

static pb_history_race race_of(recorded *r)
{
    uint32_t n = pb_neutral_phases(&r->log, &r->outcome, r->phase, 64);
    return (pb_history_race){.log       = &r->log,
                             .outcome   = &r->outcome,
                             .phases    = r->phase,
                             .n_phases  = n < 64 ? n : 64,
                             .weather   = r->weather,
                             .n_weather = SAID,
                             .control   = r->said,
                             .n_control = SAID,
                             .usable    = true,
                             .has_grid  = true};
}

/* Grid, readings and messages are made up; the laps are real. */
static void record(const char *file, recorded *r)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/races/%s", PB_LAPS_DIR, file);
    pb_need_shared(path);
    read_file(&r->log, path);
    look_again(r);
    for (uint32_t c = 0; c < r->log.n_cars; c++) r->log.cars[c].grid = (uint8_t)(r->log.n_cars - c);
    for (uint32_t i = 0; i < SAID; i++) {
        uint32_t lap  = 1 + i * r->outcome.laps / SAID;
        int32_t  ms   = r->outcome.lead_ms[lap];
        r->weather[i] = (pb_weather_row){.session_ms = ms, .rain = i % 3 == 0};
        r->said[i]    = (pb_control_row){.session_ms = ms, .lap = (int16_t)lap};
        snprintf(r->said[i].message, sizeof r->said[i].message, "FIA STEWARDS: 5 SECOND TIME PENALTY FOR CAR %d (X)",
                 r->log.cars[i % r->log.n_cars].number);
    }
}

/* ---- spoiling ---- */

static void spoil_times(pb_lap *lap, int32_t from_ms, uint32_t t, uint32_t c)
{
    int32_t ms      = 60000 + (int32_t)dice(t, c, lap->number, 1, 90000);
    lap->session_ms = from_ms + ms;
    lap->time_ms    = ms;
    lap->position   = (uint8_t)dice(t, c, lap->number, 2, 23);
    for (int k = 0; k < 3; k++) lap->sector_ms[k] = 20000 + (int32_t)dice(t, c, lap->number, 3, 20000);
}

static void spoil_tyres(pb_lap *lap, bool dry, uint32_t t, uint32_t c)
{
    lap->stint         = (uint8_t)dice(t, c, lap->number, 4, 6);
    lap->compound      = (uint8_t)dice(t, c, lap->number, 5, (dry ? PB_COMPOUND_HARD : PB_COMPOUND_WET) + 1);
    lap->tyre_age_laps = (int16_t)((int)dice(t, c, lap->number, 6, 50) - 1);
    lap->fresh         = (int8_t)((int)dice(t, c, lap->number, 7, 3) - 1);
}

static void spoil_flags(pb_lap *lap, uint32_t t, uint32_t c)
{
    lap->status          = (uint8_t)(1u << dice(t, c, lap->number, 8, 8));
    lap->status_order[0] = '\0';
    lap->accurate        = dice(t, c, lap->number, 9, 2);
    lap->deleted         = dice(t, c, lap->number, 10, 2);
    if (dice(t, c, lap->number, 11, 9) == 0) lap->time_ms = PB_MS_NONE;
}

static void spoil_visit(pb_lap *lap, bool visits, uint32_t t, uint32_t c)
{
    bool in = lap->pit_in_ms != PB_MS_NONE, out = lap->pit_out_ms != PB_MS_NONE;
    if (!visits) {
        in  = dice(t, c, lap->number, 12, 9) == 0;
        out = dice(t, c, lap->number, 13, 9) == 0;
    }
    lap->pit_in_ms = in ? lap->session_ms - 3000 : PB_MS_NONE;
    lap->pit_out_ms =
        out ? lap->session_ms - lap->time_ms + 5000 + (int32_t)dice(t, c, lap->number, 14, 30000) : PB_MS_NONE;
    if (visits) lap->status = PB_STATUS_BIT_CLEAR;
}

static bool seen(const pb_lap *lap, const sight *s)
{
    return lap->number <= s->max_lap && lap->session_ms <= s->max_ms;
}

/* A car may end anywhere after the cut; but that a lap without a time was
 * completed only a later row tells, and that row stays. */
static void spoil_car(pb_log_car *car, const sight *s, uint32_t t, uint32_t c)
{
    uint32_t ends = car->n_laps - (s->visits || s->runs ? 0 : dice(t, c, 0, 15, car->n_laps));
    uint32_t i    = 0;
    int32_t  ms   = car->laps[0].session_ms;
    for (; i < car->n_laps && seen(&car->laps[i], s); i++) ms = car->laps[i].session_ms;
    if (ms < s->max_ms && s->max_ms != INT32_MAX) ms = s->max_ms;
    for (uint32_t k = i; k < car->n_laps; k++) {
        pb_lap *lap = &car->laps[k];
        spoil_times(lap, ms, t, c);
        ms = lap->session_ms;
        if (s->runs) continue;
        spoil_tyres(lap, s->dry, t, c);
        spoil_visit(lap, s->visits, t, c);
        if (!s->visits) spoil_flags(lap, t, c);
    }
    if (i < car->n_laps && (i == 0 || car->laps[i - 1].time_ms == PB_MS_NONE)) i++;
    if (ends < car->n_laps) car->n_laps = ends > i ? ends : i;
}

static void spoil(recorded *r, const sight *s, uint32_t t)
{
    for (uint32_t c = 0; c < r->log.n_cars; c++) spoil_car(&r->log.cars[c], s, t, c);
    for (uint32_t i = 0; i < SAID; i++) {
        if (r->weather[i].session_ms > s->max_ms) r->weather[i].rain = (int8_t)dice(t, 99, i, 16, 2);
        if (r->said[i].session_ms > s->max_ms || r->said[i].lap > s->max_lap)
            r->said[i].message[14 + dice(t, 99, i, 17, 2)] = '9';
    }
    look_again(r);
}

/* ---- asking ---- */

/* Of undercuts who the rival is, who stopped first and when the other one did is given. */
static bool same_pair(const pb_row *a, const pb_row *b)
{
    return a->text[1][0] == '\0' || (memcmp(a->text, b->text, sizeof a->text) == 0 && a->value[1] == b->value[1]);
}

static const pb_row *find(const pb_rows *rows, const pb_row *key)
{
    for (size_t i = 0; i < rows->n; i++) {
        const pb_row *r = &rows->at[i];
        if (!same_pair(key, r)) continue;
        if (r->lap == key->lap && r->horizon == key->horizon && strcmp(r->driver, key->driver) == 0) return r;
    }
    return NULL;
}

static size_t compare(const pb_rows *whole, const pb_rows *spoiled, const pb_history_race *race, const sight *s,
                      may_know *may)
{
    size_t same = 0;
    for (size_t i = 0; i < whole->n; i++) {
        const pb_row *a = &whole->at[i], *b = may(race, a, s) ? find(spoiled, a) : NULL;
        if (!b) continue;
        if (memcmp(a->value, b->value, sizeof a->value) != 0 || memcmp(a->text, b->text, sizeof a->text) != 0)
            fail_msg("%d round %d lap %d +%d %s knows what comes after lap %u, %d ms: %.17g, %.17g", a->season,
                     a->round, a->lap, a->horizon, a->driver, s->max_lap, s->max_ms, a->value[0], b->value[0]);
        same++;
    }
    return same;
}

/* The rows of the race as it was and as it is spoiled, one more race after it. */
static size_t ask(const pb_predictor *p, const pb_model *model, const pb_history_race *past, size_t next,
                  const sight *s, may_know *may, uint32_t trial)
{
    static recorded whole, other, after;
    pb_history_race before[PAST + 2], then[PAST + 2];
    pb_rows         a = {0}, b = {0};
    pb_error        error = {0};
    record(files[PAST + next], &whole);
    record(files[PAST + next], &other);
    record(files[PAST + (next + 1) % NEXT], &after);
    spoil(&other, s, trial);
    memcpy(before, past, PAST * sizeof *past);
    memcpy(then, past, PAST * sizeof *past);
    before[PAST]   = race_of(&whole);
    then[PAST]     = race_of(&other);
    then[PAST + 1] = race_of(&after);
    for (uint32_t c = 0; c < PB_CARS_MAX; c++) then[PAST].official[c] = (uint8_t)(1 + dice(trial, c, 0, 18, 20));
    if (p->predict(model, &(pb_history){before, PAST + 1}, PAST, &a, &error) != PB_OK) fail_msg("%s", error.text);
    if (p->predict(model, &(pb_history){then, PAST + 2}, PAST, &b, &error) != PB_OK) fail_msg("%s", error.text);
    size_t same = compare(&a, &b, &before[PAST], s, may);
    pb_rows_fini(&a);
    pb_rows_fini(&b);
    pb_race_log_fini(&whole.log);
    pb_race_log_fini(&other.log);
    pb_race_log_fini(&after.log);
    return same;
}

typedef void set_sight(const pb_history_race *race, uint32_t lap, sight *s);

static void by_clock(const pb_history_race *race, uint32_t lap, sight *s)
{
    *s = (sight){.max_lap = PB_LAPS_MAX, .max_ms = race->outcome->lead_ms[lap]};
}

static void by_clock_runs(const pb_history_race *race, uint32_t lap, sight *s)
{
    by_clock(race, lap, s);
    s->runs = true;
}

static void by_lap(const pb_history_race *race, uint32_t lap, sight *s)
{
    (void)race;
    *s = (sight){.max_lap = (uint16_t)lap, .max_ms = INT32_MAX};
}

static void by_lap_visits(const pb_history_race *race, uint32_t lap, sight *s)
{
    by_lap(race, lap, s);
    s->visits = true;
}

static void by_clock_visits(const pb_history_race *race, uint32_t lap, sight *s)
{
    by_clock(race, lap, s);
    s->visits = s->dry = true;
}

static void nothing(const pb_history_race *race, uint32_t lap, sight *s)
{
    (void)race;
    (void)lap;
    *s = (sight){.max_lap = 0, .max_ms = INT32_MAX};
}

/* The leader had ended that lap. */
static bool ended(const pb_history_race *race, const pb_row *row, const sight *s)
{
    return row->lap == 0 || race->outcome->lead_ms[row->lap] <= s->max_ms;
}

/* Rows up to the lap before. */
static bool lap_before(const pb_history_race *race, const pb_row *row, const sight *s)
{
    (void)race;
    return row->lap <= s->max_lap + 1;
}

static bool always(const pb_history_race *race, const pb_row *row, const sight *s)
{
    (void)race;
    (void)row;
    (void)s;
    return true;
}

/* The car had ended the lap that it is told from. */
static bool crossed(const pb_history_race *race, const pb_row *row, const sight *s)
{
    const pb_log_car *car  = &race->log->cars[car_index(race->log, row->driver)];
    int               from = row->lap - (row->horizon > 0 ? row->horizon : 1);
    int32_t           at   = pb_lap_row(car, (uint32_t)from);
    return at >= 0 && car->laps[at].session_ms <= s->max_ms;
}

/* Both of the pair had ended the lap before. */
static bool both_crossed(const pb_history_race *race, const pb_row *row, const sight *s)
{
    const char *who[] = {row->driver, row->text[0]};
    for (int k = 0; k < 2; k++) {
        const pb_log_car *car = &race->log->cars[car_index(race->log, who[k])];
        int32_t           at  = pb_lap_row(car, (uint32_t)row->lap - 1);
        if (at < 0 || car->laps[at].session_ms > s->max_ms) return false;
    }
    return true;
}

static pb_model *trained(const pb_model_kind *kind, const pb_predictor *p, const pb_history *past)
{
    const pb_learn_options options = {.quick = true, .threads = 1, .seed = 1};
    pb_model              *model   = NULL;
    pb_error               error   = {0};
    PB_CHECK_EQ(pb_model_create(kind->name, &model, &error), PB_OK);
    pb_status status = p->train ? p->train(past, &options, model, &error) : PB_OK;
    if (status == PB_E_UNSUPPORTED) {
        print_message("skipped: %s\n", error.text);
        skip();
    }
    if (status != PB_OK) fail_msg("%s", error.text);
    return model;
}

static void check(const char *name, const char *predictor, set_sight *set, may_know *may, size_t least)
{
    static recorded      room[PAST], asked;
    static const uint8_t lap[] = {1, 3, 8, 17, 30, 44, 55, 62};
    pb_history_race      past[PAST];
    const pb_model_kind *kind = pb_model_kind_find(name);
    const pb_predictor  *p    = &kind->model;
    size_t               same = 0, step = getenv("PB_TRIALS") ? 3 : 1; /* a slow build asks at a third of the laps */
    for (int i = 0; predictor && i < PB_BASELINES_MAX && kind->baseline[i].name; i++)
        if (strcmp(kind->baseline[i].name, predictor) == 0) p = &kind->baseline[i];
    for (int i = 0; i < PAST; i++) {
        record(files[i], &room[i]);
        past[i] = race_of(&room[i]);
    }
    pb_model *model = trained(kind, p, &(pb_history){past, PAST});
    for (uint32_t next = 0; next < NEXT; next++) {
        record(files[PAST + next], &asked);
        pb_history_race race = race_of(&asked);
        for (uint32_t k = 0; k < sizeof lap; k += (uint32_t)step) {
            sight s;
            set(&race, lap[k], &s);
            same += ask(p, model, past, next, &s, may, k + 100 * next);
        }
        pb_race_log_fini(&asked.log);
    }
    print_message("%s: %zu answers\n", name, same);
    PB_CHECK(same > least / (step * 2 - 1));
    pb_model_destroy(model);
    for (int i = 0; i < PAST; i++) pb_race_log_fini(&room[i].log);
}

PB_TEST(live_knows_nothing_after_the_leaders_end_of_the_lap)
{
    check("live", NULL, by_clock, ended, 5000);
}

PB_TEST(a_safety_car_is_foretold_without_knowing_what_comes)
{
    check("sc", NULL, by_clock, ended, 300);
}

PB_TEST(rain_is_foretold_without_knowing_what_comes)
{
    check("rain", NULL, by_clock, ended, 300);
}

PB_TEST(a_pit_call_knows_the_rows_up_to_the_lap_before)
{
    check("pitcall", NULL, by_lap, lap_before, 5000);
}

PB_TEST(a_pit_call_by_clock_knows_nothing_after_its_crossing)
{
    check("pitcall", "model_by_clock", by_clock, crossed, 5000);
}

PB_TEST(the_time_of_a_stop_knows_the_rows_up_to_the_lap_before)
{
    check("pitstop", NULL, by_lap_visits, lap_before, 200);
}

PB_TEST(an_undercut_knows_nothing_after_the_line)
{
    check("undercut", NULL, by_clock_visits, both_crossed, 60);
}

PB_TEST(the_next_lap_times_know_nothing_after_the_line)
{
    check("pace", NULL, by_clock_runs, crossed, 5000);
}

PB_TEST(a_forecast_knows_the_grid_and_the_races_before)
{
    check("forecast", NULL, nothing, always, 300);
}

PB_TEST(stops_are_told_from_the_grid_and_the_races_before)
{
    check("stops", NULL, nothing, always, 300);
}

PB_TEST_MAIN(PB_RUN(live_knows_nothing_after_the_leaders_end_of_the_lap),
             PB_RUN(a_safety_car_is_foretold_without_knowing_what_comes),
             PB_RUN(rain_is_foretold_without_knowing_what_comes),
             PB_RUN(a_pit_call_knows_the_rows_up_to_the_lap_before),
             PB_RUN(a_pit_call_by_clock_knows_nothing_after_its_crossing),
             PB_RUN(the_time_of_a_stop_knows_the_rows_up_to_the_lap_before),
             PB_RUN(an_undercut_knows_nothing_after_the_line), PB_RUN(the_next_lap_times_know_nothing_after_the_line),
             PB_RUN(a_forecast_knows_the_grid_and_the_races_before),
             PB_RUN(stops_are_told_from_the_grid_and_the_races_before))
