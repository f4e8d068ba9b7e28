#include <math.h>
#include <string.h>

#include "fit_internal.h"

/* A car is out when its next crossing of the line is overdue by this share of a
 * lap and this many seconds: a long stop is shorter. */
#define OVERDUE_FRAC 0.6
#define OVERDUE_S 40.0

/* Most of a stop's loss comes after the line: an in-lap alone loses 2 to 4 s of
 * about 22 (the laps of 2018-2022). */
#define OUT_SHARE 0.85

/* What a stop that is under way will cost until the next line. */
static double open_loss(const pb__fit *fit, uint32_t c)
{
    const pb_pit_spec *pit  = &fit->spec->pit;
    const pb_lap      *last = pb__fit_open_stop(fit, c);
    if (!last) return 0;
    double frac = last->status & PB_STATUS_BIT_SC ? pit->sc_frac : last->status & PB_STATUS_BIT_VSC ? pit->vsc_frac : 1;
    return last->status & PB_STATUS_BIT_RED ? 0 : OUT_SHARE * frac * pit->loss_s;
}

typedef struct standing {
    uint32_t car;
    bool     running;
    uint32_t laps_done;
    double   gap_s;
} standing;

static const pb_lap *last_lap(const pb_log_car *car)
{
    for (uint32_t i = car->n_laps; i-- > 0;)
        if (car->laps[i].session_ms != PB_MS_NONE) return &car->laps[i];
    return NULL;
}

/* Seconds behind the leader's time at the end of lap n, in the leader's race. */
static double lead_s(const pb__fit *fit, uint32_t lap)
{
    return fit->outcome.lead_ms[lap] * 1e-3;
}

/* The end of the leader's lap is the cut: the others' gaps are those they had
 * when they last crossed the line. */
static standing stand(const pb__fit *fit, uint32_t c)
{
    uint32_t      from  = fit->options->from_lap;
    double        now_s = lead_s(fit, from);
    standing      s     = {.car = c};
    const pb_lap *last  = last_lap(&fit->log->cars[c]);

    if (!last) { /* not yet round once, or never away */
        s.running = from == 1;
        s.gap_s   = fit->spec->start.slot_gap_s[fit->spec->cars[c].grid - 1];
        return s;
    }
    s.laps_done   = last->number > from ? from : last->number;
    double at_s   = last->session_ms * 1e-3;
    s.gap_s       = fmax(at_s - lead_s(fit, s.laps_done), 0);
    double lap_s  = s.laps_done < from ? lead_s(fit, s.laps_done + 1) - lead_s(fit, s.laps_done) : 0;
    double late_s = s.laps_done < from ? fmax(now_s - at_s - lap_s, 0) : 0;
    s.running     = s.laps_done == from || late_s < OVERDUE_FRAC * lap_s + OVERDUE_S;
    s.gap_s += fmax(open_loss(fit, c), 0.5 * late_s);
    return s;
}

/* Running cars by gap, then the others by distance. */
static bool before(const standing *a, const standing *b)
{
    if (a->running != b->running) return a->running;
    if (!a->running && a->laps_done != b->laps_done) return a->laps_done > b->laps_done;
    return a->gap_s < b->gap_s;
}

static void sort_standings(standing *s, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++)
        for (uint32_t j = i; j > 0 && before(&s[j], &s[j - 1]); j--) {
            standing t = s[j];
            s[j]       = s[j - 1];
            s[j - 1]   = t;
        }
}

/* Laps on its set so far and which sets it has used, from the plan's past. */
static void set_tyres(const pb__fit *fit, uint32_t c, pb_car_state *state)
{
    const pb_plan    *plan = &fit->spec->cars[c].plans[0];
    const pb_log_car *car  = &fit->log->cars[c];
    uint32_t          i    = 0;

    state->compounds_used = (uint16_t)(1u << plan->stints[0].compound);
    while (i + 1u < plan->n_stints && plan->stints[i + 1].in_lap <= state->laps_done) {
        i++;
        state->compounds_used |= (uint16_t)(1u << plan->stints[i].compound);
    }
    state->stops_done    = (uint8_t)i;
    state->compound      = plan->stints[i].compound;
    state->tyre_age_laps = plan->stints[i].age_laps + state->laps_done - plan->stints[i].in_lap;
    const pb_lap *last   = car->n_laps > 0 ? &car->laps[car->n_laps - 1] : NULL;
    if (last && last->tyre_age_laps > 0 && (i == 0 || plan->stints[i].in_lap < last->number))
        state->tyre_age_laps = last->tyre_age_laps;
    state->tyre_age_laps = fmin(fmax(state->tyre_age_laps, 0), 200);
}

/* Mean of the last few clear residuals: what the noise has been lately. */
static double recent_noise(const pb__fit *fit, uint32_t c)
{
    double   sum = 0;
    uint32_t n   = 0;
    if (!fit->has_pace || !fit->pace.lap[c]) return 0;
    for (uint32_t i = fit->log->cars[c].n_laps; i-- > 0 && n < 3;) {
        const pb__pace_lap *p = &fit->pace.lap[c][i];
        if (!p->used || isnan(p->residual_s)) break;
        sum += p->residual_s;
        n++;
    }
    double mean = n > 0 ? sum / n : 0;
    return fmin(fmax(0.7 * mean, -2), 2); /* AR(1) at 0.70, effects.md 3 */
}

void pb__fit_state(pb__fit *fit)
{
    standing s[PB_CARS_MAX];
    uint32_t n = fit->log->n_cars, running = 0;

    fit->spec->from_lap = fit->options->from_lap;
    if (fit->options->from_lap == 0) return;
    for (uint32_t c = 0; c < n; c++) s[c] = stand(fit, c);
    sort_standings(s, n);
    for (uint32_t i = 0; i < n; i++) {
        pb_car_state *state = &fit->spec->cars[s[i].car].state;
        memset(state, 0, sizeof *state);
        state->running   = s[i].running;
        state->position  = (uint8_t)(i + 1);
        state->gap_s     = fmin(fmax(s[i].gap_s - (s[0].running ? s[0].gap_s : 0), 0), 36000);
        state->laps_done = (uint16_t)s[i].laps_done;
        set_tyres(fit, s[i].car, state);
        state->noise_s = s[i].running ? recent_noise(fit, s[i].car) : 0;
        running += s[i].running;
    }
    pb_race_spec_note(fit->spec, "/cars/state", (int32_t)running,
                      "gaps when each car last crossed the line before the leader ended lap %u",
                      fit->options->from_lap);
}
