/* pitboard demo: the dashboard on a race that ships, with nothing to set up and nothing left behind. */
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "demo_names.h"
#include "pitboard/codec.h"
#include "pitboard/engine_metrics.h"
#include "serve_guard.h"
#include "serve_home.h"
#include "serve_web.h"

#define PORT 8080
#define END_MS 3000  /* from the signal to the end of the process */
#define PARTS_MS 600 /* of that, each of what has to end */
#define SESSION "demo"

typedef struct args {
    const char *race, *car, *speed, *port;
    bool        no_open;
} args;

static const pb__option options[] = {
    {"race", PB__OPT_TEXT, offsetof(args, race), "ID", "a race that ships (2023-07); any other name lists them", 0, 0},
    {"car", PB__OPT_TEXT, offsetof(args, car), "CAR", "ours: a code or a number (HAM)", 0, 0},
    {"speed", PB__OPT_TEXT, offsetof(args, speed), "X", "times real time, 0.1 to 1000 (20)", 0, 0},
    {"port", PB__OPT_TEXT, offsetof(args, port), "N",
     "of the dashboard, on this machine only (8080, or one that is free)", 0, 0},
    {"no-open", PB__OPT_FLAG, offsetof(args, no_open), NULL, "print the link and open no browser", 0, 0},
};

typedef struct demo {
    args         a;
    double       speed;
    serve_args   serve;
    char         listen[32], home[512], store[SERVE_PATH_MAX], path[SERVE_PATH_MAX];
    pb_metrics  *metrics;
    pb_logger   *log;
    pb_bus      *bus;
    live_caller *caller;
    pb_sessions *sessions;
    serve_web   *web;
} demo;

static int run(int argc, char **argv);

const pb__command pb__cmd_demo = {
    .name     = "demo",
    .operands = "",
    .summary  = "a race that ships, played again, with advice and the dashboard",
    .details =
        "Prints the link of the dashboard, opens it where there is a screen, and goes on until it is interrupted.\n"
        "Nobody has to sign in, only this machine can see it, and nothing is left on disk.\n",
    .options   = options,
    .n_options = sizeof options / sizeof *options,
    .run       = run,
};

/* ---- what was asked for ---- */

static pb_status choose(demo *d, pb_error *error)
{
    int64_t     port  = PORT;
    const char *speed = d->a.speed ? d->a.speed : "20";
    if (!pb_span_to_f64(pb_span_of(speed), &d->speed) || !(d->speed >= 0.1 && d->speed <= 1000))
        return pb_error_set(error, PB_E_USAGE, "--speed wants a number from 0.1 to 1000, not '%s'", speed);
    if (d->a.port && (!pb_span_to_i64(pb_span_of(d->a.port), &port) || port < 0 || port > 65535))
        return pb_error_set(error, PB_E_USAGE, "--port wants a number up to 65535, not '%s'", d->a.port);
    if (!d->a.race) d->a.race = "2023-07";
    if (!d->a.car) d->a.car = "HAM";
    (void)snprintf(d->listen, sizeof d->listen, "127.0.0.1:%u", (unsigned)port);
    d->serve                = serve_args_default();
    d->serve.listen         = d->listen;
    d->serve.auth           = "off";
    d->serve.rate_costly    = 0;
    d->serve.rate_anonymous = d->serve.rate_signed_in = 0;
    return demo_find_race(d->a.race, d->path, sizeof d->path, error);
}

/* ---- a folder for as long as it runs ---- */

static pb_status make_home(demo *d, pb_error *error)
{
    const char *tmp = getenv("TMPDIR");
    int         len = snprintf(d->home, sizeof d->home, "%s/pitboard-demo-XXXXXX", tmp ? tmp : "/tmp");
    if (len < 0 || len >= (int)sizeof d->home || !mkdtemp(d->home)) {
        d->home[0] = '\0';
        return pb_error_set(error, PB_E_IO, "no folder can be made in %s; set TMPDIR to one that can be written to",
                            tmp ? tmp : "/tmp");
    }
    return serve_home_store(d->home, d->store, error);
}

static int remove_one(const char *path, const struct stat *what, int type, struct FTW *where)
{
    (void)what, (void)type, (void)where;
    (void)remove(path);
    return 0;
}

