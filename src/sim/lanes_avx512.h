/* lanes_avx512.h - sixteen lanes. Meaning of every name: lanes_scalar.h. */
#ifndef PB_LANES_H
#define PB_LANES_H

#include <immintrin.h>
#include <stdint.h>

#define LANES 16
#define LANES_LOG2 4

typedef __m512    vf;
typedef __m512i   vi;
typedef __mmask16 vm;

static inline vf vf_set(float x)
{
    return _mm512_set1_ps(x);
}
static inline vi vi_set(int32_t x)
{
    return _mm512_set1_epi32(x);
}
static inline vi vi_lane(void)
{
    return _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}
static inline vf vf_load(const float *p)
{
    return _mm512_load_ps(p);
}
static inline vi vi_load(const int32_t *p)
{
    return _mm512_load_si512(p);
}
static inline void vf_store(float *p, vf a)
{
    _mm512_store_ps(p, a);
}
static inline void vi_store(int32_t *p, vi a)
{
    _mm512_store_si512(p, a);
}

static inline vf vf_add(vf a, vf b)
{
    return _mm512_add_ps(a, b);
}
static inline vf vf_sub(vf a, vf b)
{
    return _mm512_sub_ps(a, b);
}
static inline vf vf_mul(vf a, vf b)
{
    return _mm512_mul_ps(a, b);
}
static inline vf vf_min(vf a, vf b)
{
    return _mm512_min_ps(a, b);
}
static inline vf vf_max(vf a, vf b)
{
    return _mm512_max_ps(a, b);
}
static inline vm vf_lt(vf a, vf b)
{
    return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ);
}

static inline vi vi_add(vi a, vi b)
{
    return _mm512_add_epi32(a, b);
}
static inline vi vi_sub(vi a, vi b)
{
    return _mm512_sub_epi32(a, b);
}
static inline vi vi_mul(vi a, vi b)
{
    return _mm512_mullo_epi32(a, b);
}
static inline vi vi_and(vi a, vi b)
{
    return _mm512_and_si512(a, b);
}
static inline vi vi_or(vi a, vi b)
{
    return _mm512_or_si512(a, b);
}
static inline vi vi_xor(vi a, vi b)
{
    return _mm512_xor_si512(a, b);
}
#define vi_sll(a, n) _mm512_slli_epi32((a), (n))
#define vi_srl(a, n) _mm512_srli_epi32((a), (n))
#define vi_sra(a, n) _mm512_srai_epi32((a), (n))
static inline vi vi_sllv(vi a, vi n)
{
    return _mm512_sllv_epi32(a, n);
}
static inline vi vi_srlv(vi a, vi n)
{
    return _mm512_srlv_epi32(a, n);
}
static inline vi vi_min(vi a, vi b)
{
    return _mm512_min_epi32(a, b);
}
static inline vi vi_max(vi a, vi b)
{
    return _mm512_max_epi32(a, b);
}
static inline vm vi_lt(vi a, vi b)
{
    return _mm512_cmplt_epi32_mask(a, b);
}
static inline vm vi_eq(vi a, vi b)
{
    return _mm512_cmpeq_epi32_mask(a, b);
}

static inline vi vi_round(vf a)
{
    return _mm512_cvtps_epi32(a);
}
static inline vf vf_from(vi a)
{
    return _mm512_cvtepi32_ps(a);
}
static inline vi vi_bits(vf a)
{
    return _mm512_castps_si512(a);
}
static inline vf vf_bits(vi a)
{
    return _mm512_castsi512_ps(a);
}

static inline vf vf_sel(vm m, vf yes, vf no)
{
    return _mm512_mask_blend_ps(m, no, yes);
}
static inline vi vi_sel(vm m, vi yes, vi no)
{
    return _mm512_mask_blend_epi32(m, no, yes);
}
static inline vm vm_and(vm a, vm b)
{
    return _kand_mask16(a, b);
}
static inline vm vm_or(vm a, vm b)
{
    return _kor_mask16(a, b);
}
static inline vm vm_not(vm a)
{
    return _knot_mask16(a);
}
static inline vm vm_none(void)
{
    return 0;
}
static inline uint32_t vm_bits(vm a)
{
    return a;
}
static inline int vm_any(vm a)
{
    return !_kortestz_mask16_u8(a, a);
}

