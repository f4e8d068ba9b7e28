#include <stdio.h>
#include <stdlib.h>

#include "learn_fits.h"

static void note_newest(const pb__learn_set *set, pb_prior *prior)
{
    for (size_t i = 0; i < set->n; i++) {
        const pb_race_log *log   = set->race[i].log;
        bool               later = log->season > prior->until_season ||
                     (log->season == prior->until_season && log->round > prior->until_round);
        if (!later) continue;
        prior->until_season = log->season;
        prior->until_round  = log->round;
    }
    prior->races = (uint32_t)set->n;
    snprintf(prior->source, sizeof prior->source, "%zu races up to %d round %d; %u left out", set->n,
             prior->until_season, prior->until_round, set->left_out);
}

/* Following is learned by playing races, so it comes after everything that
 * plays a part in them. */
static pb_status learn_with_pairs(const pb__learn_set *set, const pb__pair *pairs, size_t n, pb_prior *prior)
{
    PB_TRY(pb__learn_passing(set, pairs, n, prior));
    PB_TRY(pb__learn_lapping(set, prior));
    PB_TRY(pb__learn_start(set, prior));
    PB_TRY(pb__learn_neutral(set, prior));
    PB_TRY(pb__learn_policy(set, prior));
    PB_TRY(pb__learn_weather(set, prior));
    return pb__learn_following(set, pairs, n, prior);
}

/* The pit loss of a circuit comes before the tyres, which warm up on its out-laps. */
static pb_status learn_all(const pb__learn_set *set, pb_prior *prior)
{
    pb__pair *pairs = NULL;
    size_t    n     = 0;
    PB_TRY(pb__learn_pit(set, prior));
    PB_TRY(pb__learn_tyres(set, prior));
    PB_TRY(pb__learn_noise(set, prior));
    PB_TRY(pb__pairs(set, &pairs, &n));
    pb_status status = learn_with_pairs(set, pairs, n, prior);
    free(pairs);
    return status;
}

pb_status pb_prior_learn(const pb_race_log *const *logs, size_t n, pb_prior *prior, pb_error *error)
{
    pb__learn_set set;
    pb_prior     *got = malloc(sizeof *got);
    if (!got) return pb_error_set(error, PB_E_NOMEM, "out of memory for a prior");
    pb_prior_default(got);
    pb_status status = pb__learn_set_init(logs, n, got, &set, error);
    if (status == PB_OK) {
        note_newest(&set, got);
        status = learn_all(&set, got);
        if (status != PB_OK)
            pb_error_set(error, status, "the prior could not be learned from %zu races: %s", n, pb_status_text(status));
        pb__learn_set_fini(&set);
    }
    if (status == PB_OK) *prior = *got;
    free(got);
    return status;
}
