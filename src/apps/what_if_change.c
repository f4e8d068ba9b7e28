/* what_if_change: each part of a change, in the order in which they lean on each other:
 * plans last, for a red flag gives a car in the lane its choice of set back. */
#include "what_if_change.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "api_ask.h"
#include "decide_state.h"
#include "pitboard/decide_strategy.h"
#include "plan_text.h"
#include "what_if_weather.h"

#define PIT_LOSS_LO 3
#define PIT_LOSS_HI 120

void what_if_say(what_if_change *to, const char *format, ...)
{
    va_list args;
    if (to->n_said == WHAT_IF_SAID_MAX) return;
    va_start(args, format);
    vsnprintf(to->said[to->n_said++], sizeof to->said[0], format, args);
    va_end(args);
}

bool what_if_asked(pb_json at)
{
    static const char *const keys[] = {"pit_loss_s", "cars", "tyres", "weather", "flags"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (pb_json_present(pb_json_member(at, keys[i]))) return true;
    return false;
}

/* A number that may be left out; *told says whether it was. */
static pb_status read_number(pb_json object, const char *key, double lo, double hi, double *out, bool *told,
                             pb_error *error)
{
    pb_error why = {0};
    pb_json  at  = pb_json_get(object, key);
    *told        = pb_json_present(at) && !pb_json_is_null(at);
    if (!*told) return PB_OK;
    if (pb_json_f64(at, lo, hi, out, &why) == PB_OK) return PB_OK;
    return pb_error_set(error, PB_E_RULE, "%s: a number from %g to %g is asked for", at.pointer, lo, hi);
}

/* ---- tyres ---- */

static bool is_compound(const pb_compound_spec *c, const char *name)
{
    return !name || pb_span_equal_nocase(pb_span_of(name), c->name);
}

static pb_status change_tyre(pb_json at, pb_race_spec *spec, what_if_change *to, pb_error *error)
{
    char        text[24];
    const char *name;
    double      wear = 1, pace = 0;
    bool        has_wear, has_pace;
    uint32_t    n = 0;
    PB_TRY(api_read_text(at, "compound", text, sizeof text, &name, error));
    PB_TRY(read_number(at, "wear", 0, 10, &wear, &has_wear, error));
    PB_TRY(read_number(at, "pace_s", -5, 5, &pace, &has_pace, error));
    for (uint32_t k = 0; k < spec->n_compounds; k++) {
        pb_compound_spec *c = &spec->compounds[k];
        if (!is_compound(c, name)) continue;
        c->wear_s_per_lap *= wear;
        c->wear_quad_s *= wear;
        c->cliff_s_per_lap *= wear;
        c->offset_s += pace;
        n++;
    }
    if (n == 0)
        return pb_error_set(error, PB_E_RULE, "%s/compound: there is no tyre %s in this race", at.pointer, name);
    if (has_wear) what_if_say(to, "%s wear x %.2f", name ? name : "all tyres", wear);
    if (has_pace) what_if_say(to, "%s %+.2f s a lap", name ? name : "all tyres", pace);
    to->other = to->other || has_wear || has_pace;
    return PB_OK;
}

/* ---- cars ---- */

/* Sets that were used before the race keep the age they had. */
static void keep_ages(const pb_plan *own, pb_plan *plan)
{
    for (uint32_t i = 0; i < plan->n_stints && i < own->n_stints; i++) {
        if (plan->stints[i].compound != own->stints[i].compound || plan->stints[i].in_lap != own->stints[i].in_lap)
            return;
        plan->stints[i] = own->stints[i];
    }
}

pb_status what_if_plan(pb_race_spec *spec, uint32_t car, const char *text, const char *pointer, what_if_change *to,
                       pb_error *error)
{
    pb_plan  plan;
    pb_error why = {0};
    if (to->planned[car])
        return pb_error_set(error, PB_E_RULE, "%s: %s has been given a plan already", pointer, spec->cars[car].code);
    pb_status status = plan_text_read(text, "plan", spec, &plan, &why);
    if (status == PB_OK) status = pb_decide_plan_check(spec, car, &plan, &why);
    if (status != PB_OK) return pb_error_set(error, PB_E_RULE, "%s: %s", pointer, why.text);
    keep_ages(&spec->cars[car].plans[0], &plan);
    plan.weight_prob         = 1;
    spec->cars[car].n_plans  = 1;
    spec->cars[car].plans[0] = plan;
    to->planned[car]         = true;
    what_if_say(to, "%s on %s", spec->cars[car].code, text);
    return PB_OK;
}

static pb_status find_car(pb_json at, const pb_race_spec *spec, uint32_t *car, pb_error *error)
{
    char        text[24], pointer[200];
    const char *name;
    pb_error    why = {0};
    PB_TRY(api_read_text(at, "car", text, sizeof text, &name, error));
    snprintf(pointer, sizeof pointer, "%s/car", at.pointer);
    if (!name) return pb_error_set(error, PB_E_RULE, "%s: which car?", pointer);
    if (decide_state_car(spec, name, "car", car, &why) != PB_OK)
        return pb_error_set(error, PB_E_RULE, "%s: %s", pointer, why.text);
    if (spec->from_lap == 0 || spec->cars[*car].state.running) return PB_OK;
    return pb_error_set(error, PB_E_RULE, "%s: %s runs no more", pointer, spec->cars[*car].code);
}

static pb_status change_pace(pb_json at, pb_race_spec *spec, what_if_change *to, pb_error *error)
{
    double   pace = 0, wear = 1, penalty = 0;
    bool     has_pace, has_wear, has_penalty;
    uint32_t car = 0;
    PB_TRY(find_car(at, spec, &car, error));
    PB_TRY(read_number(at, "pace_s", -10, 10, &pace, &has_pace, error));
    PB_TRY(read_number(at, "wear", 0, 10, &wear, &has_wear, error));
    PB_TRY(read_number(at, "penalty_s", 0, 120, &penalty, &has_penalty, error));
    pb_car_spec *c = &spec->cars[car];
    c->pace_s += pace;
    c->wear_mult *= wear;
    if (has_penalty) c->penalty_s = penalty;
    if (has_pace) what_if_say(to, "%s %+.2f s a lap", c->code, pace);
    if (has_wear) what_if_say(to, "%s wear x %.2f", c->code, wear);
    if (has_penalty) what_if_say(to, "%s with %g s of penalty", c->code, penalty);
    to->other = to->other || has_pace || has_wear || has_penalty;
    return PB_OK;
}

static pb_status change_plan(pb_json at, pb_race_spec *spec, what_if_change *to, pb_error *error)
{
    char        text[PLAN_TEXT_MAX];
    const char *plan;
    uint32_t    car     = 0;
    pb_json     written = pb_json_get(at, "plan");
    PB_TRY(find_car(at, spec, &car, error));
    PB_TRY(api_read_text(at, "plan", text, sizeof text, &plan, error));
    return plan ? what_if_plan(spec, car, plan, written.pointer, to, error) : PB_OK;
}

/* ---- flags ---- */

/* Two that were told never cross: the later one would take the other away without a word. */
static pb_status check_flag(decide_flag flag, uint32_t lap, uint32_t laps, const what_if_change *to, pb_error *why)
{
    if (lap <= to->flag_lap)
        return pb_error_set(why, PB_E_RULE, "lap %u: flags come in the order of laps, and one was told for lap %u", lap,
                            to->flag_lap);
    if (laps > 0 && flag != DECIDE_FLAG_SC && flag != DECIDE_FLAG_VSC)
        return pb_error_set(why, PB_E_RULE, "only sc and vsc last for so many laps; leave \"laps\" out");
    return PB_OK;
}

static pb_status change_flag(pb_json at, pb_race_spec *spec, what_if_change *to, pb_error *error)
{
    char        text[12];
    const char *name;
    decide_flag flag;
    uint32_t    lap = spec->from_lap + 1u, laps = 0;
    pb_error    why = {0};
    PB_TRY(api_read_text(at, "flag", text, sizeof text, &name, error));
    PB_TRY(api_read_u32(at, "lap", 1, PB_LAPS_MAX, &lap, error));
    PB_TRY(api_read_u32(at, "laps", 1, 30, &laps, error));
    pb_status status = name ? decide_flag_of(name, &flag, &why)
                            : pb_error_set(&why, PB_E_MISSING, "which flag? sc, vsc, red or green");
    if (status == PB_OK) status = check_flag(flag, lap, laps, to, &why);
    if (status == PB_OK) status = decide_state_flag_on(spec, flag, lap, laps, &why);
    if (status != PB_OK) return pb_error_set(error, PB_E_RULE, "%s: %s", at.pointer, why.text);
    if (laps > 0)
        what_if_say(to, "%s on lap %u for %u lap%s", name, lap, laps, laps == 1 ? "" : "s");
    else
        what_if_say(to, "%s on lap %u", name, lap);
    to->flag_lap = lap;
    to->other    = true;
    return PB_OK;
}

/* ---- all of it ---- */

typedef pb_status change_one(pb_json at, pb_race_spec *spec, what_if_change *to, pb_error *error);

static pb_status each(pb_json at, const char *key, change_one *change, pb_race_spec *spec, what_if_change *to,
                      pb_error *error)
{
    pb_json list = pb_json_get(at, key);
    for (size_t i = 0; i < pb_json_length(list); i++) PB_TRY(change(pb_json_at(list, i), spec, to, error));
    return PB_OK;
}

static pb_status change_lane(pb_json at, pb_race_spec *spec, what_if_change *to, pb_error *error)
{
    bool told;
    PB_TRY(read_number(at, "pit_loss_s", PIT_LOSS_LO, PIT_LOSS_HI, &spec->pit.loss_s, &told, error));
    if (told) what_if_say(to, "pit loss %.1f s", spec->pit.loss_s);
    to->other = to->other || told;
    return PB_OK;
}

pb_status what_if_apply(pb_json at, pb_race_spec *spec, what_if_change *to, pb_error *error)
{
    PB_TRY(change_lane(at, spec, to, error));
    PB_TRY(each(at, "tyres", change_tyre, spec, to, error));
    PB_TRY(what_if_weather(pb_json_get(at, "weather"), spec, to, error));
    PB_TRY(each(at, "flags", change_flag, spec, to, error));
    PB_TRY(each(at, "cars", change_pace, spec, to, error));
    return each(at, "cars", change_plan, spec, to, error);
}
