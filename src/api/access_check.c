/* access_check: who is it that asks? On the loop, for every request. */
#include <string.h>

#include <sodium.h>

#include "access_parts.h"

#define KEY_BEGIN "pbk_"

/* A token that is younger than our copy of the people was made by who knew more: it is
 * believed until the next copy, unless its family ended here. */
bool pb__claims_hold(const pb_access *a, const pb__claims *c)
{
    const pb__people *p    = a->people;
    const pb__user   *user = pb__people_user(p, c->team, c->user);
    if (pb__people_ended(p, c->family)) return false;
    if (user && user->generation == c->generation) return user->role == c->role;
    return c->issued_s >= p->read_s && (!user || user->generation < c->generation);
}

/* ---- tokens seen before ---- */

static void hash_of(const pb_access *a, const char *token, size_t len, uint8_t out[PB__HASH])
{
    (void)crypto_generichash(out, PB__HASH, (const unsigned char *)token, len, a->seen_key, sizeof a->seen_key);
}

static pb__seen *set_of(const pb_access *a, const uint8_t hash[PB__HASH])
{
    return &a->seen[(size_t)hash[0] % PB__SEEN_SETS * PB__SEEN_WAYS];
}

static pb__seen *find_seen(const pb_access *a, const uint8_t hash[PB__HASH])
{
    pb__seen *set = set_of(a, hash);
    for (int i = 0; i < PB__SEEN_WAYS; i++)
        if (set[i].epoch && sodium_memcmp(set[i].hash, hash, PB__HASH) == 0) return &set[i];
    return NULL;
}

/* The one that was not asked for longest makes room. */
static void keep_seen(pb_access *a, const uint8_t hash[PB__HASH], const pb__claims *claims)
{
    pb__seen *set = set_of(a, hash), *to = set;
    for (int i = 0; i < PB__SEEN_WAYS; i++)
        if (set[i].tick < to->tick) to = &set[i];
    memcpy(to->hash, hash, PB__HASH);
    to->epoch  = a->people->epoch;
    to->tick   = ++a->tick;
    to->claims = *claims;
}

/* Under the lock. */
static bool seen_holds(pb_access *a, pb__seen *seen)
{
    bool holds = seen->claims.expires_s > pb__access_now(a);
    if (holds && seen->epoch != a->people->epoch) holds = pb__claims_hold(a, &seen->claims);
    seen->epoch = holds ? a->people->epoch : 0;
    seen->tick  = holds ? ++a->tick : 0;
    return holds;
}

/* ---- callers ---- */

static void put_caller(const pb_access *a, const char *team, const char *before, const char *name, pb_role role,
                       pb_caller *out)
{
    *out     = (pb_caller){.role = role, .home = strcmp(team, a->home_team) == 0};
    size_t t = strlen(team), b = strlen(before), n = strlen(name);
    memcpy(out->team, team, t);
    memcpy(out->user, before, b);
    memcpy(out->user + b, name, n);
    memcpy(out->limit, team, t);
    out->limit[t] = '/';
    memcpy(out->limit + t + 1, out->user, b + n);
}

static bool by_token(pb_access *a, const char *token, size_t len, pb_caller *out)
{
    uint8_t    hash[PB__HASH];
    pb__claims claims;
    if (len >= PB__TOKEN_MAX) return false;
    hash_of(a, token, len, hash);
    pthread_mutex_lock(&a->lock);
    pb__seen *seen  = find_seen(a, hash);
    bool      known = seen != NULL, good = known && seen_holds(a, seen);
    if (good) claims = seen->claims;
    pthread_mutex_unlock(&a->lock);
    if (!known && pb__token_read(a, token, len, &claims)) {
        pthread_mutex_lock(&a->lock);
        good = pb__claims_hold(a, &claims);
        if (good) keep_seen(a, hash, &claims);
        pthread_mutex_unlock(&a->lock);
    }
    if (good) put_caller(a, claims.team, "", claims.user, claims.role, out);
    return good;
}

static bool by_key(pb_access *a, const char *key, size_t len, pb_caller *out)
{
    uint8_t hash[PB__HASH];
    if (len < 4 || len > 128 || memcmp(key, KEY_BEGIN, 4) != 0) return false;
    (void)crypto_hash_sha256(hash, (const unsigned char *)key, len);
    pthread_mutex_lock(&a->lock);
    int64_t  now   = pb__access_now(a);
    pb__key *found = pb__people_key(a->people, hash);
    bool     good  = found && found->role != PB_ROLE_NONE && found->expires_s > now;
    if (good) {
        found->used_s = now;
        put_caller(a, found->team, "key:", found->name, found->role, out);
    }
    pthread_mutex_unlock(&a->lock);
    return good;
}

pb_status pb_access_check(pb_access *a, const char *bearer, const char *key, pb_caller *out, pb_error *error)
{
    pb_caller   caller;
    const char *what = bearer ? bearer : key;
    if (!what) {
        *out = (pb_caller){.role = PB_ROLE_NONE};
        return PB_OK;
    }
    size_t len = strlen(what);
    bool   good =
        key || strncmp(what, KEY_BEGIN, 4) == 0 ? by_key(a, what, len, &caller) : by_token(a, what, len, &caller);
    if (good && bearer && key) good = strcmp(bearer, key) == 0; /* two that may contradict: which one counts? */
    if (good) {
        *out = caller;
        return PB_OK;
    }
    pb_metric_add(a->refused, key ? "key" : "token", 1);
    return pb_error_set(error, PB_E_RULE, "%s", pb__not_valid);
}
