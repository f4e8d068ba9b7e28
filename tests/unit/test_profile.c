/* profile: drivers and teams out of races: what is measured, what is said, and what is not. */
#include <math.h>

#include "history_fixture.h"
#include "pitboard/predict_profile.h"
#include "pitboard/wire.h"

static const made_options usual = {.races = 40, .cars = 12, .seed = 5, .noise = 1, .per_season = 20};

static pb_profile_book book_of(const made_history *made)
{
    pb_profile_book  book;
    pb_error         error = {0};
    pb_profile_race *races = calloc(made->history.n + 1, sizeof *races);
    assert_non_null(races);
    for (size_t k = 0; k < made->history.n; k++) {
        char id[16];
        snprintf(id, sizeof id, "%d-%02d", made->log[k].season, made->log[k].round);
        if (pb_profile_race_of(&made->log[k], id, &races[k], &error) != PB_OK) fail_msg("%s", error.text);
    }
    if (pb_profile_book_make(races, (uint32_t)made->history.n, &book, &error) != PB_OK) fail_msg("%s", error.text);
    return book;
}

static void estimates(const pb_profile_book *book, pb_profile_of of, pb_profile_measure m, int season,
                      pb_profile_estimate out[40])
{
    pb_error error = {0};
    if (pb_profile_estimate_all(book, of, m, season, out, &error) != PB_OK) fail_msg("%s", error.text);
}

static pb_profile_race real_race(const char *name, const char *id)
{
    char            path[512];
    pb_bytes        bytes;
    pb_race_log     log;
    pb_profile_race race;
    pb_error        error = {0};
    snprintf(path, sizeof path, PB_SOURCE_DIR "/data/races/%s.csv", name);
    pb_race_log_init(&log);
    if (pb_file_read(path, 0, &bytes, &error) != PB_OK) fail_msg("%s", error.text);
    if (pb_wire_read_laps((pb_span){bytes.at, bytes.len}, path, &log, &error) != PB_OK) fail_msg("%s", error.text);
    if (pb_profile_race_of(&log, id, &race, &error) != PB_OK) fail_msg("%s", error.text);
    pb_race_log_fini(&log);
    pb_bytes_free(&bytes);
    return race;
}

static const pb_profile_car *car_of(const pb_profile_race *race, const char *code)
{
    for (uint32_t c = 0; c < race->n_cars; c++)
        if (strcmp(race->cars[c].driver, code) == 0) return &race->cars[c];
    fail_msg("no %s", code);
    return NULL;
}

/* ---- the book ---- */

/* n cars, each driver new; teams in pairs, or none that is known. */
static pb_profile_race strangers(int k, uint32_t n, bool teams)
{
    pb_profile_race race = {
        .season = (int16_t)(1950 + k), .round = 1, .n_cars = n, .cars = calloc(n, sizeof *race.cars)};
    assert_non_null(race.cars);
    snprintf(race.id, sizeof race.id, "%d-01", race.season);
    for (uint32_t c = 0; c < n; c++) {
        pb_profile_car *car = &race.cars[c];
        for (int m = 0; m < PB_PROFILE_MEASURES; m++) car->value[m] = NAN;
        car->raw[0] = car->raw[1]   = NAN;
        car->value[PB_PROFILE_PACE] = (float)c;
        snprintf(car->driver, sizeof car->driver, "D%u", ((unsigned)k * n + c) % 10000u);
        if (teams) snprintf(car->team, sizeof car->team, "t%u", c / 2);
    }
    return race;
}

static pb_profile_book book_of_strangers(uint32_t n_races, uint32_t n_cars, bool teams)
{
    pb_profile_book  book;
    pb_error         error = {0};
    pb_profile_race *races = calloc(n_races + 1, sizeof *races);
    assert_non_null(races);
    for (uint32_t k = 0; k < n_races; k++) races[k] = strangers((int)k, n_cars, teams);
    if (pb_profile_book_make(races, n_races, &book, &error) != PB_OK) fail_msg("%s", error.text);
    return book;
}

