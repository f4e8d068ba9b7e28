/* Which kind of tyre the track asks for, and why a call is for another one. */
#include "pitboard/narrate_call.h"
#include "say.h"

static const char *const kinds[] = {
    [PB_TYRE_SLICK] = "slicks", [PB_TYRE_INTERMEDIATE] = "intermediates", [PB_TYRE_WET] = "wets"};

static pb_tyre_kind kind_of(uint8_t compound)
{
    return compound == PB_COMPOUND_INTERMEDIATE ? PB_TYRE_INTERMEDIATE
           : compound == PB_COMPOUND_WET        ? PB_TYRE_WET
                                                : PB_TYRE_SLICK;
}

static pb_tyre_kind own_kind(const pb_race_spec *spec, const pb_call *call)
{
    return spec->compounds[spec->cars[call->car].state.compound].kind;
}

/* What the car is on when the call has been followed. */
static pb_tyre_kind called_kind(const pb_race_spec *spec, const pb_call *call)
{
    const pb_call_action *a = &call->actions[0];
    return call->n_actions > 0 && pb_action_boxes(a->action) ? kind_of(a->compound) : own_kind(spec, call);
}

static void say_turn(pb__say *say, const pb_call_rain *rain)
{
    if (rain->turns_to == PB_COMPOUND_UNKNOWN) return;
    pb__say_text(say, "; ");
    pb__say_text(say, kinds[kind_of(rain->turns_to)]);
    pb__say_text(say, " from lap ");
    pb__say_whole(say, rain->turns_on);
    pb__say_text(say, rain->wetter ? " on if it goes on getting wetter" : " on if it goes on drying");
}

static void say_faster(pb__say *say, double s, const char *than)
{
    bool even = s < 0.05;
    pb__say_text(say, even ? ", as good as even with " : ", ");
    if (!even) pb__say_fixed(say, s, 1);
    if (!even) pb__say_text(say, " s a lap faster than ");
    pb__say_text(say, than);
}

bool pb_narrate_rain(const pb_race_spec *spec, const pb_call *call, char *out, size_t cap)
{
    const pb_call_rain *rain = &call->rain;
    pb__say             say;
    pb__say_begin(&say, out, cap);
    say.good = rain->relevant && rain->compound != PB_COMPOUND_UNKNOWN && pb__say_runs(spec, call->car);
    if (!say.good) return pb__say_end(&say);
    pb__say_text(&say, kinds[kind_of(rain->compound)]);
    pb__say_text(&say, " fit the track as it is");
    if (rain->faster_s > 0) say_faster(&say, rain->faster_s, kinds[own_kind(spec, call)]);
    say_turn(&say, rain);
    return pb__say_end(&say);
}

/* It stays on its kind. */
static void say_kept(pb__say *say, const pb_race_spec *spec, const pb_call *call)
{
    double left = call->laps - call->lap;
    pb__say_text(say, "it stays on ");
    pb__say_text(say, kinds[own_kind(spec, call)]);
    if (!(call->rain.pays_laps > left)) {
        pb__say_text(say, ": played to the flag, a change now is worth less");
        return;
    }
    pb__say_text(say, ": a change takes longer to earn back its stop than the ");
    pb__say_whole(say, left);
    pb__say_text(say, left < 1.5 ? " lap left" : " laps left");
}

bool pb_narrate_rain_why(const pb_race_spec *spec, const pb_call *call, char *out, size_t cap)
{
    const pb_call_rain *rain = &call->rain;
    pb__say             say;
    pb__say_begin(&say, out, cap);
    say.good = rain->relevant && rain->compound != PB_COMPOUND_UNKNOWN && pb__say_runs(spec, call->car);
    if (!say.good) return pb__say_end(&say);
    pb_tyre_kind fits = kind_of(rain->compound), called = called_kind(spec, call);
    say.good = called != fits;
    if (rain->turns_to != PB_COMPOUND_UNKNOWN && kind_of(rain->turns_to) == called) {
        pb__say_text(&say, called == own_kind(spec, call) ? "it stays on " : "it changes to ");
        pb__say_text(&say, kinds[called]);
        pb__say_text(&say, ": the call looks ahead");
    } else if (called == own_kind(spec, call)) {
        say_kept(&say, spec, call);
    } else {
        pb__say_text(&say,
                     called > fits ? "the call is for rain that may come" : "the call is for a track that may dry");
    }
    return pb__say_end(&say);
}
