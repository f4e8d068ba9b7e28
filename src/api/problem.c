/* Problem details (RFC 9457): what a client is told when it does not get what it asked for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"

/* Whatever the answer was going to be, it is none any more. */
static void drop_answer(pb_reply *reply)
{
    if (reply->to) {
        fclose(reply->to);
        free(reply->at);
        reply->to = NULL;
        reply->at = NULL;
    }
    pb_blob_drop(reply->blob);
    reply->blob    = NULL;
    reply->packed  = false;
    reply->etag[0] = '\0';
    reply->csp     = NULL;
}

static void write_problem(pb_reply *reply, int status, const char *pointer, const char *detail)
{
    pb_json_writer *w = pb_reply_json(reply);
    pb_json_object(w, NULL);
    pb_json_put_text(w, "type", "about:blank");
    pb_json_put_text(w, "title", pb_status_words(status));
    pb_json_put_i64(w, "status", status);
    pb_json_put_text(w, "detail", detail);
    if (pointer && pointer[0]) pb_json_put_text(w, "pointer", pointer);
    pb_json_put_text(w, "id", reply->request->id);
    pb_json_object_end(w);
}

pb_status pb_reply_problem(pb_reply *reply, int status, const char *pointer, const char *format, ...)
{
    char    detail[PB_ERROR_TEXT_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(detail, sizeof detail, format, args);
    va_end(args);
    drop_answer(reply);
    reply->status     = status;
    reply->is_problem = true;
    reply->media      = "application/problem+json";
    write_problem(reply, status, pointer, detail);
    return PB_E_CANCELLED;
}

/* ---- what run returned ---- */

static int http_of(pb_status status)
{
    switch (status) {
    case PB_E_NOENT:
        return 404;
    case PB_E_SYNTAX:
    case PB_E_RANGE:
    case PB_E_UNKNOWN_KEY:
    case PB_E_MISSING:
    case PB_E_RULE:
    case PB_E_EMPTY:
        return 422;
    case PB_E_USAGE:
        return 400;
    case PB_E_UNSUPPORTED:
        return 409;
    case PB_E_LIMIT:
    case PB_E_IO:
    case PB_E_NOMEM:
    case PB_E_CANCELLED:
        return 503;
    default:
        return 500;
    }
}

/* "body: /trials: 12 is outside ..." into its place and its words. */
static const char *split(const char *text, char *pointer, size_t cap)
{
    pointer[0] = '\0';
    if (strncmp(text, "body: ", 6) == 0) text += 6;
    if (strncmp(text, "the whole document: ", 20) == 0) text += 20;
    const char *end = text[0] == '/' ? strstr(text, ": ") : NULL;
    if (!end || memchr(text, ' ', (size_t)(end - text))) return text;
    (void)pb_span_copy((pb_span){text, (size_t)(end - text)}, pointer, cap);
    return end + 2;
}

void pb__reply_error(pb_reply *reply, pb_status status, const pb_error *error)
{
    char        pointer[128];
    const char *text = split(error->text[0] ? error->text : pb_status_text(status), pointer, sizeof pointer);
    int         http = status == PB_E_LIMIT && pointer[0] ? 422 : http_of(status); /* too much of the body */
    pb_request *r    = reply->request;
    if (http == 500 || status == PB_E_IO || status == PB_E_NOMEM)
        pb_logger_say(r->api->options.log, PB_LOG_ERROR, "api", r->id, "%s: %s", r->row->name, error->text);
    if (http == 500) text = "something went wrong here (the log has more under this id)";
    if (status == PB_E_IO) text = "a part that this needs is away at the moment (try again soon)";
    if (status == PB_E_NOMEM) text = "out of memory at the moment (try again soon)";
    (void)pb_reply_problem(reply, http, http < 500 ? pointer : "", "%s", text);
    if (http == 503) pb_reply_header(reply, "retry-after", "1");
}
