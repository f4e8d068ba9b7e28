/* Datagrams of the game that were received, through decoder and tracker, to the state that
 * a user sees. */
#include <math.h>

#include "live_replay.h"

#define RECORDED PB_SHARED_DIR "/data/f1-game-udp/recorded_2022.jsonl"

static int nibble(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

typedef struct received {
    uint8_t at[2048];
    size_t  n;
    float   time; /* of the session */
} received;

static received all[128];
static uint32_t n_all;

/* The datagram of a line {"...","hex":"e607..."}; the file has them by kind. */
static void take_line(const char *line, size_t len)
{
    const char *hex = memmem(line, len, "\"hex\":\"", 7);
    PB_CHECK(hex != NULL && n_all < 128);
    received *r = &all[n_all++];
    for (hex += 7; r->n < sizeof r->at && nibble(hex[0]) >= 0; hex += 2)
        r->at[r->n++] = (uint8_t)(nibble(hex[0]) << 4 | nibble(hex[1]));
    PB_CHECK(r->n > 24);
    memcpy(&r->time, r->at + 14, sizeof r->time);
}

/* As they came: by time, then by id (motion, session, lap data ...). */
static int by_time(const void *a, const void *b)
{
    const received *x = a, *y = b;
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    return x->at[5] - y->at[5];
}

static void play(pb_tracker *t, const char *path)
{
    pb_f1_udp   *udp = NULL;
    pb_bytes     file;
    pb_error     error = {0};
    int64_t      at_us = 1700000000000000;
    live_replay  r     = {.tracker = t};
    pb_feed_sink sink  = {.user = &r, .event = live_replay_event, .refused = live_replay_refused};
    if (pb_file_read(path, 0, &file, &error) != PB_OK) fail_msg("%s", error.text);
    for (const char *at = file.at, *end = file.at + file.len; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t      len  = (size_t)((stop ? stop : end) - at);
        if (len > 0) take_line(at, len);
        at += len + 1;
    }
    qsort(all, n_all, sizeof *all, by_time);
    PB_CHECK_EQ(pb_f1_udp_create(&udp, &error), PB_OK);
    for (uint32_t i = 0; i < n_all; i++)
        pb_f1_udp_feed(udp, (pb_span){(const char *)all[i].at, all[i].n}, at_us += 16000, &sink);
    PB_CHECK_EQ(r.n_refused, 0);
    pb_f1_udp_destroy(udp);
    pb_bytes_free(&file);
}

PB_TEST(a_practice_of_the_game_shows_its_twenty_cars_in_their_garages)
{
    pb_need_shared(RECORDED);
    pb_tracker *t = live_tracker();
    play(t, RECORDED);
    const pb_race_state *s = pb_tracker_state(t);
    PB_CHECK_EQ(s->type, PB_SESSION_PRACTICE);
    PB_CHECK_TEXT(s->circuit, "miami");
    PB_CHECK_EQ(s->season, 2022);
    PB_CHECK_EQ(s->n_cars, 20);
    PB_CHECK_EQ(s->own_car, 55);
    PB_CHECK(s->weather.rain && s->track == 1 && s->clock_runs);
    for (uint32_t i = 0; i < 20; i++) {
        const pb_live_car *c = &s->cars[s->order[i]];
        PB_CHECK_EQ(c->position, i + 1);
        PB_CHECK_EQ(c->status, PB_CAR_IN_BOX);
        PB_CHECK_EQ(strlen(c->code), 3);
        PB_CHECK(c->name[0] != '\0' && c->team[0] != '\0' && c->number == c->key);
        PB_CHECK(c->compound == PB_COMPOUND_INTERMEDIATE && c->tyre_age_laps == 0 && c->laps == 0);
        PB_CHECK(c->wear_frac[0] == 0 && c->gap.ms == PB_MS_NONE);
    }
    PB_CHECK_TEXT(s->cars[s->order[0]].code, "VER");
    PB_CHECK_TEXT(s->cars[s->order[17]].team, "Ferrari");
    pb_tracker_destroy(t);
}

PB_TEST_MAIN(PB_RUN(a_practice_of_the_game_shows_its_twenty_cars_in_their_garages))
