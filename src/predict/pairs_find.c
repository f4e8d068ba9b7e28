/* pairs_find: which two cars next to each other chose differently. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pairs_parts.h"

typedef struct finder {
    const pb_race_log      *log;
    const pb_race_outcome  *outcome;
    const pb_neutral_phase *phases;
    uint32_t                n_phases;
    pb__car_stops           stops[PB_CARS_MAX];
    int32_t                 lane_ms; /* median */
    char                    team[PB_CARS_MAX][40];
} finder;

static bool same_team(const finder *f, uint32_t a, uint32_t b)
{
    return f->team[a][0] && strcmp(f->team[a], f->team[b]) == 0;
}

/* ---- who is a pair ---- */

/* Stopped on the lap, or so shortly before that it had nothing left to decide. */
static bool took_the_same(const pb__car_stops *stops, uint32_t lap)
{
    uint32_t k = pb__stops_from(stops, lap > PB_PAIR_LAPS ? lap - PB_PAIR_LAPS : 1u);
    return k < stops->n && stops->at[k].in_lap <= lap;
}

/* It has made this stop already: the pair was there then. */
static bool is_ahead(const finder *f, const pb_pair *p)
{
    return pb__stops_from(&f->stops[p->other], p->lap) > pb__stops_from(&f->stops[p->car], p->lap);
}

static bool is_pair(const finder *f, const pb_pair *p)
{
    if (p->place_before[0] == 0 || p->place_before[1] == 0) return false;
    if (f->outcome->car[p->other].laps_done < p->lap || took_the_same(&f->stops[p->other], p->lap)) return false;
    if (is_ahead(f, p)) return false;
    return p->team || abs((int)p->place_before[0] - (int)p->place_before[1]) <= PB_PAIR_PLACES;
}

/* ---- when they can be compared ---- */

/* The out-lap after which both have made as many stops, from the in-lap on; 0: never. */
static uint32_t even_lap(const pb__car_stops *car, const pb__car_stops *other, uint32_t lap)
{
    uint32_t a = pb__stops_from(car, lap), b = pb__stops_from(other, lap + 1u), made = 0;
    for (uint32_t k = b; k < other->n; k++) {
        made++;
        uint32_t ours = pb__stops_from(car, other->at[k].in_lap + 1u) - a;
        if (ours == made) return other->at[k].in_lap + 1u;
    }
    return 0;
}

static bool find_end(const finder *f, pb_pair *p)
{
    const pb_car_result *a = &f->outcome->car[p->car], *b = &f->outcome->car[p->other];
    const pb__car_stops *other  = &f->stops[p->other];
    uint32_t             next   = pb__stops_from(other, p->lap + 1u);
    uint32_t             shared = a->laps_done < b->laps_done ? a->laps_done : b->laps_done;
    uint32_t             end    = even_lap(&f->stops[p->car], other, p->lap);
    if (next < other->n) p->answer_lap = other->at[next].in_lap;
    if (end == 0) {
        if (!a->took_flag || !b->took_flag) return false;
        end = shared;
    }
    p->end_lap = (uint16_t)end;
    return end > p->lap && end <= shared;
}

/* ---- what happened in between ---- */

static pb_neutral_kind flag_of(const pb_log_car *car, uint32_t lap)
{
    int32_t row = pb_lap_row(car, lap);
    if (row < 0) return (pb_neutral_kind)0;
    uint8_t status = car->laps[row].status;
    if (status & PB_STATUS_BIT_SC) return PB_NEUTRAL_SC;
    return status & (PB_STATUS_BIT_VSC | PB_STATUS_BIT_VSC_ENDING) ? PB_NEUTRAL_VSC : (pb_neutral_kind)0;
}

static bool bunched(const finder *f, const pb_pair *p)
{
    for (uint32_t i = 0; i < f->n_phases; i++) {
        const pb_neutral_phase *n = &f->phases[i];
        if (n->kind != PB_NEUTRAL_VSC && n->start_progress < p->end_lap && n->end_progress > p->lap - 1) return true;
    }
    return false;
}

