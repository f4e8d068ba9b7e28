/* exp_log.c - exp and log that give the same bits on every machine. */
#include <string.h>

#include "pitboard/num.h"

double pb_exp(double x)
{
    if (x > 700.0) x = 700.0;
    if (x < -700.0) return 0.0;
    const double ln2 = 0.69314718055994530942;
    double       k   = x / ln2;
    int64_t      n   = (int64_t)(k + (k < 0 ? -0.5 : 0.5));
    double       r = x - (double)n * ln2, term = 1.0, sum = 1.0;
    for (int i = 1; i <= 18; i++) { /* |r| < 0.35: 0.35^18 / 18! is far below one ulp */
        term = term * r / (double)i;
        sum += term;
    }
    uint64_t bits = (uint64_t)(n + 1023) << 52;
    double   scale;
    memcpy(&scale, &bits, sizeof scale);
    return sum * scale;
}

double pb_log(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int64_t n = (int64_t)(bits >> 52) - 1023;
    bits      = (bits & 0x000fffffffffffffull) | 0x3ff0000000000000ull;
    double m;
    memcpy(&m, &bits, sizeof m);
    if (m > 1.41421356237309504880) {
        m *= 0.5;
        n++;
    }
    double t = (m - 1.0) / (m + 1.0), t2 = t * t, power = t, sum = 0.0; /* atanh series, |t| < 0.172 */
    for (int i = 1; i < 24; i += 2) {
        sum += power / (double)i;
        power *= t2;
    }
    return 2.0 * sum + (double)n * 0.69314718055994530942;
}
