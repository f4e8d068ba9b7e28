/* Error texts: one line, safe to print on any terminal. */
#include <stdio.h>
#include <string.h>

#include "pitboard/base.h"

/* Escaping makes a byte at most four: formatting more than fits would be thrown away. */
#define RAW_MAX (2 * PB_ERROR_TEXT_MAX)

/* Control characters, and the C1 set that some terminals obey in two bytes (C2 80 .. C2 9F). */
static bool is_control(const char *at, size_t len)
{
    unsigned char a = (unsigned char)at[0];
    if (len == 1) return a < 0x20 || a == 0x7f;
    return len == 2 && a == 0xc2 && (unsigned char)at[1] < 0xa0;
}

/* Copies raw, whole characters only, with whatever is not plain text written as \xNN. */
static void copy_escaped(char *to, size_t cap, pb_span raw)
{
    size_t used = 0;
    while (raw.len > 0) {
        size_t step  = pb_utf8_step(raw);
        bool   plain = step > 0 && !is_control(raw.at, step);
        char   piece[8];
        if (!plain) {
            step = 1;
            snprintf(piece, sizeof piece, "\\x%02x", (unsigned)(unsigned char)raw.at[0]);
        }
        const char *from = plain ? raw.at : piece;
        size_t      len  = plain ? step : 4;
        if (used + len >= cap) break;
        memcpy(to + used, from, len);
        used += len;
        raw.at += step;
        raw.len -= step;
    }
    to[used] = '\0';
}

pb_status pb_error_set(pb_error *error, pb_status status, const char *format, ...)
{
    if (!error) return status;
    char    raw[RAW_MAX]; /* formatted aside, so that error->text itself may be an argument */
    va_list args;
    va_start(args, format);
    int wrote = vsnprintf(raw, sizeof raw, format, args);
    va_end(args);
    if (wrote < 0) raw[0] = '\0';
    error->status = status;
    copy_escaped(error->text, sizeof error->text, pb_span_of(raw));
    return status;
}
