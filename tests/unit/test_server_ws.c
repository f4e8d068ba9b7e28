/* WebSockets: the handshake, what is refused, and who is slow. */
#include <stdatomic.h>
#include <zlib.h>

#include "server_client.h"

/* ---- an api that answers what it hears, and counts ---- */

typedef struct state {
    pthread_mutex_t lock;
    pb_ws          *last;
    char            echo[70000];
    bool            has_echo;
    atomic_int      opened, closed, messages;
    atomic_uint     flood; /* messages to send to everybody */
    pb_blob        *big;
    atomic_bool     refuse;
    char            protocol[64];
    atomic_llong    slow_since;
} state;

static void request(void *user, pb_exchange *x)
{
    (void)user;
    pb_exchange_reply(x, &(pb_answer){.status = 404});
}

static bool on_accept(void *user, pb_exchange *x)
{
    state *s = user;
    if (s->refuse) pb_exchange_reply(x, &(pb_answer){.status = 401});
    return !s->refuse;
}

static void on_open(void *user, pb_ws *ws)
{
    state *s = user;
    pthread_mutex_lock(&s->lock);
    s->last = ws;
    s->opened++;
    const char *p = pb_ws_header(ws, "sec-websocket-protocol");
    snprintf(s->protocol, sizeof s->protocol, "%s", p ? p : "");
    pthread_mutex_unlock(&s->lock);
    if (s->flood) pb_ws_want(ws);
}

static void on_message(void *user, pb_ws *ws, pb_span text)
{
    state *s = user;
    pthread_mutex_lock(&s->lock);
    s->messages++;
    s->has_echo = true;
    pb_span_copy(text, s->echo, sizeof s->echo);
    pthread_mutex_unlock(&s->lock);
    if (pb_span_equal_text(text, "end me"))
        pb_ws_end(ws, 4401, "who are you");
    else
        pb_ws_want(ws);
}

static pb_blob *on_next(void *user, pb_ws *ws)
{
    state *s      = user;
    s->slow_since = pb_ws_slow_since_us(ws);
    if (s->flood > 0) {
        s->flood--;
        return pb_blob_hold(s->big);
    }
    if (!s->has_echo) return NULL;
    s->has_echo = false;
    return pb_blob_make(pb_span_of(s->echo));
}

static void on_close(void *user, pb_ws *ws)
{
    (void)ws;
    state *s = user;
    pthread_mutex_lock(&s->lock);
    s->closed++;
    pthread_mutex_unlock(&s->lock);
}

static state fresh(void)
{
    return (state){.lock = PTHREAD_MUTEX_INITIALIZER};
}

static pb_server_options options_of(state *s)
{
    pb_server_options o = pb_server_options_default();
    o.listen            = "127.0.0.1:0";
    o.user              = s;
    o.request           = request;
    o.ws_accept         = on_accept;
    o.ws_open           = on_open;
    o.ws_message        = on_message;
    o.ws_next           = on_next;
    o.ws_close          = on_close;
    o.ws_messages_per_s = 1000;
    return o;
}

/* ---- a client by hand ---- */

#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define UP "GET /ws/v1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"

static int open_ws_with(const live_server *l, const char *more, char head[4096])
{
    char text[1024];
    int  fd = dial(l);
    snprintf(text, sizeof text, UP "Sec-WebSocket-Version: 13\r\n" KEY "%s\r\n", more);
    say(fd, text);
    heard h = hear(fd);
    if (head) memcpy(head, h.head, sizeof h.head);
    PB_CHECK_EQ(h.status, 101);
    free(h.body);
    return fd;
}

static int open_ws(const live_server *l)
{
    return open_ws_with(l, "", NULL);
}

/* A frame from a client, masked. first: FIN, RSV, opcode. */
static void say_frame(int fd, int first, const void *payload, size_t len)
{
    uint8_t *f = malloc(len + 14), mask[4] = {1, 2, 3, 4};
    size_t   n  = 2;
    f[0]        = (uint8_t)first;
    f[1]        = (uint8_t)(0x80 | (len < 126 ? len : len < 65536 ? 126 : 127));
    size_t wide = len < 126 ? 0 : len < 65536 ? 2 : 8;
    for (size_t i = 0; i < wide; i++) f[n++] = (uint8_t)(len >> 8 * (wide - 1 - i));
    memcpy(f + n, mask, 4), n += 4;
    for (size_t i = 0; i < len; i++) f[n + i] = (uint8_t)(((const uint8_t *)payload)[i] ^ mask[i & 3]);
    say_bytes(fd, f, n + len);
    free(f);
}

