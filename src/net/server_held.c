/* Memory that clients hold: what they sent and what is not answered yet, and answers that they do not take. A head of
 * HTTP/2 costs its sender a byte for each 4 KiB of it (HPACK), and an answer a window that stays shut: so it is
 * counted, for all and for each address. Bodies have a count of their own (options.bodies_max). */
#include "server.h"

bool pb__hold(pb__conn *c, size_t n)
{
    pb_server *s  = c->server;
    size_t    *of = pb__listen_held(s, &c->key);
    if (n > PB__HELD_MAX - s->held || *of + n > PB__HELD_ADDRESS) return false;
    s->held += n;
    c->held += n;
    *of += n;
    return true;
}

void pb__release(pb_server *s, pb__conn *c, size_t n)
{
    s->held -= n;
    if (c) pb__disown(c, n);
}

void pb__disown(pb__conn *c, size_t n)
{
    if (c->uncounted) return;
    c->held -= n;
    *pb__listen_held(c->server, &c->key) -= n;
}

/* Exchanges that somebody works on still are kept for nobody. */
void pb__hold_end(pb__conn *c)
{
    pb__answers_are(c, 0);
    pb__release(c->server, c, c->in_cap);
    pb__disown(c, c->held);
    c->uncounted = true;
}

/* ---- answers ---- */

static int64_t waits_since_us(const pb__conn *c)
{
    return c->h2 ? pb__h2_since_us(c) : c->since_us;
}

static pb__conn *slowest(const pb_server *s)
{
    pb__conn *found = NULL;
    for (pb__conn *c = s->conns; c; c = c->next)
        if (c->answers > 0 && !c->dead && (!found || waits_since_us(c) < waits_since_us(found))) found = c;
    return found;
}

void pb__answers_are(pb__conn *c, size_t n)
{
    pb_server *s    = c->server;
    bool       more = n > c->answers;
    s->answers += n - c->answers; /* wraps, and comes out right */
    c->answers = n;
    while (more && s->answers > PB__ANSWERS_MAX) {
        pb__conn *one = slowest(s);
        if (!one) return;
        PB__COUNT(s, timeouts, 1);
        size_t its = one->answers;
        pb__conn_close(one);
        if (one->answers == its) { /* inside: it goes when its callback returns */
            one->answers = 0;
            s->answers -= its;
        }
    }
}
