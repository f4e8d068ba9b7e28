/* pitboard recommend: what to do with a car now, why, and what would change it. */
#include <stddef.h>
#include <stdlib.h>

#include "command.h"
#include "pitboard/engine.h"
#include "recommend_run.h"

typedef struct args {
    recommend_question question;
    bool               json;
} args;

static const pb__option options[] = {
    {"car", PB__OPT_TEXT, offsetof(args, question.car), "CAR", "its code or number, or all", 0, 0},
    {"lap", PB__OPT_U32, offsetof(args, question.race.from_lap), "L", "call from the leader's end of lap L", 1,
     PB_LAPS_MAX},
    {"flag", PB__OPT_TEXT, offsetof(args, question.flag), "FLAG",
     "green, sc, vsc or red comes out now (as the laps show)", 0, 0},
    {"boxed", PB__OPT_TEXT, offsetof(args, question.boxed), "CARS", "rivals that stop on this lap: HAM,VER:HARD", 0, 0},
    {"objective", PB__OPT_TEXT, offsetof(args, question.objective), "AIM",
     "points, position, win, top:N, cvar, championship (points)", 0, 0},
    {"seed", PB__OPT_U64, offsetof(args, question.seed), "S", "the same seed gives the same bytes (1)", 0, INT64_MAX},
    {"trials", PB__OPT_U32, offsetof(args, question.trials), "N", "races to play for a car (20,000)", 100, 100000000},
    {"threads", PB__OPT_U32, offsetof(args, question.threads), "T", "as many as cores, unless given", 1,
     PB_THREADS_MAX},
    {"isa", PB__OPT_TEXT, offsetof(args, question.isa), "X", "force scalar, portable, avx2 or avx512 (or PITBOARD_ISA)",
     0, 0},
    {"set", PB__OPT_LIST, offsetof(args, question.race.set), "KEY=VALUE", "change a value of the race file; repeatable",
     0, 0},
    {"store", PB__OPT_TEXT, offsetof(args, question.race.store), "URL",
     "RACE is the id of a race in this store: 2023-07", 0, 0},
    {"models", PB__OPT_TEXT, offsetof(args, question.models), "DIR",
     "where versions of models are kept (the user's data folder)", 0, 0},
    {"grids", PB__OPT_TEXT, offsetof(args, question.race.grids), "FILE",
     "starting grids for a lap CSV: season,round,driver,grid", 0, 0},
    {"data", PB__OPT_LIST, offsetof(args, question.data), "PATH", "races before it: folder or lap CSV; repeatable", 0,
     0},
    {"json", PB__OPT_FLAG, offsetof(args, json), NULL, "one JSON object", 0, 0},
};

static pb_status recommend(const args *a, pb_error *error)
{
    recommend_answer *answer = malloc(sizeof *answer);
    if (!answer) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status = recommend_run(&a->question, answer, error);
    if (status == PB_OK && a->json) recommend_json(answer, stdout);
    if (status == PB_OK && !a->json) recommend_table(answer, stdout);
    recommend_free(answer);
    free(answer);
    return status;
}

static int run_command(int argc, char **argv)
{
    args         a = {.question = {.trials = 20000, .seed = 1}};
    pb__operands operands;
    pb_error     error = {0};

    if (pb__options_read(argc, argv, options, sizeof options / sizeof *options, &a, &operands, &error) != PB_OK)
        return pb__fail(&pb__cmd_recommend, &error);
    if (operands.n != 1)
        return pb__fail_operands(&pb__cmd_recommend, operands.n ? "one race at a time" : "which race?");
    if (!a.question.car) return pb__fail_operands(&pb__cmd_recommend, "which car? --car VER, or --car all");
    a.question.race.path = operands.at[0];
    pb_status status     = recommend(&a, &error);
    return status == PB_OK ? PB__EXIT_DONE : pb__fail(&pb__cmd_recommend, &error);
}

const pb__command pb__cmd_recommend = {
    .name      = "recommend",
    .operands  = "RACE --car CAR --lap L",
    .summary   = "what to do with a car now, why, and what would change it",
    .details   = "RACE is a lap CSV, the id of a race in --store, or a race file that is under way. Nothing\n"
                 "later than the leader's end of lap L is used. BOX means into the lane at the end of lap\n"
                 "L + 1, the one the car is on.\n\n"
                 "What the laps cannot show yet may be said:\n"
                 "  --flag sc          the safety car comes out now\n"
                 "  --boxed HAM,VER    these cars are on their way into the lane; VER:INTERMEDIATE names\n"
                 "                     the set, and another kind of tyre tells of the track\n\n"
                 "docs/recommend.md tells what every line and every key of --json means.\n",
    .options   = options,
    .n_options = sizeof options / sizeof *options,
    .run       = run_command,
};
