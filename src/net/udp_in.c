/* Datagrams in, a batch at a time, with the kernel's own time of arrival.
 *
 *     slots     [ slot 0 | slot 1 | ... | slot 63 ]   what recvmmsg fills
 *     message   one header a slot: sender, control bytes (time, drops), flags
 *     datagram  what the caller sees of them
 */
#include <errno.h>
#include <linux/sock_diag.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "net_address.h"
#include "pitboard/net.h"

#define CONTROL_BYTES 128 /* a timespec and a drop count, with their headers: 56 */

struct pb_udp {
    int                     fd;
    uint16_t                port;
    uint32_t                slot_bytes;
    uint32_t                last_drops; /* as SO_RXQ_OVFL last told; it wraps at 32 bits */
    uint64_t                dropped;
    char                   *slots;
    struct mmsghdr          message[PB_UDP_BATCH];
    struct iovec            piece[PB_UDP_BATCH];
    struct sockaddr_storage from[PB_UDP_BATCH];
    _Alignas(struct cmsghdr) char control[PB_UDP_BATCH][CONTROL_BYTES];
    pb_datagram datagram[PB_UDP_BATCH];
};

static pb_status refuse(const char *address, pb_error *error)
{
    if (errno == EADDRINUSE)
        return pb_error_set(error, PB_E_IO,
                            "%s: the port is taken (another program listens there: close it, or let it forward to "
                            "another port and listen on that)",
                            address);
    if (errno == EACCES)
        return pb_error_set(error, PB_E_IO, "%s: not allowed (ports below 1024 are for root: take a higher one)",
                            address);
    if (errno == EADDRNOTAVAIL)
        return pb_error_set(error, PB_E_IO, "%s: this machine has no such address (0.0.0.0 listens on all that it has)",
                            address);
    return pb_error_set(error, PB_E_IO, "%s: cannot be listened on: %s", address, strerror(errno));
}

