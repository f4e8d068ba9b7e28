/* pitboard/num.h - random numbers without state, distributions, quantiles, and
 * the choice of an instruction set.
 *
 * A random word is a pure function of (seed, trial, car group, lap, purpose):
 * Philox4x32-10 (Salmon et al., SC 2011) with the seed as key. Nothing here
 * calls libm on a path to a simulated result.
 *
 * Floor 1. Uses base. */
#ifndef PITBOARD_NUM_H
#define PITBOARD_NUM_H

#include "pitboard/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- instruction sets ---- */
typedef enum pb_isa {
    PB_ISA_AUTO = 0,     /* the best this machine has */
    PB_ISA_SCALAR,       /* one trial at a time; the definition */
    PB_ISA_PORTABLE,     /* 4 lanes of the compiler's own vectors; any machine */
    PB_ISA_AVX2,         /* 8 lanes */
    PB_ISA_AVX512,       /* 16 lanes */
    PB_ISA_N
} pb_isa;

const char *pb_isa_name(pb_isa isa);                       /* "avx2" */
bool        pb_isa_from_name(pb_span name, pb_isa *out);   /* scalar portable avx2 avx512 auto */
bool        pb_isa_available(pb_isa isa);                  /* on this machine; asks the CPU each time */
/* What AUTO means here, or isa itself; PB_E_UNSUPPORTED (and *out untouched)
 * when the machine has not got it. */
pb_status   pb_isa_resolve(pb_isa isa, pb_isa *out);

/* ---- random words ---- */
typedef struct pb_philox {
    uint32_t word[4];
} pb_philox;

/* Philox4x32 with 10 rounds; counter and key as in Random123. */
pb_philox pb_philox4x32(const uint32_t counter[4], const uint32_t key[2]);

/* The counter layout of the whole product: { trial, index, lap, purpose }. */
pb_philox pb_draw(uint64_t seed, uint32_t trial, uint32_t index, uint32_t lap, uint32_t purpose);
/* 32 bits to a double in (0, 1), never 0 or 1. */
double    pb_uniform(uint32_t word);

/* From adds and multiplies only, |relative error| < 1e-14: libm picks variants by
 * CPU, and a table that differs in the last bit would end in another race. */
double    pb_exp(double x);                                  /* 0 below -700, exp(700) above 700 */
double    pb_log(double x);                                  /* x > 0, normal */

/* ---- distributions, for fitting and checks (double, libm allowed) ---- */
double pb_normal_cdf(double z);
double pb_normal_quantile(double p);                       /* |error| < 1e-9 for p in (0, 1) */
double pb_logistic(double x);
/* Cubic a + b z + c z^2 + d z^3 of a standard normal with mean 0, variance 1 and
 * this skewness and excess kurtosis (Fleishman 1978). PB_E_RANGE outside the
 * region that a cubic reaches. coef = { a, b, c, d }, a = -c. */
pb_status pb_fleishman(double skew, double kurtosis, double coef[4]);

/* ---- samples ---- */
void   pb_sort_f64(double *x, size_t n);                   /* ascending, NaN last */
double pb_quantile_sorted(const double *x, size_t n, double p); /* linear between order statistics; NaN if n = 0 */
double pb_median(double *x, size_t n);                     /* reorders x; NaN if n = 0 */
double pb_mad_sigma(double *x, size_t n);                  /* 1.4826 * median |x - median|; reorders x */

typedef struct pb_moments { uint64_t n; double mean, m2; } pb_moments;  /* Welford */
void   pb_moments_add(pb_moments *m, double x);
double pb_moments_sd(const pb_moments *m);                 /* n - 1; 0 when n < 2 */

/* ---- small linear algebra and fits ---- */
/* Weighted ridge least squares: minimises sum w (y - x b)^2 + sum ridge_j b_j^2.
 * x is n x k row-major; ridge and w may be NULL; cov (k x k) may be NULL, gets
 * (X'WX + R)^-1. k <= PB_FIT_MAX. PB_E_RANGE when singular. */
#define PB_FIT_MAX 160
pb_status pb_least_squares(const double *x, const double *y, const double *w, size_t n, size_t k, const double *ridge,
                           double *b, double *cov);
/* The same, Huber-robust by iterated reweighting; scale by MAD, c = tuning in
 * sigmas (1.5 usual). w are precisions: a row of weight w has the variance
 * sigma^2 / w. *sigma (may be NULL) gets the robust residual scale. */
pb_status pb_robust_squares(const double *x, const double *y, const double *w, size_t n, size_t k, const double *ridge,
                            double c, double *b, double *cov, double *sigma);
/* Logistic regression with ridge, Newton. y in {0, 1}. PB_E_RANGE when it has no
 * finite answer (the classes can be told apart exactly and ridge does not hold
 * b back) or y is outside [0, 1]. */
pb_status pb_logit_fit(const double *x, const double *y, const double *w, size_t n, size_t k, const double *ridge,
                       double *b, double *cov);

#ifdef __cplusplus
}
#endif
#endif
