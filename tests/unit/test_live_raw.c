/* Whole recordings of sessions that are no races, from file to state: every message is
 * applied, or its refusal counted by its reason. */
#include "live_replay.h"

#define IMOLA PB_SHARED_DIR "/data/f1-live-timing-raw/2024_imola_qualifying_live.txt"
#define SILVERSTONE PB_SHARED_DIR "/data/fast-f1-reference/2020_05_FP2"

typedef struct raw {
    pb_live_timing *timing;
    pb_tracker     *tracker;
    uint32_t        n_messages, n_events, n_applied, n_refused, n_feed_refused;
    uint16_t        told_laps[1000], laps_at_flag[1000];
    uint32_t        n_parts; /* ends of parts by the flag */
} raw;

static void on_event(void *user, const pb_event *e)
{
    raw       *r       = user;
    pb_meaning meaning = pb_tracker_apply(r->tracker, e);
    r->n_events++;
    r->n_applied += meaning.refused == NULL;
    r->n_refused += meaning.refused != NULL;
    if (e->kind == PB_EV_LAPS && e->car < 1000) r->told_laps[e->car] = (uint16_t)e->value;
    if (!(meaning.bits & PB_MEANT_END)) return;
    const pb_race_state *s = pb_tracker_state(r->tracker);
    for (uint32_t i = 0; i < s->n_cars && r->n_parts == 0; i++) r->laps_at_flag[s->cars[i].key] = s->cars[i].laps;
    r->n_parts++;
}

static void on_refused(void *user, const char *why)
{
    raw *r = user;
    print_error("refused: %s\n", why);
    r->n_feed_refused++;
}

static raw play(const char *path)
{
    static raw     r;
    pb_file_feed  *feed = NULL;
    pb_file_record record;
    pb_error       error = {0};
    pb_status      got;
    pb_feed_sink   sink = {.user = &r, .event = on_event, .refused = on_refused};
    memset(&r, 0, sizeof r);
    r.tracker = live_tracker();
    PB_CHECK_EQ(pb_live_timing_create(&r.timing, &error), PB_OK);
    if (pb_file_feed_open(path, &feed, &error) != PB_OK) fail_msg("%s", error.text);
    while ((got = pb_file_feed_next(feed, &record, &error)) == PB_OK) {
        PB_CHECK_EQ(record.kind, PB_FEED_LIVE_TIMING);
        pb_live_timing_feed(r.timing, record.bytes, record.at_us, &sink);
        r.n_messages++;
    }
    PB_CHECK_EQ(got, PB_E_EMPTY);
    PB_CHECK_EQ(pb_file_feed_refused(feed), 0);
    pb_file_feed_close(feed);
    pb_live_timing_destroy(r.timing);
    return r;
}

static uint32_t refused_for(const pb_tracker *t, const char *why)
{
    pb_refusal list[48];
    uint32_t   n = pb_tracker_refusals(t, list, 48);
    for (uint32_t i = 0; i < n; i++)
        if (strcmp(list[i].why, why) == 0) return list[i].n;
    return 0;
}

typedef struct place {
    const char *code;
    int32_t     best_ms;
    uint16_t    laps;
} place;

static void check_places(const pb_race_state *s, const place *places, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const pb_live_car *c = &s->cars[s->order[i]];
        if (strcmp(c->code, places[i].code) != 0 || c->best_lap_ms != places[i].best_ms || c->laps != places[i].laps)
            print_error("place %u: %s best %d laps %u\n", i + 1, c->code, c->best_lap_ms, c->laps);
        PB_CHECK_TEXT(c->code, places[i].code);
        PB_CHECK_EQ(c->position, i + 1);
        PB_CHECK_EQ(c->best_lap_ms, places[i].best_ms);
        PB_CHECK_EQ(c->laps, places[i].laps);
    }
}

/* Gaps are those of the best laps: to the first of those who still take part. */
static void check_gaps(const pb_race_state *s, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const pb_live_car *c = &s->cars[s->order[i]];
        PB_CHECK_EQ(c->gap.ms, c->best_lap_ms - s->cars[s->order[0]].best_lap_ms);
    }
}

