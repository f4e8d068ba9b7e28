/* The pit lane: green loss by circuit, the spread of stops, what a neutralised
 * stop costs, and the wait of a second car. */
#include <math.h>
#include <stdlib.h>

#include "learn_fits.h"
#include "learn_sample.h"
#include "learn_stops.h"

/* Spread of circuits around the mean, and how much one circuit's loss moves from
 * one edition to the next (limits and lanes change: effects.md 6 has steps of 3
 * to 6 s among steps of a few tenths). */
#define CIRCUIT_SIGMA_S 3.0
#define EDITION_SIGMA_S 1.0
#define STOP_SIGMA_S 0.9 /* core spread of one stop's loss */
#define JUMP_SIGMAS 2.5
#define JUMP_STOPS 8
#define FEW_ODD 30.0
#define LANE_MIN_S 5.0 /* evaluation.md, "rejoin" */
#define LANE_MAX_S 60.0

static double median_loss(const pb__stop *stops, size_t n, size_t race, uint32_t *count)
{
    pb__sample loss = {0};
    for (size_t i = 0; i < n; i++)
        if (stops[i].race == race && stops[i].flag == PB__STOP_GREEN) pb__sample_add(&loss, stops[i].loss_s, 1);
    double median = pb__sample_quantile(&loss, 0.5);
    *count        = (uint32_t)loss.n;
    pb__sample_fini(&loss);
    return median;
}

/* One step of the filter. A jump that ordinary drift cannot explain is a changed
 * lane or limit when many stops say so (the circuit starts afresh), and an odd
 * race when few do. */
static void see_edition(double median, double seen_var, uint32_t count, double *mean, double *var)
{
    double miss = median - *mean, limit = JUMP_SIGMAS * sqrt(*var + seen_var);
    if (fabs(miss) > limit && count >= JUMP_STOPS) *var = CIRCUIT_SIGMA_S * CIRCUIT_SIGMA_S;
    if (fabs(miss) > limit && count < JUMP_STOPS) miss = copysign(limit / 2, miss);
    double gain = *var / (*var + seen_var);
    *mean += gain * miss;
    *var = (1 - gain) * *var + EDITION_SIGMA_S * EDITION_SIGMA_S;
}

/* A level that moves between editions and is seen through each one's median. */
static void filter_circuits(const pb__learn_set *set, const pb__dated *order, const pb__stop *stops, size_t n,
                            pb_prior *prior)
{
    double mean[PB_PRIOR_CIRCUITS_MAX], var[PB_PRIOR_CIRCUITS_MAX];
    for (int c = 0; c < PB_PRIOR_CIRCUITS_MAX; c++) {
        mean[c] = prior->base.pit.loss_s;
        var[c]  = CIRCUIT_SIGMA_S * CIRCUIT_SIGMA_S;
    }
    for (size_t i = 0; i < set->n; i++) {
        int      c      = order[i].race->circuit;
        uint32_t count  = 0;
        double   median = median_loss(stops, n, (size_t)(order[i].race - set->race), &count);
        if (c < 0 || count < 3) continue;
        double seen_var = 1.57 * STOP_SIGMA_S * STOP_SIGMA_S / count + 0.2 * 0.2 +
                          FEW_ODD / ((double)count * count); /* of a median; of a few stops all may be odd */
        see_edition(median, seen_var, count, &mean[c], &var[c]);
        prior->circuits[c].stops += count;
    }
    for (int c = 0; c < prior->n_circuits; c++) {
        prior->circuits[c].pit_loss_s       = mean[c];
        prior->circuits[c].pit_loss_sigma_s = sqrt(var[c]);
    }
}

static void learn_circuits(const pb__learn_set *set, const pb__stop *stops, size_t n, pb_prior *prior,
                           pb_status *status)
{
    pb__sample all   = {0};
    pb__dated *order = malloc((set->n + 1) * sizeof *order);
    if (!order) {
        *status = PB_E_NOMEM;
        return;
    }
    for (size_t i = 0; i < set->n; i++) {
        uint32_t count  = 0;
        double   median = median_loss(stops, n, i, &count);
        order[i].race   = &set->race[i];
        if (count >= 3) pb__sample_add(&all, median, set->race[i].weight);
    }
    if (all.n >= 5) {
        prior->base.pit.loss_s       = pb__sample_quantile(&all, 0.5);
        prior->base.pit.loss_sigma_s = pb__sample_sd(&all);
    }
    pb__sample_fini(&all);
    qsort(order, set->n, sizeof *order, pb__by_date);
    filter_circuits(set, order, stops, n, prior);
    free(order);
}

