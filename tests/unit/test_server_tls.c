/* The server with TLS 1.3, and HTTP/2; and the certificates and addresses that it refuses. */
#include <curl/curl.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "server_api.h"

/* ---- TLS and HTTP/2 ---- */

/* A certificate for 127.0.0.1 of its own, valid from one hour ago for so many hours. */
static void write_pair(const char *cert, const char *key, long hours)
{
    EVP_PKEY *pair = EVP_EC_gen("P-256");
    X509     *x    = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -7200);
    X509_gmtime_adj(X509_getm_notAfter(x), hours * 3600 - 3600);
    X509_set_pubkey(x, pair);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, (const uint8_t *)"localhost", -1, -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(x));
    assert_true(X509_sign(x, pair, EVP_sha256()) > 0);
    FILE *f = fopen(cert, "w");
    PEM_write_X509(f, x);
    fclose(f);
    f = fopen(key, "w");
    PEM_write_PrivateKey(f, pair, NULL, NULL, 0, NULL, NULL);
    fclose(f);
    X509_free(x);
    EVP_PKEY_free(pair);
}

typedef struct files {
    char folder[64], cert[96], key[96], other[96];
} files;

static files files_make(long hours)
{
    files f = {.folder = "/tmp/pb_server_XXXXXX"};
    assert_non_null(mkdtemp(f.folder));
    snprintf(f.cert, sizeof f.cert, "%s/cert.pem", f.folder);
    snprintf(f.key, sizeof f.key, "%s/key.pem", f.folder);
    snprintf(f.other, sizeof f.other, "%s/other.pem", f.folder);
    write_pair(f.cert, f.key, hours);
    return f;
}

static void files_drop(const files *f)
{
    unlink(f->cert);
    unlink(f->key);
    unlink(f->other);
    rmdir(f->folder);
}

typedef struct got {
    char   text[1 << 20];
    size_t len;
    long   status, version;
} got;

static size_t take(char *at, size_t size, size_t n, void *user)
{
    got *g = user;
    if (g->len + size * n >= sizeof g->text) return 0;
    memcpy(g->text + g->len, at, size * n);
    g->len += size * n;
    return size * n;
}

static CURL *client(got *g)
{
    CURL *c = curl_easy_init();
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, g);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, 10L);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    return c;
}

static CURLcode fetch(CURL *c, const live_server *l, const char *scheme, const char *path, got *g)
{
    char url[256];
    snprintf(url, sizeof url, "%s://127.0.0.1:%u%s", scheme, pb_server_port(l->server), path);
    g->len = 0;
    curl_easy_setopt(c, CURLOPT_URL, url);
    CURLcode code   = curl_easy_perform(c);
    g->text[g->len] = '\0';
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &g->status);
    curl_easy_getinfo(c, CURLINFO_HTTP_VERSION, &g->version);
    return code;
}

static live_server tls_server(state *s, const files *f)
{
    pb_server_options o = options_of(s);
    o.tls_cert          = f->cert;
    o.tls_key           = f->key;
    o.body_max          = 1 << 20;
    return live_start(&o);
}

