/* One session: made of what was asked for, begun, told, ended. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sessions.h"

const char *pb_session_state_name(pb_session_state state)
{
    static const char *const names[] = {"running", "paused", "ended", "failed"};
    return state <= PB_SESSION_FAILED ? names[state] : "?";
}

/* ---- making ---- */

static pb_status keep(const char *text, char **kept, pb_error *error)
{
    if (!text) return PB_OK;
    *kept = strdup(text);
    return *kept ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
}

static pb_status check(const pb_session_spec *spec, pb_error *error)
{
    if (!spec->team || !spec->team[0] || strlen(spec->team) >= PB_TEAM_MAX)
        return pb_error_set(error, PB_E_USAGE, "a session belongs to a team");
    if (spec->kind == PB_SESSION_FEED) return PB_OK;
    if (!spec->replay) return pb_error_set(error, PB_E_MISSING, "/replay: what is to be played?");
    if (spec->speed != 0 && !(spec->speed >= 0.1 && spec->speed <= 1000))
        return pb_error_set(error, PB_E_RANGE, "/speed: from 0.1 to 1000, or 0 for as fast as it goes");
    return PB_OK;
}

static pb_status choose_record(pb_session *s, const pb_session_spec *spec, pb_error *error)
{
    const char *root = s->all->options.record_root;
    if (s->kind == PB_SESSION_REPLAY) return PB_OK;
    if (spec->live.record_dir) return keep(spec->live.record_dir, &s->record_dir, error);
    if (!s->kept || !root) return PB_OK;
    if (asprintf(&s->record_dir, "%s/%s", root, s->id) < 0) s->record_dir = NULL;
    return s->record_dir ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
}

static pb_status keep_texts(pb_session *s, const pb_session_spec *spec, pb_error *error)
{
    (void)snprintf(s->id, sizeof s->id, "%s", spec->id);
    (void)snprintf(s->team, sizeof s->team, "%s", spec->team);
    pb_utf8_copy(pb_span_of(spec->name ? spec->name : spec->id), s->name, sizeof s->name);
    pb_utf8_copy(pb_span_of(spec->own_car ? spec->own_car : ""), s->own_car, sizeof s->own_car);
    pb_utf8_copy(pb_span_of(spec->replay_name ? spec->replay_name : ""), s->replay_name, sizeof s->replay_name);
    if (s->kind == PB_SESSION_REPLAY) return keep(spec->replay, &s->replay_path, error);
    PB_TRY(keep(spec->live.udp, &s->udp, error));
    PB_TRY(keep(spec->live.points_udp, &s->points_udp, error));
    PB_TRY(keep(spec->live.store_url, &s->store_url, error));
    return choose_record(s, spec, error);
}

static void choose_live(pb_session *s, const pb_session_spec *spec)
{
    const pb_sessions_options *with = &s->all->options;
    pb_live_options           *o    = &s->live_options;
    *o                              = pb_live_options_default();
    if (s->kind == PB_SESSION_FEED) {
        *o            = spec->live;
        o->udp        = s->udp;
        o->points_udp = s->points_udp;
        o->record_dir = s->record_dir;
        o->store_url  = s->store_url ? s->store_url : s->kept && s->record_dir ? s->all->store_url : NULL;
    } else {
        o->queue_bytes = with->replay_queue_bytes;
    }
    o->team        = s->team;
    o->own_car     = s->own_car[0] ? s->own_car : NULL;
    o->decide      = s->decides ? pb__session_decide : NULL;
    o->decide_user = s;
    o->bus         = with->bus;
    o->topics      = s->id;
    o->hooks =
        (pb_live_hooks){.user = s, .event = pb__session_event, .called = pb__session_called, .turn = pb__session_turn};
}

/* What the log of calls knows it by: another race under the same id is another session. */
static void make_key(pb_session *s)
{
    if (s->record_dir)
        (void)snprintf(s->key, sizeof s->key, "%s/%s@r%08x", s->team, s->id, pb_crc32(pb_span_of(s->record_dir)));
    else
        (void)snprintf(s->key, sizeof s->key, "%s/%s@%llx", s->team, s->id, (unsigned long long)s->created_us);
}

static void init_locks(pb_session *s)
{
    pthread_condattr_t clock;
    pthread_mutex_init(&s->lock, NULL);
    pthread_mutex_init(&s->calls_lock, NULL);
    pthread_mutex_init(&s->view_lock, NULL);
    pthread_mutex_init(&s->make_lock, NULL);
    pthread_mutex_init(&s->give_lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&s->come, &clock);
    pthread_condattr_destroy(&clock);
}

