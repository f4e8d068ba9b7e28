/* The path of a request, decoded once: see server_head.h. */
#include <string.h>

#include "server_head.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static bool dots_only(pb_span part)
{
    return pb_span_equal_text(part, ".") || pb_span_equal_text(part, "..");
}

const char *pb__path_wrong(pb_span path)
{
    if (path.len == 0 || path.at[0] != '/') return "the path does not begin with /";
    size_t part = 1;
    for (size_t i = 1; i <= path.len; i++) {
        if (i < path.len && path.at[i] != '/') continue;
        if (dots_only((pb_span){path.at + part, i - part})) return "the path has a . or .. in it";
        if (i < path.len && i == part) return "the path has an empty part (//)";
        part = i + 1;
    }
    for (size_t i = 0, step; i < path.len; i += step) {
        unsigned char c = (unsigned char)path.at[i];
        if (c < 0x20 || c == 0x7f || c == '\\') return "the path has a control byte or a backslash in it";
        step = pb_utf8_step((pb_span){path.at + i, path.len - i});
        if (step == 0) return "the path is no valid UTF-8";
    }
    return NULL;
}

int pb__path_read(pb_span target, char *to, const char **path, const char **query, const char **why)
{
    const char *mark = memchr(target.at, '?', target.len);
    size_t      len = mark ? (size_t)(mark - target.at) : target.len, n = 0;
    for (size_t i = 0; i < len; i++, n++) {
        to[n] = target.at[i];
        if (to[n] == '#') {
            *why = "the target has a fragment (#)";
            return 400;
        }
        if (to[n] != '%') continue;
        int high = i + 2 < len ? hex(target.at[i + 1]) : -1, low = i + 2 < len ? hex(target.at[i + 2]) : -1;
        if (high < 0 || low < 0 || (high * 16 + low) == '/') {
            *why = "the path has a % that is followed by no two digits, or that hides a /";
            return 400;
        }
        to[n] = (char)(high * 16 + low);
        i += 2;
    }
    *why = pb__path_wrong((pb_span){to, n});
    if (*why) return 400;
    to[n]       = '\0';
    *path       = to;
    size_t rest = mark ? target.len - len - 1 : 0;
    if (rest > 0) memcpy(to + n + 1, mark + 1, rest);
    to[n + 1 + rest] = '\0';
    *query           = to + n + 1;
    return 0;
}
