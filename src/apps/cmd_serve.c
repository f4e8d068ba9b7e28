/* pitboard serve: a race as it happens. */
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "feed_address.h"
#include "live_decide.h"
#include "pitboard/engine.h"
#include "serve_status.h"
#include "terminal.h"

typedef struct args {
    const char      *udp, *points_udp, *store, *record, *car, *status, *input, *state;
    pb__list         forward;
    uint32_t         queue_mib, sync_ms, segment_mib, status_ms;
    bool             allow_remote, no_calls, json;
    live_decide_args decide;
} args;

static const pb__option options[] = {
    {"udp", PB__OPT_TEXT, offsetof(args, udp), "PORT", "the F1 game's datagrams; HOST:PORT, 0 is off (20777)", 0, 0},
    {"points-udp", PB__OPT_TEXT, offsetof(args, points_udp), "PORT", "telemetry points and event lines (20778)", 0, 0},
    {"input", PB__OPT_TEXT, offsetof(args, input), "-", "lines of any feed and corrections from standard input", 0, 0},
    {"record", PB__OPT_TEXT, offsetof(args, record), "DIR", "keep everything received there, and go on from it", 0, 0},
    {"store", PB__OPT_TEXT, offsetof(args, store), "URL", "fill a store from the record", 0, 0},
    {"car", PB__OPT_TEXT, offsetof(args, car), "CAR", "ours: a code or a number (as the feed says)", 0, 0},
    {"forward", PB__OPT_LIST, offsetof(args, forward), "URL", "udp://HOST:PORT gets every F1 datagram, unchanged", 0,
     0},
    {"no-calls", PB__OPT_FLAG, offsetof(args, no_calls), NULL, "follow, and decide nothing", 0, 0},
    LIVE_DECIDE_OPTIONS(args, decide),
    {"allow-remote", PB__OPT_FLAG, offsetof(args, allow_remote), NULL, "listen where others can reach us", 0, 0},
    {"queue-mib", PB__OPT_U32, offsetof(args, queue_mib), "N", "memory of each queue before records are dropped (32)",
     1, 1024},
    {"sync-ms", PB__OPT_U32, offsetof(args, sync_ms), "N", "records wait so long for company before the disk (20)", 0,
     10000},
    {"segment-mib", PB__OPT_U32, offsetof(args, segment_mib), "N", "size of a segment of the record (64)", 1, 1048576},
    {"status", PB__OPT_TEXT, offsetof(args, status), "FILE", "write the state there as JSON, too", 0, 0},
    {"status-ms", PB__OPT_U32, offsetof(args, status_ms), "N", "between two states (1000)", 10, 3600000},
    {"state", PB__OPT_TEXT, offsetof(args, state), "FILE", "the race at the end, as JSON", 0, 0},
    {"json", PB__OPT_FLAG, offsetof(args, json), NULL, "the state as JSON, one object a line", 0, 0},
};

/* Everything of one run. */
typedef struct serve {
    args            a;
    pb_live_options live_options;
    char            udp[FEED_ADDRESS_MAX], points[FEED_ADDRESS_MAX];
    char            forward[PB_FORWARD_MAX][FEED_ADDRESS_MAX];
    const char     *forwards[PB_FORWARD_MAX];
    char           *record;
    pb_live        *live;
    serve_status    status;
    pb_bytes        state; /* at the end */
    live_caller    *caller;
} serve;

/* ---- what was asked for ---- */

static pb_status choose_addresses(serve *s, pb_error *error)
{
    const args *a = &s->a;
    PB_TRY(feed_address_listen(a->udp ? a->udp : "20777", "--udp", a->allow_remote, s->udp, error));
    PB_TRY(feed_address_listen(a->points_udp ? a->points_udp : "20778", "--points-udp", a->allow_remote, s->points,
                               error));
    if (a->forward.n > PB_FORWARD_MAX)
        return pb_error_set(error, PB_E_USAGE, "--forward may be given at most %d times", PB_FORWARD_MAX);
    for (uint32_t i = 0; i < a->forward.n; i++) {
        PB_TRY(feed_address_send(a->forward.at[i], "--forward", s->forward[i], error));
        if (feed_address_loops(s->udp, s->forward[i]))
            return pb_error_set(error, PB_E_USAGE, "--forward %s: that is where we listen (--udp): it would go round",
                                a->forward.at[i]);
        s->forwards[i] = s->forward[i];
    }
    if (a->input && strcmp(a->input, "-") != 0)
        return pb_error_set(error, PB_E_USAGE, "--input takes - (standard input); `pitboard replay` plays files");
    if (!s->udp[0] && !s->points[0] && !a->input)
        return pb_error_set(error, PB_E_USAGE, "nothing to listen to: --udp, --points-udp and --input are all off");
    return PB_OK;
}

