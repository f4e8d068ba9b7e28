/* pitboard report: a recorded race looked back upon. */
#include <stddef.h>
#include <stdlib.h>

#include "command.h"
#include "pitboard/engine.h"
#include "report_run.h"

typedef struct args {
    report_question question;
    const char     *out;
    bool            json;
} args;

static const pb__option options[] = {
    {"out", PB__OPT_TEXT, offsetof(args, out), "FOLDER", "write report.md, report.json, strategy.svg, gaps.svg", 0, 0},
    {"car", PB__OPT_TEXT, offsetof(args, question.car), "CAR", "its code or number (all)", 0, 0},
    {"trials", PB__OPT_U32, offsetof(args, question.trials), "N", "races to play for a call (2,000)", 100, 1000000},
    {"seed", PB__OPT_U64, offsetof(args, question.seed), "S", "the same seed gives the same bytes (1)", 0, INT64_MAX},
    {"threads", PB__OPT_U32, offsetof(args, question.threads), "T", "as many as cores, unless given", 1,
     PB_THREADS_MAX},
    {"isa", PB__OPT_TEXT, offsetof(args, question.isa), "X", "force scalar, portable, avx2 or avx512 (or PITBOARD_ISA)",
     0, 0},
    {"store", PB__OPT_TEXT, offsetof(args, question.race.store), "URL",
     "RACE is the id of a race in this store: 2023-07", 0, 0},
    {"models", PB__OPT_TEXT, offsetof(args, question.models), "DIR",
     "where versions of models are kept (the user's data folder)", 0, 0},
    {"grids", PB__OPT_TEXT, offsetof(args, question.race.grids), "FILE",
     "starting grids for a lap CSV: season,round,driver,grid", 0, 0},
    {"set", PB__OPT_LIST, offsetof(args, question.race.set), "KEY=VALUE",
     "circuit=NAME or season=YYYY, where the file does not tell; repeatable", 0, 0},
    {"data", PB__OPT_LIST, offsetof(args, question.data), "PATH",
     "races before it, and its flags and weather: folder or lap CSV; repeatable", 0, 0},
    {"json", PB__OPT_FLAG, offsetof(args, json), NULL, "one JSON object", 0, 0},
};

static pb_status show(const args *a, const report_answer *answer, pb_error *error)
{
    if (a->out) PB_TRY(report_files(answer, a->out, error));
    if (a->json)
        report_json(answer, stdout);
    else if (a->out)
        printf("%u stops, %zu calls, %u pairs: report.md, report.json, strategy.svg, gaps.svg in %s\n", answer->n_stops,
               answer->n_calls, answer->n_pairs, a->out);
    else
        pb_review_markdown(&answer->review, false, stdout);
    return PB_OK;
}

static pb_status report(const args *a, pb_error *error)
{
    report_answer *answer = malloc(sizeof *answer);
    if (!answer) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status = report_run(&a->question, answer, error);
    if (status == PB_OK) status = show(a, answer, error);
    report_free(answer);
    free(answer);
    return status;
}

static int run_command(int argc, char **argv)
{
    args         a = {.question = {.trials = 2000, .seed = 1}};
    pb__operands operands;
    pb_error     error = {0};

    if (pb__options_read(argc, argv, options, sizeof options / sizeof *options, &a, &operands, &error) != PB_OK)
        return pb__fail(&pb__cmd_report, &error);
    if (operands.n != 1) return pb__fail_operands(&pb__cmd_report, operands.n ? "one race at a time" : "which race?");
    a.question.race.path   = operands.at[0];
    a.question.race.models = a.question.models;
    pb_status status       = report(&a, &error);
    return status == PB_OK ? PB__EXIT_DONE : pb__fail(&pb__cmd_report, &error);
}

const pb__command pb__cmd_report = {
    .name      = "report",
    .operands  = "RACE",
    .summary   = "look back upon a race: every stop, what we would have said, what it gave",
    .details   = "RACE is a lap CSV or the id of a race in --store. For each stop of each car: what was known\n"
                 "then, the call we would have made, places before and after, and what speaks against\n"
                 "believing it; then what happened to cars next to each other that chose differently.\n"
                 "Without --out the words go to standard output.\n\n"
                 "docs/report.md tells what every line and every key of report.json means.\n",
    .options   = options,
    .n_options = sizeof options / sizeof *options,
    .run       = run_command,
};
