/* pitboard/wire_control.h - what the words of race control mean.
 *
 * Race control writes upper-case English of fixed patterns ("FIA STEWARDS: 5 SECOND
 * TIME PENALTY FOR CAR 31 (OCO) - CAUSING A COLLISION"). A message becomes a CONTROL
 * event with its text and, where a pattern says more, events of their own. What fits
 * no pattern stays text. docs/formats/live-timing.md lists the patterns.
 *
 * Floor 3. Uses race. */
#ifndef PITBOARD_WIRE_CONTROL_H
#define PITBOARD_WIRE_CONTROL_H

#include "pitboard/race_event.h"
#include "pitboard/race_records.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_CONTROL_EVENTS_MAX 4

/* Events of one message, CONTROL first: SC_PHASE, CHEQUERED, LAP_DELETED (value the
 * time that was deleted, PB_MS_NONE untold; lap where it is told), PENALTY and
 * PENALTY_SERVED, DISQUALIFIED. at_us and session_ms are those of the row. Writes at
 * most cap, returns how many there are. */
uint32_t pb_control_events(const pb_control_row *row, pb_origin origin, pb_event *out, uint32_t cap);

#ifdef __cplusplus
}
#endif
#endif
