/* model_traffic.c - following, passing, lapping. */
#include "model_parts.h"

/* Sixteen straight pieces over [0, last knot]. */
static void dirty_air(const pb_traffic_spec *t, double on, pb_sim_model *m)
{
    double reach = t->air_gap_s[PB_GAP_KNOTS - 1], step = reach / PB__GAP_TABLE;
    for (uint32_t i = 0; i < PB__GAP_TABLE; i++) {
        double at[2];
        for (uint32_t e = 0; e < 2; e++) {
            double   g = step * (double)(i + e);
            uint32_t k = 1;
            while (k < PB_GAP_KNOTS - 1 && t->air_gap_s[k] < g) k++;
            double g0 = t->air_gap_s[k - 1], g1 = t->air_gap_s[k], part = g1 > g0 ? (g - g0) / (g1 - g0) : 1.0;
            part  = part < 0.0 ? 0.0 : part > 1.0 ? 1.0 : part;
            at[e] = on * (double)m->ticks * (t->air_loss_s[k - 1] + (t->air_loss_s[k] - t->air_loss_s[k - 1]) * part);
            if (i + e == PB__GAP_TABLE) at[e] = 0.0;
        }
        double slope = (at[1] - at[0]) / step;
        m->air_a[i]  = (float)(at[0] - slope * step * (double)i);
        m->air_b[i]  = (float)slope;
    }
    m->air_max   = (float)reach;
    m->air_scale = (float)(PB__GAP_TABLE / reach);
}

void pb__model_traffic(const pb_race_spec *spec, pb_sim_model *m)
{
    const pb_traffic_spec *t     = &spec->traffic;
    double                 ticks = (double)m->ticks;
    m->pass_free                 = !(spec->effects & PB_EFFECT_OVERTAKING);
    /* the kernel wants log2 of the odds against, and pace in its own unit */
    const double against = -1.44269504088896340736;
    m->pass_bias         = (float)(against * (t->pass_bias + t->pass_circuit));
    m->pass_delta        = (float)(against * t->pass_delta / PB__PACE_UNIT);
    m->pass_near         = (float)(-against * t->pass_gap);
    m->pass_knee         = (float)t->pass_knee_s;
    m->pass_far          = (float)(-against * t->pass_gap_far);
    m->pass_train        = (float)(-against * t->pass_train * pb__on(spec, PB_EFFECT_TRAIN));
    m->train_gap_s       = (float)t->train_gap_s;
    m->reach_s           = (float)t->reach_s;
    m->pass_lead         = (int32_t)(t->pass_lead_s * ticks);
    m->loser_ticks       = (int32_t)(t->loser_s * ticks);
    m->loser             = m->loser_ticks > 0;
    for (uint32_t i = 0; i < PB__GAP_TABLE; i++)
        m->hold_ticks[i] = (int32_t)(pb__quantile_at(t->hold_s, ((double)i + 0.5) / PB__GAP_TABLE) * ticks);
    dirty_air(t, pb__on(spec, PB_EFFECT_DIRTY_AIR), m);
    m->lapping           = spec->effects & PB_EFFECT_LAPPING;
    m->lapped_ticks      = (int32_t)(t->lapped_s * ticks);
    m->lapped_more_ticks = (int32_t)(t->lapped_more_s * ticks);
    m->lapping_s         = (float)t->lapping_s;
}
