/* Any bytes as a prior: read or refused, and what was read is in range. */
#include <stdlib.h>

#include "pitboard/predict.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pb_prior *prior = malloc(sizeof *prior);
    pb_error  error;
    if (!prior) return 0;
    pb_prior_default(prior);
    if (pb_prior_read((pb_span){(const char *)data, size}, "fuzz", prior, &error) == PB_OK) {
        if (prior->n_circuits > PB_PRIOR_CIRCUITS_MAX || !(prior->dnf_prob >= 0 && prior->dnf_prob <= 1)) abort();
        if (!(prior->base.pit.loss_s >= 3 && prior->base.pit.loss_s <= 120)) abort();
    }
    free(prior);
    return 0;
}
