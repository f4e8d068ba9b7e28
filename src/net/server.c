/* Options, opening, closing: see pitboard/net_server.h. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "server_nghttp2.h"
#include "ws.h"

#define OTHER_FILES 512u /* descriptors that the rest of the program may want */

pb_server_options pb_server_options_default(void)
{
    return (pb_server_options){.listen            = "127.0.0.1:8080",
                               .body_max          = 32u << 20,
                               .bodies_max        = 128u << 20,
                               .head_ms           = 5000,
                               .body_ms           = 10000,
                               .idle_ms           = 30000,
                               .connections_max   = 12000,
                               .per_address_max   = 4000,
                               .ws_message_max    = 16u << 10,
                               .ws_messages_per_s = 50,
                               .ws_ping_ms        = 30000,
                               .ws_path           = "/ws/v1",
                               .ws_protocol       = "pitboard.v1"};
}

/* ---- open ---- */

static bool copy_texts(pb_server *s)
{
    const char **texts[] = {&s->o.listen, &s->o.tls_cert, &s->o.tls_key, &s->o.ws_path, &s->o.ws_protocol};
    for (int i = 0; i < 5; i++) {
        if (!*texts[i]) continue;
        s->texts[i] = strdup(*texts[i]);
        if (!s->texts[i]) return false;
        *texts[i] = s->texts[i];
    }
    return true;
}

/* lws makes its tables as large as the limit of descriptors says, so that is what is
 * needed, and no million; connections_max becomes what it allows. */
static rlim_t limit_files(pb_server *s)
{
    struct rlimit now;
    if (getrlimit(RLIMIT_NOFILE, &now) != 0) return 0;
    struct rlimit want = now;
    want.rlim_cur      = s->o.connections_max + OTHER_FILES;
    if (want.rlim_cur > now.rlim_max) want.rlim_cur = now.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &want) != 0) want = now;
    rlim_t free_ones = want.rlim_cur > 2 * OTHER_FILES ? want.rlim_cur - OTHER_FILES : want.rlim_cur / 2;
    if (s->o.connections_max > free_ones) s->o.connections_max = (uint32_t)free_ones;
    if (s->o.per_address_max > s->o.connections_max) s->o.per_address_max = s->o.connections_max;
    return now.rlim_cur;
}

static void give_back_files(rlim_t before)
{
    struct rlimit now;
    if (getrlimit(RLIMIT_NOFILE, &now) != 0 || now.rlim_cur >= before) return;
    now.rlim_cur = before;
    setrlimit(RLIMIT_NOFILE, &now);
}

static void no_log(int level, const char *line)
{
    (void)level, (void)line;
}

static pb_status open_lws(pb_server *s, pb_error *error)
{
    struct lws_context_creation_info info = {0};
    s->protocols[0]                       = (struct lws_protocols){.name = "pitboard", .callback = pb__lws_event};
    info.port                             = CONTEXT_PORT_NO_LISTEN_SERVER;
    info.protocols                        = s->protocols;
    info.options                          = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
    info.user                             = s;
    info.gid                              = -1;
    info.uid                              = -1;
    info.vhost_name                       = "pitboard";
    lws_set_log_level(0, no_log);
    s->lws = lws_create_context(&info);
    if (!s->lws) return pb_error_set(error, PB_E_NOMEM, "%s: the event loop could not be made", s->o.listen);
    s->vhost = lws_create_vhost(s->lws, &info);
    if (!s->vhost) return pb_error_set(error, PB_E_NOMEM, "%s: the event loop could not be made", s->o.listen);
    return pb__poll_open(s, error);
}

static pb_status open_all(pb_server *s, pb_error *error)
{
    PB_TRY(pb__tls_open(s, error));
    s->h2         = pb__h2_load();
    rlim_t before = limit_files(s);
    PB_TRY(pb__listen_open(s, error));
    pb_status status = open_lws(s, error);
    give_back_files(before);
    return status;
}

static void free_server(pb_server *s)
{
    for (int i = 0; i < 5; i++) free(s->texts[i]);
    pb__deflate_free(s);
    pb__h2_unload(s->h2);
    SSL_CTX_free(s->tls);
    pthread_mutex_destroy(&s->lock);
    free(s->addresses);
    free(s->read);
    free(s);
}

void pb__server_drop(pb_server *s)
{
    if (atomic_fetch_sub_explicit(&s->holders, 1, memory_order_acq_rel) == 1) free_server(s);
}

pb_status pb_server_open(const pb_server_options *options, pb_server **out, pb_error *error)
{
    PB_ASSERT(options->request && options->listen && options->body_max > 0);
    pb_server *s = calloc(1, sizeof *s);
    if (!s) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    s->o         = *options;
    s->listen_fd = -1;
    atomic_init(&s->holders, 1);
    pthread_mutex_init(&s->lock, NULL);
    pb_status status = copy_texts(s) ? open_all(s, error) : pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (status == PB_OK)
        *out = s;
    else
        pb_server_close(s);
    return status;
}

uint16_t pb_server_port(const pb_server *server)
{
    return server->port;
}

/* ---- close ---- */

static void forget_queues(pb_server *s)
{
    pthread_mutex_lock(&s->lock);
    pb_exchange *x = s->replies;
    pb__post    *p = s->posts;
    s->closed      = true;
    s->replies     = NULL;
    s->posts       = NULL;
    pthread_mutex_unlock(&s->lock);
    while (x) {
        pb_exchange *next = x->next;
        x->body_cap = x->room = 0;
        pb__exchange_free(x);
        x = next;
    }
    while (p) {
        pb__post *next = p->next;
        free(p);
        p = next;
    }
}

void pb_server_close(pb_server *s)
{
    if (!s) return;
    forget_queues(s);
    pb__listen_stop(s);
    if (s->lws) lws_context_destroy(s->lws);
    atomic_store_explicit(&s->running, false, memory_order_release);
    pb__server_drop(s);
}

void pb_server_counts_get(const pb_server *server, pb_server_counts *out)
{
    const pb__counts *c = &server->counts;
#define LOAD(what) .what = atomic_load_explicit(&c->what, memory_order_relaxed)
    *out                 = (pb_server_counts){
                        LOAD(connections), LOAD(refused_connections), LOAD(requests), LOAD(refused_requests), LOAD(timeouts),
                        LOAD(bytes_in),    LOAD(bytes_out),           LOAD(ws_in),    LOAD(ws_out),           LOAD(ws_refused)};
#undef LOAD
    out->open    = (uint32_t)atomic_load_explicit(&c->open, memory_order_relaxed);
    out->ws_open = (uint32_t)atomic_load_explicit(&c->ws_open, memory_order_relaxed);
}
