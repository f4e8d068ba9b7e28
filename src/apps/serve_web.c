/* serve_web: see serve_web.h. */
#include "serve_web.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api_past.h"
#include "api_work.h"
#include "data_file.h"
#include "feed_address.h"
#include "import_bundled.h"
#include "pitboard/api_hub.h"
#include "pitboard/api_routes.h"
#include "pitboard/engine.h"
#include "pitboard/engine_metrics.h"
#include "pitboard/engine_trace.h"
#include "replay_names.h"
#include "serve_home.h"

#define REFRESH_MS 2000 /* what other processes changed of users and keys is seen after so long */
#define HUB_MS 2
#define POOL_QUEUE 256
#define TABLES 12
#define TRACES_END_MS 200
#define START_FAILS_MS 2000 /* a start that fails waits so long for what it had begun */

struct serve_web {
    serve_web_options  o;
    char               listen[FEED_ADDRESS_MAX], secret[SERVE_PATH_MAX], backups[SERVE_PATH_MAX];
    pb_bytes           config;
    pb_access         *access; /* NULL: --auth off */
    pb_jobs           *jobs;
    pb_pool           *pool;
    pb_api            *api;
    pb_hub            *hub;
    _Atomic(pb_hub *)  told; /* the same, once it is there: of jobs that begin before it */
    pb_server         *server;
    pb_beside         *thread;
    pb_routes_sessions sessions;
    pb_routes_health   health;
    pb_routes_admin    admin;
    api_work          *work;
    api_past          *past;
    pb_job_kind        kinds[8];
    api_work_folder    folders[PB__LIST_MAX];
    pb_data           *data;
    pb_recordings     *telemetry;
    pb_profiles       *profiles;
    pb_trace_export   *traces;
    pb_dependency      parts[5];
    pb_route_table     tables[TABLES];
    atomic_bool        refreshing; /* one at a time: with a store that hangs they would take all threads */
};

/* ---- what was asked for ---- */

bool serve_web_wanted(const serve_args *args)
{
    return strcmp(args->listen, "0") != 0;
}

static bool is_loopback(const char *address)
{
    return strncmp(address, "127.", 4) == 0 || strncmp(address, "[::1]", 5) == 0;
}

pb_status serve_web_check(const serve_args *a, pb_error *error)
{
    char listen[FEED_ADDRESS_MAX];
    if (!serve_web_wanted(a)) return PB_OK;
    bool off = strcmp(a->auth, "off") == 0;
    if (!off && strcmp(a->auth, "on") != 0)
        return pb_error_set(error, PB_E_USAGE, "--auth is on or off, not '%s'", a->auth);
    if (!a->tls_cert != !a->tls_key) return pb_error_set(error, PB_E_USAGE, "--tls-cert and --tls-key go together");
    PB_TRY(feed_address_listen(a->listen, "--listen", a->allow_remote, listen, error));
    if (is_loopback(listen)) return PB_OK;
    if (off) return pb_error_set(error, PB_E_USAGE, "--auth off is for loopback only; --listen %s is not", a->listen);
    if (!a->tls_cert)
        return pb_error_set(error, PB_E_USAGE,
                            "--listen %s: others can read along without --tls-cert and --tls-key; behind a proxy that "
                            "has them, listen on loopback",
                            a->listen);
    return PB_OK;
}

/* ---- what the server asks ---- */

static pb_status find_replay(void *user, const char *name, char *path, size_t cap, pb_error *error)
{
    return replay_name_find(&((serve_web *)user)->o.args->races, name, path, cap, error);
}

static void job_changed(void *user, const char *team, const char *id, pb_job_state state, double progress)
{
    pb_hub *hub = atomic_load(&((serve_web *)user)->told);
    if (hub) pb_hub_job(hub, team, id, state, progress);
}

static void on_request(void *user, pb_exchange *exchange)
{
    pb_api_request(((serve_web *)user)->api, exchange);
}

static bool on_ws_accept(void *user, pb_exchange *exchange)
{
    return pb_hub_accept(((serve_web *)user)->hub, exchange);
}

static void on_ws_open(void *user, pb_ws *ws)
{
    pb_hub_open(((serve_web *)user)->hub, ws);
}

static void on_ws_message(void *user, pb_ws *ws, pb_span text)
{
    pb_hub_message(((serve_web *)user)->hub, ws, text);
}

static pb_blob *on_ws_next(void *user, pb_ws *ws)
{
    return pb_hub_next(((serve_web *)user)->hub, ws);
}