PB_TEST(thousands_of_drivers_make_a_book_and_of_one_race_nothing_is_said)
{
    pb_error             error = {0};
    pb_profile_book      book  = book_of_strangers(150, 20, true);
    pb_profile_estimate *all   = malloc(3000 * sizeof *all);
    assert_non_null(all);
    PB_CHECK_EQ(book.n_drivers, 3000);
    PB_CHECK_EQ(book.n_teams, 10);
    PB_CHECK_EQ(pb_profile_estimate_all(&book, PB_PROFILE_DRIVER, PB_PROFILE_PACE, 0, all, &error), PB_OK);
    for (uint32_t u = 0; u < book.n_drivers; u++) PB_CHECK(isnan(all[u].value) && strstr(all[u].why, "3 are needed"));
    free(all);
    pb_profile_book_fini(&book);
}

PB_TEST(cars_of_which_nobody_knows_the_team_are_no_team_mates)
{
    pb_profile_mate mate[4];
    pb_profile_book known = book_of_strangers(1, 2, true), unknown = book_of_strangers(1, 2, false);
    PB_CHECK_EQ(pb_profile_mates(&known, 0, 0, mate, 4), 1);
    PB_CHECK_EQ(pb_profile_mates(&unknown, 0, 0, mate, 4), 0);
    pb_profile_book_fini(&known);
    pb_profile_book_fini(&unknown);
}

/* ---- estimates ---- */

PB_TEST(who_is_faster_ranks_before_who_is_slower_and_every_value_lies_in_its_interval)
{
    made_history       *made = made_create(&usual);
    pb_profile_book     book = book_of(made);
    pb_profile_estimate e[40];
    estimates(&book, PB_PROFILE_DRIVER, PB_PROFILE_PACE, 0, e);
    PB_CHECK_EQ(book.n_drivers, 12);
    for (uint32_t d = 0; d < 12; d++) {
        PB_CHECK(e[d].lo < e[d].value && e[d].value < e[d].hi);
        PB_CHECK(e[d].trust > 0.5 && e[d].trust < 1);
        PB_CHECK_EQ(e[d].races, 40);
        PB_CHECK_EQ(e[d].of, 12);
        if (d >= 2) PB_CHECK(e[d].value > e[d - 2].value);
    }
    PB_CHECK_EQ(e[0].rank, 1);
    pb_profile_book_fini(&book);
    made_destroy(made);
}

PB_TEST(an_estimate_lies_between_the_mean_and_the_field)
{
    made_history       *made = made_create(&usual);
    pb_profile_book     book = book_of(made);
    pb_profile_estimate e[40];
    estimates(&book, PB_PROFILE_DRIVER, PB_PROFILE_PACE, 2020, e);
    PB_CHECK_EQ(e[0].races, 20);
    PB_CHECK(e[0].mean < e[0].value && e[0].value < 0);
    PB_CHECK(e[11].mean > e[11].value && e[11].value > 0);
    pb_profile_book_fini(&book);
    made_destroy(made);
}

PB_TEST(two_races_say_nothing_and_the_reason_is_told)
{
    made_options o           = usual;
    o.races                  = 2;
    made_history       *made = made_create(&o);
    pb_profile_book     book = book_of(made);
    pb_profile_estimate e[40];
    estimates(&book, PB_PROFILE_DRIVER, PB_PROFILE_PACE, 0, e);
    PB_CHECK(isnan(e[3].value) && isnan(e[3].lo) && isnan(e[3].hi));
    PB_CHECK(isfinite(e[3].mean));
    PB_CHECK_EQ(e[3].rank, 0);
    PB_CHECK_TEXT(e[3].why, "2 races, 3 are needed");
    estimates(&book, PB_PROFILE_DRIVER, PB_PROFILE_PACE, 1999, e);
    PB_CHECK_TEXT(e[3].why, "no race in which it can be seen");
    pb_profile_book_fini(&book);
    made_destroy(made);
}

