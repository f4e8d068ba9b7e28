/* What is written to the store: by a thread that may wait for it, in the order in
 * which it happened, and before anybody reads.
 *
 * Notes wait in a list of at most NOTES_MAX while the store is away; then the oldest go, and
 * are counted. All that wait are one transaction. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pitboard/store_server.h"
#include "sessions.h"

#define NOTES_MAX 4096u
#define RETRY_MS 1000

/* ---- notes ---- */

pb__note *pb__note_make(const pb_session *s, pb__note_kind kind)
{
    pb__note *note = s->all->notes.started ? calloc(1, sizeof *note) : NULL;
    if (!note) return NULL;
    note->kind  = kind;
    note->at_us = pb_engine_utc_us();
    memcpy(note->key, s->key, sizeof note->key);
    memcpy(note->team, s->team, sizeof note->team);
    memcpy(note->id, s->id, sizeof note->id);
    return note;
}

void pb__note_free(pb__note *note)
{
    if (!note) return;
    free(note->inputs);
    free(note->text);
    free(note->place);
    free(note);
}

static void free_list(pb__note *first)
{
    for (pb__note *next; first; first = next) {
        next = first->next;
        pb__note_free(first);
    }
}

/* Under the lock of the list. */
static pb__note *take_first(pb__notes *n)
{
    pb__note *note = n->first;
    if (!note) return NULL;
    n->first = note->next;
    if (!n->first) n->last = NULL;
    n->n--;
    return note;
}

void pb__notes_put(pb_sessions *all, pb__note *note)
{
    pb__notes *n    = &all->notes;
    pb__note  *lost = NULL;
    if (!note) return;
    note->next = NULL;
    pthread_mutex_lock(&n->lock);
    while (n->n >= NOTES_MAX) { /* more, when some that were being written came back */
        pb__note *first = take_first(n);
        first->next     = lost;
        lost            = first;
        n->lost++;
    }
    if (n->last)
        n->last->next = note;
    else
        n->first = note;
    n->last = note;
    n->n++;
    pthread_cond_signal(&n->come);
    pthread_mutex_unlock(&n->lock);
    free_list(lost);
}

/* ---- writing one ---- */

static pb_value whole(int64_t value)
{
    return value > 0 ? pb_value_i64(value) : pb_value_null();
}

/* Another action, tyre or lap: what was advised before holds no more. */
static pb_status supersede(pb_store *store, const pb__note *n, pb_error *error)
{
    const pb_value values[] = {pb_value_text(n->key),
                               pb_value_i64(n->car),
                               pb_value_i64((int64_t)n->seq),
                               pb_value_text(n->action[0] ? n->action : "-"),
                               pb_value_text(n->compound[0] ? n->compound : "-"),
                               pb_value_i64(n->target_lap),
                               pb_value_i64(n->at_us)};
    return pb_store_change(store,
                           "UPDATE server_calls SET outcome = 'superseded', settled_us = ?7 WHERE session = ?1 AND "
                           "car = ?2 AND seq < ?3 AND outcome = 'open' AND (COALESCE(action, '-') <> ?4 OR "
                           "COALESCE(compound, '-') <> ?5 OR COALESCE(target_lap, 0) <> ?6)",
                           values, 7, NULL, error);
}

/* One that is there already comes from the recording, and stays as it is. */
static pb_status write_call(pb_store *store, const pb__note *n, pb_error *error)
{
    const pb_value values[] = {pb_value_text(n->key),    pb_value_i64((int64_t)n->seq), pb_value_i64(n->car),
                               pb_value_text(n->team),   pb_value_i64(n->at_us),        pb_value_i64(n->lap),
                               pb_value_text(n->action), pb_value_text(n->compound),    whole(n->target_lap),
                               pb_value_text(n->inputs), pb_value_text(n->text)};
    int64_t        added    = 0;
    PB_TRY(pb_store_change(store,
                           "INSERT INTO server_calls(session, seq, car, team, at_us, lap, action, compound, "
                           "target_lap, inputs, call, outcome) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
                           "'open') ON CONFLICT (session, seq, car) DO NOTHING",
                           values, 11, &added, error));
    return added > 0 ? supersede(store, n, error) : PB_OK;
}

static pb_status write_followed(pb_store *store, const pb__note *n, pb_error *error)
{
    const pb_value values[] = {pb_value_text(n->key), pb_value_i64((int64_t)n->seq), pb_value_i64(n->car),
                               pb_value_text(n->followed)};
    return pb_store_change(store, "UPDATE server_calls SET followed = ?4 WHERE session = ?1 AND seq = ?2 AND car = ?3",
                           values, 4, NULL, error);
}

static pb_status write_session(pb_store *store, const pb__note *n, pb_error *error)
{
    const pb_value values[] = {pb_value_text(n->id),    pb_value_text(n->team),
                               pb_value_text(n->text),  pb_value_i64(n->at_us / 1000000),
                               pb_value_text(n->place), pb_value_text(n->state)};
    return pb_store_change(store,
                           "INSERT INTO server_sessions(id, team, spec, created_s, position, state) VALUES (?1, ?2, "
                           "?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE SET team = excluded.team, spec = excluded.spec, "
                           "position = excluded.position, state = excluded.state",
                           values, 6, NULL, error);
}

static pb_status write_gone(pb_store *store, const pb__note *n, pb_error *error)
{
    const pb_value values[] = {pb_value_text(n->id)};
    return pb_store_change(store, "DELETE FROM server_sessions WHERE id = ?1", values, 1, NULL, error);
}

