/* The handle, its defaults, its clock and its chance. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "http.h"
#include "http_entry.h"

#define SLICE_MS 200

/* ---- clock ---- */

static int64_t real_utc_ms(void *context)
{
    struct timespec now;
    (void)context;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void real_sleep_ms(void *context, int64_t ms)
{
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    (void)context;
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

pb_http_clock pb_http_real_clock(void)
{
    return (pb_http_clock){.utc_ms = real_utc_ms, .sleep_ms = real_sleep_ms};
}

int64_t pb__http_utc_ms(const pb_http *http)
{
    return http->options.clock.utc_ms(http->options.clock.context);
}

pb_status pb__http_sleep(pb_http *http, int64_t ms, const char *why, pb_error *error)
{
    const pb_http_options *o = &http->options;
    if (o->waits && ms > 0) o->waits(o->context, ms, why);
    while (ms > 0) {
        int64_t slice = ms < SLICE_MS || !o->go_on ? ms : SLICE_MS;
        o->clock.sleep_ms(o->clock.context, slice);
        ms -= slice;
        if (o->go_on && !o->go_on(o->context, 0, 0)) return pb_error_set(error, PB_E_CANCELLED, "stopped on request");
    }
    return PB_OK;
}

/* splitmix64 of (seed, draw): in [0.5, 1). */
static double half_to_one(pb_http *http)
{
    uint64_t z = http->options.seed + ++http->draws * 0x9e3779b97f4a7c15u;
    z          = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z          = (z ^ z >> 27) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return 0.5 + (double)(z >> 11) * 0x1p-54;
}

int64_t pb__http_backoff_ms(pb_http *http, uint32_t next)
{
    double wait = http->options.backoff_ms;
    for (uint32_t i = 2; i < next && wait < http->options.backoff_max_ms; i++) wait *= 2;
    if (wait > http->options.backoff_max_ms) wait = http->options.backoff_max_ms;
    return (int64_t)(wait * half_to_one(http));
}

/* ---- handle ---- */

pb_http_options pb_http_options_default(void)
{
    return (pb_http_options){.connect_ms     = 10000,
                             .stall_s        = 30,
                             .total_ms       = 60000,
                             .size_max       = 32u << 20,
                             .file_max       = (uint64_t)64 << 30,
                             .redirects_max  = 5,
                             .attempts_max   = 6,
                             .backoff_ms     = 500,
                             .backoff_max_ms = 60000,
                             .patience_ms    = 900000,
                             .agent          = "pitboard",
                             .clock          = pb_http_real_clock()};
}

pb_status pb_http_open(const pb_http_options *options, pb_http **out, pb_error *error)
{
    PB_ASSERT(options->attempts_max >= 1 && options->clock.utc_ms && options->clock.sleep_ms);
    PB_ASSERT(options->per_second <= PB__PER_SECOND_MAX && options->per_hour <= PB__PER_HOUR_MAX);
    if (options->rate_file) PB_TRY(pb__make_folders(options->rate_file, error));
    pb_http *http = calloc(1, sizeof *http);
    if (!http) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    http->options = *options;
    bool ready    = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK; /* counts its callers, and is safe for threads */
    http->curl    = ready ? curl_easy_init() : NULL;
    if (!http->curl || !pb__rate_init(&http->rate, options->per_second, options->per_hour)) {
        pb_http_close(http);
        return pb_error_set(error, PB_E_NOMEM, "out of memory");
    }
    *out = http;
    return PB_OK;
}

void pb_http_close(pb_http *http)
{
    if (!http) return;
    curl_easy_cleanup(http->curl);
    pb__rate_fini(&http->rate);
    free(http);
}
