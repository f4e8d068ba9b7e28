/* rejoin_answer: what is told of one stop. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"
#include "pitboard/predict_tyre.h"
#include "rejoin_desk.h"

#define DRAWS 48 /* of what the rivals may do */

typedef struct asked {
    pb__rejoin_case   c;
    pb__rejoin_params p;
    pb__rejoin_calls  calls;
    pb__rejoin_places places;
} asked;

/* ---- the own loss ---- */

/* Between the equally likely values; prob in (0, 1). */
static double off_at(const asked *a, double prob)
{
    const double *z = a->p.z_s[a->c.group];
    double        x = fmin(fmax(prob * PB__REJOIN_Z - 0.5, 0), PB__REJOIN_Z - 1.001);
    int           k = (int)x;
    return a->p.spread * (z[k] + (x - k) * (z[k + 1] - z[k]));
}

static void tell_loss(const asked *a, pb_rejoin *out)
{
    out->loss_s     = a->c.loss_s + off_at(a, 0.5);
    out->loss_lo_s  = a->c.loss_s + off_at(a, 0.1);
    out->loss_hi_s  = a->c.loss_s + off_at(a, 0.9);
    out->stops_seen = a->c.level.seen;
}

/* ---- rivals ---- */

/* At the end of the out-lap, if it does that. */
static double gap_s(const asked *a, const pb__rejoin_rival *r, int act)
{
    return r->margin[act] - a->p.shift_s[act] - off_at(a, 0.5);
}

static pb_rejoin_rival told_of(const asked *a, uint32_t i)
{
    const pb__rejoin_rival *r    = &a->c.rival[i];
    int                     stop = r->exposed > 0 ? PB__REJOIN_WHOLE : PB__REJOIN_PART;
    return (pb_rejoin_rival){.car        = r->car,
                             .p_ahead    = fmin(fmax(a->places.ahead[i], 0), 1),
                             .p_stop     = i < a->c.n_reach ? a->calls.whole[i] + a->calls.part[i] : 0,
                             .gap_s      = gap_s(a, r, r->in_lane ? PB__REJOIN_LANE : PB__REJOIN_OUT),
                             .stop_gap_s = gap_s(a, r, r->in_lane ? PB__REJOIN_LANE : stop)};
}

static int by_gap(const void *x, const void *y)
{
    const pb_rejoin_rival *a = x, *b = y;
    if (a->gap_s < b->gap_s || a->gap_s > b->gap_s) return a->gap_s < b->gap_s ? -1 : 1;
    return (int)a->car - (int)b->car;
}

static void tell_rivals(const asked *a, pb_rejoin *out)
{
    out->n = a->c.n;
    for (uint32_t i = 0; i < a->c.n; i++) out->rival[i] = told_of(a, i);
    qsort(out->rival, out->n, sizeof *out->rival, by_gap);
    pb_rejoin_neighbours(out);
}

/* ---- traffic ---- */

/* Cars that stay out or leave the lane, the farthest ahead first, each there with its
 * probability: the nearest one ahead costs by its gap. */
static double traffic_s(const pb_rejoin *out, double off_s)
{
    const pb_tyre_prior usual = pb_tyre_prior_default();
    double              left = 1, sum = 0;
    for (uint32_t i = out->n; i-- > 0;) {
        double ahead_s = off_s - out->rival[i].gap_s;
        if (ahead_s < 0) continue;
        double there = 1 - out->rival[i].p_stop;
        sum += left * there * usual.traffic_s[pb_tyre_gap_bin(ahead_s)];
        left *= 1 - there;
    }
    return sum;
}

static void tell_traffic(const asked *a, pb_rejoin *out)
{
    for (int k = 0; k < PB__REJOIN_Z; k++)
        out->traffic_s += traffic_s(out, off_at(a, (k + 0.5) / PB__REJOIN_Z) - off_at(a, 0.5)) / PB__REJOIN_Z;
}

/* ---- what not knowing the others' stops costs ---- */

static double entropy_of(const double p[PB_CARS_MAX])
{
    double sum = 0;
    for (int k = 0; k < PB_CARS_MAX; k++)
        if (p[k] > 1e-12) sum -= p[k] * pb_log(p[k]);
    return sum;
}

/* One thing they may do. */
static void draw_calls(const asked *a, uint32_t trial, pb__rejoin_calls *out)
{
    double           mood = pb__rejoin_moods[trial % PB__REJOIN_MOODS];
    pb__rejoin_calls here;
    pb__rejoin_in_mood(&a->c, &a->calls, a->p.mood[a->c.wet_share > 0], mood, &here);
    for (uint32_t i = 0; i < a->c.n_reach; i++) {
        double u      = pb_uniform(pb_draw(1, trial, a->c.rival[i].car, a->c.lap, 0).word[0]);
        out->whole[i] = u < here.whole[i];
        out->part[i]  = u >= here.whole[i] && u < here.whole[i] + here.part[i];
    }
}

static void tell_known(const asked *a, pb_rejoin *out)
{
    for (uint32_t t = 0; t < DRAWS; t++) {
        pb__rejoin_calls  known;
        pb__rejoin_places places;
        double            most = 0;
        draw_calls(a, t, &known);
        pb__rejoin_places_of(&a->c, &a->p, &known, &places);
        for (int k = 0; k < PB_CARS_MAX; k++) most = fmax(most, places.p[k]);
        out->known_p_exact += most / DRAWS;
        out->known_entropy += entropy_of(places.p) / DRAWS;
    }
    out->entropy = entropy_of(out->p);
}

/* ---- all of it ---- */

pb_status pb_rejoin_of(pb_rejoin_desk *desk, const pb_rejoin_ask *ask, pb_rejoin *out, pb_error *error)
{
    asked a;
    PB_TRY(pb__rejoin_desk_case(desk, ask, &a.c, &a.p, &a.calls, error));
    memset(out, 0, sizeof *out);
    pb__rejoin_places_of(&a.c, &a.p, &a.calls, &a.places);
    memcpy(out->p, a.places.p, sizeof out->p);
    pb__rejoin_told(&a.p, &a.places, &out->place, &out->p_within1);
    out->p_exact = out->p[out->place - 1];
    for (uint32_t k = 0; k < PB_CARS_MAX; k++) out->mean_place += (k + 1) * out->p[k];
    tell_loss(&a, out);
    tell_rivals(&a, out);
    tell_traffic(&a, out);
    tell_known(&a, out);
    return PB_OK;
}
