/* call_actions: the ranking of plans becomes calls: stop now, or do not. */
#include <math.h>
#include <string.h>

#include "call_work.h"
#include "pitboard/num.h"

/* Calls closer than this are told as no clear call. Points. */
#define TIE_POINTS 0.30
#define TIE_PLACES 0.15
#define TIE_PROB 0.01

/* What a feed does not show (a driver's radio, a blister, practice) is in what pit
 * walls do, so their chance to stop here weighs with our own gain: into the lane when
 *
 *     WORTH * gain + logit(chance) > BAR        gain in points
 *
 * and by the gain alone beyond +-SURE. A stop that is wrong by more is never called
 * for, nor one right after a stop that is not right by more. The numbers were chosen
 * on the races of 2021 and 2022, so that few real stops are never called at less than
 * one false call a car (docs/decisions.md). */
#define WORTH 0.6
#define BAR (-4.5)
#define SURE 2.0
#define FRESH_LAPS 6u /* a set that has run fewer comes off for a sure gain only */
#define CHANCE_LEAST 1e-4
#define CHANCE_RAIN 0.03 /* it does not see rain coming: a lower one says nothing there, the gain speaks */

bool pb__stops_now(const pb_race_spec *spec, const pb_plan *plan)
{
    return pb__next_stop(spec, plan) == spec->from_lap + 1u;
}

static bool now_at(const pb__work *w, uint32_t i)
{
    return pb__stops_now(w->spec, &w->candidate[w->ranked[i].candidate].plan);
}

int pb__best_of(const pb__work *w, bool now)
{
    for (uint32_t i = 0; i < w->n; i++)
        if (now_at(w, i) == now) return (int)i;
    return -1;
}

/* Which of two sets: the simulation knows their wear from these laps alone, pit
 * walls from practice. So much is a set worth whose chance is e times the other's;
 * points, and for other aims in proportion to the tie. */
#define SET_WORTH 0.5
#define SET_LEAST 0.02

static double tie_of(const pb_aim *aim)
{
    const char *unit = pb_aim_unit(aim);
    return strcmp(unit, "points") == 0 ? TIE_POINTS : strcmp(unit, "places") == 0 ? TIE_PLACES : TIE_PROB;
}

double pb__call_tie(const pb_aim *aim)
{
    return tie_of(aim);
}

static pb_gain turned(pb_gain g)
{
    return (pb_gain){-g.value, -g.hi, -g.lo};
}

/* Ranked candidate i as an action, measured against `than`. */
static pb_call_action action_of(const pb__work *w, uint32_t i, uint32_t than)
{
    const pb_ranked *r    = &w->ranked[i];
    const pb_plan   *plan = &w->candidate[r->candidate].plan;
    bool             now  = now_at(w, i);
    uint8_t          set  = pb__next_compound(w->spec, plan);
    pb_call_action   a    = {.action     = now ? PB_ACTION_BOX : PB_ACTION_STAY_OUT,
                             .target_lap = pb__next_stop(w->spec, plan),
                             .mean_place = r->mean_place,
                             .rival      = PB_CALL_NOBODY,
                             .flip       = {.car = PB_CALL_NOBODY}};
    if (set != PB_CALL_NOBODY) a.compound = (uint8_t)pb__compound_id(w->spec, set);
    if (than == i) { /* nothing else may be done */
        a.confidence = 1;
    } else if (i == 0) {
        a.gain       = turned(w->ranked[than].gain);
        a.confidence = 1 - w->ranked[than].p_better;
    } else if (than == 0) {
        a.gain       = r->gain;
        a.confidence = r->p_better;
    } else { /* both are behind a third plan of the same kind */
        const pb_ranked *t    = &w->ranked[than];
        double           half = hypot(r->gain.hi - r->gain.value, t->gain.hi - t->gain.value);
        a.gain.value          = r->gain.value - t->gain.value;
        a.gain.lo             = a.gain.value - half;
        a.gain.hi             = a.gain.value + half;
        a.confidence          = 0.5 + (r->p_better - t->p_better) / 2;
    }
    return a;
}

static void put(pb_call *call, pb_call_action a)
{
    if (call->n_actions < PB_CALL_ACTIONS_MAX) call->actions[call->n_actions++] = a;
}

/* Other sets to fit on this lap, each against the best there is. */
static void put_other_sets(pb__work *w, int best_now)
{
    for (uint32_t i = 0; i < w->n; i++) {
        if (!now_at(w, i) || (int)i == best_now) continue;
        pb_call_action a    = action_of(w, i, 0);
        bool           seen = false;
        for (uint32_t k = 0; k < w->call->n_actions; k++)
            seen = seen || (w->call->actions[k].action == PB_ACTION_BOX && w->call->actions[k].compound == a.compound);
        if (!seen) put(w->call, a);
    }
}

