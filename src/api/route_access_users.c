/* route_access_users: /users and /users/{name}. */
#include <string.h>

#include <sodium.h>

#include "access_parts.h"
#include "data.h"

/* ---- shown ---- */

typedef struct list {
    const char     *team, *name; /* name "" all of the team */
    pb_json_writer *to;
} list;

static void put_row(void *with, const pb_store_rows *rows)
{
    const list     *l = with;
    pb_json_writer *w = l->to;
    char            text[PB_USER_MAX];
    pb_json_object(w, NULL);
    pb_json_put_text(w, "team", l->team);
    pb_store_column_text(rows, 0, text, sizeof text);
    pb_json_put_text(w, "user", text);
    pb_store_column_text(rows, 1, text, sizeof text);
    pb_json_put_text(w, "role", text);
    pb_json_put_utc(w, "created", PB__US_PER_S * pb_store_column_i64(rows, 2, 0));
    pb_json_put_utc(w, "changed", PB__US_PER_S * pb_store_column_i64(rows, 3, 0));
    pb_json_put_bool(w, "has_password", pb_store_column_i64(rows, 4, 0) != 0);
    pb_json_object_end(w);
}

static pb_status put_users(pb_access *a, pb_store *store, void *with, pb_error *error)
{
    static const char sql[] = "SELECT name, role, created_s, changed_s, CASE WHEN password IS NULL THEN 0 ELSE 1 END "
                              "FROM server_users WHERE team = ?1 AND (?2 = '' OR name = ?2) ORDER BY name";
    list             *l     = with;
    pb_value          values[] = {pb_value_text(l->team), {.kind = PB_VALUE_TEXT, .text = pb_span_of(l->name)}};
    (void)a;
    return pb__data_each(store, sql, values, 2, put_row, l, error);
}

pb_status pb__route_users_list(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    const char *team = pb__route_team(request, reply, pb_request_query(request, "team"));
    if (!team) return PB_E_CANCELLED;
    list l = {.team = team, .name = "", .to = pb_reply_json(reply)};
    pb_json_array(l.to, NULL);
    pb_status status = pb__access_look(context, put_users, &l, error);
    pb_json_array_end(l.to);
    return status;
}

static pb_status find(pb_access *a, pb_store *store, void *with, pb_error *error)
{
    const list *l = with;
    pb__person  person;
    (void)a;
    pb_status status = pb__person_find(store, l->team, l->name, &person, error);
    sodium_memzero(&person, sizeof person);
    return status;
}

static pb_status show(pb_access *a, pb_reply *reply, const char *team, const char *name, pb_error *error)
{
    list l = {.team = team, .name = name};
    PB_TRY(pb__access_look(a, find, &l, error)); /* nothing is written for one who is not there */
    l.to = pb_reply_json(reply);
    return pb__access_look(a, put_users, &l, error);
}

/* ---- whom a request is about ---- */

typedef struct subject {
    const char *team, *name;
    bool        self;
} subject;

/* Oneself, or anybody for admins; PB_E_CANCELLED when 403 was answered. */
static pb_status find_subject(pb_request *request, pb_reply *reply, subject *out)
{
    const pb_caller *caller = pb_request_caller(request);
    out->team               = pb__route_team(request, reply, pb_request_query(request, "team"));
    out->name               = pb_request_param(request, "name");
    if (!out->team) return PB_E_CANCELLED;
    out->self = strcmp(out->team, caller->team) == 0 && strcmp(out->name, caller->user) == 0;
    if (out->self || caller->role == PB_ROLE_ADMIN) return PB_OK;
    return pb_reply_problem(reply, 403, "", "only admins see to other users");
}

pb_status pb__route_users_get(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    subject s;
    PB_TRY(find_subject(request, reply, &s));
    return show(context, reply, s.team, s.name, error);
}

/* ---- add ---- */

typedef struct words {
    char    team[PB_TEAM_MAX], user[PB_USER_MAX], role[16], password[1025], current[1025];
    pb_role as;
} words;

