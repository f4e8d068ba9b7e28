/* model_noise.c - lap noise with memory and skew, mistakes, stints. */
#include <math.h>

#include "model_parts.h"

/* The slowest share `prob` of the noise draws are mistakes that cost an
 * exponential of mean_s more. In terms of the normal z behind them the cost is
 * -mean_s ln(Q(z) / prob), which from z0 = Q^-1(prob) on is, to second order,
 * mean_s (h d + h (h - z0) / 2 d^2) with d = z - z0 and h the normal's hazard
 * there; at 4.3 sigma, where draws end, it is 4 % high. z0: Abramowitz and Stegun
 * 26.2.23, |error| < 4.5e-4. */
static void slow_laps(double prob, double mean_s, pb_sim_model *m)
{
    m->slow_z = 10.0f; /* beyond any draw */
    if (prob <= 0.0 || mean_s <= 0.0) return;
    double t  = sqrt(-2.0 * pb_log(prob));
    double z0 = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
    double h  = pb_exp(-0.5 * z0 * z0) * 0.39894228040143267794 / prob;
    m->slow   = true;
    m->slow_z = (float)z0;
    m->slow_a = (float)(mean_s * h);
    m->slow_b = (float)(mean_s * h * (h - z0) * 0.5);
}

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
    slow_laps(noise->slow_prob * pb__on(spec, PB_EFFECT_SLOW_LAPS), noise->slow_mean_s, m);
    m->stint_sigma      = (float)(noise->stint_sigma_s * stint);
    m->stint_wear_sigma = (float)(noise->stint_wear_sigma_s * stint);
    m->wear_sigma       = (float)(noise->wear_log_sigma * pb__on(spec, PB_EFFECT_WEAR_UNCERTAINTY));
}
