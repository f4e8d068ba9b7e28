/* Datagrams out: forwarding and replay. Never waits for anybody. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net_address.h"
#include "pitboard/net.h"

struct pb_udp_out {
    int      fd;
    uint64_t failed;
};

static pb_status connect_to(pb_udp_out *to, const char *address, pb_error *error)
{
    pb__address at;
    PB_TRY(pb__address_read(address, &at, error));
    if (pb__address_port(&at.at) == 0)
        return pb_error_set(error, PB_E_RANGE, "%s: nobody can be reached at port 0 (give the port that listens)",
                            address);
    to->fd = socket(at.family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (to->fd < 0 || connect(to->fd, (const struct sockaddr *)&at.at, at.len) != 0)
        return pb_error_set(error, PB_E_IO, "%s: cannot be sent to: %s (check the address and the network)", address,
                            strerror(errno));
    return PB_OK;
}

pb_status pb_udp_out_open(const char *address, pb_udp_out **out, pb_error *error)
{
    pb_udp_out *to = calloc(1, sizeof *to);
    if (!to) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    to->fd           = -1;
    pb_status status = connect_to(to, address, error);
    if (status != PB_OK) {
        pb_udp_out_close(to);
        return status;
    }
    *out = to;
    return PB_OK;
}

pb_status pb_udp_out_send(pb_udp_out *to, pb_span bytes)
{
    ssize_t sent = send(to->fd, bytes.at, bytes.len, MSG_DONTWAIT | MSG_NOSIGNAL);
    /* "Refused" tells of an earlier datagram and keeps this one from going out: try it once more. */
    if (sent < 0 && (errno == ECONNREFUSED || errno == EINTR))
        sent = send(to->fd, bytes.at, bytes.len, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) return PB_OK;
    to->failed++;
    return PB_E_IO;
}

uint64_t pb_udp_out_failed(const pb_udp_out *to)
{
    return to->failed;
}

void pb_udp_out_close(pb_udp_out *to)
{
    if (!to) return;
    if (to->fd >= 0) close(to->fd);
    free(to);
}