static pb_status write_note(pb_store *store, const pb__note *n, pb_error *error)
{
    switch (n->kind) {
    case PB__NOTE_CALL:
        return write_call(store, n, error);
    case PB__NOTE_FOLLOWED:
        return write_followed(store, n, error);
    case PB__NOTE_SESSION:
        return write_session(store, n, error);
    default:
        return write_gone(store, n, error);
    }
}

/* ---- writing all ---- */

static pb__note *take_all(pb__notes *n)
{
    pthread_mutex_lock(&n->lock);
    pb__note *first = n->first;
    n->first = n->last = NULL;
    n->n               = 0;
    pthread_mutex_unlock(&n->lock);
    return first;
}

static void put_back(pb__notes *n, pb__note *first)
{
    pb__note *last = first;
    uint32_t  many = 1;
    for (; last->next; last = last->next) many++;
    pthread_mutex_lock(&n->lock);
    last->next = n->first;
    if (!n->last) n->last = last;
    n->first = first;
    n->n += many;
    pthread_mutex_unlock(&n->lock);
}

static pb_status write_list(pb_store *store, const pb__note *first, pb_error *error)
{
    if (!first) return PB_OK;
    PB_TRY(pb_store_begin(store, error));
    for (; first; first = first->next) {
        pb_status status = write_note(store, first, error);
        if (status == PB_OK) continue;
        pb_store_rollback(store);
        return status;
    }
    return pb_store_commit(store, error);
}

static pb_status open_store(pb_sessions *all, pb_error *error)
{
    if (all->notes.store) return PB_OK;
    return pb_store_open(all->store_url, PB_STORE_CREATE, &all->notes.store, error);
}

static void close_store(pb__notes *n)
{
    pb_store_close(n->store);
    n->store = NULL;
}

/* Under store_lock. What the store refuses is not tried again. */
static pb_status write_waiting(pb_sessions *all, pb_error *error)
{
    PB_TRY(open_store(all, error));
    pb__note *first  = take_all(&all->notes);
    pb_status status = write_list(all->notes.store, first, error);
    if (status == PB_E_IO) {
        if (first) put_back(&all->notes, first);
        close_store(&all->notes);
        return status;
    }
    free_list(first);
    if (status != PB_OK)
        pb_logger_say(all->options.log, PB_LOG_ERROR, "session", NULL, "calls are not in the log: %s",
                      error ? error->text : pb_status_text(status));
    return status;
}

pb_status pb__notes_with(pb_sessions *all, pb__with_store *f, void *user, pb_error *error)
{
    if (!all->store_url) return PB_E_EMPTY;
    pthread_mutex_lock(&all->notes.store_lock);
    pb_status status = write_waiting(all, error);
    if (status == PB_OK) status = f(user, all->notes.store, error);
    if (status == PB_E_IO) close_store(&all->notes);
    pthread_mutex_unlock(&all->notes.store_lock);
    return status;
}

/* ---- the thread ---- */

/* False at the end. */
static bool wait_for_notes(pb__notes *n, bool failed)
{
    pthread_mutex_lock(&n->lock);
    if (failed && !n->ends) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += RETRY_MS / 1000;
        (void)pthread_cond_timedwait(&n->come, &n->lock, &until);
    }
    while (!n->first && !n->ends) pthread_cond_wait(&n->come, &n->lock);
    bool on = !n->ends;
    pthread_mutex_unlock(&n->lock);
    return on;
}

static void *write_on(void *with)
{
    pb_sessions *all    = with;
    bool         failed = false;
    pb__step_back();
    while (wait_for_notes(&all->notes, failed)) {
        pb_error error = {0};
        pthread_mutex_lock(&all->notes.store_lock);
        bool fails = write_waiting(all, &error) == PB_E_IO;
        pthread_mutex_unlock(&all->notes.store_lock);
        if (fails && !failed)
            pb_logger_say(all->options.log, PB_LOG_WARN, "session", NULL, "the log of calls waits: %s", error.text);
        failed = fails;
    }
    return NULL;
}

pb_status pb__notes_open(pb_sessions *all, pb_error *error)
{
    pb__notes         *n = &all->notes;
    pthread_condattr_t clock;
    pthread_mutex_init(&n->lock, NULL);
    pthread_mutex_init(&n->store_lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&n->come, &clock);
    pthread_condattr_destroy(&clock);
    if (!all->store_url) return PB_OK;
    pb_status status = open_store(all, error);
    if (status != PB_OK && !(all->options.resume_later && status == PB_E_IO)) return status; /* away: it may come */
    int failed = pthread_create(&n->thread, NULL, write_on, all);
    if (failed == 0) {
        n->started = true;
        return PB_OK;
    }
    close_store(n);
    return pb_error_set(error, PB_E_IO, "a thread cannot be started: %s", strerror(failed));
}

void pb__notes_close(pb_sessions *all, uint32_t wait_ms)
{
    pb__notes *n = &all->notes;
    (void)wait_ms;
    pthread_mutex_lock(&n->lock);
    n->ends = true;
    pthread_cond_signal(&n->come);
    pthread_mutex_unlock(&n->lock);
    if (n->started) {
        pthread_join(n->thread, NULL);
        (void)write_waiting(all, NULL);
    }
    if (n->store) close_store(n);
    free_list(take_all(n));
    pthread_cond_destroy(&n->come);
    pthread_mutex_destroy(&n->lock);
    pthread_mutex_destroy(&n->store_lock);
}
