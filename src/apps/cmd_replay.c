/* pitboard replay: a recording or a file, played again. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "live_decide.h"
#include "pitboard/engine.h"
#include "replay_run.h"
#include "terminal.h"

typedef struct args {
    const char      *speed, *only, *car, *calls, *state, *store;
    pb__list         to;
    bool             allow_remote, json;
    live_decide_args decide;
} args;

static const pb__option options[] = {
    {"speed", PB__OPT_TEXT, offsetof(args, speed), "X|max", "times real time (1 with --to, else max)", 0, 0},
    {"to", PB__OPT_LIST, offsetof(args, to), "URL", "send records there: udp://HOST:PORT, http(s)://... (POST)", 0, 0},
    {"only", PB__OPT_TEXT, offsetof(args, only), "KIND", "send only f1-udp, live-timing, points or event", 0, 0},
    {"car", PB__OPT_TEXT, offsetof(args, car), "CAR", "ours: a code or a number (as the feed says)", 0, 0},
    {"calls", PB__OPT_TEXT, offsetof(args, calls), "FILE", "decide at every decision point; one JSON object a line", 0,
     0},
    {"state", PB__OPT_TEXT, offsetof(args, state), "FILE", "the state at the end, as JSON", 0, 0},
    {"store", PB__OPT_TEXT, offsetof(args, store), "URL", "fill a store, as `pitboard serve` does", 0, 0},
    LIVE_DECIDE_OPTIONS(args, decide),
    {"allow-remote", PB__OPT_FLAG, offsetof(args, allow_remote), NULL, "http:// to other machines too", 0, 0},
    {"json", PB__OPT_FLAG, offsetof(args, json), NULL, "one JSON object", 0, 0},
};

static pb_status choose(const args *a, const char *path, replay_question *q, pb_error *error)
{
    *q                = (replay_question){.path   = path,
                                          .to     = a->to,
                                          .remote = a->allow_remote,
                                          .car    = a->car,
                                          .calls  = a->calls,
                                          .state  = a->state,
                                          .store  = a->store};
    const char *speed = a->speed ? a->speed : a->to.n > 0 ? "1" : "max";
    if (strcmp(speed, "max") != 0 &&
        (!pb_span_to_f64(pb_span_of(speed), &q->speed) || q->speed < 0.01 || q->speed > 100000))
        return pb_error_set(error, PB_E_USAGE, "--speed wants max or a number from 0.01 to 100000, not '%s'", speed);
    if (!a->only) return PB_OK;
    q->only = (uint8_t)pb_feed_kind_from_name(pb_span_of(a->only));
    if (q->only == PB_FEED_NONE)
        return pb_error_set(error, PB_E_USAGE, "--only wants f1-udp, live-timing, points or event, not '%s'", a->only);
    return PB_OK;
}

/* ---- what it gave ---- */

static void put_counts(pb_json_writer *w, const replay_answer *a)
{
    const pb_pipeline_counts *c = &a->counts;
    pb_json_object(w, "records");
    for (int k = 1; k < PB_FEED_N; k++) pb_json_put_i64(w, pb_feed_kind_name((pb_feed_kind)k), (int64_t)c->records[k]);
    pb_json_put_i64(w, "call", (int64_t)c->calls);
    pb_json_object_end(w);
    pb_json_put_i64(w, "lost", (int64_t)a->record.lost);
    pb_json_put_i64(w, "damaged", (int64_t)a->record.damaged);
    pb_json_put_i64(w, "damaged_bytes", (int64_t)a->record.damaged_bytes);
    pb_json_put_i64(w, "torn_bytes", (int64_t)a->record.torn_bytes);
    pb_json_put_i64(w, "rows_refused", a->rows_refused);
    pb_json_put_i64(w, "events", (int64_t)c->events);
    pb_json_put_i64(w, "points", (int64_t)c->points);
    pb_json_put_i64(w, "windows", (int64_t)c->windows);
    pb_json_put_i64(w, "refused", (int64_t)c->refused);
    pb_json_put_i64(w, "clocks", (int64_t)c->clocks);
    pb_json_array(w, "reasons");
    for (uint32_t i = 0; i < c->n_reasons; i++) {
        pb_json_object(w, NULL);
        pb_json_put_text(w, "feed", pb_feed_kind_name((pb_feed_kind)c->reasons[i].kind));
        pb_json_put_text(w, "why", c->reasons[i].why);
        pb_json_put_i64(w, "n", (int64_t)c->reasons[i].n);
        pb_json_object_end(w);
    }
    pb_json_array_end(w);
}

