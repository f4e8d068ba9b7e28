/* pitboard/race_gaps.h - what the rows of a recorded race leave out, and what is put
 * in its place so that a call can be made from them.
 *
 *     log, as it was read  ->  pb_race_log_mend  ->  the same log, filled in
 *                                            \->  gaps: car by car, what was missing
 *
 * For a race that is about to be played on from a lap. Truth, history and what is
 * learned from it rest on the rows as they were recorded. A whole log comes out as
 * it went in.
 *
 * Floor 2. Uses base and race. */
#ifndef PITBOARD_RACE_GAPS_H
#define PITBOARD_RACE_GAPS_H

#include "race.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What can be missing -> what takes its place. */
typedef enum pb_gap {
    PB_GAP_LAPS,     /* rows between two others -> made up: evenly in time, untimed, on the sets around them */
    PB_GAP_ENTRY,    /* the time of a pit entry whose stop the rows show -> before the line as others' are */
    PB_GAP_STATUS,   /* the track status of a timed lap -> that of the row that ended nearest in time */
    PB_GAP_TIME,     /* the time of a lap that is marked accurate -> the session clock's */
    PB_GAP_POSITION, /* the position of a timed lap -> who had ended that lap before it */
    PB_GAP_COMPOUND, /* a compound -> the set's own where a lap tells it, else the one most cars were on in those laps, other
                      * than the dry one before it; where no car tells, MEDIUM, then HARD */
    PB_GAP_AGE,      /* the age of a set -> counted from another lap of the set, else as of a new set */
    PB_GAP_N
} pb_gap;

/* Laps of one car with one gap. */
typedef struct pb_gap_laps {
    uint16_t n;           /* 0: nothing is missing */
    uint16_t first, last; /* lap numbers */
} pb_gap_laps;

#define PB_GAP_SETS_MAX 16

typedef struct pb_car_gaps {
    pb_gap_laps gap[PB_GAP_N];
    uint8_t     n_sets;               /* sets of which no lap told the compound, at most PB_GAP_SETS_MAX */
    uint8_t     set[PB_GAP_SETS_MAX]; /* pb_compound each was taken to be, in order */
} pb_car_gaps;

typedef struct pb_race_gaps {
    pb_car_gaps car[PB_CARS_MAX]; /* as the log's */
} pb_race_gaps;

/* Fills in what is missing, in place, and tells it. PB_E_NOMEM leaves a log that can
 * only be freed. */
pb_status pb_race_log_mend(pb_race_log *log, pb_race_gaps *gaps);

#ifdef __cplusplus
}
#endif
#endif
