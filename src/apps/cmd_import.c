/* pitboard import: recorded races in, with every refused row accounted for. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "fetch.h"
#include "import_file.h"
#include "import_store.h"
#include "import_telemetry.h"
#include "terminal.h"

typedef struct args {
    const char    *out, *grids, *store, *watch;
    bool           json;
    pb__fetch_args fetch;
} args;

#define FETCH(field) offsetof(args, fetch.field)

static const pb__option options[] = {
    {"out", PB__OPT_TEXT, offsetof(args, out), "RACE.json|DIR", "write race files; a folder for several paths", 0, 0},
    {"grids", PB__OPT_TEXT, offsetof(args, grids), "FILE", "starting grids for lap CSV: season,round,driver,grid", 0,
     0},
    {"store", PB__OPT_TEXT, offsetof(args, store), "URL", "keep what was recorded; folders are walked", 0, 0},
    {"json", PB__OPT_FLAG, offsetof(args, json), NULL, "one JSON object", 0, 0},
    {"session-key", PB__OPT_U32, FETCH(session_key), "K", "openf1: fetch this session", 1, INT32_MAX},
    {"season", PB__OPT_U32, FETCH(season), "YEAR", "ergast: fetch this season from jolpica ...", 1950, 2200},
    {"round", PB__OPT_U32, FETCH(round), "N", "... or only this round of it", 1, 99},
    {"base", PB__OPT_TEXT, FETCH(base), "URL", "of the service, instead of the public one", 0, 0},
    {"endpoint", PB__OPT_TEXT, FETCH(endpoint), "URL", "of an S3-compatible store, instead of Amazon's", 0, 0},
    {"region", PB__OPT_TEXT, FETCH(region), "NAME", "of the bucket", 0, 0},
    {"cache", PB__OPT_TEXT, FETCH(cache), "DIR", "where what is fetched lies (~/.cache/pitboard)", 0, 0},
    {"cache-max", PB__OPT_U32, FETCH(cache_max_mb), "MB", "what may stay there (20,000)", 1, UINT32_MAX},
    {"fresh", PB__OPT_U32, FETCH(fresh_s), "S", "do not ask again for so long (3,600)", 0, UINT32_MAX},
    {"per-second", PB__OPT_U32, FETCH(per_second), "N", "requests to openf1 or jolpica (4; 0 no limit)", 0, 1000},
    {"per-hour", PB__OPT_U32, FETCH(per_hour), "N", "the same (500; 0 no limit)", 0, 10000},
    {"tries", PB__OPT_U32, FETCH(tries), "N", "in vain, before a fetch is given up (6)", 1, 100},
    {"plain-http", PB__OPT_FLAG, FETCH(plain_http), NULL, "allow http:// to other machines", 0, 0},
    {"watch", PB__OPT_TEXT, offsetof(args, watch), "DIR", "import each file completed there, until stopped", 0, 0},
};

static bool is_dir(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Several races need a folder; it is made when it is not there. */
static pb_status prepare_out(pb__import *import, uint32_t n_paths, pb_error *error)
{
    if (!import->out) return PB_OK;
    size_t len         = strlen(import->out);
    import->out_is_dir = is_dir(import->out) || n_paths > 1 || (len > 0 && import->out[len - 1] == '/');
    if (import->out_is_dir && mkdir(import->out, 0777) != 0 && errno != EEXIST)
        return pb_error_set(error, PB_E_IO, "%s: the folder cannot be made: %s", import->out, strerror(errno));
    if (import->out_is_dir && !is_dir(import->out))
        return pb_error_set(error, PB_E_IO, "%s: there is a file of this name; several races need a folder",
                            import->out);
    return PB_OK;
}

