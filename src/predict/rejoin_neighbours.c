/* rejoin_neighbours: who is next to us where a place is told.
 *
 * Given how many rivals are ahead, the likeliest ones are those that are ahead most
 * often. Each is then taken to do what it does most often, if that puts it there. */
#include <math.h>

#include "pitboard/predict_rejoin.h"

#define STOPS_LIKELY 0.5
#define TOSS_UP_S 1e6 /* named only where nobody else is on that side */

/* Comes out ahead more often, or as often from further ahead. */
static bool before(const pb_rejoin_rival *a, const pb_rejoin_rival *b)
{
    if (a->p_ahead > b->p_ahead || a->p_ahead < b->p_ahead) return a->p_ahead > b->p_ahead;
    return a->gap_s < b->gap_s;
}

/* So many rivals stand before this one. */
static uint32_t rank_of(const pb_rejoin *r, uint32_t i)
{
    uint32_t rank = 0;
    for (uint32_t k = 0; k < r->n; k++)
        if (k != i) rank += before(&r->rival[k], &r->rival[i]) || (k < i && !before(&r->rival[i], &r->rival[k]));
    return rank;
}

/* How far off it is on that side, -1 ahead or 1 behind; below 0: whatever it does it
 * is rather on the other one. */
static double off_s(const pb_rejoin_rival *x, double side)
{
    bool   stops = x->p_stop > STOPS_LIKELY, other = x->p_stop > 0 && x->p_stop < 1;
    double likely = side * (stops ? x->stop_gap_s : x->gap_s), rare = side * (stops ? x->gap_s : x->stop_gap_s);
    return likely < 0 && other ? rare : likely;
}

void pb_rejoin_neighbours(pb_rejoin *r)
{
    double least_s[2] = {INFINITY, INFINITY};
    int    at[2]      = {-1, -1};
    for (uint32_t i = 0; i < r->n; i++) {
        bool   behind = rank_of(r, i) + 1 >= r->place;
        double s      = off_s(&r->rival[i], behind ? 1 : -1);
        if (s < 0) s = TOSS_UP_S - s;
        if (s >= least_s[behind]) continue;
        least_s[behind] = s;
        at[behind]      = (int)i;
    }
    r->ahead    = (int16_t)at[0];
    r->behind   = (int16_t)at[1];
    r->ahead_s  = least_s[0] < TOSS_UP_S ? least_s[0] : 0;
    r->behind_s = least_s[1] < TOSS_UP_S ? least_s[1] : 0;
}
