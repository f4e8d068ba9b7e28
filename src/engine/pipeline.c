/* Records to state, features and decision points: see engine_pipeline.h. */
#include <stdlib.h>
#include <string.h>

#include "car_clocks.h"
#include "pitboard/engine_pipeline.h"

#define NEAR_PLACES 5 /* a stop or a retirement so many places from us makes us think again */
#define KEYS 32768u   /* car keys are below it */

struct pb_pipeline {
    pb_pipeline_options options;
    pb_f1_udp          *f1;
    pb_live_timing     *timing;
    pb_points          *points;
    pb_tracker         *tracker;
    pb_windows         *windows;
    pb__car_clocks      clocks;
    pb_pipeline_counts  counts;
    uint64_t            last_seq;
    uint32_t            sessions;
    int16_t             own;
    uint8_t             place_of[KEYS]; /* of a key among the cars, a guess to be checked */
    /* while a frame is fed */
    const pb_frame         *frame;
    const pb_pipeline_sink *sink;
    uint32_t                n_events, n_points, why;
};

pb_pipeline_options pb_pipeline_options_default(void)
{
    return (pb_pipeline_options){.windows = pb_window_options_default()};
}

/* ---- counting ---- */

static pb_reason *reason_of(pb_pipeline_counts *c, uint8_t kind, const char *why)
{
    for (uint32_t i = 0; i < c->n_reasons; i++) {
        pb_reason *r = &c->reasons[i];
        if (r->kind == kind && (r->why == why || strcmp(r->why, why) == 0)) return r;
    }
    if (c->n_reasons == PB_REASONS_MAX) return &c->reasons[PB_REASONS_MAX - 1];
    pb_reason *r = &c->reasons[c->n_reasons++];
    *r           = (pb_reason){.kind = kind, .why = c->n_reasons == PB_REASONS_MAX ? "other reasons" : why};
    return r;
}

static void refuse(pb_pipeline *p, const char *why)
{
    p->counts.refused++;
    reason_of(&p->counts, p->frame->kind, why)->n++;
    if (p->sink->refused) p->sink->refused(p->sink->user, p->frame, why);
}

/* ---- cars ---- */

static const pb_live_car *car_of(pb_pipeline *p, int32_t key)
{
    const pb_race_state *s = pb_tracker_state(p->tracker);
    if (key <= 0 || key >= (int32_t)KEYS) return NULL;
    uint8_t guess = p->place_of[key];
    if (guess < s->n_cars && s->cars[guess].key == key) return &s->cars[guess];
    for (uint8_t i = 0; i < s->n_cars; i++) {
        if (s->cars[i].key != key) continue;
        p->place_of[key] = i;
        return &s->cars[i];
    }
    return NULL;
}

static bool is_called(const pb_live_car *car, const char *name)
{
    int64_t number;
    if (car->code[0] != '\0' && pb_span_equal_nocase(pb_span_of(name), car->code)) return true;
    return pb_span_to_i64(pb_span_of(name), &number) && number == car->number;
}

static void find_own(pb_pipeline *p)
{
    const pb_race_state *s = pb_tracker_state(p->tracker);
    if (!p->options.own_car) {
        p->own = s->own_car;
        return;
    }
    if (p->own > 0 && car_of(p, p->own) && is_called(car_of(p, p->own), p->options.own_car)) return;
    p->own = 0;
    for (uint8_t i = 0; i < s->n_cars && p->own == 0; i++)
        if (is_called(&s->cars[i], p->options.own_car)) p->own = s->cars[i].key;
}

/* ---- decision points ---- */

/* Our car; when it is out, its team-mate. */
static int16_t whose(pb_pipeline *p)
{
    const pb_race_state *s    = pb_tracker_state(p->tracker);
    const pb_live_car   *ours = car_of(p, p->own);
    const pb_live_car   *mate = ours && pb_live_car_is_out(ours) ? pb_race_mate(s, ours) : NULL;
    return mate ? mate->key : p->own;
}

static bool is_near(pb_pipeline *p, int16_t key)
{
    const pb_live_car *ours = car_of(p, whose(p)), *other = car_of(p, key);
    if (!ours || !other) return false;
    if (ours == other || ours->position == 0 || other->position == 0) return true;
    int places = (int)ours->position - (int)other->position;
    return places >= -NEAR_PLACES && places <= NEAR_PLACES;
}

