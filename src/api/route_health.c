/* /healthz, /readyz, /metrics. All on the loop: they must be answered when the pool is full, too. */
#include <stdlib.h>

#include "pitboard/api_routes.h"

#define METRICS_MEDIA "text/plain; version=0.0.4"

/* How a dependency is, now; also told as a metric. */
typedef struct seen {
    char state[16], why[128];
    bool ready;
} seen;

static void look(const pb_routes_health *with, const pb_dependency *d, seen *out)
{
    *out = (seen){.state = "failed"};
    d->look(d->user, out->state, out->why, &out->ready);
    pb_metric_set(pb_metric_gauge(with->metrics, "pitboard_dependency_up", "1: what the server needs is ready", "name"),
                  d->name, out->ready ? 1 : 0);
}

static pb_status get_health(void *context __attribute__((unused)), pb_request *request __attribute__((unused)),
                            pb_reply *reply, pb_error *error __attribute__((unused)))
{
    pb_json_writer *w = pb_reply_json(reply);
    pb_json_object(w, NULL);
    pb_json_put_text(w, "status", "ok");
    pb_json_put_text(w, "version", PB_VERSION);
    pb_json_object_end(w);
    return PB_OK;
}

static void put_dependency(pb_json_writer *w, const char *name, const seen *s)
{
    pb_json_object(w, NULL);
    pb_json_put_text(w, "name", name);
    pb_json_put_text(w, "state", s->state);
    pb_json_put_bool(w, "ready", s->ready);
    if (s->why[0])
        pb_json_put_text(w, "why", s->why);
    else
        pb_json_put_null(w, "why");
    pb_json_object_end(w);
}

static pb_status get_ready(void *context, pb_request *request __attribute__((unused)), pb_reply *reply,
                           pb_error *error __attribute__((unused)))
{
    const pb_routes_health *with  = context;
    pb_json_writer         *w     = pb_reply_json(reply);
    bool                    ready = true;
    seen                    s;
    pb_json_object(w, NULL);
    pb_json_array(w, "dependencies");
    for (uint32_t i = 0; i < with->n; i++) {
        look(with, &with->at[i], &s);
        put_dependency(w, with->at[i].name, &s);
        ready = ready && s.ready;
    }
    pb_json_array_end(w);
    pb_json_put_text(w, "status", ready ? "ready" : "not ready");
    pb_json_object_end(w);
    pb_reply_status(reply, ready ? 200 : 503);
    return PB_OK;
}

static pb_status get_metrics(void *context, pb_request *request __attribute__((unused)), pb_reply *reply,
                             pb_error *error)
{
    const pb_routes_health *with = context;
    char                   *text = NULL;
    size_t                  len  = 0;
    seen                    s;
    for (uint32_t i = 0; i < with->n; i++) look(with, &with->at[i], &s);
    FILE *to = open_memstream(&text, &len);
    if (!to) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_metrics_print(with->metrics, to);
    if (fclose(to) != 0) {
        free(text);
        return pb_error_set(error, PB_E_NOMEM, "out of memory");
    }
    pb_blob *blob = pb_blob_take(text, len);
    if (!blob) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_reply_blob(reply, blob, METRICS_MEDIA, NULL); /* held for the reply */
    pb_blob_drop(blob);
    return PB_OK;
}

#define ROW_HEALTH                                                                                                     \
    {                                                                                                                  \
        .method = PB_GET, .path = "/healthz", .id = "getHealth", .tag = "health",                                      \
        .summary = "Whether the process answers", .flags = PB_ROUTE_LOOP | PB_ROUTE_FRESH | PB_ROUTE_UNCOUNTED,        \
        .run = get_health, .answer = "Health"                                                                          \
    }
#define ROW_READY                                                                                                      \
    {                                                                                                                  \
        .method = PB_GET, .path = "/readyz", .id = "getReadiness", .tag = "health",                                    \
        .summary = "Whether the server can do its work",                                                               \
        .details = "Each dependency with its state. 503 with the same body when one of them is not ready.",            \
        .flags = PB_ROUTE_LOOP | PB_ROUTE_FRESH | PB_ROUTE_UNCOUNTED, .run = get_ready, .answer = "Readiness",         \
        .other = {                                                                                                     \
            503                                                                                                        \
        }                                                                                                              \
    }
#define ROW_METRICS(least, more)                                                                                       \
    {                                                                                                                  \
        .method = PB_GET, .path = "/metrics", .id = "getMetrics", .tag = "health",                                     \
        .summary = "What is counted, for Prometheus",                                                                  \
        .details = "No names of teams, users, sessions or cars. docs/observability.md lists them.", .role = (least),   \
        .flags = PB_ROUTE_LOOP | PB_ROUTE_FRESH | PB_ROUTE_UNCOUNTED | (more), .run = get_metrics,                     \
        .answer = "MetricsText", .media = METRICS_MEDIA                                                                \
    }

static const pb_route open_rows[]   = {ROW_HEALTH, ROW_READY, ROW_METRICS(PB_ROLE_NONE, 0)};
static const pb_route closed_rows[] = {ROW_HEALTH, ROW_READY, ROW_METRICS(PB_ROLE_ADMIN, PB_ROUTE_HOME)};

pb_route_table pb_routes_health_table(const pb_routes_health *with)
{
    return (pb_route_table){.rows    = with->open_metrics ? open_rows : closed_rows,
                            .n       = sizeof open_rows / sizeof *open_rows,
                            .context = (void *)(uintptr_t)with};
}
