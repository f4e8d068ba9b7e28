/* A call from laps in memory is the call from a file that holds them, byte for byte. */
#include "apps/live_call.h"
#include "lap_fixture.h"

#define RACES PB_SOURCE_DIR "/data/races/"
#define SPANISH RACES "2023_07_spanish.csv"
#define TRIALS 100

/* Takes out the lines of JSON that tell how long it took. */
static char *without_times(char *text)
{
    char *to = text;
    for (char *at = text; *at;) {
        char  *end = strchr(at, '\n');
        size_t n   = end ? (size_t)(end - at) + 1 : strlen(at);
        if (!memmem(at, n, "\"elapsed_ms\"", 12)) memmove(to, at, n), to += n;
        at += n;
    }
    *to = '\0';
    return text;
}

static char *page(const recommend_answer *answer)
{
    char  *text = NULL;
    size_t size = 0;
    FILE  *file = open_memstream(&text, &size);
    assert_non_null(file);
    recommend_json(answer, file);
    PB_CHECK_EQ(fclose(file), 0);
    return without_times(text);
}

static live_caller_options options(void)
{
    live_caller_options o = live_caller_options_default();
    o.models              = PB_SOURCE_DIR "/no/such/folder"; /* what ships, whatever the user has */
    o.trials              = TRIALS;
    return o;
}

static live_caller *caller_of(const live_caller_options *o)
{
    live_caller *caller = NULL;
    pb_error     error  = {0};
    if (live_caller_create(o, &caller, &error) != PB_OK) fail_msg("%s", error.text);
    return caller;
}

static const char *const flags[] = {NULL, "green", "sc", "vsc", "red"};

/* The real program where the test knows it. */
static char *from_program(const char *program, const char *path, const live_ask *ask, const live_caller_options *o)
{
    char   command[4096];
    char  *text = calloc(1, 1 << 20);
    size_t n =
        (size_t)snprintf(command, sizeof command, "%s recommend %s --car %s --lap %u --trials %u --models %s --json",
                         program, path, ask->car, ask->lap, o->trials, o->models);
    if (ask->flag != DECIDE_FLAG_AS_IS)
        n += (size_t)snprintf(command + n, sizeof command - n, " --flag %s", flags[ask->flag]);
    if (ask->boxed) n += (size_t)snprintf(command + n, sizeof command - n, " --boxed %s", ask->boxed);
    if (o->grids) n += (size_t)snprintf(command + n, sizeof command - n, " --grids %s", o->grids);
    for (uint32_t i = 0; i < o->data.n; i++)
        n += (size_t)snprintf(command + n, sizeof command - n, " --data %s", o->data.at[i]);
    PB_CHECK(text != NULL && n < sizeof command);
    FILE *pipe = popen(command, "r"); // NOLINT(cert-env33-c): the program under test
    assert_non_null(pipe);
    PB_CHECK(fread(text, 1, (1 << 20) - 1, pipe) > 0);
    PB_CHECK_EQ(pclose(pipe), 0);
    return without_times(text);
}

static char *from_file(const char *path, const live_ask *ask, const live_caller_options *o)
{
    const char *program = getenv("PITBOARD");
    if (program) return from_program(program, path, ask, o);
    recommend_question q      = {.race   = {.path = path, .from_lap = ask->lap, .set = o->set, .grids = o->grids},
                                 .car    = ask->car,
                                 .flag   = flags[ask->flag],
                                 .boxed  = ask->boxed,
                                 .models = o->models,
                                 .data   = o->data,
                                 .trials = o->trials,
                                 .seed   = o->seed};
    recommend_answer  *answer = malloc(sizeof *answer);
    pb_error           error  = {0};
    if (recommend_run(&q, answer, &error) != PB_OK) fail_msg("%s", error.text);
    char *text = page(answer);
    recommend_free(answer);
    free(answer);
    return text;
}

static char *from_memory(live_caller *caller, const live_ask *ask)
{
    recommend_answer *answer = malloc(sizeof *answer);
    pb_error          error  = {0};
    if (live_caller_call(caller, ask, answer, &error) != PB_OK) fail_msg("%s", error.text);
    char *text = page(answer);
    recommend_free(answer);
    free(answer);
    return text;
}

static void check_same(live_caller *caller, const char *path, const live_ask *ask, const live_caller_options *o)
{
    char *file = from_file(path, ask, o), *memory = from_memory(caller, ask);
    PB_CHECK(strlen(file) > 1000);
    PB_CHECK_TEXT(memory, file);
    free(file);
    free(memory);
}

/* The laps as they stand when the leader ends this one. */
static void read_until(pb_race_log *log, const char *path, uint32_t lap)
{
    read_file(log, path);
    pb_race_log_cut(log, lap);
}

