/* The head of a request: see server_head.h. */
#include <string.h>
#include <strings.h>

#include "server_head.h"

/* ---- characters ---- */

static bool is_token(unsigned char c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
    return c && strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

static bool all_token(pb_span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_token((unsigned char)s.at[i])) return false;
    return s.len > 0;
}

static bool is_value(pb_span s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f) return false;
    }
    return true;
}

static pb_span trim_blanks(pb_span s)
{
    while (s.len > 0 && (s.at[0] == ' ' || s.at[0] == '\t')) s.at++, s.len--;
    while (s.len > 0 && (s.at[s.len - 1] == ' ' || s.at[s.len - 1] == '\t')) s.len--;
    return s;
}

/* ---- names ---- */

static const struct {
    const char *name;
    uint8_t     len;
    bool        once;
} kept[PB__KEPT_N] = {
#define KEPT(id, text, once) {(text), sizeof(text) - 1, (once)},
    PB__KEPT_LIST(KEPT)
#undef KEPT
};

int pb__kept_find(pb_span name)
{
    for (int i = 0; i < PB__KEPT_N; i++)
        if (kept[i].len == name.len && strncasecmp(kept[i].name, name.at, name.len) == 0) return i;
    return -1;
}

static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

pb_method pb__method_of(pb_span text)
{
    for (int i = 0; i < PB_METHOD_OTHER; i++)
        if (pb_span_equal_text(text, methods[i])) return (pb_method)i;
    return PB_METHOD_OTHER;
}

const char *pb_method_name(pb_method method)
{
    return method < PB_METHOD_OTHER ? methods[method] : "other";
}

/* ---- lines ---- */

/* Where the head ends: behind the first empty line. 0: not there yet. */
static size_t head_end(pb_span b, const char **why)
{
    const char *from = b.at, *end = b.at + b.len, *lf;
    while ((lf = memchr(from, '\n', (size_t)(end - from)))) {
        if (lf == b.at || lf[-1] != '\r') {
            *why = "a line of the head ends with a line feed alone (write carriage return and line feed)";
            return 0;
        }
        if (lf - from == 1 && from != b.at) return (size_t)(lf + 1 - b.at);
        from = lf + 1;
    }
    return 0;
}

/* The next line without its end; false behind the last. */
static bool next_line(pb_span *rest, pb_span *line)
{
    const char *lf = memchr(rest->at, '\n', rest->len);
    if (!lf) return false;
    *line = (pb_span){rest->at, (size_t)(lf - 1 - rest->at)};
    rest->len -= (size_t)(lf + 1 - rest->at);
    rest->at = lf + 1;
    return line->len > 0;
}

/* ---- the request line ---- */

static int version(pb_span text, pb__request *out, const char **why)
{
    if (pb_span_equal_text(text, "HTTP/1.1")) return 0;
    if (pb_span_equal_text(text, "HTTP/1.0")) {
        out->http10 = true;
        return 0;
    }
    bool other = text.len == 8 && memcmp(text.at, "HTTP/", 5) == 0 && text.at[6] == '.';
    *why       = other ? "only HTTP/1.1 (and 1.0) is spoken here; HTTP/2 begins over TLS"
                       : "the request line does not end with HTTP/1.1";
    return other ? 505 : 400;
}

static int request_line(pb_span line, pb__request *out, const char **why)
{
    const char *one = memchr(line.at, ' ', line.len);
    const char *two = one ? memchr(one + 1, ' ', (size_t)(line.at + line.len - one - 1)) : NULL;
    *why            = "the first line is not METHOD /path HTTP/1.1";
    if (!two) return 400;
    pb_span method = {line.at, (size_t)(one - line.at)};
    out->target    = (pb_span){one + 1, (size_t)(two - one - 1)};
    if (!all_token(method) || method.len > 32) return 400;
    if (out->target.len > PB__TARGET_MAX) {
        *why = "the target is longer than 8,192 bytes";
        return 414;
    }
    for (size_t i = 0; i < out->target.len; i++)
        if ((unsigned char)out->target.at[i] <= 0x20 || (unsigned char)out->target.at[i] >= 0x7f) {
            *why = "the target has a byte that must be percent-encoded";
            return 400;
        }
    if (pb_span_equal_text(method, "CONNECT")) {
        *why = "CONNECT is for proxies";
        return 501;
    }
    out->method = pb__method_of(method);
    return version((pb_span){two + 1, (size_t)(line.at + line.len - two - 1)}, out, why);
}

