/* pitboard serve: a race as it happens, for everybody who may know. */
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "option_layers.h"
#include "pitboard/engine.h"
#include "pitboard/engine_metrics.h"
#include "serve_feeds.h"
#include "serve_guard.h"
#include "serve_home.h"
#include "serve_status.h"
#include "serve_web.h"
#include "terminal.h"

/* From the signal to the end of the process. What takes longer is left: the record has what was
 * received, and the next start goes on from it. */
#define END_MS 4500
#define DRAIN_MS 2000    /* of that, requests in flight may take so long */
#define CATCH_UP_MS 1200 /* the store of the race that is listened to */
#define PARTS_MS 600     /* jobs and work of the pool; and again, the other sessions */
#define LARGE_BYTES (1 << 20)
#define RETRY_US 2000000 /* a store that is away at the start is tried so often */

/* Everything of one run. */
typedef struct serve {
    serve_args      a;
    pb_arena        texts; /* of the options */
    serve_feeds     feeds;
    pb_live_options live_options;
    char            home[SERVE_PATH_MAX], own_store[SERVE_PATH_MAX], records[SERVE_PATH_MAX];
    pb_metrics     *metrics;
    pb_logger      *log;
    pb_bus         *bus;
    pb_sessions    *sessions;
    pb_session     *session;
    pb_live        *live; /* of the session */
    serve_web      *web;
    serve_guard    *guard;
    int             lock; /* of the home; -1: none */
    bool            resumed;
    int64_t         web_tried_us;
    serve_status    status;
    pb_bytes        state; /* at the end */
    live_caller    *caller;
} serve;

/* ---- what was asked for ---- */

static pb_status choose_log(serve *s, pb_error *error)
{
    static const char *const levels[] = {"debug", "info", "warn", "error", "off"};
    const serve_args        *a        = &s->a;
    int                      level    = -1;
    bool                     json     = strcmp(a->log, "json") == 0;
    for (int i = 0; i < 5; i++)
        if (strcmp(a->log_level, levels[i]) == 0) level = i;
    if (level < 0)
        return pb_error_set(error, PB_E_USAGE, "--log-level is debug, info, warn, error or off, not '%s'",
                            a->log_level);
    if (!json && strcmp(a->log, "plain") != 0)
        return pb_error_set(error, PB_E_USAGE, "--log is plain or json, not '%s'", a->log);
    s->log = pb_logger_create(STDERR_FILENO, json ? PB_LOG_JSON : PB_LOG_PLAIN, (pb_logger_level)level);
    return s->log ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
}

/* With HTTP there is always a place for users and jobs; without, only what was named. */
static pb_status choose_home(serve *s, pb_error *error)
{
    if (!serve_web_wanted(&s->a)) return PB_OK;
    PB_TRY(serve_home(s->a.home, s->home, error));
    PB_TRY(serve_home_lock(s->home, &s->lock, error));
    (void)snprintf(s->records, sizeof s->records, "%.2000s/records", s->home);
    PB_TRY(serve_home_folder(s->records, error));
    if (!s->a.store) PB_TRY(serve_home_store(s->home, s->own_store, error));
    serve_home_private(s->a.store ? s->a.store : s->own_store);
    return PB_OK;
}

static pb_status choose(serve *s, pb_error *error)
{
    PB_TRY(serve_web_check(&s->a, error));
    PB_TRY(serve_feeds_choose(&s->a, !serve_web_wanted(&s->a), &s->feeds, &s->live_options, error));
    PB_TRY(choose_log(s, error));
    PB_TRY(choose_home(s, error));
    if (s->a.no_calls) return PB_OK;
    return live_decide_make(&s->a.decide, &s->caller, error);
}

/* ---- the parts ---- */

