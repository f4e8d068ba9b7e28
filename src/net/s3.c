/* A bucket over HTTP: its address, its list, its objects. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "http.h"
#include "s3_xml.h"
#include "sigv4.h"

#define EMPTY_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define PAGES_MAX 100000
#define TEXT_MAX 512

struct pb_s3 {
    pb_http *http;
    char     base[TEXT_MAX]; /* "https://host:port", no slash at the end */
    char     host[TEXT_MAX]; /* as in the header Host */
    char     root[128];      /* "/bucket" or "": what stands before a key */
    char     key_id[TEXT_MAX], region[64];
    char     secret[TEXT_MAX], token[4096];
    bool     is_signed;
};

/* ---- addresses ---- */

static bool is_bucket(pb_span name)
{
    if (name.len < 3 || name.len > PB_S3_BUCKET_MAX) return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.')) return false;
    }
    return !memmem(name.at, name.len, "..", 2) && name.at[0] != '.' && name.at[0] != '-';
}

pb_status pb_s3_url_read(const char *url, char bucket[PB_S3_BUCKET_MAX + 1], char prefix[PB_S3_KEY_MAX + 1],
                         pb_error *error)
{
    const char *at   = strncmp(url, "s3://", 5) == 0 ? url + 5 : "";
    pb_span     name = {at, strcspn(at, "/")};
    const char *rest = at + name.len + (at[name.len] == '/');
    if (!is_bucket(name))
        return pb_error_set(error, PB_E_SYNTAX,
                            "'%s' names no bucket (write s3://BUCKET/PREFIX; a bucket has 3 to 63 small letters, "
                            "digits, - and .)",
                            url);
    if (!pb_span_copy(pb_span_of(rest), prefix, PB_S3_KEY_MAX + 1))
        return pb_error_set(error, PB_E_SYNTAX, "'%.80s...': the prefix is longer than %d bytes", url, PB_S3_KEY_MAX);
    (void)pb_span_copy(name, bucket, PB_S3_BUCKET_MAX + 1);
    return PB_OK;
}

/* Scheme, host and port of an endpoint; the port only where it is not the usual one. */
static pb_status take_endpoint(pb_s3 *s3, const char *endpoint, pb_error *error)
{
    PB_TRY(pb__url_check(endpoint, true, error)); /* whether http:// may be is asked at every request */
    const char *slashes = strstr(endpoint, "://"), *host = slashes + 3;
    size_t      len  = strcspn(host, "/?#");
    bool        tls  = tolower((unsigned char)endpoint[4]) == 's';
    const char *port = tls ? ":443" : ":80";
    char        shown[256];
    pb_http_url_shown(endpoint, shown, sizeof shown);
    if (memchr(host, '@', len) || (host[len] != '\0' && strcmp(host + len, "/") != 0))
        return pb_error_set(error, PB_E_SYNTAX, "'%s' is no endpoint (write https://HOST or https://HOST:PORT)", shown);
    if (len > strlen(port) && memcmp(host + len - strlen(port), port, strlen(port)) == 0) len -= strlen(port);
    int n = snprintf(s3->host, sizeof s3->host, "%.*s", (int)len, host);
    for (char *c = s3->host; *c; c++) *c = (char)tolower((unsigned char)*c);
    int m = snprintf(s3->base, sizeof s3->base, "%s://%s", tls ? "https" : "http", s3->host);
    return n < (int)sizeof s3->host && m < (int)sizeof s3->base
               ? PB_OK
               : pb_error_set(error, PB_E_LIMIT, "the endpoint is too long");
}

/* Amazon's own: the bucket in the name of the host, where a certificate fits it. */
static pb_status take_amazon(pb_s3 *s3, const char *bucket, pb_error *error)
{
    char url[TEXT_MAX];
    bool dotted = strchr(bucket, '.') != NULL;
    snprintf(url, sizeof url, "https://%s%ss3.%s.amazonaws.com", dotted ? "" : bucket, dotted ? "" : ".", s3->region);
    PB_TRY(take_endpoint(s3, url, error));
    if (dotted) snprintf(s3->root, sizeof s3->root, "/%s", bucket);
    return PB_OK;
}

