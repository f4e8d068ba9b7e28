/* How sure a call is. */
#include "pitboard/narrate_call.h"
#include "say.h"

static const char no_clear_call[] = "no clear call,";

const char *pb_narrate_sure(double p)
{
    static const struct {
        double      below;
        const char *words;
    } steps[] = {{0.15, "clearly worse"}, {0.35, "likely worse"},    {0.45, "slightly worse"},
                 {0.55, no_clear_call},   {0.65, "slightly better"}, {0.85, "likely"}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (p < steps[i].below) return steps[i].words;
    return "clear";
}

/* The best two of a call that is not clear; unless pit walls turned it against what
 * our own races say without doubt. */
static const char *unclear(const pb_call *call, uint32_t k)
{
    if (!(call->actions[0].gain.hi < 0)) return no_clear_call;
    return k == 0 ? "pit walls against our numbers," : pb_narrate_sure(call->actions[k].confidence);
}

bool pb_narrate_confidence(const pb_call *call, uint32_t k, char *out, size_t cap)
{
    pb__say say;
    pb__say_begin(&say, out, cap);
    say.good = k < call->n_actions && k < PB_CALL_ACTIONS_MAX;
    if (say.good) {
        double p = call->actions[k].confidence;
        pb__say_text(&say, !call->clear && k < 2 ? unclear(call, k) : pb_narrate_sure(p));
        pb__say_text(&say, " ");
        pb__say_percent(&say, p);
    }
    return pb__say_end(&say);
}
