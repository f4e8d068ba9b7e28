/* model_bag.h - what a pb_model is made of; for the model file and the registry. */
#ifndef PB_MODEL_BAG_H
#define PB_MODEL_BAG_H

#include "pitboard/predict_registry.h"

#define PB__MODEL_NAME_MAX 48 /* with the NUL */

typedef enum pb__item_kind {
    PB__ITEM_NUMBERS = 1,
    PB__ITEM_FOREST  = 2,
    PB__ITEM_TEXT    = 3,
} pb__item_kind;

/* Owns what it points to; a name is there once for every kind of item. */
typedef struct pb__model_item {
    char          name[PB__MODEL_NAME_MAX];
    pb__item_kind kind;
    double       *x; /* NUMBERS: n of them */
    size_t        n;
    pb_forest    *forest; /* FOREST */
    char         *text;   /* TEXT */
} pb__model_item;

struct pb_model {
    char            kind[PB__MODEL_NAME_MAX];
    pb__model_item *items; /* in the order they were put */
    size_t          n, cap;
    pb_model_meta   meta;
};

/* NULL if there is none. */
const pb__model_item *pb__model_find(const pb_model *model, pb__item_kind kind, const char *name);

#endif
