/* access_grant: signing in, and staying: families of tokens.
 *
 *     sign-in --> family --> refresh token 1 --used--> 2 --used--> 3 ...
 *                                          \--used again: somebody stole it: the family ends
 */
#include <string.h>

#include <sodium.h>

#include "access_parts.h"
#include "pitboard/store_server.h"

void pb__random_text(size_t n, char *out)
{
    uint8_t bytes[32];
    PB_ASSERT(n <= sizeof bytes);
    randombytes_buf(bytes, n);
    (void)sodium_bin2hex(out, 2 * n + 1, bytes, n);
    sodium_memzero(bytes, sizeof bytes);
}

void pb__hash_text(const char *text, char out[PB__HASH_TEXT])
{
    uint8_t hash[PB__HASH];
    (void)crypto_hash_sha256(hash, (const unsigned char *)text, strlen(text));
    (void)sodium_bin2hex(out, PB__HASH_TEXT, hash, PB__HASH);
}

void pb__grant_wipe(pb__grant *grant)
{
    pb__secret_free(grant->access_token);
    sodium_memzero(grant, sizeof *grant);
}

/* ---- tokens of a family ---- */

static pb_status begin_family(pb_access *a, pb_store *store, const char *team, const char *user,
                              char family[PB__FAMILY_TEXT], pb_error *error)
{
    pb__random_text(16, family);
    pb_value values[] = {pb_value_text(family), pb_value_text(team), pb_value_text(user),
                         pb_value_i64(pb__access_now(a))};
    return pb_store_change(store, "INSERT INTO server_families(family, team, name, created_s) VALUES(?1, ?2, ?3, ?4)",
                           values, 4, NULL, error);
}

static pb_status put_refresh(pb_access *a, pb_store *store, const char *family, pb__grant *out, pb_error *error)
{
    char    hash[PB__HASH_TEXT];
    int64_t now = pb__access_now(a);
    pb__random_text(32, out->refresh_token);
    pb__hash_text(out->refresh_token, hash);
    pb_value values[] = {pb_value_text(hash),      pb_value_text(family), pb_value_text(out->team),
                         pb_value_text(out->user), pb_value_i64(now),     pb_value_i64(now + a->options.refresh_s)};
    return pb_store_change(store,
                           "INSERT INTO server_refresh(hash, family, team, name, created_s, expires_s) VALUES(?1, ?2, "
                           "?3, ?4, ?5, ?6)",
                           values, 6, NULL, error);
}

pb_status pb__grant_make(pb_access *a, pb_store *store, const char *team, const char *user, const char *family,
                         pb__grant *out, pb_error *error)
{
    pb__claims claims = {.issued_s = pb__access_now(a)};
    pb__person person;
    char       begun[PB__FAMILY_TEXT];
    PB_TRY(pb__person_find(store, team, user, &person, error));
    if (!*family) PB_TRY(begin_family(a, store, team, user, begun, error));
    (void)pb_span_copy(pb_span_of(team), out->team, sizeof out->team);
    (void)pb_span_copy(pb_span_of(user), out->user, sizeof out->user);
    (void)pb_span_copy(pb_span_of(team), claims.team, sizeof claims.team);
    (void)pb_span_copy(pb_span_of(user), claims.user, sizeof claims.user);
    (void)pb_span_copy(pb_span_of(*family ? family : begun), claims.family, sizeof claims.family);
    claims.role       = person.role;
    claims.generation = person.generation;
    claims.expires_s  = claims.issued_s + a->options.token_s;
    out->role         = person.role;
    out->expires_s    = a->options.token_s;
    PB_TRY(put_refresh(a, store, claims.family, out, error));
    return pb__token_make(a, &claims, &out->access_token, error);
}

/* ---- families end ---- */

typedef struct ending {
    const char *family, *why;
} ending;

static pb_status end_family(pb_access *a, pb_store *store, void *with, pb_error *error)
{
    const ending *e        = with;
    pb_value      values[] = {pb_value_text(e->family), pb_value_i64(pb__access_now(a)), pb_value_text(e->why)};
    return pb_store_change(store,
                           "UPDATE server_families SET ended_s = ?2, why = ?3 WHERE family = ?1 AND ended_s IS NULL",
                           values, 3, NULL, error);
}