static void check_over(long version, const char *scheme, bool secure)
{
    state       s = fresh();
    files       f = files_make(24);
    live_server l;
    if (secure) {
        l = tls_server(&s, &f);
    } else {
        pb_server_options o = options_of(&s);
        l                   = live_start(&o);
    }
    got  *g    = calloc(1, sizeof *g);
    CURL *c    = client(g);
    char *body = malloc(500000);
    for (size_t i = 0; i < 500000; i++) body[i] = (char)('a' + i % 26);
    s.big = pb_blob_make((pb_span){body, 500000});
    curl_easy_setopt(c, CURLOPT_HTTP_VERSION, version);
    struct curl_slist *headers = curl_slist_append(NULL, "X-API-Key: k1");
    headers                    = curl_slist_append(headers, "Idempotency-Key: i1");
    headers                    = curl_slist_append(headers, "Expect:");
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    /* curl 7.88 forgets to ask on a connection of prior knowledge that it uses again */
    curl_easy_setopt(c, CURLOPT_FORBID_REUSE, version == CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE ? 1L : 0L);
    PB_CHECK_EQ(fetch(c, &l, scheme, "/a%20b?c", g), CURLE_OK);
    PB_CHECK_EQ(g->status, 200);
    bool two = version == CURL_HTTP_VERSION_2_0 || version == CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
    PB_CHECK_EQ(g->version, two ? CURL_HTTP_VERSION_2_0 : CURL_HTTP_VERSION_1_1);
    PB_CHECK_HAS(g->text, "GET /a b ?c from 127.0.0.1");
    PB_CHECK_EQ(strstr(g->text, " secure\n") != NULL, secure);
    PB_CHECK_HAS(g->text, "\nhost=127.0.0.1:");
    PB_CHECK_HAS(g->text, "\nx-api-key=k1\n");
    PB_CHECK_HAS(g->text, "\nidempotency-key=i1\n");
    fetch(c, &l, scheme, "/later", g);
    PB_CHECK_TEXT(g->text, "later");
    fetch(c, &l, scheme, "/a/../b", g);
    PB_CHECK_EQ(g->status, 400);
    PB_CHECK_HAS(g->text, "about:blank");
    fetch(c, &l, scheme, "/big", g);
    PB_CHECK(g->len == 500000 && memcmp(g->text, body, g->len) == 0);
    curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
    fetch(c, &l, scheme, "/big", g);
    PB_CHECK(g->status == 200 && g->len == 0);
    curl_easy_setopt(c, CURLOPT_NOBODY, 0L);
    curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, 400000L);
    curl_easy_setopt(c, CURLOPT_POSTFIELDS, body);
    fetch(c, &l, scheme, "/echo", g);
    PB_CHECK(g->len == 400000 && memcmp(g->text, body, g->len) == 0);
    curl_slist_free_all(headers);
    curl_easy_cleanup(c);
    WAIT_UNTIL(counts_of(&l).open == 0 && s.threads == 0);
    live_stop(&l);
    pb_blob_drop(s.big);
    free(g);
    free(body);
    files_drop(&f);
}

PB_TEST(https_speaks_http_1_1)
{
    check_over(CURL_HTTP_VERSION_1_1, "https", true);
}

PB_TEST(https_speaks_http_2_with_all_the_headers)
{
    check_over(CURL_HTTP_VERSION_2_0, "https", true);
}

PB_TEST(http_2_without_tls_works_by_prior_knowledge)
{
    check_over(CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE, "http", false);
}

PB_TEST(over_http_2_too_long_a_body_is_413)
{
    state       s    = fresh();
    files       f    = files_make(24);
    live_server l    = tls_server(&s, &f);
    got        *g    = calloc(1, sizeof *g);
    CURL       *c    = client(g);
    char       *body = calloc(1, 3 << 20);
    memset(body, 'z', 3 << 20);
    curl_easy_setopt(c, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2_0);
    curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)(3 << 20));
    curl_easy_setopt(c, CURLOPT_POSTFIELDS, body);
    fetch(c, &l, "https", "/echo", g);
    PB_CHECK_EQ(g->status, 413);
    curl_easy_setopt(c, CURLOPT_HTTPGET, 1L);
    PB_CHECK_EQ(fetch(c, &l, "https", "/a", g), CURLE_OK);
    PB_CHECK_EQ(g->status, 200);
    curl_easy_cleanup(c);
    live_stop(&l);
    free(g);
    free(body);
    files_drop(&f);
}

PB_TEST(tls_1_2_is_refused_and_http_in_the_clear_is_told_so)
{
    state       s = fresh();
    files       f = files_make(24);
    live_server l = tls_server(&s, &f);
    got        *g = calloc(1, sizeof *g);
    CURL       *c = client(g);
    curl_easy_setopt(c, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 | CURL_SSLVERSION_MAX_TLSv1_2);
    PB_CHECK_EQ(fetch(c, &l, "https", "/a", g), CURLE_SSL_CONNECT_ERROR);
    curl_easy_cleanup(c);
    PB_CHECK_EQ(status_of(&l, GET("/a")), 400);
    int fd = dial(&l);
    say_bytes(fd, "\x16\x03\x01\x00\x05hello and more", 19);
    while (hear_some(fd, g->text, 100, 5000) > 0) {
    }
    close(fd);
    PB_CHECK_EQ(s.seen, 0);
    live_stop(&l);
    free(g);
    files_drop(&f);
}

