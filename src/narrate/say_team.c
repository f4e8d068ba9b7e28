/* What two cars of a team do together, whether that turns the single call, and
 * whether they exchange places. */
#include "pitboard/narrate_call.h"
#include "say.h"

#define WAIT_LEAST_S 0.05

static void say_option(pb__say *say, const pb_race_spec *spec, pb_team_option option, uint8_t first)
{
    say->good = say->good && option > PB_TEAM_UNKNOWN && option < PB_TEAM_N;
    if (option == PB_TEAM_SPLIT) {
        pb__say_text(say, "only ");
        pb__say_car(say, spec, first);
        pb__say_text(say, " now");
    } else {
        pb__say_text(say, option == PB_TEAM_BOTH ? "both now" : "neither now");
    }
}

static void say_wait(pb__say *say, const pb_call_team *t)
{
    if (t->wait_s < WAIT_LEAST_S) return;
    pb__say_text(say, t->option == PB_TEAM_BOTH ? ", which waits " : "; both now would wait ");
    pb__say_fixed(say, t->wait_s, 1);
    pb__say_text(say, " s");
}

static void say_both(pb__say *say, const pb_race_spec *spec, const pb_call *call)
{
    const pb_call_team *t = &call->team;
    pb__say_text(say, "both now, ");
    pb__say_car(say, spec, t->first);
    pb__say_text(say, " before ");
    pb__say_car(say, spec, t->first == call->car ? t->mate : call->car);
    say_wait(say, t);
}

static void say_split(pb__say *say, const pb_race_spec *spec, const pb_call *call)
{
    const pb_call_team *t    = &call->team;
    bool                ours = t->first == call->car;
    uint16_t            lap  = ours ? t->mate_lap : t->own_lap;
    pb__say_car(say, spec, t->first);
    pb__say_text(say, " now, ");
    pb__say_car(say, spec, ours ? t->mate : call->car);
    pb__say_text(say, lap > 0 ? " stays out to lap " : " stays out to the end");
    if (lap > 0) pb__say_whole(say, lap);
    say_wait(say, t);
}

bool pb_narrate_team(const pb_race_spec *spec, const pb_call *call, char *out, size_t cap)
{
    const pb_call_team *t = &call->team;
    pb__say             say;
    pb__say_begin(&say, out, cap);
    say.good = pb__say_runs(spec, call->car) && pb__say_runs(spec, t->mate);
    if (t->option == PB_TEAM_BOTH)
        say_both(&say, spec, call);
    else if (t->option == PB_TEAM_SPLIT)
        say_split(&say, spec, call);
    else
        say_option(&say, spec, t->option, t->first);
    return pb__say_end(&say);
}

bool pb_narrate_team_against(const pb_race_spec *spec, const pb_call *call, char *out, size_t cap)
{
    pb__say say;
    pb__say_begin(&say, out, cap);
    say_option(&say, spec, call->team.against, call->team.against_first);
    return pb__say_end(&say);
}

bool pb_narrate_team_turn(const pb_race_spec *spec, const pb_call *call, char *out, size_t cap)
{
    const pb_call_team *t       = &call->team;
    bool                mate_in = t->option == PB_TEAM_BOTH || (t->option == PB_TEAM_SPLIT && t->first == t->mate);
    pb__say             say;
    pb__say_begin(&say, out, cap);
    say.good = t->turns_call && t->option != PB_TEAM_UNKNOWN;
    pb__say_text(&say, "alone ");
    pb__say_car(&say, spec, call->car);
    pb__say_text(&say, t->own_alone ? " boxes; with " : " stays out; with ");
    pb__say_car(&say, spec, t->mate);
    pb__say_text(&say, mate_in ? " in on this lap it " : " staying out it ");
    pb__say_text(&say, t->own_alone ? "stays out" : "boxes");
    return pb__say_end(&say);
}

/* ---- exchanging places ---- */

static void say_pace(pb__say *say, const pb_race_spec *spec, const pb_team_swap *swap)
{
    pb__say_car(say, spec, swap->rear);
    pb__say_text(say, " behind is ");
    pb__say_fixed(say, swap->faster_s < 0 ? -swap->faster_s : swap->faster_s, 1);
    pb__say_text(say, swap->faster_s < 0 ? " s a lap slower" : " s a lap faster");
    pb__say_text(say, " and ends ahead anyway with chance ");
    pb__say_percent(say, swap->p_ahead);
}

bool pb_narrate_swap(const pb_race_spec *spec, const pb_call *call, char *out, size_t cap)
{
    static const char *const words[PB_SWAP_N] = {[PB_SWAP_NOW]     = "swap now, ",
                                                 [PB_SWAP_NO_GAIN] = "no swap: it gains nothing; ",
                                                 [PB_SWAP_APART]   = "no swap: the cars are apart on the road; ",
                                                 [PB_SWAP_FLAG]    = "no swap: nobody may pass now; "};
    const pb_team_swap      *swap             = &call->team.swap;
    pb__say                  say;
    pb__say_begin(&say, out, cap);
    say.good = swap->swap > PB_SWAP_UNKNOWN && swap->swap < PB_SWAP_N;
    if (say.good) pb__say_text(&say, words[swap->swap]);
    if (say.good && swap->swap == PB_SWAP_NOW) {
        pb__say_car(&say, spec, swap->front);
        pb__say_text(&say, " lets ");
        pb__say_car(&say, spec, swap->rear);
        pb__say_text(&say, " by: ");
    }
    if (say.good) say_pace(&say, spec, swap);
    return pb__say_end(&say);
}
