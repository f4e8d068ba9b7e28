/* Neutralisations: how often, how long, what follows, and how fast the field
 * drives meanwhile. */
#include <math.h>
#include <string.h>

#include "learn_fits.h"
#include "learn_sample.h"

/* What was there before counts as so many races of seeing it. */
#define SHRINK_RACES 10.0
/* effects.md 8: circuits hardly differ; their counts are shrunk with the weight
 * of tens of races. */
#define CIRCUIT_RACES 30.0
#define FOLLOW_LAPS 3.0
#define EARLY_LAST_LAP 5

/* Onsets of one kind over the green leader laps where they could have happened. */
typedef struct rate {
    double lap1, races, early, early_laps, later, later_laps;
} rate;

static bool neutral_at(const pb__learn_race *race, double progress)
{
    for (uint32_t i = 0; i < race->n_phases; i++)
        if (race->phase[i].start_progress < progress && race->phase[i].end_progress > progress) return true;
    return false;
}

static void count_laps(const pb__learn_race *race, rate *r)
{
    r->races += race->weight;
    for (int lap = 2; lap <= race->outcome.laps; lap++) {
        if (neutral_at(race, lap - 0.99)) continue;
        if (lap <= EARLY_LAST_LAP)
            r->early_laps += race->weight;
        else
            r->later_laps += race->weight;
    }
}

static void count_onset(double progress, double weight, rate *r)
{
    int lap = (int)floor(progress) + 1;
    if (lap <= 1)
        r->lap1 += weight;
    else if (lap <= EARLY_LAST_LAP)
        r->early += weight;
    else
        r->later += weight;
}

/* A phase that begins where another ends continues it. */
static bool continues(const pb__learn_race *race, uint32_t i, pb_neutral_kind before)
{
    for (uint32_t j = 0; j < race->n_phases; j++)
        if (j != i && race->phase[j].kind == before && race->phase[j].start_progress < race->phase[i].start_progress &&
            race->phase[i].start_progress - race->phase[j].end_progress < FOLLOW_LAPS)
            return true;
    return false;
}

static double blend(double events, double exposure, double before, double shrink)
{
    return (events + before * shrink) / (exposure + shrink);
}

static void take_rate(const rate *r, double *lap1, double *early, double *later)
{
    *lap1  = blend(r->lap1, r->races, *lap1, SHRINK_RACES);
    *early = blend(r->early, r->early_laps, *early, 4 * SHRINK_RACES);
    *later = blend(r->later, r->later_laps, *later, 50 * SHRINK_RACES);
}

static void learn_rates(const pb__learn_set *set, pb_neutral_spec *neutral)
{
    rate sc = {0}, vsc = {0}, dry = {0}, wet = {0};
    for (size_t k = 0; k < set->n; k++) {
        const pb__learn_race *race = &set->race[k];
        if (race->log->sprint) continue;
        count_laps(race, &sc);
        count_laps(race, &vsc);
        count_laps(race, race->dry ? &dry : &wet);
        for (uint32_t i = 0; i < race->n_phases; i++) {
            double at = race->phase[i].start_progress;
            if (race->phase[i].kind == PB_NEUTRAL_VSC) count_onset(at, race->weight, &vsc);
            if (race->phase[i].kind != PB_NEUTRAL_SC || continues(race, i, PB_NEUTRAL_VSC) ||
                continues(race, i, PB_NEUTRAL_RED))
                continue;
            count_onset(at, race->weight, &sc);
            count_onset(at, race->weight, race->dry ? &dry : &wet);
        }
    }
    take_rate(&sc, &neutral->sc_lap1_prob, &neutral->sc_early_prob, &neutral->sc_prob);
    take_rate(&vsc, &neutral->vsc_lap1_prob, &neutral->vsc_early_prob, &neutral->vsc_prob);
    if (dry.later > 0 && wet.later_laps > 0) {
        double ratio      = (wet.later / wet.later_laps) / (dry.later / dry.later_laps);
        double share      = wet.later_laps / (wet.later_laps + 500);
        neutral->wet_mult = fmin(fmax(neutral->wet_mult * pow(ratio / neutral->wet_mult, share), 0.5), 6);
    }
}

