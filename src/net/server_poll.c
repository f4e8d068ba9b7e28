/* Which connections can be read or written: epoll, whose own descriptor lws watches. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

#define BATCH 256

void pb__poll_listen(pb_server *s, bool on)
{
    struct epoll_event e = {.events = EPOLLIN}; /* without a pointer: the one that listens */
    if (s->listen_fd < 0 || on == s->listening) return;
    if (epoll_ctl(s->poll_fd, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, s->listen_fd, &e) == 0) s->listening = on;
}

pb_status pb__poll_open(pb_server *s, pb_error *error)
{
    s->read    = malloc(PB__READ_MAX);
    s->poll_fd = s->read ? epoll_create1(EPOLL_CLOEXEC) : -1;
    if (s->poll_fd < 0) return pb_error_set(error, PB_E_IO, "%s: cannot be watched: %s", s->o.listen, strerror(errno));
    lws_sock_file_fd_type fd = {.filefd = s->poll_fd}; /* lws closes it, too */
    if (!lws_adopt_descriptor_vhost(s->vhost, LWS_ADOPT_RAW_FILE_DESC, fd, s->protocols[0].name, NULL))
        return pb_error_set(error, PB_E_NOMEM, "%s: cannot be watched", s->o.listen);
    pb__poll_listen(s, true);
    return PB_OK;
}

static struct epoll_event wish(pb__conn *c)
{
    uint32_t events = (c->paused ? 0 : (uint32_t)EPOLLIN) | (c->out_watched ? (uint32_t)EPOLLOUT : 0);
    return (struct epoll_event){.events = events, .data.ptr = c};
}

bool pb__poll_watch(pb__conn *c)
{
    struct epoll_event e = wish(c);
    return epoll_ctl(c->server->poll_fd, EPOLL_CTL_ADD, c->fd, &e) == 0;
}

void pb__poll_change(pb__conn *c)
{
    struct epoll_event e = wish(c);
    if (!c->buried && epoll_ctl(c->server->poll_fd, EPOLL_CTL_MOD, c->fd, &e) != 0) pb__conn_close(c);
}

void pb__poll_out(pb__conn *c)
{
    c->out_wanted = true;
    if (c->out_watched) return;
    c->out_watched = true;
    pb__poll_change(c);
}

static void writable(pb__conn *c)
{
    c->out_wanted = false;
    if (c->state == PB__CONN_WS)
        pb__ws_writable(c);
    else if (c->state == PB__CONN_H2)
        pb__h2_writable(c);
    else
        pb__h1_writable(c);
    if (c->dead || c->out_wanted) return;
    c->out_watched = false;
    pb__poll_change(c);
}

static void readable(pb__conn *c)
{
    char   *at = c->server->read;
    ssize_t n =
        recv(c->fd, at, c->tls ? PB__TLS_CHUNK : PB__READ_MAX, MSG_DONTWAIT); /* what OpenSSL keeps of it stays small */
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return;
    if (n <= 0) {
        pb__conn_close(c);
        return;
    }
    PB__COUNT(c->server, bytes_in, (size_t)n);
    if (c->tls)
        pb__tls_input(c, at, (size_t)n);
    else
        pb__conn_input(c, at, (size_t)n);
    c->seen = true;
}

static void happened(pb__conn *c, uint32_t events)
{
    if (c->buried) return; /* by one before it in this batch */
    c->inside = true;
    if (events & EPOLLOUT) writable(c);
    if (!c->dead && (events & (EPOLLIN | EPOLLHUP | EPOLLERR))) readable(c);
    c->inside = false;
    if (c->dead) pb__conn_bury(c);
}

void pb__poll_run(pb_server *s)
{
    struct epoll_event all[BATCH];
    int                n = epoll_wait(s->poll_fd, all, BATCH, 0);
    for (int i = 0; i < n; i++) {
        if (all[i].data.ptr)
            happened(all[i].data.ptr, all[i].events);
        else if (!s->draining)
            pb__listen_accept(s);
    }
}
