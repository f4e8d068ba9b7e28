/* pitboard train: models learned from recorded races, judged, and kept. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "model_args.h"
#include "pitboard/engine.h"
#include "train_report.h"

typedef struct args {
    pb__list    data;
    const char *grids, *until, *models, *out;
    uint32_t    threads;
    uint64_t    seed;
    bool        quick, promote, json;
    const char *kind;
} args;

static const pb__option options[] = {
    {"data", PB__OPT_LIST, offsetof(args, data), "PATH", "folder of races or a lap CSV; repeatable", 0, 0},
    {"until", PB__OPT_TEXT, offsetof(args, until), "SEASON:ROUND", "learn from nothing later", 0, 0},
    {"quick", PB__OPT_FLAG, offsetof(args, quick), NULL, "less search, judged on 6 races: a minute for all kinds", 0,
     0},
    {"models", PB__OPT_TEXT, offsetof(args, models), "DIR", "where versions are kept (the user's data folder)", 0, 0},
    {"out", PB__OPT_TEXT, offsetof(args, out), "DIR", "write DIR/KIND.pbm.gz and leave the versions alone", 0, 0},
    {"promote", PB__OPT_FLAG, offsetof(args, promote), NULL, "make the new versions the active ones", 0, 0},
    {"grids", PB__OPT_TEXT, offsetof(args, grids), "FILE", "CSV season,round,driver,grid (PATH/grids.csv)", 0, 0},
    {"seed", PB__OPT_U64, offsetof(args, seed), "S", "the same seed gives the same models (1)", 0, UINT64_MAX},
    {"threads", PB__OPT_U32, offsetof(args, threads), "T", "as many as cores, unless given", 1, PB_THREADS_MAX},
    {"json", PB__OPT_FLAG, offsetof(args, json), NULL, "one JSON object", 0, 0},
};

static pb_status choose_kinds(const char *name, const pb_model_kind **kinds, size_t *n, pb_error *error)
{
    *n = 0;
    if (name && strcmp(name, "all") != 0) {
        PB_TRY(model_args_kind(name, &kinds[0], error));
        *n = 1;
        return PB_OK;
    }
    while (pb_model_kinds[*n] && *n < TRAIN_KINDS_MAX) {
        kinds[*n] = pb_model_kinds[*n];
        *n += 1;
    }
    return *n ? PB_OK : pb_error_set(error, PB_E_UNSUPPORTED, "this program knows no kind of model");
}

/* The first operand is the kind, when it is none of the files a shell expanded. */
static pb_status take_operands(const pb__operands *operands, args *a, pb_error *error)
{
    if (operands->n > 1)
        return pb_error_set(error, PB_E_USAGE, "one kind of model or all; races are named with --data PATH");
    if (operands->n == 1) a->kind = operands->at[0];
    return a->data.n > 0 ? PB_OK : pb_error_set(error, PB_E_USAGE, "from what? --data PATH is needed");
}

