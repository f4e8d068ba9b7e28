/* A replay as a session: played, paused, wound, stopped, gone on with. */
#include "pb_test.h"

#include <sys/stat.h>

#include "pitboard/engine_source.h"
#include "sessions_fixture.h"

static char *text_of(const pb_race_state *state)
{
    char          *text = NULL;
    size_t         len;
    pb_json_writer w;
    FILE          *to = open_memstream(&text, &len);
    pb_json_begin(&w, to, 0);
    pb_race_state_print(state, &w, NULL);
    fclose(to);
    return text;
}

static char *text_of_session(pb_session *s)
{
    pb_race_state *state = malloc(sizeof *state);
    pb_live_see(pb_session_live(s), copy_state, state);
    char *text = text_of(state);
    free(state);
    return text;
}

/* The race by the pipeline alone. */
static char *text_of_race(void)
{
    pb_pipeline_options    o    = pb_pipeline_options_default();
    const pb_pipeline_sink sink = {0};
    pb_pipeline           *p;
    pb_source             *source;
    pb_frame               frame;
    o.own_car = "VER";
    PB_CHECK_EQ(pb_pipeline_create(&o, &p, NULL), PB_OK);
    PB_CHECK_EQ(pb_source_open(RACE_CSV, &source, NULL), PB_OK);
    while (pb_source_next(source, &frame, NULL) == PB_OK) pb_pipeline_feed(p, &frame, &sink);
    char *text = text_of(pb_pipeline_state(p));
    pb_source_close(source);
    pb_pipeline_destroy(p);
    return text;
}

/* So many decision points were asked about, each for both cars of the team. */
static void check_asked(world *w, unsigned points)
{
    for (int i = 0; i < 12000 && atomic_load(&w->asked) < 2 * points; i++) nap(5);
    nap(20);
    PB_CHECK_EQ(atomic_load(&w->asked), 2 * points);
}

PB_TEST(a_replay_ends_in_the_state_of_its_race_and_stays_visible)
{
    world w;
    begin_world(&w);
    pb_session_spec spec = replay_of("VER", 0);
    spec.calls           = false;
    pb_session *s        = start_session(&w, &spec);
    wait_for_state(s, "ended");
    char *got = text_of_session(s), *wanted = text_of_race();
    PB_CHECK_TEXT(got, wanted);
    free(got);
    free(wanted);
    PB_CHECK_EQ(atomic_load(&w.asked), 0);
    pb_session_drop(s);
    s = pb_sessions_find(w.all, "main", pb_session_id(s));
    PB_CHECK(s != NULL);
    pb_session_drop(s);
    end_world(&w);
}

PB_TEST(decisions_are_made_one_at_a_time_over_all_sessions_and_what_is_overtaken_is_skipped)
{
    world w;
    begin_world(&w);
    w.decide_ms          = 2;
    pb_session_spec spec = replay_of("VER", 0);
    pb_session     *a = start_session(&w, &spec), *b = start_session(&w, &spec);
    wait_for_state(a, "ended");
    wait_for_state(b, "ended");
    pb_live_status now = {0};
    for (int i = 0; i < 12000 && now.decided == 0; i++, nap(5)) pb_live_status_get(pb_session_live(b), &now);
    PB_CHECK_EQ(now.decide_failed, 0);
    PB_CHECK(now.decided > 0 && now.skipped > 0);
    pb_session_drop(a);
    pb_session_drop(b);
    end_world(&w);
}

PB_TEST(a_replay_is_paused_wound_forward_back_and_on_by_laps)
{
    world w;
    begin_world(&w);
    pb_session_spec spec = replay_of("VER", 1);
    pb_session     *s    = start_session(&w, &spec);
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_PAUSE, 0, &w.error), PB_OK);
    PB_CHECK(is_state(s, "paused"));
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_SEEK_LAP, 30, &w.error), PB_OK);
    wait_for_lap(s, 30);
    nap(20);
    PB_CHECK(lap_of(s) <= 31);
    check_asked(&w, 1); /* where it stands; not on the way there */
    uint64_t before;
    for (int i = 0; i < 1000 && !pb_live_is_settled(pb_session_live(s), &before); i++) nap(1);
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_SEEK_LAP, 10, &w.error), PB_OK);
    for (int i = 0; i < 12000 && lap_of(s) != 10 && lap_of(s) != 11; i++) nap(5);
    nap(20);
    PB_CHECK(lap_of(s) == 10 || lap_of(s) == 11);
    check_asked(&w, 2);
    uint64_t after;
    (void)pb_live_is_settled(pb_session_live(s), &after);
    PB_CHECK(after > before); /* numbers go on: none is given twice */
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_SPEED, 0, &w.error), PB_OK);
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_RESUME, 0, &w.error), PB_OK);
    wait_for_state(s, "ended");
    PB_CHECK(atomic_load(&w.asked) > 0);
    char *got = text_of_session(s), *wanted = text_of_race();
    PB_CHECK_TEXT(got, wanted);
    free(got);
    free(wanted);
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_PAUSE, 0, &w.error), PB_E_UNSUPPORTED);
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_SEEK_LAP, 60, &w.error), PB_OK); /* from its end, too */
    wait_for_state(s, "ended");
    PB_CHECK(lap_of(s) >= 60);
    pb_session_drop(s);
    end_world(&w);
}

