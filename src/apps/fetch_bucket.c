/* Objects of an S3-compatible bucket. Credentials come from the environment, as
 * everywhere: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN,
 * AWS_REGION or AWS_DEFAULT_REGION, AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL. */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "fetch.h"
#include "pitboard/net_s3.h"

/* Set and not empty. */
static const char *from(const char *name, const char *or_name)
{
    const char *value = getenv(name);
    if (value && *value) return value;
    return or_name ? from(or_name, NULL) : NULL;
}

typedef struct objects {
    pb_s3_object *at;
    uint32_t      n, cap;
    uint64_t      bytes;
} objects;

#define OBJECTS_MAX 200000

/* Markers of folders hold nothing. */
static pb_status take(void *context, const pb_s3_object *object, pb_error *error)
{
    objects *o = context;
    if (object->bytes == 0 || object->key[strlen(object->key) - 1] == '/') return PB_OK;
    if (o->n == OBJECTS_MAX)
        return pb_error_set(error, PB_E_LIMIT, "more than %d objects (name a longer prefix)", OBJECTS_MAX);
    if (o->n == o->cap) {
        uint32_t      cap  = o->cap ? 2 * o->cap : 64;
        pb_s3_object *more = realloc(o->at, cap * sizeof *more);
        if (!more) return pb_error_set(error, PB_E_NOMEM, "out of memory");
        o->at  = more;
        o->cap = cap;
    }
    o->bytes += object->bytes;
    o->at[o->n++] = *object;
    return PB_OK;
}

/* A key that is none gets its fingerprint for a name. */
static pb_status path_of(const pb__fetch *f, const char *bucket, const char *key, char *out, size_t cap,
                         pb_error *error)
{
    char sha[65];
    if (pb__fetch_is_plain(key))
        return pb__fetch_print(out, cap, error, "%s/s3/%s/%s/%s", f->cache, f->host, bucket, key);
    pb_sha256_hex(pb_span_of(key), sha);
    return pb__fetch_print(out, cap, error, "%s/s3/%s/%s/%s", f->cache, f->host, bucket, sha);
}

static pb_status refuse(pb__fetch *f, const char *key, const pb_error *why, pb_error *error)
{
    if (pb__import_refuse(f->list, key, why->text) != PB_OK) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    (void)pb__fail(&pb__cmd_import, why);
    return PB_OK;
}

/* An object that went away since it was listed is told; anything else ends it. */
static pb_status get_one(pb__fetch *f, pb_s3 *s3, const char *bucket, const pb_s3_object *o, pb_error *error)
{
    char         path[PATH_MAX + 1200];
    pb_http_file got;
    pb_error     why = {0};
    PB_TRY(path_of(f, bucket, o->key, path, sizeof path, error));
    pb_status status = pb_s3_fetch(s3, o, path, &got, &why);
    f->done += o->bytes;
    if (status == PB_E_NOENT) return refuse(f, o->key, &why, error);
    if (status != PB_OK) return pb_error_set(error, status, "%s", why.text);
    return pb__fetch_add(f, path, error);
}

static pb_status get_all(pb__fetch *f, pb_s3 *s3, const char *url, const char *bucket, const objects *o,
                         pb_error *error)
{
    uint64_t most = (uint64_t)f->args->cache_max_mb << 20;
    if (o->n == 0) return pb_error_set(error, PB_E_EMPTY, "%s: there is nothing below it", url);
    if (o->bytes > most)
        return pb_error_set(error, PB_E_LIMIT,
                            "%s: %llu MB in %u objects, more than the cache may hold (name a longer prefix, or "
                            "--cache-max %llu)",
                            url, (unsigned long long)(o->bytes >> 20), o->n, (unsigned long long)(o->bytes >> 20) + 1);
    f->done = 0;
    f->all  = o->bytes;
    for (uint32_t i = 0; i < o->n; i++) PB_TRY(get_one(f, s3, bucket, &o->at[i], error));
    return PB_OK;
}

pb_status pb__fetch_bucket(pb__fetch *f, const char *url, pb_error *error)
{
    char          bucket[PB_S3_BUCKET_MAX + 1], prefix[PB_S3_KEY_MAX + 1];
    objects       o        = {0};
    pb_s3        *s3       = NULL;
    const char   *endpoint = f->args->endpoint ? f->args->endpoint : from("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
    pb_s3_options options  = {.endpoint = endpoint,
                              .region   = f->args->region ? f->args->region : from("AWS_REGION", "AWS_DEFAULT_REGION"),
                              .bucket   = bucket,
                              .key_id   = from("AWS_ACCESS_KEY_ID", NULL),
                              .secret   = from("AWS_SECRET_ACCESS_KEY", NULL),
                              .token    = from("AWS_SESSION_TOKEN", NULL)};
    PB_TRY(pb_s3_url_read(url, bucket, prefix, error));
    PB_TRY(pb__fetch_open(f, endpoint ? endpoint : "https://amazonaws.com", false, error));
    PB_TRY(pb_s3_open(f->http, &options, &s3, error));
    pb_status status = pb_s3_list(s3, prefix, take, &o, error);
    if (status == PB_OK) status = get_all(f, s3, url, bucket, &o, error);
    f->all = 0;
    free(o.at);
    pb_s3_close(s3);
    return status;
}
