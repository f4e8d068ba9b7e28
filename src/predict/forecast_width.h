/* forecast_width.h - how surely the order of cars has been known of late.
 *
 * Seasons differ in how often the order of strength is upset. The scale of the
 * draws follows: the likelihood of the places of the races before, the newest
 * first, decides by how much it is wider or narrower than was learned.
 *
 * Shared inside predict only. */
#ifndef PB_PREDICT_FORECAST_WIDTH_H
#define PB_PREDICT_FORECAST_WIDTH_H

#include "forecast_field.h"

/* What to add to log_scale for race `at`; form[k] is the form before race k. Looks
 * at races before `at` alone; 0 where there are none. */
double pb__forecast_width(const pb_history *history, const pb_form *form, size_t at, bool with_grid,
                          const pb__forecast_weights *weights);

#endif
