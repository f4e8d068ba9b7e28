/* model_noise.c - lap noise with memory and skew, mistakes, stints. */
#include <math.h>

#include "model_parts.h"

void pb__model_noise(const pb_race_spec *spec, pb_sim_model *m)
{
    const pb_noise_spec *noise   = &spec->noise;
    double               coef[4] = {0.0, 1.0, 0.0, 0.0}, on = pb__on(spec, PB_EFFECT_LAP_NOISE);
    double               stint = pb__on(spec, PB_EFFECT_STINT_NOISE);
    (void)pb_fleishman(noise->skew, noise->kurtosis,
                       coef); /* pb_race_spec_check has refused what a cubic cannot reach */
    m->phi   = (float)noise->phi;
    m->theta = (float)noise->theta;
    /* variance of x for innovations of variance 1: (1 + 2 phi theta + theta^2) / (1 - phi^2) */
    double gain =
        sqrt((1.0 + 2.0 * noise->phi * noise->theta + noise->theta * noise->theta) / (1.0 - noise->phi * noise->phi));
    for (uint32_t c = 0; c < m->n_cars; c++) {
        const pb_car_spec *car   = &spec->cars[m->car[c].spec_index];
        double             sigma = on * noise->sigma_s * car->noise_mult / gain;
        for (uint32_t k = 0; k < 4; k++) m->car[c].noise[k] = (float)(coef[k] * sigma);
        /* E[s | x] = x (1 + theta phi) / (1 + 2 phi theta + theta^2) */
        double back =
            (1.0 + noise->theta * noise->phi) / (1.0 + 2.0 * noise->phi * noise->theta + noise->theta * noise->theta);
        m->car[c].ar0 = spec->from_lap > 0 ? (float)(on * car->state.noise_s * back) : 0.0f;
    }
    m->slow_below = pb__below(noise->slow_prob * pb__on(spec, PB_EFFECT_SLOW_LAPS));
    m->slow       = m->slow_below > 0;
    for (int32_t i = 0; i < m->slow_below && i < PB__SLOW_MAX; i++)
        m->slow_s[i] = (float)(-noise->slow_mean_s * pb__log(((double)i + 0.5) / (double)m->slow_below));
    m->stint_sigma      = (float)(noise->stint_sigma_s * stint);
    m->stint_wear_sigma = (float)(noise->stint_wear_sigma_s * stint);
    m->wear_sigma       = (float)(noise->wear_log_sigma * pb__on(spec, PB_EFFECT_WEAR_UNCERTAINTY));
}
