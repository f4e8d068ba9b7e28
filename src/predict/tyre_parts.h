/* tyre_parts.h - the learned parts of tyre priors as they lie in a model.
 *
 *     tyre.pool      pb__tyre_pool as an array of doubles
 *     tyre.circuits  names parted by blanks
 *     tyre.circuit   pb__tyre_circuit of each
 *
 * Shared inside predict. */
#ifndef PB_PREDICT_TYRE_PARTS_H
#define PB_PREDICT_TYRE_PARTS_H

#include "pitboard/predict_tyre.h"
#include "tyre_spread.h"

/* Doubles only: stored as an array. */
typedef struct pb__tyre_pool {
    pb__spread wear[PB_TYRE_CLASSES];
    pb__spread evolution; /* per lap, as a share of base */
    double     offset_s[PB_TYRE_CLASSES], offset_sd_s[PB_TYRE_CLASSES];
    double     base_s, base_none_sd_s; /* of a circuit never seen */
    double     base_sd;                /* edition to edition, as a share */
    double     memory, memory_sd_s, white_sd_s, stint_sd_s, stint_wear_sd_s, common_sd_s;
    double     traffic_s[PB_TYRE_GAPS], lapped_s;
    double     start_s, start_place_s, start_sd_s;
    double     life_scale, races;
} pb__tyre_pool;

typedef struct pb__tyre_circuit {
    double season, editions, base_s;                           /* of the latest; 0 none */
    double wear_s[PB_TYRE_CLASSES], wear_var[PB_TYRE_CLASSES]; /* against the pool */
    double evolution, evolution_var;
} pb__tyre_circuit;

typedef struct pb__tyre_parts {
    pb__tyre_pool           pool;
    const char             *circuits; /* borrowed from the model */
    const pb__tyre_circuit *rows;
    size_t                  n;
} pb__tyre_parts;

pb_status pb__tyre_parts_read(const pb_model *model, pb__tyre_parts *out, pb_error *error);

/* What pb_tyre_prior_learn learns, but the spreads of the filter are those of another model. */
pb_status pb__tyre_learn_like(const pb_history *past, const pb_model *like, pb_model *model, pb_error *error);

#endif