/* Files that hold no race are told and passed over. */
static pb_status import_all(pb__import *import, char **paths, uint32_t n, pb_error *error)
{
    pb__progress progress;
    pb__progress_begin(&progress, "files");
    for (uint32_t i = 0; i < n; i++) {
        pb_error why = {0};
        pb__progress_show(&progress, i, n);
        pb_status status = pb__import_file(import, paths[i], &why);
        if (status == PB_E_NOMEM) return pb_error_set(error, status, "%s", why.text);
        if (status == PB_OK) continue;
        if (pb__import_refuse(import->list, paths[i], why.text) != PB_OK)
            return pb_error_set(error, PB_E_NOMEM, "out of memory");
        pb__fail(&pb__cmd_import, &why);
    }
    pb__progress_clear();
    return PB_OK;
}

static int import_and_report(pb__import *import, const args *a, char **paths, uint32_t n)
{
    pb_error  error  = {0};
    pb_prior *prior  = malloc(sizeof *prior);
    import->spec     = malloc(sizeof *import->spec);
    import->prior    = prior;
    pb_status status = prior && import->spec ? PB_OK : pb_error_set(&error, PB_E_NOMEM, "out of memory");

    if (status == PB_OK) status = pb_prior_shipped(prior, &error);
    if (status == PB_OK) status = pb__grids_read(a->grids, &import->grids, &error);
    if (status == PB_OK) status = prepare_out(import, n, &error);
    if (status == PB_OK) status = import_all(import, paths, n, &error);
    free(import->spec);
    free(prior);
    pb__grids_free(&import->grids);
    if (status != PB_OK) return pb__fail(&pb__cmd_import, &error);
    if (a->json)
        pb__import_json(stdout, import->list);
    else if (import->list->n_races)
        pb__import_table(stdout, import->list);
    return import->list->n_races ? PB__EXIT_DONE : PB__EXIT_FAILED;
}

static int keep_in_store(pb__import_list *list, const args *a, char **paths, uint32_t n)
{
    pb_error          error  = {0};
    pb__import_store *import = calloc(1, sizeof *import);
    if (!import) {
        pb_error_set(&error, PB_E_NOMEM, "out of memory");
        return pb__fail(&pb__cmd_import, &error);
    }
    *import          = (pb__import_store){.url = a->store, .format = list->format, .list = list};
    pb_status status = pb__import_into_store(import, paths, n, &error);
    int       code   = import->stored ? PB__EXIT_DONE : PB__EXIT_FAILED;
    if (status != PB_OK)
        code = pb__fail(&pb__cmd_import, &error);
    else if (a->json)
        pb__import_store_json(stdout, import);
    else if (import->stored)
        pb__import_store_table(stdout, import);
    if (status == PB_OK && !import->stored && list->n_refused == 0) {
        pb_error_set(&error, PB_E_EMPTY, "nothing was kept: %u file%s, none of them a table for a store%s",
                     import->n_passed_over, import->n_passed_over == 1 ? "" : "s",
                     strcmp(list->format, "auto") == 0 ? "" : " in the format asked for");
        code = pb__fail(&pb__cmd_import, &error);
    }
    pb__import_store_fini(import);
    free(import);
    return code;
}

static bool any_telemetry(const char *format, char **paths, uint32_t n)
{
    bool asked = strcmp(format, "auto") == 0 || strcmp(format, "grcup") == 0;
    for (uint32_t i = 0; asked && i < n; i++)
        if (pb__is_telemetry(paths[i])) return true;
    return false;
}

/* What cannot be meant. */
static pb_status check(const args *a, const pb__operands *operands, bool fetched, pb_error *error)
{
    if (!pb__import_knows(operands->at[0]))
        return pb_error_set(
            error, PB_E_USAGE,
            "'%s' is not a format; it is one of auto, fastf1, livetiming, openf1, ergast, tum, grcup, pitboard",
            operands->at[0]);
    if (a->watch && (!a->store || a->out || a->grids || operands->n > 1 || fetched))
        return pb_error_set(error, PB_E_USAGE,
                            "--watch takes the files of its folder and keeps them: give --store, and no others");
    if (a->store && (a->out || a->grids))
        return pb_error_set(error, PB_E_USAGE,
                            "--store keeps what was recorded; --out and --grids make race files: do one, then "
                            "the other (a file of grids can be imported into the store)");
    if ((a->fetch.session_key || a->fetch.season) && !a->store)
        return pb_error_set(error, PB_E_USAGE,
                            "what is fetched of a session or a season goes into a store: give --store sqlite:PATH");
    return PB_OK;
}

