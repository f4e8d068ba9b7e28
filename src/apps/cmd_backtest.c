/* pitboard backtest: recorded races played again, and scored. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "backtest_calls.h"
#include "backtest_learned.h"
#include "backtest_params.h"
#include "backtest_regret.h"
#include "backtest_resim.h"
#include "backtest_scores.h"
#include "command.h"
#include "isa_choice.h"
#include "pitboard/narrate.h"

#define PROTOCOLS "resim, forecast, live, pace, sc, rain, pitcall, pitstop, rejoin, stops, undercut, calls, regret"
#define RESIM_TRIALS 4000
#define CALLS_RESAMPLES 1000
#define CALLS_TRIALS 1500 /* of one call, unless given */
#define REGRET_TRIALS 1000

typedef struct args {
    pb__list    data, against;
    const char *protocol, *seasons, *races, *grids, *truth, *until, *rows, *given, *models, *plot, *params, *isa;
    uint32_t    trials, threads;
    uint64_t    seed;
    bool        json, model_only, per_race;
} args;

static const pb__option options[] = {
    {"data", PB__OPT_LIST, offsetof(args, data), "PATH", "folder of races or a lap CSV; repeatable", 0, 0},
    {"seasons", PB__OPT_TEXT, offsetof(args, seasons), "A-B", "seasons to score; the others are history", 0, 0},
    {"races", PB__OPT_TEXT, offsetof(args, races), "FILE", "CSV season,round of the races to score", 0, 0},
    {"grids", PB__OPT_TEXT, offsetof(args, grids), "FILE", "CSV season,round,driver,grid (PATH/grids.csv)", 0, 0},
    {"truth", PB__OPT_TEXT, offsetof(args, truth), "KIND", "road (the default) or official: the results table", 0, 0},
    {"until", PB__OPT_TEXT, offsetof(args, until), "SEASON:ROUND", "learn from nothing later", 0, 0},
    {"rows", PB__OPT_TEXT, offsetof(args, rows), "FILE.csv", "write what was predicted", 0, 0},
    {"params", PB__OPT_TEXT, offsetof(args, params), "DIR", "resim: play the TUM race files of DIR instead", 0, 0},
    {"trials", PB__OPT_U32, offsetof(args, trials), "N",
     "resim: played races per race (4,000); calls, regret: a call (1,500, 1,000)", 1, 1000000},
    {"seed", PB__OPT_U64, offsetof(args, seed), "S", "the same seed gives the same bytes (1)", 0, UINT64_MAX},
    {"threads", PB__OPT_U32, offsetof(args, threads), "T", "as many as cores, unless given", 1, PB_THREADS_MAX},
    {"isa", PB__OPT_TEXT, offsetof(args, isa), "X", "force scalar, portable, avx2 or avx512 (or PITBOARD_ISA)", 0, 0},
    {"given", PB__OPT_TEXT, offsetof(args, given), "FILE.csv", "score these rows instead of the model's", 0, 0},
    {"against", PB__OPT_LIST, offsetof(args, against), "FILE.csv", "rows to score beside the baselines; repeatable", 0,
     0},
    {"models", PB__OPT_TEXT, offsetof(args, models), "DIR", "use the active version there, not a refit", 0, 0},
    {"plot", PB__OPT_TEXT, offsetof(args, plot), "FILE.svg", "reliability diagrams and coverage", 0, 0},
    {"per-race", PB__OPT_FLAG, offsetof(args, per_race), NULL, "with --json: every metric of every race", 0, 0},
    {"model-only", PB__OPT_FLAG, offsetof(args, model_only), NULL, "without the baselines", 0, 0},
    {"json", PB__OPT_FLAG, offsetof(args, json), NULL, "one JSON object", 0, 0},
};

