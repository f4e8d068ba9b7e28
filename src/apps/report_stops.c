/* The stops of a race and what is to be said of each. */
#include <stdlib.h>
#include <string.h>

#include "report_run.h"

#define STOPS_MAX 32
#define SLOW_MS 3000 /* longer in the lane than the median by this */
#define LUCK_LAPS 5

/* ---- the list ---- */

static void read_set(const pb_log_car *car, pb_review_stop *s)
{
    int32_t row = pb_lap_row(car, s->in_lap);
    if (row < 0) return;
    s->from     = car->laps[row].compound;
    s->age_laps = car->laps[row].tyre_age_laps;
}

static void add_stops(report_answer *a, uint32_t car)
{
    pb_tyre_stop stop[STOPS_MAX];
    uint32_t     n = pb_car_stops(&a->laps.log, car, a->outcome, true, stop, STOPS_MAX);
    for (uint32_t k = 0; k < n && k < STOPS_MAX; k++) {
        pb_review_stop *s = &a->stops[a->n_stops++];
        *s                = (pb_review_stop){.car      = (uint8_t)car,
                                             .in_lap   = stop[k].in_lap,
                                             .number   = (uint8_t)(k + 1),
                                             .to       = stop[k].compound,
                                             .age_laps = -1,
                                             .red      = stop[k].red};
        read_set(&a->laps.log.cars[car], s);
        (void)pb_stop_cycle_of(&a->laps.log, a->outcome, car, s->in_lap, &s->gave);
    }
}

static int by_lap(const void *a, const void *b)
{
    const pb_review_stop *x = a, *y = b;
    return x->in_lap != y->in_lap ? (int)x->in_lap - (int)y->in_lap : (int)x->car - (int)y->car;
}

pb_status report_list_stops(report_answer *a, pb_error *error)
{
    a->stops = calloc((size_t)a->laps.log.n_cars * STOPS_MAX + 1, sizeof *a->stops);
    if (!a->stops) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (uint32_t c = 0; c < a->laps.log.n_cars; c++)
        if (a->review.only < 0 || (uint32_t)a->review.only == c) add_stops(a, c);
    if (a->n_stops > 1) qsort(a->stops, a->n_stops, sizeof *a->stops, by_lap);
    return PB_OK;
}

/* ---- what was said ---- */

static void copy_call(const review_question *q, pb_review_stop *s)
{
    const pb_call_action *best = &q->call.actions[0];
    s->asked                   = q->asked;
    s->flag                    = q->known.flag;
    memcpy(s->why, q->why, sizeof s->why);
    for (uint32_t c = 0; c < PB_CARS_MAX; c++)
        if (q->known.boxed[c]) s->boxed[s->n_boxed++] = (uint8_t)c;
    if (!q->asked) return;
    s->action     = best->action;
    s->compound   = best->compound;
    s->target_lap = best->target_lap;
    s->gain       = best->gain;
    s->confidence = best->confidence;
    s->clear      = q->call.clear;
    snprintf(s->sure, sizeof s->sure, "%.60s", q->sure);
    for (uint32_t i = 0; i < PB_CALL_FACTS; i++) snprintf(s->evidence[i], sizeof s->evidence[i], "%s", q->evidence[i]);
}

/* No call before it belongs to this stint: the lap after the out-lap. */
static uint16_t stint_begins(const report_answer *a, const pb_review_stop *s)
{
    uint16_t begins = 1;
    for (uint32_t i = 0; i < a->n_stops; i++)
        if (a->stops[i].car == s->car && a->stops[i].in_lap < s->in_lap && a->stops[i].in_lap + 2 > begins)
            begins = (uint16_t)(a->stops[i].in_lap + 2);
    return begins;
}