static pb_status open_sessions(serve *s, pb_error *error)
{
    pb_bus_options      bus = pb_bus_options_default();
    pb_sessions_options o   = pb_sessions_options_default();
    PB_TRY(pb_bus_open("memory", &bus, &s->bus, error));
    s->metrics = pb_metrics_create();
    if (!s->metrics) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_metrics_of_process(s->metrics);
    if (s->own_store[0]) o.store_url = s->own_store;
    if (serve_web_wanted(&s->a) && s->a.store) o.store_url = s->a.store;
    o.resume_later = true; /* the race that is listened to comes first */
    o.record_root  = s->records[0] ? s->records : NULL;
    o.decide       = s->caller ? live_decide_call : NULL;
    o.decide_user  = s->caller;
    o.bus          = s->bus;
    o.sessions_max = s->a.sessions + 1; /* the one that is listened to comes beside them */
    o.metrics      = s->metrics;
    o.log          = s->log;
    return pb_sessions_open(&o, &s->sessions, error);
}

static pb_status start_session(serve *s, pb_error *error)
{
    char            id[PB_SESSION_ID_MAX];
    pb_session_spec spec = pb_session_spec_default();
    spec.kind            = PB_SESSION_FEED;
    spec.id              = s->a.session;
    spec.team            = s->a.team;
    spec.own_car         = s->a.car;
    spec.calls           = s->caller != NULL;
    spec.kept            = false; /* the options say so anew at every start */
    spec.live            = s->live_options;
    PB_TRY(pb_sessions_start(s->sessions, &spec, id, error));
    s->session = pb_sessions_find(s->sessions, s->a.team, id);
    s->live    = pb_session_live(s->session);
    return PB_OK;
}

/* Other sessions go on where they were, then HTTP. */
static pb_status start_web(serve *s, pb_error *error)
{
    s->web_tried_us = pb_engine_mono_us();
    if (!serve_web_wanted(&s->a)) return PB_OK;
    if (!s->resumed) PB_TRY(pb_sessions_resume(s->sessions, error));
    s->resumed          = true;
    serve_web_options o = {.args      = &s->a,
                           .store_url = s->a.store ? s->a.store : s->own_store,
                           .home      = s->home,
                           .sessions  = s->sessions,
                           .caller    = s->caller,
                           .bus       = s->bus,
                           .metrics   = s->metrics,
                           .log       = s->log};
    return serve_web_start(&o, &s->web, error);
}

/* A database elsewhere that is away for a while must not keep us from the race: it is followed and
 * recorded, and HTTP begins when the database is there. Anything else has to be put right first. */
static pb_status begin_web(serve *s, pb_error *error)
{
    pb_status status = start_web(s, error);
    if (status != PB_E_IO || s->resumed || !s->a.store || strncmp(s->a.store, "sqlite:", 7) == 0) return status;
    (void)fprintf(stderr, "pitboard serve: %s; the race is followed, HTTP begins when the store is there\n",
                  error->text);
    return PB_OK;
}

static void begin_web_late(serve *s)
{
    pb_error error;
    bool     resumed = s->resumed;
    if (s->web || !serve_web_wanted(&s->a) || pb_engine_mono_us() - s->web_tried_us < RETRY_US) return;
    if (start_web(s, &error) == PB_OK || (!resumed && !s->resumed)) return;
    (void)fprintf(stderr, "pitboard serve: no HTTP yet: %s\n", error.text);
}

/* ---- while it runs ---- */

static pb_status write_status_file(serve *s, pb_error *error)
{
    char  *text = NULL;
    size_t len  = 0;
    FILE  *f    = s->a.status ? open_memstream(&text, &len) : NULL;
    if (!f) return PB_OK;
    serve_status_json(&s->status, s->live, f);
    pb_status status = fclose(f) == 0 ? pb_file_write(s->a.status, (pb_span){text, len}, error) : PB_E_NOMEM;
    free(text);
    return status;
}

