/* pitboard key: API keys of the server of a store. */
#include <stddef.h>
#include <string.h>

#include "access_args.h"
#include "command.h"
#include "pitboard/codec.h"
#include "pitboard/engine.h"
#include "terminal.h"

typedef struct args {
    pb__access_args common;
    uint32_t        days;
} args;

static const pb__option options[] = {
    {"store", PB__OPT_TEXT, offsetof(args, common.store), "URL", "sqlite:PATH or postgresql://USER@HOST/DATABASE", 0,
     0},
    {"team", PB__OPT_TEXT, offsetof(args, common.team), "TEAM", "team of the key (main); list: only this one", 0, 0},
    {"role", PB__OPT_TEXT, offsetof(args, common.role), "ROLE", "add: viewer, engineer or admin (viewer)", 0, 0},
    {"days", PB__OPT_U32, offsetof(args, days), "N", "add: days it is good for (for ever)", 1, 3650},
    {"json", PB__OPT_FLAG, offsetof(args, common.json), NULL, "one JSON object", 0, 0},
};

static const char *team_of(const args *a)
{
    return a->common.team ? a->common.team : PB__HOME_TEAM;
}

/* ---- list ---- */

static void put_time(pb_json_writer *w, const char *key, const pb_store_rows *rows, uint32_t column)
{
    pb_json_put_utc(w, key, 1000000 * pb_store_column_i64(rows, column, 0)); /* null of 0 */
}

static void put_json(void *with, const pb_store_rows *rows)
{
    static const char *const texts[] = {"team", "name", "role", "by"};
    pb__access_listing      *l       = with;
    char                     text[PB_USER_MAX];
    pb_json_object(&l->w, NULL);
    for (uint32_t i = 0; i < 4; i++) {
        pb_store_column_text(rows, i, text, sizeof text);
        pb_json_put_text(&l->w, texts[i], text);
    }
    put_time(&l->w, "created", rows, 4);
    put_time(&l->w, "expires", rows, 5);
    put_time(&l->w, "used", rows, 6);
    pb_json_object_end(&l->w);
}

static void put_line(void *with, const pb_store_rows *rows)
{
    pb__access_listing *l = with;
    char                at[20], until[20], by[PB_USER_MAX];
    if (l->n++ == 0)
        printf("%-16s %-24s %-9s %-16s %-16s %s\n", "team", "key", "role", "used (UTC)", "good until", "by");
    pb__access_put_cells(rows);
    pb_store_column_text(rows, 3, by, sizeof by);
    printf("%-16s %-16s %s\n", pb__access_time(rows, 6, at), pb__access_time(rows, 5, until), by);
}

static pb_status list(const args *a, pb_error *error)
{
    static const char sql[] = "SELECT team, name, role, by_user, created_s, expires_s, used_s FROM server_keys WHERE "
                              "?1 = '' OR team = ?1 ORDER BY team, name";
    return pb__access_list(&a->common, "keys", sql, put_line, put_json, error);
}

/* ---- add, remove ---- */

static void tell_key(const args *a, const char *name, const char *key, int64_t expires_s)
{
    pb_json_writer w;
    if (!a->common.json) {
        printf("%s\n", key);
        fprintf(stderr, "key %s of team %s, %s: shown now and never again; send it as X-API-Key\n", name, team_of(a),
                pb_role_name(a->common.as));
        return;
    }
    pb_json_begin(&w, stdout, 2);
    pb_json_object(&w, NULL);
    pb_json_put_text(&w, "store", a->common.shown);
    pb_json_put_text(&w, "team", team_of(a));
    pb_json_put_text(&w, "name", name);
    pb_json_put_text(&w, "role", pb_role_name(a->common.as));
    pb_json_put_text(&w, "key", key);
    if (expires_s)
        pb_json_put_i64(&w, "expires", expires_s);
    else
        pb_json_put_null(&w, "expires");
    pb_json_object_end(&w);
    pb_json_end(&w);
}

