/* Who is too slow, and who may go while the server drains. */
#include "server.h"

#define LINGER_US 2000000
#define GRACE_US 60000 /* of a drain: what had arrived at the socket by then is read and answered */

static bool older(const pb__conn *c, int64_t now_us, uint32_t ms)
{
    return now_us - c->since_us > (int64_t)ms * 1000;
}

static void too_slow(pb__conn *c, const char *why)
{
    PB__COUNT(c->server, timeouts, 1);
    if (why)
        pb__h1_refuse(c, 408, why);
    else
        pb__conn_close(c);
}

/* It has done its handshake, and has asked something before. */
static bool ready(const pb__conn *c)
{
    return c->tls ? SSL_is_init_finished(c->ssl) : c->seen;
}

static void tick_head(pb__conn *c, int64_t now_us)
{
    const pb_server_options *o = &c->server->o;
    if (c->in_len > 0) {
        if (older(c, now_us, o->head_ms)) too_slow(c, "the head of the request did not arrive in time");
        return;
    }
    bool drained = c->server->draining && now_us - c->server->drain_from_us > GRACE_US;
    if (drained)
        pb__conn_close(c);
    else if (older(c, now_us, ready(c) ? o->idle_ms : o->head_ms))
        too_slow(c, NULL);
}

static void tick_conn(pb__conn *c, int64_t now_us)
{
    const pb_server_options *o = &c->server->o;
    switch (c->state) {
    case PB__CONN_HEAD:
        tick_head(c, now_us);
        return;
    case PB__CONN_BODY:
        if (older(c, now_us, o->body_ms)) too_slow(c, "the body of the request did not arrive in time");
        return;
    case PB__CONN_WAIT: /* for the client to take its answer; for ours it waits as long as it likes */
        if (pb__conn_clogged(c) && older(c, now_us, o->body_ms)) too_slow(c, NULL);
        return;
    case PB__CONN_LINGER:
        if (now_us - c->since_us > LINGER_US || (c->server->draining && older(c, now_us, 200))) pb__conn_close(c);
        return;
    case PB__CONN_WS:
        pb__ws_tick(c, now_us);
        return;
    case PB__CONN_H2:
        pb__h2_tick(c, now_us);
        return;
    }
}

void pb__tick(lws_sorted_usec_list_t *sul)
{
    pb_server *s   = lws_container_of(sul, pb_server, tick);
    int64_t    now = pb__now_us();
    s->depth++;
    for (pb__conn *c = s->conns, *next; c && !c->buried; c = next) {
        next = c->next;
        tick_conn(c, now);
    }
    s->depth--;
    if (!s->listening && !s->draining) pb__poll_listen(s, true);
    pb__ws_wants_run(s);
    pb__tick_start(s);
}
