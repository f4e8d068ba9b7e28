/* The normal and the logistic distribution. */
#include <math.h>

#include "pitboard/num.h"

double pb_normal_cdf(double z)
{
    return 0.5 * erfc(-z * M_SQRT1_2);
}

/* Abramowitz and Stegun 26.2.23: |error| < 4.5e-4 for 0 < p <= 0.5. */
static double rough_quantile(double p)
{
    double t = sqrt(-2.0 * log(p));
    return -(t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
}

/* The lower half by Halley's steps on the cdf; the logarithms keep the far tail in range. */
static double lower_quantile(double p)
{
    const double half_log_2pi = 0.91893853320467274178;
    double       z            = rough_quantile(p);
    for (int i = 0; i < 3; i++) {
        double p_over_density = exp(log(p) + 0.5 * z * z + half_log_2pi);
        double u              = (pb_normal_cdf(z) / p - 1.0) * p_over_density;
        z -= u / (1.0 + 0.5 * z * u);
    }
    return z;
}

double pb_normal_quantile(double p)
{
    if (!(p >= 0.0 && p <= 1.0)) return NAN;
    if (p == 0.0) return -INFINITY;
    if (p == 1.0) return INFINITY;
    return p <= 0.5 ? lower_quantile(p) : -lower_quantile(1.0 - p);
}

double pb_logistic(double x)
{
    if (x >= 0) return 1.0 / (1.0 + exp(-x));
    double e = exp(x);
    return e / (1.0 + e);
}
