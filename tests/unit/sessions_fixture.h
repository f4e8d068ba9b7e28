/* sessions_fixture.h - sessions over a store (SQLite; PostgreSQL in tests/system/postgres.sh), and one who decides at once. */
#ifndef PB_SESSIONS_FIXTURE_H
#define PB_SESSIONS_FIXTURE_H

#include <stdatomic.h>
#include <time.h>

#include "folder_fixture.h"
#include "pitboard/engine_sessions.h"

#define RACE_CSV PB_SOURCE_DIR "/data/races/2023_07_spanish.csv"

typedef struct world {
    char                dir[128], url[192], record[192];
    pb_bus             *bus;
    pb_sessions_options options;
    pb_sessions        *all;
    pb_error            error;
    atomic_uint         asked, inside; /* decisions; at once */
    uint32_t            decide_ms;
} world;

static inline void nap(uint32_t ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    nanosleep(&t, NULL);
}

/* BOX while the tyre is older than 12 laps, in the next lap; else STAY_OUT. */
static inline pb_status decide_simply(void *user, const pb_ask *ask, pb_json_writer *to, pb_error *error)
{
    world *w   = user;
    int    age = 0;
    if (atomic_fetch_add(&w->inside, 1) > 0) return pb_error_set(error, PB_E_LIMIT, "asked twice at once");
    atomic_fetch_add(&w->asked, 1);
    for (uint8_t i = 0; i < ask->state.n_cars; i++)
        if (ask->state.cars[i].key == ask->at.car) age = ask->state.cars[i].tyre_age_laps;
    if (w->decide_ms > 0) nap(w->decide_ms);
    pb_json_object(to, "call");
    pb_json_array(to, "actions");
    pb_json_object(to, NULL);
    pb_json_put_text(to, "action", age > 12 ? "BOX" : "STAY_OUT");
    if (age > 12) pb_json_put_text(to, "compound", "HARD");
    pb_json_put_i64(to, "target_lap", age > 12 ? ask->at.lap + 1 : 0);
    pb_json_put_text(to, "radio", age > 12 ? "Box, box." : "Stay out.");
    pb_json_object_end(to);
    pb_json_array_end(to);
    pb_json_object_end(to);
    atomic_fetch_sub(&w->inside, 1);
    return PB_OK;
}

static inline void open_sessions(world *w)
{
    if (pb_sessions_open(&w->options, &w->all, &w->error) != PB_OK) fail_msg("%s", w->error.text);
}

static inline void begin_world(world *w)
{
    static int     n;
    pb_bus_options bus = pb_bus_options_default();
    memset(w, 0, sizeof *w);
    snprintf(w->dir, sizeof w->dir, "%s/pb_test_sessions_%d_%d", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp",
             (int)getpid(), n++);
    forget(w->dir);
    assert_int_equal(mkdir(w->dir, 0700), 0);
    snprintf(w->url, sizeof w->url, "sqlite:%s/server.db", w->dir);
    if (getenv("PB_TEST_PG_URL")) snprintf(w->url, sizeof w->url, "%s", getenv("PB_TEST_PG_URL")); /* postgres.sh */
    snprintf(w->record, sizeof w->record, "%s_record", w->dir);
    forget(w->record);
    PB_CHECK_EQ(pb_bus_open("memory", &bus, &w->bus, &w->error), PB_OK);
    w->options             = pb_sessions_options_default();
    w->options.store_url   = w->url;
    w->options.decide      = decide_simply;
    w->options.decide_user = w;
    w->options.bus         = w->bus;
    w->options.refresh_ms  = 1;
    open_sessions(w);
}

static inline void end_world(world *w)
{
    pb_sessions_close(w->all, 5000);
    pb_bus_close(w->bus);
    forget(w->dir);
    forget(w->record);
}

static inline pb_session_spec replay_of(const char *own_car, double speed)
{
    pb_session_spec spec = pb_session_spec_default();
    spec.kind            = PB_SESSION_REPLAY;
    spec.replay          = RACE_CSV;
    spec.replay_name     = "2023-07";
    spec.own_car         = own_car;
    spec.speed           = speed;
    return spec;
}