/* "2023" or "2023-2025" */
static pb_status read_seasons(const char *text, backtest_data_options *to, pb_error *error)
{
    int64_t from = 0, last = 0;
    if (!text) return PB_OK;
    const char *dash  = strchr(text, '-');
    bool        right = pb_span_to_i64((pb_span){text, dash ? (size_t)(dash - text) : strlen(text)}, &from);
    last              = from;
    if (right && dash) right = pb_span_to_i64(pb_span_of(dash + 1), &last);
    if (!right || from < 1950 || last < from || last > 2200)
        return pb_error_set(error, PB_E_USAGE, "--seasons takes 2023 or 2023-2025, not %s", text);
    to->season_from = (int)from;
    to->season_to   = (int)last;
    return PB_OK;
}

static pb_status read_truth(const char *text, backtest_run *run, pb_error *error)
{
    if (!text) return PB_OK;
    run->official = strcmp(text, "official") == 0;
    if (run->official || strcmp(text, "road") == 0) return PB_OK;
    return pb_error_set(error, PB_E_USAGE, "--truth takes road or official, not %s", text);
}

/* "2022:10" */
static pb_status read_until(const char *text, backtest_run *run, pb_error *error)
{
    int64_t season = 0, round = 0;
    if (!text) return PB_OK;
    const char *colon = strchr(text, ':');
    bool        right = colon && pb_span_to_i64((pb_span){text, (size_t)(colon - text)}, &season) &&
                 pb_span_to_i64(pb_span_of(colon + 1), &round);
    if (!right || season < 1950 || season > 2200 || round < 1 || round > 99)
        return pb_error_set(error, PB_E_USAGE, "--until takes SEASON:ROUND as 2022:10, not %s", text);
    run->until_season = (int)season;
    run->until_round  = (int)round;
    return PB_OK;
}

/* Our own calls: neither a simulated race nor a learned model alone. */
static bool is_calls(const args *a)
{
    return strcmp(a->protocol, "calls") == 0;
}

static bool is_regret(const args *a)
{
    return strcmp(a->protocol, "regret") == 0;
}

static bool plays(const args *a)
{
    return strcmp(a->protocol, "resim") == 0 || is_calls(a) || is_regret(a);
}

/* The first operand is the protocol; more of them are data, as a shell expands
 * them. */
static pb_status take_operands(const pb__operands *operands, args *a, pb_error *error)
{
    if (operands->n == 0) return pb_error_set(error, PB_E_USAGE, "which protocol? There are: " PROTOCOLS);
    a->protocol = operands->at[0];
    if (!plays(a) && !pb_protocol_find(a->protocol))
        return pb_error_set(error, PB_E_USAGE, "unknown protocol %s; there are: " PROTOCOLS, a->protocol);
    for (uint32_t i = 1; i < operands->n; i++) {
        if (a->data.n == PB__LIST_MAX)
            return pb_error_set(error, PB_E_USAGE, "more than %d paths; give a folder", PB__LIST_MAX);
        a->data.at[a->data.n++] = operands->at[i];
    }
    return a->data.n > 0 ? PB_OK : pb_error_set(error, PB_E_USAGE, "on what? --data PATH is needed");
}

static pb_status score_races(const args *a, const backtest_data_options *read, const backtest_run *run, pb_error *error)
{
    backtest_data   data;
    backtest_result result;
    PB_TRY(backtest_data_read(read, &data, error));
    pb_status status = backtest_resim(&data, run, &result, error);
    backtest_data_free(&data);
    if (status != PB_OK) return status;
    if (a->rows) status = backtest_result_rows(&result, a->rows, error);
    if (status == PB_OK && a->json) backtest_result_json(&result, stdout);
    if (status == PB_OK && !a->json) backtest_result_table(&result, stdout);
    backtest_result_free(&result);
    return status;
}

