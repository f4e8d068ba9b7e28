/* serve_args.h - the options of `pitboard serve`: one table for the command line, the
 * environment (PITBOARD_SERVE_NAME), the file (--config), the help and the man page. */
#ifndef PB_APPS_SERVE_ARGS_H
#define PB_APPS_SERVE_ARGS_H

#include "live_decide.h"
#include "options.h"
#include "pitboard/codec.h"

typedef struct serve_args {
    const char *config;
    /* what is listened to */
    const char *udp, *points_udp, *input, *car;
    pb__list    forward;
    bool        allow_remote, no_calls;
    /* what is kept */
    const char *store, *record, *home;
    uint32_t    queue_mib, sync_ms, segment_mib;
    /* who may ask, and how */
    const char *listen, *tls_cert, *tls_key, *auth, *team, *session;
    pb__list    cors, races;
    bool        open_metrics;
    uint32_t    rate_anonymous, rate_signed_in, rate_costly, rate_login, rate_points;
    uint32_t    connections, per_address, body_mib, sessions;
    /* what is told */
    const char *log, *log_level, *otlp, *status, *state;
    uint32_t    status_ms;
    bool        json;

    live_decide_args decide;
} serve_args;

#define SERVE_OPTIONS_N 48
extern const pb__option serve_options[]; /* SERVE_OPTIONS_N of them */

serve_args serve_args_default(void);

/* The options in force as one JSON object, what is secret left out. Free with
 * pb_bytes_free. */
pb_status serve_args_json(const serve_args *args, pb_bytes *out, pb_error *error);

#endif