static void check_refused(const pb_server_options *o, pb_status status, const char *part)
{
    pb_server *server = NULL;
    pb_error   error  = {0};
    PB_CHECK_EQ(pb_server_open(o, &server, &error), status);
    PB_CHECK_HAS(error.text, part);
    PB_CHECK(!server);
}

PB_TEST(a_certificate_that_cannot_serve_is_refused_with_its_name)
{
    state             s = fresh();
    files             f = files_make(24), late = files_make(0);
    pb_server_options o = options_of(&s);
    o.tls_cert          = f.cert;
    check_refused(&o, PB_E_USAGE, "both a certificate and its key");
    o.tls_key = "/nowhere/key.pem";
    check_refused(&o, PB_E_USAGE, "/nowhere/key.pem: cannot be read");
    o.tls_key = f.cert;
    check_refused(&o, PB_E_USAGE, "no private key in PEM form");
    o.tls_key = late.key;
    check_refused(&o, PB_E_USAGE, "key");
    o.tls_cert = late.cert;
    check_refused(&o, PB_E_USAGE, "expired");
    o.tls_cert = o.tls_key = f.key;
    check_refused(&o, PB_E_USAGE, "no certificate in PEM form");
    files_drop(&f);
    files_drop(&late);
}

PB_TEST(an_address_that_is_wrong_or_taken_is_refused)
{
    WITH_SERVER(s, l);
    char taken[64];
    snprintf(taken, sizeof taken, "127.0.0.1:%u", pb_server_port(l.server));
    o.listen = taken;
    check_refused(&o, PB_E_IO, "another program listens there");
    o.listen = "8080";
    check_refused(&o, PB_E_USAGE, "no address with a port");
    o.listen = "192.0.2.1:0";
    check_refused(&o, PB_E_USAGE, "no such address");
    live_stop(&l);
}

/* ---- WebSocket over TLS ---- */

static bool read_all(SSL *ssl, char *to, int len)
{
    for (int at = 0, n; at < len; at += n)
        if ((n = SSL_read(ssl, to + at, len - at)) <= 0) return false;
    return true;
}

static void echo_message(void *user, pb_ws *ws, pb_span text)
{
    state *s = user;
    s->big   = pb_blob_make(text);
    pb_ws_want(ws);
}

static pb_blob *echo_next(void *user, pb_ws *ws)
{
    (void)ws;
    state   *s    = user;
    pb_blob *text = s->big;
    s->big        = NULL;
    return text;
}

PB_TEST(a_websocket_over_tls_echoes_a_message_of_several_records)
{
    state             s = fresh();
    files             f = files_make(24);
    pb_server_options o = options_of(&s);
    o.tls_cert          = f.cert;
    o.tls_key           = f.key;
    o.ws_message        = echo_message;
    o.ws_next           = echo_next;
    o.ws_message_max    = 100000;
    live_server l       = live_start(&o);
    SSL_CTX    *ctx     = SSL_CTX_new(TLS_client_method());
    SSL        *ssl     = SSL_new(ctx);
    int         fd      = dial(&l);
    SSL_set_fd(ssl, fd);
    PB_CHECK_EQ(SSL_connect(ssl), 1);
    const char *up = "GET /ws/v1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    SSL_write(ssl, up, (int)strlen(up));
    char head[512] = "";
    for (int n = 0; n < 500 && !strstr(head, "\r\n\r\n"); n++) PB_CHECK(read_all(ssl, head + n, 1));
    PB_CHECK_HAS(head, "HTTP/1.1 101 ");
    enum { N = 60000 };
    uint8_t *frame = calloc(1, N + 8);
    memcpy(frame, (uint8_t[]){0x81, 0x80 | 126, N >> 8, N & 255}, 4); /* the mask is zero */
    memset(frame + 8, 'w', N);
    PB_CHECK_EQ(SSL_write(ssl, frame, N + 8), N + 8);
    char *back = malloc(N + 4);
    PB_CHECK(read_all(ssl, back, N + 4));
    PB_CHECK_EQ(memcmp(back, (uint8_t[]){0x81, 126, N >> 8, N & 255}, 4), 0);
    PB_CHECK_EQ(memcmp(back + 4, frame + 8, N), 0);
    SSL_free(ssl);
    SSL_CTX_free(ctx);
    close(fd);
    WAIT_UNTIL(counts_of(&l).ws_open == 0);
    live_stop(&l);
    free(frame);
    free(back);
    files_drop(&f);
}

