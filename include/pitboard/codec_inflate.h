/* pitboard/codec_inflate.h - base64 and raw deflate: how live feeds pack what is
 * long.
 *
 * An inflater is made once and used for every message: nothing is allocated per
 * call, and never more comes out than the caller has room for.
 *
 * Floor 1. Uses base; zlib. */
#ifndef PITBOARD_CODEC_INFLATE_H
#define PITBOARD_CODEC_INFLATE_H

#include "pitboard/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Decodes base64 (RFC 4648, the standard alphabet, padding required, no blanks).
 * PB_E_SYNTAX, PB_E_LIMIT when more than cap bytes would come out (3 for every 4
 * letters at most); *len untouched then. */
pb_status pb_base64_decode(pb_span text, char *to, size_t cap, size_t *len);

typedef struct pb_inflater pb_inflater;
pb_status pb_inflater_create(pb_inflater **out, pb_error *error);
void      pb_inflater_destroy(pb_inflater *inflater);
/* Unpacks raw deflate (RFC 1951: no zlib, no gzip header). Bytes behind its end are
 * ignored. PB_E_SYNTAX: broken or cut short; PB_E_LIMIT: more than cap bytes; *len
 * untouched then. */
pb_status pb_inflate_raw(pb_inflater *inflater, pb_span packed, char *to, size_t cap, size_t *len);

#ifdef __cplusplus
}
#endif
#endif
