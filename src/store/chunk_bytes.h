/* chunk_bytes.h - inside store only: numbers in bytes, the lowest first. */
#ifndef PITBOARD_STORE_CHUNK_BYTES_H
#define PITBOARD_STORE_CHUNK_BYTES_H

#include <stdint.h>

static inline uint8_t *pb__put_u32(uint8_t *to, uint32_t value)
{
    for (int i = 0; i < 4; i++) to[i] = (uint8_t)(value >> (8 * i));
    return to + 4;
}

static inline uint8_t *pb__put_u64(uint8_t *to, uint64_t value)
{
    return pb__put_u32(pb__put_u32(to, (uint32_t)value), (uint32_t)(value >> 32));
}

static inline uint32_t pb__get_u32(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline uint64_t pb__get_u64(const uint8_t *at)
{
    return pb__get_u32(at) | (uint64_t)pb__get_u32(at + 4) << 32;
}

#endif
