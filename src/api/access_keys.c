/* access_keys: API keys, kept as their hashes. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "access_parts.h"
#include "pitboard/store_server.h"

#define KEYS_MAX 100 /* of one maker: all keys are in memory, and each has a rate of its own */

typedef struct key {
    const char *team, *name, *by;
    pb_role     role;
    int64_t     expires_s;
    char        hash[PB__HASH_TEXT];
} key;

static pb_status put_key(pb_access *a, pb_store *store, void *with, pb_error *error)
{
    static const char sql[] = "INSERT INTO server_keys(hash, team, name, role, by_user, created_s, expires_s) "
                              "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";
    const key        *k     = with;
    int64_t           now = pb__access_now(a), added = 0;
    pb_value          team     = pb_value_text(k->team);
    pb_value          values[] = {
                 pb_value_text(k->hash),
                 team,
                 pb_value_text(k->name),
                 pb_value_text(pb_role_name(k->role)),
                 pb_value_text(k->by),
                 pb_value_i64(now),
        k->expires_s > 0 ? pb_value_i64(k->expires_s) : pb_value_null(),
    };
    int64_t there = 0;
    PB_TRY(pb_store_count(store, "SELECT count(*) FROM server_teams WHERE team = ?1", &team, 1, 0, &there, error));
    if (there == 0)
        return pb_error_set(error, PB_E_NOENT, "no team %s (its first user makes it: pitboard user add)", k->team);
    pb_value maker[] = {team, pb_value_text(k->by)};
    PB_TRY(pb_store_count(store, "SELECT count(*) FROM server_keys WHERE team = ?1 AND by_user = ?2", maker, 2, 0,
                          &there, error));
    if (there >= KEYS_MAX)
        return pb_error_set(error, PB_E_RULE, "%s has made %d keys (remove some of them first)", k->by, KEYS_MAX);
    PB_TRY(pb_store_change(store, sql, values, 7, &added, error));
    return added == 1 ? PB_OK
                      : pb_error_set(error, PB_E_RULE, "there is a key %s in team %s already", k->name, k->team);
}

pb_status pb_access_add_key(pb_access *a, const char *team, const char *name, pb_role role, const char *by,
                            int64_t expires_s, char key_out[80], pb_error *error)
{
    key  k = {.team = team, .name = name, .by = by, .role = role, .expires_s = expires_s};
    char made[80];
    PB_TRY(pb__name_judge("the name of a key", name, PB__KEY_NAME_MAX, error));
    if (role == PB_ROLE_NONE) return pb_error_set(error, PB_E_RANGE, "a role is viewer, engineer or admin");
    (void)snprintf(made, sizeof made, "pbk_");
    pb__random_text(32, made + 4);
    pb__hash_text(made, k.hash);
    pb_status status = pb__access_do(a, put_key, &k, error);
    if (status == PB_OK) status = pb__access_reload(a, error);
    if (status == PB_OK) memcpy(key_out, made, sizeof made);
    sodium_memzero(made, sizeof made);
    return status;
}

static pb_status drop_key(pb_access *a, pb_store *store, void *with, pb_error *error)
{
    const key *k        = with;
    int64_t    gone     = 0;
    pb_value   values[] = {pb_value_text(k->team), pb_value_text(k->name)};
    (void)a;
    PB_TRY(pb_store_change(store, "DELETE FROM server_keys WHERE team = ?1 AND name = ?2", values, 2, &gone, error));
    return gone == 1 ? PB_OK : pb_error_set(error, PB_E_NOENT, "no key %s in team %s", k->name, k->team);
}

pb_status pb_access_remove_key(pb_access *a, const char *team, const char *name, pb_error *error)
{
    key k = {.team = team, .name = name};
    PB_TRY(pb__access_do(a, drop_key, &k, error));
    return pb__access_reload(a, error);
}
