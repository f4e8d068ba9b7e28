/* Any bytes as a page of a bucket's list: it ends, keys are valid text of their size, and what is
 * refused hands out no object after its error. */
#include <stdlib.h>
#include <string.h>

#include "net/s3_xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static pb_status take(void *context, const pb_s3_object *object, pb_error *error)
{
    size_t len = strlen(object->key);
    (void)error;
    if (len == 0 || len > PB_S3_KEY_MAX || !pb_utf8_valid((pb_span){object->key, len})) abort();
    if (object->bytes > INT64_MAX || !memchr(object->etag, '\0', sizeof object->etag)) abort();
    ++*(size_t *)context;
    return PB_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pb_span   text = {(const char *)data, size};
    size_t    n    = 0;
    char      next[PB__S3_TOKEN_MAX], code[64];
    pb_error  error;
    pb_status status = pb__s3_page_read(text, take, &n, next, &error);
    if (n > size / 10) abort(); /* an object takes more letters than that */
    if (status != PB_OK && status != PB_E_SYNTAX) abort();
    if (status == PB_OK && size == 0) abort();
    (void)pb__xml_find(text, "Code", code, sizeof code);
    return 0;
}
