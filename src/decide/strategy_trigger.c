/* strategy_trigger: what would make the other plan the better one, found by playing
 * both again with one number turned. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "strategy_work.h"

#define TRIGGER_SHARE 4 /* of look_trials, for each plan at each value */
#define STEPS 5         /* halvings to where two plans change places */
#define SURE_Z 1.6449   /* beyond there the other plan must be better by so many standard errors */
#define SC_LOOKS 8      /* laps at which a safety car is tried */
#define SC_FRAC 0.5     /* it comes out so far into a lap */
#define PLACES_REACH 8  /* gained or lost on lap 1 */
#define WEAR_MAX 2.0
#define WEAR_MIN 0.5
#define LOSS_MAX 1.6
#define LOSS_MIN 0.5
#define LOSS_LEAST_S 3.0 /* of a race file */
#define LOSS_MOST_S 120.0

const char *pb_trigger_name(pb_trigger_kind kind)
{
    static const char *const names[] = {"none", "wear", "pit_loss", "sc", "lap1_place"};
    return (unsigned)kind < sizeof names / sizeof *names ? names[kind] : "?";
}

/* Two plans and the race as it is expected. */
typedef struct pair {
    pb__scheme         *s;
    const pb_candidate *a, *b; /* b: the other */
    const pb_race_spec *expected;
} pair;

/* ---- what may be turned ---- */

/* Our car starts from this slot, those between move over by one, and lap 1 has no
 * other scramble: so it ends there. */
static void take_slot(pb_race_spec *spec, uint32_t car, uint8_t slot)
{
    uint8_t from = spec->cars[car].grid;
    for (uint32_t c = 0; c < spec->n_cars; c++) {
        uint8_t *grid = &spec->cars[c].grid;
        if (c == car) continue;
        if (from<slot && * grid> from && *grid <= slot) (*grid)--;
        if (from > slot && *grid < from && *grid >= slot) (*grid)++;
    }
    spec->cars[car].grid = slot;
    spec->start.sigma_s  = 0;
}

static double mean_sc_laps(const pb_neutral_spec *n)
{
    double sum = 0, all = 0;
    for (uint32_t i = 0; i < 10; i++) {
        sum += (i + 1) * n->sc_laps[i];
        all += n->sc_laps[i];
    }
    return all > 0 ? sum / all : 1;
}

static void add_sc(pb_race_spec *spec, double lap)
{
    pb_neutral_spec *n    = &spec->neutral;
    double           from = lap - 1 + SC_FRAC, to = fmin(from + mean_sc_laps(n), spec->rules.laps);
    n->phases[n->n_phases++] =
        (pb_phase_spec){.kind = PB_NEUTRAL_SC, .start_progress = from, .end_progress = to, .sure = true};
}

static void turn(pair *p, pb_trigger_kind kind, double value)
{
    pb_race_spec *spec = p->s->spec;
    switch (kind) {
    case PB_TRIGGER_WEAR:
        for (uint32_t k = 0; k < spec->n_compounds; k++) spec->compounds[k].wear_s_per_lap *= value;
        break;
    case PB_TRIGGER_PIT_LOSS:
        spec->pit.loss_s = value;
        break;
    case PB_TRIGGER_SC:
        add_sc(spec, value);
        break;
    case PB_TRIGGER_LAP1_PLACE:
        take_slot(spec, p->s->car, (uint8_t)value);
        break;
    case PB_TRIGGER_NONE:
        break;
    }
}

/* Gain of the other plan with one number turned. */
static pb_status gain_at(pair *p, pb_trigger_kind kind, double value, pb__paired *out, pb_error *error)
{
    turn(p, kind, value);
    pb_status status = pb__scheme_gain(p->s, p->b, p->a, p->s->options->look_trials / TRIGGER_SHARE, out, error);
    *p->s->spec      = *p->expected;
    return status;
}

static bool better(const pb__paired *p)
{
    return p->mean > SURE_Z * p->se && p->mean > 0;
}

static void add(pb_strategy_other *other, pb_strategy_trigger t)
{
    if (other->n_triggers < PB_TRIGGERS_MAX) other->trigger[other->n_triggers++] = t;
}

/* ---- a number: where, between now and the limit, they change places ---- */

static pb_status search(pair *p, pb_trigger_kind kind, double now, double limit, pb_strategy_other *other,
                        pb_error *error)
{
    pb__paired end, mid;
    double     near = now, far = limit;
    PB_TRY(gain_at(p, kind, limit, &end, error));
    if (!better(&end)) return PB_OK;
    for (int step = 0; step < STEPS; step++) {
        PB_TRY(gain_at(p, kind, (near + far) / 2, &mid, error));
        if (mid.mean > 0)
            far = (near + far) / 2;
        else
            near = (near + far) / 2;
    }
    add(other, (pb_strategy_trigger){
                   .kind = kind, .above = limit > now, .value = (near + far) / 2, .now = now, .gain = end.mean});
    return PB_OK;
}

