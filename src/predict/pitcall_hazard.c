/* pitcall_hazard: the learned pit call, asked of a scene or of a table. */
#include <math.h>
#include <string.h>

#include "pitboard/num.h"
#include "pitcall.h"

static const char *const forest_name[] = {[PB_PITCALL_BY_LAP] = "stop", [PB_PITCALL_BY_CLOCK] = "stop_clock"};

const char *pb__pitcall_set(const pb_pitcall *call)
{
    int best = 0;
    for (int k = 1; k < PB_PITCALL_SETS; k++)
        if (call->p_set[k] > call->p_set[best]) best = k;
    return pb_compound_name((pb_compound)(PB_COMPOUND_SOFT + best));
}

static pb_status fits(const pb_forest *forest, uint32_t features, uint32_t classes, pb_error *error)
{
    if (!forest || (pb_forest_features(forest) == features && pb_forest_classes(forest) == classes)) return PB_OK;
    return pb_error_set(error, PB_E_RANGE, "pitcall: a forest is of another feature schema; train the model anew");
}

static bool are_probs(const double *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(p[i] >= 0 && p[i] <= 1)) return false;
    return true;
}

/* Index of the set the car is on, 0 .. PB_PITCALL_SETS - 1; soft when it is not known. */
static int current_set(const float *x)
{
    static const int at[PB_PITCALL_SETS] = {PB__PF_soft, PB__PF_medium, PB__PF_hard, PB__PF_intermediate, PB__PF_wet};
    for (int k = 0; k < PB_PITCALL_SETS; k++)
        if (x[at[k]] > 0) return k;
    return 0;
}

pb_status pb__pitcall_check(const pb_model *model, pb_error *error)
{
    double rate, next[PB_PITCALL_SETS * PB_PITCALL_SETS];
    for (int sight = PB_PITCALL_BY_LAP; sight <= PB_PITCALL_BY_CLOCK; sight++)
        PB_TRY(fits(pb_model_forest(model, forest_name[sight]), PB__PITCALL_N, 1, error));
    PB_TRY(fits(pb_model_forest(model, "set"), PB__PITCALL_SET_N, PB_PITCALL_SETS, error));
    PB_TRY(pb_model_get(model, "rate", &rate, 1, error));
    return pb_model_get(model, "next", next, PB_PITCALL_SETS * PB_PITCALL_SETS, error);
}

pb_status pb__pitcall_answer(const pb_model *model, pb_pitcall_sight sight, const float x[PB__PITCALL_N],
                             pb_pitcall *out, pb_error *error)
{
    double           rate, next[PB_PITCALL_SETS * PB_PITCALL_SETS];
    const pb_forest *stop = pb_model_forest(model, forest_name[sight]), *set = pb_model_forest(model, "set");
    PB_TRY(fits(stop, PB__PITCALL_N, 1, error));
    PB_TRY(fits(set, PB__PITCALL_SET_N, PB_PITCALL_SETS, error));
    PB_TRY(pb_model_get(model, "rate", &rate, 1, error));
    PB_TRY(pb_model_get(model, "next", next, PB_PITCALL_SETS * PB_PITCALL_SETS, error));
    out->prior  = !stop || !set;
    out->p_stop = rate;
    if (stop) pb_forest_predict(stop, x, &out->p_stop);
    memcpy(out->p_set, next + current_set(x) * PB_PITCALL_SETS, sizeof out->p_set);
    if (set) {
        float few[PB__PITCALL_SET_N];
        pb__pitcall_pick_set(x, few);
        pb_forest_predict(set, few, out->p_set);
    }
    if (!are_probs(&out->p_stop, 1) || !are_probs(out->p_set, PB_PITCALL_SETS))
        return pb_error_set(error, PB_E_RANGE,
                            "pitcall: the model answers what is no probability; train the model anew");
    return PB_OK;
}

pb_status pb_pitcall_hazard(const pb_model *model, const pb_scene *scene, uint32_t car, pb_pitcall_sight sight,
                            pb_pitcall *out, pb_error *error)
{
    float lap[PB_LF_N], x[PB__PITCALL_N];
    if (!pb_scene_row(scene, car, lap))
        return pb_error_set(error, PB_E_EMPTY, "pit call: no lap of car %u is seen yet", car);
    pb__pitcall_pick(lap, x);
    return pb__pitcall_answer(model, sight, x, out, error);
}

