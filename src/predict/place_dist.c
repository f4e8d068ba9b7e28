#include "place_dist.h"

#include <math.h>
#include <string.h>

#include "pitboard/num.h"

static uint32_t places_of(uint32_t n)
{
    if (n < 1) return 1;
    return n > PB__PLACES ? PB__PLACES : n;
}

void pb__place_normalise(double p[PB__PLACES], uint32_t n)
{
    uint32_t places = places_of(n);
    double   sum    = 0;
    for (uint32_t k = 0; k < PB__PLACES; k++) {
        if (k >= places || !(p[k] > 0)) p[k] = 0;
        sum += p[k];
    }
    for (uint32_t k = 0; k < places; k++) p[k] = sum > 0 ? p[k] / sum : 1.0 / places;
}

double pb__place_mean(const double p[PB__PLACES])
{
    double mean = 0;
    for (uint32_t k = 0; k < PB__PLACES; k++) mean += p[k] * (k + 1);
    return mean;
}

double pb__place_within(const double p[PB__PLACES], uint32_t k)
{
    double sum = 0;
    for (uint32_t i = 0; i < k && i < PB__PLACES; i++) sum += p[i];
    return sum;
}

uint32_t pb__place_quantile(const double p[PB__PLACES], double q)
{
    double sum = 0;
    for (uint32_t k = 0; k < PB__PLACES; k++) {
        sum += p[k];
        if (sum >= q - 1e-12) return k + 1;
    }
    return PB__PLACES;
}

uint32_t pb__place_least(const double p[PB__PLACES], double q)
{
    double below = 0;
    for (uint32_t k = 0; k < PB__PLACES; below += p[k++])
        if (p[k] > 0 && below + p[k] / 2 >= q - 1e-12) return k + 1;
    return PB__PLACES;
}

uint32_t pb__place_greatest(const double p[PB__PLACES], double q)
{
    double   below = 0;
    uint32_t place = 1;
    for (uint32_t k = 0; k < PB__PLACES; below += p[k++])
        if (p[k] > 0 && below + p[k] / 2 <= q + 1e-12) place = k + 1;
    return place;
}

void pb__slot_add(pb__slot_table *table, uint32_t slot, uint32_t place, double weight)
{
    if (slot < 1 || slot > PB__PLACES || place < 1 || place > PB__PLACES) return;
    table->n[slot][place - 1] += weight;
}

/* Counts of slot + shift, moved so that their mode follows the slot; what leaves at one end enters at the other. */
static void add_shifted(const pb__slot_table *table, uint32_t slot, int shift, double weight, double p[PB__PLACES])
{
    int from = (int)slot + shift;
    if (from < 1 || from > PB__PLACES) return;
    for (int k = 0; k < PB__PLACES; k++) p[(k - shift + PB__PLACES) % PB__PLACES] += weight * table->n[from][k];
}

void pb__slot_dist(const pb__slot_table *table, uint32_t slot, uint32_t starters, double p[PB__PLACES])
{
    uint32_t places            = places_of(starters);
    double   sum[PB__PLACES]   = {0};
    double   prior[PB__PLACES] = {0};
    double   total             = 0;
    add_shifted(table, slot, 0, 1.0, sum);
    add_shifted(table, slot, -1, 0.4, sum);
    add_shifted(table, slot, 1, 0.4, sum);
    for (uint32_t k = 0; k < PB__PLACES; k++) {
        prior[k] = pb_exp(-fabs((double)k + 1.0 - (double)slot) / 3.0);
        if (k < places) total += prior[k];
    }
    for (uint32_t k = 0; k < PB__PLACES; k++) {
        double before = k > 0 ? sum[k - 1] : 0, after = k + 1 < PB__PLACES ? sum[k + 1] : 0;
        p[k] = 0.15 * before + 0.7 * sum[k] + 0.15 * after + 3.0 * prior[k] / total;
    }
    pb__place_normalise(p, places);
}

/* The distribution of a count of independent events gets one more event. */
static void add_event(double count[PB__PLACES], double chance)
{
    for (uint32_t k = PB__PLACES - 1; k > 0; k--) count[k] = count[k] * (1 - chance) + count[k - 1] * chance;
    count[0] *= 1 - chance;
}

void pb__place_order(const double *score, const double *scale, uint32_t n, double (*p)[PB__PLACES])
{
    PB_ASSERT(n <= PB__PLACES);
    for (uint32_t i = 0; i < n; i++) {
        memset(p[i], 0, sizeof p[i]);
        p[i][0] = 1;
        for (uint32_t j = 0; j < n; j++) {
            if (j == i) continue;
            double width = sqrt((scale[i] * scale[i] + scale[j] * scale[j]) / 2);
            add_event(p[i], 1 / (1 + pb_exp((score[j] - score[i]) / width)));
        }
    }
}

static void balance_column(double (*p)[PB__PLACES], uint32_t cars, uint32_t k, double want)
{
    double sum = 0;
    for (uint32_t i = 0; i < cars; i++) sum += p[i][k];
    if (!(sum > 1e-12)) return;
    for (uint32_t i = 0; i < cars; i++) p[i][k] *= want / sum;
}

void pb__place_balance(double (*p)[PB__PLACES], uint32_t cars, uint32_t places, const double *column, uint32_t rounds)
{
    for (uint32_t round = 0; round < rounds; round++) {
        for (uint32_t k = 0; k < places && k < PB__PLACES; k++) balance_column(p, cars, k, column ? column[k] : 1.0);
        for (uint32_t i = 0; i < cars; i++) pb__place_normalise(p[i], places);
    }
}

void pb__place_values(const double p[PB__PLACES], double value[PB_ROW_VALUES_MAX])
{
    value[PB__POS_MEAN]   = pb__place_mean(p);
    value[PB__POS_WIN]    = p[0];
    value[PB__POS_PODIUM] = pb__place_within(p, 3);
    value[PB__POS_POINTS] = pb__place_within(p, PB__PLACES_POINTS);
    for (uint32_t k = 0; k < PB__PLACES; k++) value[PB__POS_P1 + k] = p[k];
    value[PB__POS_Q10] = pb__place_quantile(p, 0.1);
    value[PB__POS_Q90] = pb__place_quantile(p, 0.9);
}

void pb__place_interval(const double p[PB__PLACES], double tail, double *lo, double *hi)
{
    *lo = pb__place_least(p, tail);
    *hi = pb__place_greatest(p, 1 - tail);
    if (*hi < *lo) *lo = *hi = pb__place_quantile(p, 0.5);
}