static uint32_t reasons_to_think(pb_pipeline *p, const pb_meaning *m)
{
    uint32_t why = m->bits & (PB_MEANT_TRACK | PB_MEANT_RAIN);
    if ((m->bits & PB_MEANT_LAP) && m->car == whose(p)) why |= PB_MEANT_LAP;
    if ((m->bits & (PB_MEANT_PIT | PB_MEANT_OUT)) && is_near(p, m->car)) why |= m->bits & (PB_MEANT_PIT | PB_MEANT_OUT);
    return why;
}

static bool still_races(const pb_race_state *s, const pb_live_car *ours)
{
    if (s->chequered || s->type == PB_SESSION_PRACTICE || s->type == PB_SESSION_QUALIFYING ||
        s->type == PB_SESSION_SPRINT_QUALIFYING || s->type == PB_SESSION_TIME_TRIAL)
        return false;
    return pb_live_car_races(ours);
}

static void tell_decision(pb_pipeline *p)
{
    const pb_race_state *s    = pb_tracker_state(p->tracker);
    const pb_live_car   *ours = car_of(p, whose(p));
    if (p->why == 0 || !ours || !still_races(s, ours)) return;
    p->counts.decisions++;
    pb_decision_point d = {.seq        = p->frame->seq,
                           .event      = p->counts.events,
                           .why        = p->why,
                           .car        = ours->key,
                           .lap        = ours->laps,
                           .session_ms = s->session_ms};
    if (p->sink->decide) p->sink->decide(p->sink->user, &d);
}

/* ---- what decoders give ---- */

static void give_window(void *user, const pb_window *window)
{
    pb_pipeline *p = user;
    p->counts.windows++;
    if (p->sink->window) p->sink->window(p->sink->user, p->frame, window);
}

static void take_event(void *user, const pb_event *event)
{
    pb_pipeline *p = user;
    pb_meaning   m = pb_tracker_apply(p->tracker, event);
    uint32_t     n = p->n_events++;
    if (m.refused) {
        refuse(p, m.refused);
        return;
    }
    p->counts.events++;
    find_own(p);
    if (m.bits & PB_MEANT_NEW) {
        p->sessions++;
        pb_windows_flush(p->windows, give_window, p);
        pb_windows_reset(p->windows); /* other cars may come, with other clocks */
        p->clocks.n = 0;
    }
    if (m.bits != 0) p->why |= reasons_to_think(p, &m);
    if (p->sink->event) p->sink->event(p->sink->user, p->frame, n, event, &m);
}

/* A logger does not know its tyres; the timing does. */
static void add_tyre_age(pb_pipeline *p, pb_point *point)
{
    const pb_live_car *car = pb_point_has(point, PB_CH_TYRE_AGE) ? NULL : car_of(p, point->car);
    if (!car || car->tyre_age_laps < 0) return;
    point->ch[PB_CH_TYRE_AGE] = (float)car->tyre_age_laps;
    point->has |= UINT32_C(1) << PB_CH_TYRE_AGE;
}

/* Into the windows; by a new clock when the car has one. NULL: taken. */
static const char *window(pb_pipeline *p, const pb_point *point)
{
    const char *why = pb_windows_add(p->windows, point, give_window, p);
    if (!why) pb__clocks_taken(&p->clocks, point->car);
    if (!why || strcmp(why, "late") != 0 || !pb__clocks_late(&p->clocks, point->car, point->time_us)) return why;
    p->counts.clocks++;
    pb_windows_restart(p->windows, point->car, give_window, p);
    return pb_windows_add(p->windows, point, give_window, p);
}

static void take_point(void *user, const pb_point *given)
{
    pb_pipeline *p     = user;
    pb_point     point = *given;
    uint32_t     n     = p->n_points++;
    add_tyre_age(p, &point);
    const char *why = window(p, &point);
    if (why) {
        refuse(p, why);
        return;
    }
    p->counts.points++;
    if (p->sink->point) p->sink->point(p->sink->user, p->frame, n, &point);
}

static void take_refusal(void *user, const char *why)
{
    refuse(user, why);
}

