/* what_if_json: the answer of POST /strategies/what-if. */
#include "json_gain.h"
#include "plan_text.h"
#include "simulate_report.h"
#include "what_if.h"
#include "what_if_weather.h"

#define FINE 6

static const char *const kinds[] = {"slick", "intermediate", "wet"}; /* by pb_tyre_kind */

/* What the race stands on, as far as a what-if can turn it. */
static void put_base(const pb_race_spec *s, pb_json_writer *to)
{
    pb_json_object(to, "base");
    pb_json_put_fixed(to, "pit_loss_s", s->pit.loss_s, 3);
    pb_json_put_fixed(to, "track_wetness", what_if_wetness(s), 3);
    pb_json_put_fixed(to, "rain_wetness", s->weather.soak_frac, 3);
    pb_json_put_i64(to, "min_stops", s->rules.min_stops);
    pb_json_put_bool(to, "two_compounds", s->rules.two_compounds);
    pb_json_array(to, "compounds");
    for (uint32_t k = 0; k < s->n_compounds; k++) {
        const pb_compound_spec *c = &s->compounds[k];
        pb_json_object(to, NULL);
        pb_json_put_text(to, "name", c->name);
        pb_json_put_text(to, "kind", kinds[c->kind]);
        pb_json_put_fixed(to, "offset_s", c->offset_s, 3);
        pb_json_put_fixed(to, "wear_s_per_lap", c->wear_s_per_lap, 4);
        pb_json_put_fixed(to, "life_laps", c->life_laps, 1);
        pb_json_object_end(to);
    }
    pb_json_array_end(to);
    pb_json_object_end(to);
}

static void put_plans(const pb_race_spec *s, uint32_t car, pb_json_writer *to)
{
    char text[PLAN_TEXT_MAX];
    pb_json_array(to, "plans");
    for (uint32_t p = 0; p < s->cars[car].n_plans; p++) {
        plan_text_write(s, &s->cars[car].plans[p], text);
        pb_json_object(to, NULL);
        pb_json_put_text(to, "plan", text);
        pb_json_put_fixed(to, "share", s->cars[car].plans[p].weight_prob, 4);
        pb_json_object_end(to);
    }
    pb_json_array_end(to);
}

static void put_side(const what_if *w, int i, uint32_t car, const char *key, pb_json_writer *to)
{
    const what_if_side  *side = i == 0 ? &w->before : &w->after;
    const pb_sim_result *r    = side->result;
    const double        *of   = w->total[i].of[car];
    pb_json_object(to, key);
    pb_json_put_fixed(to, "expected_points", of[WHAT_IF_POINTS] / w->trials, FINE);
    pb_json_put_fixed(to, "mean_position", of[WHAT_IF_PLACE] / w->trials, FINE);
    pb_json_put_fixed(to, "p_win", of[WHAT_IF_WIN] / w->trials, FINE);
    pb_json_put_fixed(to, "p_podium", of[WHAT_IF_PODIUM] / w->trials, FINE);
    pb_json_put_fixed(to, "p_points", pb__p_top(r, car, pb__places_with_points(side->spec)), FINE);
    pb_json_put_fixed(to, "p_dnf", pb__share(r->dnf[car], r->trials), FINE);
    pb_json_array(to, "position_probs");
    for (uint32_t k = 1; k <= r->n_cars; k++) pb_json_put_fixed(to, NULL, pb_sim_p_place(r, car, k), FINE);
    pb_json_array_end(to);
    put_plans(side->spec, car, to);
    pb_json_object_end(to);
}

static void put_gains(const what_if *w, uint32_t car, pb_json_writer *to)
{
    static const char *const keys[]  = {"points", "places", "win", "podium"};
    static const char *const units[] = {"points", "places", "prob", "prob"};
    pb_json_object(to, "gain");
    for (int m = 0; m < WHAT_IF_MEASURES; m++) {
        const pb_gain gain = what_if_difference(w, car, (what_if_measure)m);
        json_gain(to, keys[m], &gain, units[m]);
    }
    pb_json_object_end(to);
}

static void put_car(const what_if *w, uint32_t car, pb_json_writer *to)
{
    const pb_race_spec *s = w->before.spec;
    pb_json_object(to, NULL);
    pb_json_put_text(to, "car", s->cars[car].code);
    pb_json_put_i64(to, "position", s->from_lap > 0 ? s->cars[car].state.position : s->cars[car].grid);
    pb_json_object(to, "sets_left");
    for (uint32_t k = 0; k < s->n_compounds; k++)
        pb_json_put_i64(to, s->compounds[k].name, pb_decide_sets_left(s, car, k));
    pb_json_object_end(to);
    put_side(w, 0, car, "before", to);
    put_side(w, 1, car, "after", to);
    put_gains(w, car, to);
    pb_json_object_end(to);
}

static void put_said(const what_if_change *c, const char *key, pb_json_writer *to)
{
    pb_json_array(to, key);
    for (uint32_t i = 0; i < c->n_said; i++) pb_json_put_text(to, NULL, c->said[i]);
    pb_json_array_end(to);
}

void what_if_json(const what_if *w, pb_json_writer *to)
{
    const pb_race_spec *s = w->before.spec;
    pb_json_object(to, NULL);
    pb_json_put_text(to, "race", s->name[0] ? s->name : s->id);
    pb_json_put_i64(to, "from_lap", s->from_lap);
    pb_json_put_i64(to, "laps", s->rules.laps);
    put_said(&w->both, "both", to);
    put_said(&w->change, "changed", to);
    put_base(s, to);
    pb_json_array(to, "cars");
    for (uint32_t car = 0; car < s->n_cars; car++)
        if (s->from_lap == 0 || s->cars[car].state.running) put_car(w, car, to);
    pb_json_array_end(to);
    pb_json_put_i64(to, "trials", w->trials);
    pb_json_put_i64(to, "seed", (int64_t)w->seed);
    pb_json_object_end(to);
}
