/* forecast_fit.h - weights of the forecast from past races.
 *
 * Shared inside predict only. */
#ifndef PB_PREDICT_FORECAST_FIT_H
#define PB_PREDICT_FORECAST_FIT_H

#include "forecast_field.h"

/* Rough values, held on to where there is little to learn from. */
pb__forecast_weights pb__forecast_weights_default(void);

/* The weights under which the ranked probability score of these races is least,
 * each race seen with the form before it (form[k] of race k) and with or without
 * its grid. Races that are not usable, have no grid or are sprints are left out, and the
 * first few, whose form is not known yet. quick: the newest forty only. Returns
 * how many races were used; below eight the default stays. */
size_t pb__forecast_fit(const pb_history *past, const pb_form *form, bool with_grid, bool quick,
                        pb__forecast_weights *weights);

#endif
