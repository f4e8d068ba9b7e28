/* Calls as they come: from what they were made, which is the newest of a car, what the
 * car then did.
 *
 * Inputs are kept when the question is answered, a call is taken when it was recorded, what
 * followed when the car has had its laps. All but the first on the processing thread. */
#include <stdlib.h>
#include <string.h>

#include "pitboard/engine.h"
#include "sessions.h"

const char *pb_call_outcome_name(pb_call_outcome outcome)
{
    static const char *const names[] = {"open", "accepted", "refused", "superseded"};
    return outcome <= PB_CALL_SUPERSEDED ? names[outcome] : "?";
}

/* ---- who decides ---- */

/* One that ends does not wait: it has nothing to ask any more. */
void pb__session_turn(void *session, bool begin)
{
    pb_session  *s   = session;
    pb_sessions *all = s->all;
    pthread_mutex_lock(&all->decide_lock);
    while (begin && all->deciding && !atomic_load(&s->ends)) pthread_cond_wait(&all->decide_free, &all->decide_lock);
    if (begin) {
        s->has_turn = !atomic_load(&s->ends);
        all->deciding |= s->has_turn;
    } else if (s->has_turn) {
        all->deciding = false;
        pthread_cond_broadcast(&all->decide_free); /* one that ends may take a signal for nothing */
    }
    pthread_mutex_unlock(&all->decide_lock);
}

void pb__session_wait_no_more(pb_session *s)
{
    pthread_mutex_lock(&s->all->decide_lock);
    atomic_store(&s->ends, true);
    pthread_cond_broadcast(&s->all->decide_free);
    pthread_mutex_unlock(&s->all->decide_lock);
}

/* ---- inputs ---- */

static const pb_live_car *car_behind(const pb_race_state *state, const pb_live_car *car)
{
    for (uint8_t i = 0; i < state->n_cars; i++)
        if (car->position > 0 && state->cars[i].position == car->position + 1) return &state->cars[i];
    return NULL;
}

static void put_inputs(pb_json_writer *w, const pb_race_state *state, const pb_live_car *car, uint16_t lap)
{
    const pb_live_car *behind = car_behind(state, car);
    pb_json_object(w, NULL);
    pb_json_put_i64(w, "lap", lap);
    pb__text_above(w, "laps_total", state->laps_total, 1);
    pb__text_above(w, "position", car->position, 1);
    pb_json_put_text(w, "compound", pb_compound_name((pb_compound)car->compound));
    pb__text_above(w, "tyre_age_laps", car->tyre_age_laps, 0);
    pb__text_ms(w, "gap_ms", car->gap.ms);
    pb__text_ms(w, "interval_ms", car->interval.ms);
    pb__text_ms(w, "behind_ms", behind ? behind->interval.ms : PB_MS_NONE);
    pb__text_ms(w, "last_lap_ms", car->last_lap_ms);
    pb_json_put_i64(w, "stops", car->stops);
    pb_json_put_text(w, "flag", pb__session_flag(state));
    pb__text_above(w, "rain", state->weather.session_ms == PB_MS_NONE ? -1 : state->weather.rain, 0);
    pb__text_ms(w, "session_ms", state->session_ms);
    pb_json_object_end(w);
}

static char *inputs_of(const pb_race_state *state, int16_t key, uint16_t lap)
{
    const pb_live_car *car = pb_race_car_of(state, key);
    pb__text           t;
    if (!car || !pb__text_begin(&t)) return NULL;
    put_inputs(&t.w, state, car, lap);
    return pb__text_end(&t) ? t.at : NULL;
}

