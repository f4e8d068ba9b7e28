/* What the pipeline gives, as rows: keys follow from the frames alone. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_stage.h"

#define REFUSALS_MAX 10000u /* rows of live_gaps of a recording for what was refused; counts go on */

static pb_value ms(int32_t value)
{
    return value == PB_MS_NONE ? pb_value_null() : pb_value_i64(value);
}

static pb_value us(int64_t value)
{
    return value == PB_US_NONE ? pb_value_null() : pb_value_i64(value);
}

static pb_value known(int64_t value, int64_t none)
{
    return value == none ? pb_value_null() : pb_value_i64(value);
}

static pb_value compound(uint8_t value)
{
    return value == PB_COMPOUND_UNKNOWN ? pb_value_null() : pb_value_text(pb_compound_name((pb_compound)value));
}

#define ADD(stage, table, ...)                                                                                         \
    do {                                                                                                               \
        const pb_value row_values[] = {__VA_ARGS__};                                                                   \
        pb__group_add(&(stage)->group, (table), row_values, sizeof row_values / sizeof *row_values);                   \
    } while (0)

/* ---- the session ---- */

void pb__stage_name_session(pb_stage *stage)
{
    stage->session_number = pb_pipeline_sessions(stage->pipeline);
    stage->session_told   = false;
    stage->state_lap      = 0;
    (void)snprintf(stage->session, sizeof stage->session, "%.31s-%u", stage->options.id, stage->session_number);
}

static const char *type_name(uint8_t type)
{
    static const char *const names[] = {NULL,     "practice", "qualifying", "sprint_qualifying",
                                        "sprint", "race",     "time_trial"};
    return type < sizeof names / sizeof *names ? names[type] : NULL;
}

static void add_session(pb_stage *s)
{
    const pb_race_state *state = pb_pipeline_state(s->pipeline);
    ADD(s, PB__SESSIONS, pb_value_text(s->session), pb_value_text(state->name), pb_value_text(type_name(state->type)),
        pb_value_text(state->circuit), known(state->season, 0), known(state->round, 0),
        pb_value_i64(s->session_from_us), known(pb_pipeline_own_car(s->pipeline), 0), pb_value_text(s->options.id),
        pb_value_text(s->options.team));
    s->session_told = true;
    s->own_told     = pb_pipeline_own_car(s->pipeline);
}

/* The state as people and programs see it: at every lap of the leader and at the end. */
static void add_state(pb_stage *s)
{
    char          *text = NULL;
    size_t         len  = 0;
    pb_json_writer w;
    FILE          *f = open_memstream(&text, &len);
    if (!f) return;
    pb_json_begin(&w, f, 0);
    pb_race_state_print(pb_pipeline_state(s->pipeline), &w, NULL);
    if (fclose(f) == 0 && text)
        ADD(s, PB__SESSION_STATES, pb_value_text(s->session), ((pb_value){PB_VALUE_TEXT, .text = {text, len}}));
    free(text);
}

/* ---- laps and stints ---- */

static const pb_live_car *car_of(const pb_stage *s, int16_t key)
{
    const pb_race_state *state = pb_pipeline_state(s->pipeline);
    for (uint8_t i = 0; i < state->n_cars; i++)
        if (state->cars[i].key == key) return &state->cars[i];
    return NULL;
}

static void add_lap(pb_stage *s, const pb_live_car *car, uint16_t number)
{
    const pb_lap *lap = pb_tracker_lap(pb_pipeline_tracker(s->pipeline), car->key, number);
    if (!lap) return;
    ADD(s, PB__LAPS, pb_value_text(s->session), pb_value_i64(car->key), pb_value_i64(number), pb_value_text(car->code),
        ms(lap->time_ms), ms(lap->session_ms), ms(lap->pit_in_ms), ms(lap->pit_out_ms), ms(lap->sector_ms[0]),
        ms(lap->sector_ms[1]), ms(lap->sector_ms[2]), known(lap->position, 0), known(lap->stint, 0),
        compound(lap->compound), known(lap->tyre_age_laps, -1), known(lap->fresh, -1), pb_value_i64(lap->status),
        pb_value_i64(lap->accurate), pb_value_i64(lap->deleted));
}

static void add_laps(pb_stage *s, const pb_live_car *car, bool all)
{
    uint32_t last  = (uint32_t)car->laps + 1; /* a lap that is being closed may be counted a moment later */
    uint32_t first = all || last < 3 ? 1 : last - 2;
    for (uint32_t lap = first; lap <= last; lap++) add_lap(s, car, (uint16_t)lap);
}

