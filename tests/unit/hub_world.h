/* hub_world.h - a world for the hub without sockets and races: its clock stands until
 * it is moved, its views are texts, its clients are lists of what they were sent.
 * tests/CMakeLists.txt gives the functions below to the hub instead of the real ones. */
#ifndef PB_TESTS_HUB_WORLD_H
#define PB_TESTS_HUB_WORLD_H

#include "pb_test.h"
#include "pitboard/api_hub.h"

struct pb_ws {
    void       *user;
    bool        wants;
    uint16_t    ended;
    const char *authorization, *protocol;
};

struct pb_session {
    char        id[PB_SESSION_ID_MAX], team[PB_TEAM_MAX];
    bool        gone;
    const char *state, *calls, *car, *car_call; /* of car 44; NULL: none */
    uint64_t    version;
    int         held;
};

struct pb_exchange {
    const char *origin, *host, *authorization, *protocol;
    int         status;
};

typedef struct world {
    int64_t    now_us;
    pb_session session[3];
    pb_bus    *bus;
    pb_hub    *hub;
    char       good[32]; /* the token that is taken; of team red, or blue when it begins with b */
} world;

static world w;

int64_t pb_engine_mono_us(void)
{
    return w.now_us;
}

/* ---- sockets ---- */

void pb_ws_set_user(pb_ws *ws, void *user)
{
    ws->user = user;
}

void *pb_ws_user(const pb_ws *ws)
{
    return ws->user;
}

void pb_ws_want(pb_ws *ws)
{
    ws->wants = true;
}

void pb_ws_end(pb_ws *ws, uint16_t code, const char *reason)
{
    PB_CHECK(strlen(reason) < 120);
    PB_CHECK_EQ(ws->ended, 0);
    ws->ended = code;
}

const char *pb_ws_header(const pb_ws *ws, const char *name)
{
    if (strcmp(name, "authorization") == 0) return ws->authorization;
    if (strcmp(name, "sec-websocket-protocol") == 0) return ws->protocol;
    return NULL;
}

const char *pb_exchange_header(const pb_exchange *x, const char *name)
{
    if (strcmp(name, "origin") == 0) return x->origin;
    if (strcmp(name, "host") == 0) return x->host;
    if (strcmp(name, "authorization") == 0) return x->authorization;
    if (strcmp(name, "sec-websocket-protocol") == 0) return x->protocol;
    return NULL;
}

void pb_exchange_reply(pb_exchange *x, const pb_answer *answer)
{
    PB_CHECK_EQ(x->status, 0);
    x->status = answer->status;
}

/* ---- who asks ---- */

static void caller_of(const char *token, pb_caller *out)
{
    *out = (pb_caller){.role = PB_ROLE_VIEWER};
    snprintf(out->team, sizeof out->team, "%s", token[0] == 'b' ? "blue" : "red");
    snprintf(out->user, sizeof out->user, "%s", "ann");
}

pb_status pb_access_check(pb_access *access, const char *bearer, const char *key, pb_caller *out, pb_error *error)
{
    PB_CHECK(access != NULL && !key);
    if (strcmp(bearer, w.good) != 0) return pb_error_set(error, PB_E_RULE, "the token is not valid");
    caller_of(bearer, out);
    return PB_OK;
}

bool pb_api_who(pb_api *api, pb_exchange *exchange, pb_caller *out)
{
    (void)api;
    caller_of("red", out);
    if (!exchange->authorization || strstr(exchange->authorization, w.good)) return true;
    exchange->status = 401;
    return false;
}

/* ---- sessions ---- */

pb_session *pb_sessions_find(pb_sessions *sessions, const char *team, const char *id)
{
    (void)sessions;
    for (size_t i = 0; i < 3; i++) {
        pb_session *s = &w.session[i];
        if (s->gone || strcmp(s->id, id) != 0 || (team && strcmp(s->team, team) != 0)) continue;
        s->held++;
        return s;
    }
    return NULL;
}

void pb_session_drop(pb_session *session)
{
    session->held--;
    PB_CHECK(session->held >= 0);
}

const char *pb_session_id(const pb_session *session)
{
    return session->id;
}

