/* f1_udp_points: Car Telemetry joined with the Motion and the Lap Data of the same
 * frame: a point a car. Telemetry waits until both are there, or until a newer frame
 * shows that they will not come; what is missing then is missing in the point.
 *
 * The game has no date: points are dated by the session clock, which is laid on the
 * time of receipt once, at the first frame and again after a flashback, so that the
 * jitter of the network does not reach the points. */
#include <math.h>

#include "f1_udp_state.h"

#define STEER_FULL_DEG 180.0f /* nominal: the game says a share of full lock */

static const uint8_t *row_of(const pb__f1_rows *rows, const uint8_t *at, unsigned i)
{
    return at + rows->at + (size_t)i * rows->step;
}

/* A number off the wire, which may be none. */
static inline void put(pb_point *p, pb_channel channel, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    bool good      = (bits & 0x7f800000u) != 0x7f800000u;
    p->ch[channel] = good ? value : 0.0f;
    p->has |= (uint32_t)good << channel;
}

/* A whole number: always there. */
static inline void put_whole(pb_point *p, pb_channel channel, int32_t value)
{
    p->ch[channel] = (float)value;
    p->has |= 1u << channel;
}

/* Throttle, steering and brake are whole percents in 2018, shares since. */
static inline float share(const uint8_t *e, pb__f1_place p)
{
    if (p.type == PB__F1_F32) return pb__load_f32(e + p.at);
    return (float)(p.type == PB__F1_I8 ? (int8_t)e[p.at] : e[p.at]) / 100.0f;
}

static void put_telemetry(pb_point *p, const pb__f1_layout *l, const uint8_t *e)
{
    static const uint8_t wheels[4] = {PB_CH_TYRE_RL, PB_CH_TYRE_RR, PB_CH_TYRE_FL, PB_CH_TYRE_FR};
    const uint8_t       *temps     = e + l->surface_temp.at;
    bool                 wide      = l->surface_temp.type == PB__F1_U16;
    put_whole(p, PB_CH_SPEED, pb__load_u16(e + l->speed.at));
    put(p, PB_CH_APS, share(e, l->throttle) * 100);
    put(p, PB_CH_BRAKE, share(e, l->brake) * 100);
    put(p, PB_CH_STEERING, share(e, l->steer) * STEER_FULL_DEG);
    put_whole(p, PB_CH_RPM, pb__load_u16(e + l->rpm.at));
    put_whole(p, PB_CH_GEAR, (int8_t)e[l->gear.at]);
    put_whole(p, PB_CH_DRS, e[l->drs.at]);
    for (int k = 0; k < 4; k++) put_whole(p, (pb_channel)wheels[k], wide ? pb__load_u16(temps + 2 * k) : temps[k]);
}

/* The game's y points up; here z does. */
static void put_motion(pb_point *p, const pb__f1_layout *l, const uint8_t *e)
{
    put(p, PB_CH_ACCX, pb__load_f32(e + l->gx.at));
    put(p, PB_CH_ACCY, pb__load_f32(e + l->gy.at));
    put(p, PB_CH_POS_X, pb__load_f32(e + l->x.at));
    put(p, PB_CH_POS_Y, pb__load_f32(e + l->z.at));
    put(p, PB_CH_POS_Z, pb__load_f32(e + l->y.at));
}

static void put_lap(pb_point *p, const pb__f1_layout *l, const uint8_t *e)
{
    p->lap = e[l->lap.at];
    put(p, PB_CH_LAPDIST, pb__load_f32(e + l->distance.at));
    put(p, PB_CH_SECTOR, e[l->sector.at] < 3 ? (float)(e[l->sector.at] + 1) : NAN);
}

static void put_status(pb_point *p, const pb__f1_layout *l, const uint8_t *e, bool restricted)
{
    if (pb__f1_there(l->tyre_age)) put_whole(p, PB_CH_TYRE_AGE, e[l->tyre_age.at]);
    put(p, PB_CH_FUEL, restricted ? NAN : pb__load_f32(e + l->fuel.at));
    put(p, PB_CH_ERS, restricted ? NAN : pb__load_f32(e + l->ers.at) * 1e-6f);
}

