/* telemetry_find: which recordings there are for whom. */
#include <stdlib.h>
#include <string.h>

#include "telemetry_read.h"

pb_status pb_recordings_open(pb_data *data, pb_sessions *sessions, pb_recordings **out, pb_error *error)
{
    pb_recordings *t = calloc(1, sizeof *t);
    if (t) *t = (pb_recordings){.data = data, .sessions = sessions, .book = pb__book_create()};
    if (t && t->book) {
        *out = t;
        return PB_OK;
    }
    free(t);
    return pb_error_set(error, PB_E_NOMEM, "out of memory for the telemetry routes");
}

void pb_recordings_close(pb_recordings *telemetry)
{
    if (!telemetry) return;
    pb__book_destroy(telemetry->book);
    free(telemetry);
}

/* ---- whose ---- */

static void add_owner(void *to, pb_session *session)
{
    pb__owners    *owners = to;
    pb_live_status status;
    if (owners->n == PB__OWNERS_MAX) return;
    pb_live_status_get(pb_session_live(session), &status);
    pb__owner *o = &owners->at[owners->n++];
    (void)pb_span_copy(pb_span_of(pb_session_id(session)), o->session, sizeof o->session);
    (void)pb_span_copy(pb_span_of(pb_session_team(session)), o->team, sizeof o->team);
    (void)pb_span_copy(pb_span_of(status.record_id), o->record, sizeof o->record);
}

void pb__owners_of(pb_recordings *telemetry, pb__owners *out)
{
    out->n = 0;
    if (telemetry->sessions) pb_sessions_each(telemetry->sessions, NULL, add_owner, out);
}

const pb__owner *pb__owner_of(const pb__owners *owners, const char *record)
{
    for (uint32_t i = 0; i < owners->n && record[0]; i++)
        if (strcmp(owners->at[i].record, record) == 0) return &owners->at[i];
    return NULL;
}

bool pb__may_read(const pb_caller *caller, const char *team)
{
    return team[0] ? strcmp(team, caller->team) == 0 : caller->home;
}

/* ---- by name ---- */

typedef struct found { /* a row of live_sessions */
    char id[PB__RECORDING_MAX], record[PB__RECORDING_MAX], team[PB_TEAM_MAX];
} found;

/* PB_E_EMPTY: none. */
static pb_status find_first(pb_store *store, const char *sql, const char *what, found *out, pb_error *error)
{
    const pb_value value = pb_value_text(what);
    pb_store_rows *rows  = NULL;
    PB_TRY(pb_store_select(store, sql, &value, 1, &rows, error));
    pb_status status = pb_store_rows_next(rows, error);
    if (status == PB_OK) {
        pb_store_column_text(rows, 0, out->id, sizeof out->id);
        pb_store_column_text(rows, 1, out->record, sizeof out->record);
        pb_store_column_text(rows, 2, out->team, sizeof out->team);
    }
    pb_store_rows_close(rows);
    return status;
}

#define FOUND "SELECT session, coalesce(record, ''), coalesce(team, '') FROM live_sessions WHERE "

static pb_status of_session(pb_store *store, const pb__owner *owner, pb__recording *out, pb_error *error)
{
    static const char newest[] =
        FOUND "record = ?1 AND EXISTS (SELECT 1 FROM live_chunks c WHERE c.session = live_sessions.session) "
              "ORDER BY coalesce(started_us, 0) DESC, session DESC LIMIT 1";
    found     row    = {0};
    pb_status status = owner->record[0] ? find_first(store, newest, owner->record, &row, error) : PB_E_EMPTY;
    if (status == PB_E_EMPTY)
        return pb_error_set(error, PB_E_NOENT,
                            owner->record[0] ? "no telemetry of this session is stored yet"
                                             : "this session keeps no telemetry: it has no recording");
    (void)pb_span_copy(pb_span_of(row.id), out->id, sizeof out->id);
    (void)pb_span_copy(pb_span_of(owner->session), out->session, sizeof out->session);
    return status;
}

pb_status pb__recording_find(pb_recordings *telemetry, pb_store *store, pb_request *request, pb__recording *out,
                             pb_error *error)
{
    const char      *id     = pb_request_param(request, "id");
    const pb_caller *caller = pb_request_caller(request);
    pb__owners       owners;
    found            row = {0};
    memset(out, 0, sizeof *out);
    pb__owners_of(telemetry, &owners);
    for (uint32_t i = 0; i < owners.n; i++)
        if (strcmp(owners.at[i].session, id) == 0 && strcmp(owners.at[i].team, caller->team) == 0)
            return of_session(store, &owners.at[i], out, error);
    pb_status status = find_first(store, FOUND "session = ?1", id, &row, error);
    if (status != PB_OK && status != PB_E_EMPTY) return status;
    if (status == PB_E_EMPTY || !pb__may_read(caller, row.team))
        return pb_error_set(error, PB_E_NOENT, "no such recording of telemetry");
    const pb__owner *owner = pb__owner_of(&owners, row.record);
    (void)pb_span_copy(pb_span_of(id), out->id, sizeof out->id);
    if (owner) (void)pb_span_copy(pb_span_of(owner->session), out->session, sizeof out->session);
    return PB_OK;
}

pb_status pb__telemetry_do(pb_recordings *telemetry, pb__telemetry_work *work, pb_request *request, pb_reply *reply,
                           pb_error *error)
{
    pb_store     *store;
    pb__recording recording;
    pb_error      why = {0};
    PB_TRY(pb__data_take(telemetry->data, &store, error));
    pb_status status = pb__recording_find(telemetry, store, request, &recording, &why);
    if (status == PB_OK) status = work(telemetry, store, &recording, request, reply, &why);
    return pb__data_tell(pb__data_give(telemetry->data, store, status), &why, request, error);
}

int32_t pb__car_read(const char *text)
{
    int64_t car = 0;
    return pb_span_to_i64(pb_span_of(text), &car) && car > 0 && car <= INT16_MAX ? (int32_t)car : 0;
}