PB_TEST(a_field_too_small_to_tell_how_much_drivers_differ_takes_the_spreads_that_ship)
{
    made_options o           = usual;
    o.cars                   = 6;
    made_history       *made = made_create(&o);
    pb_profile_book     book = book_of(made);
    pb_profile_estimate e[40];
    estimates(&book, PB_PROFILE_DRIVER, PB_PROFILE_PACE, 0, e);
    PB_CHECK(isfinite(e[0].value));
    PB_CHECK(e[0].shipped);
    pb_profile_book_fini(&book);
    made_destroy(made);
}

PB_TEST(what_is_no_trait_has_a_mean_and_no_estimate)
{
    made_history       *made = made_create(&usual);
    pb_profile_book     book = book_of(made);
    pb_profile_estimate e[40];
    estimates(&book, PB_PROFILE_DRIVER, PB_PROFILE_PASSING, 0, e);
    PB_CHECK(isnan(e[0].value));
    PB_CHECK_HAS(e[0].why, "no trait");
    PB_CHECK(isfinite(e[0].mean));
    pb_profile_book_fini(&book);
    made_destroy(made);
}

PB_TEST(a_strength_that_stays_comes_back_and_the_figures_are_the_same_each_time)
{
    made_history     *made = made_create(&usual);
    pb_profile_book   book = book_of(made);
    pb_profile_repeat r;
    pb_error          error = {0};
    PB_CHECK_EQ(pb_profile_repeat_of(&book, PB_PROFILE_DRIVER, PB_PROFILE_PACE, &r, &error), PB_OK);
    PB_CHECK_EQ(r.pairs, 12);
    PB_CHECK(r.rho > 0.9 && r.lo > 0.7 && r.skill > 0.8 && r.halves > 0.8);
    PB_CHECK_EQ(r.moved_pairs, 0);
    PB_CHECK(isnan(r.moved));
    pb_profile_repeat again;
    PB_CHECK_EQ(pb_profile_repeat_of(&book, PB_PROFILE_DRIVER, PB_PROFILE_PACE, &again, &error), PB_OK);
    PB_CHECK(memcmp(&r.rho, &again.rho, 4 * sizeof r.rho) == 0); /* seeded */
    pb_profile_book_fini(&book);
    made_destroy(made);
}

/* ---- what must not count ---- */

PB_TEST(a_safety_car_changes_no_pace)
{
    made_options with = usual, without = usual;
    with.races = without.races = 10;
    with.sc_prob               = 1;
    made_history       *a = made_create(&with), *b = made_create(&without);
    pb_profile_book     x = book_of(a), y = book_of(b);
    pb_profile_estimate ex[40], ey[40];
    estimates(&x, PB_PROFILE_DRIVER, PB_PROFILE_PACE, 0, ex);
    estimates(&y, PB_PROFILE_DRIVER, PB_PROFILE_PACE, 0, ey);
    for (int d = 0; d < 12; d++) PB_CHECK_NEAR(ex[d].mean, ey[d].mean, 0.06);
    PB_CHECK(ex[4].samples < ey[4].samples);
    pb_profile_book_fini(&x);
    pb_profile_book_fini(&y);
    made_destroy(a);
    made_destroy(b);
}

PB_TEST(without_grids_nothing_is_said_of_starts_and_with_a_red_flag_on_lap_1_neither)
{
    made_options o           = usual;
    o.races                  = 4;
    o.no_grid                = true;
    made_history       *made = made_create(&o);
    pb_profile_book     book = book_of(made);
    pb_profile_estimate e[40];
    estimates(&book, PB_PROFILE_DRIVER, PB_PROFILE_START, 0, e);
    PB_CHECK_EQ(e[0].races, 0);
    pb_profile_book_fini(&book);
    made_destroy(made);
    o.no_grid = false;
    made      = made_create(&o);
    for (uint32_t k = 0; k < 4; k++) made->log[k].cars[0].laps[0].status |= PB_STATUS_BIT_RED;
    book = book_of(made);
    estimates(&book, PB_PROFILE_DRIVER, PB_PROFILE_START, 0, e);
    PB_CHECK_EQ(e[3].races, 0);
    pb_profile_book_fini(&book);
    made_destroy(made);
}

