/* pitboard user: who may use the server of a store. */
#include <stddef.h>
#include <string.h>

#include "access_args.h"
#include "ask_password.h"
#include "command.h"
#include "pitboard/codec.h"
#include "terminal.h"

typedef struct args {
    pb__access_args common;
    bool            password, no_password;
} args;

static const pb__option options[] = {
    {"store", PB__OPT_TEXT, offsetof(args, common.store), "URL", "sqlite:PATH or postgresql://USER@HOST/DATABASE", 0,
     0},
    {"team", PB__OPT_TEXT, offsetof(args, common.team), "TEAM", "team of the user (main); list: only this one", 0, 0},
    {"role", PB__OPT_TEXT, offsetof(args, common.role), "ROLE", "viewer, engineer or admin (add: viewer)", 0, 0},
    {"password", PB__OPT_FLAG, offsetof(args, password), NULL, "set: read a new password", 0, 0},
    {"no-password", PB__OPT_FLAG, offsetof(args, no_password), NULL, "add: cannot sign in until one is set", 0, 0},
    {"json", PB__OPT_FLAG, offsetof(args, common.json), NULL, "one JSON object", 0, 0},
};

static const char *team_of(const args *a)
{
    return a->common.team ? a->common.team : PB__HOME_TEAM;
}

/* ---- list ---- */

static void put_json(void *with, const pb_store_rows *rows)
{
    static const char *const texts[] = {"team", "user", "role"};
    pb__access_listing      *l       = with;
    char                     text[PB_USER_MAX];
    pb_json_object(&l->w, NULL);
    for (uint32_t i = 0; i < 3; i++) {
        pb_store_column_text(rows, i, text, sizeof text);
        pb_json_put_text(&l->w, texts[i], text);
    }
    pb_json_put_utc(&l->w, "created", 1000000 * pb_store_column_i64(rows, 3, 0));
    pb_json_put_utc(&l->w, "changed", 1000000 * pb_store_column_i64(rows, 4, 0));
    pb_json_put_bool(&l->w, "has_password", pb_store_column_i64(rows, 5, 0) != 0);
    pb_json_object_end(&l->w);
}

static void put_line(void *with, const pb_store_rows *rows)
{
    pb__access_listing *l = with;
    char                at[20];
    if (l->n++ == 0) printf("%-16s %-24s %-9s %s\n", "team", "user", "role", "changed (UTC)");
    pb__access_put_cells(rows);
    printf("%s%s\n", pb__access_time(rows, 4, at), pb_store_column_i64(rows, 5, 0) ? "" : "  no password");
}

static pb_status list(const args *a, pb_error *error)
{
    static const char sql[] = "SELECT team, name, role, created_s, changed_s, CASE WHEN password IS NULL THEN 0 ELSE 1 "
                              "END FROM server_users WHERE ?1 = '' OR team = ?1 ORDER BY team, name";
    return pb__access_list(&a->common, "users", sql, put_line, put_json, error);
}

/* ---- add, set, remove ---- */

static void tell(const args *a, const char *what, const char *name)
{
    pb_json_writer w;
    if (!a->common.json) {
        printf("%s of team %s: %s\n", name, team_of(a), what);
        return;
    }
    pb_json_begin(&w, stdout, 2);
    pb_json_object(&w, NULL);
    pb_json_put_text(&w, "done", what);
    pb_json_put_text(&w, "store", a->common.shown);
    pb_json_put_text(&w, "team", team_of(a));
    pb_json_put_text(&w, "user", name);
    if (a->common.as != PB_ROLE_NONE) pb_json_put_text(&w, "role", pb_role_name(a->common.as));
    pb_json_object_end(&w);
    pb_json_end(&w);
}

typedef pb_status act(pb_access *access, const args *a, const char *name, const char *password, pb_error *error);

static pb_status add(pb_access *access, const args *a, const char *name, const char *password, pb_error *error)
{
    return pb_access_add_user(access, team_of(a), name, a->common.as, password, error);
}

static pb_status set(pb_access *access, const args *a, const char *name, const char *password, pb_error *error)
{
    return pb_access_set_user(access, team_of(a), name, a->common.as != PB_ROLE_NONE ? &a->common.as : NULL, password,
                              error);
}

