/* A cubic of a normal variable with given skewness and kurtosis (Fleishman,
 * "A method for simulating non-normal distributions", Psychometrika 43, 1978). */
#include <math.h>

#include "pitboard/num.h"

#define STEPS 64 /* from the normal to the wanted moments, along a straight line */
#define NEWTON_MOST 60
#define CLOSE 1e-12

/* b, c, d of a cubic and how far its variance, skewness and excess kurtosis are
 * from the wanted ones (equations 9, 10, 11 of the paper). */
static void misses(const double x[3], double skew, double kurtosis, double f[3])
{
    double b = x[0], c = x[1], d = x[2];
    f[0] = b * b + 6 * b * d + 2 * c * c + 15 * d * d - 1;
    f[1] = 2 * c * (b * b + 24 * b * d + 105 * d * d + 2) - skew;
    f[2] = 24 * (b * d + c * c * (1 + b * b + 28 * b * d) + d * d * (12 + 48 * b * d + 141 * c * c + 225 * d * d)) -
           kurtosis;
}

static void slopes(const double x[3], double j[3][3])
{
    double b = x[0], c = x[1], d = x[2];
    j[0][0] = 2 * b + 6 * d;
    j[0][1] = 4 * c;
    j[0][2] = 6 * b + 30 * d;
    j[1][0] = 2 * c * (2 * b + 24 * d);
    j[1][1] = 2 * (b * b + 24 * b * d + 105 * d * d + 2);
    j[1][2] = 2 * c * (24 * b + 210 * d);
    j[2][0] = 24 * (d + c * c * (2 * b + 28 * d) + 48 * d * d * d);
    j[2][1] = 24 * (2 * c * (1 + b * b + 28 * b * d) + 282 * c * d * d);
    j[2][2] = 24 * (b + 28 * b * c * c + 24 * d + 144 * b * d * d + 282 * c * c * d + 900 * d * d * d);
}

static double det(const double a[3], const double b[3], const double c[3])
{
    return a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0]);
}

/* x -= j^-1 f by Cramer's rule; false when j is singular. */
static bool newton_step(double j[3][3], const double f[3], double x[3])
{
    double col[3][3];
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++) col[c][r] = j[r][c];
    double whole = det(col[0], col[1], col[2]);
    if (!(fabs(whole) > 1e-14)) return false;
    x[0] -= det(f, col[1], col[2]) / whole;
    x[1] -= det(col[0], f, col[2]) / whole;
    x[2] -= det(col[0], col[1], f) / whole;
    return true;
}

static bool solve(double skew, double kurtosis, double x[3])
{
    double scale = 1 + fabs(skew) + fabs(kurtosis);
    for (int i = 0; i < NEWTON_MOST; i++) {
        double f[3], j[3][3];
        misses(x, skew, kurtosis, f);
        if (fabs(f[0]) + fabs(f[1]) + fabs(f[2]) < CLOSE * scale) return true;
        slopes(x, j);
        if (!newton_step(j, f, x)) return false;
    }
    return false;
}

pb_status pb_fleishman(double skew, double kurtosis, double coef[4])
{
    double x[3] = {1, 0, 0};
    if (!isfinite(skew) || !isfinite(kurtosis)) return PB_E_RANGE;
    for (int i = 1; i <= STEPS; i++) { /* the region is convex: the line stays inside when its end does */
        double part = (double)i / STEPS;
        if (!solve(part * skew, part * kurtosis, x)) return PB_E_RANGE;
    }
    coef[0] = -x[1];
    coef[1] = x[0];
    coef[2] = x[1];
    coef[3] = x[2];
    return PB_OK;
}