static inline vi vi_add_if(vm m, vi a, vi b)
{
    return _mm512_mask_add_epi32(a, m, a, b);
}
static inline vi vi_sub_if(vm m, vi a, vi b)
{
    return _mm512_mask_sub_epi32(a, m, a, b);
}
static inline vi vi_or_if(vm m, vi a, vi b)
{
    return _mm512_mask_or_epi32(a, m, a, b);
}
static inline vi vi_max_if(vm m, vi a, vi b)
{
    return _mm512_mask_max_epi32(a, m, a, b);
}
static inline vf vf_add_if(vm m, vf a, vf b)
{
    return _mm512_mask_add_ps(a, m, a, b);
}
static inline vf vf_sub_if(vm m, vf a, vf b)
{
    return _mm512_mask_sub_ps(a, m, a, b);
}
static inline vi vi_keep(vm m, vi a)
{
    return _mm512_maskz_mov_epi32(m, a);
}
static inline vf vf_keep(vm m, vf a)
{
    return _mm512_maskz_mov_ps(m, a);
}
static inline vm vi_test(vi a, vi b)
{
    return _mm512_test_epi32_mask(a, b);
}
static inline vm vi_clear(vi a, vi b)
{
    return _mm512_testn_epi32_mask(a, b);
}
static inline vm vi_test_if(vm m, vi a, vi b)
{
    return _mm512_mask_test_epi32_mask(m, a, b);
}
static inline vm vi_clear_if(vm m, vi a, vi b)
{
    return _mm512_mask_testn_epi32_mask(m, a, b);
}
static inline vm vf_lt_if(vm m, vf a, vf b)
{
    return _mm512_mask_cmp_ps_mask(m, a, b, _CMP_LT_OQ);
}
static inline vm vi_lt_if(vm m, vi a, vi b)
{
    return _mm512_mask_cmplt_epi32_mask(m, a, b);
}

static inline uint32_t vi_union(vi a)
{
    return (uint32_t)_mm512_reduce_or_epi32(a);
}

static inline vf vf_lut16(const float *t, vi i)
{
    return _mm512_permutexvar_ps(i, _mm512_load_ps(t));
}
static inline vf vf_gather(const float *t, vi i)
{
    return _mm512_i32gather_ps(i, t, 4);
}
static inline vi vi_gather(const int32_t *t, vi i)
{
    return _mm512_i32gather_epi32(i, t, 4);
}

typedef struct v_half {
    __m512i c0, c1, c2, c3;
} v_half;

static inline v_half v_philox_round(v_half s, __m512i k0, __m512i k1)
{
    const __m512i m0 = _mm512_set1_epi64(0xD2511F53), m1 = _mm512_set1_epi64(0xCD9E8D57);
    __m512i       p0 = _mm512_mul_epu32(s.c0, m0), p1 = _mm512_mul_epu32(s.c2, m1);
    s.c0 = _mm512_ternarylogic_epi64(_mm512_srli_epi64(p1, 32), s.c1, k0, 0x96);
    s.c2 = _mm512_ternarylogic_epi64(_mm512_srli_epi64(p0, 32), s.c3, k1, 0x96);
    s.c1 = p1;
    s.c3 = p0;
    return s;
}
static inline vi v_join(__m512i even, __m512i odd)
{
    return _mm512_mask_blend_epi32(0xaaaa, even, _mm512_slli_epi64(odd, 32));
}
static inline void v_philox(vi trial, uint32_t index, uint32_t lap, uint32_t purpose, uint32_t k0, uint32_t k1,
                            vi out[4])
{
    __m512i i1 = _mm512_set1_epi64(index), i2 = _mm512_set1_epi64(lap), i3 = _mm512_set1_epi64(purpose);
    v_half  e = {trial, i1, i2, i3}, o = {_mm512_srli_epi64(trial, 32), i1, i2, i3};
    for (int r = 0; r < PB__PHILOX_ROUNDS; r++) {
        __m512i q0 = _mm512_set1_epi64(k0), q1 = _mm512_set1_epi64(k1);
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
