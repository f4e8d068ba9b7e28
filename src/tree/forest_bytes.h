/* forest_bytes.h - the layout of a forest's bytes, docs/formats/forest.md. All
 * numbers are little-endian.
 *
 *      0  "PBFO"        16  features        32  nodes of tree 0, of tree 1, ...   u32 each
 *      4  version       20  trees            .  nodes, tree after tree            12 bytes each:
 *      8  objective     24  nodes in all            u16 pair, u16 feature + 0x8000 (missing left),
 *     12  classes       28  base margin f32         f32 threshold or leaf, f32 cover */
#ifndef PB_TREE_FOREST_BYTES_H
#define PB_TREE_FOREST_BYTES_H

#include <stdint.h>
#include <string.h>

#define PB__FOREST_VERSION 1u
#define PB__FOREST_HEAD 32u
#define PB__FOREST_NODE 12u
#define PB__MISSING_LEFT 0x8000u

static const uint8_t pb__forest_magic[4] = {'P', 'B', 'F', 'O'};

static inline uint16_t pb__get_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

static inline uint32_t pb__get_u32(const uint8_t *at)
{
    return pb__get_u16(at) | (uint32_t)pb__get_u16(at + 2) << 16;
}

static inline float pb__get_f32(const uint8_t *at)
{
    uint32_t bits = pb__get_u32(at);
    float    x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline void pb__put_u16(uint8_t *at, uint32_t x)
{
    at[0] = (uint8_t)x;
    at[1] = (uint8_t)(x >> 8);
}

static inline void pb__put_u32(uint8_t *at, uint32_t x)
{
    pb__put_u16(at, x & 0xffff);
    pb__put_u16(at + 2, x >> 16);
}

static inline void pb__put_f32(uint8_t *at, float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    pb__put_u32(at, bits);
}

#endif