/* The operands are files by now. */
static int import_files(pb__import_list *list, const args *a, char **paths, uint32_t n)
{
    pb__import import = {.format = list->format, .out = a->out, .list = list};
    if (a->store) return keep_in_store(list, a, paths, n);
    if (!a->out && any_telemetry(list->format, paths, n)) return pb__import_telemetry(list, paths, n, a->json);
    return import_and_report(&import, a, paths, n);
}

static int run(int argc, char **argv)
{
    args         a = {.fetch = {.per_second = 4, .per_hour = 500, .fresh_s = 3600, .tries = 6, .cache_max_mb = 20000}};
    pb__operands operands;
    pb_error     error = {0};

    if (pb__options_read(argc, argv, options, sizeof options / sizeof *options, &a, &operands, &error) != PB_OK)
        return pb__fail(&pb__cmd_import, &error);
    if (operands.n < 1) return pb__fail_operands(&pb__cmd_import, "which format, and which files?");
    bool fetched = pb__fetch_is_wanted(&a.fetch, &operands);
    if (check(&a, &operands, fetched, &error) != PB_OK) return pb__fail(&pb__cmd_import, &error);
    if (a.watch) return pb__import_watch(a.watch, a.store, operands.at[0], a.json);
    if (operands.n < 2 && !fetched) return pb__fail_operands(&pb__cmd_import, "which files?");

    pb__import_list list;
    pb__import_list_init(&list);
    list.format = operands.at[0];
    if (fetched && pb__fetch_all(&a.fetch, &list, &operands, &error) != PB_OK) {
        pb__import_list_fini(&list);
        return pb__fail(&pb__cmd_import, &error);
    }
    int code = import_files(&list, &a, operands.at + 1, operands.n - 1);
    pb__import_list_fini(&list);
    if (fetched && pb__fetch_trim(&a.fetch, &error) != PB_OK) return pb__fail(&pb__cmd_import, &error);
    return code;
}

const pb__command pb__cmd_import = {
    .name      = "import",
    .operands  = "FORMAT PATH|URL...",
    .summary   = "read recorded races, list every refused row, derive race files",
    .details   = "FORMAT is auto, fastf1 (lap CSV as FastF1 writes it, and its common variants), tum\n"
                 "(TUM race INI), pitboard (our race files and lap CSV), or, for a store, livetiming,\n"
                 "openf1, ergast (jolpica too) and grcup. Rows that cannot be right are left out and\n"
                 "listed with file, line and reason; accepted and left out together are all rows.\n"
                 "With --store everything that was recorded is kept there: the same fact from two\n"
                 "sources once, with both; where they disagree both values, and which one stands.\n"
                 "A file that is in the store already is not read twice. Of GR Cup telemetry (CSV,\n"
                 "long or wide) the points, laps, glitches of the lap counter and, with the timing\n"
                 "file beside it, the car and the clock offset are told; with --store points and windows\n"
                 "are kept, and an import that was broken off goes on. Exit code 1 when nothing is left.\n"
                 "\n"
                 "A path may be https://... or s3://BUCKET/PREFIX (credentials: AWS_ACCESS_KEY_ID and\n"
                 "AWS_SECRET_ACCESS_KEY in the environment). What is fetched lies in the cache, goes on\n"
                 "where it was broken off, and is then imported as files. `import openf1 --session-key K`\n"
                 "and `import ergast --season 2023 --round 7` fetch a whole race.\n",
    .options   = options,
    .n_options = sizeof options / sizeof *options,
    .run       = run,
};
