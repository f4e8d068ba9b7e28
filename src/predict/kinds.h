/* kinds.h - the kinds of model there are, each in files of its own name. One
 * line here and one in kinds.c makes a kind known to train, backtest, models and
 * explain. */
#ifndef PB_KINDS_H
#define PB_KINDS_H

#include "pitboard/predict_model.h"

/* extern const pb_model_kind pb__kind_NAME; */
extern const pb_model_kind pb__kind_forecast;
extern const pb_model_kind pb__kind_pitcall;
extern const pb_model_kind pb__kind_pitstop;
extern const pb_model_kind pb__kind_rain;
extern const pb_model_kind pb__kind_rejoin;
extern const pb_model_kind pb__kind_sc;
extern const pb_model_kind pb__kind_live;
extern const pb_model_kind pb__kind_pace;
extern const pb_model_kind pb__kind_undercut;
extern const pb_model_kind pb__kind_stops;

#endif