pb_status pb__family_end(pb_access *a, const char *family, const char *why, pb_error *error)
{
    ending e = {family, why};
    PB_TRY(pb__access_do(a, end_family, &e, error));
    return pb__access_reload(a, error);
}

pb_status pb__families_end(pb_access *a, pb_store *store, const char *team, const char *name, const char *why,
                           pb_error *error)
{
    pb_value values[] = {pb_value_text(team), pb_value_text(name), pb_value_i64(pb__access_now(a)), pb_value_text(why)};
    return pb_store_change(
        store, "UPDATE server_families SET ended_s = ?3, why = ?4 WHERE team = ?1 AND name = ?2 AND ended_s IS NULL",
        values, 4, NULL, error);
}

/* ---- by a refresh token ---- */

typedef struct rotation {
    char       hash[PB__HASH_TEXT];
    pb__grant *out;
    bool       stolen;
} rotation;

/* Of two who use it at the same time one touches the row. */
static pb_status use_it(pb_access *a, pb_store *store, const char *hash, int64_t *won, pb_error *error)
{
    static const char sql[]    = "UPDATE server_refresh SET used_s = ?2 WHERE hash = ?1 AND used_s IS NULL AND "
                                 "expires_s > ?2 AND name <> '' AND EXISTS (SELECT 1 FROM server_families f WHERE "
                                 "f.family = server_refresh.family AND f.ended_s IS NULL)";
    pb_value          values[] = {pb_value_text(hash), pb_value_i64(pb__access_now(a))};
    return pb_store_change(store, sql, values, 2, won, error);
}

typedef struct owner {
    char    family[PB__FAMILY_TEXT], team[PB_TEAM_MAX], user[PB_USER_MAX];
    int64_t used_s;
} owner;

static pb_status find_owner(pb_store *store, const char *hash, owner *out, pb_error *error)
{
    static const char sql[] = "SELECT family, team, name, used_s FROM server_refresh WHERE hash = ?1 AND name <> ''";
    pb_value          value = pb_value_text(hash);
    pb_store_rows    *rows;
    PB_TRY(pb_store_select(store, sql, &value, 1, &rows, error));
    pb_status status = pb_store_rows_next(rows, error);
    if (status == PB_OK) {
        pb_store_column_text(rows, 0, out->family, sizeof out->family);
        pb_store_column_text(rows, 1, out->team, sizeof out->team);
        pb_store_column_text(rows, 2, out->user, sizeof out->user);
        out->used_s = pb_store_column_i64(rows, 3, 0);
    }
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY ? pb_error_set(error, PB_E_RULE, "%s", pb__not_valid) : status;
}

/* The end of a family is committed, too: the refusal comes after. */
static pb_status rotate(pb_access *a, pb_store *store, void *with, pb_error *error)
{
    rotation *r   = with;
    int64_t   won = 0;
    owner     of;
    PB_TRY(use_it(a, store, r->hash, &won, error));
    PB_TRY(find_owner(store, r->hash, &of, error));
    if (won == 1) {
        pb_status status = pb__grant_make(a, store, of.team, of.user, of.family, r->out, error);
        return status == PB_E_NOENT ? pb_error_set(error, PB_E_RULE, "%s", pb__not_valid) : status;
    }
    if (of.used_s == 0) return pb_error_set(error, PB_E_RULE, "%s", pb__not_valid); /* expired, or signed out */
    ending e  = {of.family, "stolen"};
    r->stolen = true;
    return end_family(a, store, &e, error);
}

pb_status pb__grant_by_refresh(pb_access *a, const char *token, pb__grant *out, pb_error *error)
{
    rotation r = {.out = out};
    *out       = (pb__grant){0};
    if (strlen(token) != PB__HASH_TEXT - 1) return pb_error_set(error, PB_E_RULE, "%s", pb__not_valid);
    pb__hash_text(token, r.hash);
    pb_status status = pb__access_do(a, rotate, &r, error);
    if (status == PB_OK && !r.stolen) return PB_OK;
    pb__grant_wipe(out);
    if (status != PB_OK) return status;
    pb_logger_say(a->options.log, PB_LOG_WARN, "access", NULL,
                  "a refresh token came a second time: its whole family ended");
    PB_TRY(pb__access_reload(a, error));
    return pb_error_set(error, PB_E_RULE, "%s", pb__not_valid);
}
