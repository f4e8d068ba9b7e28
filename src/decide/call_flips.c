/* call_flips: what would turn the call into the other one, found by playing the
 * two best plans again with one number moved until they change places. */
#include <math.h>

#include "call_work.h"

#define TRIALS 256u
#define STEPS 5
#define DUEL_S 6.0 /* a rival further off does not decide */

/* One number that may be moved. */
typedef struct knob {
    pb_flip_kind kind;
    uint8_t      car;
    double       now, limit;
} knob;

static void turn(pb_race_spec *spec, uint32_t car, const knob *k, double value)
{
    switch (k->kind) {
    case PB_FLIP_GAP_AHEAD:
        spec->cars[k->car].state.gap_s = spec->cars[car].state.gap_s - value;
        break;
    case PB_FLIP_GAP_BEHIND:
        spec->cars[k->car].state.gap_s = spec->cars[car].state.gap_s + value;
        break;
    case PB_FLIP_STOP_LOSS:
        spec->pit.loss_s = value;
        break;
    default:
        spec->compounds[spec->cars[car].state.compound].wear_s_per_lap = value;
        break;
    }
}

/* Gain of the call over the other with the knob at this value. */
static pb_status gain_at(pb__work *w, const knob *k, double value, const pb_candidate *first,
                         const pb_candidate *second, double *out, pb_error *error)
{
    pb_race_spec *spec = pb_decider_spec(w->d);
    pb__runner    a, b = {0};
    turn(spec, w->car, k, value);
    pb_status status = pb__runner_open(w->d, w->car, first, 0, &a, error);
    if (status == PB_OK) status = pb__runner_like(w->d, w->car, &a, second, 1, &b, error);
    turn(spec, w->car, k, k->now);
    if (status == PB_OK) {
        pb__runner_play(w->d, w->car, &w->options->aim, &a, TRIALS);
        pb__runner_play(w->d, w->car, &w->options->aim, &b, TRIALS);
        *out = pb__compare(spec, &w->options->aim, &a, &b).mean;
    }
    pb__runner_close(&a);
    pb__runner_close(&b);
    return status;
}

/* Halves the way to where the sign changes; nothing when it does not. */
static pb_status search(pb__work *w, const knob *k, const pb_candidate *first, const pb_candidate *second, pb_flip *out,
                        pb_error *error)
{
    double near = k->now, far = k->limit, gain;
    PB_TRY(gain_at(w, k, far, first, second, &gain, error));
    if (gain >= 0) return PB_OK;
    for (int step = 0; step < STEPS; step++) {
        double mid = (near + far) / 2;
        PB_TRY(gain_at(w, k, mid, first, second, &gain, error));
        if (gain < 0)
            far = mid;
        else
            near = mid;
    }
    *out = (pb_flip){.kind = k->kind, .car = k->car, .above = k->limit > k->now, .value = (near + far) / 2};
    return PB_OK;
}

/* Knobs worth turning, the likeliest first: both ways where either may help. */
static uint32_t knobs_of(const pb__work *w, bool box, knob *out)
{
    const pb_race_spec *s     = w->spec;
    uint8_t             ahead = pb__car_ahead(s, w->car), behind = pb__car_behind(s, w->car);
    uint32_t            n = 0;
    if (behind != PB_CALL_NOBODY) {
        double gap  = s->cars[behind].state.gap_s - w->state->gap_s,
               past = pb__car_behind(s, behind) == PB_CALL_NOBODY
                          ? gap + DUEL_S
                          : s->cars[pb__car_behind(s, behind)].state.gap_s - w->state->gap_s;
        if (gap > 0.3 && gap < DUEL_S)
            out[n++] = (knob){PB_FLIP_GAP_BEHIND, behind, gap, box ? fmin(past, gap + DUEL_S) - 0.05 : 0.2};
    }
    if (ahead != PB_CALL_NOBODY) {
        double gap = w->state->gap_s - s->cars[ahead].state.gap_s;
        if (gap > 0.3 && gap < DUEL_S) out[n++] = (knob){PB_FLIP_GAP_AHEAD, ahead, gap, 0.2};
    }
    out[n++]    = (knob){PB_FLIP_STOP_LOSS, PB_CALL_NOBODY, s->pit.loss_s,
                      box ? fmin(2.0 * s->pit.loss_s, 119) : fmax(0.3 * s->pit.loss_s, 3.1)};
    double wear = s->compounds[w->state->compound].wear_s_per_lap;
    out[n++]    = (knob){PB_FLIP_WEAR, PB_CALL_NOBODY, wear, box ? wear / 4 : wear + 0.25};
    return n;
}

/* From the answers that stand ready: box if a safety car comes by lap n. */
static bool flips_by_sc(const pb_call *call, pb_flip *out)
{
    uint16_t until = 0;
    for (uint32_t i = 0; i < call->n_table; i++) {
        const pb_call_neutral *a = &call->table[i].sc[0];
        if (!a->known || a->action != PB_ACTION_BOX || a->gain.value <= 0) break;
        until = call->table[i].lap;
    }
    if (until == 0) return false;
    *out = (pb_flip){.kind = PB_FLIP_SC, .car = PB_CALL_NOBODY, .value = until, .to = PB_ACTION_BOX};
    return true;
}

pb_status pb__call_flips(pb__work *w, pb_error *error)
{
    pb_call_action *a     = &w->call->actions[0];
    bool            box   = pb_action_boxes(a->action);
    int             first = pb__best_of(w, box), second = pb__best_of(w, !box);
    knob            knobs[4];
    if (first < 0 || second < 0) return PB_OK;
    if (!box && flips_by_sc(w->call, &a->flip)) return PB_OK;
    uint32_t n = knobs_of(w, box, knobs);
    for (uint32_t i = 0; i < n && a->flip.kind == PB_FLIP_NONE; i++)
        PB_TRY(search(w, &knobs[i], &w->candidate[w->ranked[first].candidate],
                      &w->candidate[w->ranked[second].candidate], &a->flip, error));
    a->flip.to = box ? PB_ACTION_STAY_OUT : PB_ACTION_BOX;
    if (a->flip.kind == PB_FLIP_NONE && !box && a->target_lap > w->spec->from_lap + 1u)
        a->flip = (pb_flip){.kind = PB_FLIP_LAP, .car = PB_CALL_NOBODY, .value = a->target_lap, .to = PB_ACTION_BOX};
    return PB_OK;
}
