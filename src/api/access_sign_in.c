/* access_sign_in: a name and a password, or the link of the first start, become tokens. */
#include <string.h>

#include <sodium.h>

#include "access_parts.h"
#include "pitboard/store_server.h"

#define FIRST "first" /* the family of the one-time link */
#define FIRST_S 86400

static void note(pb_access *a, const pb__sign_in *with, const char *team, int status)
{
    pb_caller caller = {.role = PB_ROLE_NONE};
    (void)pb_span_copy(pb_span_of(team), caller.team, sizeof caller.team);
    (void)pb_span_copy(pb_span_of(with->user), caller.user, sizeof caller.user);
    pb_access_audit(a, &caller, with->address, "POST /api/v1/auth/token", with->user, status, with->id);
}

static pb_status too_many(pb_access *a, int64_t wait_s, pb__grant *out, pb_error *error)
{
    out->wait_s = wait_s;
    pb_metric_add(a->logins, "throttled", 1);
    return pb_error_set(error, PB_E_LIMIT, "too many tries (wait %lld s)", (long long)wait_s);
}

static pb_status refuse(pb_access *a, pb_error *error)
{
    pb_metric_add(a->logins, "wrong", 1);
    return pb_error_set(error, PB_E_RULE, "%s", pb__wrong_password);
}

/* ---- by password ---- */

typedef struct attempt {
    const char *team, *user;
    pb__person  person;
    bool        found;
    pb__grant  *out;
} attempt;

static pb_status look(pb_access *a, pb_store *store, void *with, pb_error *error)
{
    attempt  *t = with;
    pb_error  why;
    pb_status status = pb__person_find(store, t->team, t->user, &t->person, &why);
    (void)a;
    t->found = status == PB_OK;
    return status == PB_OK || status == PB_E_NOENT ? PB_OK : pb_error_set(error, status, "%s", why.text);
}

/* The password was changed while it was compared? Then it is another's. */
static pb_status let_in(pb_access *a, pb_store *store, void *with, pb_error *error)
{
    attempt   *t = with;
    pb__person still;
    PB_TRY(pb__person_find(store, t->team, t->user, &still, error));
    if (still.generation != t->person.generation) return pb_error_set(error, PB_E_NOENT, "changed meanwhile");
    return pb__grant_make(a, store, t->team, t->user, "", t->out, error);
}

static pb_status judge(pb_access *a, const pb__sign_in *with, attempt *t, pb_error *error)
{
    PB_TRY(pb__access_look(a, look, t, error));
    bool right = pb__password_is(a, t->found ? t->person.password : NULL, with->password);
    sodium_memzero(t->person.password, sizeof t->person.password);
    pb_status status = right ? pb__access_do(a, let_in, t, error) : PB_E_NOENT;
    if (status != PB_E_NOENT) return status;
    pb__guess_wrong(a, t->team, t->user, with->address);
    if (t->found) note(a, with, t->team, 401);
    return refuse(a, error);
}

static bool may_be_a_name(const char *team, const char *user)
{
    return pb__name_judge("team", team, PB_TEAM_MAX - 1, NULL) == PB_OK &&
           pb__name_judge("user", user, PB_USER_MAX - 1, NULL) == PB_OK;
}

pb_status pb__grant_by_password(pb_access *a, const pb__sign_in *with, pb__grant *out, pb_error *error)
{
    attempt t    = {.team = with->team && *with->team ? with->team : a->home_team, .user = with->user, .out = out};
    int64_t wait = pb__guess_wait(a, t.team, t.user, with->address);
    *out         = (pb__grant){0};
    if (wait > 0) return too_many(a, wait, out, error);
    if (!may_be_a_name(t.team, t.user)) { /* of nobody, and nothing to be looked up */
        pb__guess_wrong(a, NULL, NULL, with->address);
        return refuse(a, error);
    }
    pb_status status = judge(a, with, &t, error);
    if (status != PB_OK) {
        pb__grant_wipe(out);
        return status;
    }
    pb__guess_right(a, t.team, t.user, with->address);
    pb_metric_add(a->logins, "ok", 1);
    note(a, with, t.team, 200);
    return PB_OK;
}

/* ---- the link of the first start ---- */

static pb_status count_users(pb_store *store, int64_t *n, pb_error *error)
{
    return pb_store_count(store, "SELECT count(*) FROM server_users", NULL, 0, 0, n, error);
}