static void print_json(const replay_answer *a)
{
    pb_json_writer w;
    pb_json_begin(&w, stdout, 2);
    pb_json_object(&w, NULL);
    pb_json_put_text(&w, "id", a->id);
    pb_json_put_bool(&w, "recording", a->is_record);
    put_counts(&w, a);
    pb_json_put_text(&w, "session", a->state.session);
    pb_json_put_text(&w, "name", a->state.name);
    pb_json_put_i64(&w, "cars", a->state.n_cars);
    pb_json_put_i64(&w, "lap", a->state.leader_lap);
    pb_json_put_i64(&w, "own_car", a->own);
    pb_json_put_i64(&w, "decision_points", (int64_t)a->counts.decisions);
    pb_json_put_i64(&w, "calls_made", (int64_t)a->calls_made);
    pb_json_put_i64(&w, "calls_failed", (int64_t)a->calls_failed);
    pb_json_put_text(&w, "call_failure", a->call_why[0] ? a->call_why : NULL);
    pb_json_put_i64(&w, "sent", (int64_t)a->sent);
    pb_json_put_i64(&w, "send_failed", (int64_t)a->send_failed);
    pb_json_put_i64(&w, "stored_rows", (int64_t)a->stored_rows);
    pb_json_put_i64(&w, "store_refused", (int64_t)a->store_refused);
    pb_json_put_fixed(&w, "elapsed_s", a->elapsed_s, 3);
    pb_json_object_end(&w);
    pb_json_end(&w);
}

static void print_reasons(const pb_pipeline_counts *c)
{
    char n[32];
    for (uint32_t i = 0; i < c->n_reasons; i++)
        printf("  %12s  %s: %s\n", pb__thousands(c->reasons[i].n, n),
               pb_feed_kind_name((pb_feed_kind)c->reasons[i].kind), c->reasons[i].why);
}

static void print_table(const replay_answer *a)
{
    const pb_pipeline_counts *c = &a->counts;
    char                      x[32], y[32], z[32];
    printf("%s%s%s %s\n", pb__paint(stdout, PB__BOLD), a->state.name[0] ? a->state.name : a->id,
           pb__paint(stdout, PB__PLAIN), a->is_record ? "(recording)" : "");
    printf("%s records in %.2f s: %s events, ", pb__thousands(a->n, x), a->elapsed_s, pb__thousands(c->events, y));
    printf("%s points, ", pb__thousands(c->points, x));
    printf("%s windows\n", pb__thousands(c->windows, y));
    if (a->state.n_cars > 0)
        printf("%u cars, lap %u of %u\n", a->state.n_cars, a->state.leader_lap, a->state.laps_total);
    if (a->is_record && a->record.lost + a->record.damaged + a->record.torn_bytes > 0)
        printf("%s records lost, %s places damaged, %s bytes torn off\n", pb__thousands(a->record.lost, x),
               pb__thousands(a->record.damaged, y), pb__thousands(a->record.torn_bytes, z));
    if (c->refused > 0) printf("%s refused:\n", pb__thousands(c->refused, x));
    print_reasons(c);
    if (c->decisions > 0)
        printf("%s decision points, %s calls made\n", pb__thousands(c->decisions, x), pb__thousands(a->calls_made, y));
    if (a->calls_failed > 0)
        printf("%s calls could not be made; the last: %s\n", pb__thousands(a->calls_failed, x), a->call_why);
    if (a->sent > 0) printf("%s records sent\n", pb__thousands(a->sent, x));
    if (a->stored_rows > 0) printf("%s rows stored\n", pb__thousands(a->stored_rows, x));
}

static pb_status replay(const args *a, const char *path, pb_error *error)
{
    replay_question q;
    replay_answer  *answer = malloc(sizeof *answer);
    if (!answer) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    live_caller *caller = NULL;
    pb_status    status = choose(a, path, &q, error);
    if (status == PB_OK && q.calls) status = live_decide_make(&a->decide, &caller, error);
    if (caller) {
        q.decide      = live_decide_call;
        q.decide_user = caller;
    }
    if (status == PB_OK) status = replay_run(&q, answer, error);
    if (status == PB_OK && a->json) print_json(answer);
    if (status == PB_OK && !a->json) print_table(answer);
    live_caller_destroy(caller);
    free(answer);
    return status;
}

static int run(int argc, char **argv)
{
    pb_error     error;
    pb__operands operands;
    args         a   = {0};
    pb_status status = pb__options_read(argc, argv, options, sizeof options / sizeof *options, &a, &operands, &error);
    if (status == PB_OK && operands.n != 1)
        return pb__fail_operands(&pb__cmd_replay, "replay takes one file or folder");
    if (status == PB_OK) status = replay(&a, operands.at[0], &error);
    return status == PB_OK ? PB__EXIT_DONE : pb__fail(&pb__cmd_replay, &error);
}

const pb__command pb__cmd_replay = {
    .name     = "replay",
    .operands = "FILE|DIR",
    .summary  = "play a recording or any file that can be imported again",
    .details =
        "At real time, faster, or as fast as possible; into the race tracker, features, decisions and a store of\n"
        "this process, and to ports and URLs (--to). The state and the calls depend on the records only: they\n"
        "are the same bytes at any speed and with any number of threads.\n",
    .options   = options,
    .n_options = sizeof options / sizeof *options,
    .run       = run,
};
