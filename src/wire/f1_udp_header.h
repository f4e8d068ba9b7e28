/* f1_udp_header.h - the first bytes of a datagram, and whether the rest can be what
 * they say.
 *
 *                       2018  2019 2020-22 2023-25
 *     packetFormat         0     0       0       0  u16, the layout
 *     gameYear             -     -       -       2
 *     packetVersion        2     4       4       5
 *     packetId             3     5       5       6
 *     sessionUID           4     6       6       7  u64
 *     sessionTime         12    14      14      15  f32, s
 *     frameIdentifier     16    18      18      19  u32, goes back on a flashback
 *     overallFrameIdent.   -     -       -      23  u32, never goes back
 *     playerCarIndex      20    22      22      27
 *     secondaryPlayer      -     -      23      28
 *     size                21    23      24      29 */
#ifndef PB_WIRE_F1_UDP_HEADER_H
#define PB_WIRE_F1_UDP_HEADER_H

#include "pitboard/base.h"

typedef struct pb__f1_header {
    uint16_t format, season; /* season: the year the game is of */
    uint8_t  id, size;       /* size: of the header */
    uint8_t  player, second; /* car indices, 255 none */
    uint64_t session;
    uint32_t frame, overall; /* overall: the frame itself before 2023 */
    int32_t  time_ms;        /* session time; PB_MS_NONE when it is no time */
    int64_t  time_us;
} pb__f1_header;

/* NULL when the datagram is of a known format and id and exactly as long as these
 * say; else why not, a static text. *out is written only on success. */
const char *pb__f1_header_read(pb_span datagram, pb__f1_header *out);

#endif
