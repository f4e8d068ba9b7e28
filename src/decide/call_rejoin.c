/* call_rejoin: where a stop at the end of this lap puts the car. With the model it
 * is a mixture over what rivals may do on this lap and the next; without, everybody
 * keeps the gap and the pit loss is what it is. */
#include <math.h>

#include "call_work.h"
#include "pitboard/num.h"
#include "pitboard/predict_rejoin.h"

double pb__loss_now_s(const pb__work *w)
{
    const pb_pit_spec *p = &w->spec->pit;
    double share = w->flag == PB_NEUTRAL_SC ? p->sc_onset_frac : w->flag == PB_NEUTRAL_VSC ? p->vsc_onset_frac : 1;
    return share * p->loss_s + w->spec->cars[w->car].stop_s;
}

/* A stop's scatter and two laps of both cars' noise. */
static double spread_s(const pb__work *w)
{
    const pb_noise_spec *n = &w->spec->noise;
    double               s = w->spec->pit.loss_sigma_s;
    return sqrt(s * s + 1.0 + 4 * n->sigma_s * n->sigma_s);
}

static void by_gaps(pb__work *w)
{
    pb_call_rejoin *out = &w->call->rejoin;
    double at_s = w->state->gap_s + pb__loss_now_s(w), sd = spread_s(w), dist[PB_CARS_MAX + 1] = {1}, near_s = 1e9,
           far_s = 1e9;
    uint32_t n   = 0;
    for (uint32_t c = 0; c < w->spec->n_cars; c++) {
        const pb_car_state *s = &w->spec->cars[c].state;
        if (c == w->car || !s->running) continue;
        double ahead_s = at_s - s->gap_s, p = pb_normal_cdf(ahead_s / sd);
        if (w->flag != 0) /* under a flag those ahead stop too, or stay ahead; of those behind some stop */
            p = s->position < w->state->position ? 1 : p * (1 - pb__cheap_stop_prob(w->spec, c));
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

static uint8_t name_of(const pb_rejoin *r, int16_t i, double *gap_s)
{
    if (i < 0) return PB_CALL_NOBODY;
    *gap_s = fabs(r->rival[i].gap_s);
    return (uint8_t)r->rival[i].car;
}

static bool by_model(pb__work *w)
{
    const pb_race_log *log  = w->view->log;
    pb_rejoin_ask      ask  = pb_rejoin_ask_default();
    pb_rejoin_desk    *desk = NULL;
    pb_rejoin          r;
    if (w->flag != 0) return false; /* no better than the place before (docs/models/rejoin.md) */
    if (!w->view->rejoin || !w->view->history || !log || w->car >= log->n_cars || log->cars[w->car].n_laps == 0)
        return false;
    if (pb_rejoin_desk_create(w->view->rejoin, w->view->history, w->view->at, PB_REJOIN_BY_CLOCK, &desk, NULL) != PB_OK)
        return false;
    ask.car          = w->car;
    ask.lap          = log->cars[w->car].laps[log->cars[w->car].n_laps - 1].number;
    ask.extra_s      = w->spec->cars[w->car].penalty_s;
    pb_status status = pb_rejoin_of(desk, &ask, &r, NULL);
    pb_rejoin_desk_destroy(desk);
    if (status != PB_OK) return false;
    pb_call_rejoin *out = &w->call->rejoin;
    *out                = (pb_call_rejoin){.known       = true,
                                           .position    = (uint8_t)r.place,
                                           .p_within1   = r.p_within1,
                                           .traffic_s   = r.traffic_s,
                                           .not_knowing = fmax(r.known_p_exact - r.p_exact, 0)};
    out->ahead          = name_of(&r, r.ahead, &out->ahead_s);
    out->behind         = name_of(&r, r.behind, &out->behind_s);
    return true;
}

void pb__call_rejoin(pb__work *w)
{
    if (!by_model(w)) by_gaps(w);
}
