/* Following: what a held car keeps as a gap, what dirty air costs, what a pass
 * costs, what a neutralised stop costs.
 *
 * The first two are seen only mixed: a lap behind somebody is slower because of
 * the air, or because the car could not get by, and whoever is close is there
 * because he has a good spell. So the newest races are played, and the values
 * turned until the played gaps and losses are the recorded ones. Stops under a
 * safety car mix with the queue in the same way. */
#include <math.h>
#include <stdlib.h>

#include "learn_fits.h"
#include "learn_sample.h"
#include "pitboard/num.h"
#include "played_race.h"

#define RACES_MAX 30 /* newest dry ones */
#define RACES_LEAST 8
#define TRIALS 8
#define ROUNDS 10
#define STEP 0.6
#define HELD_FAST_S 0.3 /* held: faster by more than this ... */
#define HELD_GAP_S 1.2  /* ... within this gap, and not past (effects.md 4) */
#define STOP_SHRINK 20.0
/* Cars of equal pace keep their distance, which the model does not know; left
 * alone it crowds them. The shares of close cars therefore weigh in: too many
 * within a second, and the air below 1.5 s costs more; too many within half a
 * second, and held cars keep more. */
#define CLOSE_S 1.0
#define TOUCHING_S 0.5
#define CROWD_TO_S 1.5
#define CROWD_WEIGHT 0.5
#define SMOOTH 0.08
#define TOUCH_WEIGHT 0.7
#define FLAGS 4

static const double edge_s[PB_GAP_KNOTS + 1] = {0, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 5.0};

/* What is compared, of recorded or of played races. */
typedef struct seen {
    double     loss_s[PB_GAP_KNOTS], weight[PB_GAP_KNOTS];
    pb__sample held, share[FLAGS];
    double     laps, close, touching; /* green car-laps; within CLOSE_S; within TOUCHING_S */
    double     race_weight;
} seen;

static void note_lap(void *self, double gap_s)
{
    seen *s = self;
    s->laps += s->race_weight;
    s->close += gap_s < CLOSE_S ? s->race_weight : 0;
    s->touching += gap_s < TOUCHING_S ? s->race_weight : 0;
}

static void note_pair(void *self, const pb__seen_pair *p)
{
    seen *s = self;
    for (int b = 0; b < PB_GAP_KNOTS && isfinite(p->loss_s); b++) {
        if (p->gap_s < edge_s[b] || p->gap_s >= edge_s[b + 1]) continue;
        s->loss_s[b] += s->race_weight * p->loss_s;
        s->weight[b] += s->race_weight;
    }
    if (p->delta_s > HELD_FAST_S && p->gap_s <= HELD_GAP_S && p->next_gap_s > 0)
        pb__sample_add(&s->held, p->next_gap_s, s->race_weight);
}

static pb__eye eye_of(seen *s)
{
    return (pb__eye){.self = s, .lap = note_lap, .pair = note_pair};
}

static double loss_of(const seen *s, int bin)
{
    return s->weight[bin] > 0 ? s->loss_s[bin] / s->weight[bin] : 0;
}

static bool seen_failed(const seen *s)
{
    bool failed = s->held.failed;
    for (int k = 0; k < FLAGS; k++) failed |= s->share[k].failed;
    return failed;
}

static void seen_fini(seen *s)
{
    pb__sample_fini(&s->held);
    for (int k = 0; k < FLAGS; k++) pb__sample_fini(&s->share[k]);
}

/* ---- held gaps: lognormal, two numbers that can be turned ---- */

typedef struct hold_shape {
    double log_median, log_sigma;
} hold_shape;

static void spread_hold(const hold_shape *shape, double out[PB_QUANTILES])
{
    for (int q = 0; q < PB_QUANTILES; q++) {
        double p = fmin(fmax(pb_quantile_prob[q], 0.002), 0.998);
        out[q]   = fmin(exp(shape->log_median + shape->log_sigma * pb_normal_quantile(p)), 5);
    }
}

/* Median, and half of the distance from 10 to 90 %, in logs. */
static hold_shape shape_of(pb__sample *held)
{
    double low = pb__sample_quantile(held, 0.10), mid = pb__sample_quantile(held, 0.50),
           high = pb__sample_quantile(held, 0.90);
    return (hold_shape){log(mid), log(high / low) / (2 * 1.2816)};
}

