/* JSON to a stream. */
#include <math.h>
#include <string.h>
#include <time.h>

#include "codec_text.h"

void pb_json_begin(pb_json_writer *w, FILE *to, int indent)
{
    *w          = (pb_json_writer){.to = to, .indent = indent};
    w->first[0] = true;
}

void pb_json_end(pb_json_writer *w)
{
    PB_ASSERT(w->depth == 0);
    fputc('\n', w->to);
}

static void new_line(const pb_json_writer *w)
{
    if (w->indent > 0 && w->inline_depth == 0 && w->depth > 0)
        fprintf(w->to, "\n%*s", w->indent * w->depth, "");
    else if (w->inline_depth > 0 && w->indent > 0 && !w->first[w->depth])
        fputc(' ', w->to);
}

/* Bytes that stand as they are: most of most texts. */
static size_t plain_run(pb_span text)
{
    size_t n = 0;
    while (n < text.len) {
        unsigned char c = (unsigned char)text.at[n];
        if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\') break;
        n++;
    }
    return n;
}

/* One character that needs a look; returns its bytes. */
static size_t put_odd(FILE *to, pb_span left)
{
    static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */
    unsigned char     c             = (unsigned char)left.at[0];
    size_t            step          = pb_utf8_step(left);
    if (step == 0)
        fputs(replacement, to);
    else if (c == '"' || c == '\\')
        fprintf(to, "\\%c", c);
    else if (c < 0x20 || c == 0x7f)
        fprintf(to, "\\u%04x", (unsigned)c);
    else
        fwrite(left.at, 1, step, to);
    return step ? step : 1;
}

static void put_quoted(FILE *to, const char *text)
{
    pb_span left = pb_span_of(text);
    fputc('"', to);
    while (left.len > 0) {
        size_t n = plain_run(left);
        if (n > 0)
            fwrite(left.at, 1, n, to);
        else
            n = put_odd(to, left);
        left.at += n;
        left.len -= n;
    }
    fputc('"', to);
}

/* Comma, line feed, indent and key: all that stands before a value. */
static void before_value(pb_json_writer *w, const char *key)
{
    if (!w->first[w->depth]) fputc(',', w->to);
    new_line(w);
    w->first[w->depth] = false;
    if (!key) return;
    put_quoted(w->to, key);
    fputs(w->indent > 0 ? ": " : ":", w->to);
}

static void open_level(pb_json_writer *w, const char *key, char bracket)
{
    PB_ASSERT(w->depth < PB_JSON_DEPTH_MAX);
    before_value(w, key);
    fputc(bracket, w->to);
    w->first[++w->depth] = true;
}

static void close_level(pb_json_writer *w, char bracket)
{
    PB_ASSERT(w->depth > 0);
    bool empty = w->first[w->depth];
    w->depth--;
    if (!empty && w->indent > 0 && w->inline_depth == 0) fprintf(w->to, "\n%*s", w->indent * w->depth, "");
    fputc(bracket, w->to);
}

void pb_json_object(pb_json_writer *w, const char *key)
{
    open_level(w, key, '{');
}

void pb_json_object_end(pb_json_writer *w)
{
    close_level(w, '}');
}

void pb_json_array(pb_json_writer *w, const char *key)
{
    open_level(w, key, '[');
    if (w->inline_array && w->inline_depth == 0) w->inline_depth = w->depth;
    w->inline_array = false;
}

void pb_json_array_end(pb_json_writer *w)
{
    int depth = w->depth;
    close_level(w, ']');
    if (w->inline_depth == depth) w->inline_depth = 0;
}

static void put_plain(pb_json_writer *w, const char *key, const char *text)
{
    before_value(w, key);
    fputs(text, w->to);
}

void pb_json_put_raw(pb_json_writer *w, const char *key, pb_span json)
{
    if (json.len == 0) json = pb_span_of("null");
    before_value(w, key);
    (void)fwrite(json.at, 1, json.len, w->to);
}

void pb_json_put_f64(pb_json_writer *w, const char *key, double value)
{
    char text[PB_F64_TEXT_MAX];
    pb_f64_text(value, text);
    if (strcmp(text, "-0") == 0)
        pb_span_copy(pb_span_of("-0.0"), text, sizeof text); /* -0 would be read as a whole 0 */
    put_plain(w, key, isfinite(value) ? text : "null");
}

void pb_json_put_fixed(pb_json_writer *w, const char *key, double value, int decimals)
{
    char text[PB_FIXED_TEXT_MAX] = "null";
    if (isfinite(value)) pb__fixed_text(value, decimals, text);
    put_plain(w, key, text);
}

void pb_json_put_i64(pb_json_writer *w, const char *key, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)value);
    put_plain(w, key, text);
}

void pb_json_put_bool(pb_json_writer *w, const char *key, bool value)
{
    put_plain(w, key, value ? "true" : "false");
}

void pb_json_put_text(pb_json_writer *w, const char *key, const char *text)
{
    if (!text) {
        put_plain(w, key, "null");
        return;
    }
    before_value(w, key);
    put_quoted(w->to, text);
}

void pb_json_put_null(pb_json_writer *w, const char *key)
{
    put_plain(w, key, "null");
}

void pb_json_put_utc(pb_json_writer *w, const char *key, int64_t us)
{
    static const int64_t year_10000_s = INT64_C(253402300800);
    char                 day[24], text[40];
    struct tm            utc;
    time_t               s = (time_t)(us / 1000000);
    if (us <= 0 || s >= year_10000_s || !gmtime_r(&s, &utc)) {
        pb_json_put_null(w, key);
        return;
    }
    (void)strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &utc);
    (void)snprintf(text, sizeof text, "%s.%03dZ", day, (int)(us / 1000 % 1000));
    pb_json_put_text(w, key, text);
}
