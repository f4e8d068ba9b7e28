/* route_access_keys: GET and POST /auth/keys, DELETE /auth/keys/{name}. */
#include <string.h>

#include <sodium.h>

#include "access_parts.h"
#include "data.h"

static bool is_key(const pb_caller *caller)
{
    return strncmp(caller->user, "key:", 4) == 0;
}

/* ---- list ---- */

typedef struct list {
    const char     *team, *by; /* by "" all of the team */
    pb_json_writer *to;
} list;

static void put_row(void *with, const pb_store_rows *rows)
{
    pb_json_writer          *w       = with;
    static const char *const texts[] = {"name", "role", "by"};
    char                     text[PB_USER_MAX];
    pb_json_object(w, NULL);
    for (uint32_t i = 0; i < 3; i++) {
        pb_store_column_text(rows, i, text, sizeof text);
        pb_json_put_text(w, texts[i], text);
    }
    pb_json_put_utc(w, "created", PB__US_PER_S * pb_store_column_i64(rows, 3, 0));
    pb_json_put_utc(w, "expires", PB__US_PER_S * pb_store_column_i64(rows, 4, 0));
    pb_json_put_utc(w, "used", PB__US_PER_S * pb_store_column_i64(rows, 5, 0));
    pb_json_object_end(w);
}

static pb_status put_keys(pb_access *a, pb_store *store, void *with, pb_error *error)
{
    static const char sql[] = "SELECT name, role, by_user, created_s, expires_s, used_s FROM server_keys WHERE team = "
                              "?1 AND (?2 = '' OR by_user = ?2) ORDER BY name";
    const list       *l     = with;
    pb_value          values[] = {pb_value_text(l->team), {.kind = PB_VALUE_TEXT, .text = pb_span_of(l->by)}};
    (void)a;
    return pb__data_each(store, sql, values, 2, put_row, l->to, error);
}

pb_status pb__route_keys_list(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    const pb_caller *caller = pb_request_caller(request);
    const char      *team   = pb__route_team(request, reply, pb_request_query(request, "team"));
    if (!team) return PB_E_CANCELLED;
    list l = {team, caller->role == PB_ROLE_ADMIN ? "" : caller->user, pb_reply_json(reply)};
    pb_json_array(l.to, NULL);
    pb_status status = pb__access_look(context, put_keys, &l, error);
    pb_json_array_end(l.to);
    return status;
}

/* ---- add ---- */

static void put_made(pb_access *a, pb_json_writer *w, const char *name, pb_role role, const char *key,
                     int64_t expires_s)
{
    pb_json_object(w, NULL);
    pb_json_put_text(w, "name", name);
    pb_json_put_text(w, "role", pb_role_name(role));
    pb_json_put_text(w, "key", key);
    pb_json_put_utc(w, "created", PB__US_PER_S * pb__access_now(a));
    pb_json_put_utc(w, "expires", PB__US_PER_S * expires_s);
    pb_json_object_end(w);
}

typedef struct wish {
    char    name[PB_USER_MAX], role[16];
    int64_t lives_s;
} wish;

static pb_status read_wish(const pb_request *request, wish *out, pb_error *error)
{
    pb_json body = pb_request_json(request), lives = pb_json_get(body, "expires_in");
    PB_TRY(pb_json_text(pb_json_get(body, "name"), out->name, sizeof out->name, error));
    PB_TRY(pb_json_text(pb_json_get(body, "role"), out->role, sizeof out->role, error));
    return pb_json_is_null(lives) ? PB_OK : pb_json_i64(lives, 60, INT64_C(157680000), &out->lives_s, error);
}

pb_status pb__route_keys_add(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    const pb_caller *caller = pb_request_caller(request);
    pb_access       *a      = context;
    wish             w      = {.role = "viewer"};
    pb_role          role   = PB_ROLE_VIEWER;
    char             made[80];
    if (is_key(caller)) return pb_reply_problem(reply, 403, "", "a key makes no keys (sign in)");
    PB_TRY(read_wish(request, &w, error));
    if (!pb_role_read(w.role, &role) || role == PB_ROLE_NONE)
        return pb_error_set(error, PB_E_RANGE, "/role: a role is viewer, engineer or admin");
    if (role > caller->role)
        return pb_reply_problem(reply, 403, "/role", "a key can at most what its maker can (%s)",
                                pb_role_name(caller->role));
    int64_t   expires_s = w.lives_s > 0 ? pb__access_now(a) + w.lives_s : 0;
    pb_status status    = pb_access_add_key(a, caller->team, w.name, role, caller->user, expires_s, made, error);
    if (status == PB_E_RULE) return pb_reply_problem(reply, 409, "/name", "%s", error->text);
    PB_TRY(status);
    pb__route_made(reply, "/api/v1/auth/keys", w.name, caller->team, caller->team);
    put_made(a, pb_reply_json(reply), w.name, role, made, expires_s);
    sodium_memzero(made, sizeof made);
    return PB_OK;
}

/* ---- remove ---- */

typedef struct whose {
    const char *team, *name, *by;
} whose;

static pb_status is_whose(pb_access *a, pb_store *store, void *with, pb_error *error)
{
    static const char sql[]    = "SELECT count(*) FROM server_keys WHERE team = ?1 AND name = ?2 AND by_user = ?3";
    const whose      *w        = with;
    pb_value          values[] = {pb_value_text(w->team), pb_value_text(w->name), pb_value_text(w->by)};
    int64_t           n        = 0;
    (void)a;
    PB_TRY(pb_store_count(store, sql, values, 3, 0, &n, error));
    return n == 1 ? PB_OK : pb_error_set(error, PB_E_NOENT, "no key %s in team %s", w->name, w->team);
}

pb_status pb__route_keys_remove(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    const pb_caller *caller = pb_request_caller(request);
    whose            w      = {.name = pb_request_param(request, "name"), .by = caller->user};
    w.team                  = pb__route_team(request, reply, pb_request_query(request, "team"));
    if (!w.team) return PB_E_CANCELLED;
    if (caller->role != PB_ROLE_ADMIN) PB_TRY(pb__access_look(context, is_whose, &w, error));
    PB_TRY(pb_access_remove_key(context, w.team, w.name, error));
    pb_reply_status(reply, 204);
    return PB_OK;
}
