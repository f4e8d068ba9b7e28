/* route_sessions_change: sessions started, controlled, calls settled. */
#include <stdio.h>
#include <string.h>

#include "route_sessions.h"

#define PATH_MAX_BYTES 1024

/* ---- starting ---- */

typedef struct asked {
    pb_session_spec spec;
    char            name[PB_USER_MAX + 32], own_car[16], replay[128], path[PATH_MAX_BYTES];
    char            udp[32], points_udp[32];
} asked;

static const char *text_of(pb_json at, char *to, size_t cap)
{
    to[0] = '\0';
    (void)pb_json_text(at, to, cap, NULL);
    return to[0] ? to : NULL;
}

/* Others cannot reach what listens on loopback. */
static const char *port_of(pb_json at, char *to, size_t cap)
{
    int64_t port = 0;
    (void)pb_json_i64(at, 1024, 65535, &port, NULL);
    if (port == 0) return NULL;
    (void)snprintf(to, cap, "127.0.0.1:%d", (int)port);
    return to;
}

static pb_status read_replay(const pb_routes_sessions *with, asked *a, pb_json body, pb_error *error)
{
    a->spec.kind        = PB_SESSION_REPLAY;
    a->spec.replay_name = text_of(pb_json_get(body, "replay"), a->replay, sizeof a->replay);
    PB_TRY(pb_json_f64(pb_json_get(body, "speed"), 0, 1000, &a->spec.speed, error));
    if (!with->find_replay || with->find_replay(with->user, a->replay, a->path, sizeof a->path, NULL) != PB_OK)
        return pb_error_set(error, PB_E_RANGE, "/replay: nothing of that name is offered");
    a->spec.replay = a->path;
    return PB_OK;
}

static pb_status read_asked(const pb_routes_sessions *with, asked *a, pb_json body, pb_error *error)
{
    pb_json replay = pb_json_get(body, "replay"), feed = pb_json_get(body, "feed");
    if (pb_json_present(replay) == pb_json_present(feed))
        return pb_error_set(error, PB_E_MISSING, "/replay: a session is a replay or a feed: name one of them");
    a->spec.own_car = text_of(pb_json_get(body, "own_car"), a->own_car, sizeof a->own_car);
    a->spec.name    = text_of(pb_json_get(body, "name"), a->name, sizeof a->name);
    a->spec.kept    = true;
    PB_TRY(pb_json_bool(pb_json_get(body, "calls"), &a->spec.calls, error));
    if (pb_json_present(replay)) return read_replay(with, a, body, error);
    if (pb_json_present(pb_json_get(body, "speed")))
        return pb_error_set(error, PB_E_RULE, "/speed: a feed goes at its own");
    a->spec.kind            = PB_SESSION_FEED;
    a->spec.live.udp        = port_of(pb_json_get(feed, "udp"), a->udp, sizeof a->udp);
    a->spec.live.points_udp = port_of(pb_json_get(feed, "points_udp"), a->points_udp, sizeof a->points_udp);
    if (a->spec.live.udp && a->spec.live.points_udp && strcmp(a->udp, a->points_udp) == 0)
        return pb_error_set(error, PB_E_RULE, "/feed/points_udp: the same port as udp");
    return PB_OK;
}

static void answer_started(pb_session *s, pb_reply *reply)
{
    char location[128];
    (void)snprintf(location, sizeof location, "/api/v1/sessions/%s", pb_session_id(s));
    pb_reply_header(reply, "location", location);
    pb_reply_status(reply, 201);
    pb__route_put_session(s, pb_reply_json(reply));
}

