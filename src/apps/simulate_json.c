/* simulate --json: see simulate_report.h. */
#include <math.h>

#include "pitboard/codec.h"
#include "simulate_report.h"

#define P_DECIMALS 9 /* forty rounded shares still sum to 1 within 2e-8 */

double pb__share(uint64_t n, uint64_t of)
{
    return of ? (double)n / (double)of : 0;
}

double pb__p_top(const pb_sim_result *r, uint32_t car, uint32_t places)
{
    uint64_t n = 0;
    for (uint32_t k = 0; k < places && k < r->n_cars; k++) n += r->place[(size_t)car * r->n_cars + k];
    return pb__share(n, r->trials);
}

uint32_t pb__places_with_points(const pb_race_spec *spec)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < spec->rules.n_points; k++)
        if (spec->rules.points[k] > 0) n = k + 1;
    return n ? n : 10;
}

static void put_finish_time(pb_json_writer *w, const pb_sim_result *r, uint32_t car)
{
    static const char *const keys[]  = {"p10", "p50", "p90"};
    static const double      probs[] = {0.10, 0.50, 0.90};

    pb_json_object(w, "finish_time_s");
    for (int k = 0; k < 3; k++) {
        double t = pb_sim_finish_quantile_s(r, car, probs[k]);
        if (isnan(t))
            pb_json_put_null(w, keys[k]);
        else
            pb_json_put_fixed(w, keys[k], t, 3);
    }
    pb_json_object_end(w);
}

static void put_car(pb_json_writer *w, const pb__simulated *what, uint32_t car)
{
    const pb_sim_result *r = what->result;
    const pb_car_spec   *c = &what->spec->cars[car];

    pb_json_object(w, NULL);
    pb_json_put_text(w, "car", c->code);
    if (c->class_name[0]) pb_json_put_text(w, "class", c->class_name);
    pb_json_put_i64(w, "grid", c->grid);
    pb_json_put_fixed(w, "mean_position", pb_sim_mean_place(r, car), P_DECIMALS);
    pb_json_put_fixed(w, "p_win", pb__p_top(r, car, 1), P_DECIMALS);
    pb_json_put_fixed(w, "p_podium", pb__p_top(r, car, 3), P_DECIMALS);
    pb_json_put_fixed(w, "p_points", pb__p_top(r, car, pb__places_with_points(what->spec)), P_DECIMALS);
    pb_json_put_fixed(w, "p_dnf", pb__share(r->dnf[car], r->trials), P_DECIMALS);
    pb_json_put_fixed(w, "expected_points", pb_sim_expected_points(r, car, &what->spec->rules), P_DECIMALS);
    pb_json_array(w, "position_probs");
    for (uint32_t k = 1; k <= r->n_cars; k++) pb_json_put_fixed(w, NULL, pb_sim_p_place(r, car, k), P_DECIMALS);
    pb_json_array_end(w);
    put_finish_time(w, r, car);
    pb_json_object(w, "stops");
    pb_json_put_fixed(w, "mean", pb__share(r->stops[car], r->trials), P_DECIMALS);
    pb_json_object_end(w);
    if (what->stops) pb__simulate_put_stops(w, what, car);
    if (what->gaps) pb__simulate_put_gaps(w, what, car, what->gaps);
    pb_json_object_end(w);
}

void pb__simulate_json_put(pb_json_writer *w, const pb__simulated *what)
{
    const pb_sim_result *r = what->result;
    pb_json_put_text(w, "race", what->spec->id);
    pb_json_put_text(w, "name", what->spec->name);
    pb_json_put_i64(w, "laps", r->n_laps);
    pb_json_put_i64(w, "from_lap", what->spec->from_lap);
    pb_json_put_i64(w, "trials", (int64_t)r->trials);
    pb_json_put_i64(w, "seed", (int64_t)what->seed);
    pb_json_array(w, "cars");
    for (uint32_t car = 0; car < r->n_cars; car++) put_car(w, what, car);
    pb_json_array_end(w);
    pb_json_object(w, "neutralisations");
    pb_json_put_fixed(w, "p_sc", pb__share(r->sc, r->trials), P_DECIMALS);
    pb_json_put_fixed(w, "p_vsc", pb__share(r->vsc, r->trials), P_DECIMALS);
    pb_json_put_fixed(w, "p_red", pb__share(r->red, r->trials), P_DECIMALS);
    pb_json_object_end(w);
    pb_json_put_fixed(w, "p_wet", pb__share(r->wet, r->trials), P_DECIMALS);
}

void pb__simulate_json(FILE *to, const pb__simulated *what)
{
    pb_json_writer w;
    pb_json_begin(&w, to, 2);
    pb_json_object(&w, NULL);
    pb__simulate_json_put(&w, what);
    pb_json_put_fixed(&w, "elapsed_s", what->elapsed_s, 6);
    pb_json_object_end(&w);
    pb_json_end(&w);
}