PB_TEST(laps_in_memory_give_the_call_of_the_file)
{
    static const struct {
        const char *path, *car;
        uint16_t    lap;
    } moments[]                = {{SPANISH, "VER", 40},
                                  {SPANISH, "HAM", 60},
                                  {RACES "2021_21_saudi_arabian.csv", "VER", 30},
                                  {RACES "2019_11_german.csv", "HAM", 50},
                                  {RACES "2024_16_italian.csv", "all", 50}};
    live_caller_options o      = options();
    live_caller        *caller = caller_of(&o); /* one for all races */
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        pb_race_log log;
        read_until(&log, moments[i].path, moments[i].lap);
        check_same(caller, moments[i].path, &(live_ask){.log = &log, .lap = moments[i].lap, .car = moments[i].car}, &o);
        pb_race_log_fini(&log);
    }
    live_caller_destroy(caller);
}

PB_TEST(earlier_races_and_grids_are_read_once_and_used)
{
    live_caller_options o = options();
    pb_race_log         log;
    o.grids = PB_SHARED_DIR "/data/grids.csv";
    o.data  = (pb__list){{RACES "2021_21_saudi_arabian.csv", SPANISH, RACES "2024_16_italian.csv"}, 3};
    pb_need_shared(o.grids);
    live_caller *caller = caller_of(&o);
    read_until(&log, SPANISH, 60);
    check_same(caller, SPANISH, &(live_ask){.log = &log, .lap = 60, .car = "VER"}, &o);
    pb_race_log_fini(&log);
    read_until(&log, RACES "2024_16_italian.csv", 50);
    check_same(caller, RACES "2024_16_italian.csv", &(live_ask){.log = &log, .lap = 50, .car = "VER"}, &o);
    pb_race_log_fini(&log);
    live_caller_destroy(caller);
}

PB_TEST(later_laps_and_the_order_of_cars_make_no_difference)
{
    live_caller_options o      = options();
    live_caller        *caller = caller_of(&o);
    pb_race_log         log;
    read_file(&log, SPANISH);
    for (uint32_t c = 0; c < log.n_cars / 2; c++) {
        pb_log_car last              = log.cars[log.n_cars - 1 - c];
        log.cars[log.n_cars - 1 - c] = log.cars[c];
        log.cars[c]                  = last;
    }
    check_same(caller, SPANISH, &(live_ask){.log = &log, .lap = 62, .car = "1"}, &o);
    PB_CHECK(log.cars[0].n_laps > 62); /* the caller's laps are its own */
    pb_race_log_fini(&log);
    live_caller_destroy(caller);
}

PB_TEST(what_the_laps_cannot_show_yet_is_told_with_them)
{
    live_caller_options o      = options();
    live_caller        *caller = caller_of(&o);
    pb_race_log         log;
    read_until(&log, SPANISH, 60);
    check_same(caller, SPANISH,
               &(live_ask){.log = &log, .lap = 60, .car = "VER", .flag = live_flag(PB_NEUTRAL_SC), .boxed = "HAM"}, &o);
    live_ask green = {.log = &log, .lap = 60, .car = "VER"};
    char    *as_is = from_memory(caller, &green);
    green.flag     = live_flag(0);
    char *told     = from_memory(caller, &green);
    PB_CHECK_TEXT(told, as_is); /* the laps are green as well */
    free(told);
    free(as_is);
    pb_race_log_fini(&log);
    live_caller_destroy(caller);
}

PB_TEST(a_race_from_nowhere_needs_a_circuit_or_a_distance)
{
    live_caller_options o = options();
    pb_race_log         log;
    recommend_answer   *answer = malloc(sizeof *answer);
    pb_error            error;
    read_until(&log, SPANISH, 60);
    log.circuit[0] = '\0';
    log.season = log.round = 0;
    live_caller *caller    = caller_of(&o);
    live_ask     ask       = {.log = &log, .lap = 60, .car = "VER"};
    PB_CHECK(live_caller_call(caller, &ask, answer, &error) != PB_OK);
    recommend_free(answer);
    ask.laps_total = 66;
    PB_CHECK_EQ(live_caller_call(caller, &ask, answer, &error), PB_OK);
    PB_CHECK_EQ(answer->spec->rules.laps, 66);
    recommend_free(answer);
    live_caller_destroy(caller);

    o.set          = (pb__list){{"season=2023", "circuit=barcelona"}, 2};
    caller         = caller_of(&o);
    ask.laps_total = 0;
    PB_CHECK_EQ(live_caller_call(caller, &ask, answer, &error), PB_OK);
    PB_CHECK_EQ(answer->spec->rules.laps, 66);
    recommend_free(answer);
    live_caller_destroy(caller);
    free(answer);
    pb_race_log_fini(&log);
}