/* A bigger buffer and times are welcome, not needed: no error when refused. */
static void ask_for_extras(int fd, uint32_t buffer_bytes)
{
    int on = 1, size = buffer_bytes > INT32_MAX / 2 ? INT32_MAX / 2 : (int)buffer_bytes;
    (void)setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    (void)setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
    if (size > 0 && setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

static pb_status listen_on(pb_udp *udp, const char *address, uint32_t buffer_bytes, pb_error *error)
{
    pb__address at;
    PB_TRY(pb__address_read(address, &at, error));
    udp->fd = socket(at.family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (udp->fd < 0) return refuse(address, error);
    ask_for_extras(udp->fd, buffer_bytes);
    if (bind(udp->fd, (const struct sockaddr *)&at.at, at.len) != 0) return refuse(address, error);
    if (getsockname(udp->fd, (struct sockaddr *)&at.at, &at.len) != 0) return refuse(address, error);
    udp->port = pb__address_port(&at.at);
    return PB_OK;
}

static void lay_out(pb_udp *udp)
{
    for (uint32_t i = 0; i < PB_UDP_BATCH; i++) {
        struct msghdr *head = &udp->message[i].msg_hdr;
        udp->piece[i]       = (struct iovec){udp->slots + (size_t)i * udp->slot_bytes, udp->slot_bytes};
        head->msg_iov       = &udp->piece[i];
        head->msg_iovlen    = 1;
        head->msg_name      = &udp->from[i];
        head->msg_control   = udp->control[i];
    }
}

pb_status pb_udp_open(const char *address, uint32_t slot_bytes, uint32_t buffer_bytes, pb_udp **out, pb_error *error)
{
    PB_ASSERT(slot_bytes > 0 && slot_bytes <= PB_DATAGRAM_MAX);
    pb_udp *udp = calloc(1, sizeof *udp);
    if (!udp) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    udp->fd          = -1;
    udp->slot_bytes  = slot_bytes;
    udp->slots       = malloc((size_t)PB_UDP_BATCH * slot_bytes);
    pb_status status = udp->slots ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (status == PB_OK) status = listen_on(udp, address, buffer_bytes, error);
    if (status != PB_OK) {
        pb_udp_close(udp);
        return status;
    }
    lay_out(udp);
    *out = udp;
    return PB_OK;
}

void pb_udp_close(pb_udp *udp)
{
    if (!udp) return;
    if (udp->fd >= 0) close(udp->fd);
    free(udp->slots);
    free(udp);
}

uint16_t pb_udp_port(const pb_udp *udp)
{
    return udp->port;
}

int pb_udp_fd(const pb_udp *udp)
{
    return udp->fd;
}

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* The kernel's notes on one datagram: when it came, how many were lost before it. */
static int64_t read_notes(pb_udp *udp, struct msghdr *head)
{
    int64_t at_us = 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(head); c; c = CMSG_NXTHDR(head, c)) {
        if (c->cmsg_level != SOL_SOCKET) continue;
        if (c->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec at;
            memcpy(&at, CMSG_DATA(c), sizeof at);
            at_us = (int64_t)at.tv_sec * 1000000 + at.tv_nsec / 1000;
        } else if (c->cmsg_type == SO_RXQ_OVFL) {
            uint32_t drops;
            memcpy(&drops, CMSG_DATA(c), sizeof drops);
            udp->dropped += (uint32_t)(drops - udp->last_drops);
            udp->last_drops = drops;
        }
    }
    return at_us ? at_us : now_us();
}

static void describe(pb_udp *udp, uint32_t i)
{
    struct msghdr *head = &udp->message[i].msg_hdr;
    pb_datagram   *d    = &udp->datagram[i];
    d->bytes            = (pb_span){udp->piece[i].iov_base, udp->message[i].msg_len};
    d->cut              = (head->msg_flags & MSG_TRUNC) != 0;
    d->at_us            = read_notes(udp, head);
    d->from_port        = pb__address_port(&udp->from[i]);
    d->from_ip          = 0;
    if (udp->from[i].ss_family == AF_INET)
        d->from_ip = ntohl(((const struct sockaddr_in *)(const void *)&udp->from[i])->sin_addr.s_addr);
}

/* What is there now; -1 and errno when that is nothing. The kernel shortens the
 * lengths, so they are set anew every time. */
static int take(pb_udp *udp)
{
    for (uint32_t i = 0; i < PB_UDP_BATCH; i++) {
        udp->message[i].msg_hdr.msg_namelen    = sizeof udp->from[i];
        udp->message[i].msg_hdr.msg_controllen = CONTROL_BYTES;
        udp->message[i].msg_hdr.msg_flags      = 0;
    }
    return recvmmsg(udp->fd, udp->message, PB_UDP_BATCH, MSG_DONTWAIT, NULL);
}

pb_status pb_udp_receive(pb_udp *udp, int wait_ms, const pb_datagram **out, uint32_t *n, pb_error *error)
{
    int got = take(udp);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) && wait_ms != 0) {
        struct pollfd ready = {.fd = udp->fd, .events = POLLIN};
        if (poll(&ready, 1, wait_ms) > 0) got = take(udp);
    }
    if (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
        return pb_error_set(error, PB_E_IO, "UDP port %u: cannot be read: %s", udp->port, strerror(errno));
    uint32_t count = got > 0 ? (uint32_t)got : 0;
    for (uint32_t i = 0; i < count; i++) describe(udp, i);
    *out = udp->datagram;
    *n   = count;
    return PB_OK;
}

/* SO_RXQ_OVFL rides on the next datagram only; the socket itself knows at once,
 * where the kernel is new enough (4.12) to be asked. */
uint64_t pb_udp_dropped(const pb_udp *udp)
{
    uint32_t  info[SK_MEMINFO_VARS] = {0};
    socklen_t len                   = sizeof info;
    if (getsockopt(udp->fd, SOL_SOCKET, SO_MEMINFO, info, &len) != 0 || len <= SK_MEMINFO_DROPS * sizeof *info)
        return udp->dropped;
    return udp->dropped + (uint32_t)(info[SK_MEMINFO_DROPS] - udp->last_drops);
}
