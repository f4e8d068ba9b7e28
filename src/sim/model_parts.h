/* model_parts.h - the steps of making a race ready; one file each. */
#ifndef PB_SIM_MODEL_PARTS_H
#define PB_SIM_MODEL_PARTS_H

#include "model.h"

static inline double pb__on(const pb_race_spec *spec, uint32_t effect)
{
    return spec->effects & effect ? 1.0 : 0.0;
}
/* A probability as a bound for a 16-bit draw. */
static inline int32_t pb__below(double prob)
{
    double x = prob * 65536.0 + 0.5;
    return x < 0.0 ? 0 : x > 65536.0 ? 65536 : (int32_t)x;
}
/* Value of an empirical distribution at probability p. */
double pb__quantile_at(const double knots[PB_QUANTILES], double p);

void pb__model_cars(const pb_race_spec *spec, pb_sim_model *m);
void pb__model_laps(const pb_race_spec *spec, pb_sim_model *m);
void pb__model_leader(pb_sim_model *m);
void pb__model_distance(const pb_race_spec *spec, pb_sim_model *m);
void pb__model_retirements(const pb_race_spec *spec, pb_sim_model *m);
void pb__model_traffic(const pb_race_spec *spec, pb_sim_model *m);
void pb__model_stops(const pb_race_spec *spec, pb_sim_model *m);
void pb__model_noise(const pb_race_spec *spec, pb_sim_model *m);
void pb__model_neutral(const pb_race_spec *spec, pb_sim_model *m);
void pb__model_weather(const pb_race_spec *spec, pb_sim_model *m);
void pb__model_order(pb_sim_model *m);

#endif
