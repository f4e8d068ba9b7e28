/* pitboard/api_hub.h - WebSocket /ws/v1: who watches what, and what they get.
 *
 *     client                                   server
 *     {"op":"auth","token":"..."}        -->                       (unless the upgrade had it)
 *     {"op":"subscribe","id":1,"session":"live","topics":["state","recommendation"],
 *      "cars":[44],"every_ms":100}       -->
 *                                        <--   {"op":"subscribed","id":1,"stream":"K7...","every_ms":100}
 *                                        <--   {"op":"snapshot","topic":"state","session":"live","seq":812,"data":{..}}
 *                                        <--   {"op":"delta","topic":"state","session":"live","seq":813,"data":{..}}
 *     {"op":"resume","stream":"K7...","seq":{"state":813}} -->     (a new connection, within 30 s)
 *                                        <--   {"op":"resumed",..}, then what came after 813
 *     {"op":"unsubscribe","id":1}, {"op":"ping"}
 *
 * A delta is a JSON merge patch (RFC 7386) on the value before it; of streams of things
 * (telemetry, insight, alert) "data" is an array of what is new. A channel is one
 * (session, topic, car or all, pace); it makes each message once for all who watch,
 * keeps 30 s of them (at most 4 MiB), and numbers them. A client is a place in each of its
 * channels: one that fell out of what is kept, or is more than a second behind, gets a
 * snapshot (of streams: {"op":"gap","missed":n}) and goes on from there. Nothing is
 * queued for anybody.
 *
 * All on the loop's thread of the server. docs/websocket.md.
 *
 * Floor 7. Uses net, engine, bus. */
#ifndef PITBOARD_API_HUB_H
#define PITBOARD_API_HUB_H

#include "pitboard/api_access.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pb_hub pb_hub;

typedef struct pb_hub_options {
    pb_sessions *sessions;
    pb_bus      *bus;
    pb_api      *api;                /* pb_api_who */
    pb_access   *access;             /* of {"op":"auth"}; NULL: everybody */
    pb_jobs     *jobs;               /* NULL: no topic "job" */
    pb_metrics  *metrics;
    pb_logger      *log;
    const char *const *cors;         /* origins whose pages may connect besides our own, as in pb_api_options; borrowed */
    uint32_t     n_cors;
    uint32_t     auth_ms;            /* who has not said who he is by then is closed (4401), 5,000 */
    uint32_t     subscriptions_max;  /* of one client, 32 */
    uint32_t     channels_max;       /* 512 */
} pb_hub_options;
pb_hub_options pb_hub_options_default(void);

pb_status pb_hub_create(const pb_hub_options *options, pb_hub **out, pb_error *error);
void      pb_hub_destroy(pb_hub *hub);

/* Callbacks of pb_server_options, by the hub. */
bool      pb_hub_accept(pb_hub *hub, pb_exchange *exchange);
void      pb_hub_open(pb_hub *hub, pb_ws *ws);
void      pb_hub_message(pb_hub *hub, pb_ws *ws, pb_span text);
pb_blob  *pb_hub_next(pb_hub *hub, pb_ws *ws);
void      pb_hub_closed(pb_hub *hub, pb_ws *ws);
/* Every 2 ms by pb_server_every: makes what is due. */
void      pb_hub_tick(void *hub);
/* A job changed; from any thread, never waits (so it can be called by pb_jobs_options.changed). */
void      pb_hub_job(pb_hub *hub, const char *team, const char *id, pb_job_state state, double progress);

#ifdef __cplusplus
}
#endif
#endif