/* The record lies beside a store in a file, unless it is named. */
static pb_status choose_record(serve *s, pb_error *error)
{
    const char *store = s->a.store;
    if (s->a.record || !store) return PB_OK;
    if (strncmp(store, "sqlite:", 7) != 0)
        return pb_error_set(error, PB_E_USAGE, "--store needs --record DIR: the store is filled from the record");
    if (asprintf(&s->record, "%s.record", store + 7) < 0) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    s->a.record = s->record;
    return PB_OK;
}

static pb_status choose(serve *s, pb_error *error)
{
    PB_TRY(choose_addresses(s, error));
    PB_TRY(choose_record(s, error));
    pb_live_options *o      = &s->live_options;
    *o                      = pb_live_options_default();
    o->udp                  = s->udp[0] ? s->udp : NULL;
    o->points_udp           = s->points[0] ? s->points : NULL;
    o->forward              = s->forwards;
    o->n_forward            = s->a.forward.n;
    o->input_fd             = s->a.input ? STDIN_FILENO : -1;
    o->record_dir           = s->a.record;
    o->record.segment_bytes = (uint64_t)s->a.segment_mib << 20;
    o->sync_ms              = s->a.sync_ms;
    o->queue_bytes          = (size_t)s->a.queue_mib << 20;
    o->own_car              = s->a.car;
    o->store_url            = s->a.store;
    return PB_OK;
}

static pb_status choose_caller(serve *s, pb_error *error)
{
    if (s->a.no_calls) return PB_OK;
    PB_TRY(live_decide_make(&s->a.decide, &s->caller, error));
    s->live_options.decide      = live_decide_call;
    s->live_options.decide_user = s->caller;
    return PB_OK;
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

/* Until SIGINT or SIGTERM, or the end of an input that is all there is. */
static void show_until_told_to_end(serve *s, const sigset_t *ends)
{
    const struct timespec between = {.tv_sec  = s->a.status_ms / 1000,
                                     .tv_nsec = (long)(s->a.status_ms % 1000) * 1000000};
    do show(s);
    while (sigtimedwait(ends, NULL, &between) < 0 && s->status.now.listening);
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

#define END_MS 10000 /* the store may take so long to catch up at the end */

static pb_status serve_all(serve *s, pb_error *error)
{
    sigset_t       ends;
    pb_live_status end;
    PB_TRY(choose(s, error));
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    if (sigprocmask(SIG_BLOCK, &ends, NULL) != 0) return pb_error_set(error, PB_E_IO, "signals cannot be caught");
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN); /* a file as large as it may be: the write says so */
    PB_TRY(choose_caller(s, error));
    PB_TRY(pb_live_start(&s->live_options, &s->live, error));
    show_until_told_to_end(s, &ends);
    pb_live_end(s->live, END_MS, keep_state, s, &end);
    PB_TRY(write_state(s, error));
    return judge_end(&end, error);
}

static int run(int argc, char **argv);

const pb__command pb__cmd_serve = {
    .name     = "serve",
    .operands = "",
    .summary  = "follow a race as it happens: every feed in, recorded, stored, decided",
    .details =
        "Listens on this machine only unless --allow-remote is given. With --record everything received is on\n"
        "disk within --sync-ms and what a crash interrupted goes on where it ended; the record can be replayed.\n"
        "--store is filled from the record and may be away for a while: it catches up. Corrections and laps\n"
        "by hand are event lines, from standard input (--input -) or to the points port:\n"
        "  {\"event\":\"tyre\",\"car\":44,\"value\":1,\"aux\":3}\n"
        "SIGINT and SIGTERM end it with everything written.\n",
    .options   = options,
    .n_options = sizeof options / sizeof *options,
    .run       = run,
};

static int run(int argc, char **argv)
{
    pb_error     error;
    pb__operands operands;
    serve       *s = calloc(1, sizeof *s);
    if (!s) return PB__EXIT_FAILED;
    s->a = (args){.queue_mib = 32, .sync_ms = 20, .segment_mib = 64, .status_ms = 1000};
    pb_status status =
        pb__options_read(argc, argv, options, sizeof options / sizeof *options, &s->a, &operands, &error);
    if (status == PB_OK && operands.n > 0)
        status = pb_error_set(&error, PB_E_USAGE, "serve takes options only, not %s", operands.at[0]);
    if (status == PB_OK) status = serve_all(s, &error);
    live_caller_destroy(s->caller);
    free(s->record);
    free(s);
    return status == PB_OK ? PB__EXIT_DONE : pb__fail(&pb__cmd_serve, &error);
}
