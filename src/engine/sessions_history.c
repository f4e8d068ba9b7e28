/* The log of calls, read and settled. */
#include <string.h>

#include "pitboard/store_server.h"
#include "sessions.h"

/* ---- settling ---- */

typedef struct settled {
    pb_session     *session;
    uint64_t        seq;
    int16_t         car;
    pb_call_outcome outcome;
    const char     *by;
} settled;

static pb_status say_why_not(const settled *s, pb_store *store, pb_error *error)
{
    const pb_value values[] = {pb_value_text(s->session->key), pb_value_i64((int64_t)s->seq), pb_value_i64(s->car)};
    pb_store_rows *rows     = NULL;
    char           outcome[16];
    PB_TRY(pb_store_select(store, "SELECT outcome FROM server_calls WHERE session = ?1 AND seq = ?2 AND car = ?3",
                           values, 3, &rows, error));
    pb_status status = pb_store_rows_next(rows, error);
    if (status == PB_OK) pb_store_column_text(rows, 0, outcome, sizeof outcome);
    pb_store_rows_close(rows);
    if (status == PB_OK) return pb_error_set(error, PB_E_RULE, "the call was settled before: %s", outcome);
    if (status != PB_E_EMPTY) return status;
    return pb_error_set(error, PB_E_NOENT, "no call %llu", (unsigned long long)s->seq);
}

/* Of the cars that were called for at once ours is meant, when it is among them. */
static pb_status choose_car(settled *s, pb_store *store, pb_error *error)
{
    const pb_value values[] = {pb_value_text(s->session->key), pb_value_i64((int64_t)s->seq)};
    pb_store_rows *rows     = NULL;
    int16_t        own = pb__session_own(s->session), first = 0, car = 0;
    pb_status      status;
    PB_TRY(pb_store_select(store, "SELECT car FROM server_calls WHERE session = ?1 AND seq = ?2 ORDER BY car", values,
                           2, &rows, error));
    while ((status = pb_store_rows_next(rows, error)) == PB_OK) {
        car = (int16_t)pb_store_column_i64(rows, 0, 0);
        if (first == 0) first = car;
        if (car == own) s->car = own;
    }
    pb_store_rows_close(rows);
    if (s->car == 0) s->car = first;
    return status == PB_E_EMPTY ? PB_OK : status;
}

static pb_status settle(void *user, pb_store *store, pb_error *error)
{
    settled *s = user;
    if (s->car == 0) PB_TRY(choose_car(s, store, error));
    const pb_value values[] = {pb_value_text(s->session->key),
                               pb_value_i64((int64_t)s->seq),
                               pb_value_text(pb_call_outcome_name(s->outcome)),
                               pb_value_text(s->by),
                               pb_value_i64(pb_engine_utc_us()),
                               pb_value_i64(s->car)};
    int64_t        changed  = 0;
    PB_TRY(pb_store_change(store,
                           "UPDATE server_calls SET outcome = ?3, by_user = ?4, settled_us = ?5 WHERE session = ?1 AND "
                           "seq = ?2 AND car = ?6 AND outcome = 'open'",
                           values, 6, &changed, error));
    return changed > 0 ? PB_OK : say_why_not(s, store, error);
}

static void show_settled(pb_session *s, uint64_t seq, int16_t car, pb_call_outcome outcome)
{
    pthread_mutex_lock(&s->calls_lock);
    for (uint32_t i = 0; i < s->n_newest; i++)
        if (s->newest[i].seq == seq && s->newest[i].car == car) s->newest[i].outcome = outcome;
    pthread_mutex_unlock(&s->calls_lock);
    pb__session_touch(s);
}

pb_status pb_session_settle(pb_session *session, uint64_t seq, int16_t car, pb_call_outcome outcome, const char *by,
                            pb_error *error)
{
    settled s = {.session = session, .seq = seq, .car = car, .outcome = outcome, .by = by};
    if (outcome != PB_CALL_ACCEPTED && outcome != PB_CALL_REFUSED)
        return pb_error_set(error, PB_E_USAGE, "a person accepts or refuses a call");
    pb_status status = pb__notes_with(session->all, settle, &s, error);
    if (status == PB_E_EMPTY) return pb_error_set(error, PB_E_NOENT, "no log of calls is kept: there is no store");
    if (status == PB_OK) show_settled(session, seq, s.car, outcome);
    return status;
}

/* ---- reading ---- */

