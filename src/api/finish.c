/* The end of a request: version, packing, headers, answer; then it is counted, logged, traced and forgotten. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"

#define PACK_LEAST 1000                   /* bytes; below it packing saves nothing */
#define PACK_LOOP_MOST ((size_t)16 << 10) /* on the loop: some tenths of a millisecond */

static void close_text(pb_reply *reply)
{
    if (reply->is_problem || reply->writer.depth == 0) pb_json_end(&reply->writer);
    bool whole = fclose(reply->to) == 0 && reply->at;
    reply->to  = NULL;
    pb_blob_drop(reply->blob);
    reply->blob = whole ? pb_blob_take(reply->at, reply->len) : NULL;
    if (!whole) free(reply->at);
    reply->at = NULL;
}

static bool lost(const pb_reply *reply)
{
    return !reply->blob;
}

/* What was written becomes bytes; of a list the page that was asked for. */
static void make_body(pb_request *r)
{
    pb_reply *reply = &r->reply;
    pb_error  error = {0};
    if (!reply->to) return;
    close_text(reply);
    if (lost(reply)) {
        reply->status = 503;
        return;
    }
    if (!r->list || !r->ran || reply->is_problem || reply->status >= 300) return;
    pb_blob  *all    = reply->blob;
    pb_status status = PB_OK;
    reply->blob      = NULL;
    status           = pb__list_page(r->list, pb_blob_bytes(all), pb_reply_json(reply), &error);
    pb_blob_drop(all);
    if (status != PB_OK) pb__reply_error(reply, status == PB_E_NOMEM ? status : PB_OK, &error);
    close_text(reply);
}

static bool is_read(const pb_request *r)
{
    return r->method == PB_GET || r->method == PB_HEAD;
}

/* Names the version, and leaves the body out when the client has it. */
static void look_at_version(pb_request *r)
{
    pb_reply *reply = &r->reply;
    bool      fresh = r->row && (r->row->route->flags & PB_ROUTE_FRESH);
    if (!is_read(r) || reply->status != 200 || fresh) {
        reply->etag[0] = '\0';
        return;
    }
    if (!reply->etag[0] && reply->blob && !reply->media) pb__etag_of(pb_blob_bytes(reply->blob), reply->etag);
    if (!pb__etag_matches(pb_exchange_header(r->x, "if-none-match"), reply->etag)) return;
    reply->status = 304;
    pb_blob_drop(reply->blob);
    reply->blob = NULL;
}

static bool is_text(const pb_reply *reply)
{
    return !reply->media || strncmp(reply->media, "text/", 5) == 0 ||
           strncmp(reply->media, "application/json", 16) == 0 || strstr(reply->media, "+json") ||
           strstr(reply->media, "svg");
}

static void pack(pb_request *r)
{
    pb_reply *reply = &r->reply;
    pb_span   plain = pb_blob_bytes(reply->blob);
    pb_bytes  packed;
    bool      loop = !r->row || (r->row->route->flags & PB_ROUTE_LOOP);
    if (!r->gzip || reply->packed || plain.len < PACK_LEAST || !is_text(reply)) return;
    if ((loop && plain.len > PACK_LOOP_MOST) || pb_gzip(plain, &packed, NULL) != PB_OK) return;
    pb_blob *blob = packed.len < plain.len ? pb_blob_take(packed.at, packed.len) : NULL;
    if (!blob) {
        if (packed.len >= plain.len) pb_bytes_free(&packed);
        return;
    }
    pb_blob_drop(reply->blob);
    reply->blob   = blob;
    reply->packed = true;
}

/* "X" of packed bytes is "X-gz": a strong name is one of bytes. */
static void name_packed(pb_reply *reply)
{
    size_t len = strlen(reply->etag);
    if (reply->packed && len > 0) memcpy(reply->etag + len - 1, "-gz\"", 5);
}

/* What was changed, as the path names it: "live/44"; "" when the body does. */
static void target_of(const pb_request *r, char *out, size_t cap)
{
    out[0] = '\0';
    for (uint32_t i = 0, used = 0; i < r->n_params && used < cap; i++)
        used += (uint32_t)snprintf(out + used, cap - used, "%s%s", i ? "/" : "", r->param[i]);
}

static void tell_audit(const pb_request *r, int status)
{
    const pb_api_options *o = &r->api->options;
    char                  target[256];
    if (!o->audit || !r->row || !(r->row->route->flags & PB_ROUTE_CHANGES) || !(r->ran || status == 403)) return;
    target_of(r, target, sizeof target);
    o->audit(o->audit_user, &r->caller, pb_exchange_address(r->x), r->row->name, target, status, r->id);
}

