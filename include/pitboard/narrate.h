/* pitboard/narrate.h - results to pictures: SVG charts of a simulated race.
 *
 * Floor 5. Uses sim and below. */
#ifndef PITBOARD_NARRATE_H
#define PITBOARD_NARRATE_H

#include "pitboard/sim.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One SVG, readable without fonts of ours or a network: a heat map of finishing
 * positions, and a race history chart: gap to the leader by lap as quantile fans
 * (10-90, 25-75, median) of the traced trials, with the likely stops. Needs a
 * trace for the history chart; without one only the heat map is drawn. */
pb_status pb_plot_race(const pb_race_spec *spec, const pb_sim_result *result, const char *path, pb_error *error);

#ifdef __cplusplus
}
#endif
#endif
