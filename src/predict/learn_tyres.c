/* Tyres and track: wear and new-set offset by compound, the slope per lap, how
 * far a race strays from its circuit, how long sets are kept, and who retires. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn_fits.h"
#include "learn_sample.h"

#define SLICKS 3
static const pb_compound slick[SLICKS] = {PB_COMPOUND_SOFT, PB_COMPOUND_MEDIUM, PB_COMPOUND_HARD};

#define LAPS_LEAST 60 /* of a compound in a race, for its wear to count */

/* A value with its error variance and weight. */
typedef struct seen {
    double x, var, w;
    int    circuit;
} seen;

typedef struct seen_list {
    seen  *at;
    size_t n;
} seen_list;

/* Mean and variance between races beyond the error of each (method of moments). */
static void pool(const seen_list *l, double *mean, double *between_var)
{
    double w = 0, sum = 0, square = 0, error = 0;
    for (size_t i = 0; i < l->n; i++) {
        w += l->at[i].w;
        sum += l->at[i].w * l->at[i].x;
        error += l->at[i].w * l->at[i].var;
    }
    *mean = sum / w;
    for (size_t i = 0; i < l->n; i++) square += l->at[i].w * (l->at[i].x - *mean) * (l->at[i].x - *mean);
    *between_var = fmax(square / w - error / w, 1e-6);
}

/* Half of the spread between races belongs to the circuit (effects.md 1: next
 * year's wear correlates 0.3 to 0.6), half to the day. */
static double circuit_value(const seen_list *l, int circuit, double mean, double between_var)
{
    double prior_var = between_var / 2, precision = 1 / prior_var, sum = mean / prior_var;
    for (size_t i = 0; i < l->n; i++) {
        if (l->at[i].circuit != circuit) continue;
        double p = l->at[i].w / (l->at[i].var + between_var / 2);
        precision += p;
        sum += p * l->at[i].x;
    }
    return sum / precision;
}

static bool tells(const pb__learn_race *race)
{
    return race->has_pace && race->dry && race->pace.n_used >= 150;
}

static int spec_index(const pb_race_spec *spec, pb_compound compound)
{
    for (int k = 0; k < spec->n_compounds; k++)
        if (strcmp(spec->compounds[k].name, pb_compound_name(compound)) == 0) return k;
    return -1;
}

static void learn_wear(const pb__learn_set *set, int s, seen_list *l, pb_prior *prior, pb__sample *log_off)
{
    double mean, between_var;
    l->n = 0;
    for (size_t r = 0; r < set->n; r++) {
        const pb__learn_race *race = &set->race[r];
        if (!tells(race) || race->pace.compound_laps[slick[s]] < LAPS_LEAST) continue;
        double se     = race->pace.wear_se_s[slick[s]];
        l->at[l->n++] = (seen){race->pace.wear_s[slick[s]], se * se, race->weight, race->circuit};
    }
    if (l->n < 5) {
        for (int c = 0; c < prior->n_circuits; c++) prior->circuits[c].wear_s_per_lap[s] = prior->wear_s_per_lap[s];
        return;
    }
    pool(l, &mean, &between_var);
    prior->wear_s_per_lap[s] = mean;
    int k                    = spec_index(&prior->base, slick[s]);
    if (k >= 0) prior->base.compounds[k].wear_s_per_lap = mean;
    for (int c = 0; c < prior->n_circuits; c++)
        prior->circuits[c].wear_s_per_lap[s] = fmax(circuit_value(l, c, mean, between_var), 0.2 * mean);
    pb__sample_add(log_off, sqrt(between_var / 2) / fmax(mean, 0.01), (double)l->n);
}

