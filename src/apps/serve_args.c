#include "serve_args.h"

#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"
#include "pitboard/engine.h"
#include "pitboard/store.h"

#define AT(field) offsetof(serve_args, field)

/* clang-format off: a row is an option */
const pb__option serve_options[] = {
    {"config", PB__OPT_TEXT, AT(config), "FILE",
     "options from a file, NAME = VALUE a line; the environment (PITBOARD_SERVE_NAME) and the command line win", 0, 0},

    {"udp", PB__OPT_TEXT, AT(udp), "PORT", "the F1 game's datagrams; a port or HOST:PORT, 0 is off (20777)", 0, 0},
    {"points-udp", PB__OPT_TEXT, AT(points_udp), "PORT",
     "telemetry points in any form, and event lines; 0 is off (20778)", 0, 0},
    {"input", PB__OPT_TEXT, AT(input), "-", "lines of any feed, laps by hand and corrections from standard input", 0,
     0},
    {"car", PB__OPT_TEXT, AT(car), "CAR", "ours: a code or a number (as the feed says)", 0, 0},
    {"forward", PB__OPT_LIST, AT(forward), "URL",
     "udp://HOST:PORT gets every datagram of the game, unchanged; repeatable", 0, 0},
    {"allow-remote", PB__OPT_FLAG, AT(allow_remote), NULL,
     "listen where other machines can reach us; HTTP then needs --tls-cert; behind a proxy that has TLS, listen on loopback", 0, 0},
    {"no-calls", PB__OPT_FLAG, AT(no_calls), NULL, "follow, and decide nothing", 0, 0},
    LIVE_DECIDE_OPTIONS(serve_args, decide),

    {"record", PB__OPT_TEXT, AT(record), "DIR",
     "keep everything received there, and go on from it; with a store in a file and without this: FILE.record", 0, 0},
    {"store", PB__OPT_TEXT, AT(store), "URL",
     "sqlite:PATH or postgresql://...; filled from the record, so it may be away for a while", 0, 0},
    {"home", PB__OPT_TEXT, AT(home), "DIR",
     "secret, backups and, without --store, users and jobs (XDG_DATA_HOME/pitboard)", 0, 0},
    {"queue-mib", PB__OPT_U32, AT(queue_mib), "N", "memory of each queue before records are dropped and counted (32)",
     1, 1024},
    {"sync-ms", PB__OPT_U32, AT(sync_ms), "N", "records wait so long for company on their way to the disk (20)", 0,
     10000},
    {"segment-mib", PB__OPT_U32, AT(segment_mib), "N", "size of a segment of the record (64)", 1, 1048576},

    {"listen", PB__OPT_TEXT, AT(listen), "ADDRESS",
     "HTTP and WebSocket; a port or HOST:PORT, 0 is off (127.0.0.1:8080)", 0, 0},
    {"tls-cert", PB__OPT_TEXT, AT(tls_cert), "FILE", "certificate chain, PEM; with --tls-key: TLS 1.3 and HTTP/2", 0,
     0},
    {"tls-key", PB__OPT_TEXT, AT(tls_key), "FILE", "its key, PEM", 0, 0},
    {"auth", PB__OPT_TEXT, AT(auth), "on|off", "off: whoever reaches us may do everything; on loopback only (on)", 0,
     0},
    {"team", PB__OPT_TEXT, AT(team), "NAME", "whose race this is, and whose admins run the server (main)", 0, 0},
    {"session", PB__OPT_TEXT, AT(session), "ID", "of the race that is listened to (live)", 0, 0},
    {"races", PB__OPT_LIST, AT(races), "DIR",
     "races and recordings that may be replayed by name, besides those that ship; repeatable", 0, 0},
    {"sessions", PB__OPT_U32, AT(sessions), "N", "at once, replays among them (16)", 1, 64},
    {"cors", PB__OPT_LIST, AT(cors), "ORIGIN", "pages from there may ask: https://pit.example; repeatable", 0, 0},
    {"open-metrics", PB__OPT_FLAG, AT(open_metrics), NULL, "/metrics without a token", 0, 0},
    {"rate-anonymous", PB__OPT_U32, AT(rate_anonymous), "N",
     "requests a minute of an address that names nobody; 0: no limit (100)", 0, 100000000},
    {"rate-signed-in", PB__OPT_U32, AT(rate_signed_in), "N", "requests a minute of a user or key; 0: no limit (1000)",
     0, 100000000},
    {"rate-costly", PB__OPT_U32, AT(rate_costly), "N",
     "of those, for simulations, strategies and calls; 0: no limit (60)", 0, 100000000},
    {"rate-login", PB__OPT_U32, AT(rate_login), "N", "sign-ins a minute of an address; 0: no limit (10)", 0, 100000000},
    {"rate-points", PB__OPT_U32, AT(rate_points), "N",
     "telemetry points a second of a source over HTTP; 0: no limit (10000)", 0, 100000000},
    {"connections", PB__OPT_U32, AT(connections), "N", "at once (12000)", 1, 1000000},
    {"per-address", PB__OPT_U32, AT(per_address), "N", "of them from one address (4000)", 1, 1000000},
    {"body-mib", PB__OPT_U32, AT(body_mib), "N", "largest body of a request (32)", 1, 1024},

    {"log", PB__OPT_TEXT, AT(log), "plain|json", "form of what is told on standard error (plain)", 0, 0},
    {"log-level", PB__OPT_TEXT, AT(log_level), "LEVEL", "debug, info, warn, error or off (info)", 0, 0},
    {"otlp", PB__OPT_TEXT, AT(otlp), "URL", "OpenTelemetry traces to URL/v1/traces", 0, 0},
    {"status", PB__OPT_TEXT, AT(status), "FILE", "write the state there as JSON, too", 0, 0},
    {"status-ms", PB__OPT_U32, AT(status_ms), "N", "between two states (1000)", 10, 3600000},
    {"state", PB__OPT_TEXT, AT(state), "FILE", "the race at the end, as JSON", 0, 0},
    {"json", PB__OPT_FLAG, AT(json), NULL, "the state as JSON, one object a line", 0, 0},
};
/* clang-format on */
_Static_assert(sizeof serve_options / sizeof *serve_options == SERVE_OPTIONS_N, "SERVE_OPTIONS_N");

