/* The thread of a replay: gives each frame when it is due.
 *
 * Race time goes from frame to frame; wall time follows it from a base at the speed in
 * force, and whatever changes the speed sets another base. Winding forward gives
 * as fast as the state follows, with decisions hushed; winding back begins again with an
 * empty state and winds forward. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sessions.h"

#define PAUSE_MOST_US 600000000 /* between two records; more is a recorder that was off */
#define SILENCE_US 120000000    /* nothing is told for so long: an hour before the start, a red flag */
#define SILENCE_KEPT_US 5000000
#define KEEP_US 5000000 /* its place is written so often */
#define WAIT_MS 200u    /* for room; then it is looked whether it is time to end */
#define SETTLE_NAP_US 30u
#define FAR 64 /* frames given in a row while the lap is far: of a lap file three laps */
#define NEAR 8

/* ---- what was asked for ---- */

static bool is_stopped(pb_session *s)
{
    pthread_mutex_lock(&s->lock);
    bool stop = s->replay.stop;
    pthread_mutex_unlock(&s->lock);
    return stop;
}

/* Race time now, by the speed in force. Under the lock. */
static int64_t race_now(const pb__replay *r, int64_t mono_us)
{
    if (r->speed_now <= 0) return r->clock_us;
    int64_t now = r->base_clock_us + (int64_t)((double)(mono_us - r->base_mono_us) * r->speed_now);
    return now < r->clock_us ? now : r->clock_us;
}

/* Wall time goes on from race time clock_us now. Under the lock. */
static void set_base(pb__replay *r, int64_t clock_us)
{
    r->base_clock_us = clock_us;
    r->base_mono_us  = pb_engine_mono_us();
    r->speed_now     = r->speed;
}

/* ---- giving ---- */

static pb_status next_frame(pb_session *s, pb_error *error)
{
    pb__replay *r = &s->replay;
    pb_status   status;
    do status = pb_source_next(r->source, &r->frame, error);
    while (status == PB_OK && s->decides && r->frame.kind == PB_FRAME_CALL); /* we make our own */
    if (status != PB_OK) return status;
    int64_t step = r->begun ? r->frame.mono_us - r->before_us : 0;
    r->before_us = r->frame.mono_us;
    r->begun     = true;
    if (r->is_record && (step < 0 || step > PAUSE_MOST_US)) step = 0; /* another run of the recorder */
    if (step > SILENCE_US) step = SILENCE_KEPT_US;                    /* nobody waits for it again */
    r->clock_us += step > 0 ? step : 0;
    r->have = true;
    return PB_OK;
}

/* One that is longer than is ever taken is told and passed over. */
static pb_status give_frame(pb_session *s, pb_error *error)
{
    pb__replay *r = &s->replay;
    pb_status   status;
    uint32_t    given = 0;
    do status = pb_live_give(atomic_load(&s->live), &r->frame, 1, WAIT_MS, &given, error);
    while (status == PB_E_LIMIT && r->frame.bytes.len <= pb_live_give_max(s->live) && !is_stopped(s));
    if (status == PB_E_LIMIT) pb_logger_say(s->all->options.log, PB_LOG_WARN, "session", NULL, "%s", error->text);
    r->have = false;
    r->frames++;
    return status == PB_E_LIMIT ? PB_OK : status;
}

/* Until all that was given is in the state; false when it is time to end. */
static bool settle(pb_session *s)
{
    for (uint32_t n = 0; !pb_live_is_settled(atomic_load(&s->live), NULL); n++) {
        if (n % 256 == 255 && is_stopped(s)) return false;
        pb__sleep_us(SETTLE_NAP_US);
    }
    return true;
}

/* ---- winding ---- */

static void see_lap(void *user, const pb_pipeline *pipeline, pb_span call)
{
    (void)call;
    *(uint16_t *)user = pb__session_lap(pb_pipeline_state(pipeline));
}

static uint16_t lap_now(pb_session *s)
{
    uint16_t lap = 0;
    pb_live_see(atomic_load(&s->live), see_lap, &lap);
    return lap;
}

/* A call may come between the look and the restart: then once more. */
static pb_status restart(pb_session *s, pb_error *error)
{
    pb_status status = PB_E_LIMIT;
    while (status == PB_E_LIMIT) {
        if (!settle(s)) return PB_E_CANCELLED;
        atomic_fetch_add(&s->begun, 1);
        status = pb_live_restart(atomic_load(&s->live), error);
        atomic_fetch_add(&s->begun, 1);
    }
    return status;
}