PB_TEST(who_stops_on_lap_1_made_no_start)
{
    made_options o     = usual;
    o.races            = 4;
    made_history *made = made_create(&o);
    for (uint32_t k = 0; k < 4; k++)
        made->log[k].cars[2].laps[0].pit_in_ms = made->log[k].cars[2].laps[0].session_ms - 5000;
    pb_profile_book     book = book_of(made);
    pb_profile_estimate e[40];
    estimates(&book, PB_PROFILE_DRIVER, PB_PROFILE_START, 0, e);
    PB_CHECK_EQ(e[2].races, 0);
    PB_CHECK_EQ(e[3].races, 4);
    pb_profile_book_fini(&book);
    made_destroy(made);
}

PB_TEST(a_race_of_three_laps_is_no_race_to_measure)
{
    made_options o     = usual;
    o.races            = 1;
    made_history *made = made_create(&o);
    pb_error      error;
    for (uint32_t c = 0; c < made->log[0].n_cars; c++) made->log[0].cars[c].n_laps = 3;
    pb_profile_race race;
    PB_CHECK_EQ(pb_profile_race_of(&made->log[0], "2020-01", &race, &error), PB_E_EMPTY);
    made_destroy(made);
}

/* ---- drivers, teams, mates ---- */

PB_TEST(a_driver_who_changes_teams_is_one_driver_and_counts_for_both_teams)
{
    made_options o     = usual;
    o.races            = 8;
    made_history *made = made_create(&o);
    for (uint32_t k = 4; k < 8; k++) { /* D00 and D02 change places */
        char team[40];
        memcpy(team, made->log[k].cars[0].team, sizeof team);
        memcpy(made->log[k].cars[0].team, made->log[k].cars[2].team, sizeof team);
        memcpy(made->log[k].cars[2].team, team, sizeof team);
    }
    pb_profile_book book = book_of(made);
    pb_profile_mate mate[8];
    uint32_t        n = pb_profile_mates(&book, 0, 0, mate, 8);
    PB_CHECK_EQ(book.n_drivers, 12);
    PB_CHECK_EQ(book.drivers[0].races, 8);
    PB_CHECK_EQ(n, 2);
    PB_CHECK_EQ(mate[0].races + mate[1].races, 8);
    PB_CHECK_EQ(mate[0].races, 4);
    PB_CHECK_TEXT(book.drivers[0].team, "team_1");
    PB_CHECK_EQ(pb_profile_mates(&book, 0, 1999, mate, 8), 0);
    pb_profile_book_fini(&book);
    made_destroy(made);
}

PB_TEST(against_the_mate_one_wins_what_the_other_loses)
{
    made_history   *made = made_create(&usual);
    pb_profile_book book = book_of(made);
    pb_profile_mate a, b;
    PB_CHECK_EQ(pb_profile_mates(&book, 0, 0, &a, 1), 1);
    PB_CHECK_EQ(pb_profile_mates(&book, 1, 0, &b, 1), 1);
    PB_CHECK_EQ(a.driver, 1);
    PB_CHECK_EQ(a.both_finished, b.both_finished);
    PB_CHECK_EQ(a.ahead + b.ahead, a.both_finished);
    PB_CHECK_EQ(a.grid_ahead + b.grid_ahead, a.both_grid);
    PB_CHECK_NEAR(a.pace_pct, -b.pace_pct, 1e-6);
    PB_CHECK(a.lo < a.pace_pct && a.pace_pct < a.hi && a.pace_pct < 0);
    pb_profile_book_fini(&book);
    made_destroy(made);
}

PB_TEST(three_cars_of_one_team_have_no_mate)
{
    made_options o     = usual;
    o.races            = 3;
    made_history *made = made_create(&o);
    for (uint32_t k = 0; k < 3; k++)
        memcpy(made->log[k].cars[2].team, made->log[k].cars[0].team, sizeof made->log[k].cars[0].team);
    pb_profile_book book = book_of(made);
    pb_profile_mate mate[8];
    PB_CHECK_EQ(pb_profile_mates(&book, 0, 0, mate, 8), 0);
    PB_CHECK(isnan((double)book.races[0].cars[0].value[PB_PROFILE_MATE]));
    pb_profile_book_fini(&book);
    made_destroy(made);
}

