#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "trace_work.h"

static bool is_token(pb_span name)
{
    for (size_t i = 0; i < name.len; i++) {
        if (!isalnum((unsigned char)name.at[i]) && !strchr("!#$%&'*+-.^_`|~", name.at[i])) return false;
    }
    return name.len > 0 && name.len <= 128;
}

static int hex_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* %XX undone, behind what is in *to; false for a control byte or half an escape. */
static bool put_value(char *to, pb_span value)
{
    for (size_t i = 0; i < value.len; i++) {
        int c = (unsigned char)value.at[i];
        if (c == '%') {
            int high = i + 2 < value.len ? hex_of(value.at[i + 1]) : -1;
            int low  = i + 2 < value.len ? hex_of(value.at[i + 2]) : -1;
            if (high < 0 || low < 0) return false;
            c = high * 16 + low;
            i += 2;
        }
        if (c < 0x20 || c == 0x7f) return false; /* a line feed would be another header */
        *to++ = (char)c;
    }
    *to = '\0';
    return true;
}

static pb_status read_one(pb_span item, char **line, pb_error *error)
{
    const char *equals = memchr(item.at, '=', item.len);
    pb_span     name   = pb_span_trim((pb_span){item.at, equals ? (size_t)(equals - item.at) : 0});
    if (!equals || !is_token(name))
        return pb_error_set(error, PB_E_SYNTAX, "headers of the trace collector: write name=value,name=value");
    pb_span value = pb_span_trim((pb_span){equals + 1, item.len - (size_t)(equals + 1 - item.at)});
    char   *text  = malloc(name.len + value.len + 3);
    if (!text) return pb_error_set(error, PB_E_NOMEM, "headers of the trace collector: out of memory");
    *line    = text;
    int head = snprintf(text, name.len + 3, "%.*s: ", (int)name.len, name.at);
    if (!put_value(text + head, value))
        return pb_error_set(error, PB_E_SYNTAX,
                            "headers of the trace collector: the value of %.*s has a control byte or a %% that is "
                            "followed by no two hex digits",
                            (int)name.len, name.at);
    return PB_OK;
}

pb_status pb__trace_headers_read(const char *text, char *lines[PB__TRACE_HEADERS_MAX], uint32_t *n, pb_error *error)
{
    *n = 0;
    while (text && *text) {
        pb_span item = {text, strcspn(text, ",")};
        text += item.len + (text[item.len] == ',');
        item = pb_span_trim(item);
        if (item.len == 0) continue;
        if (*n == PB__TRACE_HEADERS_MAX)
            return pb_error_set(error, PB_E_LIMIT, "headers of the trace collector: more than %d",
                                PB__TRACE_HEADERS_MAX);
        lines[*n]        = NULL;
        pb_status status = read_one(item, &lines[*n], error);
        *n += lines[*n] != NULL;
        PB_TRY(status);
    }
    return PB_OK;
}