/* Under a red flag there is one call and no lap before it. */
static void find_first_box(const report_answer *a, pb_review_stop *s)
{
    uint16_t begins = s->red ? s->in_lap : stint_begins(a, s);
    for (uint32_t ahead = REPORT_LAPS_BEFORE + 1; ahead-- > 0;) {
        uint16_t lap = (uint16_t)(s->in_lap - ahead);
        if (s->in_lap <= ahead || (lap < begins && ahead > 0)) continue;
        const review_question *q = report_call(a, s->car, lap);
        if (!q || !q->asked) continue;
        if (s->looked_from == 0) s->looked_from = lap;
        if (s->first_box == 0 && pb_action_boxes(q->call.actions[0].action)) s->first_box = lap;
    }
}

/* ---- caveats ---- */

static int by_value(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static int32_t lane_ms(const report_answer *a, const pb_review_stop *s)
{
    const pb_log_car *car = &a->laps.log.cars[s->car];
    int32_t           in = pb_lap_row(car, s->in_lap), out = pb_lap_row(car, s->in_lap + 1u);
    if (in < 0 || out < 0 || car->laps[in].pit_in_ms == PB_MS_NONE || car->laps[out].pit_out_ms == PB_MS_NONE)
        return PB_MS_NONE;
    return car->laps[out].pit_out_ms - car->laps[in].pit_in_ms;
}

static int32_t median_lane_ms(const report_answer *a)
{
    int32_t  v[PB_CARS_MAX * STOPS_MAX];
    uint32_t n = 0;
    for (uint32_t i = 0; i < a->n_stops; i++) {
        int32_t ms = a->stops[i].red ? PB_MS_NONE : lane_ms(a, &a->stops[i]);
        if (ms != PB_MS_NONE) v[n++] = ms;
    }
    if (n == 0) return PB_MS_NONE;
    qsort(v, n, sizeof *v, by_value);
    return v[n / 2];
}

static void note(pb_review_stop *s, pb_caveat caveat, bool holds)
{
    if (holds) s->caveats |= 1u << caveat;
}

static bool flag_after(const report_answer *a, const pb_review_stop *s)
{
    for (uint32_t i = 0; i < a->n_phases; i++)
        if (a->phases[i].start_progress > s->in_lap && a->phases[i].start_progress < s->in_lap + LUCK_LAPS) return true;
    return false;
}

static bool set_seen(const report_answer *a, const pb_review_stop *s)
{
    const pb_log_car *car = &a->laps.log.cars[s->car];
    int32_t           row = pb_lap_row(car, s->in_lap);
    return row < 0 || !pb_same_set(car, (uint32_t)row);
}

static void note_all(const report_answer *a, int32_t median, pb_review_stop *s)
{
    int32_t lane = lane_ms(a, s);
    note(s, PB_CAVEAT_TIE, s->asked && !s->clear);
    note(s, PB_CAVEAT_WET, pb_compound_is_wet((pb_compound)s->from) || pb_compound_is_wet((pb_compound)s->to));
    note(s, PB_CAVEAT_FLAG_TIME, !a->exact && (s->flag != 0 || flag_after(a, s)));
    note(s, PB_CAVEAT_LUCK, flag_after(a, s));
    note(s, PB_CAVEAT_SLOW, !s->red && lane != PB_MS_NONE && median != PB_MS_NONE && lane > median + SLOW_MS);
    note(s, PB_CAVEAT_LANE, !s->red && lane == PB_MS_NONE);
    note(s, PB_CAVEAT_SET, !set_seen(a, s));
    note(s, PB_CAVEAT_OUT, s->gave.flag == 0);
    note(s, PB_CAVEAT_SEEN, a->seen);
}

void report_judge_stops(report_answer *a)
{
    int32_t median = median_lane_ms(a);
    for (uint32_t i = 0; i < a->n_stops; i++) {
        pb_review_stop        *s = &a->stops[i];
        const review_question *q = report_call(a, s->car, s->in_lap);
        if (q) copy_call(q, s);
        find_first_box(a, s);
        note_all(a, median, s);
    }
}
