/* f1_udp_load.h - little-endian values at any address. */
#ifndef PB_WIRE_F1_UDP_LOAD_H
#define PB_WIRE_F1_UDP_LOAD_H

#include <stdint.h>
#include <string.h>

/* Compilers make one load of each of these. */
static inline uint16_t pb__load_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

static inline uint32_t pb__load_u32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline uint64_t pb__load_u64(const uint8_t *at)
{
    return pb__load_u32(at) | (uint64_t)pb__load_u32(at + 4) << 32;
}

static inline float pb__load_f32(const uint8_t *at)
{
    uint32_t bits = pb__load_u32(at);
    float    value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline double pb__load_f64(const uint8_t *at)
{
    uint64_t bits = pb__load_u64(at);
    double   value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

#endif