/* Now, or the time that reproducible builds ask for (reproducible-builds.org). */
static void say_when(char out[24])
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    int64_t     now   = pb_engine_utc_s();
    struct tm   tm;
    if (epoch) (void)pb_span_to_i64(pb_span_of(epoch), &now);
    time_t t = (time_t)now;
    out[0]   = '\0';
    if (gmtime_r(&t, &tm)) strftime(out, 24, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

/* Asked before the training, which may take minutes. */
static pb_status can_store(const args *a, const char *dir, const pb_model_kind *const *kinds, size_t n, pb_error *error)
{
    for (size_t i = 0; !a->out && i < n; i++) PB_TRY(pb_registry_ready(dir, kinds[i], error));
    if (!a->out) return PB_OK;
    if (mkdir(a->out, 0777) != 0 && errno != EEXIST)
        return pb_error_set(error, PB_E_IO, "--out: %s: the folder cannot be made: %s", a->out, strerror(errno));
    if (access(a->out, W_OK | X_OK) == 0) return PB_OK;
    return pb_error_set(error, PB_E_IO, "--out: %s: the folder cannot be written: %s", a->out, strerror(errno));
}

static pb_status store(const args *a, const char *dir, const train_kind *t, train_stored *s, pb_error *error)
{
    if (a->out) {
        int n = snprintf(s->path, sizeof s->path, "%s/%s.pbm.gz", a->out, t->kind->name);
        if (n < 0 || (size_t)n >= sizeof s->path) return pb_error_set(error, PB_E_USAGE, "--out: the path is too long");
        return pb_model_write(t->model, s->path, error);
    }
    PB_TRY(pb_registry_add(dir, t->model, &s->number, error));
    s->promoted = a->promote;
    return a->promote ? pb_registry_promote(dir, t->kind, s->number, error) : PB_OK;
}

static pb_status store_all(const args *a, const char *dir, train_kind *t, size_t n, pb_error *error)
{
    size_t        failed = 0;
    train_stored *stored = calloc(n, sizeof *stored);
    pb_status     status = stored ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (size_t i = 0; status == PB_OK && i < n; i++) {
        pb_error why = {0};
        if (!t[i].failed[0] && store(a, dir, &t[i], &stored[i], &why) != PB_OK)
            snprintf(t[i].failed, sizeof t[i].failed, "%s", why.text);
        failed += t[i].failed[0] != '\0';
    }
    if (status == PB_OK && a->json) train_json(t, stored, n, stdout);
    if (status == PB_OK && !a->json) train_table(t, stored, n, stdout);
    free(stored);
    if (status == PB_OK && failed > 0)
        status = pb_error_set(error, PB_E_UNSUPPORTED, "%zu of %zu kinds could not be trained or kept", failed, n);
    return status;
}

static pb_status train_on(const args *a, const backtest_history *history, const pb_model_kind **kinds, size_t n,
                          pb_error *error)
{
    char          dir[PB_REGISTRY_PATH_MAX] = "", now[24];
    train_kind   *t                         = calloc(n, sizeof *t);
    train_options how                       = {
                              .threads = a->threads, .learn = {.quick = a->quick, .threads = 1, .seed = a->seed}, .trained_at = now};
    say_when(now);
    if (!t) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status = a->out ? PB_OK : model_args_dir(a->models, dir, error);
    how.models       = a->out ? NULL : dir;
    if (status == PB_OK) status = can_store(a, dir, kinds, n, error);
    if (status == PB_OK) status = train_run(history, kinds, n, &how, t, error);
    if (status == PB_OK) status = store_all(a, dir, t, n, error);
    for (size_t i = 0; i < n; i++) train_kind_free(&t[i]);
    free(t);
    return status;
}

static pb_status train(const args *a, pb_error *error)
{
    const pb_model_kind  *kinds[TRAIN_KINDS_MAX];
    size_t                n      = 0;
    int                   season = 0, round = 0;
    backtest_data         data;
    backtest_history      history;
    backtest_data_options read = {.data = a->data.at, .n_data = a->data.n, .grids = a->grids, .sprints = true};
    PB_TRY(model_args_race("--until", a->until, &season, &round, error));
    PB_TRY(choose_kinds(a->kind, kinds, &n, error));
    PB_TRY(backtest_data_read(&read, &data, error));
    pb_status status = backtest_history_make(&data, season, round, &history, error);
    if (status == PB_OK) {
        status = train_on(a, &history, kinds, n, error);
        backtest_history_free(&history);
    }
    backtest_data_free(&data);
    return status;
}

static int run_command(int argc, char **argv)
{
    args         a = {.seed = 1};
    pb__operands operands;
    pb_error     error = {0};

    pb_status status = pb__options_read(argc, argv, options, sizeof options / sizeof *options, &a, &operands, &error);
    if (status == PB_OK) status = take_operands(&operands, &a, &error);
    if (status == PB_OK) status = train(&a, &error);
    return status == PB_OK ? PB__EXIT_DONE : pb__fail(&pb__cmd_train, &error);
}

const pb__command pb__cmd_train = {
    .name      = "train",
    .operands  = "[KIND|all]",
    .summary   = "learn models from recorded races, judge them, keep them",
    .details   = "Each kind is learned from all usable races up to --until, and judged by its own\n"
                 "protocol: another fit, on the seasons before the last one, predicts that season; its\n"
                 "figures have 90 % intervals over races and are kept with the version. Beside them\n"
                 "stand the simple baseline and the version that is active now, on the same races.\n"
                 "A new version becomes the active one with --promote, or later by `pitboard models promote`.\n",
    .options   = options,
    .n_options = sizeof options / sizeof *options,
    .run       = run_command,
};
