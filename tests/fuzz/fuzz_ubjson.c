/* Binary JSON as XGBoost writes it: every verb of the cursor stays within the bytes. */
#include <stdlib.h>

#include "tree/ubjson.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void numbers(pb__ubj array)
{
    float   floats[64];
    int32_t ints[64];
    size_t  n = pb__ubj_count(array);
    if (n > 64) return;
    (void)pb__ubj_floats(array, floats, n);
    (void)pb__ubj_ints(array, ints, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const keys[] = {"learner", "trees", "left_children", "split_conditions"};
    pb__ubj                  all    = {.at = data, .end = data + size};
    size_t                   n      = 0;
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        pb__ubj value = pb__ubj_get(all, keys[k]);
        numbers(value);
        pb__ubj element = pb__ubj_array(value, &n);
        for (size_t i = 0; i < n && !element.broken; i++) {
            numbers(pb__ubj_get(element, keys[2]));
            pb__ubj_skip(&element);
            if (element.at > element.end) abort();
        }
    }
    pb__ubj_skip(&all);
    if (all.at > all.end) abort();
    return 0;
}
