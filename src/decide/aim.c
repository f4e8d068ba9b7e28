/* aim: what a finishing place is worth. */
#include <string.h>

#include "decider.h"
#include "pitboard/num.h"

double pb__points_of(const pb_race_spec *spec, uint32_t place)
{
    return place >= 1 && place <= spec->rules.n_points ? spec->rules.points[place - 1] : 0;
}

static double plain_worth(const pb_race_spec *spec, const pb_aim *aim, uint32_t place)
{
    switch (aim->kind) {
    case PB_AIM_POSITION:
        return -(double)place;
    case PB_AIM_WIN:
        return place == 1;
    case PB_AIM_TOP:
        return place <= aim->top;
    default:
        return pb__points_of(spec, place);
    }
}

/* The mean of the worst share a of places is the least q + E max(place - q, 0) / a
 * over q (Rockafellar, Uryasev 2000): with that q a place has a worth of its own,
 * so that plans can be compared trial by trial. */
static void tail_worth(double tail_frac, uint32_t n_cars, pb__runner *r)
{
    uint32_t count[PB_CARS_MAX + 1] = {0}, best_q = 1;
    double   least = 1e300;
    for (uint32_t i = 0; i < r->n; i++) count[r->own[i]]++;
    for (uint32_t q = 1; q <= n_cars; q++) {
        double over = 0;
        for (uint32_t p = q + 1; p <= n_cars; p++) over += (double)(p - q) * count[p];
        double value = q + over / (tail_frac * (r->n ? r->n : 1));
        if (value >= least) continue;
        least  = value;
        best_q = q;
    }
    for (uint32_t p = 1; p <= n_cars; p++)
        r->worth[p] = -(best_q + (p > best_q ? (double)(p - best_q) / tail_frac : 0));
}

void pb__aim_worth(const pb_race_spec *spec, const pb_aim *aim, pb__runner *runner)
{
    if (aim->kind == PB_AIM_CVAR) {
        tail_worth(aim->tail_frac, spec->n_cars, runner);
        return;
    }
    for (uint32_t p = 1; p <= spec->n_cars; p++) runner->worth[p] = plain_worth(spec, aim, p);
}

double pb__worth_at(const pb_race_spec *spec, const pb_aim *aim, const pb__runner *r, uint32_t i)
{
    double worth = r->worth[r->own[i]];
    return aim->kind == PB_AIM_CHAMPIONSHIP ? worth - pb__points_of(spec, r->rival[i]) : worth;
}

pb_gain_unit pb__aim_unit(const pb_aim *aim)
{
    switch (aim->kind) {
    case PB_AIM_POSITION:
    case PB_AIM_CVAR:
        return PB_UNIT_PLACES;
    case PB_AIM_WIN:
    case PB_AIM_TOP:
        return PB_UNIT_PROB;
    default:
        return PB_UNIT_POINTS;
    }
}

const char *pb_aim_unit(const pb_aim *aim)
{
    return pb_gain_unit_name(pb__aim_unit(aim));
}

/* ---- from words ---- */

static bool after(pb_span text, const char *head, pb_span *tail)
{
    size_t n = strlen(head);
    if (text.len < n || memcmp(text.at, head, n) != 0) return false;
    *tail = (pb_span){text.at + n, text.len - n};
    return true;
}

/* The quickest of the others: whoever fights for a title is likely to be it. */
static uint32_t quickest_other(const pb_race_spec *spec, uint32_t car)
{
    uint32_t best = car == 0 ? 1 : 0;
    for (uint32_t c = 0; c < spec->n_cars; c++) {
        if (c == car || (spec->from_lap > 0 && !spec->cars[c].state.running)) continue;
        if (strcmp(spec->cars[c].team, spec->cars[car].team) == 0 && spec->cars[c].team[0]) continue;
        if (spec->cars[c].pace_s < spec->cars[best].pace_s || best == car) best = c;
    }
    return best;
}

static pb_status rival_of(pb_span code, const pb_race_spec *spec, uint32_t car, uint8_t *out, pb_error *error)
{
    const char *codes[PB_CARS_MAX];
    for (uint32_t c = 0; c < spec->n_cars; c++) {
        codes[c] = spec->cars[c].code;
        if (!pb_span_equal_nocase(code, codes[c])) continue;
        if (c == car)
            return pb_error_set(error, PB_E_USAGE, "championship:%s is the car itself; name the rival", codes[c]);
        *out = (uint8_t)c;
        return PB_OK;
    }
    const char *near = pb_nearest(code, codes, spec->n_cars);
    return pb_error_set(error, PB_E_USAGE, "championship:%.*s: no such car in this race%s%s%s", (int)code.len, code.at,
                        near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

pb_status pb_aim_of(pb_span text, const pb_race_spec *spec, uint32_t car, pb_aim *out, pb_error *error)
{
    pb_aim  aim = {.kind = PB_AIM_POINTS, .top = 1, .rival = PB_CALL_NOBODY, .tail_frac = 0.2};
    pb_span tail;
    int64_t n = 0;
    if (pb_span_equal_text(text, "points")) {
        aim.kind = PB_AIM_POINTS;
    } else if (pb_span_equal_text(text, "position")) {
        aim.kind = PB_AIM_POSITION;
    } else if (pb_span_equal_text(text, "win")) {
        aim.kind = PB_AIM_WIN;
    } else if (pb_span_equal_text(text, "cvar")) {
        aim.kind = PB_AIM_CVAR;
    } else if (after(text, "top:", &tail) && pb_span_to_i64(tail, &n) && n >= 1 && n <= spec->n_cars) {
        aim.kind = PB_AIM_TOP;
        aim.top  = (uint8_t)n;
    } else if (pb_span_equal_text(text, "championship")) {
        aim.kind  = PB_AIM_CHAMPIONSHIP;
        aim.rival = (uint8_t)quickest_other(spec, car);
    } else if (after(text, "championship:", &tail)) {
        aim.kind = PB_AIM_CHAMPIONSHIP;
        PB_TRY(rival_of(tail, spec, car, &aim.rival, error));
    } else {
        return pb_error_set(
            error, PB_E_USAGE,
            "objective %.*s: it is points, position, win, top:N (N from 1 to %d), cvar, championship or "
            "championship:CODE",
            (int)(text.len < 40 ? text.len : 40), text.at, spec->n_cars);
    }
    *out = aim;
    return PB_OK;
}