/* ---- tables ---- */

pb_status pb_pitcall_rows(const pb_history_race *race, pb_pitcall_sight sight, pb_feature_rows *rows, pb_error *error)
{
    pb__pitcall_sample sample = {0};
    pb_status          status = pb__pitcall_sample_add(&sample, race, 0, sight);
    for (size_t i = 0; i < sample.n && status == PB_OK; i++)
        status = pb_feature_rows_add(rows, sample.x + i * PB__PITCALL_N);
    pb__pitcall_sample_fini(&sample);
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "pit call: no memory for the rows of a race");
}

static void set_compound(float *x, double compound)
{
    int on                 = (int)compound;
    x[PB__PF_soft]         = on == PB_COMPOUND_SOFT;
    x[PB__PF_medium]       = on == PB_COMPOUND_MEDIUM;
    x[PB__PF_hard]         = on == PB_COMPOUND_HARD;
    x[PB__PF_intermediate] = on == PB_COMPOUND_INTERMEDIATE;
    x[PB__PF_wet]          = on == PB_COMPOUND_WET;
}

/* By lap, cars behind saw it come out 30 s after the crossing, 20 s after the
 * track was clear; by clock it came out late in the last lap. */
void pb__pitcall_set_neutral(float x[PB__PITCALL_N], pb_pitcall_sight sight, int neutral)
{
    bool sc = neutral == PB_NEUTRAL_SC, vsc = neutral > 0 && !sc, after = sight == PB_PITCALL_BY_LAP;
    x[PB__PF_after_sc]        = sc && after;
    x[PB__PF_after_vsc]       = vsc && after;
    x[PB__PF_sc]              = sc && !after;
    x[PB__PF_vsc]             = vsc && !after;
    x[PB__PF_sc_laps]         = sc && !after;
    x[PB__PF_vsc_laps]        = vsc && !after;
    x[PB__PF_neutral_first_s] = !(sc || vsc) ? NAN : after ? 30 : -1;
    x[PB__PF_neutral_clear_s] = !(sc || vsc) ? NAN : after ? 20 : -20;
    x[PB__PF_after_lag_s]     = (sc || vsc) && after ? 30 : NAN;
    if ((sc || vsc) && !after) x[PB__PF_since_neutral] = 0;
}

static void set_point(float *x, pb_pitcall_sight sight, const pb_pitcall_point *p)
{
    double laps = (double)x[PB__PF_lap] + (double)x[PB__PF_laps_to_go];
    if (!isnan(p->tyre_age_laps)) {
        double change           = p->tyre_age_laps - (double)x[PB__PF_tyre_age_laps];
        x[PB__PF_tyre_age_laps] = (float)p->tyre_age_laps;
        x[PB__PF_age_share]     = (float)(p->tyre_age_laps / laps);
        x[PB__PF_off_age_diff] += (float)change;
    }
    if (!isnan(p->laps_to_go)) {
        x[PB__PF_laps_to_go] = (float)p->laps_to_go;
        x[PB__PF_lap]        = (float)(laps - p->laps_to_go);
        x[PB__PF_race_share] = (float)((laps - p->laps_to_go) / laps);
    }
    if (!isnan(p->compound)) set_compound(x, p->compound);
    if (!isnan(p->owed)) x[PB__PF_compounds_owed] = (float)p->owed;
    if (!isnan(p->neutral)) pb__pitcall_set_neutral(x, sight, (int)p->neutral);
}

pb_status pb_pitcall_partial(const pb_model *model, pb_pitcall_sight sight, const pb_feature_rows *rows,
                             const pb_pitcall_point *point, double *p_stop, pb_error *error)
{
    double sum = 0;
    if (rows->n == 0) return pb_error_set(error, PB_E_EMPTY, "pit call: no rows to average over");
    PB_ASSERT(rows->k == PB__PITCALL_N);
    for (size_t i = 0; i < rows->n; i++) {
        float      x[PB__PITCALL_N];
        pb_pitcall call;
        memcpy(x, rows->x + i * PB__PITCALL_N, sizeof x);
        set_point(x, sight, point);
        PB_TRY(pb__pitcall_answer(model, sight, x, &call, error));
        sum += call.p_stop;
    }
    *p_stop = sum / (double)rows->n;
    return PB_OK;
}