static pb_status begin_again(pb_session *s, pb_error *error)
{
    pb__replay *r    = &s->replay;
    pb_source  *made = NULL;
    PB_TRY(pb_source_open(s->replay_path, &made, error));
    pb_status status = restart(s, error);
    if (status != PB_OK) {
        pb_source_close(made);
        return status;
    }
    pb_source_close(r->source);
    r->source = made;
    r->have = r->begun = false;
    r->frames          = 0;
    r->clock_us        = 0;
    pb__session_forget_calls(s);
    return PB_OK;
}

/* So many frames, then the state is looked at. */
static pb_status give_some(pb_session *s, uint64_t n, pb_error *error)
{
    for (uint64_t i = 0; i < n; i++) {
        if (!s->replay.have) PB_TRY(next_frame(s, error));
        PB_TRY(give_frame(s, error));
    }
    return settle(s) ? PB_OK : PB_E_CANCELLED;
}

/* In the last lap one by one, so that it stops with the record that brings the lap. */
static uint64_t stride(int laps_left)
{
    if (laps_left > 8) return FAR;
    return laps_left > 1 ? NEAR : 1;
}

static pb_status wind_to_lap(pb_session *s, uint16_t lap, pb_error *error)
{
    for (uint16_t now; (now = lap_now(s)) < lap;) PB_TRY(give_some(s, stride(lap - now), error));
    return PB_OK;
}

static pb_status wind_over(pb_session *s, uint64_t frames, pb_error *error)
{
    while (s->replay.frames < frames) {
        uint64_t left = frames - s->replay.frames;
        PB_TRY(give_some(s, left < FAR ? left : FAR, error));
    }
    return PB_OK;
}

static pb_status seek(pb_session *s, uint16_t lap, pb_error *error)
{
    pb_status status = settle(s) ? PB_OK : PB_E_CANCELLED;
    pb_live_hush(atomic_load(&s->live), true);
    if (status == PB_OK && lap <= lap_now(s)) status = begin_again(s, error);
    if (status == PB_OK)
        status = wind_to_lap(s, lap, error); /* to the first, too: before it there is no field to see */
    pb_live_hush(atomic_load(&s->live), false);
    pb__session_touch(s);
    return status;
}

/* ---- the thread ---- */

/* At its end it waits to be wound back, or stopped. */
static pb_status wait_at_end(pb_session *s)
{
    if (!settle(s)) return PB_E_CANCELLED;
    pb__session_tell(s, PB_SESSION_ENDED, NULL);
    pb__session_keep(s);
    pthread_mutex_lock(&s->lock);
    while (!s->replay.stop && !s->replay.seek) pthread_cond_wait(&s->come, &s->lock);
    bool stop = s->replay.stop;
    if (!stop) s->state = s->replay.paused ? PB_SESSION_PAUSED : PB_SESSION_RUNNING;
    pthread_mutex_unlock(&s->lock);
    return stop ? PB_E_CANCELLED : PB_OK;
}

/* Does what was asked for; *again when there was something. */
static pb_status obey(pb_session *s, bool *again, pb_error *error)
{
    pb__replay *r = &s->replay;
    pthread_mutex_lock(&s->lock);
    bool     stop = r->stop, wound = r->seek;
    uint16_t lap = r->seek_lap;
    r->seek      = false;
    pthread_mutex_unlock(&s->lock);
    *again = wound;
    if (stop) return PB_E_CANCELLED;
    if (!wound) return PB_OK;
    pb_status status = seek(s, lap, error);
    pthread_mutex_lock(&s->lock);
    set_base(r, r->clock_us);
    pthread_mutex_unlock(&s->lock);
    pb__session_keep(s);
    return status;
}

static void wait_until(pb_session *s, int64_t mono_us)
{
    struct timespec t = {.tv_sec = mono_us / 1000000, .tv_nsec = (long)(mono_us % 1000000) * 1000};
    (void)pthread_cond_timedwait(&s->come, &s->lock, &t);
}

static void pause_here(pb_session *s)
{
    pb__replay *r   = &s->replay;
    int64_t     now = race_now(r, pb_engine_mono_us());
    while (r->paused && !r->stop && !r->seek) pthread_cond_wait(&s->come, &s->lock);
    set_base(r, now);
}

/* Until the frame in hand is due; false when something was asked for meanwhile. */
static bool wait_till_due(pb_session *s)
{
    pb__replay *r    = &s->replay;
    bool        asks = false;
    pthread_mutex_lock(&s->lock);
    for (;;) {
        asks = r->stop || r->seek;
        if (asks) break;
        if (r->paused) {
            pause_here(s);
            continue;
        }
        if (r->speed != r->speed_now) set_base(r, race_now(r, pb_engine_mono_us()));
        if (r->speed_now <= 0) break;
        int64_t due = r->base_mono_us + (int64_t)((double)(r->clock_us - r->base_clock_us) / r->speed_now);
        if (due <= pb_engine_mono_us()) break;
        wait_until(s, due);
    }
    pthread_mutex_unlock(&s->lock);
    return !asks;
}

