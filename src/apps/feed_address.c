#include "feed_address.h"

#include <stdio.h>
#include <string.h>

static bool is_port(pb_span text, int64_t *out)
{
    return pb_span_to_i64(text, out) && *out >= 0 && *out <= 65535;
}

static bool is_loopback(pb_span host)
{
    return (host.len >= 4 && memcmp(host.at, "127.", 4) == 0) || pb_span_equal_text(host, "[::1]") ||
           pb_span_equal_text(host, "localhost");
}

/* Splits at the last colon. */
static bool split(const char *text, pb_span *host, int64_t *port)
{
    const char *colon = strrchr(text, ':');
    if (!colon || colon == text) return false;
    *host = (pb_span){text, (size_t)(colon - text)};
    return is_port(pb_span_of(colon + 1), port) && host->len < FEED_ADDRESS_MAX - 8;
}

static void write(pb_span host, int64_t port, char out[FEED_ADDRESS_MAX])
{
    if (pb_span_equal_text(host, "localhost")) host = pb_span_of("127.0.0.1");
    (void)snprintf(out, FEED_ADDRESS_MAX, "%.*s:%d", (int)host.len, host.at, (int)port);
}

pb_status feed_address_listen(const char *text, const char *option, bool remote, char out[FEED_ADDRESS_MAX],
                              pb_error *error)
{
    pb_span host = pb_span_of("127.0.0.1");
    int64_t port = 0;
    out[0]       = '\0';
    if (is_port(pb_span_of(text), &port)) {
        if (port > 0) write(host, port, out);
        return PB_OK;
    }
    if (!split(text, &host, &port))
        return pb_error_set(error, PB_E_USAGE, "%s wants a port or HOST:PORT (0 is off), not '%s'", option, text);
    if (!remote && !is_loopback(host))
        return pb_error_set(error, PB_E_USAGE,
                            "%s %s: others could reach it, and feeds carry no password; add --allow-remote if that is "
                            "what you want",
                            option, text);
    write(host, port, out);
    return PB_OK;
}

pb_status feed_address_send(const char *text, const char *option, char out[FEED_ADDRESS_MAX], pb_error *error)
{
    pb_span host;
    int64_t port = 0;
    if (strncmp(text, "udp://", 6) != 0 || !split(text + 6, &host, &port) || port == 0)
        return pb_error_set(error, PB_E_USAGE, "%s wants udp://HOST:PORT, not '%s'", option, text);
    write(host, port, out);
    return PB_OK;
}

bool feed_address_loops(const char *listen, const char *send)
{
    pb_span ours, theirs;
    int64_t our_port = 0, their_port = 0;
    if (!split(listen, &ours, &our_port) || !split(send, &theirs, &their_port) || our_port != their_port) return false;
    bool any = pb_span_equal_text(ours, "0.0.0.0") || pb_span_equal_text(ours, "[::]");
    return strcmp(listen, send) == 0 || (any && is_loopback(theirs));
}
