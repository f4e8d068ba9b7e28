/* truth_undercut: rivals that stop a few laps apart, and who is ahead afterwards.
 *
 * A first stop in lap s is an undercut when the car behind makes it, an overcut
 * when the car ahead does. The other one answers in lap s + d, d = 1 .. 6; both
 * run on slicks under green from lap s to the second out-lap, s + d + 1, and go
 * through the lane nowhere else. At the end of lap s - 1 they are at most three
 * places and 6 s apart, and they are no team mates. */
#include <string.h>

#include "truth_add.h"
#include "undercut.h"

#define STOPS_MAX 64
#define PLACES_MAX 3
#define LATER (PB__CUT_ANSWERS - 1)

/* Two cars, and the lap in which the first one stops. */
typedef struct pair {
    const pb_race_log *log;
    const pb_log_car  *first, *second;
    uint32_t           lap;
} pair;

typedef struct stops {
    pb_tyre_stop at[STOPS_MAX];
    uint32_t     n;
} stops;

typedef struct field {
    const pb_history_race *race;
    stops                  of[PB_CARS_MAX];
} field;

static const pb_lap *lap_of(const pb_log_car *car, uint32_t lap)
{
    int32_t row = pb_lap_row(car, lap);
    return row < 0 ? NULL : &car->laps[row];
}

/* Cars that ended the lap between two moments. */
static uint32_t cars_between(const pb_race_log *log, uint32_t lap, int32_t from_ms, int32_t to_ms)
{
    uint32_t n = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        const pb_lap *l = lap_of(&log->cars[c], lap);
        n += l && l->session_ms > from_ms && l->session_ms < to_ms;
    }
    return n;
}

static bool mates(const pair *p)
{
    return p->first->team[0] && strcmp(p->first->team, p->second->team) == 0;
}

static bool near(const pair *p)
{
    const pb_lap *a = lap_of(p->first, p->lap - 1), *b = lap_of(p->second, p->lap - 1);
    if (!a || !b || a->session_ms == b->session_ms) return false;
    int32_t lo = a->session_ms < b->session_ms ? a->session_ms : b->session_ms;
    int32_t hi = a->session_ms < b->session_ms ? b->session_ms : a->session_ms;
    return hi - lo <= (int32_t)(1000 * PB_UNDERCUT_GAP_S) && cars_between(p->log, a->number, lo, hi) < PLACES_MAX;
}

/* On slicks under green all the way, in the lane where `stop` says and nowhere else. */
static bool runs_green(const pb_log_car *car, uint32_t from, uint32_t to, uint32_t stop)
{
    for (uint32_t lap = from; lap <= to; lap++) {
        const pb_lap *l = lap_of(car, lap);
        if (!l || !pb__lap_is_not_neutral(l) || pb_compound_is_wet((pb_compound)l->compound)) return false;
        if ((l->pit_in_ms != PB_MS_NONE) != (lap == stop)) return false;
    }
    return true;
}

static bool stays_green(const pair *p, uint32_t answer)
{
    uint32_t end = p->lap + answer + 1;
    return runs_green(p->first, p->lap, end, p->lap) && runs_green(p->second, p->lap, end, p->lap + answer);
}

/* Seconds by which the second one crosses the line later; > 0: it is behind. */
static double lead_s(const pair *p, uint32_t lap)
{
    return 1e-3 * (lap_of(p->second, lap)->session_ms - lap_of(p->first, lap)->session_ms);
}

static pb__truth truth_of(const pair *p, uint32_t answer)
{
    const pb_log_car *cars   = p->log->cars;
    double            before = lead_s(p, p->lap - 1), after = lead_s(p, p->lap + answer + 1);
    bool              over = before > 0;
    const pb_log_car *back = over ? p->second : p->first, *front = over ? p->first : p->second;
    return (pb__truth){.car      = (int16_t)(back - cars),
                       .rival    = (uint8_t)(front - cars),
                       .lap      = (uint16_t)p->lap,
                       .row      = pb_lap_row(back, p->lap),
                       .from     = -1,
                       .answer   = (uint8_t)answer,
                       .bits     = over ? PB__TRUTH_OVERCUT : 0,
                       .asked_ms = lap_of(back, p->lap - 1)->session_ms,
                       .y        = over ? after < 0 : after > 0,
                       .gain_s   = over ? before - after : after - before};
}

/* Laps from a lap to the next stop of a car; LATER when there is none soon. */
static uint32_t answer_after(const stops *s, uint32_t lap)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (s->at[i].in_lap >= lap) return s->at[i].in_lap - lap < LATER ? s->at[i].in_lap - lap : LATER;
    return LATER;
}

static bool look(const pb_history_race *race, field *f)
{
    if (!race->usable || race->log->sprint || !pb__race_is_dry(race->log)) return false;
    f->race = race;
    for (uint32_t c = 0; c < race->log->n_cars; c++) {
        stops *s = &f->of[c];
        s->n     = pb_car_stops(race->log, c, race->outcome, false, s->at, STOPS_MAX);
        if (s->n > STOPS_MAX) s->n = STOPS_MAX;
    }
    return true;
}

/* Somebody near enough when car c stops in this lap; false: not he. */
static bool rival_of(const field *f, uint32_t c, uint32_t other, uint32_t lap, pair *out)
{
    const pb_race_log *log = f->race->log;
    *out                   = (pair){log, &log->cars[c], &log->cars[other], lap};
    return other != c && lap > 1 && !mates(out) && near(out);
}

static pb_status add_pairs(const field *f, uint32_t c, uint32_t lap, pb__truths *out)
{
    for (uint32_t o = 0; o < f->race->log->n_cars; o++) {
        pair     p;
        uint32_t answer = answer_after(&f->of[o], lap);
        if (answer == 0 || answer == LATER || !rival_of(f, c, o, lap, &p) || !stays_green(&p, answer)) continue;
        pb__truth truth = truth_of(&p, answer);
        PB_TRY(pb__truths_add(out, &truth));
    }
    return PB_OK;
}

pb_status pb__truth_undercut(const pb_history_race *race, pb__truths *out)
{
    field f;
    if (!look(race, &f)) return PB_OK;
    for (uint32_t c = 0; c < race->log->n_cars; c++)
        for (uint32_t i = 0; i < f.of[c].n; i++) PB_TRY(add_pairs(&f, c, f.of[c].at[i].in_lap, out));
    return PB_OK;
}

/* Six green laps without an answer are one, too. */
static void count_answers(const field *f, uint32_t c, uint32_t lap, double counts[2][PB__CUT_ANSWERS])
{
    for (uint32_t o = 0; o < f->race->log->n_cars; o++) {
        pair     p;
        uint32_t answer = answer_after(&f->of[o], lap);
        if (!rival_of(f, c, o, lap, &p)) continue;
        if (!runs_green(p.first, lap, lap, lap)) continue;
        if (answer == LATER && !runs_green(p.second, lap, lap + PB_UNDERCUT_LAPS, 0)) continue;
        if (answer != LATER && !runs_green(p.second, lap, lap + answer, lap + answer)) continue;
        counts[lead_s(&p, lap - 1) > 0][answer] += 1;
    }
}

void pb__undercut_answers(const pb_history_race *race, double counts[2][PB__CUT_ANSWERS])
{
    field f;
    if (!look(race, &f)) return;
    for (uint32_t c = 0; c < race->log->n_cars; c++)
        for (uint32_t i = 0; i < f.of[c].n; i++) count_answers(&f, c, f.of[c].at[i].in_lap, counts);
}
