/* ws_load - many WebSocket clients of one server, and how late what they get is.
 *
 *     ws_load --to 127.0.0.1:8080 --session live --topic state --clients 2000 --seconds 10
 *     ws_load --to 127.0.0.1:8080 --session live --topic telemetry --every-ms 2 --clients 1 \
 *             --points-udp 127.0.0.1:20778 --points-per-s 10000
 *
 * One thread, epoll, plain sockets, no library. Every message says when it was made
 * (at_us) and, of telemetry, when its first point reached the machine (received_us):
 * delivery_ms and received_ms are the time from there until it was read here, on the
 * same clock, so this must run on the server's machine. Counting begins when all have
 * subscribed and --warm-s is over. One JSON object on standard output; exit 1 when a client was
 * refused or lost. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define HEAD_MAX 512 /* of a message, to read what it says of itself */
#define BUCKET_US 10
#define BUCKETS 500000u /* 5 s */
#define OPENING_MAX 200 /* connections that are being made at a time */

typedef struct options {
    const char *to, *session, *topic, *token, *points_udp, *path;
    uint32_t    clients, every_ms, car, points_per_s;
    double      seconds, warm_s;
} options;

typedef enum phase { CLOSED, CONNECTING, UPGRADING, ASKED, SUBSCRIBED } phase;

typedef struct client {
    int      fd;
    phase    phase;
    uint32_t head_len; /* of the answer to the upgrade, or of the message */
    uint64_t left;     /* bytes of the frame still to come */
    uint8_t  frame[14];
    uint32_t frame_len, frame_need;
    uint8_t  opcode;
    bool     fin;
    char     head[HEAD_MAX + 1];
} client;

typedef struct times {
    uint32_t *count;
    uint64_t  n;
    int64_t   max_us;
} times;

typedef struct load {
    options                 o;
    client                 *clients;
    uint32_t                next, opening, subscribed, lost;
    int                     epoll, timer, udp;
    struct sockaddr_storage to;
    socklen_t               to_len;
    bool                    counting;
    int64_t                 ready_us, begun_us;
    uint64_t                messages, bytes, snapshots, deltas, gaps, errors, points;
    double                  owed; /* points */
    int64_t                 sent_us;
    times                   delivery, received;
} load;

static int64_t utc_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "ws_load: %s: %s\n", what, why);
    exit(1);
}

/* ---- times ---- */

static void times_add(times *t, int64_t us)
{
    if (us < 0) us = 0;
    uint64_t bucket = (uint64_t)us / BUCKET_US;
    t->count[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
    t->n++;
    if (us > t->max_us) t->max_us = us;
}

static double times_ms(const times *t, double frac)
{
    uint64_t want = (uint64_t)(frac * (double)t->n), seen = 0;
    for (uint32_t i = 0; i < BUCKETS; i++) {
        seen += t->count[i];
        if (seen > want) return (i + 0.5) * BUCKET_US / 1000.0;
    }
    return (double)t->max_us / 1000.0;
}

static void times_print(const char *name, const times *t)
{
    if (t->n == 0) {
        printf(",\"%s\":null", name);
        return;
    }
    printf(",\"%s\":{\"n\":%llu,\"p50\":%.2f,\"p90\":%.2f,\"p99\":%.2f,\"p999\":%.2f,\"max\":%.2f}", name,
           (unsigned long long)t->n, times_ms(t, 0.5), times_ms(t, 0.9), times_ms(t, 0.99), times_ms(t, 0.999),
           (double)t->max_us / 1000.0);
}

/* ---- one client ---- */

static void lose(load *l, client *c, const char *why)
{
    if (c->phase < SUBSCRIBED) l->opening--;
    if (l->lost++ < 5) fprintf(stderr, "ws_load: a client is lost: %s\n", why);
    close(c->fd);
    c->phase = CLOSED;
}

static bool send_all(int fd, const void *bytes, size_t len)
{
    return send(fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len; /* short, into an empty buffer */
}

static bool send_text(int fd, const char *text)
{
    uint8_t frame[1024];
    size_t  len = strlen(text), at = 2;
    if (len > 900) return false;
    frame[0] = 0x81;
    if (len < 126) {
        frame[1] = (uint8_t)(0x80 | len);
    } else {
        frame[1] = 0x80 | 126;
        frame[2] = (uint8_t)(len >> 8);
        frame[3] = (uint8_t)len;
        at       = 4;
    }
    memset(frame + at, 0, 4); /* a mask of zeros leaves the text as it is */
    memcpy(frame + at + 4, text, len);
    return send_all(fd, frame, at + 4 + len);
}

static bool send_upgrade(load *l, client *c)
{
    char text[6000], bearer[5000] = "";
    if (l->o.token) snprintf(bearer, sizeof bearer, "Authorization: Bearer %s\r\n", l->o.token);
    int n = snprintf(text, sizeof text,
                     "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Protocol: pitboard.v1\r\n%s\r\n",
                     l->o.path, l->o.to, bearer);
    return n > 0 && (size_t)n < sizeof text && send_all(c->fd, text, (size_t)n);
}

static bool send_subscribe(load *l, client *c)
{
    char text[600], session[200] = "", cars[40] = "";
    if (l->o.session) snprintf(session, sizeof session, "\"session\":\"%s\",", l->o.session);
    if (l->o.car) snprintf(cars, sizeof cars, "\"cars\":[%u],", l->o.car);
    snprintf(text, sizeof text, "{\"op\":\"subscribe\",\"id\":1,%s%s\"topics\":[\"%s\"],\"every_ms\":%u}", session,
             cars, l->o.topic, l->o.every_ms);
    return send_text(c->fd, text);
}

static void connect_one(load *l)
{
    struct epoll_event ev = {.events = EPOLLIN | EPOLLOUT};
    client            *c  = &l->clients[l->next++];
    int                on = 1;
    c->fd                 = socket(l->to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) fail("socket", strerror(errno));
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(c->fd, (struct sockaddr *)&l->to, l->to_len) != 0 && errno != EINPROGRESS)
        fail("connect", strerror(errno));
    c->phase    = CONNECTING;
    ev.data.ptr = c;
    l->opening++;
    epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &ev);
}

