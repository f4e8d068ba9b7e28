/* route_telemetry: points and event lines into a session. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "route_sessions.h"

static void put_taken(const pb_session_taken *taken, pb_json_writer *to)
{
    pb_json_object(to, NULL);
    pb_json_put_i64(to, "accepted", (int64_t)taken->accepted);
    pb_json_put_i64(to, "refused", (int64_t)taken->refused);
    pb_json_array(to, "reasons");
    for (uint32_t i = 0; i < taken->n_reasons; i++) {
        pb_json_object(to, NULL);
        pb_json_put_i64(to, "n", (int64_t)taken->reasons[i].n);
        pb_json_put_text(to, "where", taken->reasons[i].where);
        pb_json_put_text(to, "why", taken->reasons[i].why);
        pb_json_object_end(to);
    }
    pb_json_array_end(to);
    pb_json_object_end(to);
}

/* ---- how many a second ---- */

/* False: it was answered. A body may be larger than what is left: the next one waits for it. */
static bool may_send(const pb_routes_sessions *with, pb_request *request, pb_reply *reply)
{
    double wait_s = 0;
    char   text[24];
    if (!with->api || !*with->api) return true;
    if (pb_api_count_points(*with->api, pb_request_caller(request)->limit, 1, &wait_s) == PB_OK) return true;
    (void)pb_reply_problem(reply, 429, "", "more points a second than are taken from one source");
    (void)snprintf(text, sizeof text, "%.0f", fmax(1, ceil(wait_s)));
    pb_reply_header(reply, "retry-after", text);
    return false;
}

static void count_sent(const pb_routes_sessions *with, pb_request *request, const pb_session_taken *taken)
{
    double   wait_s = 0;
    uint64_t n      = taken->accepted + taken->refused;
    if (with->api && *with->api && n > 1)
        (void)pb_api_count_points(*with->api, pb_request_caller(request)->limit, n - 1, &wait_s);
}

/* ---- taking ---- */

static pb_status give(const pb_routes_sessions *with, pb_request *request, pb_session *s, uint8_t kind, bool by_hand,
                      pb_reply *reply, pb_error *error)
{
    pb_session_taken taken;
    pb_span          body = pb_request_body(request);
    if (!may_send(with, request, reply)) return PB_E_CANCELLED;
    pb_status status = kind == PB_FEED_NONE ? pb_session_give(s, body, &taken, error)
                                            : pb_session_give_as(s, kind, by_hand, body, &taken, error);
    count_sent(with, request, &taken);
    if (status == PB_E_CANCELLED) return pb_error_set(error, PB_E_UNSUPPORTED, "the session has ended");
    PB_TRY(status);
    put_taken(&taken, pb_reply_json(reply));
    return PB_OK;
}

pb_status pb__route_telemetry(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    const pb_routes_sessions *with = context;
    const char *feed = pb_request_header(request, "x-pitboard-feed"), *id = pb_request_query(request, "session");
    uint8_t     kind = feed ? (uint8_t)pb_feed_kind_from_name(pb_span_of(feed)) : PB_FEED_NONE;
    if (feed && kind == PB_FEED_NONE)
        return pb_reply_problem(reply, 400, "x-pitboard-feed", "f1-udp, live-timing, points or event");
    pb_session *s = pb__route_session(with, request, id ? id : "live", error);
    if (!s) return PB_E_NOENT;
    pb_status status = give(with, request, s, kind, false, reply, error);
    pb_session_drop(s);
    return status;
}

pb_status pb__route_events(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    const pb_routes_sessions *with = context;
    pb_session               *s    = pb__route_session(with, request, pb_request_param(request, "id"), error);
    if (!s) return PB_E_NOENT;
    pb_status status = give(with, request, s, PB_FEED_EVENT, true, reply, error);
    pb_session_drop(s);
    return status;
}