static void add_stints(pb_stage *s, const pb_live_car *car)
{
    for (uint8_t i = 0; i < car->n_stints && i < PB_STINTS_MAX; i++) {
        const pb_stint *t = &car->stints[i];
        ADD(s, PB__STINTS, pb_value_text(s->session), pb_value_i64(car->key), pb_value_i64(i), compound(t->compound),
            known(t->fresh, -1), pb_value_i64(t->from_lap), known(t->to_lap, 0), known(t->age_at_start, -1));
    }
}

static void add_car(pb_stage *s, const pb_event *event, const pb_meaning *meaning)
{
    const uint32_t     laps = PB_MEANT_LAP | PB_MEANT_PIT | PB_MEANT_OUT | PB_MEANT_REWRITE;
    int16_t            key  = meaning->car != 0 ? meaning->car : event->car;
    const pb_live_car *car  = car_of(s, key);
    if (!car) return;
    if (meaning->bits & laps) add_laps(s, car, (meaning->bits & PB_MEANT_REWRITE) != 0);
    if ((meaning->bits & laps) || event->kind == PB_EV_STINT || event->kind == PB_EV_TYRE) add_stints(s, car);
}

/* ---- events ---- */

/* What changes all the time is in the record and in the telemetry. */
static bool is_kept(uint8_t kind)
{
    switch (kind) {
    case PB_EV_CLOCK:
    case PB_EV_GAP:
    case PB_EV_INTERVAL:
    case PB_EV_LAP_DISTANCE:
    case PB_EV_SPEED:
    case PB_EV_WEAR:
    case PB_EV_FUEL:
        return false;
    default:
        return true;
    }
}

static void add_event(pb_stage *s, uint64_t seq, uint32_t n, const pb_event *e)
{
    char   line[PB_EVENT_LINE_MAX];
    size_t len = pb_event_line_write(e, line, sizeof line);
    ADD(s, PB__EVENTS, pb_value_text(s->session), pb_value_i64((int64_t)seq), pb_value_i64(n), us(e->at_us),
        ms(e->session_ms), pb_value_text(pb_event_kind_name((pb_event_kind)e->kind)),
        pb_value_text(pb_origin_name((pb_origin)e->origin)), known(e->car, 0), known(e->lap, 0),
        ((pb_value){PB_VALUE_TEXT, .text = {line, len}}));
}

static void add_weather(pb_stage *s, uint64_t seq, uint32_t n, const pb_event *e)
{
    ADD(s, PB__WEATHER, pb_value_text(s->session), pb_value_i64((int64_t)seq), pb_value_i64(n), us(e->at_us),
        ms(e->session_ms), pb_value_f64(e->real[0]), pb_value_f64(e->real[1]), pb_value_f64(e->real[2]),
        pb_value_f64(e->real[3]), pb_value_f64(e->real[4]), pb_value_f64(e->real[5]),
        isnan(e->real[6]) ? pb_value_null() : pb_value_i64(e->real[6] > 0));
}

static void add_message(pb_stage *s, uint64_t seq, uint32_t n, const pb_event *e)
{
    ADD(s, PB__MESSAGES, pb_value_text(s->session), pb_value_i64((int64_t)seq), pb_value_i64(n), us(e->at_us),
        ms(e->session_ms), known(e->lap, 0), known(e->car, 0), pb_value_text(e->name), pb_value_text(e->flag_text),
        pb_value_text(e->text));
}

/* Whose rows are in the store already. */
static bool is_in(const pb_stage *s, const pb_frame *frame)
{
    return frame->seq <= s->applied;
}

static void begin_session(pb_stage *s, const pb_frame *frame)
{
    pb__chunks_end(&s->chunks); /* of the one before */
    pb__stage_name_session(s);
    s->session_from_us = frame->received_us;
}

static void take_event(void *user, const pb_frame *frame, uint32_t n, const pb_event *event, const pb_meaning *meaning)
{
    pb_stage            *s     = user;
    const pb_race_state *state = pb_pipeline_state(s->pipeline);
    if (meaning->bits & PB_MEANT_NEW) begin_session(s, frame);
    bool keep_state = (meaning->bits & PB_MEANT_END) || state->leader_lap != s->state_lap;
    s->state_lap    = state->leader_lap;
    if (is_in(s, frame)) return;
    if (!s->session_told || event->kind == PB_EV_SESSION || pb_pipeline_own_car(s->pipeline) != s->own_told)
        add_session(s);
    if (is_kept(event->kind)) add_event(s, frame->seq, n, event);
    if (event->kind == PB_EV_WEATHER) add_weather(s, frame->seq, n, event);
    if (event->kind == PB_EV_CONTROL) add_message(s, frame->seq, n, event);
    add_car(s, event, meaning);
    if (keep_state) add_state(s);
}