static pb_status score_calls(const args *a, backtest_data_options *read, const backtest_run *run, pb_error *error)
{
    const backtest_calls_options how = {.trials       = a->trials ? a->trials : CALLS_TRIALS,
                                        .threads      = a->threads,
                                        .seed         = a->seed,
                                        .isa          = run->isa,
                                        .until_season = run->until_season,
                                        .until_round  = run->until_round};
    backtest_data                data;
    backtest_calls               calls;
    pb_metric                    metric[BACKTEST_CALLS_METRICS];
    read->sprints = read->unplaced = true;
    PB_TRY(backtest_data_read(read, &data, error));
    pb_status status = backtest_calls_run(&data, &how, &calls, error);
    if (status == PB_OK && a->rows) status = backtest_calls_rows(&calls, a->rows, error);
    if (status == PB_OK) {
        size_t n = backtest_calls_score(&calls, CALLS_RESAMPLES, metric);
        if (a->json)
            backtest_calls_json(&calls, metric, n, stdout);
        else
            backtest_calls_table(&calls, metric, n, stdout);
    }
    backtest_calls_free(&calls);
    backtest_data_free(&data);
    return status;
}

static pb_status score_regret(const args *a, backtest_data_options *read, const backtest_run *run, pb_error *error)
{
    backtest_data data;
    regret_result result;
    read->sprints = read->unplaced = true;
    PB_TRY(backtest_data_read(read, &data, error));
    pb_status status = regret_run(&data, run, &result, error);
    backtest_data_free(&data);
    if (status != PB_OK) return status;
    if (a->rows) status = regret_rows(&result, a->rows, error);
    if (status == PB_OK) status = a->json ? regret_json(&result, stdout, error) : regret_table(&result, stdout, error);
    regret_free(&result);
    return status;
}

static pb_status plot_calibration(const args *a, const backtest_scores *scores, pb_error *error)
{
    char title[120];
    snprintf(title, sizeof title, "%s%s%s: told and come true", a->protocol, a->seasons ? ", " : "",
             a->seasons ? a->seasons : "");
    return pb_plot_calibration(scores->calibration, scores->n_calibrations, title, a->plot, error);
}

/* The rows are written first: a score that fails leaves them there. */
static pb_status report(const args *a, const backtest_learned *learned, pb_error *error)
{
    backtest_scores scores;
    if (a->rows) PB_TRY(backtest_learned_rows(learned, a->rows, error));
    PB_TRY(backtest_scores_make(learned, a->per_race, &scores, error));
    if (a->json)
        backtest_scores_json(&scores, stdout);
    else
        backtest_scores_table(&scores, stdout);
    pb_status status = a->plot ? plot_calibration(a, &scores, error) : PB_OK;
    backtest_scores_free(&scores);
    return status;
}

static pb_status score_learned(const args *a, backtest_data_options *read, const backtest_run *run, pb_error *error)
{
    const backtest_learned_options how = {.protocol   = a->protocol,
                                          .given      = a->given,
                                          .against    = a->against.at,
                                          .n_against  = a->against.n,
                                          .models     = a->models,
                                          .threads    = a->threads,
                                          .seed       = a->seed,
                                          .model_only = a->model_only,
                                          .official   = run->official};
    backtest_data                  data;
    backtest_learned               learned;
    read->sprints  = true;
    read->unplaced = strcmp(a->protocol, "forecast") != 0;
    PB_TRY(backtest_data_read(read, &data, error));
    pb_status status = backtest_learned_run(&data, &how, run->until_season, run->until_round, &learned, error);
    if (status == PB_OK) {
        status = report(a, &learned, error);
        backtest_learned_free(&learned);
    }
    backtest_data_free(&data);
    return status;
}