static void show(serve *s)
{
    pb_error error;
    serve_status_take(&s->status, s->live);
    if (s->a.json)
        serve_status_json(&s->status, s->live, stdout);
    else
        serve_status_line(&s->status, s->live, stdout);
    if (write_status_file(s, &error) != PB_OK) (void)fprintf(stderr, "pitboard serve: %s\n", error.text);
}

/* True when told to end within that time. */
static bool is_told_to_end(serve *s, const sigset_t *ends)
{
    int64_t until = pb_engine_mono_us() + (int64_t)s->a.status_ms * 1000;
    for (int64_t left; (left = until - pb_engine_mono_us()) > 0;) {
        if (!s->web && left > RETRY_US) left = RETRY_US;
        const struct timespec most = {.tv_sec = left / 1000000, .tv_nsec = (long)(left % 1000000) * 1000};
        if (sigtimedwait(ends, NULL, &most) >= 0) return true;
        begin_web_late(s);
    }
    return false;
}

/* Until SIGINT or SIGTERM, or the end of an input that is all there is. */
static void show_until_told_to_end(serve *s, const sigset_t *ends)
{
    do show(s);
    while (!is_told_to_end(s, ends) && (serve_web_wanted(&s->a) || s->status.now.listening));
}

/* The state that it ended with: the same bytes as a replay of the record gives. */
static void keep_state(void *user, const pb_pipeline *pipeline, pb_span call)
{
    serve         *s = user;
    pb_json_writer w;
    (void)call;
    FILE *f = s->a.state ? open_memstream(&s->state.at, &s->state.len) : NULL;
    if (!f) return;
    pb_json_begin(&w, f, 1);
    pb_race_state_print(pb_pipeline_state(pipeline), &w, NULL);
    pb_json_end(&w);
    if (fclose(f) != 0) s->state.len = 0;
}

static pb_status write_state(serve *s, pb_error *error)
{
    if (!s->a.state) return PB_OK;
    if (s->state.len == 0)
        return pb_error_set(error, PB_E_LIMIT, "%s: not written: the recording was not read to its end, or no memory",
                            s->a.state);
    pb_status status = pb_file_write(s->a.state, (pb_span){s->state.at, s->state.len}, error);
    free(s->state.at);
    return status;
}

/* What did not get everywhere is told. */
static pb_status judge_end(const pb_live_status *end, pb_error *error)
{
    if (end->store != PB_PART_OFF && end->applied_seq < end->durable_seq)
        (void)fprintf(stderr, "pitboard serve: the store lacks %llu records; the next start with it brings them\n",
                      (unsigned long long)(end->durable_seq - end->applied_seq));
    if (end->record == PB_PART_OFF || end->durable_seq >= end->seq) return PB_OK;
    return pb_error_set(error, PB_E_IO, "the last %llu records are not in the recording: %s",
                        (unsigned long long)(end->seq - end->durable_seq),
                        end->record_why[0] ? end->record_why : "they found no room in the queue");
}

static void say_late(void *nothing)
{
    (void)nothing;
    (void)fprintf(stderr, "pitboard serve: not all ended in time; what was received is in the record, if there is one, "
                          "and the next start brings the store what it lacks\n");
}

static pb_status follow(serve *s, const sigset_t *ends, pb_error *error)
{
    pb_live_status end;
    PB_TRY(open_sessions(s, error));
    PB_TRY(start_session(s, error));
    PB_TRY(begin_web(s, error));
    show_until_told_to_end(s, ends);
    s->guard = serve_guard_start(END_MS, say_late, NULL);
    serve_web_drain(s->web, DRAIN_MS);
    pb_session_end(s->session, CATCH_UP_MS);
    pb_live_status_get(s->live, &end);
    if (!end.recovering) pb_live_see(s->live, keep_state, s);
    PB_TRY(write_state(s, error));
    return judge_end(&end, error);
}

