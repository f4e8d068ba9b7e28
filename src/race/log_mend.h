/* log_mend.h - the parts of pb_race_log_mend. Inside race only. */
#ifndef PB_RACE_LOG_MEND_H
#define PB_RACE_LOG_MEND_H

#include "pitboard/race_gaps.h"

void pb__gap_add(pb_gap_laps *gap, uint16_t lap);

/* log_mend_laps.c: rows for laps that are not there. A stop may have been made in
 * them: their entry is put there too. */
pb_status pb__mend_laps(pb_race_log *log, int32_t entry_to_line_ms, pb_race_gaps *gaps);
/* log_mend_tyres.c: compounds and ages, set by set. Needs the entries. */
void pb__mend_tyres(pb_race_log *log, pb_race_gaps *gaps);

#endif