/* ---- telemetry ---- */

static void take_point(void *user, const pb_frame *frame, uint32_t n, const pb_point *point)
{
    pb_stage *s = user;
    (void)n;
    if (!s->session_told && !is_in(s, frame)) add_session(s);
    pb__chunks_add(&s->chunks, s->session, frame->seq, frame->received_us, point);
}

static void take_window(void *user, const pb_frame *frame, const pb_window *w)
{
    pb_stage *s = user;
    if (is_in(s, frame) && !s->ended) return;
    ADD(s, PB__WINDOWS, pb_value_text(s->session), pb_value_i64(w->car), pb_value_i64(w->kind),
        pb_value_i64(w->from_us), pb_value_i64(w->to_us), known(w->lap, 0), known(w->sector, 0),
        pb_value_i64(w->n_points), pb_value_text(pb_window_schema()->name), pb_value_blob(w->at, sizeof w->at));
}

/* ---- calls, gaps ---- */

static void take_call(void *user, const pb_frame *frame)
{
    pb_stage    *s   = user;
    pb_json_doc *doc = NULL;
    int64_t      car = 0, lap = 0, event = 0;
    char         inputs[160];
    if (is_in(s, frame) || pb_json_parse(frame->bytes, "call", &doc, NULL) != PB_OK) return;
    pb_json root = pb_json_root(doc);
    (void)pb_json_i64(pb_json_get(root, "car"), 0, INT16_MAX, &car, NULL);
    (void)pb_json_i64(pb_json_get(root, "lap"), 0, UINT16_MAX, &lap, NULL);
    (void)pb_json_i64(pb_json_get(root, "event"), 0, INT64_MAX, &event, NULL);
    pb_json_free(doc);
    (void)snprintf(inputs, sizeof inputs, "{\"record\":\"%s\",\"event\":%lld}", s->options.id, (long long)event);
    ADD(s, PB__CALLS, pb_value_text(s->session), pb_value_i64((int64_t)frame->seq), pb_value_i64(car),
        pb_value_i64(lap), pb_value_text(inputs), ((pb_value){PB_VALUE_TEXT, .text = frame->bytes}));
}

static void take_refusal(void *user, const pb_frame *frame, const char *why)
{
    pb_stage *s = user;
    (void)frame;
    if (s->n_refused++ == 0) s->why = why;
}

/* One row a frame: numbers that are missing before it, else what of it was refused. */
static void add_gap(pb_stage *s, const pb_frame *frame)
{
    uint64_t missing = s->last_seq > 0 && frame->seq > s->last_seq + 1 ? frame->seq - s->last_seq - 1 : 0;
    s->last_seq      = frame->seq;
    if (missing == 0 && (s->n_refused == 0 || s->refusals >= REFUSALS_MAX)) return;
    if (missing == 0) s->refusals++;
    if (is_in(s, frame)) return;
    ADD(s, PB__GAPS, pb_value_text(s->session), pb_value_i64((int64_t)frame->seq),
        pb_value_text(missing > 0 ? "records lost before it" : s->why),
        pb_value_i64(missing > 0 ? (int64_t)missing : s->n_refused));
}

/* ---- all of it ---- */

static pb_pipeline_sink sink_of(pb_stage *s)
{
    return (pb_pipeline_sink){.user    = s,
                              .event   = take_event,
                              .point   = take_point,
                              .window  = take_window,
                              .call    = take_call,
                              .refused = take_refusal};
}

void pb__stage_rows(pb_stage *stage, const pb_frame *frame)
{
    const pb_pipeline_sink sink = sink_of(stage);
    if (stage->session_from_us == 0) stage->session_from_us = frame->received_us;
    stage->n_refused = 0;
    pb_pipeline_feed(stage->pipeline, frame, &sink);
    add_gap(stage, frame);
}

void pb_stage_finish(pb_stage *stage)
{
    const pb_pipeline_sink sink = sink_of(stage);
    stage->ended                = true;
    pb__chunks_end(&stage->chunks);
    pb_pipeline_finish(stage->pipeline, &sink);
    if (stage->session_told) add_state(stage);
}