/* ---- the races that are played ---- */

typedef struct stage {
    const pb__learn_set  *set;
    const pb__learn_race *race[RACES_MAX];
    pb__played           *played[RACES_MAX];
    size_t                n;
    pb__stop             *stops;
    size_t                n_stops;
} stage;

static bool can_be_played(const pb__learn_race *race)
{
    return race->has_pace && race->dry && !race->red && !race->log->sprint;
}

static pb_status choose_races(const pb__learn_set *set, stage *s)
{
    pb__dated *all = malloc((set->n + 1) * sizeof *all);
    size_t     n   = 0;
    if (!all) return PB_E_NOMEM;
    for (size_t r = 0; r < set->n; r++)
        if (can_be_played(&set->race[r])) all[n++].race = &set->race[r];
    qsort(all, n, sizeof *all, pb__by_date);
    while (n > 0 && s->n < RACES_MAX) s->race[s->n++] = all[--n].race;
    free(all);
    return PB_OK;
}

static pb_status set_stage(const pb__learn_set *set, const pb_prior *prior, stage *s)
{
    s->set = set;
    PB_TRY(choose_races(set, s));
    PB_TRY(pb__stops(set, &s->stops, &s->n_stops));
    for (size_t i = 0; i < s->n; i++) {
        pb_status status = pb__played_create(s->race[i], prior, &s->played[i], NULL);
        if (status == PB_E_NOMEM) return status;
    }
    return PB_OK;
}

static void strike_stage(stage *s)
{
    for (size_t i = 0; i < s->n; i++) pb__played_destroy(s->played[i]);
    free(s->stops);
}

static int flag_index(pb__stop_flag flag)
{
    return flag >= PB__STOP_SC_ONSET && flag <= PB__STOP_VSC ? (int)flag - PB__STOP_SC_ONSET : -1;
}

static bool stop_is_of(const stage *s, const pb__stop *stop, size_t i)
{
    return &s->set->race[stop->race] == s->race[i] && flag_index(stop->flag) >= 0;
}

static void see_recorded(const stage *s, const pb_prior *prior, seen *out)
{
    pb__eye eye = eye_of(out);
    for (size_t i = 0; i < s->n; i++) {
        if (!s->played[i]) continue;
        out->race_weight = s->race[i]->recent;
        pb__see_recorded(s->race[i], &eye);
        for (size_t k = 0; k < s->n_stops; k++) {
            int c = s->race[i]->circuit;
            if (stop_is_of(s, &s->stops[k], i) && c >= 0)
                pb__sample_add(&out->share[flag_index(s->stops[k].flag)],
                               s->stops[k].rival_loss_s / prior->circuits[c].pit_loss_s, 1);
        }
    }
}

static pb_status see_played(const stage *s, const pb_race_spec *base, seen *out)
{
    pb__eye eye = eye_of(out);
    for (size_t i = 0; i < s->n; i++) {
        if (!s->played[i]) continue;
        out->race_weight = s->race[i]->recent;
        pb__played_turn(s->played[i], base);
        PB_TRY(pb__played_run(s->played[i], TRIALS, NULL));
        pb__see_played(s->played[i], &eye);
        for (size_t k = 0; k < s->n_stops; k++)
            for (uint32_t t = 0; t < TRIALS && stop_is_of(s, &s->stops[k], i); t++)
                pb__sample_add(&out->share[flag_index(s->stops[k].flag)],
                               pb__played_stop_share(s->played[i], t, &s->stops[k]), 1);
    }
    return seen_failed(out) ? PB_E_NOMEM : PB_OK;
}

/* ---- turning ---- */

