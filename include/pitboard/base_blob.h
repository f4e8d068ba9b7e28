/* pitboard/base_blob.h - bytes that many hold and nobody changes.
 *
 * One answer goes to a thousand clients: it is made once, counted, and freed when the
 * last lets go. Any thread.
 *
 * Floor 0. Uses libc only. */
#ifndef PITBOARD_BASE_BLOB_H
#define PITBOARD_BASE_BLOB_H

#include "pitboard/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pb_blob pb_blob;

/* A copy of bytes, held once by the caller; NULL when out of memory. */
pb_blob *pb_blob_make(pb_span bytes);
/* Takes over bytes from malloc (freed with the blob, and at once when out of memory). */
pb_blob *pb_blob_take(char *bytes, size_t len);
/* One more holder; returns blob, for x = pb_blob_hold(y). NULL stays NULL. */
pb_blob *pb_blob_hold(pb_blob *blob);
void     pb_blob_drop(pb_blob *blob);            /* NULL is harmless */
pb_span  pb_blob_bytes(const pb_blob *blob);     /* valid while held; empty for NULL */

#ifdef __cplusplus
}
#endif
#endif