PB_TEST(names_find_who_is_meant)
{
    pb_profile_race *races = calloc(2, sizeof *races);
    pb_profile_book  book;
    pb_error         error = {0};
    races[0]               = real_race("2023_07_spanish", "2023-07");
    PB_CHECK_EQ(pb_profile_book_make(races, 1, &book, &error), PB_OK);
    int32_t ver = pb_profile_find(&book, PB_PROFILE_DRIVER, "VER");
    PB_CHECK(ver >= 0);
    PB_CHECK_EQ(pb_profile_find(&book, PB_PROFILE_DRIVER, "Verstappen"), ver);
    PB_CHECK_TEXT(book.drivers[ver].name, "Verstappen");
    PB_CHECK(pb_profile_find(&book, PB_PROFILE_TEAM, "AlphaTauri") >= 0);
    PB_CHECK_EQ(pb_profile_find(&book, PB_PROFILE_TEAM, "AlphaTauri"),
                pb_profile_find(&book, PB_PROFILE_TEAM, "faenza"));
    PB_CHECK_EQ(pb_profile_find(&book, PB_PROFILE_DRIVER, "XYZ"), -1);
    pb_profile_book_fini(&book);
}

/* ---- real races ---- */

PB_TEST(spain_2023_is_measured_as_it_was)
{
    pb_profile_race       race = real_race("2023_07_spanish", "2023-07");
    const pb_profile_car *ver = car_of(&race, "VER"), *per = car_of(&race, "PER"), *rus = car_of(&race, "RUS");
    PB_CHECK_EQ(race.n_cars, 20);
    PB_CHECK(!race.wet && !race.sprint);
    PB_CHECK(race.speed_kmh > 205 && race.speed_kmh < 225);
    PB_CHECK(ver->place == 1 && ver->grid == 1 && ver->took_flag && ver->laps == 66);
    PB_CHECK_EQ(ver->passed, 0); /* led every lap */
    PB_CHECK_EQ(ver->passes, 0);
    PB_CHECK(ver->value[PB_PROFILE_PACE] < -0.5f); /* the fastest car of the year */
    PB_CHECK_NEAR((double)ver->value[PB_PROFILE_MATE], -(double)per->value[PB_PROFILE_MATE], 1e-6);
    PB_CHECK(per->passes > 2);
    PB_CHECK(rus->raw[0] > 2); /* from P12 to P8 or so on lap 1 */
    PB_CHECK_EQ(ver->samples[PB_PROFILE_STOP], 2);
    pb_profile_race_fini(&race);
}

PB_TEST(jeddah_2021_counts_no_pass_under_the_safety_car_and_no_stop_under_red)
{
    pb_profile_race       race = real_race("2021_21_saudi_arabian", "2021-21");
    const pb_profile_car *msc  = car_of(&race, "MSC");
    uint32_t              made = 0, suffered = 0;
    for (uint32_t c = 0; c < race.n_cars; c++) {
        made += race.cars[c].passes;
        suffered += race.cars[c].passed;
        PB_CHECK(race.cars[c].samples[PB_PROFILE_STOP] <= 2);
    }
    PB_CHECK_EQ(made, suffered);
    PB_CHECK(made > 5 && made < 60);
    PB_CHECK(!msc->took_flag && msc->laps < 12);
    PB_CHECK(isnan((double)msc->value[PB_PROFILE_TYRE]));
    pb_profile_race_fini(&race);
}

PB_TEST(hockenheim_2019_is_wet_and_says_nothing_of_tyres)
{
    pb_profile_race race = real_race("2019_11_german", "2019-11");
    PB_CHECK(race.wet);
    PB_CHECK(isnan((double)race.speed_kmh));
    for (uint32_t c = 0; c < race.n_cars; c++) {
        PB_CHECK(isnan((double)race.cars[c].value[PB_PROFILE_TYRE]));
        PB_CHECK(isnan((double)race.cars[c].value[PB_PROFILE_STEADY]));
    }
    pb_profile_race_fini(&race);
}