/* The call stays first, the rest follow by gain. */
static void sort_others(pb_call *call)
{
    for (uint32_t i = 2; i < call->n_actions; i++)
        for (uint32_t j = i; j > 1 && call->actions[j].gain.value > call->actions[j - 1].gain.value; j--) {
            pb_call_action t     = call->actions[j];
            call->actions[j]     = call->actions[j - 1];
            call->actions[j - 1] = t;
        }
}

/* What staying out gains is told against the best stop there is, whatever set pit
 * walls would rather fit. */
static void measure_staying(pb_call *call)
{
    pb_call_action *stay = &call->actions[0], *stop = &call->actions[1];
    if (call->n_actions < 2 || pb_action_boxes(stay->action) || stop->gain.value <= -stay->gain.value) return;
    stay->gain       = turned(stop->gain);
    stay->confidence = 1 - stop->confidence;
}

/* A later stop than the plan had is its own word. */
static void name_extension(const pb__work *w, pb_call_action *a)
{
    const pb_car_spec *car = &w->spec->cars[w->car];
    double             due = 0, all = 0;
    for (uint32_t p = 0; p < car->n_plans; p++) {
        uint16_t stop = pb__next_stop(w->spec, &car->plans[p]);
        if (stop == 0) return;
        due += car->plans[p].weight_prob * stop;
        all += car->plans[p].weight_prob;
    }
    if (a->action == PB_ACTION_STAY_OUT && a->target_lap > 0 && all > 0 && due / all <= w->spec->from_lap + 1.5 &&
        a->target_lap > due / all + 2)
        a->action = PB_ACTION_EXTEND;
}

/* ---- the window ---- */

/* Laps that are as good as the best, to the tie; the best candidate of each lap
 * speaks for it. */
static void find_window(pb__work *w)
{
    pb_call_window *win  = &w->call->window;
    int             best = -1;
    win->width    = tie_of(&w->options->aim);
    for (uint32_t i = 0; i < w->n && best < 0; i++)
        if (pb__next_stop(w->spec, &w->candidate[w->ranked[i].candidate].plan) > 0) best = (int)i;
    if (best < 0 || w->ranked[best].gain.value < -win->width) return; /* no stop is worth it */
    win->best = win->opens = win->closes = pb__next_stop(w->spec, &w->candidate[w->ranked[best].candidate].plan);
    for (uint32_t i = 0; i < w->n; i++) {
        uint16_t lap = pb__next_stop(w->spec, &w->candidate[w->ranked[i].candidate].plan);
        if (lap == 0 || w->ranked[i].gain.value < w->ranked[best].gain.value - win->width) continue;
        if (lap < win->opens) win->opens = lap;
        if (lap > win->closes) win->closes = lap;
    }
}

/* ---- the choice ---- */

static void mark_binding(pb__work *w, int now, int later)
{
    for (uint32_t i = 0; i < w->call->n_rules; i++) {
        pb_call_rule *r    = &w->call->rules[i];
        bool          owed = r->kind == PB_RULE_TWO_COMPOUNDS || r->kind == PB_RULE_MIN_STOPS;
        bool          stop = owed && r->by_lap > w->spec->from_lap; /* else it can no longer be kept */
        r->binds           = stop && now >= 0 && (later < 0 || w->spec->rules.laps - w->spec->from_lap <= 4);
    }
}

/* Of those that stop now the one to stop for: by its worth and by what pit walls
 * fit there. Moves it to where the best of them stands. */
static void choose_set(pb__work *w, int now)
{
    double best = -INFINITY, unit = SET_WORTH / TIE_POINTS * tie_of(&w->options->aim);
    int    at = now;
    for (uint32_t i = (uint32_t)now; i < w->n; i++) {
        uint8_t set = pb__next_compound(w->spec, &w->candidate[w->ranked[i].candidate].plan);
        if (!now_at(w, i) || set == PB_CALL_NOBODY) continue;
        double score =
            w->ranked[i].gain.value + unit * pb_log(fmax(w->p_set[pb__compound_id(w->spec, set)], SET_LEAST));
        if (score <= best) continue;
        best = score;
        at   = (int)i;
    }
    pb_ranked t    = w->ranked[now];
    w->ranked[now] = w->ranked[at];
    w->ranked[at]  = t;
}

/* A stop that the rules ask for is not left to the last lap it can be made on. */
static bool last_chance(const pb_race_spec *spec, uint32_t car)
{
    uint32_t due = pb__stops_due(spec, car);
    return due > 0 && spec->rules.laps <= spec->from_lap + due + 2u;
}

