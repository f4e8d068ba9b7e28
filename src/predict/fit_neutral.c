#include "fit_internal.h"

void pb__fit_neutral(pb__fit *fit)
{
    pb_neutral_spec *to    = &fit->spec->neutral;
    bool             exact = fit->n_phases > 0;

    to->n_phases = 0;
    to->actual   = fit->options->actual_neutral;
    for (uint32_t i = 0; i < fit->n_phases && to->n_phases < PB_PHASES_MAX; i++) {
        const pb_neutral_phase *p     = &fit->phases[i];
        double                  start = p->start_progress < 0 ? 0 : p->start_progress;
        double                  end   = p->end_progress > fit->laps ? fit->laps : p->end_progress;
        if (!(end > start)) continue;
        to->phases[to->n_phases].kind           = p->kind;
        to->phases[to->n_phases].start_progress = start;
        to->phases[to->n_phases].end_progress   = end;
        to->n_phases++;
        exact = exact && p->exact;
    }
    pb_race_spec_note(fit->spec, "/neutral/phases", to->n_phases,
                      exact ? "from the status feed" : "from the flags of all cars' laps");
    if (fit->circuit) {
        to->sc_prob *= fit->circuit->sc_mult > 0 ? fit->circuit->sc_mult : 1;
        to->vsc_prob *= fit->circuit->vsc_mult > 0 ? fit->circuit->vsc_mult : 1;
    }
}
