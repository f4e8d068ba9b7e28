/* row_rejoin: where a stop now would put the car. */
#include <math.h>

#include "scene.h"

#define LOSS_OVER_LANE_S 0.8 /* green loss less lane time: effects.md, section 6 */
#define UNDERCUT_LAPS 6
#define CONTEXT_STOPS 2.0 /* stops of this race that weigh as much as the loss known before */

static double pit_loss_s(const pb_scene *scene)
{
    double here = scene->lane_s + LOSS_OVER_LANE_S, before = scene->context.pit_loss_s;
    if (isnan(here)) return before > 0 ? before : NAN;
    if (!(before > 0)) return here;
    double n = scene->n_lane_seen;
    return (CONTEXT_STOPS * before + n * here) / (CONTEXT_STOPS + n);
}

/* Cars behind that have stopped more often: past already, or how far from it. */
static void undercut_part(const pb_scene *scene, const pb__car *car, double loss, float *out)
{
    uint32_t lost   = 0;
    double   margin = INFINITY;
    for (uint32_t k = 0; k < scene->n_order; k++) {
        const pb__car *other = &scene->car[scene->order[k]];
        double         lead  = pb__gap_s(other, car); /* > 0: the other is behind now */
        if (other->stops <= car->stops || !(lead > 0)) continue;
        if (lead >= loss)
            margin = fmin(margin, lead - loss);
        else
            lost += pb__since_stop(other) <= UNDERCUT_LAPS;
    }
    out[PB_LF_undercut_lost] = (float)lost;
    if (margin < INFINITY) out[PB_LF_undercut_margin_s] = (float)margin;
}

void pb__row_rejoin(const pb_scene *scene, const pb__car *car, uint32_t index, float *out)
{
    double   loss = pit_loss_s(scene), ahead_s = INFINITY, behind_s = INFINITY;
    int32_t  ahead        = -1;
    uint32_t places       = 0;
    out[PB_LF_pit_loss_s] = (float)loss;
    out[PB_LF_lane_seen]  = (float)scene->n_lane_seen;
    if (!car->runs || isnan(loss)) return;
    for (uint32_t c = 0; c < scene->log->n_cars; c++) {
        const pb__car *other = &scene->car[c];
        if (c == index || !other->runs) continue;
        double lead  = pb__gap_s(other, car); /* > 0: the other is behind now */
        double after = loss - lead;           /* > 0: the other is ahead after the stop */
        if (isnan(lead)) continue;
        places += lead > 0 && after > 0;
        if (after >= 0 && after < ahead_s) {
            ahead_s = after;
            ahead   = (int32_t)c;
        }
        if (after < 0 && -after < behind_s) behind_s = -after;
    }
    undercut_part(scene, car, loss, out);
    out[PB_LF_rejoin_places] = (float)places;
    if (ahead >= 0) {
        out[PB_LF_rejoin_ahead_s]     = (float)ahead_s;
        out[PB_LF_rejoin_ahead_fresh] = scene->car[ahead].stops > car->stops;
    }
    if (behind_s < INFINITY) out[PB_LF_rejoin_behind_s] = (float)behind_s;
}
