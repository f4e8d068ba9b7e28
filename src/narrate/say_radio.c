/* What the engineer says on the radio: a call of a few words, twice where it must
 * not be missed, then one short sentence of what it is about. */
#include <string.h>

#include "pitboard/narrate_call.h"
#include "say.h"

/* ---- the parts ---- */

static void say_tyre(pb__say *say, uint8_t compound)
{
    static const char *const words[PB_COMPOUND_N] = {
        [PB_COMPOUND_SOFT]         = ", soft tyre",
        [PB_COMPOUND_MEDIUM]       = ", medium tyre",
        [PB_COMPOUND_HARD]         = ", hard tyre",
        [PB_COMPOUND_INTERMEDIATE] = ", inters",
        [PB_COMPOUND_WET]          = ", wets",
        [PB_COMPOUND_HYPERSOFT]    = ", hypersoft tyre",
        [PB_COMPOUND_ULTRASOFT]    = ", ultrasoft tyre",
        [PB_COMPOUND_SUPERSOFT]    = ", supersoft tyre",
        [PB_COMPOUND_SUPERHARD]    = ", superhard tyre",
    };
    if (compound < PB_COMPOUND_N && words[compound]) pb__say_text(say, words[compound]);
}

/* "Norris is the car to beat", where there is such a car; else the other words. */
static void say_rival(pb__say *say, const pb_race_spec *spec, uint8_t car, const char *before, const char *after,
                      const char *nobody)
{
    if (!pb__say_runs(spec, car)) {
        pb__say_text(say, nobody);
        return;
    }
    pb__say_text(say, before);
    pb__say_name(say, spec, car);
    pb__say_text(say, after);
}

static void say_lap(pb__say *say, const char *before, uint16_t lap, const char *after)
{
    if (lap == 0) return;
    pb__say_text(say, before);
    pb__say_whole(say, lap);
    pb__say_text(say, after);
}

/* The nearer neighbour after the stop. */
static void say_rejoin(pb__say *say, const pb_race_spec *spec, const pb_call_rejoin *rejoin)
{
    bool ahead  = rejoin->known && pb__say_runs(spec, rejoin->ahead);
    bool behind = rejoin->known && pb__say_runs(spec, rejoin->behind);
    if (ahead && (!behind || rejoin->ahead_s <= rejoin->behind_s))
        say_rival(say, spec, rejoin->ahead, " You rejoin behind ", ".", "");
    else if (behind)
        say_rival(say, spec, rejoin->behind, " You rejoin ahead of ", ".", "");
}

/* ---- the calls ---- */

static void say_box(pb__say *say, const pb_race_spec *spec, const pb_call *call, const pb_call_action *a)
{
    pb__say_text(say, "Box this lap, box");
    say_tyre(say, a->compound);
    pb__say_text(say, ".");
    if (a->action == PB_ACTION_UNDERCUT)
        say_rival(say, spec, a->rival, " Undercut on ", ", push the out-lap.", " Push the out-lap.");
    else if (a->action == PB_ACTION_COVER)
        say_rival(say, spec, a->rival, " We are covering ", ".", " We are covering.");
    else
        say_rejoin(say, spec, &call->rejoin);
}

static void say_stay_out(pb__say *say, const pb_race_spec *spec, const pb_call_action *a)
{
    pb__say_text(say, "Stay out, stay out.");
    if (a->action == PB_ACTION_EXTEND)
        say_lap(say, " We are extending to lap ", a->target_lap, ".");
    else if (a->action == PB_ACTION_OVERCUT)
        say_rival(say, spec, a->rival, " Overcut on ", ", push now.", " Push now.");
    else
        say_lap(say, " Target is lap ", a->target_lap, ".");
}

/* Nobody can tell: the driver knows what the numbers do not. */
static void say_unclear(pb__say *say, const pb_call_action *a)
{
    bool against = a->gain.hi < 0;
    pb__say_text(say, against ? "We lean " : "Close call, we lean ");
    pb__say_text(say, pb_action_boxes(a->action) ? "box" : "stay out");
    if (pb_action_boxes(a->action)) say_tyre(say, a->compound);
    if (against) pb__say_text(say, ", against our numbers");
    pb__say_text(say, ". How are the tyres?");
}

/* The cars stand in the lane: nothing to be quick about. */
static bool stands_still(const pb_call *call)
{
    for (uint32_t i = 0; i < call->n_rules && i < PB_CALL_RULES_MAX; i++)
        if (call->rules[i].kind == PB_RULE_RED_FREE) return true;
    return false;
}

static void say_red(pb__say *say, const pb_call_action *a)
{
    pb__say_text(say, pb_action_boxes(a->action) ? "Red flag, we change tyres" : "Red flag, we keep this set");
    if (pb_action_boxes(a->action)) say_tyre(say, a->compound);
    pb__say_text(say, ". Bring it in slowly.");
}

static void say_action(pb__say *say, const pb_race_spec *spec, const pb_call *call, const pb_call_action *a)
{
    switch (a->action) {
    case PB_ACTION_BOX:
    case PB_ACTION_UNDERCUT:
    case PB_ACTION_COVER:
        say_box(say, spec, call, a);
        break;
    case PB_ACTION_STAY_OUT:
    case PB_ACTION_EXTEND:
    case PB_ACTION_OVERCUT:
        say_stay_out(say, spec, a);
        break;
    case PB_ACTION_PUSH:
        pb__say_text(say, "Push now, push now.");
        say_rival(say, spec, a->rival, " ", " is the target.", " Use the tyres.");
        break;
    case PB_ACTION_BALANCED:
        pb__say_text(say, "Pace is good, keep to the plan.");
        break;
    case PB_ACTION_CONSERVE:
        pb__say_text(say, "Save the tyres, lift and coast.");
        break;
    case PB_ACTION_N:
        say->good = false;
        break;
    }
}

/* Codes may hold blanks: what is too long loses what follows the call. */
static void keep_short(char *out)
{
    uint32_t words = 0;
    char    *first = NULL;
    for (char *c = out; *c; c++) {
        if (*c == ' ') continue;
        if (c == out || c[-1] == ' ') words++;
        if (!first && *c == '.' && c[1] == ' ') first = c + 1;
    }
    if (words > PB_RADIO_WORDS_MAX && first) *first = '\0';
}

bool pb_narrate_radio(const pb_race_spec *spec, const pb_call *call, uint32_t k, char *out, size_t cap)
{
    pb__say say;
    pb__say_begin(&say, out, cap);
    say.good = k < call->n_actions && k < PB_CALL_ACTIONS_MAX && (unsigned)call->actions[k].action < PB_ACTION_N &&
               pb__say_runs(spec, call->car);
    if (say.good) {
        const pb_call_action *a      = &call->actions[k];
        bool                  drives = a->action >= PB_ACTION_PUSH; /* how to drive is never close */
        if (stands_still(call) && !drives)
            say_red(&say, a);
        else if (k == 0 && !call->clear && !drives)
            say_unclear(&say, a);
        else
            say_action(&say, spec, call, a);
    }
    if (say.good && cap > 0) keep_short(out);
    return pb__say_end(&say);
}
