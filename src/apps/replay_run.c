#include "replay_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pitboard/engine.h"
#include "pitboard/engine_store.h"
#include "replay_send.h"

#define PAUSE_MOST_US 600000000 /* between two records; more is a recorder that was off */

/* Everything of one run that is not the answer. */
typedef struct run {
    const replay_question *q;
    replay_answer         *a;
    pb_source             *source;
    pb_pipeline           *pipeline;
    pb_stage              *stage;
    replay_send           *to[PB__LIST_MAX];
    FILE                  *calls;
    pb_ask                *ask;
    double                 started_s;
    double                 due_s; /* of the newest record, from the start of the replay */
    int64_t                before_us;
    bool                   begun;
    pb_status              status; /* of what happens inside a callback */
    pb_error              *error;
} run;

/* ---- time ---- */

static void sleep_until(double at_s)
{
    double left = at_s - pb_engine_seconds();
    if (left <= 0) return;
    struct timespec t = {.tv_sec = (time_t)left};
    t.tv_nsec         = (long)((left - (double)t.tv_sec) * 1e9);
    while (nanosleep(&t, &t) != 0 && errno == EINTR) continue;
}

static void wait_for(run *r, const pb_frame *frame)
{
    int64_t step = r->begun ? frame->mono_us - r->before_us : 0;
    r->before_us = frame->mono_us;
    r->begun     = true;
    if (r->q->speed <= 0) return;
    if (r->a->is_record && (step < 0 || step > PAUSE_MOST_US)) step = 0; /* another run of the recorder */
    r->due_s += (double)(step > 0 ? step : 0) / 1e6 / r->q->speed;
    sleep_until(r->started_s + r->due_s);
}

/* ---- decisions ---- */

static void write_call(run *r, const pb_bytes *line)
{
    if (!r->calls) return;
    if (fwrite(line->at, 1, line->len, r->calls) == line->len && fputc('\n', r->calls) != EOF) return;
    r->status = pb_error_set(r->error, PB_E_IO, "%s: cannot be written: %s", r->q->calls, strerror(errno));
}

static void answer(run *r)
{
    pb_bytes line;
    bool     failed = false;
    r->status       = pb_ask_answer(r->ask, NULL, 0, r->q->decide, r->q->decide_user, &line, &failed, r->error);
    if (r->status != PB_OK) return;
    if (failed) (void)pb_span_copy(pb_span_of(line.at), r->a->call_why, sizeof r->a->call_why);
    *(failed ? &r->a->calls_failed : &r->a->calls_made) += 1;
    write_call(r, &line);
    pb_bytes_free(&line);
}

/* Our car, then its team-mate, as in a race that is followed. */
static void decide(void *user, const pb_decision_point *point)
{
    run *r = user;
    if (r->status != PB_OK) return;
    r->status = pb_ask_take(r->ask, r->pipeline, point, r->error);
    if (r->status == PB_OK) answer(r);
    if (r->status == PB_OK && pb_ask_turn_to_mate(r->ask)) answer(r);
}

/* ---- all of it ---- */

static pb_status open_stage(run *r)
{
    pb_stage_options o = pb_stage_options_default();
    if (!r->q->store) return PB_OK;
    o.url     = r->q->store;
    o.id      = pb_source_id(r->source);
    o.own_car = r->q->car;
    PB_TRY(pb_stage_create(&o, &r->stage, r->error));
    return pb_stage_connect(r->stage, r->error);
}

static pb_status open_all(run *r)
{
    pb_pipeline_options o = pb_pipeline_options_default();
    o.own_car             = r->q->car;
    PB_TRY(pb_source_open(r->q->path, &r->source, r->error));
    r->a->is_record = pb_source_is_record(r->source);
    (void)pb_span_copy(pb_span_of(pb_source_id(r->source)), r->a->id, sizeof r->a->id);
    for (uint32_t i = 0; i < r->q->to.n; i++)
        PB_TRY(replay_send_open(r->q->to.at[i], r->q->only, r->q->remote, &r->to[i], r->error));
    PB_TRY(pb_pipeline_create(&o, &r->pipeline, r->error));
    PB_TRY(open_stage(r));
    if (pb_ask_create(&r->ask) != PB_OK) return pb_error_set(r->error, PB_E_NOMEM, "out of memory");
    if (!r->q->calls) return PB_OK;
    r->calls = fopen(r->q->calls, "w");
    if (!r->calls) return pb_error_set(r->error, PB_E_IO, "%s: cannot be written: %s", r->q->calls, strerror(errno));
    return PB_OK;
}

