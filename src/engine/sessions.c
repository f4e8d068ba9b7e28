/* The list of sessions: who is there, for whom. What one does is in its files. */
#include "sessions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

pb_session_spec pb_session_spec_default(void)
{
    return (pb_session_spec){.team = "main", .speed = 1, .calls = true, .live = pb_live_options_default()};
}

pb_sessions_options pb_sessions_options_default(void)
{
    return (pb_sessions_options){.refresh_ms = 50, .sessions_max = 16, .replay_queue_bytes = (size_t)2 << 20};
}

/* ---- opening and closing ---- */

static pb_status keep_text(const char **text, char **kept, pb_error *error)
{
    if (!*text) return PB_OK;
    *kept = strdup(*text);
    *text = *kept;
    return *kept ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
}

static void free_all(pb_sessions *all)
{
    free(all->at);
    free(all->store_url);
    free(all->record_root);
    pthread_mutex_destroy(&all->lock);
    pb__sessions_count_no_more(all);
    pthread_mutex_destroy(&all->decide_lock);
    pthread_cond_destroy(&all->decide_free);
    free(all);
}

static pb_status open_all(pb_sessions *all, pb_error *error)
{
    PB_TRY(keep_text(&all->options.store_url, &all->store_url, error));
    PB_TRY(keep_text(&all->options.record_root, &all->record_root, error));
    all->at = calloc(all->options.sessions_max, sizeof *all->at);
    if (!all->at) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    return pb__notes_open(all, error);
}

pb_status pb_sessions_open(const pb_sessions_options *options, pb_sessions **out, pb_error *error)
{
    if (options->sessions_max == 0) return pb_error_set(error, PB_E_USAGE, "at least one session must be allowed");
    pb_sessions *all = calloc(1, sizeof *all);
    if (!all) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    all->options = *options;
    pthread_mutex_init(&all->lock, NULL);
    pthread_mutex_init(&all->decide_lock, NULL);
    pthread_cond_init(&all->decide_free, NULL);
    pb_status status = open_all(all, error);
    if (status != PB_OK) {
        free_all(all);
        return status;
    }
    pb__sessions_count(all);
    if (!options->resume_later) status = pb__sessions_resume(all, error);
    if (status != PB_OK) {
        (void)pb_sessions_close(all, 0);
        return status;
    }
    *out = all;
    return PB_OK;
}

static pb_session *take_last(pb_sessions *all)
{
    pthread_mutex_lock(&all->lock);
    all->ends     = true;
    pb_session *s = all->n > 0 ? all->at[--all->n] : NULL;
    pthread_mutex_unlock(&all->lock);
    return s;
}

pb_status pb_sessions_resume(pb_sessions *sessions, pb_error *error)
{
    return pb__sessions_resume(sessions, error);
}

static void tell_to_end(void *user, pb_session *session)
{
    (void)user;
    pb__session_keep(session);
    pb__session_tell_to_end(session);
}

/* All are told first: one that is waited for does not wait for the decisions of the others. */
bool pb_sessions_close(pb_sessions *sessions, uint32_t wait_ms)
{
    if (!sessions) return true;
    int64_t until = pb_engine_mono_us() + (int64_t)wait_ms * 1000;
    pb_sessions_each(sessions, NULL, tell_to_end, NULL);
    for (pb_session *s; (s = take_last(sessions));) {
        int64_t left = (until - pb_engine_mono_us()) / 1000;
        pb__session_halt(s, left > 0 ? (uint32_t)left : 0);
        pb_session_drop(s);
    }
    int64_t left = (until - pb_engine_mono_us()) / 1000;
    pb__notes_close(sessions, left > 0 ? (uint32_t)left : 0);
    bool hangs = atomic_load(&sessions->hangs);
    free_all(sessions);
    return !hangs;
}

/* ---- a new one ---- */

static bool is_over(pb_session *s)
{
    pthread_mutex_lock(&s->lock);
    bool over = s->state == PB_SESSION_ENDED || s->state == PB_SESSION_FAILED;
    pthread_mutex_unlock(&s->lock);
    return over;
}

static uint32_t place_of(const pb_sessions *all, const char *id)
{
    uint32_t i = 0;
    while (i < all->n && strcmp(all->at[i]->id, id) != 0) i++;
    return i;
}

/* The oldest that is over, of this team if there is one: off the list, NULL when all go on. Under the lock. */
static pb_session *take_over(pb_sessions *all, const char *team)
{
    uint32_t found = all->n;
    for (uint32_t i = 0; i < all->n; i++) {
        if (!is_over(all->at[i])) continue;
        bool ours = strcmp(all->at[i]->team, team) == 0;
        if (found == all->n || (ours && strcmp(all->at[found]->team, team) != 0)) found = i;
    }
    if (found == all->n) return NULL;
    pb_session *s = all->at[found];
    memmove(all->at + found, all->at + found + 1, (all->n - found - 1) * sizeof *all->at);
    all->n--;
    return s;
}