static pb_status read_words(const pb_request *request, words *w, pb_error *error)
{
    pb_json body = pb_request_json(request);
    PB_TRY(pb_json_text(pb_json_get(body, "team"), w->team, sizeof w->team, error));
    PB_TRY(pb_json_text(pb_json_get(body, "user"), w->user, sizeof w->user, error));
    PB_TRY(pb_json_text(pb_json_get(body, "role"), w->role, sizeof w->role, error));
    PB_TRY(pb_json_text(pb_json_get(body, "password"), w->password, sizeof w->password, error));
    PB_TRY(pb_json_text(pb_json_get(body, "current_password"), w->current, sizeof w->current, error));
    if (!w->role[0] || (pb_role_read(w->role, &w->as) && w->as != PB_ROLE_NONE)) return PB_OK;
    return pb_error_set(error, PB_E_RANGE, "/role: a role is viewer, engineer or admin");
}

static pb_status add(pb_access *a, pb_request *request, pb_reply *reply, words *w, pb_error *error)
{
    PB_TRY(read_words(request, w, error));
    const char *team = pb__route_team(request, reply, w->team[0] ? w->team : NULL);
    if (!team) return PB_E_CANCELLED;
    pb_status status = pb_access_add_user(a, team, w->user, w->as, w->password[0] ? w->password : NULL, error);
    if (status == PB_E_RULE) return pb_reply_problem(reply, 409, "/user", "%s", error->text);
    PB_TRY(status);
    pb__route_made(reply, "/api/v1/users", w->user, team, pb_request_caller(request)->team);
    return show(a, reply, team, w->user, error);
}

pb_status pb__route_users_add(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    words     w      = {.role = "viewer"};
    pb_status status = add(context, request, reply, &w, error);
    sodium_memzero(&w, sizeof w);
    return status;
}

/* ---- change ---- */

typedef struct kept {
    const subject *of;
    pb__person     person;
} kept;

static pb_status look(pb_access *a, pb_store *store, void *with, pb_error *error)
{
    kept *k = with;
    (void)a;
    return pb__person_find(store, k->of->team, k->of->name, &k->person, error);
}

/* Who finds a screen that was left alone does not get the account. Guessing here waits as at the sign-in. */
static pb_status knows_password(pb_access *a, pb_request *request, pb_reply *reply, const subject *s,
                                const char *current, pb_error *error)
{
    kept    k    = {.of = s};
    int64_t wait = pb__guess_wait(a, s->team, s->name, pb_request_address(request));
    if (wait > 0) return pb__route_wait(reply, wait);
    PB_TRY(pb__access_look(a, look, &k, error));
    bool right = pb__password_is(a, k.person.password, current);
    sodium_memzero(&k, sizeof k);
    if (right) return PB_OK;
    pb__guess_wrong(a, s->team, s->name, pb_request_address(request));
    return pb_reply_problem(reply, 403, "/current_password", "the current password is not this one");
}

static pb_status may_change(pb_access *a, pb_request *request, pb_reply *reply, const subject *s, const words *w,
                            pb_error *error)
{
    bool admin = pb_request_caller(request)->role == PB_ROLE_ADMIN;
    if (!admin && w->role[0]) return pb_reply_problem(reply, 403, "/role", "only admins change roles");
    if (s->self && w->password[0]) return knows_password(a, request, reply, s, w->current, error);
    return PB_OK;
}

static pb_status change(pb_access *a, pb_request *request, pb_reply *reply, words *w, pb_error *error)
{
    subject s;
    PB_TRY(find_subject(request, reply, &s));
    PB_TRY(read_words(request, w, error));
    PB_TRY(may_change(a, request, reply, &s, w, error));
    pb_status status =
        pb_access_set_user(a, s.team, s.name, w->role[0] ? &w->as : NULL, w->password[0] ? w->password : NULL, error);
    if (status == PB_E_RULE) return pb_reply_problem(reply, 409, "", "%s", error->text);
    PB_TRY(status);
    return show(a, reply, s.team, s.name, error);
}

pb_status pb__route_users_set(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    words     w      = {0};
    pb_status status = change(context, request, reply, &w, error);
    sodium_memzero(&w, sizeof w);
    return status;
}

pb_status pb__route_users_remove(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    subject s;
    PB_TRY(find_subject(request, reply, &s));
    pb_status status = pb_access_remove_user(context, s.team, s.name, error);
    if (status == PB_E_RULE) return pb_reply_problem(reply, 409, "", "%s", error->text);
    PB_TRY(status);
    pb_reply_status(reply, 204);
    return PB_OK;
}
