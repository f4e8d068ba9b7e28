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

bool pb__may_read(const pb_caller *caller, const pb__owner *owner)
{
    return owner ? strcmp(owner->team, caller->team) == 0 : caller->home;
}

/* ---- by name ---- */

static pb_status first_text(pb_store *store, const char *sql, const char *what, char *out, size_t cap, pb_error *error)
{
    const pb_value value = pb_value_text(what);
    pb_store_rows *rows  = NULL;
    PB_TRY(pb_store_select(store, sql, &value, 1, &rows, error));
    pb_status status = pb_store_rows_next(rows, error);
    if (status == PB_OK) pb_store_column_text(rows, 0, out, cap);
    pb_store_rows_close(rows);
    return status;
}

static pb_status of_session(pb_store *store, const pb__owner *owner, pb__recording *out, pb_error *error)
{
    static const char newest[] =
        "SELECT session FROM live_sessions WHERE record = ?1 AND EXISTS (SELECT 1 FROM live_chunks c WHERE "
        "c.session = live_sessions.session) ORDER BY coalesce(started_us, 0) DESC, session DESC LIMIT 1";
    pb_status status =
        owner->record[0] ? first_text(store, newest, owner->record, out->id, sizeof out->id, error) : PB_E_EMPTY;
    if (status == PB_E_EMPTY)
        return pb_error_set(error, PB_E_NOENT,
                            owner->record[0] ? "no telemetry of this session is stored yet"
                                             : "this session keeps no telemetry: it has no recording");
    (void)pb_span_copy(pb_span_of(owner->session), out->session, sizeof out->session);
    return status;
}

pb_status pb__recording_find(pb_recordings *telemetry, pb_store *store, pb_request *request, pb__recording *out,
                             pb_error *error)
{
    const char      *id     = pb_request_param(request, "id");
    const pb_caller *caller = pb_request_caller(request);
    pb__owners       owners;
    char             record[PB__RECORDING_MAX];
    memset(out, 0, sizeof *out);
    pb__owners_of(telemetry, &owners);
    for (uint32_t i = 0; i < owners.n; i++)
        if (strcmp(owners.at[i].session, id) == 0 && strcmp(owners.at[i].team, caller->team) == 0)
            return of_session(store, &owners.at[i], out, error);
    pb_status status = first_text(store, "SELECT coalesce(record, '') FROM live_sessions WHERE session = ?1", id,
                                  record, sizeof record, error);
    if (status != PB_OK && status != PB_E_EMPTY) return status;
    const pb__owner *owner = status == PB_OK ? pb__owner_of(&owners, record) : NULL;
    if (status == PB_E_EMPTY || !pb__may_read(caller, owner))
        return pb_error_set(error, PB_E_NOENT, "no such recording of telemetry");
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
