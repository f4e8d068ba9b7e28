/* lt_tell_pit: PitLaneTimeCollection, PitStopSeries, PitStop: how long visits took. */
#include "lt_parts.h"

/* A time that was sent; PB_MS_NONE when it was not or is none. */
static int32_t ms_of(const pb__lt_out *o, const pb__lt_node *node)
{
    int32_t ms = 0;
    return node && pb__lt_take_ms(o, node, &ms) ? ms : PB_MS_NONE;
}

static void tell_visit(const pb__lt_out *o, int16_t car, const pb__lt_node *visit, pb__lt_word lane, pb__lt_word still)
{
    int64_t  lap = 0;
    pb_event e   = pb__lt_event(o, PB_EV_PIT_TIME, car);
    e.value      = ms_of(o, pb__lt_get(visit, lane));
    e.aux        = still == PB__LT_W_NONE ? PB_MS_NONE : ms_of(o, pb__lt_get(visit, still));
    if (pb__lt_whole(pb__lt_get(visit, PB__LT_W_Lap), 1, PB_LAPS_MAX, &lap)) e.lap = (uint16_t)lap;
    if (e.value != PB_MS_NONE || e.aux != PB_MS_NONE) pb__lt_emit(o, &e);
}

void pb__lt_tell_lane_times(pb__lt_out *o)
{
    const pb__lt_node *cars = pb__lt_get(o->root, PB__LT_W_PitTimes);
    if (!cars || cars->kind != PB__LT_OBJECT) return;
    for (uint32_t i = 0; i < cars->len; i++) {
        int16_t car = 0;
        if (pb__lt_car(o, cars, i, &car) && pb__lt_new(o, pb__lt_get(cars->kids[i], PB__LT_W_Duration)))
            tell_visit(o, car, cars->kids[i], PB__LT_W_Duration, PB__LT_W_NONE);
    }
}

static void tell_series(const pb__lt_out *o, int16_t car, const pb__lt_node *series)
{
    if (series->kind != PB__LT_LIST && series->kind != PB__LT_OBJECT) return;
    for (uint32_t i = 0; i < series->len; i++) {
        const pb__lt_node *stop = pb__lt_get(series->kids[i], PB__LT_W_PitStop);
        bool               any  = pb__lt_new(o, pb__lt_get(stop, PB__LT_W_PitLaneTime)) ||
                   pb__lt_new(o, pb__lt_get(stop, PB__LT_W_PitStopTime));
        if (any) tell_visit(o, car, stop, PB__LT_W_PitLaneTime, PB__LT_W_PitStopTime);
    }
}

void pb__lt_tell_pit_series(pb__lt_out *o)
{
    const pb__lt_node *cars = pb__lt_get(o->root, PB__LT_W_PitTimes);
    if (!cars || cars->kind != PB__LT_OBJECT) return;
    for (uint32_t i = 0; i < cars->len; i++) {
        int16_t car = 0;
        if (pb__lt_car(o, cars, i, &car)) tell_series(o, car, cars->kids[i]);
    }
}

/* One message a stop; what it leaves out is as in the message before, the lap that is. */
void pb__lt_tell_pit_stop(pb__lt_out *o)
{
    int64_t car = 0;
    if (!pb__lt_whole(pb__lt_get(o->root, PB__LT_W_RacingNumber), 1, INT16_MAX, &car)) return;
    tell_visit(o, (int16_t)car, o->root, PB__LT_W_PitLaneTime, PB__LT_W_PitStopTime);
}