static pb_status play_one(run *r, const pb_frame *frame, const pb_pipeline_sink *sink)
{
    wait_for(r, frame);
    for (uint32_t i = 0; i < r->q->to.n; i++) PB_TRY(replay_send_frame(r->to[i], frame, r->error));
    pb_pipeline_feed(r->pipeline, frame, sink);
    r->a->n++;
    if (!r->stage) return r->status;
    pb_stage_feed(r->stage, frame);
    if (pb_stage_is_due(r->stage)) PB_TRY(pb_stage_commit(r->stage, r->error));
    return r->status;
}

static pb_status play(run *r)
{
    const pb_pipeline_sink sink = {.user = r, .decide = r->q->decide ? decide : NULL};
    pb_frame               frame;
    pb_status              status;
    r->started_s = pb_engine_seconds();
    while ((status = pb_source_next(r->source, &frame, r->error)) == PB_OK) PB_TRY(play_one(r, &frame, &sink));
    if (status != PB_E_EMPTY) return status;
    pb_pipeline_finish(r->pipeline, &sink);
    if (!r->stage) return PB_OK;
    pb_stage_finish(r->stage);
    return pb_stage_commit(r->stage, r->error);
}

static pb_status write_state(const run *r)
{
    pb_json_writer w;
    char          *text = NULL;
    size_t         len  = 0;
    if (!r->q->state) return PB_OK;
    FILE *f = open_memstream(&text, &len);
    if (!f) return pb_error_set(r->error, PB_E_NOMEM, "out of memory");
    pb_json_begin(&w, f, 1);
    pb_race_state_print(pb_pipeline_state(r->pipeline), &w, NULL);
    pb_json_end(&w);
    pb_status status = fclose(f) == 0 ? pb_file_write(r->q->state, (pb_span){text, len}, r->error)
                                      : pb_error_set(r->error, PB_E_NOMEM, "out of memory");
    free(text);
    return status;
}

static void sum_up(run *r)
{
    replay_answer *a = r->a;
    a->elapsed_s     = pb_engine_seconds() - r->started_s;
    a->counts        = *pb_pipeline_counts_get(r->pipeline);
    a->state         = *pb_pipeline_state(r->pipeline);
    a->own           = pb_pipeline_own_car(r->pipeline);
    a->record        = pb_source_record_stats(r->source);
    a->rows_refused  = pb_source_refused(r->source);
    for (uint32_t i = 0; i < r->q->to.n; i++) {
        a->sent += replay_send_count(r->to[i]);
        a->send_failed += replay_send_failed(r->to[i]);
    }
    if (!r->stage) return;
    a->stored_rows   = pb_stage_rows(r->stage);
    a->store_refused = pb_stage_refused(r->stage);
}

static pb_status close_all(run *r, pb_status status)
{
    for (uint32_t i = 0; i < r->q->to.n; i++) replay_send_close(r->to[i]);
    pb_stage_destroy(r->stage);
    pb_pipeline_destroy(r->pipeline);
    pb_source_close(r->source);
    pb_ask_destroy(r->ask);
    if (r->calls && fclose(r->calls) != 0 && status == PB_OK)
        status = pb_error_set(r->error, PB_E_IO, "%s: cannot be written: %s", r->q->calls, strerror(errno));
    return status;
}

pb_status replay_run(const replay_question *question, replay_answer *out, pb_error *error)
{
    memset(out, 0, sizeof *out);
    run *r = calloc(1, sizeof *r);
    if (!r) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    *r               = (run){.q = question, .a = out, .error = error, .status = PB_OK};
    pb_status status = open_all(r);
    if (status == PB_OK) {
        status = play(r);
        sum_up(r);
    }
    if (status == PB_OK) status = write_state(r);
    status = close_all(r, status);
    free(r);
    return status;
}
