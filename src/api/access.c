/* access: opened and closed; work with the store, one at a time. */
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "access_parts.h"
#include "access_secret.h"
#include "pitboard/engine.h"
#include "pitboard/store_server.h"

const char pb__not_valid[]      = "the token or key is not valid, or no longer (sign in again)";
const char pb__wrong_password[] = "team, name or password is wrong";

pb_access_options pb_access_options_default(void)
{
    return (pb_access_options){
        .home_team = "main", .token_s = 3600, .refresh_s = INT64_C(30) * 86400, .login_per_minute = 10};
}

int64_t pb__access_now(const pb_access *access)
{
    return access->options.now_s ? access->options.now_s(access->options.now_user) : pb_engine_utc_s();
}

/* ---- the store ---- */

#define AGAIN_S 2

static pb_status in_transaction(pb_access *a, pb__access_work *work, void *with, pb_error *error)
{
    PB_TRY(pb_store_begin(a->store, error));
    pb_status status = work(a, a->store, with, error);
    if (status == PB_OK) status = pb_store_commit(a->store, error);
    pb_store_rollback(a->store);
    return status;
}

/* A server that is away is not waited for by everybody in turn. */
static pb_status ready_store(pb_access *a, pb_error *error)
{
    int64_t now = pb__access_now(a);
    if (a->store) return PB_OK;
    if (now < a->again_s) return pb_error_set(error, PB_E_IO, "the store cannot be reached (again in a moment)");
    pb_status status = pb_store_open(a->store_url, PB_STORE_CREATE, &a->store, error);
    if (status != PB_OK) a->again_s = now + AGAIN_S;
    return status;
}

static pb_status with_store(pb_access *a, bool writes, pb__access_work *work, void *with, pb_error *error)
{
    pthread_mutex_lock(&a->writing);
    pb_status status = ready_store(a, error);
    if (status == PB_OK) status = writes ? in_transaction(a, work, with, error) : work(a, a->store, with, error);
    if (status == PB_E_IO) { /* a server that went away: the next one opens it again */
        pb_store_close(a->store);
        a->store = NULL;
    }
    pthread_mutex_unlock(&a->writing);
    return status;
}

pb_status pb__access_do(pb_access *a, pb__access_work *work, void *with, pb_error *error)
{
    return with_store(a, true, work, with, error);
}

pb_status pb__access_look(pb_access *a, pb__access_work *work, void *with, pb_error *error)
{
    return with_store(a, false, work, with, error);
}

/* ---- people, anew ---- */

/* Copies are numbered while the store is ours: a later number knows more. */
static pb_status read_people(pb_access *a, pb_store *store, void *with, pb_error *error)
{
    pb__people **out = with;
    PB_TRY(pb__people_read(a, store, out, error));
    (*out)->epoch = ++a->epoch;
    return PB_OK;
}

pb_status pb__access_reload(pb_access *a, pb_error *error)
{
    pb__people *fresh  = NULL;
    pb_status   status = pb__access_look(a, read_people, &fresh, error);
    if (status != PB_OK) {
        pb__people_free(fresh);
        return status;
    }
    pthread_mutex_lock(&a->lock);
    pb__people *old = a->people;
    if (!old || old->epoch < fresh->epoch)
        a->people = fresh;
    else
        old = fresh; /* another thread read later, and was quicker here */
    pthread_mutex_unlock(&a->lock);
    pb__people_free(old);
    return PB_OK;
}

/* ---- keys that were used ---- */

typedef struct used_keys {
    pb__key *at;
    uint32_t n;
} used_keys;

static void take_used(pb_access *a, used_keys *used)
{
    pthread_mutex_lock(&a->lock);
    used->at = a->people->n_keys ? malloc(a->people->n_keys * sizeof *used->at) : NULL;
    for (uint32_t i = 0; used->at && i < a->people->n_keys; i++) {
        pb__key *key = &a->people->keys[i];
        if (key->used_s > 0) used->at[used->n++] = *key;
        key->used_s = 0;
    }
    pthread_mutex_unlock(&a->lock);
}

static pb_status write_used(pb_access *a, pb_store *store, void *with, pb_error *error)
{
    const used_keys *used = with;
    (void)a;
    for (uint32_t i = 0; i < used->n; i++) {
        char     hash[PB__HASH_TEXT];
        pb_value values[] = {pb_value_text(sodium_bin2hex(hash, sizeof hash, used->at[i].hash, PB__HASH)),
                             pb_value_i64(used->at[i].used_s)};
        PB_TRY(pb_store_change(store, "UPDATE server_keys SET used_s = ?2 WHERE hash = ?1", values, 2, NULL, error));
    }
    return PB_OK;
}

/* ---- what is over ---- */

static pb_status sweep(pb_access *a, pb_store *store, void *with, pb_error *error)
{
    pb_value now = pb_value_i64(*(int64_t *)with), dead = pb_value_i64(*(int64_t *)with - a->options.token_s - 60);
    PB_TRY(pb_store_change(store, "DELETE FROM server_refresh WHERE expires_s < ?1", &now, 1, NULL, error));
    return pb_store_change(store,
                           "DELETE FROM server_families WHERE created_s < ?1 AND (ended_s IS NULL OR ended_s < ?1) AND "
                           "NOT EXISTS (SELECT 1 FROM server_refresh r WHERE r.family = server_families.family)",
                           &dead, 1, NULL, error);
}

