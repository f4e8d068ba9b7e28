/* pitboard/net_s3.h - a bucket of an S3-compatible store: what is in it, and into
 * files with it. Plain HTTP with signature version 4; no key: nothing is signed
 * (a public bucket).
 *
 * Floor 2. Uses base, codec; libcurl. */
#ifndef PITBOARD_NET_S3_H
#define PITBOARD_NET_S3_H

#include "pitboard/net_http.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_S3_KEY_MAX    1024        /* bytes of a name, as S3 allows */
#define PB_S3_BUCKET_MAX 63

typedef struct pb_s3_options {
    const char *endpoint;            /* "https://minio.example:9000"; NULL: Amazon's for the region */
    const char *region;              /* NULL: "us-east-1" */
    const char *bucket;
    const char *key_id, *secret;     /* NULL: do not sign */
    const char *token;               /* of a session; NULL none */
} pb_s3_options;

typedef struct pb_s3_object {
    char     key[PB_S3_KEY_MAX + 1];
    char     etag[160];              /* with its quotes, as in the head of a GET */
    uint64_t bytes;
} pb_s3_object;

/* "s3://bucket/some/prefix" in two; prefix may come out empty. PB_E_SYNTAX. */
pb_status pb_s3_url_read(const char *url, char bucket[PB_S3_BUCKET_MAX + 1], char prefix[PB_S3_KEY_MAX + 1],
                         pb_error *error);

/* Texts are copied; http must live as long. */
typedef struct pb_s3 pb_s3;
pb_status pb_s3_open(pb_http *http, const pb_s3_options *options, pb_s3 **out, pb_error *error);
void      pb_s3_close(pb_s3 *s3);

/* Calls each for every object whose key begins with prefix, in the order of keys,
 * over as many pages as there are. What each returns other than PB_OK ends it and
 * is returned. */
typedef pb_status (*pb_s3_each)(void *context, const pb_s3_object *object, pb_error *error);
pb_status pb_s3_list(pb_s3 *s3, const char *prefix, pb_s3_each each, void *context, pb_error *error);

/* An object that was listed into a file, as pb_http_fetch does: of the size and the
 * etag that the list told, gone on with after a break. */
pb_status pb_s3_fetch(pb_s3 *s3, const pb_s3_object *object, const char *path, pb_http_file *out, pb_error *error);

#ifdef __cplusplus
}
#endif
#endif
