/* lanes_scalar.h - one trial at a time: the definition of every lane operation.
 *
 * A kernel is written once against these names (vf floats, vi 32-bit integers,
 * vm masks) and compiled per instruction set. Lanes are independent trials, so
 * the width cannot change a result; what could, is kept equal here: min and max
 * return the second operand on a tie, float to int rounds to nearest even (for
 * |x| < 2^22), shifts by 32 or more give 0, and nothing is contracted. */
#ifndef PB_LANES_H
#define PB_LANES_H

#include <stdint.h>
#include <string.h>

#define LANES 1
#define LANES_LOG2 0

typedef float    vf;
typedef int32_t  vi;
typedef uint32_t vm; /* 0 or 1 */

static inline vf vf_set(float x)
{
    return x;
}
static inline vi vi_set(int32_t x)
{
    return x;
}
static inline vi vi_lane(void)
{
    return 0;
}
static inline vf vf_load(const float *p)
{
    return *p;
}
static inline vi vi_load(const int32_t *p)
{
    return *p;
}
static inline void vf_store(float *p, vf a)
{
    *p = a;
}
static inline void vi_store(int32_t *p, vi a)
{
    *p = a;
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
static inline vf vf_min(vf a, vf b)
{
    return a < b ? a : b;
}
static inline vf vf_max(vf a, vf b)
{
    return a > b ? a : b;
}
static inline vm vf_lt(vf a, vf b)
{
    return a < b;
}

static inline vi vi_add(vi a, vi b)
{
    return (vi)((uint32_t)a + (uint32_t)b);
}
static inline vi vi_sub(vi a, vi b)
{
    return (vi)((uint32_t)a - (uint32_t)b);
}
static inline vi vi_mul(vi a, vi b)
{
    return (vi)((uint32_t)a * (uint32_t)b);
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
#define vi_sll(a, n) ((vi)((uint32_t)(a) << (n)))
#define vi_srl(a, n) ((vi)((uint32_t)(a) >> (n)))
#define vi_sra(a, n) ((vi)((int32_t)(a) >> (n)))
static inline vi vi_sllv(vi a, vi n)
{
    return (uint32_t)n > 31 ? 0 : (vi)((uint32_t)a << n);
}
static inline vi vi_srlv(vi a, vi n)
{
    return (uint32_t)n > 31 ? 0 : (vi)((uint32_t)a >> n);
}
static inline vi vi_min(vi a, vi b)
{
    return a < b ? a : b;
}
static inline vi vi_max(vi a, vi b)
{
    return a > b ? a : b;
}
static inline vm vi_lt(vi a, vi b)
{
    return a < b;
}
static inline vm vi_eq(vi a, vi b)
{
    return a == b;
}

static inline vi vi_round(vf a) /* to nearest even, |a| < 2^22 */
{
    float   magic = a + 12582912.0f;
    int32_t bits;
    memcpy(&bits, &magic, 4);
    return bits - 0x4b400000;
}
static inline vf vf_from(vi a)
{
    return (float)a;
}
static inline vi vi_bits(vf a)
{
    int32_t i;
    memcpy(&i, &a, 4);
    return i;
}
static inline vf vf_bits(vi a)
{
    float f;
    memcpy(&f, &a, 4);
    return f;
}

static inline vf vf_sel(vm m, vf yes, vf no)
{
    return m ? yes : no;
}
static inline vi vi_sel(vm m, vi yes, vi no)
{
    return m ? yes : no;
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
    return a ^ 1u;
}
static inline vm vm_none(void)
{
    return 0;
}
static inline int vm_any(vm a)
{
    return (int)a;
}
static inline uint32_t vm_bits(vm a)
{
    return a;
}

/* Under a mask: m ? a op b : a, and masks that narrow another. */
static inline vi vi_add_if(vm m, vi a, vi b)
{
    return m ? vi_add(a, b) : a;
}
static inline vi vi_sub_if(vm m, vi a, vi b)
{
    return m ? vi_sub(a, b) : a;
}
static inline vi vi_or_if(vm m, vi a, vi b)
{
    return m ? a | b : a;
}
static inline vi vi_max_if(vm m, vi a, vi b)
{
    return m ? vi_max(a, b) : a;
}
static inline vf vf_add_if(vm m, vf a, vf b)
{
    return m ? a + b : a;
}
static inline vf vf_sub_if(vm m, vf a, vf b)
{
    return m ? a - b : a;
}
static inline vi vi_keep(vm m, vi a)
{
    return m ? a : 0;
}
static inline vf vf_keep(vm m, vf a)
{
    return m ? a : 0.0f;
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
    return (uint32_t)a;
} /* of all lanes, or-ed */

/* table[the low four bits of i]; any table size for gathers */
static inline vf vf_lut16(const float *table, vi i)
{
    return table[i & 15];
}
static inline vf vf_gather(const float *base, vi i)
{
    return base[i];
}
static inline vi vi_gather(const int32_t *base, vi i)
{
    return base[i];
}

/* Philox4x32 with counter { trial (per lane), index, lap, purpose }. */
static inline void v_philox(vi trial, uint32_t index, uint32_t lap, uint32_t purpose, uint32_t k0, uint32_t k1,
                            vi out[4])
{
    uint32_t c0 = (uint32_t)trial, c1 = index, c2 = lap, c3 = purpose;
    for (int r = 0; r < PB__PHILOX_ROUNDS; r++) {
        uint64_t p0 = 0xD2511F53ull * c0, p1 = 0xCD9E8D57ull * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = (vi)c0;
    out[1] = (vi)c1;
    out[2] = (vi)c2;
    out[3] = (vi)c3;
}

#endif
