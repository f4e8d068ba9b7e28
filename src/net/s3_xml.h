/* s3_xml.h - answers of a bucket: a bounded reader of the little XML they use.
 * No document types, no entities but the five of XML and numbers, nothing nested
 * deeper than PB__XML_DEPTH_MAX. */
#ifndef PB_NET_S3_XML_H
#define PB_NET_S3_XML_H

#include "pitboard/net_s3.h"

#define PB__XML_DEPTH_MAX 16

typedef enum pb__xml_kind { PB__XML_OPEN, PB__XML_CLOSE, PB__XML_TEXT, PB__XML_END, PB__XML_BAD } pb__xml_kind;

typedef struct pb__xml {
    const char *at, *end;
    int         depth;
    pb_span     open[PB__XML_DEPTH_MAX];
    bool        close_next; /* <a/> */
    bool        done;       /* the root was closed */
} pb__xml;

void pb__xml_begin(pb__xml *xml, pb_span text);
/* The next piece; *what is the name or the raw text. After END and BAD the same again. */
pb__xml_kind pb__xml_next(pb__xml *xml, pb_span *what);
/* Raw text with its entities replaced, NUL-terminated. False when it does not fit or is no text. */
bool pb__xml_text(pb_span raw, char *out, size_t cap);
/* Text of the first element of this name that has only text. */
bool pb__xml_find(pb_span xml, const char *name, char *out, size_t cap);

/* One page of ListObjectsV2: calls each; *next is the token for the next page, "" at the end. */
#define PB__S3_TOKEN_MAX 2048
pb_status pb__s3_page_read(pb_span xml, pb_s3_each each, void *context, char next[PB__S3_TOKEN_MAX], pb_error *error);

#endif
