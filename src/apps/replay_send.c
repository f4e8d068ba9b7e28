#include "replay_send.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed_address.h"
#include "pitboard/net.h"
#include "pitboard/net_http.h"
#include "pitboard/wire_feed.h"

struct replay_send {
    pb_udp_out *udp; /* or */
    pb_http    *http;
    char       *url;
    uint8_t     kind;
    uint64_t    n;
};

pb_status replay_send_open(const char *to, uint8_t kind, bool remote, replay_send **out, pb_error *error)
{
    char         address[FEED_ADDRESS_MAX];
    replay_send *s      = calloc(1, sizeof *s);
    pb_status    status = PB_OK;
    if (!s) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    s->kind = kind;
    s->url  = strdup(to);
    if (strncmp(to, "udp://", 6) == 0) {
        status = feed_address_send(to, "--to", address, error);
        if (status == PB_OK) status = pb_udp_out_open(address, &s->udp, error);
    } else if (strncmp(to, "http://", 7) == 0 || strncmp(to, "https://", 8) == 0) {
        pb_http_options o = pb_http_options_default();
        o.plain_http      = remote;
        status            = pb_http_open(&o, &s->http, error);
    } else {
        status = pb_error_set(error, PB_E_USAGE, "--to wants udp://HOST:PORT or http(s)://..., not '%s'", to);
    }
    if (status == PB_OK && !s->url) status = pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (status != PB_OK) {
        replay_send_close(s);
        return status;
    }
    *out = s;
    return PB_OK;
}

static pb_status post(replay_send *to, const pb_frame *frame, pb_error *error)
{
    char              kind[64];
    const char *const headers[] = {kind};
    pb_http_answer    answer    = {0};
    pb_http_request   request   = {
            .method = PB_HTTP_POST, .url = to->url, .headers = headers, .n_headers = 1, .body = frame->bytes};
    (void)snprintf(kind, sizeof kind, "X-Pitboard-Feed: %s", pb_feed_kind_name((pb_feed_kind)frame->kind));
    pb_status status = pb_http_send(to->http, &request, &answer, error);
    if (status != PB_OK) return status;
    status = pb_http_expect(&answer, &request, error);
    pb_http_answer_free(&answer);
    return status;
}

pb_status replay_send_frame(replay_send *to, const pb_frame *frame, pb_error *error)
{
    bool wanted = frame->kind > PB_FEED_NONE && frame->kind < PB_FEED_N && (!to->kind || frame->kind == to->kind);
    if (!wanted || (frame->flags & PB_FRAME_CUT)) return PB_OK;
    if (to->udp) {
        if (pb_udp_out_send(to->udp, frame->bytes) == PB_OK) to->n++;
        return PB_OK;
    }
    PB_TRY(post(to, frame, error));
    to->n++;
    return PB_OK;
}

uint64_t replay_send_count(const replay_send *to)
{
    return to->n;
}

uint64_t replay_send_failed(const replay_send *to)
{
    return to->udp ? pb_udp_out_failed(to->udp) : 0;
}

void replay_send_close(replay_send *to)
{
    if (!to) return;
    if (to->udp) pb_udp_out_close(to->udp);
    if (to->http) pb_http_close(to->http);
    free(to->url);
    free(to);
}