static bool is_region(const char *region)
{
    for (const char *c = region; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '-') return false;
    return *region != '\0' && strlen(region) < 64;
}

static pb_status take_options(pb_s3 *s3, const pb_s3_options *o, pb_error *error)
{
    const char *region = o->region ? o->region : "us-east-1";
    if (!is_bucket(pb_span_of(o->bucket))) return pb_error_set(error, PB_E_SYNTAX, "'%s' names no bucket", o->bucket);
    if (!is_region(region)) return pb_error_set(error, PB_E_SYNTAX, "'%s' is no region (like eu-west-1)", region);
    (void)pb_span_copy(pb_span_of(region), s3->region, sizeof s3->region);
    if (o->key_id && !o->secret)
        return pb_error_set(error, PB_E_MISSING, "a key id without its secret (set AWS_SECRET_ACCESS_KEY)");
    s3->is_signed = o->key_id != NULL;
    if (!pb_span_copy(pb_span_of(o->key_id), s3->key_id, sizeof s3->key_id) ||
        !pb_span_copy(pb_span_of(o->secret), s3->secret, 200) ||
        !pb_span_copy(pb_span_of(o->token), s3->token, sizeof s3->token))
        return pb_error_set(error, PB_E_LIMIT, "the credentials are longer than any known");
    if (!o->endpoint) return take_amazon(s3, o->bucket, error);
    snprintf(s3->root, sizeof s3->root, "/%s", o->bucket);
    return take_endpoint(s3, o->endpoint, error);
}

pb_status pb_s3_open(pb_http *http, const pb_s3_options *options, pb_s3 **out, pb_error *error)
{
    pb_s3 *s3 = calloc(1, sizeof *s3);
    if (!s3) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    s3->http         = http;
    pb_status status = take_options(s3, options, error);
    if (status != PB_OK) {
        pb_s3_close(s3);
        return status;
    }
    *out = s3;
    return PB_OK;
}

void pb_s3_close(pb_s3 *s3)
{
    if (!s3) return;
    explicit_bzero(s3, sizeof *s3);
    free(s3);
}

/* ---- signed requests ---- */

typedef struct signing {
    const pb_s3 *s3;
    const char  *path, *query;
} signing;

static struct curl_slist *add(struct curl_slist *list, const char *name, const char *value)
{
    char text[4200];
    snprintf(text, sizeof text, "%s: %s", name, value);
    struct curl_slist *more = curl_slist_append(list, text);
    explicit_bzero(text, sizeof text);
    return more ? more : list;
}

/* A time of its own for every attempt: a signature is good for minutes. What
 * cannot be signed goes unsigned and is refused there. */
static struct curl_slist *sign(void *context, int64_t utc_ms, struct curl_slist *list)
{
    const signing *s = context;
    char           at[17], authorization[PB__AUTHORIZATION_MAX];
    pb__sigv4_time(utc_ms, at);
    const pb__signed_header  headers[] = {{"host", s->s3->host},
                                          {"x-amz-content-sha256", EMPTY_SHA256},
                                          {"x-amz-date", at},
                                          {"x-amz-security-token", s->s3->token}};
    const pb__sigv4          who       = {s->s3->key_id, s->s3->secret, s->s3->region, "s3"};
    const pb__signed_request r         = {.method      = "GET",
                                          .path        = s->path,
                                          .query       = s->query,
                                          .headers     = headers,
                                          .n_headers   = s->s3->token[0] ? 4 : 3,
                                          .body_sha256 = EMPTY_SHA256,
                                          .at          = at};
    if (pb__sigv4_sign(&who, &r, authorization) != PB_OK) return list;
    list = add(list, "x-amz-content-sha256", EMPTY_SHA256);
    list = add(list, "x-amz-date", at);
    if (s->s3->token[0]) list = add(list, "x-amz-security-token", s->s3->token);
    return add(list, "Authorization", authorization);
}

/* ---- list ---- */

