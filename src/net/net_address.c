/* Addresses with a port: see net_address.h. */
#include <netdb.h>
#include <string.h>

#include "net_address.h"

#define HOST_MAX 256

/* "[::1]:20777" or "host:20777" into host and port. */
static bool split(const char *text, char host[HOST_MAX], char port[8])
{
    const char *colon = strrchr(text, ':');
    if (!colon || colon == text) return false;
    pb_span whole = {text, (size_t)(colon - text)};
    bool    six   = whole.at[0] == '[' && whole.at[whole.len - 1] == ']';
    if (six) whole = (pb_span){whole.at + 1, whole.len - 2};
    bool bare_six = !six && memchr(whole.at, ':', whole.len);
    return !bare_six && whole.len > 0 && pb_span_copy(whole, host, HOST_MAX) &&
           pb_span_copy(pb_span_of(colon + 1), port, 8);
}

static pb_status refuse_text(const char *text, pb_error *error)
{
    return pb_error_set(error, PB_E_SYNTAX,
                        "'%s' is no address with a port (write 127.0.0.1:20777, [::1]:20777 or 0.0.0.0:20777 for "
                        "every network of this machine)",
                        text);
}

pb_status pb__address_read(const char *text, pb__address *out, pb_error *error)
{
    char    host[HOST_MAX], port[8];
    int64_t number = -1;
    if (!split(text, host, port) || !pb_span_to_i64(pb_span_of(port), &number) || number < 0 || number > 65535)
        return refuse_text(text, error);

    struct addrinfo  hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    int              code  = getaddrinfo(host, port, &hints, &found);
    if (code != 0)
        return pb_error_set(error, PB_E_NOENT, "%s: the host is not known: %s (check the name, or give its number)",
                            text, gai_strerror(code));
    *out = (pb__address){.len = found->ai_addrlen, .family = found->ai_family};
    memcpy(&out->at, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return PB_OK;
}

uint16_t pb__address_port(const struct sockaddr_storage *at)
{
    if (at->ss_family == AF_INET) return ntohs(((const struct sockaddr_in *)(const void *)at)->sin_port);
    if (at->ss_family == AF_INET6) return ntohs(((const struct sockaddr_in6 *)(const void *)at)->sin6_port);
    return 0;
}
