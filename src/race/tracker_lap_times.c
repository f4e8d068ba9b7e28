/* tracker_lap_times: what the words about a lap leave open, worked out.
 *
 * Feeds send changes only, so a time equal to the one before is not sent at all; the
 * first lap has no time; messages come late, never early. Rules 4 to 8 of "Deriving
 * laps" (docs/live-state.md). */
#include <stdlib.h>

#include "tracker.h"

#define LATE_MAX_MS 5000 /* no message is later than this */
#define EXACT_TOL_MS 3

static int64_t sector_sum(const pb_lap *row)
{
    return (int64_t)row->sector_ms[0] + row->sector_ms[1] + row->sector_ms[2];
}

/* Index of the one sector that is missing; -1: none or more. */
static int missing_sector(const pb_lap *row)
{
    int at = -1;
    for (int i = 0; i < 3; i++) {
        if (row->sector_ms[i] != PB_MS_NONE) continue;
        if (at >= 0) return -1;
        at = i;
    }
    return at;
}

static bool all_sectors(const pb_lap *row)
{
    return row->sector_ms[0] != PB_MS_NONE && row->sector_ms[1] != PB_MS_NONE && row->sector_ms[2] != PB_MS_NONE;
}

/* By the clock; PB_MS_NONE where the beginning is not known. */
static int32_t clock_time(const pb_tracker *t, const pb__car *car, uint16_t lap)
{
    int32_t begin = pb__lap_begin(t, car, lap);
    return begin == PB_MS_NONE || car->fed[lap].session_ms <= begin ? PB_MS_NONE : car->fed[lap].session_ms - begin;
}

static void work_out_time(const pb__ctx *c, uint16_t lap)
{
    pb_lap *row      = &c->car->fed[lap];
    int32_t by_clock = clock_time(c->t, c->car, lap);
    if (row->time_ms == PB_MS_NONE && all_sectors(row)) {
        int64_t sum   = sector_sum(row);
        bool    equal = lap > 1 && c->car->fed[lap - 1].time_ms == sum;
        if (equal || c->car->time_cleared) row->time_ms = (int32_t)sum;
    }
    if (row->time_ms == PB_MS_NONE && lap == 1 && !c->car->exact[lap] && by_clock != PB_MS_NONE)
        row->time_ms = by_clock;
    if (row->time_ms != PB_MS_NONE && lap > 1 && all_sectors(row) && sector_sum(row) > row->time_ms + EXACT_TOL_MS)
        row->time_ms = PB_MS_NONE; /* one of them is of another lap */
}

static void work_out_sector(const pb__car *car, pb_lap *row, uint16_t lap)
{
    int k = missing_sector(row);
    if (k < 0 || row->time_ms == PB_MS_NONE) return;
    int64_t rest = row->time_ms;
    for (int i = 0; i < 3; i++)
        if (i != k) rest -= row->sector_ms[i];
    bool unchanged = lap > 1 && car->fed[lap - 1].sector_ms[k] == rest;
    if (rest > 0 && (unchanged || (lap == 1 && k == 0))) row->sector_ms[k] = (int32_t)rest;
}

/* The earliest end that the words allow: the counter, or a sector and the ones behind it. */
static int32_t earliest_end(const pb__car *car, const pb_lap *row)
{
    int32_t end = row->session_ms, behind = 0;
    for (int i = 2; i >= 0; i--) {
        int64_t by_sector = (int64_t)car->sector_at_ms[i] + behind;
        if (car->sector_at_ms[i] != PB_MS_NONE && by_sector < end &&
            by_sector >= (int64_t)row->session_ms - LATE_MAX_MS)
            end = (int32_t)by_sector;
        if (row->sector_ms[i] == PB_MS_NONE || row->sector_ms[i] > INT32_MAX / 4) break;
        behind += row->sector_ms[i];
    }
    return end;
}

/* A lap cannot last longer than its time, so a late end moves back; and the lap before
 * ended when this one began. */
static void chain_ends(pb__ctx *c, uint16_t lap)
{
    pb__car *car = c->car;
    for (uint16_t l = lap; l > 1 && car->fed[l].time_ms != PB_MS_NONE && car->fed[l - 1].number; l--) {
        int64_t over = (int64_t)car->fed[l].session_ms - car->fed[l].time_ms - car->fed[l - 1].session_ms;
        if (over > EXACT_TOL_MS && over <= LATE_MAX_MS && !car->exact[l])
            pb__lap_move(c, l, (int32_t)(car->fed[l].session_ms - over));
        else if (over < -EXACT_TOL_MS && over >= -LATE_MAX_MS && !car->exact[l - 1])
            pb__lap_move(c, (uint16_t)(l - 1), (int32_t)(car->fed[l - 1].session_ms + over));
        else
            break;
    }
}

void pb__lap_work_out(pb__ctx *c, uint16_t lap)
{
    pb__car *car = c->car;
    pb_lap  *row = &car->fed[lap];
    if (!row->number) return;
    if (lap == c->live->laps && !car->exact[lap]) row->session_ms = earliest_end(car, row);
    work_out_time(c, lap);
    work_out_sector(car, row, lap);
    chain_ends(c, lap);
    row->status = pb__track_seen(c->t, pb__lap_begin(c->t, car, lap), row->session_ms, row->status_order);
    if (lap != c->live->laps) return;
    int32_t shown = car->by_hand[lap] & PB__LAP_TIME ? car->lap[lap].time_ms : row->time_ms;
    if (shown != PB_MS_NONE) c->live->last_lap_ms = shown;
}

/* After a while nothing more comes of the lap that ended. */
void pb__lap_window(pb__ctx *c)
{
    pb__car *car = c->car;
    if (car->settled || c->live->laps == 0 || car->closed_ms == PB_MS_NONE || c->now_ms == PB_MS_NONE) return;
    if (c->now_ms - car->closed_ms <= PB__LINE_WINDOW_MS) return;
    pb__lap_work_out(c, c->live->laps);
    pb__lap_settle(c, c->live->laps);
    car->settled      = true;
    car->time_cleared = false;
}

bool pb__lap_accurate(const pb_tracker *t, const pb__car *car, uint16_t lap)
{
    const pb_lap *row   = &car->lap[lap];
    int32_t       begin = pb__lap_begin(t, car, lap);
    bool          green = row->status && !(row->status & ~(PB_STATUS_BIT_CLEAR | PB_STATUS_BIT_YELLOW));
    if (lap < 2 || !green || row->pit_in_ms != PB_MS_NONE || row->pit_out_ms != PB_MS_NONE) return false;
    if (row->time_ms == PB_MS_NONE || begin == PB_MS_NONE) return false;
    if (!all_sectors(row) && t->state.cars[car - t->car].told[PB_TOLD_SECTORS].origin != PB_ORIGIN_NONE) return false;
    if (all_sectors(row) && llabs(sector_sum(row) - row->time_ms) > EXACT_TOL_MS) return false;
    if (llabs((int64_t)row->session_ms - begin - row->time_ms) > EXACT_TOL_MS) return false;
    return car->lap[lap - 1].status != PB_STATUS_BIT_SC;
}
