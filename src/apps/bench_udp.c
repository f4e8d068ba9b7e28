/* See bench_udp.h. Two streams, of the formats 2022 and 2023, five seconds of a race of
 * 20 cars each, at the game's rates with 20 frames a second:
 *
 *     every frame   motion, lap data, telemetry, status, motion ex (2023), a session
 *                   history and a set of tyres (2023), of one car after the other
 *     10 a second   damage (2 a second in 2022)
 *      2 a second   session, setups
 *     once          participants, an event
 *
 * They are made of real datagrams (scenarios/udp_mix.bin); those of 2023 show 5 cars, whose
 * entries are repeated for 20. From frame to frame cars drive on, gaps move, and one car
 * ends its lap. A stream is played over and over with frames and times going on. */
#include <stdlib.h>
#include <string.h>

#include "bench_udp.h"
#include "data_file.h"
#include "pitboard/engine.h"
#include "pitboard/wire_feed.h"

#define RUN_S 0.25 /* one run lasts about so long */
#define FRAMES 100
#define FRAME_S 0.05f
#define CARS 20
#define DATAGRAM_MAX 1464
#define KINDS 14
#define STREAM_MAX 1000
#define CHUNK_PASSES 4 /* between two looks at the clock */

enum { MOTION, SESSION, LAPS, EVENT, PEOPLE, SETUPS, TELEMETRY, STATUS, DAMAGE = 10, HISTORY, SETS, MOTION_EX };

/* Where the bench changes what it was given; offsets as in docs/formats/f1-udp.md. */
typedef struct shape {
    uint16_t format;
    uint8_t  header, id_at, time_at, frame_at, overall_at;
    uint8_t  distance, position, lap, result, front, leader; /* of a lap data entry; gaps 0: none */
    uint8_t  session_type, number;
    uint16_t entry[KINDS]; /* bytes of a per-car entry */
} shape;

static const shape shapes[2] = {
    {2022,
     24,
     5,
     14,
     18,
     18,
     12,
     24,
     25,
     36,
     0,
     0,
     30,
     5,
     {[MOTION] = 60, [LAPS] = 43, [PEOPLE] = 56, [TELEMETRY] = 60, [STATUS] = 47, [DAMAGE] = 42}},
    {2023,
     29,
     6,
     15,
     19,
     23,
     18,
     30,
     31,
     43,
     14,
     16,
     35,
     5,
     {[MOTION] = 60, [LAPS] = 50, [PEOPLE] = 58, [TELEMETRY] = 60, [STATUS] = 55, [DAMAGE] = 42}},
};

typedef struct datagram {
    uint16_t size, frame;
    uint8_t  at[DATAGRAM_MAX];
} datagram;

typedef struct stream {
    const shape *shape;
    datagram     kinds[KINDS]; /* as read; size 0: none */
    datagram     all[STREAM_MAX];
    uint32_t     n, passes;
    pb_f1_udp   *udp;
} stream;

static void put_u16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static void add_f32(uint8_t *at, float by)
{
    float value;
    memcpy(&value, at, sizeof value);
    value += by;
    memcpy(at, &value, sizeof value);
}

/* ---- reading ---- */

static pb_status sort_in(stream *s, pb_span bytes, pb_error *error)
{
    while (bytes.len > 0) {
        size_t size = pb_f1_udp_size(bytes);
        if (size == 0 || size > bytes.len || size > DATAGRAM_MAX)
            return pb_error_set(error, PB_E_SYNTAX, "scenarios/udp_mix.bin is damaged");
        const uint8_t *at   = (const uint8_t *)bytes.at;
        stream        *into = &s[(at[0] | at[1] << 8) == 2023];
        datagram      *d    = &into->kinds[at[into->shape->id_at] % KINDS];
        d->size             = (uint16_t)size;
        memcpy(d->at, at, size);
        bytes.at += size;
        bytes.len -= size;
    }
    return PB_OK;
}

static pb_status read_mix(stream *s, pb_error *error)
{
    char     path[4096];
    pb_bytes bytes = {0};
    PB_TRY(pb__data_file("scenarios/udp_mix.bin", path, sizeof path, error));
    PB_TRY(pb_file_read(path, 0, &bytes, error));
    pb_status status = sort_in(s, (pb_span){bytes.at, bytes.len}, error);
    pb_bytes_free(&bytes);
    return status;
}

/* ---- making the stream ---- */

static uint8_t *entry_of(const stream *s, datagram *d, int kind, unsigned car)
{
    return d->at + s->shape->header + (kind == PEOPLE) + (size_t)car * s->shape->entry[kind];
}

/* The first five cars over and over. */
static void fill_grid(stream *s)
{
    for (int k = 0; k < KINDS; k++)
        for (unsigned car = 5; s->shape->format == 2023 && s->shape->entry[k] && car < CARS; car++)
            memcpy(entry_of(s, &s->kinds[k], k, car), entry_of(s, &s->kinds[k], k, car % 5), s->shape->entry[k]);
    for (unsigned car = 0; car < CARS; car++) {
        entry_of(s, &s->kinds[PEOPLE], PEOPLE, car)[s->shape->number] = (uint8_t)(car + 1);
        uint8_t *lap                                                  = entry_of(s, &s->kinds[LAPS], LAPS, car);
        lap[s->shape->position]                                       = (uint8_t)(car + 1);
        lap[s->shape->result]                                         = 2; /* active */
    }
    s->kinds[SESSION].at[s->shape->session_type] = 10; /* race */
}