typedef struct newest {
    const pb_session *session;
    int64_t           seq;
} newest;

static pb_status find_newest(void *user, pb_store *store, pb_error *error)
{
    newest        *n        = user;
    const pb_value values[] = {pb_value_text(n->session->key)};
    return pb_store_count(store, "SELECT MAX(seq) FROM server_calls WHERE session = ?1", values, 1, 0, &n->seq, error);
}

uint64_t pb__session_last_call(pb_session *s)
{
    newest n = {.session = s};
    return pb__notes_with(s->all, find_newest, &n, NULL) == PB_OK && n.seq > 0 ? (uint64_t)n.seq : 0;
}

#define AT_ONCE 1 /* calls of one record beside the first: a page does not part them */

typedef struct history {
    pb_session     *session;
    uint64_t        after;
    uint32_t        limit, n;
    pb_json_writer *to;
    uint64_t        last;
} history;

static void put_text(pb_json_writer *w, const char *key, const pb_store_rows *rows, uint32_t column)
{
    char text[64];
    pb_store_column_text(rows, column, text, sizeof text);
    pb_json_put_text(w, key, text[0] ? text : NULL);
}

static void put_whole(pb_json_writer *w, const char *key, const pb_store_rows *rows, uint32_t column)
{
    int64_t value = pb_store_column_i64(rows, column, INT64_MIN);
    if (value == INT64_MIN)
        pb_json_put_null(w, key);
    else
        pb_json_put_i64(w, key, value);
}

/* A column that is JSON already, because we wrote it. */
static void put_json(pb_json_writer *w, const char *key, const pb_store_rows *rows, uint32_t column)
{
    pb_value value = pb_store_column(rows, column);
    if (value.kind == PB_VALUE_TEXT)
        pb_json_put_raw(w, key, value.text);
    else
        pb_json_put_null(w, key);
}

static void put_row(pb_json_writer *w, const pb_store_rows *rows)
{
    pb_json_object(w, NULL);
    put_whole(w, "seq", rows, 0);
    put_whole(w, "lap", rows, 1);
    put_whole(w, "car", rows, 2);
    pb_json_put_utc(w, "at", pb_store_column_i64(rows, 3, 0));
    put_text(w, "action", rows, 4);
    put_text(w, "compound", rows, 5);
    put_whole(w, "target_lap", rows, 6);
    put_json(w, "inputs", rows, 7);
    put_json(w, "call", rows, 8);
    put_text(w, "outcome", rows, 9);
    put_text(w, "by", rows, 10);
    pb_json_put_utc(w, "settled", pb_store_column_i64(rows, 11, 0));
    put_json(w, "followed", rows, 12);
    pb_json_object_end(w);
}

static pb_status read_history(void *user, pb_store *store, pb_error *error)
{
    history       *h        = user;
    const pb_value values[] = {pb_value_text(h->session->key), pb_value_i64((int64_t)h->after),
                               pb_value_i64((int64_t)h->limit + AT_ONCE)};
    pb_store_rows *rows     = NULL;
    pb_status      status;
    PB_TRY(pb_store_select(store,
                           "SELECT seq, lap, car, at_us, action, compound, target_lap, inputs, call, outcome, by_user, "
                           "settled_us, followed FROM server_calls WHERE session = ?1 AND seq > ?2 ORDER BY seq, car "
                           "LIMIT ?3",
                           values, 3, &rows, error));
    for (; (status = pb_store_rows_next(rows, error)) == PB_OK; h->n++) {
        uint64_t seq = (uint64_t)pb_store_column_i64(rows, 0, 0);
        if (h->n >= h->limit && seq != h->last) break;
        h->last = seq;
        put_row(h->to, rows);
    }
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY ? PB_OK : status;
}

pb_status pb_session_history_page(pb_session *session, uint64_t after_seq, uint32_t limit, pb_json_writer *to,
                                  uint64_t *next, pb_error *error)
{
    history   h      = {.session = session, .after = after_seq, .limit = limit, .to = to};
    pb_status status = pb__notes_with(session->all, read_history, &h, error);
    *next            = h.n >= limit ? h.last : 0;
    return status == PB_E_EMPTY ? PB_OK : status; /* no store: nothing is kept */
}

pb_status pb_session_history(pb_session *session, uint64_t after_seq, uint32_t limit, pb_json_writer *to,
                             pb_error *error)
{
    uint64_t next;
    return pb_session_history_page(session, after_seq, limit, to, &next, error);
}
