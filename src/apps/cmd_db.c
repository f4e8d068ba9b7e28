/* pitboard db: care of a store. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "db_retain.h"
#include "import_store.h"
#include "pitboard/store_live.h"
#include "pitboard/store_server.h"
#include "terminal.h"

typedef struct args {
    const char *store;
    char        shown[512]; /* the store as people may see it */
    uint32_t    telemetry_days, windows_days, session_days, keep;
    bool        conflicts, now, json;
} args;

static const pb__option options[] = {
    {"store", PB__OPT_TEXT, offsetof(args, store), "URL", "the store: sqlite:PATH or postgresql://...", 0, 0},
    {"telemetry-days", PB__OPT_U32, offsetof(args, telemetry_days), "N", "retain: of raw telemetry; 0 for ever (90)", 0,
     36500},
    {"windows-days", PB__OPT_U32, offsetof(args, windows_days), "N", "retain: of windows; 0 for ever (365)", 0, 36500},
    {"session-days", PB__OPT_U32, offsetof(args, session_days), "N", "retain: of whole sessions; 0 for ever (0)", 0,
     36500},
    {"keep", PB__OPT_U32, offsetof(args, keep), "N", "retain: newest sessions that stay whole (3)", 0, 100000},
    {"now", PB__OPT_FLAG, offsetof(args, now), NULL, "retain: do it; without, what would go is told", 0, 0},
    {"conflicts", PB__OPT_FLAG, offsetof(args, conflicts), NULL, "check: list every conflict between sources", 0, 0},
    {"json", PB__OPT_FLAG, offsetof(args, json), NULL, "one JSON object", 0, 0},
};

#define FINDINGS_MAX 100

typedef struct findings {
    char     text[FINDINGS_MAX][512];
    uint32_t told;
} findings;

static void keep_finding(void *with, const char *text)
{
    findings *f = with;
    if (f->told < FINDINGS_MAX) (void)snprintf(f->text[f->told++], sizeof f->text[0], "%s", text);
}

/* ---- check ---- */