/* One that is over gives its id or its place to another. */
static pb_status make_room(pb_sessions *all, pb_session *s, pb_session **gone, pb_error *error)
{
    uint32_t at = place_of(all, s->id);
    if (all->ends) return pb_error_set(error, PB_E_CANCELLED, "the server ends");
    if (at < all->n) {
        pb_session *other = all->at[at];
        if (strcmp(other->team, s->team) != 0 || !is_over(other))
            return pb_error_set(error, PB_E_RULE, "there is a session %s already", s->id);
        *gone = other;
        memmove(all->at + at, all->at + at + 1, (all->n - at - 1) * sizeof *all->at);
        all->n--;
    }
    if (all->n < all->options.sessions_max) return PB_OK;
    *gone = take_over(all, s->team);
    if (*gone) return PB_OK;
    return pb_error_set(error, PB_E_LIMIT, "%u sessions run already: stop one", all->options.sessions_max);
}

static void let_go(pb_session *gone)
{
    if (!gone) return;
    pb__session_halt(gone, 1000);
    pb_session_drop(gone);
}

static pb_status add(pb_sessions *all, pb_session *s, pb_error *error)
{
    pb_session *gone = NULL;
    pthread_mutex_lock(&all->lock);
    pb_status status = make_room(all, s, &gone, error);
    if (status == PB_OK) {
        atomic_fetch_add(&s->holders, 1);
        all->at[all->n++] = s;
    }
    pthread_mutex_unlock(&all->lock);
    let_go(gone);
    return status;
}

static void take_off(pb_sessions *all, pb_session *s)
{
    pthread_mutex_lock(&all->lock);
    uint32_t i = 0;
    while (i < all->n && all->at[i] != s) i++;
    bool there = i < all->n;
    if (there) memmove(all->at + i, all->at + i + 1, (--all->n - i) * sizeof *all->at);
    pthread_mutex_unlock(&all->lock);
    if (there) pb_session_drop(s);
}

static bool is_id(const char *id)
{
    size_t len = strlen(id);
    return len > 0 && len < PB_SESSION_ID_MAX && strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

static pb_status name_it(const pb_session_spec *spec, char id[PB_SESSION_ID_MAX], pb_error *error)
{
    uint32_t random = 0;
    if (spec->id) {
        if (!is_id(spec->id)) return pb_error_set(error, PB_E_USAGE, "an id has 1 to 63 of a-z, 0-9 and -");
        (void)snprintf(id, PB_SESSION_ID_MAX, "%s", spec->id);
        return PB_OK;
    }
    if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
        return pb_error_set(error, PB_E_IO, "no random number for an id");
    (void)snprintf(id, PB_SESSION_ID_MAX, "%s-%08x", spec->kind == PB_SESSION_REPLAY ? "replay" : "feed", random);
    return PB_OK;
}

pb_status pb__sessions_add(pb_sessions *all, const pb_session_spec *spec, const pb__resume *resume, pb_error *error)
{
    pb_session *s = NULL;
    PB_TRY(pb__session_make(all, spec, resume, &s, error));
    pb_status status = add(all, s, error);
    if (status == PB_OK) {
        status = pb__session_begin(s, resume, error);
        if (status != PB_OK) take_off(all, s);
    }
    if (status == PB_OK) pb__session_keep(s);
    pb_session_drop(s);
    return status;
}

pb_status pb_sessions_start(pb_sessions *sessions, const pb_session_spec *spec, char id[PB_SESSION_ID_MAX],
                            pb_error *error)
{
    char            name[PB_SESSION_ID_MAX];
    pb_session_spec named = *spec;
    PB_TRY(name_it(spec, name, error));
    named.id = name;
    PB_TRY(pb__sessions_add(sessions, &named, NULL, error));
    memcpy(id, name, sizeof name);
    return PB_OK;
}

/* ---- finding ---- */

static bool is_of(const pb_session *s, const char *team)
{
    return s->live && (!team || strcmp(s->team, team) == 0);
}

pb_session *pb_sessions_find(pb_sessions *sessions, const char *team, const char *id)
{
    pthread_mutex_lock(&sessions->lock);
    uint32_t    i = place_of(sessions, id);
    pb_session *s = i < sessions->n && is_of(sessions->at[i], team) ? sessions->at[i] : NULL;
    if (s) atomic_fetch_add(&s->holders, 1);
    pthread_mutex_unlock(&sessions->lock);
    return s;
}

void pb_session_drop(pb_session *session)
{
    if (session && atomic_fetch_sub(&session->holders, 1) == 1) pb__session_free(session);
}

void pb_sessions_each(pb_sessions *sessions, const char *team, void (*f)(void *user, pb_session *session), void *user)
{
    pb_session **at = calloc(sessions->options.sessions_max, sizeof *at);
    uint32_t     n  = 0;
    if (!at) return;
    pthread_mutex_lock(&sessions->lock);
    for (uint32_t i = 0; i < sessions->n; i++) {
        if (!is_of(sessions->at[i], team)) continue;
        at[n] = sessions->at[i];
        atomic_fetch_add(&at[n++]->holders, 1);
    }
    pthread_mutex_unlock(&sessions->lock);
    for (uint32_t i = 0; i < n; i++) {
        f(user, at[i]);
        pb_session_drop(at[i]);
    }
    free(at);
}