/* An option that would be passed over is refused. */
static pb_status check_options(const args *a, pb_error *error)
{
    bool        resim = strcmp(a->protocol, "resim") == 0;
    const char *wrong = NULL;
    if (plays(a) && (a->given || a->models || a->plot || a->model_only || a->per_race))
        wrong = a->given        ? "--given"
                : a->models     ? "--models"
                : a->plot       ? "--plot"
                : a->model_only ? "--model-only"
                                : "--per-race";
    if (plays(a) && a->against.n > 0) wrong = "--against";
    if (is_regret(a) && a->truth) wrong = "--truth";
    if (!resim && a->params) wrong = "--params";
    if (wrong) return pb_error_set(error, PB_E_USAGE, "%s is not for the protocol %s", wrong, a->protocol);
    if (a->against.n > BACKTEST_AGAINST_MAX)
        return pb_error_set(error, PB_E_USAGE, "--against takes at most %d files", BACKTEST_AGAINST_MAX);
    if (a->given && a->models)
        return pb_error_set(error, PB_E_USAGE, "--given rows and --models cannot both answer; leave one out");
    return PB_OK;
}

static pb_status backtest(args *a, pb_error *error)
{
    backtest_data_options read = {.data = a->data.at, .n_data = a->data.n, .grids = a->grids, .races = a->races};
    backtest_run          run  = {.threads = a->threads, .seed = a->seed};
    run.trials                 = a->trials ? a->trials : is_regret(a) ? REGRET_TRIALS : RESIM_TRIALS;

    PB_TRY(check_options(a, error));
    PB_TRY(read_seasons(a->seasons, &read, error));
    PB_TRY(read_truth(a->truth, &run, error));
    PB_TRY(read_until(a->until, &run, error));
    PB_TRY(pb__isa_choose(a->isa, &run.isa, error));
    if (a->params) return backtest_params(a->params, &read, &run, a->json, error);
    if (is_calls(a)) return score_calls(a, &read, &run, error);
    if (is_regret(a)) return score_regret(a, &read, &run, error);
    if (strcmp(a->protocol, "resim") != 0) return score_learned(a, &read, &run, error);
    return score_races(a, &read, &run, error);
}

static int run_command(int argc, char **argv)
{
    args         a = {.seed = 1};
    pb__operands operands;
    pb_error     error = {0};

    pb_status status = pb__options_read(argc, argv, options, sizeof options / sizeof *options, &a, &operands, &error);
    if (status == PB_OK) status = take_operands(&operands, &a, &error);
    if (status == PB_OK) status = backtest(&a, &error);
    return status == PB_OK ? PB__EXIT_DONE : pb__fail(&pb__cmd_backtest, &error);
}

const pb__command pb__cmd_backtest = {
    .name      = "backtest",
    .operands  = "PROTOCOL",
    .summary   = "play recorded races again and score what comes out",
    .details   = "PROTOCOL is a question that recorded races answer:\n"
                 "  resim     can the simulator reproduce a race from its grid, green pace, stops and\n"
                 "            neutralisations\n"
                 "  forecast  who finishes where, told before the start\n"
                 "  live      who finishes where, told after every lap of the leader\n"
                 "  pace      how long will a lap take, told one and five laps before\n"
                 "  sc, rain  will a safety car come out within three laps; will the field change to or\n"
                 "            from wet tyres within five\n"
                 "  pitcall   does a car stop at the end of this lap, and for which tyre\n"
                 "  pitstop   how long will it be in the pit lane\n"
                 "  calls     our own call for every car on every lap, against the stops that were made\n"
                 "  regret    our call at every stop, the team's and the plan before the start; what cars\n"
                 "            next to each other gained that chose differently\n"
                 "  undercut  is the car behind ahead of its rival once both have stopped\n"
                 "  stops     how many stops, which compounds, which laps, before the start\n"
                 "  rejoin    where does a stop put it\n"
                 "Models are refitted for every scored season on the seasons before it; what ships is\n"
                 "not used. A folder has armchair-strategist/races/*.csv and sprints/*.csv, grids.csv\n"
                 "and, if there are any, f1-live-timing-cache/RACE/track_status.csv with exact status\n"
                 "times. With --params DIR the pars_*.ini there are played and compared with\n"
                 "PATH/racedata/results.csv.\n",
    .options   = options,
    .n_options = sizeof options / sizeof *options,
    .run       = run_command,
};