/* ---- fields that frame the request ---- */

typedef struct facts {
    bool host, host_twice, close, keep, upgrade, websocket, coding;
} facts;

static int content_length(pb_span v, pb__request *out, const char **why)
{
    *why = "Content-Length is not one number";
    if (out->has_length || v.len == 0 || v.len > 18) return 400;
    uint64_t n = 0;
    for (size_t i = 0; i < v.len; i++) {
        if (v.at[i] < '0' || v.at[i] > '9') return 400;
        n = n * 10 + (uint64_t)(v.at[i] - '0');
    }
    out->has_length = true;
    out->length     = n;
    return 0;
}

static int transfer_encoding(pb_span v, facts *f, pb__request *out, const char **why)
{
    *why = "the only transfer coding that is understood is chunked";
    if (f->coding || !pb_span_equal_nocase(v, "chunked")) return 501;
    f->coding = out->chunked = true;
    return 0;
}

/* Each of a comma-separated list. */
static bool next_item(pb_span *rest, pb_span *item)
{
    if (rest->len == 0) return false;
    const char *comma = memchr(rest->at, ',', rest->len);
    size_t      n     = comma ? (size_t)(comma - rest->at) : rest->len;
    *item             = trim_blanks((pb_span){rest->at, n});
    n += comma ? 1 : 0;
    rest->at += n;
    rest->len -= n;
    return true;
}

static void connection(pb_span v, facts *f)
{
    pb_span item;
    while (next_item(&v, &item)) {
        f->close |= pb_span_equal_nocase(item, "close");
        f->keep |= pb_span_equal_nocase(item, "keep-alive");
        f->upgrade |= pb_span_equal_nocase(item, "upgrade");
    }
}

static void upgrade(pb_span v, facts *f)
{
    pb_span item;
    while (next_item(&v, &item)) f->websocket |= pb_span_equal_nocase(item, "websocket");
}

static int expect(pb_span v, pb__request *out, const char **why)
{
    *why        = "the only expectation that is understood is 100-continue";
    out->expect = pb_span_equal_nocase(v, "100-continue");
    return out->expect ? 0 : 417;
}

static int keep_field(int id, pb_span value, pb__request *out, const char **why)
{
    if (kept[id].once)
        for (uint32_t i = 0; i < out->n_fields; i++)
            if (out->fields[i].id == id) {
                *why = "a header field that may be sent once was sent twice";
                return 400;
            }
    out->fields[out->n_fields++] = (pb__field){id, value};
    return 0;
}

int pb__request_add(pb__request *head, pb_span name, pb_span value, const char **why)
{
    *why   = "a header field has a control byte in its value";
    int id = pb__kept_find(name);
    if (!is_value(value)) return 400;
    *why = "more than 100 header fields";
    if (id >= 0 && head->n_fields == PB__FIELDS_MAX) return 431;
    return id < 0 ? 0 : keep_field(id, trim_blanks(value), head, why);
}

static int field(pb_span name, pb_span value, facts *f, pb__request *out, const char **why)
{
    if (pb_span_equal_nocase(name, "content-length")) return content_length(value, out, why);
    if (pb_span_equal_nocase(name, "transfer-encoding")) return transfer_encoding(value, f, out, why);
    if (pb_span_equal_nocase(name, "expect")) return expect(value, out, why);
    if (pb_span_equal_nocase(name, "connection")) connection(value, f);
    if (pb_span_equal_nocase(name, "upgrade")) upgrade(value, f);
    int id = pb__kept_find(name);
    return id < 0 ? 0 : keep_field(id, value, out, why);
}

