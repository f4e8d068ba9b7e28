/* net_address.h - "127.0.0.1:20777", "[::1]:20777" and "host:20777" as a socket address. */
#ifndef PB_NET_ADDRESS_H
#define PB_NET_ADDRESS_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "pitboard/base.h"

typedef struct pb__address {
    struct sockaddr_storage at;
    socklen_t               len;
    int                     family; /* AF_INET or AF_INET6 */
} pb__address;

/* PB_E_SYNTAX when the text is no address, PB_E_NOENT when the name is not known. */
pb_status pb__address_read(const char *text, pb__address *out, pb_error *error);
uint16_t  pb__address_port(const struct sockaddr_storage *at);

#endif
