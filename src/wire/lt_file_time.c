/* lt_file_time: when a line of a recording is due, and whether it is one. */
#include <string.h>

#include "lt_file.h"
#include "lt_time.h"

#define HEAD_BYTES 4096
#define NAMES_MAX 8

bool pb__lt_take_line(pb_span *left, pb_span *line)
{
    while (left->len > 0) {
        const char *feed = memchr(left->at, '\n', left->len);
        size_t      n    = feed ? (size_t)(feed - left->at) : left->len;
        *line            = pb_span_trim((pb_span){left->at, n});
        left->at += feed ? n + 1 : n;
        left->len -= feed ? n + 1 : n;
        if (line->len > 0) return true;
    }
    return false;
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

/* The last quoted text of the last bytes of a line: no time is longer. */
bool pb__lt_time_of_line(pb_span line, int64_t *out_us)
{
    size_t end = line.len, least = line.len > 80 ? line.len - 80 : 0;
    while (end > least && !is_quote(line.at[end - 1])) end--;
    if (end == least) return false;
    size_t start = end - 1;
    while (start > least && !is_quote(line.at[start - 1])) start--;
    return start > least && pb__lt_utc((pb_span){line.at + start, end - 1 - start}, out_us);
}

bool pb__lt_time_of_snapshot(pb_span text, int64_t *out_us)
{
    static const char beat[] = "\"Heartbeat\"", utc[] = "\"Utc\"";
    const char       *at   = memmem(text.at, text.len, beat, sizeof beat - 1);
    size_t            left = at ? (size_t)(text.at + text.len - at) : 0;
    if (left > 200) left = 200;
    at = at ? memmem(at, left, utc, sizeof utc - 1) : NULL;
    if (!at) return false;
    const char *end   = text.at + text.len;
    const char *open  = memchr(at + sizeof utc - 1, '"', (size_t)(end - at) - (sizeof utc - 1));
    const char *close = open ? memchr(open + 1, '"', (size_t)(end - open) - 1) : NULL;
    return close && pb__lt_utc((pb_span){open + 1, (size_t)(close - open - 1)}, out_us);
}

/* The quoted text at or after at; false when there is none. */
static bool next_name(pb_span text, size_t *at, pb_span *name)
{
    while (*at < text.len && !is_quote(text.at[*at])) ++*at;
    if (*at >= text.len) return false;
    const char *open  = text.at + *at;
    const char *close = memchr(open + 1, *open, text.len - *at - 1);
    if (!close) return false;
    *name = (pb_span){open + 1, (size_t)(close - open - 1)};
    *at   = (size_t)(close + 1 - text.at);
    return true;
}

bool pb__lt_is_live_timing(pb_span text)
{
    pb_span name = {0};
    size_t  at   = 0;
    if (text.len >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0) text = (pb_span){text.at + 3, text.len - 3};
    if (text.len > HEAD_BYTES) text.len = HEAD_BYTES;
    text = pb_span_trim(text);
    if (text.len == 0 || (text.at[0] != '{' && text.at[0] != '[')) return false;
    for (int i = 0; i < NAMES_MAX && next_name(text, &at, &name); i++)
        if (pb__lt_topic_of(name) != PB__LT_T_N) return true;
    return false;
}
