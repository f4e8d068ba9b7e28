/* Views: made once a change, by whoever asks first, handed to all.
 *
 * Who finds a view that is too old makes it; who comes meanwhile gets the one before. The
 * state is copied while nothing changes it and printed afterwards. Bytes that came out
 * the same keep their blob and their version. */
#include <stdlib.h>
#include <string.h>

#include "sessions_car.h"

#define IDLE_US 1000000 /* so often it is looked whether parts changed that count nothing (a store that stalls) */

/* ---- what a view is made of ---- */

typedef struct looked {
    pb_race_state *state;
    int16_t        own, car; /* car: whose laps are wanted, 0 nobody's */
    pb__car_laps  *laps;
} looked;

static void look(void *user, const pb_pipeline *pipeline, pb_span call)
{
    looked *s = user;
    (void)call;
    memcpy(s->state, pb_pipeline_state(pipeline), sizeof *s->state);
    s->own = pb_pipeline_own_car(pipeline);
    if (s->laps) pb__car_copy_laps(pipeline, s->car, s->laps);
}

/* Of our car; while that is not known, never had one, or is out, the newest there is. Under calls_lock. */
static const pb__call *shown_call(const pb_session *s, const pb_live_car *own)
{
    const pb__call *newest = NULL;
    bool            first  = own && !pb_live_car_is_out(own);
    for (uint32_t i = 0; i < s->n_newest; i++) {
        if (first && s->newest[i].car == own->key) return &s->newest[i];
        if (!newest || s->newest[i].seq > newest->seq) newest = &s->newest[i];
    }
    return newest;
}

static pb_status print_state(pb_session *s, const looked *seen, pb_json_writer *w)
{
    pb_live_status status;
    pb_live_status_get(atomic_load(&s->live), &status);
    pb_json_object(w, NULL);
    pb_json_object(w, "session");
    pb__session_put(s, seen->state, w);
    pb_json_object_end(w);
    pb__put_race(seen->state, seen->own, w);
    pthread_mutex_lock(&s->calls_lock);
    pb__put_call(shown_call(s, pb_race_car_of(seen->state, seen->own)), false, w, "call");
    if (s->outlook)
        pb_json_put_raw(w, "outlook", pb_span_of(s->outlook));
    else
        pb_json_put_null(w, "outlook");
    pthread_mutex_unlock(&s->calls_lock);
    pb__put_health(&status, w);
    pb_json_object_end(w);
    return PB_OK;
}

static pb_status print_car(const looked *seen, pb_json_writer *w, pb_error *error)
{
    const pb_live_car *car = pb_race_car_of(seen->state, seen->car);
    if (!car) return pb_error_set(error, PB_E_NOENT, "no car %d in this session", seen->car);
    pb__put_one_car(car, seen->laps, w);
    return PB_OK;
}

/* Of all cars, or of one. */
static pb_status print_calls(pb_session *s, int16_t car, pb_json_writer *w, pb_error *error)
{
    pb_status status = car == 0 ? PB_OK : PB_E_NOENT;
    pthread_mutex_lock(&s->calls_lock);
    if (car == 0) {
        pb_json_object(w, NULL);
        pb_json_array(w, "calls");
    }
    for (uint32_t i = 0; i < s->n_newest; i++) {
        if (car != 0 && s->newest[i].car != car) continue;
        pb__put_call(&s->newest[i], true, w, NULL);
        status = PB_OK;
    }
    if (car == 0) {
        pb_json_array_end(w);
        pb_json_object_end(w);
    }
    pthread_mutex_unlock(&s->calls_lock);
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "no call for car %d yet", car);
}

static pb_status print(pb_session *s, pb_view view, int16_t car, pb_json_writer *w, pb_error *error)
{
    looked seen = {.state = s->seen, .car = car};
    if (view == PB_VIEW_CALLS) return print_calls(s, car, w, error);
    if (view == PB_VIEW_CAR) {
        seen.laps = malloc(sizeof *seen.laps);
        if (!seen.laps) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    }
    pb_live_see(atomic_load(&s->live), look, &seen);
    pb_status status = view == PB_VIEW_CAR ? print_car(&seen, w, error) : print_state(s, &seen, w);
    free(seen.laps);
    return status;
}

/* Under make_lock. */
static pb_status make(pb_session *s, pb_view view, int16_t car, pb_blob **out, pb_error *error)
{
    pb__text t;
    if (!s->seen) s->seen = malloc(sizeof *s->seen);
    if (!s->seen || !pb__text_begin(&t)) return pb_error_set(error, PB_E_NOMEM, "out of memory for a view");
    pb_status status = print(s, view, car, &t.w, error);
    if (!pb__text_end(&t)) return pb_error_set(error, PB_E_NOMEM, "out of memory for a view");
    if (status == PB_OK) {
        *out = pb_blob_take(t.at, t.len);
        return *out ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory for a view");
    }
    free(t.at);
    return status;
}

/* ---- slots ---- */

/* A place that is given to another car. */
static pb__slot *take_place(pb__slot *slot, int16_t car)
{
    pb_blob_drop(slot->plain);
    pb_blob_drop(slot->packed);
    *slot = (pb__slot){.car = car};
    return slot;
}

/* Places of cars are found again by their key; when all are taken one goes (another session began, with other
 * cars). Under view_lock. */
static pb__slot *slot_of(pb_session *s, pb_view view, int16_t car)
{
    pb__slot *slots = view == PB_VIEW_CAR ? s->cars : s->car_calls;
    if (car == 0) return &s->views[view];
    for (int i = 0; i < PB_CARS_MAX; i++) {
        if (slots[i].car == car) return &slots[i];
        if (slots[i].car == 0) return take_place(&slots[i], car);
    }
    return take_place(&slots[s->next_place++ % PB_CARS_MAX], car);
}

