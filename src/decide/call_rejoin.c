/* call_rejoin: where a stop at the end of this lap puts the car. Without a model
 * of it: everybody keeps the gap, and the pit loss is what it is. */
#include <math.h>

#include "call_work.h"
#include "pitboard/num.h"

double pb__loss_now_s(const pb__work *w)
{
    const pb_pit_spec *p     = &w->spec->pit;
    double             share = w->view->flag == PB_NEUTRAL_SC    ? p->sc_onset_frac
                               : w->view->flag == PB_NEUTRAL_VSC ? p->vsc_onset_frac
                                                                 : 1;
    return share * p->loss_s + w->spec->cars[w->car].stop_s;
}

/* A stop's scatter and two laps of both cars' noise. */
static double spread_s(const pb__work *w)
{
    const pb_noise_spec *n = &w->spec->noise;
    double               s = w->spec->pit.loss_sigma_s;
    return sqrt(s * s + 1.0 + 4 * n->sigma_s * n->sigma_s);
}

void pb__call_rejoin(pb__work *w)
{
    pb_call_rejoin *out = &w->call->rejoin;
    double at_s = w->state->gap_s + pb__loss_now_s(w), sd = spread_s(w), dist[PB_CARS_MAX + 1] = {1}, near_s = 1e9,
           far_s = 1e9;
    uint32_t n   = 0;
    for (uint32_t c = 0; c < w->spec->n_cars; c++) {
        const pb_car_state *s = &w->spec->cars[c].state;
        if (c == w->car || !s->running) continue;
        double ahead_s = at_s - s->gap_s, p = pb_normal_cdf(ahead_s / sd);
        for (uint32_t k = ++n; k > 0; k--) dist[k] = dist[k] * (1 - p) + dist[k - 1] * p;
        dist[0] *= 1 - p;
        if (ahead_s >= 0 && ahead_s < near_s) near_s = ahead_s, out->ahead = (uint8_t)c;
        if (ahead_s < 0 && -ahead_s < far_s) far_s = -ahead_s, out->behind = (uint8_t)c;
    }
    uint32_t mode = 0;
    for (uint32_t k = 1; k <= n; k++) mode = dist[k] > dist[mode] ? k : mode;
    out->known               = true;
    out->position            = (uint8_t)(mode + 1);
    out->p_within1           = dist[mode] + (mode > 0 ? dist[mode - 1] : 0) + (mode < n ? dist[mode + 1] : 0);
    out->ahead_s             = out->ahead != PB_CALL_NOBODY ? near_s : 0;
    out->behind_s            = out->behind != PB_CALL_NOBODY ? far_s : 0;
    out->traffic_s           = 0;
    const pb_traffic_spec *t = &w->spec->traffic; /* dirty air at that gap, for the out-lap */
    for (uint32_t i = 0; out->ahead != PB_CALL_NOBODY && i + 1 < PB_GAP_KNOTS; i++)
        if (near_s >= t->air_gap_s[i] && near_s < t->air_gap_s[i + 1]) out->traffic_s = t->air_loss_s[i];
    pb__call_note(w->call, "rejoin: rivals' stops not looked at (no model of it); gaps held, a stop costs %.1f s",
                  pb__loss_now_s(w));
}
