/* decide_models.h - the models a call asks, each the active version of its kind,
 * and what stands in where there is none.
 *
 * Used by the commands that call: recommend, report, backtest. */
#ifndef PB_APPS_DECIDE_MODELS_H
#define PB_APPS_DECIDE_MODELS_H

#include "pitboard/predict_registry.h"

typedef enum decide_model {
    DECIDE_PITCALL,
    DECIDE_REJOIN,
    DECIDE_UNDERCUT,
    DECIDE_RAIN,
    DECIDE_PACE, /* its prior of the tyres */
    DECIDE_MODELS_N
} decide_model;

typedef struct decide_models {
    bool            known[DECIDE_MODELS_N]; /* the program has such a kind */
    pb_model       *at[DECIDE_MODELS_N];    /* NULL: none to use */
    pb_model_choice choice[DECIDE_MODELS_N];
} decide_models;

const char *decide_model_name(decide_model which); /* "pitcall" */

/* dir NULL: what ships. Fails only without memory; *out may be freed in every case. */
pb_status decide_models_load(const char *dir, decide_models *out, pb_error *error);
void      decide_models_free(decide_models *models);
/* Why a kind is not the one that was asked for, in words; "" when it is. */
void decide_model_why(const decide_models *models, decide_model which, char *out, size_t cap);

#endif
