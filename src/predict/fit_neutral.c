#include <string.h>

#include "fit_internal.h"

/* A race has one state at a time: the graver one holds, and a phase that a red
 * flag cuts in two goes on after it. */
static int gravity(pb_neutral_kind kind)
{
    return kind == PB_NEUTRAL_RED ? 3 : kind == PB_NEUTRAL_SC ? 2 : 1;
}

static void put(pb_neutral_spec *to, pb_neutral_kind kind, double start, double end)
{
    pb_phase_spec *last = to->n_phases > 0 ? &to->phases[to->n_phases - 1] : NULL;

    if (last && last->end_progress > start) {
        if (gravity(kind) > gravity(last->kind))
            last->end_progress = start;
        else
            start = last->end_progress;
        if (last->end_progress <= last->start_progress) to->n_phases--;
    }
    if (end - start < 1e-6 || to->n_phases == PB_PHASES_MAX) return;
    to->phases[to->n_phases++] = (pb_phase_spec){.kind = kind, .start_progress = start, .end_progress = end};
}

void pb__fit_neutral(pb__fit *fit)
{
    pb_neutral_spec *to    = &fit->spec->neutral;
    bool             exact = fit->n_phases > 0;

    to->n_phases = 0;
    memset(to->phases, 0, sizeof to->phases);
    to->actual = fit->options->actual_neutral;
    for (uint32_t i = 0; i < fit->n_phases; i++) {
        const pb_neutral_phase *p     = &fit->phases[i];
        double                  start = p->start_progress < 0 ? 0 : p->start_progress;
        double                  end   = p->end_progress > fit->laps ? fit->laps : p->end_progress;
        put(to, p->kind, start, end);
        exact = exact && p->exact;
    }
    pb_race_spec_note(fit->spec, "/neutral/phases", to->n_phases,
                      exact ? "from the status feed" : "from the flags of all cars' laps");
    if (fit->circuit) {
        to->sc_prob *= fit->circuit->sc_mult > 0 ? fit->circuit->sc_mult : 1;
        to->vsc_prob *= fit->circuit->vsc_mult > 0 ? fit->circuit->vsc_mult : 1;
    }
}
