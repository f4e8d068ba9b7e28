/* Whose page may open a WebSocket: a browser sends the token of its user to wherever a
 * page says, so a page of another site is refused (cross-site WebSocket hijacking). */
#include <string.h>
#include <strings.h>

#include "hub_parts.h"

/* "https://pit.example:8443" is the host "pit.example:8443". */
bool pb__origin_is_host(const char *origin, const char *host)
{
    const char *at = strstr(origin, "://");
    return at && host && at != origin && host[0] != '\0' && strcasecmp(at + 3, host) == 0;
}

/* Without access control a page may call us by a name of its own that leads here (DNS
 * rebinding): only names that cannot be somebody else's are taken. */
bool pb__host_is_local(const char *host)
{
    static const char *const names[] = {"localhost", "[::1]"};
    if (!host) return false;
    size_t digits = strncmp(host, "127.", 4) == 0 ? strspn(host, "0123456789.") : 0;
    if (digits >= 9 && (host[digits] == '\0' || host[digits] == ':')) return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t len = strlen(names[i]);
        if (strncasecmp(host, names[i], len) == 0 && (host[len] == '\0' || host[len] == ':')) return true;
    }
    return false;
}

static bool origin_may(pb_hub *hub, pb_exchange *exchange)
{
    const char *origin = pb_exchange_header(exchange, "origin");
    const char *host   = pb_exchange_header(exchange, "host");
    if (!origin) return !pb__auth_off(hub) || !host || pb__host_is_local(host); /* no browser */
    for (uint32_t i = 0; i < hub->options.n_cors; i++)
        if (strcasecmp(origin, hub->options.cors[i]) == 0) return true;
    return pb__origin_is_host(origin, host) && (!pb__auth_off(hub) || pb__host_is_local(host));
}

static void refuse(pb_exchange *exchange, int status, const char *title, const char *detail)
{
    static const pb_header headers[] = {{"content-type", "application/problem+json"},
                                        {"x-content-type-options", "nosniff"},
                                        {"cache-control", "no-store"}};
    pb__words              text;
    pb_blob               *body = NULL;
    if (pb__words_open(&text)) {
        pb_json_put_text(&text.w, "type", "about:blank");
        pb_json_put_text(&text.w, "title", title);
        pb_json_put_i64(&text.w, "status", status);
        pb_json_put_text(&text.w, "detail", detail);
        body = pb__words_end(&text);
    }
    pb_exchange_reply(exchange, &(pb_answer){.status = status, .headers = headers, .n_headers = 3, .body = body});
    pb_blob_drop(body);
}

/* A token that came with the upgrade must be good: no second try with a message. */
static bool token_may(pb_hub *hub, pb_exchange *exchange)
{
    char      token[PB__TOKEN_MAX];
    pb_caller who;
    pb_error  error;
    if (pb__auth_off(hub)) {
        if (hub->everybody_known) return true;
        hub->everybody_known = pb_api_who(hub->options.api, exchange, &hub->everybody);
        return hub->everybody_known;
    }
    if (pb_exchange_header(exchange, "authorization") || pb_exchange_header(exchange, "x-api-key"))
        return pb_api_who(hub->options.api, exchange, &who);
    if (!pb__auth_in_protocol(pb_exchange_header(exchange, "sec-websocket-protocol"), token, sizeof token)) return true;
    bool good = pb_access_check(hub->options.access, token, NULL, &who, &error) == PB_OK && who.role != PB_ROLE_NONE;
    explicit_bzero(token, sizeof token);
    if (!good) refuse(exchange, 401, "Unauthorized", "the token is not valid (ask POST /api/v1/auth/token for one)");
    return good;
}

bool pb_hub_accept(pb_hub *hub, pb_exchange *exchange)
{
    if (origin_may(hub, exchange)) return token_may(hub, exchange);
    refuse(exchange, 403, "Forbidden", "pages of this origin may not connect (add it to the CORS list of the server)");
    return false;
}
