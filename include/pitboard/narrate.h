/* pitboard/narrate.h - results to pictures: SVG charts of a simulated race and of
 * how far predictions can be trusted.
 *
 * Floor 5. Uses predict, sim and below. */
#ifndef PITBOARD_NARRATE_H
#define PITBOARD_NARRATE_H

#include "pitboard/predict_score.h"
#include "pitboard/sim.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One SVG, readable without fonts of ours or a network: a heat map of finishing
 * positions, and a race history chart: gap to the leader by lap as quantile fans
 * (10-90, 25-75, median) of the traced trials, with the likely stops. Needs a
 * trace for the history chart; without one only the heat map is drawn. */
pb_status pb_plot_race(const pb_race_spec *spec, const pb_sim_result *result, const char *path, pb_error *error);

/* One SVG with a panel for each: probabilities as a reliability diagram (rate
 * against prediction, with 90 % intervals), distributions as the histogram of
 * their PIT, all intervals in one panel as covered against nominal share. */
pb_status pb_plot_calibration(const pb_calibration *of, size_t n, const char *title, const char *path, pb_error *error);

#ifdef __cplusplus
}
#endif
#endif
