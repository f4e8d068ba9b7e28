/* store_url: how a store is named to people. */
#include <string.h>

#include "pitboard/store.h"

/* What follows the last '@' is the host: a password may have one of its own. */
static const char *end_of_user(const char *from)
{
    const char *query = strchr(from, '?'), *end = NULL;
    for (const char *at = from; *at && at != query; at++)
        if (*at == '@') end = at;
    return end;
}

static size_t add(char *out, size_t cap, size_t at, const char *text, size_t n)
{
    if (n > cap - 1 - at) n = cap - 1 - at;
    memcpy(out + at, text, n);
    out[at + n] = '\0';
    return at + n;
}

/* postgresql://user:secret@host/base?password=x -> postgresql://user@host/base */
void pb_store_url_shown(const char *url, char *out, size_t cap)
{
    const char *authority = strstr(url, "://");
    bool        file      = strncmp(url, PB_STORE_SCHEME, strlen(PB_STORE_SCHEME)) == 0;
    out[0]                = '\0';
    if (file || !authority) {
        (void)add(out, cap, 0, url, strlen(url));
        return;
    }
    authority += 3;
    const char *host = end_of_user(authority);
    size_t      at   = add(out, cap, 0, url, (size_t)(authority - url));
    if (host) at = add(out, cap, at, authority, strcspn(authority, ":@"));
    const char *rest = host ? host : authority;
    (void)add(out, cap, at, rest, strcspn(rest, "?"));
}
