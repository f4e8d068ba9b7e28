/* pitboard models: the versions that are kept, and which one is used. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "model_args.h"
#include "models_drift.h"
#include "models_report.h"
#include "train_run.h"

typedef struct args {
    pb__list    data;
    const char *models, *grids;
    bool        fallback, json;
    const char *verb, *what;
    char        dir[PB_REGISTRY_PATH_MAX];
} args;

static const pb__option options[] = {
    {"models", PB__OPT_TEXT, offsetof(args, models), "DIR", "where versions are kept (the user's data folder)", 0, 0},
    {"data", PB__OPT_LIST, offsetof(args, data), "PATH", "drift: folder of races or a lap CSV; repeatable", 0, 0},
    {"grids", PB__OPT_TEXT, offsetof(args, grids), "FILE", "drift: CSV season,round,driver,grid (PATH/grids.csv)", 0,
     0},
    {"fallback", PB__OPT_FLAG, offsetof(args, fallback), NULL, "drift: set a version that has drifted aside", 0, 0},
    {"json", PB__OPT_FLAG, offsetof(args, json), NULL, "one JSON object", 0, 0},
};

/* ---- list ---- */

static pb_status list(const args *a, pb_error *error)
{
    models_of_kind       kinds[TRAIN_KINDS_MAX] = {0};
    const pb_model_kind *only                   = NULL;
    size_t               n                      = 0;
    pb_status            status                 = PB_OK;
    if (a->what) PB_TRY(model_args_kind(a->what, &only, error));
    for (size_t i = 0; status == PB_OK && pb_model_kinds[i] && n < TRAIN_KINDS_MAX; i++)
        if (!only || only == pb_model_kinds[i]) status = models_gather(a->dir, pb_model_kinds[i], &kinds[n++], error);
    if (status == PB_OK && a->json) models_list_json(kinds, n, a->dir, stdout);
    if (status == PB_OK && !a->json) models_list_table(kinds, n, stdout);
    for (size_t i = 0; i < n; i++) free(kinds[i].versions);
    return status;
}

/* ---- show, promote, rollback ---- */

static pb_status show(const args *a, pb_error *error)
{
    const pb_model_kind *kind;
    bool                 has    = false;
    pb_model            *model  = NULL;
    pb_model_choice      choice = {0};
    PB_TRY(model_args_version(a->what, &kind, &has, &choice.version, error));
    if (has)
        PB_TRY(pb_registry_version(a->dir, kind, choice.version, &model, error));
    else
        PB_TRY(pb_registry_active(a->dir, kind, &model, &choice, error));
    if (!model) return pb_error_set(error, PB_E_NOENT, "%s: %s", kind->name, choice.fallback);
    if (choice.fallback[0]) fprintf(stderr, "fallback: %s\n", choice.fallback);
    if (a->json)
        models_show_json(kind, choice.version, model, stdout);
    else
        models_show_table(kind, choice.version, model, stdout);
    pb_model_destroy(model);
    return PB_OK;
}

static pb_status promote(const args *a, pb_error *error)
{
    const pb_model_kind *kind;
    bool                 has     = false;
    uint32_t             version = 0;
    PB_TRY(model_args_version(a->what, &kind, &has, &version, error));
    if (!has)
        return pb_error_set(error, PB_E_USAGE,
                            "which version? `pitboard models promote %s:1`; see `pitboard models list`", kind->name);
    PB_TRY(pb_registry_promote(a->dir, kind, version, error));
    printf("%s version %u is now active\n", kind->name, version);
    return PB_OK;
}

static pb_status rollback(const args *a, pb_error *error)
{
    const pb_model_kind *kind;
    uint32_t             version = 0;
    PB_TRY(model_args_kind(a->what, &kind, error));
    PB_TRY(pb_registry_rollback(a->dir, kind, &version, error));
    printf("%s version %u is active again\n", kind->name, version);
    return PB_OK;
}

/* ---- drift ---- */

static pb_status judge_drift(const args *a, const pb_model_kind *kind, uint32_t version, const pb_model *model,
                             const backtest_history *history, pb_error *error)
{
    models_drift drift;
    PB_TRY(models_drift_find(kind, version, model, history, &drift, error));
    bool      aside  = drift.drifted && a->fallback;
    pb_status status = aside ? pb_registry_set_aside(a->dir, kind, version, drift.why, error) : PB_OK;
    if (status == PB_OK && a->json) models_drift_json(&drift, aside, stdout);
    if (status == PB_OK && !a->json) models_drift_table(&drift, stdout);
    if (status == PB_OK && aside && !a->json)
        printf("%s version %u is set aside; `pitboard models list` shows what is used instead\n", kind->name, version);
    models_drift_free(&drift);
    return status;
}