static void add_length(double laps, double weight, double *hist, int n)
{
    int k = (int)lround(laps);
    k     = k < 1 ? 1 : k > n ? n : k;
    hist[k - 1] += weight;
}

/* Counts on top of the old distribution taken as SHRINK_RACES events. */
static void take_lengths(const double *hist, double *p, int n)
{
    double all = 0;
    for (int k = 0; k < n; k++) {
        p[k] = p[k] * SHRINK_RACES + hist[k];
        all += p[k];
    }
    for (int k = 0; k < n; k++) p[k] /= all;
}

static void learn_lengths(const pb__learn_set *set, pb_neutral_spec *neutral)
{
    double sc[10] = {0}, vsc[5] = {0};
    for (size_t k = 0; k < set->n; k++) {
        const pb__learn_race *race = &set->race[k];
        if (race->log->sprint || race->red) continue;
        for (uint32_t i = 0; i < race->n_phases; i++) {
            const pb_neutral_phase *p = &race->phase[i];
            if (p->end_progress >= race->outcome.laps) continue; /* the flag cut it */
            double laps = p->end_progress - p->start_progress;
            if (p->kind == PB_NEUTRAL_SC) add_length(laps, race->weight, sc, 10);
            if (p->kind == PB_NEUTRAL_VSC) add_length(laps, race->weight, vsc, 5);
        }
    }
    take_lengths(sc, neutral->sc_laps, 10);
    take_lengths(vsc, neutral->vsc_laps, 5);
}

static bool car_ended(const pb__learn_race *race, double progress)
{
    for (uint32_t c = 0; c < race->log->n_cars; c++) {
        const pb_car_result *car = &race->outcome.car[c];
        if (!car->took_flag && fabs(car->laps_done + 0.5 - progress) <= 1.5) return true;
    }
    return false;
}

static void learn_sequels(const pb__learn_set *set, pb_neutral_spec *neutral)
{
    double sc = 0, red = 0, crash = 0, vsc = 0, to_sc = 0;
    for (size_t k = 0; k < set->n; k++) {
        const pb__learn_race *race = &set->race[k];
        for (uint32_t i = 0; i < race->n_phases && !race->log->sprint; i++) {
            const pb_neutral_phase *p = &race->phase[i];
            if (p->kind == PB_NEUTRAL_RED) red += race->weight;
            if (p->kind == PB_NEUTRAL_VSC) vsc += race->weight;
            if (p->kind != PB_NEUTRAL_SC || continues(race, i, PB_NEUTRAL_RED)) continue;
            sc += race->weight;
            if (continues(race, i, PB_NEUTRAL_VSC)) to_sc += race->weight;
            if (car_ended(race, p->start_progress)) crash += race->weight;
        }
    }
    neutral->sc_to_red_prob = fmin(blend(red, sc + red, neutral->sc_to_red_prob, SHRINK_RACES), 1);
    neutral->vsc_to_sc_prob = fmin(blend(to_sc, vsc, neutral->vsc_to_sc_prob, SHRINK_RACES), 1);
    neutral->sc_crash_prob  = fmin(blend(crash, sc, neutral->sc_crash_prob, SHRINK_RACES), 1);
}

/* Laps wholly under one flag, against the race's median clean lap. */
typedef struct speeds {
    pb__sample lead, catching, gap, vsc;
} speeds;

static bool wholly(const pb_lap *lap, int bit)
{
    int others = (PB_STATUS_BITS_NEUTRAL | PB_STATUS_BIT_CLEAR) & ~bit;
    return (lap->status & bit) && !(lap->status & others);
}