PB_TEST(phases_of_the_status_feed_are_used)
{
    live_caller_options o      = options();
    live_caller        *caller = caller_of(&o);
    pb_race_log         log;
    recommend_answer   *answer = malloc(sizeof *answer);
    pb_error            error;
    read_until(&log, RACES "2021_21_saudi_arabian.csv", 12);
    const pb_neutral_phase phase = {PB_NEUTRAL_VSC, 3.25, 5.5, 0, 0, true};
    live_ask               ask   = {.log = &log, .lap = 12, .car = "VER", .phases = &phase, .n_phases = 1};
    PB_CHECK_EQ(live_caller_call(caller, &ask, answer, &error), PB_OK);
    PB_CHECK_EQ(answer->spec->neutral.n_phases, 1);
    PB_CHECK_NEAR(answer->spec->neutral.phases[0].start_progress, 3.25, 0);
    recommend_free(answer);
    ask.n_phases = 0; /* the feed knows of none, whatever the laps say */
    PB_CHECK_EQ(live_caller_call(caller, &ask, answer, &error), PB_OK);
    PB_CHECK_EQ(answer->spec->neutral.n_phases, 0);
    recommend_free(answer);
    free(answer);
    pb_race_log_fini(&log);
    live_caller_destroy(caller);
}

PB_TEST(an_outlook_tells_who_is_likely_to_stop_and_costs_little)
{
    live_caller_options o      = options();
    live_caller        *caller = caller_of(&o);
    pb_race_log         log;
    recommend_answer   *answer = malloc(sizeof *answer);
    pb_error            error;
    read_until(&log, SPANISH, 25);
    live_ask ask = {.log = &log, .lap = 25, .car = "VER", .outlook = true};
    PB_CHECK_EQ(live_caller_call(caller, &ask, answer, &error), PB_OK);
    const recommend_outlook *out = &answer->outlook;
    PB_CHECK(out->known);
    double sum = 0;
    for (uint32_t c = 0; c < answer->spec->n_cars; c++) {
        if (!answer->spec->cars[c].state.running) continue;
        PB_CHECK(out->stop_prob[c] > 0 && out->stop_prob[c] < 1);
        PB_CHECK(out->compound[c] >= PB_COMPOUND_SOFT && out->compound[c] <= PB_COMPOUND_WET);
        sum += out->stop_prob[c];
    }
    print_message("an outlook in %.2f ms, %.1f stops expected\n", 1000 * out->elapsed_s, sum);
    PB_CHECK(sum > 0.1 && sum < 10);
    recommend_free(answer);
    ask.outlook = false;
    PB_CHECK_EQ(live_caller_call(caller, &ask, answer, &error), PB_OK);
    PB_CHECK(!answer->outlook.known);
    recommend_free(answer);
    free(answer);
    pb_race_log_fini(&log);
    live_caller_destroy(caller);
}

static void refuses(live_caller *caller, const live_ask *ask, pb_status status, const char *words)
{
    recommend_answer *answer = malloc(sizeof *answer);
    pb_error          error  = {0};
    PB_CHECK_EQ(live_caller_call(caller, ask, answer, &error), status);
    PB_CHECK_HAS(error.text, words);
    recommend_free(answer);
    free(answer);
}

PB_TEST(what_cannot_be_called_is_refused_with_the_reason)
{
    live_caller_options o      = options();
    live_caller        *caller = NULL;
    pb_race_log         log, none;
    pb_error            error;
    read_until(&log, RACES "2024_16_italian.csv", 20);
    pb_race_log_init(&none);
    caller = caller_of(&o);
    refuses(caller, &(live_ask){.log = &log, .lap = 1, .car = "VER"}, PB_E_RANGE, "lap 2 on");
    refuses(caller, &(live_ask){.log = &log, .lap = 21, .car = "VER"}, PB_E_RANGE, "has 20 laps");
    refuses(caller, &(live_ask){.log = &log, .lap = 20, .car = "TSU"}, PB_E_RULE, "stopped after lap 7");
    refuses(caller, &(live_ask){.log = &log, .lap = 20, .car = "VEX"}, PB_E_USAGE, "did you mean");
    refuses(caller, &(live_ask){.log = &none, .lap = 20, .car = "VER"}, PB_E_EMPTY, "no car completed a lap");
    live_caller_destroy(caller);

    caller = NULL;
    o.isa  = "abacus";
    PB_CHECK(live_caller_create(&o, &caller, &error) != PB_OK);
    o.isa   = NULL;
    o.grids = PB_SOURCE_DIR "/no/grids.csv";
    PB_CHECK_EQ(live_caller_create(&o, &caller, &error), PB_E_NOENT);
    PB_CHECK(caller == NULL);
    pb_race_log_fini(&log);
    pb_race_log_fini(&none);
}

PB_TEST_MAIN(PB_RUN(laps_in_memory_give_the_call_of_the_file), PB_RUN(earlier_races_and_grids_are_read_once_and_used),
             PB_RUN(later_laps_and_the_order_of_cars_make_no_difference),
             PB_RUN(what_the_laps_cannot_show_yet_is_told_with_them),
             PB_RUN(a_race_from_nowhere_needs_a_circuit_or_a_distance), PB_RUN(phases_of_the_status_feed_are_used),
             PB_RUN(an_outlook_tells_who_is_likely_to_stop_and_costs_little),
             PB_RUN(what_cannot_be_called_is_refused_with_the_reason))
