#include <string.h>

#include "pitboard/predict.h"

void pb_prior_default(pb_prior *prior)
{
    pb_car_spec car;
    memset(prior, 0, sizeof *prior);
    pb_race_spec_default(&prior->base);
    pb_car_spec_default(&car);
    for (int k = 0; k < 3; k++) prior->wear_s_per_lap[k] = prior->base.compounds[k].wear_s_per_lap;
    prior->pace_sigma_s = car.pace_sigma_s;
    prior->dnf_prob     = car.dnf_prob;
}