static void say_text(int fd, const char *text)
{
    say_frame(fd, 0x81, text, strlen(text));
}

/* One frame of the server: its first byte, its payload; -1: the connection ended. */
static int hear_frame(int fd, char *to, size_t cap, size_t *len)
{
    uint8_t h[10];
    if (!hear_exactly(fd, h, 2)) return -1;
    size_t n = h[1], wide = n == 126 ? 2 : n == 127 ? 8 : 0;
    if (wide > 0) {
        if (!hear_exactly(fd, h + 2, wide)) return -1;
        n = 0;
        for (size_t i = 0; i < wide; i++) n = n << 8 | h[2 + i];
    }
    assert_true(n < cap);
    if (!hear_exactly(fd, to, n)) return -1;
    to[n] = '\0';
    *len  = n;
    return h[0];
}

/* The code of the close frame that comes next (pings are skipped), and then the end. */
static int hear_close(int fd)
{
    static char to[70000];
    size_t      len;
    int         first;
    while ((first = hear_frame(fd, to, sizeof to, &len)) == 0x89 || first == 0x81) {
    }
    int code = first == 0x88 && len >= 2 ? (uint8_t)to[0] << 8 | (uint8_t)to[1] : first == 0x88 ? 1005 : -1;
    PB_CHECK(hear_end(fd));
    close(fd);
    return code;
}

#define WITH_SERVER(s, l)                                                                                              \
    state             s = fresh();                                                                                     \
    pb_server_options o = options_of(&s);                                                                              \
    live_server       l = live_start(&o)

/* ---- the handshake ---- */