static inline pb_session *start_session(world *w, const pb_session_spec *spec)
{
    char id[PB_SESSION_ID_MAX];
    if (pb_sessions_start(w->all, spec, id, &w->error) != PB_OK) fail_msg("%s", w->error.text);
    pb_session *s = pb_sessions_find(w->all, spec->team, id);
    PB_CHECK(s != NULL);
    return s;
}

/* The members of pb_session_put as a document. */
static inline pb_json_doc *put_session(pb_session *s)
{
    char          *text = NULL;
    size_t         len;
    pb_json_writer w;
    pb_json_doc   *doc = NULL;
    FILE          *to  = open_memstream(&text, &len);
    pb_json_begin(&w, to, 0);
    pb_json_object(&w, NULL);
    pb_session_put(s, &w);
    pb_json_object_end(&w);
    fclose(to);
    PB_CHECK_EQ(pb_json_parse((pb_span){text, len}, "session", &doc, NULL), PB_OK);
    free(text);
    return doc;
}

static inline bool is_state(pb_session *s, const char *state)
{
    pb_json_doc *doc  = put_session(s);
    bool         same = pb_span_equal_text(pb_json_chars(pb_json_get(pb_json_root(doc), "state")), state);
    pb_json_free(doc);
    return same;
}

static inline int lap_of(pb_session *s)
{
    pb_json_doc *doc = put_session(s);
    int          lap = (int)pb_json_number(pb_json_get(pb_json_get(pb_json_root(doc), "position"), "lap"));
    pb_json_free(doc);
    return lap;
}

static inline void wait_for_state(pb_session *s, const char *state)
{
    for (int i = 0; i < 12000; i++) {
        if (is_state(s, state)) return;
        nap(5);
    }
    fail_msg("not %s after a minute", state);
}

static inline void wait_for_lap(pb_session *s, int lap)
{
    for (int i = 0; i < 12000 && lap_of(s) < lap; i++) nap(5);
    PB_CHECK(lap_of(s) >= lap);
}

static inline void copy_state(void *user, const pb_pipeline *pipeline, pb_span call)
{
    (void)call;
    *(pb_race_state *)user = *pb_pipeline_state(pipeline);
}

static inline pb_json_doc *view_of(pb_session *s, pb_view view, int16_t car)
{
    pb_blob     *blob;
    uint64_t     version;
    pb_json_doc *doc   = NULL;
    pb_error     error = {0};
    if (pb_session_view(s, view, car, false, &blob, &version, &error) != PB_OK) fail_msg("%s", error.text);
    if (pb_json_parse(pb_blob_bytes(blob), "view", &doc, &error) != PB_OK) fail_msg("%s", error.text);
    pb_blob_drop(blob);
    return doc;
}

/* The race is over, and no call is on its way any more: ours and our team-mate's are there. */
static inline void wait_for_last_calls(pb_session *s)
{
    size_t         n = 0;
    pb_live_status now;
    wait_for_state(s, "ended");
    for (int i = 0; i < 12000; i++, nap(5)) {
        pb_live_status_get(pb_session_live(s), &now);
        pb_json_doc *doc = view_of(s, PB_VIEW_CALLS, 0);
        n                = pb_json_length(pb_json_get(pb_json_root(doc), "calls"));
        pb_json_free(doc);
        if (now.decided + now.skipped + now.decide_failed == now.decisions && n == 2) return;
    }
    fail_msg("%zu calls after a minute", n);
}

static inline pb_json_doc *history_of(pb_session *s, uint64_t after, uint32_t limit)
{
    char          *text = NULL;
    size_t         len;
    pb_json_writer w;
    pb_json_doc   *doc   = NULL;
    pb_error       error = {0};
    FILE          *to    = open_memstream(&text, &len);
    pb_json_begin(&w, to, 0);
    pb_json_array(&w, NULL);
    if (pb_session_history(s, after, limit, &w, &error) != PB_OK) fail_msg("%s", error.text);
    pb_json_array_end(&w);
    fclose(to);
    if (pb_json_parse((pb_span){text, len}, "history", &doc, &error) != PB_OK) fail_msg("%s", error.text);
    free(text);
    return doc;
}

#endif