PB_TEST(speed_changes_while_it_plays)
{
    world w;
    begin_world(&w);
    pb_session_spec spec = replay_of("VER", 1000);
    pb_session     *s    = start_session(&w, &spec);
    wait_for_lap(s, 2);
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_SPEED, 0.1, &w.error), PB_OK);
    int lap, looks = 0;
    do { /* what was given before may still be on its way */
        lap = lap_of(s);
        nap(300); /* at x1000 that would be three laps */
    } while (lap_of(s) != lap && ++looks < 5);
    PB_CHECK(looks < 5);
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_SPEED, 0, &w.error), PB_OK);
    wait_for_state(s, "ended");
    pb_session_drop(s);
    end_world(&w);
}

PB_TEST(what_cannot_be_done_is_told)
{
    world w;
    begin_world(&w);
    char            id[PB_SESSION_ID_MAX];
    pb_session_spec spec = replay_of(NULL, 0.05);
    PB_CHECK_EQ(pb_sessions_start(w.all, &spec, id, &w.error), PB_E_RANGE);
    spec.speed  = 1;
    spec.replay = "/nowhere/race.csv";
    PB_CHECK_EQ(pb_sessions_start(w.all, &spec, id, &w.error), PB_E_NOENT);
    spec.replay = NULL;
    PB_CHECK_EQ(pb_sessions_start(w.all, &spec, id, &w.error), PB_E_MISSING);
    spec                           = replay_of(NULL, 1);
    pb_session         *s          = start_session(&w, &spec);
    static const double bad_laps[] = {0, -1, 2.5, 1e9, 1.0 / 0.0};
    for (size_t i = 0; i < sizeof bad_laps / sizeof *bad_laps; i++)
        PB_CHECK_EQ(pb_session_control(s, PB_SESSION_SEEK_LAP, bad_laps[i], &w.error), PB_E_RANGE);
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_SPEED, 1001, &w.error), PB_E_RANGE);
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_SPEED, 0.0 / 0.0, &w.error), PB_E_RANGE);
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_STOP, 0, &w.error), PB_OK);
    PB_CHECK(is_state(s, "ended"));
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_STOP, 0, &w.error), PB_OK);
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_SEEK_LAP, 3, &w.error), PB_E_UNSUPPORTED);
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_RESUME, 0, &w.error), PB_E_UNSUPPORTED);
    pb_json_free(view_of(s, PB_VIEW_STATE, 0)); /* it is still seen */
    pb_session_drop(s);
    end_world(&w);
}

PB_TEST(a_replay_that_is_kept_goes_on_where_it_was)
{
    world w;
    begin_world(&w);
    pb_session_spec spec = replay_of("VER", 1);
    spec.kept            = true;
    spec.id              = "kept";
    spec.name            = "Spain";
    pb_session *s        = start_session(&w, &spec);
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_PAUSE, 0, &w.error), PB_OK);
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_SEEK_LAP, 25, &w.error), PB_OK);
    wait_for_lap(s, 25);
    nap(20);
    check_asked(&w, 1);
    char *before = text_of_session(s);
    pb_session_drop(s);
    pb_sessions_close(w.all, 5000);
    open_sessions(&w);
    s = pb_sessions_find(w.all, "main", "kept");
    PB_CHECK(s != NULL);
    for (int i = 0; i < 12000 && lap_of(s) < 25; i++) nap(5);
    nap(20);
    char *after = text_of_session(s);
    PB_CHECK_TEXT(after, before);
    PB_CHECK(is_state(s, "paused"));
    check_asked(&w, 2); /* once more: whoever looks has the call */
    free(before);
    free(after);
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_STOP, 0, &w.error), PB_OK); /* and then no more */
    pb_session_drop(s);
    pb_sessions_close(w.all, 5000);
    open_sessions(&w);
    PB_CHECK(pb_sessions_find(w.all, "main", "kept") == NULL);
    end_world(&w);
}

PB_TEST(a_seek_stops_at_its_lap)
{
    static const int laps[] = {14, 51, 30, 31, 2, 65};
    world            w;
    begin_world(&w);
    pb_session_spec spec = replay_of("VER", 0.1);
    pb_session     *s    = start_session(&w, &spec);
    for (size_t i = 0; i < sizeof laps / sizeof *laps; i++) {
        unsigned asked = atomic_load(&w.asked);
        PB_CHECK_EQ(pb_session_control(s, PB_SESSION_SEEK_LAP, laps[i], &w.error), PB_OK);
        for (int k = 0; k < 12000 && lap_of(s) != laps[i]; k++) nap(5);
        for (int k = 0; k < 12000 && atomic_load(&w.asked) == asked; k++) nap(5);
        nap(50);
        PB_CHECK_EQ(lap_of(s), laps[i]);
        PB_CHECK(atomic_load(&w.asked) > asked); /* for the mate, too, once both have driven */
    }
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_SEEK_LAP, 1, &w.error), PB_OK);
    for (int k = 0; k < 2000 && lap_of(s) != 1; k++) nap(5);
    PB_CHECK_EQ(lap_of(s), 1);
    pb_session_drop(s);
    end_world(&w);
}

PB_TEST_MAIN(PB_RUN(a_seek_stops_at_its_lap), PB_RUN(a_replay_ends_in_the_state_of_its_race_and_stays_visible),
             PB_RUN(decisions_are_made_one_at_a_time_over_all_sessions_and_what_is_overtaken_is_skipped),
             PB_RUN(a_replay_is_paused_wound_forward_back_and_on_by_laps), PB_RUN(speed_changes_while_it_plays),
             PB_RUN(what_cannot_be_done_is_told), PB_RUN(a_replay_that_is_kept_goes_on_where_it_was))