void pb_session_put(pb_session *session, pb_json_writer *to)
{
    pb_json_put_text(to, "id", session->id);
    pb_json_put_text(to, "state", "running");
}

void pb_sessions_each(pb_sessions *sessions, const char *team, void (*f)(void *user, pb_session *session), void *user)
{
    (void)sessions;
    for (size_t i = 0; i < 3; i++)
        if (!w.session[i].gone && strcmp(w.session[i].team, team) == 0) f(user, &w.session[i]);
}

pb_status pb_session_view(pb_session *s, pb_view view, int16_t car, bool packed, pb_blob **out, uint64_t *version,
                          pb_error *error)
{
    const char *text = view == PB_VIEW_STATE ? s->state : view == PB_VIEW_CALLS ? s->calls : s->car;
    if (view == PB_VIEW_CALLS && car != 0) text = car == 44 ? s->car_call : NULL;
    PB_CHECK(!packed);
    if (!text || (view == PB_VIEW_CAR && car != 44)) return pb_error_set(error, PB_E_NOENT, "no such car");
    *out     = pb_blob_make(pb_span_of(text));
    *version = s->version;
    return PB_OK;
}

const char *pb_job_state_name(pb_job_state state)
{
    return state == PB_JOB_DONE ? "done" : "running";
}

/* ---- what a test does ---- */

static const char *const cors_of_test[] = {"https://pit.example"};

static void world_begin(bool access)
{
    pb_error       error;
    pb_bus_options bus     = pb_bus_options_default();
    pb_hub_options options = pb_hub_options_default();
    w                      = (world){.now_us = 1000000, .good = "red-1"};
    w.session[0]           = (pb_session){.id = "live", .team = "red", .version = 1};
    w.session[0].state =
        "{\"lap\":1,\"race\":{\"own_car\":16},\"cars\":[{\"key\":44,\"gap\":null,\"told\":{}},{\"key\":16,\"gap\":2}]}";
    w.session[0].calls = "{\"calls\":[{\"car\":44,\"call\":{\"a\":1}},{\"car\":16,\"call\":{\"a\":2}}]}";
    w.session[0].car   = "{\"key\":44,\"lap\":1}";
    w.session[1]       = (pb_session){.id = "secret", .team = "blue", .version = 1, .state = "{\"lap\":9}"};
    w.session[2]       = (pb_session){.gone = true};
    PB_CHECK_EQ(pb_bus_open("memory", &bus, &w.bus, &error), PB_OK);
    options.bus      = w.bus;
    options.sessions = (pb_sessions *)(uintptr_t)&w;
    options.jobs     = access ? (pb_jobs *)(uintptr_t)&w : NULL; /* never asked for anything */
    options.access   = access ? (pb_access *)(uintptr_t)&w : NULL;
    options.cors     = cors_of_test;
    options.n_cors   = 1;
    PB_CHECK_EQ(pb_hub_create(&options, &w.hub, &error), PB_OK);
}

static void world_end(void)
{
    pb_hub_destroy(w.hub);
    pb_bus_close(w.bus);
    PB_CHECK_EQ(w.session[0].held, 0);
    PB_CHECK_EQ(w.session[1].held, 0);
}

static void pass_ms(int64_t ms)
{
    for (; ms > 0; ms -= 4) {
        w.now_us += 4000;
        pb_hub_tick(w.hub);
    }
}

static void say(pb_ws *ws, const char *text)
{
    pb_hub_message(w.hub, ws, pb_span_of(text));
}

/* The next message; "" when there is none. Valid until the next call. */
static const char *hear(pb_ws *ws)
{
    static char text[8192];
    pb_blob    *blob = pb_hub_next(w.hub, ws);
    pb_span_copy(pb_blob_bytes(blob), text, sizeof text);
    pb_blob_drop(blob);
    return text;
}

static void open_as(pb_ws *ws, const char *token)
{
    static char header[64];
    snprintf(header, sizeof header, "Bearer %s", token);
    *ws = (pb_ws){.authorization = header};
    pb_hub_open(w.hub, ws);
}

static void publish(const char *topic, const char *text)
{
    PB_CHECK_EQ(pb_bus_publish(w.bus, topic, pb_span_of(text)), PB_OK);
}

#endif
