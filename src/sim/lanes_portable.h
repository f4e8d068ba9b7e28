/* lanes_portable.h - four lanes of the compiler's own vectors, for any machine.
 * Meaning of every name: lanes_scalar.h. */
#ifndef PB_LANES_H
#define PB_LANES_H

#include <stdint.h>
#include <string.h>

#define LANES 4
#define LANES_LOG2 2

typedef float    vf __attribute__((vector_size(16)));
typedef int32_t  vi __attribute__((vector_size(16)));
typedef int32_t  vm __attribute__((vector_size(16))); /* 0 or -1 */
typedef uint32_t vu __attribute__((vector_size(16)));
typedef uint64_t vw __attribute__((vector_size(32)));

static inline vf vf_set(float x)
{
    return (vf){x, x, x, x};
}
static inline vi vi_set(int32_t x)
{
    return (vi){x, x, x, x};
}
static inline vi vi_lane(void)
{
    return (vi){0, 1, 2, 3};
}
static inline vf vf_load(const float *p)
{
    vf a;
    memcpy(&a, p, sizeof a);
    return a;
}
static inline vi vi_load(const int32_t *p)
{
    vi a;
    memcpy(&a, p, sizeof a);
    return a;
}
static inline void vf_store(float *p, vf a)
{
    memcpy(p, &a, sizeof a);
}
static inline void vi_store(int32_t *p, vi a)
{
    memcpy(p, &a, sizeof a);
}

static inline vi vi_bits(vf a)
{
    return (vi)a;
}
static inline vf vf_bits(vi a)
{
    return (vf)a;
}
static inline vi vi_sel(vm m, vi yes, vi no)
{
    return (yes & m) | (no & ~m);
}
static inline vf vf_sel(vm m, vf yes, vf no)
{
    return (vf)vi_sel(m, (vi)yes, (vi)no);
}

static inline vf vf_add(vf a, vf b)
{
    return a + b;
}
static inline vf vf_sub(vf a, vf b)
{
    return a - b;
}
static inline vf vf_mul(vf a, vf b)
{
    return a * b;
}
static inline vm vf_lt(vf a, vf b)
{
    return a < b;
}
static inline vf vf_min(vf a, vf b)
{
    return vf_sel(a < b, a, b);
}
static inline vf vf_max(vf a, vf b)
{
    return vf_sel(a > b, a, b);
}

static inline vi vi_add(vi a, vi b)
{
    return (vi)((vu)a + (vu)b);
}
static inline vi vi_sub(vi a, vi b)
{
    return (vi)((vu)a - (vu)b);
}
static inline vi vi_mul(vi a, vi b)
{
    return (vi)((vu)a * (vu)b);
}
static inline vi vi_and(vi a, vi b)
{
    return a & b;
}
static inline vi vi_or(vi a, vi b)
{
    return a | b;
}
static inline vi vi_xor(vi a, vi b)
{
    return a ^ b;
}
#define vi_sll(a, n) ((vi)((vu)(a) << (n)))
#define vi_srl(a, n) ((vi)((vu)(a) >> (n)))
#define vi_sra(a, n) ((vi)((a) >> (n)))
static inline vi vi_sllv(vi a, vi n)
{
    return (vi)((vu)a << ((vu)n & 31u)) & ((vu)n < 32u);
}
static inline vi vi_srlv(vi a, vi n)
{
    return (vi)((vu)a >> ((vu)n & 31u)) & ((vu)n < 32u);
}
static inline vm vi_lt(vi a, vi b)
{
    return a < b;
}
static inline vm vi_eq(vi a, vi b)
{
    return a == b;
}
static inline vi vi_min(vi a, vi b)
{
    return vi_sel(a < b, a, b);
}
static inline vi vi_max(vi a, vi b)
{
    return vi_sel(a > b, a, b);
}