static bool wet_on(const pb_log_car *car, uint32_t from, uint32_t to)
{
    for (uint32_t i = 0; i < car->n_laps; i++)
        if (car->laps[i].number >= from && car->laps[i].number <= to &&
            pb_compound_is_wet((pb_compound)car->laps[i].compound))
            return true;
    return false;
}

static double gap_s(const finder *f, const pb_pair *p, uint32_t lap)
{
    int32_t own   = pb__lap_end_ms(f->log, f->outcome, p->car, lap);
    int32_t other = pb__lap_end_ms(f->log, f->outcome, p->other, lap);
    return own == PB_MS_NONE || other == PB_MS_NONE ? (double)NAN : 1e-3 * ((double)other - own);
}

static void compare(const finder *f, pb_pair *p)
{
    const uint8_t who[2] = {p->car, p->other};
    for (int i = 0; i < 2; i++) {
        const pb_car_result *r = &f->outcome->car[who[i]];
        p->place_end[i]        = pb_place_after(f->log, f->outcome, who[i], p->end_lap);
        p->place_flag[i]       = r->took_flag ? r->place : 0;
        p->wet                 = p->wet || wet_on(&f->log->cars[who[i]], p->lap, p->lap + 1u);
    }
    p->gain_places =
        (int16_t)((p->place_before[0] - p->place_end[0]) - ((int)p->place_before[1] - (int)p->place_end[1]));
    p->bunched = bunched(f, p);
    p->gain_s  = p->bunched ? (double)NAN : gap_s(f, p, p->end_lap) - gap_s(f, p, p->lap - 1u);
}

/* ---- all of them ---- */

static bool make_pair(const finder *f, uint32_t car, const pb_tyre_stop *stop, uint32_t other, pb_pair *out)
{
    *out                 = (pb_pair){.car    = (uint8_t)car,
                                     .other  = (uint8_t)other,
                                     .lap    = stop->in_lap,
                                     .team   = same_team(f, car, other),
                                     .flag   = flag_of(&f->log->cars[car], stop->in_lap),
                                     .forced = pb__stop_forced(&f->log->cars[car], stop, f->lane_ms)};
    out->place_before[0] = pb_place_after(f->log, f->outcome, car, stop->in_lap - 1u);
    out->place_before[1] = pb_place_after(f->log, f->outcome, other, stop->in_lap - 1u);
    if (!is_pair(f, out) || !find_end(f, out)) return false;
    compare(f, out);
    return true;
}

static void prepare(finder *f)
{
    f->lane_ms = pb__lane_median(f->log, f->outcome);
    for (uint32_t c = 0; c < f->log->n_cars; c++) {
        pb__stops_read(f->log, f->outcome, c, &f->stops[c]);
        if (f->log->cars[c].team[0])
            pb_team_id(pb_span_of(f->log->cars[c].team), f->log->season, f->team[c], sizeof f->team[c]);
    }
}

static int by_lap(const void *a, const void *b)
{
    const pb_pair *x = a, *y = b;
    if (x->lap != y->lap) return (int)x->lap - (int)y->lap;
    return x->car != y->car ? (int)x->car - (int)y->car : (int)x->other - (int)y->other;
}

uint32_t pb_pairs_find(const pb_race_log *log, const pb_race_outcome *outcome, const pb_neutral_phase *phases,
                       uint32_t n_phases, pb_pair *out, uint32_t cap)
{
    finder *f = calloc(1, sizeof *f);
    PB_ASSERT(f != NULL);
    *f         = (finder){.log = log, .outcome = outcome, .phases = phases, .n_phases = n_phases};
    uint32_t n = 0;
    prepare(f);
    for (uint32_t car = 0; car < log->n_cars; car++)
        for (uint32_t k = 0; k < f->stops[car].n; k++)
            for (uint32_t other = 0; other < log->n_cars; other++) {
                const pb_tyre_stop *stop = &f->stops[car].at[k];
                pb_pair             pair;
                if (other == car || stop->red || stop->in_lap < 2 || !make_pair(f, car, stop, other, &pair)) continue;
                if (n < cap) out[n] = pair;
                n++;
            }
    free(f);
    if (n > 0 && cap > 0) qsort(out, n < cap ? n : cap, sizeof *out, by_lap);
    return n;
}
