/* model_neutral.c - hazards and lengths of neutralisations, or the list that is
 * given, brought from the leader's progress to the clock. */
#include "model_parts.h"

static double sc_hazard(const pb_neutral_spec *n, uint32_t lap)
{
    return lap == 1 ? n->sc_lap1_prob : lap <= 5 ? n->sc_early_prob : n->sc_prob;
}

static double vsc_hazard(const pb_neutral_spec *n, uint32_t lap)
{
    return lap == 1 ? n->vsc_lap1_prob : lap <= 5 ? n->vsc_early_prob : n->vsc_prob;
}

static void hazards(const pb_race_spec *spec, pb_sim_model *m)
{
    const pb_neutral_spec *n = &spec->neutral;
    for (uint32_t lap = m->first_lap; lap <= m->n_laps; lap++) {
        double wet        = m->wetness[lap] > 0.1f && lap > 1 ? n->wet_mult : 1.0;
        double sc         = sc_hazard(n, lap) * wet * pb__on(spec, PB_EFFECT_SC),
               vsc        = vsc_hazard(n, lap) * pb__on(spec, PB_EFFECT_VSC);
        m->sc_below[lap]  = pb__below(sc);
        m->vsc_below[lap] = pb__below(sc + vsc);
    }
}

static void lengths(const double *prob, uint32_t n, int32_t *below)
{
    double sum = 0.0;
    for (uint32_t i = 0; i < n; i++) below[i] = pb__below(sum += prob[i]);
}

/* Clock of the expected leader at a progress, before any phase. */
static double leader_clock(const pb_sim_model *m, double progress)
{
    double   p   = progress < (double)(m->first_lap - 1) ? (double)(m->first_lap - 1) : progress;
    uint32_t lap = (uint32_t)p;
    if (lap >= m->n_laps) lap = m->n_laps - 1;
    double start = m->reference_s[lap] + (double)m->leader_ticks[lap] * (double)m->inv_ticks;
    double end   = m->reference_s[lap + 1] + (double)m->leader_ticks[lap + 1] * (double)m->inv_ticks;
    return start + (end - start) * (p - (double)lap);
}

/* How long the leader takes for a piece of the race under this phase; out: it
 * has been on for a while, so he is behind the safety car already. */
static double stretched(const pb_race_spec *spec, const pb_sim_model *m, pb_neutral_kind kind, bool out, double from,
                        double to)
{
    double green = leader_clock(m, to) - leader_clock(m, from);
    if (kind == PB_NEUTRAL_VSC) return green * spec->neutral.vsc_mult;
    if (kind == PB_NEUTRAL_RED) return 0.0;
    double line = out ? from : (double)(uint32_t)from + 1.0; /* delta time to the line, then the queue */
    if (line > to) line = to;
    double first = leader_clock(m, line) - leader_clock(m, from);
    return first * spec->neutral.sc_catch_mult + (green - first) * spec->neutral.sc_lead_mult;
}

static void fixed_phases(const pb_race_spec *spec, pb_sim_model *m)
{
    const pb_neutral_spec *n     = &spec->neutral;
    double                 delay = 0.0;
    m->n_fixed                   = 0;
    for (uint32_t i = 0; i < n->n_phases && m->n_fixed < PB__SLOTS; i++) {
        double          from = n->phases[i].start_progress, to = n->phases[i].end_progress;
        pb_neutral_kind kind = n->phases[i].kind;
        uint32_t        need = kind == PB_NEUTRAL_SC    ? PB_EFFECT_SC
                               : kind == PB_NEUTRAL_VSC ? PB_EFFECT_VSC
                                                        : PB_EFFECT_RED_FLAG;
        if (!(spec->effects & need) || to <= (double)(m->first_lap - 1)) continue;
        if (!n->actual && !n->phases[i].sure && (m->from_grid || from > (double)(m->first_lap - 1)))
            continue; /* drawn: only what is out already, or sure */
        bool out = from < (double)(m->first_lap - 1);
        if (out) from = (double)(m->first_lap - 1);
        double on = leader_clock(m, from) + delay, length = stretched(spec, m, kind, out, from, to);
        double off                  = kind == PB_NEUTRAL_RED ? on + 0.01 : on + length;
        m->fixed_on[m->n_fixed]     = (int32_t)(on * (double)m->ticks) - out; /* before the leader's lap begins */
        m->fixed_off[m->n_fixed]    = (int32_t)(off * (double)m->ticks);
        m->fixed_kind[m->n_fixed++] = (int32_t)kind;
        if (kind != PB_NEUTRAL_RED) delay += length - (leader_clock(m, to) - leader_clock(m, from));
    }
    m->fixed_delay_s = (float)delay;
}

void pb__model_neutral(const pb_race_spec *spec, pb_sim_model *m)
{
    const pb_neutral_spec *n = &spec->neutral;
    hazards(spec, m);
    lengths(n->sc_laps, 10, m->sc_laps_below);
    lengths(n->vsc_laps, 5, m->vsc_laps_below);
    m->vsc_to_sc_below   = pb__below(n->vsc_to_sc_prob * pb__on(spec, PB_EFFECT_SC));
    m->sc_to_red_below   = pb__below(n->sc_to_red_prob * pb__on(spec, PB_EFFECT_RED_FLAG));
    m->crash_below       = pb__below(n->sc_crash_prob * pb__on(spec, PB_EFFECT_RETIREMENTS));
    m->sc_lead           = (float)n->sc_lead_mult;
    m->sc_catch          = (float)n->sc_catch_mult;
    m->vsc_mult          = (float)n->vsc_mult;
    m->wear_mult         = (float)n->wear_mult;
    m->sc_gap_ticks      = (int32_t)(n->sc_gap_s * (double)m->ticks);
    m->restart_gap_ticks = (int32_t)(n->restart_gap_s * (double)m->ticks);
    m->unlap             = spec->effects & PB_EFFECT_UNLAP;
    m->fixed_neutral     = n->actual;
    fixed_phases(spec, m);
}