pb_status pb__session_decide(void *session, const pb_ask *ask, pb_json_writer *to, pb_error *error)
{
    pb_session *s      = session;
    double      from_s = pb_engine_seconds();
    PB_TRY(s->all->options.decide(s->all->options.decide_user, ask, to, error));
    pb_metric *seconds =
        pb_metric_histogram(s->all->options.metrics, "pitboard_decide_seconds", "decisions in races that run", NULL);
    pb_metric_observe(seconds, NULL, pb_engine_seconds() - from_s);
    char *json = inputs_of(&ask->state, ask->at.car, ask->at.lap);
    pthread_mutex_lock(&s->calls_lock);
    pb__input *in = &s->inputs[s->next_input++ % PB__INPUTS_MAX];
    free(in->json);
    *in = (pb__input){.seq = ask->at.seq, .car = ask->at.car, .json = json};
    pthread_mutex_unlock(&s->calls_lock);
    return PB_OK;
}

/* Taken over by the caller. Under calls_lock. */
static char *take_inputs(pb_session *s, uint64_t seq, int16_t car)
{
    for (int i = 0; i < PB__INPUTS_MAX; i++) {
        pb__input *in = &s->inputs[i];
        if (!in->json || in->seq != seq || in->car != car) continue;
        char *json = in->json;
        in->json   = NULL;
        return json;
    }
    return NULL;
}

/* ---- reading a call ---- */

typedef struct call_said {
    int64_t seq, car, lap, session_ms, target_lap;
    char    action[24], compound[24];
    bool    failed;
} call_said;

static void read_said(pb_json root, call_said *c)
{
    pb_json call = pb_json_get(root, "call"), first = pb_json_at(pb_json_get(call, "actions"), 0);
    *c = (call_said){.failed = pb_json_present(pb_json_get(root, "failed"))};
    (void)pb_json_i64(pb_json_get(root, "seq"), 0, INT64_MAX, &c->seq, NULL);
    (void)pb_json_i64(pb_json_get(root, "car"), 0, INT16_MAX, &c->car, NULL);
    (void)pb_json_i64(pb_json_get(root, "lap"), 0, UINT16_MAX, &c->lap, NULL);
    (void)pb_json_i64(pb_json_get(root, "session_ms"), INT32_MIN, INT32_MAX, &c->session_ms, NULL);
    (void)pb_json_text(pb_json_get(first, "action"), c->action, sizeof c->action, NULL);
    (void)pb_json_text(pb_json_get(first, "compound"), c->compound, sizeof c->compound, NULL);
    (void)pb_json_i64(pb_json_get(first, "target_lap"), 0, UINT16_MAX, &c->target_lap, NULL);
}

static void put_some(pb_json_writer *w, pb_json from, const char *const *keys, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        pb_json at = pb_json_get(from, keys[i]);
        if (pb_json_present(at))
            pb_json_put_value(w, keys[i], at);
        else
            pb_json_put_null(w, keys[i]);
    }
}

/* What a dashboard shows of a call, as members. */
static char *head_of(pb_json root)
{
    static const char *const own[]   = {"seq", "lap", "car", "session_ms", "why", "failed"};
    static const char *const first[] = {"action", "compound", "target_lap", "gain",  "confidence",
                                        "rival",  "evidence", "flips_if",   "radio", "confidence_words"};
    static const char *const all[]   = {"rejoin", "if_sc_now", "if_vsc_now", "decide_by_s"};
    pb__text                 t;
    pb_json                  call = pb_json_get(root, "call");
    if (!pb__text_begin(&t)) return NULL;
    pb_json_object(&t.w, NULL);
    put_some(&t.w, root, own, sizeof own / sizeof *own);
    put_some(&t.w, pb_json_at(pb_json_get(call, "actions"), 0), first, sizeof first / sizeof *first);
    put_some(&t.w, call, all, sizeof all / sizeof *all);
    pb_json_object_end(&t.w);
    if (!pb__text_end(&t)) return NULL;
    t.at[t.len - 1] = '\0'; /* without its braces */
    memmove(t.at, t.at + 1, t.len - 1);
    return t.at;
}

/* ---- the newest ---- */

