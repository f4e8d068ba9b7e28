/* What teams do when something happens: the cheap stop under a safety car, and
 * the answer to a rival's stop. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn_fits.h"
#include "learn_stops.h"
#include "pitboard/num.h"

#define COVER_GAP_S 3.0
#define COVER_WITHIN 6 /* laps: the leader's own stop was due */
#define COVER_SHRINK 20.0

/* A car that met a safety car while running: did it change tyres meanwhile? */
typedef struct choice {
    double age, left, weight;
    bool   stopped;
} choice;

static bool changes_within(const pb__learn_race *race, uint32_t car, double from, double to)
{
    pb_tyre_stop stops[12];
    uint32_t     n = pb_car_stops(race->log, car, &race->outcome, false, stops, 12);
    for (uint32_t i = 0; i < n && i < 12; i++)
        if (stops[i].in_lap >= from && stops[i].in_lap <= to) return true;
    return false;
}

static double life_of(const pb_race_spec *spec, pb_compound compound)
{
    for (int k = 0; k < spec->n_compounds; k++)
        if (strcmp(spec->compounds[k].name, pb_compound_name(compound)) == 0) return spec->compounds[k].life_laps;
    return 35;
}

/* The choice of one car at a safety car that came out in leader lap `lap`. */
static bool make_choice(const pb__learn_race *race, uint32_t car, const pb_neutral_phase *p, const pb_race_spec *spec,
                        choice *out)
{
    int     lap = (int)floor(p->start_progress) + 1, laps = race->outcome.laps;
    int32_t row = pb_lap_row(&race->log->cars[car], (uint32_t)lap);
    if (row < 0 || race->outcome.car[car].laps_done < lap + 1) return false;
    const pb_lap *l = &race->log->cars[car].laps[row];
    if (l->tyre_age_laps < 1) return false;
    *out = (choice){.age     = l->tyre_age_laps / life_of(spec, (pb_compound)l->compound),
                    .left    = fmax(laps - p->start_progress, 0) / laps,
                    .weight  = race->weight,
                    .stopped = changes_within(race, car, lap, ceil(p->end_progress))};
    return true;
}

static size_t gather(const pb__learn_set *set, const pb_race_spec *spec, choice *out)
{
    size_t n = 0;
    for (size_t r = 0; r < set->n; r++) {
        const pb__learn_race *race = &set->race[r];
        if (!race->dry || race->red || race->log->sprint) continue;
        for (uint32_t i = 0; i < race->n_phases; i++) {
            const pb_neutral_phase *p = &race->phase[i];
            if (p->kind != PB_NEUTRAL_SC || p->start_progress < 1 || p->start_progress > race->outcome.laps - 2)
                continue;
            for (uint32_t c = 0; c < race->log->n_cars; c++) n += make_choice(race, c, p, spec, &out[n]);
        }
    }
    return n;
}

static pb_status learn_cheap_stop(const pb__learn_set *set, pb_race_spec *spec)
{
    pb_policy_spec *policy  = &spec->policy;
    const size_t    few     = 150;
    choice         *choices = malloc((set->n * PB__SET_PHASES * PB_CARS_MAX + 1) * sizeof *choices);
    if (!choices) return PB_E_NOMEM;
    size_t  n     = gather(set, spec, choices);
    double *block = malloc((n * 5 + 1) * sizeof *block);
    double *x = block, *y = x ? x + 3 * n : NULL, *w = y ? y + n : NULL, b[3], ridge[3] = {0.01, 0.01, 0.01};
    for (size_t i = 0; block && i < n; i++) {
        x[3 * i]     = 1;
        x[3 * i + 1] = choices[i].age;
        x[3 * i + 2] = choices[i].left;
        y[i]         = choices[i].stopped;
        w[i]         = choices[i].weight;
    }
    if (block && n >= few && pb_logit_fit(x, y, w, n, 3, ridge, b, NULL) == PB_OK) {
        policy->cheap_bias = b[0];
        policy->cheap_age  = b[1];
        policy->cheap_left = b[2];
    }
    free(choices);
    free(block);
    return block ? PB_OK : PB_E_NOMEM;
}

/* Laps until the car stops for tyres again after a lap; 0 never. */
static int next_stop_in(const pb__stop *stops, size_t n, uint32_t race, uint32_t car, uint32_t lap)
{
    int best = 0;
    for (size_t i = 0; i < n; i++)
        if (stops[i].race == race && stops[i].car == car && stops[i].in_lap > lap && stops[i].flag == PB__STOP_GREEN)
            if (best == 0 || stops[i].in_lap - (int)lap < best) best = stops[i].in_lap - (int)lap;
    return best;
}

/* The car that was right ahead of a stopping car, when it was no team mate. */
static int rival_ahead(const pb__learn_race *race, const pb__stop *s)
{
    const pb_log_car *car = &race->log->cars[s->car];
    int32_t           row = pb_lap_row(car, s->in_lap);
    if (row < 0 || !race->has_pace) return -1;
    const pb__pace_lap *lap = &race->pace.lap[s->car][row];
    if (!lap->ahead_same_lap || lap->gap_s > COVER_GAP_S || strcmp(race->log->cars[lap->ahead].team, car->team) == 0)
        return -1;
    return lap->ahead;
}

/* Of the leaders who stopped within COVER_WITHIN laps after the follower, the
 * share that did so on the very next lap beyond what an even spread gives. */
static pb_status learn_cover(const pb__learn_set *set, pb_policy_spec *policy)
{
    pb__stop *stops = NULL;
    size_t    n     = 0;
    double    next = 0, all = 0;
    PB_TRY(pb__stops(set, &stops, &n));
    for (size_t i = 0; i < n; i++) {
        const pb__learn_race *race = &set->race[stops[i].race];
        if (stops[i].flag != PB__STOP_GREEN || !race->dry) continue;
        int rival = rival_ahead(race, &stops[i]);
        if (rival < 0) continue;
        int laps = next_stop_in(stops, n, stops[i].race, (uint32_t)rival, stops[i].in_lap);
        if (laps < 1 || laps > COVER_WITHIN) continue;
        all += race->weight;
        next += laps == 1 ? race->weight : 0;
    }
    free(stops);
    double even         = 1.0 / COVER_WITHIN;
    double share        = all > 0 ? (next / all - even) / (1 - even) : policy->cover_prob;
    policy->cover_prob  = fmin(fmax((share * all + policy->cover_prob * COVER_SHRINK) / (all + COVER_SHRINK), 0), 1);
    policy->cover_gap_s = COVER_GAP_S;
    policy->cover_laps  = COVER_WITHIN;
    return PB_OK;
}

pb_status pb__learn_policy(const pb__learn_set *set, pb_prior *prior)
{
    PB_TRY(learn_cheap_stop(set, &prior->base));
    return learn_cover(set, &prior->base.policy);
}
