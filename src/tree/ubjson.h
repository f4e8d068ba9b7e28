/* ubjson.h - reading the binary JSON (UBJSON draft 12) in which XGBoost keeps its
 * models: single precision stays what it is, to the bit.
 *
 * A cursor stands before a value. Every verb that meets bytes it does not expect
 * sets broken and then stays put: one check at the end is enough. */
#ifndef PB_TREE_UBJSON_H
#define PB_TREE_UBJSON_H

#include "pitboard/base.h"

typedef struct pb__ubj {
    const uint8_t *at, *end;
    bool           broken;
} pb__ubj;

/* The value of a key in the object before which the cursor stands; broken when it
 * has none. */
pb__ubj pb__ubj_get(pb__ubj object, const char *key);
/* Stands before the first of *n elements of an array of values. */
pb__ubj pb__ubj_array(pb__ubj array, size_t *n);
/* Moves past one value. */
void pb__ubj_skip(pb__ubj *value);

/* An array of numbers of one type, unsigned bytes included, as floats or as whole
 * numbers. Exactly n of them. */
bool pb__ubj_floats(pb__ubj array, float *out, size_t n);
bool pb__ubj_ints(pb__ubj array, int32_t *out, size_t n);
/* How many numbers the array has; 0 when it is none. */
size_t pb__ubj_count(pb__ubj array);

#endif