/* ---- a safety car: on which laps ---- */

/* The first lap on which one can come out: not while what is known to be out lasts. */
static uint32_t first_sc_lap(const pb_race_spec *spec)
{
    const pb_neutral_spec *n     = &spec->neutral;
    uint32_t               first = spec->from_lap + 2u;
    double                 free  = n->n_phases ? ceil(n->phases[n->n_phases - 1].end_progress + 1 - SC_FRAC) : 0;
    return free > first ? (uint32_t)free : first;
}

static pb_status search_sc(pair *p, pb_strategy_other *other, pb_error *error)
{
    const pb_race_spec *spec = p->s->spec;
    uint32_t            from = first_sc_lap(spec), laps = spec->rules.laps;
    double              step = fmax(((double)laps - from) / SC_LOOKS, 1);
    pb_strategy_trigger now = {.kind = PB_TRIGGER_SC, .above = true}, best = now;
    if (spec->neutral.actual || spec->neutral.n_phases == PB_PHASES_MAX || !(spec->effects & PB_EFFECT_SC))
        return PB_OK;
    for (double at = from; at + 1 < laps; at += step) {
        uint16_t   lap = (uint16_t)at, until = (uint16_t)fmin(at + step - 1, laps - 1u);
        pb__paired g;
        PB_TRY(gain_at(p, PB_TRIGGER_SC, lap, &g, error));
        if (!better(&g)) {
            now.from_lap = 0;
            continue;
        }
        if (now.from_lap == 0) now = (pb_strategy_trigger){.kind = PB_TRIGGER_SC, .above = true, .from_lap = lap};
        now.to_lap = until < lap ? lap : until;
        now.gain   = fmax(now.gain, g.mean);
        if (now.gain > best.gain || now.from_lap == best.from_lap) best = now;
    }
    if (best.from_lap > 0) {
        best.value = best.from_lap;
        add(other, best);
    }
    return PB_OK;
}

/* ---- our place after lap 1 ---- */

static pb_status search_places(pair *p, int way, pb_strategy_other *other, pb_error *error)
{
    const pb_race_spec *spec = p->s->spec;
    int                 slot = spec->cars[p->s->car].grid, n = spec->n_cars;
    for (int by = 1; by <= PLACES_REACH; by *= 2) {
        int        place = slot + way * by;
        pb__paired g;
        if (place < 1 || place > n) break;
        PB_TRY(gain_at(p, PB_TRIGGER_LAP1_PLACE, place, &g, error));
        if (!better(&g)) continue;
        add(other, (pb_strategy_trigger){
                       .kind = PB_TRIGGER_LAP1_PLACE, .above = way > 0, .value = place, .now = slot, .gain = g.mean});
        break;
    }
    return PB_OK;
}

static pb_status search_all(pair *p, pb_strategy_other *other, pb_error *error)
{
    double loss = p->expected->pit.loss_s;
    /* the way that helps a plan is not known beforehand: more stops like wear, fewer dear ones */
    PB_TRY(search(p, PB_TRIGGER_WEAR, 1, WEAR_MAX, other, error));
    if (other->n_triggers == 0) PB_TRY(search(p, PB_TRIGGER_WEAR, 1, WEAR_MIN, other, error));
    PB_TRY(search_sc(p, other, error));
    uint32_t so_far = other->n_triggers;
    PB_TRY(search(p, PB_TRIGGER_PIT_LOSS, loss, fmax(LOSS_MIN * loss, LOSS_LEAST_S), other, error));
    if (other->n_triggers == so_far)
        PB_TRY(search(p, PB_TRIGGER_PIT_LOSS, loss, fmin(LOSS_MAX * loss, LOSS_MOST_S), other, error));
    if (p->expected->from_lap > 0) return PB_OK;
    so_far = other->n_triggers;
    PB_TRY(search_places(p, 1, other, error));
    return other->n_triggers == so_far ? search_places(p, -1, other, error) : PB_OK;
}

pb_status pb__scheme_triggers(pb__scheme *s, pb_strategy_other *other, pb_error *error)
{
    pb_race_spec *expected = malloc(sizeof *expected);
    if (!expected) return pb_error_set(error, PB_E_NOMEM, "out of memory for the triggers of a plan");
    *expected        = *s->spec;
    pair      p      = {.s = s, .a = pb__scheme_plan(s, 0), .b = pb__scheme_plan(s, other->at), .expected = expected};
    pb_status status = search_all(&p, other, error);
    free(expected);
    return status;
}
