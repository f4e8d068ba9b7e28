/* model_laps.c - the clock of the reference car and of the expected leader. */
#include <math.h>

#include "model_parts.h"

/* Seconds of a reference lap: what every car has in common. */
static double reference_lap(const pb_race_spec *spec, uint32_t n)
{
    double s = spec->base_lap_s + spec->evolution_s_per_lap * ((double)n - 1.0) * pb__on(spec, PB_EFFECT_FUEL);
    if (n == 1) s += spec->start.lap1_s;
    if (n <= spec->n_lap_offsets) s += spec->lap_offset_s[n];
    return s < 1.0 ? 1.0 : s;
}

static bool refuels(const pb_car_spec *car)
{
    for (uint32_t p = 0; p < car->n_plans; p++)
        for (uint32_t s = 0; s < car->plans[p].n_stints; s++)
            if (car->plans[p].stints[s].fuel_add_kg > 0.0) return true;
    return false;
}

static double fuel_seconds(const pb_race_spec *spec, const pb_car_spec *car, uint32_t n)
{
    double kg = car->fuel_start_kg - car->fuel_burn_kg * ((double)n - 1.0);
    if (kg < 0.0 && !refuels(car)) kg = 0.0; /* what is added at stops is in the level of the sets */
    return pb__on(spec, PB_EFFECT_FUEL) * spec->fuel_s_per_kg * kg;
}

void pb__model_laps(const pb_race_spec *spec, pb_sim_model *m)
{
    double clock                         = 0.0;
    m->reference_s[m->first_lap - 1]     = 0.0;
    m->reference_ticks[m->first_lap - 1] = 0;
    for (uint32_t n = m->first_lap; n <= m->n_laps; n++) {
        double lap  = reference_lap(spec, n);
        m->lap_s[n] = (float)lap;
        clock += lap;
        m->reference_s[n]     = clock;
        m->reference_ticks[n] = (int32_t)(clock * (double)m->ticks + 0.5);
        for (uint32_t c = 0; c < m->n_cars; c++)
            m->fuel_s[c][n] = (float)fuel_seconds(spec, &spec->cars[m->car[c].spec_index], n);
    }
}

/* What the known rain costs on lap n: of this kind of tyre, or of the best one
 * where cars change to it. */
static double rain_loss(const pb_sim_model *m, int32_t kind, uint32_t n)
{
    if (m->dry || n > m->wet_known) return 0.0;
    double w = (double)m->wetness[n], least = HUGE_VAL, loss[3];
    for (uint32_t k = 0; k < 3; k++) {
        loss[k] = (double)m->dry_lap[k] + w * ((double)m->wet_slope[k] + w * (double)m->wet_curve[k]);
        if (loss[k] < least) least = loss[k];
    }
    return m->wet_react ? least : loss[kind];
}

/* The clock of one car that drives its first plan alone, without luck. */
static void lone_car(const pb_sim_model *m, uint32_t c, double *at)
{
    const pb__car     *car = &m->car[c];
    const pb__entries *e   = &car->entry;
    int32_t            j   = car->plan_first[0];
    double             age = car->age0 >= 0.0f ? (double)car->age0 : (double)e->age0[j];
    double             t   = (double)car->start_key_ticks * (double)m->inv_ticks;
    at[m->first_lap - 1]   = t;
    for (uint32_t n = m->first_lap; n <= m->n_laps; n++) {
        t += (double)car->pace_s + (double)e->level_s[j] + (double)m->fuel_s[c][n] + (double)e->wear_s[j] * age;
        t += rain_loss(m, e->kind[j], n);
        age += 1.0;
        if ((int32_t)n >= e->stop_lap[j] && n < m->n_laps) {
            t += (double)m->loss_s;
            j   = e->next[j];
            age = (double)e->age0[j];
        }
        at[n] = t;
    }
}

void pb__model_leader(pb_sim_model *m)
{
    double best[PB_LAPS_MAX + 2], at[PB_LAPS_MAX + 2];
    for (uint32_t n = 0; n <= m->n_laps; n++) best[n] = HUGE_VAL;
    for (uint32_t c = 0; c < m->n_cars; c++) {
        if (m->car[c].out_ticks > 0) continue;
        lone_car(m, c, at);
        for (uint32_t n = m->first_lap - 1; n <= m->n_laps; n++)
            if (at[n] < best[n]) best[n] = at[n];
    }
    for (uint32_t n = m->first_lap - 1; n <= m->n_laps; n++)
        m->leader_ticks[n] = best[n] < 1e6 ? (int32_t)(best[n] * (double)m->ticks) : 0;
}

/* The time limit from where the race starts (what is gone is not in the race
 * file: laps of the reference car), and the lap on which it should end. */
void pb__model_distance(const pb_race_spec *spec, pb_sim_model *m)
{
    m->likely_laps = m->n_laps;
    if (!m->time_limited) return;
    double left = spec->rules.time_limit_s;
    for (uint32_t n = 1; n < m->first_lap; n++) left -= reference_lap(spec, n);
    m->limit_s     = left > 0.0 ? left : 0.0;
    m->limit_ticks = (int32_t)(m->limit_s * (double)m->ticks);
    for (uint32_t n = m->n_laps; n >= m->first_lap; n--)
        if (m->reference_s[n] + (double)m->leader_ticks[n] * (double)m->inv_ticks > m->limit_s) m->likely_laps = n;
    m->likely_laps += m->limit_extra;
    if (m->likely_laps > m->n_laps) m->likely_laps = m->n_laps;
}
