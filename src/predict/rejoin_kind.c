#include "kinds.h"
#include "rejoin.h"

const pb_model_kind pb__kind_rejoin = {
    .name     = "rejoin",
    .answers  = "place after the out-lap of a stop now, and the chance to be within one of it",
    .protocol = "rejoin",
    .model    = {"model", NULL, pb__rejoin_circuit_updated},
    .baseline = {{"circuit_loss_updated", NULL, pb__rejoin_circuit_updated},
                 {"circuit_loss", NULL, pb__rejoin_circuit},
                 {"no_loss", NULL, pb__rejoin_no_loss}},
};
