/* outcome: how a recorded race ended, from its rows alone.
 *
 * Definitions are those of the evaluation protocols ("Order truth"). The feed
 * writes an unfinished, or unseen, last lap as a row without a lap time whose
 * session time is the row before plus 150 s. Such a lap was not completed,
 * unless three or more cars of the lead lap lost their last one: then the feed
 * lost the end of the race and they finished.
 *
 * Inside, times are half milliseconds, because a median of lap times may lie
 * between two of them. */
#include "pitboard/race.h"

#include <stdlib.h>
#include <string.h>

#define NO_TIME INT64_MIN
#define MADE_UP (2 * INT64_C(150000)) /* what the feed adds for a lap it did not see */
#define MADE_UP_TOL (2 * INT64_C(10))
#define FLAG_SLACK (2 * INT64_C(500)) /* cars that cross the line with the winner */
#define LOST_CARS 3

/* How the rows of one car end. */
typedef struct car_tail {
    bool    untimed; /* the last row has no lap time */
    bool    made_up; /* ... and looks made up by the feed */
    int64_t before;  /* session time of the row before the last, NO_TIME if none */
    int64_t pace;    /* median of the last five lap times, NO_TIME if none */
} car_tail;

static int64_t halves(int32_t ms)
{
    return ms == PB_MS_NONE ? NO_TIME : 2 * (int64_t)ms;
}
static int32_t whole_ms(int64_t half_ms)
{
    return half_ms == NO_TIME ? PB_MS_NONE : (int32_t)(half_ms / 2);
}
static const pb_lap *last_of(const pb_log_car *car)
{
    return &car->laps[car->n_laps - 1];
}

static int64_t median_of_last_five(const pb_log_car *car)
{
    int32_t v[5];
    int     n = 0;
    for (uint32_t i = car->n_laps; i-- > 0 && n < 5;) {
        if (car->laps[i].time_ms == PB_MS_NONE) continue;
        int at = n++;
        for (; at > 0 && v[at - 1] > car->laps[i].time_ms; at--) v[at] = v[at - 1];
        v[at] = car->laps[i].time_ms;
    }
    if (n == 0) return NO_TIME;
    return (int64_t)v[(n - 1) / 2] + v[n / 2];
}

static car_tail tail_of(const pb_log_car *car)
{
    car_tail tail = {.before = NO_TIME, .pace = median_of_last_five(car)};
    if (car->n_laps == 0) return tail;
    const pb_lap *last = last_of(car);
    tail.untimed       = last->time_ms == PB_MS_NONE;
    if (car->n_laps > 1) tail.before = halves(car->laps[car->n_laps - 2].session_ms);
    if (!tail.untimed) return tail;
    if (car->n_laps == 1)
        tail.made_up = last->position == 0;
    else
        tail.made_up = llabs(halves(last->session_ms) - tail.before - MADE_UP) < MADE_UP_TOL;
    return tail;
}

static uint16_t race_distance(const pb_race_log *log, const car_tail *tails)
{
    uint16_t laps = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        const pb_log_car *car = &log->cars[c];
        if (car->n_laps == 0 || (tails[c].made_up && car->n_laps < 2)) continue;
        uint16_t n = car->laps[car->n_laps - (tails[c].made_up ? 2 : 1)].number;
        if (n > laps) laps = n;
    }
    return laps;
}

/* When the first car ended lap number `laps`. */
static int64_t flag_time(const pb_race_log *log, const car_tail *tails, uint16_t laps)
{
    int64_t flag = NO_TIME;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        const pb_log_car *car = &log->cars[c];
        int32_t           row = pb_lap_row(car, laps);
        if (row < 0) continue;
        int64_t t = halves(car->laps[row].session_ms);
        if (tails[c].made_up && (uint32_t)row == car->n_laps - 1) {
            if (tails[c].pace == NO_TIME || tails[c].before == NO_TIME) continue;
            t = tails[c].before + tails[c].pace;
        }
        if (flag == NO_TIME || t < flag) flag = t;
    }
    return flag;
}

/* The last lap of a car of the lead lap that the feed did not see, though by its
 * pace it ended at or after the flag. */
