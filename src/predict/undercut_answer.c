/* undercut_answer: when the second car stops once the first one has.
 *
 * The pit call knows the chance of the next stop, lap by lap, from what is seen
 * now (pitcall_next.c). On this lap the second car's wall knows no more. From the
 * next one on it has seen the first car come in: its row is moved on by a lap and
 * told so, as rows of past races were that had a neighbour in the lane. */
#include <math.h>
#include <string.h>

#include "pitcall.h"
#include "undercut.h"

#define SAME_GAP_S 0.02 /* gaps this close are one: the first car is the neighbour */

static void move_on(float x[PB__PITCALL_N])
{
    float laps = x[PB__PF_lap] + x[PB__PF_laps_to_go];
    x[PB__PF_lap] += 1;
    x[PB__PF_laps_to_go] -= 1;
    x[PB__PF_tyre_age_laps] += 1;
    x[PB__PF_stint_laps] += 1;
    x[PB__PF_race_share]  = x[PB__PF_lap] / laps;
    x[PB__PF_age_share]   = x[PB__PF_tyre_age_laps] / laps;
    x[PB__PF_stint_share] = x[PB__PF_stint_laps] / laps;
}

/* The first car is in the lane. */
static void tell_stop(float x[PB__PITCALL_N], const pb__undercut_view *v, bool overcut)
{
    double gap_s = (double)x[overcut ? PB__PF_gap_ahead_s : PB__PF_gap_behind_s];
    x[PB__PF_near_stopped_2] += 1;
    if (!overcut) x[PB__PF_undercut_lost] += 1;
    if (!(fabs(gap_s - v->gap_s) < SAME_GAP_S)) return;
    x[overcut ? PB__PF_ahead_since_stop : PB__PF_behind_since_stop] = 0;
    x[overcut ? PB__PF_ahead_stops_diff : PB__PF_behind_stops_diff] -= 1;
}

bool pb__undercut_answer_chances(const pb__undercut_view *v, const pb_scene *scene, const pb_model *pitcall,
                                 bool overcut, double out[PB__CUT_ANSWERS])
{
    float    lap[PB_LF_N], x[PB__PITCALL_N];
    uint32_t laps = pb_scene_scheduled(scene);
    double   left = 1, p;
    if (!pitcall || laps == 0 || !pb_scene_row(scene, overcut ? v->attacker : v->defender, lap)) return false;
    pb__pitcall_pick(lap, x);
    if (!pb__pitcall_next_chance(pitcall, x, v->lap - (uint32_t)x[PB__PF_lap], laps, &p)) return false;
    out[0] = p;
    left -= p;
    while ((uint32_t)x[PB__PF_lap] < v->lap) move_on(x);
    tell_stop(x, v, overcut);
    for (uint32_t d = 1; d <= PB_UNDERCUT_LAPS; d++) {
        (void)pb__pitcall_next_chance(pitcall, x, d, laps, &p);
        out[d] = left * p;
        left -= out[d];
    }
    out[PB__CUT_ANSWERS - 1] = left;
    return true;
}
