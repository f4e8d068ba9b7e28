/* pitboard explain: one answer of a model, and what it rests on. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "explain_run.h"
#include "model_args.h"

typedef struct args {
    pb__list    data;
    const char *models, *grids, *car, *kind, *race;
    uint32_t    lap, horizon;
    bool        json;
} args;

static const pb__option options[] = {
    {"car", PB__OPT_TEXT, offsetof(args, car), "CAR", "its code or number, where the kind answers for one", 0, 0},
    {"lap", PB__OPT_U32, offsetof(args, lap), "L", "as in the rows of the kind's protocol", 0, PB_LAPS_MAX},
    {"horizon", PB__OPT_U32, offsetof(args, horizon), "H",
     "pace: laps ahead, 1 (the default) or 5; undercut: laps until the rival stops", 1, 20},
    {"models", PB__OPT_TEXT, offsetof(args, models), "DIR", "where versions are kept (the user's data folder)", 0, 0},
    {"data", PB__OPT_LIST, offsetof(args, data), "PATH", "races before it: folder or lap CSV; repeatable", 0, 0},
    {"grids", PB__OPT_TEXT, offsetof(args, grids), "FILE", "CSV season,round,driver,grid (PATH/grids.csv)", 0, 0},
    {"json", PB__OPT_FLAG, offsetof(args, json), NULL, "one JSON object", 0, 0},
};

/* The race that was named, among the usable ones. */
static pb_status find_race(const args *a, bool is_file, const backtest_history *history, size_t *out, pb_error *error)
{
    int season = 0, round = 0;
    if (!is_file) PB_TRY(model_args_race("RACE", a->race, &season, &round, error));
    for (size_t i = 0; i < history->n; i++) {
        const pb_race_log *log   = history->races[i].log;
        bool               found = is_file ? strcmp(history->of[i]->path, a->race) == 0
                                           : !log->sprint && log->season == season && log->round == round;
        if (!found) continue;
        *out = i;
        return PB_OK;
    }
    return pb_error_set(error, PB_E_NOENT, "%s: not among the usable races of --data", a->race);
}

/* A lap file that cannot be used says why itself. */
static pb_status check_file(const args *a, const backtest_data *data, pb_error *error)
{
    for (size_t i = 0; i < data->n; i++)
        if (strcmp(data->races[i].path, a->race) == 0 && !data->races[i].usable)
            return pb_error_set(error, PB_E_SYNTAX, "%s", data->races[i].why);
    return PB_OK;
}

static pb_status explain_in(const args *a, bool is_file, const backtest_data *data, explain_question *question,
                            pb_error *error)
{
    backtest_history history;
    explain_answer   answer;
    if (is_file) PB_TRY(check_file(a, data, error));
    PB_TRY(backtest_history_make(data, 0, 0, &history, error));
    pb_status status = find_race(a, is_file, &history, &question->race, error);
    if (status == PB_OK) status = explain_run(question, &history, &answer, error);
    if (status == PB_OK && a->json) explain_json(&answer, stdout);
    if (status == PB_OK && !a->json) explain_table(&answer, stdout);
    backtest_history_free(&history);
    return status;
}

static pb_status explain(args *a, pb_error *error)
{
    char             dir[PB_REGISTRY_PATH_MAX];
    const char      *paths[PB__LIST_MAX + 1];
    size_t           n = 0;
    backtest_data    data;
    explain_question question = {.models = dir, .car = a->car};
    bool             is_file  = access(a->race, F_OK) == 0;
    question.lap              = (uint16_t)a->lap;
    question.horizon          = (uint16_t)(a->horizon ? a->horizon : 1);
    PB_TRY(model_args_kind(a->kind, &question.kind, error));
    PB_TRY(model_args_dir(a->models, dir, error));
    if (!is_file && !strchr(a->race, ':')) return pb_error_set(error, PB_E_NOENT, "%s: no such file", a->race);
    if (is_file) paths[n++] = a->race; /* first: where --data has it too, this one counts */
    for (uint32_t i = 0; i < a->data.n; i++) paths[n++] = a->data.at[i];
    if (n == 0) return pb_error_set(error, PB_E_USAGE, "where is %s? --data PATH is needed", a->race);
    backtest_data_options read = {.data = paths, .n_data = n, .grids = a->grids, .sprints = true};
    PB_TRY(backtest_data_read(&read, &data, error));
    pb_status status = explain_in(a, is_file, &data, &question, error);
    backtest_data_free(&data);
    return status;
}

static int run_command(int argc, char **argv)
{
    args         a = {0};
    pb__operands operands;
    pb_error     error = {0};

    pb_status status = pb__options_read(argc, argv, options, sizeof options / sizeof *options, &a, &operands, &error);
    if (status == PB_OK && operands.n != 2)
        return pb__fail_operands(&pb__cmd_explain, "which kind of model, and which race?");
    a.kind = operands.n == 2 ? operands.at[0] : NULL;
    a.race = operands.n == 2 ? operands.at[1] : NULL;
    if (status == PB_OK) status = explain(&a, &error);
    return status == PB_OK ? PB__EXIT_DONE : pb__fail(&pb__cmd_explain, &error);
}

const pb__command pb__cmd_explain = {
    .name      = "explain",
    .operands  = "KIND RACE",
    .summary   = "one answer of a model, and its three strongest reasons",
    .details   = "RACE is a lap CSV, or SEASON:ROUND of a race in --data. Reasons have numbers: what each\n"
                 "adds to the answer, in log-odds, seconds or places. Where the model cannot be used, the\n"
                 "answer says what stands in for it.\n",
    .options   = options,
    .n_options = sizeof options / sizeof *options,
    .run       = run_command,
};
