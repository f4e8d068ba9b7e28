/* pitboard/engine.h - the only home of threads and clocks: spreads trials over
 * cores, reports progress, stops on request.
 *
 * Floor 6. Uses sim and below. */
#ifndef PITBOARD_ENGINE_H
#define PITBOARD_ENGINE_H

#include "pitboard/sim.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_THREADS_MAX 256

typedef struct pb_run_options {
    uint64_t seed;              /* 1 */
    uint32_t trials;            /* 1 .. 100,000,000 */
    uint32_t threads;           /* 0: as many as cores */
    uint32_t trace_trials;      /* 0: no lap-by-lap trace */
    pb_isa   isa;
    /* Called now and then from the calling thread; returning false stops the run
     * with PB_E_CANCELLED. May be NULL. */
    bool (*progress)(void *user, uint32_t done, uint32_t trials);
    void *user;
} pb_run_options;

void      pb_run_options_default(pb_run_options *options);
/* Plays the trials and hands over the counts: the same bytes for any number of
 * threads. Free with pb_sim_result_destroy. */
pb_status pb_engine_simulate(const pb_sim_model *model, const pb_run_options *options, pb_sim_result **out,
                             pb_error *error);
/* A piece of work that shares nothing that changes with the others. */
typedef pb_status pb_engine_job(void *user, size_t i, pb_error *error);
/* Does job 0 .. n - 1, begun in that order, spread over so many threads (0: as
 * many as cores). done (may be NULL) is called from the calling thread between
 * its jobs. Nothing new is begun once a job failed; returns the failure of the
 * lowest number. */
pb_status pb_engine_each(size_t n, uint32_t threads, pb_engine_job *job, void *user,
                         void (*done)(void *user, size_t n_done, size_t n), pb_error *error);
/* f on a thread of its own, until it returns; join waits for that and releases it. */
typedef struct pb_beside pb_beside;
pb_status pb_engine_beside(void (*f)(void *user), void *user, pb_beside **out, pb_error *error);
void      pb_engine_join(pb_beside *beside);         /* NULL is harmless */
uint32_t  pb_engine_cores(void);
double    pb_engine_seconds(void);   /* monotonic clock */
int64_t   pb_engine_utc_s(void);     /* seconds since 1970 */
int64_t   pb_engine_utc_us(void);    /* the same, microseconds */
int64_t   pb_engine_mono_us(void);   /* monotonic clock */

#ifdef __cplusplus
}
#endif
#endif
