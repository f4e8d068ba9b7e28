/* What is expected of all cars beside a call: see recommend_run.h. */
#include <math.h>
#include <string.h>

#include "decide_view.h"
#include "pitboard/engine.h"
#include "pitboard/predict_pitcall.h"
#include "recommend_run.h"

static uint8_t likeliest(const pb_pitcall *call)
{
    int best = 0;
    for (int k = 1; k < PB_PITCALL_SETS; k++)
        if (call->p_set[k] > call->p_set[best]) best = k;
    return (uint8_t)(best + 1);
}

void recommend_look_out(const decide_view *view, recommend_answer *a)
{
    double      start = pb_engine_seconds();
    pb_pitcall  call;
    pb_error    why;
    const void *model = view->see.pitcall;
    for (uint32_t c = 0; c < a->spec->n_cars; c++) {
        a->outlook.stop_prob[c] = NAN;
        if (!a->spec->cars[c].state.running || !model || !view->scene) continue;
        if (pb_pitcall_hazard(view->see.pitcall, view->scene, c, PB_PITCALL_BY_CLOCK, &call, &why) != PB_OK) continue;
        a->outlook.stop_prob[c] = call.p_stop;
        a->outlook.compound[c]  = likeliest(&call);
    }
    a->outlook.known     = true;
    a->outlook.elapsed_s = pb_engine_seconds() - start;
}

static void put_losses(const recommend_answer *a, pb_json_writer *to)
{
    const pb_pit_spec *pit    = &a->spec->pit;
    double             loss_s = pit->loss_s + a->spec->cars[a->cars[0].car].stop_s;
    pb_json_object(to, "pit_loss_s");
    pb_json_put_fixed(to, "green", loss_s, 6);
    pb_json_put_fixed(to, "sc", loss_s * pit->sc_frac, 6);
    pb_json_put_fixed(to, "vsc", loss_s * pit->vsc_frac, 6);
    pb_json_object_end(to);
}

static void put_car(const recommend_answer *a, uint32_t car, const char *key, pb_json_writer *to)
{
    double p = a->outlook.stop_prob[car];
    pb_json_object(to, key);
    pb_json_put_fixed(to, "stop_prob", p, 6);
    pb_json_put_text(to, "compound", isnan(p) ? NULL : pb_compound_name((pb_compound)a->outlook.compound[car]));
    pb_json_object_end(to);
}

void recommend_outlook_put(const recommend_answer *a, recommend_key_of *key_of, void *user, pb_json_writer *to)
{
    char key[12];
    if (!a->outlook.known) return;
    pb_json_object(to, "outlook");
    pb_json_put_i64(to, "lap", a->spec->from_lap);
    put_losses(a, to);
    pb_json_object(to, "cars");
    for (uint32_t c = 0; c < a->spec->n_cars; c++)
        if (a->spec->cars[c].state.running && key_of(user, a->spec->cars[c].code, key)) put_car(a, c, key, to);
    pb_json_object_end(to);
    pb_json_object_end(to);
}
