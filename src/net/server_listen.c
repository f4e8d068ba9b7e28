/* The address that is listened at, and who is let in. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net_address.h"
#include "server.h"

/* ---- how many connections an address has: a table of open places, never more than half full ---- */

typedef struct place {
    pb__address_key key;
    uint32_t        n; /* 0: free */
    size_t          held;
} place;

struct pb__per_address {
    uint32_t mask;
    place    at[];
};

static uint32_t hash(const pb__address_key *key)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < sizeof key->at; i++) h = (h ^ key->at[i]) * 16777619u;
    return h ^ h >> 15;
}

/* Its place, or the free one where it would be. */
static place *find(struct pb__per_address *t, const pb__address_key *key)
{
    uint32_t i = hash(key) & t->mask;
    while (t->at[i].n > 0 && memcmp(&t->at[i].key, key, sizeof *key) != 0) i = (i + 1) & t->mask;
    return &t->at[i];
}

static struct pb__per_address *table(uint32_t most)
{
    uint32_t n = 64;
    while (n < 2 * most) n *= 2;
    struct pb__per_address *t = calloc(1, sizeof *t + n * sizeof(place));
    if (t) t->mask = n - 1;
    return t;
}

/* Closes the gap behind a place that became free: whoever was pushed on moves back. */
static void close_gap(struct pb__per_address *t, uint32_t gap)
{
    for (uint32_t i = (gap + 1) & t->mask; t->at[i].n > 0; i = (i + 1) & t->mask) {
        uint32_t home = hash(&t->at[i].key) & t->mask;
        if (((i - home) & t->mask) < ((i - gap) & t->mask)) continue;
        t->at[gap] = t->at[i];
        t->at[i].n = 0;
        gap        = i;
    }
}

void pb__listen_forget(pb_server *s, const pb__address_key *key)
{
    place *p = find(s->addresses, key);
    if (p->n > 0 && --p->n == 0) close_gap(s->addresses, (uint32_t)(p - s->addresses->at));
}

size_t *pb__listen_held(pb_server *s, const pb__address_key *key)
{
    return &find(s->addresses, key)->held;
}

/* ---- addresses ---- */

/* IPv4 as ::ffff:a.b.c.d; of IPv6 the network, since a house has 2^64 of them. */
static pb__address_key key_of(const struct sockaddr_storage *at)
{
    pb__address_key key = {{0}};
    if (at->ss_family == AF_INET) {
        key.at[10] = key.at[11] = 0xff;
        memcpy(key.at + 12, &((const struct sockaddr_in *)(const void *)at)->sin_addr, 4);
        return key;
    }
    const struct in6_addr *six = &((const struct sockaddr_in6 *)(const void *)at)->sin6_addr;
    memcpy(key.at, six, IN6_IS_ADDR_V4MAPPED(six) ? 16 : 8);
    return key;
}

static void address_text(const struct sockaddr_storage *at, char to[PB__ADDRESS_TEXT])
{
    if (at->ss_family == AF_INET) {
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)at)->sin_addr, to, PB__ADDRESS_TEXT);
        return;
    }
    const struct in6_addr *six = &((const struct sockaddr_in6 *)(const void *)at)->sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(six))
        inet_ntop(AF_INET, six->s6_addr + 12, to, PB__ADDRESS_TEXT);
    else
        inet_ntop(AF_INET6, six, to, PB__ADDRESS_TEXT);
}

/* ---- listening ---- */

static pb_status refuse_listen(const pb_server *s, const char *what, int fd, pb_error *error)
{
    int code = errno;
    if (fd >= 0) close(fd);
    const char *hint = code == EADDRINUSE ? "another program listens there: choose another port, or 0 for a free one"
                       : code == EACCES   ? "ports below 1024 need a right (CAP_NET_BIND_SERVICE): choose 8080"
                       : code == EADDRNOTAVAIL ? "this machine has no such address: try 127.0.0.1 or 0.0.0.0"
                                               : "check the address";
    return pb_error_set(error, code == EADDRNOTAVAIL ? PB_E_USAGE : PB_E_IO, "%s: %s: %s (%s)", s->o.listen, what,
                        strerror(code), hint);
}

pb_status pb__listen_open(pb_server *s, pb_error *error)
{
    pb__address at;
    int         one = 1;
    if (pb__address_read(s->o.listen, &at, error) != PB_OK) {
        if (error) error->status = PB_E_USAGE;
        return PB_E_USAGE;
    }
    s->addresses = table(s->o.connections_max);
    if (!s->addresses) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    int fd = socket(at.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return refuse_listen(s, "no socket", fd, error);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (const struct sockaddr *)&at.at, at.len) != 0) return refuse_listen(s, "cannot listen", fd, error);
    if (listen(fd, SOMAXCONN) != 0) return refuse_listen(s, "cannot listen", fd, error);
    struct sockaddr_storage got;
    socklen_t               len = sizeof got;
    getsockname(fd, (struct sockaddr *)&got, &len);
    s->port      = pb__address_port(&got);
    s->listen_fd = fd;
    return PB_OK;
}

void pb__listen_stop(pb_server *s)
{
    if (s->listen_fd >= 0) close(s->listen_fd);
    s->listen_fd = -1;
}

/* ---- letting in ---- */

/* Its place in the table, counted; NULL when it has too many, or all have. */
static place *let_in(pb_server *s, const pb__address_key *key)
{
    place *p = find(s->addresses, key);
    if (atomic_load_explicit(&s->counts.open, memory_order_relaxed) >= s->o.connections_max) return NULL;
    if (p->n >= s->o.per_address_max) return NULL;
    if (p->n++ == 0) p->held = 0;
    p->key = *key;
    return p;
}

static void adopt(pb_server *s, int fd, const struct sockaddr_storage *from)
{
    int             one = 1;
    pb__address_key key = key_of(from);
    if (!let_in(s, &key)) {
        PB__COUNT(s, refused_connections, 1);
        close(fd);
        return;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    pb__conn *c = pb__conn_new(s);
    if (!c) {
        pb__listen_forget(s, &key);
        close(fd);
        return;
    }
    c->key = key;
    c->fd  = fd;
    c->tls = s->tls != NULL;
    address_text(from, c->address);
    if ((c->tls && !pb__tls_begin(c)) || !pb__poll_watch(c)) pb__conn_close(c);
}

/* As many as wait; but not so many that those who are in would wait. */
void pb__listen_accept(pb_server *s)
{
    for (int i = 0; i < 64; i++) {
        struct sockaddr_storage from;
        socklen_t               len = sizeof from;
        int fd = accept4(s->listen_fd, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            bool none_left = errno == EMFILE || errno == ENFILE; /* the tick asks again */
            if (none_left) pb__poll_listen(s, false);
            return;
        }
        adopt(s, fd, &from);
    }
}
