/* pitboard strategy: the best plan of a car, before the race or from a lap on. */
#include <stddef.h>
#include <string.h>

#include "command.h"
#include "pitboard/engine.h"
#include "strategy_run.h"

typedef struct args {
    strategy_question question;
    bool              json;
} args;

static const pb__option options[] = {
    {"car", PB__OPT_TEXT, offsetof(args, question.car), "CAR", "its code or number, or all", 0, 0},
    {"objective", PB__OPT_TEXT, offsetof(args, question.objective), "AIM",
     "points, position, win, top:N, cvar, championship[:CODE] (points)", 0, 0},
    {"from-lap", PB__OPT_U32, offsetof(args, question.race.from_lap), "L", "plan on from the leader's end of lap L", 1,
     PB_LAPS_MAX},
    {"compare", PB__OPT_TEXT, offsetof(args, question.compare), "PLAN", "play this plan: MEDIUM-HARD,18", 0, 0},
    {"with", PB__OPT_TEXT, offsetof(args, question.with), "PLAN", "against this one, on the same draws", 0, 0},
    {"top", PB__OPT_U32, offsetof(args, question.top), "N", "plans to show (10)", 1, PB_CANDIDATES_MAX},
    {"trials", PB__OPT_U32, offsetof(args, question.trials), "N", "races for the ranking (40,000)", 1000, 10000000},
    {"seed", PB__OPT_U64, offsetof(args, question.seed), "S", "the same seed gives the same bytes (1)", 0, INT64_MAX},
    {"threads", PB__OPT_U32, offsetof(args, question.threads), "T", "of all cars: as many as cores, unless given", 1,
     PB_THREADS_MAX},
    {"isa", PB__OPT_TEXT, offsetof(args, question.isa), "X", "force scalar, portable, avx2 or avx512 (or PITBOARD_ISA)",
     0, 0},
    {"set", PB__OPT_LIST, offsetof(args, question.race.set), "KEY=VALUE", "change a value of the race file; repeatable",
     0, 0},
    {"store", PB__OPT_TEXT, offsetof(args, question.race.store), "URL",
     "RACE is the id of a race in this store: 2023-07", 0, 0},
    {"models", PB__OPT_TEXT, offsetof(args, question.race.models), "DIR",
     "versions of models of what rivals do (what ships)", 0, 0},
    {"data", PB__OPT_LIST, offsetof(args, question.data), "PATH",
     "races before it, for what the rivals will do: folder or lap CSV; repeatable", 0, 0},
    {"grids", PB__OPT_TEXT, offsetof(args, question.race.grids), "FILE",
     "starting grids for a lap CSV: season,round,driver,grid", 0, 0},
    {"json", PB__OPT_FLAG, offsetof(args, json), NULL, "one JSON object", 0, 0},
};

static pb_status plan(const args *a, pb_error *error)
{
    strategy_answer answer;
    pb_status       status = strategy_run(&a->question, &answer, error);
    if (status == PB_OK && a->json) strategy_json(&answer, stdout);
    if (status == PB_OK && !a->json) strategy_table(&answer, stdout);
    strategy_free(&answer);
    return status;
}

static int run_command(int argc, char **argv)
{
    args         a = {.question = {.trials = 40000, .seed = 1, .top = 10}};
    pb__operands operands;
    pb_error     error = {0};

    if (pb__options_read(argc, argv, options, sizeof options / sizeof *options, &a, &operands, &error) != PB_OK)
        return pb__fail(&pb__cmd_strategy, &error);
    if (operands.n != 1) return pb__fail_operands(&pb__cmd_strategy, operands.n ? "one race at a time" : "which race?");
    if (!a.question.car) return pb__fail_operands(&pb__cmd_strategy, "which car? --car VER, or --car all");
    if (!a.question.compare != !a.question.with)
        return pb__fail_operands(&pb__cmd_strategy, "two plans are compared: --compare PLAN --with PLAN");
    a.question.race.path = operands.at[0];
    a.question.triggers  = a.json || strcmp(a.question.car, "all") != 0; /* a line a car shows none */
    pb_status status     = plan(&a, &error);
    return status == PB_OK ? PB__EXIT_DONE : pb__fail(&pb__cmd_strategy, &error);
}

const pb__command pb__cmd_strategy = {
    .name      = "strategy",
    .operands  = "RACE --car CAR",
    .summary   = "the best plan of a car, before the race or from a lap on",
    .details   = "RACE is a race file (JSON), a lap CSV or the id of a race in --store. From a lap CSV the\n"
                 "plan is made with what was known before the race: the grid and earlier races.\n"
                 "--set pace=actual looks back instead: the race's own pace, and rivals on their real\n"
                 "plans. With --from-lap L nothing later than the leader's end of lap L is used.\n\n"
                 "A plan is written as its sets and the laps at whose end they are changed:\n"
                 "  MEDIUM-HARD,18     MEDIUM-HARD-HARD,15-38\n"
                 "  --compare MEDIUM-HARD,22 --with SOFT-HARD,14\n\n"
                 "docs/strategy.md tells what every line and every key of --json means.\n",
    .options   = options,
    .n_options = sizeof options / sizeof *options,
    .run       = run_command,
};