static void learn_offset(const pb__learn_set *set, pb_compound compound, seen_list *l, pb_prior *prior)
{
    double mean, between_var;
    l->n = 0;
    for (size_t r = 0; r < set->n; r++) {
        const pb__pace_model *m = &set->race[r].pace;
        if (!tells(&set->race[r]) || m->compound_laps[compound] < LAPS_LEAST ||
            m->compound_laps[PB_COMPOUND_MEDIUM] < LAPS_LEAST)
            continue;
        double a = m->offset_se_s[compound], b = m->offset_se_s[PB_COMPOUND_MEDIUM];
        l->at[l->n++] =
            (seen){m->offset_s[compound] - m->offset_s[PB_COMPOUND_MEDIUM], a * a + b * b, set->race[r].weight, -1};
    }
    int k = spec_index(&prior->base, compound);
    if (l->n < 5 || k < 0) return;
    pool(l, &mean, &between_var);
    prior->base.compounds[k].offset_s = mean;
}

static void learn_evolution(const pb__learn_set *set, seen_list *l, pb_prior *prior)
{
    double mean, between_var;
    l->n = 0;
    for (size_t r = 0; r < set->n; r++) {
        const pb__learn_race *race = &set->race[r];
        if (!tells(race) || race->log->sprint) continue;
        double se     = race->pace.evolution_se_s;
        l->at[l->n++] = (seen){race->pace.evolution_s, se * se, race->weight, race->circuit};
    }
    for (int c = 0; c < prior->n_circuits; c++)
        prior->circuits[c].evolution_s_per_lap = prior->base.evolution_s_per_lap;
    if (l->n < 5) return;
    pool(l, &mean, &between_var);
    prior->base.evolution_s_per_lap = mean;
    for (int c = 0; c < prior->n_circuits; c++)
        prior->circuits[c].evolution_s_per_lap = circuit_value(l, c, mean, between_var);
}

/* The learned pit loss is in-lap plus out-lap against the pace model, so it holds
 * the warm-up of the out-lap; what compounds differ by around that is smaller than
 * what can be told (effects.md 2: -0.03 +- 0.23, 0.03 +- 0.25, 0.10 +- 0.12 s). */
static void learn_warm_up(pb_prior *prior)
{
    for (int s = 0; s < SLICKS; s++) {
        int k = spec_index(&prior->base, slick[s]);
        if (k >= 0) prior->base.compounds[k].warm_up_s = 0;
    }
}

/* The last lap of every set that was kept for more than a few. */
typedef void on_set(void *user, const pb__learn_race *race, const pb_lap *last);

static void each_set(const pb__learn_set *set, on_set *tell, void *user)
{
    for (size_t r = 0; r < set->n; r++)
        for (uint32_t c = 0; c < set->race[r].log->n_cars; c++) {
            const pb_log_car *car = &set->race[r].log->cars[c];
            for (uint32_t i = 0; i < car->n_laps; i++) {
                bool last = i + 1 == car->n_laps || !pb_same_set(car, i);
                if (last && car->laps[i].tyre_age_laps > 3) tell(user, &set->race[r], &car->laps[i]);
            }
        }
}

typedef struct kept_sets {
    const pb_race_spec *base;
    int                 compound; /* index in base; -1 any slick, against its cliff */
    int                 circuit;  /* -1 any */
    bool                dry;      /* dry full races only */
    pb__sample          ages;
} kept_sets;

static void keep_set(void *user, const pb__learn_race *race, const pb_lap *last)
{
    kept_sets *k  = user;
    int        at = spec_index(k->base, (pb_compound)last->compound);
    if (at < 0 || (k->compound >= 0 && at != k->compound) || (k->circuit >= 0 && race->circuit != k->circuit)) return;
    if (k->dry && (!race->dry || race->red || race->log->sprint)) return;
    if (k->compound < 0 && !(k->base->compounds[at].cliff_laps > 0)) return;
    double scale = k->compound < 0 ? k->base->compounds[at].cliff_laps : 1;
    pb__sample_add(&k->ages, last->tyre_age_laps / scale, race->weight);
}

static double kept(const pb__learn_set *set, kept_sets k, double prob, double least, double none)
{
    each_set(set, keep_set, &k);
    double q = (double)k.ages.n >= least ? pb__sample_quantile(&k.ages, prob) : none;
    pb__sample_fini(&k.ages);
    return q;
}