static void turn_traffic(const seen *real, seen *played, const hold_shape *wanted, hold_shape *shape,
                         pb_traffic_spec *t)
{
    hold_shape got   = shape_of(&played->held);
    double     crowd = log((played->close / played->laps) / (real->close / real->laps));
    double     touch = log((played->touching / played->laps) / (real->touching / real->laps));
    shape->log_median += STEP * (wanted->log_median - got.log_median + TOUCH_WEIGHT * touch);
    shape->log_sigma = fmin(fmax(shape->log_sigma + STEP * (wanted->log_sigma - got.log_sigma), 0.05), 1.5);
    spread_hold(shape, t->hold_s);
    for (int b = 0; b < PB_GAP_KNOTS - 1; b++) {
        double spread_s  = edge_s[b] < CROWD_TO_S ? CROWD_WEIGHT * crowd : 0;
        double loss_s    = t->air_loss_s[b] + STEP * (loss_of(real, b) - loss_of(played, b) + spread_s);
        t->air_loss_s[b] = fmin(fmax(loss_s, -0.6), 1.5); /* a tow with DRS gives at most about this */
    }
    for (int b = 1; b < PB_GAP_KNOTS - 1; b++) { /* a trough between knots would trap cars */
        double beside = (t->air_loss_s[b - 1] + t->air_loss_s[b + 1]) / 2;
        t->air_loss_s[b] += SMOOTH * (beside - t->air_loss_s[b]);
    }
    t->air_loss_s[PB_GAP_KNOTS - 1] = 0;
}

static void turn_stops(seen *real, seen *played, pb_pit_spec *pit)
{
    double *frac[FLAGS] = {&pit->sc_onset_frac, &pit->sc_frac, &pit->vsc_onset_frac, &pit->vsc_frac};
    for (int k = 0; k < FLAGS; k++) {
        if (real->share[k].n < 5 || played->share[k].n == 0) continue;
        double trust = (double)real->share[k].n / ((double)real->share[k].n + STOP_SHRINK);
        double miss  = pb__sample_quantile(&real->share[k], 0.5) - pb__sample_quantile(&played->share[k], 0.5);
        *frac[k]     = fmin(fmax(*frac[k] + 0.5 * STEP * trust * miss, 0), 1.2);
    }
}

static pb_status turn(const stage *s, pb_prior *prior)
{
    pb_race_spec *base   = &prior->base;
    seen          real   = {0};
    pb_status     status = PB_OK;
    see_recorded(s, prior, &real);
    hold_shape wanted = shape_of(&real.held), shape = wanted;
    spread_hold(&shape, base->traffic.hold_s);
    for (int b = 0; b < PB_GAP_KNOTS; b++) {
        base->traffic.air_gap_s[b]  = (edge_s[b] + edge_s[b + 1]) / 2;
        base->traffic.air_loss_s[b] = 0;
    }
    for (int round = 0; round < ROUNDS && status == PB_OK; round++) {
        seen played = {0};
        status      = see_played(s, base, &played);
        if (status == PB_OK && played.held.n > 100) {
            turn_traffic(&real, &played, &wanted, &shape, &base->traffic);
            turn_stops(&real, &played, &base->pit);
        }
        seen_fini(&played);
    }
    if (seen_failed(&real)) status = PB_E_NOMEM;
    seen_fini(&real);
    return status;
}

/* How far ahead a car that passed is at the line: the tenth of a hundred, since
 * it is a least value; and what the passed car loses against one that was not. */
static void learn_pass_cost(const pb__pair *pairs, size_t n, pb_traffic_spec *t)
{
    pb__sample lead = {0}, passed = {0}, kept = {0};
    for (size_t i = 0; i < n; i++) {
        const pb__pair *p = &pairs[i];
        if (p->gap_s > 1 || p->delta_s < 0 || fabsf(p->front_residual_s) > 3) continue;
        if (p->passed) pb__sample_add(&lead, -(double)p->next_gap_s, p->weight);
        pb__sample_add(p->passed ? &passed : &kept, (double)p->front_residual_s, p->weight);
    }
    if (passed.n >= 30) {
        t->pass_lead_s = pb__sample_quantile(&lead, 0.10);
        t->loser_s     = fmin(fmax(pb__sample_mean(&passed) - pb__sample_mean(&kept), 0), 3);
    }
    pb__sample_fini(&lead);
    pb__sample_fini(&passed);
    pb__sample_fini(&kept);
}

pb_status pb__learn_following(const pb__learn_set *set, const pb__pair *pairs, size_t n, pb_prior *prior)
{
    stage s = {0};
    learn_pass_cost(pairs, n, &prior->base.traffic);
    pb_status status = set_stage(set, prior, &s);
    if (status == PB_OK && s.n >= RACES_LEAST) status = turn(&s, prior);
    strike_stage(&s);
    return status;
}