static void drive_on(stream *s, datagram *d, unsigned frame)
{
    for (unsigned car = 0; car < CARS; car++) {
        uint8_t *e = entry_of(s, d, LAPS, car);
        add_f32(e + s->shape->distance, 3.5f * (float)frame); /* 70 m/s */
        add_f32(e + s->shape->distance + 4, 3.5f * (float)frame);
        put_u16(e + 4, 20000 + frame * 50); /* time of the running lap */
        if (s->shape->leader == 0) continue;
        put_u16(e + s->shape->front, car ? 900 + (frame * 7 + car * 13) % 60 : 0);
        put_u16(e + s->shape->leader, car * 1000 + (frame * 7 + car * 13) % 60);
    }
    if (frame < FRAMES / 2) return;
    uint8_t *e = entry_of(s, d, LAPS, 7);
    e[s->shape->lap]++;
    put_u16(e, 0x6000); /* its last lap */
}

static void add(stream *s, int kind, unsigned frame)
{
    if (s->kinds[kind].size == 0) return;
    PB_ASSERT(s->n < STREAM_MAX);
    datagram *d = &s->all[s->n++];
    *d          = s->kinds[kind];
    d->frame    = (uint16_t)frame;
    if (kind == LAPS) drive_on(s, d, frame);
    if (kind == HISTORY || kind == SETS) d->at[s->shape->header] = (uint8_t)(frame % CARS);
    memset(d->at + s->shape->id_at + 1, 1, 8); /* one session for all */
}

static void make(stream *s)
{
    static const uint8_t each[] = {MOTION, LAPS, TELEMETRY, STATUS, HISTORY, SETS, MOTION_EX};
    fill_grid(s);
    for (unsigned frame = 0; frame < FRAMES; frame++) {
        if (frame % 10 == 0) add(s, SESSION, frame);
        if (frame % 10 == 0) add(s, SETUPS, frame);
        if (frame == 0) add(s, PEOPLE, frame);
        for (size_t k = 0; k < sizeof each; k++) add(s, each[k], frame);
        if (frame % (s->shape->format == 2022 ? 10 : 2) == 0) add(s, DAMAGE, frame);
        if (frame == FRAMES / 2) add(s, EVENT, frame);
    }
}

/* ---- playing it ---- */

typedef struct count {
    uint64_t events, points, refused, sum;
} count;

static void take_event(void *user, const pb_event *e)
{
    count *c = user;
    c->events++;
    c->sum += (uint64_t)e->value;
}

static void take_point(void *user, const pb_point *p)
{
    count *c = user;
    c->points++;
    c->sum += p->has;
}

static void take_refusal(void *user, const char *why)
{
    (void)why;
    ((count *)user)->refused++;
}

static void play(stream *s, const pb_feed_sink *sink)
{
    uint32_t base = 1 + s->passes++ % 1000000 * FRAMES;
    for (uint32_t i = 0; i < s->n; i++) {
        datagram *d     = &s->all[i];
        uint32_t  frame = base + d->frame;
        float     time  = (float)frame * FRAME_S;
        memcpy(d->at + s->shape->time_at, &time, sizeof time);
        memcpy(d->at + s->shape->frame_at, &frame, sizeof frame);
        memcpy(d->at + s->shape->overall_at, &frame, sizeof frame);
        pb_f1_udp_feed(s->udp, (pb_span){(const char *)d->at, d->size}, 0, sink);
    }
}

static double run(stream *s, count *c)
{
    const pb_feed_sink sink  = {c, take_event, take_point, take_refusal};
    double             start = pb_engine_seconds(), now;
    uint64_t           done  = 0;
    do {
        for (int k = 0; k < CHUNK_PASSES; k++) {
            play(&s[0], &sink);
            play(&s[1], &sink);
        }
        done += CHUNK_PASSES * (s[0].n + s[1].n);
        now = pb_engine_seconds();
    } while (now - start < RUN_S);
    return (double)done / (now - start);
}

static pb_status measure(stream *s, double *per_s, uint32_t runs, pb_error *error)
{
    count c = {0};
    PB_TRY(read_mix(s, error));
    for (int k = 0; k < 2; k++) {
        PB_TRY(pb_f1_udp_create(&s[k].udp, error));
        make(&s[k]);
    }
    run(s, &c);
    for (uint32_t i = 0; i < runs; i++) per_s[i] = run(s, &c);
    if (c.refused || c.points == 0 || c.events == 0)
        return pb_error_set(error, PB_E_RULE, "udp_decode: %llu datagrams were refused", (unsigned long long)c.refused);
    return PB_OK;
}

pb_status pb__bench_udp_per_s(double *per_s, uint32_t runs, pb_error *error)
{
    stream *s = calloc(2, sizeof *s);
    if (!s) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (int k = 0; k < 2; k++) s[k].shape = &shapes[k];
    pb_status status = measure(s, per_s, runs, error);
    for (int k = 0; k < 2; k++) pb_f1_udp_destroy(s[k].udp);
    free(s);
    return status;
}
