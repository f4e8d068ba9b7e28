/* pitboard/net.h - sockets, HTTP and folders, thin over the system and its
 * libraries. Knows no racing word and starts no thread: who calls waits.
 *
 * Floor 2. Uses base, codec; libcurl. */
#ifndef PITBOARD_NET_H
#define PITBOARD_NET_H

#include "pitboard/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- UDP ---- */
#define PB_DATAGRAM_MAX 65507
#define PB_UDP_BATCH    64

typedef struct pb_udp pb_udp;

/* One received datagram. */
typedef struct pb_datagram {
    pb_span  bytes;              /* valid until the next receive */
    int64_t  at_us;              /* of arrival in the kernel (SO_TIMESTAMPNS), UTC */
    uint32_t from_ip;            /* IPv4 in host order; 0 for IPv6 */
    uint16_t from_port;
    bool     cut;                /* longer than slot_bytes: cut, to be refused */
} pb_datagram;

/* Listens on "127.0.0.1:20777" or "[::1]:20777"; port 0 takes a free one
 * (pb_udp_port tells). slot_bytes: largest datagram kept whole. buffer_bytes: what
 * the kernel may hold for us, as far as it allows; 0 its own. */
pb_status pb_udp_open(const char *address, uint32_t slot_bytes, uint32_t buffer_bytes, pb_udp **out, pb_error *error);
void      pb_udp_close(pb_udp *udp);
uint16_t  pb_udp_port(const pb_udp *udp);
int       pb_udp_fd(const pb_udp *udp);
/* Takes what has come, at most PB_UDP_BATCH (one recvmmsg); waits up to wait_ms for
 * the first. *n may be 0. out points into the handle, valid until the next call. */
pb_status pb_udp_receive(pb_udp *udp, int wait_ms, const pb_datagram **out, uint32_t *n, pb_error *error);
/* Datagrams the kernel dropped for want of room (SO_RXQ_OVFL), so far. */
uint64_t  pb_udp_dropped(const pb_udp *udp);

/* Sends to "127.0.0.1:20777"; for forwarding and replay. Never blocks: what cannot
 * be sent now is counted and gone. */
typedef struct pb_udp_out pb_udp_out;
pb_status pb_udp_out_open(const char *address, pb_udp_out **out, pb_error *error);
pb_status pb_udp_out_send(pb_udp_out *to, pb_span bytes);
uint64_t  pb_udp_out_failed(const pb_udp_out *to);
void      pb_udp_out_close(pb_udp_out *to);

#ifdef __cplusplus
}
#endif
#endif
