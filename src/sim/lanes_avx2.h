/* lanes_avx2.h - eight lanes. Meaning of every name: lanes_scalar.h. */
#ifndef PB_LANES_H
#define PB_LANES_H

#include <immintrin.h>
#include <stdint.h>

#define LANES 8
#define LANES_LOG2 3

typedef __m256  vf;
typedef __m256i vi;
typedef __m256i vm; /* all ones or 0 per lane */

static inline vf vf_set(float x)
{
    return _mm256_set1_ps(x);
}
static inline vi vi_set(int32_t x)
{
    return _mm256_set1_epi32(x);
}
static inline vi vi_lane(void)
{
    return _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
}
static inline vf vf_load(const float *p)
{
    return _mm256_load_ps(p);
}
static inline vi vi_load(const int32_t *p)
{
    return _mm256_load_si256((const __m256i *)p);
}
static inline void vf_store(float *p, vf a)
{
    _mm256_store_ps(p, a);
}
static inline void vi_store(int32_t *p, vi a)
{
    _mm256_store_si256((__m256i *)p, a);
}

static inline vf vf_add(vf a, vf b)
{
    return _mm256_add_ps(a, b);
}
static inline vf vf_sub(vf a, vf b)
{
    return _mm256_sub_ps(a, b);
}
static inline vf vf_mul(vf a, vf b)
{
    return _mm256_mul_ps(a, b);
}
static inline vf vf_min(vf a, vf b)
{
    return _mm256_min_ps(a, b);
}
static inline vf vf_max(vf a, vf b)
{
    return _mm256_max_ps(a, b);
}
static inline vm vf_lt(vf a, vf b)
{
    return _mm256_castps_si256(_mm256_cmp_ps(a, b, _CMP_LT_OQ));
}

static inline vi vi_add(vi a, vi b)
{
    return _mm256_add_epi32(a, b);
}
static inline vi vi_sub(vi a, vi b)
{
    return _mm256_sub_epi32(a, b);
}
static inline vi vi_mul(vi a, vi b)
{
    return _mm256_mullo_epi32(a, b);
}
static inline vi vi_and(vi a, vi b)
{
    return _mm256_and_si256(a, b);
}
static inline vi vi_or(vi a, vi b)
{
    return _mm256_or_si256(a, b);
}
static inline vi vi_xor(vi a, vi b)
{
    return _mm256_xor_si256(a, b);
}
#define vi_sll(a, n) _mm256_slli_epi32((a), (n))
#define vi_srl(a, n) _mm256_srli_epi32((a), (n))
#define vi_sra(a, n) _mm256_srai_epi32((a), (n))
static inline vi vi_sllv(vi a, vi n)
{
    return _mm256_sllv_epi32(a, n);
}
static inline vi vi_srlv(vi a, vi n)
{
    return _mm256_srlv_epi32(a, n);
}
static inline vi vi_min(vi a, vi b)
{
    return _mm256_min_epi32(a, b);
}
static inline vi vi_max(vi a, vi b)
{
    return _mm256_max_epi32(a, b);
}
static inline vm vi_lt(vi a, vi b)
{
    return _mm256_cmpgt_epi32(b, a);
}
static inline vm vi_eq(vi a, vi b)
{
    return _mm256_cmpeq_epi32(a, b);
}

static inline vi vi_round(vf a)
{
    return _mm256_cvtps_epi32(a);
}
static inline vf vf_from(vi a)
{
    return _mm256_cvtepi32_ps(a);
}
static inline vi vi_bits(vf a)
{
    return _mm256_castps_si256(a);
}
static inline vf vf_bits(vi a)
{
    return _mm256_castsi256_ps(a);
}

static inline vf vf_sel(vm m, vf yes, vf no)
{
    return _mm256_blendv_ps(no, yes, _mm256_castsi256_ps(m));
}
static inline vi vi_sel(vm m, vi yes, vi no)
{
    return _mm256_blendv_epi8(no, yes, m);
}
static inline vm vm_and(vm a, vm b)
{
    return _mm256_and_si256(a, b);
}
static inline vm vm_or(vm a, vm b)
{
    return _mm256_or_si256(a, b);
}
static inline vm vm_not(vm a)
{
    return _mm256_xor_si256(a, _mm256_set1_epi32(-1));
}
static inline vm vm_none(void)
{
    return _mm256_setzero_si256();
}
static inline uint32_t vm_bits(vm a)
{
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(a));
}
static inline int vm_any(vm a)
{
    return vm_bits(a) != 0;
}