static void on_ws_close(void *user, pb_ws *ws)
{
    pb_hub_closed(((serve_web *)user)->hub, ws);
}

static void refresh(void *user)
{
    serve_web *w = user;
    pb_access_refresh(w->access);
    atomic_store(&w->refreshing, false);
}

static void refresh_soon(void *user)
{
    serve_web *w = user;
    if (!w->access || atomic_exchange(&w->refreshing, true)) return;
    if (pb_pool_do(w->pool, PB_LANE_QUICK, refresh, w) != PB_OK) atomic_store(&w->refreshing, false);
}

/* ---- the parts, in the order in which they need each other ---- */

static pb_status open_access(serve_web *w, pb_error *error)
{
    const serve_args *a = w->o.args;
    if (strcmp(a->auth, "off") == 0) return PB_OK;
    (void)snprintf(w->secret, sizeof w->secret, "%s/secret", w->o.home);
    pb_access_options o = pb_access_options_default();
    o.store_url         = w->o.store_url;
    o.secret_file       = w->secret;
    o.home_team         = a->team;
    o.login_per_minute  = a->rate_login;
    o.metrics           = w->o.metrics;
    o.log               = w->o.log;
    return pb_access_open(&o, &w->access, error);
}

/* A training names its data by the last part of the path that --data gave. */
static uint32_t name_folders(serve_web *w)
{
    const pb__list *data = &w->o.args->decide.data;
    for (uint32_t i = 0; i < data->n; i++) {
        const char *slash = strrchr(data->at[i], '/');
        w->folders[i]     = (api_work_folder){slash && slash[1] ? slash + 1 : data->at[i], data->at[i]};
    }
    return data->n;
}

/* What jobs can be: those that think, then those that look back. */
static const pb_job_kind *name_kinds(serve_web *w, uint32_t *n)
{
    const pb_job_kind *work = api_work_kinds(w->work, n);
    memcpy(w->kinds, work, *n * sizeof *work);
    w->kinds[(*n)++] = api_past_kind(w->past);
    return w->kinds;
}

static pb_status open_work(serve_web *w, pb_error *error)
{
    static const uint32_t threads[PB_LANE_N] = {0, 0};
    PB_TRY(pb_pool_create(threads, POOL_QUEUE, w->o.metrics, &w->pool, error));
    const live_decide_args *a = &w->o.args->decide;
    api_work_options        o = api_work_options_default();
    o.models                  = a->models;
    o.grids                   = a->grids;
    o.isa                     = a->isa;
    o.store_url               = w->o.store_url;
    o.folders                 = w->folders;
    o.n_folders               = name_folders(w);
    o.jobs                    = &w->jobs;
    o.sessions                = w->o.sessions;
    o.caller                  = w->o.caller;
    o.set                     = &a->set;
    o.metrics                 = w->o.metrics;
    PB_TRY(api_work_create(&o, &w->work, error));
    pb_jobs_options j = pb_jobs_options_default();
    j.store_url       = w->o.store_url;
    PB_TRY(api_past_create(&o, &w->past, error));
    j.kinds   = name_kinds(w, &j.n_kinds);
    j.metrics = w->o.metrics;
    j.log     = w->o.log;
    j.changed = job_changed;
    j.user    = w;
    return pb_jobs_open(&j, &w->jobs, error);
}

static void look_at_pool(void *user, char state[16], char why[128], bool *ready)
{
    const serve_web *w       = user;
    uint32_t         waiting = pb_pool_waiting(w->pool, PB_LANE_QUICK), work = pb_pool_waiting(w->pool, PB_LANE_WORK);
    *ready = waiting < POOL_QUEUE && work < POOL_QUEUE;
    (void)snprintf(state, 16, "%s", *ready ? "ok" : "behind");
    (void)snprintf(why, 128, "%s", *ready ? "" : "more is asked for than can be worked on");
}

static uint32_t name_parts(serve_web *w)
{
    uint32_t n    = 0;
    w->parts[n++] = (pb_dependency){"sessions", pb_sessions_look_at_recovery, w->o.sessions};
    w->parts[n++] = (pb_dependency){"records", pb_sessions_look_at_records, w->o.sessions};
    w->parts[n++] = (pb_dependency){"stores", pb_sessions_look_at_stores, w->o.sessions};
    w->parts[n++] = (pb_dependency){"pool", look_at_pool, w};
    w->parts[n++] = (pb_dependency){"database", pb_jobs_look_at_store, w->jobs};
    return n;
}

