/* Any bytes as the head of an answer, line by line, and as a URL to show: numbers are in range, texts end. */
#include <stdlib.h>
#include <string.h>

#include "net/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const pb__head *h)
{
    if (h->length < -1 || h->range_from < -1 || h->range_total < -1 || h->status < -99 || h->status > 999) abort();
    if (!memchr(h->etag, '\0', sizeof h->etag) || !memchr(h->retry_after, '\0', sizeof h->retry_after)) abort();
    if (pb__head_wait_ms(h, 1440938160000) < -1) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pb__head    head;
    const char *at = (const char *)data, *end = at + size;
    char        shown[64], escaped[64], *url = malloc(size + 1);
    pb__head_begin(&head);
    while (at < end) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        size_t      len  = feed ? (size_t)(feed + 1 - at) : (size_t)(end - at);
        pb__head_line(&head, (pb_span){at, len});
        check(&head);
        at += len;
    }
    if (!url) return 0;
    if (size > 0) memcpy(url, data, size);
    url[size] = '\0';
    pb_http_url_shown(url, shown, sizeof shown);
    if (!memchr(shown, '\0', sizeof shown)) abort();
    (void)pb_http_escape((pb_span){url, size}, true, escaped, sizeof escaped);
    free(url);
    return 0;
}