PB_TEST(a_handshake_is_answered_with_the_key_of_the_standard)
{
    WITH_SERVER(s, l);
    char head[4096];
    int  fd = open_ws_with(&l, "", head);
    PB_CHECK_HAS(head, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
    PB_CHECK(!strstr(head, "Protocol:") && !strstr(head, "Extensions:"));
    WAIT_UNTIL(counts_of(&l).ws_open == 1);
    close(fd);
    WAIT_UNTIL(counts_of(&l).ws_open == 0);
    live_stop(&l);
    PB_CHECK_EQ(s.opened, 1);
    PB_CHECK_EQ(s.closed, 1);
}

PB_TEST(the_subprotocol_is_chosen_from_a_list_that_carries_a_token)
{
    WITH_SERVER(s, l);
    char head[4096];
    int  fd = open_ws_with(&l, "Sec-WebSocket-Protocol: pitboard.v1, bearer.SECRET\r\n", head);
    PB_CHECK_HAS(head, "Sec-WebSocket-Protocol: pitboard.v1\r\n");
    PB_CHECK(!strstr(head, "SECRET"));
    close(fd);
    fd = open_ws_with(&l, "Sec-WebSocket-Protocol: chat\r\n", head);
    PB_CHECK(!strstr(head, "Sec-WebSocket-Protocol"));
    close(fd);
    live_stop(&l);
    PB_CHECK_TEXT(s.protocol, "chat");
}

PB_TEST(a_handshake_that_is_wrong_is_refused_and_says_why)
{
    WITH_SERVER(s, l);
    PB_CHECK_EQ(status_of(&l, "GET /ws/v1 HTTP/1.1\r\nHost: x\r\n\r\n"), 426);
    PB_CHECK_EQ(status_of(&l, UP "Sec-WebSocket-Version: 8\r\n" KEY "\r\n"), 426);
    PB_CHECK_EQ(status_of(&l, UP "Sec-WebSocket-Version: 13\r\n\r\n"), 400);
    PB_CHECK_EQ(status_of(&l, UP "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2hvcnQ=\r\n\r\n"), 400);
    PB_CHECK_EQ(status_of(&l, UP "Sec-WebSocket-Version: 13\r\nContent-Length: 3\r\n" KEY "\r\nabc"), 400);
    s.refuse = true;
    PB_CHECK_EQ(status_of(&l, UP "Sec-WebSocket-Version: 13\r\n" KEY "\r\n"), 401);
    live_stop(&l);
    PB_CHECK_EQ(s.opened, 0);
}

/* ---- messages ---- */

static void check_echo(int fd, const char *text)
{
    char   to[2048];
    size_t len;
    PB_CHECK_EQ(hear_frame(fd, to, sizeof to, &len), 0x81);
    PB_CHECK_TEXT(to, text);
}

PB_TEST(a_text_comes_back_whole_in_one_frame_or_in_parts_or_byte_by_byte)
{
    WITH_SERVER(s, l);
    int fd = open_ws(&l);
    say_text(fd, "hello");
    check_echo(fd, "hello");
    say_frame(fd, 0x01, "in ", 3);
    say_frame(fd, 0x89, "now", 3); /* a ping between the parts */
    say_frame(fd, 0x00, "", 0);
    say_frame(fd, 0x80, "parts", 5);
    char   to[64];
    size_t len;
    PB_CHECK_EQ(hear_frame(fd, to, sizeof to, &len), 0x8a);
    PB_CHECK_TEXT(to, "now");
    check_echo(fd, "in parts");
    const uint8_t slow[] = {0x81, 0x82, 9, 9, 9, 9, 'o' ^ 9, 'k' ^ 9};
    for (size_t i = 0; i < sizeof slow; i++) say_bytes(fd, slow + i, 1), sleep_ms(1);
    check_echo(fd, "ok");
    say_frame(fd, 0x88, "\x03\xe8", 2);
    PB_CHECK_EQ(hear_close(fd), 1000);
    live_stop(&l);
    PB_CHECK_EQ(s.messages, 3);
}

PB_TEST(a_frame_right_behind_the_handshake_is_not_lost)
{
    WITH_SERVER(s, l);
    int           fd   = dial(&l);
    const uint8_t hi[] = {0x81, 0x82, 0, 0, 0, 0, 'h', 'i'};
    char          all[512];
    int           n = snprintf(all, sizeof all, UP "Sec-WebSocket-Version: 13\r\n" KEY "\r\n");
    memcpy(all + n, hi, sizeof hi);
    say_bytes(fd, all, (size_t)n + sizeof hi);
    heard h = hear(fd);
    PB_CHECK_EQ(h.status, 101);
    free(h.body);
    check_echo(fd, "hi");
    close(fd);
    live_stop(&l);
}

PB_TEST(the_api_may_end_it_with_a_code_of_its_own)
{
    WITH_SERVER(s, l);
    int fd = open_ws(&l);
    say_text(fd, "end me");
    PB_CHECK_EQ(hear_close(fd), 4401);
    WAIT_UNTIL(counts_of(&l).ws_open == 0);
    live_stop(&l);
    PB_CHECK_EQ(s.closed, 1);
}

/* ---- what is refused ---- */

static int code_for(const live_server *l, const void *bytes, size_t len)
{
    int fd = open_ws(l);
    say_bytes(fd, bytes, len);
    return hear_close(fd);
}

#define CODE_FOR(l, text) code_for(l, text, sizeof text - 1)

PB_TEST(frames_that_break_the_standard_are_answered_with_1002)
{
    WITH_SERVER(s, l);
    PB_CHECK_EQ(CODE_FOR(&l, "\x81\x02hi"), 1002);                         /* not masked */
    PB_CHECK_EQ(CODE_FOR(&l, "\xc1\x82\0\0\0\0hi"), 1002);                 /* packed, not agreed */
    PB_CHECK_EQ(CODE_FOR(&l, "\xa1\x82\0\0\0\0hi"), 1002);                 /* a reserved bit */
    PB_CHECK_EQ(CODE_FOR(&l, "\x83\x82\0\0\0\0hi"), 1002);                 /* an opcode that is none */
    PB_CHECK_EQ(CODE_FOR(&l, "\x09\x80\0\0\0\0"), 1002);                   /* a ping in parts */
    PB_CHECK_EQ(CODE_FOR(&l, "\x89\xfe\x00\x7e\0\0\0\0"), 1002);           /* a long ping */
    PB_CHECK_EQ(CODE_FOR(&l, "\x80\x82\0\0\0\0hi"), 1002);                 /* goes on with nothing */
    PB_CHECK_EQ(CODE_FOR(&l, "\x01\x81\0\0\0\0a\x81\x81\0\0\0\0b"), 1002); /* begins again */
    PB_CHECK_EQ(CODE_FOR(&l, "\x81\xfe\x00\x05\0\0\0\0hello"), 1002);      /* a length that is not short */
    PB_CHECK_EQ(CODE_FOR(&l, "\x81\xff\xff\0\0\0\0\0\0\0\0\0\0\0"), 1002); /* a length below zero */
    PB_CHECK_EQ(CODE_FOR(&l, "\x88\x81\0\0\0\0x"), 1002);                  /* half a code */
    PB_CHECK_EQ(CODE_FOR(&l, "\x88\x82\0\0\0\0\x03\xed"), 1002);           /* 1005 is never sent */
    PB_CHECK_EQ(counts_of(&l).ws_refused, 10);
    live_stop(&l);
    PB_CHECK_EQ(s.messages, 0);
    PB_CHECK_EQ(s.closed, s.opened);
}

PB_TEST(binary_is_1003_bad_text_1007_and_what_is_too_long_1009)
{
    WITH_SERVER(s, l);
    PB_CHECK_EQ(CODE_FOR(&l, "\x82\x82\0\0\0\0hi"), 1003);
    PB_CHECK_EQ(CODE_FOR(&l, "\x81\x82\0\0\0\0\xc3\x28"), 1007);
    PB_CHECK_EQ(CODE_FOR(&l, "\x81\xff\0\0\0\0\0\x01\0\0\0\0\0\0"), 1009); /* before one byte of it came */
    int   fd   = open_ws(&l);
    char *most = calloc(1, 16385);
    memset(most, 'x', 16384);
    say_text(fd, most);
    char  *to = malloc(20000);
    size_t len;
    PB_CHECK_EQ(hear_frame(fd, to, 20000, &len), 0x81);
    PB_CHECK_TEXT(to, most);
    say_frame(fd, 0x01, most, 16000);
    say_frame(fd, 0x80, most, 385);
    PB_CHECK_EQ(hear_close(fd), 1009);
    live_stop(&l);
    free(most);
    free(to);
}

PB_TEST(a_flood_of_messages_or_of_pings_is_1008)
{
    state             s = fresh();
    pb_server_options o = options_of(&s);
    o.ws_messages_per_s = 20;
    live_server l       = live_start(&o);
    int         fd      = open_ws(&l);
    for (int i = 0; i < 60; i++) say_text(fd, "x");
    PB_CHECK_EQ(hear_close(fd), 1008);
    PB_CHECK(s.messages >= 40 && s.messages < 50);
    fd = open_ws(&l);
    for (int i = 0; i < 60; i++) say_frame(fd, 0x8a, "", 0);
    PB_CHECK_EQ(hear_close(fd), 1008);
    live_stop(&l);
}

/* ---- packed ---- */

static size_t pack_text(const char *text, size_t len, uint8_t *to, size_t cap)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)text, z.avail_in = (uInt)len, z.next_out = to, z.avail_out = (uInt)cap;
    assert_int_equal(deflate(&z, Z_SYNC_FLUSH), Z_OK);
    deflateEnd(&z);
    return cap - z.avail_out - 4;
}

