/* serve_web.h - the server around a race: access, jobs, routes, WebSocket, all wired.
 *
 *     metrics, log, bus, sessions (of the caller)
 *        |
 *     access  jobs  pool --> api (tables of routes) --> server (a thread of its own)
 *                              hub ---------------------'
 *
 * Used by the serve command only. */
#ifndef PB_APPS_SERVE_WEB_H
#define PB_APPS_SERVE_WEB_H

#include "pitboard/engine_sessions.h"
#include "serve_args.h"

typedef struct serve_web serve_web;

typedef struct serve_web_options { /* all borrowed until serve_web_stop */
    const serve_args *args;
    const char       *store_url; /* users, jobs and what else a server keeps */
    const char       *home;
    pb_sessions      *sessions;
    live_caller      *caller; /* of these sessions; NULL: no calls */
    pb_bus           *bus;
    pb_metrics       *metrics;
    pb_logger        *log;
    bool              quiet; /* where it listens is told by the caller */
} serve_web_options;

/* What is listened to, checked before anything is begun. PB_E_USAGE. */
pb_status serve_web_check(const serve_args *args, pb_error *error);
/* False when --listen is off. */
bool serve_web_wanted(const serve_args *args);

/* Answers from now on; says where, and the one-time link when nobody is known yet. */
pb_status serve_web_start(const serve_web_options *options, serve_web **out, pb_error *error);
/* Takes nothing more and answers what is in flight, at most wait_ms; NULL is harmless. */
void serve_web_drain(serve_web *web, uint32_t wait_ms);
/* Then this. False: work of it still runs, and what the options named must stay until the
 * process ends, which is soon. NULL is harmless, and true. */
bool     serve_web_stop(serve_web *web, uint32_t wait_ms);
uint16_t serve_web_port(const serve_web *web); /* 0 for NULL */

#endif
