#include "decide_state.h"

#include <string.h>

static const char *const flag_names[] = {"green", "sc", "vsc", "red"};
#define FLAGS (sizeof flag_names / sizeof *flag_names)

/* ---- flags ---- */

pb_status decide_flag_of(const char *text, decide_flag *out, pb_error *error)
{
    *out = DECIDE_FLAG_AS_IS;
    for (size_t i = 0; text && i < FLAGS; i++)
        if (pb_span_equal_nocase(pb_span_of(text), flag_names[i])) *out = (decide_flag)(DECIDE_FLAG_GREEN + i);
    if (!text || *out != DECIDE_FLAG_AS_IS) return PB_OK;
    const char *near = pb_nearest(pb_span_of(text), flag_names, FLAGS);
    return pb_error_set(error, PB_E_USAGE, "--flag %.40s: it is green, sc, vsc or red%s%s%s", text,
                        near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

pb_neutral_kind decide_flag_kind(decide_flag flag)
{
    switch (flag) {
    case DECIDE_FLAG_SC:
        return PB_NEUTRAL_SC;
    case DECIDE_FLAG_VSC:
        return PB_NEUTRAL_VSC;
    case DECIDE_FLAG_RED:
        return PB_NEUTRAL_RED;
    case DECIDE_FLAG_AS_IS:
    case DECIDE_FLAG_GREEN:
    default:
        return (pb_neutral_kind)0;
    }
}

/* A flag that is told at the leader's line comes out just behind it: everybody meets
 * it on the lap that begins. Of a lap. */
#define FLAG_AFTER_LINE 0.05

/* The phase that is on at the end of from_lap, or the one that ends last. */
static pb_phase_spec *last_phase(pb_race_spec *spec)
{
    pb_neutral_spec *n = &spec->neutral;
    while (n->n_phases > 0 && n->phases[n->n_phases - 1].start_progress > spec->from_lap + FLAG_AFTER_LINE)
        n->n_phases--;
    return n->n_phases > 0 ? &n->phases[n->n_phases - 1] : NULL;
}

pb_neutral_kind decide_state_out(const pb_race_spec *spec)
{
    for (uint32_t i = 0; i < spec->neutral.n_phases; i++) {
        const pb_phase_spec *p = &spec->neutral.phases[i];
        if (p->start_progress <= spec->from_lap + FLAG_AFTER_LINE && p->end_progress > spec->from_lap) return p->kind;
    }
    return (pb_neutral_kind)0;
}

/* Mean of a distribution over 1 .. n laps. */
static double mean_laps(const double *prob, uint32_t n)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++) sum += (i + 1) * prob[i];
    return sum > 0 ? sum : 1;
}

static double lasts_laps(const pb_neutral_spec *n, pb_neutral_kind kind)
{
    if (kind == PB_NEUTRAL_SC) return mean_laps(n->sc_laps, 10);
    if (kind == PB_NEUTRAL_VSC) return mean_laps(n->vsc_laps, 5);
    return 0.01; /* a red flag acts at once: the race stands still */
}

static pb_status check_flag(const pb_race_spec *spec, decide_flag flag, pb_error *error)
{
    static const struct {
        uint32_t    bit;
        const char *key;
    } effects[]          = {{0, ""}, {PB_EFFECT_SC, "sc"}, {PB_EFFECT_VSC, "vsc"}, {PB_EFFECT_RED_FLAG, "red_flag"}};
    const char     *name = flag_names[flag - DECIDE_FLAG_GREEN];
    pb_neutral_kind kind = decide_flag_kind(flag);
    if (spec->neutral.actual)
        return pb_error_set(error, PB_E_USAGE,
                            "--flag %s: the race says what its neutralisations are; add --set neutralisations=drawn",
                            name);
    if (kind != 0 && !(spec->effects & effects[kind].bit))
        return pb_error_set(error, PB_E_USAGE, "--flag %s: that effect is off in this race; add --set effects.%s=true",
                            name, effects[kind].key);
    return PB_OK;
}

/* Stops from this stint on that are due by the end of `lap` come one by one on the
 * laps after it; what then lies beyond the race is dropped. */
static void put_off(pb_plan *plan, uint32_t stint, uint16_t lap, uint16_t laps)
{
    for (uint32_t i = stint; i < plan->n_stints && plan->stints[i].in_lap <= lap; i++) plan->stints[i].in_lap = ++lap;
    while (plan->stints[plan->n_stints - 1].in_lap >= laps) plan->n_stints--;
}

/* The race is stopped while a car is in the lane: the set that was guessed for it is
 * not on yet, and the choice is free. */
static void take_back_stop(pb_car_spec *car, uint16_t lap, uint16_t laps)
{
    const pb_plan *plan = &car->plans[0];
    uint32_t       now  = 0;
    while (now + 1u < plan->n_stints && plan->stints[now + 1].in_lap < lap) now++;
    if (now + 1u == plan->n_stints || plan->stints[now + 1].in_lap != lap) return;
    for (uint32_t p = 0; p < car->n_plans; p++) put_off(&car->plans[p], now + 1, lap, laps);
    const pb_stint_spec *on   = &plan->stints[now];
    car->state.compound       = on->compound;
    car->state.tyre_age_laps  = on->age_laps + lap - on->in_lap;
    car->state.stops_done     = (uint8_t)now;
    car->state.compounds_used = 0;
    for (uint32_t i = 0; i <= now; i++) car->state.compounds_used |= (uint16_t)(1u << plan->stints[i].compound);
}