static pb_status put_link(pb_access *a, pb_store *store, void *with, pb_error *error)
{
    char   *token = with, hash[PB__HASH_TEXT];
    int64_t n = 0, now = pb__access_now(a);
    PB_TRY(count_users(store, &n, error));
    token[0] = '\0';
    if (n > 0) return PB_OK;
    pb__random_text(32, token);
    pb__hash_text(token, hash);
    pb_value values[] = {pb_value_text(hash), pb_value_text(a->home_team), pb_value_i64(now),
                         pb_value_i64(now + FIRST_S)};
    PB_TRY(pb_store_change(store, "DELETE FROM server_refresh WHERE family = '" FIRST "'", NULL, 0, NULL, error));
    return pb_store_change(store,
                           "INSERT INTO server_refresh(hash, family, team, name, created_s, expires_s) VALUES(?1, "
                           "'" FIRST "', ?2, '', ?3, ?4)",
                           values, 4, NULL, error);
}

pb_status pb_access_first_token(pb_access *a, char out[65], pb_error *error)
{
    pb_status status = pb__access_do(a, put_link, out, error);
    if (status != PB_OK) out[0] = '\0';
    return status;
}

typedef struct first {
    const pb__sign_in *with;
    char               hash[PB__HASH_TEXT], password[PB__PASSWORD_TEXT];
    pb__grant         *out;
} first;

static pb_status take_link(pb_access *a, pb_store *store, void *with, pb_error *error)
{
    first   *f = with;
    int64_t  n = 0, won = 0;
    pb_value values[] = {pb_value_text(f->hash), pb_value_i64(pb__access_now(a))};
    PB_TRY(pb_store_change(store,
                           "UPDATE server_refresh SET used_s = ?2 WHERE hash = ?1 AND family = '" FIRST "' AND name = "
                           "'' AND used_s IS NULL AND expires_s > ?2",
                           values, 2, &won, error));
    PB_TRY(count_users(store, &n, error));
    if (won != 1 || n > 0) return pb_error_set(error, PB_E_RULE, "%s", pb__not_valid);
    PB_TRY(pb__person_add(a, store, a->home_team, f->with->user, PB_ROLE_ADMIN, f->password, error));
    return pb__grant_make(a, store, a->home_team, f->with->user, "", f->out, error);
}

static pb_status is_link(pb_access *a, pb_store *store, void *with, pb_error *error)
{
    static const char sql[] = "SELECT count(*) FROM server_refresh WHERE hash = ?1 AND family = '" FIRST "' AND name = "
                              "'' AND used_s IS NULL AND expires_s > ?2";
    first            *f     = with;
    int64_t           n     = 0;
    pb_value          values[] = {pb_value_text(f->hash), pb_value_i64(pb__access_now(a))};
    PB_TRY(pb_store_count(store, sql, values, 2, 0, &n, error));
    return n == 1 ? PB_OK : pb_error_set(error, PB_E_RULE, "%s", pb__not_valid);
}

/* A password is hashed for who has the link only, and before the store is held. */
static pb_status take(pb_access *a, first *f, pb_error *error)
{
    pb__hash_text(f->with->link, f->hash);
    PB_TRY(pb__access_look(a, is_link, f, error));
    PB_TRY(pb__name_judge("the name of a user", f->with->user, PB_USER_MAX - 1, error));
    PB_TRY(pb__password_hash(a, f->with->password, f->password, error));
    PB_TRY(pb__access_do(a, take_link, f, error));
    return pb__access_reload(a, error);
}

pb_status pb__grant_by_link(pb_access *a, const pb__sign_in *with, pb__grant *out, pb_error *error)
{
    first   f    = {.with = with, .out = out};
    int64_t wait = pb__guess_wait(a, NULL, NULL, with->address);
    *out         = (pb__grant){0};
    if (wait > 0) return too_many(a, wait, out, error);
    pb_status status = take(a, &f, error);
    sodium_memzero(&f, sizeof f);
    if (status == PB_OK) {
        pb_metric_add(a->logins, "ok", 1);
        note(a, with, a->home_team, 200);
        return PB_OK;
    }
    pb__grant_wipe(out);
    if (status == PB_E_RULE) {
        pb__guess_wrong(a, NULL, NULL, with->address);
        pb_metric_add(a->logins, "wrong", 1);
    }
    return status;
}