static void decode(pb_pipeline *p, const pb_frame *frame)
{
    const pb_feed_sink sink = {.user = p, .event = take_event, .point = take_point, .refused = take_refusal};
    if (frame->flags & PB_FRAME_CUT) {
        refuse(p, "longer than is taken");
        return;
    }
    switch (frame->kind) {
    case PB_FEED_F1_UDP:
        pb_f1_udp_feed(p->f1, frame->bytes, frame->received_us, &sink);
        break;
    case PB_FEED_LIVE_TIMING:
        pb_live_timing_feed(p->timing, frame->bytes, frame->received_us, &sink);
        break;
    case PB_FEED_POINTS:
        pb_points_feed(p->points, frame->bytes, frame->received_us, &sink);
        break;
    case PB_FEED_EVENT:
        pb_event_line_feed(frame->bytes, frame->received_us, &sink);
        break;
    default:
        break;
    }
}

static void count_frame(pb_pipeline *p, const pb_frame *frame)
{
    if (p->last_seq > 0 && frame->seq > p->last_seq + 1) p->counts.lost += frame->seq - p->last_seq - 1;
    p->last_seq = frame->seq;
    if (frame->kind == PB_FRAME_CALL) {
        p->counts.calls++;
    } else if (frame->kind == PB_FEED_NONE || frame->kind >= PB_FEED_N) {
        p->counts.unknown++;
    } else {
        p->counts.records[frame->kind]++;
        p->counts.bytes[frame->kind] += frame->bytes.len;
    }
}

void pb_pipeline_feed(pb_pipeline *pipeline, const pb_frame *frame, const pb_pipeline_sink *sink)
{
    pb_pipeline *p = pipeline;
    p->frame       = frame;
    p->sink        = sink;
    p->n_events = p->n_points = p->why = 0;
    count_frame(p, frame);
    if (frame->kind == PB_FRAME_CALL && sink->call) sink->call(sink->user, frame);
    decode(p, frame);
    tell_decision(p);
    p->frame = NULL;
}

void pb_pipeline_finish(pb_pipeline *pipeline, const pb_pipeline_sink *sink)
{
    const pb_frame end = {.seq = pipeline->last_seq, .kind = PB_FEED_NONE};
    pipeline->frame    = &end;
    pipeline->sink     = sink;
    pb_windows_flush(pipeline->windows, give_window, pipeline);
    pipeline->frame = NULL;
}

/* ---- the pipeline itself ---- */

static pb_status equip(pb_pipeline *p, pb_error *error)
{
    PB_TRY(pb_f1_udp_create(&p->f1, error));
    PB_TRY(pb_live_timing_create(&p->timing, error));
    PB_TRY(pb_points_create(&p->points, error));
    PB_TRY(pb_tracker_create(&p->tracker, error));
    return pb_windows_create(&p->options.windows, &p->windows, error);
}

pb_status pb_pipeline_create(const pb_pipeline_options *options, pb_pipeline **out, pb_error *error)
{
    pb_pipeline *p = calloc(1, sizeof *p);
    if (!p) return pb_error_set(error, PB_E_NOMEM, "out of memory for a pipeline");
    p->options       = *options;
    pb_status status = equip(p, error);
    if (status != PB_OK) {
        pb_pipeline_destroy(p);
        return status;
    }
    *out = p;
    return PB_OK;
}

void pb_pipeline_destroy(pb_pipeline *pipeline)
{
    if (!pipeline) return;
    if (pipeline->f1) pb_f1_udp_destroy(pipeline->f1);
    if (pipeline->timing) pb_live_timing_destroy(pipeline->timing);
    if (pipeline->points) pb_points_destroy(pipeline->points);
    if (pipeline->tracker) pb_tracker_destroy(pipeline->tracker);
    if (pipeline->windows) pb_windows_destroy(pipeline->windows);
    free(pipeline);
}

const pb_tracker *pb_pipeline_tracker(const pb_pipeline *pipeline)
{
    return pipeline->tracker;
}

const pb_race_state *pb_pipeline_state(const pb_pipeline *pipeline)
{
    return pb_tracker_state(pipeline->tracker);
}

int16_t pb_pipeline_own_car(const pb_pipeline *pipeline)
{
    return pipeline->own;
}

uint32_t pb_pipeline_sessions(const pb_pipeline *pipeline)
{
    return pipeline->sessions;
}

const pb_pipeline_counts *pb_pipeline_counts_get(const pb_pipeline *pipeline)
{
    return &pipeline->counts;
}