static inline vi vi_add_if(vm m, vi a, vi b)
{
    return vi_add(a, vi_and(b, m));
}
static inline vi vi_sub_if(vm m, vi a, vi b)
{
    return vi_sub(a, vi_and(b, m));
}
static inline vi vi_or_if(vm m, vi a, vi b)
{
    return vi_or(a, vi_and(b, m));
}
static inline vi vi_max_if(vm m, vi a, vi b)
{
    return vi_sel(m, vi_max(a, b), a);
}
static inline vf vf_add_if(vm m, vf a, vf b)
{
    return vf_sel(m, vf_add(a, b), a);
}
static inline vf vf_sub_if(vm m, vf a, vf b)
{
    return vf_sel(m, vf_sub(a, b), a);
}
static inline vi vi_keep(vm m, vi a)
{
    return vi_and(a, m);
}
static inline vf vf_keep(vm m, vf a)
{
    return _mm256_and_ps(a, _mm256_castsi256_ps(m));
}
static inline vm vi_clear(vi a, vi b)
{
    return _mm256_cmpeq_epi32(vi_and(a, b), _mm256_setzero_si256());
}
static inline vm vi_test(vi a, vi b)
{
    return vm_not(vi_clear(a, b));
}
static inline vm vi_test_if(vm m, vi a, vi b)
{
    return _mm256_andnot_si256(vi_clear(a, b), m);
}
static inline vm vi_clear_if(vm m, vi a, vi b)
{
    return vm_and(m, vi_clear(a, b));
}
static inline vm vf_lt_if(vm m, vf a, vf b)
{
    return vm_and(m, vf_lt(a, b));
}
static inline vm vi_lt_if(vm m, vi a, vi b)
{
    return vm_and(m, vi_lt(a, b));
}

static inline uint32_t vi_union(vi a)
{
    __m128i x = _mm_or_si128(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    x         = _mm_or_si128(x, _mm_srli_si128(x, 8));
    x         = _mm_or_si128(x, _mm_srli_si128(x, 4));
    return (uint32_t)_mm_cvtsi128_si32(x);
}

static inline vf vf_lut16(const float *t, vi i)
{
    vf lo = _mm256_permutevar8x32_ps(_mm256_load_ps(t), i);
    vf hi = _mm256_permutevar8x32_ps(_mm256_load_ps(t + 8), i);
    return _mm256_blendv_ps(lo, hi, _mm256_castsi256_ps(_mm256_slli_epi32(i, 28)));
}
static inline vf vf_gather(const float *t, vi i)
{
    return _mm256_i32gather_ps(t, i, 4);
}
static inline vi vi_gather(const int32_t *t, vi i)
{
    return _mm256_i32gather_epi32(t, i, 4);
}

/* Even and odd lanes are kept apart in 64-bit lanes; the high halves may hold
 * anything, the multiplier reads low halves only. */
typedef struct v_half {
    __m256i c0, c1, c2, c3;
} v_half;

static inline v_half v_philox_round(v_half s, __m256i k0, __m256i k1)
{
    const __m256i m0 = _mm256_set1_epi64x(0xD2511F53), m1 = _mm256_set1_epi64x(0xCD9E8D57);
    __m256i       p0 = _mm256_mul_epu32(s.c0, m0), p1 = _mm256_mul_epu32(s.c2, m1);
    s.c0 = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p1, 32), s.c1), k0);
    s.c2 = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p0, 32), s.c3), k1);
    s.c1 = p1;
    s.c3 = p0;
    return s;
}
static inline vi v_join(__m256i even, __m256i odd)
{
    return _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xaa);
}
static inline void v_philox(vi trial, uint32_t index, uint32_t lap, uint32_t purpose, uint32_t k0, uint32_t k1,
                            vi out[4])
{
    __m256i i1 = _mm256_set1_epi64x(index), i2 = _mm256_set1_epi64x(lap), i3 = _mm256_set1_epi64x(purpose);
    v_half  e = {trial, i1, i2, i3}, o = {_mm256_srli_epi64(trial, 32), i1, i2, i3};
    for (int r = 0; r < PB__PHILOX_ROUNDS; r++) {
        __m256i q0 = _mm256_set1_epi64x(k0), q1 = _mm256_set1_epi64x(k1);
        e = v_philox_round(e, q0, q1);
        o = v_philox_round(o, q0, q1);
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = v_join(e.c0, o.c0);
    out[1] = v_join(e.c1, o.c1);
    out[2] = v_join(e.c2, o.c2);
    out[3] = v_join(e.c3, o.c3);
}

#endif
