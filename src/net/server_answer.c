/* The head of an answer of HTTP/1. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "server.h"

static const struct {
    int         status;
    const char *text;
} reasons[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

const char *pb_status_words(int status)
{
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status) return reasons[i].text;
    return status < 400 ? "OK" : "Error";
}

bool pb__has_body(int status)
{
    return status != 204 && status != 304;
}

/* Made once a second. */
const char *pb__date(pb_server *server)
{
    struct timespec now;
    struct tm       utc;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (now.tv_sec == server->date_s) return server->date;
    static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    gmtime_r(&now.tv_sec, &utc);
    server->date_s = now.tv_sec;
    snprintf(server->date, sizeof server->date, "%.3s, %02d %.3s %d %02d:%02d:%02d GMT", days + 3 * utc.tm_wday,
             utc.tm_mday, months + 3 * utc.tm_mon, utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
    return server->date;
}

static bool token(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~");
    return n > 0 && name[n] == '\0';
}

bool pb__header_fit(const pb_header *h)
{
    for (const char *c = h->value; *c; c++)
        if (((unsigned char)*c < 0x20 && *c != '\t') || *c == 0x7f) return false;
    return token(h->name);
}

/* ---- put together without printf, which would be a third of an answer's time ---- */

typedef struct writer {
    char *at, *end;
    bool  full;
} writer;

static void put(writer *w, const char *text, size_t n)
{
    if ((size_t)(w->end - w->at) < n) {
        w->full = true;
        return;
    }
    memcpy(w->at, text, n);
    w->at += n;
}

static void put_text(writer *w, const char *text)
{
    put(w, text, strlen(text));
}

static void put_number(writer *w, uint64_t n)
{
    char  digits[20];
    char *at = digits + sizeof digits;
    do *--at = (char)('0' + n % 10);
    while ((n /= 10) > 0);
    put(w, at, (size_t)(digits + sizeof digits - at));
}

size_t pb__answer_head(pb_server *server, const pb_answer *answer, pb__answer_form form, char *to, size_t cap)
{
    writer w = {to, to + cap, false};
    put_text(&w, "HTTP/1.1 ");
    put_number(&w, (uint64_t)answer->status);
    put_text(&w, " ");
    put_text(&w, pb_status_words(answer->status));
    put_text(&w, "\r\nServer: pitboard\r\nDate: ");
    put_text(&w, pb__date(server));
    for (uint32_t i = 0; i < answer->n_headers; i++) {
        if (!pb__header_fit(&answer->headers[i])) continue;
        put_text(&w, "\r\n");
        put_text(&w, answer->headers[i].name);
        put_text(&w, ": ");
        put_text(&w, answer->headers[i].value);
    }
    if (pb__has_body(answer->status)) {
        put_text(&w, "\r\nContent-Length: ");
        put_number(&w, pb_blob_bytes(answer->body).len);
    }
    if (!form.keep)
        put_text(&w, "\r\nConnection: close");
    else if (form.http10)
        put_text(&w, "\r\nConnection: keep-alive");
    put_text(&w, "\r\n\r\n");
    return w.full ? 0 : (size_t)(w.at - to);
}