static void note_lap(const pb__learn_race *race, uint32_t c, uint32_t i, speeds *s)
{
    const pb_lap       *lap   = &race->log->cars[c].laps[i];
    const pb__pace_lap *pace  = &race->pace.lap[c][i];
    double              ratio = lap->time_ms * 1e-3 / race->pace.median_s;
    if (lap->number < 2 || lap->time_ms == PB_MS_NONE || lap->pit_in_ms != PB_MS_NONE || lap->pit_out_ms != PB_MS_NONE)
        return;
    if (ratio < 0.9 || ratio > 2.2) return;
    if (wholly(lap, PB_STATUS_BIT_VSC)) pb__sample_add(&s->vsc, ratio, race->weight);
    if (!wholly(lap, PB_STATUS_BIT_SC)) return;
    if (race->outcome.lead_car[lap->number] == (int16_t)c)
        pb__sample_add(&s->lead, ratio, race->weight);
    else if (pace->gap_s > 15 && isfinite(pace->gap_s))
        pb__sample_add(&s->catching, ratio, race->weight);
    bool last = i + 1 < race->log->cars[c].n_laps && !(race->log->cars[c].laps[i + 1].status & PB_STATUS_BIT_SC);
    if (last && i + 1 < race->log->cars[c].n_laps && race->pace.lap[c][i + 1].ahead_same_lap)
        pb__sample_add(&s->gap, fmin((double)race->pace.lap[c][i + 1].gap_s, 10), race->weight);
}

static pb_status learn_speeds(const pb__learn_set *set, pb_neutral_spec *neutral)
{
    speeds s = {0};
    for (size_t r = 0; r < set->n; r++) {
        const pb__learn_race *race = &set->race[r];
        if (!race->has_pace || !race->dry) continue;
        for (uint32_t c = 0; c < race->log->n_cars; c++)
            for (uint32_t i = 0; i < race->log->cars[c].n_laps; i++) note_lap(race, c, i, &s);
    }
    if (s.lead.n >= 20) neutral->sc_lead_mult = pb__sample_quantile(&s.lead, 0.5);
    if (s.catching.n >= 20) neutral->sc_catch_mult = pb__sample_quantile(&s.catching, 0.5);
    if (s.gap.n >= 50) neutral->sc_gap_s = pb__sample_quantile(&s.gap, 0.5);
    if (s.vsc.n >= 20) neutral->vsc_mult = pb__sample_quantile(&s.vsc, 0.5);
    bool failed = s.lead.failed || s.catching.failed || s.gap.failed || s.vsc.failed;
    pb__sample_fini(&s.lead);
    pb__sample_fini(&s.catching);
    pb__sample_fini(&s.gap);
    pb__sample_fini(&s.vsc);
    return failed ? PB_E_NOMEM : PB_OK;
}

static void learn_circuits(const pb__learn_set *set, pb_prior *prior)
{
    double sc[PB_PRIOR_CIRCUITS_MAX] = {0}, vsc[PB_PRIOR_CIRCUITS_MAX] = {0}, races[PB_PRIOR_CIRCUITS_MAX] = {0};
    double all_sc = 0, all_vsc = 0, all = 0;
    for (size_t r = 0; r < set->n; r++) {
        const pb__learn_race *race = &set->race[r];
        if (race->log->sprint || race->circuit < 0) continue;
        races[race->circuit]++;
        all++;
        for (uint32_t i = 0; i < race->n_phases; i++) {
            sc[race->circuit] += race->phase[i].kind == PB_NEUTRAL_SC;
            vsc[race->circuit] += race->phase[i].kind == PB_NEUTRAL_VSC;
        }
    }
    for (int c = 0; c < PB_PRIOR_CIRCUITS_MAX; c++) {
        all_sc += sc[c] / fmax(all, 1);
        all_vsc += vsc[c] / fmax(all, 1);
    }
    for (int c = 0; c < prior->n_circuits; c++) {
        prior->circuits[c].sc_mult  = all_sc > 0 ? (sc[c] / all_sc + CIRCUIT_RACES) / (races[c] + CIRCUIT_RACES) : 1;
        prior->circuits[c].vsc_mult = all_vsc > 0 ? (vsc[c] / all_vsc + CIRCUIT_RACES) / (races[c] + CIRCUIT_RACES) : 1;
    }
}

pb_status pb__learn_neutral(const pb__learn_set *set, pb_prior *prior)
{
    learn_rates(set, &prior->base.neutral);
    learn_lengths(set, &prior->base.neutral);
    learn_sequels(set, &prior->base.neutral);
    learn_circuits(set, prior);
    return learn_speeds(set, &prior->base.neutral);
}
