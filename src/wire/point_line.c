/* point_line: a point as one line of JSON, fast. */
#include <math.h>
#include <string.h>

#include "pitboard/codec_fast.h"
#include "pitboard/wire_telemetry.h"

static char *put(char *to, const char *text)
{
    while (*text) *to++ = *text++;
    return to;
}

static char *put_whole(char *to, int64_t v)
{
    char     digits[24];
    int      n = 0;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    if (v < 0) *to++ = '-';
    do digits[n++] = (char)('0' + u % 10);
    while (u /= 10);
    while (n) *to++ = digits[--n];
    return to;
}

static char *put_key(char *to, const char *key)
{
    *to++ = ',';
    *to++ = '"';
    to    = put(to, key);
    *to++ = '"';
    *to++ = ':';
    return to;
}

/* The session's name is valid UTF-8 of less than 24 bytes. */
static char *put_text(char *to, const char *text)
{
    static const char hex[] = "0123456789abcdef";
    *to++                   = '"';
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20) {
            to    = put(to, "\\u00");
            *to++ = hex[c >> 4];
            *to++ = hex[c & 15];
            continue;
        }
        if (c == '"' || c == '\\') *to++ = '\\';
        *to++ = *text;
    }
    *to++ = '"';
    return to;
}

static char *put_place(char *to, const char *key, double degrees)
{
    if (!isfinite(degrees)) return to;
    to = put_key(to, key);
    return to + pb_f64_short(degrees, to);
}

size_t pb_point_line_write(const pb_point *point, char *to, size_t cap)
{
    char  line[PB_POINT_LINE_MAX];
    char *at = put(line, "{\"time\":");
    at       = put_whole(at, point->time_us);
    at       = put_whole(put_key(at, "car"), point->car);
    if (point->lap) at = put_whole(put_key(at, "lap"), point->lap);
    if (point->session[0]) at = put_text(put_key(at, "session"), point->session);
    for (uint32_t has = point->has; has; has &= has - 1) {
        int c = __builtin_ctz(has);
        at    = put_key(at, pb_channel_name((pb_channel)c));
        at += pb_f32_text(point->ch[c], at);
    }
    at         = put_place(at, "lat_deg", point->lat_deg);
    at         = put_place(at, "lon_deg", point->lon_deg);
    *at++      = '}';
    size_t len = (size_t)(at - line);
    if (len > cap) return 0;
    memcpy(to, line, len);
    return len;
}