/* ---- messages ---- */

static int64_t number_behind(const char *text, const char *key)
{
    const char *at = strstr(text, key);
    return at ? strtoll(at + strlen(key), NULL, 10) : 0;
}

static void count_message(load *l, client *c)
{
    c->head[c->head_len] = '\0';
    if (strncmp(c->head, "{\"op\":\"subscribed\"", 18) == 0 && c->phase == ASKED) {
        c->phase = SUBSCRIBED;
        l->opening--;
        l->subscribed++;
        return;
    }
    if (strncmp(c->head, "{\"op\":\"error\"", 13) == 0) {
        if (l->errors++ < 5) fprintf(stderr, "ws_load: %s\n", c->head);
        return;
    }
    if (!l->counting) return;
    int64_t now = utc_us(), made = number_behind(c->head, "\"at_us\":"),
            got = number_behind(c->head, "\"received_us\":");
    l->messages++;
    l->snapshots += strncmp(c->head, "{\"op\":\"snapshot\"", 16) == 0;
    l->gaps += strncmp(c->head, "{\"op\":\"gap\"", 11) == 0;
    bool delta = strncmp(c->head, "{\"op\":\"delta\"", 13) == 0;
    l->deltas += delta;
    if (delta && made > 0) times_add(&l->delivery, now - made);
    if (delta && got > 0) times_add(&l->received, now - got);
}

/* Bytes of frame headers and payloads; returns false when the server closes. */
static bool eat(load *l, client *c, const uint8_t *at, size_t len)
{
    while (len > 0) {
        if (c->left == 0 && (c->frame_len < c->frame_need || c->frame_len < 2)) {
            c->frame[c->frame_len++] = *at++;
            len--;
            if (c->frame_len == 2) {
                uint8_t n     = c->frame[1] & 0x7f;
                c->frame_need = n == 126 ? 4 : n == 127 ? 10 : 2;
            }
            if (c->frame_len < 2 || c->frame_len < c->frame_need) continue;
            c->left = c->frame[1] & 0x7f;
            if (c->frame_need > 2) c->left = 0;
            for (uint32_t i = 2; i < c->frame_need; i++) c->left = c->left << 8 | c->frame[i];
            c->fin = c->frame[0] & 0x80;
            if (c->frame[0] & 0x0f) c->opcode = c->frame[0] & 0x0f;
            if (c->opcode == 8) return false;
            if (c->left > 0) continue;
        }
        size_t take = len < c->left ? len : (size_t)c->left, room = HEAD_MAX - c->head_len;
        memcpy(c->head + c->head_len, at, take < room ? take : room);
        c->head_len += (uint32_t)(take < room ? take : room);
        at += take;
        len -= take;
        c->left -= take;
        if (c->left > 0) continue;
        c->frame_len = c->frame_need = 0;
        if (c->opcode == 9) { /* ping: an empty pong will do */
            static const uint8_t pong[] = {0x8a, 0x80, 0, 0, 0, 0};
            send_all(c->fd, pong, sizeof pong);
            c->head_len = 0;
        } else if (c->fin) {
            count_message(l, c);
            c->head_len = 0;
        }
    }
    return true;
}