/* Again while it is there: a part that has not ended may open the store once more meanwhile. */
static void remove_home(void *path)
{
    const char *home = path;
    for (int i = 0; home[0] && i < 100 && access(home, F_OK) == 0; i++)
        (void)nftw(home, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- the parts ---- */

static pb_status open_sessions(demo *d, pb_error *error)
{
    pb_bus_options      bus = pb_bus_options_default();
    pb_sessions_options o   = pb_sessions_options_default();
    PB_TRY(live_decide_make(&d->serve.decide, &d->caller, error));
    PB_TRY(pb_bus_open("memory", &bus, &d->bus, error));
    d->metrics = pb_metrics_create();
    d->log     = pb_logger_create(STDERR_FILENO, PB_LOG_PLAIN, PB_LOG_WARN);
    if (!d->metrics || !d->log) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_metrics_of_process(d->metrics);
    o.store_url   = d->store;
    o.decide      = live_decide_call;
    o.decide_user = d->caller;
    o.bus         = d->bus;
    o.metrics     = d->metrics;
    o.log         = d->log;
    return pb_sessions_open(&o, &d->sessions, error);
}

static pb_status start_web(demo *d, pb_error *error)
{
    const serve_web_options o      = {.args      = &d->serve,
                                      .store_url = d->store,
                                      .home      = d->home,
                                      .sessions  = d->sessions,
                                      .bus       = d->bus,
                                      .metrics   = d->metrics,
                                      .log       = d->log,
                                      .quiet     = true};
    pb_status               status = serve_web_start(&o, &d->web, error);
    if (status == PB_OK || d->a.port) return status;
    (void)snprintf(d->listen, sizeof d->listen, "127.0.0.1:0"); /* 8080 is somebody else's */
    return serve_web_start(&o, &d->web, error);
}

static pb_status start_replay(demo *d, pb_error *error)
{
    char            id[PB_SESSION_ID_MAX];
    pb_session_spec spec = pb_session_spec_default();
    spec.kind            = PB_SESSION_REPLAY;
    spec.id              = SESSION;
    spec.team            = d->serve.team;
    spec.name            = d->a.race;
    spec.own_car         = d->a.car;
    spec.replay          = d->path;
    spec.replay_name     = d->a.race;
    spec.speed           = d->speed;
    spec.kept            = false;
    return pb_sessions_start(d->sessions, &spec, id, error);
}

/* ---- the link ---- */

/* In a process of its own that lives on: our signals are not its own. Other threads may have held the heap's locks when
 * it was made. */
static void be_browser(const char *link)
{
    sigset_t none;
    int      null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd <= STDERR_FILENO && null >= 0; fd++) (void)dup2(null, fd);
    (void)signal(SIGPIPE, SIG_DFL);
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)setsid();
    execlp("xdg-open", "xdg-open", link, (char *)NULL);
}

/* A browser, where there is a screen; whether one comes up is not waited for. */
static void open_link(const char *link)
{
    if (!getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY")) return;
    pid_t child = fork();
    if (child > 0) (void)waitpid(child, NULL, 0);
    if (child != 0) return;
    if (fork() == 0) be_browser(link);
    _exit(0);
}

static void tell(const demo *d)
{
    char link[96];
    (void)snprintf(link, sizeof link, "http://127.0.0.1:%u/#/live/" SESSION, serve_web_port(d->web));
    printf("%s, %g times as fast as it was, with advice for %s. Ctrl-C ends it.\n\n    %s\n\n", d->a.race, d->speed,
           d->a.car, link);
    (void)fflush(stdout);
    if (!d->a.no_open) open_link(link);
}

/* ---- all of it ---- */

static pb_status play(demo *d, pb_error *error)
{
    sigset_t ends;
    int      which;
    PB_TRY(choose(d, error));
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP); /* its terminal was closed: nothing is left behind */
    if (sigprocmask(SIG_BLOCK, &ends, NULL) != 0) return pb_error_set(error, PB_E_IO, "signals cannot be caught");
    (void)signal(SIGPIPE, SIG_IGN);
    PB_TRY(make_home(d, error));
    PB_TRY(open_sessions(d, error));
    PB_TRY(start_web(d, error));
    PB_TRY(start_replay(d, error));
    PB_TRY(demo_find_car(d->sessions, d->serve.team, SESSION, d->a.car, error));
    tell(d);
    (void)sigwait(&ends, &which);
    return PB_OK;
}

static void release(demo *d, int code)
{
    serve_guard *guard = serve_guard_start(END_MS, remove_home, d->home);
    serve_guard_code(guard, code);
    bool ended = serve_web_stop(d->web, PARTS_MS);
    if (d->sessions) ended = pb_sessions_close(d->sessions, PARTS_MS) && ended;
    remove_home(d->home);
    if (!ended) _exit(code); /* what hangs still looks at the rest */
    serve_guard_stop(guard);
    live_caller_destroy(d->caller);
    if (d->bus) pb_bus_close(d->bus);
    pb_metrics_destroy(d->metrics);
    pb_logger_destroy(d->log);
    free(d);
}

static int run(int argc, char **argv)
{
    pb_error     error;
    pb__operands operands;
    demo        *d = calloc(1, sizeof *d);
    if (!d) return PB__EXIT_FAILED;
    pb_status status =
        pb__options_read(argc, argv, options, sizeof options / sizeof *options, &d->a, &operands, &error);
    if (status == PB_OK && operands.n > 0)
        status = pb_error_set(&error, PB_E_USAGE, "demo takes options only, not %s", operands.at[0]);
    if (status == PB_OK) status = play(d, &error);
    int code = status == PB_OK ? PB__EXIT_DONE : pb__fail(&pb__cmd_demo, &error);
    release(d, code);
    return code;
}
