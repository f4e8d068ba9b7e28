/* gap_notes.h - what the rows of a race left out, in sentences: what is missing and
 * what stood in for it. The car that is asked about has sentences of its own, the
 * others that run share one for each thing that is missing.
 *
 * Used by the commands that play a race on from a lap. */
#ifndef PB_APPS_GAP_NOTES_H
#define PB_APPS_GAP_NOTES_H

#include "pitboard/race_gaps.h"
#include "pitboard/race_spec.h"

#define GAP_NOTE_MAX 200
#define GAP_NOTES_MAX (2 * PB_GAP_N + 1)
#define GAP_NO_CAR (-1) /* all of them, or none in particular */

typedef void gap_say(void *user, const char *text);

/* Cars of gaps are those of spec, in order. own: a car, or GAP_NO_CAR. */
void gap_notes(const pb_race_spec *spec, const pb_race_gaps *gaps, int32_t own, gap_say *say, void *user);
/* Cars whose team nobody told get no joint call; own alone is told where it is given. */
void gap_note_team(const pb_race_spec *spec, int32_t own, gap_say *say, void *user);

#endif