/* Under calls_lock. */
static pb__call *newest_of(pb_session *s, int16_t car)
{
    for (uint32_t i = 0; i < s->n_newest; i++)
        if (s->newest[i].car == car) return &s->newest[i];
    if (s->n_newest == PB_CARS_MAX) return NULL;
    s->newest[s->n_newest] = (pb__call){.car = car};
    return &s->newest[s->n_newest++];
}

static void keep_newest(pb_session *s, const call_said *c, pb_span call, char *head)
{
    char     *text = strndup(call.at, call.len);
    pb__call *to   = text && head ? newest_of(s, (int16_t)c->car) : NULL;
    if (!to) {
        free(text);
        free(head);
        return;
    }
    free(to->text);
    free(to->head);
    *to = (pb__call){.car = (int16_t)c->car, .seq = (uint64_t)c->seq, .text = text, .head = head};
}

/* Taken over. Under calls_lock. */
static void keep_outlook(pb_session *s, char *outlook)
{
    if (!outlook) return;
    free(s->outlook);
    s->outlook = outlook;
}

static char *outlook_of(pb_json root)
{
    pb__text t;
    pb_json  at = pb_json_get(root, "outlook");
    if (!pb_json_present(at) || !pb__text_begin(&t)) return NULL;
    pb_json_put_value(&t.w, NULL, at);
    return pb__text_end(&t) ? t.at : NULL;
}

static void follow(pb_session *s, const call_said *c)
{
    if (s->n_unfollowed == PB__UNFOLLOWED_MAX) return;
    s->unfollowed[s->n_unfollowed++] =
        (pb__unfollowed){.seq = (uint64_t)c->seq, .car = (int16_t)c->car, .lap = (uint16_t)c->lap};
}

static void write_call(pb_session *s, const call_said *c, pb_span call, char *inputs)
{
    pb__note *note = pb__note_make(s, PB__NOTE_CALL);
    if (!note) {
        free(inputs);
        return;
    }
    note->seq        = (uint64_t)c->seq;
    note->car        = (int16_t)c->car;
    note->lap        = (int32_t)c->lap;
    note->target_lap = (int32_t)c->target_lap;
    note->inputs     = inputs;
    note->text       = strndup(call.at, call.len);
    memcpy(note->action, c->action, sizeof note->action);
    memcpy(note->compound, c->compound, sizeof note->compound);
    pb__notes_put(s->all, note);
}

/* ---- what followed ---- */

static void write_followed(pb_session *s, const pb__unfollowed *u, const pb_stint *stint)
{
    pb__note *note = pb__note_make(s, PB__NOTE_FOLLOWED);
    if (!note) return;
    note->seq = u->seq;
    note->car = u->car;
    if (stint)
        (void)snprintf(note->followed, sizeof note->followed, "{\"lap\":%d,\"compound\":\"%s\"}", stint->from_lap - 1,
                       pb_compound_name((pb_compound)stint->compound));
    else
        (void)snprintf(note->followed, sizeof note->followed, "{\"lap\":null,\"compound\":null}");
    pb__notes_put(s->all, note);
}

/* The first stop after the call, when its out-lap is closed. A car that was in the lane at the call stopped before. */
static const pb_stint *stop_after(const pb__unfollowed *u, const pb_live_car *car)
{
    for (uint8_t i = 1; i < car->n_stints; i++) {
        const pb_stint *stint = &car->stints[i];
        if (stint->from_lap < u->lap + 2) continue;
        bool in_time = stint->from_lap - 1 <= u->lap + PB__FOLLOW_LAPS;
        return in_time && car->laps >= stint->from_lap ? stint : NULL;
    }
    return NULL;
}

static bool is_over(const pb_live_car *car)
{
    return car->status == PB_CAR_RETIRED || car->status == PB_CAR_FINISHED || car->status == PB_CAR_DISQUALIFIED;
}

