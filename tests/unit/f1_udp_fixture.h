/* f1_udp_fixture.h - datagrams of the F1 game made by field names, and what the decoder
 * made of them. The offsets come from the tables, which test_f1_udp_table.c holds
 * against the published ones. */
#ifndef F1_UDP_FIXTURE_H
#define F1_UDP_FIXTURE_H

#include <math.h>

#include "pb_test.h"
#include "pitboard/wire_feed.h"
#include "wire/f1_udp_table.h"

typedef struct dgram {
    unsigned format, id;
    size_t   size, header;
    uint8_t  at[PB__F1_DATAGRAM_MAX];
} dgram;

static inline void put_at(uint8_t *at, uint8_t type, double value)
{
    uint64_t bits = 0;
    float    f    = (float)value;
    if (type == PB__F1_F32)
        memcpy(&bits, &f, 4);
    else if (type == PB__F1_F64)
        memcpy(&bits, &value, 8);
    else
        bits = value < 0 ? (uint64_t)(int64_t)value : (uint64_t)value;
    for (size_t i = 0; i < pb__f1_type_size((pb__f1_type)type); i++) at[i] = (uint8_t)(bits >> 8 * i);
}

/* Element k of field name of row i of array ("" for the packet's own). */
static inline void set_k(dgram *d, const char *array, unsigned i, const char *name, unsigned k, double value)
{
    const pb__f1_field *list = pb__f1_packet_fields(d->id), *f;
    size_t              at = 0, start = d->header;
    if (array[0]) {
        f = pb__f1_find(list, d->format, array, &at);
        assert_non_null(f);
        assert_true(i < f->count);
        start += at + i * (pb__f1_field_size(f, d->format) / f->count);
        list = f->entry;
    }
    f = pb__f1_find(list, d->format, name, &at);
    if (!f) print_error("no field %s in %u\n", name, d->format);
    assert_non_null(f);
    put_at(d->at + start + at + k * pb__f1_type_size((pb__f1_type)f->type), f->type, value);
}

static inline void set(dgram *d, const char *array, unsigned i, const char *name, double value)
{
    set_k(d, array, i, name, 0, value);
}

static inline void set_header(dgram *d, const char *name, double value)
{
    size_t              at;
    const pb__f1_field *f = pb__f1_find(pb__f1_header_fields, d->format, name, &at);
    if (f) put_at(d->at + at, f->type, value);
}

static inline void set_name(dgram *d, unsigned i, const char *name)
{
    for (unsigned k = 0; name[k]; k++) set_k(d, "cars", i, "name", k, (uint8_t)name[k]);
}

/* A datagram of session 7 at a frame; sixty frames a second. */
static inline dgram make(unsigned format, unsigned id, uint32_t frame)
{
    dgram d = {.format = format, .id = id, .size = pb__f1_packet_size(format, id)};
    assert_true(d.size > 0);
    d.header = pb__f1_list_size(pb__f1_header_fields, format);
    set_header(&d, "packetFormat", format);
    set_header(&d, "gameYear", format % 100);
    set_header(&d, "packetId", id);
    set_header(&d, "packetVersion", 1);
    set_header(&d, "sessionUID", 7);
    set_header(&d, "frameIdentifier", frame);
    set_header(&d, "overallFrameIdentifier", frame);
    set_header(&d, "sessionTime", frame / 60.0);
    set_header(&d, "playerCarIndex", 0);
    set_header(&d, "secondaryPlayerCarIndex", 255);
    return d;
}

/* ---- what came out ---- */

#define HEARD_MAX 4096

typedef struct heard {
    pb_f1_udp  *udp;
    pb_event    events[HEARD_MAX];
    pb_point    points[HEARD_MAX];
    uint32_t    n_events, n_points, n_refused;
    const char *why; /* the last refusal */
    int64_t     received_us;
} heard;

static inline void hear_event(void *user, const pb_event *e)
{
    heard *h = user;
    assert_true(h->n_events < HEARD_MAX);
    h->events[h->n_events++] = *e;
}

static inline void hear_point(void *user, const pb_point *p)
{
    heard *h = user;
    assert_true(h->n_points < HEARD_MAX);
    h->points[h->n_points++] = *p;
}

static inline void hear_refusal(void *user, const char *why)
{
    heard *h = user;
    h->n_refused++;
    h->why = why;
}

