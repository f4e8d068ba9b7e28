/* model_stops.c - what stops cost, and when cars change their mind. */
#include "model_parts.h"

double pb__quantile_at(const double knots[PB_QUANTILES], double p)
{
    for (uint32_t i = 1; i < PB_QUANTILES; i++) {
        double lo = pb_quantile_prob[i - 1], hi = pb_quantile_prob[i];
        if (p <= hi) return knots[i - 1] + (knots[i] - knots[i - 1]) * (p - lo) / (hi - lo);
    }
    return knots[PB_QUANTILES - 1];
}

void pb__model_stops(const pb_race_spec *spec, pb_sim_model *m)
{
    const pb_pit_spec    *pit    = &spec->pit;
    const pb_policy_spec *policy = &spec->policy;
    double                noise  = pb__on(spec, PB_EFFECT_STOP_NOISE);
    m->loss_s                    = (float)pit->loss_s;
    m->loss_sigma_s              = (float)(pit->loss_sigma_s * noise);
    m->inv_loss_ticks            = (float)(1.0 / (pit->loss_s * (double)m->ticks));
    m->sc_onset                  = (float)(1.0 - pit->sc_onset_frac);
    m->sc_later                  = (float)(1.0 - pit->sc_frac);
    m->vsc_onset                 = (float)(1.0 - pit->vsc_onset_frac);
    m->vsc_later                 = (float)(1.0 - pit->vsc_frac);
    m->react_ticks               = (float)pit->react_s * m->ticks;
    for (uint32_t i = 0; i <= PB__STOP_TABLE; i++)
        m->stop_table[i] = (float)(pb__quantile_at(pit->stop_s, (double)i / PB__STOP_TABLE) * noise);
    m->double_stack =
        spec->effects & PB_EFFECT_DOUBLE_STACK && pit->double_stack_s > 0.0 && pit->double_stack_gap_s > 0.0;
    m->stack_s       = (float)pit->double_stack_s;
    m->inv_stack_gap = m->double_stack ? (float)(1.0 / pit->double_stack_gap_s) : 0.0f;
    m->react_sc      = spec->effects & PB_EFFECT_REACT_SC;
    m->cheap_bias    = (float)policy->cheap_bias;
    m->cheap_left    = (float)policy->cheap_left;
    m->cover         = spec->effects & PB_EFFECT_COVER && policy->cover_prob > 0.0;
    m->cover_laps    = (float)policy->cover_laps;
    m->cover_gap_s   = (float)policy->cover_gap_s;
    for (uint32_t c = 0; c < m->n_cars; c++) {
        m->car[c].jitter      = (float)(policy->jitter_laps * pb__on(spec, PB_EFFECT_PLAN_JITTER));
        m->car[c].cover_below = pb__below(policy->cover_prob);
    }
}

void pb_sim_model_obey(pb_sim_model *model, uint32_t car, uint32_t until_lap)
{
    for (uint32_t c = 0; c < model->n_cars; c++) {
        if (model->car[c].spec_index != car) continue;
        model->car[c].jitter      = 0.0f;
        model->car[c].cover_below = 0;
        model->car[c].obeys_until = until_lap;
    }
}
