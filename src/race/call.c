/* call: names of what a call is made of. */
#include "pitboard/race_call.h"

static const char *const action_names[] = {
#define PB_ACTION_NAME(name, text) #name,
    PB_ACTION_LIST(PB_ACTION_NAME)
#undef PB_ACTION_NAME
};

static const struct {
    const char *key, *unit, *words;
} facts[] = {
#define PB_FACT_ROW(name, key, unit, words) {key, unit, words},
    PB_FACT_LIST(PB_FACT_ROW)
#undef PB_FACT_ROW
};

static const char *const rule_names[PB_RULE_N] = {
    [PB_RULE_TWO_COMPOUNDS] = "two_compounds",
    [PB_RULE_MIN_STOPS]     = "min_stops",
    [PB_RULE_SETS]          = "sets",
    [PB_RULE_PENALTY]       = "penalty",
    [PB_RULE_LEAD_LAP]      = "lead_lap",
    [PB_RULE_LAST_LAP]      = "last_lap",
    [PB_RULE_RED_FREE]      = "red_free",
    [PB_RULE_LANE_CLOSED]   = "lane_closed",
};

const char *pb_action_name(pb_action action)
{
    return (unsigned)action < PB_ACTION_N ? action_names[action] : "?";
}

bool pb_action_boxes(pb_action action)
{
    return action == PB_ACTION_BOX || action == PB_ACTION_UNDERCUT || action == PB_ACTION_COVER;
}

const char *pb_fact_key(pb_fact_kind kind)
{
    return (unsigned)kind < PB_FACT_N ? facts[kind].key : "?";
}

const char *pb_fact_unit(pb_fact_kind kind)
{
    return (unsigned)kind < PB_FACT_N ? facts[kind].unit : "?";
}

const char *pb_fact_words(pb_fact_kind kind)
{
    return (unsigned)kind < PB_FACT_N ? facts[kind].words : "?";
}

const char *pb_rule_name(pb_rule_kind kind)
{
    return (unsigned)kind < PB_RULE_N ? rule_names[kind] : "?";
}