/* ---- afterwards ---- */

static void count(const pb_request *r, int status, double seconds)
{
    char        text[160];
    const char *name = r->row ? r->row->name : "other", *values = text;
    if (r->row && status == r->row->success)
        values = r->row->ok;
    else if (r->row && status == 304)
        values = r->row->same;
    else
        (void)snprintf(text, sizeof text, "%s,%d", name, status);
    pb_metric_add(r->api->requests, values, 1);
    pb_metric_observe(r->api->seconds, name, seconds);
    pb_metric_add(r->api->in_flight, NULL, -1);
}

/* Reads that went well are many, and say little; so is what a rate refused: a flood must not fill the log. */
static void tell_log(const pb_request *r, int status, double seconds)
{
    bool            full  = status == 503 && !r->ran; /* of the pool, which has a metric */
    bool            quiet = (status < 400 && is_read(r)) || status == 429 || full;
    pb_logger_level level = quiet ? PB_LOG_DEBUG : status >= 500 ? PB_LOG_WARN : PB_LOG_INFO;
    pb_logger_say(r->api->options.log, level, "api", r->id, "%s: %d in %.1f ms, asked by %s",
                  r->row ? r->row->name : "unknown path", status, 1e3 * seconds, r->caller.limit);
}

/* A stage of it: the id is the request's own with another last digit, which nobody else has in this trace. */
static void tell_stage(const pb_request *r, const pb_trace_span *whole, const char *name, int64_t from_us,
                       int64_t to_us)
{
    static const char digits[] = "0123456789abcdef";
    pb_trace_span     s        = *whole;
    const char       *last     = strchr(digits, whole->span[15]);
    int               step     = name[0] == 'q' ? 1 : 2; /* queue, route */
    s.name                     = name;
    s.status                   = 0;
    s.from_ns                  = whole->from_ns + (from_us - r->began_us) * 1000;
    s.to_ns                    = whole->from_ns + (to_us - r->began_us) * 1000;
    s.span[15]                 = digits[((last ? last - digits : 0) + step) % 16];
    memcpy(s.parent, whole->span, sizeof s.parent);
    pb_logger_span(r->api->options.log, &s);
}

static void tell_trace(const pb_request *r, int status, int64_t took_us)
{
    pb_trace_span s = {.name   = r->row ? r->row->route->id : "unknown",
                       .to_ns  = pb_engine_utc_us() * 1000,
                       .status = status,
                       .failed = status >= 500};
    s.from_ns       = s.to_ns - took_us * 1000;
    memcpy(s.trace, r->id, sizeof s.trace);
    memcpy(s.span, r->span, sizeof s.span);
    memcpy(s.parent, r->parent, sizeof s.parent);
    pb_logger_span(r->api->options.log, &s);
    if (r->run_us == 0) return; /* on the loop: no stages */
    tell_stage(r, &s, "queue", r->began_us, r->run_us);
    tell_stage(r, &s, "route", r->run_us, r->done_us);
}

static void forget(pb_request *r)
{
    pb_blob_drop(r->reply.blob);
    for (uint32_t i = 0; i < r->reply.n_headers; i++) free((void *)(uintptr_t)r->reply.header[i].name);
    pb__list_free(r->list);
    pb_json_free(r->doc);
    pb_bytes_free(&r->unpacked);
    free(r->long_text);
    free(r);
}

void pb__forget(pb_request *r)
{
    pb_metric_add(r->api->in_flight, NULL, -1);
    forget(r);
}

void pb__finish(pb_request *r)
{
    pb_reply   *reply = &r->reply;
    pb__headers headers;
    make_body(r);
    if (reply->status == 0) reply->status = r->row ? r->row->success : 204;
    look_at_version(r);
    if (reply->blob) pack(r);
    name_packed(reply);
    int status = reply->status;
    pb__headers_make(r, status, &headers);
    tell_audit(r, status);
    pb_answer answer = {.status = status, .headers = headers.at, .n_headers = headers.n, .body = reply->blob};
    pb_exchange_reply(r->x, &answer);
    r->x            = NULL;
    int64_t took_us = pb_engine_mono_us() - r->began_us;
    count(r, status, (double)took_us * 1e-6);
    tell_log(r, status, (double)took_us * 1e-6);
    if (pb_logger_wants_spans(r->api->options.log)) tell_trace(r, status, took_us);
    forget(r);
}
