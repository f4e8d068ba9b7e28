/* pitboard/narrate_race.h - a recorded race as pictures: who ran which tyres when,
 * and the gaps by lap.
 *
 * SVG, readable without fonts of ours or a network, on a light and on a dark
 * page (prefers-color-scheme), and without telling colours apart: every stint
 * carries the letter of its compound, every line the code of its car. What it
 * shows is in the rows of the race; nothing is estimated but the phases handed in.
 *
 * Floor 5. Uses race and below. */
#ifndef PITBOARD_NARRATE_RACE_H
#define PITBOARD_NARRATE_RACE_H

#include "pitboard/race.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A recorded race to be drawn. All borrowed. */
typedef struct pb_chart_race {
    const pb_race_log      *log;
    const pb_race_outcome  *outcome;
    const pb_neutral_phase *phases;
    uint32_t                n_phases;
} pb_chart_race;

/* Stints by car in finishing order: compound, in-laps, safety cars, VSCs and red
 * flags. A stint ends where pb_car_stops says (red flags included), so a pass
 * through the lane on the same set does not cut it. Errors as pb_file_write, and
 * PB_E_NOMEM. */
pb_status pb_plot_strategy(const pb_chart_race *race, const char *path, pb_error *error);

/* Seconds behind the leader at the end of every lap, all cars, stops as dots,
 * names at the ends. */
pb_status pb_plot_gaps(const pb_chart_race *race, const char *path, pb_error *error);

/* Colour class and letters of a compound as the charts have them: "S", "M", "H",
 * "I", "W"; "HS", "US", "SS", "XH" in 2018; "?" unknown. Static. */
const char *pb_compound_letters(pb_compound compound);

#ifdef __cplusplus
}
#endif
#endif
