/* live_baseline.h - the simple predictions that live must beat: where did those
 * end who ran at this place in this tenth of the race?
 *
 * Shared inside predict only. */
#ifndef PB_LIVE_BASELINE_H
#define PB_LIVE_BASELINE_H

#include "pitboard/predict_model.h"

/* Current order with its empirical spread. At the laps that are scored; which
 * cars run is taken from the whole race, as the scorer does. */
pb_model_predict pb__live_order_dist;

#endif
