/* Any bytes as a forest: refused with a reason, or sound: it answers, explains
 * itself and writes the same bytes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(const pb_forest *f, float x)
{
    float    row[PB_TREE_FEATURES_MAX], margin[PB_TREE_CLASSES_MAX];
    double   out[PB_TREE_CLASSES_MAX], phi[PB_TREE_FEATURES_MAX + 1];
    uint32_t k = pb_forest_features(f);
    for (uint32_t j = 0; j < k; j++) row[j] = x * (float)(j + 1);
    pb_forest_margin(f, row, NULL, margin);
    pb_forest_predict_many(f, row, 1, out);
    pb_forest_shap(f, row, pb_forest_classes(f) - 1, phi);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pb_forest *f     = NULL;
    pb_error   e     = {0};
    char      *bytes = NULL;
    size_t     n     = 0;
    pb_status  s     = pb_forest_read((pb_span){(const char *)data, size}, "fuzz", &f, &e);
    if (s != PB_OK) {
        if (f || e.status != s || strncmp(e.text, "fuzz: ", 6) != 0) abort();
        return 0;
    }
    use(f, 0.25f);
    use(f, -3);
    use(f, NAN);
    if (pb_forest_write(f, &bytes, &n, NULL) != PB_OK || n != size || memcmp(bytes, data, n) != 0) abort();
    free(bytes);
    pb_forest_destroy(f);
    return 0;
}
