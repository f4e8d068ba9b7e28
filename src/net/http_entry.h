/* http_entry.h - what is known of a fetched file, or of the beginning of one. */
#ifndef PB_NET_HTTP_ENTRY_H
#define PB_NET_HTTP_ENTRY_H

#include "pitboard/codec.h"

#define PB__META_END ".pb-meta"
#define PB__PART_END ".pb-part"
#define PB__PART_META_END ".pb-part-meta"

typedef struct pb__entry {
    char    url[65]; /* its fingerprint: the URL itself may hold a secret */
    char    etag[160], last_modified[64];
    int64_t bytes; /* of the whole; -1 not known yet */
    char    sha256[65];
    int64_t fetched_ms;
} pb__entry;

/* PB_OK only for an entry that is whole and of this URL. */
pb_status pb__entry_read(const char *path, const char *url, pb__entry *out);
pb_status pb__entry_write(const char *path, const char *url, const pb__entry *entry, pb_error *error);
/* Fingerprint of a file, without having it in memory. */
pb_status pb__file_sha256(const char *path, uint64_t *bytes, char hex[65], pb_error *error);
/* The folders above path. */
pb_status pb__make_folders(const char *path, pb_error *error);

#endif