static void tell_removed(const args *a, const char *name)
{
    pb_json_writer w;
    if (!a->common.json) {
        printf("key %s of team %s: removed\n", name, team_of(a));
        return;
    }
    pb_json_begin(&w, stdout, 2);
    pb_json_object(&w, NULL);
    pb_json_put_text(&w, "done", "removed");
    pb_json_put_text(&w, "store", a->common.shown);
    pb_json_put_text(&w, "team", team_of(a));
    pb_json_put_text(&w, "name", name);
    pb_json_object_end(&w);
    pb_json_end(&w);
}

static pb_status add(const args *a, const char *name, pb_error *error)
{
    char       key[80];
    int64_t    expires_s = a->days ? pb_engine_utc_s() + (int64_t)a->days * 86400 : 0;
    pb_access *access;
    PB_TRY(pb__access_args_open(&a->common, false, &access, error));
    pb_status status = pb_access_add_key(access, team_of(a), name, a->common.as, "", expires_s, key, error);
    if (status == PB_OK) pb__access_args_note(access, team_of(a), "pitboard key add", name);
    pb_access_close(access);
    if (status == PB_OK) tell_key(a, name, key, expires_s);
    explicit_bzero(key, sizeof key);
    return status;
}

static pb_status drop(const args *a, const char *name, pb_error *error)
{
    pb_access *access;
    PB_TRY(pb__access_args_open(&a->common, false, &access, error));
    pb_status status = pb_access_remove_key(access, team_of(a), name, error);
    if (status == PB_OK) pb__access_args_note(access, team_of(a), "pitboard key remove", name);
    pb_access_close(access);
    if (status == PB_OK) tell_removed(a, name);
    return status;
}

/* ---- the command ---- */

static pb_status act(const args *a, const char *what, const char *name, pb_error *error)
{
    if (strcmp(what, "list") == 0) return list(a, error);
    return strcmp(what, "add") == 0 ? add(a, name, error) : drop(a, name, error);
}

/* What does not go together; NULL when all does. */
static const char *misfit(const args *a, const char *what, const pb__operands *operands)
{
    bool adds = strcmp(what, "add") == 0, lists = strcmp(what, "list") == 0;
    if (lists && operands->n > 1) return "a word too many";
    if (!lists && (operands->n != 2 || !operands->at[1][0])) return "which key?";
    if (!adds && (a->common.role || a->days)) return "--role and --days go with add";
    return a->common.store ? NULL : "which store? give --store sqlite:PATH or postgresql://...";
}

static int run(int argc, char **argv)
{
    args         a = {0};
    pb__operands operands;
    pb_error     error = {0};
    if (pb__options_read(argc, argv, options, sizeof options / sizeof *options, &a, &operands, &error) != PB_OK)
        return pb__fail(&pb__cmd_key, &error);
    if (operands.n < 1) return pb__fail_operands(&pb__cmd_key, "add, list or remove?");
    const char *what = operands.at[0];
    if (strcmp(what, "add") != 0 && strcmp(what, "list") != 0 && strcmp(what, "remove") != 0) {
        pb_error_set(&error, PB_E_USAGE, "'%s' is not one of add, list, remove", what);
        return pb__fail(&pb__cmd_key, &error);
    }
    const char *wrong = misfit(&a, what, &operands);
    if (wrong) return pb__fail_operands(&pb__cmd_key, wrong);
    if (!a.common.role) a.common.role = "viewer";
    if (pb__access_args_read(&a.common, &error) != PB_OK) return pb__fail(&pb__cmd_key, &error);
    if (act(&a, what, operands.n > 1 ? operands.at[1] : NULL, &error) != PB_OK) return pb__fail(&pb__cmd_key, &error);
    return PB__EXIT_DONE;
}

const pb__command pb__cmd_key = {
    .name      = "key",
    .operands  = "add NAME|list|remove NAME",
    .summary   = "API keys of the server of a store: make, list, remove them",
    .details   = "A key is for programs: it is sent as X-API-Key and can what its role can in its team.\n"
                 "add prints it once; the store keeps its hash only. A server that runs knows of a new key,\n"
                 "and of one that was removed, within 5 s.\n",
    .options   = options,
    .n_options = sizeof options / sizeof *options,
    .run       = run,
};
