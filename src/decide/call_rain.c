/* call_rain: slicks or wet tyres, on this lap, on the next, or later. */
#include <math.h>

#include "call_work.h"
#include "pitboard/num.h"

#define TRIALS 1000u /* of a change that the ranking has not got, and of the best plan to hold it against */
#define WAITS 4u     /* laps ahead: a change then is a late one */
#define WET_FRAC 0.02

/* ---- which kind ---- */

/* A compound of that kind: one that can be fitted, else any. */
static uint8_t compound_of_kind(const pb_race_spec *spec, uint32_t car, pb_tyre_kind kind)
{
    uint8_t any = PB_COMPOUND_UNKNOWN;
    for (uint32_t k = spec->n_compounds; k-- > 0;) {
        if (spec->compounds[k].kind != kind) continue;
        if (any == PB_COMPOUND_UNKNOWN || pb_decide_sets_left(spec, car, k) > 0)
            any = (uint8_t)pb__compound_id(spec, k);
    }
    return any;
}

static pb_tyre_kind own_kind(const pb__work *w)
{
    return w->spec->compounds[w->state->compound].kind;
}

static pb_tyre_kind quickest_kind(const pb_weather_spec *weather, double wetness)
{
    pb_tyre_kind best = PB_TYRE_SLICK;
    for (int k = 1; k < 3; k++)
        if (pb_weather_loss_s(weather, (pb_tyre_kind)k, wetness) < pb_weather_loss_s(weather, best, wetness))
            best = (pb_tyre_kind)k;
    return best;
}

/* As the simulation has it: rain goes on where the last two laps got wetter. */
static bool gets_wetter(const pb_weather_spec *weather)
{
    uint32_t known = weather->known_laps;
    return known > 1 && weather->wetness_frac[known] > weather->wetness_frac[known - 1];
}

/* It stays as it was last known. */
static double wetness_now(const pb_race_spec *spec)
{
    uint32_t known = spec->weather.known_laps;
    return spec->weather.wetness_frac[known < spec->from_lap ? known : spec->from_lap];
}

/* The kind that is quickest, and the next one if the track goes on as it does. */
static void find_kinds(const pb__work *w, pb_call_rain *out)
{
    const pb_weather_spec *weather = &w->spec->weather;
    double                 wetness = wetness_now(w->spec);
    pb_tyre_kind           now     = quickest_kind(weather, wetness);
    out->compound                  = compound_of_kind(w->spec, w->car, now);
    out->wetter                    = gets_wetter(weather);
    out->faster_s  = pb_weather_loss_s(weather, own_kind(w), wetness) - pb_weather_loss_s(weather, now, wetness);
    out->pays_laps = out->faster_s > 0 ? pb__loss_now_s(w) / out->faster_s : 0;
    for (uint32_t lap = w->spec->from_lap + 1u; lap <= w->spec->rules.laps && !out->turns_to; lap++) {
        wetness = out->wetter ? fmax(wetness, fmin(wetness + weather->wetting_frac, weather->soak_frac))
                              : fmax(wetness - weather->drying_frac, 0);
        if (quickest_kind(weather, wetness) == now) continue;
        out->turns_to = compound_of_kind(w->spec, w->car, quickest_kind(weather, wetness));
        out->turns_on = (uint16_t)lap;
    }
}

bool pb__stint_was_wet(const pb__work *w)
{
    if (!(w->spec->effects & PB_EFFECT_WEATHER)) return false;
    if (own_kind(w) != PB_TYRE_SLICK) return true;
    double fitted = w->spec->from_lap - w->state->tyre_age_laps;
    for (uint32_t lap = w->spec->from_lap; lap > 0 && lap > fitted; lap--)
        if (w->spec->weather.wetness_frac[lap] > WET_FRAC) return true;
    return false;
}

/* ---- when ---- */

enum { NOW, NEXT, LATER, TIMES };

/* When a plan changes kind; LATER where it never does. */
static int change_of(const pb__work *w, const pb_plan *plan)
{
    uint8_t  set = pb__next_compound(w->spec, plan);
    uint32_t lap = pb__next_stop(w->spec, plan), from = w->spec->from_lap;
    if (set == PB_CALL_NOBODY || w->spec->compounds[set].kind == own_kind(w)) return LATER;
    return lap == from + 1u ? NOW : lap == from + 2u ? NEXT : LATER;
}

/* Gains of the best plan of each, from the ranking. Returns whom they are against. */
static uint32_t from_ranking(const pb__work *w, double best[TIMES])
{
    uint32_t top = 0;
    for (uint32_t i = 0; i < w->n; i++) {
        int when   = change_of(w, &w->candidate[w->ranked[i].candidate].plan);
        best[when] = fmax(best[when], w->ranked[i].gain.value);
        if (w->ranked[i].gain.value > w->ranked[top].gain.value) top = i;
    }
    return w->ranked[top].candidate;
}

