/* Handles for the data routes. The threads of the pool are few, so nobody waits for a
 * handle: who finds none opens one, and what is more than KEPT is closed again. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "pitboard/engine.h"

#define KEPT 4
#define PROBE_US 1000000 /* a handle that lay longer is asked whether its server is still there */

static const char away[] = "the store cannot be read now; try again";

typedef struct idle {
    pb_store *store;
    int64_t   since_us;
} idle;

struct pb_data {
    char           *store_url;
    pb_prior       *prior;
    pb_metric      *opened;
    pthread_mutex_t lock;
    idle            idle[KEPT];
    uint32_t        n_idle;
};

pb_status pb_data_open(const pb_routes_data *with, pb_data **out, pb_error *error)
{
    pb_data *data = calloc(1, sizeof *data);
    if (!data) return pb_error_set(error, PB_E_NOMEM, "out of memory for the data routes");
    (void)pthread_mutex_init(&data->lock, NULL);
    data->store_url  = strdup(with->store_url);
    data->prior      = malloc(sizeof *data->prior);
    data->opened     = pb_metric_counter(with->metrics, "pitboard_store_readers_opened_total",
                                         "Handles opened to read recorded races.", NULL);
    pb_status status = data->store_url && data->prior ? pb_prior_shipped(data->prior, error)
                                                      : pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (status == PB_OK)
        *out = data;
    else
        pb_data_close(data);
    return status;
}

void pb_data_close(pb_data *data)
{
    if (!data) return;
    for (uint32_t i = 0; i < data->n_idle; i++) pb_store_close(data->idle[i].store);
    (void)pthread_mutex_destroy(&data->lock);
    free(data->prior);
    free(data->store_url);
    free(data);
}

const pb_prior *pb__data_prior(const pb_data *data)
{
    return data->prior;
}

static idle take_idle(pb_data *data)
{
    idle got = {0};
    (void)pthread_mutex_lock(&data->lock);
    if (data->n_idle > 0) got = data->idle[--data->n_idle];
    (void)pthread_mutex_unlock(&data->lock);
    return got;
}

static bool is_alive(const idle *handle)
{
    int64_t one = 0;
    if (pb_engine_mono_us() - handle->since_us < PROBE_US) return true;
    return pb_store_count(handle->store, "SELECT 1", NULL, 0, 0, &one, NULL) == PB_OK;
}

pb_status pb__data_take(pb_data *data, pb_store **out, pb_error *error)
{
    for (idle got = take_idle(data); got.store; got = take_idle(data)) {
        if (is_alive(&got)) {
            *out = got.store;
            return PB_OK;
        }
        pb_store_close(got.store);
    }
    pb_metric_add(data->opened, NULL, 1);
    if (pb_store_open(data->store_url, PB_STORE_READ, out, NULL) == PB_OK) return PB_OK;
    return pb_error_set(error, PB_E_IO, "%s", away);
}

pb_status pb__data_give(pb_data *data, pb_store *store, pb_status status)
{
    bool kept = false;
    if (status != PB_E_IO) {
        (void)pthread_mutex_lock(&data->lock);
        kept = data->n_idle < KEPT;
        if (kept) data->idle[data->n_idle++] = (idle){store, pb_engine_mono_us()};
        (void)pthread_mutex_unlock(&data->lock);
    }
    if (!kept) pb_store_close(store);
    return status;
}

/* What a route says itself is for who asked; what the store says names files and hosts, and is for the log. */
pb_status pb__data_tell(pb_status status, const pb_error *why, pb_request *request, pb_error *error)
{
    if (status == PB_OK || status == PB_E_CANCELLED) return status;
    if (status == PB_E_NOENT || status == PB_E_NOMEM) return pb_error_set(error, status, "%s", why->text);
    pb_logger_say(pb_request_log(request), PB_LOG_ERROR, "api", pb_request_id(request), "the store: %s", why->text);
    return pb_error_set(error, PB_E_IO, "%s", away);
}

pb_status pb__data_do(pb_data *data, pb__data_work *work, pb_request *request, pb_reply *reply, pb_error *error)
{
    pb_store *store;
    pb_error  why = {0};
    PB_TRY(pb__data_take(data, &store, error));
    pb_status status = pb__data_give(data, store, work(data, store, request, reply, &why));
    return pb__data_tell(status, &why, request, error);
}