pb_status decide_state_flag(pb_race_spec *spec, decide_flag flag, pb_error *error)
{
    pb_neutral_spec *n    = &spec->neutral;
    pb_neutral_kind  kind = decide_flag_kind(flag);
    double           line = spec->from_lap, now = line + FLAG_AFTER_LINE;
    if (flag == DECIDE_FLAG_AS_IS) return PB_OK;
    PB_TRY(check_flag(spec, flag, error));
    for (uint32_t c = 0; kind == PB_NEUTRAL_RED && c < spec->n_cars; c++)
        if (spec->cars[c].state.running) take_back_stop(&spec->cars[c], spec->from_lap, spec->rules.laps);
    if (decide_state_out(spec) == kind) return PB_OK; /* as the laps show it */
    pb_phase_spec *last = last_phase(spec);
    if (last && last->end_progress > line) last->end_progress = line;
    if (last && last->end_progress <= last->start_progress) n->n_phases--;
    if (kind == 0) return PB_OK;
    if (n->n_phases == PB_PHASES_MAX) memmove(n->phases, n->phases + 1, --n->n_phases * sizeof *n->phases);
    double end               = now + lasts_laps(n, kind);
    n->phases[n->n_phases++] = (pb_phase_spec){.kind           = kind,
                                               .start_progress = now,
                                               .end_progress   = end < spec->rules.laps ? end : spec->rules.laps,
                                               .sure           = true};
    pb_race_spec_note(spec, "/neutral/phases", 0, "--flag %s: begins now, as long as such things last on average",
                      flag_names[flag - DECIDE_FLAG_GREEN]);
    return PB_OK;
}

/* Takes out of the list what is on or would come between two moments: phases that are on
 * end there, later ones are gone. */
static void clear_phases(pb_neutral_spec *n, double from, double to)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n->n_phases; i++) {
        pb_phase_spec p = n->phases[i];
        if (p.start_progress >= from && p.start_progress < to) continue;
        if (p.start_progress < from && p.end_progress > from) p.end_progress = from;
        n->phases[kept++] = p;
    }
    n->n_phases = (uint8_t)kept;
}

/* At its place in time. The oldest makes room. */
static void insert_phase(pb_neutral_spec *n, pb_phase_spec phase)
{
    uint32_t at = 0;
    if (n->n_phases == PB_PHASES_MAX) memmove(n->phases, n->phases + 1, --n->n_phases * sizeof *n->phases);
    while (at < n->n_phases && n->phases[at].start_progress < phase.start_progress) at++;
    memmove(n->phases + at + 1, n->phases + at, (n->n_phases - at) * sizeof *n->phases);
    n->phases[at] = phase;
    n->n_phases++;
}

pb_status decide_state_flag_on(pb_race_spec *spec, decide_flag flag, uint32_t lap, uint32_t laps, pb_error *error)
{
    pb_neutral_spec *n    = &spec->neutral;
    pb_neutral_kind  kind = decide_flag_kind(flag);
    double           from = lap - 1u + FLAG_AFTER_LINE, end = spec->rules.laps;
    if (flag == DECIDE_FLAG_AS_IS) return PB_OK;
    if (lap <= spec->from_lap || lap > spec->rules.laps)
        return pb_error_set(error, PB_E_RULE, "lap %u: the laps to come are %u to %u", lap, spec->from_lap + 1u,
                            spec->rules.laps);
    if (lap == spec->from_lap + 1u && spec->from_lap > 0 && laps == 0) return decide_state_flag(spec, flag, error);
    PB_TRY(check_flag(spec, flag, error));
    double to = from + (laps > 0 && kind != PB_NEUTRAL_RED ? laps : lasts_laps(n, kind));
    clear_phases(n, from, kind == 0 ? end : to);
    if (kind == 0) return PB_OK;
    insert_phase(
        n, (pb_phase_spec){.kind = kind, .start_progress = from, .end_progress = to < end ? to : end, .sure = true});
    pb_race_spec_note(spec, "/neutral/phases", 0, "%s on lap %u: told", flag_names[flag - DECIDE_FLAG_GREEN], lap);
    return PB_OK;
}

/* ---- cars ---- */

pb_status decide_state_car(const pb_race_spec *spec, const char *name, const char *option, uint32_t *out,
                           pb_error *error)
{
    const char *codes[PB_CARS_MAX];
    int64_t     number = 0;
    bool        digits = pb_span_to_i64(pb_span_of(name), &number);
    for (uint32_t c = 0; c < spec->n_cars; c++) {
        codes[c] = spec->cars[c].code;
        if (pb_span_equal_nocase(pb_span_of(name), codes[c]) ||
            (digits && number > 0 && spec->cars[c].number == number)) {
            *out = c;
            return PB_OK;
        }
    }
    const char *near = pb_nearest(pb_span_of(name), codes, spec->n_cars);
    return pb_error_set(error, PB_E_USAGE, "%s %.40s: no such car in this race%s%s%s", option, name,
                        near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

pb_status decide_state_runs(const pb_race_spec *spec, uint32_t car, const char *option, pb_error *error)
{
    const pb_car_state *state = &spec->cars[car].state;
    if (state->running) return PB_OK;
    return pb_error_set(error, PB_E_RULE, "%s %s: it stopped after lap %u, so there is nothing to call for it", option,
                        spec->cars[car].code, state->laps_done);
}
