/* call_rejoin: where a stop at the end of this lap puts the car.
 *
 * A mixture over what rivals may do: with the model by what it has learned, without
 * it, and under a flag, by the gaps. Who is known to stop does; the second car of a
 * team that comes in waits. Place and neighbours are those of one and the same
 * scenario (pb_rejoin_neighbours). */
#include <math.h>

#include "call_work.h"
#include "pitboard/num.h"
#include "pitboard/predict_rejoin.h"

#define STOP_VAR 1.0 /* of the time at rest, s^2 */

double pb__loss_now_s(const pb__work *w)
{
    const pb_pit_spec *p = &w->spec->pit;
    double share = w->flag == PB_NEUTRAL_SC ? p->sc_onset_frac : w->flag == PB_NEUTRAL_VSC ? p->vsc_onset_frac : 1;
    return share * p->loss_s + w->spec->cars[w->car].stop_s;
}

/* ---- the team mate ---- */

/* Chance that he stops on this lap: what the joint call has for him, where there is one. */
static double mate_stops(const pb__work *w)
{
    const pb_call_team *t = &w->call->team;
    if (w->view->rival_boxed[t->mate]) return 1;
    if (t->option == PB_TEAM_BOTH || t->option == PB_TEAM_SPLIT)
        return t->option == PB_TEAM_BOTH || t->first == t->mate;
    return pb__rival_stops_now(w, t->mate);
}

static double stops(const pb__work *w, uint32_t car)
{
    return car == w->call->team.mate ? mate_stops(w) : pb__rival_stops_now(w, car);
}

static bool surely_stops(const pb__work *w, uint32_t car)
{
    return w->view->rival_boxed[car] || (car == w->call->team.mate && mate_stops(w) >= 1);
}

static bool is_in_front(const pb__work *w, uint32_t car)
{
    return w->spec->cars[car].state.position < w->state->position;
}

/* What we stand behind him in the box. */
static double own_wait_s(const pb__work *w)
{
    const pb_call_team *t = &w->call->team;
    return t->mate != PB_CALL_NOBODY && is_in_front(w, t->mate) && mate_stops(w) > 0.5 ? t->wait_s : 0;
}

/* ---- by the gaps ---- */

/* The rival as it is when we are back on the track. Of two that stop the loss is
 * the same: only their stops differ. */
static pb_rejoin_rival rival_of(const pb__work *w, uint32_t car, double at_s)
{
    const pb_car_spec   *c = &w->spec->cars[car];
    const pb_noise_spec *n = &w->spec->noise;
    double               s = w->spec->pit.loss_sigma_s, out_sd = sqrt(s * s + STOP_VAR + 4 * n->sigma_s * n->sigma_s);
    bool                 queue = car == w->call->team.mate && !is_in_front(w, car);
    double loss_s = pb__loss_now_s(w) - w->spec->cars[w->car].stop_s + c->stop_s + (queue ? w->call->team.wait_s : 0);
    pb_rejoin_rival r = {.car = (uint16_t)car, .p_stop = stops(w, car), .gap_s = c->state.gap_s - at_s};
    r.stop_gap_s      = r.gap_s + loss_s;
    r.p_ahead         = r.p_stop * pb_normal_cdf(-r.stop_gap_s / sqrt(2 * STOP_VAR)) +
                (1 - r.p_stop) * pb_normal_cdf(-r.gap_s / out_sd);
    return r;
}

/* One more rival in the count. */
static void count(double *p, uint32_t n, double ahead)
{
    for (uint32_t k = n; k > 0; k--) p[k] = p[k] * (1 - ahead) + p[k - 1] * ahead;
    p[0] *= 1 - ahead;
}

/* The likeliest number of cars ahead, and that it is at most one off. */
static void place_of(pb_rejoin *r)
{
    double   p[PB_CARS_MAX + 1] = {1};
    uint32_t mode               = 0;
    for (uint32_t i = 0; i < r->n; i++) count(p, i + 1, r->rival[i].p_ahead);
    for (uint32_t k = 1; k <= r->n; k++) mode = p[k] > p[mode] ? k : mode;
    r->place     = mode + 1;
    r->p_within1 = p[mode] + (mode > 0 ? p[mode - 1] : 0) + (mode < r->n ? p[mode + 1] : 0);
}

/* Dirty air at that gap, for the out-lap. */
static double traffic_s(const pb_traffic_spec *t, double gap_s)
{
    for (uint32_t i = 0; i + 1 < PB_GAP_KNOTS; i++)
        if (gap_s >= t->air_gap_s[i] && gap_s < t->air_gap_s[i + 1]) return t->air_loss_s[i];
    return 0;
}

static void by_gaps(pb__work *w, pb_rejoin *r)
{
    double at_s = w->state->gap_s + pb__loss_now_s(w) + own_wait_s(w);
    *r          = (pb_rejoin){.n = 0};
    for (uint32_t c = 0; c < w->spec->n_cars; c++)
        if (c != w->car && w->spec->cars[c].state.running) r->rival[r->n++] = rival_of(w, c, at_s);
    place_of(r);
    pb_rejoin_neighbours(r);
    if (r->ahead >= 0) r->traffic_s = traffic_s(&w->spec->traffic, r->ahead_s);
    pb__call_note(w->call, "rejoin: by the gaps and who may stop, not by the model of it; a stop costs %.1f s",
                  pb__loss_now_s(w));
}

/* ---- by the model ---- */

static bool by_model(const pb__work *w, pb_rejoin *r)
{
    const pb_race_log *log  = w->view->log;
    pb_rejoin_ask      ask  = pb_rejoin_ask_default();
    pb_rejoin_desk    *desk = NULL;
    if (w->flag != 0) return false; /* no better than the place before (docs/models/rejoin.md) */
    if (!w->view->rejoin || !w->view->history || !log || w->car >= log->n_cars || log->cars[w->car].n_laps == 0)
        return false;
    if (pb_rejoin_desk_create(w->view->rejoin, w->view->history, w->view->at, PB_REJOIN_BY_CLOCK, &desk, NULL) != PB_OK)
        return false;
    ask.car     = w->car;
    ask.lap     = log->cars[w->car].laps[log->cars[w->car].n_laps - 1].number;
    ask.extra_s = w->spec->cars[w->car].penalty_s + own_wait_s(w);
    for (uint32_t c = 0; c < w->spec->n_cars; c++) ask.stops[c] = c != w->car && surely_stops(w, c);
    pb_status status = pb_rejoin_of(desk, &ask, r, NULL);
    pb_rejoin_desk_destroy(desk);
    return status == PB_OK;
}

/* ---- what is told ---- */

static uint8_t name_of(const pb_rejoin *r, int16_t i)
{
    return i < 0 ? PB_CALL_NOBODY : (uint8_t)r->rival[i].car;
}

void pb__call_rejoin(pb__work *w)
{
    pb_rejoin r;
    if (pb__best_of(w, true) < 0) return; /* no stop can be made on this lap */
    if (!by_model(w, &r)) by_gaps(w, &r);
    w->call->rejoin = (pb_call_rejoin){.known       = true,
                                       .position    = (uint8_t)r.place,
                                       .p_within1   = r.p_within1,
                                       .ahead       = name_of(&r, r.ahead),
                                       .behind      = name_of(&r, r.behind),
                                       .ahead_s     = r.ahead_s,
                                       .behind_s    = r.behind_s,
                                       .traffic_s   = r.traffic_s,
                                       .not_knowing = fmax(r.known_p_exact - r.p_exact, 0)};
}