static bool is_fresh(const pb_session *s, const pb__slot *slot, uint64_t basis, int64_t now_us)
{
    if (!slot->plain) return false;
    int64_t age = now_us - slot->made_us;
    if (age < (int64_t)s->all->options.refresh_ms * 1000) return true;
    return basis == slot->basis && age < IDLE_US;
}

/* Under view_lock. */
static void put_in(pb_session *s, pb__slot *slot, pb_blob *made, uint64_t basis)
{
    bool same     = slot->plain && pb_span_equal(pb_blob_bytes(slot->plain), pb_blob_bytes(made));
    slot->basis   = basis;
    slot->made_us = pb_engine_mono_us();
    if (same) {
        pb_blob_drop(made);
        return;
    }
    pb_blob_drop(slot->plain);
    pb_blob_drop(slot->packed);
    slot->plain   = made;
    slot->packed  = NULL;
    slot->version = ++s->last_version;
}

/* Under make_lock and view_lock; the latter is left while it is made. */
static pb_status renew(pb_session *s, pb__slot *slot, pb_view view, int16_t car, pb_error *error)
{
    pb_blob *made  = NULL;
    uint64_t basis = pb_session_changes(s); /* before the look: what changes meanwhile is seen next time */
    pthread_mutex_unlock(&s->view_lock);
    pb_status status = make(s, view, car, &made, error);
    pthread_mutex_lock(&s->view_lock);
    if (status == PB_OK && slot->car != car) { /* the place went to another meanwhile */
        pb_blob_drop(made);
        return pb_error_set(error, PB_E_LIMIT, "too many cars are looked at: try again");
    }
    if (status == PB_OK) put_in(s, slot, made, basis);
    return status;
}

/* Under view_lock. */
static pb_status pack(pb__slot *slot, pb_error *error)
{
    pb_bytes packed = {0};
    if (slot->packed) return PB_OK;
    PB_TRY(pb_gzip(pb_blob_bytes(slot->plain), &packed, error));
    slot->packed = pb_blob_take(packed.at, packed.len);
    return slot->packed ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
}

/* The first time waits for who makes; later the one before is good enough. */
static bool may_make(pb_session *s, const pb__slot *slot)
{
    if (slot->plain) return pthread_mutex_trylock(&s->make_lock) == 0;
    pthread_mutex_unlock(&s->view_lock); /* never the other lock under this one */
    pthread_mutex_lock(&s->make_lock);
    pthread_mutex_lock(&s->view_lock);
    return true;
}

static pb_status refresh(pb_session *s, pb__slot *slot, pb_view view, int16_t car, pb_error *error)
{
    if (is_fresh(s, slot, pb_session_changes(s), pb_engine_mono_us()) || !may_make(s, slot)) return PB_OK;
    pb_status status = PB_OK;
    if (!is_fresh(s, slot, pb_session_changes(s), pb_engine_mono_us())) status = renew(s, slot, view, car, error);
    pthread_mutex_unlock(&s->make_lock);
    return status;
}

pb_status pb_session_view(pb_session *session, pb_view view, int16_t car, bool packed, pb_blob **out, uint64_t *version,
                          pb_error *error)
{
    if (view == PB_VIEW_STATE) car = 0;
    if (view >= PB_VIEW_N || car < 0 || (view == PB_VIEW_CAR && car == 0))
        return pb_error_set(error, PB_E_NOENT, "no such car");
    pthread_mutex_lock(&session->view_lock);
    pb__slot *slot   = slot_of(session, view, car);
    pb_status status = refresh(session, slot, view, car, error);
    if (status == PB_OK && (slot->car != car || !slot->plain)) status = PB_E_LIMIT;
    if (status == PB_OK && packed) status = pack(slot, error);
    if (status == PB_OK) {
        *out     = pb_blob_hold(packed ? slot->packed : slot->plain);
        *version = slot->version;
    }
    pthread_mutex_unlock(&session->view_lock);
    return status;
}

/* ---- names ---- */

typedef struct named {
    const char *name;
    int16_t     key;
} named;

static void find_car(void *user, const pb_pipeline *pipeline, pb_span call)
{
    named               *n = user;
    const pb_race_state *s = pb_pipeline_state(pipeline);
    int64_t              number;
    bool                 is_number = pb_span_to_i64(pb_span_of(n->name), &number);
    (void)call;
    for (uint8_t i = 0; i < s->n_cars; i++) {
        const pb_live_car *car  = &s->cars[i];
        bool               ours = is_number ? car->number == number || (car->number == 0 && car->key == number)
                                            : car->code[0] && pb_span_equal_nocase(pb_span_of(n->name), car->code);
        if (ours) n->key = car->key;
        if (is_number && car->key == number) { /* a key is a number that is meant first */
            n->key = car->key;
            return;
        }
    }
}

static void see_own(void *user, const pb_pipeline *pipeline, pb_span call)
{
    (void)call;
    *(int16_t *)user = pb_pipeline_own_car(pipeline);
}

int16_t pb__session_own(pb_session *s)
{
    int16_t own = 0;
    pb_live_see(atomic_load(&s->live), see_own, &own);
    return own;
}

int16_t pb_session_car(pb_session *session, const char *name)
{
    named n = {.name = name};
    pb_live_see(atomic_load(&session->live), find_car, &n);
    return n.key;
}