serve_args serve_args_default(void)
{
    return (serve_args){.udp            = "20777",
                        .points_udp     = "20778",
                        .queue_mib      = 32,
                        .sync_ms        = 20,
                        .segment_mib    = 64,
                        .listen         = "127.0.0.1:8080",
                        .auth           = "on",
                        .team           = "main",
                        .session        = "live",
                        .sessions       = 16,
                        .rate_anonymous = 100,
                        .rate_signed_in = 1000,
                        .rate_costly    = 60,
                        .rate_login     = 10,
                        .rate_points    = 10000,
                        .connections    = 12000,
                        .per_address    = 4000,
                        .body_mib       = 32,
                        .log            = "plain",
                        .log_level      = "info",
                        .status_ms      = 1000};
}

static void put_value(pb_json_writer *w, const serve_args *args, const pb__option *o)
{
    const void *at = (const char *)args + o->offset;
    char        shown[512];
    switch (o->kind) {
    case PB__OPT_FLAG:
        pb_json_put_bool(w, o->name, *(const bool *)at);
        break;
    case PB__OPT_U32:
        pb_json_put_i64(w, o->name, *(const uint32_t *)at);
        break;
    case PB__OPT_U64:
        pb_json_put_i64(w, o->name, (int64_t)(*(const uint64_t *)at & INT64_MAX));
        break;
    case PB__OPT_TEXT: {
        const char *text = *(const char *const *)at;
        if (text && o->offset == AT(store)) pb_store_url_shown(text, shown, sizeof shown);
        pb_json_put_text(w, o->name, text && o->offset == AT(store) ? shown : text);
        break;
    }
    case PB__OPT_LIST: {
        const pb__list *list = at;
        pb_json_array(w, o->name);
        for (uint32_t i = 0; i < list->n; i++) pb_json_put_text(w, NULL, list->at[i]);
        pb_json_array_end(w);
        break;
    }
    }
}

pb_status serve_args_json(const serve_args *args, pb_bytes *out, pb_error *error)
{
    pb_json_writer w;
    FILE          *f = open_memstream(&out->at, &out->len);
    if (!f) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_json_begin(&w, f, 0);
    pb_json_object(&w, NULL);
    for (size_t i = 0; i < SERVE_OPTIONS_N; i++) put_value(&w, args, &serve_options[i]);
    pb_json_object_end(&w);
    return fclose(f) == 0 ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
}