static void learn_life(const pb__learn_set *set, pb_prior *prior)
{
    for (int k = 0; k < prior->base.n_compounds; k++) {
        pb_compound_spec *tyre = &prior->base.compounds[k];
        tyre->life_laps =
            kept(set, (kept_sets){.base = &prior->base, .compound = k, .circuit = -1}, 0.95, 30, tyre->life_laps);
    }
}

/* No lap shows a cliff (effects.md 1): teams stop before it. Where they stop is
 * where it is believed to be; how steep it is believed to be was chosen on the
 * stops of 2019-2022 (docs/models/prior.md). */
#define CLIFF_PROB 0.8
#define CLIFF_S 0.06
#define CLIFF_STINTS 60.0 /* worth of stints at which a circuit counts half */

static void learn_cliff(const pb__learn_set *set, pb_prior *prior)
{
    for (int s = 0; s < SLICKS; s++) {
        int k = spec_index(&prior->base, slick[s]);
        if (k < 0) continue;
        pb_compound_spec *tyre = &prior->base.compounds[k];
        tyre->cliff_laps =
            kept(set, (kept_sets){.base = &prior->base, .compound = k, .circuit = -1, .dry = true}, CLIFF_PROB, 100, 0);
        tyre->cliff_s_per_lap = tyre->cliff_laps > 0 ? CLIFF_S : 0;
    }
    for (int c = 0; c < prior->n_circuits; c++) {
        kept_sets k = {.base = &prior->base, .compound = -1, .circuit = c, .dry = true};
        each_set(set, keep_set, &k);
        double n = (double)k.ages.n, own = n > 0 ? pb_log(pb__sample_quantile(&k.ages, CLIFF_PROB)) : 0;
        prior->circuits[c].stint_mult = pb_exp(own * n / (n + CLIFF_STINTS));
        pb__sample_fini(&k.ages);
    }
}

/* Retired: under nine tenths of the race distance (effects.md 8). */
static void learn_retirements(const pb__learn_set *set, pb_prior *prior)
{
    const double shrink = 100; /* starters */
    double       out = prior->dnf_prob * shrink, all = shrink;
    for (size_t r = 0; r < set->n; r++) {
        const pb__learn_race *race = &set->race[r];
        if (race->log->sprint) continue;
        for (uint32_t c = 0; c < race->log->n_cars; c++) {
            all += race->weight;
            if (race->outcome.car[c].laps_done < 0.9 * race->outcome.laps) out += race->weight;
        }
    }
    prior->dnf_prob = out / all;
}

static void learn_pace_sigma(const pb__learn_set *set, pb_prior *prior)
{
    pb__sample se = {0};
    for (size_t r = 0; r < set->n; r++)
        for (uint32_t c = 0; c < set->race[r].pace.n_cars; c++)
            if (tells(&set->race[r]) && set->race[r].pace.car_laps[c] >= 8)
                pb__sample_add(&se, set->race[r].pace.car_se_s[c], set->race[r].weight);
    if (se.n >= 50) prior->pace_sigma_s = pb__sample_quantile(&se, 0.5);
    pb__sample_fini(&se);
}

pb_status pb__learn_tyres(const pb__learn_set *set, pb_prior *prior)
{
    pb__sample log_off = {0};
    seen_list  l       = {.at = malloc((set->n ? set->n : 1) * sizeof *l.at)};
    if (!l.at) return PB_E_NOMEM;
    for (int s = 0; s < SLICKS; s++) learn_wear(set, s, &l, prior, &log_off);
    if (log_off.n) prior->base.noise.wear_log_sigma = fmin(pb__sample_mean(&log_off), 1);
    pb__sample_fini(&log_off);
    learn_offset(set, PB_COMPOUND_SOFT, &l, prior);
    learn_offset(set, PB_COMPOUND_HARD, &l, prior);
    learn_evolution(set, &l, prior);
    free(l.at);
    learn_life(set, prior);
    learn_cliff(set, prior);
    learn_retirements(set, prior);
    learn_pace_sigma(set, prior);
    learn_warm_up(prior);
    return PB_OK;
}
