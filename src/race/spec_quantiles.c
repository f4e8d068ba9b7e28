/* The probabilities at the knots of every empirical distribution of a race spec. */
#include "pitboard/race_spec.h"

const double pb_quantile_prob[PB_QUANTILES] = {0.0,  0.01, 0.05, 0.10, 0.20, 0.25, 0.30, 0.40, 0.50,
                                               0.60, 0.70, 0.75, 0.80, 0.90, 0.95, 0.99, 1.0};
