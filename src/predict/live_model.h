/* live_model.h - rows of live for some laps of a race: what `predict` writes for
 * all, and what may be asked in the middle of one.
 *
 * Shared inside predict only. */
#ifndef PB_LIVE_MODEL_H
#define PB_LIVE_MODEL_H

#include "pitboard/predict_model.h"

/* Every running car at the leader's laps from .. to. Rows of a lap rest on what
 * the log says up to the leader's end of that lap: a log that ends there gives
 * the same bytes. */
pb_status pb__live_rows(const pb_model *model, const pb_history *history, size_t at, uint32_t from, uint32_t to,
                        pb_rows *rows, pb_error *error);

#endif