/* Changes of kind on that lap, one for each set there is. */
static uint32_t changes_on(const pb__work *w, uint16_t lap, pb_candidate *out)
{
    uint32_t n = 0;
    double   cost;
    for (uint32_t k = 0; k < w->spec->n_compounds; k++) {
        if (w->spec->compounds[k].kind == own_kind(w) || !pb__may_fit(w->spec, w->car, k, true)) continue;
        if (!pb__complete(w->spec, w->car, lap, k, 1, &out[n].plan, &cost)) continue;
        out[n++].obey_until = lap;
    }
    return n;
}

/* The best gain of a change on that lap against the plan that leads the ranking;
 * -INFINITY: none is legal. */
static pb_status play_change(pb__work *w, uint16_t lap, const pb_candidate *top, double *gain, pb_error *error)
{
    pb_candidate  c[PB_COMPOUNDS_MAX];
    pb__runner    first, other;
    const pb_aim *aim = &w->options->aim;
    uint32_t      n   = changes_on(w, lap, c);
    if (n == 0) return PB_OK;
    PB_TRY(pb__runner_open(w->d, w->car, top, 0, &first, error));
    pb__runner_play(w->d, w->car, aim, &first, TRIALS);
    pb_status status = PB_OK;
    for (uint32_t i = 0; i < n && status == PB_OK; i++) {
        status = pb__runner_like(w->d, w->car, &first, &c[i], 1, &other, error);
        if (status != PB_OK) break;
        pb__runner_play(w->d, w->car, aim, &other, TRIALS);
        *gain = fmax(*gain, pb__compare(w->spec, aim, &other, &first).mean);
        pb__runner_close(&other);
    }
    pb__runner_close(&first);
    return status;
}

/* Regret of changing kind at such a time: from the ranking, and played where it has
 * no such plan. */
static pb_status find_regrets(pb__work *w, pb_call_rain *out, pb_error *error)
{
    double              best[TIMES] = {-INFINITY, -INFINITY, -INFINITY};
    const pb_candidate *top         = &w->candidate[from_ranking(w, best)];
    uint16_t            from        = w->spec->from_lap;
    if (!isfinite(best[NEXT])) PB_TRY(play_change(w, (uint16_t)(from + 2u), top, &best[NEXT], error));
    if (!isfinite(best[LATER])) PB_TRY(play_change(w, (uint16_t)(from + WAITS), top, &best[LATER], error));
    double most = fmax(best[NOW], fmax(best[NEXT], best[LATER]));
    out->now    = isfinite(best[NOW]) ? most - best[NOW] : (double)NAN;
    out->next   = isfinite(best[NEXT]) ? most - best[NEXT] : (double)NAN;
    out->wait   = isfinite(best[LATER]) ? most - best[LATER] : (double)NAN;
    return PB_OK;
}

/* ---- what others show ---- */

static const pb_lap *last_racing_lap(const pb_log_car *car)
{
    if (car->n_laps == 0) return NULL;
    const pb_lap *lap  = &car->laps[car->n_laps - 1];
    bool          lane = lap->pit_in_ms != PB_MS_NONE || lap->pit_out_ms != PB_MS_NONE;
    return lane || lap->time_ms == PB_MS_NONE ? NULL : lap;
}

/* The quickest car on the other kind, against our own last lap. */
static void find_probe(const pb__work *w, pb_call_rain *out)
{
    const pb_race_log *log = w->view->log;
    const pb_lap      *own = log ? last_racing_lap(&log->cars[w->car]) : NULL;
    if (!own) return;
    for (uint32_t c = 0; c < log->n_cars && c < w->spec->n_cars; c++) {
        const pb_lap *lap = last_racing_lap(&log->cars[c]);
        if (c == w->car || !lap || !w->spec->cars[c].state.running || lap->number + 1u < w->spec->from_lap) continue;
        if (pb_compound_is_wet((pb_compound)lap->compound) == pb_compound_is_wet((pb_compound)own->compound)) continue;
        double faster = (own->time_ms - lap->time_ms) * 1e-3;
        if (out->probe != PB_CALL_NOBODY && faster <= out->probe_s) continue;
        out->probe   = (uint8_t)c;
        out->probe_s = faster;
    }
}

/* By the model of the field's changes; where none is in use its base rate would be
 * no forecast, so nothing is told. */
static double field_changes(const pb__work *w)
{
    const pb_model_kind *kind  = pb_model_kind_find("rain");
    const pb_question question = {.history = w->view->history, .at = w->view->at, .car = -1, .lap = w->spec->from_lap};
    pb_evidence       evidence[PB_EVIDENCE_MAX];
    pb_row            answer;
    if (!kind || !w->view->rain || !w->view->history) return (double)NAN;
    return kind->explain(w->view->rain, &question, &answer, evidence, NULL) == PB_OK ? answer.value[0] : (double)NAN;
}

pb_status pb__call_rain(pb__work *w, pb_error *error)
{
    pb_call_rain *out = &w->call->rain;
    if (!pb__rain_about(w->spec)) return PB_OK;
    out->relevant = true;
    find_kinds(w, out);
    find_probe(w, out);
    out->p_change_5 = field_changes(w);
    return find_regrets(w, out, error);
}
