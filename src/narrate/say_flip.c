/* What would turn a call into another one. */
#include "pitboard/narrate_call.h"
#include "say.h"

static const char *const turns_to[PB_ACTION_N] = {
    [PB_ACTION_BOX]      = "box",
    [PB_ACTION_STAY_OUT] = "stay out",
    [PB_ACTION_EXTEND]   = "extend",
    [PB_ACTION_UNDERCUT] = "box for the undercut",
    [PB_ACTION_COVER]    = "box to cover",
    [PB_ACTION_OVERCUT]  = "stay out for the overcut",
    [PB_ACTION_PUSH]     = "push",
    [PB_ACTION_BALANCED] = "drive to the plan",
    [PB_ACTION_CONSERVE] = "spare tyres and fuel",
};

static void say_limit(pb__say *say, const pb_flip *flip, int decimals, const char *unit)
{
    pb__say_text(say, flip->above ? " is above " : " is below ");
    pb__say_fixed(say, flip->value, decimals);
    pb__say_text(say, unit);
}

/* A gap has two ends: both are named. */
static void say_gap(pb__say *say, const pb_race_spec *spec, const pb_call *call, const pb_flip *flip)
{
    bool ahead = flip->kind == PB_FLIP_GAP_AHEAD;
    pb__say_text(say, ahead ? " if the gap to " : " if the gap back to ");
    pb__say_car(say, spec, flip->car);
    if (!pb__say_runs(spec, call->car)) say->good = false;
    say_limit(say, flip, 1, " s");
}

static void say_own(pb__say *say, const pb_race_spec *spec, const pb_call *call, const pb_flip *flip)
{
    bool wear = flip->kind == PB_FLIP_WEAR;
    pb__say_text(say, wear ? " if the wear of the set of " : " if the cost of a stop of ");
    pb__say_car(say, spec, call->car);
    say_limit(say, flip, wear ? 2 : 1, wear ? " s a lap" : " s");
}

static void say_condition(pb__say *say, const pb_race_spec *spec, const pb_call *call, const pb_flip *flip)
{
    switch (flip->kind) {
    case PB_FLIP_GAP_AHEAD:
    case PB_FLIP_GAP_BEHIND:
        say_gap(say, spec, call, flip);
        break;
    case PB_FLIP_STOP_LOSS:
    case PB_FLIP_WEAR:
        say_own(say, spec, call, flip);
        break;
    case PB_FLIP_SC:
        pb__say_text(say, " if a safety car comes before lap ");
        pb__say_whole(say, flip->value + 1);
        break;
    case PB_FLIP_RIVAL_STOPS:
        pb__say_text(say, " if ");
        pb__say_car(say, spec, flip->car);
        pb__say_text(say, " stops on this lap");
        break;
    case PB_FLIP_LAP:
        pb__say_text(say, ", by itself on lap ");
        pb__say_whole(say, flip->value);
        break;
    case PB_FLIP_NONE:
    case PB_FLIP_N:
    default:
        say->good = false;
        break;
    }
}

bool pb_narrate_flip(const pb_race_spec *spec, const pb_call *call, const pb_flip *flip, char *out, size_t cap)
{
    pb__say say;
    pb__say_begin(&say, out, cap);
    say.good = (unsigned)flip->to < PB_ACTION_N;
    if (say.good) pb__say_text(&say, turns_to[flip->to]);
    if (say.good) say_condition(&say, spec, call, flip);
    return pb__say_end(&say);
}