pb_status pb__route_sessions_start(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    const pb_routes_sessions *with = context;
    asked                     a    = {.spec = pb_session_spec_default()};
    char                      id[PB_SESSION_ID_MAX];
    a.spec.team             = pb_request_caller(request)->team;
    a.spec.live.queue_bytes = (size_t)4 << 20;
    PB_TRY(read_asked(with, &a, pb_request_json(request), error));
    pb_status status = pb_sessions_start(with->sessions, &a.spec, id, error);
    if (status == PB_E_IO && a.spec.kind == PB_SESSION_FEED) /* whose it is is nobody's business */
        return pb_reply_problem(reply, 422, "/feed", "a port cannot be listened to: it is taken, or not ours");
    if (status == PB_E_NOENT || status == PB_E_UNSUPPORTED || status == PB_E_SYNTAX) /* the text has its path */
        return pb_reply_problem(reply, 422, "/replay", "it cannot be played");
    PB_TRY(status);
    pb_session *s = pb_sessions_find(with->sessions, a.spec.team, id);
    if (!s) return pb_error_set(error, PB_E_CANCELLED, "the server ends");
    answer_started(s, reply);
    pb_session_drop(s);
    return PB_OK;
}

/* ---- controlling ---- */

static pb_status control(pb_session *s, pb_json body, pb_error *error)
{
    static const char *const verbs[]  = {"pause", "resume", "speed", "seek", "stop"};
    char                     verb[16] = "";
    double                   value    = 0;
    size_t                   i        = 0;
    (void)pb_json_text(pb_json_get(body, "verb"), verb, sizeof verb, NULL);
    while (i < 4 && strcmp(verb, verbs[i]) != 0) i++;
    bool wants = i == PB_SESSION_SPEED || i == PB_SESSION_SEEK_LAP, has = pb_json_present(pb_json_get(body, "value"));
    if (wants && !has) return pb_error_set(error, PB_E_MISSING, "/value: %s wants one", verb);
    if (!wants && has) return pb_error_set(error, PB_E_RULE, "/value: %s takes none", verb);
    PB_TRY(pb_json_f64(pb_json_get(body, "value"), -1e300, 1e300, &value, error));
    return pb_session_control(s, (pb_session_verb)i, value, error);
}

pb_status pb__route_session_control(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    pb_session *s = pb__route_session(context, request, pb_request_param(request, "id"), error);
    if (!s) return PB_E_NOENT;
    pb_status status = control(s, pb_request_json(request), error);
    if (status == PB_OK) pb__route_put_session(s, pb_reply_json(reply));
    pb_session_drop(s);
    return status;
}

/* ---- settling ---- */

static pb_status settled_car(pb_session *s, pb_json at, int16_t *car, pb_error *error)
{
    char name[24] = "";
    if (!pb_json_present(at)) return PB_OK;
    (void)pb_json_text(at, name, sizeof name, NULL);
    *car = pb_session_car(s, name);
    return *car > 0 ? PB_OK : pb_error_set(error, PB_E_RANGE, "/car: no such car in this session");
}

pb_status pb__route_session_settle(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    char    outcome[16] = "";
    int64_t seq;
    if (!pb_span_to_i64(pb_span_of(pb_request_param(request, "seq")), &seq) || seq <= 0)
        return pb_error_set(error, PB_E_NOENT, "no such call");
    pb_session *s = pb__route_session(context, request, pb_request_param(request, "id"), error);
    if (!s) return PB_E_NOENT;
    (void)pb_json_text(pb_json_get(pb_request_json(request), "outcome"), outcome, sizeof outcome, NULL);
    bool      accepted = strcmp(outcome, "accepted") == 0;
    int16_t   car      = 0;
    pb_status status   = settled_car(s, pb_json_get(pb_request_json(request), "car"), &car, error);
    if (status == PB_OK)
        status = pb_session_settle(s, (uint64_t)seq, car, accepted ? PB_CALL_ACCEPTED : PB_CALL_REFUSED,
                                   pb_request_caller(request)->user, error);
    pb_session_drop(s);
    if (status == PB_E_RULE) return pb_reply_problem(reply, 409, "", "%s", error->text);
    return status;
}