/* The answer to the upgrade; what follows it is frames. */
static bool eat_upgrade(load *l, client *c, const uint8_t *at, size_t len)
{
    size_t before = c->head_len, room = HEAD_MAX - c->head_len, take = len < room ? len : room;
    memcpy(c->head + c->head_len, at, take);
    c->head_len += (uint32_t)take;
    c->head[c->head_len] = '\0';
    char *end            = strstr(c->head, "\r\n\r\n");
    if (!end) return c->head_len < HEAD_MAX;
    if (strncmp(c->head, "HTTP/1.1 101", 12) != 0) return false;
    size_t used = (size_t)(end + 4 - c->head) - before;
    c->head_len = 0;
    c->phase    = ASKED;
    return send_subscribe(l, c) && eat(l, c, at + used, len - used);
}

static void read_some(load *l, client *c)
{
    static uint8_t buffer[256 * 1024];
    ssize_t        n = recv(c->fd, buffer, sizeof buffer, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
        lose(l, c, n == 0 ? "the server closed" : strerror(errno));
        return;
    }
    if (l->counting) l->bytes += (uint64_t)n;
    bool good = c->phase == UPGRADING ? eat_upgrade(l, c, buffer, (size_t)n) : eat(l, c, buffer, (size_t)n);
    if (!good) lose(l, c, c->phase == UPGRADING ? c->head : "the server said goodbye");
}

static void on_event(load *l, client *c, uint32_t events)
{
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = c};
    if (c->phase == CLOSED) return;
    if (c->phase == CONNECTING && (events & EPOLLOUT)) {
        c->phase = UPGRADING;
        epoll_ctl(l->epoll, EPOLL_CTL_MOD, c->fd, &ev);
        if (!send_upgrade(l, c)) {
            lose(l, c, "the upgrade could not be sent");
            return;
        }
    }
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_some(l, c);
}

/* ---- points ---- */

static void send_points(load *l)
{
    char    text[300];
    int64_t now = utc_us();
    l->owed += (double)l->o.points_per_s * (double)(now - l->sent_us) / 1e6;
    l->sent_us = now;
    for (; l->owed >= 1; l->owed--, l->points++) {
        now   = utc_us();
        int n = snprintf(
            text, sizeof text,
            "{\"time\":%lld.%06lld,\"car\":%u,\"lap\":1,\"speed_kmh\":%u,\"rpm\":%u,\"gear\":5,\"aps_pct\":80}",
            (long long)(now / 1000000), (long long)(now % 1000000), 1 + (unsigned)(l->points % 20),
            100 + (unsigned)(l->points % 200), 5000 + (unsigned)(l->points % 5000));
        send(l->udp, text, (size_t)n, 0);
    }
}

/* ---- setting up ---- */

static void resolve(const char *text, int type, struct sockaddr_storage *out, socklen_t *len)
{
    struct addrinfo hints = {.ai_socktype = type}, *found;
    char            host[256];
    const char     *colon = strrchr(text, ':');
    if (!colon || (size_t)(colon - text) >= sizeof host) fail(text, "HOST:PORT is wanted");
    bool   six = text[0] == '[' && colon > text + 1;
    size_t n   = (size_t)(colon - text) - (six ? 2u : 0u);
    memcpy(host, text + (six ? 1 : 0), n);
    host[n] = '\0';
    if (getaddrinfo(host, colon + 1, &hints, &found) != 0) fail(text, "there is no such address");
    memcpy(out, found->ai_addr, found->ai_addrlen);
    *len = found->ai_addrlen;
    freeaddrinfo(found);
}

