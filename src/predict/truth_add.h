/* truth_add.h - the list that truths are put on; truth*.c only. */
#ifndef PB_PREDICT_TRUTH_ADD_H
#define PB_PREDICT_TRUTH_ADD_H

#include "truth.h"

/* Appends a copy. PB_E_NOMEM. */
pb_status pb__truths_add(pb__truths *truths, const pb__truth *truth);

#endif