static bool lane_is_sound(const pb__stop *s)
{
    return s->lane_s >= LANE_MIN_S && s->lane_s <= LANE_MAX_S && isfinite(s->lane_off_s);
}

static void learn_spread(const pb__learn_set *set, const pb__stop *stops, size_t n, pb_prior *prior)
{
    pb__sample off = {0};
    for (size_t i = 0; i < n; i++)
        if (stops[i].flag == PB__STOP_GREEN && lane_is_sound(&stops[i]))
            pb__sample_add(&off, stops[i].lane_off_s, set->race[stops[i].race].weight);
    if (off.n >= 100) pb__sample_knots(&off, prior->base.pit.stop_s);
    pb__sample_fini(&off);
}

/* Median share of the circuit's green loss paid, against cars that stayed out,
 * shrunk to what was there as if that were 20 stops. */
static double neutral_share(const pb__learn_set *set, const pb__stop *stops, size_t n, const pb_prior *prior,
                            pb__stop_flag flag, double before)
{
    const double weight_before = 20;
    pb__sample   share         = {0};
    for (size_t i = 0; i < n; i++) {
        int c = set->race[stops[i].race].circuit;
        if (stops[i].flag != flag || c < 0 || !isfinite(stops[i].rival_loss_s) || !set->race[stops[i].race].dry)
            continue;
        pb__sample_add(&share, stops[i].rival_loss_s / prior->circuits[c].pit_loss_s, 1);
    }
    double size = (double)share.n;
    double got =
        size > 0 ? (pb__sample_quantile(&share, 0.5) * size + before * weight_before) / (size + weight_before) : before;
    pb__sample_fini(&share);
    return fmin(fmax(got, 0), 2);
}

static void learn_neutral_stops(const pb__learn_set *set, const pb__stop *stops, size_t n, pb_prior *prior)
{
    pb_pit_spec *pit    = &prior->base.pit;
    pit->sc_onset_frac  = neutral_share(set, stops, n, prior, PB__STOP_SC_ONSET, pit->sc_onset_frac);
    pit->sc_frac        = neutral_share(set, stops, n, prior, PB__STOP_SC, pit->sc_frac);
    pit->vsc_onset_frac = neutral_share(set, stops, n, prior, PB__STOP_VSC_ONSET, pit->vsc_onset_frac);
    pit->vsc_frac       = neutral_share(set, stops, n, prior, PB__STOP_VSC, pit->vsc_frac);
}

/* Hold-up h(gap) = max(0, stack * (1 - gap / stack_gap)): a line through the
 * lane times of second cars by the gap they entered behind the first. */
static void learn_double_stack(const pb__learn_set *set, const pb__stop *stops, size_t n, pb_prior *prior)
{
    static const double edge_s[] = {1.5, 4, 6, 8, 10};
    double              sw = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (int b = 0; b < 4; b++) {
        pb__sample extra = {0};
        for (size_t i = 0; i < n; i++)
            if (stops[i].gap_mate_s >= edge_s[b] && stops[i].gap_mate_s < edge_s[b + 1] && lane_is_sound(&stops[i]) &&
                set->race[stops[i].race].dry)
                pb__sample_add(&extra, stops[i].lane_off_s, 1);
        double w = (double)extra.n, x = (edge_s[b] + edge_s[b + 1]) / 2,
               y = w > 0 ? pb__sample_quantile(&extra, 0.5) : 0;
        sw += w;
        sx += w * x;
        sy += w * y;
        sxx += w * x * x;
        sxy += w * x * y;
        pb__sample_fini(&extra);
    }
    double det = sw * sxx - sx * sx;
    if (sw < 20 || det <= 0) return;
    double slope = (sw * sxy - sx * sy) / det, level = (sy - slope * sx) / sw;
    if (slope >= 0 || level <= 0) return;
    prior->base.pit.double_stack_s     = level;
    prior->base.pit.double_stack_gap_s = -level / slope;
}

pb_status pb__learn_pit(const pb__learn_set *set, pb_prior *prior)
{
    pb__stop *stops  = NULL;
    size_t    n      = 0;
    pb_status status = pb__stops(set, &stops, &n);
    if (status != PB_OK) return status;
    learn_circuits(set, stops, n, prior, &status);
    if (status == PB_OK) {
        learn_spread(set, stops, n, prior);
        learn_neutral_stops(set, stops, n, prior);
        learn_double_stack(set, stops, n, prior);
    }
    free(stops);
    return status;
}
