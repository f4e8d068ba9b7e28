/* The dashboard: the files that web/ is built into, compiled in. Its script and its style come from this server and
 * from nowhere else; nothing inline runs. Whether one must sign in stands in the page itself, so that it need not ask. */
#include <stdlib.h>
#include <string.h>

#include "core.h"

static const char policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#define WEB_FILE(name)                                                                                                 \
    extern const char   pb__web_##name[];                                                                              \
    extern const size_t pb__web_##name##_len
WEB_FILE(index_html);
WEB_FILE(app_js);
WEB_FILE(style_css);
WEB_FILE(icon_svg);

static const char closed[] = "data-door=\"closed\"", open[] = "data-door=\"open\"  "; /* of one length */

/* The page with the door that this server has. */
static pb_status make_page(bool asks, pb__file *out, pb_error *error)
{
    char *page = strdup(pb__web_index_html), *door = page ? strstr(page, closed) : NULL;
    if (!page) return pb_error_set(error, PB_E_NOMEM, "out of memory for the pages");
    if (door && !asks) memcpy(door, open, sizeof open - 1);
    pb_status status = pb__file_make(pb_span_of(page), out, error);
    free(page);
    return status;
}

pb_status pb__web_make(bool asks, pb__file out[PB__WEB_FILES], pb_error *error)
{
    const pb_span text[PB__WEB_FILES] = {[PB__WEB_SCRIPT] = {pb__web_app_js, pb__web_app_js_len},
                                         [PB__WEB_STYLE]  = {pb__web_style_css, pb__web_style_css_len},
                                         [PB__WEB_ICON]   = {pb__web_icon_svg, pb__web_icon_svg_len}};
    for (int i = 0; i < PB__WEB_FILES; i++)
        if (i != PB__WEB_PAGE) PB_TRY(pb__file_make(text[i], &out[i], error));
    return make_page(asks, &out[PB__WEB_PAGE], error);
}

static pb_status give(void *context, int which, const char *media, pb_reply *reply)
{
    const pb_api *api = context;
    pb__file_give(&api->web[which], media, reply);
    reply->csp = policy;
    return PB_OK;
}

static pb_status get_page(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    (void)request, (void)error;
    return give(context, PB__WEB_PAGE, "text/html; charset=utf-8", reply);
}

static pb_status get_script(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    (void)request, (void)error;
    return give(context, PB__WEB_SCRIPT, "text/javascript; charset=utf-8", reply);
}

static pb_status get_style(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    (void)request, (void)error;
    return give(context, PB__WEB_STYLE, "text/css; charset=utf-8", reply);
}

static pb_status get_icon(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    (void)request, (void)error;
    return give(context, PB__WEB_ICON, "image/svg+xml", reply);
}

const pb_route pb__web_rows[] = {
    {.method  = PB_GET,
     .path    = "/",
     .id      = "getDashboard",
     .tag     = "server",
     .summary = "The dashboard",
     .flags   = PB_ROUTE_LOOP | PB_ROUTE_UNCOUNTED,
     .run     = get_page,
     .media   = "text/html"},
    {.method  = PB_GET,
     .path    = "/app.js",
     .id      = "getDashboardScript",
     .tag     = "server",
     .summary = "Its script",
     .flags   = PB_ROUTE_LOOP | PB_ROUTE_UNCOUNTED,
     .run     = get_script,
     .media   = "text/javascript"},
    {.method  = PB_GET,
     .path    = "/style.css",
     .id      = "getDashboardStyle",
     .tag     = "server",
     .summary = "Its style",
     .flags   = PB_ROUTE_LOOP | PB_ROUTE_UNCOUNTED,
     .run     = get_style,
     .media   = "text/css"},
    {.method  = PB_GET,
     .path    = "/icon.svg",
     .id      = "getDashboardIcon",
     .tag     = "server",
     .summary = "Its icon",
     .flags   = PB_ROUTE_LOOP | PB_ROUTE_UNCOUNTED,
     .run     = get_icon,
     .media   = "image/svg+xml"},
};
const uint32_t pb__web_rows_n = sizeof pb__web_rows / sizeof *pb__web_rows;