static inline heard *listen(void)
{
    heard *h = calloc(1, sizeof *h);
    assert_non_null(h);
    PB_CHECK_EQ(pb_f1_udp_create(&h->udp, NULL), PB_OK);
    h->received_us = 1700000000000000;
    return h;
}

static inline void hang_up(heard *h)
{
    pb_f1_udp_destroy(h->udp);
    free(h);
}

static inline void hear_bytes(heard *h, const void *at, size_t n)
{
    const pb_feed_sink sink = {h, hear_event, hear_point, hear_refusal};
    pb_f1_udp_feed(h->udp, (pb_span){at, n}, h->received_us += 1000, &sink);
}

static inline void hear(heard *h, const dgram *d)
{
    hear_bytes(h, d->at, d->size);
}

static inline void forget(heard *h)
{
    h->n_events = h->n_points = h->n_refused = 0;
    h->why                                   = NULL;
}

static inline uint32_t count_of(const heard *h, pb_event_kind kind, int car)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < h->n_events; i++) n += h->events[i].kind == kind && (car < 0 || h->events[i].car == car);
    return n;
}

/* The last event of a kind of a car (-1 any); there must be one. */
static inline const pb_event *last_of(const heard *h, pb_event_kind kind, int car)
{
    for (uint32_t i = h->n_events; i-- > 0;)
        if (h->events[i].kind == kind && (car < 0 || h->events[i].car == car)) return &h->events[i];
    print_error("no %s of car %d\n", pb_event_kind_name(kind), car);
    fail();
    return NULL;
}

/* ---- a small race: cars 44, 16 and 4 in slots 0, 1 and 2 ---- */

static const uint8_t race_numbers[3] = {44, 16, 4};

static inline dgram race_session(unsigned format, uint32_t frame)
{
    dgram d = make(format, PB__F1_SESSION, frame);
    set(&d, "", 0, "totalLaps", 52);
    set(&d, "", 0, "trackLength", 5891);
    set(&d, "", 0, "sessionType", format >= 2024 ? 15 : 10);
    set(&d, "", 0, "trackId", 7);
    set(&d, "", 0, "sessionTimeLeft", 7200);
    set(&d, "", 0, "airTemperature", 21);
    set(&d, "", 0, "trackTemperature", 33);
    return d;
}

static inline dgram race_people(unsigned format, uint32_t frame)
{
    static const char *const names[3] = {"HAMILTON", "LECLERC", "NORRIS"};
    static const uint8_t     ids[3]   = {7, 58, 54};
    dgram                    d        = make(format, PB__F1_PARTICIPANTS, frame);
    set(&d, "", 0, format == 2018 ? "numCars" : "numActiveCars", 3);
    for (unsigned i = 0; i < 3; i++) {
        set(&d, "cars", i, "raceNumber", race_numbers[i]);
        set(&d, "cars", i, "aiControlled", i > 0);
        set(&d, "cars", i, "driverId", ids[i]);
        set(&d, "cars", i, "teamId", i == 0 ? 0 : i == 1 ? 1 : 8);
        set_name(&d, i, names[i]);
    }
    return d;
}

/* All on lap 1, running in the order of their slots, 60 m apart. */
static inline dgram race_laps(unsigned format, uint32_t frame)
{
    dgram d = make(format, PB__F1_LAP_DATA, frame);
    for (unsigned i = 0; i < 3; i++) {
        set(&d, "cars", i, "carPosition", i + 1);
        set(&d, "cars", i, "currentLapNum", 1);
        set(&d, "cars", i, "gridPosition", i + 1);
        set(&d, "cars", i, "driverStatus", 4);
        set(&d, "cars", i, "resultStatus", 2);
        set(&d, "cars", i, "lapDistance", 1000 - 60.0 * i);
        set(&d, "cars", i, "totalDistance", 1000 - 60.0 * i);
    }
    return d;
}

/* Session, people and a first frame of lap data, forgotten. */
static inline heard *race_begun(unsigned format)
{
    heard *h = listen();
    dgram  d = race_session(format, 1);
    hear(h, &d);
    d = race_people(format, 1);
    hear(h, &d);
    d = race_laps(format, 2);
    hear(h, &d);
    PB_CHECK_EQ(h->n_refused, 0);
    return h;
}

static inline dgram race_event(unsigned format, uint32_t frame, const char code[4])
{
    dgram d = make(format, PB__F1_EVENT, frame);
    memcpy(d.at + d.header, code, 4);
    return d;
}

#endif
