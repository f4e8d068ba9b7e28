#include <math.h>
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

/* The flags of one lap do not say in which order they came: a status that was
 * there on the lap before as well, and with a clear track beside it, has ended. */
static bool still_on(const pb__fit *fit, uint8_t bits)
{
    uint32_t lap = fit->options->from_lap;
    int      car = fit->outcome.lead_car[lap];
    int32_t  row = car >= 0 ? pb_lap_row(&fit->log->cars[car], lap) : -1;
    if (row < 0) return false;
    const pb_lap *now    = &fit->log->cars[car].laps[row];
    bool          before = row > 0 && (fit->log->cars[car].laps[row - 1].status & bits);
    return (now->status & bits) && !(before && (now->status & PB_STATUS_BIT_CLEAR));
}

/* What is out at the start lasts as long as such things do: a safety car four
 * laps in all (101 of 2020-25, docs/race-model.md), a VSC half a lap more. */
static void carry_on(pb__fit *fit, pb_neutral_spec *to)
{
    double         lap  = fit->options->from_lap;
    pb_phase_spec *last = to->n_phases > 0 ? &to->phases[to->n_phases - 1] : NULL;

    if (lap <= 0 || !last || last->kind == PB_NEUTRAL_RED || last->end_progress < lap - 1) return;
    if (last->kind == PB_NEUTRAL_SC && still_on(fit, PB_STATUS_BIT_SC))
        last->end_progress = fmax(lap + 1, floor(last->start_progress) + 4);
    else if (last->kind == PB_NEUTRAL_VSC && still_on(fit, PB_STATUS_BIT_VSC))
        last->end_progress = lap + 0.5;
    else
        last->end_progress = fmin(last->end_progress, lap);
    last->end_progress = fmin(last->end_progress, fit->laps);
    if (last->end_progress <= last->start_progress) to->n_phases--;
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
    carry_on(fit, to);
    pb_race_spec_note(fit->spec, "/neutral/phases", to->n_phases,
                      exact ? "from the status feed" : "from the flags of all cars' laps");
    if (fit->circuit) {
        to->sc_prob *= fit->circuit->sc_mult > 0 ? fit->circuit->sc_mult : 1;
        to->vsc_prob *= fit->circuit->vsc_mult > 0 ? fit->circuit->vsc_mult : 1;
    }
}