static void keep_now_and_then(pb_session *s)
{
    int64_t now = pb_engine_mono_us();
    if (now - s->replay.kept_us < KEEP_US) return;
    s->replay.kept_us = now;
    pb__session_keep(s);
}

static pb_status play_on(pb_session *s, pb_error *error)
{
    keep_now_and_then(s);
    bool      again  = false;
    pb_status status = obey(s, &again, error);
    if (status == PB_OK && !again && !s->replay.have) status = next_frame(s, error);
    if (status == PB_E_EMPTY) return wait_at_end(s);
    if (status != PB_OK || again || !wait_till_due(s)) return status;
    return give_frame(s, error);
}

static pb_status begin(pb_session *s, pb_error *error)
{
    pb_status status = PB_OK;
    if (s->replay.resume_at > 0) {
        pb_live_hush(atomic_load(&s->live), true);
        status = wind_over(s, s->replay.resume_at, error);
        pb_live_hush(atomic_load(&s->live), false);
        if (status == PB_E_EMPTY) status = PB_OK; /* told by the next look */
    }
    pthread_mutex_lock(&s->lock);
    set_base(&s->replay, s->replay.clock_us);
    pthread_mutex_unlock(&s->lock);
    return status;
}

void *pb__session_replay(void *with)
{
    pb_session *s     = with;
    pb_error    error = {0};
    pb_status   status;
    for (status = begin(s, &error); status == PB_OK;) status = play_on(s, &error);
    if (status != PB_E_CANCELLED) {
        pb__session_tell(s, PB_SESSION_FAILED, "the recording cannot be read on");
        pb_logger_say(s->all->options.log, PB_LOG_ERROR, "session", NULL, "a replay fails: %s", error.text);
    }
    return NULL;
}

/* ---- control ---- */

static pb_status ask_seek(pb_session *s, double value, pb_error *error)
{
    if (!(value >= 1 && value <= PB_LAPS_MAX) || value != (double)(uint16_t)value)
        return pb_error_set(error, PB_E_RANGE, "/value: a lap, 1 to %d", PB_LAPS_MAX);
    s->replay.seek     = true;
    s->replay.seek_lap = (uint16_t)value;
    return PB_OK;
}

static pb_status ask_speed(pb_session *s, double value, pb_error *error)
{
    if (value != 0 && !(value >= 0.1 && value <= 1000))
        return pb_error_set(error, PB_E_RANGE, "/value: 0.1 to 1000, or 0 for as fast as it goes");
    s->replay.speed = value;
    return PB_OK;
}

/* Under the lock. */
static pb_status ask(pb_session *s, pb_session_verb verb, double value, pb_error *error)
{
    if (s->halting || s->state == PB_SESSION_FAILED)
        return pb_error_set(error, PB_E_UNSUPPORTED, "the session has ended");
    switch (verb) {
    case PB_SESSION_PAUSE:
    case PB_SESSION_RESUME:
        if (s->state == PB_SESSION_ENDED)
            return pb_error_set(error, PB_E_UNSUPPORTED, "the replay is at its end: seek a lap to play it again");
        s->replay.paused = verb == PB_SESSION_PAUSE;
        s->state         = s->replay.paused ? PB_SESSION_PAUSED : PB_SESSION_RUNNING;
        return PB_OK;
    case PB_SESSION_SPEED:
        return ask_speed(s, value, error);
    case PB_SESSION_SEEK_LAP:
        return ask_seek(s, value, error);
    default:
        return pb_error_set(error, PB_E_USAGE, "no such verb");
    }
}

static pb_status stop(pb_session *s)
{
    pb__session_halt(s, 2000);
    pb__session_keep(s);
    return PB_OK;
}

pb_status pb_session_control(pb_session *session, pb_session_verb verb, double value, pb_error *error)
{
    if (verb == PB_SESSION_STOP) return stop(session);
    if (session->kind == PB_SESSION_FEED)
        return pb_error_set(error, PB_E_UNSUPPORTED, "a race that is being followed can be stopped only");
    pthread_mutex_lock(&session->lock);
    pb_status status = ask(session, verb, value, error);
    pthread_cond_broadcast(&session->come);
    pthread_mutex_unlock(&session->lock);
    pb__session_touch(session);
    if (status == PB_OK) pb__session_keep(session);
    return status;
}
