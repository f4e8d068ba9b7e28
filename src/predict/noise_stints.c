#include "noise_stints.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_clear(const pb__pace_lap *lap)
{
    return lap->clean && lap->lapped_by == 0 && lap->gap_s > PB__NOISE_CLEAR_S &&
           fabsf(lap->residual_s) <= PB__NOISE_CAP_S;
}

static void start_stint(pb__stint *s, const pb__learn_race *race, size_t r, uint32_t c, uint32_t index)
{
    s->race   = (uint16_t)r;
    s->car    = (uint8_t)c;
    s->stint  = (uint8_t)index;
    s->n      = 0;
    s->weight = race->weight;
}

static size_t stints_of_car(const pb__learn_race *race, size_t r, uint32_t c, uint32_t least, pb__stint *out)
{
    const pb_log_car *car   = &race->log->cars[c];
    size_t            n     = 0;
    uint32_t          index = 0;

    start_stint(&out[0], race, r, c, 0);
    for (uint32_t i = 0; i < car->n_laps; i++) {
        if (i > 0 && !pb_same_set(car, i - 1)) {
            n += out[n].n >= least;
            start_stint(&out[n], race, r, c, ++index);
        }
        pb__stint *s = &out[n];
        if (!is_clear(&race->pace.lap[c][i]) || s->n == PB__STINT_LAPS) continue;
        s->lap[s->n] = car->laps[i].number;
        s->x[s->n++] = race->pace.lap[c][i].residual_s;
    }
    return n + (out[n].n >= least);
}

static size_t most_stints(const pb__learn_set *set)
{
    size_t n = 1;
    for (size_t r = 0; r < set->n; r++)
        for (uint32_t c = 0; c < set->race[r].log->n_cars; c++) {
            const pb_log_car *car = &set->race[r].log->cars[c];
            n += 1;
            for (uint32_t i = 0; i + 1 < car->n_laps; i++) n += !pb_same_set(car, i);
        }
    return n;
}

pb_status pb__stints(const pb__learn_set *set, uint32_t least_laps, pb__stint **out, size_t *n)
{
    pb__stint *stints = malloc(most_stints(set) * sizeof *stints);
    if (!stints) return PB_E_NOMEM;
    *n = 0;
    for (size_t r = 0; r < set->n; r++) {
        const pb__learn_race *race = &set->race[r];
        if (!race->has_pace || !race->dry) continue;
        for (uint32_t c = 0; c < race->log->n_cars; c++)
            if (race->pace.car_laps[c]) *n += stints_of_car(race, r, c, least_laps, stints + *n);
    }
    *out = stints;
    return PB_OK;
}

/* Orthonormal constant and slope over the laps of a stint. */
static void basis(const pb__stint *s, double q[2][PB__STINT_LAPS])
{
    double mean = 0, square = 0;
    for (int i = 0; i < s->n; i++) mean += (double)s->lap[i] / s->n;
    for (int i = 0; i < s->n; i++) square += (s->lap[i] - mean) * (s->lap[i] - mean);
    for (int i = 0; i < s->n; i++) {
        q[0][i] = 1 / sqrt(s->n);
        q[1][i] = square > 0 ? (s->lap[i] - mean) / sqrt(square) : 0;
    }
}

void pb__autocov_add(pb__autocov *a, const pb__stint *s)
{
    double q[2][PB__STINT_LAPS], r[PB__STINT_LAPS], on[2] = {0, 0};
    basis(s, q);
    for (int i = 0; i < s->n; i++)
        for (int k = 0; k < 2; k++) on[k] += q[k][i] * (double)s->x[i];
    for (int i = 0; i < s->n; i++) r[i] = (double)s->x[i] - on[0] * q[0][i] - on[1] * q[1][i];
    for (int i = 0; i < s->n; i++)
        for (int j = i; j < s->n && s->lap[j] - s->lap[i] <= PB__NOISE_LAGS; j++) {
            a->sum[s->lap[j] - s->lap[i]] += s->weight * r[i] * r[j];
            a->count[s->lap[j] - s->lap[i]] += s->weight;
        }
}

static double correlation(const pb__stint *s, int i, int j, double phi)
{
    return i == j ? 1 : phi > 0 ? pow(phi, abs(s->lap[i] - s->lap[j])) : 0;
}

void pb__autocov_expect(pb__autocov *a, const pb__stint *s, double phi)
{
    double q[2][PB__STINT_LAPS], cq[2][PB__STINT_LAPS], qcq[2][2] = {{0}};
    basis(s, q);
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < s->n; i++) {
            cq[k][i] = 0;
            for (int j = 0; j < s->n; j++) cq[k][i] += correlation(s, i, j, phi) * q[k][j];
        }
    for (int k = 0; k < 2; k++)
        for (int l = 0; l < 2; l++)
            for (int i = 0; i < s->n; i++) qcq[k][l] += q[k][i] * cq[l][i];
    for (int i = 0; i < s->n; i++)
        for (int j = i; j < s->n && s->lap[j] - s->lap[i] <= PB__NOISE_LAGS; j++) {
            double c = correlation(s, i, j, phi); /* (I - QQ') C (I - QQ') at i, j */
            for (int k = 0; k < 2; k++) {
                c -= q[k][i] * cq[k][j] + cq[k][i] * q[k][j];
                for (int l = 0; l < 2; l++) c += q[k][i] * qcq[k][l] * q[l][j];
            }
            a->sum[s->lap[j] - s->lap[i]] += s->weight * c;
            a->count[s->lap[j] - s->lap[i]] += s->weight;
        }
}

pb__line pb__stint_line(const pb__stint *s)
{
    pb__line l      = {0};
    double   square = 0, cross = 0;
    for (int i = 0; i < s->n; i++) {
        l.mean += (double)s->x[i] / s->n;
        l.mean_lap += (double)s->lap[i] / s->n;
    }
    for (int i = 0; i < s->n; i++) {
        cross += (s->lap[i] - l.mean_lap) * (double)s->x[i];
        square += (s->lap[i] - l.mean_lap) * (s->lap[i] - l.mean_lap);
    }
    l.slope = square > 0 ? cross / square : 0;
    return l;
}

void pb__line_variance(const pb__stint *s, double phi, double *mean, double *slope)
{
    pb__line l      = pb__stint_line(s);
    double   square = 0, sum_mean = 0, sum_slope = 0;
    for (int i = 0; i < s->n; i++) {
        double at_i = s->lap[i] - l.mean_lap;
        square += at_i * at_i;
        for (int j = 0; j < s->n; j++) {
            double c = correlation(s, i, j, phi);
            sum_mean += c;
            sum_slope += c * at_i * (s->lap[j] - l.mean_lap);
        }
    }
    *mean  = sum_mean / (s->n * s->n);
    *slope = square > 0 ? sum_slope / (square * square) : 0;
}
