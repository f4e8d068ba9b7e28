/* The start: how far behind the leader each grid slot ends a green lap 1, the
 * scatter around that, and what lap 1 costs. Needs grids in the logs. */
#include <math.h>
#include <string.h>

#include "learn_fits.h"
#include "learn_sample.h"

#define SLOTS 22       /* more are continued by the last slope */
#define INCIDENT_S 8.0 /* further behind than this: stopped, damaged, spun */
#define RACES_LEAST 8
#define ROUNDS 6

static bool green_start(const pb__learn_race *race)
{
    for (uint32_t c = 0; c < race->log->n_cars; c++) {
        int32_t row = pb_lap_row(&race->log->cars[c], 1);
        if (row >= 0 && (race->log->cars[c].laps[row].status & PB_STATUS_BITS_NEUTRAL)) return false;
    }
    return race->dry && !race->log->sprint;
}

/* End of lap 1 of a car that started from a slot; NAN if it did not. */
static double lap1_end_s(const pb_log_car *car)
{
    int32_t row = pb_lap_row(car, 1);
    if (row < 0 || car->grid == 0 || car->grid > SLOTS) return NAN;
    const pb_lap *lap = &car->laps[row];
    return lap->session_ms == PB_MS_NONE || lap->pit_in_ms != PB_MS_NONE ? (double)NAN : lap->session_ms * 1e-3;
}

/* Median over the cars of end of lap 1 less what their slots give. */
static double race_zero_s(const pb__learn_race *race, const double *slot)
{
    pb__sample zero = {0};
    for (uint32_t c = 0; c < race->log->n_cars; c++) {
        double end_s = lap1_end_s(&race->log->cars[c]);
        if (isfinite(end_s)) pb__sample_add(&zero, end_s - slot[race->log->cars[c].grid - 1], 1);
    }
    double median = pb__sample_quantile(&zero, 0.5);
    pb__sample_fini(&zero);
    return median;
}

static void gather(const pb__learn_set *set, const double *slot, pb__sample *by_slot, pb__sample *off)
{
    for (size_t r = 0; r < set->n; r++) {
        const pb__learn_race *race = &set->race[r];
        if (!green_start(race)) continue;
        double zero_s = race_zero_s(race, slot);
        for (uint32_t c = 0; c < race->log->n_cars; c++) {
            double end_s = lap1_end_s(&race->log->cars[c]);
            if (!isfinite(end_s)) continue;
            int    k     = race->log->cars[c].grid - 1;
            double off_s = end_s - zero_s - slot[k];
            if (fabs(off_s) > INCIDENT_S) continue;
            pb__sample_add(&by_slot[k], end_s - zero_s, race->weight);
            pb__sample_add(off, off_s, race->weight);
        }
    }
}

/* Means by slot, smoothed over neighbours, from 0 and rising. */
static void update_slots(pb__sample *by_slot, double *slot)
{
    double raw[SLOTS] = {0};
    for (int k = 0; k < SLOTS; k++)
        raw[k] = by_slot[k].n >= 5 ? pb__sample_mean(&by_slot[k]) : (k ? raw[k - 1] + 0.4 : 0);
    for (int k = 0; k < SLOTS; k++) {
        double before = k > 0 ? raw[k - 1] : 2 * raw[0] - raw[1],
               after  = k + 1 < SLOTS ? raw[k + 1] : 2 * raw[k] - raw[k - 1];
        slot[k]       = 0.25 * before + 0.5 * raw[k] + 0.25 * after;
    }
    for (int k = SLOTS - 1; k >= 0; k--) slot[k] -= slot[0];
    for (int k = 1; k < SLOTS; k++) slot[k] = fmax(slot[k], slot[k - 1] + 0.01);
}

static double skew_of(const pb__sample *s)
{
    double mean = pb__sample_mean(s), sd = pb__sample_sd(s), sum = 0;
    for (size_t i = 0; i < s->n; i++) sum += s->at[i].w * pow((s->at[i].x - mean) / sd, 3);
    return sum / pb__sample_weight(s);
}

/* Lap 1 of the car that led it, against its pace. */
static void learn_lap1(const pb__learn_set *set, pb_start_spec *start)
{
    pb__sample lap1 = {0};
    for (size_t r = 0; r < set->n; r++) {
        const pb__learn_race *race = &set->race[r];
        int                   car  = race->outcome.lead_car[1];
        if (!green_start(race) || car < 0 || !race->has_pace) continue;
        int32_t row = pb_lap_row(&race->log->cars[car], 1);
        if (row >= 0) pb__sample_add(&lap1, race->pace.lap[car][row].residual_s, race->weight);
    }
    if (lap1.n >= RACES_LEAST) start->lap1_s = pb__sample_quantile(&lap1, 0.5);
    pb__sample_fini(&lap1);
}

static size_t races_with_grid(const pb__learn_set *set)
{
    size_t n = 0;
    for (size_t r = 0; r < set->n; r++) {
        uint32_t known = 0;
        for (uint32_t c = 0; c < set->race[r].log->n_cars; c++) known += set->race[r].log->cars[c].grid > 0;
        n += known >= 10 && green_start(&set->race[r]);
    }
    return n;
}

pb_status pb__learn_start(const pb__learn_set *set, pb_prior *prior)
{
    pb_start_spec *start = &prior->base.start;
    double         slot[SLOTS];
    bool           failed = false;

    learn_lap1(set, start);
    if (races_with_grid(set) < RACES_LEAST) return PB_OK;
    memcpy(slot, start->slot_gap_s, sizeof slot);
    for (int round = 0; round < ROUNDS; round++) {
        pb__sample by_slot[SLOTS] = {0}, off = {0};
        gather(set, slot, by_slot, &off);
        update_slots(by_slot, slot);
        start->sigma_s = pb__sample_sd(&off);
        start->skew    = fmin(fmax(skew_of(&off), 0), 2);
        for (int k = 0; k < SLOTS; k++) {
            failed |= by_slot[k].failed;
            pb__sample_fini(&by_slot[k]);
        }
        failed |= off.failed;
        pb__sample_fini(&off);
    }
    memcpy(start->slot_gap_s, slot, sizeof slot);
    double step = (slot[SLOTS - 1] - slot[SLOTS - 9]) / 8;
    for (int k = SLOTS; k < PB_CARS_MAX; k++) start->slot_gap_s[k] = start->slot_gap_s[k - 1] + step;
    return failed ? PB_E_NOMEM : PB_OK;
}
