/* TLS 1.3: the certificate, and records between the wire and what reads them. */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

#define WIRE_MAX ((size_t)256 << 10) /* of what OpenSSL has to send besides answers */

/* ---- the certificate ---- */

static pb_status refuse(const char *file, const char *what, const char *hint, pb_error *error)
{
    char          why[160] = "";
    unsigned long code     = ERR_get_error();
    if (code) ERR_error_string_n(code, why, sizeof why);
    ERR_clear_error();
    return pb_error_set(error, PB_E_USAGE, "%s: %s%s%s (%s)", file, what, code ? ": " : "", why, hint);
}

/* Nobody is asked for the word of a key that has one: a server starts without a person. */
static int no_word(char *to, int size, int writing, void *user)
{
    (void)to, (void)size, (void)writing, (void)user;
    return 0;
}

static pb_status load_pair(SSL_CTX *ctx, const pb_server_options *o, pb_error *error)
{
    SSL_CTX_set_default_passwd_cb(ctx, no_word);
    if (SSL_CTX_use_certificate_chain_file(ctx, o->tls_cert) != 1)
        return refuse(o->tls_cert, "no certificate in PEM form", "-----BEGIN CERTIFICATE-----, the server's own first",
                      error);
    if (SSL_CTX_use_PrivateKey_file(ctx, o->tls_key, SSL_FILETYPE_PEM) != 1)
        return refuse(o->tls_key, "no private key in PEM form, or not that of the certificate",
                      "it must belong to the certificate and have no password", error);
    if (SSL_CTX_check_private_key(ctx) != 1)
        return refuse(o->tls_key, "not the key of the certificate", "give both of one pair", error);
    if (X509_cmp_current_time(X509_get0_notAfter(SSL_CTX_get0_certificate(ctx))) < 0)
        return refuse(o->tls_cert, "the certificate has expired", "renew it", error);
    return PB_OK;
}

