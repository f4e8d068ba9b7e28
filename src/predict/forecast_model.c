#include "forecast_model.h"

#include <math.h>
#include <string.h>

#define FAR 50.0 /* no weight is larger */

static pb_status put_weights(pb_model *model, const char *name, const pb__forecast_weights *w, pb_error *error)
{
    const double x[PB__FORECAST_NUMBERS] = {w->input[0],    w->input[1],     w->input[2],    w->log_scale,
                                            w->scale_slope, w->retire_level, w->retire_rate, w->retire_slope};
    return pb_model_put(model, name, x, PB__FORECAST_NUMBERS, error);
}

static pb_status get_weights(const pb_model *model, const char *name, pb__forecast_weights *w, pb_error *error)
{
    double x[PB__FORECAST_NUMBERS];
    PB_TRY(pb_model_get(model, name, x, PB__FORECAST_NUMBERS, error));
    for (int i = 0; i < PB__FORECAST_NUMBERS; i++)
        if (!(fabs(x[i]) <= FAR))
            return pb_error_set(error, PB_E_RANGE, "forecast: number %d of \"%s\" is %g; at most %g is sensible", i + 1,
                                name, x[i], FAR);
    *w = (pb__forecast_weights){{x[0], x[1], x[2]}, x[3], x[4], x[5], x[6], x[7]};
    return PB_OK;
}

pb_status pb__forecast_model_get(const pb_model *model, pb__forecast_model *out, pb_error *error)
{
    pb__forecast_model got;
    PB_TRY(pb_form_rules_get(model, &got.rules, error));
    PB_TRY(get_weights(model, "with_grid", &got.with_grid, error));
    PB_TRY(get_weights(model, "without_grid", &got.without_grid, error));
    *out = got;
    return PB_OK;
}

pb_status pb__forecast_model_put(pb_model *model, const pb__forecast_model *from, pb_error *error)
{
    PB_TRY(pb_form_rules_put(model, &from->rules, error));
    PB_TRY(put_weights(model, "with_grid", &from->with_grid, error));
    return put_weights(model, "without_grid", &from->without_grid, error);
}
