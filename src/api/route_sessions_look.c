/* route_sessions_look: what is asked of a session. */
#include <stdio.h>

#include "route_sessions.h"

pb_session *pb__route_session(const pb_routes_sessions *with, pb_request *request, const char *id, pb_error *error)
{
    pb_session *s = pb_sessions_find(with->sessions, pb_request_caller(request)->team, id);
    if (!s) (void)pb_error_set(error, PB_E_NOENT, "no such session");
    return s;
}

/* Of the path. */
static pb_session *session_of(void *context, pb_request *request, pb_error *error)
{
    return pb__route_session(context, request, pb_request_param(request, "id"), error);
}

void pb__route_put_session(pb_session *s, pb_json_writer *to)
{
    pb_json_object(to, NULL);
    pb_session_put(s, to);
    pb_json_object_end(to);
}

pb_status pb__route_view(pb_session *s, pb_view view, int16_t car, pb_reply *reply, pb_error *error)
{
    pb_blob *blob    = NULL;
    uint64_t version = 0;
    char     etag[24];
    bool     packed = pb_reply_may_pack(reply);
    PB_TRY(pb_session_view(s, view, car, packed, &blob, &version, error));
    (void)snprintf(etag, sizeof etag, "%llx", (unsigned long long)version);
    pb_reply_blob(reply, blob, "application/json", etag);
    if (packed) pb_reply_packed(reply);
    pb_blob_drop(blob);
    return PB_OK;
}

/* ---- rows ---- */

static void put_item(void *to, pb_session *s)
{
    pb__route_put_session(s, to);
}

pb_status pb__route_sessions_list(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    const pb_routes_sessions *with = context;
    pb_json_writer           *to   = pb_reply_json(reply);
    (void)error;
    pb_json_array(to, NULL);
    pb_sessions_each(with->sessions, pb_request_caller(request)->team, put_item, to);
    pb_json_array_end(to);
    return PB_OK;
}

pb_status pb__route_session_get(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    pb_session *s = session_of(context, request, error);
    if (!s) return PB_E_NOENT;
    pb__route_put_session(s, pb_reply_json(reply));
    pb_session_drop(s);
    return PB_OK;
}

pb_status pb__route_session_state(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    pb_session *s = session_of(context, request, error);
    if (!s) return PB_E_NOENT;
    pb_status status = pb__route_view(s, PB_VIEW_STATE, 0, reply, error);
    pb_session_drop(s);
    return status;
}

static pb_status view_of_car(void *context, pb_request *request, pb_reply *reply, pb_view view, pb_error *error)
{
    pb_session *s = session_of(context, request, error);
    if (!s) return PB_E_NOENT;
    int16_t   car    = pb_session_car(s, pb_request_param(request, "car"));
    pb_status status = car > 0 ? pb__route_view(s, view, car, reply, error)
                               : pb_error_set(error, PB_E_NOENT, "no such car in this session");
    pb_session_drop(s);
    return status;
}

pb_status pb__route_session_car(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return view_of_car(context, request, reply, PB_VIEW_CAR, error);
}

pb_status pb__route_session_call(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return view_of_car(context, request, reply, PB_VIEW_CALLS, error);
}

pb_status pb__route_session_calls(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    pb_session *s = session_of(context, request, error);
    if (!s) return PB_E_NOENT;
    pb_status status = pb__route_view(s, PB_VIEW_CALLS, 0, reply, error);
    pb_session_drop(s);
    return status;
}

pb_status pb__route_session_laps(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    pb_session *s = session_of(context, request, error);
    if (!s) return PB_E_NOENT;
    pb_json_writer *to = pb_reply_json(reply);
    pb_json_array(to, NULL);
    pb_status status = pb_session_laps(s, to, error);
    pb_json_array_end(to);
    pb_session_drop(s);
    return status;
}

/* ---- the log ---- */

static int64_t query_of(const pb_request *request, const char *name, int64_t none)
{
    const char *text = pb_request_query(request, name);
    int64_t     value;
    return text && pb_span_to_i64(pb_span_of(text), &value) ? value : none;
}

pb_status pb__route_session_history(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    pb_session *s = session_of(context, request, error);
    if (!s) return PB_E_NOENT;
    uint64_t        after = (uint64_t)query_of(request, "after", 0), next = 0;
    uint32_t        limit = (uint32_t)query_of(request, "limit", 100);
    pb_json_writer *to    = pb_reply_json(reply);
    pb_json_object(to, NULL);
    pb_json_array(to, "items");
    pb_status status = pb_session_history_page(s, after, limit, to, &next, error);
    pb_json_array_end(to);
    next > 0 ? pb_json_put_i64(to, "next", (int64_t)next) : pb_json_put_null(to, "next");
    pb_json_object_end(to);
    pb_session_drop(s);
    return status;
}