/* So near the end nobody stops on a green track without a reason. */
#define LATE_LAPS 5u
static bool too_late(const pb__work *w)
{
    bool late = w->spec->rules.laps <= w->spec->from_lap + LATE_LAPS;
    return late && w->flag == 0 && pb__stops_due(w->spec, w->car) == 0 && !pb__rain_about(w->spec);
}

/* On a green and dry track, the set was fitted a few laps ago. */
static bool is_fresh(const pb__work *w)
{
    const pb_plan *done = &w->spec->cars[w->car].plans[0];
    uint32_t       last = done->stints[pb__stint_at(done, w->spec->from_lap)].in_lap;
    return w->spec->from_lap < last + FRESH_LAPS && w->flag == 0 && !pb__rain_about(w->spec);
}

static double within(double x, double least, double most)
{
    return x < least ? least : x > most ? most : x;
}

/* Above 0: into the lane. In logits; +-BEYOND where the gain speaks alone. */
#define BEYOND 99.0
static double score_of(const pb__work *w, int now, int later)
{
    if (now < 0 || later < 0) return later < 0 ? BEYOND : -BEYOND;
    double gain = w->ranked[now].gain.value - w->ranked[later].gain.value, unit = tie_of(&w->options->aim) / TIE_POINTS;
    if (last_chance(w->spec, w->car)) return BEYOND;
    if (too_late(w)) return gain > tie_of(&w->options->aim) ? BEYOND : -BEYOND;
    if (fabs(gain) > SURE * unit) return gain > 0 ? BEYOND : -BEYOND;
    if (is_fresh(w)) return -BEYOND;
    if (isnan(w->hazard)) return gain / unit;
    double p     = within(w->hazard, CHANCE_LEAST, 1 - CHANCE_LEAST);
    bool   blind = pb__rain_about(w->spec) && p < CHANCE_RAIN;
    return WORTH * gain / unit + (blind ? 0 : pb_log(p / (1 - p)) - BAR);
}

static bool is_tie(const pb__work *w, int now, int later)
{
    if (now < 0 || later < 0) return false;
    return fabs(w->ranked[now].gain.value - w->ranked[later].gain.value) < tie_of(&w->options->aim);
}

/* Under a flag it is now or when the track is green again: 91 % of those who stop
 * under a safety car do so on its first lap (effects.md 6), since it may end and the
 * queue forms, which the loss measured over all later laps does not show. */
static void drop_later_under_flag(pb__work *w)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < w->n; i++) {
        uint16_t lap = pb__next_stop(w->spec, &w->candidate[i].plan);
        if (lap > w->spec->from_lap + 1u && lap <= w->flag_ends) continue;
        w->candidate[kept]              = w->candidate[i];
        w->candidate[kept++].obey_until = (uint16_t)(w->spec->from_lap + 1u);
    }
    for (uint32_t i = 0; i < kept; i++)
        if (pb__next_stop(w->spec, &w->candidate[i].plan) != w->spec->from_lap + 1u)
            w->candidate[i].obey_until = w->flag_ends;
    w->n = kept;
}

pb_status pb__call_actions(pb__work *w, pb_error *error)
{
    w->n = pb_decide_candidates(w->spec, w->car, w->candidate, PB_CANDIDATES_MAX);
    if (w->flag != 0) drop_later_under_flag(w);
    if (w->n == 0)
        return pb_error_set(error, PB_E_RULE,
                            "%s has no legal way on from lap %d: the rules ask for stops that no longer fit",
                            w->spec->cars[w->car].code, w->spec->from_lap);
    PB_TRY(pb_decide_rank(w->d, w->car, &w->options->aim, w->candidate, w->n, w->ranked, error));
    int now = pb__best_of(w, true), later = pb__best_of(w, false);
    if (now >= 0 && !isnan(w->hazard)) choose_set(w, now);
    w->call->box_score = score_of(w, now, later);
    bool box           = w->call->box_score > 0;
    int  first = box ? now : later, second = box ? later : now;
    put(w->call, action_of(w, (uint32_t)first, (uint32_t)(second >= 0 ? second : first)));
    name_extension(w, &w->call->actions[0]);
    if (second >= 0) put(w->call, action_of(w, (uint32_t)second, (uint32_t)first));
    put_other_sets(w, now);
    sort_others(w->call);
    measure_staying(w->call);
    w->call->clear = second < 0 || (!is_tie(w, now, later) && w->call->actions[0].gain.lo > 0);
    w->call->p_win = w->ranked[first].p_win;
    mark_binding(w, now, later);
    find_window(w);
    return PB_OK;
}
