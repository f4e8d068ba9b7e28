/* pitboard db: care of a store. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "import_store.h"
#include "terminal.h"

typedef struct args {
    const char *store;
    bool        conflicts, json;
} args;

static const pb__option options[] = {
    {"store", PB__OPT_TEXT, offsetof(args, store), "sqlite:PATH", "the store", 0, 0},
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
    pb_json_put_text(&w, "store", a->store);
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
    pb_json_put_i64(&w, "files", count_of(store, "sources"));
    pb_json_put_i64(&w, "conflict_count", count_of(store, "conflicts"));
    if (a->conflicts) status = pb__conflicts_json(&w, store, UINT32_MAX, error);
    pb_json_object_end(&w);
    pb_json_end(&w);
    return status;
}

static pb_status check_table(const args *a, pb_store *store, const findings *f, uint32_t n, pb_error *error)
{
    char number[32];
    for (uint32_t i = 0; pb_store_table(i); i++) {
        int64_t rows = count_of(store, pb_store_table(i));
        if (rows) printf("%12s  %s\n", pb__thousands((uint64_t)rows, number), pb_store_table(i));
    }
    if (a->conflicts)
        PB_TRY(pb__conflicts_table(stdout, store, UINT32_MAX, error));
    else
        PB_TRY(pb__conflict_sums_table(stdout, store, error));
    printf("\n%s: version %d, %s files; ", a->store, PB_STORE_VERSION,
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
        pb_json_put_text(&w, "store", a->store);
        if (file) pb_json_put_text(&w, "file", file);
        if (!file) pb_json_put_i64(&w, "from_version", from);
        pb_json_put_i64(&w, "version", PB_STORE_VERSION);
        pb_json_object_end(&w);
        pb_json_end(&w);
    } else if (file) {
        printf("%s: %s %s %s\n", a->store, what, strcmp(what, "backup") == 0 ? "to" : "from", file);
    } else if (from == PB_STORE_VERSION) {
        printf("%s: is of version %d already\n", a->store, from);
    } else {
        printf("%s: %s to version %d\n", a->store, from ? "migrated" : "made, brought", PB_STORE_VERSION);
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

static int run(int argc, char **argv)
{
    args         a = {0};
    pb__operands operands;
    pb_error     error = {0};

    if (pb__options_read(argc, argv, options, sizeof options / sizeof *options, &a, &operands, &error) != PB_OK)
        return pb__fail(&pb__cmd_db, &error);
    if (operands.n < 1) return pb__fail_operands(&pb__cmd_db, "migrate, check, backup or restore?");
    const char *what = operands.at[0];
    bool        copy = strcmp(what, "backup") == 0 || strcmp(what, "restore") == 0;
    if (!copy && strcmp(what, "migrate") != 0 && strcmp(what, "check") != 0) {
        pb_error_set(&error, PB_E_USAGE, "'%s' is not one of migrate, check, backup, restore", what);
        return pb__fail(&pb__cmd_db, &error);
    }
    if (!a.store) return pb__fail_operands(&pb__cmd_db, "which store? give --store sqlite:PATH");
    if (copy && (operands.n != 2 || !operands.at[1][0])) return pb__fail_operands(&pb__cmd_db, "which file?");
    if (!copy && operands.n != 1) return pb__fail_operands(&pb__cmd_db, "a word too many");
    if (a.conflicts && strcmp(what, "check") != 0) return pb__fail_operands(&pb__cmd_db, "--conflicts goes with check");
    if (strcmp(what, "check") == 0) return check(&a, &error);
    if (strcmp(what, "migrate") == 0) return migrate(&a, &error);
    return strcmp(what, "backup") == 0 ? backup(&a, operands.at[1], &error) : restore(&a, operands.at[1], &error);
}

const pb__command pb__cmd_db = {
    .name      = "db",
    .operands  = "migrate|check|backup FILE|restore FILE",
    .summary   = "care of a store: bring it up to date, check it, copy it",
    .details   = "migrate makes the store or brings its schema up to this program's. check reads all of\n"
                 "it: SQLite's own check, references, and what must hold between tables; exit code 1\n"
                 "when something does not. Conflicts between sources are no fault: both values are\n"
                 "kept, --conflicts lists them. backup writes a copy while others use the store and\n"
                 "never replaces a file; restore puts a sound backup in place of what is there, and\n"
                 "keeps a store that is damaged as PATH.damaged.\n",
    .options   = options,
    .n_options = sizeof options / sizeof *options,
    .run       = run,
};