static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len, const unsigned char *in,
                           unsigned in_len, void *user)
{
    static const unsigned char both[] = "\x02h2\x08http/1.1", old[] = "\x08http/1.1";
    const pb_server           *s = user;
    (void)ssl;
    const unsigned char *ours = s->h2 ? both : old;
    unsigned             len  = s->h2 ? sizeof both - 1 : sizeof old - 1;
    int                  got  = SSL_select_next_proto((unsigned char **)(uintptr_t)out, out_len, ours, len, in, in_len);
    return got == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

pb_status pb__tls_open(pb_server *s, pb_error *error)
{
    const pb_server_options *o = &s->o;
    if (!o->tls_cert && !o->tls_key) return PB_OK;
    if (!o->tls_cert || !o->tls_key)
        return pb_error_set(error, PB_E_USAGE, "TLS needs both a certificate and its key (only one is given)");
    const char *files[] = {o->tls_cert, o->tls_key};
    for (int i = 0; i < 2; i++)
        if (access(files[i], R_OK) != 0)
            return pb_error_set(error, PB_E_USAGE, "%s: cannot be read (check the path and its rights)", files[i]);
    s->tls = SSL_CTX_new(TLS_server_method());
    if (!s->tls) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    ERR_clear_error();
    SSL_CTX_set_min_proto_version(s->tls, TLS1_3_VERSION);
    SSL_CTX_set_mode(s->tls, SSL_MODE_RELEASE_BUFFERS); /* idle connections hold none */
    SSL_CTX_set_alpn_select_cb(s->tls, choose_protocol, s);
    return load_pair(s->tls, o, error);
}

/* ---- a connection ---- */

bool pb__tls_begin(pb__conn *c)
{
    c->ssl      = SSL_new(c->server->tls);
    c->wire_in  = BIO_new(BIO_s_mem());
    c->wire_out = BIO_new(BIO_s_mem());
    if (!c->ssl || !c->wire_in || !c->wire_out) {
        BIO_free(c->wire_in);
        BIO_free(c->wire_out);
        SSL_free(c->ssl);
        c->ssl = NULL;
        return false;
    }
    SSL_set_bio(c->ssl, c->wire_in, c->wire_out);
    SSL_set_accept_state(c->ssl);
    return true;
}

bool pb__tls_clogged(const pb__conn *c)
{
    return BIO_ctrl_pending(c->wire_out) > 0;
}

/* What was sent goes from the front of the memory. */
static void forget_sent(pb__conn *c, size_t n)
{
    for (uint8_t sink[4096]; n > 0;) {
        int k = BIO_read(c->wire_out, sink, n < sizeof sink ? (int)n : (int)sizeof sink);
        if (k <= 0) return;
        n -= (size_t)k;
    }
}

bool pb__tls_flush(pb__conn *c)
{
    char *at;
    long  len = BIO_get_mem_data(c->wire_out, &at);
    if (len <= 0) return true;
    ssize_t n = send(c->fd, at, (size_t)len, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) return false;
    if (n == len)
        (void)BIO_reset(c->wire_out);
    else if (n > 0)
        forget_sent(c, (size_t)n);
    return true;
}

/* The next record's text: the rest of the head, and what of the body fits behind it. */
static size_t fill(uint8_t *record, pb_span head, pb_span body, size_t at)
{
    size_t n = at < head.len ? head.len - at : 0;
    if (n > PB__TLS_CHUNK) n = PB__TLS_CHUNK;
    if (n > 0) memcpy(record, head.at + at, n);
    if (at + n < head.len) return n;
    size_t from = at + n - head.len, m = body.len - from;
    if (m > PB__TLS_CHUNK - n) m = PB__TLS_CHUNK - n;
    if (m > 0) memcpy(record + n, body.at + from, m);
    return n + m;
}

size_t pb__tls_send(pb__conn *c, pb_span head, pb_span body)
{
    uint8_t *record = c->server->scratch;
    size_t   all = head.len + body.len, sent = 0;
    while (sent < all && BIO_ctrl_pending(c->wire_out) < 2 * PB__TLS_CHUNK) {
        size_t n = fill(record, head, body, sent);
        ERR_clear_error();
        if (SSL_write(c->ssl, record, (int)n) != (int)n) return SIZE_MAX;
        sent += n;
        bool enough = sent == all || BIO_ctrl_pending(c->wire_out) >= 2 * PB__TLS_CHUNK;
        if (enough && !pb__tls_flush(c)) return SIZE_MAX;
    }
    return sent;
}

void pb__tls_end(pb__conn *c)
{
    if (!c->ssl) return;
    ERR_clear_error();
    if (SSL_is_init_finished(c->ssl)) SSL_shutdown(c->ssl);
    pb__tls_flush(c);
}

/* ---- input ---- */

/* The wire holds no TLS: HTTP in the clear gets a word in the clear, all else nothing. */
static bool speaks_clear(pb__conn *c, const char *at, size_t len)
{
    static const char words[] = "HTTP/1.1 400 Bad Request\r\nServer: pitboard\r\nConnection: close\r\nContent-Type: "
                                "text/plain\r\nContent-Length: 54\r\n\r\nthis port speaks TLS 1.3: write https:// or "
                                "wss://...\n";
    if (c->seen || len < 4 || at[0] < 'A' || at[0] > 'Z') return false;
    PB__COUNT(c->server, refused_requests, 1);
    if (send(c->fd, words, sizeof words - 1, MSG_NOSIGNAL | MSG_DONTWAIT) > 0) shutdown(c->fd, SHUT_WR);
    c->state    = PB__CONN_LINGER;
    c->since_us = pb__now_us();
    return true;
}

/* True when it is done. */
static bool handshake(pb__conn *c)
{
    ERR_clear_error();
    int  code   = SSL_do_handshake(c->ssl);
    bool failed = code <= 0 && SSL_get_error(c->ssl, code) != SSL_ERROR_WANT_READ;
    if (!pb__tls_flush(c) || failed) {
        pb__conn_close(c);
        return false;
    }
    if (pb__tls_clogged(c)) pb__poll_out(c);
    if (code <= 0) return false;
    const unsigned char *name;
    unsigned             len;
    SSL_get0_alpn_selected(c->ssl, &name, &len);
    c->since_us = pb__now_us();
    if (len == 2 && memcmp(name, "h2", 2) == 0) pb__h2_begin(c);
    return true;
}

/* What OpenSSL says of its own accord: a new key, when the client asks for one. Left lying, it would look like an answer
 * that is not taken. False: nobody reads it, and more is asked for. */
static bool tell_own(pb__conn *c)
{
    if (!pb__tls_clogged(c) || c->out_watched) return BIO_ctrl_pending(c->wire_out) <= WIRE_MAX;
    if (!pb__tls_flush(c)) return false;
    if (pb__tls_clogged(c)) pb__poll_out(c);
    return true;
}

/* Its own buffer: what reads it may send, which uses the server's. */
static void read_records(pb__conn *c)
{
    char text[PB__TLS_CHUNK];
    while (!c->dead) {
        ERR_clear_error();
        int n = SSL_read(c->ssl, text, sizeof text);
        if (!tell_own(c)) {
            pb__conn_close(c);
            return;
        }
        if (n > 0) {
            pb__conn_input(c, text, (size_t)n);
            continue;
        }
        int code = SSL_get_error(c->ssl, n);
        if (code != SSL_ERROR_WANT_READ) pb__conn_close(c);
        return;
    }
}

void pb__tls_input(pb__conn *c, const char *at, size_t len)
{
    if (speaks_clear(c, at, len)) return;
    c->seen = true;
    if (c->state == PB__CONN_LINGER && !SSL_is_init_finished(c->ssl)) {
        pb__conn_input(c, at, len); /* counted, and thrown away */
        return;
    }
    if (BIO_write(c->wire_in, at, (int)len) != (int)len) {
        pb__conn_close(c);
        return;
    }
    if (!SSL_is_init_finished(c->ssl) && !handshake(c)) return;
    read_records(c);
}