static pb_status drop(pb_access *access, const args *a, const char *name, const char *password, pb_error *error)
{
    (void)password;
    return pb_access_remove_user(access, team_of(a), name, error);
}

typedef struct verb {
    const char *name, *done, *noted;
    act        *run;
    bool        makes; /* the store may be made */
} verb;

static const verb verbs[] = {
    {"add", "added", "pitboard user add", add, true},
    {"set", "changed; every sign-in of this user ended", "pitboard user set", set, false},
    {"remove", "removed, with the keys this user made", "pitboard user remove", drop, false},
};

static pb_status change(const args *a, const verb *v, const char *name, pb_error *error)
{
    char       password[PB__PASSWORD_CAP] = "";
    bool       wants                      = v->makes ? !a->no_password : a->password;
    pb_access *access                     = NULL;
    pb_status  status                     = pb__access_args_open(&a->common, v->makes, &access, error);
    if (status == PB_OK && wants) status = pb__ask_password(name, password, error);
    if (status == PB_OK) status = v->run(access, a, name, wants ? password : NULL, error);
    explicit_bzero(password, sizeof password);
    if (status == PB_OK) pb__access_args_note(access, team_of(a), v->noted, name);
    pb_access_close(access);
    if (status == PB_OK) tell(a, v->done, name);
    return status;
}

/* ---- the command ---- */

static const verb *verb_of(const char *name)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].name, name) == 0) return &verbs[i];
    return NULL;
}

/* What does not go together; NULL when all does. */
static const char *misfit(const args *a, const verb *v, const char *name)
{
    bool adds = v && v->makes, sets = v && strcmp(v->name, "set") == 0;
    if (v && (!name || !name[0])) return "which user?";
    if (!v && name) return "a word too many";
    if (a->password && !sets) return "--password goes with set";
    if (a->no_password && !adds) return "--no-password goes with add";
    if (a->common.role && !adds && !sets) return "--role goes with add and set";
    if (sets && !a->password && !a->common.role) return "what is to change? --role or --password";
    return a->common.store ? NULL : "which store? give --store sqlite:PATH or postgresql://...";
}

static int run(int argc, char **argv)
{
    args         a = {0};
    pb__operands operands;
    pb_error     error = {0};
    if (pb__options_read(argc, argv, options, sizeof options / sizeof *options, &a, &operands, &error) != PB_OK)
        return pb__fail(&pb__cmd_user, &error);
    if (operands.n < 1) return pb__fail_operands(&pb__cmd_user, "add, list, set or remove?");
    const char *what   = operands.at[0];
    const verb *v      = verb_of(what);
    bool        listed = strcmp(what, "list") == 0;
    if (!v && !listed) {
        pb_error_set(&error, PB_E_USAGE, "'%s' is not one of add, list, set, remove", what);
        return pb__fail(&pb__cmd_user, &error);
    }
    if (operands.n > 2) return pb__fail_operands(&pb__cmd_user, "a word too many (a password is never given there)");
    const char *name  = operands.n > 1 ? operands.at[1] : NULL;
    const char *wrong = misfit(&a, v, name);
    if (wrong) return pb__fail_operands(&pb__cmd_user, wrong);
    if (v && v->makes && !a.common.role) a.common.role = "viewer";
    if (pb__access_args_read(&a.common, &error) != PB_OK) return pb__fail(&pb__cmd_user, &error);
    pb_status status = listed ? list(&a, &error) : change(&a, v, name, &error);
    return status == PB_OK ? PB__EXIT_DONE : pb__fail(&pb__cmd_user, &error);
}

const pb__command pb__cmd_user = {
    .name      = "user",
    .operands  = "add NAME|list|set NAME|remove NAME",
    .summary   = "who may use the server of a store: add, list, change, remove users",
    .details   = "A user belongs to a team (main: the one that runs the server) and is a viewer (reads and asks),\n"
                 "an engineer (starts and controls sessions, starts jobs) or an admin of the team.\n"
                 "The password is asked on the terminal and not shown, or is the first line of standard\n"
                 "input; it never stands on the command line. A change of role or password ends every\n"
                 "sign-in of the user; a server that runs knows it within 5 s.\n",
    .options   = options,
    .n_options = sizeof options / sizeof *options,
    .run       = run,
};
