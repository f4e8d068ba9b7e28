/* k_draw.h - from random words to the distributions a race needs.
 *
 * One 32-bit word serves two draws of 16 bits. A normal is a quadratic in each
 * of 16 octaves of the tail probability: error below 0.0035 sigma, sd 1 to
 * 1e-5, kurtosis 2.999, ends at 4.32 sigma (fitted by least squares to the
 * normal quantile; tests/kernel checks it against pb_normal_quantile). */
#ifndef PB_K_DRAW_H
#define PB_K_DRAW_H

static const float k_normal_c0[16] __attribute__((aligned(64))) = {
    4.27818012f, 4.12176998f, 3.95986882f, 3.79188596f, 3.61712207f, 3.43474079f, 3.24373095f, 3.04285615f,
    2.83058721f, 2.60501232f, 2.36371437f, 2.10354422f, 1.81943576f, 1.48668605f, 4.57647104f, 4.42960281f};
static const float k_normal_c1[16] __attribute__((aligned(64))) = {
    -0.32391362f, -0.33629511f, -0.35015879f, -0.36581838f, -0.38368710f, -0.40432132f, -0.42848960f, -0.45728563f,
    -0.49232074f, -0.53606486f, -0.59246502f, -0.66799167f, -0.77204063f, -0.88927470f, -0.30267778f, -0.31277153f};
static const float k_normal_c2[16] __attribute__((aligned(64))) = {
    0.05316351f, 0.05506487f, 0.05717505f, 0.05953328f, 0.06218922f, 0.06520633f, 0.06866615f, 0.07267314f,
    0.07735709f, 0.08286100f, 0.08926115f, 0.09615888f, 0.10029406f, 0.07366867f, 0.04986789f, 0.05143962f};

/* half in 0 .. 65535; small values are the upper tail. The tables are in the
 * order of the low four bits of a float's exponent. */
static inline vf k_normal(vi half)
{
    vf f    = vf_add(vf_from(vi_and(half, vi_k(x7fff))), vf_set(0.5f));
    vi bits = vi_bits(f), octave = vi_srl(bits, 23);
    vf m = vf_bits(vi_or(vi_and(bits, vi_k(mantissa)), vi_k(one_f)));
    vf z = vf_add(vf_lut16(k_normal_c0, octave),
                  vf_mul(m, vf_add(vf_lut16(k_normal_c1, octave), vf_mul(m, vf_lut16(k_normal_c2, octave)))));
    return vf_bits(vi_xor(vi_bits(z), vi_sll(vi_and(half, vi_k(x8000)), 16)));
}

static inline vi k_low(vi word)
{
    return vi_and(word, vi_k(xffff));
}
static inline vi k_high(vi word)
{
    return vi_srl(word, 16);
}
static inline vf k_uniform(vi half)
{
    return vf_mul(vf_add(vf_from(half), vf_set(0.5f)), vf_set(1.0f / 65536.0f));
}

/* 2^x for -126 < x < 127, relative error below 1.1e-4 (a cubic over half octaves
 * either side, least maximum error with 2^0 = 1 kept). */
static inline vf k_exp2(vf x)
{
    vi i = vi_round(x);
    vf f = vf_sub(x, vf_from(i));
    vf p = vf_add(vf_set(0.24221103f), vf_mul(f, vf_set(0.05500862f)));
    p    = vf_add(vf_set(0.69328296f), vf_mul(f, p));
    p    = vf_add(vf_set(1.0f), vf_mul(f, p));
    return vf_bits(vi_add(vi_bits(p), vi_sll(i, 23)));
}

/* True with probability 1 / (1 + 2^x), `half` a draw of 16 bits and a half; no
 * division. Odds beyond 2^25 are certain either way at 16 bits. */
static inline vm k_bernoulli_odds(vf half, vf x)
{
    vf odds = k_exp2(vf_min(vf_max(x, vf_set(-25.0f)), vf_set(25.0f)));
    return vf_lt(vf_mul(half, vf_add(vf_set(1.0f), odds)), vf_set(65536.0f));
}

/* One word per (trial, lap) and a car give a word: keyed by car, so that a
 * change of order shifts no draw. The high bits are the good ones
 * (tests/kernel/test_draws.c: cars are independent of each other). */
static inline vi k_hash(vi word, vi car)
{
    vi x = vi_add(word, vi_mul(car, vi_k(mul_car)));
    return vi_mul(vi_xor(x, vi_srl(x, 15)), vi_k(mul_word));
}

typedef struct k_words {
    vi w[4];
} k_words;

static inline k_words k_draw4(uint64_t seed, vi trial, uint32_t index, uint32_t lap, uint32_t purpose)
{
    k_words d;
    v_philox(trial, index, lap, purpose, (uint32_t)seed, (uint32_t)(seed >> 32), d.w);
    return d;
}

/* Quantile table of the stop: 256 steps, linear between. */
static inline vf k_stop(const float *table, vi half)
{
    vi i  = vi_srl(half, 8);
    vf f  = vf_mul(vf_from(vi_and(half, vi_set(255))), vf_set(1.0f / 256.0f));
    vf lo = vf_gather(table, i), hi = vf_gather(table + 1, i);
    return vf_add(lo, vf_mul(f, vf_sub(hi, lo)));
}

#endif
