#include "explain.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void pb__evidence_none(pb_evidence evidence[PB_EVIDENCE_MAX])
{
    memset(evidence, 0, PB_EVIDENCE_MAX * sizeof *evidence);
}

void pb__evidence_add(pb_evidence evidence[PB_EVIDENCE_MAX], double value, const char *unit, const char *format, ...)
{
    pb_evidence got = {.value = value};
    va_list     args;
    int         at = 0;
    if (!isfinite(value)) return;
    while (at < PB_EVIDENCE_MAX && evidence[at].text[0] && fabs(evidence[at].value) >= fabs(value)) at++;
    if (at == PB_EVIDENCE_MAX) return;
    va_start(args, format);
    vsnprintf(got.text, sizeof got.text, format, args);
    va_end(args);
    pb_span_copy(pb_span_of(unit), got.unit, sizeof got.unit);
    memmove(&evidence[at + 1], &evidence[at], (size_t)(PB_EVIDENCE_MAX - 1 - at) * sizeof *evidence);
    evidence[at] = got;
}

pb_status pb__explain_forest(const pb_forest *forest, const pb_feature_schema *schema, const float *row,
                             uint32_t class_index, double scale, const char *unit,
                             pb_evidence evidence[PB_EVIDENCE_MAX], pb_error *error)
{
    uint32_t k = pb_forest_features(forest);
    if (k != schema->n)
        return pb_error_set(error, PB_E_UNSUPPORTED, "trees of %u features, rows '%s' of %u", k, schema->name,
                            schema->n);
    double *phi = malloc((k + 1) * sizeof *phi);
    if (!phi) return pb_error_set(error, PB_E_NOMEM, "out of memory for reasons");
    pb_forest_shap(forest, row, class_index, phi);
    for (uint32_t f = 0; f < k; f++) {
        const char *what = schema->at[f].what ? schema->at[f].what : schema->at[f].name;
        if (isnan(row[f]))
            pb__evidence_add(evidence, phi[f] * scale, unit, "%s is not known", what);
        else
            pb__evidence_add(evidence, phi[f] * scale, unit, "%s is %.4g", what, (double)row[f]);
    }
    free(phi);
    return PB_OK;
}