static pb_status serve_all(serve *s, pb_error *error)
{
    sigset_t ends;
    PB_TRY(choose(s, error));
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    if (sigprocmask(SIG_BLOCK, &ends, NULL) != 0) return pb_error_set(error, PB_E_IO, "signals cannot be caught");
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN); /* a file as large as it may be: the write says so */
    return follow(s, &ends, error);
}

static void end_at_once(int code)
{
    (void)fflush(NULL);
    _exit(code);
}

/* What hangs still looks at the rest, and nothing of that may go before it: the process ends as it is. */
static void release(serve *s, int code)
{
    bool ended = serve_web_stop(s->web, 2 * PARTS_MS);
    if (s->session) pb_session_drop(s->session);
    if (s->sessions) ended = pb_sessions_close(s->sessions, PARTS_MS) && ended;
    if (!ended) end_at_once(code);
    serve_guard_stop(s->guard);
    serve_home_unlock(s->lock);
    live_caller_destroy(s->caller);
    if (s->bus) pb_bus_close(s->bus);
    pb_metrics_destroy(s->metrics);
    pb_logger_destroy(s->log);
    serve_feeds_fini(&s->feeds);
    pb_arena_fini(&s->texts);
    free(s);
}

/* ---- the command ---- */

static int run(int argc, char **argv);

const pb__command pb__cmd_serve = {
    .name     = "serve",
    .operands = "",
    .summary  = "follow a race as it happens, and answer over HTTP and WebSocket",
    .details = "Listens on this machine only unless --allow-remote is given. The first start prints a link that makes\n"
               "the first admin; /docs tells of every route. With --record everything received is on disk within\n"
               "--sync-ms and what a crash interrupted goes on where it ended; the record can be replayed. --store is\n"
               "filled from the record and may be away for a while: it catches up. Corrections and laps by hand are\n"
               "event lines, from standard input (--input -) or to the points port:\n"
               "  {\"event\":\"tyre\",\"car\":44,\"value\":1,\"aux\":3}\n"
               "Options also come from PITBOARD_SERVE_NAME and from a file (--config); the command line wins.\n"
               "SIGINT and SIGTERM end it with requests answered and everything written.\n",
    .options = serve_options,
    .n_options = SERVE_OPTIONS_N,
    .run       = run,
};

static void warn_unknown(const char *variable, const char *near)
{
    (void)fprintf(stderr, "pitboard serve: %s names no option%s%s%s\n", variable, near ? "; did you mean " : "",
                  near ? near : "", near ? "?" : "");
}

static pb_status read_args(serve *s, int argc, char **argv, pb_error *error)
{
    pb__operands     operands;
    const pb__layers layers = {.options = serve_options,
                               .n       = SERVE_OPTIONS_N,
                               .prefix  = "PITBOARD_SERVE_",
                               .environ = (const char *const *)environ,
                               .texts   = &s->texts,
                               .size    = sizeof s->a};
    s->a                    = serve_args_default();
    PB_TRY(pb__layers_read(&layers, argc, argv, &s->a, &operands, warn_unknown, error));
    if (operands.n == 0) return PB_OK;
    return pb_error_set(error, PB_E_USAGE, "serve takes options only, not %s", operands.at[0]);
}

/* A server runs for months. glibc takes large blocks from the heap once one of that size was freed, and
 * then keeps them: a replay that is wound back would hold what it needs three times. */
static void let_large_blocks_go(void)
{
#ifdef __GLIBC__
    (void)mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
#endif
}

static int run(int argc, char **argv)
{
    pb_error error;
    serve   *s = calloc(1, sizeof *s);
    if (!s) return PB__EXIT_FAILED;
    let_large_blocks_go();
    s->lock = -1;
    pb_arena_init(&s->texts, 0);
    pb_status status = read_args(s, argc, argv, &error);
    if (status == PB_OK) status = serve_all(s, &error);
    int code = status == PB_OK ? PB__EXIT_DONE : pb__fail(&pb__cmd_serve, &error);
    serve_guard_code(s->guard, code);
    release(s, code);
    return code;
}
