/* Until the rest of the tree module lands: gone with it. */
#include "pitboard/tree.h"

__attribute__((weak)) pb_status pb_forest_write(const pb_forest *forest, char **bytes, size_t *n, pb_error *error)
{
    (void)forest;
    (void)bytes;
    (void)n;
    return pb_error_set(error, PB_E_UNSUPPORTED, "forests are not here yet");
}

__attribute__((weak)) pb_status pb_forest_read(pb_span bytes, const char *name, pb_forest **out, pb_error *error)
{
    (void)bytes;
    (void)out;
    return pb_error_set(error, PB_E_UNSUPPORTED, "%s: forests are not here yet", name);
}

__attribute__((weak)) void pb_forest_shap(const pb_forest *forest, const float *row, uint32_t class_index, double *phi)
{
    (void)forest;
    (void)row;
    (void)class_index;
    (void)phi;
}