static uint32_t make_tables(serve_web *w)
{
    uint32_t n = 0;
    w->sessions =
        (pb_routes_sessions){.sessions = w->o.sessions, .api = &w->api, .find_replay = find_replay, .user = w};
    w->health = (pb_routes_health){
        .at = w->parts, .n = name_parts(w), .metrics = w->o.metrics, .open_metrics = w->o.args->open_metrics};
    w->admin       = (pb_routes_admin){.store_url = w->o.store_url, .backup_dir = w->backups, .config = w->config.at};
    w->tables[n++] = pb_routes_sessions_table(&w->sessions);
    w->tables[n++] = pb_routes_data_table(w->data);
    w->tables[n++] = pb_routes_telemetry_table(w->telemetry);
    w->tables[n++] = pb_routes_profiles_table(w->profiles);
    w->tables[n++] = api_work_table(w->work);
    w->tables[n++] = api_past_table(w->past);
    w->tables[n++] = pb_routes_jobs_table(w->jobs);
    w->tables[n++] = pb_routes_health_table(&w->health);
    w->tables[n++] = pb_routes_admin_table(&w->admin);
    if (w->access) w->tables[n++] = pb_access_routes(w->access);
    return n;
}

static pb_status open_api(serve_web *w, pb_error *error)
{
    const serve_args *a = w->o.args;
    pb_api_options    o = pb_api_options_default();
    o.n_tables          = make_tables(w);
    o.tables            = w->tables;
    o.access            = w->access;
    o.home_team         = a->team;
    o.pool              = w->pool;
    o.metrics           = w->o.metrics;
    o.log               = w->o.log;
    o.limits = (pb_api_limits){a->rate_anonymous, a->rate_signed_in, a->rate_costly, a->rate_login, a->rate_points};
    o.cors   = a->cors.at;
    o.n_cors = a->cors.n;
    if (w->access) o.audit = pb_access_audit;
    o.audit_user = w->access;
    PB_TRY(pb_api_create(&o, &w->api, error));
    pb_hub_options h = pb_hub_options_default();
    h.sessions       = w->o.sessions;
    h.bus            = w->o.bus;
    h.api            = w->api;
    h.access         = w->access;
    h.jobs           = w->jobs;
    h.cors           = a->cors.at;
    h.n_cors         = a->cors.n;
    h.metrics        = w->o.metrics;
    h.log            = w->o.log;
    PB_TRY(pb_hub_create(&h, &w->hub, error));
    atomic_store(&w->told, w->hub);
    return PB_OK;
}

static pb_status open_server(serve_web *w, pb_error *error)
{
    const serve_args *a = w->o.args;
    pb_server_options o = pb_server_options_default();
    PB_TRY(feed_address_listen(a->listen, "--listen", a->allow_remote, w->listen, error));
    o.listen          = w->listen;
    o.tls_cert        = a->tls_cert;
    o.tls_key         = a->tls_key;
    o.body_max        = (size_t)a->body_mib << 20;
    o.connections_max = a->connections;
    o.per_address_max = a->per_address;
    o.ws_path         = "/ws/v1";
    o.ws_protocol     = "pitboard.v1";
    o.user            = w;
    o.request         = on_request;
    o.ws_accept       = on_ws_accept;
    o.ws_open         = on_ws_open;
    o.ws_message      = on_ws_message;
    o.ws_next         = on_ws_next;
    o.ws_close        = on_ws_close;
    PB_TRY(pb_server_open(&o, &w->server, error));
    pb_server_every(w->server, HUB_MS, pb_hub_tick, w->hub);
    pb_server_every(w->server, REFRESH_MS, refresh_soon, w);
    return PB_OK;
}

static pb_status open_traces(serve_web *w, pb_error *error)
{
    pb_trace_options o = pb_trace_options_default();
    o.endpoint         = w->o.args->otlp;
    o.headers          = getenv("OTEL_EXPORTER_OTLP_HEADERS");
    o.version          = PB_VERSION;
    o.metrics          = w->o.metrics;
    o.log              = w->o.log;
    return o.endpoint ? pb_trace_export_start(&o, &w->traces, error) : PB_OK;
}

