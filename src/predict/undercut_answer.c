/* undercut_answer: when the second car stops once the first one has.
 *
 * The pit call knows the chance of its next stop, lap by lap, from what is seen
 * now (pitcall_next.c), but not that it answers. So the odds of each lap are
 * raised by what past pairs show: how much likelier a stop so many laps after the
 * first one is than four to six laps after it, when the answer is over. */
#include <math.h>

#include "pitcall.h"
#include "undercut.h"

#define CALM_FROM 4 /* laps after the first stop */
#define RAISE_MAX 10.0
#define CHANCE_MIN 1e-6

static double odds(double p)
{
    double q = fmin(fmax(p, CHANCE_MIN), 1 - CHANCE_MIN);
    return q / (1 - q);
}

/* From the share of pairs by answer to odds against those of a calm lap. */
static void raises(const double share[PB__CUT_ANSWERS], double out[PB_UNDERCUT_LAPS + 1])
{
    double left = 1, calm = 0, laps = 0, chance[PB_UNDERCUT_LAPS + 1];
    for (int d = 0; d <= PB_UNDERCUT_LAPS; d++) {
        chance[d] = left > 0 ? share[d] / left : 0;
        calm += d >= CALM_FROM ? share[d] : 0;
        laps += d >= CALM_FROM ? left : 0;
        left -= share[d];
    }
    for (int d = 0; d <= PB_UNDERCUT_LAPS; d++) {
        double by = laps > 0 && calm > 0 ? odds(chance[d]) / odds(calm / laps) : 1;
        out[d]    = d < CALM_FROM ? fmin(fmax(by, 1 / RAISE_MAX), RAISE_MAX) : 1;
    }
}

bool pb__undercut_answer_chances(const pb__undercut_view *v, const pb_scene *scene, const pb_model *pitcall,
                                 const double share[PB__CUT_ANSWERS], bool overcut, double out[PB__CUT_ANSWERS])
{
    float    lap[PB_LF_N], x[PB__PITCALL_N];
    double   raise[PB_UNDERCUT_LAPS + 1], left = 1;
    uint32_t laps = pb_scene_scheduled(scene);
    if (!pitcall || laps == 0 || !pb_scene_row(scene, overcut ? v->attacker : v->defender, lap)) return false;
    pb__pitcall_pick(lap, x);
    raises(share, raise);
    for (uint32_t d = 0; d <= PB_UNDERCUT_LAPS; d++) {
        double p;
        if (!pb__pitcall_next_chance(pitcall, x, v->lap + d - (uint32_t)x[PB__PF_lap], laps, &p)) return false;
        double o = odds(p) * raise[d];
        out[d]   = left * o / (1 + o);
        left -= out[d];
    }
    out[PB__CUT_ANSWERS - 1] = left;
    return true;
}
