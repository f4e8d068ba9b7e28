/* tracker_align: cars whose times at the line are late by a constant, put right.
 *
 *     word      the told gap nearest to the end of lap L, kept with the lap
 *     lateness  of a car: median over laps of (gap by the times - told gap), the leader's
 *               own lateness added; most cars have none, so their median is the zero
 *
 *     lap L   leader      |--------------.
 *             B, told     |--------------:----.
 *             B, by times |--------------:----:--.   2 late, lap after lap
 *
 * Rule 9 of "Deriving laps" (docs/live-state.md). Used for the recorded race; the state
 * shows the told gap itself. */
#include <stdlib.h>
#include <string.h>

#include "tracker.h"

#define BEFORE_MS 500 /* ends and words are not aligned better */
#define AFTER_MS 5000
#define LAPS_LEAST 5
#define SWEEPS 3 /* the lead changes hands: each sweep takes one more hand into account */
#define LATE_MAX_MS 5000

static bool at_line(const pb__gap_word *word, int32_t end_ms)
{
    int64_t after = (int64_t)word->at_ms - end_ms;
    return word->at_ms != PB_MS_NONE && after >= -BEFORE_MS && after <= AFTER_MS;
}

static void keep(pb__car *car, uint16_t lap, pb__gap_word word)
{
    int32_t       end = car->fed[lap].session_ms;
    pb__gap_word *old = &car->word[lap];
    if (!car->fed[lap].number || !at_line(&word, end)) return;
    if (!at_line(old, end) || abs(word.at_ms - end) < abs(old->at_ms - end)) *old = word;
}

void pb__align_hear(pb__ctx *c)
{
    const pb_live_gap *gap = &c->live->gap;
    if (c->now_ms == PB_MS_NONE || gap->laps != 0 || gap->ms == PB_MS_NONE || gap->derived) return;
    if (c->live->told[PB_TOLD_GAP].origin != c->e->origin) return;
    c->car->last_word = (pb__gap_word){c->now_ms, gap->ms};
    if (c->live->laps > 0) keep(c->car, c->live->laps, c->car->last_word);
    c->t->aligns = true;
}

void pb__align_line(pb__ctx *c, uint16_t lap)
{
    keep(c->car, lap, c->car->last_word);
}

/* ---- the constants ---- */

typedef struct fit {
    const pb_tracker *t;
    uint8_t           leader[PB__LAP_SLOTS];
    int32_t           late[PB_CARS_MAX];
    bool              heard[PB_CARS_MAX];
} fit;

static bool by_times(const pb__car *car, uint16_t lap)
{
    const pb_lap *row = &car->lap[lap];
    return row->number && !car->exact[lap] && !(car->by_hand[lap] & PB__LAP_END);
}

/* Nothing of the lane, and not stood still. */
static bool is_free(const pb__car *car, uint16_t lap)
{
    const pb_lap *row = &car->lap[lap];
    return by_times(car, lap) && row->time_ms != PB_MS_NONE && row->pit_in_ms == PB_MS_NONE &&
           row->pit_out_ms == PB_MS_NONE;
}

static void find_leaders(fit *f)
{
    const pb_tracker *t = f->t;
    memset(f->leader, UINT8_MAX, sizeof f->leader);
    for (uint8_t i = 0; i < t->state.n_cars; i++)
        for (uint16_t l = 1; l <= t->state.cars[i].laps; l++)
            if (f->leader[l] == UINT8_MAX && is_free(&t->car[i], l) && t->car[i].lap[l].session_ms == t->lead_ms[l]) {
                f->leader[l] = i;
                f->heard[i]  = true; /* the others are late by it */
            }
}

static int by_value(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static int32_t median(int32_t *value, uint32_t n)
{
    qsort(value, n, sizeof *value, by_value);
    return value[n / 2];
}

static void fit_car(fit *f, uint8_t i)
{
    const pb__car *car = &f->t->car[i];
    int32_t        late[PB__LAP_SLOTS];
    uint32_t       n = 0;
    for (uint16_t l = 1; l <= f->t->state.cars[i].laps; l++) {
        uint8_t leader = f->leader[l];
        int32_t end    = car->lap[l].session_ms;
        if (leader == UINT8_MAX || leader == i || !is_free(car, l) || !at_line(&car->word[l], end)) continue;
        int64_t one = (int64_t)end - f->t->lead_ms[l] - car->word[l].gap_ms + f->late[leader];
        if (llabs(one) <= LATE_MAX_MS) late[n++] = (int32_t)one;
    }
    if (n < LAPS_LEAST) return;
    f->late[i]  = median(late, n);
    f->heard[i] = true;
}

/* Most cars are where their times put them. */
static void set_zero(fit *f)
{
    int32_t  late[PB_CARS_MAX];
    uint32_t n = 0;
    for (uint8_t i = 0; i < f->t->state.n_cars; i++)
        if (f->heard[i]) late[n++] = f->late[i];
    int32_t zero = n ? median(late, n) : 0;
    for (uint8_t i = 0; i < f->t->state.n_cars; i++) f->late[i] = f->heard[i] ? f->late[i] - zero : 0;
}

void pb__align(const pb_tracker *t, int32_t late_ms[PB_CARS_MAX])
{
    fit f = {.t = t};
    memset(late_ms, 0, PB_CARS_MAX * sizeof *late_ms);
    if (!t->aligns) return;
    find_leaders(&f);
    for (int sweep = 0; sweep < SWEEPS; sweep++)
        for (uint8_t i = 0; i < t->state.n_cars; i++) fit_car(&f, i);
    set_zero(&f);
    memcpy(late_ms, f.late, sizeof f.late);
}

static void back(int32_t *ms, int32_t late_ms)
{
    if (*ms != PB_MS_NONE && *ms < INT32_MAX - 2 * LATE_MAX_MS) *ms -= late_ms;
}

/* All its times alike, so that what a car did stays in its order; the first lap, timed by
 * the clock, is shorter by as much. */
void pb__align_row(const pb_tracker *t, const pb__car *car, int32_t late_ms, pb_lap *row)
{
    uint16_t lap = row->number;
    if (late_ms == 0 || !(row->generated || by_times(car, lap))) return;
    bool clocked = lap == 1 && t->state.start_ms != PB_MS_NONE && row->time_ms == row->session_ms - t->state.start_ms;
    if (clocked && row->time_ms > late_ms) {
        back(&row->time_ms, late_ms);
        if (row->sector_ms[0] > late_ms) back(&row->sector_ms[0], late_ms);
    }
    back(&row->session_ms, late_ms);
    back(&row->start_ms, late_ms);
    back(&row->pit_in_ms, late_ms);
    back(&row->pit_out_ms, late_ms);
}
