/* decode_read: see decode_read.h. */
#include "decode_read.h"

#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"

#define RECORD_MAX 65536u /* of raw and hex records */
#define HEAD 32u          /* bytes that tell the size of a record */

static pb_status end_of(const pb__record_reader *r, pb_error *error)
{
    return ferror(r->from) ? pb_error_set(error, PB_E_IO, "the input could not be read") : PB_OK;
}

/* ---- raw: datagrams one behind the other ---- */

typedef struct window {
    uint8_t  bytes[2 * RECORD_MAX];
    size_t   from, to; /* what is not used yet */
    uint64_t offset;   /* of bytes[from] in the input */
    uint32_t n;        /* records so far */
} window;

static pb_span left_in(const window *w)
{
    return (pb_span){(const char *)w->bytes + w->from, w->to - w->from};
}

static void drop(window *w, size_t n)
{
    w->from += n;
    w->offset += n;
}

/* At least so many bytes, fewer only at the end. */
static bool fill(window *w, FILE *from, size_t want)
{
    if (w->to - w->from >= want) return true;
    memmove(w->bytes, w->bytes + w->from, w->to - w->from);
    w->to -= w->from;
    w->from = 0;
    while (w->to < want) {
        size_t got = fread(w->bytes + w->to, 1, want - w->to, from);
        if (got == 0) return false;
        w->to += got;
    }
    return true;
}

static bool use_next(window *w, const pb__record_reader *r, size_t size)
{
    char at[64];
    (void)snprintf(at, sizeof at, "datagram %u at byte %llu", ++w->n, (unsigned long long)w->offset);
    (void)fill(w, r->from, size);
    pb_span left = left_in(w);
    if (left.len > size) left.len = size;
    bool good = r->use(r->with, left, at);
    drop(w, left.len);
    return good;
}

/* Bytes at which nothing known begins: one refusal for all of them. */
static void pass_over(window *w, const pb__record_reader *r)
{
    char at[64];
    (void)snprintf(at, sizeof at, "datagram %u at byte %llu", ++w->n, (unsigned long long)w->offset);
    (void)r->use(r->with, left_in(w), at);
    do drop(w, 1);
    while ((fill(w, r->from, HEAD) || w->to > w->from) && r->size(left_in(w)) == 0);
}

pb_status pb__read_raw(const pb__record_reader *r, uint32_t *bad, pb_error *error)
{
    window *w = calloc(1, sizeof *w);
    if (!w) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    while (fill(w, r->from, HEAD) || w->to > w->from) {
        size_t size = r->size(left_in(w));
        if (size == 0 || size > RECORD_MAX) {
            pass_over(w, r);
            ++*bad;
        } else if (!use_next(w, r, size)) {
            ++*bad;
        }
    }
    free(w);
    return end_of(r, error);
}

/* ---- lines ---- */

typedef bool line_use(const pb__record_reader *r, pb_span line, const char *at);

static pb_status each_line(const pb__record_reader *r, line_use *use, uint32_t *bad, pb_error *error)
{
    char    *line = NULL;
    size_t   cap  = 0;
    uint32_t n    = 0;
    for (ssize_t got; (got = getline(&line, &cap, r->from)) >= 0;) {
        char    at[32];
        pb_span text = pb_span_trim((pb_span){line, (size_t)got});
        while (text.len && (text.at[text.len - 1] == '\n' || text.at[text.len - 1] == '\r')) text.len--;
        (void)snprintf(at, sizeof at, "line %u", ++n);
        if (text.len && !use(r, text, at)) ++*bad;
    }
    free(line);
    return end_of(r, error);
}

static bool use_line(const pb__record_reader *r, pb_span line, const char *at)
{
    return r->use(r->with, line, at);
}

pb_status pb__read_lines(const pb__record_reader *r, uint32_t *bad, pb_error *error)
{
    return each_line(r, use_line, bad, error);
}

/* ---- hex ---- */

static int digit_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Bytes written, or SIZE_MAX for what is no hex. */
static size_t unhex(pb_span text, char *to, size_t cap)
{
    if (text.len % 2 || text.len / 2 > cap) return SIZE_MAX;
    for (size_t i = 0; i < text.len; i += 2) {
        int high = digit_of(text.at[i]), low = digit_of(text.at[i + 1]);
        if (high < 0 || low < 0) return SIZE_MAX;
        to[i / 2] = (char)(high << 4 | low);
    }
    return text.len / 2;
}

static bool use_digits(const pb__record_reader *r, pb_span digits, const char *at)
{
    char   bytes[RECORD_MAX];
    size_t n = unhex(digits, bytes, sizeof bytes);
    if (n == SIZE_MAX) {
        (void)fprintf(stderr, "pitboard decode: %s: no hex digits, two a byte\n", at);
        return false;
    }
    return r->use(r->with, (pb_span){bytes, n}, at);
}

static bool use_object(const pb__record_reader *r, pb_span line, const char *at)
{
    static const size_t cap = 2 * RECORD_MAX + 1;
    pb_json_doc        *doc = NULL;
    pb_error            error;
    char               *hex  = malloc(cap);
    bool                good = false;
    pb_status           status =
        hex ? pb_json_parse(line, at, &doc, &error) : pb_error_set(&error, PB_E_NOMEM, "%s: out of memory", at);
    if (status == PB_OK) {
        pb_json member = pb_json_get(pb_json_root(doc), "hex");
        status         = pb_json_need(member, &error);
        if (status == PB_OK) status = pb_json_text(member, hex, cap, &error);
    }
    if (status == PB_OK)
        good = use_digits(r, pb_span_of(hex), at);
    else
        (void)fprintf(stderr, "pitboard decode: %s\n", error.text);
    pb_json_free(doc);
    free(hex);
    return good;
}

static bool use_hex(const pb__record_reader *r, pb_span line, const char *at)
{
    return line.at[0] == '{' ? use_object(r, line, at) : use_digits(r, line, at);
}

pb_status pb__read_hex(const pb__record_reader *r, uint32_t *bad, pb_error *error)
{
    return each_line(r, use_hex, bad, error);
}

/* ---- all of it ---- */

pb_status pb__read_body(const pb__record_reader *r, uint32_t *bad, pb_error *error)
{
    char  *body = NULL;
    size_t len = 0, cap = 0;
    for (size_t got = 1; got > 0; len += got) {
        if (len == cap) {
            char *more = cap < PB_FILE_MAX ? realloc(body, cap = cap ? 2 * cap : RECORD_MAX) : NULL;
            if (!more) {
                free(body);
                return pb_error_set(error, PB_E_NOMEM, "the input is more than fits");
            }
            body = more;
        }
        got = fread(body + len, 1, cap - len, r->from);
    }
    if (!r->use(r->with, (pb_span){body, len}, "input")) ++*bad;
    free(body);
    return end_of(r, error);
}