PB_TEST(the_whole_imola_qualifying_is_applied_but_for_three_counts_without_a_lap)
{
    static const place places[] = {{"VER", 74746, 18}, {"PIA", 74820, 15}, {"NOR", 74837, 19}, {"LEC", 74970, 21},
                                   {"SAI", 75233, 20}, {"RUS", 75234, 18}, {"TSU", 75465, 15}, {"HAM", 75504, 20},
                                   {"RIC", 75674, 15}, {"HUL", 75980, 21}, {"PER", 75706, 10}, {"OCO", 75906, 15},
                                   {"STR", 75992, 15}, {"ALB", 76200, 12}, {"GAS", 76381, 14}, {"BOT", 76626, 6},
                                   {"ZHO", 76834, 9},  {"MAG", 76854, 8},  {"ALO", 76917, 7},  {"SAR", PB_MS_NONE, 8}};
    pb_need_shared(IMOLA);
    raw                  r = play(IMOLA);
    const pb_race_state *s = pb_tracker_state(r.tracker);
    PB_CHECK_EQ(r.n_messages, 9992);
    PB_CHECK_EQ(r.n_feed_refused, 0);
    PB_CHECK_EQ(r.n_applied, r.n_events - 3);
    PB_CHECK_EQ(s->refused, 3); /* the counter rises when a car leaves the pit as the session begins */
    PB_CHECK_EQ(refused_for(r.tracker, "more laps than time for them"), 3);
    PB_CHECK_EQ(s->type, PB_SESSION_QUALIFYING);
    PB_CHECK_EQ(s->status, PB_STATUS_FINALISED);
    PB_CHECK_EQ(s->laps_total, 0);
    PB_CHECK_EQ(s->n_cars, 20);
    PB_CHECK_EQ(r.n_parts, 3);
    check_places(s, places, 20);
    check_gaps(s, 10);
    for (uint32_t i = 0; i < s->n_cars; i++) PB_CHECK_EQ(s->cars[i].laps, r.told_laps[s->cars[i].key]);
    for (uint32_t i = 0; i < 15; i++) /* those go on after the flag of the first part */
        PB_CHECK(s->cars[s->order[i]].laps > r.laps_at_flag[s->cars[s->order[i]].key]);
    pb_tracker_destroy(r.tracker);
}

PB_TEST(the_whole_practice_of_2020_is_applied)
{
    static const place places[] = {{"HAM", 85606, 22}, {"BOT", 85782, 22}, {"RIC", 86421, 29}, {"VER", 86437, 15},
                                   {"STR", 86501, 24}, {"HUL", 86746, 26}, {"LEC", 86812, 32}, {"NOR", 86867, 26},
                                   {"SAI", 86918, 24}, {"OCO", 86928, 25}, {"ALB", 86960, 25}, {"KVY", 87002, 33},
                                   {"GAS", 87128, 31}, {"VET", 87198, 30}, {"GRO", 87294, 28}, {"RUS", 87320, 31},
                                   {"RAI", 87535, 30}, {"MAG", 87582, 28}, {"LAT", 87683, 32}, {"GIO", 87955, 26}};
    pb_need_shared(SILVERSTONE);
    raw                  r = play(SILVERSTONE);
    const pb_race_state *s = pb_tracker_state(r.tracker);
    PB_CHECK_EQ(r.n_messages, 17979);
    PB_CHECK_EQ(r.n_feed_refused, 0);
    PB_CHECK_EQ(r.n_applied, r.n_events);
    PB_CHECK_EQ(s->refused, 0);
    PB_CHECK_EQ(s->type, PB_SESSION_PRACTICE);
    PB_CHECK_EQ(s->status, PB_STATUS_ENDS);
    check_places(s, places, 20);
    check_gaps(s, 20);
    for (uint32_t i = 0; i < s->n_cars; i++) PB_CHECK_EQ(s->cars[i].laps, r.told_laps[s->cars[i].key]);
    pb_tracker_destroy(r.tracker);
}

PB_TEST_MAIN(PB_RUN(the_whole_imola_qualifying_is_applied_but_for_three_counts_without_a_lap),
             PB_RUN(the_whole_practice_of_2020_is_applied))