/* Only cars that are driven: active, or rolling out behind the flag. */
static bool driven(const pb_f1_udp *u, unsigned i, const pb__f1_car *car, bool laps)
{
    uint8_t result = laps ? row_of(&u->at->laps_at, u->s.laps.bytes, i)[u->at->result.at] : car->result;
    return result == 2 || result == 3;
}

/* Every car of a frame puts the same channels: what it has not is zero since the frame began. */
static void make_point(pb_f1_udp *u, unsigned i, const pb__f1_car *car, bool motion, bool laps, pb_point *p)
{
    const pb__f1_layout *l = u->at;
    p->car                 = car->key;
    p->lap                 = 0;
    p->has                 = 0;
    put_telemetry(p, l, row_of(&l->telemetry_at, u->s.telemetry.bytes, i));
    if (motion) put_motion(p, l, row_of(&l->motion_at, u->s.motion.bytes, i));
    if (laps) put_lap(p, l, row_of(&l->laps_at, u->s.laps.bytes, i));
    if (u->s.have_status) put_status(p, l, row_of(&l->status_at, u->s.status_bytes, i), car->restricted);
}

/* The session clock laid on that of receipt; never back. */
static int64_t dated(pb_f1_udp *u)
{
    pb__f1_session *s = &u->s;
    if (!s->epoch_known) {
        s->epoch_us    = u->received_us == PB_US_NONE ? 0 : u->received_us - s->telemetry_us;
        s->epoch_known = true;
        if (s->last_point_us && s->epoch_us + s->telemetry_us <= s->last_point_us)
            s->epoch_us = s->last_point_us + 1 - s->telemetry_us;
    }
    s->last_point_us = s->epoch_us + s->telemetry_us;
    return s->last_point_us;
}

static bool of_frame(const pb__f1_frame *f, uint32_t stamp)
{
    return f->there && f->stamp == stamp;
}

void pb__f1_points_flush(pb_f1_udp *u)
{
    pb__f1_session *s      = &u->s;
    bool            motion = of_frame(&s->motion, s->telemetry.stamp), laps = of_frame(&s->laps, s->telemetry.stamp);
    s->telemetry_waits = false;
    if (!u->sink->point || !s->named) return;
    pb_point p = {.time_us = dated(u), .origin = PB_ORIGIN_F1_GAME, .lat_deg = NAN, .lon_deg = NAN};
    for (unsigned i = 0; i < u->at->telemetry_at.n; i++) {
        const pb__f1_car *car = &s->cars[i];
        if (car->key == 0 || !driven(u, i, car, laps)) continue;
        make_point(u, i, car, motion, laps, &p);
        u->sink->point(u->sink->user, &p);
    }
}

void pb__f1_points_join(pb_f1_udp *u)
{
    const pb__f1_session *s = &u->s;
    if (s->telemetry_waits && of_frame(&s->motion, s->telemetry.stamp) && of_frame(&s->laps, s->telemetry.stamp))
        pb__f1_points_flush(u);
}

static void keep(const pb_f1_udp *u, pb__f1_frame *frame, const uint8_t *at)
{
    frame->there = true;
    frame->stamp = pb__f1_stamp(u);
    memcpy(frame->bytes, at, pb__f1_packet_size(u->s.format, u->h.id));
}

void pb__f1_take_telemetry(pb_f1_udp *u, const uint8_t *at)
{
    keep(u, &u->s.telemetry, at);
    u->s.telemetry_us    = u->h.time_us;
    u->s.telemetry_waits = true;
    pb__f1_points_join(u);
}

void pb__f1_take_motion(pb_f1_udp *u, const uint8_t *at)
{
    keep(u, &u->s.motion, at);
    pb__f1_points_join(u);
}