PB_TEST(a_client_that_asks_for_new_keys_again_and_again_is_answered_all_the_same)
{
    state       s   = fresh();
    files       f   = files_make(24);
    live_server l   = tls_server(&s, &f);
    SSL_CTX    *ctx = SSL_CTX_new(TLS_client_method());
    SSL        *ssl = SSL_new(ctx);
    int         fd  = dial(&l);
    char        head[13];
    SSL_set_fd(ssl, fd);
    PB_CHECK_EQ(SSL_connect(ssl), 1);
    for (int i = 0; i < 20; i++) { /* OpenSSL takes no more than 32 */
        PB_CHECK_EQ(SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED), 1);
        PB_CHECK_EQ(SSL_do_handshake(ssl), 1);
        sleep_ms(1);
    }
    const char *ask = "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    SSL_write(ssl, ask, (int)strlen(ask));
    PB_CHECK(read_all(ssl, head, 12));
    PB_CHECK_EQ(memcmp(head, "HTTP/1.1 200", 12), 0);
    SSL_free(ssl);
    SSL_CTX_free(ctx);
    close(fd);
    live_stop(&l);
    files_drop(&f);
}

/* ---- the end ---- */

typedef struct slow_fetch {
    const live_server *l;
    got               *g;
    CURLcode           code;
} slow_fetch;

static void *fetch_held(void *argument)
{
    slow_fetch *f = argument;
    CURL       *c = client(f->g);
    curl_easy_setopt(c, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2_0);
    f->code = fetch(c, f->l, "https", "/hold", f->g);
    curl_easy_cleanup(c);
    return NULL;
}

PB_TEST(a_drain_finishes_what_is_asked_over_http_2)
{
    state       s   = fresh();
    files       f   = files_make(24);
    live_server l   = tls_server(&s, &f);
    slow_fetch  one = {.l = &l, .g = calloc(1, sizeof(got))};
    pthread_t   thread;
    pthread_create(&thread, NULL, fetch_held, &one);
    pb_exchange *x = wait_held(&s);
    pb_server_drain(l.server, 5000);
    sleep_ms(150); /* the notice and the end of the connection have been said */
    reply_text(x, 200, "in time");
    pthread_join(thread, NULL);
    pthread_join(l.thread, NULL);
    PB_CHECK_EQ(one.code, CURLE_OK);
    PB_CHECK(one.g->status == 200 && one.g->version == CURL_HTTP_VERSION_2_0);
    PB_CHECK_TEXT(one.g->text, "in time");
    pb_server_close(l.server);
    free(one.g);
    files_drop(&f);
}

PB_TEST_MAIN(PB_RUN(https_speaks_http_1_1), PB_RUN(https_speaks_http_2_with_all_the_headers),
             PB_RUN(http_2_without_tls_works_by_prior_knowledge), PB_RUN(over_http_2_too_long_a_body_is_413),
             PB_RUN(tls_1_2_is_refused_and_http_in_the_clear_is_told_so),
             PB_RUN(a_certificate_that_cannot_serve_is_refused_with_its_name),
             PB_RUN(an_address_that_is_wrong_or_taken_is_refused),
             PB_RUN(a_websocket_over_tls_echoes_a_message_of_several_records),
             PB_RUN(a_client_that_asks_for_new_keys_again_and_again_is_answered_all_the_same),
             PB_RUN(a_drain_finishes_what_is_asked_over_http_2))
