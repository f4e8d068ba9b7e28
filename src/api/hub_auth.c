/* Who a client is: by the upgrade or by its first message, looked at again every 5 s. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hub_parts.h"

bool pb__auth_off(const pb_hub *hub)
{
    return hub->options.access == NULL;
}

bool pb__auth_in_protocol(const char *protocols, char *out, size_t cap)
{
    static const char begin[] = "bearer.";
    pb_span           left    = pb_span_of(protocols);
    while (left.len > 0) {
        const char *comma = memchr(left.at, ',', left.len);
        size_t      len   = comma ? (size_t)(comma - left.at) : left.len;
        pb_span     one   = pb_span_trim((pb_span){left.at, len});
        size_t      skip  = comma ? len + 1 : len;
        left              = (pb_span){left.at + skip, left.len - skip};
        if (one.len <= sizeof begin - 1 || memcmp(one.at, begin, sizeof begin - 1) != 0) continue;
        return pb_span_copy((pb_span){one.at + sizeof begin - 1, one.len - (sizeof begin - 1)}, out, cap);
    }
    return false;
}

static pb_status check(pb_hub *hub, const char *token, bool is_key, pb_caller *out, pb_error *error)
{
    pb_caller who = {0};
    PB_TRY(pb_access_check(hub->options.access, is_key ? NULL : token, is_key ? token : NULL, &who, error));
    if (who.role == PB_ROLE_NONE) return pb_error_set(error, PB_E_RULE, "nobody is signed in");
    *out = who;
    return PB_OK;
}

/* What is watched was allowed to who it was. */
static bool is_same(const pb_caller *a, const pb_caller *b)
{
    return strcmp(a->team, b->team) == 0 && strcmp(a->user, b->user) == 0;
}

pb_status pb__auth_take(pb_hub *hub, pb__client *client, const char *token, bool is_key, pb_error *error)
{
    pb_caller who;
    PB_TRY(check(hub, token, is_key, &who, error));
    if (client->known && !is_same(&client->caller, &who))
        return pb_error_set(error, PB_E_RULE, "this connection is somebody else's (open another)");
    char *kept = strdup(token);
    if (!kept) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (client->credential) explicit_bzero(client->credential, strlen(client->credential));
    free(client->credential);
    client->credential        = kept;
    client->credential_is_key = is_key;
    client->caller            = who;
    client->known             = true;
    return PB_OK;
}

pb_status pb__auth_again(pb_hub *hub, pb__client *client)
{
    pb_caller who;
    pb_error  error;
    if (pb__auth_off(hub)) return PB_OK;
    PB_TRY(check(hub, client->credential, client->credential_is_key, &who, &error));
    if (!is_same(&client->caller, &who)) return PB_E_RULE;
    client->caller = who;
    return PB_OK;
}

void pb__auth_of_upgrade(pb_hub *hub, pb__client *client, pb_ws *ws)
{
    char        token[PB__TOKEN_MAX];
    pb_error    error;
    const char *bearer = pb_ws_header(ws, "authorization"), *key = pb_ws_header(ws, "x-api-key");
    if (pb__auth_off(hub)) {
        client->caller = hub->everybody;
        client->known  = true;
        return;
    }
    bool is_key = !bearer && key;
    if (bearer && strncasecmp(bearer, "bearer ", 7) == 0)
        pb_span_copy(pb_span_trim(pb_span_of(bearer + 7)), token, sizeof token);
    else if (is_key)
        pb_span_copy(pb_span_of(key), token, sizeof token);
    else if (!pb__auth_in_protocol(pb_ws_header(ws, "sec-websocket-protocol"), token, sizeof token))
        return;
    if (pb__auth_take(hub, client, token, is_key, &error) != PB_OK)
        pb__client_end(client, 4401, "the token is not valid");
    explicit_bzero(token, sizeof token);
}
