/* Heads of answers: the few fields that matter here. */
#include <string.h>

#include "http.h"

void pb__head_begin(pb__head *head)
{
    *head = (pb__head){.length = -1, .range_from = -1, .range_total = -1};
}

/* "bytes 100-199/1000", and of a range that is not there "bytes ...: * /1000". */
static void read_range(pb__head *head, pb_span text)
{
    if (text.len < 6 || memcmp(text.at, "bytes ", 6) != 0) return;
    text              = pb_span_trim((pb_span){text.at + 6, text.len - 6});
    const char *slash = memchr(text.at, '/', text.len), *dash = memchr(text.at, '-', text.len);
    int64_t     from, total;
    if (!slash) return;
    if (pb_span_to_i64((pb_span){slash + 1, (size_t)(text.at + text.len - slash - 1)}, &total) && total >= 0)
        head->range_total = total;
    if (dash && dash < slash && pb_span_to_i64((pb_span){text.at, (size_t)(dash - text.at)}, &from) && from >= 0)
        head->range_from = from;
}

static void read_length(pb__head *head, pb_span text)
{
    int64_t length;
    if (pb_span_to_i64(text, &length) && length >= 0) head->length = length;
}

/* A text that does not fit is as good as none. */
static void keep(pb_span text, char *to, size_t cap)
{
    if (!pb_span_copy(text, to, cap)) to[0] = '\0';
}

static void read_field(pb__head *head, pb_span name, pb_span value)
{
    if (pb_span_equal_nocase(name, "etag")) keep(value, head->etag, sizeof head->etag);
    if (pb_span_equal_nocase(name, "last-modified")) keep(value, head->last_modified, sizeof head->last_modified);
    if (pb_span_equal_nocase(name, "content-type")) keep(value, head->content_type, sizeof head->content_type);
    if (pb_span_equal_nocase(name, "retry-after")) keep(value, head->retry_after, sizeof head->retry_after);
    if (pb_span_equal_nocase(name, "content-length")) read_length(head, value);
    if (pb_span_equal_nocase(name, "content-range")) read_range(head, value);
}

void pb__head_line(pb__head *head, pb_span line)
{
    line = pb_span_trim(line);
    if (line.len >= 5 && memcmp(line.at, "HTTP/", 5) == 0) {
        int64_t     status;
        const char *blank = memchr(line.at, ' ', line.len);
        pb__head_begin(head);
        if (blank && line.at + line.len - blank >= 4 && pb_span_to_i64((pb_span){blank + 1, 3}, &status))
            head->status = (int)status;
        return;
    }
    const char *colon = line.len ? memchr(line.at, ':', line.len) : NULL;
    if (!colon) return;
    pb_span value = {colon + 1, (size_t)(line.at + line.len - colon - 1)};
    read_field(head, pb_span_trim((pb_span){line.at, (size_t)(colon - line.at)}), pb_span_trim(value));
}

#define WAIT_MAX_S INT32_MAX

static int64_t bounded_ms(int64_t seconds)
{
    if (seconds < 0) return 0;
    return (seconds > WAIT_MAX_S ? WAIT_MAX_S : seconds) * 1000;
}

/* Seconds, or a date, which may lie anywhere. */
int64_t pb__head_wait_ms(const pb__head *head, int64_t utc_ms)
{
    int64_t seconds;
    if (head->retry_after[0] == '\0') return -1;
    if (pb_span_to_i64(pb_span_of(head->retry_after), &seconds)) return seconds < 0 ? -1 : bounded_ms(seconds);
    time_t at = curl_getdate(head->retry_after, NULL);
    if (at < 0) return -1;
    int64_t now_s = utc_ms / 1000;
    if (at - now_s > WAIT_MAX_S) return bounded_ms(WAIT_MAX_S);
    int64_t wait = (int64_t)at * 1000 - utc_ms;
    return wait < 0 ? 0 : wait;
}
