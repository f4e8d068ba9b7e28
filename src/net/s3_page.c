/* A page of ListObjectsV2:
 *
 *     <ListBucketResult>
 *       <IsTruncated>true</IsTruncated> <NextContinuationToken>..</NextContinuationToken>
 *       <Contents> <Key>..</Key> <ETag>&quot;..&quot;</ETag> <Size>12</Size> .. </Contents> ..
 *     </ListBucketResult>
 */
#include <string.h>

#include "s3_xml.h"

typedef struct page {
    pb__xml      xml;
    pb_s3_object object;
    bool         has_key, has_size, truncated;
    char        *next;
    pb_error    *error;
} page;

static pb_status refuse(page *p, const char *why)
{
    return pb_error_set(p->error, PB_E_SYNTAX, "the list of the bucket cannot be read: %s", why);
}

static pb_status take_field(page *p, pb_span name, pb_span raw)
{
    char    number[24];
    int64_t bytes;
    if (pb_span_equal_text(name, "Key")) {
        if (!pb__xml_text(raw, p->object.key, sizeof p->object.key)) return refuse(p, "a key is too long or no text");
        p->has_key = p->object.key[0] != '\0';
    } else if (pb_span_equal_text(name, "ETag")) {
        if (!pb__xml_text(raw, p->object.etag, sizeof p->object.etag)) p->object.etag[0] = '\0';
    } else if (pb_span_equal_text(name, "Size")) {
        if (!pb__xml_text(raw, number, sizeof number) || !pb_span_to_i64(pb_span_of(number), &bytes) || bytes < 0)
            return refuse(p, "a size is no number");
        p->object.bytes = (uint64_t)bytes;
        p->has_size     = true;
    }
    return PB_OK;
}

static pb_status take_top(page *p, pb_span name, pb_span raw)
{
    if (pb_span_equal_text(name, "IsTruncated")) p->truncated = pb_span_equal_text(pb_span_trim(raw), "true");
    if (pb_span_equal_text(name, "NextContinuationToken") && !pb__xml_text(raw, p->next, PB__S3_TOKEN_MAX))
        return refuse(p, "the token of the next page is too long");
    return PB_OK;
}

static pb_status take_text(page *p, pb_span raw)
{
    const pb_span *open = p->xml.open;
    int            d    = p->xml.depth;
    if (d == 2) return take_top(p, open[1], raw);
    if (d == 3 && pb_span_equal_text(open[1], "Contents")) return take_field(p, open[2], raw);
    return PB_OK;
}

static pb_status close_one(page *p, pb_span name, pb_s3_each each, void *context)
{
    if (p->xml.depth != 1 || !pb_span_equal_text(name, "Contents")) return PB_OK;
    if (!p->has_key || !p->has_size) return refuse(p, "an object has no key or no size");
    return each(context, &p->object, p->error);
}

static pb_status open_one(page *p, pb_span name)
{
    if (p->xml.depth == 1 && !pb_span_equal_text(name, "ListBucketResult"))
        return refuse(p, "it is no ListBucketResult (is the address that of a bucket?)");
    if (p->xml.depth == 2) {
        memset(&p->object, 0, sizeof p->object);
        p->has_key  = false;
        p->has_size = false;
    }
    return PB_OK;
}

pb_status pb__s3_page_read(pb_span xml, pb_s3_each each, void *context, char next[PB__S3_TOKEN_MAX], pb_error *error)
{
    page    p = {.next = next, .error = error};
    pb_span what;
    next[0] = '\0';
    pb__xml_begin(&p.xml, xml);
    for (;;) {
        pb__xml_kind kind = pb__xml_next(&p.xml, &what);
        if (kind == PB__XML_BAD) return refuse(&p, "it is no XML");
        if (kind == PB__XML_END) break;
        if (kind == PB__XML_OPEN) PB_TRY(open_one(&p, what));
        if (kind == PB__XML_TEXT) PB_TRY(take_text(&p, what));
        if (kind == PB__XML_CLOSE) PB_TRY(close_one(&p, what, each, context));
    }
    if (p.truncated && next[0] == '\0') return refuse(&p, "it goes on, but does not say where");
    if (!p.truncated) next[0] = '\0';
    return PB_OK;
}
