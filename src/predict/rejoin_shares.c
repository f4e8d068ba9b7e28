/* rejoin_shares: which part of the green loss a stop costs under a neutralisation;
 * those of the race file (race-model.md, "Pit"). */
#include <stdlib.h>

#include "learn_fits.h"
#include "rejoin_desk.h"

static void take(const pb_pit_spec *pit, double share[PB_REJOIN_FLAGS])
{
    share[PB_REJOIN_GREEN]     = 1;
    share[PB_REJOIN_SC_ONSET]  = pit->sc_onset_frac;
    share[PB_REJOIN_SC]        = pit->sc_frac;
    share[PB_REJOIN_VSC_ONSET] = pit->vsc_onset_frac;
    share[PB_REJOIN_VSC]       = pit->vsc_frac;
}

static pb_status learn(const pb_race_log *const *logs, size_t n, pb_prior *prior)
{
    pb__learn_set set;
    pb_status     status = pb__learn_set_init(logs, n, prior, &set, NULL);
    if (status == PB_E_EMPTY) return PB_OK;
    if (status == PB_OK) status = pb__learn_pit(&set, prior);
    pb__learn_set_fini(&set);
    return status;
}

pb_status pb__rejoin_learn_shares(const pb_history *past, double share[PB_REJOIN_FLAGS])
{
    const pb_race_log **logs   = malloc((past->n + 1) * sizeof *logs);
    pb_prior           *prior  = malloc(sizeof *prior);
    size_t              n      = 0;
    pb_status           status = logs && prior ? PB_OK : PB_E_NOMEM;
    for (size_t r = 0; r < past->n && status == PB_OK; r++)
        if (!past->races[r].log->sprint) logs[n++] = past->races[r].log;
    if (status == PB_OK) pb_prior_default(prior);
    if (status == PB_OK && n > 0) status = learn(logs, n, prior);
    if (status == PB_OK) take(&prior->base.pit, share);
    free(logs);
    free(prior);
    return status;
}