static size_t unpack_text(const char *packed, size_t len, char *to, size_t cap)
{
    z_stream z = {0};
    char     all[4096];
    memcpy(all, packed, len);
    memcpy(all + len, "\0\0\xff\xff", 4);
    assert_int_equal(inflateInit2(&z, -15), Z_OK);
    z.next_in = (Bytef *)all, z.avail_in = (uInt)len + 4, z.next_out = (Bytef *)to, z.avail_out = (uInt)cap;
    inflate(&z, Z_SYNC_FLUSH);
    inflateEnd(&z);
    return cap - z.avail_out;
}

PB_TEST(messages_are_packed_when_the_client_asks_for_it)
{
    WITH_SERVER(s, l);
    char    head[4096], text[1001], to[4096], back[4096];
    uint8_t packed[2000];
    size_t  len;
    int     fd = open_ws_with(&l, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n", head);
    PB_CHECK_HAS(head, "permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n");
    for (int i = 0; i < 1000; i++) text[i] = "pitboard "[i % 9];
    text[1000] = '\0';
    for (int round = 0; round < 3; round++) {
        size_t n = pack_text(text, 1000, packed, sizeof packed);
        say_frame(fd, 0xc1, packed, n);
        PB_CHECK_EQ(hear_frame(fd, to, sizeof to, &len), 0xc1);
        PB_CHECK(len < 200);
        PB_CHECK_EQ(unpack_text(to, len, back, sizeof back), 1000);
        PB_CHECK_EQ(memcmp(back, text, 1000), 0);
    }
    say_text(fd, "short, as it is");
    check_echo(fd, "short, as it is");
    close(fd);
    fd = open_ws_with(&l, "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9, x-other\r\n", head);
    PB_CHECK(!strstr(head, "permessage"));
    close(fd);
    live_stop(&l);
}

PB_TEST(a_packed_bomb_is_1009_and_a_broken_one_1007)
{
    WITH_SERVER(s, l);
    const char *ask    = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    char       *zeros  = calloc(1, 1 << 20);
    uint8_t    *packed = malloc(8192);
    size_t      n      = pack_text(zeros, 1 << 20, packed, 8192);
    int         fd     = open_ws_with(&l, ask, NULL);
    say_frame(fd, 0xc1, packed, n);
    PB_CHECK_EQ(hear_close(fd), 1009);
    fd = open_ws_with(&l, ask, NULL);
    say_frame(fd, 0xc1, "\xff\xff\xff\xff", 4);
    PB_CHECK_EQ(hear_close(fd), 1007);
    live_stop(&l);
    PB_CHECK_EQ(s.messages, 0);
    free(zeros);
    free(packed);
}

/* ---- time ---- */

PB_TEST(who_does_not_answer_a_ping_is_closed_and_who_does_is_not)
{
    state             s = fresh();
    pb_server_options o = options_of(&s);
    o.ws_ping_ms        = 300;
    live_server l       = live_start(&o);
    int         mute = open_ws(&l), fd = open_ws(&l);
    char        to[64];
    size_t      len;
    for (int i = 0; i < 3; i++) {
        PB_CHECK_EQ(hear_frame(fd, to, sizeof to, &len), 0x89);
        say_frame(fd, 0x8a, to, len);
    }
    PB_CHECK(hear_end(mute));
    PB_CHECK_EQ(counts_of(&l).ws_open, 1);
    close(mute);
    close(fd);
    live_stop(&l);
}

PB_TEST(a_client_that_reads_nothing_is_asked_for_nothing_and_costs_no_memory)
{
    WITH_SERVER(s, l);
    char *bytes = calloc(1, 1 << 16);
    memset(bytes, 'y', 1 << 16);
    s.big   = pb_blob_make((pb_span){bytes, 1 << 16});
    s.flood = 1000; /* 64 MiB */
    int fd  = open_ws(&l);
    sleep_ms(150);
    PB_CHECK(s.flood > 500); /* the kernel took some; nobody else holds the rest */
    uint32_t before = s.flood;
    int      other  = open_ws(&l); /* and others are served meanwhile */
    say_frame(other, 0x89, "still", 5);
    char  *to = malloc(70000);
    size_t len;
    int    first;
    while ((first = hear_frame(other, to, 70000, &len)) == 0x81) {
    }
    PB_CHECK_EQ(first, 0x8a);
    while (before > 0 && s.flood > 0) PB_CHECK_EQ(hear_frame(fd, to, 70000, &len), 0x81);
    close(fd);
    close(other);
    live_stop(&l);
    pb_blob_drop(s.big);
    free(bytes);
    free(to);
}

PB_TEST(a_server_that_drains_says_1001)
{
    WITH_SERVER(s, l);
    int fd = open_ws(&l);
    WAIT_UNTIL(counts_of(&l).ws_open == 1);
    pb_server_drain(l.server, 2000);
    PB_CHECK_EQ(hear_close(fd), 1001);
    pthread_join(l.thread, NULL);
    pb_server_close(l.server);
    PB_CHECK_EQ(s.closed, 1);
}

PB_TEST_MAIN(PB_RUN(a_handshake_is_answered_with_the_key_of_the_standard),
             PB_RUN(the_subprotocol_is_chosen_from_a_list_that_carries_a_token),
             PB_RUN(a_handshake_that_is_wrong_is_refused_and_says_why),
             PB_RUN(a_text_comes_back_whole_in_one_frame_or_in_parts_or_byte_by_byte),
             PB_RUN(a_frame_right_behind_the_handshake_is_not_lost), PB_RUN(the_api_may_end_it_with_a_code_of_its_own),
             PB_RUN(frames_that_break_the_standard_are_answered_with_1002),
             PB_RUN(binary_is_1003_bad_text_1007_and_what_is_too_long_1009),
             PB_RUN(a_flood_of_messages_or_of_pings_is_1008), PB_RUN(messages_are_packed_when_the_client_asks_for_it),
             PB_RUN(a_packed_bomb_is_1009_and_a_broken_one_1007),
             PB_RUN(who_does_not_answer_a_ping_is_closed_and_who_does_is_not),
             PB_RUN(a_client_that_reads_nothing_is_asked_for_nothing_and_costs_no_memory),
             PB_RUN(a_server_that_drains_says_1001))
