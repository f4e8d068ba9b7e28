/* prior_fields.h - every number of a prior's JSON form as data.
 *
 * The parts of a race a prior holds ("race" below) are rows of the table of the
 * race file itself, so keys, ranges and meanings are the same there.
 *
 * Shared inside predict. */
#ifndef PB_PREDICT_PRIOR_FIELDS_H
#define PB_PREDICT_PRIOR_FIELDS_H

#include "pitboard/predict.h"
#include "pitboard/race_fields.h"

const pb_record *pb__prior_record(void);
/* Whether a prior holds this field of the race file's root. */
bool pb__prior_has_race_field(const pb_field *field);

#endif