/* The races that ship, for whoever asks for laps before there are any of his own. */
static void import_races(void *user)
{
    serve_web *w = user;
    char       folder[SERVE_PATH_MAX];
    if (pb__data_file("data/races", folder, sizeof folder, NULL) != PB_OK &&
        pb__data_file("races", folder, sizeof folder, NULL) != PB_OK)
        return;
    pb_error  error;
    pb_status status = pb__import_bundled(w->o.store_url, folder, NULL, &error);
    if (status != PB_OK) pb_logger_say(w->o.log, PB_LOG_WARN, "store", NULL, "races that ship: %s", error.text);
    status = api_work_warm(w->work, &error);
    if (status != PB_OK) pb_logger_say(w->o.log, PB_LOG_WARN, "models", NULL, "%s", error.text);
}

static void run_server(void *server)
{
    pb_server_run(server);
}

/* Where it listens; and while nobody is known, the way in. */
static void tell(const serve_web *w)
{
    char        link[65] = "", host[FEED_ADDRESS_MAX];
    const char *scheme = w->o.args->tls_cert ? "https" : "http", *colon = strrchr(w->listen, ':');
    (void)snprintf(host, sizeof host, "%.*s:%u", (int)(colon - w->listen), w->listen, pb_server_port(w->server));
    (void)fprintf(stderr, "pitboard serve: listening on %s://%s/\n", scheme, host);
    if (!w->access || pb_access_first_token(w->access, link, NULL) != PB_OK || !link[0]) return;
    (void)fprintf(stderr,
                  "pitboard serve: nobody is known yet. This link makes the first admin, once, within a day:\n"
                  "    %s://%s/#link=%s\n",
                  scheme, host, link);
}

static pb_status start(serve_web *w, pb_error *error)
{
    (void)snprintf(w->backups, sizeof w->backups, "%s/backups", w->o.home);
    PB_TRY(serve_args_json(w->o.args, &w->config, error));
    PB_TRY(open_access(w, error));
    PB_TRY(open_work(w, error));
    PB_TRY(pb_data_open(&(pb_routes_data){.store_url = w->o.store_url, .metrics = w->o.metrics}, &w->data, error));
    PB_TRY(pb_recordings_open(w->data, w->o.sessions, &w->telemetry, error));
    PB_TRY(pb_profiles_open(w->data, &w->profiles, error));
    PB_TRY(open_traces(w, error));
    PB_TRY(open_api(w, error));
    PB_TRY(open_server(w, error));
    PB_TRY(pb_engine_beside(run_server, w->server, &w->thread, error));
    if (!w->o.quiet) tell(w);
    return pb_pool_do(w->pool, PB_LANE_WORK, import_races, w);
}

pb_status serve_web_start(const serve_web_options *options, serve_web **out, pb_error *error)
{
    serve_web *w = calloc(1, sizeof *w);
    if (!w) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    w->o             = *options;
    pb_status status = start(w, error);
    if (status == PB_OK)
        *out = w;
    else
        (void)serve_web_stop(w, START_FAILS_MS);
    return status;
}

uint16_t serve_web_port(const serve_web *web)
{
    return web ? pb_server_port(web->server) : 0;
}

void serve_web_drain(serve_web *w, uint32_t wait_ms)
{
    if (!w || !w->thread) return;
    pb_server_drain(w->server, wait_ms);
    pb_engine_join(w->thread);
    w->thread = NULL;
}

/* The pool first: its work may add a job. */
static bool end_threads(serve_web *w, uint32_t wait_ms)
{
    if (w->access && !atomic_exchange(&w->refreshing, true)) refresh(w); /* the audit log, whatever hangs below */
    return pb_pool_destroy(w->pool, wait_ms / 2) && pb_jobs_close(w->jobs, wait_ms / 2);
}

bool serve_web_stop(serve_web *w, uint32_t wait_ms)
{
    if (!w) return true;
    serve_web_drain(w, wait_ms);
    if (!end_threads(w, wait_ms)) return false;
    if (w->server) pb_server_close(w->server);
    if (w->hub) pb_hub_destroy(w->hub);
    if (w->api) pb_api_destroy(w->api);
    api_past_destroy(w->past);
    api_work_destroy(w->work);
    pb_recordings_close(w->telemetry);
    pb_profiles_close(w->profiles);
    pb_data_close(w->data);
    pb_trace_export_stop(w->traces, TRACES_END_MS);
    if (w->access) pb_access_refresh(w->access); /* what the audit log still waits for */
    if (w->access) pb_access_close(w->access);
    pb_bytes_free(&w->config);
    free(w);
    return true;
}