#define QUERY_MAX (3 * (PB__S3_TOKEN_MAX + PB_S3_KEY_MAX) + 128)

typedef struct listing {
    char query[QUERY_MAX], path[136], url[PB_URL_MAX];
    char next[PB__S3_TOKEN_MAX];
} listing;

/* In order of names, as the signature wants it. */
static pb_status make_query(listing *l, const char *prefix, pb_error *error)
{
    char token[3 * PB__S3_TOKEN_MAX], from[3 * PB_S3_KEY_MAX + 1];
    if (!pb_http_escape(pb_span_of(l->next), false, token, sizeof token) ||
        !pb_http_escape(pb_span_of(prefix), false, from, sizeof from))
        return pb_error_set(error, PB_E_LIMIT, "the prefix or the token of a page is too long");
    int n = snprintf(l->query, sizeof l->query, "%s%s%slist-type=2&max-keys=1000&prefix=%s",
                     token[0] ? "continuation-token=" : "", token, token[0] ? "&" : "", from);
    PB_ASSERT(n < (int)sizeof l->query);
    return PB_OK;
}

static pb_status ask_page(pb_s3 *s3, listing *l, const char *prefix, pb_http_answer *answer, pb_error *error)
{
    PB_TRY(make_query(l, prefix, error));
    snprintf(l->path, sizeof l->path, "%s/", s3->root);
    if (snprintf(l->url, sizeof l->url, "%s%s?%s", s3->base, l->path, l->query) >= (int)sizeof l->url)
        return pb_error_set(error, PB_E_LIMIT, "the address of the list is too long");
    signing         s       = {s3, l->path, l->query};
    pb_http_request request = {.method = PB_HTTP_GET, .url = l->url};
    pb__call        call    = {.request = &request, .sign = s3->is_signed ? sign : NULL, .sign_context = &s};
    PB_TRY(pb__http_send_call(s3->http, &call, answer, error));
    pb_status status = pb_http_expect(answer, &request, error);
    if (status != PB_OK) pb_http_answer_free(answer);
    return status;
}

pb_status pb_s3_list(pb_s3 *s3, const char *prefix, pb_s3_each each, void *context, pb_error *error)
{
    pb_status status = PB_OK;
    listing  *l      = calloc(1, sizeof *l);
    if (!l) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (int page = 0; status == PB_OK; page++) {
        pb_http_answer answer = {0};
        status                = page < PAGES_MAX ? ask_page(s3, l, prefix, &answer, error)
                                                 : pb_error_set(error, PB_E_LIMIT, "the list of the bucket does not end");
        if (status == PB_OK)
            status = pb__s3_page_read((pb_span){answer.body.at, answer.body.len}, each, context, l->next, error);
        pb_http_answer_free(&answer);
        if (l->next[0] == '\0') break;
    }
    free(l);
    return status;
}

/* ---- objects ---- */

pb_status pb_s3_fetch(pb_s3 *s3, const pb_s3_object *object, const char *path, pb_http_file *out, pb_error *error)
{
    char escaped[3 * PB_S3_KEY_MAX + 8], at[sizeof escaped + sizeof s3->root], url[PB_URL_MAX];
    if (!pb_http_escape(pb_span_of(object->key), true, escaped, sizeof escaped))
        return pb_error_set(error, PB_E_LIMIT, "the key of the object is too long");
    snprintf(at, sizeof at, "%s/%s", s3->root, escaped);
    if (snprintf(url, sizeof url, "%s%s", s3->base, at) >= (int)sizeof url)
        return pb_error_set(error, PB_E_LIMIT, "the key of the object is too long");
    signing               s       = {s3, at, ""};
    pb_http_request       request = {.method = PB_HTTP_GET, .url = url};
    pb__call              call    = {.request = &request, .sign = s3->is_signed ? sign : NULL, .sign_context = &s};
    pb_http_fetch_options options = {.bytes = (int64_t)object->bytes, .etag = object->etag[0] ? object->etag : NULL};
    return pb__http_fetch_call(s3->http, &call, path, &options, out, error);
}