/* ---- JSON ---- */

static char *json_of(const pb_profile_book *book, pb_profile_of of, int32_t who)
{
    char          *text  = NULL;
    size_t         len   = 0;
    pb_error       error = {0};
    pb_json_writer w;
    FILE          *file = open_memstream(&text, &len);
    assert_non_null(file);
    pb_json_begin(&w, file, 0);
    pb_json_object(&w, NULL);
    if (pb_profile_put(book, of, who, "NOB", 0, &w, &error) != PB_OK) fail_msg("%s", error.text);
    pb_json_object_end(&w);
    fclose(file);
    return text;
}

PB_TEST(a_profile_is_json_with_every_row_it_rests_on_and_who_has_no_laps_has_reasons)
{
    made_options o       = usual;
    o.races              = 6;
    made_history   *made = made_create(&o);
    pb_profile_book book = book_of(made);
    pb_json_doc    *doc;
    pb_error        error = {0};
    char           *text  = json_of(&book, PB_PROFILE_DRIVER, 3);
    PB_CHECK_EQ(pb_json_parse(pb_span_of(text), "profile", &doc, &error), PB_OK);
    pb_json root = pb_json_root(doc);
    PB_CHECK_EQ(pb_json_length(pb_json_get(root, "rows")), 6);
    PB_CHECK_EQ(pb_json_length(pb_json_get(root, "measures")), PB_PROFILE_SLICES);
    PB_CHECK_EQ(pb_json_length(pb_json_get(root, "slices")), PB_PROFILE_MEASURES - PB_PROFILE_SLICES);
    PB_CHECK_EQ(pb_json_length(pb_json_get(pb_json_at(pb_json_get(root, "measures"), 0), "field")), 12);
    pb_json_free(doc);
    free(text);
    text = json_of(&book, PB_PROFILE_TEAM, 2);
    PB_CHECK_HAS(text, "\"drivers\":[{");
    PB_CHECK(strstr(text, "\"mate\":{") != NULL); /* of its drivers */
    free(text);
    text = json_of(&book, PB_PROFILE_DRIVER, -1);
    PB_CHECK_HAS(text, "\"id\":\"NOB\"");
    PB_CHECK_HAS(text, "\"why\":\"no laps in the store\"");
    free(text);
    pb_profile_book_fini(&book);
    made_destroy(made);
}

/* ---- the store ---- */

static void put(pb_store *store, const char *name)
{
    char            path[512];
    pb_bytes        bytes;
    pb_race_log     log;
    pb_store_counts counts;
    pb_error        error = {0};
    bool            known;
    snprintf(path, sizeof path, PB_SOURCE_DIR "/data/races/%s.csv", name);
    pb_race_log_init(&log);
    PB_CHECK_EQ(pb_file_read(path, 0, &bytes, &error), PB_OK);
    PB_CHECK_EQ(pb_wire_read_laps((pb_span){bytes.at, bytes.len}, path, &log, &error), PB_OK);
    pb_history_file file = {
        .path = path, .text = {bytes.at, bytes.len}, .form = "laps", .format = "fastf1", .licence = "x"};
    if (pb_history_put_log(store, &file, &log, &counts, &known, &error) != PB_OK) fail_msg("%s", error.text);
    pb_race_log_fini(&log);
    pb_bytes_free(&bytes);
}

static void same_races(const pb_profile_book *a, const pb_profile_book *b)
{
    PB_CHECK_EQ(a->n_races, b->n_races);
    for (uint32_t r = 0; r < a->n_races; r++) {
        PB_CHECK_TEXT(a->races[r].id, b->races[r].id);
        PB_CHECK_EQ(a->races[r].n_cars, b->races[r].n_cars);
        PB_CHECK(memcmp(a->races[r].cars, b->races[r].cars, a->races[r].n_cars * sizeof *a->races[r].cars) == 0);
    }
}