pb_status pb__session_make(pb_sessions *all, const pb_session_spec *spec, const pb__resume *resume, pb_session **out,
                           pb_error *error)
{
    PB_TRY(check(spec, error));
    pb_session *s = calloc(1, sizeof *s);
    if (!s) return pb_error_set(error, PB_E_NOMEM, "out of memory for a session");
    atomic_init(&s->holders, 1);
    init_locks(s);
    s->all           = all;
    s->kind          = spec->kind;
    s->kept          = spec->kept;
    s->decides       = spec->calls && all->options.decide;
    s->last_version  = (uint64_t)pb_engine_utc_us(); /* no version comes twice, after a restart neither */
    s->created_us    = resume ? resume->created_us : pb_engine_utc_us();
    s->replay.speed  = spec->speed;
    pb_status status = keep_texts(s, spec, error);
    if (status != PB_OK) {
        pb__session_free(s);
        return status;
    }
    make_key(s);
    choose_live(s, spec);
    *out = s;
    return PB_OK;
}

/* ---- beginning ---- */

static pb_status begin_replay(pb_session *s, const pb__resume *resume, pb_error *error)
{
    pb__replay *r = &s->replay;
    PB_TRY(pb_source_open(s->replay_path, &r->source, error));
    r->is_record = pb_source_is_record(r->source);
    r->resume_at = resume ? resume->frames : 0;
    r->paused    = resume && resume->paused;
    s->state     = r->paused ? PB_SESSION_PAUSED : PB_SESSION_RUNNING;
    return PB_OK;
}

static pb_status start_thread(pb_session *s, pb_error *error)
{
    int failed = pthread_create(&s->replay.thread, NULL, pb__session_replay, s);
    if (failed != 0) return pb_error_set(error, PB_E_IO, "a thread cannot be started: %s", strerror(failed));
    s->replay.started = true;
    return PB_OK;
}

pb_status pb__session_begin(pb_session *s, const pb__resume *resume, pb_error *error)
{
    pb_live *live = NULL;
    if (s->kind == PB_SESSION_REPLAY) PB_TRY(begin_replay(s, resume, error));
    if (resume && s->kind == PB_SESSION_REPLAY) { /* no number is given twice, after a crash neither */
        uint64_t called           = pb__session_last_call(s);
        s->live_options.first_seq = (called > resume->seq ? called : resume->seq) + 1;
    }
    PB_TRY(pb_live_start(&s->live_options, &live, error));
    atomic_store(&s->live, live);
    if (s->kind == PB_SESSION_FEED) return PB_OK;
    pb_status status = start_thread(s, error);
    if (status != PB_OK) pb__session_halt(s, 0);
    return status;
}

/* ---- ending ---- */

static void stop_replay(pb_session *s)
{
    s->replay.stop = true;
    pthread_cond_broadcast(&s->come);
}

/* In this order: who asks without a turn finds nothing to ask. */
static void end_live(pb_session *s, pb_live *live)
{
    pb__live_tell_to_end(live);
    pb__session_wait_no_more(s);
}

void pb__session_tell_to_end(pb_session *s)
{
    pb_live *live = atomic_load(&s->live);
    pthread_mutex_lock(&s->lock);
    stop_replay(s);
    pthread_mutex_unlock(&s->lock);
    if (live) end_live(s, live);
}

void pb__session_halt(pb_session *s, uint32_t wait_ms)
{
    pb_live *live = atomic_load(&s->live);
    pthread_mutex_lock(&s->lock);
    bool first = !s->halting;
    s->halting = true;
    stop_replay(s);
    pthread_mutex_unlock(&s->lock);
    if (!first) return;
    if (s->replay.started) pthread_join(s->replay.thread, NULL);
    if (live) end_live(s, live);
    if (live) s->hangs = !pb_live_halt(live, wait_ms);
    pb__session_tell(s, PB_SESSION_ENDED, NULL);
}

void pb_session_end(pb_session *session, uint32_t wait_ms)
{
    pb__session_halt(session, wait_ms);
}

static void drop_slot(pb__slot *slot)
{
    pb_blob_drop(slot->plain);
    pb_blob_drop(slot->packed);
}

static void drop_views(pb_session *s)
{
    for (int v = 0; v < PB_VIEW_N; v++) drop_slot(&s->views[v]);
    for (int c = 0; c < PB_CARS_MAX; c++) {
        drop_slot(&s->cars[c]);
        drop_slot(&s->car_calls[c]);
    }
}