/* Under calls_lock. */
static void look_back(pb_session *s, const pb_live_car *car)
{
    uint32_t left = 0;
    for (uint32_t i = 0; i < s->n_unfollowed; i++) {
        pb__unfollowed u = s->unfollowed[i];
        if (u.car == car->key) {
            const pb_stint *stop = stop_after(&u, car);
            bool            done = stop || is_over(car) || car->laps > u.lap + PB__FOLLOW_LAPS;
            if (done) write_followed(s, &u, stop);
            if (done) continue;
        }
        s->unfollowed[left++] = u;
    }
    s->n_unfollowed = left;
}

/* ---- what happens ---- */

/* Under calls_lock. The call is written before what followed: it may come late. */
static void log_call(pb_session *s, const pb_race_state *state, const call_said *c, pb_span call)
{
    const pb_live_car *car    = pb_race_car_of(state, (int16_t)c->car);
    char              *inputs = take_inputs(s, (uint64_t)c->seq, (int16_t)c->car);
    if (!inputs) inputs = inputs_of(state, (int16_t)c->car, (uint16_t)c->lap);
    write_call(s, c, call, inputs);
    if (!car) return;
    follow(s, c);
    look_back(s, car);
}

void pb__session_called(void *session, const pb_pipeline *pipeline, pb_span call)
{
    pb_session  *s   = session;
    pb_json_doc *doc = NULL;
    call_said    c;
    if (pb_json_parse(call, "call", &doc, NULL) != PB_OK) return;
    read_said(pb_json_root(doc), &c);
    char *head = head_of(pb_json_root(doc)), *outlook = outlook_of(pb_json_root(doc));
    pb_json_free(doc);
    pthread_mutex_lock(&s->calls_lock);
    keep_newest(s, &c, call, head);
    keep_outlook(s, outlook);
    if (!c.failed) log_call(s, pb_pipeline_state(pipeline), &c, call);
    pthread_mutex_unlock(&s->calls_lock);
    pb__session_touch(s);
}

void pb__session_event(void *session, const pb_pipeline *pipeline, const pb_event *event, const pb_meaning *meaning)
{
    pb_session          *s     = session;
    const pb_race_state *state = pb_pipeline_state(pipeline);
    (void)event;
    if (!(meaning->bits & (PB_MEANT_LAP | PB_MEANT_OUT | PB_MEANT_END))) return;
    const pb_live_car *car =
        pb_race_car_of(state, meaning->bits & PB_MEANT_END ? pb_pipeline_own_car(pipeline) : meaning->car);
    if (!car) return;
    pthread_mutex_lock(&s->calls_lock);
    look_back(s, car);
    pthread_mutex_unlock(&s->calls_lock);
}

void pb__session_forget_calls(pb_session *s)
{
    pthread_mutex_lock(&s->calls_lock);
    for (uint32_t i = 0; i < s->n_newest; i++) {
        free(s->newest[i].text);
        free(s->newest[i].head);
    }
    for (int i = 0; i < PB__INPUTS_MAX; i++) {
        free(s->inputs[i].json);
        s->inputs[i] = (pb__input){0};
    }
    free(s->outlook);
    s->outlook  = NULL;
    s->n_newest = s->n_unfollowed = 0;
    pthread_mutex_unlock(&s->calls_lock);
}

/* ---- told ---- */

void pb__put_call(const pb__call *call, bool whole, pb_json_writer *to, const char *key)
{
    pb__text t;
    if (!call || !pb__text_begin(&t)) {
        pb_json_put_null(to, key);
        return;
    }
    (void)fprintf(t.to, "{%s,\"outcome\":\"%s\"", call->head, pb_call_outcome_name(call->outcome));
    if (whole) (void)fprintf(t.to, ",\"recorded\":%s", call->text);
    (void)fputc('}', t.to);
    if (!pb__text_end(&t)) {
        pb_json_put_null(to, key);
        return;
    }
    pb_json_put_raw(to, key, (pb_span){t.at, t.len});
    free(t.at);
}