static bool lost_its_last_lap(const pb_log_car *car, const car_tail *tail, uint16_t laps, int64_t flag)
{
    return tail->made_up && car->n_laps > 1 && last_of(car)->number == laps && tail->pace != NO_TIME &&
           tail->before < flag - FLAG_SLACK && tail->before + tail->pace >= flag - FLAG_SLACK;
}

static bool feed_lost_the_end(const pb_race_log *log, const car_tail *tails, uint16_t laps, int64_t flag)
{
    int lost = 0;
    for (uint32_t c = 0; c < log->n_cars; c++)
        if (log->cars[c].n_laps > 0) lost += lost_its_last_lap(&log->cars[c], &tails[c], laps, flag);
    return lost >= LOST_CARS;
}

/* Completed laps and the time at the last of them. */
static void end_of_car(const pb_log_car *car, const car_tail *tail, uint16_t laps, int64_t flag, bool lost_end,
                       uint16_t *done, int64_t *t)
{
    const pb_lap *last = last_of(car);
    *done              = last->number;
    *t                 = halves(last->session_ms);
    if (tail->untimed) {
        bool over_the_line = !tail->made_up && *t >= flag - FLAG_SLACK && *done <= laps;
        if (lost_end && lost_its_last_lap(car, tail, laps, flag)) {
            *t = tail->before + tail->pace;
        } else if (!over_the_line) {
            *done = car->n_laps > 1 ? car->laps[car->n_laps - 2].number : 0;
            if (car->n_laps > 1) *t = tail->before;
        }
    }
    if (*done > laps) {
        int32_t row = pb_lap_row(car, laps);
        *done       = laps;
        if (row >= 0) *t = halves(car->laps[row].session_ms);
    }
}

/* Car indices by driver code: the order in which ties are settled. */
static void order_by_code(const pb_race_log *log, uint8_t *index)
{
    for (uint32_t c = 0; c < log->n_cars; c++) {
        uint32_t at = c;
        for (; at > 0 && strcmp(log->cars[index[at - 1]].code, log->cars[c].code) > 0; at--) index[at] = index[at - 1];
        index[at] = (uint8_t)c;
    }
}

static void lead_line(const pb_race_log *log, const uint8_t *by_code, pb_race_outcome *out)
{
    for (uint32_t l = 0; l <= PB_LAPS_MAX; l++) {
        out->lead_ms[l]  = PB_MS_NONE;
        out->lead_car[l] = -1;
    }
    for (uint32_t k = 0; k < log->n_cars; k++) {
        const pb_log_car *car = &log->cars[by_code[k]];
        for (uint32_t i = 0; i < car->n_laps && car->laps[i].number <= out->car[by_code[k]].laps_done; i++) {
            const pb_lap *lap = &car->laps[i];
            if (out->lead_car[lap->number] >= 0 && lap->session_ms >= out->lead_ms[lap->number]) continue;
            out->lead_ms[lap->number]  = lap->session_ms;
            out->lead_car[lap->number] = by_code[k];
        }
    }
}

/* More laps first, then earlier at the end of the last one. Cars without a lap:
 * the one that was seen later first. Then grid, then code. */
static bool ahead(const pb_race_log *log, const pb_race_outcome *out, const int64_t *end, uint8_t a, uint8_t b)
{
    const pb_car_result *ra = &out->car[a], *rb = &out->car[b];
    if (ra->laps_done != rb->laps_done) return ra->laps_done > rb->laps_done;
    if (end[a] != end[b]) return ra->laps_done ? end[a] < end[b] : end[a] > end[b];
    unsigned ga = log->cars[a].grid ? log->cars[a].grid : 99u, gb = log->cars[b].grid ? log->cars[b].grid : 99u;
    if (ga != gb) return ga < gb;
    return strcmp(log->cars[a].code, log->cars[b].code) < 0;
}

static void road_order(const pb_race_log *log, const int64_t *end, pb_race_outcome *out)
{
    for (uint32_t c = 0; c < log->n_cars; c++) {
        uint32_t at = c;
        for (; at > 0 && ahead(log, out, end, (uint8_t)c, out->order[at - 1]); at--)
            out->order[at] = out->order[at - 1];
        out->order[at] = (uint8_t)c;
    }
    for (uint32_t k = 0; k < log->n_cars; k++) out->car[out->order[k]].place = (uint8_t)(k + 1);
}