static void free_texts(pb_session *s)
{
    free(s->replay_path);
    free(s->record_dir);
    free(s->udp);
    free(s->points_udp);
    free(s->store_url);
}

void pb__session_free(pb_session *s)
{
    pb_live *live = atomic_load(&s->live);
    if (live) pb__session_halt(s, 0);
    if (s->hangs) {
        atomic_store(&s->all->hangs, true);
        return;
    }
    pb_live_free(live);
    pb_source_close(s->replay.source);
    pb__session_forget_calls(s);
    drop_views(s);
    pb_points_destroy(s->points);
    free(s->seen);
    free_texts(s);
    pthread_cond_destroy(&s->come);
    pthread_mutex_destroy(&s->lock);
    pthread_mutex_destroy(&s->calls_lock);
    pthread_mutex_destroy(&s->view_lock);
    pthread_mutex_destroy(&s->make_lock);
    pthread_mutex_destroy(&s->give_lock);
    free(s);
}

/* ---- what it is ---- */

const char *pb_session_id(const pb_session *session)
{
    return session->id;
}

const char *pb_session_team(const pb_session *session)
{
    return session->team;
}

pb_live *pb_session_live(pb_session *session)
{
    return atomic_load(&session->live);
}

void pb__session_touch(pb_session *s)
{
    atomic_fetch_add(&s->changes, 1);
}

uint64_t pb_session_changes(pb_session *session)
{
    const pb_live *live = atomic_load(&session->live);
    uint64_t       n    = atomic_load(&session->changes);
    if (!live) return n;
    return n + atomic_load(&live->processed) + atomic_load(&live->decided) + atomic_load(&live->decide_failed);
}

void pb__session_tell(pb_session *s, pb_session_state state, const char *why)
{
    pthread_mutex_lock(&s->lock);
    bool failed = s->state == PB_SESSION_FAILED; /* stays what became of it */
    if (!failed) s->state = state;
    if (!failed) (void)pb_span_copy(pb_span_of(why ? why : ""), s->why, sizeof s->why);
    pthread_mutex_unlock(&s->lock);
    pb__session_touch(s);
}

uint16_t pb__session_lap(const pb_race_state *state)
{
    uint16_t most = state->leader_lap;
    for (uint8_t i = 0; i < state->n_cars && state->leader_lap == 0; i++)
        if (state->cars[i].laps >= most && state->cars[i].laps > 0) most = (uint16_t)(state->cars[i].laps + 1);
    return most;
}

static void put_position(const pb_race_state *state, pb_json_writer *to)
{
    pb_json_object(to, "position");
    pb__text_above(to, "lap", pb__session_lap(state), 1);
    pb__text_above(to, "laps_total", state->laps_total, 1);
    pb__text_ms(to, "session_ms", state->session_ms);
    pb_json_object_end(to);
}

void pb__session_put(pb_session *s, const pb_race_state *state, pb_json_writer *to)
{
    pthread_mutex_lock(&s->lock);
    pb_session_state now   = s->state;
    double           speed = s->replay.speed;
    char             why[sizeof s->why];
    memcpy(why, s->why, sizeof why);
    pthread_mutex_unlock(&s->lock);
    pb_json_put_text(to, "id", s->id);
    pb_json_put_text(to, "name", s->name);
    pb_json_put_text(to, "kind", s->kind == PB_SESSION_REPLAY ? "replay" : "feed");
    pb_json_put_text(to, "state", pb_session_state_name(now));
    pb_json_put_text(to, "replay", s->replay_name[0] ? s->replay_name : NULL);
    s->kind == PB_SESSION_REPLAY ? pb_json_put_f64(to, "speed", speed) : pb_json_put_null(to, "speed");
    put_position(state, to);
    pb_json_put_text(to, "own_car", s->own_car[0] ? s->own_car : NULL);
    pb_json_put_bool(to, "calls", s->decides);
    pb_json_put_utc(to, "started", s->created_us);
    pb_json_put_text(to, "why", why[0] ? why : NULL);
}

static void copy_state(void *user, const pb_pipeline *pipeline, pb_span call)
{
    (void)call;
    *(pb_race_state *)user = *pb_pipeline_state(pipeline);
}

void pb_session_put(pb_session *session, pb_json_writer *to)
{
    pb_race_state *state = malloc(sizeof *state);
    if (!state) return;
    pb_live_see(atomic_load(&session->live), copy_state, state);
    pb__session_put(session, state, to);
    free(state);
}