#define SWEEP_S 600

void pb_access_refresh(pb_access *a)
{
    pb_error  error = {0};
    used_keys used  = {0};
    int64_t   now   = pb__access_now(a);
    take_used(a, &used);
    pb_status status = used.n ? pb__access_do(a, write_used, &used, &error) : PB_OK;
    free(used.at);
    if (status == PB_OK) status = pb__audit_flush(a, &error);
    if (status == PB_OK && now - a->swept_s >= SWEEP_S) {
        status = pb__access_do(a, sweep, &now, &error);
        if (status == PB_OK) a->swept_s = now;
    }
    if (status == PB_OK) status = pb__access_reload(a, &error);
    if (status != PB_OK) pb_logger_say(a->options.log, PB_LOG_WARN, "access", NULL, "not refreshed: %s", error.text);
}

/* ---- opening ---- */

static pb_status copy_texts(pb_access *a, pb_error *error)
{
    a->store_url           = strdup(a->options.store_url);
    a->home_team           = strdup(a->options.home_team);
    a->options.store_url   = a->store_url;
    a->options.home_team   = a->home_team;
    a->options.secret_file = NULL; /* is read once */
    a->seen                = calloc(PB__SEEN_SETS * PB__SEEN_WAYS, sizeof *a->seen);
    a->guesses             = calloc(PB__GUESS_SETS * PB__GUESS_WAYS, sizeof *a->guesses);
    return a->store_url && a->home_team && a->seen && a->guesses ? PB_OK
                                                                 : pb_error_set(error, PB_E_NOMEM, "out of memory");
}

static void count_in(pb_access *a)
{
    pb_metrics *m = a->options.metrics;
    a->logins     = pb_metric_counter(m, "pitboard_logins_total", "sign-ins by what came of them", "result");
    a->refused = pb_metric_counter(m, "pitboard_access_refused_total", "tokens and keys that were not valid", "what");
    a->lost    = pb_metric_counter(m, "pitboard_audit_lost_total", "audit entries there was no room for", NULL);
}

/* The header of a token never changes: one that has another is not ours. */
static pb_status learn_header(pb_access *a, pb_error *error)
{
    pb__claims none = {.role = PB_ROLE_VIEWER};
    PB_TRY(pb__token_make(a, &none, &a->header, error));
    a->header[strcspn(a->header, ".") + 1] = '\0';
    return PB_OK;
}

static pb_status start(pb_access *a, const char *secret_file, pb_error *error)
{
    if (sodium_init() < 0) return pb_error_set(error, PB_E_UNSUPPORTED, "libsodium does not start");
    PB_TRY(copy_texts(a, error));
    PB_TRY(pb__name_judge("the home team", a->home_team, PB_TEAM_MAX - 1, error));
    randombytes_buf(a->seen_key, sizeof a->seen_key);
    randombytes_buf(a->guess_key, sizeof a->guess_key);
    randombytes_buf(a->secret, sizeof a->secret);
    (void)sodium_mlock(a->secret, sizeof a->secret); /* where the limits allow it */
    if (secret_file) PB_TRY(pb__secret_load(secret_file, a->secret, error));
    count_in(a);
    PB_TRY(learn_header(a, error));
    return pb__access_reload(a, error);
}

pb_status pb_access_open(const pb_access_options *options, pb_access **out, pb_error *error)
{
    PB_ASSERT(options->store_url && options->home_team && options->token_s > 0 && options->refresh_s > 0);
    pb_access *a = calloc(1, sizeof *a);
    if (!a) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    a->options = *options;
    pthread_mutex_init(&a->lock, NULL);
    pthread_mutex_init(&a->writing, NULL);
    pthread_mutex_init(&a->hashing, NULL);
    pthread_mutex_init(&a->audit.lock, NULL);
    pb_status status = start(a, options->secret_file, error);
    if (status == PB_OK)
        *out = a;
    else
        pb_access_close(a);
    return status;
}

void pb_access_close(pb_access *a)
{
    if (!a) return;
    if (a->people) (void)pb__audit_flush(a, NULL);
    pb_store_close(a->store);
    pb__people_free(a->people);
    pthread_mutex_destroy(&a->lock);
    pthread_mutex_destroy(&a->writing);
    pthread_mutex_destroy(&a->hashing);
    pthread_mutex_destroy(&a->audit.lock);
    (void)sodium_munlock(a->secret, sizeof a->secret); /* wipes it, too */
    if (a->seen) sodium_memzero(a->seen, PB__SEEN_SETS * PB__SEEN_WAYS * sizeof *a->seen);
    free(a->audit.at);
    free(a->seen);
    free(a->guesses);
    free(a->header);
    free(a->store_url);
    free(a->home_team);
    free(a);
}