static void open_udp(load *l)
{
    struct sockaddr_storage to;
    socklen_t               len;
    resolve(l->o.points_udp, SOCK_DGRAM, &to, &len);
    l->udp = socket(to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (l->udp < 0 || connect(l->udp, (struct sockaddr *)&to, len) != 0) fail("points", strerror(errno));
}

static void open_all(load *l)
{
    struct epoll_event ev    = {.events = EPOLLIN};
    struct itimerspec  tick  = {.it_interval = {.tv_nsec = 1000000}, .it_value = {.tv_nsec = 1000000}};
    struct rlimit      files = {.rlim_cur = l->o.clients + 100, .rlim_max = l->o.clients + 100};
    setrlimit(RLIMIT_NOFILE, &files);
    resolve(l->o.to, SOCK_STREAM, &l->to, &l->to_len);
    l->clients        = calloc(l->o.clients, sizeof *l->clients);
    l->delivery.count = calloc(BUCKETS, sizeof *l->delivery.count);
    l->received.count = calloc(BUCKETS, sizeof *l->received.count);
    l->epoll          = epoll_create1(EPOLL_CLOEXEC);
    l->timer          = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    l->sent_us        = utc_us();
    if (!l->clients || !l->delivery.count || !l->received.count) fail("memory", "there is none");
    timerfd_settime(l->timer, 0, &tick, NULL);
    epoll_ctl(l->epoll, EPOLL_CTL_ADD, l->timer, &ev);
    if (l->o.points_udp) open_udp(l);
}

static void on_timer(load *l)
{
    uint64_t times_over;
    if (read(l->timer, &times_over, sizeof times_over) < 0) return;
    while (l->next < l->o.clients && l->opening < OPENING_MAX) connect_one(l);
    if (l->o.points_udp) send_points(l);
    if (l->ready_us == 0 && l->subscribed + l->lost >= l->o.clients) l->ready_us = utc_us();
    if (l->ready_us == 0 || l->counting) return;
    l->counting = utc_us() - l->ready_us >= (int64_t)(l->o.warm_s * 1e6);
    l->begun_us = utc_us();
}

static void run(load *l)
{
    struct epoll_event events[512];
    int64_t            began = utc_us();
    while (!l->counting || utc_us() - l->begun_us < (int64_t)(l->o.seconds * 1e6)) {
        int n = epoll_wait(l->epoll, events, 512, 100);
        for (int i = 0; i < n; i++) {
            if (events[i].data.ptr)
                on_event(l, events[i].data.ptr, events[i].events);
            else
                on_timer(l);
        }
        if (!l->counting && utc_us() - began > 60000000) fail("clients", "not all could subscribe within a minute");
    }
}

static int report(const load *l)
{
    double seconds = (double)(utc_us() - l->begun_us) / 1e6;
    printf("{\"topic\":\"%s\",\"every_ms\":%u,\"clients\":%u,\"subscribed\":%u,\"lost\":%u,\"errors\":%llu,\"seconds\":"
           "%.2f",
           l->o.topic, l->o.every_ms, l->o.clients, l->subscribed, l->lost, (unsigned long long)l->errors, seconds);
    printf(",\"messages\":%llu,\"messages_per_s\":%.0f,\"bytes_per_s\":%.0f,\"deltas\":%llu,\"snapshots\":%llu,"
           "\"gaps\":%llu",
           (unsigned long long)l->messages, (double)l->messages / seconds, (double)l->bytes / seconds,
           (unsigned long long)l->deltas, (unsigned long long)l->snapshots, (unsigned long long)l->gaps);
    printf(",\"points\":%llu", (unsigned long long)l->points);
    times_print("delivery_ms", &l->delivery);
    times_print("received_ms", &l->received);
    printf("}\n");
    return l->lost > 0 || l->errors > 0 ? 1 : 0;
}

static uint32_t whole(const char *text, uint32_t lo, uint32_t hi)
{
    char         *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*end || end == text || value < lo || value > hi) fail(text, "is no number in the range");
    return (uint32_t)value;
}

static options read_options(int argc, char **argv)
{
    static const struct option known[] = {{"to", 1, NULL, 't'},
                                          {"session", 1, NULL, 's'},
                                          {"topic", 1, NULL, 'o'},
                                          {"token", 1, NULL, 'k'},
                                          {"clients", 1, NULL, 'n'},
                                          {"every-ms", 1, NULL, 'e'},
                                          {"car", 1, NULL, 'c'},
                                          {"seconds", 1, NULL, 'd'},
                                          {"warm-s", 1, NULL, 'w'},
                                          {"points-udp", 1, NULL, 'u'},
                                          {"points-per-s", 1, NULL, 'p'},
                                          {"path", 1, NULL, 'P'},
                                          {NULL, 0, NULL, 0}};
    options                    o       = {.to           = "127.0.0.1:8080",
                                          .topic        = "state",
                                          .path         = "/ws/v1",
                                          .clients      = 1,
                                          .every_ms     = 100,
                                          .points_per_s = 10000,
                                          .seconds      = 10,
                                          .warm_s       = 1};
    for (int k; (k = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (k == 't') o.to = optarg;
        if (k == 's') o.session = optarg;
        if (k == 'o') o.topic = optarg;
        if (k == 'k') o.token = optarg;
        if (k == 'n') o.clients = whole(optarg, 1, 50000);
        if (k == 'e') o.every_ms = whole(optarg, 1, 60000);
        if (k == 'c') o.car = whole(optarg, 1, 32767);
        if (k == 'd') o.seconds = whole(optarg, 1, 86400);
        if (k == 'w') o.warm_s = whole(optarg, 0, 60);
        if (k == 'u') o.points_udp = optarg;
        if (k == 'p') o.points_per_s = whole(optarg, 1, 1000000);
        if (k == 'P') o.path = optarg;
        if (k == '?') exit(2);
    }
    return o;
}

int main(int argc, char **argv)
{
    load l = {.o = read_options(argc, argv)};
    open_all(&l);
    run(&l);
    return report(&l);
}
