/* See bench_points.h. The points are made up: twenty cars at 50 Hz with the channels
 * of a GR Cup logger, forty points a JSON array, as the bus and a logger over HTTP
 * send them. They go the way of everything that is received (pb_stage): decoder,
 * tracker, windows, telemetry columns, groups committed to SQLite. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_points.h"
#include "pitboard/engine.h"
#include "pitboard/engine_store.h"

#define CARS 20
#define POINTS_A_BODY 40
#define BODIES 5000u /* of one run: 10,000 points a second would bring them in 20 s */
#define BODY_MAX 16384
#define RATE_US 20000
#define LAP_M 4000.0
#define START_US INT64_C(1757184000000000)

typedef struct bodies {
    char    *text;
    pb_frame at[BODIES];
} bodies;

/* Point n of all: car n % CARS, sample n / CARS. */
static int put_point(char *to, size_t cap, uint64_t n)
{
    uint32_t car  = (uint32_t)(n % CARS) + 1;
    uint64_t k    = n / CARS;
    double   t    = (double)k * RATE_US * 1e-6;
    double   dist = 50.0 * t + 37.0 * car;
    double   turn = sin(dist / 90.0), brake = sin(dist / 300.0 + car);
    int64_t  us = START_US + (int64_t)k * RATE_US;
    return snprintf(to, cap,
                    "{\"time\":%lld,\"session\":\"bench\",\"car\":%u,\"lap\":%u,\"lapdist_m\":%.1f,\"speed_kmh\":%.1f,"
                    "\"accx_g\":%.3f,\"accy_g\":%.3f,\"steering_deg\":%.1f,\"pbrake_f_bar\":%.2f,\"pbrake_r_bar\":%.2f,"
                    "\"rpm\":%.0f,\"aps_pct\":%.1f,\"gear\":%u}",
                    (long long)us, car, (unsigned)(dist / LAP_M) + 1, fmod(dist, LAP_M), 150 + 60 * brake, -0.9 * brake,
                    1.4 * turn, -40 * turn, brake > 0.5 ? 60 * brake : 0, brake > 0.5 ? 40 * brake : 0,
                    5200 + 1200 * brake, brake < 0 ? -100 * brake : 0, 3 + (unsigned)(2 + 2 * brake));
}

static void put_body(bodies *b, uint32_t i)
{
    char  *text = b->text + (size_t)i * BODY_MAX;
    size_t n    = 0;
    text[n++]   = '[';
    for (uint64_t p = 0; p < POINTS_A_BODY; p++) {
        if (p > 0) text[n++] = ',';
        n += (size_t)put_point(text + n, BODY_MAX - n, (uint64_t)i * POINTS_A_BODY + p);
    }
    text[n++] = ']';
    PB_ASSERT(n < BODY_MAX);
    int64_t at = START_US + (int64_t)i * POINTS_A_BODY / CARS * RATE_US;
    b->at[i]   = (pb_frame){.seq = i + 1, .received_us = at, .mono_us = at, .kind = PB_FEED_POINTS, .bytes = {text, n}};
}

/* All bodies through a stage that begins with an empty store. */
static pb_status run_once(const bodies *b, const char *url, double *per_s, pb_error *error)
{
    pb_stage_options options = pb_stage_options_default();
    pb_stage        *stage   = NULL;
    options.url              = url;
    options.id               = "bench";
    PB_TRY(pb_stage_create(&options, &stage, error));
    pb_status status = pb_stage_connect(stage, error);
    double    start  = pb_engine_seconds();
    for (uint32_t i = 0; i < BODIES && status == PB_OK; i++) {
        pb_stage_feed(stage, &b->at[i]);
        if (pb_stage_is_due(stage)) status = pb_stage_commit(stage, error);
    }
    pb_stage_finish(stage);
    if (status == PB_OK) status = pb_stage_commit(stage, error);
    double took = pb_engine_seconds() - start;
    if (status == PB_OK && pb_stage_refused(stage) > 0)
        status = pb_error_set(error, PB_E_RANGE, "points_pipeline: the store refused rows");
    pb_stage_destroy(stage);
    *per_s = (double)BODIES * POINTS_A_BODY / took;
    return status;
}

static void remove_store(const char *dir)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    char                     path[256];
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        (void)snprintf(path, sizeof path, "%s/points.db%s", dir, ends[i]);
        (void)unlink(path);
    }
}

static pb_status run_all(bodies *b, const char *dir, double *per_s, uint32_t runs, pb_error *error)
{
    char url[256];
    (void)snprintf(url, sizeof url, "sqlite:%s/points.db", dir);
    for (uint32_t i = 0; i < BODIES; i++) put_body(b, i);
    pb_status status = run_once(b, url, &per_s[0], error);
    for (uint32_t i = 0; i < runs && status == PB_OK; i++) {
        remove_store(dir);
        status = run_once(b, url, &per_s[i], error);
    }
    remove_store(dir);
    return status;
}

pb_status pb__bench_points_per_s(double *per_s, uint32_t runs, pb_error *error)
{
    const char *tmp = getenv("TMPDIR");
    char        dir[200];
    (void)snprintf(dir, sizeof dir, "%s/pitboard-bench-XXXXXX", tmp && tmp[0] ? tmp : "/tmp");
    bodies *b = calloc(1, sizeof *b);
    if (b) b->text = malloc((size_t)BODIES * BODY_MAX);
    pb_status status = PB_OK;
    if (!b || !b->text)
        status = pb_error_set(error, PB_E_NOMEM, "out of memory");
    else if (!mkdtemp(dir))
        status = pb_error_set(error, PB_E_IO, "%s: no folder can be made there; set TMPDIR", dir);
    else {
        status = run_all(b, dir, per_s, runs, error);
        (void)rmdir(dir);
    }
    if (b) free(b->text);
    free(b);
    return status;
}