static pb_status read_and_judge(const args *a, const pb_model_kind *kind, uint32_t version, const pb_model *model,
                                pb_error *error)
{
    backtest_data         data;
    backtest_history      history;
    backtest_data_options read = {.data = a->data.at, .n_data = a->data.n, .grids = a->grids, .sprints = true};
    PB_TRY(backtest_data_read(&read, &data, error));
    pb_status status = backtest_history_make(&data, 0, 0, &history, error);
    if (status == PB_OK) {
        status = judge_drift(a, kind, version, model, &history, error);
        backtest_history_free(&history);
    }
    backtest_data_free(&data);
    return status;
}

static pb_status drift(const args *a, pb_error *error)
{
    const pb_model_kind *kind;
    bool                 has    = false;
    pb_model            *model  = NULL;
    pb_model_choice      choice = {0};
    PB_TRY(model_args_version(a->what, &kind, &has, &choice.version, error));
    if (a->data.n == 0) return pb_error_set(error, PB_E_USAGE, "on what? --data PATH with newer races is needed");
    if (has)
        PB_TRY(pb_registry_version(a->dir, kind, choice.version, &model, error));
    else
        PB_TRY(pb_registry_active(a->dir, kind, &model, &choice, error));
    if (!model) return pb_error_set(error, PB_E_NOENT, "%s: %s", kind->name, choice.fallback);
    if (choice.fallback[0]) fprintf(stderr, "fallback: %s\n", choice.fallback);
    pb_status status = read_and_judge(a, kind, choice.version, model, error);
    pb_model_destroy(model);
    return status;
}

/* ---- the command ---- */

static const struct {
    const char *name;
    bool        wants_kind;
    pb_status (*run)(const args *a, pb_error *error);
} verbs[] = {
    {"list", false, list},        {"show", true, show},   {"promote", true, promote},
    {"rollback", true, rollback}, {"drift", true, drift},
};

static pb_status run_verb(args *a, pb_error *error)
{
    PB_TRY(model_args_dir(a->models, a->dir, error));
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(a->verb, verbs[i].name) != 0) continue;
        if (verbs[i].wants_kind && !a->what)
            return pb_error_set(error, PB_E_USAGE, "of which kind? pitboard models %s KIND", a->verb);
        return verbs[i].run(a, error);
    }
    return pb_error_set(error, PB_E_USAGE, "'%s' is not known; there are: list, show, promote, rollback, drift",
                        a->verb);
}

static int run_command(int argc, char **argv)
{
    args         a = {0};
    pb__operands operands;
    pb_error     error = {0};

    pb_status status = pb__options_read(argc, argv, options, sizeof options / sizeof *options, &a, &operands, &error);
    if (status == PB_OK && operands.n > 2)
        status = pb_error_set(&error, PB_E_USAGE, "one kind of model at a time, not also '%s'", operands.at[2]);
    a.verb = operands.n > 0 ? operands.at[0] : "list";
    a.what = operands.n > 1 ? operands.at[1] : NULL;
    if (status == PB_OK) status = run_verb(&a, &error);
    return status == PB_OK ? PB__EXIT_DONE : pb__fail(&pb__cmd_models, &error);
}

const pb__command pb__cmd_models = {
    .name      = "models",
    .operands  = "list|show|promote|rollback|drift [KIND[:VERSION]]",
    .summary   = "the versions of learned models, and which are used",
    .details   = "list [KIND]           every version with its figures, and what is used now\n"
                 "show KIND[:VERSION]   all that is known of one; the one in use without VERSION\n"
                 "promote KIND:VERSION  use this one; version 0 ships with the program\n"
                 "rollback KIND         use the one that was active before\n"
                 "drift KIND            is it still right on the races after its training? With\n"
                 "                      --fallback a version that has drifted is set aside.\n"
                 "A version that is broken or set aside is never used: the one before it, the one\n"
                 "that ships or the simple baseline stands in, and list says so.\n",
    .options   = options,
    .n_options = sizeof options / sizeof *options,
    .run       = run_command,
};
