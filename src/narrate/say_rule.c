/* Rules that bind the choice, by name, with the latest lap. */
#include "pitboard/narrate_call.h"
#include "say.h"

static void say_min_stops(pb__say *say, double owed)
{
    pb__say_text(say, " still owes ");
    pb__say_whole(say, owed);
    pb__say_text(say, owed < 1.5 ? " stop" : " stops");
}

static void say_sets(pb__say *say, const pb_call_rule *rule)
{
    pb__say_text(say, rule->value < 0.5 ? " has no set of " : " has few sets of ");
    pb__say_text(say, pb_compound_name((pb_compound)rule->compound));
    pb__say_text(say, " left");
}

static void say_penalty(pb__say *say, double s)
{
    pb__say_text(say, " has ");
    pb__say_fixed(say, s, 1);
    pb__say_text(say, " s to serve at the next stop");
}

/* The name of the rule, whom it binds, and to what. */
static void say_what(pb__say *say, const pb_race_spec *spec, const pb_call *call, const pb_call_rule *rule)
{
    static const char *const names[PB_RULE_N] = {
        [PB_RULE_TWO_COMPOUNDS] = "two-compound rule: ",
        [PB_RULE_MIN_STOPS]     = "minimum number of stops: ",
        [PB_RULE_SETS]          = "tyre allocation: ",
        [PB_RULE_PENALTY]       = "penalty: ",
        [PB_RULE_LEAD_LAP]      = "lead lap: ",
        [PB_RULE_LAST_LAP]      = "last lap: ",
        [PB_RULE_RED_FREE]      = "red flag: ",
        [PB_RULE_LANE_CLOSED]   = "pit lane closed: ",
    };
    pb__say_text(say, names[rule->kind]);
    pb__say_car(say, spec, call->car);
    switch (rule->kind) {
    case PB_RULE_TWO_COMPOUNDS:
        pb__say_text(say, " still owes a second dry compound");
        break;
    case PB_RULE_MIN_STOPS:
        say_min_stops(say, rule->value);
        break;
    case PB_RULE_SETS:
        say_sets(say, rule);
        break;
    case PB_RULE_PENALTY:
        say_penalty(say, rule->value);
        break;
    case PB_RULE_LEAD_LAP:
        pb__say_text(say, " is lapped and ends the race earlier");
        break;
    case PB_RULE_LAST_LAP:
        pb__say_text(say, " cannot stop at the end of it");
        break;
    case PB_RULE_RED_FREE:
        pb__say_text(say, " may change tyres without losing time");
        break;
    case PB_RULE_LANE_CLOSED:
        pb__say_text(say, " cannot stop until it opens");
        break;
    case PB_RULE_N:
        break;
    }
}

/* The latest lap to keep it by, or that a stop that is owed comes too late. */
static void say_by_lap(pb__say *say, const pb_call *call, const pb_call_rule *rule)
{
    bool owed   = rule->kind == PB_RULE_TWO_COMPOUNDS || rule->kind == PB_RULE_MIN_STOPS;
    bool missed = owed && rule->by_lap <= call->lap;
    pb__say_text(say, missed ? " and can no longer keep it, lap " : ", lap ");
    pb__say_whole(say, rule->by_lap);
    pb__say_text(say, missed ? " was the last for it" : " at the latest");
}

bool pb_narrate_rule(const pb_race_spec *spec, const pb_call *call, const pb_call_rule *rule, char *out, size_t cap)
{
    pb__say say;
    pb__say_begin(&say, out, cap);
    say.good = (unsigned)rule->kind < PB_RULE_N;
    if (say.good) say_what(&say, spec, call, rule);
    if (rule->by_lap > 0) say_by_lap(&say, call, rule);
    if (rule->binds) pb__say_text(&say, "; it decides the call");
    return pb__say_end(&say);
}