PB_TEST(a_store_is_read_again_only_where_it_changed_and_says_the_same_as_when_read_afresh)
{
    char            path[128], url[160];
    pb_store       *store;
    pb_error        error = {0};
    pb_profile_book one, two, fresh;
    uint64_t        before = 0, after = 0;
    snprintf(path, sizeof path, "/tmp/pb_test_profile_%d.db", (int)getpid());
    snprintf(url, sizeof url, "sqlite:%s", path);
    (void)unlink(path);
    if (pb_store_open(url, PB_STORE_CREATE, &store, &error) != PB_OK) fail_msg("%s", error.text);
    put(store, "2023_07_spanish");
    put(store, "2021_21_saudi_arabian");
    PB_CHECK_EQ(pb_profile_store_mark(store, &before, &error), PB_OK);
    PB_CHECK_EQ(pb_profile_book_read(store, 0, 0, NULL, &one, &error), PB_OK);
    PB_CHECK_EQ(one.n_races, 2);
    put(store, "2024_16_italian");
    PB_CHECK_EQ(pb_profile_store_mark(store, &after, &error), PB_OK);
    PB_CHECK(before != after);
    PB_CHECK_EQ(pb_profile_book_read(store, 0, 0, &one, &two, &error), PB_OK);
    PB_CHECK_EQ(pb_profile_book_read(store, 0, 0, NULL, &fresh, &error), PB_OK);
    PB_CHECK_EQ(two.n_races, 3);
    same_races(&two, &fresh);
    pb_profile_book_fini(&one);
    PB_CHECK_EQ(pb_profile_book_read(store, 2022, 2023, NULL, &one, &error), PB_OK);
    PB_CHECK_EQ(one.n_races, 1);
    pb_profile_book_fini(&one);
    pb_profile_book_fini(&two);
    pb_profile_book_fini(&fresh);
    pb_store_close(store);
    for (const char *const *tail = (const char *const[]){"", "-wal", "-shm", NULL}; *tail; tail++) {
        char name[160];
        snprintf(name, sizeof name, "%s%s", path, *tail);
        (void)unlink(name);
    }
}

PB_TEST_MAIN(PB_RUN(thousands_of_drivers_make_a_book_and_of_one_race_nothing_is_said),
             PB_RUN(cars_of_which_nobody_knows_the_team_are_no_team_mates),
             PB_RUN(who_is_faster_ranks_before_who_is_slower_and_every_value_lies_in_its_interval),
             PB_RUN(an_estimate_lies_between_the_mean_and_the_field),
             PB_RUN(two_races_say_nothing_and_the_reason_is_told),
             PB_RUN(a_field_too_small_to_tell_how_much_drivers_differ_takes_the_spreads_that_ship),
             PB_RUN(what_is_no_trait_has_a_mean_and_no_estimate),
             PB_RUN(a_strength_that_stays_comes_back_and_the_figures_are_the_same_each_time),
             PB_RUN(a_safety_car_changes_no_pace),
             PB_RUN(without_grids_nothing_is_said_of_starts_and_with_a_red_flag_on_lap_1_neither),
             PB_RUN(who_stops_on_lap_1_made_no_start), PB_RUN(a_race_of_three_laps_is_no_race_to_measure),
             PB_RUN(a_driver_who_changes_teams_is_one_driver_and_counts_for_both_teams),
             PB_RUN(against_the_mate_one_wins_what_the_other_loses), PB_RUN(three_cars_of_one_team_have_no_mate),
             PB_RUN(names_find_who_is_meant), PB_RUN(spain_2023_is_measured_as_it_was),
             PB_RUN(jeddah_2021_counts_no_pass_under_the_safety_car_and_no_stop_under_red),
             PB_RUN(hockenheim_2019_is_wet_and_says_nothing_of_tyres),
             PB_RUN(a_profile_is_json_with_every_row_it_rests_on_and_who_has_no_laps_has_reasons),
             PB_RUN(a_store_is_read_again_only_where_it_changed_and_says_the_same_as_when_read_afresh))
