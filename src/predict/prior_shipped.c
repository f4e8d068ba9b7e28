#include "pitboard/predict.h"

/* data/defaults/prior.json, put here by cmake/embed.cmake. */
extern const char   pb__prior_shipped_json[];
extern const size_t pb__prior_shipped_json_len;

pb_status pb_prior_shipped(pb_prior *prior, pb_error *error)
{
    return pb_prior_read((pb_span){pb__prior_shipped_json, pb__prior_shipped_json_len}, "the prior that ships", prior,
                         error);
}
