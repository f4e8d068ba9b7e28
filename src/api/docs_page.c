/* /docs and /openapi.json: the core's own rows. The page is one file, src/api/docs.html, compiled in; its policy
 * names its one script and its one style by their hashes, so that nothing else can run in it. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "core.h"

extern const char   pb__docs_html[];
extern const size_t pb__docs_html_len;

/* "sha256-..." of what stands between two tags; false: they are not there. */
static bool hash_between(const char *from, const char *to, char *out, size_t cap)
{
    unsigned char hash[32];
    char          text[48];
    pb_sha256     sha;
    const char   *begin = strstr(pb__docs_html, from), *end = begin ? strstr(begin, to) : NULL;
    if (!end) return false;
    begin += strlen(from);
    pb_sha256_begin(&sha);
    pb_sha256_add(&sha, (pb_span){begin, (size_t)(end - begin)});
    pb_sha256_end(&sha, hash);
    (void)sodium_bin2base64(text, sizeof text, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
    (void)snprintf(out, cap, "'sha256-%s'", text);
    return true;
}

pb_status pb__docs_make(pb__docs_page *out, pb_error *error)
{
    pb_span page = {pb__docs_html, pb__docs_html_len};
    char    script[64], style[64];
    if (!hash_between("<script>", "</script>", script, sizeof script) ||
        !hash_between("<style>", "</style>", style, sizeof style))
        return pb_error_set(error, PB_E_RANGE, "src/api/docs.html: has one <script> and one <style>");
    (void)snprintf(
        out->csp, sizeof out->csp,
        "default-src 'none'; script-src %s; style-src %s; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'",
        script, style);
    return pb__file_make(page, &out->file, error);
}

static pb_status get_docs(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    const pb_api *api = context;
    (void)request, (void)error;
    pb__file_give(&api->docs.file, "text/html; charset=utf-8", reply);
    reply->csp = api->docs.csp;
    return PB_OK;
}

static pb_status get_openapi(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    const pb_api *api = context;
    (void)request, (void)error;
    pb__file_give(&api->document, "application/json", reply);
    return PB_OK;
}

const pb_route pb__core_rows[] = {
    {.method  = PB_GET,
     .path    = "/openapi.json",
     .id      = "getOpenapi",
     .tag     = "server",
     .summary = "This document",
     .flags   = PB_ROUTE_LOOP,
     .run     = get_openapi,
     .media   = "application/json"},
    {.method  = PB_GET,
     .path    = "/docs",
     .id      = "getDocs",
     .tag     = "server",
     .summary = "A page to read this document and to try its routes",
     .flags   = PB_ROUTE_LOOP,
     .run     = get_docs,
     .media   = "text/html"},
};
const uint32_t pb__core_rows_n = sizeof pb__core_rows / sizeof *pb__core_rows;
