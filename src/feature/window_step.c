/* window_step: one point in its turn: time steps, events, loads. */
#include <math.h>

#include "window_work.h"

#define BIT(channel) (1u << (channel))

static const uint32_t needs[PB__QUANTITIES] = {
    [PB__LAT]      = BIT(PB_CH_ACCY),
    [PB__LON]      = BIT(PB_CH_ACCX),
    [PB__BRAKE]    = BIT(PB_CH_PBRAKE_F) | BIT(PB_CH_PBRAKE_R),
    [PB__THROTTLE] = BIT(PB_CH_APS),
    [PB__TURN]     = BIT(PB_CH_ACCY) | BIT(PB_CH_STEERING),
    [PB__LOAD]     = BIT(PB_CH_ACCY) | BIT(PB_CH_STEERING) | BIT(PB_CH_ACCX),
};

static double within(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* Time since the quantity was last there; 0 the first time. */
static void steps_of_time(pb__window_car *car, const pb__sample *sample, const pb_window_options *o, pb__step *out)
{
    for (uint32_t q = 0; q < PB__QUANTITIES; q++) {
        if ((sample->has & needs[q]) != needs[q]) continue;
        if ((car->seen >> q) & 1u) {
            int64_t dt_us = sample->time_us - car->quantity_us[q];
            out->dt[q]    = (double)(dt_us < o->max_dt_us ? dt_us : o->max_dt_us) * 1e-6;
        }
        out->there |= 1u << q;
        car->quantity_us[q] = sample->time_us;
    }
    car->seen |= out->there;
}

/* An event begins above the threshold and lasts until the value is well below it. */
static bool event_begins(bool *inside, double value, float threshold, float hysteresis_frac)
{
    bool begins = !*inside && value > (double)threshold;
    if (begins)
        *inside = true;
    else if (*inside && value < (double)threshold * (double)hysteresis_frac)
        *inside = false;
    return begins;
}

static void events(pb__window_car *car, const pb_window_options *o, pb__step *out)
{
    const struct {
        bool   there;
        double value;
        float  threshold;
    } of[PB__EVENTS] = {
        [PB__HEAVY_BRAKING]  = {(out->has & BIT(PB_CH_ACCX)) != 0, out->lon, o->brake_g},
        [PB__HARD_CORNERING] = {(out->has & BIT(PB_CH_ACCY)) != 0, out->lat, o->corner_g},
        [PB__HIGH_SPEED]     = {(out->has & BIT(PB_CH_SPEED)) != 0, out->speed, o->fast_kmh},
    };
    for (uint32_t e = 0; e < PB__EVENTS; e++)
        out->began[e] =
            of[e].there && event_begins(&car->in_event[e], of[e].value, of[e].threshold, o->hysteresis_frac);
}

/* The turn to the right takes its sign from the steering, not from the lateral g,
 * whose sign loggers do not agree on. */
static void loads(const pb__sample *sample, const pb_window_options *o, pb__step *out)
{
    float steering = sample->ch[PB_CH_STEERING];
    out->turn      = steering > 0.0f ? out->lat : steering < 0.0f ? -out->lat : 0.0;
    /* Quasi-static, weight halved between the axles: braking moves some of it to the front; half
     * of what a turn moves across goes over each axle. */
    double moved    = within((double)o->lon_transfer_frac * (double)sample->ch[PB_CH_ACCX], -0.4, 0.4);
    double across   = 0.5 * (double)o->lat_transfer_frac * out->turn;
    out->left_front = within(0.5 + across / (0.5 - moved), 0.0, 1.0);
    out->left_rear  = within(0.5 + across / (0.5 + moved), 0.0, 1.0);
}

/* A missing channel stands at 0 in a sample. */
void pb__step_make(pb__window_car *car, const pb__sample *sample, const pb_window_options *o, pb__step *out)
{
    *out       = (pb__step){.has = sample->has};
    out->lat   = fabs((double)sample->ch[PB_CH_ACCY]);
    out->lon   = fabs((double)sample->ch[PB_CH_ACCX]);
    out->front = fmax((double)sample->ch[PB_CH_PBRAKE_F], 0.0);
    out->rear  = fmax((double)sample->ch[PB_CH_PBRAKE_R], 0.0);
    out->speed = (double)sample->ch[PB_CH_SPEED];
    out->age   = sample->ch[PB_CH_TYRE_AGE];
    out->full  = sample->ch[PB_CH_APS] > o->full_throttle_pct;
    steps_of_time(car, sample, o, out);
    events(car, o, out);
    loads(sample, o, out);
}
