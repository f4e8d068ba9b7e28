/* pitboard simulate: play a race many times, say how it ends. */
#include <stddef.h>
#include <stdlib.h>

#include "command.h"
#include "gap_notes.h"
#include "isa_choice.h"
#include "pitboard/engine.h"
#include "pitboard/narrate.h"
#include "race_arg.h"
#include "simulate_report.h"
#include "terminal.h"

#define PLOT_TRIALS 500 /* followed lap by lap for the chart: its 10 % line rests on 50 races */

typedef struct args {
    pb__race_choice race;
    uint32_t        trials, threads;
    uint64_t        seed;
    const char     *isa, *plot;
    bool            json;
} args;

static const pb__option options[] = {
    {"trials", PB__OPT_U32, offsetof(args, trials), "N", "races to play (10,000)", 1, 100000000},
    {"seed", PB__OPT_U64, offsetof(args, seed), "S", "the same seed gives the same bytes (1)", 0, INT64_MAX},
    {"threads", PB__OPT_U32, offsetof(args, threads), "T", "as many as cores, unless given", 1, PB_THREADS_MAX},
    {"isa", PB__OPT_TEXT, offsetof(args, isa), "X", "force scalar, portable, avx2 or avx512 (or PITBOARD_ISA)", 0, 0},
    {"from-lap", PB__OPT_U32, offsetof(args, race.from_lap), "L", "play on from the leader's end of lap L", 1,
     PB_LAPS_MAX},
    {"store", PB__OPT_TEXT, offsetof(args, race.store), "URL",
     "RACE is the id of a race in this store: 2023-07", 0, 0},
    {"grids", PB__OPT_TEXT, offsetof(args, race.grids), "FILE",
     "starting grids for a lap CSV: season,round,driver,grid", 0, 0},
    {"set", PB__OPT_LIST, offsetof(args, race.set), "KEY=VALUE", "change a value of the race file; repeatable", 0, 0},
    {"plot", PB__OPT_TEXT, offsetof(args, plot), "FILE.svg", "draw the race", 0, 0},
    {"json", PB__OPT_FLAG, offsetof(args, json), NULL, "one JSON object", 0, 0},
};

static bool show_progress(void *user, uint32_t done, uint32_t trials)
{
    pb__progress_show(user, done, trials);
    return true;
}

static pb_status play(const args *a, const pb_race_spec *spec, pb_sim_result **result, double *elapsed_s,
                      pb_error *error)
{
    pb_run_options run;
    pb__progress   progress;
    pb_sim_model  *model = NULL;
    double         start = pb_engine_seconds();

    pb_run_options_default(&run);
    run.seed         = a->seed;
    run.trials       = a->trials;
    run.threads      = a->threads;
    run.trace_trials = a->plot ? PLOT_TRIALS : 0;
    run.progress     = show_progress;
    run.user         = &progress;
    PB_TRY(pb__isa_choose(a->isa, &run.isa, error));
    PB_TRY(pb_sim_model_create(spec, &model, error));
    pb__progress_begin(&progress, "races");
    pb_status status = pb_engine_simulate(model, &run, result, error);
    pb__progress_clear();
    pb_sim_model_destroy(model);
    *elapsed_s = pb_engine_seconds() - start;
    return status;
}

static void say_gap(void *to, const char *text)
{
    fprintf(to, "note: %s\n", text);
}

static void report(const args *a, const pb_race_spec *spec, const pb__race_notes *notes, const pb_sim_result *result,
                   double elapsed_s)
{
    pb__simulated what = {.spec = spec, .result = result, .seed = a->seed, .elapsed_s = elapsed_s};

    char text[200];
    for (uint32_t i = 0; spec->from_lap > 0 && pb__race_relaxed(spec, &i, text, sizeof text);)
        fprintf(stderr, "note: %s\n", text);
    if (notes->quarantined)
        fprintf(stderr, "note: %u rows were left out; `pitboard import auto %s` lists them\n", notes->quarantined,
                a->race.path);
    gap_notes(spec, &notes->gaps, GAP_NO_CAR, say_gap, stderr);
    if (a->json)
        pb__simulate_json(stdout, &what);
    else
        pb__simulate_table(stdout, &what);
    if (a->plot && !a->json) printf("\nchart: %s\n", a->plot);
}

static pb_status simulate(const args *a, pb_race_spec *spec, pb_error *error)
{
    pb__race_notes notes;
    pb_sim_result *result    = NULL;
    double         elapsed_s = 0;

    PB_TRY(pb__race_load(&a->race, spec, &notes, error));
    PB_TRY(play(a, spec, &result, &elapsed_s, error));
    pb_status status = a->plot ? pb_plot_race(spec, result, a->plot, error) : PB_OK;
    if (status == PB_OK) report(a, spec, &notes, result, elapsed_s);
    pb_sim_result_destroy(result);
    return status;
}

static int run(int argc, char **argv)
{
    args         a = {.trials = 10000, .seed = 1};
    pb__operands operands;
    pb_error     error = {0};

    if (pb__options_read(argc, argv, options, sizeof options / sizeof *options, &a, &operands, &error) != PB_OK)
        return pb__fail(&pb__cmd_simulate, &error);
    if (operands.n != 1) return pb__fail_operands(&pb__cmd_simulate, operands.n ? "one race at a time" : "which race?");
    a.race.path = operands.at[0];

    pb_race_spec *spec = calloc(1, sizeof *spec);
    if (!spec) {
        pb_error_set(&error, PB_E_NOMEM, "out of memory");
        return pb__fail(&pb__cmd_simulate, &error);
    }
    pb_status status = simulate(&a, spec, &error);
    free(spec);
    return status == PB_OK ? PB__EXIT_DONE : pb__fail(&pb__cmd_simulate, &error);
}

const pb__command pb__cmd_simulate = {
    .name      = "simulate",
    .operands  = "RACE",
    .summary   = "play a race many times, say how it ends",
    .details   = "RACE is a race file (JSON), a FastF1-style lap CSV or a TUM race INI. A lap CSV is\n"
                 "played from the grid with what its laps tell; with --from-lap L nothing later than\n"
                 "the leader's end of lap L is used.\n\n"
                 "--set takes any value of the race file by its path, and some words:\n"
                 "  --set pit.loss_s=22            --set effects.sc=false\n"
                 "  --set cars.VER.pace_s=0.1      --set compounds.HARD.wear_s_per_lap=0.05\n"
                 "  --set neutralisations=actual   the safety cars of the recorded race, none drawn\n"
                 "  --set plans=actual             the stops of the recorded race, no reactions\n"
                 "  --set rivals=cost              from a lap on: stops where they are cheapest, not as\n"
                 "                                 pit walls made them before\n",
    .options   = options,
    .n_options = sizeof options / sizeof *options,
    .run       = run,
};