static int field_line(pb_span line, facts *f, pb__request *out, const char **why)
{
    const char *colon = memchr(line.at, ':', line.len);
    *why              = line.at[0] == ' ' || line.at[0] == '\t' ? "a header field is folded over lines"
                                                                : "a header line is not Name: value";
    if (!colon) return 400;
    pb_span name  = {line.at, (size_t)(colon - line.at)};
    pb_span value = trim_blanks((pb_span){colon + 1, (size_t)(line.at + line.len - colon - 1)});
    if (!all_token(name)) return 400;
    *why = "a header field has a control byte in its value";
    if (!is_value(value)) return 400;
    return field(name, value, f, out, why);
}

/* ---- the whole ---- */

static pb_span find_kept(const pb__request *h, int id)
{
    for (uint32_t i = 0; i < h->n_fields; i++)
        if (h->fields[i].id == id) return h->fields[i].value;
    return (pb_span){0};
}

/* "http://host/path" of our own host becomes "/path". */
static int origin_form(pb__request *out, const char **why)
{
    if (out->target.len > 0 && out->target.at[0] == '/') return 0;
    *why = "the target is no path of this server";
    for (int tls = 0; tls < 2; tls++) {
        const char *scheme = tls ? "https://" : "http://";
        size_t      n      = strlen(scheme);
        pb_span     host = find_kept(out, PB__KEPT_HOST), t = out->target;
        if (host.len == 0 || t.len <= n + host.len || strncasecmp(t.at, scheme, n) != 0) continue;
        if (strncasecmp(t.at + n, host.at, host.len) != 0 || t.at[n + host.len] != '/') continue;
        out->target = (pb_span){t.at + n + host.len, t.len - n - host.len};
        return 0;
    }
    return 400;
}

static int judge(const facts *f, pb__request *out, const char **why)
{
    *why = "both Content-Length and Transfer-Encoding";
    if (out->chunked && out->has_length) return 400;
    *why = "HTTP/1.0 has no chunks";
    if (out->chunked && out->http10) return 400;
    *why = "the Host field is missing";
    if (!out->http10 && find_kept(out, PB__KEPT_HOST).len == 0) return 400;
    out->keep    = out->http10 ? f->keep && !f->close : !f->close;
    out->upgrade = f->upgrade && f->websocket && !out->http10;
    return origin_form(out, why);
}

static int read_lines(pb_span rest, pb__request *out, const char **why)
{
    pb_span  line;
    facts    f = {0};
    uint32_t n = 0;
    *why       = "more than one empty line before the request";
    if (!next_line(&rest, &line)) return 400;
    int status = request_line(line, out, why);
    while (status == 0 && next_line(&rest, &line)) {
        *why = "more than 100 header fields";
        if (++n > PB__FIELDS_MAX) return 431;
        status = field_line(line, &f, out, why);
    }
    return status ? status : judge(&f, out, why);
}

int pb__request_read(pb_span bytes, pb__request *out, const char **why)
{
    size_t skip = bytes.len >= 2 && memcmp(bytes.at, "\r\n", 2) == 0 ? 2 : 0; /* RFC 9112, 2.2 */
    bytes.at += skip;
    bytes.len -= skip;
    *why       = NULL;
    size_t end = head_end(bytes, why);
    if (*why) return 400;
    if (end > PB__HEAD_MAX || (end == 0 && bytes.len >= PB__HEAD_MAX)) {
        *why = "the head is longer than 16,384 bytes";
        return 431;
    }
    if (end == 0) return -1;
    out->http10 = out->keep = out->upgrade = out->expect = out->chunked = out->has_length = false;
    out->n_fields                                                                         = 0;
    out->length                                                                           = 0;
    out->bytes                                                                            = skip + end;
    return read_lines((pb_span){bytes.at, end}, out, why);
}
