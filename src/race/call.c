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

static const char *const unit_names[PB_UNIT_N]   = {"points", "places", "prob"};
static const char *const option_names[PB_TEAM_N] = {"unknown", "neither", "split", "both"};
static const char *const swap_names[PB_SWAP_N]   = {"unknown", "now", "no_gain", "apart", "flag"};

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

const char *pb_gain_unit_name(pb_gain_unit unit)
{
    return (unsigned)unit < PB_UNIT_N ? unit_names[unit] : "?";
}

const char *pb_team_option_name(pb_team_option option)
{
    return (unsigned)option < PB_TEAM_N ? option_names[option] : "?";
}

const char *pb_swap_name(pb_swap swap)
{
    return (unsigned)swap < PB_SWAP_N ? swap_names[swap] : "?";
}