static int64_t count_of(pb_store *store, const char *table)
{
    char    sql[64];
    int64_t n = 0;
    (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    (void)pb_store_count(store, sql, NULL, 0, 0, &n, NULL);
    return n;
}

static pb_status check_json(const args *a, pb_store *store, const findings *f, uint32_t n, pb_error *error)
{
    pb_json_writer w;
    pb_status      status = PB_OK;
    pb_json_begin(&w, stdout, 2);
    pb_json_object(&w, NULL);
    pb_json_put_text(&w, "store", a->shown);
    pb_json_put_i64(&w, "version", PB_STORE_VERSION);
    pb_json_put_bool(&w, "sound", n == 0);
    pb_json_put_i64(&w, "finding_count", n);
    pb_json_array(&w, "findings");
    for (uint32_t i = 0; i < f->told; i++) pb_json_put_text(&w, NULL, f->text[i]);
    pb_json_array_end(&w);
    pb_json_object(&w, "tables");
    for (uint32_t i = 0; pb_store_table(i); i++)
        pb_json_put_i64(&w, pb_store_table(i), count_of(store, pb_store_table(i)));
    pb_json_object_end(&w);
    pb_json_object(&w, "live");
    for (uint32_t i = 0; pb_store_live_table(i); i++)
        pb_json_put_i64(&w, pb_store_live_table(i), count_of(store, pb_store_live_table(i)));
    pb_json_object_end(&w);
    pb_json_object(&w, "server");
    for (uint32_t i = 0; pb_store_server_table(i); i++)
        pb_json_put_i64(&w, pb_store_server_table(i), count_of(store, pb_store_server_table(i)));
    pb_json_object_end(&w);
    pb_json_put_i64(&w, "files", count_of(store, "sources"));
    pb_json_put_i64(&w, "conflict_count", count_of(store, "conflicts"));
    if (a->conflicts) status = pb__conflicts_json(&w, store, UINT32_MAX, error);
    pb_json_object_end(&w);
    pb_json_end(&w);
    return status;
}

static void put_count(pb_store *store, const char *table)
{
    char    number[32];
    int64_t rows = count_of(store, table);
    if (rows) printf("%12s  %s\n", pb__thousands((uint64_t)rows, number), table);
}

static pb_status check_table(const args *a, pb_store *store, const findings *f, uint32_t n, pb_error *error)
{
    char number[32];
    for (uint32_t i = 0; pb_store_table(i); i++) put_count(store, pb_store_table(i));
    for (uint32_t i = 0; pb_store_live_table(i); i++) put_count(store, pb_store_live_table(i));
    for (uint32_t i = 0; pb_store_server_table(i); i++) put_count(store, pb_store_server_table(i));
    if (a->conflicts)
        PB_TRY(pb__conflicts_table(stdout, store, UINT32_MAX, error));
    else
        PB_TRY(pb__conflict_sums_table(stdout, store, error));
    printf("\n%s: version %d, %s files; ", a->shown, PB_STORE_VERSION,
           pb__thousands((uint64_t)count_of(store, "sources"), number));
    if (n == 0) printf("sound\n");
    if (n > 0)
        printf("%s%u finding%s%s\n", pb__paint(stdout, PB__RED), n, n == 1 ? "" : "s", pb__paint(stdout, PB__PLAIN));
    for (uint32_t i = 0; i < f->told; i++) printf("  %s\n", f->text[i]);
    return PB_OK;
}

static int check(const args *a, pb_error *error)
{
    pb_store *store;
    uint32_t  n = 0;
    if (pb_store_open(a->store, PB_STORE_READ, &store, error) != PB_OK) return pb__fail(&pb__cmd_db, error);
    findings *f = calloc(1, sizeof *f);
    pb_status status =
        f ? pb_store_check(store, keep_finding, f, &n, error) : pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (status == PB_OK) status = a->json ? check_json(a, store, f, n, error) : check_table(a, store, f, n, error);
    pb_store_close(store);
    free(f);
    if (status != PB_OK) return pb__fail(&pb__cmd_db, error);
    return n == 0 ? PB__EXIT_DONE : PB__EXIT_FAILED;
}

/* ---- migrate, backup, restore ---- */

/* What was done, in a line or an object. */
static int done(const args *a, const char *what, const char *file, int from)
{
    if (a->json) {
        pb_json_writer w;
        pb_json_begin(&w, stdout, 2);
        pb_json_object(&w, NULL);
        pb_json_put_text(&w, "done", what);
        pb_json_put_text(&w, "store", a->shown);
        if (file) pb_json_put_text(&w, "file", file);
        if (!file) pb_json_put_i64(&w, "from_version", from);
        pb_json_put_i64(&w, "version", PB_STORE_VERSION);
        pb_json_object_end(&w);
        pb_json_end(&w);
    } else if (file) {
        printf("%s: %s %s %s\n", a->shown, what, strcmp(what, "backup") == 0 ? "to" : "from", file);
    } else if (from == PB_STORE_VERSION) {
        printf("%s: is of version %d already\n", a->shown, from);
    } else {
        printf("%s: %s to version %d\n", a->shown, from ? "migrated" : "made, brought", PB_STORE_VERSION);
    }
    return PB__EXIT_DONE;
}

static int migrate(const args *a, pb_error *error)
{
    pb_store *store;
    if (pb_store_open(a->store, PB_STORE_CREATE, &store, error) != PB_OK) return pb__fail(&pb__cmd_db, error);
    int from = pb_store_version_found(store);
    pb_store_close(store);
    return done(a, "migrate", NULL, from);
}

static int backup(const args *a, const char *file, pb_error *error)
{
    pb_store *store;
    if (pb_store_open(a->store, PB_STORE_READ, &store, error) != PB_OK) return pb__fail(&pb__cmd_db, error);
    pb_status status = pb_store_backup(store, file, error);
    pb_store_close(store);
    return status == PB_OK ? done(a, "backup", file, 0) : pb__fail(&pb__cmd_db, error);
}

static int restore(const args *a, const char *file, pb_error *error)
{
    if (pb_store_restore(a->store, file, error) != PB_OK) return pb__fail(&pb__cmd_db, error);
    return done(a, "restore", file, 0);
}

static int retain(const args *a, pb_error *error)
{
    pb__retain_args r = {
        .store = a->store, .shown = a->shown, .now = a->now, .json = a->json, .policy = pb_store_policy_default()};
    r.policy.telemetry_days = (int32_t)a->telemetry_days;
    r.policy.windows_days   = (int32_t)a->windows_days;
    r.policy.session_days   = (int32_t)a->session_days;
    r.policy.sessions_kept  = (int32_t)a->keep;
    return pb__db_retain(&r, error) == PB_OK ? PB__EXIT_DONE : pb__fail(&pb__cmd_db, error);
}

static bool wants_policy(const args *a, const args *from)
{
    return a->now || a->telemetry_days != from->telemetry_days || a->windows_days != from->windows_days ||
           a->session_days != from->session_days || a->keep != from->keep;
}

static args defaults(void)
{
    pb_store_policy policy = pb_store_policy_default();
    return (args){.telemetry_days = (uint32_t)policy.telemetry_days,
                  .windows_days   = (uint32_t)policy.windows_days,
                  .session_days   = (uint32_t)policy.session_days,
                  .keep           = (uint32_t)policy.sessions_kept};
}

static int act(const char *what, const args *a, const char *file, pb_error *error)
{
    if (strcmp(what, "check") == 0) return check(a, error);
    if (strcmp(what, "migrate") == 0) return migrate(a, error);
    if (strcmp(what, "retain") == 0) return retain(a, error);
    return strcmp(what, "backup") == 0 ? backup(a, file, error) : restore(a, file, error);
}

static int run(int argc, char **argv)
{
    const args   from = defaults();
    args         a    = from;
    pb__operands operands;
    pb_error     error = {0};

    if (pb__options_read(argc, argv, options, sizeof options / sizeof *options, &a, &operands, &error) != PB_OK)
        return pb__fail(&pb__cmd_db, &error);
    if (operands.n < 1) return pb__fail_operands(&pb__cmd_db, "migrate, check, backup, restore or retain?");
    const char *what  = operands.at[0];
    bool        copy  = strcmp(what, "backup") == 0 || strcmp(what, "restore") == 0;
    bool        ages  = strcmp(what, "retain") == 0;
    bool        known = copy || ages || strcmp(what, "migrate") == 0 || strcmp(what, "check") == 0;
    if (!known) {
        pb_error_set(&error, PB_E_USAGE, "'%s' is not one of migrate, check, backup, restore, retain", what);
        return pb__fail(&pb__cmd_db, &error);
    }
    if (!a.store) return pb__fail_operands(&pb__cmd_db, "which store? give --store sqlite:PATH or postgresql://...");
    if (copy && (operands.n != 2 || !operands.at[1][0])) return pb__fail_operands(&pb__cmd_db, "which file?");
    if (!copy && operands.n != 1) return pb__fail_operands(&pb__cmd_db, "a word too many");
    if (a.conflicts && strcmp(what, "check") != 0) return pb__fail_operands(&pb__cmd_db, "--conflicts goes with check");
    if (!ages && wants_policy(&a, &from))
        return pb__fail_operands(&pb__cmd_db, "--now, --keep and the numbers of days go with retain");
    pb_store_url_shown(a.store, a.shown, sizeof a.shown);
    return act(what, &a, copy ? operands.at[1] : NULL, &error);
}

const pb__command pb__cmd_db = {
    .name      = "db",
    .operands  = "migrate|check|backup FILE|restore FILE|retain",
    .summary   = "care of a store: bring it up to date, check it, copy it, make room",
    .details   = "migrate makes the store or brings its schema up to this program's. check reads all of\n"
                 "it: SQLite's own check, references, what must hold between tables, every chunk of\n"
                 "telemetry; exit code 1 when something does not. Conflicts between sources are no\n"
                 "fault: both values are kept, --conflicts lists them. backup writes a copy, a file\n"
                 "of SQLite also of a PostgreSQL store, while others use it and never replaces a file;\n"
                 "restore puts a sound backup in place of what is there, and keeps a file that is\n"
                 "damaged as PATH.damaged. retain tells which telemetry, windows and sessions are old\n"
                 "enough to go, and with --now sums them up and deletes them.\n",
    .options   = options,
    .n_options = sizeof options / sizeof *options,
    .run       = run,
};