/* When the car was sent off, by its first lap; PB_MS_NONE where it was not timed. */
static int32_t start_of(const pb_log_car *car)
{
    if (car->n_laps == 0 || car->laps[0].number != 1) return PB_MS_NONE;
    const pb_lap *lap = &car->laps[0];
    return lap->time_ms != PB_MS_NONE ? lap->session_ms - lap->time_ms : lap->start_ms;
}

static int32_t best_of_first_ten(const pb_race_log *log)
{
    int32_t best = PB_MS_NONE;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        const pb_log_car *car = &log->cars[c];
        for (uint32_t i = 0; i < car->n_laps && car->laps[i].number <= 10; i++) {
            int32_t time = car->laps[i].time_ms;
            if (time != PB_MS_NONE && (best == PB_MS_NONE || time < best)) best = time;
        }
    }
    return best;
}

/* Lights out, where no first lap was timed: lap 1 is taken to last 5 % longer
 * than the fastest of the first ten laps (median of the 121 races of 2018-2026
 * that tell; a safety car in lap 1 makes it a third). */
static int32_t guess_lights_out(const pb_race_log *log, const pb_race_outcome *out)
{
    int32_t lap_1 = out->lead_ms[1], best = best_of_first_ten(log);
    if (lap_1 == PB_MS_NONE) return PB_MS_NONE;
    if (best == PB_MS_NONE && out->laps > 1 && out->lead_ms[2] > lap_1) best = out->lead_ms[2] - lap_1;
    if (best == PB_MS_NONE) return lap_1;
    return lap_1 - best - best / 20;
}

/* Lights out: the median over cars, since single clocks are wrong. */
static int32_t lights_out(const pb_race_log *log, const pb_race_outcome *out)
{
    int32_t  v[PB_CARS_MAX];
    uint32_t n = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        int32_t  t  = start_of(&log->cars[c]);
        uint32_t at = n;
        if (t == PB_MS_NONE) continue;
        for (; at > 0 && v[at - 1] > t; at--) v[at] = v[at - 1];
        v[at] = t;
        n++;
    }
    return n > 0 ? v[n / 2] : guess_lights_out(log, out);
}

pb_status pb_race_outcome_of(const pb_race_log *log, pb_race_outcome *out)
{
    car_tail tails[PB_CARS_MAX];
    int64_t  end[PB_CARS_MAX] = {0};
    uint8_t  by_code[PB_CARS_MAX];
    PB_ASSERT(log->n_cars <= PB_CARS_MAX);

    for (uint32_t c = 0; c < log->n_cars; c++) tails[c] = tail_of(&log->cars[c]);
    uint16_t laps = race_distance(log, tails);
    int64_t  flag = laps > 0 ? flag_time(log, tails, laps) : NO_TIME;
    if (flag == NO_TIME) return PB_E_EMPTY;

    memset(out, 0, sizeof *out);
    out->laps     = laps;
    out->flag_ms  = whole_ms(flag);
    bool lost_end = feed_lost_the_end(log, tails, laps, flag);
    for (uint32_t c = 0; c < log->n_cars; c++) {
        pb_car_result *r = &out->car[c];
        r->end_ms        = PB_MS_NONE;
        if (log->cars[c].n_laps == 0) continue;
        end_of_car(&log->cars[c], &tails[c], laps, flag, lost_end, &r->laps_done, &end[c]);
        r->took_flag = r->laps_done > 0 && end[c] >= flag - FLAG_SLACK;
        if (r->laps_done > 0) r->end_ms = whole_ms(end[c]);
    }
    order_by_code(log, by_code);
    lead_line(log, by_code, out);
    road_order(log, end, out);
    out->start_ms = lights_out(log, out);
    return PB_OK;
}

double pb_leader_progress(const pb_race_outcome *outcome, int32_t session_ms)
{
    int32_t from = outcome->start_ms;
    for (uint32_t l = 1; l <= outcome->laps; l++) {
        int32_t to = outcome->lead_ms[l];
        if (to == PB_MS_NONE || (from != PB_MS_NONE && to <= from)) continue;
        if (session_ms < to) {
            if (from == PB_MS_NONE || session_ms <= from) return l - 1;
            return l - 1 + (double)(session_ms - from) / (double)(to - from);
        }
        from = to;
    }
    return outcome->laps;
}