static inline vi vi_round(vf a)
{
    return vi_bits(a + vf_set(12582912.0f)) - vi_set(0x4b400000);
}
static inline vf vf_from(vi a)
{
    return __builtin_convertvector(a, vf);
}

static inline vm vm_and(vm a, vm b)
{
    return a & b;
}
static inline vm vm_or(vm a, vm b)
{
    return a | b;
}
static inline vm vm_not(vm a)
{
    return ~a;
}
static inline vm vm_none(void)
{
    return vi_set(0);
}
static inline int vm_any(vm a)
{
    return (a[0] | a[1] | a[2] | a[3]) != 0;
}
static inline uint32_t vm_bits(vm a)
{
    return (uint32_t)(a[0] & 1) | (uint32_t)(a[1] & 2) | (uint32_t)(a[2] & 4) | (uint32_t)(a[3] & 8);
}

static inline vi vi_add_if(vm m, vi a, vi b)
{
    return vi_add(a, b & m);
}
static inline vi vi_sub_if(vm m, vi a, vi b)
{
    return vi_sub(a, b & m);
}
static inline vi vi_or_if(vm m, vi a, vi b)
{
    return a | (b & m);
}
static inline vi vi_max_if(vm m, vi a, vi b)
{
    return vi_sel(m & (b > a), b, a);
}
static inline vf vf_add_if(vm m, vf a, vf b)
{
    return vf_sel(m, a + b, a);
}
static inline vf vf_sub_if(vm m, vf a, vf b)
{
    return vf_sel(m, a - b, a);
}
static inline vi vi_keep(vm m, vi a)
{
    return a & m;
}
static inline vf vf_keep(vm m, vf a)
{
    return (vf)((vi)a & m);
}
static inline vm vi_test(vi a, vi b)
{
    return (a & b) != 0;
}
static inline vm vi_clear(vi a, vi b)
{
    return (a & b) == 0;
}
static inline vm vi_test_if(vm m, vi a, vi b)
{
    return m & ((a & b) != 0);
}
static inline vm vi_clear_if(vm m, vi a, vi b)
{
    return m & ((a & b) == 0);
}
static inline vm vf_lt_if(vm m, vf a, vf b)
{
    return m & (a < b);
}
static inline vm vi_lt_if(vm m, vi a, vi b)
{
    return m & (a < b);
}

static inline uint32_t vi_union(vi a)
{
    return (uint32_t)(a[0] | a[1] | a[2] | a[3]);
}

static inline vf vf_gather(const float *t, vi i)
{
    return (vf){t[i[0]], t[i[1]], t[i[2]], t[i[3]]};
}
static inline vi vi_gather(const int32_t *t, vi i)
{
    return (vi){t[i[0]], t[i[1]], t[i[2]], t[i[3]]};
}
static inline vf vf_lut16(const float *t, vi i)
{
    return vf_gather(t, i & 15);
}

static inline void v_philox(vi trial, uint32_t index, uint32_t lap, uint32_t purpose, uint32_t k0, uint32_t k1,
                            vi out[4])
{
    const vw low = {0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu};
    vw       c0 = __builtin_convertvector((vu)trial, vw), c1 = {index, index, index, index};
    vw       c2 = {lap, lap, lap, lap}, c3 = {purpose, purpose, purpose, purpose};
    for (int r = 0; r < PB__PHILOX_ROUNDS; r++) {
        vw p0 = c0 * 0xD2511F53ull, p1 = c2 * 0xCD9E8D57ull;
        c0 = (p1 >> 32) ^ c1 ^ (uint64_t)k0;
        c1 = p1 & low;
        c2 = (p0 >> 32) ^ c3 ^ (uint64_t)k1;
        c3 = p0 & low;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = (vi) __builtin_convertvector(c0, vu);
    out[1] = (vi) __builtin_convertvector(c1, vu);
    out[2] = (vi) __builtin_convertvector(c2, vu);
    out[3] = (vi) __builtin_convertvector(c3, vu);
}

#endif
