/* sigv4.h - signature version 4 of Amazon's HTTP services, with SHA-256 and HMAC. */
#ifndef PB_NET_SIGV4_H
#define PB_NET_SIGV4_H

#include "pitboard/codec.h"

/* Who signs. token may be NULL. */
typedef struct pb__sigv4 {
    const char *key_id, *secret, *region, *service;
} pb__sigv4;

/* A header that is signed: small letters, in order of names. */
typedef struct pb__signed_header {
    const char *name, *value;
} pb__signed_header;

typedef struct pb__signed_request {
    const char              *method;
    const char              *path;  /* escaped, "/" at least */
    const char              *query; /* escaped, in order, without "?" */
    const pb__signed_header *headers;
    uint32_t                 n_headers;
    const char              *body_sha256;
    const char              *at; /* "20150830T123600Z" */
} pb__signed_request;

#define PB__AUTHORIZATION_MAX 1024

/* The value of the header Authorization. PB_E_LIMIT when something is too long. */
pb_status pb__sigv4_sign(const pb__sigv4 *who, const pb__signed_request *request, char out[PB__AUTHORIZATION_MAX]);
/* "20150830T123600Z" of a time. */
void pb__sigv4_time(int64_t utc_ms, char out[17]);

#endif
